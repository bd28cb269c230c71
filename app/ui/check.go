package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// checkScreen is step 1 in the state its check is in.
func (w *window) checkScreen() fyne.CanvasObject {
	c := w.current.check
	var lines []fyne.CanvasObject
	switch {
	case c.Started.IsZero():
		lines = w.uncheckedLines()
	case !c.Final:
		lines = w.runningLines(c)
	case c.Verdict == nil:
		lines = w.stoppedLines(c)
	default:
		lines = w.resultLines(c)
	}
	return flow(centred{mostContent + 48}, padded(22, 24, vstack(14, lines...)))
}

// uncheckedLines: a report came first, and its server is not known by address.
func (w *window) uncheckedLines() []fyne.CanvasObject {
	v := w.view
	return []fyne.CanvasObject{v.line(w.title(w.current.check), roleTitle, tokInk),
		v.problem(v.t("ui.unchecked.title"), v.t("ui.unchecked.text"), v.button(buttonSpec{kind: secondary, icon: iconFind, text: v.t("ui.unchecked.enter"), height: heightSmall, onTap: w.again}), nil)}
}

func (w *window) title(c app.Check) string {
	switch {
	case c.Name != "":
		return c.Name
	case c.Addr.IsValid():
		return c.Addr.String()
	case c.Path.Target.IsValid():
		return c.Path.Target.String()
	case c.Input != "":
		return diag.Clean(c.Input, 80)
	}
	return w.view.t("ui.server.unknown")
}

// stoppedLines: there is no verdict. What was seen is shown all the same.
func (w *window) stoppedLines(c app.Check) []fyne.CanvasObject {
	v := w.view
	title, text := "ui.stopped.title", "ui.stopped.text"
	if !c.Cancelled {
		title, text = "ui.failed.title", "ui.failed.text"
	}
	if c.Ping != nil && c.Printed {
		title, text = "ui.pinged.title", "ui.pinged.text"
	}
	lines := []fyne.CanvasObject{v.line(w.title(c), roleTitle, tokInk),
		v.problem(v.t(title), v.t(text), v.button(buttonSpec{kind: secondary, icon: iconRefresh, text: v.t("ui.check.again"), height: heightSmall, onTap: w.again}), nil)}
	if len(c.Path.Hops) > 0 {
		lines = append(lines, v.hopTable(v.hopHead(), v.rows(c), nil))
	}
	if answered := w.answeredCard(c); answered != nil {
		lines = append(lines, answered)
	}
	return lines
}

// resultLines: verdict first, then what to do, why, and what would change it.
func (w *window) resultLines(c app.Check) []fyne.CanvasObject {
	v := w.view
	lines := []fyne.CanvasObject{w.resultHead(c), w.verdictCard(c)}
	three := []fyne.CanvasObject{w.stepsCard(c), w.becauseCard(c)}
	if c.Verdict.Code == verdict.Local {
		three = []fyne.CanvasObject{w.stepsCard(c), w.offlineCard()}
	} else {
		three = append(three, w.changesCard(c))
	}
	weights := make([]float32, len(three))
	for i := range weights {
		weights[i] = 1
	}
	if v.scale > scaleNormal && w.narrow() {
		lines = append(lines, three...)
	} else {
		lines = append(lines, hsplit(16, weights, three...))
	}
	if others := w.othersCard(c); others != nil {
		lines = append(lines, others)
	}
	table := v.hopTable(v.hopHead(), v.rows(c), nil)
	switch {
	case len(c.Path.Hops) == 0:
	case w.wide() || w.hops || c.Verdict.Code == verdict.Filtered:
		answered := w.answeredCard(c)
		if answered == nil || w.narrow() {
			lines = append(lines, table)
			if answered != nil {
				lines = append(lines, answered)
			}
		} else {
			lines = append(lines, hsplit(16, []float32{7, 4}, flow(stack{}, table), flow(stack{}, answered)))
		}
	}
	return lines
}

func (w *window) resultHead(c app.Check) fyne.CanvasObject {
	v := w.view
	copied, copyIcon := v.t("ui.check.copy"), iconCopy
	if w.copied {
		copied, copyIcon = v.t("ui.check.copied"), iconCheck
	}
	buttons := []fyne.CanvasObject{}
	if !c.Printed {
		again := v.button(buttonSpec{kind: secondary, icon: iconRefresh, text: v.t("ui.check.again"), height: heightSmall, onTap: w.again})
		w.focuses["again"] = again
		buttons = append(buttons, again)
	}
	if len(c.Path.Hops) > 0 && !w.wide() && c.Verdict.Code != verdict.Filtered {
		word := v.t("ui.check.hops")
		if w.hops {
			word = v.t("ui.check.fewer")
		}
		all := v.button(buttonSpec{kind: secondary, icon: iconList, text: word, height: heightSmall, onTap: func() { w.hops = !w.hops; w.focus = "hops"; w.build() }})
		w.focuses["hops"] = all
		buttons = append(buttons, all)
	}
	copyButton := v.button(buttonSpec{kind: secondary, icon: copyIcon, text: copied, height: heightSmall, onTap: w.copyDetails})
	w.focuses["copy"] = copyButton
	buttons = append(buttons, copyButton)
	title := vstack(2, v.line(v.t("ui.check.result"), roleTitle, tokInk), v.para(w.method(c), roleBody, tokInk2))
	if w.narrow() && v.scale > scaleNormal {
		return vstack(8, title, wrap(8, buttons...))
	}
	return hsplit(16, []float32{1, 0}, title, centreEntry(row(8, buttons...)))
}

// method says when and how it was checked.
func (w *window) method(c app.Check) string {
	v := w.view
	switch {
	case w.current.example:
		return v.t("ui.check.example")
	case c.Printed && len(c.Path.Hops) == 0:
		return v.t("ui.check.printed-ping")
	case c.Printed:
		return v.t("ui.check.printed", "format", w.current.format)
	case len(c.Path.Hops) == 0 && c.Ping == nil && len(c.Ports) == 0:
		return v.t("ui.check.tried", "time", c.Started.Format("15:04"))
	}
	return v.t("ui.check.when", "time", c.Started.Format("15:04"), "seconds", v.seconds(c.Elapsed), "method", strings.Join(v.asked(c), ", "))
}

// asked lists what was asked: path, ping, ports.
func (v *view) asked(c app.Check) []string {
	how := []string{v.t("ui.method.none")}
	if c.Path.Method != "" {
		how[0] = v.t("ui.method." + string(c.Path.Method))
	}
	if c.Ping != nil {
		how = append(how, v.t("ui.method.ping"))
	}
	if len(c.Ports) > 0 {
		how = append(how, v.t("ui.method.ports", "count", len(c.Ports)))
	}
	return how
}

func (v *view) verdictTitle(j verdict.Verdict) string {
	if key := "verdict." + string(j.Code) + "." + string(j.Confidence) + ".title"; v.text.Has(key) {
		return v.t(key)
	}
	return v.t("verdict." + string(j.Code) + ".title")
}

func (v *view) verdictText(c app.Check) string {
	j := c.Verdict
	pairs := []any{"provider", knownProvider(c), "router", diag.Clean(j.LastHop, 100)}
	if key := "verdict." + string(j.Code) + "." + string(j.Confidence) + ".text"; v.text.Has(key) {
		return v.t(key, pairs...)
	}
	return v.t("verdict."+string(j.Code)+".text", pairs...)
}

func level(c verdict.Confidence) int {
	return map[verdict.Confidence]int{verdict.Possible: 1, verdict.Likely: 2, verdict.Certain: 3}[c]
}

func (w *window) verdictCard(c app.Check) fyne.CanvasObject {
	v, j := w.view, c.Verdict
	m := markOf(string(j.Code))
	if j.Code == verdict.Local {
		m = mark{iconOffline, toneWarn}
	}
	sure := box(206*v.scale, 0, vstack(6, v.line(v.t("verdict.confidence.label"), roleCaption, tokInk2),
		row(0, v.confidence(level(j.Confidence), v.t("verdict.confidence."+string(j.Confidence)), m.tone), nil), w.sureHint(*j)))
	head := hsplit(20, []float32{0, 1, 0}, flow(topLeft{}, v.tile(m.icon, m.tone, 56)),
		vstack(4, v.para(v.verdictTitle(*j), roleTitle, tokInk), v.para(v.verdictText(c), roleBody, tokInk2)), sure)
	lines := []fyne.CanvasObject{head}
	if w.narrow() && v.scale > scaleNormal {
		head = hsplit(20, []float32{0, 1}, flow(topLeft{}, v.tile(m.icon, m.tone, 56)),
			vstack(6, v.para(v.verdictTitle(*j), roleTitle, tokInk), v.para(v.verdictText(c), roleBody, tokInk2), sure))
		lines = []fyne.CanvasObject{head}
	}
	if len(c.Path.Hops) > 0 || j.Code == verdict.Local {
		chain := v.hopChain(v.foldNodes, w.showNode, w.copyNode)
		chain.set(v.chainOf(c))
		lines = append(lines, chain.object)
	}
	return v.card(m.tone, padded(0, 3, vstack(16, lines...)))
}

// sureHint says what would make it surer; empty where nothing is to be said.
func (w *window) sureHint(j verdict.Verdict) fyne.CanvasObject {
	key := "ui.sure." + string(j.Code)
	if j.Confidence == verdict.Certain || !w.view.text.Has(key) {
		return space(0)
	}
	return w.view.para(w.view.t(key), roleCaption, tokInk2)
}

func (w *window) stepsCard(c app.Check) fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	for i, f := range c.Verdict.Steps {
		text := fyne.CanvasObject(v.para(v.finding(f), roleBody, tokInk))
		if f.Code == "step.invoice" {
			text = vstack(6, text, w.invoiceChips())
		}
		lines = append(lines, v.numbered(strconv.Itoa(i+1), text))
	}
	if w.current.invoice == invoiceYes && c.Verdict.Code == verdict.Locked {
		lines = append(lines, v.bullet(iconRight, tokPrimary, v.t("ui.invoice.yes")))
	}
	return v.titled(v.t("verdict.steps"), lines...)
}

func (w *window) invoiceChips() fyne.CanvasObject {
	v := w.view
	say := func(option string, chosen bool) string {
		state := v.t("ui.chip.free")
		if chosen {
			state = v.t("ui.chip.chosen")
		}
		return v.t("finding.step.invoice") + " " + option + ", " + state
	}
	return v.choice([]string{v.t("ui.invoice.y"), v.t("ui.invoice.n"), v.t("ui.invoice.u")}, w.current.invoice, say, func(i int) {
		w.current.invoice = i
		w.store(w.current)
		w.build()
	})
}

func (v *view) finding(f diag.Finding) string {
	params := make(map[string]any, len(f.Params))
	for k, p := range f.Params {
		if s, ok := p.(string); ok {
			p = diag.Clean(s, 200)
		}
		params[k] = p
	}
	return v.text.P("finding."+f.Code, params)
}

func (w *window) becauseCard(c app.Check) fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	for _, f := range c.Verdict.Because {
		lines = append(lines, v.bullet(iconOK, tokOK, v.finding(f)))
	}
	if c.Verdict.Code == verdict.Locked && !c.Printed {
		lines = append(lines, v.bullet(iconHelp, tokInk3, v.t("ui.unknown.flag", "provider", v.providerName(c))))
	}
	return v.titled(v.t("verdict.because"), lines...)
}

func (w *window) changesCard(c app.Check) fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	for _, f := range c.Verdict.Changes {
		lines = append(lines, v.bullet(iconRight, tokPrimary, v.finding(f)))
	}
	return v.titled(v.t("verdict.changes"), lines...)
}

// offlineCard says what can be done without a network.
func (w *window) offlineCard() fyne.CanvasObject {
	v := w.view
	line := func(text string, s screen) fyne.CanvasObject {
		return hsplit(12, []float32{1, 0}, centreEntry(v.para(text, roleBody, tokInk)),
			v.button(buttonSpec{kind: secondary, text: v.t("ui.step." + string(s)), height: heightSmall, onTap: func() { w.open(s) }}))
	}
	report := "ui.offline.report"
	if w.current.report != nil {
		report = "ui.offline.report.read"
	}
	return v.titled(v.t("ui.offline.title"), line(v.t(report), screenReport), line(v.t("ui.offline.cause"), screenCause), line(v.t("ui.offline.statement"), screenStatement))
}

// answeredCard lists what was asked of the server and what came back; nil if
// nothing was asked.
func (w *window) answeredCard(c app.Check) *fyne.Container {
	v := w.view
	var lines []fyne.CanvasObject
	add := func(what, detail string, good bool, word string) {
		m := mark{iconFilter, toneNone}
		if good {
			m = mark{iconOK, toneOK}
		}
		if len(lines) > 0 {
			lines = append(lines, v.rule())
		}
		lines = append(lines, row(6, v.bold(what, roleBody, tokInk), v.line(detail, roleBody, tokInk2), nil, v.badge(m, word)))
	}
	if p := c.Ping; p != nil && p.Sent > 0 {
		word := v.t("ui.node.noanswer")
		if p.Received > 0 {
			word = v.ms(p.Avg)
		}
		add(v.t("ui.test.ping"), v.t("ui.answered.ping", "received", p.Received, "count", p.Sent), p.Received > 0, word)
	}
	names := map[int]string{22: "SSH", 80: "HTTP", 443: "HTTPS"}
	for _, p := range c.Ports {
		add(strconv.Itoa(p.Number), names[p.Number], p.State == trace.Open || p.State == trace.Closed, v.t("ui.port."+string(p.State)))
	}
	if len(lines) == 0 {
		return nil
	}
	return v.titled(v.t("ui.answered.title"), lines...)
}
