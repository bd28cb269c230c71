package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag/verdict"
)

// A watch that is stopped prints what it knows, as one object, with status 1.
func TestStoppedWatch(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	e, out, errOut := env(t)
	if got := Run(ctx, []string{"watch", "127.0.0.1", "--json", "--no-names"}, e); got != statusUnanswered {
		t.Errorf("exit status %d", got)
	}
	decoder := json.NewDecoder(out)
	var o watchJSON
	if err := decoder.Decode(&o); err != nil || o.Kind != "watch" || o.Why != "stopped" || !o.Cancelled || decoder.More() {
		t.Errorf("%+v %v", o, err)
	}
	if !strings.HasPrefix(errOut.String(), "latchkey: Stopped before the end.") {
		t.Errorf("stderr: %s", errOut)
	}
}

// stderr gets a live line on terminals only, a line for each notice, and elsewhere
// one line when the connection is gone, however often that is told.
func TestWatchProgress(t *testing.T) {
	at := time.Date(2026, 3, 4, 8, 0, 0, 0, time.UTC)
	for _, terminal := range []bool{true, false} {
		var errOut bytes.Buffer
		p, err := start(Env{Err: &errOut, ErrTerminal: terminal, Language: "en", Now: func() time.Time { return at }})
		if err != nil {
			t.Fatal(err)
		}
		w := p.startWatching()
		s := app.Watch{State: app.WatchWaiting, Code: verdict.Locked, Checks: 46, Next: at.Add(41 * time.Second)}
		w.update(s)
		s.State, s.Next = app.WatchOffline, time.Time{}
		w.update(s)
		if !terminal {
			w.update(s)
		}
		w.tell(app.Notice{Code: app.NoticeReachable, Server: "web1.example.org\x1b[2J", Time: at})
		s.State = app.WatchOver
		w.update(s)
		w.clear()
		want := "2026-03-04 08:00:00  web1.example.org\uFFFD[2J answers again. Please look whether everything runs, then close the case.\n"
		offline := "Locked, 46 checks; this computer has no connection, waiting for it"
		if !terminal {
			want = offline + "\n" + want
		} else {
			want = "\r\x1b[KLocked, 46 checks, next at 08:00:41" +
				"\r\x1b[K" + offline + "\r\x1b[K" + want
		}
		if errOut.String() != want {
			t.Errorf("got  %q\nwant %q", errOut.String(), want)
		}
	}
}

// The page says what the watch came to.
func TestWatchPage(t *testing.T) {
	e, _, _ := env(t)
	p, err := start(e)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	w := app.Watch{Server: casefile.Server{Name: "web1.example.org"}, Started: at, Since: at, Code: verdict.Reachable, Changed: true, Why: "reachable", Checks: 47}
	for want, change := range map[string]func(*app.Watch){
		"answers again":         func(*app.Watch) {},
		"No change: Locked":     func(w *app.Watch) { w.Code, w.Why = verdict.Locked, "stopped" },
		"--for is over":         func(w *app.Watch) { w.Code, w.Why = verdict.Locked, "over" },
		"Not clear yet":         func(w *app.Watch) { w.Code, w.Why = "", "stopped" },
		"Computer slept until":  func(w *app.Watch) { w.Slept = at },
		"a good sign, not a pr": func(w *app.Watch) { w.Flag = 2 },
	} {
		changed := w
		change(&changed)
		out := p.page()
		out.watch(changed)
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q:\n%s", want, out.String())
		}
	}
}
