package grammar

import "bytes"

// mikrotik reads the firewall lines of RouterOS. Where addresses are
// translated, the tail «NAT …» tells the ones that crossed the Internet.
//
//	jan/26 09:41:33 firewall,info drop forward: in:ether1 out:bridge, connection-state:new src-mac 02:00:00:00:00:01, proto TCP (SYN), 192.0.2.10:40112->198.51.100.7:22, len 60
func mikrotik() Grammar {
	return Grammar{Name: "mikrotik", LogType: FirewallLog, Open: func([]byte) Reader { return lineReader(mikrotikLine) }}
}

func mikrotikLine(line []byte, row *Row) Outcome {
	in := bytes.Index(line, []byte("in:"))
	if in < 0 || in > 0 && line[in-1] != ' ' {
		return Foreign
	}
	proto := bytes.Index(line[in:], []byte("proto "))
	if proto < 0 || !bytes.Contains(line[in:in+proto], []byte("out:")) {
		return Foreign
	}
	tail := line[in+proto+len("proto "):]
	arrow := bytes.Index(tail, []byte("->"))
	if arrow < 0 {
		return Foreign
	}
	word, flags, _ := bytes.Cut(tail[:arrow], []byte(" "))
	row.Protocol = ReadProtocol(bytes.TrimRight(word, ","))
	row.SYN = row.Protocol == TCP && bytes.HasPrefix(flags, []byte("(SYN)"))
	from := tail[:arrow]
	from = from[bytes.LastIndexAny(from, ", ")+1:]
	row.Source, _ = ReadHostPort(from, ':')
	row.Target = mikrotikEnd(tail[arrow+2:])
	if !row.Source.Known() || !row.Target.Known() {
		return Foreign
	}
	if i := bytes.Index(tail, []byte("NAT ")); i > 0 {
		mikrotikNAT(tail[i+len("NAT "):], row)
	}
	if i := bytes.LastIndex(tail, []byte("len ")); i > 0 {
		word, _ := Cut(tail[i+len("len "):])
		if n, ok := ReadInt(bytes.TrimRight(word, ",")); ok {
			row.Size = n
		}
	}
	row.Time, _ = syslogTime(line)
	row.Note = mikrotikRule(line[:in])
	return Done
}

// mikrotikEnd reads an end up to the comma or bracket behind it.
func mikrotikEnd(b []byte) Endpoint {
	if i := bytes.IndexAny(b, ", )"); i >= 0 {
		b = b[:i]
	}
	if i := bytes.Index(b, []byte("->")); i >= 0 {
		b = b[:i]
	}
	e, _ := ReadHostPort(b, ':')
	return e
}

// mikrotikNAT reads «(a->translated)->b» and «a->(addressed->b)».
func mikrotikNAT(b []byte, row *Row) {
	if len(b) > 0 && b[0] == '(' {
		if _, now, ok := bytes.Cut(b, []byte("->")); ok {
			row.Source = mikrotikEnd(now)
		}
	}
	if _, to, ok := bytes.Cut(b, []byte("->(")); ok {
		row.Target = mikrotikEnd(to)
	}
}

// mikrotikRule is the rule's prefix and chain: what stands between the topics
// («firewall,info») and the interfaces.
func mikrotikRule(head []byte) []byte {
	if _, behind, ok := bytes.Cut(head, []byte("firewall,")); ok {
		_, head = Cut(behind)
		return bytes.Trim(head, " \t:")
	}
	head = bytes.TrimRight(head, " \t:")
	return head[bytes.LastIndexByte(head, ' ')+1:]
}
