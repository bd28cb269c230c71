package abuse

import (
	"bytes"
	"context"
	"errors"

	"latchkey/diag/abuse/grammar"
)

// pageSize is how much text is read at once to search it or to show rows of it.
const pageSize = 256 << 10

// linePage is enough for the lines between two kept offsets, usually.
const linePage = 24 << 10

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

// eachLine hands out the lines from number on until yield says false; each is
// good for the one call. page is how much is read at once, in bytes.
func (l *Log) eachLine(number, page int, yield func(number int, line []byte) bool) error {
	if number < 0 || number >= l.Lines {
		return nil
	}
	s := l.segmentOf(number)
	in := number - s.firstLine
	line := number - in%lineStep
	return l.Text.eachLine(s.offset+int64(s.offsets[in/lineStep]), l.Text.Size, page, func(text []byte) bool {
		more := line < number || yield(line, bytes.TrimRight(text[:min(len(text), grammar.MaxLine)], "\r"))
		line++
		return more && line < l.Lines
	})
}

// Mark says what a line turned out to be; number is 0-based.
func (l *Log) Mark(number int) Mark {
	if number < 0 || number >= l.Lines || l.Grammar.Open == nil {
		return Plain
	}
	m := l.rawMark(number)
	if m != odd {
		return m
	}
	if l.first >= 0 && number >= l.first && number <= l.last {
		return Unread
	}
	return Plain
}

func (l *Log) rawMark(number int) Mark {
	s := l.segmentOf(number)
	return s.markOf(number - s.firstLine)
}

// NextMarked finds the next line from number on (0-based) that bears a mark; -1
// if there is none.
func (l *Log) NextMarked(number int, m Mark) int {
	for number = max(number, 0); number < l.Lines; {
		s := l.segmentOf(number)
		if after := s.firstLine + s.lines; s.holds(m) {
			for ; number < after; number++ {
				if l.Mark(number) == m {
					return number
				}
			}
		} else {
			number = after
		}
	}
	return -1
}

// holds reports whether a line of the segment may bear a mark.
func (s *segment) holds(m Mark) bool {
	return s.counts[m] > 0 || (m == Unread || m == Plain) && s.counts[odd] > 0
}

// Unread lists the lines that were not understood, at most most of them.
func (l *Log) Unread(ctx context.Context, most int) []int {
	var all []int
	for line := l.NextMarked(0, Unread); line >= 0 && len(all) < most && ctx.Err() == nil; line = l.NextMarked(line+1, Unread) {
		all = append(all, line)
	}
	return all
}

// Find gives the first line at or after from (0-based) that holds text in any
// case; -1 if there is none.
func (l *Log) Find(ctx context.Context, from int, text string) (int, error) {
	needle := bytes.ToLower([]byte(text))
	found := -1
	var room []byte
	err := l.eachLine(from, pageSize, func(number int, line []byte) bool {
		if room = appendLower(room[:0], line); bytes.Contains(room, needle) {
			found = number
		}
		return found < 0 && (number%1024 != 0 || ctx.Err() == nil)
	})
	return found, errors.Join(err, ctx.Err())
}

// appendLower is bytes.ToLower without a new slice for each line of ASCII.
func appendLower(b, line []byte) []byte {
	for _, c := range line {
		if c >= 0x80 {
			return append(b[:0], bytes.ToLower(line)...)
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

// plainLog indexes a text that holds no log.
func plainLog(ctx context.Context, t Text) (*Log, error) {
	g := grammar.Grammar{LogType: grammar.NoLog, Open: func([]byte) grammar.Reader { return plainReader{} }}
	l, err := (&job{text: t, grammar: g, stride: segmentSize}).read(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range l.segments {
		s.marks = nil
	}
	l.Grammar.Open, l.Damaged = nil, 0
	return l, nil
}

// plainReader understands nothing.
type plainReader struct{}

func (plainReader) Line([]byte, *grammar.Row) grammar.Outcome { return grammar.Foreign }
func (p plainReader) Clone() grammar.Reader                   { return p }
