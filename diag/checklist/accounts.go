package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var (
	// accountRow: name, password, UID, GID, words, home, shell (passwd(5)).
	accountRow = diag.NewPattern(`^([^:]*):([^:]*):(\d{1,10}):(\d{1,10}):([^:]*):([^:]*):([^:]*)$`)
	// groupRow: name, password, GID, members (group(5)).
	groupRow = diag.NewPattern(`^([^:\s]+):([^:]*):(\d{1,10}):([^:\s]*)$`)
	// shadowRow is what the collector leaves of /etc/shadow: name, the kind of
	// the password, the day it was set.
	shadowRow = diag.NewPattern(`^[^:\s]+:[^:\s]{0,3}:\d{0,6}$`)
	// listedFile: ls -l of one of the files of accounts.
	listedFile = diag.NewPattern(`^-[rwx-]{9}[.+]? +\d+ .* /\S*etc/(?:passwd|shadow|group|gshadow)$`)
)

func weighPasswd(t *text) int {
	head := t.head(60)
	rows := share(head, func(line []byte) bool { return accountRow.Match(line) })
	if rows >= 60 || rows > 0 && bytes.HasPrefix(head[0], []byte("root:")) && accountRow.Match(head[0]) {
		return 95
	}
	return 0
}

func weighGroup(t *text) int {
	head := t.head(60)
	if share(head, func(line []byte) bool { return groupRow.Match(line) }) >= 80 {
		return 90
	}
	return 0
}

func readPasswd(t *text, h *Host) tallied {
	if h.Accounts == nil {
		h.Accounts = []Account{}
	}
	return readAccounts(t, h, "passwd")
}

func readGroup(t *text, h *Host) tallied {
	if h.Groups == nil {
		h.Groups = []Group{}
	}
	return readAccounts(t, h, "group")
}

// mostAccounts bounds accounts and groups; a machine with more keeps them in a
// directory service.
const mostAccounts = 50_000

// readAccounts reads /etc/passwd and /etc/group, one after another if need be.
func readAccounts(t *text, h *Host, command string) tallied {
	l := &ledger{command: command}
	for i, line := range t.lines {
		line = line[:min(len(line), 4<<10)]
		_, heading := between(line)
		switch {
		case blank(line):
		case heading || line[0] == '#' || listedFile.Match(line):
			l.understood++
		case len(h.Accounts)+len(h.Groups) >= mostAccounts:
			l.warn(WarnCut)
			return l.tallied
		case accountRow.Match(line):
			l.row()
			m := accountRow.FindSubmatch(line)
			h.Accounts = append(h.Accounts, Account{Where: l.where(i), Name: told(m[1]), UID: number(string(m[3])),
				GID: number(string(m[4])), Home: told(m[6]), Shell: told(m[7])})
		case groupRow.Match(line):
			l.row()
			m := groupRow.FindSubmatch(line)
			g := Group{Where: l.where(i), Name: told(m[1]), GID: number(string(m[3]))}
			for name := range strings.SplitSeq(string(m[4]), ",") {
				if name != "" {
					g.Members = append(g.Members, told(name))
				}
			}
			h.Groups = append(h.Groups, g)
		case shadowRow.Match(line):
			l.understood++
		default:
			l.unread(i, line)
		}
	}
	return l.tallied
}
