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
	heading Heading
	utc     bool // the heading names the zone
	open    bool // a row waits for its target
}

func (r *hetznerISOReader) Clone() Reader { c := *r; return &c }

func (r *hetznerISOReader) Heading() Heading { return r.heading }

func (r *hetznerISOReader) Starts(line []byte) bool {
	_, used := ReadStamp(line)
	return used > 0
}

func (r *hetznerISOReader) Line(line []byte, row *Row) Outcome {
	if r.open {
		r.open = false
		if readISOTarget(line, row) {
			return Done
		}
		return Foreign
	}
	if scanHeading(line, &r.heading) {
		return Frame
	}
	if bytes.HasPrefix(line, []byte("TIME (")) {
		r.utc = bytes.HasPrefix(line, []byte("TIME (UTC)"))
		return Frame
	}
	stamp, n := ReadStamp(line)
	if n < 19 || !stamp.Dated() {
		return Foreign
	}
	var f [4][]byte
	words := Fields(line[n:], f[:])
	if len(words) < 3 || string(words[2]) != "->" {
		return Foreign
	}
	port, ok := ReadPort(words[1])
	if !ok {
		return Foreign
	}
	if r.utc {
		stamp = stamp.In("UTC", 0)
	}
	row.Time = stamp
	row.Source, _ = ReadHost(words[0])
	row.Source.Port = port
	if len(words) == 3 {
		r.open = true
		// The words point into the line; the row outlives it.
		row.Source.Word = bytes.Clone(row.Source.Word)
		return Begun
	}
	if _, rest, _ := bytes.Cut(line[n:], []byte("->")); readISOTarget(rest, row) {
		return Done
	}
	return Foreign
}

// readISOTarget reads «DST DST-PORT SIZE PROT».
func readISOTarget(b []byte, row *Row) bool {
	var f [4][]byte
	words := Fields(b, f[:])
	if len(words) < 4 {
		return false
	}
	port, ok := ReadPort(words[1])
	size, sized := ReadInt(words[2])
	if !ok || !sized {
		return false
	}
	row.Target, _ = ReadHost(words[0])
	row.Target.Port = port
	row.Protocol = ReadProtocol(words[3])
	row.Size = size
	// 74 and 78 bytes are an opening SYN with its options.
	row.SYN = row.Protocol == TCP && size >= 54 && size <= 78
	return row.Protocol != 0
}

// scanHeading reads «#  Netscan detected from host  192.0.2.10  #» and the
// rules around it; shared by all of Hetzner's tables.
func scanHeading(line []byte, h *Heading) bool {
	bare := bytes.Trim(line, "# \t")
	if len(bare) == 0 {
		return bytes.Count(line, []byte{'#'}) > 10
	}
	if rule := bytes.Trim(bare, "-"); len(rule) == 0 && len(bare) > 10 {
		return true
	}
	const mark = " detected from host"
	at := bytes.Index(bare, []byte(mark))
	if at <= 0 || bytes.IndexByte(line, '#') < 0 {
		return false
	}
	h.Title = string(bytes.ToLower(Trim(bare[:at])))
	word, _ := Cut(bare[at+len(mark):])
	h.Accused = string(word)
	h.Outward = true
	return true
}
