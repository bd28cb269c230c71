package grammar

import "bytes"

// psadMail is what the mail about one scanner has told so far. The mail names
// ports and packets first, then source and target, then much that no row
// needs.
//
//	=-=-=-=-=-=-=-=-=-=-=-= Sun Jan 26 09:41:33 2025 =-=-=-=-=-=-=-=-=-=-=-=
//	         Danger level: [2] (out of 5)
//	    Scanned TCP ports: [1-1024: 31 packets, Nmap: -sT or -sS]
//	               Source: 192.0.2.10
//	          Destination: 198.51.100.7
type psadMail struct {
	time     Stamp
	level    []byte // nil before the mail is known to be one
	scans    int
	protocol Protocol
	port     int32
	packets  int64
	sourced  bool // the target is due
}

// line reads one line of the mail; it is trimmed.
func (m *psadMail) line(line []byte, row *Row) Outcome {
	if stamp, ok := psadRule(line); ok {
		*m = psadMail{time: stamp}
		return Frame
	}
	key, value, _ := bytes.Cut(line, []byte(":"))
	value = Trim(value)
	if hasPrefix(line, "Danger level: [") {
		*m = psadMail{time: m.time, level: bytes.Clone(value)}
		return Frame
	}
	if m.level == nil || len(value) == 0 {
		return Foreign
	}
	switch string(key) {
	case "Scanned TCP ports", "Scanned UDP ports", "Scanned ICMP ports":
		return m.scan(key[len("Scanned "):], value)
	case "Source":
		m.sourced = true
		row.Time, row.Protocol, row.Note = m.time, m.protocol, m.level
		row.Target.Port = m.port
		if m.packets > 0 {
			row.Packets = m.packets
		}
		row.Source, _ = ReadHost(bytes.Clone(value))
		return Begun
	case "Destination":
		if !m.sourced {
			return Foreign
		}
		*m = psadMail{time: m.time, level: m.level}
		setHost(&row.Target, value)
		return Done
	case "DNS", "TCP flags", "iptables chain", "ip6tables chain", "Overall scan start", "Total email alerts",
		"Complete TCP range", "Complete UDP range", "Syslog hostname", "Global stats":
		return Further
	}
	m.sourced = false // a row that lacks its target is given up
	return Foreign
}

// scan reads «[1-1024: 31 packets, Nmap: -sT or -sS]». Of several scans only
// the packets are told: they add up.
func (m *psadMail) scan(protocol, value []byte) Outcome {
	ports, rest, ok := bytes.Cut(bytes.Trim(value, "[]"), []byte(":"))
	count, unit := Cut(rest)
	n, counted := ReadInt(count)
	if !ok || !counted || !bytes.HasPrefix(Trim(unit), []byte("packet")) {
		return Foreign
	}
	name, _ := Cut(protocol)
	m.protocol, m.port = ReadProtocol(name), Unknown
	if m.scans++; m.scans > 1 {
		m.protocol = 0
	} else if port, ok := ReadPort(ports); ok {
		m.port = port
	}
	m.packets += n
	return Frame
}

// psadRule reads the time in a rule over a mail.
func psadRule(line []byte) (Stamp, bool) {
	const edge = "=-=-=-"
	if !hasPrefix(line, edge) {
		return Stamp{}, false
	}
	inner := bytes.Trim(line, "=- ")
	stamp, n := ReadStamp(inner)
	return stamp, n > 0 && n == len(inner)
}
