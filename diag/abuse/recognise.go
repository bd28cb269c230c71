package abuse

import (
	"runtime"
	"sync"
	"sync/atomic"

	"latchkey/diag/abuse/grammar"
)

// sample is what one grammar makes of some of a text.
type sample struct {
	noSink
	grammar    grammar.Grammar
	rows       int
	understood int
	rowLines   int // lines that rows stand in, and the digits in them
	digits     int
	heading    grammar.Heading
	beside     *grammar.Grammar // of a second log in the same text; nil: there is none
	either     map[string]int   // rows that name a host on either side
	source     map[string]int
}

// wholeSample is up to which size a text is tried as a whole; of longer ones
// the head and some windows are.
const wholeSample = 256 << 10

// samples gives the stretches of a text on which grammars are tried.
func samples(t Text) ([][]byte, error) {
	if t.Size <= wholeSample {
		b, err := t.piece(nil, 0, t.Size)
		return [][]byte{b}, err
	}
	head, err := t.head()
	all := [][]byte{head}
	for i := int64(1); i < 4 && err == nil; i++ {
		var b []byte
		b, err = t.window(t.Size / 4 * i)
		all = append(all, b)
	}
	return all, err
}

// recognise finds the grammar that reads a text best; nil if none reads any row
// or heading of it.
func recognise(t Text, known []grammar.Grammar) (*sample, error) {
	pieces, err := samples(t)
	if err != nil {
		return nil, err
	}
	head, err := t.head()
	if err != nil {
		return nil, err
	}
	var best *sample
	for _, s := range tryAll(known, head, pieces) { // in the order of the registry, on which beats relies
		if s.worth() && (best == nil || s.beats(best)) {
			best = s
		}
	}
	if best != nil {
		best.beside = secondLog(best, known, head, pieces)
	}
	return best, nil
}

// fewestBeside is how many rows a second log has at least. Fewer lines that look
// like one are a line quoted in a sentence.
const fewestBeside = 3

// secondLog finds the grammar of a second log in a text: that of one program, which
// reads rows where the best reads nothing. nil if there is none.
func secondLog(best *sample, known []grammar.Grammar, head []byte, pieces [][]byte) *grammar.Grammar {
	rest, addressed := make([][]byte, len(pieces)), 0
	for i, piece := range pieces {
		n := 0
		rest[i], n = leftOver(best.grammar, head, piece, i > 0)
		addressed += n
	}
	if addressed < fewestBeside {
		return nil
	}
	var others []grammar.Grammar
	for _, g := range known {
		if g.Rank == grammar.Exact && g.Name != best.grammar.Name {
			others = append(others, g)
		}
	}
	var found *sample
	for _, s := range tryAll(others, head, rest) {
		if s.rows >= fewestBeside && (found == nil || s.beats(found)) {
			found = s
		}
	}
	if found == nil {
		return nil
	}
	return &found.grammar
}

// leftOver gives the lines of a stretch that a grammar makes nothing of, and how
// many of them hold an address.
func leftOver(g grammar.Grammar, head, piece []byte, middle bool) (rest []byte, addressed int) {
	r := g.Open(head)
	if middle {
		r = primed(g, head)
	}
	a := newAssembler(r, noSink{})
	for number := 0; len(piece) > 0; number++ {
		raw, size := nextLine(piece)
		line, _ := prepared(raw)
		if line != nil && a.line(number, line) == grammar.Foreign {
			rest = append(rest, piece[:size]...)
			if holdsAddress(line) {
				addressed++
			}
		}
		piece = piece[size:]
	}
	return rest, addressed
}

// tryAll runs grammars over stretches of a text, each for itself.
func tryAll(known []grammar.Grammar, head []byte, pieces [][]byte) []*sample {
	tried := make([]*sample, len(known))
	atOnce(len(known), func(i int) { tried[i] = try(known[i], head, pieces) })
	return tried
}

// atOnce calls f with 0 to n-1 on all processors.
func atOnce(n int, f func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wait.Wait()
}

// worth reports whether a grammar found anything: a row, or for the format of
// one program a heading that tells something.
func (s *sample) worth() bool {
	return s.rows > 0 || s.grammar.Rank == grammar.Exact && s.understood > 0 && says(s.heading)
}

// vaguer is how many times as many rows a vaguer grammar has to read before it
// is believed instead of a specific one: a mail may well hold one line in a
// known format above a table in none.
const vaguer = 8

// beats reports whether s explains a text better than t, which came earlier in
// the registry.
func (s *sample) beats(t *sample) bool {
	switch {
	case (s.rows > 0) != (t.rows > 0):
		// Without rows only a heading of the format itself outdoes a guess.
		if s.rows > 0 {
			return s.grammar.Rank != grammar.Guess || t.grammar.Rank == grammar.Guess
		}
		return t.grammar.Rank == grammar.Guess
	case s.grammar.Rank < t.grammar.Rank:
		return t.grammar.Rank == grammar.Guess || s.rows*vaguer > t.rows
	case s.grammar.Rank > t.grammar.Rank:
		return s.grammar.Rank != grammar.Guess && s.rows >= t.rows*vaguer
	case s.rows != t.rows:
		return s.rows > t.rows
	}
	return s.understood > t.understood
}

// reads is the grammar a text is read by: with that of a second log in it, if
// there is one.
func (s *sample) reads() grammar.Grammar {
	if s.beside == nil {
		return s.grammar
	}
	return grammar.Beside(s.grammar, *s.beside)
}

// try runs a grammar over stretches of a text. The first is its beginning, the
// others are from the middle.
func try(g grammar.Grammar, head []byte, pieces [][]byte) *sample {
	s := &sample{grammar: g, either: map[string]int{}, source: map[string]int{}}
	r := g.Open(head)
	if r == nil {
		return s
	}
	var middle grammar.Reader
	if len(pieces) > 1 {
		middle = primed(g, head)
	}
	for i, piece := range pieces {
		if i > 0 {
			r = middle.Clone()
		}
		s.run(r, piece)
		if h, ok := r.(grammar.Headed); ok {
			s.heading = mergeHeading(s.heading, h.Heading())
		}
	}
	return s
}

func (s *sample) run(r grammar.Reader, b []byte) {
	a := newAssembler(r, s)
	for number := 0; len(b) > 0; number++ {
		raw, size := nextLine(b)
		b = b[size:]
		line, _ := prepared(raw)
		if line == nil {
			continue
		}
		switch a.line(number, line) {
		case grammar.Foreign:
			continue
		case grammar.Begun, grammar.Done:
			s.rowLines++
			s.digits += digitsOf(line)
		}
		s.understood++
	}
	a.end()
}

// mostNamed bounds the hosts that a sample remembers.
const mostNamed = 4096

func (s *sample) complete(row *grammar.Row, _ int) {
	s.rows++
	from, to := row.Source.Host(), row.Target.Host()
	if from != "" {
		s.name(s.source, from)
		s.name(s.either, from)
	}
	if to != "" && to != from {
		s.name(s.either, to)
	}
}

func (s *sample) name(in map[string]int, host string) {
	if _, ok := in[host]; ok || len(in) < mostNamed {
		in[host]++
	}
}

// fewestDigits is how many digits a line outside the rows has to have to look
// like one: half of what rows have.
func (s *sample) fewestDigits() int { return s.digits / max(2*s.rowLines, 1) }

// dominant is the host that nearly every row names, more often as a source if
// two do; "" if there is none.
func (s *sample) dominant() string {
	best := ""
	for host, n := range s.either {
		if n*10 < s.rows*9 {
			continue
		}
		switch {
		case best == "", s.source[host] > s.source[best]:
			best = host
		case s.source[host] == s.source[best] && (n > s.either[best] || n == s.either[best] && host < best):
			best = host
		}
	}
	return best
}

// says reports whether a heading tells anything.
func says(h grammar.Heading) bool {
	return h.Title != "" || h.Accused != "" || h.Incident != "" || h.Inward || h.Outward || h.Packets > 0 || h.Bits > 0
}
