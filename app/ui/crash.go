package ui

import (
	"fyne.io/fyne/v2"

	"latchkey/app"
)

// crashes is what the window needs of the session to tell that it ended against
// its will.
type crashes interface {
	LastCrash() (app.Crash, bool)
	DiscardCrash() error
}

// crashNote offers to go on after a crash; nil if there was none.
func (w *window) crashNote() fyne.CanvasObject {
	v := w.view
	crash, ok := w.Session.LastCrash()
	if !ok {
		return nil
	}
	copied := v.button(buttonSpec{kind: quiet, icon: iconCopy, text: v.t("ui.crash.copy"), height: heightSmall, onTap: func() {
		w.App.Clipboard().SetContent(crash.Text)
	}})
	discard := v.button(buttonSpec{kind: quiet, text: v.t("ui.crash.discard"), height: heightSmall, onTap: w.discardCrash})
	w.focuses["crash"] = copied
	actions := []fyne.CanvasObject{copied, discard, nil}
	if r := w.lastChanged(); r != nil {
		again := v.button(buttonSpec{kind: secondary, icon: iconRight, text: v.t("ui.crash.again", "name", w.title(r.check)), height: heightSmall, onTap: func() { w.openCase(r) }})
		actions = append([]fyne.CanvasObject{again}, actions...)
	}
	at := crash.Time.In(w.now().Location()).Format("2006-01-02 15:04")
	return v.problem(v.t("ui.crash.title", "time", at), v.t("ui.crash.text", "path", crash.Path), actions...)
}

func (w *window) discardCrash() {
	if w.Session.DiscardCrash() != nil {
		w.listTrouble = "ui.crash.kept"
	}
	w.focus = "field"
	w.build()
}

// lastChanged is the case somebody worked on last; nil if there is none.
func (w *window) lastChanged() *record {
	var last *record
	for _, r := range w.cases {
		if !r.example && (last == nil || r.changed.After(last.changed)) {
			last = r
		}
	}
	return last
}
