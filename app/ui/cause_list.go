package ui

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/checklist"
)

// causeList draws the phases with their steps.
func (w *window) causeList(items []checklist.Item) fyne.CanvasObject {
	v, c := w.view, &w.current.cause
	w.order = nil
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
	for _, k := range c.counting() {
		findings += len(k.reading.Findings)
	}
	words := v.t("ui.cause.done", "done", done, "count", len(items))
	part := v.ground(tokOK, tokNone, 4)
	part.Hidden = done == 0
	bar := over(v.ground(tokBorder, tokNone, 4), box(0, 8, flow(shareLayout{float32(done) / float32(len(items))}, part)))
	head := vstack(8, hsplit(8, []float32{1, 0}, v.bold(words, roleBody, tokInk), v.line(v.t("ui.cause.findings", "count", findings), roleCaption, tokInk2)),
		v.spoken(words, bar))
	lines := append([]fyne.CanvasObject{padded(12, 14, head)}, w.wholeRows()...)
	for _, phase := range checklist.Phases() {
		var own []checklist.Item
		for _, i := range items {
			if i.Phase == phase {
				own = append(own, i)
			}
		}
		if len(own) > 0 {
			lines = append(lines, w.phaseRows(phase, own)...)
		}
	}
	const corner = 10 // the last head stays out of the round corners
	return v.sheet(toneNone, padding1(vstack(0, append(lines, v.rule(), box(0, corner, spring()))...)))
}

// phaseRows are a phase's head, which folds it, and its steps.
func (w *window) phaseRows(phase checklist.Phase, items []checklist.Item) []fyne.CanvasObject {
	v, c := w.view, &w.current.cause
	ready, worst := 0, []diag.Finding{}
	open, set := c.unfolded[phase]
	for _, i := range items {
		if c.of(i.ID).state != "" {
			ready++
		}
		worst = append(worst, w.findingsOf(i)...)
		open = open || !set && i.ID == c.item
	}
	arrow, state := iconDown, v.t("ui.cause.folded")
	if open {
		arrow, state = iconUp, v.t("ui.cause.unfolded")
	}
	title, of := v.t("ui.cause.phase."+string(phase)), v.t("ui.cause.of", "done", ready, "of", len(items))
	parts, weights := []fyne.CanvasObject{v.para("**"+title+"**", roleDense, tokInk)}, []float32{1}
	say := title + ": " + of + ", " + state
	if s := worstOf(worst); s != "" && !open {
		flag, ink := severityMark(s)
		parts, weights = append(parts, flow(topLeft{}, v.iconOn(flag, ink, tokSunken, 16))), append(weights, 0)
		say += ", " + v.t("ui.severity."+string(s))
	}
	parts = append(parts, flow(topLeft{}, v.line(of, roleCaption, tokInk2)), flow(topLeft{}, v.iconOn(arrow, tokInk2, tokSunken, 16)))
	head := w.listPress("phase-"+string(phase), 0, over(v.ground(tokSunken, tokNone, 0), padded(7, 14, hsplit(8, append(weights, 0, 0), parts...))), say, func() {
		if c.unfolded == nil {
			c.unfolded = map[checklist.Phase]bool{}
		}
		c.unfolded[phase] = !open
		w.focus = "phase-" + string(phase)
		w.build()
	})
	if !open {
		return []fyne.CanvasObject{v.rule(), head}
	}
	var rows []fyne.CanvasObject
	for _, i := range items {
		rows = append(rows, w.causeRow(i))
	}
	return []fyne.CanvasObject{v.rule(), head, vstack(0, rows...)}
}

// wholeRows lead to what looks at all of the server at once.
func (w *window) wholeRows() []fyne.CanvasObject {
	v, c := w.view, &w.current.cause
	whole := func(i icon, ink token) fyne.CanvasObject { return v.icon(i, ink, tickSize) }
	rows := []fyne.CanvasObject{w.listRow(itemSSH, whole(iconServer, tokPrimary), v.t("ui.cause.ssh"), w.sshWord(), ""),
		w.listRow(itemCollect, whole(iconList, tokPrimary), v.t("ui.cause.collect"), "", "")}
	for i, k := range c.collections {
		worst, mark, ink := diag.Severity(""), iconOK, tokOK
		switch k.role {
		case "":
			worst = worstOf(k.reading.Findings)
		case casefile.RoleTwin:
			mark, ink = iconServer, tokInk2
		default:
			mark, ink = iconNo, tokInk3
		}
		rows = append(rows, w.listRow(itemCollection+strconv.Itoa(i), whole(mark, ink), w.collectionTitle(k), v.t("ui.cause.role."+k.roleWord()), worst))
	}
	rows = append(rows, w.listRow(itemTwin, whole(iconServer, tokPrimary), v.t("ui.cause.twin"), "", ""))
	title := v.bold(v.t("ui.cause.whole"), roleDense, tokInk)
	return []fyne.CanvasObject{over(v.ground(tokSunken, tokNone, 0), padded(7, 14, title)), vstack(0, rows...)}
}

// causeRow is one step in the list.
func (w *window) causeRow(i checklist.Item) fyne.CanvasObject {
	v, s := w.view, w.current.cause.of(i.ID)
	mark, word := v.tick(false), v.t("ui.cause.state.open")
	switch s.state {
	case stateDone:
		mark, word = v.tick(true), v.t("ui.cause.state.done")
	case stateNot:
		mark, word = v.icon(iconNo, tokInk3, tickSize), v.t("ui.cause.state.not")
	}
	return w.listRow(i.ID, mark, i.Title.In(w.language()), word, worstOf(w.findingsOf(i)))
}

// listRow is something to open, with its state as a mark and in words.
func (w *window) listRow(id string, mark fyne.CanvasObject, title, word string, worst diag.Severity) fyne.CanvasObject {
	v := w.view
	text := v.para(title, roleBody, tokInk)
	current := id == w.current.cause.item
	if current {
		text = v.para("**"+title+"**", roleBody, tokPrimary)
	}
	parts, weights := []fyne.CanvasObject{flow(topLeft{}, mark), text}, []float32{0, 1}
	if worst != "" {
		flag, flagInk := severityMark(worst)
		parts, weights = append(parts, flow(topLeft{}, v.icon(flag, flagInk, 16))), append(weights, 0)
		word += ", " + v.t("ui.severity."+string(worst))
	}
	var line fyne.CanvasObject = padded(7, 14, hsplit(10*v.scale, weights, parts...))
	if current {
		line = over(v.ground(tokPrimaryTint, tokNone, 0), line)
	}
	say := title
	if word != "" {
		say += ": " + word
	}
	return w.listPress("item-"+id, 4, line, say, func() {
		w.current.cause.item, w.saved = id, ""
		w.focus = "item-" + id
		w.build()
		if w.stacked() { // the list is longer than the window
			w.walkList("item-"+id, fyne.KeyRight)
		}
	})
}

// listPress is something in the list to press; the arrows go up and down in it.
func (w *window) listPress(key string, radius float32, content fyne.CanvasObject, say string, onTap func()) *press {
	p := w.view.press(content, radius, say, onTap)
	p.onKey = func(name fyne.KeyName) bool { return w.walkList(key, name) }
	w.order = append(w.order, key)
	return w.known(key, p)
}

// walkList goes up and down in the list, and with the arrow to the right to what
// is open beside it.
func (w *window) walkList(place string, key fyne.KeyName) bool {
	at := slices.Index(w.order, place)
	var to []string
	switch key {
	case fyne.KeyUp:
		to = []string{w.order[max(at-1, 0)]}
	case fyne.KeyDown:
		to = []string{w.order[min(at+1, len(w.order)-1)]}
	case fyne.KeyRight:
		to = []string{"state", "role-server", "ssh-secret", "ssh-address", "ssh-stop", "save-script", "bring"}
	}
	for _, place := range to {
		if f, ok := w.focuses[place]; ok {
			w.win.Canvas().Focus(f)
			break
		}
	}
	return len(to) > 0
}
