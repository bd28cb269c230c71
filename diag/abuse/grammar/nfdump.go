package grammar

import "bytes"

// nfdump reads flows as nfdump prints them with -o line, long, extended and
// their biflow variants. Numbers from a million on are decimal and have their
// unit behind a blank: «5.9 M» is 5,900,000.
//
//	Date first seen          Duration Proto      Src IP Addr:Port          Dst IP Addr:Port   Flags Tos  Packets    Bytes Flows
//	2021-01-01 00:00:00.000     0.000 UDP         192.0.2.10:53    ->     198.51.100.7:9     ......   0     4096    5.9 M     1
func nfdump() Grammar {
	return Grammar{
		Name: "nfdump", LogType: FlowList,
		Open: func([]byte) Reader { return &nfdumpReader{} },
	}
}

type nfdumpReader struct {
	begun bool // a row waits for its second half
	both  bool // of a biflow
}

func (r *nfdumpReader) Clone() Reader { c := *r; return &c }

func (r *nfdumpReader) Starts(line []byte) bool {
	_, n := ReadStamp(line)
	return n > 0
}

func (r *nfdumpReader) Line(line []byte, row *Row) Outcome {
	if r.begun {
		r.begun = false
		if r.target(line, row) {
			return Done
		}
		return Foreign
	}
	stamp, n := ReadStamp(line)
	if n == 0 {
		if nfdumpFrame(Trim(line)) {
			return Frame
		}
		return Foreign
	}
	span, rest := Cut(line[n:])
	took, ok := nfdumpSpan(span)
	if !ok || !stamp.whole() {
		return Foreign
	}
	word, rest := Cut(rest)
	p := nfdumpProtocol(word)
	src, rest := Cut(rest)
	arrow, rest := Cut(rest)
	if len(word) > 10 || string(arrow) != "->" && string(arrow) != "<->" {
		return Foreign
	}
	row.Time, row.Protocol = stamp, p
	if took > 0 {
		row.End = stamp
		row.End.Micros += took
	}
	row.Source = nfdumpEnd(src, p)
	r.both = len(arrow) == 3
	if len(Trim(rest)) == 0 {
		// The words point into the line; the row outlives it.
		row.Source.Word = bytes.Clone(row.Source.Word)
		r.begun = true
		return Begun
	}
	if r.target(rest, row) {
		return Done
	}
	row.Reset()
	return Foreign
}

// target reads «target:port [flags tos] packets bytes [pps bps bpp] [flows]».
func (r *nfdumpReader) target(b []byte, row *Row) bool {
	dst, b := Cut(b)
	row.Target = nfdumpEnd(dst, row.Protocol)
	if !row.Target.Known() {
		return false
	}
	word, rest := Cut(b)
	flags := nfdumpFlags(word)
	if flags {
		row.SYN = row.Protocol == TCP && len(bytes.Trim(word, ".")) == 1 && bytes.IndexByte(word, 'S') >= 0
		if len(bytes.Trim(word, ".")) > 0 {
			row.Note = word
		}
		b = rest
	}
	var n [8]int64
	count := 0
	for count < len(n) {
		value, rest, ok := readAmount(b)
		if !ok {
			break
		}
		n[count], b = value, rest
		count++
	}
	if len(Trim(b)) > 0 {
		return false
	}
	num := n[:count]
	if flags && count > 2 { // type of service
		num = num[1:]
	}
	switch {
	case len(num) < 2:
		return false
	case r.both && len(num) >= 4: // back and forth, «In» is what the source sent
		row.Packets, row.Bytes = num[1], num[3]
	default:
		row.Packets, row.Bytes = num[0], num[1]
	}
	return true
}

// nfdumpSpan reads a duration, «0.084» or «00:00:00.084», in microseconds.
func nfdumpSpan(b []byte) (int64, bool) {
	if h, m, s, micros, n := clock(b, 0); n == len(b) && s >= 0 {
		return int64(h*3600+m*60+s)*1e6 + int64(micros), true
	}
	n, i := number(b, 0, 9)
	if i < 0 || i+1 >= len(b) || b[i] != '.' {
		return 0, false
	}
	micros, end := fraction(b, i)
	return int64(n)*1e6 + int64(micros), end == len(b)
}

// nfdumpProtocol also knows nfdump's own short names.
func nfdumpProtocol(b []byte) Protocol {
	switch string(b) {
	case "ICMP6", "IPv6-ICMP":
		return ICMPv6
	case "IP6", "IPv6":
		return IPv6
	case "AH":
		return 51
	case "OSPF", "OSPFIGP":
		return 89
	}
	return ReadProtocol(b)
}

// nfdumpEnd reads «192.0.2.10:53» and «2001:db8::10.53». Protocols without
// ports have a zero there, ICMP its type and code.
func nfdumpEnd(b []byte, p Protocol) Endpoint {
	host, tail := b, []byte(nil)
	if i := bytes.IndexByte(b, ':'); i > 0 && i == bytes.LastIndexByte(b, ':') && b[0] != '[' {
		host, tail = b[:i], b[i+1:]
	} else if bytes.Count(b, []byte{':'}) > 1 {
		if i := bytes.IndexByte(b[bytes.LastIndexByte(b, ':'):], '.'); i > 0 {
			i += bytes.LastIndexByte(b, ':')
			// A shortened address has dots of its own: «2001:d..f::7.53».
			host, tail = b[:i], b[i+1:]
		}
	}
	e, _ := ReadHost(host)
	if p.hasPorts() {
		if port, ok := ReadPort(tail); ok {
			e.Port = port
		}
	}
	return e
}

// nfdumpFlags recognises the column of TCP flags: «......S.», «.AP.SF».
func nfdumpFlags(b []byte) bool {
	return (len(b) == 6 || len(b) == 8) && len(bytes.Trim(b, ".CEUAPRSFWXN")) == 0 && !digit(b[0])
}

// readAmount reads «4096», «5.9 M», «1.2G».
func readAmount(b []byte) (int64, []byte, bool) {
	word, rest := Cut(b)
	n, i := number(word, 0, 15)
	if i < 0 {
		return 0, b, false
	}
	value, micros := int64(n), 0
	if i < len(word) && word[i] == '.' {
		micros, i = fraction(word, i)
	}
	unit := word[i:]
	if len(unit) == 0 {
		if next, after := Cut(rest); len(next) == 1 && !digit(next[0]) {
			unit, rest = next, after
		}
	}
	var scale int64
	switch string(unit) {
	case "":
		return value, rest, true
	case "K", "k":
		scale = 1e3
	case "M", "m":
		scale = 1e6
	case "G", "g":
		scale = 1e9
	case "T", "t":
		scale = 1e12
	default:
		return 0, b, false
	}
	if value > 1e6 {
		return 0, b, false
	}
	return value*scale + int64(micros)*scale/1e6, rest, true
}

// nfdumpFrame recognises headings and totals.
func nfdumpFrame(b []byte) bool {
	for _, s := range [...]string{
		"Date first seen", "Date flow start", "Summary: total flows", "Time window: ", "Total flows processed: ",
		"Sys: ", "** nfdump ", "nfdump filter:", "Aggregated flows ", "No matching flows", "No matched flows",
	} {
		if hasPrefix(b, s) {
			return true
		}
	}
	return false
}
