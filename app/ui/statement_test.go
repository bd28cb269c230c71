package ui

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/app/statement"
)

// statementCase is the window on step 4 of a locked server whose mail was read.
func statementCase(t testing.TB, w *window, s *stage) hands {
	t.Helper()
	h := lockedCase(t, w, s)
	w.open(screenStatement)
	return h
}

// types goes to a field and writes at its end.
func (h hands) types(field, text string) {
	h.t.Helper()
	h.tabTo("field " + field)
	h.press(fyne.KeyEnd)
	h.write(text)
}

// What is typed stands in the case as it was typed, also when it is opened again,
// and the page follows while the cursor stays where it is.
func TestWhatIsTypedStaysAndIsOnThePage(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	h := statementCase(t, w, s)
	h.sees("Write the statement", "Hetzner asks: What was the problem?", "Before you send", "done", "needs a look")
	h.types("Server number", "1234567")
	h.types("What did you remove", "The program kswapd00 was removed and port 22 closed for outgoing")
	focused := h.canvas().Focused()
	h.write(" traffic.")
	e, ok := focused.(*entry)
	if !ok || h.canvas().Focused() != focused {
		t.Fatal("typing moves the focus")
	}
	if want := len([]rune(e.Text)); e.CursorColumn == 0 || e.CursorRow == 0 && e.CursorColumn != want {
		t.Errorf("the cursor stands at %d, %d of %d", e.CursorRow, e.CursorColumn, want)
	}
	page := strings.ReplaceAll(w.current.statement.live.sheet.text(), "\n", " ")
	for _, words := range []string{"Statement on the incident of 14 March 2026", "Server 1234567", "The program kswapd00 was removed and port 22 closed for outgoing traffic."} {
		if !strings.Contains(page, words) {
			t.Errorf("%q is not on the page: %s", words, page)
		}
	}
	w.build() // whatever draws the screen anew
	if again, ok := h.canvas().Focused().(*entry); !ok || again == e || again.CursorColumn != e.CursorColumn || again.CursorRow != e.CursorRow {
		t.Error("the cursor is lost when the screen is drawn anew")
	}
	if err := w.saveAll(); err != nil {
		t.Fatal(err)
	}
	w2, _ := newStageAt(t, home, ordinary())
	w2.openCase(w2.cases[0])
	w2.open(screenStatement)
	if got := w2.model(w2.current).Fields["fix"]; got != e.Text {
		t.Errorf("after opening again: %q", got)
	}
	if got := w2.current.statement.live.fields[statement.FieldFixed].Text; got != e.Text {
		t.Errorf("in the field after opening again: %q", got)
	}
}

// Before the first draft is there, the form says that it is being filled; no part
// of it is called open meanwhile.
func TestTheFormSaysThatItGathers(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	h.lacks("The fields fill in a moment")
	w.current.statement.draft = nil
	w.build()
	h.sees("The fields fill in a moment", "gathering")
	h.lacks("needs a look")
	w.redraft(w.current)
	h.lacks("The fields fill in a moment")
}

// What is about the whole statement is no fault of the part it stands with.
func TestALateStatementLeavesItsReferenceDone(t *testing.T) {
	w, s := newStage(t, ordinary())
	statementCase(t, w, s)
	w.current.statement.draft.Notes = []statement.Note{{Code: "late", Section: statement.SectionReference}}
	if n := w.current.statement.notesOf(statement.SectionReference); n != 0 {
		t.Errorf("%d notes about the reference", n)
	}
	w.current.statement.draft.Notes[0].Code = "no-reference"
	if n := w.current.statement.notesOf(statement.SectionReference); n != 1 {
		t.Errorf("%d notes about a missing reference", n)
	}
}

// Later facts never replace what a person wrote: they are offered.
func TestLaterFactsAreOffered(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	w.typeField(w.current, statement.FieldCause, "A script of a customer opened them.")
	w.storeWith(w.current, func(m *casefile.Case) { m.Fields["offered.cause"] = "what the facts said then" })
	w.redraft(w.current)
	h.sees("Your words stand", "Take over the new wording", "Keep mine")
	text := func() string { return w.current.statement.live.fields[statement.FieldCause].Text }
	if text() != "A script of a customer opened them." {
		t.Fatalf("the field says %q", text())
	}
	h.does("Keep mine")
	h.lacks("Take over the new wording")
	if text() != "A script of a customer opened them." {
		t.Errorf("after keeping, the field says %q", text())
	}
	w.storeWith(w.current, func(m *casefile.Case) { m.Fields["offered.cause"] = "what the facts said then" })
	w.redraft(w.current)
	h.does("Take over the new wording")
	if got, want := text(), w.current.statement.proposed(statement.FieldCause); got != want || w.form(w.current)["cause"] != "" {
		t.Errorf("after taking, the field says %q, want %q", got, want)
	}
}

// Measures are active, planned with a day, or the person's own; each is one press
// and can be taken back.
func TestMeasuresByChips(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	form := func() statement.Form { return w.form(w.current) }
	h.does("SSH with keys only")
	if got := form()["prevent.h2"]; got != "active" {
		t.Fatalf("h2 is %q", got)
	}
	h.does("Planned")
	h.sees("planned, no date", "A promise without a date")
	h.types("By when", "2026-03-2")
	h.sees("This is no day")
	h.write("3")
	if got := form()["prevent.h2"]; got != "2026-03-23" {
		t.Errorf("planned it is %q", got)
	}
	h.lacks("A promise without a date")
	h.does("Remove")
	if _, there := form()["prevent.h2"]; there {
		t.Error("it is still there")
	}
	h.does("Own measure")
	h.write("Panel updated by the hoster")
	if m := form().Measures(); len(m) != 1 || m[0].Text != "Panel updated by the hoster" || !m[0].Active {
		t.Errorf("%+v", m)
	}
	if text := w.current.statement.live.sheet.text(); !strings.Contains(text, "Panel updated by the hoster") {
		t.Errorf("not on the page: %s", text)
	}
}

// How sure one is, is a press; what the page says follows.
func TestHowSureIsSaid(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	h.does("Most likely")
	if got := w.form(w.current)["certainty"]; got != "likely" {
		t.Errorf("%q", got)
	}
	h.sees("How sure?")
	if text := w.current.statement.live.sheet.text(); !strings.Contains(text, "most likely") && !strings.Contains(text, "likely") {
		t.Errorf("the page does not say so: %s", text)
	}
}

// Why a report is not valid is another way; what was written on either way is
// there again.
func TestTheReportIsNotValid(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	h.does("The report is not valid")
	h.sees("Why the report is not valid", "Hetzner asks: Why is the report not valid?")
	h.lacks("What was fixed, and when")
	h.types("What shows that it was not your server", "The address belongs to another customer.")
	if text := w.current.statement.live.sheet.text(); !strings.Contains(text, "The address belongs to another customer.") || strings.Contains(text, "Prevention") {
		t.Errorf("the page: %s", text)
	}
	h.sees("Next: save and send")
	h.does("I say what happened")
	h.sees("What was fixed, and when")
	if w.form(w.current)["not-valid"] != "" {
		t.Error("it still goes the other way")
	}
	h.does("The report is not valid")
	if got := w.form(w.current)["not-valid"]; got != "The address belongs to another customer." {
		t.Errorf("what was written is %q", got)
	}
}

// A time that is none is kept on the screen and said; nothing else is lost.
func TestATimeThatIsNone(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	h.types("Fixed at", "this morning")
	h.sees("This is no time")
	w.build()
	if got := w.current.statement.live.fields[statement.FieldFixTime].Text; got != "this morning" || w.form(w.current)["fix-time"] != "" {
		t.Errorf("%q on the screen, %q in the case", got, w.form(w.current)["fix-time"])
	}
	for range "this morning" {
		h.tabBack(statement.FieldFixTime)
		h.press(fyne.KeyBackspace)
	}
	h.write("2026-03-14 13:10 +01:00")
	h.lacks("This is no time")
	if got := w.form(w.current)["fix-time"]; got != "2026-03-14 13:10 +01:00" {
		t.Errorf("%q", got)
	}
}

// tabBack puts the keyboard into a field, at its end.
func (h hands) tabBack(name statement.Field) {
	h.canvas().Focus(h.w.current.statement.live.fields[name])
	h.press(fyne.KeyEnd)
}

// The file on disk says what the page says; the version is kept.
func TestSaveAsPDF(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	filledIn(w)
	dir := t.TempDir()
	w.chooseTarget = intoFolder(dir)
	w.build()
	h.does("Save as PDF")
	h.sees("Saved as")
	path := filepath.Join(dir, "statement-web1.example.org.pdf")
	data, err := os.ReadFile(path)
	if err != nil || !bytes.HasPrefix(data, []byte("%PDF-")) {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
	m := w.model(w.current)
	if n := len(m.Statements); n != 1 || m.Statements[0].Sent || m.Statements[0].Fields["fix"] == "" || m.Statements[0].SHA256 == "" {
		t.Errorf("versions: %+v", m.Statements)
	}
	if !slices.Contains(events(w, "name"), app.EventSaved+" statement-web1.example.org.pdf") {
		t.Errorf("timeline: %v", events(w, "name"))
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("no pdftotext here")
	}
	text, err := exec.Command("pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"fail2ban installed and SSH port changed", "Ada Example", "ABCDEF:1A", "kswapd00"} {
		if !strings.Contains(string(text), words) {
			t.Errorf("%q is not in the PDF", words)
		}
	}
}

// A folder that cannot be written to is said on the page, and nothing is lost.
func TestSavedNowhere(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	filledIn(w)
	w.notSaved(os.ErrPermission)
	h.sees("The folder cannot be written to. Choose another one.", "fail2ban")
	h.ctrl(fyne.KeyE)
	w.chooseTarget = intoFolder(filepath.Join(t.TempDir(), "none"))
	h.does("Bundle")
	h.sees("The file was not saved")
	if n := len(w.model(w.current).Statements); n != 0 {
		t.Errorf("%d versions of what was not written", n)
	}
}

// late holds work behind the window back.
func late(w *window) *held {
	q := &held{}
	w.behind = q.behind
	return q
}

// What comes too late changes nothing: the newest draft counts.
func TestStaleDraftsAreDropped(t *testing.T) {
	w, s := newStage(t, ordinary())
	statementCase(t, w, s)
	q := late(w)
	w.typeField(w.current, statement.FieldFixed, "the first wording")
	w.typeField(w.current, statement.FieldFixed, "the second wording")
	work, then := slices.Clone(q.work), slices.Clone(q.then)
	if len(work) != 2 {
		t.Fatalf("%d drafts", len(work))
	}
	for _, i := range []int{1, 0} { // the newer one is done first
		work[i](context.Background())
		then[i]()
	}
	if text := w.current.statement.live.sheet.text(); !strings.Contains(text, "the second wording") || strings.Contains(text, "the first wording") {
		t.Errorf("the page: %s", text)
	}
}

// A field that is emptied stays empty, on the page and when the case is opened
// again, until the person takes the proposal back.
func TestAnEmptiedFieldStaysEmpty(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	h := statementCase(t, w, s)
	h.does("Change what is filled in")
	field := func() string { return w.current.statement.live.fields[statement.FieldTitle].Text }
	page := func() string { return w.current.statement.live.sheet.text() }
	const title = "Statement on the incident of 14 March 2026"
	if field() != title || !strings.Contains(page(), title) {
		t.Fatalf("proposed is %q", field())
	}
	h.tabTo("field Title")
	h.press(fyne.KeyEnd)
	for range []rune(title) {
		h.press(fyne.KeyBackspace)
	}
	h.sees("Title: stays empty on the page.")
	w.redraft(w.current)
	w.build()
	if field() != "" || strings.Contains(page(), title) {
		t.Errorf("the field says %q", field())
	}
	w, h = statementAgain(t, w, home)
	h.does("Change what is filled in")
	h.sees("Title: stays empty on the page.")
	h.does("Fill in from the facts")
	h.lacks("Title: stays empty on the page.")
	if field() != title || w.form(w.current).Emptied(statement.FieldTitle) {
		t.Errorf("taken again, the field says %q", field())
	}
}

// Each note leads to what it is about.
func TestNotesLeadToTheirPlace(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := statementCase(t, w, s)
	filledIn(w)
	w.writeMeasure(w.current, "plugins", measureValue(false, afternoon.AddDate(0, 0, -9)))
	w.typeField(w.current, statement.FieldFixTime, "2026-03-14 08:00 +00:00")
	w.redraft(w.current)
	w.build()
	for code, key := range map[string]string{"overclaim": "statement-sure-1", "fix-early": "statement-fix-time", "past-plan": "statement-prevent.plugins"} {
		i := slices.IndexFunc(w.current.statement.draft.Notes, func(n statement.Note) bool { return n.Code == code })
		if i < 0 {
			t.Errorf("%s is not noted: %v", code, w.current.statement.draft.Notes)
			continue
		}
		w.actOn(w.current.statement.draft.Notes[i])
		if focused := h.canvas().Focused(); focused == nil || focused != w.focuses[key] {
			t.Errorf("%s leads to %v", code, focused)
		}
	}
}
