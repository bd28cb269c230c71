package checklist

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

func weighAuthLog(t *text) int { return logWeight(t, "auth-log") }

func readAuthLog(t *text, h *Host) tallied {
	r := newLogReader("auth-log", t, h)
	for i, line := range t.lines {
		if !blank(line) {
			r.takeLine(i, line)
		}
	}
	return r.done()
}

// The bounds of what is kept of a log: a machine under attack writes half a
// million failures in a month, and the rules need their sum, users and sources.
const (
	mostFailures  = 150_000
	mostSuccesses = 50_000
	mostGaps      = 1000
	mostPrograms  = 64
)

// logReader makes facts of the lines of a log, whichever file it is: sshd,
// sudo, su, useradd and the mail programs speak alike in all of them.
type logReader struct {
	ledger
	h        *Host
	log      Log
	last     time.Time
	programs map[string]bool
	failures int
	sessions bool            // a session's beginning was logged
	attempts map[attempt]int // of those without a method yet: index in Logins
	mails    map[string]int  // queue id: index in Mails
	faults   faultsIn
}

// attempt is a connection to sshd.
type attempt struct{ pid, port int }

func newLogReader(command string, t *text, h *Host) *logReader {
	r := &logReader{ledger: ledger{command: command}, h: h, programs: map[string]bool{}, attempts: map[attempt]int{}, mails: map[string]int{},
		faults: faultsIn{h: h}}
	if h.Logins == nil && command != "mail-log" {
		h.Logins = []Login{}
	}
	// A search for a word leaves out lines between others.
	r.log.Whole = !strings.Contains(t.command, "grep")
	return r
}

// takeLine reads a line of a text log.
func (r *logReader) takeLine(i int, line []byte) {
	l, ok := logLineOf(line)
	switch {
	case ok:
		r.take(i, l)
	case line[0] == ' ' || line[0] == '\t': // a message of several lines
		r.understood++
	default:
		if _, heading := between(line); heading {
			r.understood++
		} else {
			r.unread(i, line)
		}
	}
}

// take makes facts of an entry.
func (r *logReader) take(i int, l logLine) {
	r.row()
	r.span(i, l)
	switch {
	case sshdProgram(l.program):
		r.sshd(i, l)
	case l.program == "su" || l.program == "sudo":
		r.became(i, l)
	case l.program == "useradd" || l.program == "usermod" || l.program == "gpasswd":
		r.account(i, l)
	case mailProgram(l.program):
		r.mail(i, l)
	case faulty(l.program):
		r.faults.take(r.where(i), l.time, kernelText(l.text))
	}
}

// kernelText is a message of the kernel without the seconds since the start,
// which rsyslog leaves before it.
func kernelText(s string) string {
	if rest, stamped := strings.CutPrefix(s, "["); stamped {
		if _, text, ok := strings.Cut(rest, "] "); ok && !strings.Contains(s[:len(s)-len(text)], "[Hardware") {
			return text
		}
	}
	return s
}

// span notes when the log speaks, and when it is silent.
func (r *logReader) span(i int, l logLine) {
	if len(r.programs) < mostPrograms {
		r.programs[l.program] = true
	}
	r.sessions = r.sessions || sessionBegins(l.text)
	if strings.ContainsFunc(l.text, unicode.IsControl) {
		if r.log.Controls == 0 {
			r.log.Where = r.where(i)
		}
		r.log.Controls++
	}
	if r.last.IsZero() {
		r.log.From = l.time
	} else if l.time.Sub(r.last) > time.Hour && len(r.log.Gaps) < mostGaps {
		r.log.Gaps = append(r.log.Gaps, Gap{r.last, l.time})
	}
	r.last, r.log.To = l.time, l.time
}

// sessionBegins tells a log from one of errors only.
func sessionBegins(text string) bool {
	return strings.Contains(text, "session opened for user") || strings.HasPrefix(text, "Accepted ")
}

// done gives the log itself as a fact.
func (r *logReader) done() tallied {
	if !r.last.IsZero() {
		if r.log.Line == 0 {
			r.log.Where = r.where(0)
		}
		// journalctl -r begins with the newest.
		if r.log.From.Year() != 0 && r.log.To.Before(r.log.From) {
			r.log.From, r.log.To = r.log.To, r.log.From
		}
		r.log.Whole = r.log.Whole && r.sessions && len(r.programs) > 1
		r.h.Logs = append(r.h.Logs, r.log)
	}
	return r.tallied
}

// login keeps a login or an attempt; false if there are too many.
func (r *logReader) login(l Login) bool {
	kept := r.failures
	if l.Success {
		kept = len(r.h.Logins) - r.failures
	}
	if l.Success && kept >= mostSuccesses || !l.Success && kept >= mostFailures {
		r.warn(WarnCut)
		return false
	}
	if !l.Success {
		r.failures++
	}
	r.h.Logins = append(r.h.Logins, l)
	return true
}

// became reads who became somebody else: «(to root) deploy on pts/0»,
// «deploy : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/bash».
func (r *logReader) became(i int, l logLine) {
	entry := Login{Where: r.where(i), PID: l.pid, Port: -1, Method: l.program, Time: l.time}
	text, failed := strings.CutPrefix(l.text, "FAILED SU ")
	switch {
	case l.program == "su" && strings.HasPrefix(text, "(to "):
		user, _, ok := strings.Cut(text[4:], ") ")
		if !ok {
			return
		}
		entry.User, entry.Success = told(user), !failed
	case l.program == "sudo" && strings.Contains(text, " ; USER="):
		head, rest, _ := strings.Cut(text, " ; USER=")
		user, _, _ := strings.Cut(rest, " ;")
		entry.User = told(user)
		entry.Success = !strings.Contains(head, "incorrect password attempt") && !strings.Contains(head, "NOT in sudoers")
	default:
		return
	}
	r.login(entry)
}

// account reads new users and new members: «new user: name=a, UID=1002, …»,
// «add 'a' to group 'sudo'», «user a added by root to group sudo».
func (r *logReader) account(i int, l logLine) {
	if rest, ok := strings.CutPrefix(l.text, "new user: "); ok {
		a := newUser(rest)
		a.Where, a.Made = r.where(i), l.time
		if a.Name != "" && len(r.h.Accounts) < mostSuccesses {
			r.h.Accounts = append(r.h.Accounts, a)
		}
		return
	}
	words := strings.Fields(l.text)
	var user, group string
	switch {
	case len(words) == 5 && words[0] == "add" && words[2] == "to" && words[3] == "group":
		user, group = words[1], words[4]
	case len(words) == 8 && words[0] == "user" && words[2] == "added" && slices.Equal(words[5:7], []string{"to", "group"}):
		user, group = words[1], words[7]
	default:
		return
	}
	if len(r.h.Groups) < mostSuccesses {
		r.h.Groups = append(r.h.Groups, Group{Where: r.where(i), Name: told(strings.Trim(group, "'")), GID: -1,
			Members: []string{told(strings.Trim(user, "'"))}})
	}
}

// newUser reads «name=a, UID=1002, GID=1002, home=/home/a, shell=/bin/bash».
func newUser(s string) Account {
	a := Account{UID: -1, GID: -1}
	for part := range strings.SplitSeq(s, ", ") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "name":
			a.Name = told(value)
		case "UID":
			a.UID = number(value)
		case "GID":
			a.GID = number(value)
		case "home":
			a.Home = told(value)
		case "shell":
			a.Shell = told(value)
		}
	}
	return a
}
