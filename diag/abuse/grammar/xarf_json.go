package grammar

import (
	"bytes"
	"slices"
)

// xarfJSON reads XARF reports in JSON (xarf.org): version 1 and 3 with their
// «Report», version 4 flat. A report is one row; where it lists the ports that
// were scanned, they are the heading's.
//
//	{"xarf_version": "4.2.0", "source_identifier": "192.0.2.10", "type": "port_scan", …}
func xarfJSON() Grammar {
	return Grammar{
		Name: "xarf-json", LogType: Record, Rank: Exact,
		Open: func(head []byte) Reader { return &xarfJSONReader{long: longXARF(head)} },
	}
}

// maxXARF bounds one report in bytes; evidence within may be a whole mail.
const maxXARF = 1 << 20

type xarfJSONReader struct {
	heading Heading
	text    []byte // of the report that is open
	depth   int    // braces and brackets that are open
	long    *xarfReport
}

func (r *xarfJSONReader) Clone() Reader {
	c := *r
	c.text = bytes.Clone(r.text)
	c.heading.Ports = append([]uint16(nil), r.heading.Ports...)
	return &c
}

func (r *xarfJSONReader) Heading() Heading { return r.heading }

// Starts reports whether a report can begin here.
func (r *xarfJSONReader) Starts(line []byte) bool { return xarfStart(line) != nil }

func (r *xarfJSONReader) Line(line []byte, row *Row) Outcome {
	if r.depth == 0 {
		if line = xarfStart(line); line == nil {
			return Foreign
		}
	} else if len(r.text) == 1 && Trim(line)[0] != '"' { // a lone brace opened no object
		r.drop()
		return Foreign
	}
	end := r.balance(line)
	if end < 0 || len(r.text)+end+1 > maxXARF {
		r.drop()
		return Foreign
	}
	r.text = append(r.text, line[:end]...)
	if r.depth > 0 {
		if len(r.text) > 1 {
			r.text = append(r.text, '\n')
		}
		return Begun
	}
	report := decodeXARF(r.text)
	r.drop()
	if report == nil || !report.fill(row, &r.heading) {
		row.Reset()
		return Foreign
	}
	return Done
}

// End gives the report that one line too long to be read holds.
func (r *xarfJSONReader) End(row *Row) Outcome {
	r.drop()
	if r.long == nil {
		return Foreign
	}
	row.Reset()
	report := r.long
	r.long = nil
	if !report.fill(row, &r.heading) {
		row.Reset()
		return Foreign
	}
	return Done
}

func (r *xarfJSONReader) drop() { r.text, r.depth = r.text[:0], 0 }

// xarfStart gives the line from the brace on that may open a report; nil if
// there is none.
func xarfStart(line []byte) []byte {
	i := bytes.IndexByte(line, '{')
	if i < 0 {
		return nil
	}
	line = Trim(line[i:])
	if rest := Trim(line[1:]); len(rest) == 0 || rest[0] == '"' {
		return line
	}
	return nil
}

// balance counts what the line opens and closes, and gives the length of what
// belongs to the report; -1 if it is no JSON. Strings end on their line.
func (r *xarfJSONReader) balance(line []byte) int {
	const deepest = 64 // reports nest four deep
	text := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			text = !text
		case c == '\\' && text:
			i++
		case text:
		case c == '{' || c == '[':
			if r.depth++; r.depth > deepest {
				return -1
			}
		case c == '}' || c == ']':
			if r.depth--; r.depth <= 0 {
				return i + 1
			}
		}
	}
	if text {
		return -1
	}
	return len(line)
}

// longXARF decodes a report that stands in one line too long for Line, as far
// as the text's beginning holds it; nil if there is none.
func longXARF(head []byte) *xarfReport {
	head = Prepare(bytes.TrimSpace(head))
	i := bytes.IndexByte(head, '\n')
	if i < 0 {
		i = len(head)
	}
	if i <= MaxLine || head[0] != '{' {
		return nil
	}
	if report := decodeXARF(head[:i]); report != nil {
		return report
	}
	return decodeXARF(closeJSON(head[:i]))
}

// closeJSON ends a text that was cut off behind the last value that is whole.
func closeJSON(text []byte) []byte {
	const deepest = 64
	var open, then []byte // what closes the text: now, and behind the last value
	end, quoted := 0, false
	for i := 0; i < len(text) && len(open) < deepest; i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
			if c == '\\' {
				i++
			}
		case c == '{' || c == '[':
			open = append(open, c+2) // the brackets stand two apart in ASCII
		case (c == '}' || c == ']') && len(open) > 0:
			open = open[:len(open)-1]
		case c == ',':
			end, then = i, append(then[:0], open...)
		}
	}
	slices.Reverse(then)
	return slices.Concat(text[:end], then)
}
