package abuse

import (
	"math"
	"math/bits"
	"slices"
)

// quadTable counts rows per IPv4 address by open addressing. Logs of millions of
// lines are IPv4, and waiting for memory is most of what counting them takes: a
// slot is one word, rows above, address below, 0 if it is free.
type quadTable struct {
	slots []uint64
	used  int
}

// mostSlots bounds a table: 16 MB.
const mostSlots = 2 * mostHosts

// add counts n rows; false if there is no room for another address.
func (t *quadTable) add(key, n uint32) bool {
	full := t.used*4 >= len(t.slots)*3 && !t.enlarge(2*len(t.slots))
	i := t.slot(key)
	switch rows := t.slots[i] >> 32; {
	case rows > 0:
		n = uint32(min(rows+uint64(n), math.MaxUint32))
	case full:
		return false
	default:
		t.used++
	}
	t.slots[i] = uint64(n)<<32 | uint64(key)
	return true
}

// slot finds where key is or goes; the table always has free slots.
func (t *quadTable) slot(key uint32) uint32 {
	mask := uint32(len(t.slots) - 1)
	// Fibonacci hashing: neighbours in a network land far apart.
	i := key * 2654435769 >> bits.LeadingZeros32(mask)
	for t.slots[i]>>32 != 0 && uint32(t.slots[i]) != key {
		i = (i + 1) & mask
	}
	return i
}

// enlarge makes the table that large; false if it may not get so large.
func (t *quadTable) enlarge(size int) bool {
	size = max(64, size)
	if size > mostSlots {
		return false
	}
	old := t.slots
	t.slots = make([]uint64, size)
	for _, s := range old {
		if s>>32 > 0 {
			t.slots[t.slot(uint32(s))] = s
		}
	}
	return true
}

// merge adds what another table counted; false if not all had room.
func (t *quadTable) merge(other *quadTable) bool {
	// Addresses come in the order of their slots. In a smaller table they would
	// pile up at its beginning.
	if len(t.slots) < len(other.slots) {
		t.enlarge(len(other.slots))
	}
	all := true
	for _, s := range other.slots {
		if s>>32 > 0 && !t.add(uint32(s), uint32(s>>32)) {
			all = false
		}
	}
	return all
}

// rows is how often an address was counted.
func (t *quadTable) rows(key uint32) int {
	if len(t.slots) == 0 {
		return 0
	}
	return int(t.slots[t.slot(key)] >> 32)
}

// each hands out all addresses, in no order.
func (t *quadTable) each(yield func(key, rows uint32)) {
	for _, s := range t.slots {
		if s>>32 > 0 {
			yield(uint32(s), uint32(s>>32))
		}
	}
}

// keys lists all addresses in no order, and the most rows one of them has.
func (t *quadTable) keys() (keys []uint32, most int) {
	keys = make([]uint32, t.used+1)
	n, high := 0, uint64(0)
	for _, s := range t.slots {
		keys[n] = uint32(s) // no jump to foretell wrongly: half the slots are free
		if s>>32 > 0 {
			n++
		}
		high = max(high, s)
	}
	return keys[:n], int(high >> 32)
}

// top gives the n addresses with most rows, equal ones by address, as they stand
// in their slots but in no order.
func (t *quadTable) top(n int) []uint64 {
	best := make([]uint64, 0, min(t.used, 2*n))
	least := uint64(math.MaxUint32) // what others have to be above: at first a free slot
	for _, s := range t.slots {
		s ^= math.MaxUint32 // the lower address is the greater number
		if s <= least {
			continue
		}
		if best = append(best, s); len(best) == 2*n {
			slices.Sort(best)
			best = best[:copy(best, best[n:])]
			least = best[0]
		}
	}
	slices.Sort(best)
	best = best[max(len(best)-n, 0):]
	for i := range best {
		best[i] ^= math.MaxUint32
	}
	return best
}

// clear forgets all addresses and keeps the room for them.
func (t *quadTable) clear() {
	clear(t.slots)
	t.used = 0
}
