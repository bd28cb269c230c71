package ui

import (
	"context"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag/abuse"
)

// What a person did on a report is there again, wherever they were meanwhile.
func TestTheReportKeepsItsState(t *testing.T) {
	w, _, h := opens(t, mailHead+netscan(509))
	h.toTab("All rows")
	h.ctrl(fyne.KeyF)
	h.write("198.51.100")
	h.press(fyne.KeyReturn)
	h.times(101, fyne.KeyDown)
	w.focuses["rows"].(*rows).scrollTo(60)
	h.toTab("Raw text")
	w.focuses["lines"].(*rows).show(300)
	w.focuses["lines"].(*rows).scrollTo(200)
	h.toTab("Mail and links")
	h.tabTo("field 2026-11-17 20:12")
	h.write("2026-03-15 09:00")
	h.press(fyne.KeyReturn)
	h.toTab("Overview")
	h.tabTo("A worm or brute-force bot")
	h.press(fyne.KeyTab)
	h.press(fyne.KeyReturn)

	check := func(where string) {
		t.Helper()
		s := w.current.report
		for tab, words := range []string{"19 h 32 min left", "with «198.51.100»", "Selected line 301", "Set by you."} {
			s.tab = tab
			w.open(screenReport)
			if w.view.settings.Language == "en" {
				h.sees(words)
			}
			switch table, _ := w.focuses["rows"].(*rows); tab {
			case tabRows:
				if table.top() != 60 || table.selected() != 100 || table.count() != 254 {
					t.Errorf("%s: of %d rows %d is selected and %d on top", where, table.count(), table.selected(), table.top())
				}
			case tabText:
				if list := w.focuses["lines"].(*rows); list.top() != 200 || list.selected() != 300 {
					t.Errorf("%s: line %d is selected and %d on top", where, list.selected(), list.top())
				}
			case tabMail:
				if e := w.focuses["deadline-field"].(*entry); e.Text != "2026-03-15 09:00" {
					t.Errorf("%s: the deadline's field holds %q", where, e.Text)
				}
			}
		}
		if s.open != 1 {
			t.Errorf("%s: hypothesis %d is open", where, s.open)
		}
	}
	check("on other tabs")
	w.open(screenHelp)
	w.open(screenHome)
	check("on other screens")
	w.change("", func(to *app.Settings) { to.Language, to.Theme = "de", "dark" })
	check("in another language")
	w.change("", func(to *app.Settings) { to.Language, to.TextSize = "en", "largest" })
	check("with larger text")
	w.change("", func(to *app.Settings) { to.TextSize = "" })
	resize(w, leastWidth, leastHeight)
	check("in a small window")
	resize(w, 1920, 1080)
	check("in a large window")
}

// A page stays where it was scrolled to while something on it unfolds, and each
// tab has its own place.
func TestPagesKeepTheirPlace(t *testing.T) {
	w, _, h := opens(t, mailHead+netscan(509))
	at := func() float32 { return w.shell.page.scroll.Offset.Y }
	w.shell.page.scroll.ScrollToOffset(fyne.NewPos(0, 150))
	w.shell.page.scroll.OnScrolled(fyne.NewPos(0, 150))
	h.tabTo("A worm or brute-force bot")
	h.press(fyne.KeyTab)
	h.press(fyne.KeyReturn)
	if at() != 150 {
		t.Errorf("the page went to %v", at())
	}
	h.toTab("Mail and links")
	if at() != 0 {
		t.Errorf("another tab begins at %v", at())
	}
	w.open(screenCheck)
	w.current.report.tab = tabOverview
	w.open(screenReport)
	if at() != 150 {
		t.Errorf("back at %v", at())
	}
	resize(w, 1920, 1400) // there is room for everything
	if at() > 0 {
		t.Errorf("at %v though nothing is below", at())
	}
}

// While long work goes on the person may go on too; its result takes neither
// screen nor focus from them, and a newer question counts.
func TestWorkOnAReportGoesOnBehind(t *testing.T) {
	w, _, h := opens(t, mailHead+netscan(300))
	b := behind(t, w)
	h.toTab("All rows")
	h.ctrl(fyne.KeyF)
	h.write("203.0.113")
	h.press(fyne.KeyReturn)
	h.sees("Looking through the rows …")
	h.ctrl(fyne.KeyF)
	h.times(9, fyne.KeyBackspace)
	field := h.canvas().Focused().(*entry)
	field.SetText("198.51.100.7")
	field.OnSubmitted(field.Text)
	if b.stopped != 1 {
		t.Errorf("%d searches were stopped", b.stopped)
	}
	b.finish() // both: the one that was stopped comes first
	h.sees("11 of 300", "with «198.51.100.7»")

	w.filterRows(w.current.report, abuse.Query{Host: "198.51.100.9"})
	h.ctrl(fyne.Key0)
	h.write("mail.example.net")
	typed := h.canvas().Focused().(*entry)
	b.finish()
	h.at(screenHome)
	if h.canvas().Focused() != fyne.Focusable(typed) || typed.Text != "mail.example.net" {
		t.Error("the result takes the focus")
	}
	h.ctrl(fyne.Key2)
	h.sees("with 198.51.100.9", "1 of 300")

	w.filterRows(w.current.report, abuse.Query{Text: "nothing like it"})
	b.finish()
	if table := w.focuses["rows"].(*rows); table.count() != 0 {
		t.Errorf("%d rows hold what none holds", table.count())
	}
}

// behindLater is work that waits until the test finishes it.
type behindLater struct {
	waiting []func()
	stopped int
}

func (b *behindLater) finish() {
	now := b.waiting
	b.waiting = nil
	for _, f := range now {
		f()
	}
}

// A second report for a case takes the place of the first, whose file is closed.
func TestASecondReportReplacesTheFirst(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.readFile(writeScan(t, 130_000))
	h.sees("Read from", "netscan.txt", "130,000")
	first := w.current.report
	if e, _, err := first.reading.Report.Row(129_999); err != nil || e.Line != 130_005 {
		t.Fatalf("the last row of the open file: %v", err)
	}
	h.toTab("All rows")
	w.readText(mailHead + netscan(20))
	if len(w.cases) != 1 || w.current.report == first {
		t.Fatalf("%d cases", len(w.cases))
	}
	if w.current.report.tab != tabOverview {
		t.Error("a new report begins with its overview")
	}
	h.sees("Reference ABCDEF:1A.")
	if _, _, err := first.reading.Report.Row(60_000); err == nil {
		t.Error("the file of the first report is still open")
	}
	w.readFile(writeScan(t, 130_000))
	second := w.current.report
	w.release()
	if _, _, err := second.reading.Report.Row(60_000); err == nil {
		t.Error("the file is open though the window is closed")
	}
}

// A report that waits for its file to come back says so and shows no wrong rows.
func TestAReportWhoseFileIsGone(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.readFile(writeScan(t, 130_000))
	w.current.report.tab = tabRows
	w.build()
	if err := w.current.report.reading.Close(); err != nil {
		t.Fatal(err)
	}
	w.selectRows(w.current.report, abuse.Query{Sort: abuse.ByTarget})
	h.sees("The rows could not be read again. Is the file still there?")
	if q := w.current.report.rows.query; q.Sort != abuse.AsListed {
		t.Error("the arrow stands at a heading by which nothing is sorted")
	}
	w.focuses["rows"].(*rows).show(99_000)
	h.press(fyne.KeyReturn)
	h.toTab("Raw text")
}

func TestAnotherServerIsNoticed(t *testing.T) {
	for _, c := range []struct {
		accused string
		warned  bool
	}{{"192.0.2.10", false}, {"192.0.2.99", true}} {
		w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
		h := handsOn(t, w)
		w.play(s, checked(t, s, silence, locked()...))
		w.open(screenReport)
		w.readText(strings.ReplaceAll(mailHead+netscan(20), "192.0.2.10", c.accused))
		if got := strings.Contains(h.text(), "This report names another server"); got != c.warned {
			t.Errorf("%s: warned %v", c.accused, got)
		}
		if len(w.cases) != 1 {
			t.Errorf("%s: %d cases", c.accused, len(w.cases))
		}
	}
}

// A report that names its server has it checked meanwhile, unless it is masked,
// known already, or belongs to the example.
func TestTheNamedServerIsCheckedMeanwhile(t *testing.T) {
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	w.readText(dump) // x.x.x.x
	h.at(screenReport)
	h.sees("Not checked")
	if len(s.started) != 0 {
		t.Errorf("a masked address is checked: %q", s.started)
	}
	w.open(screenHome)
	w.openExample()
	if len(s.started) != 0 {
		t.Errorf("the example is checked: %q", s.started)
	}
	example := w.current
	report := example.report
	w.readText(mailHead + netscan(20))
	h.at(screenReport)
	if !slices.Equal(s.started, []string{"192.0.2.10"}) {
		t.Errorf("checked: %q", s.started)
	}
	if w.current == example || example.report != report {
		t.Error("a real report lands in the example")
	}
	s.play(checked(t, s, silence, locked()...))
	w.receive()
	h.at(screenReport)
	h.sees("Locked", "Next: find the cause", "The provider reports a netscan")
	w.open(screenHome)
	w.readText(mailHead + netscan(40))
	if len(s.started) != 1 || len(w.cases) != 3 {
		t.Errorf("checked again: %q, %d cases", s.started, len(w.cases))
	}
	h.sees("40")
}

func behind(t *testing.T, w *window) *behindLater {
	b := &behindLater{}
	w.behind = func(work func(context.Context), then func()) stopper {
		b.waiting = append(b.waiting, func() { work(t.Context()); then() })
		return stopFunc(func() { b.stopped++ })
	}
	return b
}
