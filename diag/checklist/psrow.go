package checklist

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"latchkey/diag"
)

// The bounds of listed processes. Linux never has more than 4194304 PIDs
// (PID_MAX_LIMIT, linux/threads.h); a listing longer than mostProcesses is no
// host's that one looks after by hand, and rules would take seconds for it.
const (
	mostPID       = 1 << 22
	mostProcesses = 50_000
	mostArgs      = 4096 // runes kept of a command line
)

// newProcess is a process of which nothing is known.
func newProcess() Process { return Process{PID: -1, PPID: -1, VSZ: -1, RSS: -1, CPU: -1} }

// plain makes text of an output safe to show.
func plain(s string) string { return diag.Clean(s, mostArgs) }

// masked tells whether a name or command line carries characters that steer a
// terminal or hide. Tabs and invalid UTF-8 (names in Latin-1) are harmless.
func masked(s string) bool {
	for _, r := range s {
		if r != '\t' && r != unicode.ReplacementChar && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return true
		}
	}
	return false
}

// psLayout is what the headings of ps or top say about the columns.
type psLayout struct {
	keys   []string
	width  int  // of a column «comm» that is not the last
	top    bool // headings of top
	locale bool // headings that are not English
}

// psKeys are the headings of ps and top; a heading that is not here makes the
// line none of theirs. The value is the fact, "-" one that is not kept.
var psKeys = map[string]string{
	"PID": "pid", "PPID": "ppid", "ELTERN": "ppid", "USER": "user", "UID": "user", "EUSER": "user", "RUSER": "user",
	"BENUTZER": "user", "BEN.": "user", "BESITZER": "user",
	"%CPU": "cpu", "VSZ": "vsz", "RSS": "rss", "STAT": "state", "S": "state", "STATUS": "state",
	"START": "start", "STARTED": "start", "STIME": "start", "STARTZEIT": "start", "GESTARTET": "start", "BEGINN": "start",
	"COMMAND": "args", "CMD": "args", "ARGS": "args", "BEFEHL": "args", "KOMMANDO": "args",
	"TIME": "time", "ZEIT": "time", "%MEM": "-", "%SPCH": "-", "%SPEI": "-", "TTY": "-", "TT": "-", "C": "-", "ELAPSED": "-", "NI": "-", "PRI": "-", "PGID": "-",
	"SID": "-", "SESS": "-", "TPGID": "-", "F": "-", "SZ": "-", "ADDR": "-", "WCHAN": "-", "LWP": "-", "NLWP": "-", "SPID": "-", "TID": "-",
	"CLS": "-", "PSR": "-", "RTPRIO": "-", "EUID": "-", "RUID": "-", "GID": "-", "GROUP": "-", "CGROUP": "-", "UNIT": "-", "LABEL": "-", "PGRP": "-",
	"VIRT": "vsz", "RES": "rss", "TIME+": "-", "ZEIT+": "-", "PR": "-", "SHR": "-", "SWAP": "-", "P": "-", "%VSZ": "-", "CPU": "-",
}

// Headings that only top has, and those that are not English.
var (
	topHeadings    = []string{"VIRT", "TIME+", "ZEIT+", "%VSZ"}
	germanHeadings = []string{"BENUTZER", "BEN.", "BESITZER", "BEFEHL", "KOMMANDO", "ZEIT", "ZEIT+", "STARTZEIT", "GESTARTET", "BEGINN", "ELTERN", "%SPCH", "%SPEI"}
)

var (
	psNumbers = diag.NewPattern(`^(\d+-)?\d+(:\d+)*([.,]\d+)?$|^-$`)
	psLong    = diag.NewPattern(`^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\b`)
	psDay     = diag.NewPattern(`^[A-Z][a-z]{2} [ \d]\d\b`)
	psArt     = diag.NewPattern(`^(?: \|  |    )* \\_ `) // four columns a level
)

// psHeadings reads a line of headings; false if it is none.
func psHeadings(line string) (psLayout, bool) {
	l := psLayout{}
	words := strings.Fields(line)
	if len(words) < 3 || len(words) > 40 {
		return l, false
	}
	seen := map[string]bool{}
	for i, word := range words {
		key, ok := psKeys[word]
		if !ok || key == "args" && i < len(words)-2 {
			return l, false
		}
		if key == "args" && i == len(words)-2 {
			key = "name"
			at := strings.LastIndex(line, words[i+1])
			l.width = at - strings.LastIndex(strings.TrimRight(line[:at], " "), word)
		}
		if word == "UID" && strings.Contains(line, "USER") {
			key = "-"
		}
		l.top = l.top || slices.Contains(topHeadings, word)
		l.locale = l.locale || slices.Contains(germanHeadings, word)
		seen[key] = true
		l.keys = append(l.keys, key)
	}
	return l, seen["pid"] && l.keys[len(l.keys)-1] == "args"
}

// has tells whether the layout has a column.
func (l psLayout) has(key string) bool { return slices.Contains(l.keys, key) }

// row reads a line under the headings. The command stands last and may hold
// anything; what is left of it are words of known shape. depth is how deep the
// row hangs in a forest, 0 if none is drawn.
func (l psLayout) row(line string) (p Process, depth int, ok bool) {
	p = newProcess()
	rest := line
	for _, key := range l.keys[:len(l.keys)-1] {
		rest = strings.TrimLeft(rest, " \t")
		word := rest
		switch key {
		case "name":
			word = rest[:min(l.width, len(rest))]
		case "start":
			word = startWord(rest)
		default:
			if i := strings.IndexAny(rest, " \t"); i >= 0 {
				word = rest[:i]
			}
		}
		rest = rest[len(word):]
		if word == "" || !p.set(key, strings.TrimRight(word, " ")) {
			return p, 0, false
		}
	}
	if key := l.keys[len(l.keys)-2]; key != "name" {
		rest = strings.TrimPrefix(rest, " ")
	}
	art := psArt.FindString(rest)
	p.setArgs(strings.TrimSpace(rest[len(art):]))
	return p, len(art) / 4, true
}

// startWord cuts a start time off, which may be one word, «Nov 21» or a date
// of five words (lstart).
func startWord(rest string) string {
	if s := psLong.FindString(rest); s != "" {
		return s
	}
	if s := psDay.FindString(rest); s != "" {
		return s
	}
	if i := strings.IndexByte(rest, ' '); i >= 0 {
		return rest[:i]
	}
	return rest
}

// set keeps a column; false if it has not the shape of one.
func (p *Process) set(key, word string) bool {
	ok := true
	switch key {
	case "pid":
		p.PID, ok = pidOf(word)
	case "ppid":
		p.PPID, ok = pidOf(word)
	case "user":
		p.User = plain(word)
	case "cpu":
		p.CPU, ok = decimal(word)
	case "vsz":
		p.VSZ, ok = kibibytes(word)
	case "rss":
		p.RSS, ok = kibibytes(word)
	case "state":
		p.State = plain(word)
		ok = len(word) <= 6 && strings.ContainsRune("DIKPRSTtUWXxZ", rune(word[0]))
	case "start":
		p.StartedText = plain(word)
		// lstart names no zone: it is the machine's clock, kept as if UTC.
		p.Started, _ = time.Parse("Mon Jan _2 15:04:05 2006", word)
	case "time":
		ok = psNumbers.MatchString(word)
	case "name":
		p.Masked = p.Masked || masked(word)
		p.Name = plain(word)
	}
	return ok
}

// setArgs keeps a command line, and the name if no column told it.
func (p *Process) setArgs(args string) {
	p.Masked = p.Masked || masked(args)
	p.Args = plain(args)
	if p.Name == "" {
		p.Name = program(p.Args)
	}
}

// program is the name a command line goes by: its first word without folder
// and colon, or what stands in [brackets].
func program(args string) string {
	if strings.HasPrefix(args, "[") {
		if i := strings.IndexByte(args, ']'); i > 0 {
			return args[1:i]
		}
	}
	word, _, _ := strings.Cut(args, " ")
	if startsAny(word, "/", "./", "../", "-/") {
		word = base(word)
	}
	return strings.TrimSuffix(word, ":")
}

// pidOf reads a PID.
func pidOf(word string) (int, bool) {
	n, err := strconv.Atoi(word)
	return n, err == nil && n >= 0 && n <= mostPID && word[0] != '+'
}

// decimal reads a number with a point or a German comma.
func decimal(word string) (float64, bool) {
	if !psNumbers.MatchString(word) || strings.ContainsAny(word, ":-") {
		return -1, word == "-"
	}
	f, err := strconv.ParseFloat(strings.Replace(word, ",", ".", 1), 64)
	return f, err == nil
}

// kibibytes reads a size in KiB, or with m, g or t as top shortens it.
func kibibytes(word string) (int64, bool) {
	if word == "-" {
		return -1, true
	}
	unit := 1.0
	if i := strings.IndexByte("kmgtp", word[len(word)-1]|0x20); i >= 0 && len(word) > 1 {
		for range i {
			unit *= 1024
		}
		word = word[:len(word)-1]
	}
	f, ok := decimal(word)
	return int64(f * unit), ok && f >= 0 && f < 1<<40
}
