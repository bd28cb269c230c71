package checklist

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// logKind says which reader a log is for, and how surely. The lines of a
// syslog file and of journalctl look alike: the form of the time, journalctl's
// own headings and the programs decide, and before them what was typed.
func logKind(t *text) (id string, weight int) {
	head := t.head(200)
	lines, parsed, auth, mail, sshd, jsons, exims := 0, 0, 0, 0, 0, 0, 0 // counts of lines
	byJournal, byDaemon, sessions := false, false, false
	for _, line := range head {
		if _, heading := between(line); heading {
			continue
		}
		lines++
		switch {
		case journalHeading(line):
			byJournal = true
			parsed++
		case journalRow(line):
			jsons++
		case eximRow(line):
			exims++
		default:
			l, ok := logLineOf(line)
			if !ok {
				continue
			}
			parsed++
			byJournal, byDaemon, sessions = byJournal || l.byJournal, byDaemon || l.byDaemon, sessions || sessionBegins(l.text)
			if authPrograms[l.program] {
				auth++
			}
			if sshdProgram(l.program) {
				sshd++
			}
			if mailProgram(l.program) {
				mail++
			}
		}
	}
	switch {
	case jsons*10 >= lines*6 && jsons > 0:
		return "journal", 95
	case exims*10 >= lines*6 && exims > 0:
		return "mail-log", 90
	case parsed*10 < lines*6 || parsed == 0 || unitStatus(head[0]):
		return "", 0
	}
	if id := logTyped(t.command); id != "" {
		return id, 95
	}
	switch {
	case mail*2 >= parsed:
		return "mail-log", 85
	case byJournal:
		return "journal", 85
	case auth*2 >= parsed && (byDaemon || sshd < auth && sessions):
		return "auth-log", 85
	case sshd*2 >= parsed:
		return "journal", 75 // hardly more than sshd: journalctl -t sshd
	}
	return "journal", 40 // some other log: read as one, for want of a better
}

// unitStatus: systemctl status ends with lines of the journal.
func unitStatus(line []byte) bool {
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
