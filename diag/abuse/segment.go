package abuse

import (
	"latchkey/diag/abuse/grammar"
)

// segment is the index of a stretch of text: which lines begin where, what they
// turned out to be, and reader states from which rows can be read again.
type segment struct {
	assembler
	job      *job
	tally    *tally
	previous *segment // the one before, where its last row may go on in this one
	number   int

	offset, end         int64 // of its first line, and of the next segment's
	firstLine, firstRow int   // numbers within the text, 0-based
	lines, rows         int
	offsets             []uint32 // of every lineStep-th line, from offset
	marks               []byte   // four bits for each line
	counts              [odd + 1]int
	blocks              []block
	open                []openLine // of the row that is not complete yet
	base                int        // what lines are counted from: firstLine if it is known while reading
	at                  uint32     // the line that is read
}

// block is a place at which reading rows can start.
type block struct {
	offset uint32 // from the segment's first line
	line   int    // within the segment
	row    int
	reader grammar.Reader
}

// openLine is a line of a row that is not complete, with what it is if the row
// is given up.
type openLine struct {
	segment   *segment
	line      int // within it
	otherwise Mark
}

const (
	lineStep = 64  // lines between two offsets that are kept
	blockRow = 256 // rows between two reader states that are kept
)

// Mark says what a line of the text turned out to be.
type Mark uint8

// The marks.
const (
	Plain   Mark = iota // blank or prose: no part of the log
	RowLine             // holds a row or a part of one
	Framing             // heading, rule or detail of the log
	Unread              // looks like the log and was not understood
	// odd is no sentence, but looks like a row only where rows are around it. It
	// becomes Unread between the first and last line understood, else Plain.
	odd
)

// read reads the segment's lines; buf is kept between segments.
func (s *segment) read(buf []byte) ([]byte, error) {
	j := s.job
	var err error
	if s.offset, err = j.boundary(s.number); err != nil {
		return buf, err
	}
	if s.end, err = j.boundary(s.number + 1); err != nil {
		return buf, err
	}
	// Only the last line may reach beyond that: it is too long to be read, and
	// its beginning says so.
	most := int64(s.number+1)*j.stride + j.reach() + 4*grammar.MaxLine - s.offset
	if buf, err = j.text.piece(buf, s.offset, max(min(s.end-s.offset, most), 0)); err != nil {
		return buf, err
	}
	s.start()
	s.scan(buf)
	if done := j.done.Add(s.end - s.offset); j.progress != nil {
		j.progress(done)
	}
	return buf[:0], nil
}

// start settles with which reader the segment begins.
func (s *segment) start() {
	switch p := s.previous; {
	case s.number == 0: // a stretch at the top sees the heading itself
		s.assembler = newAssembler(s.job.grammar.Open(s.job.head), s)
	case p != nil:
		s.assembler, s.sink = p.assembler, s
		s.open, p.open = p.open, nil
		s.base = p.base + p.lines
	default:
		s.assembler = newAssembler(s.job.primed.Clone(), s)
	}
}

// scan reads lines until b is used up.
func (s *segment) scan(b []byte) {
	s.offsets = make([]uint32, 0, len(b)/(lineStep*60)+1)
	s.marks = make([]byte, 0, len(b)/100+1)
	if s.began < 0 {
		s.between()
	}
	for at := 0; at < len(b); s.lines++ {
		if s.at = uint32(at); s.lines%lineStep == 0 {
			s.offsets = append(s.offsets, s.at)
			if s.tally.hosts() > mostApart {
				s.job.takeHosts(s.tally)
			}
		}
		if s.began < 0 {
			s.between()
		}
		raw, size := nextLine(b[at:])
		s.mark(s.readLine(raw))
		at += size
	}
	if !s.job.inOrder || s.end >= s.job.text.Size {
		s.assembler.end()
	}
}

// readLine reads one line and says what it is.
func (s *segment) readLine(raw []byte) Mark {
	line, long := prepared(raw)
	switch {
	case long:
		return Unread
	case line == nil:
		return Plain
	}
	switch s.line(s.base+s.lines, line) {
	case grammar.Foreign:
		return s.foreign(line)
	case grammar.Begun:
		s.open = append(s.open, openLine{s, s.lines, s.foreign(line)})
		return RowLine
	case grammar.Done:
		return RowLine
	}
	return Framing
}

// foreign says what a line is that is not of the log.
func (s *segment) foreign(line []byte) Mark {
	switch {
	case isProse(line):
		return Plain
	case holdsAddress(line) && digitsOf(line) >= s.job.digits:
		return Unread
	}
	return odd
}

// complete counts a row, where it began.
func (s *segment) complete(row *grammar.Row, _ int) {
	home := s
	if len(s.open) > 0 {
		home = s.open[0].segment
	}
	home.rows++
	if row.Beside {
		s.tally.beside++
	} else {
		s.tally.add(row)
	}
	s.open = s.open[:0]
}

// giveUp takes back the lines of a row that was never finished.
func (s *segment) giveUp() {
	for _, o := range s.open {
		if o.segment.markOf(o.line) == RowLine {
			o.segment.remark(o.line, o.otherwise)
		}
	}
	s.open = s.open[:0]
}

// between keeps the reader now and then, so that rows can be read from here on.
func (s *segment) between() {
	if n := len(s.blocks); n == 0 || s.rows-s.blocks[n-1].row >= blockRow {
		s.blocks = append(s.blocks, block{s.at, s.lines, s.rows, s.reader.Clone()})
	}
}

// mark says what the next line is.
func (s *segment) mark(m Mark) {
	if s.lines&1 == 0 {
		s.marks = append(s.marks, byte(m))
	} else {
		s.marks[s.lines>>1] |= byte(m) << 4
	}
	s.counts[m]++
}

func (s *segment) markOf(line int) Mark { return Mark(s.marks[line>>1] >> (line & 1 * 4) & 15) }

func (s *segment) remark(line int, m Mark) {
	was := s.markOf(line)
	s.counts[was]--
	s.counts[m]++
	s.marks[line>>1] ^= byte(was^m) << (line & 1 * 4)
}

// understood gives the first and last line the grammar made something of; -1 if
// there is none.
func (s *segment) understood() (first, last int) {
	if s.counts[RowLine]+s.counts[Framing] == 0 {
		return -1, -1
	}
	is := func(m Mark) bool { return m == RowLine || m == Framing }
	for last = s.lines - 1; !is(s.markOf(last)); last-- {
	}
	for !is(s.markOf(first)) {
		first++
	}
	return first, last
}

// oddWithin counts the odd lines from first to last.
func (s *segment) oddWithin(first, last int) int {
	if first <= 0 && last >= s.lines-1 || s.counts[odd] == 0 {
		return s.counts[odd]
	}
	n := 0
	for line := max(first, 0); line <= min(last, s.lines-1); line++ {
		if s.markOf(line) == odd {
			n++
		}
	}
	return n
}

// release lets go of what only reading needed.
func (s *segment) release() {
	s.assembler, s.tally, s.previous, s.open = assembler{}, nil, nil, nil
}
