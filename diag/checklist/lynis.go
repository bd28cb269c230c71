package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var (
	// lynisSet: a line of lynis-report.dat: «warning[]=AUTH-9204|text|detail|solution|».
	lynisSet = diag.NewPattern(`^([a-z][a-z0-9_]*(?:\[\])?)=(.*)$`)
	// lynisTold: a warning or a suggestion on the screen, with its id at the end.
	lynisTold    = diag.NewPattern(`^ {2}([!*]) (.+?) \[([A-Z]{2,5}(?:-\d{4})?)\] *$`)
	lynisSection = diag.NewPattern(`^\[\+\] \S|^ {2}(?:Warnings|Suggestions|Warnungen|Vorschläge) \(\d+\):$`)
	// lynisSteer: lynis moves the cursor instead of writing blanks.
	lynisSteer = diag.NewPattern("\x1b\\[[0-9;]*[A-Za-z]")
)

func weighLynis(t *text) int {
	head := t.head(60)
	sections := 0
	for i, line := range head {
		switch {
		case bytes.HasPrefix(line, []byte("# Lynis Report")), i < 3 && bytes.HasPrefix(line, []byte("[ Lynis ")):
			return 95
		case bytes.HasPrefix(line, []byte("  -[ Lynis ")) && bytes.Contains(line, []byte(" Results ]-")):
			return 90
		case lynisSection.Match(line):
			sections++
		}
	}
	noted := share(head, func(line []byte) bool {
		return bytes.HasPrefix(line, []byte("warning[]=")) || bytes.HasPrefix(line, []byte("suggestion[]=")) || lynisTold.Match(line[:min(len(line), 1<<10)])
	})
	if noted >= 60 || noted > 0 && sections > 0 || sections >= 3 {
		return 80
	}
	return 0
}

// readLynis reads lynis' report and its screen: what it warns of and suggests,
// and the services that it saw set to start. Its scores are left out: they
// measure settings.
func readLynis(t *text, h *Host) tallied {
	l := &ledger{command: "lynis"}
	if h.Scans == nil {
		h.Scans = []ScannerHit{}
	}
	for i, line := range t.lines {
		line = lynisSteer.ReplaceAll(line[:min(len(line), 2<<10)], nil)
		if blank(line) {
			continue
		}
		if len(h.Scans) >= mostJobs || len(h.Units) >= mostUnits {
			l.warn(WarnCut)
			break
		}
		if m := lynisTold.FindSubmatch(line); m != nil {
			l.row()
			h.lynis(l.where(i), m[3], m[2], m[1][0] == '*')
			continue
		}
		if l.understood++; !lynisSet.Match(line) {
			continue
		}
		switch m := lynisSet.FindSubmatch(line); string(m[1]) {
		case "warning[]", "suggestion[]":
			l.rows++
			id, rest, _ := bytes.Cut(m[2], []byte("|"))
			said, _, _ := bytes.Cut(rest, []byte("|"))
			h.lynis(l.where(i), id, said, m[1][0] == 's')
		case "boot_service[]":
			l.rows++
			h.Units = append(h.Units, Unit{Where: l.where(i), Name: told(m[2]) + ".service", State: "enabled"})
		}
	}
	return l.tallied
}

// lynis keeps a warning, or a suggestion, which is advice and no sign.
func (h *Host) lynis(at Where, id, said []byte, advice bool) {
	h.Scans = append(h.Scans, ScannerHit{Where: at, Tool: "lynis", Test: told(id), Text: told(strings.TrimSpace(string(said))), Noise: advice})
}
