package grammar

import (
	"bytes"
	"slices"
)

// tableCell is a cell in quotes that goes on in the next line (RFC 4180).
type tableCell struct {
	held  []byte // the row up to here, if it needs what comes behind the cell; never written to again
	lines int    // that may still belong to the cell
}

// A cell that is broken holds a request or the head of a mail; a quote that
// was cut off must not gather the rest of the text.
const (
	brokenLines = 16
	brokenMost  = 4096 // bytes
)

// open reports whether the last cell of a row goes on in the next line.
func (c *tableCell) open(line []byte, sep byte) bool {
	*c = tableCell{}
	if sep != ',' && sep != ';' && sep != '\t' || !openQuote(line, sep) {
		return false
	}
	c.lines = brokenLines
	return true
}

// openQuote reports whether a quote that begins a cell of line has no end. One
// within a cell stands for itself.
func openQuote(line []byte, sep byte) bool {
	if bytes.Count(line, []byte{'"'})%2 == 0 {
		return false
	}
	at := bytes.LastIndex(line, []byte{sep, '"'})
	return (at >= 0 || line[0] == '"') && bytes.Count(line[at+1:], []byte{'"'})%2 == 1
}

// broken reads a line that is no row by itself: the beginning of one whose cell
// goes on, or a further line of such a cell.
func (r *tableReader) broken(line []byte, row *Row) Outcome {
	c := r.cell
	ends := bytes.IndexByte(line, '"') >= 0 && bytes.Count(line, []byte{'"'})%2 == 1
	switch {
	case c.held != nil:
		text := slices.Concat(c.held, []byte(" "), line)
		r.cell = tableCell{}
		if ends && r.row(text, row) {
			return Done
		}
		row.Reset()
		if ends || c.lines == 0 || len(text) > brokenMost {
			return Foreign
		}
		r.cell = tableCell{text, c.lines - 1}
		return Begun
	case c.lines > 0 && readTableHead(line, r.zone) == nil: // its row is read already
		if r.cell.lines--; ends {
			r.cell.lines = 0
		}
		return Further
	case r.cell.open(line, r.head.separator):
		r.cell.held = bytes.Clone(line)
		return Begun
	}
	return Foreign
}
