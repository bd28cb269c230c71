package cli

import (
	"context"

	"latchkey/diag/provider"
	"latchkey/i18n"
)

type providersJSON struct {
	Kind      string         `json:"kind"`
	Providers []providerJSON `json:"providers"`
	Problems  []problemJSON  `json:"problems"` // of the person's own profiles
}

type providerJSON struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Checked  *string  `json:"checked"`
	Networks int      `json:"networks"`
	Routers  int      `json:"routers"`
	Controls []string `json:"controls"`
	Sources  []string `json:"sources"`
	Own      bool     `json:"own"` // from the person's folder, not shipped
}

type problemJSON struct {
	File   string  `json:"file"`
	Line   *int    `json:"line"`
	Key    *string `json:"key"`
	Code   string  `json:"code"`
	Detail *string `json:"detail"`
}

// providers lists the profiles in use and what is wrong with the person's own.
func (p *program) providers(_ context.Context, c call) error {
	o := providersJSON{Kind: "providers", Providers: []providerJSON{}, Problems: problemObjects(p.session.Problems())}
	for _, profile := range p.session.Providers().All() {
		row := providerJSON{
			ID: profile.ID, Name: profile.Name, Checked: orNull(profile.Checked),
			Networks: len(profile.Networks), Routers: len(profile.Routers),
			Controls: []string{}, Sources: append([]string{}, profile.Sources...), Own: profile.User,
		}
		for _, host := range profile.Controls {
			row.Controls = append(row.Controls, host.Host)
		}
		o.Providers = append(o.Providers, row)
	}
	return p.answer(c, o, func(out *page) { out.providers(o) })
}

func problemObjects(problems []provider.Problem) []problemJSON {
	list := []problemJSON{}
	for _, f := range problems {
		o := problemJSON{File: f.File, Key: orNull(f.Key), Code: f.Code, Detail: orNull(f.Detail)}
		if f.Line > 0 {
			o.Line = &f.Line
		}
		list = append(list, o)
	}
	return list
}

func (p *page) providers(o providersJSON) {
	t := p.text
	const id, name, number = 14, 26, 9
	row := func(a, b, c, d, e string) {
		p.line(plain, pad(cut(a, id), id)+"  "+pad(cut(b, name), name)+"  "+padLeft(c, number)+"  "+padLeft(d, number)+"  "+e)
	}
	row("ID", t.T("cli.providers.name"), t.T("cli.providers.networks"), t.T("cli.providers.routers"), t.T("cli.providers.checked"))
	for _, r := range o.Providers {
		checked := ""
		if r.Checked != nil {
			checked = *r.Checked
		}
		if r.Own {
			checked = t.T("cli.providers.own")
		}
		row(r.ID, r.Name, t.Decimal(float64(r.Networks), 0), t.Decimal(float64(r.Routers), 0), checked)
	}
	if len(o.Problems) > 0 {
		p.heading("cli.providers.problems")
	}
	for _, f := range o.Problems {
		p.paragraph("  - ", f.words(t))
	}
}

// words say where a profile is faulty, and why.
func (f problemJSON) words(t *i18n.Text) string {
	params := map[string]any{"file": f.File}
	if f.Line != nil {
		params["line"] = *f.Line
	}
	if f.Key != nil {
		params["key"] = *f.Key
	}
	if f.Detail != nil {
		params["detail"] = *f.Detail
	}
	return t.P("provider.problem."+f.Code, params)
}
