package grammar

import "bytes"

// beside reads lines without a time that are no packets of their own: frames,
// hex dumps, the second halves of lines and packets.
func (r *tcpdumpReader) beside(line []byte) Outcome {
	b := Trim(line)
	if r.ascii && r.timed && r.payload(b) {
		return Further // whatever it looks like
	}
	if tcpdumpFrame(b) || r.zoneLine(b) {
		return Frame
	}
	if hasPrefix(b, "0x") && len(b) > 7 && isHex(b[2:6]) {
		return Further
	}
	if r.goesOn(line, b) {
		return Further
	}
	return Foreign
}

// goesOn recognises what belongs to the last packet.
func (r *tcpdumpReader) goesOn(line, b []byte) bool {
	switch {
	case bytes.Contains(b, []byte(" > ")):
		quoted := r.quoted
		r.quoted = false
		return quoted
	case r.cut && tcpdumpGoesOn(b):
		r.cut = tcpdumpCut(b)
		return true
	}
	return r.payload(b) || r.body && (tcpdumpDump(b) || r.detail(line, b))
}

// zoneLine reads «Time zone EET +0200».
func (r *tcpdumpReader) zoneLine(b []byte) bool {
	if !hasPrefix(b, "Time zone") && !hasPrefix(b, "Timezone") {
		return false
	}
	name, offset, n := ReadZone(bytes.TrimLeft(b[8:], "e: ="))
	if n == 0 {
		return false
	}
	r.zone, r.offset, r.zoned = name, offset, true
	return true
}

// detail recognises what -v prints about a payload.
func (r *tcpdumpReader) detail(line, b []byte) bool {
	return line[0] == '\t' && r.two && !hasPrefix(b, "IP") && b[0] != '('
}

// inner recognises the header of a packet that the last one quotes.
func (r *tcpdumpReader) inner(line, b []byte, link tcpdumpLinkKind) bool {
	if !r.quotes || !r.timed && !blank(line[0]) || link != tcpdumpIP && !hasPrefix(b, "(") {
		return false
	}
	r.quoted = len(b) > 0 && b[len(b)-1] == ')'
	return true
}

// tcpdumpHeaders is the most that IP (40 bytes) and TCP headers (60) add to a
// packet's length: they are printed with it (-A).
const tcpdumpHeaders = 100

// payload recognises a packet printed as text (-A): a line that looks like a
// header, then as much of anything as the packet is long.
func (r *tcpdumpReader) payload(b []byte) bool {
	if r.body && r.text > 0 && len(b) > 5 && (b[0] == 'E' || b[0] == '`') && bytes.Count(b[:min(len(b), 24)], []byte{'.'}) >= 4 {
		r.ascii = true
	}
	if !r.ascii || r.text <= 0 || hasPrefix(b, "IP ") || hasPrefix(b, "IP6 ") {
		r.ascii = false
		return false
	}
	r.text -= int32(len(b)) + 1
	return true
}

// tcpdumpGoesOn recognises the second half of a packet's line.
func tcpdumpGoesOn(b []byte) bool {
	if digit(b[0]) || b[0] == '[' {
		return true
	}
	word, _ := Cut(b)
	switch string(bytes.TrimRight(word, ",:")) {
	case "options", "length", "seq", "ack", "win", "urg", "val", "ecr", "TS", "nop", "sackOK", "wscale", "cksum", "id", "UDP", "bad":
		return true
	}
	return false
}

// tcpdumpCut reports whether a mail program broke the line behind b.
func tcpdumpCut(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	switch b[len(b)-1] {
	case ',':
		return true
	case 'h', ' ':
		return bytes.HasSuffix(Trim(b), []byte(" length"))
	}
	return false
}

// tcpdumpDump recognises hex dumps of old versions («4500 004e …»).
func tcpdumpDump(b []byte) bool {
	words := 0
	for {
		word, rest := Cut(b)
		if len(word) == 0 {
			return words > 0
		}
		if len(word) != 4 && (len(word) != 2 || len(Trim(rest)) > 0) || !isHex(word) {
			return false
		}
		b = rest
		words++
	}
}

// tcpdumpFrame recognises what tcpdump and those who cut its output say besides
// packets: commands, greetings, totals, «....».
func tcpdumpFrame(b []byte) bool {
	if len(bytes.Trim(b, ".[]… ")) == 0 {
		return bytes.IndexByte(b, '.') >= 0 || bytes.Contains(b, []byte("…"))
	}
	for _, s := range [...]string{
		"tcpdump: ", "listening on ", "reading from file ", "reading from PCAP", "dropped privs to ", "data link type ",
		"verbose output suppressed", "use -v or -vv for full", "All lines of this ip: ",
	} {
		if hasPrefix(b, s) {
			return true
		}
	}
	if hasPrefix(b, "Limit: ") {
		return bytes.HasSuffix(b, []byte(" lines"))
	}
	if bytes.Contains(b, []byte("tcpdump -")) {
		return true
	}
	_, i := number(b, 0, 9)
	return i > 0 && (hasPrefix(b[i:], " packet")) &&
		(bytes.HasSuffix(b, []byte(" captured")) || bytes.Contains(b, []byte(" received by filter")) || bytes.Contains(b, []byte(" dropped by ")))
}
