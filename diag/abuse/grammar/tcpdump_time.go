package grammar

import "bytes"

// tcpdumpClock reads the two times of fixed width, «21:44:53.145756 » and
// «2021-03-25 21:44:53.145756 », with the blank behind; 0 for all others.
func tcpdumpClock(b []byte) (Stamp, int) {
	if len(b) < 30 {
		return Stamp{}, 0
	}
	n, parts, days := 0, Clock, 0
	if b[4] == '-' {
		var ok bool
		if days, ok = isoDay(b); !ok || b[10] != ' ' {
			return Stamp{}, 0
		}
		n, parts = 11, Clock|Day|Year
	}
	c := b[n : n+16]
	if c[2] != ':' || c[5] != ':' || c[8] != '.' || c[15] != ' ' {
		return Stamp{}, 0
	}
	h, m, s := twoDigits(c, 0), twoDigits(c, 3), twoDigits(c, 6)
	micros := twoDigits(c, 9)*10000 + twoDigits(c, 11)*100 + twoDigits(c, 13)
	if h > 24 || m > 59 || s > 60 || micros > 999999 {
		return Stamp{}, 0
	}
	at := ((days*24+h)*60+m)*60 + s
	return Stamp{Micros: int64(at)*1e6 + int64(micros), Parts: parts}, n + 16
}

// tcpdumpTime reads a time at the start of a line, also behind a packet number
// (-#), and gives the bytes used; 0 if there is none. A distance with a sign or
// in the old way gives bytes but no time.
func tcpdumpTime(line []byte) (Stamp, int) {
	i := 0
	for i < len(line) && blank(line[i]) {
		i++
	}
	b := line[i:]
	if len(b) < 8 || !digit(b[0]) && b[0] != '-' && !letter(b[0]) {
		return Stamp{}, 0
	}
	if s, n := tcpdumpStamp(b); n > 0 {
		return s, i + n
	}
	if b[0] == '-' && digit(b[1]) {
		if _, n := tcpdumpStamp(b[1:]); n > 0 {
			return Stamp{}, i + n + 1
		}
	}
	s, n := tcpdumpCounted(b)
	if n == 0 {
		return Stamp{}, 0
	}
	return s, i + n
}

// tcpdumpCounted reads a number in front: of the packet, with its time behind,
// or microseconds since the last one («000123 IP», «1. 000123 IP»).
func tcpdumpCounted(b []byte) (Stamp, int) {
	word, rest := Cut(b)
	if len(word) > 1 && len(word) < 6 && word[len(word)-1] == '.' {
		if _, ok := ReadInt(word[:len(word)-1]); ok {
			word, rest = Cut(rest)
		}
	}
	if _, ok := ReadInt(word); !ok {
		return Stamp{}, 0
	}
	n := len(b) - len(rest)
	rest = rest[min(1, len(rest)):]
	if hasPrefix(rest, "IP ") || hasPrefix(rest, "IP6 ") {
		return Stamp{}, n
	}
	rest = bytes.TrimLeft(rest, " ")
	if s, m := tcpdumpStamp(rest); m > 0 {
		return s, len(b) - len(rest) + m
	}
	return Stamp{}, 0
}

// tcpdumpStamp reads a time with a clock that a blank follows.
func tcpdumpStamp(b []byte) (Stamp, int) {
	if s, n := tcpdumpClock(b); n > 0 {
		return s, n
	}
	s, n := ReadStamp(b)
	if n == 0 || s.Parts&Clock == 0 || n >= len(b) || !blank(b[n]) {
		return Stamp{}, 0
	}
	return s, n
}

// tcpdumpDistances reports whether the first packet's clock is a distance: the
// first is always zero, and newer versions print a blank or a minus before it.
func tcpdumpDistances(head []byte) bool {
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		head = rest
		line = Prepare(line)
		s, n := tcpdumpTime(line)
		if n == 0 || !bytes.Contains(line, []byte(" > ")) {
			continue
		}
		const hour = 3600e6
		return s.Parts == Clock && (s.Micros == 0 || line[0] == ' ' && line[1] == '0' && s.Micros < hour)
	}
	return false
}

// tcpdumpLinkKind is what stands behind the time.
type tcpdumpLinkKind uint8

const (
	tcpdumpBare  tcpdumpLinkKind = iota // nothing: the old syntax
	tcpdumpIP                           // an IP packet
	tcpdumpOther                        // a packet, but not IP
	tcpdumpAlien                        // nothing that tcpdump prints
)

// tcpdumpLink goes over interface, direction and frame header (-e, -i any) to
// the packet. size is the frame's, if told.
func tcpdumpLink(b []byte, timed bool) (packet []byte, kind tcpdumpLinkKind, size int64) {
	size = Unknown
	if !tcpdumpIsIP(b) {
		b = tcpdumpInterface(b, timed)
	}
	if tcpdumpIsIP(b) {
		return bytes.TrimLeft(b[3:], " "), tcpdumpIP, size
	}
	if p, size, ok := tcpdumpEther(b); ok {
		return p, tcpdumpIP, size
	}
	word, _ := Cut(b)
	switch {
	case len(word) == 0:
		return b, tcpdumpAlien, size
	case !tcpdumpNoIP(b, word, timed):
		return b, tcpdumpBare, size
	}
	// A frame around IP whose own header was not printed in full.
	i := bytes.Index(b, []byte(" IP "))
	if i < 0 || bytes.LastIndex(b, []byte(" > ")) < i {
		return b, tcpdumpOther, size
	}
	if b = b[i+4:]; hasPrefix(b, "(0x") {
		_, b, _ = bytes.Cut(b, []byte(": "))
	}
	return b, tcpdumpIP, size
}

func tcpdumpIsIP(b []byte) bool { return hasPrefix(b, "IP ") || hasPrefix(b, "IP6 ") }

// tcpdumpInterface takes off «eth0  Out» and «In».
func tcpdumpInterface(b []byte, timed bool) []byte {
	for range 2 {
		word, rest := Cut(b)
		next, after := Cut(rest)
		after = Trim(after)
		if tcpdumpDirection(next) && (timed || hasPrefix(after, "IP") || hasPrefix(after, "ARP, ")) {
			b = after
		} else if tcpdumpDirection(word) {
			b = Trim(rest)
		}
	}
	return b
}

// tcpdumpEther goes over «MAC > MAC, ethertype IPv4 (0x0800), length 74: » and
// the old «MAC MAC ip 74: ».
func tcpdumpEther(b []byte) (packet []byte, size int64, ok bool) {
	const mark = "ethertype IPv"
	if i := bytes.Index(b, []byte(mark)); i >= 0 {
		size = Unknown
		if n, ok := numberAfter(b, "length"); ok {
			size = n
		}
		b = b[i+len(mark)+1:]
		if hasPrefix(b, " (0x") && len(b) > 9 {
			b = b[9:]
		}
		b = bytes.TrimLeft(b, ",: ")
		if hasPrefix(b, "length ") {
			_, b, _ = bytes.Cut(b, []byte(": "))
		}
		return Trim(b), size, len(b) > 0
	}
	var f [4][]byte
	words := Fields(b, f[:])
	if len(words) < 4 || !tcpdumpMAC(words[0]) || !tcpdumpMAC(words[1]) {
		return nil, Unknown, false
	}
	if kind := string(words[2]); kind != "ip" && kind != "0800" {
		return nil, Unknown, false
	}
	n, ok := ReadInt(bytes.TrimSuffix(words[3], []byte(":")))
	_, b, _ = bytes.Cut(b, []byte(": "))
	return b, n, ok
}

func tcpdumpDirection(word []byte) bool {
	switch string(word) {
	case "In", "Out", "B", "M", "P":
		return true
	}
	return false
}

// tcpdumpMAC reads «00:11:22:33:44:55», with or without leading zeros.
func tcpdumpMAC(word []byte) bool {
	if len(word) > 17 || bytes.Count(word, []byte{':'}) != 5 {
		return false
	}
	for _, c := range word {
		if c != ':' && hexDigit(c) < 0 {
			return false
		}
	}
	return true
}

// tcpdumpNoIP recognises frames of other protocols. Where no time stands in
// front, few words will do.
func tcpdumpNoIP(b, word []byte, timed bool) bool {
	for _, s := range [...]string{"ARP, ", "arp who-has ", "arp reply ", "PPPoE "} {
		if hasPrefix(b, s) {
			return true
		}
	}
	if tcpdumpMAC(word) || bytes.Contains(b, []byte("ethertype ")) {
		return true
	}
	if !timed {
		return false
	}
	switch string(bytes.TrimRight(word, ",:")) {
	case "RARP", "rarp", "Reverse", "STP", "802.1d", "802.1D", "802.1w", "802.3", "802.1Q", "LLDP", "CDPv1", "CDPv2",
		"EAPOL", "EAP", "LACPv1", "MPLS", "IPX", "LLC", "IS-IS", "DTPv1", "VTPv2", "Slow", "loopback",
		"Loopback", "AppleTalk", "Unknown", "unknown", "[|ip]", "[|ether]", "IP0", "IP5", "vlan", "Broadcast", "Request", "Reply":
		return true
	}
	return false
}
