package ui

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/statement"
)

// From the form by Ctrl+E to what is sent: the case says so everywhere.
func TestSaveSendAndMark(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	filledIn(w)
	w.build()
	h.sees("Next: save and send", "5 notes open")
	h.ctrl(fyne.KeyE)
	h.sees("Nothing goes to the provider by itself", "Hetzner takes it only through the link in the mail", "Open link", "You can send anyway")
	h.does("Copy text")
	if got := w.App.Clipboard().Content(); !strings.Contains(got, "fail2ban installed") {
		t.Errorf("in the clipboard: %q", got)
	}
	h.does("Copy answer")
	if got := w.App.Clipboard().Content(); !strings.Contains(got, "kswapd00") || strings.Contains(got, "fail2ban") {
		t.Errorf("the first answer: %q", got)
	}
	h.does("I sent it by the web form")
	h.sees("Answered in time", "Marked as sent by the web form", "Sent 13:28")
	if !w.stepDone(screenStatement) {
		t.Error("the step has no check mark")
	}
	m := w.model(w.current)
	if n := len(m.Statements); n != 1 || !m.Statements[0].Sent || m.Statements[0].SHA256 == "" {
		t.Fatalf("versions: %+v", m.Statements)
	}
	w.typeField(w.current, statement.FieldFixed, "Something else that came later.")
	h.does("Read")
	h.sees("fail2ban installed and SSH port changed")
	h.press(fyne.KeyEscape)
	h.sees("Write the statement")
	h.ctrl(fyne.Key5)
	h.sees("by the web form")
}

// A copy for others holds nothing that tells who is meant; the list of what was
// replaced is on the screen alone.
func TestARedactedCopy(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	filledIn(w)
	dir := t.TempDir()
	w.chooseTarget = intoFolder(dir)
	w.openSend()
	h.does("Redacted copy")
	h.sees("What is replaced", "192.0.2.10", "IP-1", "Ada Example")
	h.lacks("I sent it by mail")
	if text := w.current.statement.live.sheet.text(); strings.Contains(text, "192.0.2.10") || strings.Contains(text, "Ada Example") {
		t.Errorf("the page still says it: %s", text)
	}
	h.does("Text")
	data, err := os.ReadFile(filepath.Join(dir, "statement-redacted.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"192.0.2.10", "Ada Example", "1234567", "ABCDEF:1A", "admin@example.org"} {
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("%q is in the copy", secret)
		}
	}
	if n := len(w.model(w.current).Statements); n != 0 {
		t.Errorf("the copy counts as a version: %d", n)
	}
	h.press(fyne.KeyEscape)
	if text := w.current.statement.live.sheet.text(); !strings.Contains(text, "192.0.2.10") {
		t.Errorf("back in the form the page is still the copy: %s", text)
	}
}

// The provider's own form: what goes where is shown, changed, and saved into a
// copy.
func TestTheProvidersOwnForm(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	filledIn(w)
	dir := t.TempDir()
	w.chooseTarget = intoFolder(dir)
	w.openSend()
	w.readForm("form.pdf", providerForm(t))
	h.sees("Ursache des Vorfalls", "What did you do to fix the problem?")
	o := w.current.statement.send.form
	h.does("Save filled form")
	f, err := os.Open(filepath.Join(dir, "statement-form.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	filled, err := statement.ReadForm(f)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, field := range filled.Fields {
		if o.mapping[field.ID] == statement.SectionFix {
			found = strings.Contains(field.Value, "fail2ban installed")
		}
	}
	if !found {
		t.Errorf("the fix is not in its field: %+v", filled.Fields)
	}
	w.readForm("letter.pdf", readerOf("not a form"))
	h.sees("This form cannot be filled in here")
}

// The page is turned and looked at closer by keys; a press on a part of it leads
// to its field.
func TestThePageByKeys(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	filledIn(w)
	w.build()
	st := &w.current.statement
	h.canvas().Focus(st.live.sheet)
	h.press(fyne.KeyPageDown)
	h.sees("page 2 of 3")
	if text := st.live.sheet.AccessibilityLabel(); !strings.Contains(text, "Annex") {
		t.Errorf("a screen reader hears %q", text)
	}
	h.press(fyne.KeyPageUp)
	h.ctrl(fyne.KeyPlus)
	h.ctrl(fyne.KeyPlus)
	h.ctrl(fyne.KeyMinus)
	if st.zoom != 1 {
		t.Errorf("zoom %d", st.zoom)
	}
	h.ctrl(fyne.KeyMinus)
	var y float64
	for _, m := range st.pages[0].Marks {
		if m.Section == statement.SectionFix {
			y = m.Y
		}
	}
	p := st.live.sheet
	p.Tapped(&fyne.PointEvent{Position: fyne.NewPos(100, float32(y/p.spec.page.Height)*p.Size().Height)})
	if h.canvas().Focused() != fyne.Focusable(st.live.fields[statement.FieldFixed]) {
		t.Errorf("the focus is at %v", named(h.canvas().Focused()))
	}
	h.ctrl(fyne.Key1)
	if w.show != screenCheck {
		t.Error("the window's shortcuts do not work here")
	}
}

// The example is a whole statement that one can try, and nothing of it is kept.
func TestTheExamplesStatement(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "de"})
	w.openExample()
	w.open(screenStatement)
	h := handsOn(t, w)
	h.sees("Das ist das Beispiel", "Weiter: speichern und absenden")
	w.typeField(w.current, statement.FieldFixed, "Etwas anderes.")
	if text := w.current.statement.live.sheet.text(); !strings.Contains(text, "Etwas anderes.") {
		t.Errorf("the page does not follow: %s", text)
	}
	if w.current.kept != nil {
		t.Error("the example became a case")
	}
}

// A picture of a signature stands on the page, also when the case is opened again,
// and never in a copy for others.
func TestAPictureOfTheSignature(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	h := statementCase(t, w, s)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewNRGBA(image.Rect(0, 0, 60, 20))); err != nil {
		t.Fatal(err)
	}
	drawn := func() bool {
		return slices.ContainsFunc(w.current.statement.pages[0].Marks, func(m statement.Mark) bool { return m.Kind == statement.MarkImage })
	}
	w.takeSignature(readerOf("no picture"))
	h.sees("no PNG or JPEG picture")
	w.notRead = nil
	w.takeSignature(readerOf(picture.String()))
	h.sees("The picture stands over the line")
	if !drawn() {
		t.Error("it is not on the page")
	}
	w, h = statementAgain(t, w, home)
	h.sees("The picture stands over the line")
	if !drawn() {
		t.Error("after opening again it is not on the page")
	}
	sha := w.form(w.current)[string(statement.FieldSignature)]
	if _, err := w.current.kept.Path(sha); err != nil {
		t.Errorf("it is not stored: %v", err)
	}
	w.openSend()
	h.does("Redacted copy")
	if drawn() {
		t.Error("it is in the copy for others")
	}
	h.press(fyne.KeyEscape)
	h.does("Remove")
	if drawn() || w.form(w.current)[string(statement.FieldSignature)] != "" {
		t.Error("it is still there")
	}
	if _, err := w.current.kept.Path(sha); err == nil {
		t.Error("it is still stored")
	}
}

// statementAgain closes the program and opens its first case's statement anew.
func statementAgain(t *testing.T, w *window, home string) (*window, hands) {
	t.Helper()
	if err := w.saveAll(); err != nil {
		t.Fatal(err)
	}
	w.release()
	w, _ = newStageAt(t, home, ordinary())
	h := handsOn(t, w)
	w.openCase(w.cases[0])
	w.open(screenStatement)
	return w, h
}
