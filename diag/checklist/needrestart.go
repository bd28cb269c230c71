package checklist

import "bytes"

func weighNeedrestart(t *text) int {
	if head := t.head(1); len(head) > 0 && bytes.HasPrefix(head[0], []byte("NEEDRESTART-")) {
		return 95
	}
	return 0
}

// readNeedrestart reads needrestart -b: the kernel that runs and the one that
// would. Services that use old libraries are counted only: every update leaves
// some.
func readNeedrestart(t *text, h *Host) tallied {
	l := &ledger{command: "needrestart"}
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		name, value, ok := bytes.Cut(line[:min(len(line), 1<<10)], []byte(": "))
		if !ok || !bytes.HasPrefix(name, []byte("NEEDRESTART-")) {
			l.unread(i, line)
			continue
		}
		l.row()
		switch string(name) {
		case "NEEDRESTART-KCUR":
			h.Kernel.Where, h.Kernel.Running = l.where(i), told(value)
		case "NEEDRESTART-KEXP":
			h.Kernel.Installed = append(h.Kernel.Installed, told(value))
		}
	}
	return l.tallied
}
