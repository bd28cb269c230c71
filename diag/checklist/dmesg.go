package checklist

import (
	"time"

	"latchkey/diag"
)

var (
	dmesgRow  = diag.NewPattern(`^(?:<\d+>)?\[ *(?:(\d+\.\d{6})|([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}))\] (.*)$`)
	dmesgBoot = diag.NewPattern(`^(?:Kernel c|C)ommand line: (.*)$`)
)

func weighDmesg(t *text) int {
	head := t.head(60)
	if share(head, func(line []byte) bool { return dmesgRow.Match(line[:min(len(line), 1<<10)]) }) >= 80 {
		return 85
	}
	return 0
}

// readDmesg reads what the kernel said: which one it is, how it was started and
// when, and what ails the machine.
func readDmesg(t *text, h *Host) tallied {
	l := &ledger{command: "dmesg"}
	if h.Faults == nil {
		h.Faults = []Fault{}
	}
	faults := faultsIn{h: h}
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		m := dmesgRow.FindSubmatch(line[:min(len(line), 4<<10)])
		if m == nil && l.rows > 0 && line[0] == ' ' {
			l.understood++ // the message before goes on
			continue
		}
		if m == nil {
			l.unread(i, line)
			continue
		}
		l.row()
		at, _ := time.Parse("Mon Jan _2 15:04:05 2006", string(m[2])) // seconds since the start are no time of day
		faults.take(l.where(i), at, string(m[3]))
		if v := procVersion.FindSubmatch(m[3]); v != nil {
			h.Kernel.runs(l.where(i), told(v[1]))
			if !at.IsZero() {
				h.Boots = append(h.Boots, Boot{Where: l.where(i), Kernel: told(v[1]), Time: at})
			}
		} else if b := dmesgBoot.FindSubmatch(m[3]); b != nil {
			h.Kernel.booted(l.where(i), string(b[1]))
		}
	}
	return l.tallied
}
