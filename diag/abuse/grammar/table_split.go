package grammar

import "bytes"

// maxColumns bounds a table's width: the widest lists of clearing houses have
// some hundred columns.
const maxColumns = 128

// tableArrow reports whether a word only points from source to target.
func tableArrow(word []byte) bool {
	switch string(word) {
	case "->", "-->", "=>", "==>", ">", "|", "<->":
		return true
	}
	return false
}

// splitCells cuts a line at sep. A cell in double quotes may hold it (RFC
// 4180). A pipe may also stand at both ends of the line. rest is what is left
// when into is full.
func splitCells(line []byte, sep byte, into [][]byte) (cells [][]byte, rest []byte) {
	if sep == '|' {
		line = Trim(line)
		line = bytes.TrimSuffix(bytes.TrimPrefix(line, []byte("|")), []byte("|"))
	}
	n := 0
	for n < len(into) {
		cell, tail, more := nextCell(line, sep)
		into[n] = cell
		n++
		line = tail
		if !more {
			break
		}
	}
	return into[:n], line
}

// nextCell takes the first cell off line, without its quotes.
func nextCell(line []byte, sep byte) (cell, rest []byte, more bool) {
	if quoted := bytes.TrimLeft(line, " "); len(quoted) > 0 && quoted[0] == '"' {
		for i := 1; i < len(quoted); i++ {
			if quoted[i] != '"' {
				continue
			}
			if i+1 < len(quoted) && quoted[i+1] == '"' {
				i++
				continue
			}
			tail := Trim(quoted[i+1:])
			switch {
			case sep == '\t' && i+1 < len(quoted) && bytes.IndexByte(quoted[i+1:], sep) == 0:
				return quoted[1:i], quoted[i+2:], true
			case len(tail) == 0:
				return quoted[1:i], nil, false
			case tail[0] == sep:
				return quoted[1:i], tail[1:], true
			}
			break // text goes on behind the quote: it is no RFC 4180 cell
		}
	}
	i := bytes.IndexByte(line, sep)
	if i < 0 {
		return tableTrim(line), nil, false
	}
	return tableTrim(line[:i]), line[i+1:], true
}

// tableTrim takes blanks and lone quotes off a cell.
func tableTrim(cell []byte) []byte {
	return bytes.Trim(cell, " \t\"'")
}

// tableSpan is where a cell stands in its line, tabs counted as up to eight
// blanks.
type tableSpan struct{ from, to int }

// splitWide cuts a line at tabs and at two blanks or more, so that cells may
// hold single ones. Spans may be nil.
func splitWide(line []byte, into [][]byte, spans []tableSpan) [][]byte {
	n, place, i := 0, 0, 0
	for n < len(into) {
		for i < len(line) && blank(line[i]) {
			place = tableStep(line[i], place)
			i++
		}
		if i == len(line) {
			break
		}
		from, begin := i, place
		for i < len(line) && line[i] != '\t' && (line[i] != ' ' || i+1 < len(line) && !blank(line[i+1])) {
			i++
			place++
		}
		into[n] = line[from:i]
		if spans != nil {
			spans[n] = tableSpan{begin, place}
		}
		n++
	}
	return into[:n]
}

// tablePlace is where a line goes on behind b.
func tablePlace(b []byte) int {
	place := 0
	for _, c := range b {
		place = tableStep(c, place)
	}
	return place
}

// tableStep is the place behind a blank, a tab or any other byte.
func tableStep(c byte, place int) int {
	if c == '\t' {
		return place&^7 + 8
	}
	return place + 1
}

// splitPlaced gives cells of a blank-aligned row to the columns they stand
// under; cells between stay empty. nil if they cannot be told apart.
func splitPlaced(line []byte, columns []column, heads []tableSpan, into [][]byte) [][]byte {
	var cells [maxColumns][]byte
	var spans [maxColumns]tableSpan
	found := splitWide(line, cells[:], spans[:])
	if len(found) < 2 || len(found) >= len(heads) || len(heads) > len(into) {
		return nil
	}
	into = into[:len(heads)]
	clear(into)
	next := 0
	for k, cell := range found {
		best, least := -1, 1<<30
		for c := next; c < len(heads)-(len(found)-1-k); c++ {
			if d := spans[k].distance(heads[c]); d < least {
				best, least = c, d
			}
		}
		if best < 0 || !columns[best].takes(cell) {
			return nil
		}
		into[best] = cell
		next = best + 1
	}
	return into
}

// distance is how far a cell is from standing under a heading: columns are set
// flush left or flush right.
func (s tableSpan) distance(head tableSpan) int {
	left, right := s.from-head.from, s.to-head.to
	return min(max(left, -left), max(right, -right))
}

// splitTyped reads a row cell by cell, each as its column asks: times take
// several words, the last text takes the rest. It is for rows whose columns
// single blanks part.
func splitTyped(line []byte, columns []column, into [][]byte) [][]byte {
	if len(columns) > len(into) {
		return nil
	}
	into = into[:len(columns)]
	clear(into)
	for i := 0; i < len(columns); i++ {
		line = skipTableArrow(line)
		if len(line) == 0 {
			return nil
		}
		c, last := columns[i], i == len(columns)-1
		used := typedLength(line, c, last)
		if into[i] = tableTrim(line[:used]); !c.takes(into[i]) {
			return nil
		}
		if c == columnDate && !last && columns[i+1] == columnClock && bytes.IndexByte(into[i], ':') > 0 {
			i++ // the stamp has taken the clock as well
		}
		line = line[used:]
	}
	if len(Trim(line)) > 0 {
		return nil
	}
	return into
}

// typedLength is the length of the cell at the start of line.
func typedLength(line []byte, c column, last bool) int {
	if c.isTime() {
		if _, used := ReadStamp(line); used > 0 {
			return used
		}
	}
	if last && (c == columnUnknown || c == columnSide || c >= columnTag) {
		return len(line)
	}
	return wordLength(line)
}

func skipTableArrow(line []byte) []byte {
	for {
		word, rest := Cut(line)
		if !tableArrow(word) {
			return bytes.TrimLeft(line, " \t")
		}
		line = rest
	}
}

// wordLength is the length of the word at the start of line; brackets and
// quotes hold blanks together («[Your Server IP]»).
func wordLength(line []byte) int {
	shut := byte(0)
	switch line[0] {
	case '[':
		shut = ']'
	case '<':
		shut = '>'
	case '"':
		shut = '"'
	}
	if shut != 0 {
		if i := bytes.IndexByte(line[1:], shut); i >= 0 {
			for i += 2; i < len(line) && !blank(line[i]); i++ {
			}
			return i
		}
	}
	word, _ := Cut(line)
	return len(word)
}
