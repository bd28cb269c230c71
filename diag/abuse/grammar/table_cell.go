package grammar

import "bytes"

// fill reads the cells of a row; false if they do not fit their columns.
func (r *tableReader) fill(cells [][]byte, row *Row) bool {
	h := r.head
	if len(cells) == 0 {
		return false
	}
	var note tableNote
	for i, c := range h.columns[:min(len(cells), len(h.columns))] {
		if c < columnTime || tableEmpty(cells[i]) {
			continue
		}
		switch {
		case c.isTime():
			if !h.fillTime(c, i, cells, row) {
				return false
			}
		case c.isAddress() || c.isPort():
			if !fillSide(c, cells[i], row) {
				return false
			}
		case c < columnTag:
			fillNumber(c, cells[i], row)
		default:
			r.fillNote(c, cells[i], row, &note)
		}
	}
	if !h.plausible(row) {
		return false
	}
	h.fillZone(cells, row)
	row.Note = r.join(note, row)
	r.learn(note)
	return true
}

// fillSide reads the cell of an address or a port.
func fillSide(c column, cell []byte, row *Row) bool {
	switch c {
	case columnSource:
		return readTableHost(cell, &row.Source)
	case columnTarget:
		return readTableHost(cell, &row.Target)
	case columnSourcePort:
		readTablePort(cell, &row.Source, row)
	case columnTargetPort:
		readTablePort(cell, &row.Target, row)
	}
	return true
}

// fillZone gives the times of a row the zone of its own cell or the heading.
func (h *tableHead) fillZone(cells [][]byte, row *Row) {
	zone := h.zone
	if i := h.at(columnZone); i >= 0 && i < len(cells) {
		if name, offset, used := ReadZone(cells[i]); used > 0 {
			zone = tableZone{name, offset, true}
		}
	}
	row.Time, row.End = zone.apply(row.Time), zone.apply(row.End)
}

// plausible reports whether what was read can be a row: it needs an address,
// or a time beside whatever stands for one.
func (h *tableHead) plausible(row *Row) bool {
	if !h.addressed {
		return row.Time.Known() && (row.Source.Port != Unknown || row.Target.Port != Unknown)
	}
	for _, e := range []Endpoint{row.Source, row.Target} {
		if e.Addr.IsValid() || e.Known() && (row.Time.Known() || Masked(e.Word)) {
			return true
		}
	}
	return false
}

// tableEmpty reports whether a cell says nothing.
func tableEmpty(cell []byte) bool {
	switch len(cell) {
	case 0:
		return true
	case 1:
		return cell[0] == '-' || cell[0] == '*' || cell[0] == '?'
	case 2:
		return string(cell) == "--"
	case 3:
		return bytes.EqualFold(cell, []byte("n/a")) || bytes.EqualFold(cell, []byte("nil")) || string(cell) == "---"
	case 4:
		return bytes.EqualFold(cell, []byte("null")) || bytes.EqualFold(cell, []byte("none"))
	}
	return false
}

// fillTime reads a cell of a time; a date takes its clock from another cell.
func (h *tableHead) fillTime(c column, i int, cells [][]byte, row *Row) bool {
	if i == h.clock && row.Time.Known() {
		return true // read with its date
	}
	var room [64]byte
	cell := cells[i]
	if i == h.date && h.clock < len(cells) && len(cell)+len(cells[h.clock]) < len(room) {
		cell = append(append(append(room[:0], cell...), ' '), cells[h.clock]...)
	}
	if h.dayFirst && len(cell) >= 10 && len(cell) <= len(room) && cell[2] == '/' && cell[5] == '/' {
		cell = append(room[:0], cell...)
		cell[2], cell[5] = '.', '.'
	}
	s, ok := readTableTime(cell)
	if c == columnEnd {
		row.End = s
		return ok
	}
	row.Time = s
	return ok
}

// readTableTime reads a time, or seconds or milliseconds since 1970.
func readTableTime(cell []byte) (Stamp, bool) {
	if n, ok := ReadInt(cell); ok {
		switch len(cell) {
		case 10:
			n *= 1e6
		case 13:
			n *= 1e3
		case 16:
		default:
			return Stamp{}, false
		}
		return Stamp{Micros: n, Parts: Clock | Day | Year | Zoned, Zone: "UTC"}, true
	}
	s, used := ReadStamp(cell)
	return s, used > 0
}

// readTableHost reads a cell of an address, its port or name behind it.
func readTableHost(cell []byte, into *Endpoint) bool {
	e, ok := ReadHostPort(cell, ':')
	if !ok || len(cell) > 255 {
		return false
	}
	if !e.Addr.IsValid() && e.Word[0] != '[' && e.Word[0] != '<' {
		word, rest := Cut(bytes.TrimRight(cell, ",;"))
		if len(rest) > 0 || bytes.IndexByte(word, '/') > 0 {
			// «192.0.2.10 (name)», «192.0.2.10/32»
			if i := bytes.IndexByte(word, '/'); i > 0 {
				word = word[:i]
			}
			if e, ok = ReadHostPort(bytes.TrimRight(word, ",;"), ':'); !ok || !e.Addr.IsValid() && !Masked(e.Word) {
				return false
			}
		}
		if !e.Addr.IsValid() && !isTableName(e.Word) {
			return false
		}
	}
	if e.Port == Unknown {
		e.Port = into.Port
	}
	*into = e
	return true
}

// isTableName reports whether a word can name a host: it has a letter or a
// mask and is no mail address.
func isTableName(word []byte) bool {
	for _, c := range word {
		if letter(c) || c == '*' || c == '?' || c >= 0x80 {
			return bytes.IndexByte(word, '@') < 0
		}
	}
	return false
}

// readTablePort reads «22», «22(ssh)», «22/tcp», «tcp/22». Ranges and lists
// are no port, but no reason to give the row up.
func readTablePort(cell []byte, into *Endpoint, row *Row) {
	if port, ok := ReadPort(cell); ok {
		into.Port = port
		return
	}
	i := bytes.IndexByte(cell, '/')
	if i <= 0 {
		return
	}
	number, name := cell[:i], cell[i+1:]
	if !digit(number[0]) {
		number, name = name, number
	}
	port, ok := ReadPort(number)
	if p := ReadProtocol(name); ok && p != 0 {
		into.Port, row.Protocol = port, p
	}
}

// fillNumber reads the cells of a row's protocol and amounts.
func fillNumber(c column, cell []byte, row *Row) {
	if c == columnProtocol {
		if p := readTableProtocol(cell); p != 0 {
			row.Protocol = p
		}
		return
	}
	n, ok := ReadInt(cell)
	if !ok {
		return
	}
	switch c {
	case columnPackets:
		row.Packets = n
	case columnCount:
		if row.Packets == Unknown {
			row.Packets = n
		}
	case columnBytes:
		row.Bytes = n
	case columnSize:
		row.Size = n
	}
}

// readTableProtocol reads «TCP», «6», «TCP (6)», «tcp/http».
func readTableProtocol(cell []byte) Protocol {
	if p := ReadProtocol(cell); p != 0 {
		return p
	}
	if i := bytes.IndexAny(cell, " /("); i > 0 {
		return ReadProtocol(cell[:i])
	}
	return 0
}
