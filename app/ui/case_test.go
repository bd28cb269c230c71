package ui

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
)

// ordinary is how the windows of these tests look.
func ordinary() app.Settings { return app.Settings{Language: "en", Theme: "light"} }

// models are all the cases on disk.
func models(t testing.TB, s *stage) []casefile.Case {
	t.Helper()
	all, err := s.Cases().List()
	if err != nil {
		t.Fatal(err)
	}
	var list []casefile.Case
	for _, one := range all {
		list = append(list, one.Case)
	}
	return list
}

// work does all that a case keeps: check, invoice, report, deadline, output and
// cause.
func work(t testing.TB, w *window, s *stage) {
	t.Helper()
	finished(silence, locked()...)(t, w, s)
	w.current.invoice = invoiceNo
	w.store(w.current)
	w.open(screenReport)
	w.readText(mailHead + netscan(509))
	w.current.report.typed = "2026-03-14 18:00 +0000"
	w.setDeadline(w.current.report)
	w.open(screenCause)
	w.takeOutputOf(t, "F3", sockets)
	r := w.current
	r.cause.item, r.cause.cause = "F3", &r.cause.of("F3").evidence.Findings[0]
	w.storeCause(r)
	r.cause.of("F1").state = stateNot
	w.store(r)
}

// takeOutputOf pastes an output into a step.
func (w *window) takeOutputOf(t testing.TB, id, text string) {
	t.Helper()
	w.causeItems()
	item, ok := w.checklist.ByID(id)
	if !ok {
		t.Fatalf("no step %s", id)
	}
	w.takeOutput(item, w.current.cause.of(id), text)
	if w.current.cause.of(id).evidence == nil {
		t.Fatalf("the output of %s was not read: %+v", id, w.notRead)
	}
}

// Two windows, one after the other.
func TestACaseSurvivesARestart(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	work(t, w, s)
	before := w.current
	w.release()

	w, s = newStageAt(t, home, ordinary())
	h := handsOn(t, w)
	if len(w.cases) != 1 || w.cases[0].kept != nil || w.cases[0].report != nil {
		t.Fatalf("%d cases; one is open before anybody opened it", len(w.cases))
	}
	h.sees("Your cases", "web1.example.org", "Locked", "4 h 32 min left")
	h.tabTo("web1.example.org: Locked")
	h.press(fyne.KeyReturn)
	h.at(screenCheck)
	h.sees("web1.example.org", "4 h 32 min left", "Why we think so", "Your line works")
	r := w.current
	if r.check.Verdict == nil || r.check.Verdict.Code != before.check.Verdict.Code || len(r.check.Path.Hops) != len(before.check.Path.Hops) ||
		r.check.Control == nil || r.check.Elapsed != before.check.Elapsed || r.check.Provider != s.Providers().ByID("hetzner") {
		t.Errorf("the check: %+v", r.check)
	}
	if r.invoice != invoiceNo || r.report == nil || r.report.reading.Report.Rows != 509 || r.report.deadline.IsZero() {
		t.Fatalf("invoice %d, report %+v", r.invoice, r.report)
	}
	if e := r.cause.of("F3").evidence; e == nil || string(e.Text) != sockets || len(e.Findings) != len(before.cause.of("F3").evidence.Findings) {
		t.Errorf("the output: %+v", e)
	}
	if r.cause.cause == nil || r.cause.cause.Code != before.cause.cause.Code || r.cause.of("F1").state != stateNot || r.cause.of("F3").state != stateDone {
		t.Errorf("the checklist: %+v", r.cause)
	}
	m := r.kept.Model()
	var codes []string
	for _, e := range m.Timeline {
		codes = append(codes, e.Code)
		if e.Text != "" {
			t.Errorf("prose in the timeline: %q", e.Text)
		}
	}
	if want := []string{app.EventChecked, app.EventReport, app.EventDeadline, app.EventOutput, app.EventCause}; !slices.Equal(codes, want) {
		t.Errorf("timeline %q, want %q", codes, want)
	}
	path, err := r.kept.Path(m.Reports[0].SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(path); err != nil || string(raw) != mailHead+netscan(509) {
		t.Errorf("%d bytes of the mail are kept, %v", len(raw), err)
	}
}

// A file that is dropped is kept byte by byte, and so is a printed trace; what
// is nothing leaves nothing.
func TestInputsAreKept(t *testing.T) {
	w, s := newStage(t, ordinary())
	file := filepath.Join(t.TempDir(), "abuse.eml")
	mail := mailHead + netscan(40)
	if err := os.WriteFile(file, []byte(mail), 0o600); err != nil {
		t.Fatal(err)
	}
	w.readFile(file)
	first := w.current
	if m := first.kept.Model(); len(m.Reports) != 1 || m.Reports[0].Name != "abuse.eml" || m.Reports[0].Kind != app.KindReport || m.Reports[0].Size != int64(len(mail)) {
		t.Errorf("%+v", m.Reports)
	}
	w.open(screenHome)
	w.readText(tracert) // the same server, but a case of its own
	m := w.current.kept.Model()
	if w.current == first || len(m.Diagnoses) != 1 || m.Diagnoses[0].Input == "" {
		t.Fatalf("%+v", m.Diagnoses)
	}
	if _, err := w.current.kept.Path(m.Diagnoses[0].Input); err != nil {
		t.Error(err)
	}
	w.open(screenHome)
	w.readText("Dear customer, hello")
	if err := w.saveAll(); err != nil {
		t.Fatal(err)
	}
	if n := len(models(t, s)); n != 2 {
		t.Errorf("%d cases on disk, want 2", n)
	}
	w.openCase(first)
	w.readText("Dear customer, hello")
	stored, err := filepath.Glob(filepath.Join(filepath.Dir(s.homeOf(first)), first.kept.Model().ID, "inputs", "*"))
	if err != nil || len(stored) != 1 {
		t.Errorf("kept in the case: %q, %v", stored, err)
	}
}

// homeOf is the folder of a record's case.
func (s *stage) homeOf(r *record) string {
	path, err := r.kept.Path(r.kept.Model().Reports[0].SHA256)
	if err != nil {
		return err.Error()
	}
	return filepath.Dir(filepath.Dir(path))
}

// A report about the server of a stored case goes there.
func TestAReportFindsItsStoredCase(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.release()
	w, s = newStageAt(t, home, ordinary())
	w.readText(mailHead + netscan(40))
	if len(w.cases) != 1 || len(s.started) != 0 || w.current.report == nil || w.current.check.Verdict == nil {
		t.Fatalf("%d cases, checked %q", len(w.cases), s.started)
	}
	if err := w.saveAll(); err != nil {
		t.Fatal(err)
	}
	if all := models(t, s); len(all) != 1 || len(all[0].Reports) != 1 || len(all[0].Diagnoses) != 1 {
		t.Errorf("on disk: %+v", all)
	}
}

func TestTheExampleIsNeverKept(t *testing.T) {
	home := t.TempDir()
	w, _ := newStageAt(t, home, ordinary())
	w.openExample()
	w.current.invoice = invoiceNo
	w.store(w.current)
	w.current.report.typed = "2026-03-14 18:00 +0000"
	w.setDeadline(w.current.report)
	w.open(screenCause)
	w.takeOutputOf(t, "F3", sockets)
	w.storeCause(w.current)
	w.release()
	if _, err := os.Stat(filepath.Join(home, "cases")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the example made a folder: %v", err)
	}
}

// A second window on the same folder reads, and writes nothing.
func TestTheSecondWindowOnlyReads(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	work(t, w, s)
	if err := w.saveAll(); err != nil {
		t.Fatal(err)
	}
	id := w.current.kept.Model().ID

	second, s2 := newStageAt(t, home, ordinary())
	h := handsOn(t, second)
	second.openCase(second.cases[0])
	h.sees("Open in another window", "is not saved")
	second.current.invoice = invoiceYes
	second.store(second.current)
	second.open(screenReport)
	second.readText(mailHead + netscan(5))
	if second.current.report.reading.Report.Rows != 5 {
		t.Error("the report is not shown")
	}
	second.open(screenHome)
	h.sees("Open in another window")
	h.tabTo("Delete the case web1.example.org")
	h.press(fyne.KeyReturn)
	h.sees("was not deleted", "web1.example.org")
	second.release()
	if m := models(t, s2); len(m) != 1 || m[0].ID != id || m[0].Invoice != "no" || len(m[0].Reports) != 1 {
		t.Errorf("%+v", m)
	}
}

// Deleted by keyboard, and brought back.
func TestDeletedAndBroughtBack(t *testing.T) {
	w, s := newStage(t, ordinary())
	work(t, w, s)
	w.open(screenHome)
	h := handsOn(t, w)
	h.tabTo("Delete the case web1.example.org")
	h.press(fyne.KeyReturn)
	h.on("Undo")
	h.sees("Deleted: web1.example.org", "in five steps")
	if len(models(t, s)) != 0 {
		t.Fatal("still in the list on disk")
	}
	h.press(fyne.KeyReturn)
	h.sees("Your cases", "web1.example.org")
	w.openCase(w.cases[0])
	if w.current.report == nil || w.current.cause.cause == nil || w.current.kept.ReadOnly() {
		t.Errorf("came back as %+v", w.current)
	}
}

// A damaged case stays in the list, with what could be read.
func TestADamagedCaseIsShown(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	work(t, w, s)
	path := filepath.Join(s.homeOf(w.current), "case.json")
	w.release()
	damage(t, path)
	w, _ = newStageAt(t, home, ordinary())
	h := handsOn(t, w)
	h.sees("web1.example.org", "is damaged", "What could be read is shown")
	w.openCase(w.cases[0])
	h.sees("is damaged")
	if w.current.report == nil || w.current.invoice != invoiceNo {
		t.Errorf("%+v", w.current)
	}
	w.release()
	if err := os.WriteFile(path, []byte("\x00\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(path + ".bak")
	w, _ = newStageAt(t, home, ordinary())
	h = handsOn(t, w)
	h.sees("is damaged", "cannot be read")
	w.openCase(w.cases[0])
	h.sees("cannot be read")
}

// damage breaks the timeline of a model.
func damage(t testing.TB, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	if i := strings.Index(text, "\"timeline\": ["); i >= 0 {
		text = text[:i] + "\"timeline\": 7, \"was\": [" + text[i+len("\"timeline\": ["):]
	} else {
		t.Fatalf("no timeline in %s", path)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// No folder can be made where a file stands: it is said, nothing on screen is
// lost, and once the file is gone all is saved.
func TestWhatCannotBeSavedStays(t *testing.T) {
	home := t.TempDir()
	inTheWay := filepath.Join(home, "cases")
	if err := os.WriteFile(inTheWay, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w, s := newStageAt(t, home, ordinary())
	work(t, w, s)
	if w.saveAll() == nil {
		t.Fatal("saved where there is no folder")
	}
	w.open(screenCause)
	h := handsOn(t, w)
	h.sees("Not saved", "What you see stays here", "kswapd00")
	w.onClose()
	h.sees("Close the window again")
	if err := os.Remove(inTheWay); err != nil {
		t.Fatal(err)
	}
	h.tabTo("Try now")
	h.press(fyne.KeyReturn)
	if strings.Contains(h.text(), "Not saved") {
		t.Error("it still says that nothing is saved")
	}
	if err := w.saveAll(); err != nil {
		t.Fatal(err)
	}
	if m := models(t, s); len(m) != 1 || m[0].Invoice != "no" || len(m[0].Timeline) == 0 || len(m[0].Reports) != 1 || len(m[0].Evidence) != 1 {
		t.Errorf("%+v", m)
	}
}

func TestReadOnlyFolder(t *testing.T) {
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, "cases"), 0o500); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Create(filepath.Join(home, "cases", "try")); err == nil {
		_ = f.Close()
		t.Skip("this user may write everywhere")
	}
	w, s := newStageAt(t, home, ordinary())
	work(t, w, s)
	_ = w.saveAll() // said on screen
	w.open(screenCause)
	handsOn(t, w).sees("Not saved", "may not write into its folder")
}

// What is due first stands first, then what was changed last.
func TestTheListIsSorted(t *testing.T) {
	w, _ := newStage(t, ordinary())
	at := func(h int) time.Time { return afternoon.Add(time.Duration(h) * time.Hour) }
	w.cases = append(w.cases, &record{id: "old", changed: at(-9)}, &record{id: "late", due: at(9)}, &record{id: "new", changed: at(-1)}, &record{id: "soon", due: at(2)})
	var ids []string
	for _, r := range w.sorted() {
		ids = append(ids, r.id)
	}
	if want := []string{"soon", "late", "new", "old"}; !slices.Equal(ids, want) {
		t.Errorf("%q, want %q", ids, want)
	}
}
