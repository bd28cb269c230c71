package abuse

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"

	"latchkey/diag/abuse/grammar"
)

// survey is what the distinct targets have in common. It is made in one pass: a
// log may have a million of them.
type survey struct {
	addresses, private int
	block              int                  // IPv4 targets in the /8 that holds most
	most               int                  // rows of the target with most, unless it is masked and may be many
	quads              []uint32             // IPv4 targets as numbers
	places             []place              // IPv6 targets
	by                 map[[3]byte]*Network // nil: scattered, no picture would help
}

// place is an IPv6 address as a number.
type place struct{ high, low uint64 }

func surveyOf(c *counter) survey {
	s := survey{by: map[[3]byte]*Network{}, quads: make([]uint32, 0, c.used), places: make([]place, 0, len(c.wide))}
	var blocks [256]int
	c.each(func(h Host) {
		if h.Addr.IsValid() || !grammar.Masked([]byte(h.Word)) {
			s.most = max(s.most, h.Rows)
		}
		if !h.Addr.IsValid() {
			return
		}
		s.addresses++
		if isPrivate(h.Addr) {
			s.private++
		}
		if !h.Addr.Is4() {
			b := h.Addr.As16()
			s.places = append(s.places, place{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])})
			return
		}
		q := h.Addr.As4()
		s.quads = append(s.quads, binary.BigEndian.Uint32(q[:]))
		blocks[q[0]]++
		s.addNetwork(q)
	})
	s.block = slices.Max(blocks[:])
	return s
}

// neighbourGap is how far apart two targets may be to count as neighbours.
const neighbourGap = 8

// neighbours is the share of targets that have another one next to them.
func (s survey) neighbours() float64 {
	s.quads = sorted(s.quads)
	slices.SortFunc(s.places, func(a, b place) int { return cmp.Or(cmp.Compare(a.high, b.high), cmp.Compare(a.low, b.low)) })
	n := countNear(s.quads, func(a, b uint32) bool { return b-a <= neighbourGap }) +
		countNear(s.places, func(a, b place) bool { return a.high == b.high && b.low-a.low <= neighbourGap })
	return share(n, s.addresses)
}

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

// isPrivate reports whether an address cannot be reached over the internet:
// RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291.
func isPrivate(a netip.Addr) bool {
	if !a.IsValid() {
		return false
	}
	if a.IsPrivate() || a.IsLinkLocalUnicast() {
		return true
	}
	if !a.Is4() {
		return false
	}
	q := a.As4()
	return q[0] == 100 && q[1]&0xC0 == 64
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
	mostSearchable = 1 << 14 // /24s that are looked at: 5 MB
)

func (s *survey) addNetwork(q [4]byte) {
	if s.by == nil {
		return
	}
	key := [3]byte(q[:3])
	n := s.by[key]
	if n == nil {
		if len(s.by) >= mostSearchable {
			s.by = nil
			return
		}
		n = &Network{Prefix: netip.PrefixFrom(netip.AddrFrom4([4]byte{q[0], q[1], q[2], 0}), 24)}
		s.by[key] = n
	}
	n.Hosts++
	n.Hit[q[3]] = true
}

// networks lists the /24 with most targets, at most mostNetworks.
func (s survey) networks() []Network {
	var all []Network
	for _, n := range s.by {
		if n.Hosts >= fullNetwork {
			all = append(all, *n)
		}
	}
	slices.SortFunc(all, func(a, b Network) int {
		return cmp.Or(cmp.Compare(b.Hosts, a.Hosts), a.Prefix.Addr().Compare(b.Prefix.Addr()))
	})
	return all[:min(len(all), mostNetworks)]
}
