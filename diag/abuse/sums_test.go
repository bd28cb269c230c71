package abuse

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"

	"latchkey/diag/abuse/grammar"
)

func sum(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// TestTimeline: whatever the order and the span of times, every row is in a bar,
// and in the bar its time belongs to.
func TestTimeline(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	start := time.Date(2025, 2, 3, 4, 5, 6, 0, time.UTC).UnixMicro()
	for _, span := range []int64{5000, 90 * second, 3600 * second, 40 * 86400 * second, 3 * 364 * 86400 * second, 40 * 364 * 86400 * second} {
		for _, pieces := range []int{1, 2, 5} {
			parts := make([]timeline, pieces)
			times := make([]int64, 3000)
			for i := range times {
				times[i] = start - span/2 + r.Int64N(span)
				parts[r.IntN(pieces)].add(binWidths(), times[i], 1)
			}
			var line timeline
			for _, p := range parts {
				line.merge(p)
			}
			if len(line.bins) > mostBins+1 {
				t.Fatalf("%d bins", len(line.bins))
			}
			b := line.bars(mostBars, 0)
			if sum(b.Counts) != len(times) || len(b.Counts) > mostBars || len(b.Counts) < 2 {
				t.Fatalf("span %d s in %d pieces: %d bars hold %d rows", span/second, pieces, len(b.Counts), sum(b.Counts))
			}
			want := make([]int, len(b.Counts))
			for _, at := range times {
				want[(at-b.Start)/b.Width]++
			}
			if !slices.Equal(b.Counts, want) {
				t.Fatalf("span %d s in %d pieces: %v, want %v", span/second, pieces, b.Counts, want)
			}
		}
	}
}

// TestTimelineOrder: the same times give the same bins in any order.
func TestTimelineOrder(t *testing.T) {
	times := []int64{0, -1, 5 * second, 86400 * second, -86400 * second, 3, 40 * 86400 * second, 12345678}
	var forward, backward timeline
	for i := range times {
		forward.add(binWidths(), times[i], 2)
		backward.add(binWidths(), times[len(times)-1-i], 2)
	}
	if !reflect.DeepEqual(forward.bars(60, 0), backward.bars(60, 0)) || forward.level != backward.level {
		t.Errorf("%+v and %+v", forward, backward)
	}
}

func TestBarsOfOneMoment(t *testing.T) {
	var line timeline
	for range 5 {
		line.add(binWidths(), 1e15, 1)
	}
	if b := line.bars(mostBars, second); len(b.Counts) != 0 {
		t.Errorf("one moment needs no bars: %+v", b)
	}
}

// reference counts as counter does, by a map.
type reference map[string]int

func (c reference) equal(t *testing.T, own *counter) {
	t.Helper()
	if own.distinct() != len(c) || own.more {
		t.Fatalf("%d hosts, more %v, want %d", own.distinct(), own.more, len(c))
	}
	n := 0
	own.each(func(h Host) {
		if n++; c[h.Name()] != h.Rows {
			t.Fatalf("%s has %d rows, want %d", h.Name(), h.Rows, c[h.Name()])
		}
		if own.rowsOf(h.Addr, h.Word) != h.Rows {
			t.Fatalf("rowsOf %s is %d", h.Name(), own.rowsOf(h.Addr, h.Word))
		}
	})
	if n != len(c) {
		t.Fatalf("each hands out %d of %d", n, len(c))
	}
}

func TestCounter(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var parts [3]counter
	want := reference{}
	for range 50_000 {
		var addr netip.Addr
		var word []byte
		switch r.IntN(10) {
		case 0:
			word = fmt.Appendf(nil, "198.51.x.%d", r.IntN(300))
		case 1:
			addr = netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 15: byte(r.IntN(256))})
		case 2: // neighbours
			addr = quad(10, 0, r.IntN(4), r.IntN(256))
		default:
			addr = quad(240, r.IntN(4), r.IntN(256), r.IntN(256))
		}
		parts[r.IntN(3)].add(addr, word, 2)
		if addr.IsValid() {
			want[addr.String()] += 2
		} else {
			want[string(word)] += 2
		}
	}
	parts[0].add(netip.Addr{}, nil, 1) // a row without that side counts for nobody
	var all counter
	for i := range parts {
		all.merge(&parts[i])
	}
	want.equal(t, &all)
	top := all.top(20, nil)
	if len(top) != 20 || !slices.IsSortedFunc(top, byRows) {
		t.Errorf("%v", top)
	}
	all.each(func(h Host) {
		if byRows(h, top[19]) < 0 && !slices.Contains(top, h) {
			t.Errorf("%v is missing in %v", h, top)
		}
	})
	if n := len(all.top(1<<20, nil)); n != len(want) {
		t.Errorf("all of %d are %d", len(want), n)
	}
	if all.rowsOf(netip.MustParseAddr("203.0.113.1"), "") != 0 || all.rowsOf(netip.Addr{}, "nobody") != 0 || new(counter).rowsOf(quad(1, 2, 3, 4), "") != 0 {
		t.Error("rows of hosts that were never added")
	}
}

// TestCounterBounds: beyond its bounds a counter says that there are more, and
// goes on with those it knows.
func TestCounterBounds(t *testing.T) {
	var c counter
	for i := range 2 * mostHosts {
		c.add(quad(240+i>>24, i>>16, i>>8, i), nil, 1)
	}
	if !c.more || c.distinct() < mostHosts || len(c.quads.slots) > mostSlots {
		t.Errorf("%d hosts in %d slots, more %v", c.distinct(), len(c.quads.slots), c.more)
	}
	c.add(quad(240, 0, 0, 0), nil, 5)
	if n := c.rowsOf(quad(240, 0, 0, 0), ""); n != 6 {
		t.Errorf("%d rows of the first", n)
	}
	var words counter
	for i := range 2 * mostWords {
		words.add(netip.Addr{}, fmt.Appendf(nil, "host-%d.example.org", i), 1)
	}
	words.add(netip.Addr{}, []byte("host-0.example.org"), 1)
	if !words.more || words.distinct() != mostWords || words.rowsOf(netip.Addr{}, "host-0.example.org") != 2 {
		t.Errorf("%d words, more %v", words.distinct(), words.more)
	}
	var long counter
	for range 2 {
		long.add(netip.Addr{}, bytes.Repeat([]byte("x"), 5000), 1)
	}
	long.each(func(h Host) {
		if len(h.Word) != longestWord || h.Rows != 2 {
			t.Errorf("%d bytes, %d rows", len(h.Word), h.Rows)
		}
	})
	var six counter
	for i := range mostWide + 10 {
		six.add(netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)}), nil, 1)
	}
	if !six.more || six.distinct() != mostWide {
		t.Errorf("%d IPv6, more %v", six.distinct(), six.more)
	}
}

// randomRow makes a row as any grammar could.
func randomRow(r *rand.Rand) grammar.Row {
	var row grammar.Row
	row.Reset()
	side := func() grammar.Endpoint {
		e := grammar.Endpoint{Port: int32(r.IntN(70000)) - 4464}
		e.Port = max(e.Port, grammar.Unknown)
		switch r.IntN(8) {
		case 0:
			e.Word = []byte([]string{"x.x.x.x", "[redacted]", "host.example.org"}[r.IntN(3)])
		case 1:
		case 2:
			e.Addr = netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 15: byte(r.IntN(64))})
		case 3:
			e.Addr = quad(192, 0, 2, 10)
		default:
			e.Addr = []netip.Addr{quad(10, 96, 0, r.IntN(9)), quad(100, 64, r.IntN(9), 1), quad(198, 51, 100, r.IntN(256))}[r.IntN(3)]
		}
		return e
	}
	row.Source, row.Target = side(), side()
	row.Protocol = []grammar.Protocol{0, grammar.TCP, grammar.UDP, grammar.ICMP, 200}[r.IntN(5)]
	row.SYN = r.IntN(2) == 0
	const dated = grammar.Clock | grammar.Day | grammar.Year
	base := time.Date(2025, 2, 3, 0, 0, 0, 0, time.UTC).UnixMicro()
	if r.IntN(10) > 0 {
		row.Time = grammar.Stamp{Micros: base + r.Int64N(86400*second), Parts: dated}
		switch r.IntN(3) {
		case 0:
			row.Time = row.Time.In("UTC", 0)
		case 1:
			row.Time = row.Time.In("CET", 3600)
		}
	}
	for _, n := range []*int64{&row.Packets, &row.Bytes, &row.Size} {
		if r.IntN(2) == 0 {
			*n = int64(r.IntN(2000))
		}
	}
	if r.IntN(20) == 0 {
		row.PacketRate, row.BitRate = float64(r.IntN(1000)), float64(r.IntN(1000))
	}
	return row
}

// TestTallyMerge: sums of pieces, added up in any order and partly before, are those
// of the whole.
func TestTallyMerge(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		own := owner{addr: quad(192, 0, 2, 10)}
		whole := newTally(own)
		pieces := make([]*tally, 1+r.IntN(6))
		for i := range pieces {
			pieces[i] = newTally(own)
		}
		merged := newTally(own)
		for range r.IntN(3000) {
			row := randomRow(r)
			whole.add(&row)
			piece := pieces[r.IntN(len(pieces))]
			if piece.add(&row); r.IntN(300) == 0 {
				merged.takeHosts(piece)
			}
		}
		for _, i := range r.Perm(len(pieces)) {
			merged.merge(pieces[i])
		}
		if whole.in.rows+whole.out.rows != merged.in.rows+merged.out.rows || !sameSums(whole, merged) {
			t.Errorf("seed %d: %+v\nwant %+v", seed, merged.first, whole.first)
		}
	}
}

// TestTallyPrefersCompleteTimes: a time with more parts outweighs those with
// fewer, wherever it stands.
func TestTallyPrefersCompleteTimes(t *testing.T) {
	row := func(micros int64, parts grammar.Parts) *grammar.Row {
		var row grammar.Row
		row.Reset()
		row.Time = grammar.Stamp{Micros: micros, Parts: parts}
		return &row
	}
	const dated = grammar.Clock | grammar.Day | grammar.Year
	base := time.Date(2025, 2, 3, 4, 5, 6, 0, time.UTC).UnixMicro()
	rows := []*grammar.Row{row(5, grammar.Clock), row(base+second, dated), row(7*second, grammar.Clock), row(base, dated)}
	for _, order := range [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 0, 3, 2}} {
		whole, a, b := newTally(owner{}), newTally(owner{}), newTally(owner{})
		for i, n := range order {
			whole.add(rows[n])
			[]*tally{a, b}[i/2].add(rows[n])
		}
		a.merge(b)
		for _, sums := range []*tally{whole, a} {
			if sums.first.Micros != base || sums.last.Micros != base+second {
				t.Errorf("order %v: %+v to %+v", order, sums.first, sums.last)
			}
		}
		if n := sum(a.times.bars(60, 0).Counts); n != 2 {
			t.Errorf("order %v: %d rows in the bars", order, n)
		}
	}
}

// TestMergeHeading: nothing that one of two headings says is lost.
func TestMergeHeading(t *testing.T) {
	at := func(hour int) grammar.Stamp {
		return grammar.Stamp{Micros: int64(hour) * 3600 * second, Parts: grammar.Clock | grammar.Day | grammar.Year}
	}
	a := grammar.Heading{Title: "portscan", Ports: []uint16{22, 80}, First: at(5), Last: at(6), Packets: 10, Outward: true}
	b := grammar.Heading{Title: "netscan", Accused: "192.0.2.10", Ports: []uint16{80, 443}, First: at(4), Last: at(8), Packets: 5, Bits: 7, Sampled: true, Incident: "flood"}
	want := grammar.Heading{Title: "portscan", Accused: "192.0.2.10", Ports: []uint16{22, 80, 443}, First: at(4), Last: at(8), Packets: 10, Bits: 7, Outward: true, Sampled: true, Incident: "flood"}
	if got := mergeHeading(a, b); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := mergeHeading(grammar.Heading{}, b); !reflect.DeepEqual(got, b) {
		t.Errorf("%+v, want %+v", got, b)
	}
}
