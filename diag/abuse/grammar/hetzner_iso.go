package grammar

import "bytes"

// hetznerISO is Hetzner's scan table since 2024. Its times are UTC even where
// the covering mail speaks of Central European Time: the heading says so. Rows
// with IPv6 addresses are wrapped after the arrow.
//
//	TIME (UTC)           SRC        SRC-PORT -> DST          DST-PORT SIZE PROT
//	2025-02-03 04:05:06  192.0.2.10 40112 ->    198.51.100.7    22   74 TCP
func hetznerISO() Grammar {
	return Grammar{
		Name: "hetzner-iso", LogType: ScanTable, Provider: "hetzner", Cap: 600, Zone: "UTC",
		Open: func([]byte) Reader { return &hetznerISOReader{} },
	}
}

type hetznerISOReader struct {
	wrappedLog
	zone   string // as the heading names it, if it does
	offset int32
}

func (r *hetznerISOReader) Clone() Reader { c := *r; return &c }

func (r *hetznerISOReader) Line(line []byte, row *Row) Outcome {
	o, alone := r.wrap.read(line, row, hetznerISORow)
	switch {
	case alone && r.frame(Trim(line)):
		return Frame
	case o == Done:
		r.heading.Outward = true // the monitoring lists nothing else
		if r.zone != "" {
			row.Time = row.Time.In(r.zone, r.offset)
		}
	}
	return o
}

// frame reads the headings. That of a table with IPv6 is wrapped as its rows.
func (r *hetznerISOReader) frame(line []byte) bool {
	if scanHeading(line, &r.heading) {
		return true
	}
	if zone, ok := bytes.CutPrefix(line, []byte("TIME (")); ok {
		if name, offset, used := ReadZone(zone); used > 0 && name != "" {
			r.zone, r.offset = name, offset
		}
		_, line, _ = bytes.Cut(line, []byte(")"))
	}
	return len(Trim(line)) == 0 || columns(line, "TIME", "SRC", "SRC-PORT", "->", "DST", "DST-PORT", "SIZE", "PROT")
}

func hetznerISORow(text []byte, row *Row) Outcome {
	stamp, n := ReadStamp(text)
	if n < len("2025-02-03 04:05:06") || text[4] != '-' || !stamp.Dated() {
		return Foreign
	}
	var e twoEnds
	rest, o := readEnds(text[n:], "->", &e)
	if o != Done {
		return o
	}
	word, rest := Cut(rest)
	name, rest := Cut(rest)
	if len(name) == 0 {
		return Begun
	}
	size, ok := ReadInt(word)
	protocol := ReadProtocol(name)
	if !ok || protocol == 0 || len(rest) > 0 && bytes.Contains(rest, []byte("->")) {
		return Foreign
	}
	row.Time, row.Source, row.Target = stamp, e.source, e.target
	row.Protocol, row.Size, row.Note = protocol, size, Trim(rest)
	row.SYN = protocol == TCP && isoOpens(size, e.target.Addr.Is6() || e.source.Addr.Is6())
	return Done
}

// isoOpens reports whether a TCP frame of this size is an opening SYN: 54 bytes
// of Ethernet, IPv4 and TCP headers and up to 24 of options, in IPv6 20 more.
func isoOpens(size int64, six bool) bool {
	if six {
		size -= 20
	}
	return size >= 54 && size <= 78
}
