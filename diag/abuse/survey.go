package abuse

import (
	"cmp"
	"encoding/binary"
	"math"
	"net/netip"
	"slices"

	"latchkey/diag/abuse/grammar"
)

// survey is what the distinct targets have in common. A log may have a million
// of them: IPv4 is put in order once, and every question asks the order.
type survey struct {
	addresses, private int
	block              int      // IPv4 targets in the /8 that holds most
	most               int      // rows of the target with most, unless it is masked and may be many
	neighbours         int      // targets that have another one next to them
	quads              []uint32 // IPv4 targets as numbers, in order
	places             []place  // IPv6 targets, in order
}

// place is an IPv6 address as a number.
type place struct{ high, low uint64 }

func surveyOf(c *counter) survey {
	s := survey{places: make([]place, 0, len(c.wide))}
	s.quads, s.most = c.quads.keys()
	c.eachOther(func(h Host) {
		if h.Addr.IsValid() || !grammar.Masked([]byte(h.Word)) {
			s.most = max(s.most, h.Rows)
		}
		if !h.Addr.IsValid() {
			return
		}
		if h.Addr.IsPrivate() || h.Addr.IsLinkLocalUnicast() {
			s.private++
		}
		b := h.Addr.As16()
		s.places = append(s.places, place{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])})
	})
	s.quads = sorted(s.quads)
	s.addresses = len(s.quads) + len(s.places)
	for _, p := range privateQuads() {
		s.private += s.within(p)
	}
	for first := range 256 {
		s.block = max(s.block, s.within(netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(first)}), 8)))
	}
	slices.SortFunc(s.places, func(a, b place) int { return cmp.Or(cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low)) })
	s.neighbours = countNear(s.quads, func(a, b uint32) bool { return b-a <= neighbourGap }) +
		countNear(s.places, func(a, b place) bool { return a.high == b.high && b.low-a.low <= neighbourGap })
	return s
}

// privateQuads cannot be reached over the internet, as IPv6 of RFC 4193 and
// RFC 4291 cannot: RFC 1918, RFC 6598, RFC 3927.
func privateQuads() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
		netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("169.254.0.0/16"),
	}
}

// within counts the IPv4 targets in a network.
func (s survey) within(p netip.Prefix) int {
	first := p.Addr().As4()
	low := uint64(binary.BigEndian.Uint32(first[:]))
	from, _ := slices.BinarySearch(s.quads, uint32(low))
	to := len(s.quads)
	if high := low + 1<<(32-p.Bits()); high <= math.MaxUint32 {
		to, _ = slices.BinarySearch(s.quads, uint32(high))
	}
	return to - from
}

// neighbourGap is how far apart two targets may be to count as neighbours.
const neighbourGap = 8

// sorted sorts numbers by their digits of eleven bits, the lowest first: for the
// million targets of a long table that takes a tenth of what comparing does, and
// nothing else can be done meanwhile.
func sorted(numbers []uint32) []uint32 {
	const digit, few = 11, 1 << 12
	if len(numbers) < few {
		slices.Sort(numbers)
		return numbers
	}
	spare := make([]uint32, len(numbers))
	for shift := 0; shift < 32; shift += digit {
		var ends [1 << digit]int
		for _, n := range numbers {
			ends[n>>shift&(1<<digit-1)]++
		}
		at := 0
		for d, count := range ends {
			ends[d], at = at, at+count
		}
		for _, n := range numbers {
			d := n >> shift & (1<<digit - 1)
			spare[ends[d]] = n
			ends[d]++
		}
		numbers, spare = spare, numbers
	}
	return numbers
}

// countNear counts those that are near the one before or after them.
func countNear[T any](sorted []T, near func(a, b T) bool) int {
	n := 0
	for i, p := range sorted {
		if i > 0 && near(sorted[i-1], p) || i+1 < len(sorted) && near(p, sorted[i+1]) {
			n++
		}
	}
	return n
}

// Network is a /24 several targets share.
type Network struct {
	Prefix netip.Prefix
	Hosts  int
	Hit    [256]bool
}

const (
	fullNetwork    = 16      // from how many targets on a /24 is worth a picture
	mostNetworks   = 8       // that are shown
	mostSearchable = 1 << 14 // /24s from which on targets are scattered: no picture would help
)

// networks lists the /24 with most targets, at most mostNetworks.
func (s survey) networks() []Network {
	var all []Network
	seen := 0
	for rest := s.quads; len(rest) > 0; seen++ {
		if seen == mostSearchable {
			return nil
		}
		n := 1
		for n < len(rest) && rest[n]>>8 == rest[0]>>8 {
			n++
		}
		if n >= fullNetwork {
			all = append(all, networkOf(rest[:n]))
		}
		rest = rest[n:]
	}
	slices.SortFunc(all, func(a, b Network) int {
		return cmp.Or(cmp.Compare(b.Hosts, a.Hosts), a.Prefix.Addr().Compare(b.Prefix.Addr()))
	})
	return all[:min(len(all), mostNetworks)]
}

// networkOf draws the targets on one /24.
func networkOf(quads []uint32) Network {
	n := Network{Prefix: netip.PrefixFrom(address4(quads[0]&^255), 24), Hosts: len(quads)}
	for _, q := range quads {
		n.Hit[q&255] = true
	}
	return n
}
