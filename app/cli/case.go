package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"latchkey/app"
	"latchkey/app/casefile"
)

// caseVerb is one thing that can be done with cases. Its sentence in the help is
// «cli.case.<name>».
type caseVerb struct {
	name   string
	usage  string // what follows the name
	fewest int    // operands
	most   int
	run    func(*program, context.Context, call) error
}

func caseVerbs() []caseVerb {
	return []caseVerb{
		{"new", "--server IP [--provider P]", 0, 0, (*program).caseNew},
		{"list", "", 0, 0, (*program).caseList},
		{"show", "ID", 1, 1, (*program).caseShow},
		{"add", "ID FILE|-", 2, 2, (*program).caseAdd},
		{"set", "ID KEY=VALUE…", 2, mostFiles, (*program).caseSet},
		{"role", "ID FILE server|twin|unused", 3, 3, (*program).caseRole},
		{"mark", "ID EVENT [--at TIME]", 2, 2, (*program).caseMark},
		{"note", noteUsage, 1, 2, (*program).caseNote},
		{"timeline", "ID [--csv OUT]", 1, 1, (*program).caseTimeline},
		{"ways", "ID", 1, 1, (*program).caseWays},
		{"remind", "ID", 1, 1, (*program).caseRemind},
		{"delete", "ID", 1, 1, (*program).caseDelete},
		{"restore", "ID", 1, 1, (*program).caseRestore},
		{"export", "ID OUT.zip", 2, 2, (*program).caseExport},
		{"import", "FILE.zip", 1, 1, (*program).caseImport},
	}
}

func caseVerbNames() []string {
	var names []string
	for _, v := range caseVerbs() {
		names = append(names, v.name)
	}
	return names
}

// cases does what is asked for with cases; the first operand names it.
func (p *program) cases(ctx context.Context, c call) error {
	name := c.operands[0]
	for _, v := range caseVerbs() {
		if v.name != name {
			continue
		}
		c.operands = c.operands[1:]
		switch n := len(c.operands); {
		case n < v.fewest, v.name == "new" && !c.check.Server.IsValid():
			return wrongCall("operand-missing", "verb", "case "+v.name, "usage", v.usage)
		case n > v.most:
			return wrongCall("operand-extra", "verb", "case", "value", c.operands[v.most])
		case !c.note.fit(v.name):
			return wrongCall("case-note-option", "verb", "case "+v.name)
		case v.name != "timeline" && c.csv != "":
			return wrongCall("option", "value", "--csv", "verb", "case "+v.name)
		}
		return v.run(p, ctx, c)
	}
	return wrongCall("verb", "value", name, "list", caseVerbNames())
}

// caseFailure says what went wrong with a case or with a file that goes into or
// comes out of it.
func caseFailure(err error, id, file string) error {
	if err == nil {
		return nil
	}
	for _, of := range []error{app.ErrNoCase, app.ErrCaseOpen, app.ErrCaseDamaged, app.ErrCaseNewer} {
		if errors.Is(err, of) {
			return explain(err, id)
		}
	}
	return explain(err, file)
}

func (p *program) caseNew(_ context.Context, c call) error {
	if err := p.knownProvider(c.check.Provider); err != nil {
		return err
	}
	server := c.check.Server.String()
	f, err := p.session.Cases().Create(casefile.Server{Input: server, Address: server, Provider: c.check.Provider}, p.env.Now())
	if err != nil {
		return p.homeFailure(err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	return p.answer(c, caseObject(f.Case, nil), func(out *page) { out.paragraph("", out.text.T("cli.case.made", "id", f.Case.ID, "server", server)) })
}

func (p *program) caseList(_ context.Context, c call) error {
	store := p.session.Cases()
	all, err := store.List()
	if err != nil {
		return err
	}
	deleted, err := store.Trash()
	if err != nil {
		return err
	}
	return p.answer(c, caseListObject(all, deleted), func(out *page) { out.caseList(all, deleted) })
}

// load gives a case to look at; it may be open elsewhere. Damage is nil if it is
// sound, and an error if nothing of the case could be read.
func (p *program) load(id string) (c casefile.Case, damage error, err error) {
	f, err := p.session.Cases().Load(id)
	if f == nil {
		return casefile.Case{}, nil, caseFailure(err, id, id)
	}
	if closed := f.Close(); closed != nil {
		return f.Case, nil, closed
	}
	if err != nil && f.Case.Schema == 0 {
		return f.Case, nil, caseFailure(err, id, id)
	}
	return f.Case, err, nil
}

func (p *program) caseShow(_ context.Context, c call) error { return p.showCase(c, c.operands[0]) }

func (p *program) showCase(c call, id string) error {
	model, damage, err := p.load(id)
	if err != nil {
		return err
	}
	return p.answer(c, caseObject(model, damage), func(out *page) { out.oneCase(model, damage, p.session.Providers()) })
}

// caseAdd stores a file, or standard input, in a case and reads it.
func (p *program) caseAdd(ctx context.Context, c call) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	id, file := c.operands[0], c.operands[1]
	var added app.Added
	var err error
	if file == "-" {
		added, err = p.session.AddToCase(ctx, id, file, p.env.In, p.env.Now())
	} else {
		added, err = p.session.AddFileToCase(ctx, id, file, p.env.Now())
	}
	if err != nil {
		return caseFailure(err, id, file)
	}
	return p.answer(c, addedObject(id, added), func(out *page) { out.added(added) })
}

func (p *program) caseSet(_ context.Context, c call) error {
	id, fields := c.operands[0], map[string]string{}
	for _, pair := range c.operands[1:] {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return wrongCall("case-pair", "value", pair)
		}
		fields[name] = value
	}
	if err := p.knownProvider(fields["provider"]); err != nil {
		return err
	}
	_, err := p.session.SetInCase(id, fields, p.env.Now())
	var field *app.FieldError
	if errors.As(err, &field) {
		return wrongCall("case-field", "name", field.Name, "list", app.CaseFields())
	}
	if err != nil {
		return caseFailure(err, id, id)
	}
	return p.showCase(c, id)
}

type caseDeletedJSON struct {
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Deleted bool   `json:"deleted"`
}

func (p *program) caseDelete(_ context.Context, c call) error {
	id := c.operands[0]
	if err := p.session.Cases().Delete(id); err != nil {
		return caseFailure(err, id, id)
	}
	return p.answer(c, caseDeletedJSON{"case", id, true}, func(out *page) { out.paragraph("", out.text.T("cli.case.deleted", "id", id)) })
}

func (p *program) caseRestore(_ context.Context, c call) error {
	id := c.operands[0]
	store := p.session.Cases()
	deleted, err := store.Trash()
	if err != nil {
		return err
	}
	if !slices.Contains(deleted, id) {
		return unanswered("not-deleted", "name", id)
	}
	if err := store.Restore(id); err != nil {
		return caseFailure(err, id, id)
	}
	return p.showCase(c, id)
}

type caseFileJSON struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	File string `json:"file"`
}

// caseExport writes the zip beside its place first, so that a full disk leaves
// no half of one under its name.
func (p *program) caseExport(ctx context.Context, c call) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	id, name := c.operands[0], c.operands[1]
	if err := p.exportCase(ctx, id, name); err != nil {
		return caseFailure(err, id, name)
	}
	return p.answer(c, caseFileJSON{"case", id, name}, func(out *page) { out.paragraph("", out.text.T("cli.case.exported", "id", id, "name", value(name))) })
}

func (p *program) exportCase(ctx context.Context, id, name string) error {
	f, err := p.session.Cases().Load(id)
	if f == nil {
		return err
	}
	if err := f.Close(); err != nil { // a damaged one is written as it is
		return err
	}
	return putFile(name, beginsZip, func(w io.Writer) error { return p.session.Cases().Export(id, unlessStopped{ctx, w}) })
}

func (p *program) caseImport(ctx context.Context, c call) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	name := c.operands[0]
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() { // a pipe would be waited for
		return unanswered("case-archive", "name", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return explain(err, name)
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return explain(err, name)
	}
	id, err := p.session.ImportCase(untilStopped{ctx, f}, size, p.env.Now())
	if err != nil {
		return explain(err, name)
	}
	return p.showCase(c, id)
}

// untilStopped reads until ^C, so that what was begun is taken back.
type untilStopped struct {
	ctx context.Context
	r   io.ReaderAt
}

func (u untilStopped) ReadAt(b []byte, at int64) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.ReadAt(b, at)
}

// unlessStopped is the same for what is written.
type unlessStopped struct {
	ctx context.Context
	w   io.Writer
}

func (u unlessStopped) Write(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(b)
}
