package ui

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/evidence"
)

// itemSSH is what is open while evidence is collected over SSH.
const itemSSH = "ssh"

// sshState is how a server is reached, and what is going on with it. It stays
// with its case until the program ends; no secret is in it.
type sshState struct {
	address, port, jump, identity string // as typed
	wrong                         string // key of the sentence about what was typed
	rescue, twin, packages        bool
	listed                        bool          // the commands are shown
	host                          evidence.Host // the last one that was asked
	path                          string
	most                          int64 // of a file that is fetched, in bytes

	run     *sshRun // nil when nothing goes on
	trouble *sshTrouble
	unkept  error // the keyring did not take what was to be kept
	over    bool  // a collection was made in this run of the program
}

// sshRun is a connection that is in use.
type sshRun struct {
	work     stopper
	fetch    string // path of the file that is fetched; "" a collection
	host     evidence.Host
	rescue   bool
	packages bool
	progress sshProgress
	live     *sshLive // what is drawn of it; nil where something else is
	ask      *sshAsk  // a secret that is asked for
	meet     *sshMeet // a key that is met for the first time
	stopped  bool     // by the person
}

// openSSH opens the page, for the server or for its twin.
func (w *window) openSSH(twin bool) {
	c := &w.current.cause
	if s := &c.ssh; s.twin != twin && s.run == nil {
		s.twin, s.address, s.trouble = twin, "", nil
	}
	c.item, w.saved, w.focus = itemSSH, "", "ssh-address"
	w.build()
}

// sshWord says in the list what goes on.
func (w *window) sshWord() string {
	switch run := w.current.cause.ssh.run; {
	case run == nil:
		return ""
	case run.ask != nil, run.meet != nil:
		return w.view.t("ui.ssh.waits")
	}
	return w.view.t("ui.ssh.runs")
}

// sshAddress is what stands in the field before anybody typed: the case's server.
func (w *window) sshAddress() string {
	s, check := &w.current.cause.ssh, w.current.check
	switch {
	case s.address != "" || s.twin:
		return s.address
	case check.Addr.IsValid():
		return "root@" + check.Addr.String()
	case check.Name != "":
		return "root@" + check.Name
	}
	return ""
}

// sshOptions reads the fields; false if they are no server, which is told there.
func (w *window) sshOptions() (app.CollectOptions, bool) {
	s := &w.current.cause.ssh
	s.wrong = ""
	o := app.CollectOptions{Rescue: s.rescue && !s.twin, Packages: s.packages, Now: w.now}
	host, err := evidence.ParseHost(w.sshAddress())
	if err != nil {
		s.wrong, w.focus = "ui.ssh.wrong.address", "ssh-address"
		return o, false
	}
	if port := strings.TrimSpace(s.port); port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			s.wrong, w.focus = "ui.ssh.wrong.port", "ssh-port"
			return o, false
		}
		host.Port = int(n)
	}
	o.Host = host
	if jump := strings.TrimSpace(s.jump); jump != "" {
		through, err := evidence.ParseHost(jump)
		if err != nil {
			s.wrong, w.focus = "ui.ssh.wrong.jump", "ssh-jump"
			return o, false
		}
		o.Jump = &through
	}
	if key := strings.TrimSpace(s.identity); key != "" {
		o.Identities = []string{key}
	}
	return o, true
}

// collectSSH runs the collector behind the window.
func (w *window) collectSSH() {
	r := w.current
	var got app.Collected
	w.connectSSH("", func(ctx context.Context, run *sshRun, o app.CollectOptions, keep app.Keeper) (err error) {
		got, err = w.Session.Collect(ctx, o, keep, func(p app.CollectProgress) { w.postSSH(r, run, p) })
		return err
	}, func(err error) { w.tookSSH(r, got, err) })
}

// connectSSH does something with the server that the fields name, behind the
// window; then takes its result on Fyne's thread.
func (w *window) connectSSH(fetch string, work func(context.Context, *sshRun, app.CollectOptions, app.Keeper) error, then func(error)) {
	r := w.current
	s := &r.cause.ssh
	o, ok := w.sshOptions()
	if !ok || s.run != nil || r.example || w.fileOf(r).ReadOnly() {
		w.build()
		return
	}
	run := &sshRun{fetch: fetch, host: o.Host, rescue: o.Rescue, packages: o.Packages}
	secrets := w.Session.SSHSecrets(func(ctx context.Context, q app.SSHQuestion) (diag.Secret, bool, error) {
		return w.askSSH(ctx, r, run, q)
	})
	o.Ask, o.Trust = secrets.Ask, func(ctx context.Context, c evidence.Contact) (bool, error) { return w.meetSSH(ctx, r, run, c) }
	s.run, s.trouble, s.unkept, s.host = run, nil, nil, o.Host
	w.focus = "ssh-stop"
	keep := w.fileOf(r).Keep
	var err, unkept error
	over := false
	stop := w.behind(func(ctx context.Context) {
		err = work(ctx, run, o, keep)
		if !refusesLogin(err) {
			unkept = secrets.Keep(context.WithoutCancel(ctx))
		}
	}, func() {
		over, s.run, s.unkept = true, nil, unkept
		if w.focused() == "ssh-stop" {
			w.focus = "ssh-collect"
		}
		then(err)
		if w.current == r && w.show == screenCause {
			w.build()
		}
	})
	if !over {
		run.work = stop
		w.build()
	}
}

// refusesLogin reports whether a run ended before the server let anybody in.
func refusesLogin(err error) bool {
	for _, early := range []error{app.ErrSSHHost, app.ErrUnreachable, app.ErrNoSSH, app.ErrDenied, app.ErrNotTrusted, app.ErrNoSecret, context.Canceled} {
		if errors.Is(err, early) {
			return true
		}
	}
	var changed *evidence.ChangedKeyError
	return errors.As(err, &changed)
}

// stopSSH ends what goes on. What came of a collection is kept.
func (w *window) stopSSH(r *record) {
	r.endSSH()
	w.build()
}

// endSSH ends a connection that is in use, and forgets what was typed for it.
func (r *record) endSSH() {
	run := r.cause.ssh.run
	if run == nil {
		return
	}
	run.stopped = true
	run.ask.forget()
	run.ask, run.meet = nil, nil
	if run.work != nil {
		run.work.Stop()
	}
}

// tookSSH shows what a collection brought: on its own page, where everything
// about it stands.
func (w *window) tookSSH(r *record, got app.Collected, err error) {
	s := &r.cause.ssh
	s.over = true
	if got.Input.SHA256 == "" || got.Input.Kind != app.KindBundle {
		if got.Input.SHA256 != "" {
			w.storeWith(r, func(m *casefile.Case) { w.Session.FileCollected(m, got, w.now()) })
		}
		w.troubled(r, got, err)
		return
	}
	role := ""
	if own := got.Host.Name == r.check.Addr.String() || strings.EqualFold(got.Host.Name, r.check.Name); s.twin || !own {
		role = r.cause.roleFor(got.Bundle.Hostname, s.twin)
	}
	item := r.cause.item
	w.giveCollection(r, &collection{name: got.Input.Name, reading: got.Bundle, over: &got, role: role}, &handed{into: r.kept, in: got.Input})
	if item != itemSSH { // somebody went on reading meanwhile
		r.cause.item, w.focus = item, ""
	}
	if w.current != r || w.show != screenCause {
		w.focus = ""
	}
	if s.twin {
		s.twin, s.address = false, "" // the next click is for the server again
	}
}
