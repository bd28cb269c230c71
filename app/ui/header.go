package ui

import (
	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag/abuse"
)

// The header's height, and what it grows by when the text gets twice as large.
const (
	headerHeight = 72
	headerGrowth = 40
)

// action is a next best action: what it is called and where it leads.
type action struct {
	key  string // of its text
	icon icon
	kind kind
	do   func()
}

// The answers to «Is an invoice open?».
const (
	invoiceYes = iota
	invoiceNo
	invoiceUnsure
)

// nextAction is the next best action of the current case, as the design's table
// has it; what is new about it is where it leads.
func (w *window) nextAction() action {
	r := w.current
	m := w.model(r)
	n := app.NextAction(m, r.running != nil, app.Step(w.show), w.now())
	a := action{key: "ui.next." + n.Code, icon: iconRight, kind: primary, do: w.again}
	if n.Quiet {
		a.kind = secondary
	}
	lead := func(to screen) {
		a.do = func() { w.open(to) }
		if w.show == to { // there one is already
			a.kind = secondary
		}
	}
	switch n.Code {
	case "":
		a = action{key: "ui.next.closed", icon: iconHome, kind: secondary, do: func() { w.open(screenHome) }}
	case "stop":
		a.icon, a.do = iconStop, w.stopCheck
	case "check", "again":
		a.icon = iconRefresh
	case "watch":
		a.icon, a.do = iconBell, func() { w.watchNow(r) }
		if w.watched(r) {
			a.key, a.kind = "ui.next.watching", secondary
		}
	case "pay":
		lead(screenUnlock)
	case "mail":
		a.icon, a.do = iconClip, w.chooseFile
	case "report":
		lead(screenReport)
		w.leadOn(&a)
	case "cause":
		lead(screenCause)
		w.leadOn(&a)
	case "statement", "send":
		lead(screenStatement)
		w.leadOn(&a)
	case "remind":
		a.icon, a.do = iconSend, w.openReminder
	case "close":
		a.icon, a.do = iconCheck, func() { w.keepEvent(app.EventClosed, nil) }
	}
	return a
}

// watchNow begins to watch, and shows it.
func (w *window) watchNow(r *record) {
	if !w.watched(r) && !r.example {
		w.startWatch(r)
	}
	w.open(screenUnlock)
}

// header names the server, its state, the deadline and the next best action.
func (w *window) header() fyne.CanvasObject {
	v, c := w.view, w.current.check
	a := w.nextAction()
	button := v.button(buttonSpec{kind: a.kind, text: v.t(a.key), trailing: a.icon, onTap: a.do})
	w.focuses["next"] = button
	clock := w.deadlineClock(w.narrow() && v.scale > scaleNormal)
	_, dated := w.deadlineOf(w.current)
	badge, brief := w.verdictBadge(c), box(170, 0, w.serverName(c, true))
	short := row(18, brief, nil, badge, button)
	if dated { // the verdict stands on step 1 too, the deadline only here
		short = row(18, brief, nil, clock, button)
	}
	parts := short
	for _, more := range []*fyne.Container{row(18, w.serverName(c, false), nil, badge, v.bar(), clock, v.bar(), button), row(18, brief, nil, badge, clock, button),
		short, row(18, brief, nil, badge, button)} {
		if parts = more; more.MinSize().Width <= w.shell.width-v.railWidth(w.shell.width)-48 {
			break
		}
	}
	ground := v.ground(tokSurface, tokNone, 0)
	line := v.rule()
	return flow(headerLayout{}, ground, padded(0, 24, parts), line)
}

// headerLayout keeps a thin line at the lower edge.
type headerLayout struct{}

func (headerLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	objects[0].Resize(s)
	objects[1].Resize(s)
	objects[2].Move(fyne.NewPos(0, s.Height-1))
	objects[2].Resize(fyne.NewSize(s.Width, 1))
}

func (headerLayout) heightFor([]fyne.CanvasObject, float32) float32 { return headerHeight }

func (headerLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(300, headerHeight) }

// serverName is the name with address and provider; brief leaves the provider
// out.
func (w *window) serverName(c app.Check, brief bool) fyne.CanvasObject {
	v := w.view
	title, second := c.Name, ""
	if c.Addr.IsValid() {
		second = c.Addr.String()
	} else if c.Path.Target.IsValid() {
		second = c.Path.Target.String()
	}
	if title == "" {
		title, second = second, ""
	}
	if title == "" {
		title = c.Input
	}
	if title == "" {
		title = v.t("ui.server.unknown")
	}
	var lower []fyne.CanvasObject
	name := knownProvider(c)
	if brief {
		name = ""
	}
	if second != "" {
		lower = append(lower, v.line(second, roleMono, tokInk2))
		if name != "" {
			name = "· " + name
		}
	}
	if name != "" {
		lower = append(lower, v.line(name, roleCaption, tokInk2))
	}
	lines := []fyne.CanvasObject{v.fittingBold(title, roleCard, tokInk)}
	if len(lower) > 0 {
		lines = append(lines, row(5, append(lower, nil)...))
	}
	return box(min(300, 240*v.scale), 0, vstack(0, lines...))
}

// verdictBadge shows the state and leads to step 1.
func (w *window) verdictBadge(c app.Check) fyne.CanvasObject {
	v := w.view
	code, word := w.state(c)
	p := v.press(v.badge(markOf(code), word), 14, v.t("ui.badge.say", "word", word), func() { w.open(screenCheck) })
	w.focuses["badge"] = p
	return p
}

// state gives code and word of the badge.
func (w *window) state(c app.Check) (code, word string) {
	v := w.view
	switch {
	case c.Started.IsZero():
		return "", v.t("ui.state.unchecked")
	case !c.Final:
		return "checking", v.t("ui.state.checking")
	case c.Verdict != nil:
		return string(c.Verdict.Code), v.t("verdict." + string(c.Verdict.Code) + ".badge")
	}
	return "", v.t("ui.state.unchecked")
}

// railObject is the left rail: name, Home, the steps of the case, Settings, Help.
func (w *window) rail() fyne.CanvasObject {
	v, narrow := w.view, w.narrow()
	top := []railItem{{icon: iconHome, title: v.t("ui.home"), current: w.show == screenHome || w.show == screenPaste, onOpen: func() { w.open(screenHome) }}}
	foot := []railItem{
		{icon: iconGear, title: v.t("ui.settings"), current: w.show == screenSettings, onOpen: func() { w.open(screenSettings) }},
		{icon: iconHelp, title: v.t("ui.help"), current: w.show == screenHelp, onOpen: func() { w.open(screenHelp) }},
	}
	var caseItems []railItem
	if w.current != nil && w.show != screenHome {
		for i, s := range steps() {
			caseItems = append(caseItems, railItem{number: string(rune('1' + i)), title: v.t("ui.step." + string(s)),
				detail: w.stepDetail(s), current: w.show == s, done: w.stepDone(s) && w.show != s, onOpen: func() { w.open(s) }})
		}
	}
	logo := v.logo(narrow)
	upper := []fyne.CanvasObject{logo}
	for _, p := range v.rail(top, narrow) {
		upper = append(upper, p)
	}
	if len(caseItems) > 0 {
		if !narrow {
			upper = append(upper, padded(6, 10, v.line(v.t("ui.case"), roleCaption, tokInk2)))
		}
		for _, p := range v.rail(caseItems, narrow) {
			upper = append(upper, p)
		}
	}
	var lower []fyne.CanvasObject
	for _, p := range v.rail(foot, narrow) {
		lower = append(lower, p)
	}
	ground := v.ground(tokRail, tokNone, 0)
	edge := v.ground(tokBorder, tokNone, 0)
	side := float32(12)
	if narrow {
		side = 8
	}
	return flow(railLayout{}, ground, edge, padded(12, side, vstack(2, upper...)), padded(12, side, vstack(0, lower...)))
}

// stepDone reports whether a step has its result.
func (w *window) stepDone(s screen) bool {
	switch s {
	case screenCheck:
		return w.current.check.Final && w.current.check.Verdict != nil
	case screenReport:
		return w.current.report != nil
	case screenCause:
		return w.current.cause.cause != nil
	case screenStatement:
		return !app.SentAt(w.model(w.current)).IsZero()
	case screenUnlock:
		_, again := app.ReachableAgain(w.model(w.current))
		return again
	}
	return false
}

// railLayout keeps the lower items at the foot and a line at the right edge.
type railLayout struct{}

func (railLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	objects[0].Resize(s)
	objects[1].Move(fyne.NewPos(s.Width-1, 0))
	objects[1].Resize(fyne.NewSize(1, s.Height))
	objects[2].Resize(fyne.NewSize(s.Width, heightOf(objects[2], s.Width)))
	h := heightOf(objects[3], s.Width)
	objects[3].Move(fyne.NewPos(0, s.Height-h))
	objects[3].Resize(fyne.NewSize(s.Width, h))
}

func (railLayout) heightFor([]fyne.CanvasObject, float32) float32 { return 300 }

func (railLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(railNarrow, 300) }

// logo is the program's sign and name.
func (v *view) logo(narrow bool) fyne.CanvasObject {
	sign := box(30, 30, over(v.ground(tokPrimary, tokNone, 8), row(0, nil, v.icon(iconKey, tokOnPrimary, 19), nil)))
	if narrow {
		return padded(7, 0, row(0, nil, sign, nil))
	}
	name := v.bold("Latchkey", roleCard, tokInk)
	return padded(7, 8, row(10, sign, name, nil))
}

// stepDetail is the second line of a step.
func (w *window) stepDetail(s screen) string {
	v, c := w.view, w.current.check
	if r := w.current.report; s == screenReport && r != nil {
		return w.reportDetail(r.reading.Report)
	}
	if s == screenUnlock {
		return w.unlockDetail()
	}
	if s == screenStatement {
		return w.statementDetail()
	}
	if s != screenCheck {
		return v.t("ui.step." + string(s) + ".detail")
	}
	switch {
	case c.Started.IsZero():
		return v.t("ui.step.check.detail")
	case !c.Final:
		return v.t("ui.step.running")
	case c.Verdict == nil || c.Cancelled:
		return v.t("ui.step.stopped")
	}
	badge := v.t("verdict." + string(c.Verdict.Code) + ".badge")
	both := badge + " · " + v.t("verdict.confidence."+string(c.Verdict.Confidence))
	if measure(both, v.size(roleCaption), roleCaption.style()) > stepRoom*v.scale && w.shell.width/v.scale < wideFrom {
		return badge // whole words, rather than cut ones
	}
	return both
}

// unlockDetail is where the waiting stands.
func (w *window) unlockDetail() string {
	v, m := w.view, w.model(w.current)
	sent := app.SentAt(m)
	at, again := app.ReachableAgain(m)
	switch {
	case again:
		return v.t("ui.step.unlock.back", "time", w.brief(at))
	case !sent.IsZero():
		return v.t("ui.step.unlock.waiting", "time", w.since(w.now().Sub(sent)))
	}
	return v.t("ui.step.unlock.detail")
}

// reportDetail is a report in two words.
func (w *window) reportDetail(r *abuse.Report) string {
	v := w.view
	short := v.t("report." + string(r.Incident) + ".short")
	if r.Rows == 0 {
		return short
	}
	both := short + ", " + v.t("report.rows", "count", r.Rows)
	if measure(both, v.size(roleCaption), roleCaption.style()) > stepRoom*v.scale && w.shell.width/v.scale < wideFrom {
		return short
	}
	return both
}

// stepRoom is what the usual rail leaves for the words of a step.
const stepRoom = 126
