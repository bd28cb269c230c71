package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

func weighMailLog(t *text) int { return logWeight(t, "mail-log") }

func readMailLog(t *text, h *Host) tallied {
	r := newLogReader("mail-log", t, h)
	if h.Mails == nil {
		h.Mails = []Mail{}
	}
	for i, line := range t.lines {
		switch {
		case blank(line):
		case eximRow(line):
			r.row()
			r.exim(i, string(line[:min(len(line), 8<<10)]))
		default:
			r.takeLine(i, line)
		}
	}
	return r.done()
}

// mostMails bounds the mails kept of one output.
const mostMails = 100_000

// mail reads what the mail programs say of a mail that was handed in: ID, colon,
// and the rest.
func (r *logReader) mail(i int, l logLine) {
	id, rest, ok := strings.Cut(l.text, ": ")
	if !ok || len(id) < 5 || len(id) > 40 || strings.ContainsRune(id, ' ') {
		return
	}
	switch daemon, part, _ := strings.Cut(l.program, "/"); {
	case part != "":
		r.postfix(i, part, id, rest)
	case daemon == "sendmail" || daemon == "sm-mta" || daemon == "sm-msp-queue":
		r.sendmail(i, id, rest)
	}
}

// postfix reads pickup's «uid=33 from=<…>» (handed in on the machine), smtpd's
// «client=…, sasl_username=…» and what qmgr says of either.
func (r *logReader) postfix(i int, part, id, rest string) {
	switch {
	case strings.HasSuffix(part, "pickup"):
		if uid, sender, ok := strings.Cut(rest, " from="); ok && strings.HasPrefix(uid, "uid=") {
			r.submitted(Mail{Where: r.where(i), ID: told(id), User: told(uid[4:]), Sender: address(sender)})
		}
	case strings.HasSuffix(part, "smtpd"):
		if _, user, ok := strings.Cut(rest, "sasl_username="); ok {
			user, _, _ = strings.Cut(user, ", ")
			r.submitted(Mail{Where: r.where(i), ID: told(id), User: told(user), From: bracketed(rest)})
		}
	case strings.HasSuffix(part, "qmgr") && strings.HasPrefix(rest, "from="):
		if at, known := r.mails[id]; known {
			m := &r.h.Mails[at]
			m.Sender, m.Recipients = address(listed(rest, "from=")), number(listed(rest, "nrcpt="))
		}
	}
}

// sendmail reads «from=www-data, size=…, nrcpts=1, relay=www-data@localhost»
// and the «AUTH=server, relay=…, authid=…» before it.
func (r *logReader) sendmail(i int, id, rest string) {
	relay := bracketed(listed(rest, "relay="))
	if user := listed(rest, "authid="); user != "" {
		r.submitted(Mail{Where: r.where(i), ID: told(id), User: told(user), From: relay})
		return
	}
	sender := listed(rest, "from=")
	if sender == "" {
		return
	}
	if at, known := r.mails[id]; known {
		r.h.Mails[at].Sender, r.h.Mails[at].Recipients = address(sender), number(listed(rest, "nrcpts="))
		return
	}
	// Handed in on the machine: the relay is a user of it.
	if user, local := strings.CutSuffix(listed(rest, "relay="), "@localhost"); local {
		r.submitted(Mail{Where: r.where(i), ID: told(id), User: told(user), Sender: address(sender), Recipients: number(listed(rest, "nrcpts="))})
	}
}

// eximLine is a message arriving: «2026-11-21 22:22:32 1tEoXq-0001aB-2c <= …».
var eximLine = diag.NewPattern(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?(?: \[\d+\])? (?:([0-9A-Za-z]{6}-[0-9A-Za-z]{6,11}-[0-9A-Za-z]{2,4}) (<=|=>|->|==|\*\*|Completed|SMTP|Message|Spool|Unfrozen|Frozen|removed|cancelled|>>|\*>)|Start queue run|End queue run|exim \d|no host name|no IP|daemon|SMTP|unexpected|rejected|H=|login_|plain_)`)

func eximRow(line []byte) bool {
	return len(line) > 20 && line[0] == '2' && line[10] == ' ' && eximLine.Match(line[:min(len(line), 400)])
}

// exim reads an arrival; A= names who logged in, U= who handed in locally.
func (r *logReader) exim(i int, line string) {
	m := eximLine.FindStringSubmatch(line)
	if m == nil || m[2] != "<=" {
		return
	}
	_, rest, _ := strings.Cut(line, " <= ")
	words := strings.Fields(rest)
	if len(words) == 0 {
		return
	}
	entry := Mail{Where: r.where(i), ID: told(m[1]), Sender: address(words[0]), From: bracketed(rest)}
	for _, w := range words[1:] {
		if user, ok := strings.CutPrefix(w, "A="); ok {
			if _, name, named := strings.Cut(user, ":"); named {
				user = name
			}
			entry.User = told(user)
			break
		}
		if user, ok := strings.CutPrefix(w, "U="); ok && strings.Contains(rest, " P=local") {
			entry.User = told(user)
		}
	}
	if entry.User != "" {
		r.submitted(entry)
	}
}

func (r *logReader) submitted(m Mail) {
	if len(r.h.Mails) >= mostMails {
		r.warn(WarnCut)
		return
	}
	r.mails[m.ID] = len(r.h.Mails)
	r.h.Mails = append(r.h.Mails, m)
}

// listed is the first value of a name in «name=value, name=value».
func listed(s, name string) string {
	at := strings.Index(s, name)
	if at < 0 {
		return ""
	}
	value, _, _ := strings.Cut(s[at+len(name):], ",")
	value, _, _ = strings.Cut(value, " (")
	return strings.TrimSpace(value)
}

// address is a mail address without its angle brackets.
func address(s string) string {
	if i := strings.IndexByte(s, '>'); i >= 0 {
		s = s[:i]
	}
	return told(strings.TrimPrefix(strings.TrimSpace(s), "<"))
}

// bracketed is the address in «name[192.0.2.1]» or «[192.0.2.1]:587».
func bracketed(s string) string {
	_, rest, ok := strings.Cut(s, "[")
	inner, _, closed := strings.Cut(rest, "]")
	if !ok || !closed || strings.ContainsRune(inner, ' ') {
		return ""
	}
	return told(inner)
}

// queueHeading is what mailq says above its rows, or instead of them.
func queueHeading(line []byte) bool {
	for _, s := range []string{"-Queue ID-", "Mail queue is empty", "-----Q-ID-----", "---Q-ID---"} {
		if bytes.HasPrefix(line, []byte(s)) {
			return true
		}
	}
	return bytes.HasPrefix(bytes.TrimSpace(line), []byte("/var/spool/")) &&
		(bytes.Contains(line, []byte(" is empty")) || bytes.Contains(line, []byte(" request")))
}
