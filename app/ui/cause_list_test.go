package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/app"
)

// The phase of the open step is unfolded, the others are heads that say how far
// they are; the arrows go through what is seen, and a press unfolds.
func TestPhasesFold(t *testing.T) {
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	finished(silence, locked()...)(t, w, s)
	w.open(screenReport)
	w.readText(mailHead + netscan(9))
	w.open(screenCause)
	heads := func() (all []string) {
		for _, key := range w.order {
			if strings.HasPrefix(key, "phase-") {
				all = append(all, w.focuses[key].(*press).say)
			}
		}
		return all
	}
	unfolded := func(say string) bool { return strings.Contains(say, "unfolded") }
	before, all := len(w.order), heads()
	if n := len(slices.DeleteFunc(slices.Clone(all), func(s string) bool { return !unfolded(s) })); n != 1 || len(all) < 4 || unfolded(all[0]) {
		t.Fatalf("%q", all)
	}
	first := w.order[slices.IndexFunc(w.order, func(k string) bool { return strings.HasPrefix(k, "phase-") })]
	w.win.Canvas().Focus(w.focuses[first])
	w.focuses[first].TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(w.order) <= before || !unfolded(heads()[0]) {
		t.Errorf("%d rows after %d, %q", len(w.order), before, heads()[0])
	}
	at := slices.Index(w.order, first)
	w.focuses[first].TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if w.win.Canvas().Focused() != w.focuses[w.order[at+1]] {
		t.Errorf("the arrow leads to %v", named(w.win.Canvas().Focused()))
	}
	w.focuses[first].TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(w.order) != before {
		t.Errorf("%d rows when folded again, %d before", len(w.order), before)
	}
}

// A case in which nothing was looked at begins with the step that decides it,
// says why, and leads to what asks all of them at once.
func TestTheFirstStepSaysWhyItIsFirst(t *testing.T) {
	w, _, h := opens(t, mailHead+netscan(9))
	w.open(screenCause)
	if want := w.checklist.Decides(w.incidentKind()); want == "" || w.current.cause.item != want {
		t.Fatalf("step %q is open, %q decides", w.current.cause.item, want)
	}
	h.sees("Begin here.", "Of all the steps")
	first := w.current.cause.item
	w.current.cause.item = w.causeItems()[0].ID
	w.build()
	h.lacks("Begin here.")
	w.current.cause.item = first
	w.build()
	w.focuses["begin-ssh"].(*press).onTap()
	if w.current.cause.item != itemSSH {
		t.Errorf("%q is open", w.current.cause.item)
	}
}
