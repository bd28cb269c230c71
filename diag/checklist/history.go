package checklist

import (
	"bytes"
	"strings"
	"time"

	"latchkey/diag"
)

var (
	// historyFile: ls -l of a shell's history, perhaps a link.
	historyFile = diag.NewPattern(`^([-l][rwxsStT-]{9})[.+]? +\d+ +(\S+) +\S+ +(\d+) (\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)?.*? (/\S*history)(?: -> (\S+))?$`)
	// historyGone: ls or cat say that there is none.
	historyGone = diag.NewPattern(`^(?:ls|cat|tail|head): .*history'?: `)
	// numbered: «  123  apt update», what the shell's own command prints, with
	// or without times.
	numbered = diag.NewPattern(`^ *(\d{1,6})\*? {2}\S`)
	// stamped: bash notes the seconds since 1970 above a command, zsh before it.
	stamped = diag.NewPattern(`^(?:#\d{10}$|: \d{10}:\d+;)`)
)

func weighHistory(t *text) int {
	head := t.head(60)
	if len(head) == 0 {
		return 0
	}
	if share(head, historyGone.Match) == 100 || historyFile.Match(head[0]) || historyGone.Match(head[0]) {
		return 90
	}
	if share(head, stamped.Match) >= 45 || countsUp(head) {
		return 80
	}
	// Not «cat /var/log/apt/history.log».
	if strings.Contains(t.command, "_history") || strings.Contains(t.command, "/.*history") || strings.TrimSpace(t.command) == "history" {
		return 60
	}
	return 0
}

// hopRow: traces are numbered as well, but their lines are times or stars.
var hopRow = diag.NewPattern(`^ *\d{1,3} +(?:\*[ *]*|.* \d+(?:[.,]\d+)? ms\b.*)$`)

// countsUp: nearly all lines are numbered one after another, and are no hops.
func countsUp(head [][]byte) bool {
	in, hops, before := 0, 0, -1
	for _, line := range head {
		m := numbered.FindSubmatch(line)
		if m == nil {
			continue
		}
		n := number(string(m[1]))
		if before < 0 || n == before+1 {
			in++
		}
		if hopRow.Match(line[:min(len(line), 1000)]) {
			hops++
		}
		before = n
	}
	return in >= 3 && in*10 >= len(head)*9 && hops*2 < in
}

// readHistory keeps the files, not the commands: what was typed may hold
// passwords, and no rule asks for it.
func readHistory(t *text, h *Host) tallied {
	l := &ledger{command: "history"}
	if h.Files == nil {
		h.Files = []File{}
	}
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		m := historyFile.FindSubmatch(line[:min(len(line), 4<<10)])
		switch {
		case m != nil && len(h.Files) < mostAccounts:
			l.row()
			f := File{Where: l.where(i), Mode: told(m[1]), Owner: told(m[2]), Path: told(m[5]), Link: told(m[6]), Size: int64(number(string(m[3])))}
			f.Time, _ = time.Parse(time.DateTime, string(m[4]))
			h.Files = append(h.Files, f)
		case historyGone.Match(line) || bytes.HasPrefix(line, []byte("==")):
			l.understood++
		case stamped.Match(line) && line[0] == '#':
			l.understood++
		default:
			l.row()
		}
	}
	return l.tallied
}
