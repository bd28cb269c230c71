package ui

import (
	"context"
	"net/netip"
	"slices"
	"testing"

	"latchkey/app"
	"latchkey/diag"
)

// A lock is per address: the others of the name are offered, and one key checks
// such an address.
func TestOtherAddressesAreOffered(t *testing.T) {
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	h := handsOn(t, w)
	c := checked(t, s, silence, locked()...)
	c.Others = []netip.Addr{netip.MustParseAddr("2001:db8::10")}
	w.play(s, c)
	h.sees("This name has other addresses")
	h.sees("Check 2001:db8::10 (IPv6)")
	if card := w.othersCard(c); card == nil {
		t.Fatal("no card")
	}
	w.begin("2001:db8::10")
	if s.started[len(s.started)-1] != "2001:db8::10" {
		t.Errorf("started %v", s.started)
	}
}

// waiting is a stage whose connection comes back when the test says so.
type waiting struct {
	*stage
	back  func()
	ended <-chan struct{}
}

func (s *waiting) WhenConnected(ctx context.Context, _ netip.Addr, f func()) {
	s.back, s.ended = f, ctx.Done()
}

func TestChecksAgainWhenTheConnectionIsBack(t *testing.T) {
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	line := &waiting{stage: s}
	w.Session = line
	w.play(s, checked(t, s, answers{ping: -1, noRoute: diag.Yes}))
	if line.back == nil {
		t.Fatal("nobody waits for the connection")
	}
	before := len(s.started)
	line.back()
	if len(s.started) != before+1 {
		t.Fatalf("started %v: not checked again", s.started)
	}
	select {
	case <-line.ended:
	default:
		t.Error("the waiting goes on beside the new check")
	}
	if !slices.Contains(s.started, "web1.example.org") {
		t.Errorf("started %v", s.started)
	}
}
