package ui

import (
	"strconv"

	"fyne.io/fyne/v2"

	"latchkey/diag"
	"latchkey/diag/checklist"
)

// matchCard lays the programs beside the targets of the report: which program
// talked to them.
func (w *window) matchCard() fyne.CanvasObject {
	v, m := w.view, w.current.cause.match
	if m == nil {
		return nil
	}
	level, word := gradeLevel(m.Grade), v.t("ui.match.grade."+string(m.Grade))
	head := hsplit(12, []float32{1, 0}, v.line(v.t("ui.match.title"), roleCard, tokInk), v.confidence(level, word, toneInfo))
	lines := []fyne.CanvasObject{head, v.para(v.t("ui.match.text."+string(m.Grade)), roleBody, tokInk2)}
	for n, p := range m.Processes {
		if n == 5 {
			break
		}
		lines = append(lines, w.matchLine(p, n == 0))
	}
	if len(m.Against) > 0 {
		lines = append(lines, v.rule(), v.bold(v.t("ui.match.against"), roleDense, tokInk))
		for _, f := range m.Against {
			lines = append(lines, v.bullet(iconNo, tokWarn, v.text.P("finding."+f.Code, f.Params)))
		}
	}
	return v.card(toneNone, vstack(10, lines...))
}

// gradeLevel is how many of three segments a grade fills.
func gradeLevel(g checklist.Grade) int {
	switch g {
	case checklist.Proven:
		return 3
	case checklist.Strong:
		return 2
	case checklist.Indirect:
		return 1
	}
	return 0
}

// matchLine is a program with why it is listed.
func (w *window) matchLine(p checklist.Suspect, first bool) fyne.CanvasObject {
	v := w.view
	title := diag.Clean(p.Name, 60)
	detail := v.t("ui.match.process", "pid", strconv.Itoa(p.PID), "user", diag.Clean(p.User, 40), "score", p.Score)
	if p.User == "" {
		detail = v.t("ui.match.process.bare", "pid", strconv.Itoa(p.PID), "score", p.Score)
	}
	words := []fyne.CanvasObject{v.fittingBold(title, roleBody, tokInk), v.para(detail, roleCaption, tokInk2)}
	for _, f := range p.Because {
		words = append(words, v.bullet(iconRight, tokPrimary, v.text.P("finding."+f.Code, f.Params)))
	}
	t := toneNone
	if first {
		t = toneLock
	}
	return over(v.ground(t.fill(), t.edge(), 10), padded(10, 14, vstack(4, words...)))
}
