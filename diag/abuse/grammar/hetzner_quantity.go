package grammar

import (
	"bytes"
	"math"
	"strconv"
)

// quantities are the numbers of one line of a direction summary as printed,
// each nil where the line does not tell it.
type quantities struct {
	packets, packetRate []byte // in the period, per second
	flows, flowRate     []byte
	gigabytes, megabits []byte
	period              float64 // seconds; 0 where the line tells rates only
}

// readQuantities finds the numbers that have one of the units behind them.
// Country names and other remarks between them are passed over.
func readQuantities(b []byte) (q quantities) {
	var last []byte
	for word, rest := Cut(b); len(word) > 0; word, rest = Cut(rest) {
		word = bytes.Trim(word, "(),")
		if len(word) == 0 {
			continue
		}
		if digit(word[0]) {
			last = word
			continue
		}
		if at := q.unit(word); at != nil && last != nil {
			*at = last
		}
		last = nil
	}
	return q
}

// unit gives the place of the number before this unit, nil if it is none.
func (q *quantities) unit(word []byte) *[]byte {
	name, per, ok := bytes.Cut(word, []byte("/"))
	if !ok {
		return nil
	}
	span, timed := int64(1), true
	if string(per) != "s" {
		span, timed = ReadInt(bytes.TrimSuffix(per, []byte("s")))
	}
	if !timed || span < 1 {
		return nil
	}
	var at *[]byte
	switch {
	case string(name) == "packets" && span == 1:
		return &q.packetRate
	case string(name) == "flows" && span == 1:
		return &q.flowRate
	case string(name) == "MBit" && span == 1:
		return &q.megabits
	case string(name) == "packets":
		at = &q.packets
	case string(name) == "flows":
		at = &q.flows
	case string(name) == "GByte":
		at = &q.gigabytes
	default:
		return nil
	}
	q.period = float64(span)
	return at
}

// any reports whether the line tells how much there was.
func (q quantities) any() bool {
	return q.packets != nil || q.packetRate != nil || q.megabits != nil
}

// ended reports whether the line has its last number, or was cut on purpose.
func (q quantities) ended(text []byte) bool {
	return q.megabits != nil || bytes.HasSuffix(text, []byte("...")) ||
		q.any() && (bytes.HasSuffix(text, []byte("/s")) || bytes.HasSuffix(text, []byte("/s)")))
}

// onlyQuantities reports whether line can be the rest of a broken line.
func onlyQuantities(line []byte) bool {
	word, rest := Cut(line)
	for ; len(word) > 0; word, rest = Cut(rest) {
		word = bytes.Trim(word, "(),.")
		var q quantities
		if len(word) > 0 && !digit(word[0]) && q.unit(word) == nil {
			return false
		}
	}
	return true
}

// numerals say which separators numbers have.
type numerals uint8

const (
	unsureNumerals numerals = iota
	germanNumerals          // 1.994,5
	englishNumerals
)

// point is the decimal mark.
func (n numerals) point() byte {
	if n == germanNumerals {
		return ','
	}
	return '.'
}

// numerals decides by arithmetic: only in the right numerals the two numbers of
// a pair agree, as packets in 300 s and packets per second. Where the line
// leaves it open, what was known before holds.
func (q quantities) numerals(before numerals) numerals {
	german, english := q.agree(germanNumerals), q.agree(englishNumerals)
	switch {
	case german == english:
		return before
	case german:
		return germanNumerals
	}
	return englishNumerals
}

// agree reports whether all numbers are well formed and no pair contradicts.
func (q quantities) agree(n numerals) bool {
	for _, b := range [][]byte{q.packets, q.packetRate, q.flows, q.flowRate} {
		if v := readNumeral(b, n, false); b != nil && (v < 0 || bytes.IndexByte(b, n.point()) >= 0) {
			return false // what is counted has no fractions
		}
	}
	if q.gigabytes != nil && readNumeral(q.gigabytes, n, true) < 0 || q.megabits != nil && readNumeral(q.megabits, n, false) < 0 {
		return false
	}
	// The rates are cut, not rounded; 1 allows for both. Megabits are made
	// from gigabytes of 2^30 before those are rounded to three places.
	return same(q.packets, q.packetRate, 1/q.period, 1, n) && same(q.flows, q.flowRate, 1/q.period, 1, n) &&
		same(q.gigabytes, q.megabits, megabitsPerGigabyte/q.period, 1+megabitsPerGigabyte/q.period/1000, n)
}

// megabitsPerGigabyte is how Hetzner converts: 1024 × 8.
const megabitsPerGigabyte = 8192

// same reports whether total × scale is rate within slack; true if one is not told.
func same(total, rate []byte, scale, slack float64, n numerals) bool {
	if total == nil || rate == nil {
		return true
	}
	return math.Abs(readNumeral(total, n, false)*scale-readNumeral(rate, n, false)) <= slack
}

// figures are quantities as numbers, Unknown where not told.
type figures struct {
	rate, bits, flows float64 // per second
	packets, bytes    int64   // in the period
}

// countOf makes a whole number, Unknown where no link could carry as much.
func countOf(v float64) int64 {
	if v > 1e18 {
		return Unknown
	}
	return int64(v)
}

func (q quantities) figures(n numerals) figures {
	f := figures{rate: Unknown, bits: Unknown, flows: Unknown, packets: Unknown, bytes: Unknown}
	if v := readNumeral(q.packets, n, false); v >= 0 {
		f.packets = countOf(v)
		f.rate = v / q.period
	}
	if v := readNumeral(q.packetRate, n, false); v >= 0 {
		f.rate = v
	}
	if v := readNumeral(q.gigabytes, n, true); v >= 0 {
		f.bytes = countOf(v * (1 << 30))
		f.bits = v * (1 << 30) * 8 / q.period
	}
	if v := readNumeral(q.megabits, n, false); v >= 0 {
		f.bits = v * 1e6
	}
	if v := readNumeral(q.flowRate, n, false); v >= 0 {
		f.flows = v
	}
	return f
}

// readNumeral reads a number, Unknown if it is none. In unsure numerals a
// separator before exactly three digits is a thousands mark, but for gigabytes,
// which always have three places.
func readNumeral(b []byte, n numerals, placed bool) float64 {
	if len(b) == 0 || len(b) > 24 {
		return Unknown
	}
	point := n.point()
	if n == unsureNumerals {
		at := bytes.LastIndexAny(b, ".,")
		if at >= 0 {
			point = b[at]
		}
		if at >= 0 && (!placed && len(b)-at == 4 || bytes.Count(b, b[at:at+1]) > 1) {
			point = '.' + ',' - b[at]
		}
	}
	whole, places, _ := bytes.Cut(b, []byte{point})
	if !grouped(whole, '.'+','-point) {
		return Unknown
	}
	var text [24]byte
	digits := text[:0]
	for _, c := range whole {
		if digit(c) {
			digits = append(digits, c)
		}
	}
	if len(places) > 0 {
		if _, ok := ReadInt(places); !ok {
			return Unknown
		}
		digits = append(append(digits, '.'), places...)
	}
	v, err := strconv.ParseFloat(string(digits), 64)
	if err != nil {
		return Unknown
	}
	return v
}

// grouped reports whether b is digits alone, or in threes with marks between.
func grouped(b []byte, mark byte) bool {
	group, rest, more := bytes.Cut(b, []byte{mark})
	if _, ok := ReadInt(group); !ok || more && (len(group) > 3 || group[0] == '0') {
		return false
	}
	for more {
		group, rest, more = bytes.Cut(rest, []byte{mark})
		if _, ok := ReadInt(group); !ok || len(group) != 3 {
			return false
		}
	}
	return true
}
