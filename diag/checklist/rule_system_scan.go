package checklist

import (
	"slices"
	"strings"

	"latchkey/diag"
)

// scanRules pass on what scanners warn of. The names they give are guesses by
// old signatures and not repeated; what was found where is.
func scanRules() []rule {
	return []rule{
		{id: "R01", attack: []string{"T1014"}, judge: func(h *Host, found finder) { judgeScan(h, found, "rkhunter") }},
		{id: "R02", attack: []string{"T1014"}, judge: func(h *Host, found finder) { judgeScan(h, found, "chkrootkit") }},
		{id: "R03", attack: []string{"T1014"}, judge: judgeSignature},
		{id: "R04", judge: judgeNoise},
		{id: "R05", judge: judgeLynis},
		{id: "R06", judge: judgeAdvice},
		{id: "R07", judge: judgeMute},
	}
}

// judgeScan: a scanner tells what it saw. Hidden names alone weigh less.
func judgeScan(h *Host, found finder, tool string) {
	for _, s := range scanned(h, tool) {
		if s.Noise || s.Text == "" {
			continue
		}
		severity := diag.Warning
		if strings.HasPrefix(s.Text, "Hidden") || s.Tool == "chkrootkit" && strings.Contains(s.Text, "suspicious files") && strings.Trim(base(s.Path), ".") != "" {
			severity = diag.Notice
		}
		found(severity, s.Where, "name", s.Tool, "path", given(s.Path), "text", shown(s.Text))
	}
}

// judgeSignature: a scanner gives a name of some malware; only the file counts.
func judgeSignature(h *Host, found finder) {
	for _, tool := range []string{"rkhunter", "chkrootkit"} {
		for _, s := range scanned(h, tool) {
			if !s.Noise && s.Text == "" {
				found(diag.Warning, s.Where, "name", s.Tool, "path", given(s.Path))
			}
		}
	}
}

// judgeNoise: warnings that come up on clean machines are counted only.
func judgeNoise(h *Host, found finder) {
	for _, tool := range []string{"rkhunter", "chkrootkit"} {
		count, at := 0, Where{}
		for _, s := range h.Scans {
			if s.Tool == tool && s.Noise && !s.Mute {
				if count++; count == 1 {
					at = s.Where
				}
			}
		}
		if count > 0 {
			found(diag.Info, at, "name", tool, "count", count)
		}
	}
}

// lynisSigns are the tests of lynis that an intruder's work can trip: second
// roots, interfaces that listen in, what malware scanners say. All others are
// about settings.
var lynisSigns = []string{"AUTH-9204", "AUTH-9208", "NETW-3015", "MALW-"}

// judgeLynis: R05, lynis warns. It looks for weak settings, not for traces.
func judgeLynis(h *Host, found finder) {
	for _, s := range scanned(h, "lynis") {
		if s.Noise {
			continue
		}
		severity := diag.Info
		if startsAny(s.Test, lynisSigns...) {
			severity = diag.Notice
		}
		found(severity, s.Where, "name", s.Tool, "test", given(s.Test), "text", shown(s.Text))
	}
}

// judgeAdvice: R06, what lynis suggests is counted only.
func judgeAdvice(h *Host, found finder) {
	seen, at := map[[2]string]bool{}, Where{}
	for _, s := range h.Scans {
		if s.Tool == "lynis" && s.Noise {
			if len(seen) == 0 {
				at = s.Where
			}
			seen[[2]string{s.Test, s.Text}] = true
		}
	}
	if len(seen) > 0 {
		found(diag.Info, at, "name", "lynis", "count", len(seen))
	}
}

// judgeMute: R07, a scanner that was run so that it says nothing, found nothing
// in no sense.
func judgeMute(h *Host, found finder) {
	for _, s := range h.Scans {
		if s.Mute {
			found(diag.Notice, s.Where, "name", s.Tool)
			return
		}
	}
}

// scanned is what a scanner reported, each file and reason once: log and console
// tell the same.
func scanned(h *Host, tool string) (all []ScannerHit) {
	seen := map[[2]string]bool{}
	var paths []string
	for _, s := range h.Scans {
		key := [2]string{s.Path, s.Text}
		if s.Tool != tool || seen[key] || len(seen) >= 2*mostOfRule && !s.Noise {
			continue
		}
		if seen[key] = true; s.Path != "" && s.Text == s.Path && slices.Contains(paths, s.Path) {
			continue // the console's line about a file the log explains
		}
		paths = append(paths, s.Path)
		all = append(all, s)
	}
	return all
}
