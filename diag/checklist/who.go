package checklist

import (
	"bytes"
	"strings"
	"time"

	"latchkey/diag"
)

var (
	// whoRow: «support  + pts/1   Nov 21 22:22   .   141456 (192.0.2.7)» of who
	// and who -a; the date is ISO unless the language is C.
	whoRow = diag.NewPattern(`^(\S+)? +(?:[-+?] +)?(system boot|run-level \S|Systemstart|Runlevel \S|LOGIN|\S+) +(\d{4}-\d\d-\d\d|\p{L}{3} [ \d]?\d) (\d\d:\d\d)(.*)$`)
	// whoFrom is where a session comes from, at the row's end.
	whoFrom = diag.NewPattern(`\(([^()\s]+)\)\s*$`)
	// wRow: «support  pts/1  192.0.2.7  22:22  33.00s 0.00s  ?  sleep 1500».
	wRow = diag.NewPattern(`^(\S+) +(\S+) +(\S*) +(\d\d:\d\d|\p{L}{2,3}\d\d|\d\d\p{L}{3}\d\d) +(\S+) +(\S+) +(\S+)(?: +(.*))?$`)
	// upRow: « 22:12:55 up 32 min,  0 user,  load average: …».
	upRow = diag.NewPattern(`^ ?\d\d:\d\d:\d\d up .*(?:load average|Durchschnittslast)`)
)

func wHeading(line []byte) bool {
	return (bytes.HasPrefix(line, []byte("USER ")) || bytes.HasPrefix(line, []byte("BENUTZER "))) && bytes.Contains(line, []byte(" LOGIN@ "))
}

func whoHeading(line []byte) bool {
	return bytes.HasPrefix(line, []byte("NAME ")) && bytes.Contains(line, []byte(" LINE ")) && bytes.Contains(line, []byte(" TIME"))
}

// whoTerminal: rows of who name a terminal or what the machine did, else any
// two words before a date would be one.
func whoTerminal(line []byte) bool {
	m := whoRow.FindSubmatch(line[:min(len(line), 500)])
	if m == nil {
		return false
	}
	for _, s := range []string{"pts/", "tty", "system boot", "run-level", "Systemstart", "Runlevel", "console", "hvc", ":", "LOGIN", "sshd"} {
		if bytes.HasPrefix(m[2], []byte(s)) {
			return true
		}
	}
	return false
}

func weighWho(t *text) int {
	head := t.head(60)
	for _, line := range head[:min(len(head), 2)] {
		if wHeading(line) || whoHeading(line) {
			return 95
		}
	}
	if n := share(head, whoTerminal); n >= 60 {
		return min(n, 85)
	}
	return 0
}

func readWho(t *text, h *Host) tallied {
	l := &ledger{command: "who"}
	if h.Logins == nil {
		h.Logins = []Login{}
	}
	for i, line := range t.lines {
		line = line[:min(len(line), 2<<10)]
		switch {
		case blank(line):
		case wHeading(line), whoHeading(line), upRow.Match(line):
			l.understood++
			if bytes.HasPrefix(line, []byte("BENUTZER")) || bytes.Contains(line, []byte("Durchschnittslast")) {
				l.warn(WarnLocale)
			}
		case whoTerminal(line):
			l.row()
			l.who(i, h, whoRow.FindSubmatch(line))
		default:
			m := wRow.FindSubmatch(line)
			if m == nil {
				l.unread(i, line)
				continue
			}
			l.row()
			from := strings.Trim(string(m[3]), "-")
			l.present(h, Login{Where: l.where(i), User: told(m[1]), From: told(from)})
		}
	}
	return l.tallied
}

// who keeps a row of who: a session, or the start of the machine.
func (l *ledger) who(i int, h *Host, m [][]byte) {
	var at time.Time
	date, clock := string(m[3]), string(m[4])
	if t, err := time.Parse("2006-01-02 15:04", date+" "+clock); err == nil {
		at = t
	} else if st, _, ok := stampOf(date + " " + clock + ":00"); ok {
		at = st.time
	}
	switch {
	case string(m[2]) == "system boot" || string(m[2]) == "Systemstart":
		h.Boots = append(h.Boots, Boot{Where: l.where(i), Time: at})
	case len(m[1]) == 0 || string(m[1]) == "LOGIN":
		// A session that ended, or a terminal that waits.
	default:
		entry := Login{Where: l.where(i), User: told(m[1]), Time: at}
		if from := whoFrom.FindSubmatch(m[5]); from != nil {
			entry.From = told(from[1])
		}
		l.present(h, entry)
	}
}

// present keeps somebody who is logged in now.
func (l *ledger) present(h *Host, entry Login) {
	if len(h.Logins) >= mostSuccesses {
		l.warn(WarnCut)
		return
	}
	entry.PID, entry.Port, entry.Success = -1, -1, true
	h.Logins = append(h.Logins, entry)
}
