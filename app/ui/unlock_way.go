package ui

import (
	"slices"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
)

// waysCard shows the ways in and out that fit the reason of the lock, and the
// steps of one of them.
func (w *window) waysCard(m casefile.Case) fyne.CanvasObject {
	v := w.view
	ways := w.Session.Ways(m, w.now())
	if len(ways) == 0 {
		return v.titled(v.t("ui.unlock.ways"), v.para(v.t("ui.unlock.ways.none"), roleBody, tokInk2))
	}
	chosen := chosenWay(ways, w.current.unlock.way)
	reason := v.t("ui.unlock.reason", "reason", v.t("report."+string(w.incident(m))+".short"))
	if m.Invoice == "yes" {
		reason = v.t("ui.unlock.reason", "reason", v.t("cli.case.invoice.yes"))
	}
	title := v.t("ui.unlock.ways")
	if ways[0].Kind == app.WayPay {
		title = v.t("ui.unlock.ways.pay")
	}
	lines := []fyne.CanvasObject{flow(apart{8, 200 * v.scale}, v.para("**"+title+"**", roleCard, tokInk), padded(3, 0, v.line(reason, roleDense, tokInk2)))}
	lines = append(lines, w.wayTiles(ways, chosen)...)
	if w.waysFolded(ways) {
		return v.card(toneNone, vstack(12, append(lines, w.wayBrief(ways[chosen]))...))
	}
	return v.card(toneNone, vstack(12, append(lines, v.rule(), w.waySteps(m, ways[chosen]))...))
}

// chosenWay is whose steps are shown: the one a person chose, else that in use,
// else the first that is possible.
func chosenWay(ways []app.Way, id string) int {
	for _, is := range []func(app.Way) bool{
		func(way app.Way) bool { return way.ID == id },
		func(way app.Way) bool { return way.State == app.WayInUseNow },
		func(way app.Way) bool { return way.State == app.WayPossible },
	} {
		if i := slices.IndexFunc(ways, is); i >= 0 {
			return i
		}
	}
	return 0
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

// wayTiles are the ways in, some side by side; the ways out are a line each.
func (w *window) wayTiles(ways []app.Way, chosen int) []fyne.CanvasObject {
	v := w.view
	room := w.contentWidth()*2/3 - 60
	switch {
	case w.narrow() || v.scale > scaleNormal:
		room = w.contentWidth() - 36
	case w.wide():
		room = w.contentWidth()*20/53 - 60
	}
	var lines, tiles []fyne.CanvasObject
	for i, way := range ways {
		if way.Kind == app.WayRelease {
			continue
		}
		tiles = append(tiles, w.wayTile(way, i == chosen))
	}
	for _, n := range even(len(tiles), max(int(room/(wayRoom*v.scale)), 1)) {
		lines = append(lines, hsplit(12, slices.Repeat([]float32{1}, n), tiles[:n:n]...))
		tiles = tiles[n:]
	}
	if w.waysFolded(ways) {
		return lines
	}
	first := true
	for i, way := range ways {
		if way.Kind != app.WayRelease {
			continue
		}
		if first {
			lines, first = append(lines, v.line(v.t("way.kind.release"), roleCaption, tokInk2)), false
		}
		lines = append(lines, w.wayLine(way, i == chosen))
	}
	return lines
}

// even parts n tiles into rows of at most most, all as full as can be: four are
// two and two, not three and one.
func even(n, most int) []int {
	var rows []int
	for left := (n + most - 1) / most; left > 0; left-- {
		rows = append(rows, (n+left-1)/left)
		n -= rows[len(rows)-1]
	}
	return rows
}

// waysFolded reports whether the steps are put away: once a way is in use, the
// waiting counts. A person can have them back.
func (w *window) waysFolded(ways []app.Way) bool {
	s := &w.current.unlock
	used := slices.ContainsFunc(ways, func(way app.Way) bool { return way.State == app.WayInUseNow })
	return used && !s.ways && s.way == "" && s.form != "address"
}

// wayLine is a way out, in one line.
func (w *window) wayLine(way app.Way, chosen bool) fyne.CanvasObject {
	v := w.view
	title, state := plain(way.Title.In(w.language())), v.t("way.state."+string(way.State))
	fill, edge, say := w.wayLook(chosen, title+", "+state)
	ground := v.ground(fill, edge, 10)
	if chosen {
		ground.StrokeWidth = 2
	}
	words := v.item(v.iconOn(wayIcon(way), tokPrimary, fill, 18), 28, v.para("**"+title+"**", roleDense, tokInk))
	content := flow(apart{8, 150 * v.scale}, padded(4, 0, words), v.badge(wayMark(way.State), state))
	return w.known("way-"+way.ID, v.press(over(ground, padded(5, 12, content)), 10, say, func() { w.chooseWay(way.ID) }))
}

// wayLook is how a way looks that is shown below, or is not.
func (w *window) wayLook(chosen bool, words string) (fill, edge token, say string) {
	if chosen {
		return tokPrimaryTint, tokPrimary, words + ", " + w.view.t("ui.chip.chosen")
	}
	return tokSurface, tokBorder, words
}

func (w *window) chooseWay(id string) {
	w.current.unlock.way, w.focus = id, "way-"+id
	w.build()
}

// wayTile is one way: what it is, how it stands, in a line.
func (w *window) wayTile(way app.Way, chosen bool) fyne.CanvasObject {
	v, lang := w.view, w.language()
	title, state := way.Title.In(lang), v.t("way.state."+string(way.State))
	fill, edge, say := w.wayLook(chosen, title+", "+state)
	content := vstack(6, flow(apart{6, 24 * v.scale}, wrap(0, v.iconOn(wayIcon(way), tokPrimary, fill, 20)), v.badge(wayMark(way.State), state)),
		v.para("**"+plain(title)+"**", roleBody, tokInk), v.para(plain(way.Note.In(lang)), roleCaption, tokInk2))
	ground := v.ground(fill, edge, 10)
	if chosen {
		ground.StrokeWidth = 2
	}
	return w.known("way-"+way.ID, v.press(over(ground, pad(12, content)), 10, say, func() { w.chooseWay(way.ID) }))
}
