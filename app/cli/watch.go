package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strconv"
	"sync"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/trace"
)

// The bounds of a watch: nobody is asked more often than once a minute, and a
// watch of more than a quarter was forgotten.
const longestWatch = 90 * 24 * time.Hour

// setSpan takes «10m», «2h» or a bare number of seconds.
func setSpan(into *time.Duration, least time.Duration, option, v string) error {
	d, err := time.ParseDuration(v)
	if seconds, bare := strconv.ParseFloat(v, 64); bare == nil && seconds < longestWatch.Seconds()+1 {
		d, err = time.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || d < least || d > longestWatch {
		return wrongCall("span", "value", v, "option", option)
	}
	*into = d
	return nil
}

// watch checks a server until it answers again, its time is over or ^C. What
// happens meanwhile goes to stderr, the answer comes at the end.
func (p *program) watch(ctx context.Context, c call) (err error) {
	if err := p.knownProvider(c.check.Provider); err != nil {
		return err
	}
	if len(c.operands) == 0 && c.inCase == "" {
		return wrongCall("operand-missing", "verb", "watch", "usage", c.verb.usage)
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	into, err := p.watchedCase(c)
	if err != nil {
		return err
	}
	defer func() {
		if into != nil {
			err = errors.Join(err, into.Close())
		}
	}()
	var model casefile.Case
	if into != nil {
		model = into.Model()
	}
	server := model.Server
	if len(c.operands) > 0 {
		server = serverOf(c.operands[0], model.Server)
	}
	live := p.startWatching()
	o := app.WatchOptions{Every: c.every, For: c.span, Check: c.check, Case: model.ID, Tell: app.NewNotices(live.tell, p.env.Now),
		OwnIP: app.WayInUse(model) == "own-ip", Stay: c.stay}
	o.Check.Provider = cmp.Or(c.check.Provider, server.Provider)
	if into != nil {
		o.Into = into
	}
	if c.ask {
		o.Asked = func(ctx context.Context) (diag.Answer, error) {
			return p.session.FlagOf(ctx, casefile.Case{Server: server})
		}
	}
	result, err := p.session.Watch(ctx, server, o, live.update)
	live.clear()
	if err != nil {
		return explain(err, cmp.Or(server.Input, server.Address))
	}
	if err := p.answer(c, watchObject(result), func(out *page) { out.watch(result) }); err != nil {
		return err
	}
	if result.Why == "stopped" {
		f := explain(context.Canceled, "")
		f.answered = true
		return f
	}
	return nil
}

// watchedCase opens the case of --case for writing; nil if none was named.
func (p *program) watchedCase(c call) (*app.OpenCase, error) {
	if c.inCase == "" {
		return nil, nil
	}
	open, err := p.session.LoadCase(c.inCase, app.CaseOptions{Now: p.env.Now})
	if open == nil {
		return nil, caseFailure(err, c.inCase, c.inCase)
	}
	if err == nil && open.ReadOnly() {
		err = app.ErrCaseOpen
	}
	if err == nil {
		err = saves(open)
	}
	if err != nil {
		return nil, caseFailure(errors.Join(err, open.Close()), c.inCase, c.inCase)
	}
	return open, nil
}

// serverOf is what was typed, with what a case knows about the same server.
func serverOf(target string, known casefile.Server) casefile.Server {
	if target == known.Input || target == known.Name || target == known.Address {
		return known
	}
	s := casefile.Server{Input: target}
	if t, err := trace.ParseTarget(target); err == nil {
		s.Name = t.Name
		if t.Addr.IsValid() {
			s.Address = t.Addr.String()
		}
	}
	return s
}

// watching is what stderr shows of a watch: a live line on terminals, and one
// line for each notice everywhere; elsewhere than on terminals also one when it
// begins to wait for a connection.
type watching struct {
	live    *progress
	p       *program
	mu      sync.Mutex
	offline bool
}

func (p *program) startWatching() *watching { return &watching{live: p.startProgress(), p: p} }

func (w *watching) update(s app.Watch) {
	offline := s.State == app.WatchOffline
	news := offline && !w.offline
	w.offline = offline || w.offline && s.State == app.WatchChecking
	if w.live.w == nil && !news {
		return
	}
	t := w.p.text
	badge := t.T("cli.watch.unknown")
	if s.Code != "" {
		badge = t.T("verdict." + string(s.Code) + ".badge")
	}
	key := "cli.watch." + string(s.State)
	if s.State == app.WatchOver || !t.Has(key) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	line := t.T(key, "badge", badge, "count", s.Checks, "next", s.Next.In(w.p.env.Now().Location()).Format("15:04:05"))
	if w.live.w == nil {
		_, _ = io.WriteString(w.p.env.Err, line+"\n")
		return
	}
	w.live.show(line)
}

// tell writes a notice as a line.
func (w *watching) tell(n app.Notice) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.live.clear()
	now := w.p.env.Now()
	title, body := app.NoticeWords(w.p.text, n, now)
	line := n.Time.In(now.Location()).Format("2006-01-02 15:04:05") + "  " + diag.Clean(title+". "+body, 4*longestQuote)
	_, _ = io.WriteString(w.p.env.Err, line+"\n")
}

func (w *watching) clear() { w.live.clear() }

type watchJSON struct {
	Kind       string        `json:"kind"`
	Target     targetJSON    `json:"target"`
	Case       *string       `json:"case"`
	Started    *string       `json:"started"`
	Verdict    *verdictJSON  `json:"verdict"` // of the last whole check
	State      *string       `json:"state"`   // code of the verdict that holds; null: none
	Since      *string       `json:"since"`   // since when it holds
	Changed    bool          `json:"changed"`
	Why        string        `json:"why"` // reachable, over, stopped
	Checks     int           `json:"checks"`
	Every      float64       `json:"every_s"`
	ToldLocked diag.Answer   `json:"provider_locked"` // what the provider said; null: it was not asked
	Slept      *string       `json:"slept"`           // when it noticed that this computer had slept
	History    []watchedJSON `json:"history"`         // the last 60 checks, oldest first
	Cancelled  bool          `json:"cancelled"`
}

type watchedJSON struct {
	Time  *string `json:"time"`
	Code  *string `json:"code"` // null: nothing could be concluded
	Whole bool    `json:"whole"`
}

func watchObject(w app.Watch) watchJSON {
	c := app.Check{Input: cmp.Or(w.Server.Input, w.Server.Address), Name: w.Server.Name}
	o := watchJSON{Kind: "watch", Case: orNull(w.Case), Started: moment(w.Started), State: orNull(string(w.Code)), Since: moment(w.Since), Changed: w.Changed,
		Why: w.Why, Checks: w.Checks, Every: w.Every.Seconds(), ToldLocked: w.Flag, Slept: moment(w.Slept), History: []watchedJSON{}, Cancelled: w.Why == "stopped"}
	if w.Last != nil {
		c = *w.Last
		o.Verdict = verdictObject(c.Verdict)
	}
	o.Target = targetObject(c)
	for _, r := range w.History {
		o.History = append(o.History, watchedJSON{moment(r.Time), orNull(string(r.Code)), r.Whole})
	}
	return o
}

// watch says how a watch ended.
func (p *page) watch(w app.Watch) {
	t := p.text
	server := value(cmp.Or(w.Server.Name, w.Server.Address, w.Server.Input))
	badge := t.T("cli.watch.unknown")
	if w.Code != "" {
		badge = t.T("verdict." + string(w.Code) + ".badge")
	}
	p.line(bold, t.T("cli.watch.title", "server", server, "badge", badge))
	switch {
	case w.Why == "reachable" && w.Changed:
		p.paragraph("", t.T("cli.watch.again", "time", p.clock(w.Since)))
	case w.Why == "reachable":
		p.paragraph("", t.T("cli.watch.nothing"))
	case w.Code != "":
		p.paragraph("", t.T("cli.watch.still", "badge", badge, "time", p.clock(w.Since)))
	}
	if w.Why == "over" {
		p.paragraph("", t.T("cli.watch.over"))
	}
	p.known("cli.watch.since", p.clock(w.Started))
	p.field(t.T("cli.watch.checks"), strconv.Itoa(w.Checks))
	if w.Flag != diag.NotAsked {
		word := map[diag.Answer]string{diag.Yes: "yes", diag.No: "no"}[w.Flag]
		p.paragraph("", t.T("timeline.locked."+word))
	}
	p.known("cli.watch.slept", p.clock(w.Slept))
}

// aboutWatch says how often, and when it ends.
func (p *page) aboutWatch() {
	p.heading("cli.help.watch")
	for _, key := range []string{"cli.help.watch.pace", "cli.help.watch.end", "cli.help.watch.sleep", "cli.help.watch.case", "cli.help.watch.status"} {
		p.paragraph("  - ", p.text.T(key))
	}
}
