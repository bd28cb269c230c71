package checklist

import (
	"bytes"
	"strings"
)

// fail2banDown is what fail2ban-client says when its server does not run.
var fail2banDown = [][]byte{[]byte("Is fail2ban running?"), []byte("Unable to contact server"), []byte("Failed to access socket path")}

func weighFail2ban(t *text) int {
	head := t.head(8)
	for _, line := range head {
		if fail2banIsDown(line) && bytes.Contains(line, []byte("fail2ban")) || bytes.HasPrefix(line, []byte("Status for the jail: ")) ||
			bytes.HasPrefix(line, []byte("|- Number of jail:")) {
			return 95
		}
	}
	return 0
}

func fail2banIsDown(line []byte) bool {
	for _, s := range fail2banDown {
		if bytes.Contains(line, s) {
			return true
		}
	}
	return false
}

// readFail2ban says whether fail2ban runs. Its counts say how much noise there
// was, which the log says better.
func readFail2ban(t *text, h *Host) tallied {
	l := &ledger{command: "fail2ban-status"}
	unit := Unit{Name: "fail2ban.service"}
	for i, line := range t.lines {
		switch {
		case blank(line):
		case fail2banIsDown(line):
			l.row()
			unit.Where, unit.State = l.where(i), "not running"
		case bytes.HasPrefix(line, []byte("Status")):
			l.understood++
			if unit.State == "" {
				unit.Where, unit.State = l.where(i), "running"
			}
		case strings.ContainsAny(string(line[:1]), "|`") || bytes.HasPrefix(line, []byte("   ")):
			l.row()
		default:
			l.unread(i, line)
		}
	}
	if unit.State != "" {
		h.Units = append(h.Units, unit)
	}
	return l.tallied
}
