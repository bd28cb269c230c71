package abuse

import (
	"latchkey/diag/abuse/grammar"
)

// assembler puts rows together from the lines a Reader gets. Trying a grammar,
// counting its rows and reading them again all go through it: if they differed,
// the table would not show what was counted.
type assembler struct {
	reader grammar.Reader
	sink   sink
	row    grammar.Row
	began  int // line at which the open row began, -1: none is open
}

// sink is who wants the rows.
type sink interface {
	// complete gets each row, good for the one call, and the line it began on,
	// -1 if the reader does not say.
	complete(row *grammar.Row, line int)
	// giveUp says that the lines of the open row are none.
	giveUp()
	// between says that a row ended before the line at hand, not with it: the
	// reader is now as if the text began here.
	between()
}

// mostRowLines is after how many lines a row ends, wherever it may want to: no
// record of a report has so many, and lines of an open row are remembered.
const mostRowLines = 1 << 16

func newAssembler(r grammar.Reader, to sink) assembler {
	a := assembler{reader: r, sink: to, began: -1}
	a.row.Reset()
	return a
}

// line hands in a line as prepared leaves it; number is its place in the text.
func (a *assembler) line(number int, line []byte) grammar.Outcome {
	if a.began >= 0 && number-a.began >= mostRowLines {
		a.end()
		a.sink.between()
	}
	o := a.reader.Line(line, &a.row)
	if o == grammar.Foreign && a.began >= 0 {
		a.end()
		a.sink.between()
		o = a.reader.Line(line, &a.row)
	}
	switch o {
	case grammar.Begun:
		if a.began < 0 {
			a.began = number
		}
	case grammar.Done:
		if a.began < 0 {
			a.began = number
		}
		a.finish()
	}
	return o
}

// end settles a row that no further line completes: at the end of the text, and
// before a line that does not belong to it.
func (a *assembler) end() {
	if e, ok := a.reader.(grammar.Ender); ok && e.End(&a.row) == grammar.Done {
		a.finish()
		return
	}
	if a.began >= 0 {
		a.sink.giveUp()
	}
	a.began = -1
	a.row.Reset()
}

func (a *assembler) finish() {
	a.sink.complete(&a.row, a.began)
	a.began = -1
	a.row.Reset()
}

// prepared is what readers get of a line; nil if it is blank or too long to be
// read.
func prepared(raw []byte) (line []byte, long bool) {
	if len(raw) > grammar.MaxLine {
		return nil, true
	}
	if line = grammar.Prepare(raw); isBlank(line) {
		return nil, false
	}
	return line, false
}

func isBlank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' {
			return false
		}
	}
	return true
}

// noSink lets a reader read for its own sake.
type noSink struct{}

func (noSink) complete(*grammar.Row, int) {}
func (noSink) giveUp()                    {}
func (noSink) between()                   {}
