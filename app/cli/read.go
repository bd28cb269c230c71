package cli

import (
	"context"
	"fmt"
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
	if r.Kind == "trace" {
		target := targetObject(r.Check)
		o.Target = &target
		o.Path = pathObject(r.Check.Path, r.Check.Places)
		o.Verdict = verdictObject(r.Check.Verdict)
		if o.Verdict != nil {
			o.Findings = o.Verdict.Findings
		}
	}
	for _, w := range r.Warnings {
		o.Warnings = append(o.Warnings, warningJSON(w))
	}
	return o
}

// reading writes what was read: for a trace the same page as a live check.
func (p *page) reading(r app.Reading) {
	switch {
	case r.Kind == "trace":
		p.check(r.Check)
	case r.Kind == "ping" && r.Ping != nil:
		p.line(bold, p.text.T("cli.read.ping"))
		p.paragraph("", p.pingWords(*r.Ping))
	default:
		p.line(bold, p.text.T("cli.read.unrecognised"))
		p.paragraph("", p.text.T("cli.read.unrecognised.text"))
		return
	}
	p.blank()
	p.paragraph("", p.text.T("cli.read.lines", "format", r.Format, "understood", r.Lines.Understood, "total", r.Lines.Total))
	for i, w := range r.Warnings {
		if i == mostWarnings {
			p.paragraph("  - ", p.text.T("cli.read.more", "count", len(r.Warnings)-i))
			break
		}
		what := p.text.T("cli.read.line", "line", w.Line)
		if key := "warning." + w.Code; p.text.Has(key) {
			what += " " + p.text.T(key)
		}
		p.paragraph("  - ", fmt.Sprintf("%s: %s", what, cut(w.Text, longestQuote)))
	}
}

// mostWarnings is how many doubtful lines people get to see; --json has all.
const mostWarnings = 5
