package checklist

import (
	"bytes"
	"strings"
	"time"

	"latchkey/diag"
)

// The parts of a row of last, read from its end because the user's name may
// hold anything that was typed at a login: prefix, begin, end, where from (-a).
const (
	lastDate = `(?:\p{L}{2,3}\.? )(\p{L}{3}) +(\d{1,2}) (\d\d:\d\d)(?::(\d\d) (\d{4}))?`
	lastOpen = `still logged in|still running|gone - no logout|noch angemeldet|läuft noch|immer noch angemeldet|no logout`
)

var (
	lastRow = diag.NewPattern(`^(.*) ` + lastDate + `(?: +- +(\S.*?) *\(( *[0-9+:]+)\)| +(?:- +)?(` + lastOpen + `)| +- +(crash|down|Absturz|aus)\b[^ ]*)(?: +(\S+))?\s*$`)
	// lastLine is the terminal, after the last of which only a host can stand.
	lastLine = diag.NewPattern(`^(.*) +(pts/\d+|ttys?\w*|hvc\d+|vc/\d+|console|ssh:\w*|sshd|ftpd?\d*|system boot|system down|\(to lvl \S+\)|dropbear|login|tmux\(\d+\)\S*)(?: +(\S.*))?$`)
	lastFoot = diag.NewPattern(`^(?:/\S*/)?(wtmp|btmp|wtmp\.db|utmp)\S* (?:begins|beginnt) (.+)$`)
)

// lastWeight counts rows of last and its foot.
func lastWeight(t *text, id string) int {
	head := t.head(60)
	rows := share(head, func(line []byte) bool { return lastRow.Match(line[:min(len(line), 1000)]) })
	failed := share(head, func(line []byte) bool { return bytes.Contains(line, []byte("ssh:notty")) })
	kind := "last"
	if failed > 50 {
		kind = "lastb"
	}
	for _, line := range t.lines[max(0, len(t.lines)-5):] {
		m := lastFoot.FindSubmatch(line)
		if m == nil {
			continue
		}
		kind = "last"
		if string(m[1]) == "btmp" {
			kind = "lastb"
		}
		rows = max(rows, 90)
	}
	if kind != id || rows < 60 {
		return 0
	}
	return min(rows, 95)
}

func weighLast(t *text) int  { return lastWeight(t, "last") }
func weighLastb(t *text) int { return lastWeight(t, "lastb") }

func readLast(t *text, h *Host) tallied  { return readLogins(t, h, "last") }
func readLastb(t *text, h *Host) tallied { return readLogins(t, h, "lastb") }

// lastEntry is a row of last.
type lastEntry struct {
	at                     int    // line
	user, line, host, tail string // tail: what stands behind the times (-a)
	begin, end             time.Time
}

// readLogins reads rows of last or lastb. Rows without a year get it from the
// foot, the oldest of all, going upwards.
func readLogins(t *text, h *Host, command string) tallied {
	l := &ledger{command: command}
	if h.Logins == nil {
		h.Logins = []Login{}
	}
	var entries []lastEntry
	begins := time.Time{}
	for i, line := range t.lines {
		line = line[:min(len(line), 2<<10)]
		if blank(line) {
			continue
		}
		if m := lastFoot.FindSubmatch(line); m != nil {
			l.understood++
			if strings.Contains(string(line), " beginnt ") {
				l.warn(WarnLocale)
			}
			begins, _ = time.Parse(time.ANSIC, string(bytes.TrimSpace(m[2])))
			continue
		}
		e, ok := lastEntryOf(string(line))
		if !ok {
			l.unread(i, line)
			continue
		}
		if strings.Contains(string(line), "angemeldet") {
			l.warn(WarnLocale)
		}
		l.row()
		if len(entries) >= mostFailures {
			l.warn(WarnCut) // the newest stand first
			break
		}
		e.at = i
		entries = append(entries, e)
	}
	giveYears(entries, begins)
	for _, e := range entries {
		e.keep(l, h)
	}
	return l.tallied
}

// lastEntryOf parts a row.
func lastEntryOf(s string) (e lastEntry, ok bool) {
	m := lastRow.FindStringSubmatch(s)
	if m == nil {
		return e, false
	}
	month, known := months[m[2]]
	if !known {
		return e, false
	}
	clock, err := time.Parse("15:04", m[4])
	day, year, second := number(m[3]), max(0, number(m[6])), max(0, number(m[5]))
	if err != nil || day < 1 || day > 31 {
		return e, false
	}
	e.begin = time.Date(year, month, day, clock.Hour(), clock.Minute(), second, 0, time.UTC)
	if d, ok := lasted(m[8]); ok {
		e.end = e.begin.Add(d)
		if t, err := time.Parse(time.ANSIC, m[7]); err == nil {
			e.end = t
		}
	}
	e.tail = m[11]
	if p := lastLine.FindStringSubmatch(strings.TrimRight(m[1], " ")); p != nil {
		e.user, e.line, e.host = strings.TrimSpace(p[1]), p[2], strings.TrimSpace(p[3])
		return e, true
	}
	words := strings.Fields(m[1])
	if len(words) == 0 {
		return e, false
	}
	e.user = words[0]
	if len(words) > 1 {
		e.line = strings.Join(words[1:], " ")
	}
	return e, true
}

// lasted reads «00:06» and «1+02:03», days before the plus.
func lasted(s string) (time.Duration, bool) {
	days, clock, ok := strings.Cut(strings.TrimSpace(s), "+")
	if !ok {
		days, clock = "0", days
	}
	hours, minutes, ok := strings.Cut(clock, ":")
	if !ok || number(days) < 0 || number(hours) < 0 || number(minutes) < 0 {
		return 0, false
	}
	return time.Duration(number(days))*24*time.Hour + time.Duration(number(hours))*time.Hour + time.Duration(number(minutes))*time.Minute, true
}

// giveYears dates entries without a year: the newest stands first, the file's
// beginning is known.
func giveYears(entries []lastEntry, begins time.Time) {
	if begins.IsZero() {
		return
	}
	year, before := begins.Year(), begins.Truncate(time.Minute)
	for i := len(entries) - 1; i >= 0; i-- {
		e := &entries[i]
		if e.begin.Year() != 0 {
			continue
		}
		dated := e.begin.AddDate(year, 0, 0)
		// Sessions stand in the order in which they ended: a day's disorder is
		// no new year.
		if dated.Before(before.AddDate(0, -6, 0)) {
			year++
			dated = e.begin.AddDate(year, 0, 0)
		}
		if !e.end.IsZero() {
			e.end = dated.Add(e.end.Sub(e.begin))
		}
		e.begin, before = dated, dated
	}
}

// keep makes a login or a boot of an entry; runlevels and shutdowns are neither.
func (e lastEntry) keep(l *ledger, h *Host) {
	host := e.host
	if e.tail != "" {
		host = e.tail
	}
	host, _, _ = strings.Cut(host, " via ") // «192.0.2.1 via mosh [4711]»
	switch {
	case e.user == "reboot" && e.line == "system boot":
		// With -i the kernel is printed as an address.
		if host == "0.0.0.0" {
			host = ""
		}
		if len(host) == 16 {
			l.warn(WarnTruncated) // the width of the column without -w
		}
		h.Boots = append(h.Boots, Boot{Where: l.where(e.at), Kernel: told(host), Time: e.begin})
	case e.user == "shutdown" || e.user == "runlevel" || e.line == "system down":
	default:
		if host == "0.0.0.0" {
			host = "" // a console, with -i
		}
		h.Logins = append(h.Logins, Login{Where: l.where(e.at), PID: -1, Port: -1, User: told(e.user), From: told(host),
			Time: e.begin, End: e.end, Success: l.command == "last", Tampers: forged(e.user)})
	}
}
