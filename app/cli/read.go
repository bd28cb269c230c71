package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"latchkey/app"
	"latchkey/diag"
)

// read recognises and reads a file or standard input.
func (p *program) read(ctx context.Context, c call) error {
	if err := p.knownProvider(c.check.Provider); err != nil {
		return err
	}
	name := c.operands[0]
	var in io.Reader = p.env.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return explain(err, name)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return unanswered("folder", "name", name)
		}
		in = f
	}
	reading, err := p.session.Read(ctx, filepath.Base(name), in, c.check)
	if err != nil {
		return explain(err, name)
	}
	return p.answer(c, readingObject(reading), func(out *page) { out.reading(reading) })
}

func readingObject(r app.Reading) readingJSON {
	o := readingJSON{
		Kind: r.Kind, Format: orNull(r.Format), Ping: pingObject(r.Ping), Findings: []diag.Finding{},
		Lines: linesJSON(r.Lines), Warnings: []warningJSON{},
	}
	if r.Kind != app.KindUnrecognised {
		target := targetObject(r.Check)
		o.Target, o.Verdict = &target, verdictObject(r.Check.Verdict)
	}
	if r.Kind == app.KindTrace {
		o.Path = pathObject(r.Check.Path, r.Check.Places)
	}
	if o.Verdict != nil {
		o.Findings = o.Verdict.Findings
	}
	for _, w := range r.Warnings {
		o.Warnings = append(o.Warnings, warningJSON(w))
	}
	return o
}

// reading writes what was read: the same page as for a live check, and how well
// it could be read.
func (p *page) reading(r app.Reading) {
	if r.Kind == app.KindUnrecognised {
		p.line(bold, p.text.T("cli.read.unrecognised"))
		p.paragraph("", p.text.T("cli.read.unrecognised.text"))
		return
	}
	p.check(r.Check)
	p.heading("cli.read.how")
	p.paragraph("", p.text.T("cli.read.lines", "format", r.Format, "understood", r.Lines.Understood, "total", r.Lines.Total))
	for i, w := range r.Warnings {
		if i == mostWarnings {
			p.paragraph("  - ", p.text.T("cli.read.more", "count", len(r.Warnings)-i))
			break
		}
		p.paragraph("  - ", p.text.T("warning."+w.Code, "line", w.Line, "text", cut(w.Text, longestQuote)))
	}
}

// mostWarnings is how many of them people get to see; --json has all.
const mostWarnings = 5
