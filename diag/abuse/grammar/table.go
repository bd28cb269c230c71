package grammar

import "bytes"

// table reads tables that name their columns, whatever parts them: commas,
// semicolons, tabs, pipes and boxes, or blanks. A new heading replaces the one
// before.
//
//	Timestamp            SrcIP       SrcPort  DstIP         DstPort
//	2025-02-03 04:05:06  192.0.2.10  40112    198.51.100.7  22
func table() Grammar {
	return Grammar{
		Name: "table", LogType: Record, Rank: General,
		Open: func([]byte) Reader { return &tableReader{} },
	}
}

type tableReader struct {
	head    *tableHead // nil before the first heading
	zone    tableZone  // of a rule above the heading
	near    bool       // the line before was part of the table
	tagged  int        // rows whose tags were looked at
	found   string     // incident their tags name
	heading Heading
	note    []byte // room to join cells in
	cell    tableCell
}

func (r *tableReader) Clone() Reader {
	c := *r
	c.note = nil
	return &c
}

func (r *tableReader) Heading() Heading {
	h := r.heading
	if r.found != "" { // what rows say is nearer than what columns are called
		h.Incident = r.found
	}
	return h
}

func (r *tableReader) Line(line []byte, row *Row) Outcome {
	o := r.line(line, row)
	r.near = o != Foreign
	if o == Foreign {
		row.Reset()
	}
	return o
}

func (r *tableReader) line(line []byte, row *Row) Outcome {
	if isTableRule(line) {
		if r.near || line[0] == '+' {
			return Frame
		}
		return Foreign
	}
	if r.head != nil {
		if o := r.body(line, row); o != Foreign {
			return o
		}
	}
	if zone, ok := readTableCaption(line); ok {
		r.zone = zone
		return Frame
	}
	if h := readTableHead(line, r.zone); h != nil {
		r.head = h
		return Frame
	}
	return Foreign
}

// body reads what stands under a heading.
func (r *tableReader) body(line []byte, row *Row) Outcome {
	if r.head.ranges {
		if r.isRange(line) {
			return Further
		}
		return Foreign
	}
	if r.row(line, row) {
		if r.cell.held != nil { // the row before it will not be finished
			r.cell = tableCell{}
			return Foreign
		}
		r.cell.open(line, r.head.separator)
		return Done
	}
	if other := r.head.other; other != nil {
		first := r.head
		if r.head = other; r.row(line, row) {
			return Done
		}
		r.head = first
	}
	row.Reset()
	return r.broken(line, row)
}

// isTableRule reports whether a line only rules a table.
func isTableRule(line []byte) bool {
	if line[0] == '(' && (bytes.HasSuffix(line, []byte(" rows)")) || string(line) == "(1 row)") { // psql
		return true
	}
	return len(line) > 2 && len(bytes.Trim(line, "-=+|*_:# \t")) == 0
}

// readTableCaption reads a rule with a zone in it: «------ Time UTC -3 ------».
func readTableCaption(line []byte) (tableZone, bool) {
	bare := bytes.Trim(line, "-=*#+ \t")
	if len(bare) < 3 || len(bare) > maxColumnName || len(line) < len(bare)+6 || lower(line[0]) >= 'a' {
		return tableZone{}, false
	}
	for at := 0; at < len(bare); at++ {
		if at > 0 && bare[at-1] != ' ' && bare[at-1] != '(' {
			continue
		}
		if name, offset, used := ReadZone(bare[at:]); used > 0 && (name != "" || bare[at] == 'U' || bare[at] == 'G') {
			return tableZone{name, offset, true}, true
		}
	}
	return tableZone{}, false
}

// isRange reports whether a line begins with both ends of a range.
func (r *tableReader) isRange(line []byte) bool {
	var cells [maxColumns][]byte
	found := 0
	var words [][]byte
	if r.head.separator == ' ' {
		words = Fields(line, cells[:4])
	} else {
		words, _ = splitCells(line, r.head.separator, cells[:])
	}
	for _, w := range words {
		if _, ok := ReadAddr(w); ok {
			found++
		}
	}
	return found >= 2
}

// row reads a row under the heading, in the way the heading is parted and,
// should that fail, in those that tables change to when they are pasted.
func (r *tableReader) row(line []byte, row *Row) bool {
	h := r.head
	var cells [maxColumns][]byte
	if h.separator != ' ' {
		if r.fill(h.fit(line, cells[:]), row) {
			return true
		}
		if h.separator != '\t' {
			return false
		}
		row.Reset()
	}
	if found := splitWide(line, cells[:], nil); len(found) == len(h.columns) {
		if r.fill(found, row) {
			return true
		}
		row.Reset()
	}
	if h.spans != nil && r.fill(splitPlaced(line, h.columns, h.spans, cells[:]), row) {
		return true
	}
	row.Reset()
	return r.fill(splitTyped(line, h.columns, cells[:]), row)
}

// fit splits a line into as many cells as there are columns; nil if it cannot.
func (h *tableHead) fit(line []byte, into [][]byte) [][]byte {
	n := len(h.columns)
	cells, _ := splitCells(line, h.separator, into)
	switch last := h.columns[n-1]; {
	case len(cells) <= 1:
		return nil
	case len(cells) == n:
		return cells
	case len(cells) < n: // programs leave out empty cells at the end
		for _, c := range h.columns[len(cells):] {
			if c.isAddress() || c == columnTime {
				return nil
			}
		}
		return cells
	case last >= columnTag: // a text without quotes that holds the separator
		cells, rest := splitCells(line, h.separator, into[:n-1])
		return append(cells, tableTrim(rest))
	default:
		for _, c := range cells[n:] {
			if len(c) > 0 {
				return nil
			}
		}
		return cells[:n]
	}
}
