package statement

import (
	"strings"
	"time"

	"latchkey/diag/abuse"
	"latchkey/diag/checklist"
	"latchkey/diag/verdict"
)

// Change is a proposal that differs from what the person wrote. The person's
// words stand until the person takes it.
type Change struct {
	Field    Field
	Mine     string
	Proposed string
}

// Propose gives what the facts fill in, by field.
func (l *Library) Propose(f Facts, form Form, q *Questions, language string) map[Field]string {
	c := &composer{speech: l.Words.in(language, f.Zone), f: f, form: form, q: q, cited: map[string]bool{}}
	return c.proposals()
}

// Changes lists the proposals that came up after the person wrote something
// else.
func (l *Library) Changes(f Facts, form Form, q *Questions, language string) []Change {
	proposed := l.Propose(f, form, q, language)
	var list []Change
	for _, name := range Fields() {
		mine, now := form.get(name), proposed[name]
		if mine == "" || now == "" || mine == now || form[OfferedPrefix+string(name)] == now {
			continue
		}
		list = append(list, Change{name, mine, now})
	}
	return list
}

// Type puts words of the person into a form, and remembers the proposal they
// stand against: only a later one is offered as a Change.
func (f Form) Type(name Field, words, proposed string) {
	delete(f, EmptyPrefix+string(name))
	f[string(name)] = words
	if offered := OfferedPrefix + string(name); words == "" || proposed == "" {
		delete(f, offered)
	} else {
		f[offered] = proposed
	}
}

func (c *composer) proposals() map[Field]string {
	p := map[Field]string{FieldAddress: c.f.Address, FieldTitle: c.t("title.undated"), FieldLanguage: c.language}
	if c.f.Address == "" {
		p[FieldAddress] = c.f.Name
	}
	if r := c.f.Report; r != nil {
		p[FieldReference], p[FieldTo] = clean(r.Reference, 100), clean(r.ReplyTo, 200)
		if !r.First.IsZero() {
			p[FieldTitle] = c.t("title", "date", c.date(r.First))
		}
	}
	if c.q.To != "" {
		p[FieldTo] = c.q.To
	}
	certainty := certaintyOf(c.f)
	p[FieldCertainty] = string(certainty)
	if own := Certainty(c.form.get(FieldCertainty)); own != "" {
		certainty = own
	}
	p[FieldCause] = joined(c.causeSentences(certainty))
	p[FieldFixed] = c.fixProposal()
	address := p[FieldAddress]
	if own := c.form.get(FieldAddress); own != "" {
		address = own
	}
	p[FieldSummary] = c.summary(clean(address, 100))
	p[FieldRequest] = c.request(clean(address, 100))
	return p
}

// certaintyOf follows the grade of the correlation.
func certaintyOf(f Facts) Certainty {
	switch f.Matching.Grade {
	case checklist.Proven:
		return CauseProven
	case checklist.Strong:
		return CauseLikely
	case checklist.Indirect:
		return CausePossible
	}
	if f.Cause != nil {
		return CausePossible
	}
	return CauseNotFound
}

// summary is what was reported, and how far one is.
func (c *composer) summary(address string) string {
	r := c.f.Report
	if r == nil {
		return c.t("summary.other", "address", address) + " " + c.state()
	}
	key := incidentKey(r.Incident)
	if key == "other" || r.Direction == abuse.In {
		return c.t("summary.other", "address", address) + " " + c.state()
	}
	ports, rows := "", ""
	if list := portList(r.Ports); list != "" {
		ports = c.t("ports", "ports", list)
	}
	if r.Rows > 0 {
		rows = c.t("of.report", "rows", c.figure(r.Rows, r.Capped))
	}
	said := c.t("summary."+key, "span", c.span(r.First, r.Last), "address", address, "targets", c.figure(max(r.Targets, 1), r.Capped), "ports", ports, "report", rows)
	return said + " " + c.state()
}

// span is when it happened.
func (c *composer) span(first, last time.Time) string {
	if first.IsZero() {
		return c.t("span.none")
	}
	first, last = first.In(c.zone), last.In(c.zone)
	zone := zoneOf(first)
	switch {
	case last.IsZero() || last.Equal(first):
		return c.t("span.moment", "date", c.date(first), "first", first.Format(time.TimeOnly), "zone", zone)
	case first.Format(time.DateOnly) == last.Format(time.DateOnly):
		return c.t("span.day", "date", c.date(first), "first", first.Format(time.TimeOnly), "last", last.Format(time.TimeOnly), "zone", zone)
	}
	return c.t("span", "first", first.Format(time.DateTime), "last", last.Format(time.DateTime), "zone", zone)
}

// state is the second sentence: it promises nothing the form does not hold.
func (c *composer) state() string {
	if c.form.get(FieldNotValid) != "" {
		return c.t("state.invalid")
	}
	_, timed := c.formTime(FieldFixTime)
	done := c.form.get(FieldFixed) != "" || timed // by the person's own account
	measures := done || c.fixProposal() != "" && !c.form.Emptied(FieldFixed)
	quiet := c.quiet() != nil || c.form.get(FieldQuiet) != ""
	switch known := c.causeKnown(); {
	case known && done:
		return c.t("state.fixed")
	case known && measures:
		return c.t("state.measures")
	case known:
		return c.t("state.found")
	case done && quiet:
		return c.t("state.stopped")
	case measures:
		return c.t("state.uncertain")
	}
	return c.t("state.open")
}

// causeKnown says whether a cause is named that is more than possible, or that
// the person named.
func (c *composer) causeKnown() bool {
	sure := Certainty(c.form.get(FieldCertainty))
	if sure == "" {
		sure = certaintyOf(c.f)
	}
	return sure != CauseNotFound && !c.form.Emptied(FieldCause) && (sure != CausePossible || c.form.get(FieldCause) != "")
}

func (c *composer) request(address string) string {
	key := "request.close"
	r, v := c.f.Report, c.f.Check
	switch {
	case c.form.get(FieldNotValid) != "":
		key = "request.review"
	case v != nil && v.Code == verdict.Locked, r != nil && r.Locked && (v == nil || v.Code != verdict.Reachable):
		key = "request.unlock"
	}
	return c.t(key, "address", address)
}

// fixProposal lists the steps of the phase «fix» that were taken, never one that
// was not.
func (c *composer) fixProposal() string {
	var list []string
	for _, step := range c.f.Done {
		if step.Phase != checklist.Fix {
			continue
		}
		key := "fix." + strings.ToLower(step.ID)
		text := clean(step.Title.In(c.language), 300)
		switch {
		case step.ID == "R1": // a question, no measure
			continue
		case c.has(key):
			text = c.t(key)
		}
		if !step.Time.IsZero() {
			text = c.t("fix.done", "measure", text, "time", c.time(step.Time))
		}
		list = append(list, text)
	}
	if len(list) == 0 {
		return ""
	}
	return upper(strings.Join(list, c.t("semicolon"))) + "."
}
