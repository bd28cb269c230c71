package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"path/filepath"
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/checklist"
	"latchkey/diag/evidence"
)

// collectCall are the options of collect.
type collectCall struct {
	rescue     bool
	packages   bool // all of them are compared
	identities []string
	jump       *evidence.Host
	confirmed  []string
	fetch      []string
}

// collectJSON is what a collection brought home.
type collectJSON struct {
	Kind        string         `json:"kind"`
	Host        string         `json:"host"`
	Fingerprint string         `json:"fingerprint"` // of the server's key
	Complete    bool           `json:"complete"`
	Sudo        bool           `json:"sudo"`
	Case        *string        `json:"case"`
	File        *string        `json:"file"`
	Input       inputJSON      `json:"input"`
	Bundle      *bundleJSON    `json:"bundle"` // null: kept, but not what the collector writes
	Findings    []ruleJSON     `json:"findings"`
	Facts       []diag.Finding `json:"facts"` // what the collection lacks
	// Aftermath compares it with earlier collections of the case; null if there
	// are none of this machine.
	Aftermath *aftermathJSON `json:"aftermath"`
	Elapsed   int64          `json:"elapsed_ms"`
}

// aftermathJSON is what became of what was found before.
type aftermathJSON struct {
	Before    *int           `json:"connections_before"` // to the report's targets; null: not told
	After     *int           `json:"connections_after"`
	Since     *string        `json:"quiet_since"`
	Until     *string        `json:"quiet_until"`
	Looks     int            `json:"looks"`
	Gone      []ruleJSON     `json:"gone"`
	Remaining []ruleJSON     `json:"remaining"`
	New       []ruleJSON     `json:"new"`
	Facts     []diag.Finding `json:"facts"`
}

func aftermathObject(a *checklist.Aftermath) *aftermathJSON {
	if a == nil {
		return nil
	}
	count := func(n int) *int {
		if n < 0 {
			return nil
		}
		return &n
	}
	return &aftermathJSON{count(a.Before), count(a.After), moment(a.Since), moment(a.Until), a.Looks, ruleObjects(a.Gone), ruleObjects(a.Remaining), ruleObjects(a.New), findingObjects(a.Facts)}
}

// collect runs the collector on a server and keeps what it prints: in a case,
// in a file, or in a new case.
func (p *program) collect(ctx context.Context, c call) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	o, err := p.collectOptions(c)
	if err != nil {
		return err
	}
	keep, err := p.openKeeper(c, o.Host)
	if err != nil {
		return err
	}
	if len(c.collect.fetch) > 0 {
		err = p.fetch(ctx, c, o, keep)
		return errors.Join(err, keep.close())
	}
	show := p.startProgress()
	met := p.people(ctx, show, &o)
	got, err := p.session.Collect(ctx, o, keep.keep, show.collection)
	show.clear()
	keep.file(func(m *casefile.Case, now time.Time) { p.session.FileCollected(m, got, now) })
	after := p.aftermath(ctx, keep, got)
	if closed := keep.close(); err == nil {
		err = closed
	}
	if err != nil && got.Input.SHA256 == "" {
		return p.collectFailure(err, o, met, got)
	}
	if failed := p.answer(c, collectObject(got, keep, after), func(out *page) { out.collected(got, keep, after) }); failed != nil {
		return failed
	}
	switch {
	case err != nil:
		f := explain(err, got.Input.Name)
		f.answered = true
		return f
	case got.Run.Cut != nil:
		f := unanswered("collect-cut", "name", o.Host.Name)
		f.answered = true
		return f
	}
	return nil
}

// collectOptions makes the options of the call those of the session.
func (p *program) collectOptions(c call) (app.CollectOptions, error) {
	host, err := evidence.ParseHost(c.operands[0])
	if err != nil {
		return app.CollectOptions{}, wrongCall("ssh-host", "name", c.operands[0])
	}
	switch ports := c.check.Ports; {
	case len(ports) > 1:
		return app.CollectOptions{}, wrongCall("one-port")
	case len(ports) == 1:
		host.Port = ports[0]
	}
	if c.inCase != "" && c.out != "" {
		return app.CollectOptions{}, wrongCall("case-or-out")
	}
	if c.out != "" {
		if err := place(c.out, ""); err != nil {
			return app.CollectOptions{}, err
		}
	}
	for _, name := range c.collect.identities {
		if err := privateKey(name); err != nil {
			return app.CollectOptions{}, err
		}
	}
	return app.CollectOptions{
		Host: host, Jump: c.collect.jump, Rescue: c.collect.rescue, Packages: c.collect.packages, Identities: c.collect.identities, Confirmed: c.collect.confirmed, Now: p.env.Now,
	}, nil
}

// keeper is where a collection goes.
type keeper struct {
	open   *app.OpenCase // nil: into a file
	path   string
	now    func() time.Time
	made   bool            // the case is new: it is made once there is something to keep
	server casefile.Server // of a new case
}

func (p *program) openKeeper(c call, h evidence.Host) (*keeper, error) {
	k := &keeper{path: c.out, now: p.env.Now}
	options := app.CaseOptions{Now: p.env.Now}
	switch {
	case c.out != "":
		return k, nil
	case c.inCase != "":
		open, err := p.session.LoadCase(c.inCase, options)
		if err == nil && open.ReadOnly() {
			err = app.ErrCaseOpen
		}
		if err == nil {
			err = saves(open)
		}
		if err != nil {
			if open != nil {
				err = errors.Join(err, open.Close())
			}
			return nil, caseFailure(err, c.inCase, c.inCase)
		}
		k.open = open
		return k, nil
	}
	if err := p.takesFiles(); err != nil {
		return nil, err
	}
	k.made, k.open = true, p.session.NewCase(options)
	k.server = casefile.Server{Input: h.Name, Name: h.Name}
	if a, err := netip.ParseAddr(h.Name); err == nil {
		k.server.Name, k.server.Address = "", a.String()
	}
	return k, nil
}

// keep stores the bytes.
func (k *keeper) keep(r io.Reader, name string) (casefile.Input, error) {
	if k.open != nil {
		if k.made {
			k.open.Change(func(m *casefile.Case) { m.Server = k.server })
		}
		return k.open.Keep(r, name)
	}
	in, sum := casefile.Input{Name: filepath.Base(k.path), Added: k.now()}, sha256.New()
	err := casefile.Replace(k.path, func(w io.Writer) (err error) {
		in.Size, err = io.Copy(io.MultiWriter(w, sum), r)
		return err
	})
	in.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err != nil {
		return casefile.Input{}, err
	}
	return in, nil
}

// file puts what was kept into the case.
func (k *keeper) file(change func(*casefile.Case, time.Time)) {
	if k.open != nil && !k.vacant() {
		k.open.Change(func(m *casefile.Case) { change(m, k.now()) })
	}
}

// vacant reports a new case in which nothing was kept: it is not made.
func (k *keeper) vacant() bool { return k.made && k.id() == "" }

// close writes the case, or takes back a vacant one.
func (k *keeper) close() error {
	switch {
	case k.open == nil:
		return nil
	case k.vacant():
		return k.open.Discard()
	}
	return k.open.Close()
}

// id is that of the case, "" if there is none.
func (k *keeper) id() string {
	if k.open == nil {
		return ""
	}
	return k.open.Model().ID
}

// aftermath compares a collection with the earlier ones of its case; nil if there
// are none, or they cannot be read any more.
func (p *program) aftermath(ctx context.Context, k *keeper, got app.Collected) *checklist.Aftermath {
	if k.open == nil || k.made || got.Input.Kind != app.KindBundle {
		return nil
	}
	a, ok, err := p.session.CaseAftermath(ctx, k.open)
	if err != nil || !ok {
		return nil
	}
	return &a
}

func collectObject(got app.Collected, k *keeper, after *checklist.Aftermath) collectJSON {
	o := collectJSON{
		Kind: "collect", Host: got.Host.String(), Fingerprint: got.Fingerprint, Complete: got.Run.Complete, Sudo: got.Run.Sudo, Case: orNull(k.id()),
		File: orNull(k.path), Input: inputObject(got.Input), Findings: []ruleJSON{}, Facts: findingObjects(got.Facts), Elapsed: got.Run.Took.Milliseconds(), Aftermath: aftermathObject(after),
	}
	if got.Input.Kind == app.KindBundle {
		o.Bundle, o.Findings = bundleObject(&got.Bundle), ruleObjects(got.Bundle.Findings)
	}
	return o
}

// collected writes where it is kept, what it lacks and what it shows.
func (p *page) collected(got app.Collected, k *keeper, after *checklist.Aftermath) {
	t := p.text
	if got.Input.Kind == app.KindBundle {
		p.bundle(&got.Bundle)
		p.blank()
	}
	for _, f := range got.Facts {
		if f.Code != "collect.not-root" { // the bundle says it
			words := t.P("finding."+f.Code, values(f.Params))
			if why, ok := f.Params["reason"].(string); ok {
				words += " " + t.T("collect.reason."+why)
			}
			p.paragraph("", words)
		}
	}
	if after != nil {
		p.findings("cli.collect.after", after.Facts)
		p.blank()
	}
	p.kept(got.Input, k)
	p.paragraph("", t.T("cli.collect.key", "host", got.Host.String(), "key", got.Fingerprint))
	if got.Banner != "" {
		p.paragraph("", t.T("cli.collect.banner", "text", value(got.Banner)))
	}
}

// kept says where something is.
func (p *page) kept(in casefile.Input, k *keeper) {
	switch {
	case k.open == nil:
		p.paragraph("", p.text.T("cli.collect.file", "file", k.path))
	case k.made:
		p.paragraph("", p.text.T("cli.collect.new", "id", k.id(), "name", in.Name, "sha256", in.SHA256))
	default:
		p.paragraph("", p.text.T("cli.collect.case", "id", k.id(), "name", in.Name, "sha256", in.SHA256))
	}
}

// collectFailure says why there is nothing.
func (p *program) collectFailure(err error, o app.CollectOptions, met *evidence.Contact, got app.Collected) error {
	var changed *evidence.ChangedKeyError
	var name *net.DNSError
	host := o.Host.Name
	switch {
	case errors.As(err, &changed):
		known := "–"
		if len(changed.Known) > 0 {
			known = changed.Known[0]
		}
		return unanswered("changed-key", "name", changed.Alias, "key", changed.Fingerprint, "known", known, "file", filepath.Base(changed.File), "line", changed.Line)
	case errors.Is(err, app.ErrNotTrusted) && met.Fingerprint != "":
		return unanswered("not-trusted", "name", met.Alias, "key", met.Fingerprint, "kind", met.Kind)
	case errors.As(err, &name) && name.IsNotFound:
		return unanswered("unknown-host", "name", host)
	case errors.Is(err, app.ErrDenied) && p.env.Secret == nil:
		return unanswered("denied-no-terminal", "name", o.Host.String())
	case errors.Is(err, app.ErrNoCollector) && got.Run.Said != "":
		return unanswered("collector-said", "name", host, "text", got.Run.Said)
	}
	for _, known := range []struct {
		err  error
		code string
	}{
		{app.ErrUnreachable, "unreachable"}, {app.ErrNoSSH, "no-ssh"}, {app.ErrDenied, "denied"}, {app.ErrNotTrusted, "not-confirmed"},
		{app.ErrLost, "lost"}, {app.ErrStalled, "stalled"}, {app.ErrTooLong, "stalled"}, {app.ErrNoCollector, "no-collector"},
		{evidence.ErrPath, "fetch-path"}, {evidence.ErrNoFile, "fetch-missing"}, {evidence.ErrDiffers, "fetch-differs"},
	} {
		if errors.Is(err, known.err) {
			return unanswered(known.code, "name", host)
		}
	}
	return explain(err, host)
}

// fetchJSON are files brought home.
type fetchJSON struct {
	Kind  string        `json:"kind"`
	Host  string        `json:"host"`
	Case  *string       `json:"case"`
	File  *string       `json:"file"`
	Files []fetchedJSON `json:"files"`
}

type fetchedJSON struct {
	Path   string    `json:"path"`
	Size   int64     `json:"size"`  // on the server
	Bytes  int64     `json:"bytes"` // brought home
	SHA256 string    `json:"sha256"`
	Input  inputJSON `json:"input"`
}

// fetch brings files home as exhibits.
func (p *program) fetch(ctx context.Context, c call, o app.CollectOptions, k *keeper) error {
	if c.out != "" && len(c.collect.fetch) > 1 {
		return wrongCall("fetch-one")
	}
	answer := fetchJSON{Kind: "fetch", Host: o.Host.String(), File: orNull(c.out), Files: []fetchedJSON{}}
	var all []app.Exhibit
	for _, name := range c.collect.fetch {
		show := p.startProgress()
		met := p.people(ctx, show, &o)
		e, err := p.session.FetchExhibit(ctx, o, name, 0, k.keep, show.bytes)
		show.clear()
		if err != nil {
			return p.collectFailure(fmt.Errorf("%s: %w", name, err), o, met, app.Collected{})
		}
		k.file(func(m *casefile.Case, now time.Time) { app.FileExhibit(m, e, now) })
		all = append(all, e)
		answer.Files = append(answer.Files, fetchedJSON{e.Fetched.Path, e.Fetched.Size, e.Fetched.Bytes, e.Fetched.SHA256, inputObject(e.Input)})
	}
	answer.Case = orNull(k.id())
	return p.answer(c, answer, func(out *page) {
		for _, e := range all {
			out.paragraph("", out.text.T("cli.collect.fetched", "path", value(e.Fetched.Path), "bytes", e.Fetched.Bytes, "size", e.Fetched.Size, "sha256", e.Fetched.SHA256))
			out.kept(e.Input, k)
		}
	})
}
