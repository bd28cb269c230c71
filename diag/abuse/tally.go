package abuse

import (
	"bytes"
	"net/netip"
	"time"

	"latchkey/diag/abuse/grammar"
)

// tally adds up the rows of a log in bounded memory.
type tally struct {
	own       owner
	out, in   side // from the server and against it; without an owner all is out
	protocols [256]int
	first     grammar.Stamp
	last      grammar.Stamp
	halves    [2]struct{ first, last grammar.Stamp } // of the year, for times that lack it
	times     timeline
	widths    []int64
	zone      zone
	fine      bool // times tell fractions of a second
	rates     map[string]Rate
	packets   int64
	bytes     int64
	syn       int
	smallest  int64 // sizes of packets; -1 none
	largest   int64
	cluster   int // rows to networks inside a Kubernetes cluster
	overlay   int // rows to 100.64.0.0/10
	beside    int // rows of a second log in the same text: of another kind, so nothing else is added up of them
}

// owner is the server the report is about, as address or masked word.
type owner struct {
	addr netip.Addr
	word string
}

func (o owner) known() bool { return o.addr.IsValid() || o.word != "" }

func (o owner) is(e *grammar.Endpoint) bool {
	if o.addr.IsValid() {
		return e.Addr == o.addr
	}
	return o.word != "" && !e.Addr.IsValid() && bytes.EqualFold(e.Word, []byte(o.word))
}

// side is what the rows of one direction name.
type side struct {
	rows                     int
	sources, targets         counter
	sourcePorts, targetPorts *ports
}

// ports counts rows per port.
type ports struct {
	rows     [65536]uint32
	distinct int
}

func (p *ports) add(port int32, n uint32) {
	if p.rows[port] == 0 {
		p.distinct++
	}
	p.rows[port] += n
}

func (p *ports) merge(other *ports) {
	for port, n := range other.rows {
		if n > 0 {
			p.add(int32(port), n)
		}
	}
}

// Rate is what a summary says about one host, per second; -1 not told.
type Rate struct{ Packets, Bits float64 }

// mostRates bounds the hosts whose rates are kept: summaries list some dozen.
const mostRates = 4096

func newTally(own owner) *tally {
	return &tally{own: own, widths: binWidths(), smallest: grammar.Unknown, largest: grammar.Unknown}
}

func (t *tally) add(row *grammar.Row) {
	s := &t.out
	if t.own.is(&row.Target) && !t.own.is(&row.Source) {
		s = &t.in
	}
	s.add(row)
	t.protocols[row.Protocol]++
	if row.Time.Parts != 0 {
		t.addTime(&row.Time)
		if row.End.Parts != 0 {
			t.addSpan(&row.End)
		}
	}
	if row.Packets > 0 {
		t.packets += row.Packets
	}
	if row.Bytes > 0 {
		t.bytes += row.Bytes
	}
	if row.Size >= 0 {
		t.largest = max(t.largest, row.Size)
		if t.smallest < 0 || row.Size < t.smallest {
			t.smallest = row.Size
		}
	}
	if row.SYN {
		t.syn++
	}
	t.addNetwork(row.Target.Addr)
	if row.PacketRate >= 0 || row.BitRate >= 0 {
		t.addRate(row)
	}
}

func (s *side) add(row *grammar.Row) {
	s.rows++
	s.sources.add(row.Source.Addr, row.Source.Word, 1)
	s.targets.add(row.Target.Addr, row.Target.Word, 1)
	if row.Source.Port >= 0 {
		if s.sourcePorts == nil {
			s.sourcePorts = &ports{}
		}
		s.sourcePorts.add(row.Source.Port, 1)
	}
	if row.Target.Port >= 0 {
		if s.targetPorts == nil {
			s.targetPorts = &ports{}
		}
		s.targetPorts.add(row.Target.Port, 1)
	}
}

// addNetwork counts targets whose network tells the cause: an overlay VPN, the
// service networks of a Kubernetes cluster in their usual places.
func (t *tally) addNetwork(a netip.Addr) {
	if !a.Is4() {
		return
	}
	switch q := a.As4(); {
	case q[0] == 100 && q[1]&0xC0 == 64:
		t.overlay++
	case q[0] == 10 && (q[1] == 96 || q[1] == 42 || q[1] == 43 || q[1] == 244 || q[1] == 152 && q[2] == 183):
		t.cluster++
	}
}

// addTime keeps the span of the most complete times, and counts them.
func (t *tally) addTime(s *grammar.Stamp) {
	if s.Parts&grammar.Zoned != 0 {
		t.zone.add(zone{name: s.Zone, offset: s.Offset, rows: 1})
	}
	t.addSpan(s)
	t.fine = t.fine || s.Micros%second != 0
	if s.Parts&(grammar.Day|grammar.Year) == t.first.Parts&(grammar.Day|grammar.Year) {
		t.times.add(t.widths, s.Micros, 1)
	}
}

// addHalf keeps the span of each half of the year: of times without a year the
// latest may be in January and the first in December.
func (t *tally) addHalf(s *grammar.Stamp) {
	h := &t.halves[0]
	if s.Time().UTC().Month() > time.June {
		h = &t.halves[1]
	}
	if h.first.Parts == 0 || s.Micros < h.first.Micros {
		h.first = *s
	}
	if h.last.Parts == 0 || s.Micros > h.last.Micros {
		h.last = *s
	}
}

// wraps reports whether a log without years runs over New Year: it has times in
// winter on both sides and none in summer.
func (t *tally) wraps() bool {
	early, late := t.halves[0], t.halves[1]
	const halfYear = 183 * 86400 * second
	return early.first.Parts != 0 && late.first.Parts != 0 && late.first.Micros-early.last.Micros > halfYear
}

// addSpan widens the span by one time.
func (t *tally) addSpan(s *grammar.Stamp) {
	if s.Parts&dayAndYear == grammar.Day {
		t.addHalf(s)
	}
	switch {
	case s.Parts&dayAndYear > t.first.Parts&dayAndYear || t.first.Parts == 0:
		t.first, t.last, t.times = *s, *s, timeline{}
	case s.Parts&dayAndYear < t.first.Parts&dayAndYear:
	case instant(s) < instant(&t.first):
		t.first = *s
	case instant(s) > instant(&t.last):
		t.last = *s
	}
}

// zone is the time zone that the lines of a log name.
type zone struct {
	name    string
	offset  int32 // seconds east of UTC
	rows    int   // that name one
	several bool
}

func (z *zone) add(other zone) {
	switch {
	case other.rows == 0:
		return
	case z.rows == 0:
		*z = other
		return
	case z.offset != other.offset, other.several:
		z.several = true
	}
	z.rows += other.rows
	z.name = max(z.name, other.name) // «UTC» and «GMT» are one zone, whichever comes first
	if z.several {
		z.name, z.offset = "", 0
	}
}

// dayAndYear is what two times have to have in common to be compared.
const dayAndYear = grammar.Day | grammar.Year

// earlier reports whether a is before b; of times that do not tell the same
// neither is.
func earlier(a, b *grammar.Stamp) bool {
	return a.Parts&dayAndYear == b.Parts&dayAndYear && instant(a) < instant(b)
}

// instant orders times: by UTC where the zone is known.
func instant(s *grammar.Stamp) int64 {
	if s.Parts&grammar.Zoned != 0 {
		return s.Micros - int64(s.Offset)*second
	}
	return s.Micros
}

func (t *tally) addRate(row *grammar.Row) {
	host := row.Target.Host()
	if t.own.is(&row.Target) {
		host = row.Source.Host()
	}
	t.keepRate(host, Rate{row.PacketRate, row.BitRate})
}

// keepRate keeps the highest rate of a host that is listed several times: those
// of different stretches of time cannot be added.
func (t *tally) keepRate(host string, r Rate) {
	if t.rates == nil {
		t.rates = map[string]Rate{}
	}
	was, ok := t.rates[host]
	switch {
	case ok:
		t.rates[host] = Rate{max(was.Packets, r.Packets), max(was.Bits, r.Bits)}
	case len(t.rates) < mostRates:
		t.rates[host] = r
	}
}

// hosts is how many are held.
func (t *tally) hosts() int {
	n := 0
	for _, s := range []*side{&t.out, &t.in} {
		n += s.sources.distinct() + s.targets.distinct()
	}
	return n
}

// merge adds the rows of a log or piece that comes later.
func (t *tally) merge(other *tally) {
	t.out.merge(&other.out)
	t.in.merge(&other.in)
	for p, n := range other.protocols {
		t.protocols[p] += n
	}
	t.zone.add(other.zone)
	t.fine = t.fine || other.fine
	if other.first.Parts != 0 {
		before := t.first.Parts & (grammar.Day | grammar.Year)
		for _, s := range []*grammar.Stamp{
			&other.first, &other.last,
			&other.halves[0].first, &other.halves[0].last, &other.halves[1].first, &other.halves[1].last,
		} {
			if s.Parts != 0 {
				t.addSpan(s)
			}
		}
		if other.first.Parts&(grammar.Day|grammar.Year) >= before {
			t.times.merge(other.times)
		}
	}
	for host, r := range other.rates {
		t.keepRate(host, r)
	}
	t.packets += other.packets
	t.bytes += other.bytes
	t.syn += other.syn
	t.cluster += other.cluster
	t.overlay += other.overlay
	t.beside += other.beside
	t.largest = max(t.largest, other.largest)
	if t.smallest < 0 || other.smallest >= 0 && other.smallest < t.smallest {
		t.smallest = other.smallest
	}
}

func (s *side) merge(other *side) {
	s.rows += other.rows
	s.sources.merge(&other.sources)
	s.targets.merge(&other.targets)
	s.sourcePorts = mergePorts(s.sourcePorts, other.sourcePorts)
	s.targetPorts = mergePorts(s.targetPorts, other.targetPorts)
}

func mergePorts(a, b *ports) *ports {
	if b == nil || b.distinct == 0 {
		return a
	}
	if a == nil {
		a = &ports{}
	}
	a.merge(b)
	return a
}

// takeHosts moves the hosts of another tally here. It keeps the room they took.
func (t *tally) takeHosts(other *tally) {
	t.out.takeHosts(&other.out)
	t.in.takeHosts(&other.in)
}

func (s *side) takeHosts(other *side) {
	s.sources.merge(&other.sources)
	s.targets.merge(&other.targets)
	other.sources.clear()
	other.targets.clear()
}
