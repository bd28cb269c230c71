package ui

import (
	"errors"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag/verdict"
)

// watchSaw plays the watch of the current case after some checks.
func watchSaw(w *window, s *stage, change func(*app.Watch)) {
	id := w.current.kept.Model().ID
	state := s.watches.states[id]
	state.State, state.Next, state.Since, state.Code, state.Checks = app.WatchWaiting, afternoon.Add(time.Minute), afternoon.Add(-time.Minute), verdict.Locked, 2
	state.History = []app.WatchResult{{Time: afternoon.Add(-time.Minute), Code: verdict.Locked}, {Time: afternoon, Code: verdict.Locked}}
	change(&state)
	s.watches.states[id] = state
	w.onWatch(id, state)
}

// The watch starts with what is known, where it belongs; what it sees is on the
// page, in the head and in the bar of the desktop.
func TestTheWatchIsTurnedOnAndSeen(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := lockedCase(t, w, s)
	w.tray = &tray{app: &bar{}, menu: fyne.NewMenu("Latchkey")}
	w.paintTray()
	b := w.tray.app.(*bar)
	h.does("Watch until reachable: Off")
	h.on("Watch until reachable: On")
	o, id := s.watches.options, w.current.kept.Model().ID
	if o.Case != id || o.Into != w.current.kept || o.Tell != w.notices || o.Last == nil || o.Last.Verdict.Code != verdict.Locked || o.OwnIP || o.Asked != nil {
		t.Errorf("%+v", o)
	}
	h.sees("Checking now, then every 1 min")
	watchSaw(w, s, func(*app.Watch) {})
	h.sees("Every 1 min, next at 13:29", "2 checks, now: Locked, since 13:27")
	if got := b.labels(); !slices.Contains(got, "web1.example.org: Locked") || !slices.Contains(got, "Pause watching") {
		t.Errorf("the menu: %q", got)
	}
	waiting := b.sign
	watchSaw(w, s, func(x *app.Watch) { x.Changed, x.Code = true, verdict.HostDown })
	if b.sign == waiting {
		t.Error("the sign stays though something changed")
	}
	watchSaw(w, s, func(x *app.Watch) { x.State = app.WatchOffline })
	h.sees("This computer has no connection")
	watchSaw(w, s, func(x *app.Watch) { x.Err = errors.New("\x1b[31mno such host") })
	h.sees("The watch could not begin: ", "no such host")

	again := checked(t, s, answers{ping: 5, ports: "oss"}, homeHop, lineHop, coreHop, peerHop, borderHop, insideHop, serverHop)
	again.Started = afternoon.Add(2 * time.Minute)
	watchSaw(w, s, func(x *app.Watch) {
		x.State, x.Why, x.Code, x.Since, x.Last = app.WatchOver, "reachable", again.Verdict.Code, again.Started, &again
	})
	h.sees("It answers again since 13:30", "Reachable")
	h.lacks("Pause")
	if code, _ := w.state(w.current.check); code != "reachable" {
		t.Errorf("the badge says %q", code)
	}
	if got := b.labels(); slices.Contains(got, "Pause watching") || b.sign == waiting {
		t.Errorf("the menu: %q", got)
	}
	h.does("Watch until reachable: Off")
	h.does("Watch until reachable: On")
	if s.watches.begun != 2 || len(s.watches.All()) != 0 {
		t.Errorf("%d begun, %d go on", s.watches.begun, len(s.watches.All()))
	}
}

// A way that lets one address through makes an answer no proof, and a login lets
// the provider be asked.
func TestWhatTheWatchIsTold(t *testing.T) {
	w, s := newStage(t, ordinary())
	lockedCase(t, w, s)
	login(w)
	w.keepEvent(app.EventAccess, map[string]string{"way": "own-ip"})
	w.startWatch(w.current)
	if o := s.watches.options; !o.OwnIP || o.Asked == nil {
		t.Errorf("%+v", o)
	}
	w.openExample()
	w.watchNow(w.current)
	if s.watches.begun != 1 {
		t.Error("the example is watched")
	}
}

// The next start goes on with what was being watched, behind the window.
func TestTheNextStartWatchesOn(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, ordinary())
	lockedCase(t, w, s)
	event := func(code string) {
		w.storeWith(w.current, func(m *casefile.Case) { event(m, afternoon, code, map[string]string{"verdict": "locked"}) })
	}
	event(app.EventWatch)
	id := w.current.kept.Model().ID
	w.release()

	w, s = newStageAt(t, home, ordinary())
	if s.watches.begun != 1 || s.watches.options.Case != id || s.watches.options.Into != w.cases[0].kept || s.watches.options.Last == nil {
		t.Errorf("%d begun: %+v", s.watches.begun, s.watches.options)
	}
	if w.show != screenHome || w.current != nil {
		t.Errorf("the window shows %s", w.show)
	}
	w.current = w.cases[0]
	event(app.EventWatchEnded)
	w.release()
	if _, s = newStageAt(t, home, ordinary()); s.watches.begun != 0 {
		t.Error("a watch that was turned off goes on")
	}
}

// A notice is told once an hour, in the window's language, and not again by a
// program that is started anew.
func TestNoticesAreToldOnce(t *testing.T) {
	home := t.TempDir()
	w, s := newStageAt(t, home, app.Settings{Language: "de", Theme: "light"})
	lockedCase(t, w, s)
	notice := app.Notice{Code: app.NoticeReachable, Case: "1", Server: "web1.example.org", Time: afternoon}
	title, body := app.NoticeWords(w.view.text, notice, afternoon)
	test.AssertNotificationSent(t, fyne.NewNotification(title, body), func() { w.notices.Tell(notice) })
	test.AssertNotificationSent(t, nil, func() { w.notices.Tell(notice) })
	w.release()
	w, _ = newStageAt(t, home, ordinary())
	test.AssertNotificationSent(t, nil, func() { w.notices.Tell(notice) })
}

// A deadline and a promised time that come near are told while the program runs.
func TestClocksAreTold(t *testing.T) {
	w, s := newStage(t, ordinary())
	lockedCase(t, w, s)
	now := afternoon
	w.now = func() time.Time { return now }
	w.notices = app.NewNotices(w.tell, w.now)
	var later func()
	w.after = func(_ time.Duration, f func()) { later = f }
	w.watchClocks()
	now = time.Date(2026, 3, 14, 17, 30, 0, 0, time.UTC) // the answer is due at 19:12
	title, body := app.NoticeWords(w.view.text, app.Notice{Code: app.NoticeSoon, Server: "web1.example.org", Due: time.Date(2026, 3, 14, 19, 12, 0, 0, time.UTC)}, now)
	test.AssertNotificationSent(t, fyne.NewNotification(title, body), later)
	test.AssertNotificationSent(t, nil, later)
}

// A closed window goes on watching and says so once; without a watch it ends.
func TestTheClosedWindowWatchesOn(t *testing.T) {
	w, s := newStage(t, ordinary())
	h := lockedCase(t, w, s)
	w.tray = &tray{app: &bar{}, menu: fyne.NewMenu("Latchkey")}
	if w.stays() {
		t.Error("stays though nothing is watched")
	}
	w.startWatch(w.current)
	watchSaw(w, s, func(*app.Watch) {})
	test.AssertNotificationSent(t, fyne.NewNotification(w.view.t("ui.tray.stays"), w.view.t("ui.tray.stays.body")), w.onClose)
	test.AssertNotificationSent(t, nil, w.onClose)
	w.open(screenHome)
	w.tray.app.(*bar).tap("web1.example.org: Locked")
	h.at(screenUnlock)
	w.tray.app.(*bar).tap("Pause watching")
	if w.stays() || w.watched(w.current) {
		t.Error("it goes on")
	}
	h.sees("A light check every minute or less often")
}

// bar is the desktop's bar, as far as the sign of the program is concerned.
type bar struct {
	menu *fyne.Menu
	sign fyne.Resource
	fyne.App
}

func (b *bar) SetSystemTrayMenu(m *fyne.Menu)       { b.menu = m }
func (b *bar) SetSystemTrayIcon(sign fyne.Resource) { b.sign = sign }
func (b *bar) SetSystemTrayWindow(fyne.Window)      {}

func (b *bar) labels() (all []string) {
	for _, i := range b.menu.Items {
		all = append(all, i.Label)
	}
	return all
}

func (b *bar) tap(label string) {
	for _, i := range b.menu.Items {
		if i.Label == label {
			i.Action()
			return
		}
	}
	panic("no " + label)
}
