package grammar

import "bytes"

// arf reads the machine part of abuse feedback reports (RFC 5965, 6591, 6692).
//
//	Feedback-Type: abuse
//	Version: 1
//	Source-IP: 192.0.2.10
//	Arrival-Date: Mon, 3 Feb 2025 04:05:06 +0000
func arf() Grammar {
	return Grammar{
		Name: "arf", LogType: Record, Rank: Exact,
		Open: func([]byte) Reader { return &arfReader{} },
	}
}

type arfReader struct {
	heading Heading
	open    bool
	kind    []byte // Feedback-Type
	about   []byte // what was reported: domain or address of a page
}

func (r *arfReader) Clone() Reader { c := *r; return &c }

func (r *arfReader) Heading() Heading { return r.heading }

// Line gives an open report up before a line that is not of it: that line comes
// again when End has completed the report.
func (r *arfReader) Line(line []byte, row *Row) Outcome {
	if r.open && blank(line[0]) {
		return Begun // the rest of a folded field
	}
	key, value, ok := cutField(line)
	switch {
	case r.open && ok && arfMail(key): // the mail itself follows
	case len(r.kind) > 0 && ok && bytes.EqualFold(key, []byte("Feedback-Type")): // another report
	case ok && r.put(key, value, row):
		r.open = true
		return Begun
	case ok && r.open:
		return Begun
	}
	return Foreign
}

// arfMail reports whether a field opens the mail that follows a report.
func arfMail(key []byte) bool {
	var room [maxColumnName]byte
	switch string(lowerKey(&room, key)) {
	case "from", "to", "date":
		return true
	}
	return isMailField(key)
}

// put takes a field of RFC 5965; false if it is none or could be a mail's.
func (r *arfReader) put(key, value []byte, row *Row) bool {
	var room [maxColumnName]byte
	switch string(lowerKey(&room, key)) {
	case "feedback-type":
		r.kind = bytes.ToLower(value)
	case "source-ip":
		if !readTableHost(value, &row.Source) {
			return false
		}
		row.Source.Word = bytes.Clone(row.Source.Word)
	case "source-port":
		row.Source.Port, _ = ReadPort(value)
	case "arrival-date", "received-date":
		row.Time, _ = ReadStamp(value)
	case "incidents":
		if n, ok := ReadInt(value); ok {
			row.Packets = n
		}
	case "reported-uri", "reported-domain":
		if len(r.about) == 0 {
			r.about = bytes.Clone(value)
		}
	case "original-mail-from", "original-rcpt-to", "reporting-mta", "original-envelope-id", "removal-recipient",
		"auth-failure", "delivery-result":
	default:
		return false
	}
	return true
}

// End completes the report.
func (r *arfReader) End(row *Row) Outcome {
	d := *r
	*r = arfReader{heading: r.heading}
	if !d.open || len(d.kind) == 0 || !row.Source.Known() {
		row.Reset()
		return Foreign
	}
	row.Note = bothNotes(d.kind, d.about)
	if r.heading.Title == "" {
		r.heading.Title, r.heading.Accused = string(d.kind), row.Source.Host()
		r.heading.Incident = arfIncident(r.heading.Title)
	}
	return Done
}

// arfIncident: the registered feedback types (IANA).
func arfIncident(kind string) string {
	switch kind {
	case "abuse", "opt-out", "opt-out-list":
		return "spam"
	case "fraud":
		return "phishing"
	case "virus":
		return "malware"
	case "not-spam", "auth-failure":
		return "notice"
	}
	return ""
}
