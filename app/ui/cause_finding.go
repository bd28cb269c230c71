package ui

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/diag"
)

func severityMark(s diag.Severity) (icon, token) {
	switch s {
	case diag.Critical:
		return iconAlert, tokLock
	case diag.Warning:
		return iconWarn, tokWarn
	case diag.Notice:
		return iconHelp, tokPrimary
	}
	return iconDot, tokInk2
}

func severityTone(s diag.Severity) tone {
	switch s {
	case diag.Critical:
		return toneLock
	case diag.Warning:
		return toneWarn
	case diag.Notice:
		return toneInfo
	}
	return toneNone
}

// mostFindings is how many are listed for one output.
const mostFindings = 30

// findingsCard lists what was found in an output, the worst first.
func (w *window) findingsCard(title string, list []diag.Finding) fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	for n, f := range list {
		if n == mostFindings {
			lines = append(lines, v.line(v.t("ui.cause.more", "count", len(list)-n), roleCaption, tokInk2))
			break
		}
		if n > 0 {
			lines = append(lines, v.rule())
		}
		lines = append(lines, w.findingLine(f))
	}
	if len(lines) == 0 {
		lines = append(lines, v.bullet(iconOK, tokOK, v.t("ui.cause.clean")))
	}
	return v.titled(title, lines...)
}

// findingLine is one finding: how bad, what, what would be harmless, and a
// button that takes it as the cause.
func (w *window) findingLine(f diag.Finding) fyne.CanvasObject {
	v := w.view
	mark_, _ := severityMark(f.Severity)
	badge := v.badge(mark{mark_, severityTone(f.Severity)}, v.t("ui.severity."+string(f.Severity)))
	words := []fyne.CanvasObject{v.para(v.text.P("finding."+f.Code, f.Params), roleBody, tokInk)}
	if key := strings.Replace(f.Code, "evidence.", "evidence.harmless.", 1); v.text.Has(key) {
		words = append(words, v.para(v.text.P(key, f.Params), roleDense, tokInk2))
	}
	if at := w.lineButton(f); at != nil {
		words = append(words, row(0, at, nil))
	}
	use := w.useChip(f)
	if v.scale > scaleNormal || w.narrow() || w.wide() {
		return vstack(8, hsplit(8, []float32{0, 1, 0}, flow(topLeft{}, badge), spring(), use), vstack(4, words...))
	}
	return hsplit(12, []float32{0, 1, 0}, flow(topLeft{}, badge), vstack(4, words...), flow(topLeft{}, use))
}

// lineButton leads to the line of a finding; nil if it names none.
func (w *window) lineButton(f diag.Finding) fyne.CanvasObject {
	v := w.view
	if f.Source == nil || f.Source.Line == 0 {
		return nil
	}
	word := v.t("ui.cause.line", "line", int64(f.Source.Line))
	if c := &w.current.cause; f.Source.Part != "" && (c.special() || c.of(c.item).evidence == nil) {
		word = v.t("ui.cause.line.of", "line", int64(f.Source.Line), "part", diag.Clean(f.Source.Part, 60))
	}
	b := v.button(buttonSpec{kind: quiet, icon: iconFind, text: word, height: heightSmall, onTap: func() { w.showLine(f) }})
	return w.known("line-"+findingKey(f), b)
}

// findingKey names a finding within its outputs, or within a comparison.
func findingKey(f diag.Finding) string {
	if isDifference(f) {
		return fmt.Sprint(f.Code, "-", f.Params["a"], "-", f.Params["b"])
	}
	return f.Code + "-" + sourceLine(f) + "-" + sourcePart(f)
}

// isDifference reports whether a finding is what a twin has otherwise.
func isDifference(f diag.Finding) bool { return strings.HasPrefix(f.Code, twinCode) }

// isSame reports whether two findings are the same one.
func isSame(a, b diag.Finding) bool { return findingKey(a) == findingKey(b) }

// useChip takes a finding as the cause, or lets it go again. L shows its line.
func (w *window) useChip(f diag.Finding) fyne.CanvasObject {
	v := w.view
	taken := w.current.cause.cause
	chosen := taken != nil && isSame(*taken, f)
	use := v.chip(v.t("ui.cause.use"), chosen, v.t("ui.cause.use")+": "+v.text.P("finding."+f.Code, f.Params), func() {
		w.current.cause.cause = &f
		if chosen {
			w.current.cause.cause = nil
		}
		w.storeCause(w.current)
		w.build()
	})
	use.onKey = func(key fyne.KeyName) bool {
		if key == fyne.KeyL {
			w.showLine(f)
		}
		return key == fyne.KeyL
	}
	return w.known("use-"+findingKey(f), use)
}

// showLine goes to the line of a finding, in the output of the step or in the
// section of a collection.
func (w *window) showLine(f diag.Finding) {
	if f.Source == nil || f.Source.Line == 0 {
		return
	}
	c := &w.current.cause
	if own := !c.special() && c.of(c.item).evidence != nil; !own && !w.openSection(f.Source.Part) {
		return
	}
	if list, ok := w.focuses["lines"].(*rows); ok {
		list.show(f.Source.Line - 1)
		w.win.Canvas().Focus(list)
		w.reveal(list)
	}
}
