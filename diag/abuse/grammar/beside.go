package grammar

// Beside reads two logs that stand in one text: whatever the first makes nothing
// of is handed to the second. Rows of the second are marked so; all else is told
// of the first.
func Beside(first, second Grammar) Grammar {
	g := first
	g.Open = func(head []byte) Reader {
		a, b := first.Open(head), second.Open(head)
		if a == nil || b == nil {
			return a
		}
		r := besideReader{first: a, second: b}
		for _, reader := range []Reader{a, b} {
			if _, ok := reader.(Ender); ok {
				return &besideEnder{r}
			}
		}
		return &r
	}
	return g
}

type besideReader struct {
	first, second Reader
	begun         bool // the first has begun a row; one of the second says so itself
}

func (r *besideReader) clone() besideReader {
	return besideReader{r.first.Clone(), r.second.Clone(), r.begun}
}

func (r *besideReader) Clone() Reader { c := r.clone(); return &c }

func (r *besideReader) Line(line []byte, row *Row) Outcome {
	if row.Beside {
		return r.second.Line(line, row)
	}
	o := r.first.Line(line, row)
	begun := r.begun
	r.begun = o == Begun || begun && (o == Frame || o == Further)
	if o != Foreign || begun {
		return o
	}
	row.Reset()
	o = r.second.Line(line, row)
	row.Beside = o == Begun || o == Done
	return o
}

// Heading is what the first says of its log.
func (r *besideReader) Heading() (h Heading) {
	if headed, ok := r.first.(Headed); ok {
		h = headed.Heading()
	}
	return h
}

// Starts reports whether a row of either may begin on the line.
func (r *besideReader) Starts(line []byte) bool {
	return starts(r.first, line) || starts(r.second, line)
}

func starts(r Reader, line []byte) bool {
	if s, ok := r.(Starter); ok {
		return s.Starts(line)
	}
	var row Row
	row.Reset()
	o := r.Clone().Line(line, &row)
	return o == Begun || o == Done
}

// besideEnder is for readers one of which completes rows at the end.
type besideEnder struct{ besideReader }

func (r *besideEnder) Clone() Reader { return &besideEnder{r.clone()} }

func (r *besideEnder) End(row *Row) Outcome {
	reader := r.first
	if row.Beside {
		reader = r.second
	}
	if e, ok := reader.(Ender); ok {
		return e.End(row)
	}
	return Foreign
}
