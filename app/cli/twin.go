package cli

import (
	"context"
	"errors"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/checklist"
)

// bundleJSON is «bundle» of the contract.
type bundleJSON struct {
	Mode     string        `json:"mode"` // live or rescue
	Complete bool          `json:"complete"`
	Root     bool          `json:"root"`
	Hostname *string       `json:"hostname"`
	Sections []sectionJSON `json:"sections"`
	Unknown  []string      `json:"unknown"` // sections no reader knows
}

type sectionJSON struct {
	ID      string  `json:"id"`
	Command string  `json:"command"`
	Reader  *string `json:"reader"`
	Rows    int     `json:"rows"`
	Foreign bool    `json:"foreign"` // of the rescue system: not judged
}

func bundleObject(b *app.BundleReading) *bundleJSON {
	o := &bundleJSON{Mode: b.Mode, Complete: b.Complete, Root: b.Root, Hostname: orNull(b.Hostname), Sections: []sectionJSON{}, Unknown: append([]string{}, b.Unknown()...)}
	for _, s := range b.Sections {
		o.Sections = append(o.Sections, sectionJSON{s.ID, s.Command, orNull(s.Reader), s.Rows, s.Foreign})
	}
	return o
}

// bundle writes what a collection shows.
func (p *page) bundle(b *app.BundleReading) {
	t := p.text
	key := "cli.bundle.title"
	if b.Mode == "rescue" {
		key = "cli.bundle.title.rescue"
	}
	p.line(bold, t.T(key, "host", diag.Clean(b.Hostname, longestQuote), "count", len(b.Sections)))
	if !b.Complete {
		p.paragraph("", t.T("cli.bundle.incomplete"))
	}
	if !b.Root {
		p.paragraph("", t.T("cli.bundle.not-root"))
	}
	if len(b.Findings) == 0 {
		p.paragraph("", t.T("cli.evidence.clean"))
	}
	for _, severity := range severities() {
		p.rules(severity, b.Findings)
	}
	if unknown := b.Unknown(); len(unknown) > 0 {
		p.blank()
		p.paragraph("", t.T("cli.bundle.unknown", "list", unknown))
	}
}

// twinJSON is the comparison of two machines.
type twinJSON struct {
	Kind        string           `json:"kind"`
	Differences []differenceJSON `json:"differences"` // most telling first
	Equal       []string         `json:"equal"`
	NotCompared []string         `json:"not_compared"` // asked on one side only
}

type differenceJSON struct {
	Group string  `json:"group"`
	Part  *string `json:"part"`
	A     string  `json:"a"`
	B     string  `json:"b"`
}

// twin compares the outputs of two machines, the locked one first.
func (p *program) twin(ctx context.Context, c call) error {
	ctx, stop := interruptible(ctx)
	defer stop()
	var sides [2][]app.Evidence
	for i, name := range c.operands {
		e, err := p.session.ReadEvidenceFile(ctx, name)
		switch {
		case err != nil:
			return explain(err, name)
		case !e.Known:
			return unanswered("no-evidence-in", "name", name)
		}
		sides[i] = []app.Evidence{e}
	}
	m := p.session.Twin(sides[0], sides[1])
	o := twinJSON{Kind: "twin", Differences: []differenceJSON{}, Equal: m.Equal, NotCompared: m.NotCompared}
	for _, d := range m.Differences {
		o.Differences = append(o.Differences, differenceJSON{d.Group, orNull(d.Part), d.A, d.B})
	}
	return errors.Join(p.answer(c, o, func(out *page) { out.twin(m) }))
}

// mostDifferences is how many people get to see; --json has all.
const mostDifferences = 40

func (p *page) twin(m checklist.Comparison) {
	t := p.text
	p.line(bold, t.T("cli.twin.title", "count", len(m.Differences)))
	group := ""
	for i, d := range m.Differences {
		if i == mostDifferences {
			p.paragraph("  - ", t.T("cli.evidence.more", "count", len(m.Differences)-i))
			break
		}
		if d.Group != group {
			group = d.Group
			p.blank()
			p.line(bold, t.T("twin.group."+group))
		}
		a, b := diag.Clean(d.A, longestQuote), diag.Clean(d.B, longestQuote)
		if a == "" {
			a = t.T("cli.twin.none")
		}
		if b == "" {
			b = t.T("cli.twin.none")
		}
		p.paragraph("  - ", t.T("cli.twin.difference", "a", a, "b", b))
	}
	var equal []string
	for _, g := range m.Equal {
		equal = append(equal, t.T("twin.group."+g))
	}
	if len(equal) > 0 {
		p.blank()
		p.paragraph("", t.T("cli.twin.equal", "list", equal))
	}
}

type collectorJSON struct {
	Kind   string `json:"kind"`
	Script string `json:"script"`
}

// collector prints the script that collects everything on the server, to be
// looked at, copied there and run: it only reads.
func (p *program) collector(_ context.Context, c call) error {
	script, err := p.session.Collector()
	if err != nil {
		return err
	}
	return p.document(c, collectorJSON{"collector", string(script)}, string(script))
}
