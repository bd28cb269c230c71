package checklist

import (
	"bytes"
	"strings"
)

// netids are the kinds of sockets ss lists; "" are counted and not kept,
// because no rule asks for them.
var netids = map[string]string{
	"tcp": "tcp", "mptcp": "tcp", "udp": "udp", "udplite": "udp", "raw": "raw", "icmp6": "raw", "???": "raw", "p_raw": "packet",
	"p_dgr": "packet", "sctp": "sctp", "dccp": "dccp", "u_str": "", "u_dgr": "", "u_seq": "", "nl": "", "v_str": "", "v_dgr": "",
	"vsock": "", "tipc": "", "xdp": "", "ti_st": "", "ti_dg": "",
}

func ssHeading(line []byte) bool {
	return bytes.Contains(line, []byte("Recv-Q Send-Q")) && bytes.Contains(line, []byte("Address:Port")) &&
		(bytes.HasPrefix(line, []byte("Netid")) || bytes.HasPrefix(line, []byte("State")) || bytes.HasPrefix(line, []byte("Recv-Q")))
}

// weighSS wants a heading, or rows of kind or state, two counts and two ends.
func weighSS(t *text) int {
	rows, lines := 0, 0
	for _, line := range t.head(40) {
		if ssHeading(squeeze(line)) {
			return 95
		}
		if line[0] == ' ' || line[0] == '\t' || bytes.HasPrefix(line, []byte("== ")) {
			continue
		}
		lines++
		if r, ok := ssRowOf(line, false); ok && (r.kept() && printedEnd(r.local) && printedEnd(r.peer) || r.protocol == "packet") {
			rows++
		}
	}
	if rows > 0 && rows*10 >= lines*6 {
		return 80
	}
	return 0
}

// squeeze makes one blank of many.
func squeeze(line []byte) []byte {
	return bytes.Join(bytes.Fields(line[:min(len(line), 400)]), []byte(" "))
}

// ssRow is a line of ss before it is read closely.
type ssRow struct {
	netid, protocol, state string
	local, peer            string
	rest                   []byte
}

func (r ssRow) kept() bool { return r.netid == "" || netids[r.netid] != "" }

// ssRowOf parts a line: [kind] [state] Recv-Q Send-Q local peer rest. The kind
// is missing when one was asked for, the state for packet sockets (-0) and when
// one was asked for; both only if a heading announced that (bare).
func ssRowOf(line []byte, bare bool) (r ssRow, ok bool) {
	word, rest := field(line)
	if p, known := netids[word]; known {
		r.netid, r.protocol = word, p
		word, rest = field(rest)
	}
	if s, known := states[word]; known && !strings.Contains(word, "_") {
		r.state = s
		word, rest = field(rest)
	}
	if r.state == "" && r.protocol != "packet" && !bare || !digits(word) {
		return r, false
	}
	if word, rest = field(rest); !digits(word) {
		return r, false
	}
	r.local, rest = field(rest)
	if strings.HasPrefix(r.netid, "u_") { // path and inode, twice
		_, rest = field(rest)
		r.peer, r.rest = field(rest)
		return r, r.peer != ""
	}
	r.peer, r.rest = field(rest)
	return r, r.peer != ""
}

// ssText is one text on its way to sockets.
type ssText struct {
	got     tallied
	sockets []Socket
	packet  bool // the last heading was that of -0, the next without kind is -w
	bare    bool // the last heading has neither kind nor state
	asked   bool
	command string
}

func readSS(t *text, h *Host) tallied {
	s := &ssText{command: t.command}
	var last *Socket
	for i, line := range t.lines {
		trimmed := bytes.TrimSpace(line)
		switch {
		case len(trimmed) == 0:
		case ssHeading(squeeze(line)):
			head := squeeze(line)
			s.packet = s.packet || bytes.HasPrefix(head, []byte("Netid Recv-Q"))
			s.bare = bytes.HasPrefix(head, []byte("Recv-Q"))
			s.got.understood++
			last = nil
		case line[0] == '\t' || line[0] == ' ' && last != nil && !s.bare:
			// -e, -i, -m and -b continue a row on the next line
			s.got.understood++
			if last != nil {
				extras(last, trimmed)
			}
		case bytes.HasPrefix(line, []byte("== ")): // the bundle's heading of a network namespace
			s.got.understood++
			last = nil
		default:
			last = s.row(i, line)
		}
	}
	if settleOwners(s.sockets, s.asked) {
		s.got.warnings = append(s.got.warnings, Warning{Code: WarnNotRoot})
	}
	h.Sockets = append(h.Sockets, s.sockets...)
	if h.Sockets == nil {
		h.Sockets = []Socket{}
	}
	return s.got
}

// row reads line n; nil if it is not kept.
func (s *ssText) row(n int, line []byte) *Socket {
	r, ok := ssRowOf(line, s.bare)
	if !ok {
		s.got.unread(n, line)
		return nil
	}
	if !r.kept() {
		s.got.rows++
		s.got.understood++
		return nil
	}
	k := Socket{Where: Where{Command: "ss", Line: n + 1}, Protocol: r.protocol, State: r.state, PID: -1}
	if k.Protocol == "" {
		k.Protocol = s.guess(r)
	}
	if k.Protocol == "packet" {
		_, device, _ := strings.Cut(r.local, ":")
		k.Local, k.Peer = End{Host: "*", Port: -1}, End{Host: "*", Port: -1}
		k.Interface = shown(strings.TrimPrefix(device, "*"))
	} else {
		var fine, fineToo bool
		var device string
		k.Local, device, fine = endOf(r.local)
		k.Peer, _, fineToo = endOf(r.peer)
		if !fine || !fineToo {
			s.got.unread(n, line)
			return nil
		}
		k.Interface = shown(device)
	}
	rest, whole := owners(&k, r.rest)
	s.asked = s.asked || k.PID >= 0 || !whole
	extras(&k, rest)
	s.got.rows++
	if whole {
		s.got.understood++
	} else { // a name with a line break in it
		k.PID, k.Name = -1, "\uFFFD"
		s.got.unread(n, line)
	}
	s.sockets = append(s.sockets, k)
	return &s.sockets[len(s.sockets)-1]
}

// guess is the protocol of a row without kind: what was typed, else its shape.
func (s *ssText) guess(r ssRow) string {
	for word := range strings.FieldsSeq(s.command) {
		if len(word) < 2 || word[0] != '-' || word[1] == '-' {
			continue
		}
		for letter, protocol := range map[rune]string{'t': "tcp", 'u': "udp", 'w': "raw", '0': "packet"} {
			if strings.ContainsRune(word, letter) && !strings.ContainsAny(strings.ReplaceAll(word, string(letter), ""), "tuwx0") {
				return protocol
			}
		}
	}
	if r.state != "UNCONN" && r.state != "" {
		return "tcp"
	}
	_, port, _ := strings.Cut(r.local[max(0, strings.LastIndexByte(r.local, ':')):], ":")
	switch port {
	// protocol numbers stand where ports do: ICMP, TCP, ICMPv6, any
	case "icmp", "ipv6-icmp", "raw", "tcp", "udp", "1", "6", "17", "58", "255":
		return "raw"
	}
	if s.packet {
		return "raw"
	}
	return "udp"
}

// longestName is what the kernel keeps of a thread's name (TASK_COMM_LEN less
// the end); no name of that length can imitate the text between two owners,
// which is one byte longer.
const longestName = 15

// mostOwners bounds the owners of one socket that are kept.
const mostOwners = 64

// owners reads users:(("name",pid=1,fd=3),…) at the beginning of rest and
// returns what stands behind it; false if it does not end as it should.
func owners(k *Socket, rest []byte) ([]byte, bool) {
	const opening = "users:("
	if !bytes.HasPrefix(rest, []byte(opening)) {
		return rest, true
	}
	rest = rest[len(opening):]
	for {
		name, pid, after, ok := owner(rest)
		if !ok {
			return nil, false
		}
		switch {
		case k.PID < 0:
			k.PID, k.Name = pid, shown(name)
		case pid != k.PID && len(k.Also) < mostOwners && (len(k.Also) == 0 || k.Also[len(k.Also)-1] != pid):
			k.Also = append(k.Also, pid)
		}
		rest = after
		if len(rest) > 0 && rest[0] == ',' {
			rest = rest[1:]
			continue
		}
		return bytes.TrimPrefix(rest, []byte(")")), len(rest) > 0 && rest[0] == ')'
	}
}

// owner reads ("name",pid=1,fd=3). Names may hold quotes, brackets and commas:
// of all readings the one with the longest possible name is right.
func owner(s []byte) (name string, pid int, after []byte, ok bool) {
	if !bytes.HasPrefix(s, []byte(`("`)) {
		return "", 0, nil, false
	}
	s = s[2:]
	try := func(n int) bool {
		if n > len(s) || s[n] != '"' {
			return false
		}
		if pid, after, ok = numbers(s[n:]); ok {
			name = string(s[:n])
		}
		return ok
	}
	for n := min(longestName, len(s)-1); n >= 0; n-- {
		if try(n) {
			return name, pid, after, true
		}
	}
	// kernel workers have longer names, which /proc gives in full (63 bytes)
	for n := longestName + 1; n < min(len(s), 64); n++ {
		if try(n) {
			return name, pid, after, true
		}
	}
	return "", 0, nil, false
}

// numbers reads «",pid=1,fd=3)» or, before iproute2 3.12, «",1,3)»; -Z and -T
// put more between the commas.
func numbers(s []byte) (pid int, after []byte, ok bool) {
	s = bytes.TrimPrefix(s[1:], []byte(","))
	end := bytes.IndexByte(s, ')')
	if end < 0 || end > 400 {
		return 0, nil, false
	}
	first, more, ok := strings.Cut(string(s[:end]), ",")
	first = strings.TrimPrefix(first, "pid=")
	if !ok || !digits(first) || strings.ContainsAny(more, `"(`) {
		return 0, nil, false
	}
	for part := range strings.SplitSeq(more, ",") {
		if value, fd := strings.CutPrefix(part, "fd="); fd && digits(value) || digits(part) {
			return number(first), s[end+1:], true
		}
	}
	return 0, nil, false
}

// extras reads what -e adds: uid, inode and the control group that owns it.
func extras(k *Socket, rest []byte) {
	inode := ""
	for len(rest) > 0 {
		var word string
		word, rest = field(rest)
		key, value, ok := strings.Cut(word, ":")
		switch {
		case !ok:
		case key == "uid" && digits(value):
			k.User = value
		case key == "ino":
			inode = value
		case key == "cgroup":
			k.Cgroup = shown(value)
		}
	}
	// root's uid is not printed
	if k.User == "" && digits(inode) && inode != "0" {
		k.User = "0"
	}
}
