package cli

import (
	"cmp"
	"strings"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag/provider"
)

func splitLines(s string) []string { return strings.Split(strings.TrimRight(s, "\n"), "\n") }

// timeline writes what happened, the newest first, how the clocks stand, how far
// the way out is, and what comes next.
func (p *page) timeline(m casefile.Case, o timelineJSON) {
	t := p.text
	p.line(bold, t.T("cli.timeline.title", "id", m.ID, "server", value(cmp.Or(m.Server.Name, m.Server.Address, m.Server.Input))))
	for _, c := range clocks(m, p.now) {
		if c.State != app.ClockUnknown {
			p.field(t.T("cli.clock."+string(c.Kind)), p.dueWords(c))
		}
	}
	var stages []string
	for _, s := range o.Stages {
		stages = append(stages, t.T("ui.unlock.stage."+s.ID)+bracket(t.T("ui.unlock.stage."+s.State)))
	}
	p.field(t.T("cli.timeline.stages"), join(stages...))
	if o.Next != nil {
		p.field(t.T("cli.timeline.next"), t.T("cli.next."+*o.Next, "id", m.ID))
	}
	events := app.Timeline(m)
	if len(events) == 0 {
		p.paragraph("", t.T("cli.timeline.none"))
	}
	for _, e := range events {
		title, detail := app.EventWords(t, e, p.now.Location())
		if app.Own(e) && e.ID != "" {
			title += " " + t.T("cli.timeline.entry", "id", value(e.ID))
		}
		p.paragraph(pad(p.clock(e.Time), len("2026-03-04 05:06"))+"  ", title+colon(detail))
	}
}

func colon(detail string) string {
	if detail == "" {
		return ""
	}
	return ": " + detail
}

// dueWords say how a clock stands.
func (p *page) dueWords(c app.Clock) string {
	t := p.text
	due := p.clock(c.Due)
	switch c.State {
	case app.ClockOver:
		return t.T("cli.clock.over", "time", due, "by", app.SpanWords(t, c.Over))
	case app.ClockMet:
		return t.T("cli.clock.met", "time", due, "at", p.clock(c.Met))
	case app.ClockLast:
		return t.T("cli.clock.last", "time", due, "left", app.SpanWords(t, c.Left))
	}
	return t.T("cli.clock.running", "time", due, "left", app.SpanWords(t, c.Left))
}

type waysJSON struct {
	Kind     string    `json:"kind"`
	ID       string    `json:"id"`
	Provider *string   `json:"provider"`
	Ways     []wayJSON `json:"ways"`
}

type wayJSON struct {
	ID    string            `json:"id"`
	Kind  string            `json:"kind"`  // pay, access, release
	State string            `json:"state"` // in-use, possible, try-last, refused
	From  *string           `json:"from"`  // from when it is possible
	Title map[string]string `json:"title"` // by language, as in the data
	Why   map[string]string `json:"why"`
	Steps []wayStepJSON     `json:"steps"`
}

type wayStepJSON struct {
	Text map[string]string `json:"text"`
	Menu map[string]string `json:"menu"`
	URL  *string           `json:"url"`
	Link *string           `json:"link"` // retest, statement: in the mail
	Copy *string           `json:"copy"`
}

func waysObject(m casefile.Case, ways []app.Way) waysJSON {
	o := waysJSON{Kind: "ways", ID: m.ID, Provider: orNull(m.Server.Provider), Ways: []wayJSON{}}
	for _, w := range ways {
		j := wayJSON{w.ID, string(w.Kind), string(w.State), moment(w.From), w.Title, w.Why, []wayStepJSON{}}
		for _, s := range w.Steps {
			j.Steps = append(j.Steps, wayStepJSON{s.Text, s.Menu, orNull(s.URL), orNull(s.Link), orNull(s.Copy)})
		}
		o.Ways = append(o.Ways, j)
	}
	return o
}

// ways writes the ways by kind, each with its steps.
func (p *page) ways(m casefile.Case, ways []app.Way, problems []provider.Problem) {
	t := p.text
	p.line(bold, t.T("cli.ways.title", "server", value(cmp.Or(m.Server.Name, m.Server.Address, m.Server.Input))))
	kind := app.WayKind("")
	for _, w := range ways {
		if w.Kind != kind {
			kind = w.Kind
			p.heading("way.kind." + string(kind))
		}
		p.line(bold, "  "+w.Title.In(t.Tag)+" – "+t.T("way.state."+string(w.State)))
		p.paragraph("    ", w.Why.In(t.Tag))
		if w.State == app.WayRefused {
			continue
		}
		for _, s := range w.Steps {
			p.paragraph("    - ", s.Text.In(t.Tag)+bracket(s.Menu.In(t.Tag))+bracket(s.URL))
		}
	}
	for _, problem := range problems {
		p.paragraph("", t.T("provider.problem."+problem.Code, "file", problem.File, "line", problem.Line, "key", problem.Key, "detail", problem.Detail))
	}
}

func bracket(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}
