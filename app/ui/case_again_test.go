package ui

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
)

// The same server checked again from Home goes on in its case, also after a
// restart; a quiet button begins another.
func TestACheckGoesOnInItsCase(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	work(t, w, s)
	w.release()

	for _, typed := range []string{"web1.example.org", "WEB1.example.org", "192.0.2.10"} {
		w, s = newStageAt(t, home, ordinary())
		h := handsOn(t, w)
		h.write(typed)
		h.press(fyne.KeyReturn)
		if len(w.cases) != 1 || len(s.started) != 1 || w.current.report == nil || w.current.cause.cause == nil {
			t.Fatalf("%s: %d cases, %q checked", typed, len(w.cases), s.started)
		}
		s.play(checked(t, s, silence, locked()...))
		w.receive()
		h.at(screenCheck)
		h.sees("This check goes on in the case that is open for web1.example.org.")
		w.release()
		if all := models(t, s); len(all) != 1 {
			t.Fatalf("%s: %d cases on disk", typed, len(all))
		}
	}

	w, s = newStageAt(t, home, ordinary())
	h := handsOn(t, w)
	w.play(s, checked(t, s, silence, locked()...))
	h.canvas().Unfocus()
	h.tabTo("Start a new case")
	h.press(fyne.KeyReturn)
	if len(w.cases) != 2 || len(s.started) != 2 || w.current.report != nil {
		t.Errorf("%d cases, %q checked", len(w.cases), s.started)
	}
}

// At its start the program empties the trash of what was deleted long ago.
func TestTheTrashIsEmptied(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	work(t, w, s)
	first := w.current
	other := checked(t, s, silence, locked()...)
	other.Input, other.Name = "db1.example.org", "db1.example.org"
	w.play(s, other)
	second := w.current
	for _, r := range []*record{first, second} {
		if err := r.kept.Save(); err != nil {
			t.Fatal(err)
		}
		w.deleteCase(r)
	}
	w.release()
	for r, days := range map[*record]int{first: 31, second: 29} {
		at := afternoon.Add(-time.Duration(days) * 24 * time.Hour)
		if err := os.Chtimes(filepath.Join(home, "cases", ".trash", r.id), at, at); err != nil {
			t.Fatal(err)
		}
	}
	_, s = newStageAt(t, home, ordinary())
	if left, err := s.Cases().Trash(); err != nil || len(left) != 1 || left[0] != second.id {
		t.Errorf("in the trash: %q, %v; want %q", left, err, second.id)
	}
}

// What was answered, and what is closed, stands on Home as such, also after a
// restart; a closed case has no deadline that would put it first.
func TestHomeKnowsWhatWasAnswered(t *testing.T) {
	w, s := newStage(t, ordinary())
	work(t, w, s)
	answered := w.current
	other := checked(t, s, answers{ping: 5, ports: "ooo"}, homeHop, lineHop, borderHop, insideHop, serverHop)
	other.Input, other.Name, other.Addr = "db1.example.org", "db1.example.org", netip.MustParseAddr("192.0.2.11")
	w.play(s, other)
	h := handsOn(t, w)
	w.open(screenHome)
	h.sees("4 h 32 min left")
	w.current = answered
	w.keepEvent(app.EventSent, map[string]string{"by": "form"})
	restarted(t, w)
	h.sees("Answered in time")
	h.lacks("4 h 32 min left")
	h.tabTo("web1.example.org: Locked, Answered in time")
	h.press(fyne.KeyReturn)
	if w.current == nil {
		t.Fatal("no case")
	}
	id := w.current.kept.Model().ID
	w.keepEvent(app.EventClosed, nil)
	restarted(t, w)
	h.sees("Case closed")
	if list := w.sorted(); len(list) != 2 || list[1].id != id {
		t.Errorf("the closed case is not the last of %d", len(list))
	}
}
