package checklist

import (
	"bytes"
	"strings"
	"time"

	"latchkey/diag"
)

// lastlogRow: «deploy  pts/0  192.0.2.5   Sat Nov 21 22:12:51 +0000 2026» or
// «root   **Never logged in**», lastlog2 with the service behind; no name of a terminal or an address holds blanks.
var lastlogRow = diag.NewPattern(`^(\S+) +(?:(\*\*[^*]+\*\*)|(?:(\S+) +)?(?:(\S+) +)?(\p{L}{2,3} \p{L}{3} +\d{1,2} \d\d:\d\d:\d\d [+-]\d{4} \d{4}))(?: +\S+)?\s*$`)

func lastlogHeading(line []byte) bool {
	return bytes.HasPrefix(line, []byte("Username ")) && bytes.Contains(line, []byte(" Latest")) ||
		bytes.HasPrefix(line, []byte("Benutzername ")) && bytes.Contains(line, []byte(" Letzter"))
}

func weighLastlog(t *text) int {
	head := t.head(40)
	if len(head) > 0 && lastlogHeading(head[0]) {
		return 95
	}
	if share(head, func(line []byte) bool { return lastlogRow.Match(line[:min(len(line), 500)]) }) >= 60 {
		return 80
	}
	return 0
}

func readLastlog(t *text, h *Host) tallied {
	l := &ledger{command: "lastlog"}
	if h.Logins == nil {
		h.Logins = []Login{}
	}
	for i, line := range t.lines {
		line = line[:min(len(line), 1<<10)]
		if blank(line) {
			continue
		}
		if lastlogHeading(line) {
			l.understood++
			if line[0] == 'B' {
				l.warn(WarnLocale)
			}
			continue
		}
		m := lastlogRow.FindSubmatch(line)
		if m == nil {
			l.unread(i, line)
			continue
		}
		l.row()
		if m[2] != nil {
			continue // never logged in
		}
		entry := Login{Where: l.where(i), User: told(m[1]), From: told(m[4])}
		// The columns are padded; a console has no address.
		entry.Time = lastlogTime(string(m[5]))
		l.present(h, entry)
	}
	return l.tallied
}

func lastlogTime(s string) time.Time {
	f := strings.Fields(s)
	month, ok := months[f[1]]
	at, err := time.Parse("2 15:04:05 -0700 2006", strings.Join(f[2:], " "))
	if !ok || err != nil {
		return time.Time{}
	}
	return at.AddDate(0, int(month)-1, 0)
}
