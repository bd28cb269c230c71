package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"latchkey/app"
)

// Text pasted on Home that is not understood is still there when the sheet is
// opened from the sentence that says so; what was wrong with the field before is
// not said any more.
func TestTextThatWasNotReadStays(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	h.press(fyne.KeyReturn)
	h.sees("Enter the name or the IP address")
	const text = "Dear customer,\nwe have received a complaint."
	w.App.Clipboard().SetContent(text)
	h.ctrl(fyne.KeyV)
	h.at(screenHome)
	h.sees("This could not be read", "Your text is still there")
	h.lacks("Enter the name or the IP address")
	if _, ok := h.canvas().Focused().(*entry); !ok {
		t.Errorf("the focus is on %T", h.canvas().Focused())
	}
	h.does("Paste text") // the one of the card, which opens an empty sheet
	h.at(screenPaste)
	h.press(fyne.KeyEscape)
	h.at(screenHome)
	w.App.Clipboard().SetContent(text)
	h.ctrl(fyne.KeyV)
	w.reopenPaste()
	if got := h.canvas().Focused().(*entry).Text; strings.TrimSpace(got) != text {
		t.Errorf("the sheet holds %q", got)
	}
	w.openPaste()
	if w.pasted != "" {
		t.Errorf("an empty sheet holds %q", w.pasted)
	}
}

// A sentence about the field on Home does not outlive a visit elsewhere, and the
// settings' trouble does not come to Home.
func TestTroubleStaysWhereItBelongs(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	h.press(fyne.KeyReturn)
	h.sees("Enter the name or the IP address")
	h.ctrl(fyne.KeyComma)
	h.ctrl(fyne.Key0)
	h.lacks("Enter the name or the IP address")
}

// The sender of a report tells the provider, as long as the address does not, and
// a check that does not find it out leaves it.
func TestTheReportTellsTheProvider(t *testing.T) {
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.readText(strings.ReplaceAll(mailHead+netscan(9), "192.0.2.10", "198.51.100.10"))
	h.at(screenReport)
	if got := w.model(w.current).Server.Provider; got != "hetzner" {
		t.Fatalf("the case is at %q", got)
	}
	s.play(app.Check{Input: "198.51.100.10", Final: true})
	w.receive()
	if got := w.model(w.current).Server.Provider; got != "hetzner" {
		t.Errorf("after the check the case is at %q", got)
	}
	h.ctrl(fyne.Key5)
	h.sees("Robot")
}

// The example goes on like a case of one's own: its report was read.
func TestTheExampleLeadsOn(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.openExample()
	for _, key := range []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key5} {
		h.ctrl(key)
		h.sees("Next: find the cause")
	}
	h.sees("Remote console (KVM)", "there is nothing to watch")
}

// The two buttons for a mail have room for their words in every language, and the
// field for its hint.
func TestHomeHasRoomForItsWords(t *testing.T) {
	for _, lang := range []string{"en", "de", "fr", "es", "pl"} {
		w, _ := newStage(t, app.Settings{Language: lang, Theme: "light"})
		resize(w, startWidth, startHeight)
		seen := 0
		for _, p := range w.presses {
			if need := p[0].content.MinSize().Width; need > p[0].Size().Width+1 {
				t.Errorf("%s: %q needs %v, has %v", lang, p[0].say, need, p[0].Size().Width)
			}
			seen++
		}
		e := w.focuses["field"].(*entry)
		hint := fyne.MeasureText(e.PlaceHolder, w.view.size(roleBody), e.TextStyle).Width
		if room := e.Size().Width - 2*theme.InnerPadding(); hint > room {
			t.Errorf("%s: %q needs %v, has %v", lang, e.PlaceHolder, hint, room)
		}
		if seen < 5 {
			t.Errorf("%s: %d things seen", lang, seen)
		}
	}
}
