package grammar

import "bytes"

// serviceList reads lists of logins in which each thing has its name before
// it. The heading says the zone. Note is the user.
//
//	Logfile entries (time is MET / GMT+1):
//	Thu Jan 13 13:46:09 2022: user: backup service: ssh target: 198.51.100.113 source: 192.0.2.10
func serviceList() Grammar {
	return Grammar{Name: "service-list", LogType: AuthLog, Open: func([]byte) Reader { return &serviceListReader{} }}
}

type serviceListReader struct {
	zone Stamp // of the heading; only zone and offset count
}

func (r *serviceListReader) Clone() Reader { c := *r; return &c }

func (r *serviceListReader) Line(line []byte, row *Row) Outcome {
	stamp, n := ReadStamp(line)
	if n == 0 {
		zone, ok := headingZone(line)
		if !ok {
			return Foreign
		}
		r.zone = zone
		return Frame
	}
	rest := bytes.TrimLeft(line[n:], ": ")
	service, ok := between(rest, "service: ", " ")
	source, from := between(rest, "source: ", " ")
	if !ok || !from || len(service) == 0 || len(source) == 0 {
		return Foreign
	}
	if r.zone.Known() {
		stamp = stamp.In(r.zone.Zone, r.zone.Offset)
	}
	row.Time = stamp
	row.Source, _ = ReadHostPort(source, ':')
	if target, ok := between(rest, "target: ", " "); ok {
		row.Target, _ = ReadHostPort(target, ':')
	}
	if user, ok := between(rest, "user: ", " service: "); ok {
		row.Note = Trim(user)
	}
	return Done
}

// headingZone reads the zone that the heading of a log gives for all of it, in
// brackets: «Logfile entries (time is MET / GMT+1):», «---- log of TCP port
// scans (time zone is UTC; …) ----». Only a line that is nothing but a heading
// counts.
func headingZone(line []byte) (Stamp, bool) {
	open := bytes.Index(line, []byte("(time "))
	if open < 0 || bytes.Contains(line, []byte(")=")) {
		return Stamp{}, false
	}
	rest, ok := beginsWith(line[open:], "(time is ", "(time zone is ", "(time in ", "(time zone: ")
	shut := bytes.IndexByte(rest, ')')
	if !ok || shut < 0 || len(bytes.Trim(rest[shut+1:], ":- \t")) > 0 {
		return Stamp{}, false
	}
	name, offset, n := ReadZone(rest[:shut])
	return Stamp{Parts: Clock}.In(name, offset), n > 0
}
