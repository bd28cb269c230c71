package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

// exeLink is a line of «ls -l /proc/PID/exe»; kernel threads have no target.
// exeSum is a line of PID, file and SHA-256 as collectors print them.
var (
	exeLink = diag.NewPattern(`^l[-rwxsStT]{9}[.+@]? +\d+ +(\S+) .*?[ /]proc/(\d+)/(?:task/\d+/)?(exe|cwd|root)(?: -> (.*))?$`)
	exeSum  = diag.NewPattern(`^(\d+)\t(/[^\t]*)\t[0-9a-f]{64}\b`)
	// exeMiss is a complaint about a link, or the link of ls itself.
	exeMiss = diag.NewPattern(`^(?:ls: |l[-rwx]{9}).*/proc/(?:\d+|\S*\*\S*|self|thread-self)/(?:task/\d+/)?(?:exe|cwd|root)\b`)
	// exeDenied: only root may read the links of other users' processes.
	exeDenied = diag.NewPattern(`(?i)permission denied|keine berechtigung`)
)

func weighProcExe(t *text) int {
	lines := t.head(40)
	links, n := 0, 0
	for _, line := range lines {
		if exeLink.Match(line) || exeSum.Match(line) {
			links++
		} else if !exeMiss.Match(line) {
			n++
		}
	}
	switch {
	case n*5 > len(lines) || len(lines) == 0:
		return 0
	case links == 0:
		return 60 // the complaints about kernel threads come before the links
	}
	return 90
}

// exeRow reads one link; the Process has nothing but PID, owner and exe or cwd.
func exeRow(line string) (Process, bool) {
	p := newProcess()
	m := exeLink.FindStringSubmatch(line)
	if m == nil {
		m = exeSum.FindStringSubmatch(line)
		if m == nil {
			return p, false
		}
		m = []string{"", "", m[1], "exe", m[2]}
	}
	ok := false
	if p.PID, ok = pidOf(m[2]); !ok {
		return p, false
	}
	p.User = plain(m[1])
	switch m[3] {
	case "exe":
		p.Exe = plain(m[4])
	case "cwd":
		p.Cwd = plain(m[4])
	}
	p.Masked = masked(m[4])
	return p, true
}

func readProcExe(t *text, h *Host) (got tallied) {
	h.Processes = []Process{}
	at := map[int]int{} // PID to its place, as exe and cwd are lines of their own
	denied := 0
	for i, line := range t.lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		p, ok := exeRow(string(line))
		if !ok {
			if !exeMiss.Match(line) {
				got.unread(i, line)
				continue
			}
			if exeDenied.Match(line) && denied == 0 {
				denied = i + 1
			}
			got.understood++
			continue
		}
		got.understood++
		if n, ok := at[p.PID]; ok {
			h.Processes[n].addLink(p, i+1)
			continue
		}
		if len(h.Processes) >= mostProcesses {
			got.warnings = append(got.warnings, Warning{Code: WarnCut, Line: i + 1})
			break
		}
		p.Where = Where{Command: "proc-exe", Line: i + 1}
		at[p.PID] = len(h.Processes)
		h.Processes = append(h.Processes, p)
		got.rows++
	}
	if denied > 0 {
		got.warnings = append(got.warnings, Warning{Code: WarnNotRoot, Line: denied})
	}
	return got
}

// addLink adds another link of the same process. The line told is that of exe,
// which says most.
func (p *Process) addLink(more Process, line int) {
	if more.Exe != "" {
		p.Exe, p.Line = more.Exe, line
	}
	if more.Cwd != "" {
		p.Cwd = more.Cwd
	}
	p.Masked = p.Masked || more.Masked
}

// deleted tells whether a file behind a process is gone, and its path.
func deleted(exe string) (path string, gone bool) {
	return strings.CutSuffix(exe, " (deleted)")
}
