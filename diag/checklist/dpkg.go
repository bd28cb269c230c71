package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var (
	// verifyRow: what differs, a letter for special files, path (dpkg-query(1),
	// rpm(8)). Newer versions of rpm print another column for capabilities.
	verifyRow = diag.NewPattern(`^(missing|fehlend|[SM5DLUGTPc.?]{8,12}) +(?:([cdglra]) +)?(/.*)$`)
	// dpkgRow: dpkg looks at content and mode alone and says «?» for the rest.
	dpkgRow = diag.NewPattern(`^\?[?M.][5?.]\?{5,9} `)
	// verifySaid: messages between the rows.
	verifySaid = diag.NewPattern(`^(?:dpkg|dpkg-query|rpm|warning|error|Unsatisfied dependencies|prelink|.* is needed by )`)
)

func weighDpkg(t *text) int { return weighVerify(t, true) }
func weighRPM(t *text) int  { return weighVerify(t, false) }

// weighVerify recognises a verification of packages. Nothing but missing files
// may be of either; nothing at all is an answer if it is known what was asked.
func weighVerify(t *text, dpkg bool) int {
	head := t.head(60)
	word := "rpm"
	if dpkg {
		word = "dpkg"
	}
	if len(head) == 0 && strings.Contains(t.command, word) && (strings.Contains(t.command, "-V") || strings.Contains(t.command, "--verify")) {
		return 60
	}
	rows := share(head, func(line []byte) bool { line = line[:min(len(line), 4<<10)]; return verifyRow.Match(line) })
	said := share(head, func(line []byte) bool { return verifySaid.Match(line[:min(len(line), 400)]) })
	if rows == 0 || rows+said < 90 {
		return 0
	}
	byDpkg := share(head, dpkgRow.Match)
	other := share(head, func(line []byte) bool {
		return verifyRow.Match(line) && !dpkgRow.Match(line) && !bytes.HasPrefix(line, []byte("missing"))
	})
	if (other == 0 && (byDpkg > 0 || !strings.Contains(t.command, "rpm"))) == dpkg {
		return 90
	}
	return 0
}

func readDpkg(t *text, h *Host) tallied { return readVerify(t, h, "dpkg-verify") }
func readRPM(t *text, h *Host) tallied  { return readVerify(t, h, "rpm-va") }

func readVerify(t *text, h *Host, command string) tallied {
	l := &ledger{command: command}
	if h.Changes == nil {
		h.Changes = []Change{}
	}
	for i, line := range t.lines {
		line = line[:min(len(line), 4<<10)]
		m := verifyRow.FindSubmatch(line)
		switch {
		case blank(line):
		case len(h.Changes) >= mostAccounts:
			l.warn(WarnCut)
			return l.tallied
		case m != nil:
			l.row()
			h.Changes = append(h.Changes, Change{Where: l.where(i), Path: told(m[3]), Flags: told(m[1]), Config: len(m[2]) > 0 && m[2][0] != 'a'})
		case verifySaid.Match(line):
			l.understood++
			if bytes.Contains(line, []byte("ermission denied")) {
				l.warn(WarnNotRoot)
			}
		default:
			l.unread(i, line)
		}
	}
	return l.tallied
}
