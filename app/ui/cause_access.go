package ui

import (
	"fyne.io/fyne/v2"

	"latchkey/app"
)

// accessBadge says how the server can be reached now: on the way that a person
// marked as working, or because it is not locked.
func (w *window) accessBadge() fyne.CanvasObject {
	v, m := w.view, w.model(w.current)
	id, lang := app.WayInUse(m), w.language()
	look, word := mark{iconUnlock, toneOK}, ""
	own, _, _ := app.OwnAddress(m)
	switch judged := w.current.check.Verdict; {
	case id == "own-ip" && own.IsValid():
		word = v.t("ui.cause.access.own-ip", "address", own.String())
	case id != "" && v.text.Has("way."+id+".short"):
		word = v.t("ui.cause.access.way", "way", v.t("way."+id+".short"))
	case id != "": // one of the person's own ways
		word = v.t("ui.cause.access.way", "way", shorten(w.wayTitle(id, lang), 200*v.scale, v.size(roleDense), fyne.TextStyle{Bold: true}))
	case judged != nil && judged.Code == "reachable":
		word = v.t("ui.cause.access.open")
	default:
		look, word = mark{iconHelp, toneNone}, v.t("ui.cause.access.none")
	}
	return v.badge(look, word)
}

// wayTitle is what the files call a way; its id where it is gone from them.
func (w *window) wayTitle(id, lang string) string {
	for _, way := range w.Session.Ways(w.model(w.current), w.now()) {
		if way.ID == id {
			return plain(way.Title.In(lang))
		}
	}
	return id
}
