package grammar

import (
	"bytes"
	"net/netip"
)

// tcpdumpQuad reads «192.0.2.10.55008» at the start of b and gives its length,
// 0 if it is anything else.
func tcpdumpQuad(b []byte) (netip.Addr, int32, int) {
	addr, i := readIPv4(b)
	if i == 0 || i >= len(b) || b[i] != '.' {
		return netip.Addr{}, Unknown, 0
	}
	i++
	n, from := 0, i
	for i < len(b) && digit(b[i]) {
		n = n*10 + int(b[i]-'0')
		i++
		if i-from > 5 {
			return netip.Addr{}, Unknown, 0
		}
	}
	if i == from || n > 65535 {
		return netip.Addr{}, Unknown, 0
	}
	return addr, int32(n), i
}

// tcpdumpEnd reads «host.port»: address, masked address or name, the port a
// number or a service. Hosts without ports are told from those with one by
// what is left when the last label is taken off.
func tcpdumpEnd(b []byte) Endpoint {
	if addr, port, n := tcpdumpQuad(b); n == len(b) {
		return Endpoint{Addr: addr, Port: port}
	}
	i := bytes.LastIndexByte(b, '.')
	whole, _ := ReadHost(b)
	if i <= 0 || whole.Addr.IsValid() {
		return whole
	}
	port, ok := ReadPort(b[i+1:])
	if !ok {
		if port = servicePort(b[i+1:]); port == Unknown {
			return whole
		}
	}
	host := b[:i]
	if ok && bytes.Count(host, []byte{'.'}) == 2 && (Masked(host) || Masked(b)) {
		return whole // «x.x.x.197»: a masked quad without a port
	}
	e, _ := ReadHost(host)
	e.Port = port
	return e
}

// tcpdumpHost reports whether a token can be a host: no blank in it, unless a
// mask in brackets has one.
func tcpdumpHost(b []byte) bool {
	if len(b) == 0 || len(b) > 255 {
		return false
	}
	return bytes.IndexByte(b, ' ') < 0 || b[0] == '[' || b[0] == '<'
}

// tcpdumpDetail reads what follows «target: » into row, and reports whether it
// is something tcpdump prints there.
func tcpdumpDetail(b []byte, row *Row) bool {
	switch {
	case hasPrefix(b, "UDP, length "):
		row.Protocol = UDP
		if n, i := number(b, 12, 9); i == len(b) {
			row.Size = int64(n)
			return true
		}
	case hasPrefix(b, "Flags ["):
		row.Protocol = TCP
		if i := bytes.IndexByte(b, ']'); i > 7 {
			row.Note = b[7:i]
			row.SYN = tcpdumpSYN(row.Note)
		}
	default:
		return tcpdumpOthers(bytes.TrimLeft(b, " "), row)
	}
	tcpdumpSize(b, row)
	return true
}

// tcpdumpSYN reports an opening SYN: also one that offers ECN («SEW»).
func tcpdumpSYN(flags []byte) bool {
	return bytes.IndexByte(flags, 'S') >= 0 && !bytes.ContainsAny(flags, ".FRP")
}

// tcpdumpOthers reads all but the two usual details.
func tcpdumpOthers(b []byte, row *Row) bool {
	if len(b) == 0 {
		return false
	}
	p, known := tcpdumpKind(b)
	if !known && tcpdumpOldFlags(b) {
		p, known = TCP, true
		row.Note, _ = Cut(b)
		row.SYN = tcpdumpSYN(row.Note) && !bytes.Contains(b, []byte(" ack "))
	} else {
		row.Note = Trim(b)
	}
	// Without its name TCP and UDP are only printed where the payload was
	// understood, and that is UDP: TCP has its flags in front.
	if p == 0 && row.Source.Port != Unknown && row.Target.Port != Unknown {
		p = UDP
	}
	if row.Protocol == 0 {
		row.Protocol = p
	}
	if b[0] == '[' {
		if i := bytes.Index(b, []byte("] ")); i > 0 { // «[udp sum ok] udp 50»
			b = b[i+2:]
		}
	}
	tcpdumpSize(b, row)
	return known
}

// tcpdumpKind tells the protocol from the beginning of the detail. 0 and true:
// a detail that leaves it open.
func tcpdumpKind(b []byte) (Protocol, bool) {
	for _, p := range [...]struct {
		text     string
		protocol Protocol
	}{
		{"UDP, ", UDP},
		{"udp ", UDP}, {"[udp sum ok]", UDP}, {"[bad udp cksum", UDP}, {"[no cksum]", UDP}, {"[no udp cksum]", UDP}, {"[|udp]", UDP},
		{"tcp ", TCP}, {"[tcp sum ok]", TCP}, {"[|tcp]", TCP}, {"[bad tcp cksum", TCP},
		{"ICMP6, ", ICMPv6}, {"ICMP6 ", ICMPv6}, {"icmp6: ", ICMPv6}, {"[icmp6 sum ok]", ICMPv6}, {"HBH ICMP6", ICMPv6},
		{"ICMP ", ICMP}, {"icmp: ", ICMP}, {"icmp ", ICMP}, {"[|icmp]", ICMP},
		{"igmp", IGMP}, {"GREv", GRE}, {"gre", GRE}, {"ESP(", ESP}, {"esp ", ESP}, {"AH(", 51}, {"sctp", SCTP}, {"SCTP", SCTP},
		{"IP6 ", IPv6}, {"OSPFv", 89}, {"PIMv", 103}, {"VRRPv", 112}, {"EIGRP", 88}, {"L2TPv3", 115}, {"RSVPv", 46},
		{"frag (", 0}, {"(frag ", 0}, {"[|", 0}, {"NTPv", UDP}, {"NBT UDP", UDP}, {"SIP", UDP}, {"BOOTP/DHCP", UDP}, {"isakmp: ", UDP},
		{"RADIUS, ", UDP}, {"C=", UDP}, {"GetRequest(", UDP}, {"GetNextRequest(", UDP}, {"GetBulk(", UDP}, {"GetResponse(", UDP},
		{"TFTP, ", UDP}, {"SYSLOG ", UDP}, {"Portmap", UDP}, {"portmap", UDP}, {"VXLAN, ", UDP}, {"dhcp6 ", UDP}, {"PTPv2", UDP}, {"STUN", UDP},
	} {
		if hasPrefix(b, p.text) {
			return p.protocol, true
		}
	}
	if hasPrefix(b, "ip-proto-") {
		n, _ := number(b, 9, 3)
		return Protocol(min(n, 255)), n > 0
	}
	if word, _ := Cut(b); len(word) > 2 && !digit(word[0]) {
		if p := ReadProtocol(word); p != 0 { // «udp» of a fragment
			return p, true
		}
	}
	if hasPrefix(b, "IP ") && bytes.Contains(b, []byte(" > ")) {
		return IPIP, true
	}
	// «12345+ ANY? example.org. (29)», «12345*- 1/0/0 A 203.0.113.1 (45)»
	if _, i := number(b, 0, 5); i > 0 && i < len(b) && (b[i] == ' ' || bytes.IndexByte([]byte("+*-|$%"), b[i]) >= 0) && b[len(b)-1] == ')' {
		return UDP, true
	}
	return 0, false
}

// tcpdumpOldFlags recognises TCP as printed before version 4: «S 1:1(0) win
// 512», «. ack 1 win 8192», «P 1:5(4) ack 1».
func tcpdumpOldFlags(b []byte) bool {
	word, rest := Cut(b)
	if len(word) == 0 || len(word) > 6 || len(bytes.Trim(word, "SFPRUWE.")) != 0 {
		return false
	}
	next, _ := Cut(rest)
	if len(next) < 3 {
		return false
	}
	s := string(next)
	return s == "ack" || s == "win" || next[0] == '[' || digit(next[0]) && bytes.IndexByte(next, ':') > 0
}

// tcpdumpSize finds the length a detail tells: «length 52», «tcp 52», «1:53(52)»
// and, for decoded names, «(52)» at the end. Of a packet in a packet the outer
// one's counts.
func tcpdumpSize(b []byte, row *Row) {
	switch row.Protocol {
	case IPIP, IPv6:
		return // it tells the inner packet's only
	case TCP:
		if n, ok := tcpdumpLast(b); ok {
			row.Size = n
			return
		}
	}
	if n, ok := numberAfter(b, "length"); ok {
		row.Size = n
		return
	}
	if hasPrefix(b, "udp ") || hasPrefix(b, "tcp ") {
		if n, i := number(b, 4, 9); i > 0 {
			row.Size = int64(n)
		}
		return
	}
	i := bytes.LastIndexByte(b, '(')
	if i < 0 {
		return
	}
	if row.Protocol == TCP {
		i = bytes.IndexByte(b, '(')
	}
	if n, j := number(b, i+1, 9); j > 0 && j < len(b) && b[j] == ')' && (j+1 == len(b) || row.Protocol == TCP) {
		row.Size = int64(n)
	}
}

// tcpdumpLast reads «length 52» at the end of b, where most TCP lines have it.
func tcpdumpLast(b []byte) (int64, bool) {
	const mark = " length "
	i := len(b)
	for i > 0 && digit(b[i-1]) {
		i--
	}
	if i < len(mark) || string(b[i-len(mark):i]) != mark {
		return 0, false
	}
	return ReadInt(b[i:])
}

// tcpdumpProto finds «proto UDP (17)», «proto: UDP (17)», «proto 17» and IPv6's
// «next-header TCP (6)» in a header.
func tcpdumpProto(b []byte) Protocol {
	for _, mark := range [...]string{"proto", "next-header"} {
		at := bytes.Index(b, []byte(mark))
		if at < 0 {
			continue
		}
		word, rest := Cut(bytes.TrimLeft(b[at+len(mark):], ": "))
		if p := ReadProtocol(bytes.TrimRight(word, ",)")); p != 0 {
			return p
		}
		if rest = Trim(rest); hasPrefix(rest, "(") {
			// Extension headers (hop by hop, routing, fragment, options) are none.
			if n, i := number(rest, 1, 3); i > 0 && n < 256 && n != 43 && n != 44 && n != 60 {
				return Protocol(n)
			}
		}
	}
	return 0
}
