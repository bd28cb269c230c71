package checklist

import (
	"bytes"
	"strings"
)

// netstatKinds are the first words of rows; a 6 says IPv6.
var netstatKinds = map[string]string{
	"tcp": "tcp", "tcp6": "tcp", "udp": "udp", "udp6": "udp", "udpl": "udp", "udpl6": "udp", "udplite": "udp", "raw": "raw", "raw6": "raw",
	"sctp": "sctp", "sctp6": "sctp", "dccp": "dccp", "dccp6": "dccp",
}

// netstatHeading is «Proto Recv-Q Send-Q Local Address … PID/Program name», in
// German «Lokale Adresse … Benutzer … PID/Programmname».
func netstatHeading(line []byte) bool { return bytes.HasPrefix(line, []byte("Proto Recv-Q Send-Q ")) }

// netstatProse are the lines around the tables, English and German.
var netstatProse = []string{
	"Active Internet connections", "Active UNIX domain sockets", "Active IPX sockets", "Active Bluetooth", "Aktive Internetverbindungen",
	"Aktive Sockets in der UNIX", "Active Multipath TCP", "Proto RefCnt Flags", "Proto RefZaehler", "Proto RefZäh",
}

// netstatNotRoot are the remarks that owners are missing, English and German.
var netstatNotRoot = []string{
	"(Not all processes could be identified", "(No info could be read for", "will not be shown, you would have to be root",
	"(Es konnten nicht alle Prozesse identifiziert", "(Nicht alle Prozesse konnten identifiziert", "werden nicht angezeigt; Sie müssten root",
}

func weighNetstat(t *text) int {
	rows, lines := 0, 0
	for _, line := range t.head(40) {
		if netstatHeading(squeeze(line)) {
			return 95
		}
		if line[0] == ' ' || line[0] == '(' {
			continue
		}
		lines++
		if r, ok := netstatRowOf(line); ok && printedEnd(r.local) && printedEnd(r.peer) {
			rows++
		}
	}
	if rows > 0 && rows*10 >= lines*6 {
		return 80
	}
	return 0
}

type netstatRow struct {
	protocol    string
	local, peer string
	state       string
	rest        []byte
}

// netstatRowOf parts «tcp6 0 0 ::1:25 :::* LISTEN …»; UDP mostly has no state.
func netstatRowOf(line []byte) (r netstatRow, ok bool) {
	word, rest := field(line)
	r.protocol = netstatKinds[word]
	if r.protocol == "" {
		return r, false
	}
	for range 2 { // Recv-Q, Send-Q
		if word, rest = field(rest); !digits(word) {
			return r, false
		}
	}
	r.local, rest = field(rest)
	r.peer, rest = field(rest)
	word, after := field(rest)
	if s, known := states[word]; known {
		r.state, rest = s, after
	} else if len(word) == 1 && r.protocol == "raw" && digits(word) {
		rest = after // raw sockets: the number of the state
	}
	r.rest = rest
	return r, r.peer != ""
}

// netstatColumns is what a heading announces behind the state.
type netstatColumns struct {
	known                bool // a heading was seen
	user, program, timer bool
}

func columnsOf(heading []byte) netstatColumns {
	has := func(words ...string) bool {
		for _, w := range words {
			if bytes.Contains(heading, []byte(w)) {
				return true
			}
		}
		return false
	}
	return netstatColumns{known: true, user: has("Inode", "I-Node"), program: has("PID/"), timer: has("Timer")}
}

func readNetstat(t *text, h *Host) tallied {
	var (
		got     tallied
		columns netstatColumns
		notRoot bool
		asked   bool
		first   = len(h.Sockets)
	)
	for i, line := range t.lines {
		trimmed := bytes.TrimSpace(line)
		switch {
		case len(trimmed) == 0:
		case netstatHeading(squeeze(line)):
			columns = columnsOf(line)
			asked = asked || columns.program
			if bytes.Contains(line, []byte("Adresse")) {
				got.warnings = append(got.warnings, Warning{Code: WarnLocale, Line: i + 1})
			}
			got.understood++
		case startsWith(trimmed, netstatProse):
			got.understood++
		case containsAny(trimmed, netstatNotRoot):
			notRoot = true
			got.understood++
		case bytes.HasPrefix(line, []byte("unix ")): // no rule asks for them
			got.rows++
			got.understood++
		default:
			k, ok := netstatSocket(line, columns, &got, i)
			if !ok {
				got.unread(i, line)
				continue
			}
			asked = asked || k.PID >= 0
			got.rows++
			got.understood++
			h.Sockets = append(h.Sockets, k)
		}
	}
	if notRoot || settleOwners(h.Sockets[first:], asked) {
		got.warnings = append(got.warnings, Warning{Code: WarnNotRoot})
	}
	if h.Sockets == nil {
		h.Sockets = []Socket{}
	}
	return got
}

func netstatSocket(line []byte, columns netstatColumns, got *tallied, n int) (Socket, bool) {
	r, ok := netstatRowOf(line)
	if !ok {
		return Socket{}, false
	}
	k := Socket{Where: Where{Command: "netstat", Line: n + 1}, Protocol: r.protocol, State: r.state, PID: -1}
	var fine, fineToo bool
	var device string
	k.Local, device, fine = endOf(r.local)
	k.Peer, _, fineToo = endOf(r.peer)
	k.Interface = shown(device)
	// Without -W long IPv6 addresses are cut at 23 characters with their port.
	if !fine || !fineToo {
		return k, false
	}
	if k.State == "" && (k.Protocol == "udp" || k.Protocol == "raw") {
		k.State = "UNCONN"
	}
	netstatOwner(&k, r.rest, columns, got)
	return k, true
}

// netstatOwner reads user, inode and «PID/Program name»; without a heading by
// the shape: a user, a number, a number with a slash.
func netstatOwner(k *Socket, rest []byte, columns netstatColumns, got *tallied) {
	user, after := field(rest)
	inode, program := field(after)
	if columns.user || !columns.known && digits(inode) && !strings.Contains(user, "/") {
		k.User, rest = shown(user), program
	}
	rest = bytes.TrimRight(rest, " ")
	if columns.timer || !columns.known {
		rest = beforeTimer(rest)
	}
	pid, name, ok := strings.Cut(string(rest), "/")
	if !ok || !digits(pid) || columns.known && !columns.program {
		return
	}
	k.PID, k.Name = number(pid), shown(strings.TrimRight(name, " "))
	// The column is 20 wide; a name that fills it was cut.
	if len(rest) >= 19 {
		for _, w := range got.warnings {
			if w.Code == WarnTruncated {
				return
			}
		}
		got.warnings = append(got.warnings, Warning{Code: WarnTruncated, Line: k.Line, Text: shown(string(rest))})
	}
}

// beforeTimer cuts «off (0.00/0/0)» off the end, which -o puts there.
func beforeTimer(rest []byte) []byte {
	for _, word := range []string{"off (", "on (", "keepalive (", "timewait (", "probe (", "unkn-"} {
		if i := bytes.LastIndex(rest, []byte(word)); i >= 0 && (i == 0 || rest[i-1] == ' ') {
			return bytes.TrimRight(rest[:i], " ")
		}
	}
	return rest
}

func startsWith(line []byte, words []string) bool {
	for _, w := range words {
		if bytes.HasPrefix(line, []byte(w)) {
			return true
		}
	}
	return false
}

func containsAny(line []byte, words []string) bool {
	for _, w := range words {
		if bytes.Contains(line, []byte(w)) {
			return true
		}
	}
	return false
}
