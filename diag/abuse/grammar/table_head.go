package grammar

import (
	"bytes"
	"slices"
)

// tableHead is the heading of a table. It is made once and never changed.
type tableHead struct {
	separator byte // ' ' for tables parted by blanks
	columns   []column
	spans     []tableSpan // where the names stand, if blanks part them
	zone      tableZone
	dayFirst  bool // «05/03/2024» is the fifth of March
	date      int  // column of a date that lacks its clock, -1 none
	clock     int
	ranges    bool       // lists ranges of addresses: it is not the log
	house     bool       // list of a clearing house: the rows are services or infections, no attacks
	addressed bool       // has a column of addresses
	infected  bool       // the sources are called infected
	incident  string     // what the columns say of the incident
	unit      []byte     // name of the column that counts
	other     *tableHead // the same names, told apart in another way
}

// readTableHead reads a heading; nil if line is none.
func readTableHead(line []byte, zone tableZone) *tableHead {
	bare, marked := bareHeading(line)
	if len(bare) < 7 || len(bare) > 4096 || !wordy(bare) {
		return nil
	}
	best, most := headByBlanks(line, bare, marked, zone)
	for _, sep := range []byte("\t,;|") {
		if bytes.IndexByte(bare, sep) < 0 {
			continue
		}
		var cells [maxColumns][]byte
		names, _ := splitCells(bare, sep, cells[:])
		if sep == '\t' && emptyAmong(names) {
			continue // tabs align the columns: they count as blanks
		}
		h := &tableHead{separator: sep}
		if n := h.name(names, true); n >= most && n > 0 {
			best, most = h, n
		}
	}
	if best == nil || !best.settle(zone) {
		return nil
	}
	return best
}

// headByBlanks reads the names of a heading that blanks part: two or more of
// them, or single ones. It gives the number of those known, too.
func headByBlanks(line, bare []byte, marked bool, zone tableZone) (best *tableHead, known int) {
	var cells [maxColumns][]byte
	var spans [maxColumns]tableSpan
	h := &tableHead{separator: ' '}
	if known = h.name(splitWide(line, cells[:], spans[:]), false); known > 0 {
		h.spans = append(h.spans, spans[:len(h.columns)]...)
		best = h
	}
	long, short := &tableHead{separator: ' '}, &tableHead{separator: ' '}
	if n := long.nameWords(line, bare, marked, true); n > known {
		best, known = long, n
		if short.nameWords(line, bare, marked, false) > 0 && len(short.columns) != len(long.columns) && short.settle(zone) {
			best.other = short
		}
	}
	return best, known
}

// bareHeading takes off what marks a line as a comment: «# Timestamp,…»,
// «#Fields: …», «#fields\t…». marked: the names behind it need not be known.
func bareHeading(line []byte) (bare []byte, marked bool) {
	bare = Trim(line)
	if len(bare) == 0 || bare[0] != '#' {
		return bare, false
	}
	bare = Trim(bytes.TrimLeft(bare, "#"))
	for _, mark := range []string{"Fields:", "fields\t"} {
		if bytes.HasPrefix(bare, []byte(mark)) {
			return Trim(bare[len(mark):]), true
		}
	}
	return bare, false
}

// wordy reports whether a line can be names: few digits, mostly letters.
func wordy(line []byte) bool {
	letters, digits := 0, 0
	for _, c := range line {
		switch {
		case letter(c) || c >= 0x80:
			letters++
		case digit(c):
			digits++
		}
	}
	return letters >= 6 && digits*5 <= letters
}

func emptyAmong(cells [][]byte) bool {
	for _, c := range cells {
		if len(c) == 0 {
			return true
		}
	}
	return false
}

// name takes cells as names and gives the number of those known; 0 if they
// make no heading. loose: one known in four will do, as fields of CSV are
// surely names.
func (h *tableHead) name(cells [][]byte, loose bool) int {
	known := 0
	for _, cell := range cells {
		n := readColumnName(cell)
		if h.add(n, cell); n.column != columnUnknown {
			known++
		}
	}
	if known < 2 || !loose && known*2 < len(cells) || loose && known*4 < len(cells) {
		return 0
	}
	return known
}

// nameWords takes words as names, several to a name where that is one; long
// tries the longest name first («destination port» is one column or two). All
// have to be known, unless the line is marked as a heading. bare is what of
// line holds the names.
func (h *tableHead) nameWords(line, bare []byte, marked, long bool) int {
	var words [maxColumns][]byte
	found := splitWords(bare, words[:])
	known := 0
	for i := 0; i < len(found); {
		n, cell, words := nameOf(bare, found[i:], long)
		if words > 0 {
			known++
		} else if !marked {
			return 0
		}
		h.add(n, cell)
		from := cap(line) - cap(cell)
		place := tablePlace(line[:from])
		h.spans = append(h.spans, tableSpan{place, place + len(cell)})
		i += max(words, 1)
	}
	if known < 2 {
		return 0
	}
	return known
}

// mostNameWords is the length of the longest name: «IP address of the source».
const mostNameWords = 5

// nameOf takes the first of words, or the first few, as a name; count is how
// many it has, 0 if it is not known.
func nameOf(line []byte, words [][]byte, long bool) (n columnName, cell []byte, count int) {
	most := min(mostNameWords, len(words))
	for i := range most {
		k := i + 1
		if long {
			k = most - i
		}
		cell = span(line, words[0], words[k-1])
		if n = readColumnName(cell); n.column != columnUnknown {
			return n, cell, k
		}
	}
	return columnName{}, words[0], 0
}

// splitWords cuts at blanks and leaves arrows out.
func splitWords(line []byte, into [][]byte) [][]byte {
	n := 0
	for n < len(into) {
		word, rest := Cut(line)
		if len(word) == 0 {
			break
		}
		if !tableArrow(word) {
			into[n] = word
			n++
		}
		line = rest
	}
	return into[:n]
}

// span is the part of line from one of its words to another.
func span(line, first, last []byte) []byte {
	from := cap(line) - cap(first)
	return line[from : cap(line)-cap(last)+len(last)]
}

func (h *tableHead) add(n columnName, cell []byte) {
	h.columns = append(h.columns, n.column)
	if n.zone.told && !h.zone.told && n.isTime() {
		h.zone = n.zone
	}
	h.dayFirst = h.dayFirst || n.romance
	switch {
	case n.column == columnCount && h.unit == nil:
		h.unit = bytes.ToLower(Trim(cell))
	case n.column == columnSource && bytes.Contains(bytes.ToLower(cell), []byte("infect")):
		h.infected = true
	}
}

// settle decides what the vague names mean beside the others; false if they
// make no table of a log.
func (h *tableHead) settle(zone tableZone) bool {
	if !h.zone.told {
		h.zone = zone
	}
	h.settleTimes()
	listed := h.has(columnASN) && h.has(columnTime) && h.has(columnHost) && !h.has(columnSource)
	h.settleHosts()
	h.house = listed && !h.has(columnTarget)
	h.settlePorts()
	h.once()
	h.settleIncident()
	if listed && !h.zone.told {
		h.zone = tableZone{"UTC", 0, true} // as clearing houses print
	}
	h.addressed = h.has(columnSource) || h.has(columnTarget)
	if !h.addressed && h.count(columnRange) >= 2 {
		h.ranges = true
		return true
	}
	return h.tells() >= 2 && (h.addressed || h.timed() && (h.has(columnSourcePort) || h.has(columnTargetPort)))
}

// tells counts the columns that rows take something from.
func (h *tableHead) tells() int {
	n := 0
	for _, c := range h.columns {
		if c >= columnTime {
			n++
		}
	}
	return n
}

func (h *tableHead) timed() bool { return h.has(columnTime) || h.date >= 0 }

// settleIncident: clearing houses list open services and infections, in UTC.
func (h *tableHead) settleIncident() {
	switch {
	case h.infected || h.has(columnMalware):
		h.incident = "malware"
	case h.house:
		h.incident = "open-service"
	}
}

// settleTimes: «date» and «time» beside each other are one time.
func (h *tableHead) settleTimes() {
	if h.dayFirst {
		h.turn(columnData, columnDate, 1)
	}
	if h.has(columnDate) && !h.has(columnClock) {
		h.turn(columnTime, columnClock, 1)
	}
	h.date, h.clock = h.at(columnDate), h.at(columnClock)
	if h.date >= 0 && h.clock >= 0 {
		return
	}
	h.date, h.clock = -1, -1
	if !h.has(columnTime) {
		for _, c := range []column{columnDate, columnClock, columnEnd} {
			if h.turn(c, columnTime, 1) {
				break
			}
		}
	}
}

// settleHosts: an address of no named side is the source, unless another is.
func (h *tableHead) settleHosts() {
	for _, c := range []column{columnHost, columnWeak} {
		if h.has(columnTarget) && c == columnWeak && h.has(columnSource) {
			return
		}
		if !h.has(columnSource) {
			h.turn(c, columnSource, 1)
		}
		if c == columnHost && !h.has(columnTarget) {
			h.turn(c, columnTarget, 1)
		}
	}
}

// settlePorts: a port of no named side is the target's, as reports are about
// what was attacked; in lists of open services it is the service's own.
func (h *tableHead) settlePorts() {
	switch {
	case h.house && !h.has(columnSourcePort):
		h.turn(columnPort, columnSourcePort, 1)
	case !h.has(columnTargetPort):
		h.turn(columnPort, columnTargetPort, 1)
	case !h.has(columnSourcePort):
		h.turn(columnPort, columnSourcePort, 1)
	}
}

// once leaves each meaning to the first column that has it; notes add up.
func (h *tableHead) once() {
	var seen [columnNote + 1]bool
	for i, c := range h.columns {
		if c < columnTime || c >= columnTag {
			continue
		}
		if seen[c] {
			h.columns[i] = columnSide
		}
		seen[c] = true
	}
}

func (h *tableHead) at(c column) int { return slices.Index(h.columns, c) }

func (h *tableHead) has(c column) bool { return h.at(c) >= 0 }

func (h *tableHead) count(c column) int {
	n := 0
	for _, d := range h.columns {
		if d == c {
			n++
		}
	}
	return n
}

// turn makes up to n columns of one meaning those of another.
func (h *tableHead) turn(from, into column, n int) bool {
	turned := false
	for i, c := range h.columns {
		if c == from && n > 0 {
			h.columns[i] = into
			n--
			turned = true
		}
	}
	return turned
}
