package checklist

import (
	"bytes"

	"latchkey/diag"
)

var (
	// moduleRow: name, size, users (lsmod); moduleProc has state and address too
	// (/proc/modules), and the letters of those that taint the kernel.
	moduleRow  = diag.NewPattern(`^([A-Za-z0-9_-]+) +\d+ +-?\d+(?: +\S+)?\s*$`)
	moduleProc = diag.NewPattern(`^([A-Za-z0-9_-]+) \d+ -?\d+ \S+ (?:Live|Loading|Unloading) 0x[0-9a-f]+(?: \(([A-Z]+)\))?\s*$`)
	// moduleSum is /proc/sys/kernel/tainted.
	moduleSum = diag.NewPattern(`^\d+\s*$`)
)

func moduleHeading(line []byte) bool { return string(squeeze(line)) == "Module Size Used by" }

func weighModules(t *text) int {
	head := t.head(60)
	switch {
	case len(head) == 0:
		return 0
	case moduleHeading(head[0]):
		return 95
	case moduleProc.Match(head[0]) && share(head, moduleProc.Match) >= 60:
		return 90
	}
	return 0
}

// mostModules bounds modules: a kernel that has them all loaded has some thousand.
const mostModules = 10_000

// readModules reads lsmod and /proc/modules.
func readModules(t *text, h *Host) tallied {
	l := &ledger{command: "modules"}
	h.Modules = []Module{}
	for i, line := range t.lines {
		line = line[:min(len(line), 4<<10)]
		m := moduleProc.FindSubmatch(line)
		if m == nil {
			m = moduleRow.FindSubmatch(line)
		}
		switch {
		case blank(line):
		case moduleHeading(line) || moduleSum.Match(line) || bytes.HasPrefix(line, []byte("cat: ")):
			l.understood++
		case m != nil && len(h.Modules) == mostModules:
			l.warn(WarnCut)
			return l.tallied
		case m != nil:
			l.row()
			mod := Module{Where: l.where(i), Name: told(m[1])}
			if len(m) > 2 {
				mod.Taints = told(m[2])
			}
			h.Modules = append(h.Modules, mod)
		default:
			l.unread(i, line)
		}
	}
	return l.tallied
}
