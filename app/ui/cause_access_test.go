package ui

import (
	"testing"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
)

// The badge says how one gets in: not known, on a way, by the own address, or
// because the server answers.
func TestTheAccessIsSaid(t *testing.T) {
	w, s, h := opens(t, mailHead+netscan(9))
	s.play(checked(t, s, silence, locked()...))
	w.receive()
	w.open(screenCause)
	h.sees("Access: not known")
	w.keepEvent(app.EventAccess, map[string]string{"way": "console"})
	h.sees("Access: Remote console")
	w.setField("own-address", "203.0.113.77")
	w.keepEvent(app.EventAccess, map[string]string{"way": "own-ip"})
	h.sees("Access: your own IP 203.0.113.77")
	w.keepEvent(app.EventNoAccess, map[string]string{"way": "own-ip"})
	h.sees("Access: not known")
	s.play(checked(t, s, answers{ping: 5, ports: "ooo"}, homeHop, lineHop, borderHop, insideHop, serverHop))
	w.receive()
	h.sees("Access: the server answers")
}

// A login that the case's server took is a way in, until something later says
// that it is shut; another machine's says nothing.
func TestALoginIsAccess(t *testing.T) {
	at := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	taken := casefile.Event{Code: app.EventCollected, With: map[string]string{"host": "192.0.2.10"}}
	twin := casefile.Event{Code: app.EventCollected, With: map[string]string{"host": "192.0.2.11", "role": casefile.RoleTwin}}
	locked := casefile.Event{Code: app.EventChecked, With: map[string]string{"verdict": "locked"}}
	up := casefile.Event{Code: app.EventChecked, With: map[string]string{"verdict": "reachable"}}
	shut := casefile.Event{Code: app.EventNoAccess, With: map[string]string{"way": "own-ip"}}
	for name, test := range map[string]struct {
		events []casefile.Event
		want   bool
	}{
		"nothing": {nil, false}, "locked": {[]casefile.Event{locked}, false}, "taken": {[]casefile.Event{locked, taken}, true},
		"twin": {[]casefile.Event{twin}, false}, "locked again": {[]casefile.Event{taken, locked}, false},
		"up since": {[]casefile.Event{taken, up}, true}, "shut": {[]casefile.Event{taken, shut}, false},
	} {
		for i := range test.events {
			test.events[i].Time = at.Add(time.Duration(i) * time.Minute)
		}
		if got := letIn(casefile.Case{Timeline: test.events}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Columns move together only as far as they have to, and a tree keeps its
// branches.
func TestOutputIsTightened(t *testing.T) {
	for _, test := range []struct {
		line   string
		blanks int
		want   string
	}{
		{"tcp   ESTAB  0      52", 0, "tcp   ESTAB  0      52"},
		{"tcp   ESTAB  0      52", 2, "tcp  ESTAB  0  52"},
		{"tcp   ESTAB  0      52", 1, "tcp ESTAB 0 52"},
		{"      users   here", 1, "      users here"},
	} {
		if got := tightened(test.line, test.blanks); got != test.want {
			t.Errorf("%q with %d: %q, want %q", test.line, test.blanks, got, test.want)
		}
	}
}
