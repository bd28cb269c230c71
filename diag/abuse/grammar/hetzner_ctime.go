package grammar

import "bytes"

// hetznerCtime is Hetzner's scan table from 2013 to 2023. The mail says that
// its times are those of Berlin; the table does not.
//
//	time                protocol src_ip src_port          dest_ip dest_port
//	Sun Mar  5 09:10:41 2023 TCP      192.0.2.10 4001  =>    198.51.100.7 4001
func hetznerCtime() Grammar {
	return Grammar{
		Name: "hetzner-ctime", LogType: ScanTable, Provider: "hetzner", Cap: 500, Zone: "Europe/Berlin",
		Open: func([]byte) Reader { return &hetznerCtimeReader{} },
	}
}

type hetznerCtimeReader struct{ wrappedLog }

func (r *hetznerCtimeReader) Clone() Reader { c := *r; return &c }

func (r *hetznerCtimeReader) Line(line []byte, row *Row) Outcome {
	o, alone := r.wrap.read(line, row, hetznerCtimeRow)
	if text := Trim(line); alone && (scanHeading(text, &r.heading) ||
		columns(text, "time", "protocol", "src_ip", "src_port", "dest_ip", "dest_port")) {
		return Frame
	}
	if o == Done {
		r.heading.Outward = true // the monitoring lists nothing else
	}
	return o
}

func hetznerCtimeRow(text []byte, row *Row) Outcome {
	stamp, n := ReadStamp(text)
	if n == 0 || digit(text[0]) || !stamp.whole() {
		return Foreign
	}
	word, rest := Cut(text[n:])
	if len(word) == 0 {
		return Begun
	}
	protocol := ReadProtocol(word)
	if protocol == 0 {
		return Foreign
	}
	var e twoEnds
	rest, o := readEnds(rest, "=>", &e)
	if o != Done {
		return o
	}
	if bytes.Contains(rest, []byte("=>")) { // two rows on one line: neither is clear
		return Foreign
	}
	row.Time, row.Source, row.Target, row.Protocol = stamp, e.source, e.target, protocol
	row.Note = Trim(rest) // a remark of the one who passed it on
	return Done
}
