package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

const preloadFile = "/etc/ld.so.preload"

var (
	// preloadRow: a library; blanks and colons part several (ld.so(8)).
	preloadRow = diag.NewPattern(`^(?:/[^\s:]+\.so[0-9.]*(?:[\s:]+|$))+$`)
	preloadNo  = diag.NewPattern(`^(?:cat|ls|head|tail): .*ld\.so\.preload'?: `)
	preloadLs  = diag.NewPattern(`^[-l][rwxsStT-]{9}[.+]? +\d+ .*/ld\.so\.preload(?: -> .*)?$`)
)

func weighPreload(t *text) int {
	head := t.head(30)
	named := strings.Contains(t.command, "ld.so.preload") && !strings.Contains(t.command, ";")
	if len(head) == 0 {
		if named {
			return 60
		}
		return 0
	}
	known := share(head, func(line []byte) bool {
		line = line[:min(len(line), 2<<10)]
		_, heading := between(line)
		return preloadRow.Match(line) || preloadNo.Match(line) || preloadLs.Match(line) || heading || line[0] == '#'
	})
	said := share(head, func(line []byte) bool {
		return bytes.Contains(line[:min(len(line), 2<<10)], []byte("ld.so.preload"))
	})
	switch {
	case known == 100 && (said > 0 || named):
		return 92
	case known == 100 && len(head) <= 10 && share(head, preloadRow.Match) == 100:
		return 70
	}
	return 0
}

// readPreload reads /etc/ld.so.preload: every library in it is loaded into
// every program that starts.
func readPreload(t *text, h *Host) tallied {
	l := &ledger{command: "ld-preload"}
	if h.Settings == nil {
		h.Settings = []Setting{}
	}
	for i, line := range t.lines {
		line = line[:min(len(line), 2<<10)]
		switch {
		case blank(line):
		case preloadRow.Match(line):
			l.row()
			for _, library := range strings.FieldsFunc(string(line), func(r rune) bool { return r == ':' || r == ' ' || r == '\t' }) {
				if len(h.Settings) < mostUnread {
					h.Settings = append(h.Settings, Setting{Where: l.where(i), Name: "ld.so.preload", Value: told(library)})
				}
			}
		case preloadNo.Match(line), preloadLs.Match(line), line[0] == '#', bytes.HasPrefix(line, []byte("==")):
			l.understood++
		default:
			l.unread(i, line)
		}
	}
	return l.tallied
}
