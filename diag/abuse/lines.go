package abuse

import (
	"bytes"

	"latchkey/diag/abuse/grammar"
)

// pageSize is how much text is read at once to show lines or rows of it.
const pageSize = 256 << 10

// Line gives a line of the text as it stands there, at most grammar.MaxLine
// bytes of it; number is 0-based.
func (l *Log) Line(number int) ([]byte, error) {
	if number < 0 || number >= l.Lines {
		return nil, nil
	}
	s := l.segmentOf(number)
	in := number - s.firstLine
	at := s.offset + int64(s.offsets[in/lineStep])
	skip := in % lineStep
	for {
		b, err := l.Text.piece(nil, at, pageSize)
		if err != nil || len(b) == 0 {
			return nil, err
		}
		used := 0
		for used < len(b) {
			line, size := nextLine(b[used:])
			ended := b[used+size-1] == '\n' || at+int64(used+size) == l.Text.Size
			if !ended && used > 0 {
				break // the rest comes with the next page
			}
			if skip == 0 {
				return bytes.TrimRight(line[:min(len(line), grammar.MaxLine)], "\r"), nil
			}
			used += size
			if ended {
				skip--
			}
		}
		at += int64(used)
	}
}

// Mark says what a line turned out to be; number is 0-based.
func (l *Log) Mark(number int) Mark {
	if number < 0 || number >= l.Lines {
		return Plain
	}
	s := l.segmentOf(number)
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
