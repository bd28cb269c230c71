package ui

import (
	"bytes"
	"io"
	"os"
	"testing"
	"time"

	"latchkey/app/statement"
)

// statementScenes are the states of step 4.
func statementScenes() []scene {
	open := func(change func(*window, *stage)) func(testing.TB, *window, *stage) {
		return func(t testing.TB, w *window, s *stage) {
			finished(silence, locked()...)(t, w, s)
			w.open(screenReport)
			w.readText(mailHead + netscan(509))
			w.open(screenStatement)
			change(w, s)
			w.build()
			atTop(w)
		}
	}
	sending := func(change func(*window)) func(testing.TB, *window, *stage) {
		return open(func(w *window, _ *stage) {
			filledIn(w)
			w.openSend()
			change(w)
		})
	}
	return []scene{
		{name: "statement-empty", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			finished(silence, locked()...)(t, w, s)
			w.open(screenStatement)
		}},
		{name: "statement", sizes: true, play: open(func(w *window, _ *stage) { filledIn(w) })},
		{name: "statement-all", play: open(func(w *window, _ *stage) {
			filledIn(w)
			w.current.statement.measure, w.current.statement.fits, w.current.statement.more = "plugins", "fix-mismatch", true
		})},
		{name: "statement-not-valid", play: open(func(w *window, _ *stage) {
			w.current.statement.invalid = true
			w.typeField(w.current, statement.FieldNotValid, "The address belongs to another customer since 1 March 2026.")
		})},
		{name: "statement-changed", play: open(func(w *window, _ *stage) {
			filledIn(w)
			w.writeFields(w.current, func(f statement.Form) { f["offered.cause"] = "What the facts said before." })
			w.redraft(w.current)
		})},
		{name: "statement-emptied", play: open(func(w *window, _ *stage) {
			filledIn(w)
			w.typeField(w.current, statement.FieldCause, "")
			w.typeField(w.current, statement.FieldReference, "")
			w.writeMeasure(w.current, "plugins", measureValue(true, afternoon.AddDate(0, 0, -9)))
			w.writeMeasure(w.current, "h2", "active "+afternoon.AddDate(0, 0, 9).Format(time.DateOnly))
			w.redraft(w.current)
		})},
		{name: "statement-unfit", play: open(func(w *window, _ *stage) { w.typeField(w.current, statement.FieldFixTime, "this morning") })},
		{name: "statement-annex", play: open(func(w *window, _ *stage) {
			filledIn(w)
			w.turnPage(1)
			w.zoomPage(1)
		})},
		{name: "statement-send", sizes: true, play: sending(func(*window) {})},
		{name: "statement-redacted", play: sending(func(w *window) {
			w.current.statement.send.redact = true
			w.redraft(w.current)
		})},
		{name: "statement-sent", play: sending(func(w *window) { w.markSent("form") })},
		{name: "statement-form", play: func(t testing.TB, w *window, s *stage) {
			sending(func(w *window) { w.readForm("unlock form.pdf", providerForm(t)) })(t, w, s)
		}},
		{name: "statement-unsaved", play: sending(func(w *window) { w.notSaved(os.ErrPermission) })},
		{name: "statement-example", play: func(_ testing.TB, w *window, _ *stage) {
			w.openExample()
			w.open(screenStatement)
			atTop(w)
		}},
	}
}

// providerForm is a form to fill in that another program made.
func providerForm(t testing.TB) io.ReadCloser {
	t.Helper()
	data, err := os.ReadFile("../statement/testdata/form/form.pdf")
	if err != nil {
		t.Fatal(err)
	}
	return io.NopCloser(bytes.NewReader(data))
}

// filledIn fills the form in the way a person does who did not think of what the
// report is about.
func filledIn(w *window) {
	r := w.current
	for name, text := range map[statement.Field]string{
		statement.FieldNumber: "1234567", statement.FieldFixed: "fail2ban installed and SSH port changed at 15:10.",
		statement.FieldCause:     "A program named kswapd00 (user www-data) was placed through an outdated upload plugin on 16 Nov 2026, 23:41 +01:00. It searched for open SSH logins on port 22.",
		statement.FieldCertainty: "proven", statement.FieldFixTime: "2026-03-14 13:10 +00:00", statement.FieldName: "Ada Example", statement.FieldPlaceName: "Berlin",
		statement.FieldContact: "+49 30 000000, admin@example.org",
	} {
		w.typeField(r, name, text)
	}
	for id, day := range map[string]time.Time{"plugins": afternoon.AddDate(0, 0, 9), "uploads": {}, "h2": {}} {
		w.writeMeasure(r, id, measureValue(day.IsZero(), day))
	}
	w.redraft(r)
}

func readerOf(text string) io.ReadCloser { return io.NopCloser(bytes.NewReader([]byte(text))) }
