package ui

import (
	"slices"

	"fyne.io/fyne/v2"

	"latchkey/diag/checklist"
)

// itemColumn is the open step: question, command and output, and beside or below
// it findings and match.
func (w *window) itemColumn() (step, side []fyne.CanvasObject) {
	v, c := w.view, &w.current.cause
	item, _ := w.checklist.ByID(c.item)
	s := c.of(item.ID)
	if found := w.findingsOf(item); s.evidence != nil || len(found) > 0 || len(w.answeredBy(item)) > 0 {
		side = append(side, w.findingsCard(v.t("ui.cause.findings.title"), found))
	}
	if m := w.matchCard(); m != nil {
		side = append(side, m)
	}
	if len(c.evidence()) == 0 {
		side = append(side, v.titled(v.t("ui.cause.none.title"), v.para(v.t("ui.cause.none.text"), roleBody, tokInk2)))
	}
	return []fyne.CanvasObject{w.itemCard(item, s)}, side
}

// itemCard asks, says why, gives the commands and takes the output.
func (w *window) itemCard(i checklist.Item, s *itemState) fyne.CanvasObject {
	v, tag := w.view, w.language()
	lines := []fyne.CanvasObject{
		w.itemTitle(i, s),
		v.para(i.Why.In(tag), roleBody, tokInk2),
	}
	if w.beginsWith(i) {
		lines = append(lines, w.beginLine())
	}
	for _, group := range []struct {
		key      string
		commands []string
	}{{"ui.cause.live", i.Live}, {"ui.cause.short", shortOf(i)}, {"ui.cause.rescue", i.Rescue}} {
		if len(group.commands) == 0 {
			continue
		}
		if len(i.Rescue) > 0 || len(shortOf(i)) > 0 {
			lines = append(lines, v.bold(v.t(group.key), roleDense, tokInk2))
		}
		for _, c := range group.commands {
			lines = append(lines, w.command(c, s))
		}
	}
	if len(i.Live)+len(i.Rescue) > 0 {
		lines = append(lines, v.para(v.t("ui.cause.only-reads"), roleCaption, tokInk2))
	}
	if look := i.Look.In(tag); look != "" && s.evidence == nil {
		lines = append(lines, v.bullet(iconFind, tokPrimary, look))
	}
	if harmless := i.False.In(tag); harmless != "" {
		lines = append(lines, v.bullet(iconHelp, tokInk2, v.t("ui.cause.harmless", "text", harmless)))
	}
	return v.card(toneNone, vstack(10, append(lines, w.outputLines(i, s)...)...))
}

// beginsWith reports whether a case in which nothing was looked at begins with a
// step: with the one that decides cases of its kind.
func (w *window) beginsWith(i checklist.Item) bool {
	c := &w.current.cause
	return i.ID == w.checklist.Decides(w.incidentKind()) && c.of(i.ID).state == "" && len(c.evidence()) == 0
}

// beginLine says why a step is first of so many, and leads to what asks all of
// them at once.
func (w *window) beginLine() fyne.CanvasObject {
	v := w.view
	words := v.item(v.iconOn(iconAim, tokPrimary, tokPrimaryTint, 18), 28, v.para(v.t("ui.cause.begin"), roleBody, tokInk))
	all := w.known("begin-ssh", v.button(buttonSpec{kind: secondary, icon: iconServer, text: v.t("ui.cause.ssh"), height: heightSmall, onTap: func() {
		w.current.cause.item, w.focus = itemSSH, "item-"+itemSSH
		w.build()
	}}))
	return over(v.ground(tokPrimaryTint, tokPrimaryBorder, 8), pad(10, flow(apart{10, 240 * v.scale}, words, all)))
}

// itemTitle is the question, with how far it got beside or below it.
func (w *window) itemTitle(i checklist.Item, s *itemState) fyne.CanvasObject {
	v := w.view
	title, chips := v.para("**"+i.Title.In(w.language())+"**", roleCard, tokInk), w.stateChips(i, s)
	if v.scale > scaleNormal {
		return vstack(8, title, wrap(8, chips...))
	}
	return hsplit(12, []float32{1, 0}, title, row(8, chips...))
}

// stateChips set a step by hand.
func (w *window) stateChips(i checklist.Item, s *itemState) []fyne.CanvasObject {
	v := w.view
	set := func(state string) func() {
		return func() {
			if s.state == state {
				state = ""
			}
			s.state = state
			w.store(w.current)
			w.build()
		}
	}
	done, not := v.t("ui.cause.state.done"), v.t("ui.cause.state.not")
	return []fyne.CanvasObject{w.known("state", v.chip(done, s.state == stateDone, i.Title.In(w.language())+": "+done, set(stateDone))),
		w.known("state-not", v.chip(not, s.state == stateNot, i.Title.In(w.language())+": "+not, set(stateNot)))}
}

// shortOf is the form of a step's command for typing into a console, if it has
// one of its own.
func shortOf(i checklist.Item) []string {
	if i.Short == "" || slices.Contains(i.Live, i.Short) {
		return nil
	}
	return []string{i.Short}
}

// command is a command to run on the server, with buttons that copy it and show
// it large.
func (w *window) command(text string, s *itemState) fyne.CanvasObject {
	v := w.view
	copied := w.known("copy-"+text, v.button(buttonSpec{kind: secondary, icon: iconCopy, text: v.t("ui.cause.copy"), height: heightSmall, onTap: func() { w.App.Clipboard().SetContent(text) }}))
	copied.say = v.t("ui.cause.copy") + ": " + text
	key := "ui.cause.large"
	if s.large == text {
		key = "ui.cause.large.close"
	}
	large := w.known("large-"+text, v.button(buttonSpec{kind: quiet, text: v.t(key), height: heightSmall, onTap: func() {
		if s.large == text {
			text = ""
		}
		s.large = text
		w.build()
	}}))
	large.say = v.t(key) + ": " + text
	var words fyne.CanvasObject = hsplit(12, []float32{1, 0, 0}, flow(middle{}, v.para(text, roleMono, tokInk)), large, copied)
	if room := w.itemWidth() - 100; w.narrow() || v.scale > scaleNormal || room-copied.MinSize().Width-large.MinSize().Width < measure(text, v.size(roleMono), roleMono.style()) {
		words = vstack(8, v.para(text, roleMono, tokInk), wrap(8, copied, large))
	}
	if s.large == text {
		words = vstack(12, words, v.forTyping(text))
	}
	return over(v.ground(tokSunken, tokBorder, 8), padded(8, 14, words))
}
