package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
)

// opens puts a report on the screen the way it gets there from the clipboard.
func opens(t testing.TB, text string) (*window, *stage, hands) {
	t.Helper()
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.App.Clipboard().SetContent(text)
	h.tabTo("Settings")
	h.ctrl(fyne.KeyV)
	h.at(screenReport)
	if w.current == nil || w.current.report == nil {
		t.Fatalf("no report was read:\n%s", h.text())
	}
	return w, s, h
}

// toTab goes to a tab of the report by Tab, arrows and Enter.
func (h hands) toTab(name string) {
	h.t.Helper()
	h.canvas().Unfocus()
	h.tabTo("Overview")
	for range 4 {
		if strings.HasPrefix(named(h.canvas().Focused()), name) {
			h.press(fyne.KeyReturn)
			h.on(name)
			return
		}
		h.press(fyne.KeyRight)
	}
	h.t.Fatalf("there is no tab %q", name)
}

// on checks what has the focus.
func (h hands) on(words string) {
	h.t.Helper()
	if name := named(h.canvas().Focused()); !strings.Contains(name, words) {
		h.t.Errorf("the focus is on %q, want %q", name, words)
	}
}

func (h hands) times(n int, key fyne.KeyName) {
	for range n {
		h.press(key)
	}
}

// From a pasted mail to the line in it that a row stands on, by keyboard alone.
func TestAReportWithoutAMouse(t *testing.T) {
	w, s, h := opens(t, mailHead+netscan(509))
	if len(s.started) != 1 || s.started[0] != "192.0.2.10" {
		t.Errorf("checked meanwhile: %q", s.started)
	}
	h.sees("The provider reports a netscan", "509", "When it happened", "What this means", "5 h 44 min left")

	h.toTab("All rows")
	h.ctrl(fyne.KeyF)
	h.on("Find in the rows")
	h.write("198.51.100.77")
	h.press(fyne.KeyReturn)
	h.sees("1 of 509", "with «198.51.100.77»")
	h.on("*ui.rows")
	h.press(fyne.KeyDown)
	h.press(fyne.KeyReturn)
	h.sees("Selected line 93", "198.51.100.77 : 22", "TCP 74 bytes", "How it was read")
	h.on("*ui.rows")

	h.ctrl(fyne.KeyF)
	h.on("Find in the text")
	h.write("203.0.113.25 ")
	h.press(fyne.KeyReturn)
	first := w.current.report.text.selected
	h.sees("203.0.113.25 : 22")
	h.on("Find in the text")
	h.press(fyne.KeyReturn) // from the top again
	if w.current.report.text.selected != first {
		t.Error("there is another line with the only occurrence")
	}
	h.write("nowhere")
	h.press(fyne.KeyReturn)
	h.sees("does not occur in this text")
	if w.current.report.text.selected != first {
		t.Error("the line is lost though nothing was found")
	}

	h.tabTo("Only lines not understood")
	h.press(fyne.KeySpace)
	h.on("Only lines not understood")
	list := w.focuses["lines"].(*rows)
	if list.count() != 1 {
		t.Errorf("%d lines were not understood", list.count())
	}
	h.sees("Not understood: kept, not counted")
	h.press(fyne.KeySpace)
	if n := w.focuses["lines"].(*rows).count(); n < 500 {
		t.Errorf("all lines are %d", n)
	}
}

// A heading sorts up, down, and back to the order of the report.
func TestHeadingsSortByKey(t *testing.T) {
	w, _, h := opens(t, mailHead+netscan(300))
	h.toTab("All rows")
	h.ctrl(fyne.KeyF)
	h.tabTo("*ui.rows")
	h.press(fyne.KeyLeft)
	h.times(3, fyne.KeyRight)
	top := func() string { return w.focuses["rows"].(*rows).spec.cell(0, 3).text }
	for i, want := range []string{"198.51.100.1", "203.0.113.46", "198.51.100.1"} {
		h.press(fyne.KeyReturn)
		h.on("*ui.rows")
		if top() != want {
			t.Errorf("after Enter %d the first target is %s, want %s", i+1, top(), want)
		}
	}
	h.press(fyne.KeyReturn) // sorted once more
	h.press(fyne.KeyDown)   // to the rows
	h.press(fyne.KeyReturn)
	h.sees("Selected line 16")
	if w.current.report.tab != tabText {
		t.Error("Enter on a row does not show it in the text")
	}
}

func TestTheHistogramFilters(t *testing.T) {
	w, _, h := opens(t, mailHead+netscan(509))
	h.tabTo("*ui.histogram")
	chart := h.canvas().Focused().(*histogram)
	before := chart.AccessibilityLabel()
	h.times(2, fyne.KeyRight)
	h.sees("10:05:12 to 10:05:16: ")
	if chart.AccessibilityLabel() == before {
		t.Error("the marked bar is not spoken")
	}
	h.press(fyne.KeyReturn)
	state := &w.current.report.rows
	if n := chart.spec.counts[2]; len(state.chosen) != n || n == 0 {
		t.Errorf("%d rows of a bar of %d", len(state.chosen), n)
	}
	h.sees("8 of 509", "10:05:12 to 10:05:16")
	h.toTab("Overview")
	h.tabTo("*ui.histogram")
	h.sees("10:05:12 to 10:05:16: ")
	h.press(fyne.KeyReturn)
	h.sees("509 rows")
	if w.chosenBar(w.current.report) != -1 || !state.all {
		t.Error("the same bar again does not show all")
	}
	h.toTab("Overview")
	h.tabTo("*ui.histogram")
	for key, want := range map[fyne.KeyName]int{fyne.KeyHome: 0, fyne.KeyEnd: len(chart.spec.counts) - 1} {
		h.press(key)
		if got := h.canvas().Focused().(*histogram).marked; got != want {
			t.Errorf("%s leads to bar %d", key, got)
		}
	}
	h.press(fyne.KeyRight)
	h.press(fyne.KeyTab)
	h.sees("59 bars of 4 s each")
}

func TestHypothesesUnfold(t *testing.T) {
	w, _, h := opens(t, mailHead+netscan(509))
	h.tabTo("A worm or brute-force bot: Likely")
	h.sees("Nearly everything went to port 22")
	for i, want := range []int{-1, 0, -1} {
		h.press(fyne.KeyReturn)
		h.on("A worm or brute-force bot")
		if got := w.current.report.open; got != want {
			t.Errorf("after Enter %d number %d is open, want %d", i+1, got, want)
		}
	}
	if strings.Contains(h.text(), "Nearly everything went to port 22") {
		t.Error("its reasons are still there")
	}
	h.press(fyne.KeyTab)
	h.press(fyne.KeyReturn)
	if w.current.report.open != 1 {
		t.Error("the second one does not open")
	}
}

// A wrong deadline stays in the field with what to type instead.
func TestADeadlineIsSetByHand(t *testing.T) {
	w, _, h := opens(t, mailHead+netscan(20))
	h.toTab("Mail and links")
	h.sees("From line 3 of the mail.")
	h.tabTo("field 2026-11-17 20:12")
	h.write("tomorrow")
	h.press(fyne.KeyReturn)
	h.sees("That is no date with a time. Write it like 2026-11-17 20:12.", "5 h 44 min left")
	field, ok := h.canvas().Focused().(*entry)
	if !ok || field.Text != "tomorrow" {
		t.Fatalf("the focus is on %s", named(h.canvas().Focused()))
	}
	field.CursorColumn = len(field.Text)
	h.times(8, fyne.KeyBackspace)
	h.write("2026-03-14 15:00")
	h.press(fyne.KeyReturn)
	h.sees("1 h 32 min left, soon", "answer by 15:00 today", "Set by you.")
	w.current.report.typed = ""
	w.setDeadline(w.current.report)
	h.sees("5 h 44 min left", "From line 3 of the mail.")
}

// Long reading says how far it is, and Escape ends it.
func TestEscapeStopsReading(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	var finish, later func()
	stopped := 0
	w.behind = func(work func(context.Context), then func()) stopper {
		finish = func() { work(t.Context()); then() }
		return stopFunc(func() { stopped++ })
	}
	for _, key := range []fyne.KeyName{fyne.KeyEscape, fyne.KeySpace} {
		w.after = func(_ time.Duration, f func()) { later = f }
		w.readText(mailHead + netscan(20))
		h.sees("I have an abuse mail") // nothing flashes up for what takes a blink
		later()
		h.sees("Reading pasted text", "0 %")
		h.on("Stop reading")
		w.taking.done.Store(3)
		w.taking.total.Store(4)
		later()
		h.sees("75 %")
		h.press(key)
		h.at(screenHome)
		if w.taking != nil {
			t.Fatal("it goes on")
		}
		finish() // what comes all the same
		if w.current != nil || len(w.cases) != 0 {
			t.Error("what was stopped becomes a case")
		}
		later() // its last look is harmless
	}
	if stopped != 2 {
		t.Errorf("stopped %d times", stopped)
	}
}

const twoParts = "From: abuse@hetzner.com\nSubject: Abuse Message [AbuseID:ABCDEF:1A]: Netscan detected from 192.0.2.10\nDate: Sat, 14 Mar 2026 11:12:21 +0100\n" +
	"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nDear customer,\nthe log is attached.\n" +
	"--b\nContent-Type: text/plain; name=log.txt\nContent-Disposition: attachment; filename=log.txt\n\n"

func TestPartsAreChosen(t *testing.T) {
	w, _, h := opens(t, twoParts+netscan(20)+"--b--\n")
	h.toTab("Raw text")
	h.sees("SRC-PORT")
	h.tabTo("mail text, ")
	h.press(fyne.KeySpace)
	h.on("mail text")
	h.sees("the log is attached.", "This part is text around the log.")
	h.tabTo("log.txt, ")
	h.press(fyne.KeySpace)
	h.sees("SRC-PORT", "Only lines not understood")
	if n := len(w.current.report.reading.Report.Texts); n != 2 {
		t.Errorf("%d parts", n)
	}
}

// Without a mail the reason is kept, and an unpaid invoice answers the question
// of step 1.
func TestAReasonInsteadOfAMail(t *testing.T) {
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.play(s, checked(t, s, silence, locked()...))
	h.ctrl(fyne.Key2)
	h.sees("What does the provider report?", "Next: add the abuse mail")
	h.tabTo("Unpaid invoice")
	h.press(fyne.KeySpace)
	h.on("Unpaid invoice")
	h.sees("Kept with this case.", "Next: pay and tell the provider")
	if w.current.invoice != invoiceYes {
		t.Error("the invoice is not open")
	}
	h.press(fyne.KeySpace)
	if w.current.invoice != -1 || w.current.reason != "" {
		t.Error("it cannot be taken back")
	}
	h.press(fyne.KeySpace)
	h.canvas().Unfocus()
	h.tabTo("Spam")
	h.press(fyne.KeySpace)
	h.sees("Next: find the cause")
	if w.current.invoice != -1 || w.current.reason != "spam" {
		t.Errorf("reason %q, invoice %d", w.current.reason, w.current.invoice)
	}
}
