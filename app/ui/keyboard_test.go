package ui

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/app/statement"
)

// The whole story by keys alone: from the mail about a locked server to the
// closed case on Home. What the test does itself is what no person does: the
// network answers, a file gets its place, time passes.
func TestTheWholeStoryWithoutAMouse(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := handsOn(t, w)
	dir := t.TempDir()
	w.chooseTarget = intoFolder(dir)

	h.readsTheMail(s)
	h.looksAtTheReport()
	h.findsTheCause()
	h.writesTheStatement(dir)
	h.getsItBack(s)
	h.closesTheCase(s)
}

// fills replaces what stands in a field.
func (h hands) fills(label, text string) {
	h.t.Helper()
	h.tabTo("field " + label)
	h.canvas().Focused().(*entry).TypedShortcut(&fyne.ShortcutSelectAll{})
	h.write(text)
}

// doesJust is does for something whose words are part of others'.
func (h hands) doesJust(words string) {
	h.t.Helper()
	for range 160 {
		h.press(fyne.KeyTab)
		if named(h.canvas().Focused()) == words {
			h.press(fyne.KeySpace)
			return
		}
	}
	h.t.Fatalf("Tab does not reach %q", words)
}

// typing lets the page wait until the person pauses, which they do at the end: by
// itself a test waits for nothing, and every letter makes a page.
func (h hands) typing() (pause func()) {
	var later []func()
	h.w.after = func(_ time.Duration, f func()) { later = append(later, f) }
	return func() {
		h.w.after = nil
		for _, f := range later {
			f()
		}
	}
}

// readsTheMail pastes it on Home; the address in it is checked meanwhile.
func (h hands) readsTheMail(s *stage) {
	h.t.Helper()
	h.at(screenHome)
	h.w.App.Clipboard().SetContent(mailHead + netscan(509))
	h.ctrl(fyne.KeyV) // into the field, which has the focus
	h.at(screenReport)
	if !slices.Equal(s.started, []string{"192.0.2.10"}) {
		h.t.Fatalf("checks begun: %q", s.started)
	}
	h.ctrl(fyne.Key1)
	h.at(screenCheck)
	h.sees("Checking 192.0.2.10")
	s.play(checked(h.t, s, silence, locked()...))
	h.w.receive()
	h.sees("Your provider has most likely locked this server")
	h.ctrl(fyne.Key2)
	h.at(screenReport)
}

// looksAtTheReport goes from the overview to a row and to its line in the mail.
func (h hands) looksAtTheReport() {
	h.t.Helper()
	h.sees("The provider reports a netscan", "509", "When it happened", "What this means")
	h.toTab("All rows")
	h.ctrl(fyne.KeyF)
	h.write("198.51.100.77")
	h.press(fyne.KeyReturn)
	h.sees("1 of 509")
	h.press(fyne.KeyDown)
	h.press(fyne.KeyReturn)
	h.sees("Selected line 93", "198.51.100.77 : 22", "How it was read")
}

// findsTheCause opens a step, pastes what its command printed, and takes what is
// found in it.
func (h hands) findsTheCause() {
	h.t.Helper()
	h.ctrl(fyne.KeyReturn) // next: find the cause
	h.at(screenCause)
	item, _ := h.w.checklist.ByID("F3")
	h.tabTo(item.Title.In("en") + ": ")
	h.press(fyne.KeyReturn)
	h.tabTo("field Output of the command")
	h.w.App.Clipboard().SetContent(sockets)
	h.ctrl(fyne.KeyV)
	h.does("Read it")
	h.sees("6 of 6 lines", "kswapd00")
	h.does("Use as cause")
	h.on("Use as cause")
	h.ctrl(fyne.KeyReturn)
	h.at(screenStatement)
}

// writesTheStatement fills the form, saves the PDF and says that it was sent.
func (h hands) writesTheStatement(dir string) {
	h.t.Helper()
	pause := h.typing()
	h.fills("Reference", "ABCDEF:1A")
	h.fills("Server number", "1234567")
	h.fills("What happened", "A program named kswapd00 searched for open SSH logins on port 22.")
	h.does("Proved")
	h.on("Proved")
	h.fills("What did you remove", "Ended and removed, installed anew.")
	h.fills("Fixed at", "2026-03-14 13:10 +00:00")
	h.does("SSH with keys only")
	h.on("SSH with keys only")
	h.does("Plugins updated weekly")
	h.fills("Name", "Ada Example")
	pause()
	form := h.w.form(h.w.current)
	if form[string(statement.FieldCertainty)] != string(statement.CauseProven) || len(form.Measures()) != 2 {
		h.t.Errorf("the form: %q", form)
	}
	h.ctrl(fyne.KeyReturn) // next: save and send
	h.sees("Mark as sent")
	h.doesJust("PDF")
	h.sees("Saved as")
	files, err := filepath.Glob(filepath.Join(dir, "*.pdf"))
	if err != nil || len(files) != 1 {
		h.t.Fatalf("saved %q, %v", files, err)
	}
	if text, err := os.ReadFile(files[0]); err != nil || !bytes.HasPrefix(text, []byte("%PDF-")) {
		h.t.Errorf("it begins with %.20q, %v", text, err)
	}
	h.does("I sent it by the web form")
	h.sees("Marked as sent by the web form")
	h.on("What comes now")
	h.press(fyne.KeyReturn)
	h.at(screenUnlock)
}

// getsItBack says which way in is used, writes a note, and has the server watched
// until it answers.
func (h hands) getsItBack(s *stage) {
	h.t.Helper()
	h.sees("Waiting for the unlock", "13:28, by the web form")
	h.does("Register your own IP")
	h.does("This works")
	h.sees("In use")
	h.does("Add a note")
	h.on("field ")
	h.write("Spoke to the abuse desk")
	h.press(fyne.KeyReturn)
	h.sees("Spoke to the abuse desk")
	h.does("Watch until reachable: Off")
	h.on("Watch until reachable: On")
	if s.watches.begun != 1 {
		h.t.Fatalf("%d watches", s.watches.begun)
	}
	h.w.storeWith(h.w.current, func(m *casefile.Case) { // as the watch does it
		event(m, afternoon, app.EventReachable, map[string]string{"verdict": "reachable"})
	})
	h.w.answersAgain(s)
	h.sees("Your server answers again", "Next: close the case")
}

// closesTheCase and finds it on Home as it stands on the disk.
func (h hands) closesTheCase(s *stage) {
	h.t.Helper()
	h.does("Close the case")
	h.sees("This case is closed")
	h.ctrl(fyne.KeyReturn) // back to Home
	h.at(screenHome)
	h.sees("web1.example.org", "Case closed")
	restarted(h.t, h.w)
	h.sees("web1.example.org", "Case closed")
	all := models(h.t, s)
	if len(all) != 1 || !app.Closed(all[0]) || app.SentAt(all[0]).IsZero() || app.WayInUse(all[0]) != "own-ip" || len(all[0].Evidence) != 1 {
		h.t.Errorf("on the disk: %+v", all)
	}
	h.does("web1.example.org: Locked, Case closed")
	h.ctrl(fyne.Key5)
	h.sees("This case is closed", "Spoke to the abuse desk", "Open the case again")
}
