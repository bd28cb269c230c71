package grammar

import "bytes"

// ciscoACL reads the access-list messages of Cisco routers and switches. The
// first packet is told at once, later ones every five minutes with their count.
//
//	Jan 26 09:41:33 gw 1234: Jan 26 09:41:33.123 UTC: %SEC-6-IPACCESSLOGP: list 101 denied tcp 192.0.2.10(40112) (Gi0/0 0200.0000.0001) -> 198.51.100.7(22), 1 packet
func ciscoACL() Grammar {
	return Grammar{Name: "cisco-acl", LogType: FirewallLog, Open: func([]byte) Reader { return lineReader(ciscoACLLine) }}
}

func ciscoACLLine(line []byte, row *Row) Outcome {
	mark := bytes.Index(line, []byte("ACCESSLOG"))
	at := bytes.IndexByte(line, '%')
	if mark < 0 || at < 0 || at > mark {
		return Foreign
	}
	colon := bytes.IndexByte(line[mark:], ':')
	if colon < 0 {
		return Foreign
	}
	text := Trim(line[mark+colon+1:])
	rest, ok := text, false
	for !ok { // «list 101 denied», «access-list name (20) deny»
		var word []byte
		if word, rest = Cut(rest); len(word) == 0 {
			return Foreign
		}
		switch string(word) {
		case "denied", "permitted", "deny", "permit":
			ok = true
		}
	}
	row.Note = text[:len(text)-len(rest)]
	word, after := Cut(rest)
	if _, n := ReadInt(word); n || ReadProtocol(word) != 0 {
		row.Protocol = ReadProtocol(word)
		word, after = Cut(after)
	}
	if row.Source, ok = ciscoACLEnd(word); !ok {
		return Foreign
	}
	if _, to, found := bytes.Cut(after, []byte("-> ")); found {
		word, after = Cut(to)
		row.Target, _ = ciscoACLEnd(word)
	}
	ciscoACLCount(after, row)
	row.Time = ciscoTime(line[:at])
	return Done
}

// ciscoACLEnd reads «192.0.2.10(40112)» or a host alone.
func ciscoACLEnd(b []byte) (Endpoint, bool) {
	b = bytes.TrimRight(b, ",")
	host, port, found := bytes.Cut(b, []byte("("))
	e, ok := ReadHost(host)
	if found {
		if p, ok := ReadPort(bytes.TrimSuffix(port, []byte(")"))); ok {
			e.Port = p
		}
	}
	return e, ok
}

// ciscoACLCount reads the number before «packet» or «packets».
func ciscoACLCount(b []byte, row *Row) {
	var word, before []byte
	for {
		before = word
		if word, b = Cut(b); len(word) == 0 {
			return
		}
		if bytes.HasPrefix(word, []byte("packet")) {
			if n, ok := ReadInt(before); ok {
				row.Packets = n
			}
			return
		}
	}
}
