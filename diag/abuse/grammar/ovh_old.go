package grammar

import "bytes"

// ovh2014 is OVH's log of 2014: milliseconds after a colon, the size before the
// protocol.
//
//	23 Oct 2014 10:33:31:570 GMT 192.0.2.10:53 198.51.100.7:80 69 UDP
func ovh2014() Grammar {
	return Grammar{
		Name: "ovh-2014", LogType: AttackList, Provider: "ovh",
		Open: func([]byte) Reader { return &ovhOldReader{whole: ovh2014Row} },
	}
}

// ovh2012 is OVH's log of 2012 and before: start and end of each piece of the
// attack, mostly wrapped before the addresses. What kind of packets it was is
// said once, above.
//
//	DOS, 46bytes UDP pkts attacks.
//	2012-06-11 00:17:57 2012-06-11 00:20:47   192.0.2.10:1234 198.51.100.7:80
func ovh2012() Grammar {
	return Grammar{
		Name: "ovh-2012", LogType: AttackList, Provider: "ovh",
		Open: func([]byte) Reader { return &ovhOldReader{whole: ovh2012Row} },
	}
}

type ovhOldReader struct {
	wrappedLog
	whole    func(text []byte, row *Row) Outcome
	protocol Protocol // of all rows, 0 if not told
	size     int64    // of all packets; 0 if not told
}

func (r *ovhOldReader) Clone() Reader { c := *r; return &c }

func (r *ovhOldReader) Line(line []byte, row *Row) Outcome {
	o, alone := r.wrap.read(line, row, r.whole)
	switch text := Trim(line); {
	case o == Done:
		r.heading.Sampled, r.heading.Outward = true, true
		r.complete(row)
	case alone && (r.kind(text) || ovhMark(text) || ovhDetail(text, &r.heading) ||
		columns(text, "startime", "starttime", "endtime", "scr:port", "src:port", "dst:port")):
		return Frame
	}
	return o
}

// complete gives a row what the log said once for all of them.
func (r *ovhOldReader) complete(row *Row) {
	if row.Protocol == 0 {
		row.Protocol = r.protocol
	}
	if row.Size == Unknown && r.size > 0 {
		row.Size = r.size
	}
}

// kind reads «DOS, 46bytes UDP pkts attacks. Peer2peer mode.»
func (r *ovhOldReader) kind(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("DOS, "))
	if !ok {
		return false
	}
	r.heading.Incident = "flood"
	word, rest := Cut(rest)
	if n, ok := ReadInt(bytes.TrimSuffix(word, []byte("bytes"))); ok {
		r.size = n
		word, _ = Cut(rest)
	}
	r.protocol = ReadProtocol(word)
	return true
}

func ovh2014Row(text []byte, row *Row) Outcome {
	stamp, n := ReadStamp(text)
	if n == 0 || !digit(text[0]) || bytes.IndexByte(text[:min(n, 3)], ' ') < 0 || !stamp.whole() {
		return Foreign
	}
	source, target, rest, o := ovhEnds(text[n:])
	if o != Done {
		return o
	}
	number, rest := Cut(rest)
	name, rest := Cut(rest)
	size, ok := ReadInt(number)
	switch {
	case len(number) > 0 && !ok:
		return Foreign
	case len(name) == 0:
		return Begun
	}
	protocol := ReadProtocol(name)
	if protocol == 0 || len(Trim(rest)) > 0 {
		return Foreign
	}
	row.Time, row.Source, row.Target = stamp, source, target
	row.Size, row.Protocol = size, protocol
	return Done
}

func ovh2012Row(text []byte, row *Row) Outcome {
	start, n := ReadStamp(text)
	if n == 0 || !digit(text[0]) || !start.whole() {
		return Foreign
	}
	rest := Trim(text[n:])
	if len(rest) == 0 {
		return Begun
	}
	end, n := ReadStamp(rest)
	if n == 0 || !end.whole() {
		return Foreign
	}
	source, target, rest, o := ovhEnds(rest[n:])
	if o != Done {
		return o
	}
	if len(Trim(rest)) > 0 {
		return Foreign
	}
	row.Time, row.End, row.Source, row.Target = start, end, source, target
	return Done
}
