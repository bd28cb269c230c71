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
// and kept for the next call: tables ask for neighbours.
func (l *Log) Row(number int) (Entry, error) {
	if number < 0 || number >= l.Rows {
		return Entry{}, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if number < l.pageRow || number >= l.pageRow+len(l.page) {
		if err := l.turnTo(number); err != nil {
			return Entry{}, err
		}
	}
	if number-l.pageRow >= len(l.page) {
		return Entry{}, nil
	}
	return l.page[number-l.pageRow], nil
}

// turnTo reads the block of rows that holds number.
func (l *Log) turnTo(number int) error {
	i := sort.Search(len(l.segments), func(i int) bool { return l.segments[i].firstRow > number }) - 1
	s := l.segments[i]
	k := sort.Search(len(s.blocks), func(k int) bool { return s.firstRow+s.blocks[k].row > number }) - 1
	b := s.blocks[k]
	until := s.rows
	if k+1 < len(s.blocks) {
		until = s.blocks[k+1].row
	}
	l.page, l.pageRow = make([]Entry, 0, until-b.row), s.firstRow+b.row
	return s.rowsFrom(b, until-b.row, func(e Entry) bool {
		e.Line += s.firstLine
		e.keep()
		l.page = append(l.page, e)
		return true
	})
}

// keep makes an entry independent of the line it was read from.
func (e *Entry) keep() {
	e.Source.Word, e.Target.Word, e.Note = bytes.Clone(e.Source.Word), bytes.Clone(e.Target.Word), bytes.Clone(e.Note)
}

// rowsFrom reads up to n rows from a block on.
func (s *segment) rowsFrom(b block, n int, yield func(Entry) bool) error {
	r := b.reader.Clone()
	at, end := s.offset+int64(b.offset), s.job.text.Size
	e := Entry{Line: -1}
	e.Reset()
	line := b.line
	var page []byte
	for n > 0 && at < end {
		var err error
		if page, err = s.job.text.piece(page, at, pageSize); err != nil || len(page) == 0 {
			return err
		}
		used := 0
		for used < len(page) && n > 0 {
			text, size := nextLine(page[used:])
			ended := page[used+size-1] == '\n' || at+int64(used+size) == end
			if !ended && used > 0 {
				break
			}
			used += size
			if step(r, text, &e, line) == grammar.Done {
				if !yield(e) {
					return nil
				}
				n--
				e = Entry{Line: -1}
				e.Reset()
			}
			if ended {
				line++
			}
		}
		at += int64(used)
	}
	if ender, ok := r.(grammar.Ender); ok && n > 0 && ender.End(&e.Row) == grammar.Done {
		e.Line = max(e.Line, b.line)
		yield(e)
	}
	return nil
}

// step hands a line to a reader as segment.line does.
func step(r grammar.Reader, text []byte, e *Entry, number int) grammar.Outcome {
	text = grammar.Prepare(text)
	if len(text) == 0 || len(text) > grammar.MaxLine || isBlank(text) {
		return grammar.Foreign
	}
	outcome := r.Line(text, &e.Row)
	if outcome == grammar.Foreign && e.Line >= 0 {
		*e = Entry{Line: -1}
		e.Reset()
		outcome = r.Line(text, &e.Row)
	}
	if (outcome == grammar.Begun || outcome == grammar.Done) && e.Line < 0 {
		e.Line = number
	}
	return outcome
}

// Each hands out all rows in order until yield says false. An Entry is good for
// the one call.
func (l *Log) Each(ctx context.Context, yield func(number int, e Entry) bool) error {
	number := 0
	for _, s := range l.segments {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(s.blocks) == 0 || s.rows == 0 {
			continue
		}
		more := true
		err := s.rowsFrom(s.blocks[0], s.rows, func(e Entry) bool {
			e.Line += s.firstLine
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

// RowAt gives the row that begins on a line (0-based); false if none does.
func (l *Log) RowAt(line int) (Entry, bool) {
	low, high := 0, l.Rows-1
	for low <= high {
		middle := (low + high) / 2
		e, err := l.Row(middle)
		switch {
		case err != nil:
			return Entry{}, false
		case e.Line == line:
			return e, true
		case e.Line < line:
			low = middle + 1
		default:
			high = middle - 1
		}
	}
	return Entry{}, false
}
