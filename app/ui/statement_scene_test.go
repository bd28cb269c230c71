package ui

import (
	"testing"

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
	return []scene{
		{name: "statement-empty", sizes: true, play: func(t testing.TB, w *window, s *stage) {
			finished(silence, locked()...)(t, w, s)
			w.open(screenStatement)
		}},
		{name: "statement", sizes: true, play: open(func(w *window, _ *stage) { filledIn(w) })},
	}
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
	for id, value := range map[string]string{"plugins": "2026-03-23", "uploads": "active", "h2": "active"} {
		w.writeMeasure(r, id, value)
	}
	w.redraft(r)
}
