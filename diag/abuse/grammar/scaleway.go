package grammar

import "bytes"

// scaleway is the one line Scaleway quotes of its attack detection, by itself
// or within a sentence, and broken like prose.
//
//	DDOS from IP 192.0.2.10 (attack ID 1): protocols : tcp, targets: 198.51.100.7/32, sports: Dynamic (1024-65535), dports: 443
func scaleway() Grammar {
	return Grammar{
		Name: "scaleway", LogType: Record, Provider: "scaleway",
		Open: func([]byte) Reader { return &scalewayReader{} },
	}
}

type scalewayReader struct{ wrappedLog }

func (r *scalewayReader) Clone() Reader { c := *r; return &c }

func (r *scalewayReader) Starts(line []byte) bool { return bytes.Contains(line, []byte(scalewayMark)) }

const scalewayMark = "DDOS from IP "

func (r *scalewayReader) Line(line []byte, row *Row) Outcome {
	o, _ := r.wrap.read(line, row, scalewayRow)
	if o == Done {
		r.heading.Incident, r.heading.Outward, r.heading.Accused = "flood", true, row.Source.Host()
	}
	return o
}

func scalewayRow(text []byte, row *Row) Outcome {
	_, rest, ok := bytes.Cut(text, []byte(scalewayMark))
	if !ok || bytes.Contains(rest, []byte(scalewayMark)) { // none, or one that broke off before the next
		return Foreign
	}
	host, rest := CutHost(rest)
	if len(host) == 0 || len(Trim(rest)) == 0 {
		return Begun
	}
	rest = Trim(rest)
	if rest[0] != '(' {
		return Foreign
	}
	ports, ended := scalewayField(rest, "dports")
	if !ended {
		return Begun
	}
	protocols, _ := scalewayField(rest, "protocols")
	targets, told := scalewayField(rest, "targets")
	sources, _ := scalewayField(rest, "sports")
	if !told {
		return Foreign
	}
	row.Source, _ = ReadHost(host)
	row.Source.Port, _ = ReadPort(sources)
	row.Target, _ = ReadHost(bytes.TrimSuffix(targets, []byte("/32")))
	row.Target.Port, _ = ReadPort(ports)
	row.Protocol = ReadProtocol(protocols)
	row.Note = rest // lists of targets and spans of ports fit in no column
	return Done
}

// scalewayField finds «name: value» or «name : value» and gives the value's
// first word: of several targets the first, but nothing where several ports or
// protocols are listed, as one of them would be wrong for the row.
func scalewayField(b []byte, name string) (value []byte, ok bool) {
	_, rest, ok := bytes.Cut(b, []byte(name))
	rest, colon := bytes.CutPrefix(Trim(rest), []byte(":"))
	if !ok || !colon {
		return nil, false
	}
	value, rest = CutHost(rest)
	if len(value) == 0 {
		return nil, false
	}
	if bare, more := bytes.CutSuffix(value, []byte(",")); more {
		value = bare
		next, _ := Cut(rest)
		next = bytes.TrimRight(next, ",.;")
		if _, port := ReadPort(next); port || ReadProtocol(next) != 0 {
			return nil, true
		}
	}
	return bytes.TrimRight(value, ".;"), true
}
