package grammar

import "bytes"

// hetzner2008 is Hetzner's first scan table, which today's guide still shows:
// outgoing connections only, without protocol and source port.
//
//	time                       src_ip         	dest_ip:dest_port
//	Thu Nov 13 18:14:27 2008:   192.0.2.10 =>         198.51.100.0:   22
func hetzner2008() Grammar {
	return Grammar{
		Name: "hetzner-scan-2008", LogType: ScanTable, Provider: "hetzner", Zone: "Europe/Berlin",
		Open: func([]byte) Reader { return &hetzner2008Reader{} },
	}
}

type hetzner2008Reader struct{ wrappedLog }

func (r *hetzner2008Reader) Clone() Reader { c := *r; return &c }

func (r *hetzner2008Reader) Line(line []byte, row *Row) Outcome {
	o, alone := r.wrap.read(line, row, hetzner2008Row)
	if text := Trim(line); alone && (scanHeading(text, &r.heading) ||
		columns(text, "time", "src_ip", "dest_ip:dest_port") ||
		len(text) > 2 && len(bytes.Trim(text, ".")) == 0) { // «.....»: more than is shown
		return Frame
	}
	if o == Done {
		r.heading.Outward = true // it lists outgoing connections only
	}
	return o
}

func hetzner2008Row(text []byte, row *Row) Outcome {
	stamp, n := ReadStamp(text)
	if n == 0 || digit(text[0]) || !stamp.whole() || n >= len(text) || text[n] != ':' {
		return Foreign
	}
	host, rest := CutHost(text[n+1:])
	if len(host) == 0 {
		return Begun
	}
	rest, o := readMark(rest, "=>")
	if o != Done {
		return o
	}
	word, rest := CutHost(rest)
	if len(word) == 0 {
		return Begun
	}
	var target Endpoint
	if bare, ok := bytes.CutSuffix(word, []byte(":")); ok { // the port is padded
		word, rest = Cut(rest)
		if len(word) == 0 {
			return Begun
		}
		target, _ = ReadHost(bare)
		if target.Port, ok = ReadPort(word); !ok {
			return Foreign
		}
	} else if target, _ = ReadHostPort(word, ':'); target.Port == Unknown {
		return Foreign
	}
	row.Time, row.Target, row.Note = stamp, target, Trim(rest)
	row.Source, _ = ReadHost(host)
	return Done
}
