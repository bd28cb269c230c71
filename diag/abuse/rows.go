package abuse

import (
	"bytes"
	"context"
	"sort"

	"latchkey/diag/abuse/grammar"
)

// Entry is a row with its place in the text. It stays as it is.
type Entry struct {
	grammar.Row
	Line int // 0-based; the first of them if the row takes several
}

// Row reads a row again; number is 0-based. Those around it are read as well
// and kept for the next call: tables ask for neighbours. It is the zero Entry if
// the text has changed since and there is no such row any more.
func (l *Log) Row(number int) (Entry, error) {
	if number < 0 || number >= l.Rows {
		return Entry{}, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if number < l.pageRow || number >= l.pageRow+len(l.page) {
		s := l.segments[sort.Search(len(l.segments), func(i int) bool { return l.segments[i].firstRow > number })-1]
		k := sort.Search(len(s.blocks), func(k int) bool { return s.firstRow+s.blocks[k].row > number }) - 1
		if err := l.turnTo(s, k); err != nil {
			return Entry{}, err
		}
	}
	if number-l.pageRow >= len(l.page) {
		return Entry{}, nil
	}
	return l.page[number-l.pageRow], nil
}

// RowAt gives the row that begins on a line (0-based); false if none does.
func (l *Log) RowAt(line int) (Entry, bool) {
	if line < 0 || line >= l.Lines || l.Rows == 0 {
		return Entry{}, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.segmentOf(line)
	k := sort.Search(len(s.blocks), func(k int) bool { return s.firstLine+s.blocks[k].line > line }) - 1
	if k < 0 {
		return Entry{}, false
	}
	if first := s.firstRow + s.blocks[k].row; len(l.page) == 0 || l.pageRow != first {
		if l.turnTo(s, k) != nil {
			return Entry{}, false
		}
	}
	for _, e := range l.page {
		if e.Line == line {
			return e, true
		}
	}
	return Entry{}, false
}

// turnTo reads the rows of a block.
func (l *Log) turnTo(s *segment, k int) error {
	b, until := s.blocks[k], s.rows
	if k+1 < len(s.blocks) {
		until = s.blocks[k+1].row
	}
	l.page, l.pageRow = make([]Entry, 0, until-b.row), s.firstRow+b.row
	return s.rowsFrom(b, until-b.row, linePage, func(e Entry) bool {
		e.Source.Word, e.Target.Word, e.Note = bytes.Clone(e.Source.Word), bytes.Clone(e.Target.Word), bytes.Clone(e.Note)
		l.page = append(l.page, e)
		return true
	})
}

// rowReader hands out the rows of a segment.
type rowReader struct {
	noSink
	left  int // rows still wanted
	line  int // of the text, that a row begins on which does not say so itself
	yield func(Entry) bool
}

func (r *rowReader) complete(row *grammar.Row, line int) {
	if r.left <= 0 {
		return
	}
	if line < 0 {
		line = r.line
	}
	r.left--
	if !r.yield(Entry{*row, line}) {
		r.left = 0
	}
}

// rowsFrom reads up to n rows from a block on, until yield says false. An Entry
// is good for the one call. page is how much is read at once, in bytes.
func (s *segment) rowsFrom(b block, n, page int, yield func(Entry) bool) error {
	r := &rowReader{left: n, line: s.firstLine + b.line, yield: yield}
	a := newAssembler(b.reader.Clone(), r)
	end := s.end
	if s.job.inOrder { // the last row may end in the next segment
		end = s.job.text.Size
	}
	number := s.firstLine + b.line
	err := s.job.text.eachLine(s.offset+int64(b.offset), end, page, func(raw []byte) bool {
		if line, _ := prepared(raw); line != nil {
			a.line(number, line)
		}
		number++
		return r.left > 0
	})
	if err == nil && r.left > 0 {
		a.end()
	}
	return err
}

// Each hands out all rows in order until yield says false. An Entry is good for
// the one call.
func (l *Log) Each(ctx context.Context, yield func(number int, e Entry) bool) error {
	number := 0
	for _, s := range l.segments {
		if err := ctx.Err(); err != nil {
			return err
		}
		if s.rows == 0 {
			continue
		}
		more := true
		err := s.rowsFrom(s.blocks[0], s.rows, pageSize, func(e Entry) bool {
			more = yield(number, e)
			number++
			return more
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}
