package grammar

import "bytes"

// wireshark reads the packet list that tshark prints and Wireshark exports.
// Number, time and length may be missing; seconds since the start are no time.
//
//	1   0.000000 192.0.2.10 → 198.51.100.7 TCP 74 40112 → 22 [SYN] Seq=0 Win=64240 Len=0
//	192.0.2.10 --> 198.51.100.7  TCP 302 6416 --> 42069 [PSH, ACK] Seq=1 Ack=1 Win=65320 Len=240
//	No.     Time        Source        Destination     Protocol Length Info
//	      1 0.000000    192.0.2.10    198.51.100.7    TCP      74     40112 → 22 [SYN] Seq=0
func wireshark() Grammar {
	return Grammar{
		Name: "wireshark", LogType: TrafficDump,
		Open: func([]byte) Reader { return &wiresharkReader{} },
	}
}

type wiresharkReader struct {
	columns bool // a heading was seen: no arrow between the hosts
	body    bool // the last line was a row or its detail
}

func (r *wiresharkReader) Clone() Reader { c := *r; return &c }

func (r *wiresharkReader) Line(line []byte, row *Row) Outcome {
	if wiresharkHeading(line) {
		r.columns = true
		return Frame
	}
	b := Trim(line)
	if hasPrefix(b, "Capturing on ") {
		return Frame
	}
	if hasPrefix(b, `"`) && r.columns {
		return r.cells(b, row)
	}
	if r.packet(b, row) {
		r.body = true
		return Done
	}
	row.Reset()
	if r.body && wiresharkDetail(b) {
		return Further
	}
	r.body = false
	return Foreign
}

// wiresharkHeading recognises the line of column names.
func wiresharkHeading(line []byte) bool {
	i := bytes.Index(line, []byte("No."))
	if i < 0 || i > 4 {
		return false
	}
	for _, name := range [...]string{"Time", "Source", "Destination", "Protocol"} {
		j := bytes.Index(line[i:], []byte(name))
		if j < 0 {
			return false
		}
		i += j
	}
	return true
}

// cells reads a row exported as CSV.
func (r *wiresharkReader) cells(b []byte, row *Row) Outcome {
	b = bytes.Trim(b, `"`)
	var f [7][]byte
	n := 0
	for ; n < len(f)-1; n++ {
		cell, rest, ok := bytes.Cut(b, []byte(`","`))
		if !ok {
			return Foreign
		}
		f[n], b = cell, rest
	}
	f[n] = b
	size, ok := ReadInt(f[5])
	if _, numbered := ReadInt(f[0]); !ok || !numbered {
		return Foreign
	}
	row.Time, _ = wiresharkTime(f[1])
	row.Source, _ = ReadHost(f[2])
	row.Target, _ = ReadHost(f[3])
	row.Size = size
	wiresharkInfo(f[4], f[6], row)
	return Done
}

func (r *wiresharkReader) packet(b []byte, row *Row) bool {
	number, rest := Cut(b)
	_, numbered := ReadInt(number)
	if numbered {
		b = Trim(rest)
	}
	stamp, n := wiresharkTime(b)
	row.Time = stamp
	src, rest := Cut(b[n:])
	dst, rest := Cut(rest)
	arrow := wiresharkArrow(dst)
	if arrow {
		dst, rest = Cut(rest)
	}
	if !arrow && !(numbered && n > 0) || numbered && n == 0 {
		return false
	}
	row.Source, _ = ReadHost(src)
	row.Target, _ = ReadHost(dst)
	// Names are hosts only where number and time vouch for the line.
	vouched := numbered && (arrow || r.columns)
	if !wiresharkHost(row.Source, vouched) || !wiresharkHost(row.Target, vouched) {
		return false
	}
	protocol, rest := Cut(rest)
	length, info := Cut(rest)
	if size, ok := ReadInt(length); ok && !wiresharkPorts(rest) {
		row.Size = size
	} else {
		info = rest // older versions have no length
	}
	return wiresharkInfo(protocol, Trim(info), row)
}

func wiresharkHost(e Endpoint, vouched bool) bool {
	return e.Addr.IsValid() || len(e.Word) > 0 && (vouched || Masked(e.Word))
}

// wiresharkTime goes over the time column. Seconds since whatever give no time.
func wiresharkTime(b []byte) (Stamp, int) {
	if s, n := ReadStamp(b); n > 0 && s.Parts&Clock != 0 {
		return s, n
	}
	word, _ := Cut(b)
	digits := bytes.TrimPrefix(word, []byte("-"))
	if _, i := number(digits, 0, 9); i > 0 && i+1 < len(digits) && digits[i] == '.' {
		if _, end := fraction(digits, i); end == len(digits) {
			return Stamp{}, len(word)
		}
	}
	return Stamp{}, 0
}

func wiresharkArrow(word []byte) bool {
	switch string(word) {
	case "→", "->", "-->", ">", "=>", "←":
		return true
	}
	return false
}

// wiresharkPorts reports whether an info begins with «40112 → 22».
func wiresharkPorts(b []byte) bool {
	from, rest := Cut(b)
	arrow, _ := Cut(rest)
	return wiresharkArrow(arrow) && wiresharkPort(from) != Unknown
}

func wiresharkPort(b []byte) int32 {
	if port, ok := ReadPort(b); ok {
		return port
	}
	return servicePort(b)
}

// wiresharkInfo reads protocol and info columns; false if the former is none.
func wiresharkInfo(protocol, info []byte, row *Row) bool {
	p, ok := wiresharkProtocol(protocol)
	if !ok {
		return false
	}
	row.Protocol, row.Note = p, info
	if wiresharkPorts(info) {
		from, rest := Cut(info)
		_, rest = Cut(rest)
		to, _ := Cut(rest)
		row.Source.Port, row.Target.Port = wiresharkPort(from), wiresharkPort(to)
		row.SYN = p == TCP && (bytes.Contains(rest, []byte("[SYN]")) || bytes.Contains(rest, []byte("[SYN, E")))
	}
	return true
}

// wiresharkProtocol gives the transport of a protocol; 0 and true where a name
// looks like one but is not known.
func wiresharkProtocol(b []byte) (Protocol, bool) {
	if p := ReadProtocol(b); p != 0 && !digit(b[0]) {
		return p, true
	}
	switch string(b) {
	case "DNS", "MDNS", "NTP", "SNMP", "SSDP", "CLDAP", "MEMCACHE", "DHCP", "NBNS", "TFTP", "ISAKMP", "OpenVPN", "WireGuard",
		"SIP", "RTP", "RTCP", "STUN", "Portmap", "DTLS", "DTLSv1.2", "CHARGEN", "Chargen", "ADwin", "uTP", "BT-DHT", "GQUIC", "LLMNR":
		return UDP, true
	case "HTTP", "TLS", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "SSL", "SSLv2", "SSLv3", "SSH", "SSHv1", "SSHv2", "SMTP", "X11", "FTP", "FTP-DATA",
		"SMB", "SMB2", "TELNET", "RDP", "TPKT", "IMAP", "POP", "MySQL", "PGSQL", "RESP", "BitTorrent", "Socks", "HTTP2", "HTTP/XML", "IRC", "VNC", "TDS":
		return TCP, true
	case "IPv4":
		return 0, true // a fragment
	}
	return 0, wiresharkName(b)
}

// wiresharkName reports whether b is shaped like the name of a protocol.
func wiresharkName(b []byte) bool {
	if len(b) < 2 || len(b) > 16 || !letter(b[0]) {
		return false
	}
	for _, c := range b {
		if !digit(c) && !letter(c) && bytes.IndexByte([]byte("-._/+"), c) < 0 {
			return false
		}
	}
	return true
}

// wiresharkDetail recognises the packet details and bytes of a full export.
func wiresharkDetail(b []byte) bool {
	for _, s := range [...]string{
		"Frame ", "Ethernet II, ", "Internet Protocol", "User Datagram Protocol, ", "Transmission Control Protocol, ", "Internet Control Message",
		"Domain Name System", "Data (", "Linux cooked capture", "Hypertext Transfer Protocol", "Network Time Protocol", "Simple Network Management",
	} {
		if hasPrefix(b, s) {
			return true
		}
	}
	offset, rest := Cut(b)
	return len(offset) == 4 && isHex(offset) && len(rest) > 3 && rest[0] == ' ' && rest[1] == ' ' && isHex(rest[2:4])
}
