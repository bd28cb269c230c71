package ui

import (
	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/checklist"
)

// causeState is how far a person got with the checklist. It stays with its case.
type causeState struct {
	item  string // id of the one that is open
	items map[string]*itemState
	cause *diag.Finding // what was taken as the cause
}

// itemState is one step of the checklist.
type itemState struct {
	state    string // "", done, not-applicable
	typed    string // in the field for the output
	evidence *app.Evidence
	large    bool // the command is shown large, for typing
}

// The states of a step.
const (
	stateDone = "done"
	stateNot  = "not-applicable"
)

func (c *causeState) of(id string) *itemState {
	if c.items == nil {
		c.items = map[string]*itemState{}
	}
	if c.items[id] == nil {
		c.items[id] = &itemState{}
	}
	return c.items[id]
}

// evidence lists all outputs that were read.
func (c *causeState) evidence() []app.Evidence {
	var all []app.Evidence
	for _, s := range c.items {
		if s.evidence != nil {
			all = append(all, *s.evidence)
		}
	}
	return all
}

// steps are the items that fit the incident, in the order in which to ask.
func (w *window) causeItems() []checklist.Item {
	if w.checklist == nil {
		w.checklist, _ = w.Session.Checklist()
	}
	return w.checklist.For(w.incidentKind())
}

// incidentKind is the checklist's word for what the case is about.
func (w *window) incidentKind() string {
	r := w.current
	if r.report != nil {
		rep := r.report.reading.Report
		return app.KindOf(rep.Incident, rep.LogType)
	}
	return app.KindOf(r.reason, "")
}

// causeScreen is step 3: the checklist left, the open step right.
func (w *window) causeScreen() fyne.CanvasObject {
	v, c := w.view, &w.current.cause
	items := w.causeItems()
	if len(items) == 0 {
		return w.laterScreen(screenCause)
	}
	if _, ok := w.checklist.ByID(c.item); !ok {
		c.item = w.firstOpen(items)
	}
	lines := []fyne.CanvasObject{vstack(2, v.line(v.t("ui.cause.title"), roleTitle, tokInk), v.para(v.t("ui.cause.text"), roleBody, tokInk2))}
	if w.notRead != nil {
		lines = append(lines, w.notReadBox())
	}
	list, right := w.causeList(items), vstack(14, w.itemColumn(items)...)
	if w.narrow() && v.scale > scaleNormal {
		lines = append(lines, list, right)
	} else {
		lines = append(lines, hsplit(14, []float32{2, 5}, flow(stack{}, list), flow(stack{}, right)))
	}
	return flow(centred{mostContent + 48}, padded(22, 24, vstack(14, lines...)))
}

// firstOpen is the step to begin with: the deciding one if nothing was done.
func (w *window) firstOpen(items []checklist.Item) string {
	c := &w.current.cause
	if id := w.checklist.Decides(w.incidentKind()); id != "" && c.of(id).state == "" && len(c.evidence()) == 0 {
		return id
	}
	for _, i := range items {
		if c.of(i.ID).state == "" {
			return i.ID
		}
	}
	return items[0].ID
}

// causeList draws the phases with their steps.
func (w *window) causeList(items []checklist.Item) fyne.CanvasObject {
	v, c := w.view, &w.current.cause
	done, findings := 0, 0
	for _, i := range items {
		s := c.of(i.ID)
		if s.state != "" {
			done++
		}
		if s.evidence != nil {
			findings += len(s.evidence.Findings)
		}
	}
	meter := box(0, 8, flow(shareLayout{float32(done) / float32(len(items))}, v.ground(tokOK, tokNone, 4)))
	head := vstack(8, hsplit(8, []float32{1, 0}, v.bold(v.t("ui.cause.done", "done", done, "count", len(items)), roleBody, tokInk),
		v.line(v.t("ui.cause.findings", "count", findings), roleCaption, tokInk2)), over(v.ground(tokBorder, tokNone, 4), meter))
	lines := []fyne.CanvasObject{padded(12, 14, head)}
	for _, phase := range checklist.Phases() {
		var rows []fyne.CanvasObject
		of, ready := 0, 0
		for _, i := range items {
			if i.Phase != phase {
				continue
			}
			of++
			if c.of(i.ID).state != "" {
				ready++
			}
			rows = append(rows, w.causeRow(i))
		}
		if of == 0 {
			continue
		}
		title := hsplit(8, []float32{1, 0}, v.bold(v.t("ui.cause.phase."+string(phase)), roleDense, tokInk), v.line(v.t("ui.cause.of", "done", ready, "of", of), roleCaption, tokInk2))
		lines = append(lines, over(v.ground(tokSunken, tokNone, 0), padded(7, 14, title)), vstack(0, rows...))
	}
	return v.sheet(toneNone, padding1(vstack(0, lines...)))
}

// causeRow is one step in the list.
func (w *window) causeRow(i checklist.Item) fyne.CanvasObject {
	v, s := w.view, w.current.cause.of(i.ID)
	mark, ink := iconBox, tokStrong
	word := v.t("ui.cause.state.open")
	switch s.state {
	case stateDone:
		mark, ink, word = iconOK, tokOK, v.t("ui.cause.state.done")
	case stateNot:
		mark, ink, word = iconNo, tokInk3, v.t("ui.cause.state.not")
	}
	title := i.Title.In(w.language())
	text := v.para(title, roleBody, tokInk)
	current := i.ID == w.current.cause.item
	if current {
		text = v.para("**"+title+"**", roleBody, tokPrimary)
	}
	parts, weights := []fyne.CanvasObject{flow(topLeft{}, v.icon(mark, ink, 18)), text}, []float32{0, 1}
	if worst := worstOf(s.evidence); worst != "" {
		flag, flagInk := severityMark(worst)
		parts, weights = append(parts, flow(topLeft{}, v.icon(flag, flagInk, 16))), append(weights, 0)
		word += ", " + v.t("ui.severity."+string(worst))
	}
	var line fyne.CanvasObject = padded(7, 14, hsplit(10, weights, parts...))
	if current {
		line = over(v.ground(tokPrimaryTint, tokNone, 0), line)
	}
	p := v.press(line, 4, title+": "+word, func() {
		w.current.cause.item = i.ID
		w.focus = "item-" + i.ID
		w.build()
	})
	w.focuses["item-"+i.ID] = p
	return p
}

// worstOf is the highest severity in an output, "" for none.
func worstOf(e *app.Evidence) diag.Severity {
	if e == nil {
		return ""
	}
	for _, s := range []diag.Severity{diag.Critical, diag.Warning, diag.Notice} {
		for _, f := range e.Findings {
			if f.Severity == s {
				return s
			}
		}
	}
	return ""
}

func severityMark(s diag.Severity) (icon, token) {
	switch s {
	case diag.Critical:
		return iconStop, tokLock
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

// language is the tag of the language on screen.
func (w *window) language() string { return w.view.text.Tag }
