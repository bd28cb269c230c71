package abuse

import (
	"bytes"

	"latchkey/diag/abuse/grammar"
)

// sample is what one grammar makes of some of a text.
type sample struct {
	grammar    grammar.Grammar
	rows       int
	understood int
	heading    grammar.Heading
	either     map[string]int // rows that name a host on either side
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

// recognise finds the grammar that reads a text best; false if none reads any
// row or heading of it.
func recognise(t Text, known []grammar.Grammar) (sample, bool, error) {
	pieces, err := samples(t)
	if err != nil {
		return sample{}, false, err
	}
	head, err := t.head()
	if err != nil {
		return sample{}, false, err
	}
	var best sample
	found := false
	for _, g := range known {
		s := try(g, head, pieces)
		if s.worth() && (!found || s.beats(best)) {
			best, found = s, true
		}
	}
	return best, found, nil
}

// worth reports whether a grammar found anything: a row, or for the format of
// one program a heading that tells something.
func (s sample) worth() bool {
	return s.rows > 0 || s.grammar.Rank == grammar.Exact && s.understood > 0 && says(s.heading)
}

// vaguer is how many times as many rows a vaguer grammar has to read before it
// is believed instead of a specific one: a mail may well hold one line in a
// known format above a table in none.
const vaguer = 8

// beats reports whether s explains a text better than t, which came earlier in
// the registry.
func (s sample) beats(t sample) bool {
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

// try runs a grammar over stretches of a text.
func try(g grammar.Grammar, head []byte, pieces [][]byte) sample {
	s := sample{grammar: g, either: map[string]int{}, source: map[string]int{}}
	r := g.Open(head)
	if r == nil {
		return s
	}
	for i, piece := range pieces {
		if i == 1 { // the others are from the middle
			prime(r, head)
		}
		s.run(r, piece)
	}
	if h, ok := r.(grammar.Headed); ok {
		s.heading = h.Heading()
	}
	return s
}

func (s *sample) run(r grammar.Reader, b []byte) {
	var row grammar.Row
	row.Reset()
	open := false
	for len(b) > 0 {
		line, size := nextLine(b)
		b = b[size:]
		line = grammar.Prepare(line)
		if len(line) > grammar.MaxLine || isBlank(line) {
			continue
		}
		outcome := r.Line(line, &row)
		if outcome == grammar.Foreign && open {
			row.Reset()
			outcome = r.Line(line, &row)
		}
		open = outcome == grammar.Begun || open && outcome == grammar.Further
		if outcome != grammar.Foreign {
			s.understood++
		}
		if outcome == grammar.Done {
			s.row(&row)
			row.Reset()
			open = false
		}
	}
	if e, ok := r.(grammar.Ender); ok && e.End(&row) == grammar.Done {
		s.row(&row)
	}
}

// mostNamed bounds the hosts that a sample remembers.
const mostNamed = 4096

func (s *sample) row(row *grammar.Row) {
	s.rows++
	if len(s.either) > mostNamed {
		return
	}
	from, to := row.Source.Host(), row.Target.Host()
	if from != "" {
		s.source[from]++
		s.either[from]++
	}
	if to != "" && to != from {
		s.either[to]++
	}
}

// dominant is the host that nearly every row names, more often as a source if
// two do; "" if there is none.
func (s sample) dominant() string {
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

// sharedLines is the share of the rows of small that stand in large as well:
// mails carry the same table in the body and as an attachment.
func sharedLines(small, large Text) (float64, error) {
	a, err := small.piece(nil, 0, wholeSample)
	if err != nil {
		return 0, err
	}
	lines := map[string]bool{}
	b, err := large.piece(nil, 0, mostCompared)
	if err != nil {
		return 0, err
	}
	for len(b) > 0 {
		line, size := nextLine(b)
		b = b[size:]
		lines[bare(line)] = true
	}
	same, all := 0, 0
	for len(a) > 0 {
		line, size := nextLine(a)
		a = a[size:]
		if line = grammar.Prepare(line); !looksLikeRow(line) {
			continue
		}
		all++
		if lines[bare(line)] {
			same++
		}
	}
	if all == 0 {
		return 0, nil
	}
	return float64(same) / float64(all), nil
}

// mostCompared bounds what is held to compare two texts.
const mostCompared = 8 << 20

// bare is a line without quoting and with single blanks.
func bare(line []byte) string {
	return string(bytes.Join(bytes.Fields(grammar.Prepare(line)), []byte{' '}))
}

// says reports whether a heading tells anything.
func says(h grammar.Heading) bool {
	return h.Title != "" || h.Accused != "" || h.Incident != "" || h.Inward || h.Outward || h.Packets > 0 || h.Bits > 0
}
