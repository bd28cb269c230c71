package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/app"
)

// A dialog is closed by Esc, and while it is open no key changes the screen below.
func TestEscClosesADialog(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "de", Theme: "light"})
	h := handsOn(t, w)
	h.ctrl(fyne.KeyComma)
	for name, show := range map[string]func(){"files": w.chooseFile, "words": func() { w.showNode(node{name: "a", say: "b"}) }} {
		w.current = &record{}
		show()
		if !w.dialogOpen() {
			t.Fatalf("%s: no dialog", name)
		}
		h.press(fyne.KeyF1)
		h.ctrl(fyne.Key0)
		h.at(screenSettings)
		h.press(fyne.KeyEscape)
		if w.dialogOpen() {
			t.Errorf("%s: Esc leaves it open", name)
		}
		w.current = nil
		h.press(fyne.KeyF1)
		h.at(screenHelp)
		h.ctrl(fyne.KeyComma)
	}
}
