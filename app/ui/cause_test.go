package ui

import (
	"testing"

	"fyne.io/fyne/v2"
)

// Step 3 by keyboard alone: open a step, paste its output, take the cause.
func TestTheCauseWithoutAMouse(t *testing.T) {
	w, s, h := opens(t, mailHead+netscan(509))
	s.play(checked(t, s, silence, locked()...))
	w.receive()
	w.open(screenCause)
	item, ok := w.checklist.ByID("F3")
	if !ok {
		t.Fatal("no step F3")
	}
	h.canvas().Unfocus()
	h.tabTo(item.Title.In("en") + ": ")
	h.press(fyne.KeyReturn)
	h.on(item.Title.In("en"))
	if w.current.cause.item != "F3" {
		t.Fatalf("the open step is %s", w.current.cause.item)
	}
	h.tabTo("field Output of the command")
	h.write(sockets)
	h.tabTo("Read it")
	h.press(fyne.KeyReturn)
	h.sees("kswapd00")
	if key := w.nextAction().key; key != "ui.next.cause" {
		t.Errorf("before a cause was taken: %s", key)
	}
	h.tabTo("Use as cause")
	h.press(fyne.KeySpace)
	if w.current.cause.cause == nil {
		t.Fatalf("no cause was taken:\n%s", h.text())
	}
	h.sees("Next: write the statement")
	h.tabTo("Next: write the statement")
	h.press(fyne.KeyReturn)
	h.at(screenStatement)
}
