package ui

import (
	"testing"

	"latchkey/app"
	"latchkey/app/casefile"
)

// The header's filled button follows the case from its first check to its end.
func TestNextBestAction(t *testing.T) {
	w, s := newStage(t, app.Settings{})
	resize(w, startWidth, startHeight)
	want := func(key string) {
		t.Helper()
		if got := w.nextAction().key; got != key {
			t.Errorf("%s, want %s", got, key)
		}
	}
	w.begin("web1.example.org")
	want("ui.next.stop")
	s.play(checked(t, s, silence, locked()...))
	w.receive()
	want("ui.next.report")
	w.open(screenReport)
	want("ui.next.mail")
	w.readText(mailHead + netscan(509))
	want("ui.next.cause")
	w.storeWith(w.current, func(m *casefile.Case) { event(m, w.now(), app.EventCause, map[string]string{"code": "evidence.p01"}) })
	want("ui.next.statement")
	w.storeWith(w.current, func(m *casefile.Case) {
		m.Fields = map[string]string{"cause": "a", "fix": "b", "prevent.h2": "active"}
	})
	want("ui.next.send")
	w.keepEvent(app.EventSent, map[string]string{"by": "form"})
	want("ui.next.remind")
	if w.nextAction().kind != secondary {
		t.Error("there is no hurry before the promised time is over")
	}
	w.storeWith(w.current, func(m *casefile.Case) {
		event(m, w.now(), app.EventReachable, map[string]string{"verdict": "reachable"})
	})
	want("ui.next.close")
	w.onNext()
	want("ui.next.closed")
}

// An open invoice leads to step 5, past the forensics.
func TestInvoiceFirst(t *testing.T) {
	w, s := newStage(t, app.Settings{})
	resize(w, startWidth, startHeight)
	finished(silence, locked()...)(t, w, s)
	w.current.invoice = invoiceYes
	w.store(w.current)
	if got := w.nextAction().key; got != "ui.next.pay" {
		t.Fatalf("%s, want the invoice", got)
	}
	w.onNext()
	if w.show != screenUnlock {
		t.Errorf("it leads to %s", w.show)
	}
}
