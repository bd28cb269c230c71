package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

// mountRow is a line of /proc/mounts, mountSaid one of mount.
var (
	mountRow  = diag.NewPattern(`^(\S+) (/\S*) (\S+) (\S+) \d+ \d+$`)
	mountSaid = diag.NewPattern(`^(.+?) (?:on|auf) (/.*?) (?:type|Typ) (\S+) \((\S+)\)(?: \[.*\])?$`)
)

func weighMounts(t *text) int {
	lines, n := t.head(20), 0
	for _, line := range lines {
		if mountRow.Match(line) || mountSaid.Match(line) {
			n++
		}
	}
	if n == 0 || n*10 < len(lines)*8 {
		return 0
	}
	return 80
}

// mountEscapes is how the kernel writes blanks in /proc/mounts (proc(5)).
var mountEscapes = strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`, `\043`, "#")

func readMounts(t *text, h *Host) (got tallied) {
	h.Mounts = []Mount{}
	for i, line := range t.lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		m := mountRow.FindStringSubmatch(string(line))
		if m != nil {
			m[1], m[2] = mountEscapes.Replace(m[1]), mountEscapes.Replace(m[2])
		} else if m = mountSaid.FindStringSubmatch(string(line)); m == nil {
			got.unread(i, line)
			continue
		}
		// A host with thousands of containers has some ten thousand mounts.
		if len(h.Mounts) >= mostProcesses {
			got.warnings = append(got.warnings, Warning{Code: WarnCut, Line: i + 1})
			break
		}
		h.Mounts = append(h.Mounts, Mount{Where: Where{Command: "proc-mounts", Line: i + 1},
			Device: plain(m[1]), Point: plain(m[2]), Kind: plain(m[3]), Options: plain(m[4])})
		got.rows++
		got.understood++
	}
	return got
}
