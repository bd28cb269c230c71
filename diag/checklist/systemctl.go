package checklist

import (
	"slices"
	"strings"

	"latchkey/diag"
)

const unitKinds = `service|socket|timer|mount|automount|path|target|slice|scope|device|swap|snapshot`

var (
	// unitRow: unit, load, active, sub, description (systemctl list-units).
	unitRow = diag.NewPattern(`^[*●○×x↻ ]*\s*(\S+\.(?:` + unitKinds + `))\s+(loaded|not-found|bad-setting|error|masked|merged|stub)\s+(active|inactive|failed|activating|deactivating|reloading|maintenance)\s+(\S+)(?:\s+(.*))?$`)
	// unitFileRow: unit, state, preset (systemctl list-unit-files).
	unitFileRow = diag.NewPattern(`^(\S+\.(?:` + unitKinds + `))\s+(enabled|disabled|static|masked|indirect|generated|transient|alias|linked|bad|enabled-runtime|linked-runtime|masked-runtime)(?:\s+(enabled|disabled|-|ignored))?\s*$`)
	// timerRow ends with the timer and what it starts (systemctl list-timers).
	timerRow  = diag.NewPattern(`^(-|n/a|[A-Z][a-z]{1,2} .*?)\s.*?(\S+\.timer)(?:\s+(\S+))?\s*$`)
	unitEnd   = diag.NewPattern(`^(?:\d+ (?:loaded units|unit files|timers|sockets) listed\.|(?:LOAD|ACTIVE|SUB|TYPE|JOB) +(?:=|→) |Legend: |To show all installed |Pass --all to see |lines \d+-\d+)`)
	unitNone  = diag.NewPattern(`^0 (?:loaded units|unit files|timers) listed\.`)
	unitHeads = []struct{ head, list string }{
		{"UNIT LOAD ACTIVE SUB", ListedUnits}, {"0 loaded units listed.", ListedUnits},
		{"UNIT FILE STATE", ListedUnitFiles}, {"0 unit files listed.", ListedUnitFiles},
		{"NEXT LEFT LAST PASSED UNIT ACTIVATES", ListedTimers}, {"0 timers listed.", ListedTimers},
	}
)

// unitList is the list a heading opens, or the line that says it is empty.
func unitList(line []byte) string {
	head := strings.TrimSpace(string(squeeze(line)))
	for _, h := range unitHeads {
		if strings.HasPrefix(head, h.head) {
			return h.list
		}
	}
	return ""
}

func unitHeading(line []byte) bool { return unitList(line) != "" && !unitNone.Match(line) }

func weighSystemctl(t *text) int {
	head := t.head(60)
	if len(head) == 0 {
		return 0
	}
	if unitHeading(head[0]) {
		return 95
	}
	if share(head, func(line []byte) bool {
		line = line[:min(len(line), 2<<10)]
		return unitRow.Match(line) || unitFileRow.Match(line) || unitEnd.Match(line) || unitHeading(line)
	}) >= 80 {
		return 90
	}
	return weighUnitFiles(head)
}

// mostUnits bounds units; a host with many mounts and containers has some
// thousand.
const mostUnits = 50_000

func readSystemctl(t *text, h *Host) tallied {
	u := &unitText{ledger: ledger{command: "systemctl"}}
	if h.Units == nil {
		h.Units = []Unit{}
	}
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		if len(h.Units) >= mostUnits || len(h.Jobs) >= mostJobs {
			u.warn(WarnCut)
			break
		}
		u.line(i, line[:min(len(line), 8<<10)], h)
	}
	return u.tallied
}

func (u *unitText) line(i int, line []byte, h *Host) {
	switch {
	case unitHeading(line) || unitEnd.Match(line):
		u.understood++
		u.table = true
		if list := unitList(line); list != "" && !slices.Contains(h.Listed, list) {
			h.Listed = append(h.Listed, list)
		}
	case unitRow.Match(line):
		m := unitRow.FindSubmatch(line)
		u.listed(i, h, Unit{Name: told(m[1]), State: unitState(string(m[2]), string(m[3]), string(m[4]))})
	case unitFileRow.Match(line):
		m := unitFileRow.FindSubmatch(line)
		u.listed(i, h, Unit{Name: told(m[1]), State: told(m[2])})
	case u.table && timerRow.Match(line):
		m := timerRow.FindSubmatch(line)
		u.row()
		h.Jobs = append(h.Jobs, Job{Where: u.where(i), Schedule: "timer", File: told(m[2]), Command: told(m[3])})
	case u.table && !u.opens(line):
		u.unread(i, line)
	default:
		u.fileLine(i, line, h)
	}
}

func (u *unitText) listed(i int, h *Host, unit Unit) {
	u.row()
	u.table = true
	if strings.Contains(unit.Name, "…") {
		u.warn(WarnTruncated)
	}
	unit.Where, u.unit = u.where(i), nil
	h.Units = append(h.Units, unit)
}

// unitState is one word where it says all: failed, running, not-found; else
// both («activating auto-restart»).
func unitState(load, active, sub string) string {
	switch {
	case load != "loaded":
		return load
	case active == "active" || active == sub:
		return told(sub)
	default:
		return told(active + " " + sub)
	}
}
