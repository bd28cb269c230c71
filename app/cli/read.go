package cli

import (
	"context"

	"latchkey/app"
	"latchkey/diag"
)

// read recognises and reads a file or standard input.
func (p *program) read(ctx context.Context, c call) error {
	if err := p.knownProvider(c.check.Provider); err != nil {
		return err
	}
	name := c.operands[0]
	o := app.ReadOptions{Provider: c.check.Provider, Server: c.check.Server, Progress: p.readProgress(c)}
	var reading app.Reading
	var err error
	if name == "-" {
		reading, err = p.session.Read(ctx, name, p.env.In, o)
	} else {
		reading, err = p.session.ReadFile(ctx, name, o)
	}
	if err != nil {
		return explain(err, name)
	}
	defer reading.Close()
	return p.answer(c, readingObject(reading), func(out *page) { out.reading(reading) })
}

func readingObject(r app.Reading) readingJSON {
	o := readingJSON{
		Kind: r.Kind, Format: orNull(r.Format), Ping: pingObject(r.Ping), Findings: []diag.Finding{},
		Lines: linesJSON(r.Lines), Warnings: warningObjects(r.Warnings),
	}
	if r.Kind == app.KindReport {
		o.Report, o.Findings = reportObject(r.Report), append(o.Findings, r.Report.Findings...)
		return o
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
	return o
}

// reading writes what was read: the same page as for a live check, and how well
// it could be read.
func (p *page) reading(r app.Reading) {
	if r.Kind == app.KindUnrecognised {
		p.line(bold, p.text.T("cli.read.unrecognised"))
		p.paragraph("", p.text.T("cli.read.unrecognised.text"))
		p.defects(r.Warnings)
		return
	}
	if r.Kind == app.KindReport {
		p.abuse(r)
	} else {
		p.check(r.Check)
	}
	p.heading("cli.read.how")
	p.paragraph("", p.text.T("cli.read.lines", "format", r.Format, "understood", r.Lines.Understood, "total", r.Lines.Total))
	p.defects(r.Warnings)
}

// defects lists what was wrong with the input and read around.
func (p *page) defects(list []app.Warning) {
	for i, w := range list {
		if i == mostWarnings {
			p.paragraph("  - ", p.text.T("cli.read.more", "count", len(list)-i))
			break
		}
		part := w.Part
		if part == "" {
			part = p.text.T("report.body")
		}
		p.paragraph("  - ", p.text.T("warning."+w.Code, "line", w.Line, "text", cut(w.Text, longestQuote), "part", part))
	}
}

// mostWarnings is how many of them people get to see; --json has all.
const mostWarnings = 5
