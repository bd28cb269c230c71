package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
)

// sameMachine are the collections of the case's server, of the machine that was
// collected last, the oldest first; nil if there are fewer than two.
func (c *causeState) sameMachine() (all []app.BundleReading) {
	last := c.newest("", "")
	if last == nil || last.reading.Hostname == "" {
		return nil
	}
	for _, k := range c.collections {
		if k.role == "" && strings.EqualFold(k.reading.Hostname, last.reading.Hostname) {
			all = append(all, k.reading)
		}
	}
	if len(all) < 2 {
		return nil
	}
	return all
}

// aftermathCard says what became of what was found first: what is gone, what is
// still there, and since when it is quiet. nil where there is nothing to compare.
func (w *window) aftermathCard() fyne.CanvasObject {
	v, a := w.view, w.current.cause.aftermath
	if a == nil {
		return nil
	}
	var lines []fyne.CanvasObject
	for _, f := range a.Facts {
		mark, ink := iconOK, tokOK
		switch f.Code {
		case "evidence.quiet.not", "evidence.quiet.remains", "evidence.quiet.new":
			mark, ink = iconWarn, tokWarn
		}
		lines = append(lines, v.bullet(mark, ink, plainStars(v.finding(f))))
	}
	if len(lines) == 0 {
		lines = append(lines, v.bullet(iconHelp, tokInk2, v.t("ui.aftermath.none")))
	}
	for _, group := range []struct {
		key  string
		list []diag.Finding
	}{{"ui.aftermath.gone", a.Gone}, {"ui.aftermath.remains", a.Remaining}, {"ui.aftermath.new", a.New}} {
		if len(group.list) == 0 {
			continue
		}
		lines = append(lines, v.rule(), v.bold(v.t(group.key), roleDense, tokInk))
		for _, f := range group.list[:min(len(group.list), mostOfOne)] {
			mark, ink := severityMark(f.Severity)
			lines = append(lines, v.bullet(mark, ink, plainStars(v.finding(f))))
		}
		if more := len(group.list) - mostOfOne; more > 0 {
			lines = append(lines, v.line(v.t("ui.cause.more", "count", more), roleCaption, tokInk2))
		}
	}
	return v.titled(v.t("ui.aftermath.title"), append(slices.Clip(lines), v.para(v.t("ui.aftermath.text"), roleCaption, tokInk2))...)
}
