package ui

import (
	"net/url"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
)

// waysCard shows the ways in and out that fit the reason of the lock, and the
// steps of one of them.
func (w *window) waysCard(m casefile.Case) fyne.CanvasObject {
	v, s := w.view, &w.current.unlock
	ways := w.Session.Ways(m, w.now())
	if len(ways) == 0 {
		return v.titled(v.t("ui.unlock.ways"), v.para(v.t("ui.unlock.ways.none"), roleBody, tokInk2))
	}
	chosen := 0
	for i, way := range ways {
		if way.ID == s.way {
			chosen = i
		}
	}
	reason := v.t("ui.unlock.reason", "reason", v.t("report."+string(w.incident(m))+".short"))
	lines := []fyne.CanvasObject{vstack(2, v.para("**"+v.t("ui.unlock.ways")+"**", roleCard, tokInk), v.para(reason, roleDense, tokInk2))}
	lines = append(lines, w.wayTiles(ways, chosen)...)
	return v.card(toneNone, vstack(12, append(lines, v.rule(), w.waySteps(m, ways[chosen]))...))
}

// incident is what the lock is about as far as that is known.
func (w *window) incident(m casefile.Case) string {
	switch r := w.current; {
	case m.Reason != "":
		return m.Reason
	case r.report != nil:
		return string(r.report.reading.Report.Incident)
	}
	return "unknown"
}

// wayMark is how a state looks.
func wayMark(s app.WayState) mark {
	return map[app.WayState]mark{
		app.WayInUseNow: {iconCheck, toneOK}, app.WayPossible: {iconDot, toneNone},
		app.WayTryLast: {iconClock, toneWarn}, app.WayRefused: {iconNo, toneLock},
	}[s]
}

// wayIcon is a sign for what a way is.
func wayIcon(way app.Way) icon {
	if i, ok := map[string]icon{"own-ip": iconKey, "console": iconLaptop, "console-cloud": iconLaptop, "rescue": iconServer, "ftp-rescue": iconServer,
		"invoice": iconPage, "ticket": iconMail, "written-answer": iconMail, "restart": iconPower}[way.ID]; ok {
		return i
	}
	return map[app.WayKind]icon{app.WayPay: iconPage, app.WayAccess: iconKey, app.WayRelease: iconUnlock}[way.Kind]
}

// wayRoom is how wide a tile is at least.
const wayRoom = 190

// wayTiles are the ways by their kinds, some side by side.
func (w *window) wayTiles(ways []app.Way, chosen int) []fyne.CanvasObject {
	v := w.view
	room := w.contentWidth()*2/3 - 60
	switch {
	case w.narrow() || v.scale > scaleNormal:
		room = w.contentWidth() - 36
	case w.wide():
		room = w.contentWidth()*20/53 - 60
	}
	each := max(int(room/(wayRoom*v.scale)), 1)
	var lines, tiles []fyne.CanvasObject
	flush := func() {
		for len(tiles) > 0 {
			n := min(each, len(tiles))
			cells := tiles[:n:n]
			weights := make([]float32, each)
			for i := range weights {
				weights[i] = 1
				if i >= n {
					cells = append(cells, spring())
				}
			}
			lines = append(lines, hsplit(12, weights, cells...))
			tiles = tiles[n:]
		}
	}
	for i, way := range ways {
		if i == 0 || ways[i-1].Kind != way.Kind {
			flush()
			lines = append(lines, v.line(v.t("way.kind."+string(way.Kind)), roleCaption, tokInk2))
		}
		tiles = append(tiles, w.wayTile(way, i == chosen))
	}
	flush()
	return lines
}

// wayTile is one way: what it is, how it stands, in a line.
func (w *window) wayTile(way app.Way, chosen bool) fyne.CanvasObject {
	v, lang := w.view, w.language()
	title, state := way.Title.In(lang), v.t("way.state."+string(way.State))
	fill, edge := tokSurface, tokBorder
	say := title + ", " + state
	if chosen {
		fill, edge = tokPrimaryTint, tokPrimary
		say += ", " + v.t("ui.chip.chosen")
	}
	content := vstack(6, flow(apart{6, 24 * v.scale}, wrap(0, v.iconOn(wayIcon(way), tokPrimary, fill, 20)), v.badge(wayMark(way.State), state)),
		v.para("**"+plain(title)+"**", roleBody, tokInk), v.para(plain(way.Note.In(lang)), roleCaption, tokInk2))
	ground := v.ground(fill, edge, 10)
	if chosen {
		ground.StrokeWidth = 2
	}
	return w.known("way-"+way.ID, v.press(over(ground, pad(12, content)), 10, say, func() {
		w.current.unlock.way, w.focus = way.ID, "way-"+way.ID
		w.build()
	}))
}

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
	return vstack(10, append(lines, w.wayActs(way))...)
}

func (w *window) wayStep(way app.Way, step app.WayStep, i int) fyne.CanvasObject {
	v, lang := w.view, w.language()
	lines := []fyne.CanvasObject{v.para(plain(step.Text.In(lang)), roleBody, tokInk)}
	if menu := step.Menu.In(lang); menu != "" {
		lines = append(lines, v.para(plain(menu), roleDense, tokInk2))
	}
	var acts []fyne.CanvasObject
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
	if len(acts) > 0 {
		lines = append(lines, wrap(8, acts...))
	}
	return vstack(4, lines...)
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
		s.trouble, w.focus = "ui.unlock.address.wrong", "unlock-form"
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
