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
	at := int64(number) * segmentSize
	if at >= j.text.Size {
		return j.text.Size, nil
	}
	starter, _ := j.primed.Clone().(grammar.Starter)
	end := at + segmentSize
	// One byte earlier: a line that begins at the stretch itself counts.
	for from := at - 1; from < end; {
		b, err := j.text.piece(nil, from, 4*grammar.MaxLine)
		if err != nil || len(b) == 0 {
			return j.text.Size, err
		}
		if line, ok := firstStart(b, starter); ok {
			return from + int64(line), nil
		}
		from += int64(len(b))
	}
	return j.boundary(number + 1) // one line fills the whole stretch
}

// firstStart finds the first line in b, not the one b begins with, on which a
// row can start; the last one if none says so.
func firstStart(b []byte, starter grammar.Starter) (int, bool) {
	at := bytes.IndexByte(b, '\n') + 1
	if at == 0 {
		return 0, false
	}
	for {
		line, size := nextLine(b[at:])
		if starter == nil || starter.Starts(grammar.Prepare(line)) || at+size >= len(b) {
			return at, true
		}
		at += size
	}
}
