package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag/evidence"
)

// thread lets work run beside the test, whose goroutine is Fyne's thread: what
// is handed to the window waits until the test looks.
type thread struct {
	t     testing.TB
	calls chan func()
}

// alongside gives the window goroutines of its own.
func alongside(t testing.TB, w *window) *thread {
	th := &thread{t, make(chan func(), 1000)}
	w.onThread = func(f func()) { th.calls <- f }
	w.behind = func(work func(context.Context), then func()) stopper {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			work(ctx)
			th.calls <- then
		}()
		return stopFunc(cancel)
	}
	return th
}

// until does what was handed to the window up to when something is so.
func (th *thread) until(what string, so func() bool) {
	th.t.Helper()
	late := time.After(90 * time.Second)
	for !so() {
		select {
		case f := <-th.calls:
			f()
		case <-late:
			th.t.Fatalf("%s does not come about", what)
		}
	}
}

// playedSSH is a session whose server the test plays; secrets, cases and all else
// are the program's.
type playedSSH struct {
	Session
	collect func(context.Context, app.CollectOptions, app.Keeper, func(app.CollectProgress)) (app.Collected, error)
}

func (p *playedSSH) Collect(ctx context.Context, o app.CollectOptions, keep app.Keeper, progress func(app.CollectProgress)) (app.Collected, error) {
	return p.collect(ctx, o, keep, progress)
}

// brought is what a played server brings home.
func brought(ctx context.Context, s Session, o app.CollectOptions, text string, keep app.Keeper, cut error) (app.Collected, error) {
	in, err := keep(strings.NewReader(text), o.Host.Name+".fcb")
	if err != nil {
		return app.Collected{}, err
	}
	in.Kind = app.KindBundle
	reading, err := s.Read(ctx, in.Name, strings.NewReader(text), app.ReadOptions{})
	if err != nil {
		return app.Collected{}, err
	}
	return app.Collected{Input: in, Bundle: *reading.Bundle, Host: o.Host, Fingerprint: someKey, Run: evidence.Collection{Cut: cut}}, nil
}

// onSSH opens the page with a played server.
func onSSH(t *testing.T, collect func(context.Context, app.CollectOptions, app.Keeper, func(app.CollectProgress)) (app.Collected, error)) (*window, hands, *thread) {
	w, s := newStage(t, ordinary())
	finished(silence, locked()...)(t, w, s)
	w.open(screenCause)
	w.Session = &playedSSH{Session: w.Session, collect: collect}
	th := alongside(t, w)
	h := handsOn(t, w)
	h.canvas().Unfocus()
	h.tabTo("Collect over SSH")
	h.press(fyne.KeyReturn)
	return w, h, th
}

// A person without a mouse: key compared, password typed, sections watched, and
// the collection is in the case with its event and its steps.
func TestCollectOverSSHByKeyboard(t *testing.T) {
	const typed = "correct horse battery"
	var got []string
	goOn := make(chan struct{})
	var w *window
	w, h, th := onSSH(t, func(ctx context.Context, o app.CollectOptions, keep app.Keeper, progress func(app.CollectProgress)) (app.Collected, error) {
		ok, err := o.Trust(ctx, evidence.Contact{Host: o.Host, Kind: "ssh-ed25519", Fingerprint: someKey, Address: o.Host.Address()})
		if err != nil || !ok {
			return app.Collected{}, errors.Join(app.ErrNotTrusted, err)
		}
		for again := range 2 {
			answer, err := o.Ask(ctx, evidence.Question{Kind: evidence.Password, Host: o.Host, Again: again})
			if err != nil {
				return app.Collected{}, err
			}
			got = append(got, answer)
		}
		progress(app.CollectProgress{Stage: app.CollectRunning, Progress: evidence.Progress{Begun: true, Section: "ss", Done: 1}, Total: 66})
		<-goOn
		return brought(ctx, w.Session, o, ofServer(t), keep, nil)
	})
	h.sees("Collect everything over SSH", "Your SSH agent is not forwarded", "word for word")
	if e, ok := w.focuses["ssh-address"].(*entry); !ok || e.Text != "root@192.0.2.10" {
		t.Fatalf("the address is %q", e.Text)
	}
	h.tabTo("Collect now")
	h.press(fyne.KeyReturn)
	s := &w.current.cause.ssh
	th.until("the key", func() bool { return s.run != nil && s.run.meet != nil })
	h.sees("Is this your server?", someKey, "Compare it with the one your provider shows")
	h.on("Stop") // a stray Enter confirms nothing
	h.tabTo("It is the same, go on")
	h.press(fyne.KeyReturn)
	for _, words := range []string{"Password for root@192.0.2.10", "That was not accepted"} {
		th.until("the question", func() bool { return s.run.ask != nil })
		h.sees(words)
		h.on("Password for root@192.0.2.10")
		field := s.run.ask.field
		h.write(typed)
		for _, p := range lookAt(w.win.Canvas()).texts {
			if strings.Contains(p.text, typed) {
				t.Errorf("the password is drawn: %q", p.text)
			}
		}
		h.press(fyne.KeyReturn)
		if field.Text != "" || s.run.ask != nil {
			t.Error("the field still holds the password")
		}
	}
	th.until("the section", func() bool { return s.run.live != nil && s.run.live.running == "ss" })
	h.sees("Now: ss", "1 of 66 outputs")
	h.on("Stop")
	close(goOn)
	th.until("the end", func() bool { return s.run == nil })
	h.sees("Collection of web1.example.org", someKey, "kswapd00")
	if strings.Join(got, "|") != typed+"|"+typed {
		t.Errorf("typed %q", got)
	}
	m := w.current.kept.Model()
	if last := m.Timeline[len(m.Timeline)-1]; last.Code != app.EventCollected || last.With["machine"] != "web1.example.org" || last.With["key"] != someKey {
		t.Errorf("the last event is %+v", last)
	}
	if len(m.Evidence) != 1 || m.Evidence[0].Kind != app.KindBundle || m.Checks["F3"].State != stateDone {
		t.Errorf("%+v %+v", m.Evidence, m.Checks)
	}
}

// What went wrong stands where it was begun, with what to do.
func TestCollectOverSSHFails(t *testing.T) {
	var fail error
	w, h, th := onSSH(t, func(context.Context, app.CollectOptions, app.Keeper, func(app.CollectProgress)) (app.Collected, error) {
		return app.Collected{}, fail
	})
	s := &w.current.cause.ssh
	for _, one := range []struct {
		err   error
		words []string
	}{
		{app.ErrUnreachable, []string{"No SSH connection to root@192.0.2.10", "The server is locked", "How do I get in?"}},
		{app.ErrDenied, []string{"accepts none of the keys and passwords"}},
		{app.ErrLost, []string{"broke off before anything was collected"}},
		{&evidence.ChangedKeyError{Contact: evidence.Contact{Alias: "192.0.2.10", Fingerprint: someKey}, Known: []string{otherKey}, File: "/x/known_hosts", Line: 3},
			[]string{"shows another key than before: stopped", someKey, otherKey, "line 3 out of the file known_hosts"}},
		{errors.New("no words for this"), []string{"The system says: no words for this"}},
	} {
		fail = one.err
		w.collectSSH()
		th.until("the end", func() bool { return s.run == nil })
		h.sees(one.words...)
	}
	fail = app.ErrUnreachable
	w.collectSSH()
	th.until("the end", func() bool { return s.run == nil })
	for i, key := range []string{"ssh-way-in"} {
		w.focuses[key].(*press).TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if w.show != screenUnlock || w.current.unlock.way != "own-ip" {
			t.Errorf("%d: at %s, way %s", i, w.show, w.current.unlock.way)
		}
	}
	w.open(screenCause)
	for _, wrong := range []struct{ address, port, jump, words string }{{"a b", "", "", "This is no server"}, {"", "70000", "", "A port is a number"}, {"", "", "a b@", "to go through is none"}} {
		s.address, s.port, s.jump = wrong.address, wrong.port, wrong.jump
		w.build()
		h.canvas().Unfocus()
		h.tabTo("User and server")
		h.press(fyne.KeyReturn)
		h.sees(wrong.words)
		if s.run != nil {
			t.Fatalf("%+v runs", wrong)
		}
	}
}

// Somebody stops while a password is asked for: nothing is left of it.
func TestCollectOverSSHStopped(t *testing.T) {
	w, h, th := onSSH(t, func(ctx context.Context, o app.CollectOptions, _ app.Keeper, _ func(app.CollectProgress)) (app.Collected, error) {
		_, err := o.Ask(ctx, evidence.Question{Kind: evidence.Answer, Host: o.Host, Prompt: "Code:"})
		return app.Collected{}, err
	})
	w.collectSSH()
	s := &w.current.cause.ssh
	th.until("the question", func() bool { return s.run != nil && s.run.ask != nil })
	h.sees("root@192.0.2.10 asks", "«Code:»", "the server’s own words")
	field := s.run.ask.field
	h.write("123456")
	h.tabTo("Stop")
	h.press(fyne.KeyReturn)
	th.until("the end", func() bool { return s.run == nil })
	h.sees("You stopped it before anything came")
	if field.Text != "" {
		t.Error("the field still holds the code")
	}
}

// The same click for the twin, and again for the server: what is gone is shown.
func TestCollectTwinAndAftermath(t *testing.T) {
	texts := []string{ofServer(t), ofTwin(t), afterwards(t)}
	var w *window
	w, h, th := onSSH(t, func(ctx context.Context, o app.CollectOptions, keep app.Keeper, _ func(app.CollectProgress)) (app.Collected, error) {
		text := texts[0]
		texts = texts[1:]
		return brought(ctx, w.Session, o, text, keep, nil)
	})
	s := &w.current.cause.ssh
	collect := func() {
		w.collectSSH()
		th.until("the end", func() bool { return s.run == nil })
	}
	collect()
	h.canvas().Unfocus()
	h.tabTo("Compare with a twin")
	h.press(fyne.KeyReturn)
	h.tabTo("Collect from the twin over SSH")
	h.press(fyne.KeyReturn)
	h.sees("Collect from the twin", "It is only compared with")
	h.write("root@web2.example.org")
	collect()
	th.until("the comparison", func() bool { return w.current.cause.comparison != nil })
	h.sees("Compared with web2.example.org")
	w.openSSH(false)
	if w.sshAddress() != "root@192.0.2.10" {
		t.Errorf("the address is %q", w.sshAddress())
	}
	collect()
	th.until("the aftermath", func() bool { return w.current.cause.aftermath != nil })
	h.sees("Before and after", "Gone", "findings of the first collection are gone")
	var roles []string
	for _, in := range w.current.kept.Model().Evidence {
		roles = append(roles, in.Role)
	}
	if strings.Join(roles, "|") != "|"+casefile.RoleTwin+"|" {
		t.Errorf("roles %q", roles)
	}
}
