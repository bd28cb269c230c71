package abuse

import (
	"bytes"
	"sync"

	"latchkey/diag/abuse/grammar"
)

// boundaries are the offsets at which the stretches of a text really begin: the
// first line on which a row can start. Each is looked for once, whichever
// goroutine needs it first.
type boundaries struct {
	once    []sync.Once
	offsets []int64
	errs    []error
}

func newBoundaries(n int) *boundaries {
	return &boundaries{once: make([]sync.Once, n+1), offsets: make([]int64, n+1), errs: make([]error, n+1)}
}

// boundary gives the offset at which stretch number begins; the one after the
// last begins at the end of the text.
func (j *job) boundary(number int) (int64, error) {
	b := j.boundaries
	b.once[number].Do(func() { b.offsets[number], b.errs[number] = j.findBoundary(number) })
	return b.offsets[number], b.errs[number]
}

func (j *job) findBoundary(number int) (int64, error) {
	if number == 0 {
		return 0, nil
	}
	at := int64(number) * j.stride
	if at >= j.text.Size {
		return j.text.Size, nil
	}
	var starter grammar.Starter
	if !j.inOrder {
		starter, _ = j.primed.Clone().(grammar.Starter)
	}
	begin, first, err := j.firstStart(at, at+j.reach(), starter)
	switch {
	case err != nil:
		return 0, err
	case begin >= 0:
		return begin, nil
	case first >= 0: // no row starts here: any line will do
		return first, nil
	}
	return j.boundary(number + 1) // one line fills the whole stretch
}

// reach is how far behind the nominal border of a stretch the real one is
// looked for: records of many lines are not cut.
func (j *job) reach() int64 { return max(j.stride, 1<<20) }

// firstStart finds the first line on which a row can start among those that
// begin at offset from or later, before another offset, or the end of the text;
// first is the first line of all. -1 if there is none.
func (j *job) firstStart(from, before int64, starter grammar.Starter) (begin, first int64, err error) {
	const page = 4 * grammar.MaxLine
	first = -1
	from-- // a line that begins at from itself counts: its line end is one earlier
	var b []byte
	for from+1 < before {
		if b, err = j.text.piece(b, from, page); err != nil || len(b) == 0 {
			return j.text.Size, first, err // the rest belongs to the row before
		}
		at := 0 // the line behind this offset is the next to look at
		for i := bytes.IndexByte(b, '\n'); i >= 0; i = bytes.IndexByte(b[at:], '\n') {
			at += i + 1
			start := from + int64(at)
			if start >= j.text.Size {
				return start, first, nil
			}
			if start >= before {
				return -1, first, nil
			}
			if first < 0 {
				first = start
			}
			line, size := nextLine(b[at:])
			if starter != nil && size == len(line) && from+int64(len(b)) < j.text.Size {
				break // cut off: it is looked at as a whole next time
			}
			if starter == nil || len(line) <= grammar.MaxLine && starter.Starts(grammar.Prepare(line)) {
				return start, first, nil
			}
		}
		if at > 1 {
			from += int64(at) - 1
		} else {
			from += int64(len(b)) // one line fills it
		}
	}
	return -1, first, nil
}
