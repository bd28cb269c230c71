package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/checklist"
)

// matchJSON is what a report and the outputs of a server have in common.
type matchJSON struct {
	Kind        string           `json:"kind"`
	Grade       checklist.Grade  `json:"grade"`
	Processes   []suspectJSON    `json:"processes"` // likeliest first
	Against     []string         `json:"against"`
	ClockOffset float64          `json:"clock_offset_s"` // added to the report's times
	Assumed     bool             `json:"clock_assumed"`  // because most fits together then
	Reasons     []diag.Finding   `json:"against_findings"`
	Traces      []diag.Finding   `json:"traces"` // what happened around the reported time
	Evidence    []outputReadJSON `json:"evidence"`
}

type suspectJSON struct {
	PID      *int           `json:"pid"` // null: sockets fit, but nobody is named as their owner
	Name     *string        `json:"name"`
	User     *string        `json:"user"`
	Score    int            `json:"score"`
	Because  []string       `json:"because"`
	Exe      *string        `json:"exe"`
	Excluded bool           `json:"excluded"`
	Reasons  []diag.Finding `json:"findings"` // Because with severity and params
	Chain    []diag.Finding `json:"chain"`    // from the process to what started it
}

type outputReadJSON struct {
	Name    string  `json:"name"`
	Command *string `json:"command"` // null: not recognised
	Rows    int     `json:"rows"`
}

// match lays a report beside the outputs of a server.
func (p *program) match(ctx context.Context, c call) error {
	if err := p.knownProvider(c.check.Provider); err != nil {
		return err
	}
	if first := slices.Index(c.operands, "-"); first >= 0 && slices.Contains(c.operands[first+1:], "-") {
		return wrongCall("one-stream")
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	show := p.startProgress()
	reading, list, err := p.matchInputs(ctx, c, app.ReadOptions{Provider: c.check.Provider, Server: c.check.Server, Progress: show.bytes})
	show.clear()
	if err != nil {
		return err
	}
	m := p.session.Match(reading.Report, list)
	err = p.answer(c, matchObject(m, list), func(out *page) { out.match(m, list) })
	return errors.Join(err, reading.Close())
}

// matchInputs reads the report and the outputs. An output that is not
// recognised is told, not an error, unless none is.
func (p *program) matchInputs(ctx context.Context, c call, o app.ReadOptions) (app.Reading, []app.Evidence, error) {
	name := c.operands[0]
	reading, err := p.readOperand(ctx, name, o)
	if err != nil {
		return reading, nil, explain(err, name)
	}
	if reading.Kind != app.KindReport {
		return reading, nil, errors.Join(unanswered("no-report", "name", name), reading.Close())
	}
	var list []app.Evidence
	for _, name := range c.operands[1:] {
		var e app.Evidence
		if name == "-" {
			e, err = p.session.ReadEvidence(ctx, name, p.env.In, "")
		} else {
			e, err = p.session.ReadEvidenceFile(ctx, name)
		}
		if errors.Is(err, app.ErrEmpty) { // a command that printed nothing says something
			e, err = app.Evidence{Name: name}, nil
		}
		if err != nil {
			return reading, nil, errors.Join(explain(err, name), reading.Close())
		}
		list = append(list, e)
	}
	if !slices.ContainsFunc(list, func(e app.Evidence) bool { return e.Known }) {
		return reading, nil, errors.Join(unanswered("no-evidence"), reading.Close())
	}
	return reading, list, nil
}

func matchObject(m checklist.Matching, list []app.Evidence) matchJSON {
	o := matchJSON{
		Kind: "match", Grade: m.Grade, Processes: []suspectJSON{}, Against: codesOf(m.Against), ClockOffset: m.ClockOffset.Seconds(),
		Assumed: m.Assumed, Reasons: findingObjects(m.Against), Traces: findingObjects(m.Traces), Evidence: []outputReadJSON{},
	}
	for _, s := range m.Processes {
		j := suspectJSON{
			Name: orNull(s.Name), User: orNull(s.User), Score: s.Score, Because: codesOf(s.Because), Exe: orNull(s.Exe), Excluded: s.Excluded,
			Reasons: findingObjects(s.Because), Chain: findingObjects(s.Chain),
		}
		if s.PID >= 0 {
			j.PID = &s.PID
		}
		o.Processes = append(o.Processes, j)
	}
	for _, e := range list {
		o.Evidence = append(o.Evidence, outputReadJSON{e.Name, orNull(e.Reading.Command), e.Reading.Rows})
	}
	return o
}

func codesOf(list []diag.Finding) []string {
	codes := []string{}
	for _, f := range list {
		codes = append(codes, f.Code)
	}
	return codes
}

// mostSuspects is how many processes people get to see; --json has all.
const mostSuspects = 5

// match writes how sure it is, the processes with their reasons, and what
// speaks against it.
func (p *page) match(m checklist.Matching, list []app.Evidence) {
	t := p.text
	p.line(gradeStyle(m.Grade), t.T("cli.match."+string(m.Grade)+".title"))
	p.paragraph("", t.T("cli.match."+string(m.Grade)+".text"))
	if m.ClockOffset != 0 || m.Assumed {
		p.paragraph("", p.clockWords(m))
	}
	if len(m.Processes) > 0 {
		p.heading("cli.match.processes")
	}
	for i, s := range m.Processes[:min(len(m.Processes), mostSuspects)] {
		p.suspect(i+1, s)
	}
	if n := len(m.Processes) - mostSuspects; n > 0 {
		p.paragraph("  ", t.T("cli.match.more", "count", n))
	}
	p.findings("cli.match.against", m.Against)
	p.findings("cli.match.traces", m.Traces)
	p.heading("cli.match.read")
	for _, e := range list {
		if !e.Known {
			p.paragraph("  - ", t.T("cli.match.unknown", "name", value(e.Name)))
			continue
		}
		p.paragraph("  - ", t.T("cli.match.output", "name", value(e.Name), "command", e.Reading.Command, "count", e.Reading.Rows))
	}
}

// suspect writes one process.
func (p *page) suspect(number int, s checklist.Suspect) {
	t := p.text
	name := t.T("cli.match.nobody")
	if s.PID >= 0 {
		name = fmt.Sprintf("%s, PID %d", value(s.Name), s.PID)
	}
	name = "**" + name + "**"
	if s.User != "" {
		name += ", " + value(s.User)
	}
	if s.Exe != "" {
		name += ", " + value(s.Exe)
	}
	p.paragraph(pad("  "+strconv.Itoa(number)+".", 5), t.T("cli.match.points", "name", name, "count", s.Score))
	for _, f := range s.Because {
		sign := "     + "
		if points, ok := f.Params["points"].(int); ok && points < 0 {
			sign = "     - "
		}
		p.paragraph(sign, t.P("finding."+f.Code, values(f.Params)))
	}
	for _, f := range s.Chain {
		p.paragraph("     < ", t.P("finding."+f.Code, values(f.Params)))
	}
}

// clockWords say how the clocks were brought together.
func (p *page) clockWords(m checklist.Matching) string {
	offset := m.ClockOffset.Round(time.Second)
	if m.Assumed && offset == 0 {
		return p.text.T("cli.match.clock.same")
	}
	key := "cli.match.clock.told"
	if m.Assumed {
		key = "cli.match.clock.assumed"
	}
	sign := "+"
	if offset < 0 {
		sign, offset = "−", -offset
	}
	return p.text.T(key, "offset", sign+p.span(offset))
}

func gradeStyle(g checklist.Grade) style {
	switch g {
	case checklist.Proven:
		return red
	case checklist.Strong:
		return amber
	case checklist.Indirect:
		return blue
	}
	return bold
}
