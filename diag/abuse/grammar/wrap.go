package grammar

import (
	"bytes"
	"slices"
)

// wrap puts a row together again that a mail program broke between its
// columns. The zero value holds nothing.
type wrap struct {
	held []byte // what the lines before left unfinished; never written to again
}

// wrappedLog is what the readers share of logs whose rows mail programs break:
// those begin with a time.
type wrappedLog struct {
	heading Heading
	wrap    wrap
}

func (l *wrappedLog) Heading() Heading { return l.heading }

func (l *wrappedLog) Starts(line []byte) bool {
	_, used := ReadStamp(Trim(line))
	return used > 0
}

// wrapMost is the longest row that is put together: no table of a provider is
// wider, and prose that begins like a row must not gather.
const wrapMost = 512

// read hands the line, behind what is held, to the reader of whole rows. That
// says Begun where the text ends too early and no more; what it put into row
// then counts for nothing. alone: the line stands by itself and is no row.
func (w *wrap) read(line []byte, row *Row, whole func(text []byte, row *Row) Outcome) (o Outcome, alone bool) {
	text, joined := Trim(line), w.held != nil
	if joined {
		text = slices.Concat(w.held, []byte(" "), text)
	}
	w.held = nil
	switch o = whole(text, row); o {
	case Begun:
		row.Reset() // it points into a line that will be gone
		if len(text) > wrapMost {
			return Foreign, !joined
		}
		w.held = bytes.Clone(text)
	case Foreign:
		return Foreign, !joined
	}
	return o, false
}

// columns reports whether every word of line is one of the names: the heading
// of a table, or a piece of one that was broken.
func columns(line []byte, names ...string) bool {
	word, rest := Cut(line)
	if len(word) == 0 {
		return false
	}
	for ; len(word) > 0; word, rest = Cut(rest) {
		if !slices.Contains(names, string(word)) {
			return false
		}
	}
	return true
}

// readEnd reads «HOST PORT» into e. It is Begun where b ends too early.
func readEnd(b []byte, e *Endpoint) (rest []byte, o Outcome) {
	rest = cutEnd(b, e)
	word, rest := Cut(rest)
	if len(word) == 0 {
		return rest, Begun
	}
	port, ok := ReadPort(word)
	if !ok {
		return rest, Foreign
	}
	e.Port = port
	return rest, Done
}

// cutEnd takes the first host off line.
func cutEnd(line []byte, e *Endpoint) (rest []byte) {
	for len(line) > 0 && blank(line[0]) {
		line = line[1:]
	}
	if a, n := readIPv4(line); n > 0 && n < len(line) && blank(line[n]) { // nearly always
		e.Addr = a
		return line[n:]
	}
	host, rest := CutHost(line)
	*e, _ = ReadHost(host)
	return rest
}

// twoEnds are the hosts of a row. They are handed on by their address: copying
// them from hand to hand costs as much as reading them.
type twoEnds struct{ source, target Endpoint }

// readEnds reads «HOST PORT => HOST PORT» with mark as its arrow into e, which is
// blank. It is Begun where b ends too early.
func readEnds(b []byte, mark string, e *twoEnds) (rest []byte, o Outcome) {
	if rest, o = readEnd(b, &e.source); o != Done {
		return rest, o
	}
	if rest, o = readMark(rest, mark); o != Done {
		return rest, o
	}
	return readEnd(rest, &e.target)
}

// readMark reads the word mark. It is Begun where b has ended.
func readMark(b []byte, mark string) (rest []byte, o Outcome) {
	word, rest := Cut(b)
	switch {
	case len(word) == 0:
		return rest, Begun
	case string(word) != mark:
		return rest, Foreign
	}
	return rest, Done
}
