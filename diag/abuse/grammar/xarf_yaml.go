package grammar

import "bytes"

// xarfYAML reads the first X-ARF reports (x-arf.org, versions 0.1 and 0.2): one
// document of «Name: value» lines, mostly a part of its own.
//
//	Reported-From: desk@example.org
//	Report-Type: login-attack
//	Date: Mon, 03 Feb 2025 04:05:06 +0100
//	Source: 192.0.2.10
//	Port: 143
func xarfYAML() Grammar {
	return Grammar{
		Name: "xarf-yaml", LogType: Record, Rank: Exact,
		Open: func([]byte) Reader { return &xarfYAMLReader{} },
	}
}

type xarfYAMLReader struct {
	heading  Heading
	known    int  // fields of X-ARF in the open document
	own      bool // one of them is in no other format
	category []byte
	kind     []byte
	service  []byte
}

func (r *xarfYAMLReader) Clone() Reader { c := *r; return &c }

func (r *xarfYAMLReader) Heading() Heading { return r.heading }

func (r *xarfYAMLReader) Line(line []byte, row *Row) Outcome {
	key, value, ok := cutField(line)
	switch {
	case ok && r.put(key, bytes.Trim(value, "'"), row):
		r.known++
		return Begun
	case ok && r.known > 0:
		return Begun // fields that a schema adds
	case r.known > 0: // comes again when End has completed the document
	case string(line) == "---":
		return Frame
	}
	return Foreign
}

// put takes a field of X-ARF; false if it is none, or may be one of a mail's.
func (r *xarfYAMLReader) put(key, value []byte, row *Row) bool {
	var room [maxColumnName]byte
	switch string(lowerKey(&room, key)) {
	case "report-type":
		r.own, r.kind = true, bytes.Clone(value)
		return true
	case "reported-from", "source-type", "schema-url", "report-id", "reported-to", "attachment", "occurrences", "tlp":
		r.own = true
		return true
	case "category":
		r.category = bytes.Clone(value)
		return true
	}
	if r.known == 0 {
		return false
	}
	switch string(lowerKey(&room, key)) {
	case "version", "user-agent":
	case "service":
		r.service = bytes.Clone(value)
	case "date":
		row.Time, _ = ReadStamp(value)
	case "source":
		if !readTableHost(value, &row.Source) {
			return false
		}
		row.Source.Word = bytes.Clone(row.Source.Word)
	case "source-port":
		readTablePort(value, &row.Source, row)
	case "port", "ports", "destination-port":
		readTablePort(value, &row.Target, row)
	case "destination", "destination-ip", "target":
		if !readTableHost(value, &row.Target) {
			return false
		}
		row.Target.Word = bytes.Clone(row.Target.Word)
	case "protocol":
		row.Protocol = ReadProtocol(value)
	default:
		return false
	}
	return true
}

// End completes the document.
func (r *xarfYAMLReader) End(row *Row) Outcome {
	d := *r
	*r = xarfYAMLReader{heading: r.heading}
	if d.known < 3 || !d.own || !row.Source.Known() {
		row.Reset()
		return Foreign
	}
	incident := xarfIncident(string(d.category), string(d.kind), string(d.service))
	xarfService(row, incident)
	row.Note = bothNotes(d.kind, d.service)
	if r.heading.Accused == "" {
		r.heading.Accused, r.heading.Incident = row.Source.Host(), incident
		r.heading.Title = string(bytes.ToLower(d.kind))
	}
	return Done
}
