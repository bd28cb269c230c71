package grammar

import "bytes"

// maxFieldNote bounds what a record's note takes up, in bytes.
const maxFieldNote = 512

// put takes the value of a field; false if it does not suit the name.
func (r *fieldListReader) put(n columnName, value []byte, row *Row) bool {
	if n.zone.told {
		r.zone = n.zone
	}
	switch c := n.column; {
	case c.isTime():
		return r.putTime(c, value, row)
	case c.isAddress():
		return r.putHost(c, value, row)
	case c.isPort():
		return r.putPort(c, value, row)
	case c == columnZone:
		name, offset, used := ReadZone(value)
		r.zone = tableZone{name, offset, used > 0}
		return used > 0
	case c > columnTargetPort && c < columnTag:
		fillNumber(c, value, row)
	case c >= columnTag:
		if c == columnMessage {
			readTableMessage(bytes.Clone(value), row)
		}
		if len(r.note)+len(value) <= maxFieldNote {
			if len(r.note) > 0 {
				r.note = append(r.note, ", "...)
			}
			r.note = append(r.note, value...)
		}
	default:
		return false
	}
	return true
}

// putTime takes a time, or the half of one that a date or a clock is.
func (r *fieldListReader) putTime(c column, value []byte, row *Row) bool {
	s, ok := readTableTime(value)
	switch {
	case !ok:
	case c == columnEnd:
		row.End = s
	case !row.Time.Known() || row.Time.Parts&s.Parts&(Clock|Day) != 0 && !row.Time.Dated():
		row.Time = s
	case row.Time.Parts&Clock == 0 && s.Parts&Day == 0: // the clock of a date, or the other way round
		row.Time = s.on(row.Time)
	case row.Time.Parts&Day == 0 && s.Parts&Clock == 0:
		row.Time = row.Time.on(s)
	}
	return ok
}

// putHost takes an address. Names stand for targets alone: «Source: web form»
// is no address.
func (r *fieldListReader) putHost(c column, value []byte, row *Row) bool {
	var e Endpoint
	e.Port = Unknown
	if !readTableHost(value, &e) {
		return false
	}
	if !e.Addr.IsValid() && !Masked(e.Word) && (c != columnTarget || bytes.IndexByte(e.Word, '.') < 0) {
		return false
	}
	e.Word = bytes.Clone(e.Word)
	switch into := &r.host; c {
	case columnSource, columnTarget:
		into = &row.Source
		if c == columnTarget {
			into = &row.Target
		}
		if into.Known() {
			return true // a list of further ones
		}
		e.Port = max(e.Port, into.Port)
		*into = e
	default:
		if !into.Known() {
			*into = e
		}
	}
	return true
}

func (r *fieldListReader) putPort(c column, value []byte, row *Row) bool {
	e := Endpoint{Port: Unknown}
	readTablePort(value, &e, row)
	switch {
	case e.Port == Unknown:
		return digit(value[0]) // a list or range
	case c == columnSourcePort:
		row.Source.Port = e.Port
	case c == columnTargetPort:
		row.Target.Port = e.Port
	default:
		r.port = e.Port
	}
	return true
}
