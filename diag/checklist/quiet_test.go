package checklist

import (
	"fmt"
	"testing"
	"time"

	"latchkey/diag"
)

// lookedAt is a machine at a time, with processes, and connections to targets of
// the report.
func lookedAt(minute int, live bool, connections int, findings ...diag.Finding) State {
	h := &Host{Processes: []Process{{PID: 1}}, Sockets: []Socket{socket(7, "tcp", "192.0.2.10:40000", "203.0.113.9:443")}}
	for i := range connections {
		h.Sockets = append(h.Sockets, socket(592, "tcp", fmt.Sprint("192.0.2.10:", 41000+i), fmt.Sprint("198.51.100.", i+1, ":22")))
	}
	if !live {
		h.Processes, h.Sockets = nil, nil
	}
	return State{Time: time.Date(2026, 3, 4, 5, minute, 0, 0, time.UTC), Host: h, Findings: findings, Live: live}
}

func ruled(rule string, severity diag.Severity, pairs ...any) diag.Finding {
	f := about(rule, severity, Where{"ps", 1}, pairs...)
	f.Rule = rule
	return f
}

func TestQuiet(t *testing.T) {
	r := scan(3, "198.51.100", 22)
	for name, c := range map[string]struct {
		states        []State
		before, after int
		looks         int
		since         int // minute, -1 never
	}{
		"never looked":     {nil, -1, -1, 0, -1},
		"looked once":      {[]State{lookedAt(0, true, 3)}, -1, -1, 0, -1},
		"still there":      {[]State{lookedAt(0, true, 3), lookedAt(9, true, 2)}, 3, 2, 0, -1},
		"gone":             {[]State{lookedAt(0, true, 3), lookedAt(9, true, 0), lookedAt(30, true, 0)}, 3, 0, 2, 9},
		"came back":        {[]State{lookedAt(0, true, 3), lookedAt(9, true, 0), lookedAt(20, true, 1), lookedAt(30, true, 0)}, 3, 0, 1, 30},
		"seen from rescue": {[]State{lookedAt(0, true, 3), lookedAt(9, false, 0)}, 3, 3, 0, -1},
	} {
		a := Quiet(r, c.states)
		minute := -1
		if !a.Since.IsZero() {
			minute = a.Since.Minute()
		}
		if a.Before != c.before || a.After != c.after || a.Looks != c.looks || minute != c.since {
			t.Errorf("%s: %d before, %d after, %d looks since %d", name, a.Before, a.After, a.Looks, minute)
		}
	}
}

// What is gone, what stays, what is new; a restart under another PID is no
// difference, and what was not asked again is not gone.
func TestQuietFindings(t *testing.T) {
	fake := ruled("P01", diag.Critical, "pid", 592, "name", "[kworker/0:1]")
	again := ruled("P01", diag.Critical, "pid", 777, "name", "[kworker/0:1]")
	cron := ruled("C01", diag.Warning, "file", "/etc/cron.d/x")
	key := ruled("A03", diag.Warning, "file", "/root/.ssh/authorized_keys")
	busy := ruled("P10", diag.Info, "pid", 1, "name", "cc")
	for name, c := range map[string]struct {
		first, last State
		want        string
	}{
		"cleaned":   {lookedAt(0, true, 1, fake, fake, cron, busy), lookedAt(9, true, 0, key), "gone P01 C01 remaining new A03"},
		"restarted": {lookedAt(0, true, 1, fake, cron), lookedAt(9, true, 0, again, cron), "gone remaining P01 C01 new"},
		"rescue":    {lookedAt(0, true, 1, fake, cron), lookedAt(9, false, 0), "gone C01 remaining new"},
	} {
		a := Quiet(scan(3, "198.51.100", 22), []State{c.first, c.last})
		got := ""
		for _, list := range []struct {
			word string
			all  []diag.Finding
		}{{"gone", a.Gone}, {"remaining", a.Remaining}, {"new", a.New}} {
			got += " " + list.word
			for _, f := range list.all {
				got += " " + f.Rule
			}
		}
		if got[1:] != c.want {
			t.Errorf("%s: %s, want %s", name, got[1:], c.want)
		}
	}
	a := Quiet(scan(3, "198.51.100", 22), []State{lookedAt(0, true, 3, fake), lookedAt(10, true, 0), lookedAt(52, true, 0)})
	if got := codes(a.Facts); got != "quiet.since quiet.gone" || a.Facts[0].Params["minutes"] != 42 || a.Facts[0].Params["since"] != "2026-03-04 05:10 UTC" {
		t.Errorf("%s %v", got, a.Facts)
	}
}
