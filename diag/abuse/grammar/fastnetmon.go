package grammar

import "bytes"

// fastnetmon reads reports of FastNetMon: figures of the attack by name, then
// maybe sampled packets and flows. The figures are a report of their own; many
// come without any packet.
//
//	Attack direction: outgoing
//	Total outgoing pps: 5427 packets per second
//	2015-01-01 00:00:00.000001 192.0.2.10:80 > 198.51.100.7:1 protocol: tcp flags: syn frag: 0  packets: 1 size: 60 bytes ttl: 63 sample ratio: 1
//	192.0.2.10:80 > 198.51.100.7:1 6000 bytes 100 packets
func fastnetmon() Grammar {
	return Grammar{
		Name: "fastnetmon", LogType: FlowList,
		Open: func(head []byte) Reader {
			for _, mark := range [...]string{"Attack direction:", "ttack power:", "sample ratio:"} {
				if bytes.Contains(head, []byte(mark)) {
					return &fastnetmonReader{}
				}
			}
			return nil
		},
	}
}

type fastnetmonReader struct {
	head     Heading
	peak     float64
	out, in  fastnetmonTotals
	protocol Protocol // of the flows that follow
}

// fastnetmonTotals are the totals of one direction, per second.
type fastnetmonTotals struct{ packets, bits, flows float64 }

func (r *fastnetmonReader) Clone() Reader { c := *r; return &c }

// Heading takes the totals of the attack's direction; the peak where there are
// none.
func (r *fastnetmonReader) Heading() Heading {
	h, t := r.head, r.out
	if h.Inward {
		t = r.in
	}
	if !h.Inward && !h.Outward && h.Title == "" && r.peak == 0 {
		return h
	}
	h.Packets, h.Bits, h.Flows = t.packets, t.bits, t.flows
	if h.Packets == 0 {
		h.Packets = r.peak
	}
	h.Incident = "flood"
	if bytes.Contains([]byte(h.Title), []byte("amplification")) {
		h.Incident = "reflection"
	}
	return h
}

func (r *fastnetmonReader) Line(line []byte, row *Row) Outcome {
	b := Trim(line)
	stamp, n := ReadStamp(b)
	if n > 0 {
		if stamp.Dated() && r.packet(Trim(b[n:]), row) {
			row.Time = stamp
			return Done
		}
		row.Reset()
		return Foreign
	}
	if key, value, ok := bytes.Cut(b, []byte(": ")); ok && len(key) < 60 && !digit(b[0]) && r.figure(key, Trim(value)) {
		return Frame
	}
	switch string(b) {
	case "Incoming", "Outgoing", "TCP", "UDP", "ICMP":
		r.protocol = ReadProtocol(b)
		return Frame
	}
	if r.flow(b, row) {
		return Done
	}
	row.Reset()
	return Foreign
}

// figure reads «key: value» of the head.
func (r *fastnetmonReader) figure(key, value []byte) bool {
	n, _, numeric := readAmount(value)
	if total, scale := r.total(key); total != nil && numeric {
		*total = max(*total, float64(n)*scale)
		return true
	}
	switch string(key) {
	case "IP":
		host, _ := Cut(value)
		r.head.Accused = string(host)
	case "Attack type":
		r.head.Title = string(bytes.ToLower(value))
	case "Attack direction":
		r.head.Inward = bytes.EqualFold(value, []byte("incoming"))
		r.head.Outward = bytes.EqualFold(value, []byte("outgoing"))
	case "TCP flows", "UDP flows":
		r.protocol = ReadProtocol(key[:3])
	case "Attack protocol", "Network", "Host network", "Host group", "Parent host group", "Attack uuid", "Attack severity",
		"Attack detection source", "Attack detection threshold", "Attack detection threshold direction", "Protocol version", "Threshold":
	default:
		// «Average incoming traffic», «Outgoing syn tcp pps», …
		return numeric && (bytes.Contains(key, []byte("ncoming ")) || bytes.Contains(key, []byte("utgoing "))) &&
			(bytes.HasSuffix(value, []byte("bps")) || bytes.HasSuffix(value, []byte("per second")))
	}
	return true
}

// total tells where a figure belongs, and its unit.
func (r *fastnetmonReader) total(key []byte) (*float64, float64) {
	switch string(key) {
	case "Initial attack power", "Peak attack power":
		return &r.peak, 1
	case "Total incoming pps":
		return &r.in.packets, 1
	case "Total outgoing pps":
		return &r.out.packets, 1
	case "Total incoming traffic":
		return &r.in.bits, 1e6
	case "Total outgoing traffic":
		return &r.out.bits, 1e6
	case "Total incoming flows":
		return &r.in.flows, 1
	case "Total outgoing flows":
		return &r.out.flows, 1
	}
	return nil, 0
}

// packet reads a sampled packet behind its time.
func (r *fastnetmonReader) packet(b []byte, row *Row) bool {
	src, rest := Cut(b)
	arrow, rest := Cut(rest)
	dst, rest := Cut(rest)
	if string(arrow) != ">" || !hasPrefix(Trim(rest), "protocol: ") {
		return false
	}
	row.Source, _ = ReadHostPort(src, ':')
	row.Target, _ = ReadHostPort(dst, ':')
	ratio := r.details(rest, row)
	if ratio > 1 && row.Packets > 0 && ratio < 1<<20 && row.Packets < 1<<30 {
		row.Packets *= ratio // each stands for so many
		r.head.Sampled = true
	}
	if !row.Protocol.hasPorts() {
		row.Source.Port, row.Target.Port = Unknown, Unknown
	}
	return row.Source.Known() && row.Target.Known()
}

// details reads «protocol: tcp flags: syn … sample ratio: 1» and gives the
// ratio.
func (r *fastnetmonReader) details(b []byte, row *Row) (ratio int64) {
	for {
		key, rest := Cut(b)
		if len(key) == 0 {
			return ratio
		}
		if b = rest; key[len(key)-1] != ':' {
			continue // a unit, or the first of two words
		}
		value, rest := Cut(b)
		b = rest
		n, _ := ReadInt(value)
		switch string(key) {
		case "protocol:":
			row.Protocol = ReadProtocol(value)
		case "flags:":
			row.Note, row.SYN = value, string(value) == "syn"
		case "packets:":
			row.Packets = n
		case "size:":
			row.Size = n
		case "ratio:":
			ratio = n
		}
	}
}

// flow reads «client:port > remote:port 6000 bytes 100 packets»; «<» turns it.
func (r *fastnetmonReader) flow(b []byte, row *Row) bool {
	var f [7][]byte
	words := Fields(b, f[:])
	if len(words) != 7 || string(words[4]) != "bytes" || string(words[6]) != "packets" {
		return false
	}
	row.Source, _ = ReadHostPort(words[0], ':')
	row.Target, _ = ReadHostPort(words[2], ':')
	var sized, counted bool
	row.Bytes, sized = ReadInt(words[3])
	row.Packets, counted = ReadInt(words[5])
	row.Protocol = r.protocol
	switch string(words[1]) {
	case ">":
	case "<":
		row.Source, row.Target = row.Target, row.Source
	default:
		return false
	}
	return sized && counted
}
