package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"time"

	"latchkey/app"
	"latchkey/app/statement"
	"latchkey/diag"
)

// exportCall is what «export» knows besides the case.
type exportCall struct {
	names  map[app.ExportFormat]string
	redact bool
}

// exportFormats are in the order in which they are written.
func exportFormats() []app.ExportFormat {
	return []app.ExportFormat{app.ExportPDF, app.ExportText, app.ExportMail, app.ExportBundle}
}

func setExport(c *call, format app.ExportFormat, name string) error {
	if c.export.names == nil {
		c.export.names = map[app.ExportFormat]string{}
	}
	for other, taken := range c.export.names {
		if other != format && filepath.Clean(taken) == filepath.Clean(name) {
			return wrongCall("export-twice", "name", name)
		}
	}
	c.export.names[format] = name
	return nil
}

type exportJSON struct {
	Kind     string           `json:"kind"`
	ID       string           `json:"id"`
	Language string           `json:"language"`
	Subject  string           `json:"subject"`
	Pages    int              `json:"pages"` // of the letter
	Redacted bool             `json:"redacted"`
	Files    []exportFileJSON `json:"files"`
	Notes    []noteJSON       `json:"notes"`
}

type exportFileJSON struct {
	Format string   `json:"format"`
	Name   string   `json:"name"`
	SHA256 string   `json:"sha256"`
	Bytes  int      `json:"bytes"`
	Cut    []string `json:"cut"` // sections left out for the length limit
}

type noteJSON struct {
	Code    string         `json:"code"`
	Section string         `json:"section"`
	Params  map[string]any `json:"params"`
	Fits    []string       `json:"fits"`
}

// exportStatement writes a case's statement to files.
func (p *program) exportStatement(ctx context.Context, c call) error {
	if len(c.export.names) == 0 {
		return wrongCall("export-none")
	}
	for format, name := range c.export.names {
		if err := place(name, beginsOf()[format]); err != nil {
			return err
		}
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	id := c.operands[0]
	f, err := p.session.Cases().Load(id)
	if f == nil {
		return caseFailure(err, id, id)
	}
	source := app.StoredCase(f)
	locked := !f.ReadOnly
	facts, draft, err := p.session.Statement(ctx, source, app.DraftOptions{Language: c.statementLanguage(), Mail: c.export.names[app.ExportMail] != ""}, p.env.Now())
	if err = errors.Join(err, f.Close()); err != nil {
		return caseFailure(err, id, id)
	}
	made := exportJSON{Kind: "export", ID: id, Language: draft.Language, Subject: draft.Document.Subject, Pages: draft.Pages, Redacted: c.export.redact,
		Files: []exportFileJSON{}, Notes: noteObjects(draft.Notes)}
	var replaced []statement.Replacement
	for _, format := range exportFormats() {
		name := c.export.names[format]
		if name == "" {
			continue
		}
		e, err := p.exportFile(ctx, name, facts, app.FormOf(f.Case), draft, app.ExportOptions{Format: format, Redact: c.export.redact})
		if err != nil {
			return explain(err, name)
		}
		if c.export.redact && len(e.Replaced) > len(replaced) {
			replaced = e.Replaced
		}
		made.Files = append(made.Files, exportFileJSON{string(format), name, e.SHA256, e.Size, sectionNames(e.Cut)})
		if locked && !c.export.redact {
			if err := p.session.RecordExport(id, draft, e, filepath.Base(name), p.env.Now()); err != nil {
				return caseFailure(err, id, name)
			}
		}
	}
	p.tellNotes(draft, replaced, made)
	return p.answer(c, made, func(out *page) { out.exported(made) })
}

// beginsOf says how a format's files begin, where they do so surely.
func beginsOf() map[app.ExportFormat]string {
	return map[app.ExportFormat]string{app.ExportPDF: beginsPDF, app.ExportBundle: beginsZip}
}

// statementLanguage is --lang, of the statement as well as of the screen.
func (c call) statementLanguage() string { return c.lang }

// exportFile writes one file, beside its place first.
func (p *program) exportFile(ctx context.Context, name string, f statement.Facts, form statement.Form, d app.Draft, o app.ExportOptions) (app.Exported, error) {
	var b bytes.Buffer
	e, err := p.session.Export(ctx, &b, f, form, d, o)
	if err != nil {
		return e, err
	}
	return e, putFile(name, beginsOf()[o.Format], func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
}

func sectionNames(list []statement.Section) []string {
	names := []string{}
	for _, s := range list {
		names = append(names, string(s))
	}
	return names
}

func noteObjects(notes []statement.Note) []noteJSON {
	list := []noteJSON{}
	for _, n := range notes {
		one := noteJSON{n.Code, string(n.Section), n.Params, n.Fits}
		if one.Params == nil {
			one.Params = map[string]any{}
		}
		if one.Fits == nil {
			one.Fits = []string{}
		}
		list = append(list, one)
	}
	return list
}

// tellNotes prints notes and replacements where no file can catch them.
func (p *program) tellNotes(d app.Draft, replaced []statement.Replacement, made exportJSON) {
	out := p.page()
	for _, problem := range p.session.StatementProblems() {
		out.paragraph("", out.text.T("cli.export.problem", "name", value(problem.File), "detail", diag.Clean(problem.Err.Error(), longestQuote)))
	}
	if len(d.Notes) == 0 {
		out.paragraph("", out.text.T("cli.export.passed"))
	} else {
		out.paragraph("", out.text.T("cli.export.before"))
		for _, n := range d.Notes {
			out.note(n)
		}
	}
	for _, f := range made.Files {
		if len(f.Cut) > 0 {
			out.paragraph("", out.text.T("cli.export.cut"))
			break
		}
	}
	if len(replaced) > 0 {
		out.paragraph("", out.text.T("cli.export.replaced"))
		for _, r := range replaced {
			out.line(plain, "  "+r.Placeholder+" = "+diag.Clean(r.Original, longestQuote))
		}
	}
	// Nobody is left to tell when the error output is closed.
	_, _ = io.WriteString(p.env.Err, strings.TrimLeft(out.String(), "\n"))
}

// note says what is weak and what would be better.
func (p *page) note(n statement.Note) {
	pairs := []any{}
	for name, v := range n.Params {
		switch s := v.(type) {
		case string:
			if name == "remedy" {
				s = p.text.T("statement.remedy." + s)
			}
			if d, err := time.ParseDuration(s); err == nil && name == "time" {
				s = p.span(d)
			}
			v = diag.Clean(s, longestQuote)
		case []string:
			v = diag.Clean(strings.Join(s, ", "), longestQuote)
		}
		pairs = append(pairs, name, v)
	}
	key := "statement.note." + n.Code
	p.paragraph("  - ", p.text.T(key+".title", pairs...)+" "+p.text.T(key+".text", pairs...))
	if len(n.Fits) > 0 {
		var words []string
		for _, code := range n.Fits {
			words = append(words, p.text.T("statement.fits."+code))
		}
		p.paragraph("    ", p.text.T("cli.export.fits", "list", strings.Join(words, "; ")))
	}
}

func (p *page) exported(made exportJSON) {
	for _, f := range made.Files {
		p.line(plain, p.text.T("cli.export.wrote", "name", value(f.Name)))
	}
	p.line(plain, p.text.T("cli.export.language", "language", made.Language))
}
