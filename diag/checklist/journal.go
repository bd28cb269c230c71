package checklist

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// logSigns are what the first lines of a text tell about whose log it is.
type logSigns struct {
	lines, parsed, auth, mail, sshd, jsons, exims int
	byJournal, byDaemon, sessions                 bool
}

func (g *logSigns) add(line []byte) {
	if _, heading := between(line); heading {
		return
	}
	g.lines++
	switch {
	case journalHeading(line):
		g.byJournal = true
		g.parsed++
	case journalRow(line):
		g.jsons++
	case eximRow(line):
		g.exims++
	default:
		if l, ok := logLineOf(line); ok {
			g.addEntry(l)
		}
	}
}

func (g *logSigns) addEntry(l logLine) {
	g.parsed++
	g.byJournal, g.byDaemon, g.sessions = g.byJournal || l.byJournal, g.byDaemon || l.byDaemon, g.sessions || sessionBegins(l.text)
	if authPrograms[l.program] {
		g.auth++
	}
	if sshdProgram(l.program) {
		g.sshd++
	}
	if mailProgram(l.program) {
		g.mail++
	}
}

// most: such lines are at least six in ten.
func (g *logSigns) most(such int) bool { return such > 0 && such*10 >= g.lines*6 }

// logKind says which reader a log is for, and how surely. The lines of a
// syslog file and of journalctl look alike: the form of the time, journalctl's
// own headings and the programs decide, and before them what was typed.
func logKind(t *text) (id string, weight int) {
	head := t.head(200)
	var g logSigns
	for _, line := range head {
		g.add(line)
	}
	switch {
	case g.most(g.jsons):
		return "journal", 95
	case g.most(g.exims):
		return "mail-log", 90
	case !g.most(g.parsed) || isServiceStatus(head[0]):
		return "", 0
	}
	if id := logTyped(t.command); id != "" {
		return id, 95
	}
	switch {
	case g.mail*2 >= g.parsed:
		return "mail-log", 85
	case g.byJournal:
		return "journal", 85
	case g.auth*2 >= g.parsed && (g.byDaemon || g.sshd < g.auth && g.sessions):
		return "auth-log", 85
	case g.sshd*2 >= g.parsed:
		return "journal", 75 // hardly more than sshd: journalctl -t sshd
	}
	return "journal", 40 // some other log: read as one, for want of a better
}

// isServiceStatus: systemctl status ends with lines of the journal.
func isServiceStatus(line []byte) bool {
	for _, dot := range []string{"●", "○", "×", "*"} {
		if bytes.HasPrefix(line, []byte(dot)) {
			return true
		}
	}
	return false
}

// logTyped is the reader a typed command asks for.
func logTyped(command string) string {
	for _, c := range []struct{ word, id string }{
		{"journalctl", "journal"}, {"auth.log", "auth-log"}, {"/secure", "auth-log"},
		{"mail.log", "mail-log"}, {"maillog", "mail-log"}, {"mainlog", "mail-log"},
	} {
		if strings.Contains(command, c.word) {
			return c.id
		}
	}
	return ""
}

// logWeight is the weight of a reader of logs; searching twice is cheaper than
// keeping what was found.
func logWeight(t *text, id string) int {
	if kind, weight := logKind(t); kind == id {
		return weight
	}
	return 0
}

func weighJournal(t *text) int { return logWeight(t, "journal") }

// journalHeading is what journalctl says about itself.
func journalHeading(line []byte) bool {
	for _, s := range []string{"-- Boot ", "-- Logs begin ", "-- Journal begins ", "-- No entries --", "-- Reboot --", "-- cursor: ",
		"-- Neustart --", "-- Keine Einträge --", "Hint: You are currently not seeing messages"} {
		if bytes.HasPrefix(line, []byte(s)) {
			return true
		}
	}
	return false
}

// journalRow is a line of journalctl -o json.
func journalRow(line []byte) bool {
	return bytes.HasPrefix(line, []byte("{\"")) && bytes.Contains(line, []byte(`"__REALTIME_TIMESTAMP"`))
}

// journalEntry is a line of journalctl -o json, with the fields that are
// logged text as they come: a string, or numbers when it is no clean text.
type journalEntry struct {
	Message    json.RawMessage `json:"MESSAGE"`
	Identifier json.RawMessage `json:"SYSLOG_IDENTIFIER"`
	Comm       json.RawMessage `json:"_COMM"`
	PID        string          `json:"_PID"`
	SyslogPID  string          `json:"SYSLOG_PID"`
	Source     string          `json:"_SOURCE_REALTIME_TIMESTAMP"` // µs since 1970
	Taken      string          `json:"__REALTIME_TIMESTAMP"`       // the same, by the journal
}

// journalLine reads a line of journalctl -o json.
func journalLine(line []byte) (l logLine, ok bool) {
	var e journalEntry
	if json.Unmarshal(line, &e) != nil {
		return l, false
	}
	l = logLine{pid: -1, program: told(journalText(e.Identifier)), text: journalText(e.Message)}
	l.text = l.text[:min(len(l.text), 8<<10)]
	l.byJournal = true
	for _, s := range []string{e.Source, e.Taken} {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			l.time = time.UnixMicro(n).UTC()
			break
		}
	}
	for _, s := range []string{e.SyslogPID, e.PID} {
		if n, err := strconv.Atoi(s); err == nil {
			l.pid = n
			break
		}
	}
	comm := journalText(e.Comm)
	l.foreign = sshdProgram(l.program) && comm != "" && !sshdProgram(comm)
	return l, !l.time.IsZero()
}

// journalText is a field of the journal's JSON: a string, or its bytes.
func journalText(field json.RawMessage) string {
	var s string
	if json.Unmarshal(field, &s) == nil {
		return s
	}
	var octets []uint16
	if json.Unmarshal(field, &octets) != nil {
		return ""
	}
	b := make([]byte, len(octets))
	for i, o := range octets {
		b[i] = byte(o)
	}
	return string(b)
}

func readJournal(t *text, h *Host) tallied {
	r := newLogReader("journal", t, h)
	for i, line := range t.lines {
		switch {
		case blank(line):
		case journalHeading(line):
			r.understood++
		case journalRow(line):
			if l, ok := journalLine(line); ok {
				r.take(i, l)
			} else {
				r.unread(i, line)
			}
		default:
			r.takeLine(i, line)
		}
	}
	return r.done()
}
