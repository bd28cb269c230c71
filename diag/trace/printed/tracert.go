package printed

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"latchkey/diag/trace"
)

// readTracert reads Windows' tracert in any language and character set: three
// columns of times or stars, then the host, or a sentence nobody has to read.
func readTracert(t *text) []finding {
	var all []finding
	isRow := func(s string) bool { _, f := tracertRow(s); return f == full }
	for _, tb := range tables(t, gather(t, tracertRow), false) {
		d := draft{format: "tracert", tool: "tracert", method: trace.ICMP, table: tb, marks: true}
		d.aim = aimBefore(t, tb, isRow)
		if f, ok := d.finding(); ok {
			if d.aim.tool == "tracert" || d.aim.tool == "tracing route" {
				f.score++ // rows of stars alone read like traceroute's
			}
			all = append(all, f)
		}
	}
	return all
}

// columns are the three probes of a tracert line.
type columns struct {
	times []float64
	stars int
	units []string
	rest  string
}

// tracertRow reads one hop line.
func tracertRow(s string) (row, fit) {
	s = strings.TrimLeft(strings.ReplaceAll(s, "|", " "), " ")
	n := digits(s)
	if n == 0 || n > 3 {
		return row{}, no
	}
	ttl, _ := strconv.Atoi(s[:n])
	rest := strings.TrimLeft(s[n:], ".:)")
	if ttl < 1 || ttl > 255 || rest == "" || rest[0] != ' ' {
		return row{}, no
	}
	c, ok := readColumns(rest)
	if !ok {
		return row{}, no
	}
	r := row{ttl: ttl, sent: len(c.times) + c.stars, lost: c.stars, weight: len(c.times) + c.stars}
	if len(c.times) == 0 && c.stars > 0 {
		return silentRow(r, c)
	}
	return answeredRow(r, c)
}

// readColumns takes up to three columns off the front. The word behind a
// number is its unit when it is a known one, or when it stands behind several
// numbers: so «мс» is understood in any mojibake.
func readColumns(s string) (columns, bool) {
	var c columns
	for len(c.times)+c.stars < 3 {
		s = strings.TrimLeft(s, " ")
		if strings.HasPrefix(s, "*") {
			c.stars++
			s = s[1:]
			continue
		}
		v, unit, after, ok := column(s)
		if !ok {
			break
		}
		c.times = append(c.times, v)
		if unit != "" {
			c.units = append(c.units, unit)
		}
		s = after
	}
	c.rest = strings.TrimSpace(s)
	if len(c.times) == 0 {
		return c, c.stars > 0 || refusalSentence(c.rest)
	}
	return c, c.unitsAgree()
}

// unitsAgree asks for one known unit, or an unknown one that is the same in
// all columns and stands there more than once or beside a star.
func (c columns) unitsAgree() bool {
	if len(c.units) == 0 {
		return false
	}
	known := slices.ContainsFunc(c.units[:1], isUnit)
	for _, u := range c.units {
		if !known && !isUnit(u) && u != c.units[0] {
			return false
		}
	}
	return known || len(c.units) > 1 || c.stars > 0
}

// column reads «12 ms», «<1 ms», «< 1ms» or a number whose unit is lost.
func column(s string) (ms float64, unit, rest string, ok bool) {
	ms, tail, _, ok := decimalNumber(strings.TrimLeft(s, "<> "))
	if !ok || ms > 1e6 || strings.HasPrefix(tail, ".") || strings.HasPrefix(tail, ":") {
		return 0, "", s, false // an address begins here
	}
	after := strings.TrimLeft(tail, " ")
	glued := len(after) == len(tail) && after != ""
	word, rest, _ := strings.Cut(after, " ")
	if w, ok := strings.CutPrefix(word, "ms"); ok && w != "" && strings.Trim(w, "<0123456789*ms") == "" {
		word, rest = "ms", after[2:] // «1ms1ms1ms»: blanks lost
	}
	if unitLike(word) {
		return ms, word, rest, true
	}
	return ms, "", after, !glued
}

// unitLike reports whether a word can be the unit of a column in a script or
// a character set we do not know: short, no number, no host, no bracket.
func unitLike(w string) bool {
	if isUnit(w) {
		return true
	}
	n := utf8.RuneCountInString(w)
	return w != "" && n <= 6 && !strings.ContainsAny(w, "0123456789[](){}*<>:/\\") && !strings.Contains(strings.TrimRight(w, "."), ".")
}

// silentRow is a row of stars: whatever sentence follows says «timed out». A
// row of fewer than three stars is cut off.
func silentRow(r row, c columns) (row, fit) {
	r.cut = c.stars < 3
	if c.stars < 3 && c.rest != "" {
		if a, ok := hostOf(c.rest); ok && a.sentence != "" {
			return answeredRow(r, c)
		}
	}
	return r, full
}

// answeredRow reads the host behind the columns.
func answeredRow(r row, c columns) (row, fit) {
	if c.rest == "" {
		return r, part
	}
	h, ok := hostOf(c.rest)
	if !ok {
		r.weight--
		return r, part
	}
	r.weight += h.weight
	if h.partial {
		return r, part
	}
	kind := trace.Kind("")
	if h.sentence != "" {
		kind = sentenceKind(h.sentence)
	}
	for _, v := range c.times {
		p := reply(h.name, h.addr, millis(v))
		p.Kind = kind
		r.replies = append(r.replies, p)
	}
	if len(c.times) == 0 {
		p := reply(h.name, h.addr, trace.Unknown)
		p.Kind = kind
		r.replies = append(r.replies, p)
		r.sent, r.lost = max(r.sent, 1+r.lost), min(r.lost, max(r.sent, 1+r.lost)-1)
	}
	return r, full
}

// hostText is the host at the end of a line.
type hostText struct {
	name     string
	addr     netip.Addr
	sentence string // «reports: …» in some language
	weight   int
	partial  bool
}

// hostOf reads «name [address]», «address» or «name», and the refusal that may
// follow. An unreadable address leaves the name alone.
func hostOf(s string) (hostText, bool) {
	open := strings.IndexByte(s, '[')
	if open < 0 {
		return bareHost(s)
	}
	var h hostText
	words := strings.Fields(s[:open])
	if len(words) > 0 {
		h.name = words[len(words)-1]
	}
	h.weight = 2 - (max(len(words), 1) - 1)
	inside, after, closed := strings.Cut(s[open+1:], "]")
	inside = strings.TrimSpace(inside)
	if !closed {
		inside, after, _ = strings.Cut(inside, " ")
		h.weight--
	}
	a, ok := parseAddr(strings.Trim(inside, "()"))
	switch {
	case ok:
		h.addr = a
		h.weight++
	case h.name == "" && !masked(inside):
		return h, false
	case !closed:
		return h, false
	case h.name == "":
		h.name = inside
	}
	h.sentence = strings.TrimSpace(after)
	if !strings.ContainsAny(h.sentence, ":：") {
		h.weight -= len(strings.Fields(h.sentence))
		h.sentence = ""
	}
	return h, true
}

func bareHost(s string) (hostText, bool) {
	var h hostText
	word, after, _ := strings.Cut(s, " ")
	word = strings.Trim(word, "(),;")
	a, ok := parseAddr(word)
	switch {
	case ok:
		h.addr, h.weight = a, 2
	case hostLike(word):
		h.name, h.weight = word, 0
	case strings.HasSuffix(word, "]"):
		if a, ok := parseAddr(strings.TrimSuffix(word, "]")); ok { // the opening bracket is lost
			h.addr, h.weight = a, 1
			break
		}
		return h, false
	default:
		return h, false
	}
	// «name address]» with the opening bracket lost
	if next, tail, _ := strings.Cut(strings.TrimLeft(after, " "), " "); h.name != "" && next != "" {
		if a, ok := parseAddr(strings.Trim(next, "[]()")); ok {
			h.addr, h.weight, after = a, 2, tail
		}
	}
	h.sentence = strings.TrimSpace(after)
	if !strings.ContainsAny(h.sentence, ":：") {
		h.weight -= len(strings.Fields(h.sentence))
		h.sentence = ""
	}
	return h, true
}

// refusalSentence recognises a row without columns: «192.0.2.1 reports: …».
func refusalSentence(rest string) bool {
	h, ok := hostOf(rest)
	return ok && h.addr.IsValid() && h.sentence != ""
}

// sentenceKind reads which refusal Windows' sentence means where a word tells
// host from network; else just that it is one.
func sentenceKind(s string) trace.Kind {
	s = strings.ToLower(s)
	for _, w := range []string{"host", "hôte", "vert", "узел", "вузол", "主机", "主機", "ホスト", "호스트", "ana bilgisayar", "gazd", "κεντρικ", "värd", "kone", "isänt"} {
		if strings.Contains(s, w) {
			return trace.HostUnreachable
		}
	}
	for _, w := range []string{"net", "réseau", "rete", "red ", "rede", "siec", "sieć", "сет", "мереж", "网", "網", "ネットワーク", "네트워크", "ağ", "sít", "hálózat", "rețea", "δίκτυο", "nät", "verkko"} {
		if strings.Contains(s, w) {
			return trace.NetUnreachable
		}
	}
	return trace.Unreachable
}
