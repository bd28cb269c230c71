package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var (
	// lsattrRow: attributes and path; lsattr -l prints words, which nobody does.
	lsattrRow = diag.NewPattern(`^([-a-zA-Z]{13,24}) +(\.{0,2}/.*|[^-\s/].*)$`)
	lsattrDir = diag.NewPattern(`^\.{0,2}/.*:$`)
)

// attributes: letters of chattr(1) and dashes, so that no word passes.
func attributes(s []byte) bool {
	return bytes.IndexByte(s, '-') >= 0 && len(bytes.Trim(s, "-aAcCdDeEFijmNPsStTuVxIXZ")) == 0
}

func isLsattr(line []byte) bool {
	m := lsattrRow.FindSubmatch(line[:min(len(line), 4<<10)])
	return m != nil && attributes(m[1])
}

func lsattrSaid(line []byte) bool {
	return bytes.HasPrefix(line, []byte("lsattr: ")) || lsattrDir.Match(line[:min(len(line), 4<<10)])
}

func weighLsattr(t *text) int {
	head := t.head(60)
	rows := share(head, isLsattr)
	if rows >= 30 && share(head, func(line []byte) bool { return isLsattr(line) || lsattrSaid(line) }) >= 90 ||
		rows == 0 && len(head) > 0 && share(head, func(line []byte) bool { return bytes.HasPrefix(line, []byte("lsattr: ")) }) == 100 {
		return 85
	}
	return 0
}

// readLsattr keeps the files that nobody can change, and those that can only
// grow unless they are logs, where that is a protection.
func readLsattr(t *text, h *Host) tallied {
	l := &ledger{command: "lsattr"}
	if h.Files == nil {
		h.Files = []File{}
	}
	for i, line := range t.lines {
		switch {
		case blank(line):
		case isLsattr(line):
			l.row()
			m := lsattrRow.FindSubmatch(line[:min(len(line), 4<<10)])
			path := told(m[2])
			fixed := bytes.IndexByte(m[1], 'i') >= 0 || bytes.IndexByte(m[1], 'a') >= 0 && !strings.Contains(path, "/log/")
			if fixed && len(h.Files) < mostAccounts {
				h.Files = append(h.Files, File{Where: l.where(i), Path: path, Size: -1, Immutable: true})
			}
		case lsattrSaid(line):
			l.understood++
		default:
			l.unread(i, line)
		}
	}
	return l.tallied
}
