package abuse

import (
	"bytes"
	"io"

	"latchkey/diag/abuse/grammar"
)

// Text is one text to read: a part of a mail in memory, or a file as large as
// the disk. It is read in pieces and never held as a whole.
type Text struct {
	Part string // name of the mail's part; "" for a body or a bare file
	Size int64  // bytes
	r    io.ReaderAt
}

// TextOf is a text in memory.
func TextOf(part string, b []byte) Text {
	return Text{Part: part, Size: int64(len(b)), r: bytes.NewReader(b)}
}

// FileText is a text that stays where it is; r must allow reads from several
// goroutines at once, as files do.
func FileText(part string, r io.ReaderAt, size int64) Text {
	return Text{Part: part, Size: size, r: r}
}

// piece reads n bytes at offset, fewer at the end of the text, into buf or a
// larger one.
func (t Text) piece(buf []byte, offset, n int64) ([]byte, error) {
	n = max(min(n, t.Size-offset), 0)
	if int64(cap(buf)) < n {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	got, err := t.r.ReadAt(buf, offset)
	if err == io.EOF || int64(got) == n {
		err = nil
	}
	return buf[:got], err
}

// head is the beginning of the text, cut at a line end.
func (t Text) head() ([]byte, error) {
	b, err := t.piece(nil, 0, grammar.HeadSize)
	return whole(b, t.Size <= grammar.HeadSize), err
}

// window is a stretch in the middle of the text, from one line's start to
// another's end.
func (t Text) window(offset int64) ([]byte, error) {
	b, err := t.piece(nil, offset, grammar.HeadSize)
	if i := bytes.IndexByte(b, '\n'); i >= 0 && offset > 0 {
		b = b[i+1:]
	}
	return whole(b, offset+grammar.HeadSize >= t.Size), err
}

// whole cuts b after its last complete line, unless it ends the text.
func whole(b []byte, ends bool) []byte {
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 && !ends {
		return b[:i+1]
	}
	return b
}

// nextLine cuts the first line off b, without its end; size counts the end too.
func nextLine(b []byte) (line []byte, size int) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i], i + 1
	}
	return b, len(b)
}

// eachLine hands out the lines from one offset, at which one begins, to another,
// without their ends, until yield says false. A line is good for the one call;
// of one longer than page bytes, as much as is read at once, the beginning is
// given.
func (t Text) eachLine(from, to int64, page int, yield func(line []byte) bool) error {
	var b []byte
	inside := false // of a line whose beginning was given
	for from < to {
		var err error
		if b, err = t.piece(b, from, min(int64(page), to-from)); err != nil || len(b) == 0 {
			return err
		}
		used := 0
		for used < len(b) {
			line, size := nextLine(b[used:])
			ended := size > len(line) || from+int64(used+size) >= to
			if !ended && used > 0 {
				break // the rest comes with the next page
			}
			if !inside && !yield(line) {
				return nil
			}
			used += size
			inside = !ended
		}
		from += int64(used)
	}
	return nil
}
