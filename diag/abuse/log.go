package abuse

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sort"
	"sync"
	"sync/atomic"

	"latchkey/diag/abuse/grammar"
)

// Log is a text as one grammar reads it. It holds an index and sums, no rows:
// Rows and Lines read them again where they are asked for, so that a log of
// gigabytes opens like a small one.
type Log struct {
	Text    Text
	Grammar grammar.Grammar
	Beside  *grammar.Grammar // of a second log in the same text, whose rows are read as well; nil: there is none
	// Lines counts all lines, Rows the rows. Understood are the lines the
	// grammar made something of, Damaged those marked Unread.
	Lines, Rows, Understood, Damaged int

	tally    *tally
	heading  grammar.Heading
	segments []*segment
	first    int // lines of the first and last that were understood; -1 none
	last     int

	mu      sync.Mutex
	page    []Entry // rows read last, from pageRow on
	pageRow int
}

const (
	// segmentSize is how much of a text one goroutine reads at a time. It bounds
	// what is held: a buffer of this size for each of them.
	segmentSize = 4 << 20
	// mostWorkers bounds those buffers; disks deliver no more than so many read.
	mostWorkers = 8
)

// job is one reading of a text.
type job struct {
	text     Text
	grammar  grammar.Grammar
	own      owner
	stride   int64            // bytes of a segment, more or less
	digits   int              // of a line outside the rows that looks like one
	progress func(done int64) // bytes read so far, from several goroutines; nil for nobody

	head   []byte
	primed grammar.Reader // has seen the heading
	// inOrder: rows may reach from one segment into the next and no line tells
	// where one begins, so each segment goes on with the reader of the one before.
	inOrder    bool
	boundaries *boundaries
	done       atomic.Int64

	mu  sync.Mutex
	sum *tally
}

// read reads the whole text by its grammar, on all processors.
func (j *job) read(ctx context.Context) (*Log, error) {
	var err error
	if j.head, err = j.text.head(); err != nil {
		return nil, err
	}
	j.sum = newTally(j.own)
	opened := j.grammar.Open(j.head)
	if opened == nil {
		return &Log{Text: j.text, Grammar: j.grammar, tally: j.sum, first: -1, last: -1}, nil
	}
	_, j.inOrder = opened.(grammar.Ender)
	j.primed = primed(j.grammar, j.head)
	segments := make([]*segment, (j.text.Size+j.stride-1)/j.stride)
	j.boundaries = newBoundaries(len(segments))
	workers := min(runtime.GOMAXPROCS(0), mostWorkers, len(segments))
	if j.inOrder {
		workers = min(workers, 1)
	}
	errs := make([]error, workers)
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() { errs[w] = j.work(ctx, segments, &next) })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return j.assemble(segments), nil
}

// mostApart is from how many hosts on those of one goroutine are added to those
// of all: large sums are held once, and small ones stay in the processor's cache
// beside the text that is read.
const mostApart = 1 << 14

// work reads segments until none is left. The error is that of ctx or of the
// text.
func (j *job) work(ctx context.Context, segments []*segment, next *atomic.Int64) error {
	var buf []byte
	t := newTally(j.own)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		i := int(next.Add(1)) - 1
		if i >= len(segments) {
			j.add(t)
			return nil
		}
		s := &segment{job: j, number: i, tally: t}
		if j.inOrder && i > 0 {
			s.previous = segments[i-1]
		}
		segments[i] = s
		var err error
		if buf, err = s.read(buf); err != nil {
			return err
		}
	}
}

func (j *job) add(t *tally) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sum.merge(t)
}

// takeHosts adds the hosts of one goroutine to those of all.
func (j *job) takeHosts(t *tally) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sum.takeHosts(t)
}

// primed is a reader that has seen the beginning of a text and waits for the
// beginning of a row, for reading that starts in the middle.
func primed(g grammar.Grammar, head []byte) grammar.Reader {
	a := newAssembler(g.Open(head), noSink{})
	between := 0 // offset at which no row was open
	for at, number := 0, 0; at < len(head); number++ {
		raw, size := nextLine(head[at:])
		at += size
		if line, _ := prepared(raw); line != nil {
			a.line(number, line)
		}
		if a.began < 0 {
			between = at
		}
	}
	if a.began >= 0 && between < len(head) { // it waits for a line that it will not get
		return primed(g, head[:between])
	}
	return a.reader
}

// assemble puts the segments into one log.
func (j *job) assemble(segments []*segment) *Log {
	l := &Log{Text: j.text, Grammar: j.grammar, first: -1, last: -1, segments: segments, tally: j.sum}
	for _, s := range segments {
		s.firstLine, s.firstRow = l.Lines, l.Rows
		l.Lines += s.lines
		l.Rows += s.rows
		l.Understood += s.counts[RowLine] + s.counts[Framing]
		if h, ok := s.reader.(grammar.Headed); ok {
			l.heading = mergeHeading(l.heading, h.Heading())
		}
		first, last := s.understood()
		if first >= 0 && l.first < 0 {
			l.first = s.firstLine + first
		}
		if last >= 0 {
			l.last = s.firstLine + last
		}
		s.release()
	}
	if l.last >= 0 && l.last == l.Lines-2 && l.rawMark(l.last+1) == odd {
		l.last++ // the text breaks off within a row
	}
	for _, s := range segments {
		l.Damaged += s.counts[Unread] + s.oddWithin(l.first-s.firstLine, l.last-s.firstLine)
	}
	return l
}

// mergeHeading joins what two readers of one log, or two logs, say of it. Where
// they contradict each other the first counts.
func mergeHeading(a, b grammar.Heading) grammar.Heading {
	a.Title, a.Accused, a.Incident = cmp.Or(a.Title, b.Title), cmp.Or(a.Accused, b.Accused), cmp.Or(a.Incident, b.Incident)
	a.Inward, a.Outward, a.Sampled = a.Inward || b.Inward, a.Outward || b.Outward, a.Sampled || b.Sampled
	if len(b.Ports) > 0 {
		a.Ports = slices.Concat(a.Ports, b.Ports)
		slices.Sort(a.Ports)
		a.Ports = slices.Compact(a.Ports)
	}
	if b.First.Known() && (!a.First.Known() || earlier(&b.First, &a.First)) {
		a.First = b.First
	}
	if b.Last.Known() && (!a.Last.Known() || earlier(&a.Last, &b.Last)) {
		a.Last = b.Last
	}
	a.Packets, a.Bits, a.Flows = max(a.Packets, b.Packets), max(a.Bits, b.Bits), max(a.Flows, b.Flows)
	return a
}

// segmentOf finds the segment that holds a line.
func (l *Log) segmentOf(line int) *segment {
	i := sort.Search(len(l.segments), func(i int) bool { return l.segments[i].firstLine > line })
	return l.segments[i-1]
}
