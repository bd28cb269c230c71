package checklist

import (
	"bytes"

	"latchkey/diag"
)

// topSummary are the lines above the headings, in English or German.
var topSummary = diag.NewPattern(`^(?:top - \d|(?:Tasks|Threads|Aufgaben|Prozesse) *: *\d|%?C[Pp][Uu](?:\(s\)|\d+)? *:|[KMGTPE]iB (?:Mem|Swap|Spch|Speicher) *:|(?:Mem|Swap|CPU|Load average):)`)

func weighTop(t *text) int {
	summary := false
	for _, line := range t.head(20) {
		summary = summary || bytes.HasPrefix(line, []byte("top - "))
		if l, ok := psHeadings(string(line)); ok && l.top {
			return 95
		}
	}
	if summary {
		return 60
	}
	return 0
}

// readTop reads one or several samples; each gives a process facts of its own.
func readTop(t *text, h *Host) (got tallied) {
	h.Processes = []Process{}
	layout, known := psLayout{}, false
	for i, line := range t.lines {
		text := string(line)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if len(h.Processes) >= mostProcesses {
			got.warnings = append(got.warnings, Warning{Code: WarnCut, Line: i + 1})
			break
		}
		if topSummary.MatchString(text) {
			got.understood++
			continue
		}
		if l, ok := psHeadings(text); ok {
			if l.locale && !layout.locale {
				got.warnings = append(got.warnings, Warning{Code: WarnLocale, Line: i + 1})
			}
			layout, known = l, true
			got.understood++
			continue
		}
		p, ok := Process{}, false
		if known {
			p, _, ok = layout.row(text)
		}
		if !ok {
			got.unread(i, line)
			continue
		}
		p.Where = Where{Command: "top", Line: i + 1}
		h.Processes = append(h.Processes, p)
		got.rows++
		got.understood++
	}
	return got
}
