package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/app"
)

// In a small window, with large words, a case that is deleted at the foot of Home
// leaves the way back in sight, with the focus on it; what is brought back says
// its deadline.
func TestUndoIsInSight(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light", TextSize: "largest"})
	resize(w, leastWidth, leastContent)
	h := handsOn(t, w)
	w.readText(mailHead + netscan(5))
	h.ctrl(fyne.Key0)
	before, _ := w.deadlineOf(w.cases[0])
	h.does("Delete")
	undo, ok := w.focuses["undo"].(fyne.CanvasObject)
	if !ok || h.canvas().Focused() != w.focuses["undo"] {
		t.Fatalf("the focus is on %s", named(h.canvas().Focused()))
	}
	driver := fyne.CurrentApp().Driver()
	scroll := w.shell.page.scroll
	top := driver.AbsolutePositionForObject(undo).Y - driver.AbsolutePositionForObject(scroll).Y
	if bottom := top + undo.Size().Height; top < 0 || bottom > scroll.Size().Height {
		t.Errorf("«Undo» lies from %v to %v of %v", top, bottom, scroll.Size().Height)
	}
	h.press(fyne.KeySpace)
	if after, ok := w.deadlineOf(w.cases[0]); !ok || !after.Equal(before) {
		t.Errorf("the deadline became %v, was %v", after, before)
	}
}

// What is drawn anew because something was pressed in it stays where it was
// scrolled to; another screen begins at its top.
func TestAScreenKeepsItsPlace(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light", TextSize: "largest"})
	resize(w, leastWidth, leastContent)
	w.open(screenSettings)
	w.shell.page.scrollTo(300)
	at := w.shell.page.scroll.Offset.Y
	if at < 100 {
		t.Fatalf("it scrolls to %v only", at)
	}
	w.build()
	if y := w.shell.page.scroll.Offset.Y; y != at {
		t.Errorf("drawn anew it is at %v, was at %v", y, at)
	}
	w.change("", func(s *app.Settings) { s.NoNames = true })
	if y := w.shell.page.scroll.Offset.Y; y != at {
		t.Errorf("after a change it is at %v, was at %v", y, at)
	}
	w.open(screenHelp)
	if y := w.shell.page.scroll.Offset.Y; y != 0 {
		t.Errorf("another screen begins at %v", y)
	}
}
