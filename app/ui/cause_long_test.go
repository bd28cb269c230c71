package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
)

// held runs nothing behind the window until it is told to.
type held struct {
	work []func(context.Context)
	then []func()
}

func (q *held) behind(work func(context.Context), then func()) stopper {
	q.work, q.then = append(q.work, work), append(q.then, then)
	return stopFunc(func() {})
}

// run does what waits, and says how long the window was busy with its results.
func (q *held) run(ctx context.Context) (longest time.Duration) {
	for len(q.work) > 0 {
		work, then := q.work[0], q.then[0]
		q.work, q.then = q.work[1:], q.then[1:]
		work(ctx)
		begin := time.Now()
		then()
		longest = max(longest, time.Since(begin))
	}
	return longest
}

// longOutput is megabytes of a command's output.
func longOutput(megabytes int) string {
	head, line := sockets, sockets[strings.Index(sockets, "\n")+1:]
	return head + strings.Repeat(line, megabytes<<20/len(line))
}

// A paste of 50 MB: nothing of it is read on the window's own thread, no widget
// holds it, and what is drawn are the lines in sight.
func TestALongPasteNeverHoldsTheWindow(t *testing.T) {
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.readText(mailHead + netscan(20))
	w.open(screenCause)
	q := &held{}
	w.behind = q.behind
	h := handsOn(t, w)
	text := longOutput(50)
	w.App.Clipboard().SetContent(text)
	w.current.cause.item = "F3"
	w.build()
	h.canvas().Unfocus()
	h.tabTo("field Output of the command")
	h.ctrl(fyne.KeyV)
	if len(q.work) != 1 || w.taking == nil || w.current.cause.of("F3").evidence != nil {
		t.Fatalf("%d works wait; read on the window's thread", len(q.work))
	}
	w.taking.shown = true
	w.build()
	h.sees("Reading", "Stop reading")
	bounded(t, w)
	q.run(t.Context())
	e := w.current.cause.of("F3").evidence
	if e == nil || len(e.Text) != len(text) || e.cut || len(e.starts) != strings.Count(text, "\n") {
		t.Fatalf("read: %v", e != nil)
	}
	if w.current.cause.match == nil {
		t.Error("no match was worked out")
	}
	bounded(t, w)
	list := w.focuses["lines"].(*rows)
	list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	if list.selected() != len(e.starts)-1 {
		t.Error("the last line is not reached")
	}
	bounded(t, w)
}

// bounded reports what is too much for one drawing: widgets, or the text of one.
func bounded(t testing.TB, w *window) {
	t.Helper()
	here := lookAt(w.win.Canvas())
	if n := len(here.texts); n > 2000 {
		t.Errorf("%d texts are drawn", n)
	}
	for _, p := range here.texts {
		if len(p.text) > longestTyped {
			t.Errorf("a text of %d bytes is drawn", len(p.text))
		}
	}
	for _, stop := range here.order {
		if e, ok := stop.Focusable.(*entry); ok && len(e.Text) > longestTyped {
			t.Errorf("a field holds %d bytes", len(e.Text))
		}
	}
}

// What is longer than an output may be is read up to there, and says so; all of
// it is kept.
func TestTooLongAnOutputSaysWhatWasRead(t *testing.T) {
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	w.causeItems()
	text := longOutput(65)
	item, _ := w.checklist.ByID("F3")
	w.current.cause.item = "F3"
	w.takeOutput(item, w.current.cause.of("F3"), text)
	handsOn(t, w).sees("only the first 64 MB were read")
	e := w.current.cause.of("F3").evidence
	if e == nil || len(e.Text) != app.MostOutput {
		t.Fatal("not read")
	}
	if in := w.current.kept.Model().Evidence; len(in) != 1 || in[0].Size != int64(len(text)) {
		t.Errorf("kept: %+v", in)
	}
}

// A long paste anywhere is told by its beginning.
func TestALongPasteOnTheSheet(t *testing.T) {
	w, _ := newStage(t, ordinary())
	q := &held{}
	w.behind = q.behind
	w.App.Clipboard().SetContent(strings.Repeat("hello world\n", 5<<20/12))
	w.pasteClipboard()
	bounded(t, w)
	q.run(t.Context())
	h := handsOn(t, w)
	h.at(screenPaste)
	h.sees("5 MB were pasted", "hello world", "This could not be read")
	bounded(t, w)
	h.tabTo("Remove it")
	h.press(fyne.KeyReturn)
	if w.pasted != "" {
		t.Error("it is still there")
	}
}

// How long the window is busy with a paste of 50 MB, at its worst.
func BenchmarkLongPaste(b *testing.B) {
	text := longOutput(50)
	w, s := newStage(b, ordinary())
	finished(silence, locked()...)(b, w, s)
	w.open(screenCause)
	w.causeItems()
	item, _ := w.checklist.ByID("F3")
	q := &held{}
	w.behind = q.behind
	var longest, behind time.Duration
	for b.Loop() {
		w.current.cause.item = "F3"
		w.current.cause.of("F3").evidence = nil
		begin := time.Now()
		w.takeOutput(item, w.current.cause.of("F3"), text)
		longest = max(longest, time.Since(begin))
		begin = time.Now()
		longest = max(longest, q.run(b.Context()))
		behind = max(behind, time.Since(begin))
	}
	b.ReportMetric(float64(longest.Milliseconds()), "ms-window")
	b.ReportMetric(float64(behind.Milliseconds()), "ms-behind")
}
