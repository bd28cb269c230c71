package checklist

import (
	"bytes"

	"latchkey/diag"
)

// Rows of «ps aux» and «ps -ef» that come without headings (| tail, | grep).
var (
	psBare = diag.NewPattern(`^\S+ +\d+ +\d+(?:[.,]\d)? +\d+(?:[.,]\d)? +\d+ +\d+ +\S+ +[DIKPRSTtUWXxZ][<+\w]* +\S+ +\d+:\d\d `)
	psFull = diag.NewPattern(`^\S+ +\d+ +\d+ +\d+ +\S+ +\S+ +(?:\d+-)?\d\d:\d\d:\d\d `)

	psBareKeys = []string{"user", "pid", "cpu", "-", "vsz", "rss", "-", "state", "start", "time", "args"}
	psFullKeys = []string{"user", "pid", "ppid", "-", "start", "-", "time", "args"}
)

// weighPS: headings with rows under them, else most rows in the shape of ps.
func weighPS(t *text) int {
	lines := t.head(60)
	for i, line := range lines[:min(len(lines), 10)] {
		l, ok := psHeadings(string(line))
		if !ok || l.top {
			continue
		}
		for _, row := range lines[i+1:] {
			if _, _, ok := l.row(string(row)); ok {
				return 90
			}
		}
		if len(lines) == 1 {
			return 50
		}
	}
	bare := 0
	for _, line := range lines {
		if psBare.Match(line) || psFull.Match(line) {
			bare++
		}
	}
	if bare > 0 && bare*10 >= len(lines)*8 {
		return 70
	}
	return 0
}

// psForest finds the parents in the art of a forest, where no column tells them.
type psForest struct{ pids []int }

// parent of a row at a depth, -1 for a root: ps draws children of PID 1 and
// of PID 0 alike.
func (f *psForest) parent(pid, depth int) int {
	if depth > len(f.pids) {
		depth = len(f.pids) // the rows between are missing
	}
	parent := -1
	if depth > 0 {
		parent = f.pids[depth-1]
	}
	f.pids = append(f.pids[:depth], pid)
	return parent
}

func readPS(t *text, h *Host) (got tallied) {
	h.Processes = []Process{}
	layout, forest, known := psLayout{}, psForest{}, false
	for i, line := range t.lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if len(h.Processes) >= mostProcesses {
			got.warnings = append(got.warnings, Warning{Code: WarnCut, Line: i + 1})
			break
		}
		if l, ok := psHeadings(string(line)); ok {
			if l.locale && !layout.locale {
				got.warnings = append(got.warnings, Warning{Code: WarnLocale, Line: i + 1})
			}
			layout, known, forest = l, true, psForest{}
			got.understood++
			continue
		}
		l := layout
		if !known {
			l.keys = psFullKeys
			if psBare.Match(line) {
				l.keys = psBareKeys
			}
		}
		p, depth, ok := l.row(string(line))
		if !ok {
			// «ls -l /proc/PID/exe» is often typed right behind «ps -fp PID».
			if p, ok = exeRow(string(line)); !ok {
				got.unread(i, line)
				continue
			}
		} else if parent := forest.parent(p.PID, depth); !l.has("ppid") {
			p.PPID = parent
		}
		p.Where = Where{Command: "ps", Line: i + 1}
		h.Processes = append(h.Processes, p)
		got.rows++
		got.understood++
	}
	got.warnings = append(got.warnings, shortened(t, h.Processes)...)
	return got
}

// shortened warns of a listing cut at the terminal's width: several different
// command lines all end at the same column, which is the last.
func shortened(t *text, processes []Process) []Warning {
	longest, ends := 0, map[string]bool{}
	first := 0
	for _, p := range processes {
		switch n := len(t.lines[p.Line-1]); {
		case n > longest:
			longest, first = n, p.Line
			clear(ends)
			fallthrough
		case n == longest:
			ends[p.Args] = true
		}
	}
	// 79: the narrowest terminal in use has 80 columns.
	if longest < 79 || len(ends) < 3 {
		return nil
	}
	return []Warning{{Code: WarnTruncated, Line: first}}
}
