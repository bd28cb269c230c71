package abuse

import (
	"latchkey/diag/abuse/grammar"
)

// segment is the index of a stretch of text: which lines begin where, what they
// turned out to be, and reader states from which rows can be read again.
type segment struct {
	job                 *job
	tally               *tally
	start               int64 // offset at which the stretch begins; its first line begins there or later
	offset              int64 // of its first line
	firstLine, firstRow int   // numbers within the text, 0-based
	lines, rows         int
	understood          int
	offsets             []uint32 // of every lineStep-th line, from offset
	marks               []byte   // two bits for each line, see Mark
	blocks              []block

	first, last     int // lines understood, within the segment; -1 none
	leading         int // foreign lines before the first, within, and after the last
	inner, trailing int
	lookalikes      int // foreign lines before the first that look like rows
	tailLookalikes  int // … after the last
	reader          grammar.Reader
	row             grammar.Row
	began           int // line at which the open row began, -1 none
}

// block is a place at which reading rows can start.
type block struct {
	offset uint32 // from the segment's first line
	line   int    // within the segment
	row    int
	reader grammar.Reader
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
)

// read reads the segment's lines; buf is kept between segments.
func (s *segment) read(buf []byte) ([]byte, error) {
	s.first, s.last, s.began = -1, -1, -1
	s.row.Reset()
	number := int(s.start / segmentSize)
	begin, err := s.job.boundary(number)
	if err != nil {
		return buf, err
	}
	end, err := s.job.boundary(number + 1)
	if err != nil {
		return buf, err
	}
	s.offset = begin
	// Only one line can reach far beyond the stretch. It is too long to read,
	// and its beginning says so.
	size := min(end, s.start+segmentSize+4*grammar.MaxLine) - begin
	if buf, err = s.job.text.piece(buf, begin, size); err != nil {
		return buf, err
	}
	s.reader = s.job.primed.Clone()
	if number == 0 { // a stretch at the top sees the heading itself
		s.reader = s.job.grammar.Open(s.job.head)
	}
	s.scan(buf)
	s.reportProgress(end - begin)
	return buf[:0], nil
}

func (s *segment) reportProgress(n int64) {
	done := s.job.done.Add(n)
	if s.job.progress != nil {
		s.job.progress(done)
	}
}

// scan reads lines until b is used up.
func (s *segment) scan(b []byte) {
	s.offsets = make([]uint32, 0, len(b)/(lineStep*60)+1)
	s.marks = make([]byte, 0, len(b)/200+1)
	at := 0
	for at < len(b) {
		if s.lines%lineStep == 0 {
			s.offsets = append(s.offsets, uint32(at))
		}
		if s.rows%blockRow == 0 && s.began < 0 && (len(s.blocks) == 0 || s.blocks[len(s.blocks)-1].row != s.rows) {
			s.blocks = append(s.blocks, block{uint32(at), s.lines, s.rows, s.reader.Clone()})
		}
		line, size := nextLine(b[at:])
		s.line(line)
		at += size
		s.lines++
	}
	if e, ok := s.reader.(grammar.Ender); ok && s.start+segmentSize >= s.job.text.Size {
		s.end(e)
	}
}

// line reads one line.
func (s *segment) line(raw []byte) {
	line := grammar.Prepare(raw)
	if len(line) == 0 || isBlank(line) {
		s.mark(s.lines, Plain)
		return
	}
	if len(line) > grammar.MaxLine {
		s.foreign(line[:grammar.MaxLine], true)
		return
	}
	outcome := s.reader.Line(line, &s.row)
	if outcome == grammar.Foreign && s.began >= 0 {
		s.giveUp()
		outcome = s.reader.Line(line, &s.row)
	}
	switch outcome {
	case grammar.Foreign:
		s.foreign(line, false)
	case grammar.Frame, grammar.Further:
		s.understand(Framing)
	case grammar.Begun:
		if s.began < 0 {
			s.began = s.lines
		}
		s.understand(RowLine)
	case grammar.Done:
		s.understand(RowLine)
		s.complete()
	}
}

// complete counts the row that is whole now.
func (s *segment) complete() {
	s.tally.add(&s.row)
	s.rows++
	s.began = -1
	s.row.Reset()
}

func (s *segment) end(e grammar.Ender) {
	if e.End(&s.row) == grammar.Done {
		s.complete()
	} else if s.began >= 0 {
		s.giveUp()
	}
}

// giveUp takes back the lines of a row that was never finished.
func (s *segment) giveUp() {
	for i := s.began; i < s.lines; i++ {
		if Mark(s.marks[i>>2]>>(i&3*2)&3) == RowLine {
			s.marks[i>>2] |= byte(Unread) << (i & 3 * 2)
			s.understood--
			s.inner++
		}
	}
	s.began = -1
	s.row.Reset()
}

// understand counts a line the grammar made something of.
func (s *segment) understand(m Mark) {
	s.mark(s.lines, m)
	s.understood++
	if s.first < 0 {
		s.first = s.lines
	}
	s.last = s.lines
	s.inner += s.trailing
	s.trailing, s.tailLookalikes = 0, 0
}

// foreign counts a line it did not. Whether prose lies within the log shows
// only later; it never counts.
func (s *segment) foreign(line []byte, long bool) {
	if !long && isProse(line) {
		s.mark(s.lines, Plain)
		return
	}
	s.mark(s.lines, Unread)
	alike := 0
	if long || looksLikeRow(line) {
		alike = 1
	}
	if s.first < 0 {
		s.leading++
		s.lookalikes += alike
	} else {
		s.trailing++
		s.tailLookalikes += alike
	}
}

func (s *segment) mark(line int, m Mark) {
	if line&3 == 0 {
		s.marks = append(s.marks, byte(m))
		return
	}
	s.marks[line>>2] |= byte(m) << (line & 3 * 2)
}
