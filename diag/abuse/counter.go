package abuse

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"
)

// counter counts rows per host: addresses exactly up to mostHosts of them,
// masked words up to mostWords; beyond that it says that there are more. IPv4
// has a table of its own, as logs of millions of lines are IPv4.
type counter struct {
	keys  []uint32
	rows  []uint32 // 0: free slot
	used  int
	wide  map[netip.Addr]uint32 // IPv6
	words map[string]uint32
	more  bool // hosts were left out
}

const (
	mostHosts = 1 << 20 // 16 MB of table
	mostWide  = 1 << 17
	mostWords = 1 << 12
)

func (c *counter) add(addr netip.Addr, word []byte, n uint32) {
	switch {
	case addr.Is4():
		quad := addr.As4()
		c.add4(binary.BigEndian.Uint32(quad[:]), n)
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

func (c *counter) add4(key, n uint32) {
	if c.used*4 >= len(c.keys)*3 && !c.enlarge() {
		if i := c.slot(key); c.rows[i] > 0 {
			c.rows[i] += n
		} else {
			c.more = true
		}
		return
	}
	i := c.slot(key)
	if c.rows[i] == 0 {
		c.keys[i] = key
		c.used++
	}
	c.rows[i] += n
}

// slot finds where key is or goes; the table always has free slots.
func (c *counter) slot(key uint32) uint32 {
	mask := uint32(len(c.keys) - 1)
	// Fibonacci hashing: neighbours in a network land far apart.
	i := key * 2654435769 >> 8 & mask
	for c.rows[i] != 0 && c.keys[i] != key {
		i = (i + 1) & mask
	}
	return i
}

// enlarge doubles the table; false if it is as large as it may get.
func (c *counter) enlarge() bool {
	size := max(64, 2*len(c.keys))
	if size > 2*mostHosts {
		return false
	}
	old := *c
	c.keys, c.rows = make([]uint32, size), make([]uint32, size)
	for i, n := range old.rows {
		if n > 0 {
			j := c.slot(old.keys[i])
			c.keys[j], c.rows[j] = old.keys[i], n
		}
	}
	return true
}

func (c *counter) merge(other *counter) {
	for i, n := range other.rows {
		if n > 0 {
			c.add4(other.keys[i], n)
		}
	}
	for a, n := range other.wide {
		c.add(a, nil, n)
	}
	for w, n := range other.words {
		c.add(netip.Addr{}, []byte(w), n)
	}
	c.more = c.more || other.more
}

// distinct is the number of hosts, words included.
func (c *counter) distinct() int { return c.used + len(c.wide) + len(c.words) }

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
	for i, n := range c.rows {
		if n > 0 {
			yield(Host{Addr: address4(c.keys[i]), Rows: int(n)})
		}
	}
	for a, n := range c.wide {
		yield(Host{Addr: a, Rows: int(n)})
	}
	for w, n := range c.words {
		yield(Host{Word: w, Rows: int(n)})
	}
}

// top lists the n hosts that come first in an order; never are all of them held
// as Hosts.
func (c *counter) top(n int, order func(a, b Host) int) []Host {
	all := make([]Host, 0, min(c.distinct(), 2*n))
	full := false // the first n were found once: others have to come before the last of them
	c.each(func(h Host) {
		if full && order(h, all[n-1]) > 0 {
			return
		}
		if all = append(all, h); len(all) == 2*n {
			slices.SortFunc(all, order)
			all, full = all[:n], true
		}
	})
	slices.SortFunc(all, order)
	return all[:min(len(all), n)]
}

// byRows puts hosts with most rows first; equal ones by address.
func byRows(a, b Host) int {
	return cmp.Or(cmp.Compare(b.Rows, a.Rows), a.Addr.Compare(b.Addr), strings.Compare(a.Word, b.Word))
}

// rowsOf is how often a host is named.
func (c *counter) rowsOf(addr netip.Addr, word string) int {
	switch {
	case addr.Is4() && len(c.keys) > 0:
		quad := addr.As4()
		return int(c.rows[c.slot(binary.BigEndian.Uint32(quad[:]))])
	case addr.IsValid():
		return int(c.wide[addr])
	}
	return int(c.words[word])
}
