package ui

import (
	"net/url"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
)

// waySteps says why this way, what to do, and takes what came of it.
func (w *window) waySteps(m casefile.Case, way app.Way) fyne.CanvasObject {
	v, lang := w.view, w.language()
	lines := []fyne.CanvasObject{v.para("**"+plain(way.Title.In(lang))+".** "+plain(way.Why.In(lang)), roleBody, tokInk)}
	if !way.From.IsZero() {
		lines = append(lines, v.bullet(iconClock, tokWarn, v.t("ui.unlock.way.from", "time", w.moment(way.From))))
	}
	for i, step := range way.Steps {
		lines = append(lines, v.numbered(string(rune('1'+i%9)), w.wayStep(way, step, i)))
	}
	if way.ID == "own-ip" {
		lines = append(lines, w.ownAddress(m)...)
	}
	if way.Kind == app.WayPay { // that it was paid is said with the stages
		return vstack(10, lines...)
	}
	return vstack(10, append(lines, w.wayActs(way))...)
}

// wayBrief is what one needs again of a way that is in use.
func (w *window) wayBrief(way app.Way) fyne.CanvasObject {
	v, lang := w.view, w.language()
	lines := []fyne.CanvasObject{v.para(plain(way.Why.In(lang)), roleDense, tokInk2)}
	var acts []fyne.CanvasObject
	for i, step := range way.Steps {
		acts = append(acts, w.stepActs(way, step, i)...)
	}
	unfold := v.button(buttonSpec{kind: quiet, text: v.t("ui.unlock.ways.all"), height: heightSmall, onTap: func() {
		w.current.unlock.ways, w.focus = true, "way-"+way.ID
		w.build()
	}})
	return vstack(10, append(lines, wrap(8, append(acts, w.known("ways-all", unfold))...))...)
}

func (w *window) wayStep(way app.Way, step app.WayStep, i int) fyne.CanvasObject {
	v, lang := w.view, w.language()
	lines := []fyne.CanvasObject{v.para(plain(step.Text.In(lang)), roleBody, tokInk)}
	if menu := step.Menu.In(lang); menu != "" {
		lines = append(lines, v.para(plain(menu), roleDense, tokInk2))
	}
	if acts := w.stepActs(way, step, i); len(acts) > 0 {
		lines = append(lines, wrap(8, acts...))
	}
	return vstack(4, lines...)
}

// stepActs are what a step offers: a value to copy, a page to open.
func (w *window) stepActs(way app.Way, step app.WayStep, i int) (acts []fyne.CanvasObject) {
	v := w.view
	key := "way-" + way.ID + string(rune('0'+i%10))
	if step.Copy != "" {
		acts = append(acts, w.copyButton(key+"-copy", v.t("ui.unlock.copy-value", "value", step.Copy), step.Copy))
	}
	if u, err := url.Parse(step.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		acts = append(acts, w.known(key+"-open", v.button(buttonSpec{kind: secondary, icon: iconOpen, text: v.t("ui.unlock.open", "host", diag.Clean(u.Hostname(), 40)),
			height: heightSmall, onTap: func() { w.visit(u) }})))
	}
	if step.Link != "" && w.current.report != nil {
		acts = append(acts, w.known(key+"-link", v.button(buttonSpec{kind: secondary, icon: iconClip, text: v.t("ui.unlock.links"), height: heightSmall, onTap: func() {
			w.current.report.tab = tabMail
			w.open(screenReport)
		}})))
	}
	return acts
}

// ownAddress shows the address to enter at the provider, and lets a person say
// it where this computer cannot know it.
func (w *window) ownAddress(m casefile.Case) []fyne.CanvasObject {
	v, s := w.view, &w.current.unlock
	own, from, _ := app.OwnAddress(m)
	var lines []fyne.CanvasObject
	switch {
	case s.form == "address":
		save := func() { w.saveAddress() }
		lines = append(lines, w.lineField("address", iconLaptop, v.t("ui.unlock.address.field")))
		lines = append(lines, w.formTrouble()...)
		return append(lines, wrap(8, w.known("unlock-form", v.button(buttonSpec{kind: secondary, text: v.t("ui.unlock.save"), height: heightSmall, onTap: save})),
			v.button(buttonSpec{kind: quiet, text: v.t("ui.unlock.cancel"), height: heightSmall, onTap: w.closeForm})))
	case own.IsValid():
		lines = append(lines, v.bullet(iconLaptop, tokPrimary, v.t("ui.unlock.address."+from, "address", own.String())))
	default:
		lines = append(lines, v.bullet(iconHelp, tokPrimary, v.t("ui.unlock.address.unknown")))
	}
	typed := map[string]string{"address": m.Fields["own-address"]}
	return append(lines, wrap(8, w.act("own-address", iconEdit, v.t("ui.unlock.address.enter"), func() { w.openForm("address", typed) })))
}

func (w *window) saveAddress() {
	s := &w.current.unlock
	if !w.setField("own-address", s.field("address")) {
		s.trouble, w.focus = "ui.unlock.address.wrong", "unlock-address"
		w.build()
		return
	}
	w.closeForm()
}

// setField sets a field of the case as the terminal does; false: it cannot have
// that value.
func (w *window) setField(name, value string) bool {
	fits := true
	w.storeWith(w.current, func(m *casefile.Case) { fits = w.Session.SetField(m, name, value) == nil })
	return fits
}

// wayActs are what can come of a way.
func (w *window) wayActs(way app.Way) fyne.CanvasObject {
	v := w.view
	mark := func(key, code string, i icon) fyne.CanvasObject {
		return w.act("way-"+key, i, v.t("ui.unlock.way."+key), func() { w.keepEvent(code, map[string]string{"way": way.ID}) })
	}
	if way.State == app.WayInUseNow {
		return wrap(8, mark("closed", app.EventNoAccess, iconNo))
	}
	acts := []fyne.CanvasObject{mark("works", app.EventAccess, iconCheck)}
	if way.State != app.WayRefused {
		acts = append(acts, mark("refused", app.EventRefused, iconNo))
	}
	return wrap(8, acts...)
}
