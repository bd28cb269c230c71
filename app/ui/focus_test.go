package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"latchkey/app"
)

// A field that is no longer drawn does not keep the focus: Fyne would go on
// giving it every key, and F1 or F5 would do nothing.
func TestAFieldThatIsGoneLosesTheFocus(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.openPaste()
	field := h.canvas().Focused()
	if _, ok := field.(*entry); !ok {
		t.Fatalf("the focus is on %T", field)
	}
	w.readText(mailHead + netscan(9))
	h.at(screenReport)
	if f := h.canvas().Focused(); f != nil {
		t.Errorf("the focus is still on %s", named(f))
	}
	h.press(fyne.KeyF1)
	h.at(screenHelp)
}

// Something that is drawn anew while the keyboard is on it keeps the focus.
func TestTheFocusOutlivesANewDrawing(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	h.ctrl(fyne.KeyComma)
	h.tabTo("Help")
	before := h.canvas().Focused()
	w.build()
	after, ok := h.canvas().Focused().(*press)
	if !ok || after == before || named(after) != named(before) {
		t.Errorf("the focus went from %s to %s", named(before), named(h.canvas().Focused()))
	}
	test.Tap(after) // with the mouse: no ring on the next screen
	h.at(screenHelp)
	if f := h.canvas().Focused(); f != nil {
		t.Errorf("the focus is on %s", named(f))
	}
}
