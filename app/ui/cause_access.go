package ui

import (
	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
)

// accessBadge says how the server can be reached now: on the way that a person
// marked as working, by the login that it took, or because it is not locked.
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
	case letIn(m):
		word = v.t("ui.cause.access.ssh")
	case judged != nil && judged.Code == "reachable":
		word = v.t("ui.cause.access.open")
	default:
		look, word = mark{iconHelp, toneNone}, v.t("ui.cause.access.none")
	}
	return v.badge(look, word)
}

// letIn reports whether the case's server took a login over SSH, and neither a
// person nor a check said later that it is shut.
func letIn(m casefile.Case) bool {
	for _, e := range app.Timeline(m) { // the latest first
		switch e.Code {
		case app.EventCollected:
			if aboutServer(m, e) {
				return true
			}
		case app.EventNoAccess:
			return false
		case app.EventChecked, app.EventChanged, app.EventWatch, app.EventStillLock:
			if e.With["verdict"] == "locked" || e.With["verdict"] == "host-down" {
				return false
			}
		}
	}
	return false
}

// aboutServer reports whether what was collected is of the case's server, as it
// stands in the case now.
func aboutServer(m casefile.Case, e casefile.Event) bool {
	for _, in := range m.Evidence {
		if in.SHA256 == e.With["sha256"] {
			return in.Role == ""
		}
	}
	return e.With["role"] == ""
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
