package grammar

import "bytes"

// column is what a column of a table means.
type column uint8

// The meanings. Those up to columnWeak tell rows nothing, or nothing yet.
const (
	columnUnknown column = iota
	columnSide           // known by name, no part of a row
	columnASN            // number of a network: lists of clearing houses have it
	columnRange          // one end of a range of addresses
	columnWeak           // a host that may be either side or the one that wrote the log
	columnHost           // an address of a side that is not named
	columnPort           // a port of a side that is not named
	columnData           // «data» is a date where the other names are Romance
	columnTime
	columnDate
	columnClock
	columnEnd
	columnZone
	columnSource
	columnTarget
	columnSourcePort
	columnTargetPort
	columnProtocol
	columnPackets
	columnBytes
	columnSize
	columnCount
	columnTag     // a word that may name the incident
	columnMalware // the name of a malware or of its botnet
	columnMessage // text in which another log's line may stand
	columnNote
)

// maxColumnName bounds a name in bytes; longer cells are data or prose.
const maxColumnName = 40

// tableZone is a time zone that a heading names.
type tableZone struct {
	name   string
	offset int32
	told   bool
}

func (z tableZone) apply(s Stamp) Stamp {
	if z.told {
		return s.In(z.name, z.offset)
	}
	return s
}

// columnName is the name of one column, understood.
type columnName struct {
	column
	with    column // port in the same cell («Src-IP:Src-Port»), else columnUnknown
	zone    tableZone
	romance bool // Spanish, Portuguese, French, Italian: days come before months
}

// readColumnName reads a name as printed: case, blanks, dashes, underscores and
// dots do not count, brackets may hold a zone.
func readColumnName(raw []byte) columnName {
	var n columnName
	if len(raw) > maxColumnName {
		return n
	}
	raw, n.zone = cutColumnZone(raw)
	var room [maxColumnName]byte
	name, colon := bareColumnName(raw, &room)
	switch {
	case len(name) == 0 || colon == len(name): // «Source IP:» has its value behind it
		return columnName{}
	case colon > 0:
		n.column, n.with = columnOf(string(name[:colon])), columnOf(string(name[colon:]))
		if n.column < columnWeak || !n.with.isPort() {
			return columnName{}
		}
		return n
	}
	n.column = columnOf(string(name))
	if n.column == columnUnknown {
		n.column = romanceColumn(string(name))
		n.romance = n.column != columnUnknown
	}
	return n
}

// bareColumnName leaves of a name its letters, in lower case, and tells before
// which of them a colon stood; 0 if none did.
func bareColumnName(raw []byte, room *[maxColumnName]byte) (name []byte, colon int) {
	k, depth := 0, 0
	for _, c := range raw {
		switch c {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ' ', '-', '_', '.', '"', '#', '\'', '/', '*', '@':
		case ':':
			if colon == 0 && depth == 0 {
				colon = k
			}
		default:
			if depth <= 0 {
				room[k] = lower(c)
				k++
			}
		}
	}
	return room[:k], colon
}

// cutColumnZone takes the zone off «Last Seen (UTC)», «timestamp(UTC+0)»,
// «receptionTime_UTC».
func cutColumnZone(raw []byte) ([]byte, tableZone) {
	for i := 1; i < len(raw); i++ {
		if c := raw[i]; c != ' ' && c != '_' && c != '(' && c != '[' {
			continue
		}
		name, offset, used := ReadZone(raw[i+1:])
		switch end := i + 1 + used; {
		case used == 0:
		case end == len(raw):
			return raw[:i], tableZone{name, offset, true}
		case raw[i] == '(' || raw[i] == '[': // what is in brackets is no part of the name
			return raw, tableZone{name, offset, true}
		}
	}
	return raw, tableZone{}
}

// isAddressColumn reports whether cells of the column are addresses.
func (c column) isAddress() bool {
	return c == columnSource || c == columnTarget || c == columnHost || c == columnWeak
}

// takes reports whether a cell can stand in the column at all, where that has
// to be found out by trying.
func (c column) takes(cell []byte) bool {
	switch {
	case tableEmpty(cell):
		return true
	case c.isAddress():
		return cell[0] == '[' || cell[0] == '<' || bytes.IndexByte(cell, ' ') < 0
	case c.isPort() || c >= columnPackets && c <= columnCount:
		return digit(cell[0]) && bytes.IndexByte(cell, '.') < 0
	}
	return true
}

func (c column) isPort() bool {
	return c == columnPort || c == columnSourcePort || c == columnTargetPort
}

func (c column) isTime() bool {
	return c == columnTime || c == columnDate || c == columnClock || c == columnEnd || c == columnData
}
