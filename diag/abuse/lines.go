package abuse

import (
	"bytes"
	"context"
	"errors"

	"latchkey/diag/abuse/grammar"
)

// pageSize is how much text is read at once to show lines or rows of it.
const pageSize = 256 << 10

// Line gives a line of the text as it stands there, at most grammar.MaxLine
// bytes of it; number is 0-based.
func (l *Log) Line(number int) ([]byte, error) {
	var found []byte
	err := l.eachLine(number, linePage, func(_ int, line []byte) bool {
		found = bytes.Clone(line)
		return false
	})
	return found, err
}

// linePage is enough for the lines between two kept offsets, usually.
const linePage = 24 << 10

// eachLine hands out the lines from number on until yield says false; each is
// good for the one call. page is how much is read at once, in bytes.
func (l *Log) eachLine(number, page int, yield func(number int, line []byte) bool) error {
	if number < 0 || number >= l.Lines {
		return nil
	}
	s := l.segmentOf(number)
	in := number - s.firstLine
	at, line := s.offset+int64(s.offsets[in/lineStep]), number-in%lineStep
	var buf []byte
	begun := false // a line longer than a page goes on
	for at < l.Text.Size {
		var err error
		if buf, err = l.Text.piece(buf, at, int64(page)); err != nil || len(buf) == 0 {
			return err
		}
		used := 0
		for used < len(buf) {
			text, size := nextLine(buf[used:])
			ended := buf[used+size-1] == '\n' || at+int64(used+size) == l.Text.Size
			if !ended && used > 0 {
				break // the rest comes with the next page
			}
			if line >= number && !begun && !yield(line, bytes.TrimRight(text[:min(len(text), grammar.MaxLine)], "\r")) {
				return nil
			}
			used += size
			if begun = !ended; ended {
				line++
			}
		}
		at += int64(used)
	}
	return nil
}

// Mark says what a line turned out to be; number is 0-based.
func (l *Log) Mark(number int) Mark {
	if number < 0 || number >= l.Lines {
		return Plain
	}
	s := l.segmentOf(number)
	if l.Grammar.Open == nil {
		return Plain
	}
	in := number - s.firstLine
	m := Mark(s.marks[in>>2] >> (in & 3 * 2) & 3)
	if m == Unread && (number < l.first || number > l.last || l.first < 0) {
		line, err := l.Line(number)
		if err == nil && !looksLikeRow(grammar.Prepare(line)) && len(line) < grammar.MaxLine {
			return Plain
		}
	}
	return m
}

// NextMarked finds the next line from number on (0-based) that bears a mark; -1
// if there is none.
func (l *Log) NextMarked(number int, m Mark) int {
	for ; number < l.Lines; number++ {
		if l.Mark(number) == m {
			return number
		}
	}
	return -1
}

// Find gives the first line at or after from (0-based) that holds text in any
// case; -1 if there is none.
func (l *Log) Find(ctx context.Context, from int, text string) (int, error) {
	needle := bytes.ToLower([]byte(text))
	found := -1
	err := l.eachLine(from, pageSize, func(number int, line []byte) bool {
		if bytes.Contains(bytes.ToLower(line), needle) {
			found = number
		}
		return found < 0 && (number%1024 != 0 || ctx.Err() == nil)
	})
	return found, errors.Join(err, ctx.Err())
}

// Unread lists the lines that were not understood, at most most of them.
func (l *Log) Unread(ctx context.Context, most int) []int {
	var all []int
	for line := l.NextMarked(0, Unread); line >= 0 && len(all) < most && ctx.Err() == nil; line = l.NextMarked(line+1, Unread) {
		all = append(all, line)
	}
	return all
}

// plainLog indexes a text that holds no log.
func plainLog(ctx context.Context, t Text) (*Log, error) {
	g := grammar.Grammar{LogType: grammar.NoLog, Open: func([]byte) grammar.Reader { return plainReader{} }}
	l, err := readLog(ctx, t, g, owner{}, nil)
	if err != nil {
		return nil, err
	}
	l.Grammar.Open = nil
	l.Damaged = 0
	return l, nil
}

// plainReader understands nothing.
type plainReader struct{}

func (plainReader) Line([]byte, *grammar.Row) grammar.Outcome { return grammar.Foreign }
func (p plainReader) Clone() grammar.Reader                   { return p }
