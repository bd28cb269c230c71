package ui

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag/checklist"
)

// twoNetworks is a report of two networks and a machine on which one process is
// connected to one of them, one beside it, and one looks strange.
func twoNetworks() (checklist.Events, *checklist.Host) {
	r := checklist.Events{ZoneKnown: true}
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for i := range 254 {
		for _, net := range []byte{100, 101} {
			r.List = append(r.List, checklist.Event{Time: at, Protocol: "tcp", Target: netip.AddrFrom4([4]byte{198, 51, net, byte(i + 1)}), TargetPort: 22})
		}
	}
	h := &checklist.Host{Processes: []checklist.Process{
		{PID: 2417, PPID: 1, User: "www-data", Name: "kswapd00", Exe: "/tmp/.x/kswapd00 (deleted)", Started: at.Add(-time.Hour)},
		{PID: 811, PPID: 1, User: "backup", Name: "rsync-nightly-of-everything", Exe: "/usr/bin/rsync", Started: at.Add(-time.Hour)},
		{PID: 990, PPID: 1, User: "root", Name: "updater", Exe: "/usr/bin/updater", Started: at.Add(time.Hour)}}}
	add := func(pid int, peer string) {
		h.Sockets = append(h.Sockets, checklist.Socket{Protocol: "tcp", State: "ESTAB", PID: pid, Local: checklist.End{Host: "192.0.2.10", Port: 40000 + len(h.Sockets)}, Peer: checklist.End{Host: peer, Port: 22}})
	}
	for i := range 18 {
		add(2417, fmt.Sprintf("198.51.100.%d", i+1))
	}
	add(811, "198.51.100.255")
	add(990, "192.0.2.77")
	return r, h
}

// crowded is a machine on which a hundred processes talk to all 120 networks of
// a report.
func crowded() (checklist.Events, *checklist.Host) {
	r, h := checklist.Events{ZoneKnown: true}, &checklist.Host{}
	for n := range 120 {
		for i := range 100 {
			a := netip.AddrFrom4([4]byte{10, 0, byte(n), byte(i + 1)})
			r.List = append(r.List, checklist.Event{Protocol: "tcp", Target: a, TargetPort: 22})
			h.Sockets = append(h.Sockets, checklist.Socket{Protocol: "tcp", State: "ESTAB", PID: 1000 + i, Name: "worker", User: "www-data",
				Local: checklist.End{Host: "192.0.2.10", Port: 20000 + n*100 + i}, Peer: checklist.End{Host: a.String(), Port: 22}})
		}
	}
	return r, h
}

// fit shows what a report and a machine have in common, without the outputs.
func (w *window) fit(r checklist.Events, h *checklist.Host) {
	m := checklist.Match(r, h)
	w.current.cause.match = &m
	w.build()
}

// matching opens step 3 on a match.
func matching(t testing.TB, r checklist.Events, h *checklist.Host) *window {
	w, s := newStage(t, app.Settings{Language: "en", Theme: "light"})
	finished(silence, locked()...)(t, w, s)
	w.open(screenReport)
	w.readText(mailHead + netscan(9))
	w.open(screenCause)
	w.fit(r, h)
	return w
}

// The picture has a line for each link, thick, thin or dashed, and each box says
// the same in words.
func TestMatchPictureJoinsWhatBelongsTogether(t *testing.T) {
	r, h := twoNetworks()
	w := matching(t, r, h)
	s := w.matchPicture(w.current.cause.match)
	want := []join{{0, 0, joinThick, false}, {1, 0, joinThin, false}, {0, 1, joinDashed, false}}
	if fmt.Sprint(s.joins) != fmt.Sprint(want) || len(s.left) != 3 || len(s.right) != 2 {
		t.Errorf("%d programs, %d targets, %v, want %v", len(s.left), len(s.right), s.joins, want)
	}
	for i, words := range []string{"18 of 254", "other addresses of this network", "started later"} {
		if !strings.Contains(s.left[i].say, words) {
			t.Errorf("program %d says %q", i, s.left[i].say)
		}
	}
}

// However many programs match, few are drawn at once, and the keyboard reaches
// each.
func TestMatchPictureOfACrowd(t *testing.T) {
	r, h := crowded()
	w := matching(t, r, h)
	m := w.current.cause.match
	seen := map[string]bool{}
	for range 2 * len(m.Processes) {
		s := w.matchPicture(m)
		if len(s.left) > mostDrawn+1 || len(s.right) > mostDrawn+1 || len(s.joins) > mostDrawn*(mostDrawn+1) {
			t.Fatalf("%d programs, %d targets, %d lines", len(s.left), len(s.right), len(s.joins))
		}
		p, ok := w.win.Canvas().Focused().(*press)
		if !ok || !strings.Contains(p.say, "worker") {
			w.win.Canvas().Focus(w.focuses["suspect-0"])
			p = w.focuses["suspect-0"].(*press)
		}
		seen[p.say] = true
		p.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
		if p := w.win.Canvas().Focused(); p == w.focuses["suspect-more"] {
			p.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		}
	}
	if len(seen) < len(m.Processes) {
		t.Errorf("%d of %d programs were reached", len(seen), len(m.Processes))
	}
}

// BenchmarkMatchPicture lays out the picture of a hundred processes and 120
// networks.
func BenchmarkMatchPicture(b *testing.B) {
	r, h := crowded()
	w := matching(b, r, h)
	for b.Loop() {
		card := w.matchCard()
		card.Resize(fyne.NewSize(700, heightOf(card, 700)))
	}
}

// scrollToMatch puts the first program at a share of the page's height, as far
// as the page reaches.
func (w *window) scrollToMatch(share float32) {
	driver, page := fyne.CurrentApp().Driver(), w.shell.page.scroll
	at := driver.AbsolutePositionForObject(w.focuses["suspect-0"].(fyne.CanvasObject)).Y - driver.AbsolutePositionForObject(page).Y + page.Offset.Y
	w.shell.page.scrollTo(at - share*page.Size().Height)
}
