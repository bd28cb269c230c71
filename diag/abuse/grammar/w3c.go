package grammar

import (
	"bytes"
	"slices"
)

// Logs in the W3C extended format say in «#Fields:» what their columns are.

// w3cColumn is what a column holds for a row.
type w3cColumn uint8

const (
	w3cOther w3cColumn = iota
	w3cDate
	w3cTime
	w3cSource
	w3cSourcePort
	w3cTarget
	w3cTargetPort
	w3cProtocol
	w3cAction
	w3cFlags
	w3cSize
	w3cMethod
	w3cPath
)

// w3cMost is the number of columns read: IIS prints at most 22 of its own.
const w3cMost = 32

// w3cReader reads both logs of Windows; the columns tell them apart.
type w3cReader struct {
	columns [w3cMost]w3cColumn
	known   int // columns the heading named
	web     bool
}

func (r *w3cReader) Clone() Reader { c := *r; return &c }

// windowsFirewall reads pfirewall.log. Its times are the machine's local ones.
//
//	#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags …
//	2025-01-26 09:41:33 DROP TCP 192.0.2.10 198.51.100.7 40112 22 52 S 1 0 8192 - - - RECEIVE
func windowsFirewall() Grammar {
	return Grammar{Name: "windows-firewall", LogType: FirewallLog, Open: func([]byte) Reader {
		// The columns have been these since the first version: a log whose
		// heading was cut off is read as well.
		r := &w3cReader{}
		r.fields([]byte("date time action protocol src-ip dst-ip src-port dst-port size tcpflags"))
		return r
	}}
}

// iis reads the W3C log of Internet Information Services, whose times are UTC
// always (Microsoft, W3C Logging). Columns are chosen by the administrator:
// without «#Fields:» nothing is read.
//
//	#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip …
//	2025-01-26 09:41:33 198.51.100.7 GET /owa/ - 443 - 192.0.2.10 …
func iis() Grammar {
	return Grammar{Name: "iis", LogType: WebLog, Zone: "UTC", Open: func([]byte) Reader { return &w3cReader{web: true} }}
}

// fields reads the names of the columns. A heading without the one column that
// only this program has is the other's.
func (r *w3cReader) fields(names []byte) {
	r.known = 0
	for r.known < w3cMost {
		var word []byte
		if word, names = Cut(names); len(word) == 0 {
			break
		}
		r.columns[r.known] = w3cName(word)
		r.known++
	}
	own := w3cAction
	if r.web {
		own = w3cMethod
	}
	if !slices.Contains(r.columns[:r.known], own) {
		r.known = 0
	}
}

func w3cName(word []byte) w3cColumn {
	switch string(word) {
	case "date":
		return w3cDate
	case "time":
		return w3cTime
	case "src-ip", "c-ip":
		return w3cSource
	case "src-port", "c-port":
		return w3cSourcePort
	case "dst-ip", "s-ip":
		return w3cTarget
	case "dst-port", "s-port":
		return w3cTargetPort
	case "protocol":
		return w3cProtocol
	case "action":
		return w3cAction
	case "tcpflags":
		return w3cFlags
	case "size":
		return w3cSize
	case "cs-method":
		return w3cMethod
	case "cs-uri-stem":
		return w3cPath
	}
	return w3cOther
}

func (r *w3cReader) Line(line []byte, row *Row) Outcome {
	line = Trim(line)
	if len(line) > 0 && line[0] == '#' {
		return r.heading(line)
	}
	if stamp, n := ReadStamp(line); r.known == 0 || n < 19 || !stamp.Dated() {
		return Foreign
	}
	var words [w3cMost][]byte
	found := Fields(line, words[:])
	if len(found) < min(r.known, 8) {
		return Foreign
	}
	var date, method []byte
	for i, w := range found[:min(len(found), r.known)] {
		switch r.columns[i] {
		case w3cDate:
			date = w
		case w3cMethod:
			method = w
		case w3cPath:
			row.Note = w3cRequest(line, method, w)
		case w3cTime:
			row.Time = r.stamp(line, date, w)
		default:
			w3cValue(r.columns[i], w, row)
		}
	}
	if string(row.Note) == "INFO-EVENTS-LOST" {
		return Frame
	}
	return r.verdict(row)
}

// heading reads what stands before the rows, and again after every restart.
func (r *w3cReader) heading(line []byte) Outcome {
	if names, ok := beginsWith(line, "#Fields:"); ok {
		r.fields(names)
		return Frame
	}
	if _, ok := beginsWith(line, "#Software:", "#Version:", "#Date:", "#Time Format:", "#Remark:"); ok {
		return Frame
	}
	return Foreign
}

// verdict: every row of the firewall has both ends and a protocol, every
// request a client.
func (r *w3cReader) verdict(row *Row) Outcome {
	switch {
	case !row.Time.Known() || !row.Source.Known():
		return Foreign
	case r.web && !row.Source.Addr.IsValid() && !Masked(row.Source.Word):
		return Foreign
	case !r.web && (!row.Target.Known() || row.Protocol == 0 || !w3cVerb(row.Note)):
		return Foreign
	}
	return Done
}

func w3cValue(column w3cColumn, w []byte, row *Row) {
	if string(w) == "-" {
		return
	}
	switch column {
	case w3cAction:
		row.Note = w
	case w3cSource:
		setHost(&row.Source, w)
	case w3cTarget:
		setHost(&row.Target, w)
	case w3cSourcePort:
		row.Source.Port, _ = ReadPort(w)
	case w3cTargetPort:
		row.Target.Port, _ = ReadPort(w)
	case w3cProtocol:
		row.Protocol = ReadProtocol(w)
	case w3cFlags:
		row.SYN = string(w) == "S" && row.Protocol == TCP
	case w3cSize:
		if n, ok := ReadInt(w); ok && n > 0 { // 0 with every packet that was let in
			row.Size = n
		}
	}
}

// stamp reads date and time, which stand side by side in every such log.
func (r *w3cReader) stamp(line, date, clock []byte) Stamp {
	if len(date) == 0 || !bytes.HasPrefix(line, date) {
		return Stamp{}
	}
	s, _ := ReadStamp(line[:min(len(line), len(date)+1+len(clock))])
	if r.web {
		s = s.In("UTC", 0)
	}
	return s
}

// w3cRequest is «GET /path» where the two columns stand side by side.
func w3cRequest(line, method, path []byte) []byte {
	if i := bytes.Index(line, method); len(method) > 0 && i >= 0 {
		if end := i + len(method) + 1 + len(path); end <= len(line) && bytes.HasSuffix(line[:end], path) {
			return line[i:end]
		}
	}
	return path
}

func w3cVerb(w []byte) bool {
	switch string(w) {
	case "DROP", "ALLOW", "OPEN", "CLOSE", "OPEN-INBOUND":
		return true
	}
	return false
}
