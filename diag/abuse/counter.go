package abuse

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
)

// counter counts rows per host: addresses exactly up to mostHosts of them,
// masked words up to mostWords; beyond that it says that there are more.
type counter struct {
	quads quadTable // IPv4
	wide  map[netip.Addr]uint32
	words map[string]uint32
	more  bool // hosts were left out
}

const (
	mostHosts = 1 << 20
	mostWide  = 1 << 17
	mostWords = 1 << 12
)

func (c *counter) add(addr netip.Addr, word []byte, n uint32) {
	switch {
	case addr.Is4():
		quad := addr.As4()
		if !c.quads.add(binary.BigEndian.Uint32(quad[:]), n) {
			c.more = true
		}
	case addr.IsValid():
		if _, ok := c.wide[addr]; !ok && len(c.wide) >= mostWide {
			c.more = true
			return
		}
		if c.wide == nil {
			c.wide = map[netip.Addr]uint32{}
		}
		c.wide[addr] += n
	case len(word) > 0:
		word = word[:min(len(word), longestWord)]
		if _, ok := c.words[string(word)]; !ok && len(c.words) >= mostWords {
			c.more = true
			return
		}
		if c.words == nil {
			c.words = map[string]uint32{}
		}
		c.words[string(word)] += n
	}
}

// longestWord is how much of a host name or mask is kept, in bytes.
const longestWord = 255

func (c *counter) merge(other *counter) {
	if !c.quads.merge(&other.quads) {
		c.more = true
	}
	for a, n := range other.wide {
		c.add(a, nil, n)
	}
	for w, n := range other.words {
		c.add(netip.Addr{}, []byte(w), n)
	}
	c.more = c.more || other.more
}

// clear forgets all hosts and keeps the room for them.
func (c *counter) clear() {
	c.quads.clear()
	clear(c.wide)
	clear(c.words)
	c.more = false
}

// distinct is the number of hosts, words included.
func (c *counter) distinct() int { return c.quads.used + len(c.wide) + len(c.words) }

// Host is an address or a masked word with the rows that name it.
type Host struct {
	Addr netip.Addr // invalid for a word
	Word string
	Rows int
}

// Name is the host as text.
func (h Host) Name() string {
	if h.Addr.IsValid() {
		return h.Addr.String()
	}
	return h.Word
}

func address4(key uint32) netip.Addr {
	var quad [4]byte
	binary.BigEndian.PutUint32(quad[:], key)
	return netip.AddrFrom4(quad)
}

// each hands out all hosts, in no order.
func (c *counter) each(yield func(Host)) {
	c.quads.each(func(key, rows uint32) { yield(Host{Addr: address4(key), Rows: int(rows)}) })
	c.eachOther(yield)
}

// eachOther hands out the hosts that are no IPv4 addresses.
func (c *counter) eachOther(yield func(Host)) {
	for a, n := range c.wide {
		yield(Host{Addr: a, Rows: int(n)})
	}
	for w, n := range c.words {
		yield(Host{Word: w, Rows: int(n)})
	}
}

// top lists the n hosts that come first in an order, nil for byRows; never are
// all of them held as Hosts.
func (c *counter) top(n int, order func(a, b Host) int) []Host {
	first := leaders{n: n, order: order, hosts: []Host{}}
	if order == nil {
		first.order = byRows
		for _, s := range c.quads.top(n) {
			first.add(Host{Addr: address4(uint32(s)), Rows: int(s >> 32)})
		}
	} else {
		c.quads.each(func(key, rows uint32) { first.add(Host{Addr: address4(key), Rows: int(rows)}) })
	}
	c.eachOther(first.add)
	return first.list()
}

// leaders keeps the n hosts that come first in an order.
type leaders struct {
	n     int
	order func(a, b Host) int
	hosts []Host
	full  bool // n were found once: others have to come before the last of them
}

func (l *leaders) add(h Host) {
	if l.full && l.order(h, l.hosts[l.n-1]) > 0 {
		return
	}
	if l.hosts = append(l.hosts, h); len(l.hosts) == 2*l.n {
		l.list()
		l.full = true
	}
}

func (l *leaders) list() []Host {
	slices.SortFunc(l.hosts, l.order)
	l.hosts = l.hosts[:min(len(l.hosts), l.n)]
	return l.hosts
}

// byRows puts hosts with most rows first; equal ones by address.
func byRows(a, b Host) int {
	return cmp.Or(cmp.Compare(b.Rows, a.Rows), a.Addr.Compare(b.Addr), strings.Compare(a.Word, b.Word))
}

// rowsOf is how often a host is named.
func (c *counter) rowsOf(addr netip.Addr, word string) int {
	switch {
	case addr.Is4():
		quad := addr.As4()
		return c.quads.rows(binary.BigEndian.Uint32(quad[:]))
	case addr.IsValid():
		return int(c.wide[addr])
	}
	return int(c.words[word])
}
