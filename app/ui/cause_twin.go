package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/checklist"
)

// rethink works out behind the window what follows from all outputs together:
// which program talked to the report's targets, and what the twin has otherwise.
func (w *window) rethink(r *record) {
	c := &r.cause
	c.thought++
	turn, evidence := c.thought, c.evidence()
	report, twin := r.report, c.newest(casefile.RoleTwin, "")
	collections := c.sameMachine()
	c.match, c.comparison, c.aftermath, c.suspect = nil, nil, nil, 0
	if len(evidence) == 0 || report == nil && twin == nil && collections == nil {
		return
	}
	var match *checklist.Matching
	var comparison *checklist.Comparison
	var aftermath *checklist.Aftermath
	w.behind(func(context.Context) {
		if collections != nil {
			var events *abuse.Report
			if report != nil {
				events = report.reading.Report
			}
			a := w.Session.Aftermath(events, collections)
			aftermath = &a
		}
		if report != nil {
			m := w.Session.Match(report.reading.Report, evidence)
			match = &m
		}
		if twin != nil {
			t := w.Session.Twin(evidence, []app.Evidence{twin.reading.Evidence(twin.name)})
			comparison = &t
		}
	}, func() {
		if c.thought != turn {
			return // something came in meanwhile
		}
		c.match, c.comparison, c.aftermath = match, comparison, aftermath
		if w.current == r && w.show == screenCause && w.taking == nil {
			w.build()
		}
	})
}

// mostDifferences is how many differences of a group are listed.
const mostDifferences = 12

// twinColumn compares the server with a machine that should be like it.
func (w *window) twinColumn() []fyne.CanvasObject {
	v, c := w.view, &w.current.cause
	twin := c.newest(casefile.RoleTwin, "")
	head := []fyne.CanvasObject{v.para("**"+v.t("ui.twin.title")+"**", roleCard, tokInk), v.para(v.t("ui.twin.text"), roleBody, tokInk2)}
	switch {
	case len(c.evidence()) == 0:
		head = append(head, v.bullet(iconHelp, tokPrimary, v.t("ui.twin.none.server")))
	case twin == nil:
		head = append(head, v.bullet(iconHelp, tokPrimary, v.t("ui.twin.none.twin")))
	default:
		head = append(head, v.bullet(iconServer, tokInk2, w.twinSentence(twin)))
	}
	if len(c.evidence()) > 0 {
		head = append(head, row(0, w.act("twin-ssh", iconServer, v.t("ui.twin.ssh"), func() { w.openSSH(true) }), nil))
	}
	cards := []fyne.CanvasObject{v.card(toneNone, vstack(10, append(head, w.bringButtons())...))}
	if m := c.comparison; m != nil {
		cards = append(cards, w.differencesCard(*m))
		if equal := w.groupWords(m.Equal); equal != "" {
			cards = append(cards, v.titled(v.t("ui.twin.equal.title"), v.bullet(iconOK, tokOK, equal), v.para(v.t("ui.twin.equal.text"), roleBody, tokInk2)))
		}
		if missing := w.groupWords(m.NotCompared); missing != "" {
			cards = append(cards, v.titled(v.t("ui.twin.missing"), v.bullet(iconHelp, tokInk2, missing)))
		}
	}
	return cards
}

// twinSentence says with what is compared.
func (w *window) twinSentence(twin *collection) string {
	v := w.view
	host := diag.Clean(twin.reading.Hostname, 60)
	for _, k := range w.current.cause.counting() {
		if host != "" && strings.EqualFold(k.reading.Hostname, twin.reading.Hostname) {
			return v.t("ui.twin.with.earlier", "time", w.collected(twin))
		}
	}
	return v.t("ui.twin.with", "host", host, "time", w.collected(twin))
}

// groupWords names groups of the comparison.
func (w *window) groupWords(groups []string) string {
	var words []string
	for _, g := range groups {
		words = append(words, w.view.t("twin.group."+g))
	}
	return strings.Join(words, ", ")
}

// differencesCard lists what differs, the most telling group first.
func (w *window) differencesCard(m checklist.Comparison) fyne.CanvasObject {
	v := w.view
	lines := []fyne.CanvasObject{}
	if len(m.Differences) == 0 {
		lines = append(lines, v.bullet(iconOK, tokOK, v.t("ui.twin.same")))
	} else {
		lines = append(lines, hsplit(12, []float32{1, 1, 0}, v.bold(v.t("ui.twin.server"), roleDense, tokInk2), v.bold(v.t("ui.twin.twin"), roleDense, tokInk2), w.besideUse()))
	}
	for _, g := range groupsOf(m.Differences) {
		lines = append(lines, v.rule(), v.bold(v.t("twin.group."+g), roleBody, tokInk))
		n := 0
		for _, d := range m.Differences {
			if d.Group != g {
				continue
			}
			if n++; n <= mostDifferences {
				lines = append(lines, w.differenceLine(d))
			}
		}
		if left := n - mostDifferences + m.More[g]; n > mostDifferences {
			lines = append(lines, v.line(v.t("ui.cause.more", "count", left), roleCaption, tokInk2))
		}
	}
	return v.titled(v.t("cli.twin.title", "count", len(m.Differences)), lines...)
}

// groupsOf are the groups in the order of their first difference.
func groupsOf(list []checklist.Difference) (groups []string) {
	seen := map[string]bool{}
	for _, d := range list {
		if !seen[d.Group] {
			seen[d.Group] = true
			groups = append(groups, d.Group)
		}
	}
	return groups
}

// twinCode begins the codes of differences; the group follows.
const twinCode = "twin."

// longestSide is how much of a difference is shown, in characters.
const longestSide = 300

// differenceLine is one difference, with a button that takes it as the cause.
func (w *window) differenceLine(d checklist.Difference) fyne.CanvasObject {
	v := w.view
	side := func(text string) fyne.CanvasObject {
		if text = diag.Clean(text, longestSide); text == "" {
			return v.para(v.t("cli.twin.none"), roleDense, tokInk2)
		}
		return v.para(strings.ReplaceAll(text, "**", "* *"), roleMono, tokInk)
	}
	use := w.useChip(differenceFinding(d))
	if v.scale > scaleNormal || w.narrow() {
		return vstack(6, hsplit(12, []float32{1, 1}, side(d.A), side(d.B)), row(0, use, nil))
	}
	return hsplit(12, []float32{1, 1, 0}, side(d.A), side(d.B), flow(topLeft{}, use))
}

// besideUse keeps the headings over their columns: it is as wide as the button
// at the end of the rows, which only the narrow layout has below them.
func (w *window) besideUse() fyne.CanvasObject {
	v := w.view
	if v.scale > scaleNormal || w.narrow() {
		return box(0, 0, spring())
	}
	return box(v.chip(v.t("ui.cause.use"), false, "", nil).MinSize().Width, 0, spring())
}

// differenceFinding is a difference as a fact that can be a cause.
func differenceFinding(d checklist.Difference) diag.Finding {
	return diag.Finding{Code: twinCode + d.Group, Severity: diag.Notice, Params: diag.Params{"a": orDash(diag.Clean(d.A, longestSide)), "b": orDash(diag.Clean(d.B, longestSide))}}
}

// orDash stands for what a side does not have.
func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}
