package ui

import (
	"testing"

	"latchkey/diag/verdict"
)

// The design's table of next best actions, as far as its states can be reached.
func TestNextBestAction(t *testing.T) {
	for _, c := range []struct {
		name string
		in   situation
		want string
	}{
		{"a running check comes before its first verdict", situation{running: true, code: verdict.Locked}, "ui.next.stop"},
		{"not checked", situation{}, "ui.next.check"},
		{"local fault", situation{code: verdict.Local}, "ui.next.again"},
		{"invoice open", situation{code: verdict.Locked, invoice: invoiceYes, step: screenReport}, "ui.next.pay"},
		{"no answer about the invoice", situation{code: verdict.Locked, invoice: -1}, "ui.next.report"},
		{"invoice paid", situation{code: verdict.Locked, invoice: invoiceNo}, "ui.next.report"},
		{"not sure about the invoice", situation{code: verdict.Locked, invoice: invoiceUnsure}, "ui.next.report"},
		{"locked, step 2 open", situation{code: verdict.Locked, invoice: invoiceNo, step: screenReport}, "ui.next.mail"},
		{"an invoice says nothing without a lock", situation{code: verdict.HostDown, invoice: invoiceYes}, "ui.next.later"},
		{"host down", situation{code: verdict.HostDown, invoice: -1}, "ui.next.later"},
		{"filtered", situation{code: verdict.Filtered, invoice: -1}, "ui.next.later"},
		{"reachable", situation{code: verdict.Reachable, invoice: -1}, "ui.next.later"},
		{"before the provider", situation{code: verdict.BeforeProvider, invoice: -1}, "ui.next.later"},
		{"loop", situation{code: verdict.Loop, invoice: -1}, "ui.next.later"},
		{"inconclusive", situation{code: verdict.Inconclusive, invoice: -1}, "ui.next.later"},
	} {
		if got := nextKey(c.in); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
