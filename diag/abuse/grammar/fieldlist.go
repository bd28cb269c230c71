package grammar

import "bytes"

// fieldList reads records of «name: value» lines. A record ends at a rule, at
// a line of another kind, or where the field it began with comes again.
//
//	attack_timestamp: 2025-02-03 04:05:06.000 UTC
//	attack_target: www.example.org:80
//	proxy_driver_ip: 192.0.2.10
func fieldList() Grammar {
	return Grammar{
		Name: "field-list", LogType: Record, Rank: General,
		Open: func([]byte) Reader { return &fieldListReader{} },
	}
}

type fieldListReader struct {
	heading Heading
	open    bool
	spoilt  bool   // the block belongs to something else: a mail's head, whois
	first   column // of the field that the record began with
	fields  int    // fields of the record that rows know
	host    Endpoint
	port    int32
	zone    tableZone
	note    []byte
}

func (r *fieldListReader) Clone() Reader {
	c := *r
	c.note = bytes.Clone(r.note)
	return &c
}

func (r *fieldListReader) Heading() Heading { return r.heading }

// Line gives an open record up before a line that is not of it: that line comes
// again when End has completed the record.
func (r *fieldListReader) Line(line []byte, row *Row) Outcome {
	key, value, ok := cutField(line)
	if end := isRecordEnd(line); end || !ok || isForeignField(key) {
		r.spoilt = ok && !end && !r.open
		return Foreign
	}
	n := readColumnName(key)
	switch {
	case r.spoilt, r.open && n.column == r.first:
		return Foreign
	case n.column >= columnWeak && len(value) > 0 && value[0] != '{' && r.put(n, value, row):
		if !r.open {
			r.open, r.first = true, n.column
		}
		r.fields++
		return Begun
	case r.open && len(value) > 0:
		return Begun // a field rows know nothing of
	}
	return Foreign
}

// isForeignField reports whether a field is one of mails, whois answers,
// covers of forwarded complaints or heads of other logs.
func isForeignField(key []byte) bool {
	var room [maxColumnName]byte
	switch string(lowerKey(&room, key)) {
	case "feedback-type", "reported-from", "schema-url",
		"netrange", "netname", "inetnum", "inet6num", "descr", "remarks", "admin-c", "tech-c", "mnt-by", "role", "person",
		"orgname", "orgid", "nethandle", "cidr", "route", "origin", "nettype", "regdate", "abuse-c", "source-registry",
		"abuse type", "urgency", "attack direction", "initial attack power", "peak attack power":
		return true
	}
	return isMailField(key)
}

// isMailField reports whether a field is one of a mail's head that no log has.
func isMailField(key []byte) bool {
	var room [maxColumnName]byte
	switch string(lowerKey(&room, key)) {
	case "subject", "message-id", "received", "mime-version", "content-type", "return-path", "reply-to", "cc", "delivered-to",
		"x-mailer", "content-transfer-encoding", "dkim-signature":
		return true
	}
	return false
}

// settle gives an address and a port that named no side the one that is left:
// the source, and the target's port.
func (r *fieldListReader) settle(row *Row) {
	switch {
	case !r.host.Known():
	case !row.Source.Known():
		r.host.Port = max(r.host.Port, row.Source.Port)
		row.Source = r.host
	case !row.Target.Known():
		r.host.Port = max(r.host.Port, row.Target.Port)
		row.Target = r.host
	}
	switch {
	case r.port <= 0:
	case row.Target.Port == Unknown:
		row.Target.Port = r.port
	case row.Source.Port == Unknown:
		row.Source.Port = r.port
	}
}

// End completes the record.
func (r *fieldListReader) End(row *Row) Outcome {
	d := *r
	*r = fieldListReader{heading: d.heading, spoilt: d.spoilt}
	if !d.open {
		return Foreign
	}
	d.settle(row)
	if !row.Source.Known() || d.fields < 2 || !row.Time.Known() && !row.Target.Known() {
		row.Reset()
		return Foreign
	}
	row.Time, row.End = d.zone.apply(row.Time), d.zone.apply(row.End)
	row.Note = d.note
	if r.heading.Incident == "" {
		r.heading.Incident = tagIncident(d.note)
	}
	return Done
}
