package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"latchkey/app"
	"latchkey/app/casefile"
)

// lockedCase is the window on step 5 of a locked server whose mail was read.
func lockedCase(t testing.TB, w *window, s *stage) hands {
	t.Helper()
	finished(silence, locked()...)(t, w, s)
	w.open(screenReport)
	w.readText(mailHead + netscan(509))
	w.open(screenUnlock)
	return handsOn(t, w)
}

// events are the codes of a case's timeline with one value of each, in order.
func events(w *window, name string) []string {
	var all []string
	for _, e := range w.model(w.current).Timeline {
		all = append(all, strings.TrimSuffix(e.Code+" "+e.With[name], " "))
	}
	return all
}

// lacks checks that words are not on the screen.
func (h hands) lacks(words ...string) {
	h.t.Helper()
	text := strings.ReplaceAll(h.text(), "\n", " ")
	for _, word := range words {
		if strings.Contains(text, word) {
			h.t.Errorf("%q is on the screen:\n%s", word, text)
		}
	}
}

// does goes to something with Tab and presses it.
func (h hands) does(words string) {
	h.t.Helper()
	h.tabTo(words)
	h.press(fyne.KeySpace)
}

// What became of a way is on its tile and in the timeline; the focus stays where
// the hand is.
func TestAWayWorksOrIsRefused(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := lockedCase(t, w, s)
	h.sees("Your way in while it is locked", "Reason: Netscan", "Register your own IP", "Ways out of the lock")
	h.does("Remote console (KVM), Possible")
	h.does("It was refused")
	h.does("Register your own IP, Possible")
	h.does("This works")
	if got := events(w, "way"); !slices.Contains(got, app.EventRefused+" console") || !slices.Contains(got, app.EventAccess+" own-ip") {
		t.Errorf("timeline %q", got)
	}
	states := map[string]app.WayState{}
	for _, way := range s.Ways(w.model(w.current), afternoon) {
		states[way.ID] = way.State
	}
	if states["own-ip"] != app.WayInUseNow || states["console"] != app.WayRefused {
		t.Errorf("the ways: %v", states)
	}
	h.sees("In use", "Refused")
	w.open(screenHome)
	w.current.unlock = unlockState{}
	w.open(screenUnlock) // the steps are put away now
	h.lacks("Ways out of the lock", "Access is closed again")
	h.does("Steps, and ways out of the lock")
	h.sees("Ways out of the lock")
	h.does("Access is closed again")
	if app.WayInUse(w.model(w.current)) != "" {
		t.Error("still in use")
	}
}

// An address that the provider cannot let through is not taken.
func TestOwnAddress(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := lockedCase(t, w, s)
	h.does("Enter your own address")
	h.on("field Your own public address")
	for _, wrong := range []string{"192.168.1.7", "not an address"} {
		w.current.unlock.typed["address"] = wrong
		w.build()
		h.press(fyne.KeyReturn)
		h.sees("That is no public address.")
		h.on("field Your own public address")
	}
	w.current.unlock.typed["address"] = ""
	w.build()
	h.write("203.0.113.77")
	h.press(fyne.KeyReturn)
	h.on("Enter your own address")
	h.sees("Your own public address is 203.0.113.77, as you entered it.")
	h.lacks("That is no public address.")
	h.does("Copy 203.0.113.77")
	if got := w.App.Clipboard().Content(); got != "203.0.113.77" {
		t.Errorf("copied %q", got)
	}
	h.sees("Copied")
	h.does("Enter your own address")
	h.press(fyne.KeyEscape)
	if w.current.unlock.form != "" {
		t.Error("Esc leaves the form open")
	}
}

// Own entries are written, changed and taken away; events are not.
func TestNotes(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := lockedCase(t, w, s)
	h.does("Add a note")
	h.on("field ")
	h.press(fyne.KeyReturn)
	h.sees("Please write what happened")
	h.write("Spoke to the abuse desk")
	w.current.unlock.typed["when"] = "yesterday or so"
	h.press(fyne.KeyReturn)
	h.sees("no time")
	w.current.unlock.typed["when"] = "13:20"
	h.press(fyne.KeyReturn)
	h.on("Add a note")
	h.sees("13:20", "Spoke to the abuse desk")
	h.tabTo("Change")
	h.press(fyne.KeyReturn)
	h.write("Twice: ")
	h.press(fyne.KeyReturn)
	own := slices.DeleteFunc(w.model(w.current).Timeline, func(e casefile.Event) bool { return !app.Own(e) })
	if len(own) != 1 || !strings.Contains(own[0].Text, "Twice: ") || !own[0].Time.Equal(afternoon.Add(-8*time.Minute)) {
		t.Fatalf("%+v", own)
	}
	before := len(w.model(w.current).Timeline)
	h.does("Remove")
	if m := w.model(w.current); len(m.Timeline) != before-1 || slices.ContainsFunc(m.Timeline, app.Own) {
		t.Errorf("%+v", m.Timeline)
	}
	h.lacks("Spoke to the abuse desk", "Change", "Remove")
}

// The promised times of a contract, typed wrong and right, then met.
func TestPromisedTimes(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := lockedCase(t, w, s)
	h.sees("Enter what your contract promises")
	h.does("Edit")
	h.on("field First reaction")
	h.write("soon")
	h.press(fyne.KeyReturn)
	h.sees("Please write hours as a number")
	typed := w.current.unlock.typed
	typed["gti"], typed["gtr"], typed["from"] = "1", "2", "12:42"
	w.build()
	h.press(fyne.KeyReturn)
	h.on("Edit")
	h.sees("First reaction (GTI), 1 h", "14 min left", "due 13:42", "Repair (GTR), 3 h in all", "2 h 14 min left", "Counted from 12:42")
	if got := w.model(w.current).Promise; got.GTI != time.Hour || got.GTR != 2*time.Hour || !got.From.Equal(afternoon.Add(-46*time.Minute)) {
		t.Errorf("%+v", got)
	}
	w.keepEvent(app.EventRetest, nil)
	w.keepEvent(app.EventSent, map[string]string{"by": "form"})
	h.sees("Waiting for the unlock", "If no answer has come by 13:42")
	h.does("The provider has reacted")
	h.sees("met at 13:28", "2 h 14 min left")
}

// The stages go on by what a person says, to the end and back.
func TestStages(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := lockedCase(t, w, s)
	h.does("The retest has passed")
	h.does("I sent it by ticket")
	h.sees("Waiting for the unlock", "13:28, by ticket")
	h.ctrl(fyne.KeyReturn) // the next best action: remind
	h.sees("A short reminder")
	h.on("Copy text")
	h.press(fyne.KeyReturn)
	if text := w.App.Clipboard().Content(); !strings.Contains(text, "192.0.2.10") || strings.Count(text, "\n") < 5 {
		t.Errorf("copied %q", text)
	}
	h.does("I have sent it")
	h.lacks("A short reminder")
	w.keepEvent(app.EventReachable, map[string]string{"verdict": "reachable"})
	h.sees("Your server answers again", "Next: close the case")
	h.does("Close the case")
	h.sees("This case is closed", "Closed: back to Home")
	h.does("Open the case again")
	h.sees("Your server answers again")
	codes := events(w, "by")
	want := []string{app.EventRetest, app.EventSent + " ticket", app.EventReminded, app.EventReachable, app.EventClosed, app.EventReopened}
	if got := codes[len(codes)-len(want):]; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// What counts down is drawn anew once a minute, by one timer, and not under the
// hands of somebody who types.
func TestStepFiveTicks(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := lockedCase(t, w, s)
	waitingFor(w, s)
	now := afternoon
	w.now = func() time.Time { return now }
	var waits []time.Duration
	var tick func()
	w.after = func(d time.Duration, f func()) { waits, tick = append(waits, d), f }
	w.build()
	w.build()
	h.sees("for 46 min", "14 min left")
	if len(waits) != 1 || waits[0] != time.Minute {
		t.Fatalf("waits %v", waits)
	}
	now = now.Add(time.Minute)
	tick()
	h.sees("for 47 min", "13 min left")
	if len(waits) != 2 {
		t.Errorf("waits %v", waits)
	}
	w.openForm("entry", map[string]string{"kind": app.EventNote})
	h.write("half a sen")
	field := h.canvas().Focused()
	now = now.Add(time.Minute)
	tick()
	if h.canvas().Focused() != field {
		t.Error("the field was taken away")
	}
	w.closeForm()
	h.sees("for 48 min", "12 min left")
}

// The timeline is written where a person wants it, and the example keeps nothing.
func TestTheExampleKeepsNothing(t *testing.T) {
	w, s := newStage(t, ordinary())
	w.openExample()
	w.open(screenUnlock)
	h := handsOn(t, w)
	h.sees("This is the example case")
	for _, p := range lookAt(h.canvas()).presses {
		if strings.HasPrefix(p.press.say, "This works") || strings.HasPrefix(p.press.say, "Add a note") || strings.HasPrefix(p.press.say, "Watch until") {
			test.Tap(p.press)
		}
	}
	if w.current.unlock.form != "" || s.watches.begun != 0 || len(models(t, s)) != 0 {
		t.Error("the example is a case")
	}
}

// What happened on another day is named by its day where there is little room.
func TestTheRailNamesTheDay(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := lockedCase(t, w, s)
	w.keepEvent(app.EventSent, map[string]string{"by": "form"})
	h.sees("Sent 13:28")
	w.now = func() time.Time { return afternoon.Add(36 * time.Hour) }
	w.build()
	h.sees("Sent 2026-03-14", "Waiting for 36 h")
}
