package cli

import (
	"context"
	"errors"
	"slices"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/abuse"
)

// read recognises and reads a file or standard input. ^C stops it, and takes
// the temporary file of a long stream away.
func (p *program) read(ctx context.Context, c call) error {
	if err := p.knownProvider(c.check.Provider); err != nil {
		return err
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	name := c.operands[0]
	show := p.startProgress()
	o := app.ReadOptions{Provider: c.check.Provider, Server: c.check.Server, Progress: show.bytes}
	reading, err := p.readOperand(ctx, name, o)
	show.clear()
	if err != nil {
		return explain(err, name)
	}
	err = p.answer(c, readingObject(reading), func(out *page) { out.reading(reading) })
	return errors.Join(err, reading.Close())
}

// readOperand reads a file, or standard input.
func (p *program) readOperand(ctx context.Context, name string, o app.ReadOptions) (app.Reading, error) {
	if name == "-" {
		return p.session.Read(ctx, name, p.env.In, o)
	}
	return p.session.ReadFile(ctx, name, o)
}

func readingObject(r app.Reading) readingJSON {
	o := readingJSON{
		Kind: r.Kind, Format: orNull(r.Format), Ping: pingObject(r.Ping), Findings: []diag.Finding{},
		Lines: linesJSON(r.Lines), Warnings: warningObjects(r.Warnings),
	}
	switch r.Kind {
	case app.KindReport:
		o.Report, o.Findings = reportObject(r.Report), append([]diag.Finding{}, r.Report.Findings...)
		return o
	case app.KindEvidence:
		o.Evidence = &evidenceJSON{r.Evidence.Reading.Command, r.Evidence.Reading.Rows}
		o.Findings = ruleObjects(r.Evidence.Findings)
		return o
	case app.KindBundle:
		o.Bundle, o.Findings = bundleObject(r.Bundle), ruleObjects(r.Bundle.Findings)
		return o
	case app.KindUnrecognised:
		return o
	case app.KindTrace:
		o.Path = pathObject(r.Check.Path, r.Check.Places)
	}
	target := targetObject(r.Check)
	o.Target, o.Verdict = &target, verdictObject(r.Check.Verdict)
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
	switch r.Kind {
	case app.KindReport:
		p.abuse(r)
	case app.KindEvidence:
		p.evidence(r.Evidence)
	case app.KindBundle:
		p.bundle(r.Bundle)
		return // it says itself what was not understood
	default:
		p.check(r.Check)
	}
	p.heading("cli.read.how")
	if r.Lines.Total == 0 {
		p.paragraph("", p.text.T("cli.read.no-lines"))
	} else {
		p.paragraph("", p.text.T("cli.read.lines", "format", r.Format,
			"understood", int64(r.Lines.Understood), "count", r.Lines.Total))
	}
	p.defects(r.Warnings)
}

// defects lists what was wrong with the input and read around, and the lines
// that were not understood.
func (p *page) defects(list []app.Warning) {
	list = slices.DeleteFunc(slices.Clone(list), func(w app.Warning) bool {
		return w.Code == "abuse."+abuse.WarnCopy // a finding says it
	})
	for i, w := range list {
		if i == mostWarnings {
			p.paragraph("  - ", p.text.T("cli.read.more", "count", len(list)-i))
			break
		}
		part := value(w.Part)
		if part == "" {
			part = p.text.T("report.body")
		}
		p.paragraph("  - ", p.text.T("warning."+w.Code, "line", w.Line, "text", value(w.Text), "part", part))
	}
}

// mostWarnings is how many of them people get to see; --json has all.
const mostWarnings = 5
