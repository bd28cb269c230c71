package abuse

import (
	"context"
	"runtime"
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
	// Lines counts all lines, Rows the rows. Understood are the lines the
	// grammar made something of; Damaged those among them, or looking like a
	// row elsewhere, that it did not understand.
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

// segmentSize is how much of a text one goroutine reads at a time. It bounds
// what is held: a buffer of this size for each of them.
const segmentSize = 4 << 20

// job is one reading of a text.
type job struct {
	text    Text
	grammar grammar.Grammar
	own     owner
	head    []byte
	primed  grammar.Reader // has seen the heading

	boundaries *boundaries
	progress   func(done int64)
	done       atomic.Int64
}

// readLog reads a whole text by one grammar, on all processors. progress, if
// not nil, gets the bytes read so far, from several goroutines.
func readLog(ctx context.Context, text Text, g grammar.Grammar, own owner, progress func(done int64)) (*Log, error) {
	head, err := text.head()
	if err != nil {
		return nil, err
	}
	j := &job{text: text, grammar: g, own: own, progress: progress, head: head}
	if j.primed = g.Open(head); j.primed == nil {
		return &Log{Text: text, Grammar: g, tally: newTally(own), first: -1, last: -1}, nil
	}
	prime(j.primed, head)
	segments := make([]*segment, (text.Size+segmentSize-1)/segmentSize)
	j.boundaries = newBoundaries(len(segments))
	workers := min(max(runtime.GOMAXPROCS(0), 1), len(segments))
	tallies := make([]*tally, workers)
	errs := make([]error, workers)
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range workers {
		tallies[w] = newTally(own)
		wait.Go(func() {
			buf := make([]byte, 0, min(segmentSize+4*grammar.MaxLine, text.Size))
			for ctx.Err() == nil && errs[w] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(segments) {
					return
				}
				s := &segment{job: j, start: int64(i) * segmentSize, tally: tallies[w]}
				segments[i] = s
				buf, errs[w] = s.read(buf)
			}
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return j.assemble(segments, tallies), nil
}

// prime shows a reader the beginning of a text, for readers that start in the
// middle of it.
func prime(r grammar.Reader, head []byte) {
	var row grammar.Row
	row.Reset()
	outcome := grammar.Foreign
	for len(head) > 0 {
		line, size := nextLine(head)
		head = head[size:]
		line = grammar.Prepare(line)
		if len(line) == 0 || len(line) > grammar.MaxLine || isBlank(line) {
			continue
		}
		if outcome = r.Line(line, &row); outcome != grammar.Begun {
			row.Reset()
		}
	}
	if outcome == grammar.Begun { // the reader waits for a line that it will not get
		r.Line([]byte("?"), &row)
	}
}

// assemble puts the segments into one log.
func (j *job) assemble(segments []*segment, tallies []*tally) *Log {
	l := &Log{Text: j.text, Grammar: j.grammar, first: -1, last: -1, segments: segments, tally: newTally(j.own)}
	if len(tallies) > 0 {
		l.tally = tallies[0]
		for _, t := range tallies[1:] {
			l.tally.merge(t)
		}
	}
	pending := 0
	for i, s := range segments {
		s.firstLine, s.firstRow = l.Lines, l.Rows
		if s.first >= 0 {
			if l.first < 0 {
				l.first = s.firstLine + s.first
				l.Damaged += s.lookalikes
			} else {
				l.Damaged += pending + s.leading
			}
			l.last = s.firstLine + s.last
			pending = s.trailing
			l.Damaged += s.inner
		} else if l.first < 0 {
			l.Damaged += s.lookalikes
		} else {
			pending += s.leading
		}
		l.Lines += s.lines
		l.Rows += s.rows
		l.Understood += s.understood
		if i == len(segments)-1 {
			l.Damaged += s.tailLookalikes
		}
		if h, ok := s.reader.(grammar.Headed); ok {
			l.heading = mergeHeading(l.heading, h.Heading())
		}
		s.reader = nil
	}
	return l
}

// mergeHeading takes from a later piece what an earlier one did not say.
func mergeHeading(a, b grammar.Heading) grammar.Heading {
	if a.Title == "" {
		a.Title = b.Title
	}
	if a.Accused == "" {
		a.Accused = b.Accused
	}
	if a.Incident == "" {
		a.Incident = b.Incident
	}
	a.Inward, a.Outward, a.Sampled = a.Inward || b.Inward, a.Outward || b.Outward, a.Sampled || b.Sampled
	if len(a.Ports) == 0 {
		a.Ports = b.Ports
	}
	if !a.First.Known() {
		a.First, a.Last = b.First, b.Last
	}
	a.Packets, a.Bits, a.Flows = max(a.Packets, b.Packets), max(a.Bits, b.Bits), max(a.Flows, b.Flows)
	return a
}

// segmentOf finds the segment that holds a line.
func (l *Log) segmentOf(line int) *segment {
	i := sort.Search(len(l.segments), func(i int) bool { return l.segments[i].firstLine > line })
	return l.segments[i-1]
}

func isBlank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' {
			return false
		}
	}
	return true
}

// looksLikeRow reports whether a line that no grammar understood holds what
// rows hold: an address, masked or not, among few words.
func looksLikeRow(line []byte) bool { return !isProse(line) && holdsAddress(line) }

// holdsAddress reports whether a line holds something in the shape of an
// address: four parts with dots, or six and more with colons.
func holdsAddress(line []byte) bool {
	dots, colons := 0, 0
	for i, c := range line {
		switch {
		case c == '.' && i > 0 && i+1 < len(line) && addressByte(line[i-1]) && addressByte(line[i+1]):
			dots++
		case c == ':':
			colons++
		case !addressByte(c):
			dots, colons = 0, 0
		}
		if dots == 3 || colons == 5 {
			return true
		}
	}
	return false
}

func addressByte(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' || c|0x20 == 'x' || c|0x20 == 'y' || c == '*' || c == '?'
}

// isProse reports whether a line is a sentence or nothing but ornament.
func isProse(line []byte) bool {
	digits, words, letters := 0, 0, 0
	for _, c := range line {
		switch {
		case c >= '0' && c <= '9':
			digits++
			letters = 0
		case c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80:
			if letters++; letters == 3 {
				words++
			}
		default:
			letters = 0
		}
	}
	return digits < 4 || words >= 4 && digits < 3*words
}
