package grammar

import "bytes"

// asa reads the connection messages of Cisco ASA, PIX and Firepower: 106001 to
// 106100 (denied), 302013 to 302021 (built and torn down), 313001 to 313005
// (ICMP) and 710003 to 710005 (to the box itself), which all name «src … dst»,
// «from … to» or «for … to» (Cisco ASA Series Syslog Messages).
//
//	Jan 26 2025 09:41:33: %ASA-4-106023: Deny tcp src outside:192.0.2.10/40112 dst inside:198.51.100.7/22 by access-group "in" [0x0, 0x0]
func asa() Grammar {
	return Grammar{Name: "asa", LogType: FirewallLog, Open: func([]byte) Reader { return lineReader(asaLine) }}
}

func asaLine(line []byte, row *Row) Outcome {
	at := -1
	for _, mark := range [...]string{"%ASA-", "%FTD-", "%PIX-"} {
		if at = bytes.Index(line, []byte(mark)); at >= 0 {
			break
		}
	}
	if at < 0 {
		return Foreign
	}
	colon := bytes.IndexByte(line[at:], ':')
	if colon < 0 {
		return Foreign
	}
	m := asaMessage{row: row, text: bytes.TrimLeft(line[at+colon+1:], " ")}
	m.read()
	if !row.Source.Known() {
		return Foreign
	}
	row.Time = ciscoTime(line[:at])
	return Done
}

// ciscoTime takes the time that says most of those before the message: relays
// put their own, which lacks the year, before the device's.
func ciscoTime(head []byte) Stamp {
	var best Stamp
	head, _ = syslogPriority(bytes.TrimLeft(head, " \t"))
	for len(head) > 0 {
		if s, n := ReadStamp(head); n > 0 {
			if s.Parts > best.Parts {
				best = s
			}
			head = head[n:]
			continue
		}
		_, head = Cut(head)
		head = bytes.TrimLeft(head, " \t*.:")
	}
	return best
}

// asaMessage is the part of a line behind its number.
type asaMessage struct {
	row      *Row
	text     []byte
	outbound bool      // the second end opened the connection
	last     *Endpoint // the end read last, which a translated address follows
}

func (m *asaMessage) read() {
	var word, before []byte
	rest := m.text
	for {
		before = word
		if word, rest = Cut(rest); len(word) == 0 || string(word) == "Original" {
			break // what follows is the packet that an ICMP error quotes
		}
		if end := m.end(before, word); end != nil {
			if !m.row.Source.Known() && !m.row.Target.Known() {
				m.note(before, word)
			}
			port := end.Port
			*end, _ = asaEndpoint(word)
			if end.Port == Unknown {
				end.Port = port
			}
			m.last = end
			continue
		}
		m.word(before, word)
	}
	if m.row.Protocol == ICMP || m.row.Protocol == ICMPv6 {
		// «192.0.2.10/0»: what stands for the port is ICMP's.
		m.row.Source.Port, m.row.Target.Port = Unknown, Unknown
	}
	if m.outbound {
		m.row.Source, m.row.Target = m.row.Target, m.row.Source
	}
}

// end says which end of the row word is, if any.
func (m *asaMessage) end(before, word []byte) *Endpoint {
	source, target := !m.row.Source.Known(), !m.row.Target.Known()
	switch string(before) {
	case "src", "from", "faddr", "laddr":
		// «from laddr 192.0.2.10»: the next word is it.
		if source && string(word) != "laddr" {
			return &m.row.Source
		}
	case "dst", "to", "gaddr", "->":
		if target {
			return &m.row.Target
		}
	case "for": // «for outside:…», but also «for ICMP error message»
		if _, exact := asaEndpoint(word); source && exact {
			return &m.row.Source
		}
	default: // 106100: «outside/192.0.2.10(40112) -> …»
		if bytes.IndexByte(word, '(') <= 0 || !source {
			break
		}
		if _, exact := asaEndpoint(word); exact {
			return &m.row.Source
		}
	}
	return nil
}

// word reads what is no end.
func (m *asaMessage) word(before, word []byte) {
	switch string(before) {
	case "Built":
		m.outbound = string(word) == "outbound"
	case "bytes":
		if n, ok := ReadInt(word); ok {
			m.row.Bytes = n
		}
	case "flags":
		m.row.SYN = string(word) == "SYN"
	case "SYN":
		m.row.SYN = m.row.SYN && string(word) != "ACK"
	}
	if word[0] == '(' && m.last != nil {
		// The translated address is the one that crossed the Internet.
		if e, _ := asaEndpoint(bytes.Trim(word, "()")); e.Addr.IsValid() {
			*m.last = e
		}
		m.last = nil
	}
	if m.row.Protocol == 0 && (string(before) == "protocol" || !digit(word[0])) {
		m.row.Protocol = ReadProtocol(bytes.TrimRight(word, ",:"))
	}
}

// note keeps the message up to its first end: «Deny tcp».
func (m *asaMessage) note(before, word []byte) {
	end := len(m.text) - len(bytes.TrimLeft(m.text, " "))
	if i := bytes.Index(m.text, word); i > 0 {
		end = i
	}
	m.row.Note = Trim(bytes.TrimSuffix(Trim(m.text[:end]), before))
	if bare := bytes.TrimRight(m.row.Note, "0123456789"); bytes.HasSuffix(bare, []byte("connection ")) {
		m.row.Note = Trim(bare) // its number is another one each time
	}
	m.row.Note = m.row.Note[:min(len(m.row.Note), 80)]
}

// asaEndpoint reads «outside:192.0.2.10/40112», «192.0.2.10/40112»,
// «outside/192.0.2.10(40112)», each with a user behind («(LOCAL\x)»); exact if
// an address or a port shows that it is one.
func asaEndpoint(b []byte) (e Endpoint, exact bool) {
	b = bytes.TrimRight(b, ",;")
	port := int32(Unknown)
	if i := bytes.IndexByte(b, '('); i > 0 {
		if p, ok := ReadPort(bytes.TrimSuffix(b[i+1:], []byte(")"))); ok {
			port = p
			_, host, named := bytes.Cut(b[:i], []byte("/"))
			if !named {
				host = b[:i]
			}
			e, _ = ReadHost(host)
			e.Port = port
			return e, true
		}
		b = b[:i]
	}
	if i := bytes.LastIndexByte(b, '/'); i > 0 {
		if p, ok := ReadPort(b[i+1:]); ok {
			port, b = p, b[:i]
		}
	}
	_, host, named := bytes.Cut(b, []byte(":"))
	if a, n := readIPv4(host); n > 0 && n == len(host) {
		return Endpoint{Addr: a, Port: port}, true
	}
	if a, ok := ReadAddr(b); ok {
		return Endpoint{Addr: a, Port: port}, true
	}
	if named && len(host) > 0 {
		e, _ = ReadHost(host)
		e.Port = port
		return e, true
	}
	e, _ = ReadHost(b)
	e.Port = port
	return e, port != Unknown
}
