package checklist

import (
	"bytes"
	"strconv"
	"strings"

	"latchkey/diag"
)

// lsofRow is what follows the PID: a thread's TID and name, if told, then
// user, descriptor and type. lsofLine is a whole row, for text whose columns
// were squeezed. Only the shapes of descriptor and type are sure (lsof(8)).
const lsofShape = `(?:\d+ +(?:\S.{0,15}? +)??)??(\S+) +(?:(NOFD)|(cwd|rtd|txt|mem|mmap|DEL|del|ltx|err|jld|pd|m\d\d|L\d\d|\d+[rwu]?[- ]?[NrRwWuUxXs ]?) *` +
	` (V?(?:REG|DIR|CHR|BLK|LNK)|LINK|FIFO|SOCK|PIPE|KQUEUE|DOOR|PSXSHM|PSXSEM|IPv[46]|a_inode|inet|unix|sock|netlink|pack|raw6?|rte|rose|ax25|sctp|SCTP|ipx|unknown|0\d{3,6})) +(.*)$`

var (
	lsofRow  = diag.NewPattern(`^ +` + lsofShape)
	lsofLine = diag.NewPattern(`^(\S.{0,63}?) +(\d{1,7}) +` + lsofShape)
	lsofHead = diag.NewPattern(`^(?:COMMAND|BEFEHL|KOMMANDO) +PID +(?:TID +(?:TASKCMD +)?)?(?:PGID +)?(?:PPID +)?(?:USER|BENUTZER) +FD +(?:TYPE|TYP) +`)
	// lsofNumber is DEVICE, SIZE/OFF, NLINK or NODE; the name comes after them.
	lsofNumber = diag.NewPattern(`^(?:\d+,\d+|0x[0-9a-f]+|0t\d+|\d+) +`)
	lsofSocket = diag.NewPattern(`^(TCP|UDP|UDPLITE|SCTP) (\S+?)(?:->(\S+))?(?: \(([A-Z_0-9]+)\))?(?: .*)?$`)
	lsofTalk   = diag.NewPattern(`^(?:lsof: |      Output information may be incomplete)`)
	lsofShut   = diag.NewPattern(`\((?:readlink|opendir|stat): Permission denied\)`)
)

func weighLsof(t *text) int {
	lines, n := t.head(40), 0
	for _, line := range lines {
		if lsofHead.Match(line) {
			return 95
		}
		if m := lsofLine.FindSubmatch(line); m != nil && len(m[4]) == 0 {
			n++
		}
	}
	// Without headings (| grep) the rows must be sure: they have a type.
	if n > 0 && n*10 >= len(lines)*9 {
		return 55
	}
	return 0
}

// lsofHeads is what the headings tell: where the PID ends, and whether the
// number of links is among the columns.
type lsofHeads struct {
	pidEnd int
	nlink  bool
}

// lsofFound is a row in its parts.
type lsofFound struct {
	OpenFile
	rest string // DEVICE and all that follows
}

// row reads a line. The PID stands under its heading, right-aligned; a command
// may hold blanks and digits, so that only this place is sure.
func (h lsofHeads) row(line string) (f lsofFound, ok bool) {
	if end := h.pidEnd; end > 0 && len(line) > end && line[end] == ' ' {
		start := end
		for start > 0 && line[start-1] >= '0' && line[start-1] <= '9' {
			start--
		}
		if start < end && start > 1 && line[start-1] == ' ' {
			if m := lsofRow.FindStringSubmatch(line[end:]); m != nil {
				return lsofFoundOf(line[:start], line[start:end], m[1:])
			}
		}
	}
	if m := lsofLine.FindStringSubmatch(line); m != nil {
		return lsofFoundOf(m[1], m[2], m[3:])
	}
	return f, false
}

func lsofFoundOf(name, pid string, m []string) (f lsofFound, ok bool) {
	f.PID, ok = pidOf(pid)
	f.Name, f.User, f.FD, f.Kind = plain(strings.TrimSpace(name)), plain(m[0]), strings.TrimSpace(m[1]+m[2]), m[3]
	f.rest = m[4]
	return f, ok && f.Name != ""
}

// lsofText is one text on its way to facts.
type lsofText struct {
	got   tallied
	heads lsofHeads
	host  *Host
	at    map[int]int // PID to its place among the processes
	shut  int
}

func readLsof(t *text, h *Host) tallied {
	h.Processes, h.Sockets, h.OpenFiles = []Process{}, []Socket{}, []OpenFile{}
	l := &lsofText{host: h, at: map[int]int{}}
	for i, line := range t.lines {
		text := string(line)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if head := lsofHead.FindString(text); head != "" {
			l.heads = lsofHeads{pidEnd: strings.Index(head, " PID") + 4, nlink: strings.Contains(text, " NLINK ")}
			if !strings.HasPrefix(head, "COMMAND") {
				l.got.warnings = append(l.got.warnings, Warning{Code: WarnLocale, Line: i + 1})
			}
			l.got.understood++
			continue
		}
		if lsofTalk.MatchString(text) {
			l.got.understood++
			continue
		}
		f, ok := l.heads.row(text)
		if !ok {
			l.got.unread(i, line)
			continue
		}
		// A busy host has some hundred thousand open files.
		if len(h.OpenFiles) >= 10*mostProcesses {
			l.got.warnings = append(l.got.warnings, Warning{Code: WarnCut, Line: i + 1})
			break
		}
		f.Where = Where{Command: "lsof", Line: i + 1}
		l.keep(f)
		l.got.rows++
		l.got.understood++
	}
	if l.shut > 0 {
		l.got.warnings = append(l.got.warnings, Warning{Code: WarnNotRoot, Line: l.shut})
	}
	return l.got
}

// keep turns a row into facts: the file, its process, and a socket if it is one.
func (l *lsofText) keep(f lsofFound) {
	numbers := 0
	links := ""
	for numbers < 4 {
		n := lsofNumber.FindString(f.rest)
		if n == "" {
			break
		}
		// DEVICE, SIZE/OFF, NLINK, NODE
		if numbers++; numbers == 3 {
			links = strings.TrimSpace(n)
		}
		f.rest = f.rest[len(n):]
	}
	name := strings.TrimSpace(f.rest)
	if l.shut == 0 && lsofShut.MatchString(name) {
		l.shut = f.Line
	}
	f.Path = plain(name)
	if i := strings.Index(name, " (deleted)"); i >= 0 {
		f.Path, f.Deleted = plain(name[:i]), true
	}
	f.Deleted = f.Deleted || f.FD == "DEL" || l.heads.nlink && numbers == 4 && links == "0"
	l.host.OpenFiles = append(l.host.OpenFiles, f.OpenFile)
	l.process(f.OpenFile)
	s, ok := lsofRaw(f.Kind, name)
	if strings.HasPrefix(f.Kind, "IPv") {
		s, ok = lsofSocketOf(name)
		if f.Kind == "IPv4" && s.Local.Host == "*" {
			s.Local.Host = "0.0.0.0" // as ss prints it; of IPv6 «*» may mean both
		}
	}
	if ok {
		s.Where, s.PID, s.Name, s.User = f.Where, f.PID, f.Name, f.User
		l.host.Sockets = append(l.host.Sockets, s)
	}
}

// lsofRaw reads a socket below those of TCP and UDP. The name of a raw one is a
// line of /proc/net/raw: after the address its IP protocol, hexadecimal.
func lsofRaw(kind, name string) (s Socket, ok bool) {
	s = Socket{Protocol: "packet", State: "UNCONN", Local: End{"*", -1}, Peer: End{"*", -1}}
	if kind == "pack" {
		return s, true
	}
	_, number, ok := strings.Cut(name, ":")
	number, _, _ = strings.Cut(number, "-")
	if n, err := strconv.ParseUint(number, 16, 8); err == nil {
		s.Local.Port = int(n)
	}
	s.Protocol = "raw"
	return s, ok && (kind == "raw" || kind == "raw6")
}

// process keeps one fact for each PID, with its program file and folder.
func (l *lsofText) process(f OpenFile) {
	n, ok := l.at[f.PID]
	if !ok {
		if len(l.host.Processes) >= mostProcesses {
			return
		}
		p := newProcess()
		p.Where, p.PID, p.Name, p.User = f.Where, f.PID, f.Name, f.User
		n = len(l.host.Processes)
		l.at[f.PID] = n
		l.host.Processes = append(l.host.Processes, p)
	}
	p := &l.host.Processes[n]
	if !strings.HasPrefix(f.Path, "/") || lsofShut.MatchString(f.Path) {
		return
	}
	switch f.FD {
	case "txt":
		// Kernel threads have a row too, of type «unknown».
		if p.Exe == "" && f.Kind == "REG" {
			p.Exe, p.Line = f.Path, f.Line
			if f.Deleted {
				p.Exe += " (deleted)"
			}
		}
	case "cwd":
		p.Cwd = f.Path
	}
}

// lsofSocketOf reads a socket's name: «TCP 192.0.2.1:22->192.0.2.9:40451 (ESTABLISHED)».
func lsofSocketOf(name string) (s Socket, ok bool) {
	m := lsofSocket.FindStringSubmatch(name)
	if m == nil {
		return s, false
	}
	s = Socket{Protocol: strings.ToLower(m[1]), Peer: End{Host: "*", Port: -1}}
	if s.Local, _, ok = endOf(m[2]); !ok {
		return s, false
	}
	if m[3] != "" {
		if s.Peer, _, ok = endOf(m[3]); !ok {
			return s, false
		}
	}
	s.State = states[m[4]]
	switch {
	case s.State != "" || s.Protocol == "tcp":
	case m[3] != "":
		s.State = "ESTAB"
	default:
		s.State = "UNCONN"
	}
	return s, true
}
