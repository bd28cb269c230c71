package ui

import (
	"testing"

	"latchkey/app"
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
