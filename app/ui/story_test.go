package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"latchkey/app"
)

// hands is a person without a mouse. What a key does is decided as Fyne's
// desktop driver does it: shortcuts and keys go to what has the focus, and to
// the window only if nothing has it.
type hands struct {
	t    testing.TB
	w    *window
	keys *fyne.ShortcutHandler // the window's; the test's canvas hides its own
}

func handsOn(t testing.TB, w *window) hands {
	h := hands{t, w, &fyne.ShortcutHandler{}}
	w.addShortcuts(h.keys)
	return h
}

func (h hands) canvas() fyne.Canvas { return h.w.win.Canvas() }

// press hits one key.
func (h hands) press(name fyne.KeyName) {
	if name == fyne.KeyTab {
		if f, ok := h.canvas().Focused().(fyne.Tabbable); !ok || !f.AcceptsTab() {
			h.canvas().FocusNext()
			return
		}
	}
	e := &fyne.KeyEvent{Name: name}
	if f := h.canvas().Focused(); f != nil {
		f.TypedKey(e)
	} else if on := h.canvas().OnTypedKey(); on != nil {
		on(e)
	}
}

// ctrl hits a key with Ctrl.
func (h hands) ctrl(name fyne.KeyName) {
	h.t.Helper()
	var s fyne.Shortcut = &desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierShortcutDefault}
	if name == fyne.KeyV {
		s = &fyne.ShortcutPaste{Clipboard: h.w.App.Clipboard()}
	}
	focused := h.canvas().Focused()
	if _, passes := focused.(*rows); passes { // to the canvas, which in a test takes none
		focused = nil
	}
	if f, ok := focused.(fyne.Shortcutable); ok {
		f.TypedShortcut(s)
		return
	}
	h.keys.TypedShortcut(s)
}

func (h hands) write(text string) {
	h.t.Helper()
	f := h.canvas().Focused()
	if f == nil {
		h.t.Fatal("nothing has the focus to write into")
	}
	test.Type(f, text)
}

// tabTo goes on with Tab until something with these words has the focus.
func (h hands) tabTo(words string) {
	h.t.Helper()
	var passed []string
	for range 160 {
		h.press(fyne.KeyTab)
		name := named(h.canvas().Focused())
		if strings.Contains(name, words) {
			return
		}
		passed = append(passed, name)
	}
	h.t.Fatalf("Tab does not reach %q, only %q", words, passed)
}

// sees checks that the words are on the screen.
func (h hands) sees(words ...string) {
	h.t.Helper()
	text := h.text()
	flowing := strings.ReplaceAll(text, "\n", " ") // sentences go on in the next line
	for _, word := range words {
		if !strings.Contains(flowing, word) {
			h.t.Errorf("%q is not on the screen:\n%s", word, text)
		}
	}
}

func (h hands) text() string {
	var b strings.Builder
	for _, p := range lookAt(h.canvas()).texts {
		b.WriteString(p.text + "\n")
	}
	return b.String()
}

func (h hands) at(want screen) {
	h.t.Helper()
	if h.w.show != want {
		h.t.Errorf("the window shows %s, want %s", h.w.show, want)
	}
}

// From a silent server to the answer and round the window, by keyboard alone.
func TestAPersonWithoutAMouse(t *testing.T) {
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	h.write("web1.example.org")
	h.press(fyne.KeyReturn)
	if len(s.started) != 1 || s.started[0] != "web1.example.org" {
		t.Fatalf("checks begun: %q", s.started)
	}
	h.at(screenCheck)
	h.sees("Checking web1.example.org", "Stop the check")

	c := checked(t, s, silence, locked()...)
	early := c
	early.Final, early.Verdict = false, nil
	s.play(early)
	w.receive()
	h.sees("192.0.2.10", "nix-gw.hetzner.de", "Waiting for an answer")
	s.play(c)
	h.sees("Your provider has most likely locked this server", "Next: read the report", "Is an invoice open?")

	h.tabTo("Is an invoice open? No,")
	h.press(fyne.KeySpace)
	if w.current.invoice != invoiceNo {
		t.Errorf("the answer about the invoice is %d", w.current.invoice)
	}
	h.tabTo("All hops")
	h.press(fyne.KeyReturn)
	h.sees("6–13", "24 of 24")
	h.tabTo("Copy details")
	h.press(fyne.KeySpace)
	if text := w.App.Clipboard().Content(); !strings.Contains(text, "nix-gw.hetzner.de") || !strings.Contains(text, "most likely locked") {
		t.Errorf("copied:\n%s", text)
	}

	h.ctrl(fyne.KeyReturn) // the next best action: read the report
	h.at(screenReport)
	for i, step := range steps() {
		h.ctrl(fyne.KeyName(rune('1' + i)))
		h.at(step)
	}
	h.press(fyne.KeyF1)
	h.at(screenHelp)
	h.ctrl(fyne.KeyComma)
	h.at(screenSettings)
	h.ctrl(fyne.KeyN)
	h.at(screenHome)
	h.ctrl(fyne.Key1) // with the focus in the field
	h.at(screenCheck)
	h.press(fyne.KeyF5)
	if len(s.started) != 2 {
		t.Errorf("F5 began %d checks", len(s.started)-1)
	}
	h.press(fyne.KeyEscape)
	if s.stopped != 1 {
		t.Errorf("Esc stopped %d checks", s.stopped)
	}
}

// What was typed wrong comes back to the field with a sentence under it.
func TestAWrongNameComesBack(t *testing.T) {
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	h.write("wbe1.example.org")
	h.ctrl(fyne.KeyReturn) // on Home this is «Check now»
	s.play(app.Check{Input: "wbe1.example.org", Name: "wbe1.example.org", Final: true, Err: app.ErrUnknownHost})
	h.at(screenHome)
	h.sees("This name has no address.")
	field, ok := h.canvas().Focused().(*entry)
	if !ok || field.Text != "wbe1.example.org" {
		t.Errorf("the focus is on %v", named(h.canvas().Focused()))
	}
	if len(w.cases) != 0 {
		t.Error("a name without an address stays in the list")
	}
	h.press(fyne.KeyReturn)
	if len(s.started) != 2 {
		t.Error("Return does not try again")
	}
}

// A trace in the clipboard is read with one key when no field has the focus, and
// pasted into a field that has it.
func TestPastingATrace(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.App.Clipboard().SetContent(tracert)
	h.tabTo("Settings")
	h.ctrl(fyne.KeyV)
	h.at(screenCheck)
	h.sees("Your provider has most likely locked this server", "Read from a trace printed by")

	h.ctrl(fyne.Key0)
	h.tabTo("Paste text")
	h.press(fyne.KeySpace)
	h.at(screenPaste)
	h.write("Dear customer")
	h.ctrl(fyne.KeyReturn)
	h.at(screenPaste)
	h.sees("This could not be read")
	if w.pasted != "Dear customer" {
		t.Errorf("the text became %q", w.pasted)
	}
	h.press(fyne.KeyEscape)
	h.at(screenHome)
}

// Settings hold at once, in the language and look chosen, and after a restart.
func TestSettingsHoldAtOnce(t *testing.T) {
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	h.ctrl(fyne.KeyComma)
	h.tabTo("Dark")
	h.press(fyne.KeySpace)
	if !w.view.dark {
		t.Error("it is not dark")
	}
	h.tabTo("Largest")
	h.press(fyne.KeySpace)
	if w.view.scale != scaleLargest {
		t.Errorf("the text is %v times as large", w.view.scale)
	}
	if name := named(h.canvas().Focused()); !strings.Contains(name, "Largest") {
		t.Errorf("the focus went to %s", name)
	}
	w.change("", func(to *app.Settings) { to.Language = "de" })
	h.sees("Einstellungen", "Was diesen Computer verlässt")
	want := app.Settings{Language: "de", Theme: "dark", TextSize: "largest"}
	if got := s.Settings(); got != want {
		t.Errorf("kept %+v, want %+v", got, want)
	}
}

// A check goes on while the person looks at something else, and its answer does
// not take the screen from them.
func TestAnAnswerDoesNotTakeTheScreen(t *testing.T) {
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.begin("web1.example.org")
	h.press(fyne.KeyF1)
	s.play(checked(t, s, silence, locked()...))
	h.at(screenHelp)
	h.ctrl(fyne.Key0)
	h.sees("Locked", "web1.example.org")
}
