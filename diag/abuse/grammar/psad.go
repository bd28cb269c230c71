package grammar

import "bytes"

// psad reads what the port scan detector psad prints: its status list, one row
// for each source, its syslog lines and its mails.
//
//	SRC: 192.0.2.10, DL: 2, Dsts: 2, Pkts: 31, Unique sigs: 0, Email alerts: 5
//	DST: ?.?.?.?
//	Scanned ports: TCP 32995-33000, Pkts: 31, Chain: INPUT, Intf: eth0
//	Jan 26 09:41:33 gw psad: scan detected: 192.0.2.10 -> 198.51.100.7 tcp: [1-1024] flags: SYN tcp pkts: 31 DL: 2
func psad() Grammar {
	return Grammar{Name: "psad", LogType: FirewallLog, Open: func([]byte) Reader { return &psadReader{} }}
}

type psadReader struct {
	seen bool // a source was listed
	mail psadMail
}

func (r *psadReader) Clone() Reader { c := *r; return &c }

func (r *psadReader) Heading() Heading {
	if !r.seen {
		return Heading{}
	}
	return Heading{Incident: "port-scan"}
}

func (r *psadReader) Line(line []byte, row *Row) Outcome {
	line = Trim(line)
	if rest, ok := beginsWith(line, "SRC: "); ok {
		return r.source(rest, row)
	}
	if rest, ok := beginsWith(line, "DST: "); ok && r.seen {
		if word, more := Cut(rest); len(word) > 0 && (len(more) == 0 || bytes.HasSuffix(word, []byte(","))) {
			return Further
		}
		return Foreign
	}
	if _, ok := beginsWith(line, "Scanned ports: ", "Signature match: "); ok && r.seen {
		return Further
	}
	if s := readSyslog(line); string(s.tag) == "psad" {
		return r.syslog(s, row)
	}
	o := r.mail.line(line, row)
	r.seen = r.seen || o == Done
	return o
}

// source reads «192.0.2.10, DL: 2, Dsts: 2, Pkts: 31, …».
func (r *psadReader) source(b []byte, row *Row) Outcome {
	host, rest, ok := bytes.Cut(b, []byte(", "))
	level, found := between(rest, "DL: ", ",")
	if !ok || !found || len(host) == 0 || bytes.IndexByte(host, ' ') >= 0 {
		return Foreign
	}
	if _, ok := ReadInt(level); !ok {
		return Foreign
	}
	row.Source, _ = ReadHost(host)
	psadPackets(rest, "Pkts: ", row)
	row.Note = rest[:min(len(rest), 80)]
	r.seen = true
	return Done
}

func psadPackets(b []byte, mark string, row *Row) {
	if count, ok := between(b, mark, " "); ok {
		if n, ok := ReadInt(bytes.TrimRight(count, ",")); ok {
			row.Packets = n
		}
	}
}

// syslog reads «scan detected …: a -> b tcp: […]» and «src: a signature match: …».
func (r *psadReader) syslog(s syslogLine, row *Row) Outcome {
	if rest, ok := beginsWith(s.text, "src: "); ok {
		word, behind := Cut(rest)
		row.Source, _ = ReadHost(word)
		row.Note, row.Time, r.seen = Trim(behind), s.time, true
		for _, p := range [...]string{"tcp", "udp"} {
			if port, ok := between(behind, p+" port: ", " "); ok {
				row.Protocol = ReadProtocol([]byte(p))
				row.Target.Port, _ = ReadPort(port)
			}
		}
		return Done
	}
	if _, ok := beginsWith(s.text, "scan detected"); !ok {
		return Further
	}
	from, to, ok := bytes.Cut(s.text, []byte(" -> "))
	if !ok {
		return Foreign
	}
	row.Source, _ = ReadHost(from[bytes.LastIndexByte(from, ' ')+1:])
	word, behind := Cut(to)
	row.Target, _ = ReadHost(word)
	row.Note, row.Time, r.seen = Trim(behind), s.time, true
	word, _ = Cut(behind)
	row.Protocol = ReadProtocol(bytes.TrimRight(word, ":"))
	row.SYN = row.Protocol == TCP && bytes.Contains(behind, []byte("flags: SYN "))
	psadPackets(behind, "pkts: ", row)
	return Done
}
