package statement

import (
	"strings"
	"time"
)

// letter writes the sections that answer the provider's questions.
func (c *composer) letter(d Document, value func(Field) string) {
	c.heading(SectionReference, 1, Span{Text: d.Title})
	if d.Reference != "" {
		c.add(SectionReference, KindParagraph, Span{Text: d.Reference, Dim: true})
	}
	c.add(SectionReference, KindRule)
	invalid := c.form.get(FieldNotValid) != ""
	written := map[Section]bool{}
	for _, question := range c.q.Asked(invalid) {
		for _, s := range question.Sections {
			if written[s] {
				continue
			}
			written[s] = true
			c.section(s, value, invalid)
		}
	}
	date := c.date(c.now())
	sign := &Signature{Place: clean(value(FieldPlaceName), 100), Date: date, Name: clean(value(FieldName), 100), Label: c.t("signature")}
	if c.form.get(FieldSignature) != "" {
		sign.Image = c.f.Signature
	}
	c.blocks = append(c.blocks, Block{Kind: KindSignature, Section: SectionContact, Sign: sign})
}

func (c *composer) now() time.Time {
	if c.f.Now.IsZero() {
		return time.Unix(0, 0)
	}
	return c.f.Now
}

func (c *composer) section(s Section, value func(Field) string, invalid bool) {
	switch s {
	case SectionSummary:
		if summary := value(FieldSummary); summary != "" {
			c.heading(s, 2, Span{Text: c.t("heading.summary")})
			c.own(s, summary, nil)
		}
	case SectionTimeline:
		c.timeline()
	case SectionCause:
		c.causeSection(value, invalid)
	case SectionFix:
		c.fixSection(value)
	case SectionPrevention:
		c.preventionSection()
	case SectionRequest:
		c.requestSection(clean(value(FieldRequest), longParagraph))
	case SectionContact:
		if contact := clean(c.form.get(FieldContact), 500); contact != "" {
			c.add(s, KindParagraph, Span{Text: c.t("heading.contact") + c.t("colon"), Bold: true}, Span{Text: contact})
		}
	}
}

func (c *composer) requestSection(request string) {
	var list []sentence
	if request != "" {
		list = append(list, sentence{text: request})
	}
	if access := c.form.get(FieldAccess); access != "" {
		list = append(list, sentence{text: c.t("request.access", "access", clean(access, 100))})
	}
	if len(c.cited) > 0 {
		list = append(list, sentence{text: c.t("request.annex")})
	}
	if len(list) > 0 {
		c.heading(SectionRequest, 2, Span{Text: c.t("heading.request")})
		c.say(SectionRequest, list...)
	}
}

func (c *composer) causeSection(value func(Field) string, invalid bool) {
	if invalid {
		c.heading(SectionCause, 2, Span{Text: c.t("heading.invalid")})
		c.own(SectionCause, c.form.get(FieldNotValid), nil)
		return
	}
	if c.form.Emptied(FieldCause) {
		return
	}
	certainty := value(FieldCertainty)
	c.heading(SectionCause, 2, Span{Text: c.t("heading.cause")}, Span{Text: " (" + c.t("grade."+certainty) + ")", Dim: true})
	list := c.causeSentences(Certainty(certainty))
	own := c.form.get(FieldCause)
	if own == "" || own == joined(list) {
		c.say(SectionCause, list...)
		return
	}
	var ids []string
	for _, one := range list {
		ids = append(ids, one.ids...)
	}
	c.own(SectionCause, own, ids)
}

// joined is what sentences say without their evidence: the proposal.
func joined(list []sentence) string {
	var texts []string
	for _, one := range list {
		texts = append(texts, one.text)
	}
	return strings.Join(texts, " ")
}

func (c *composer) fixSection(value func(Field) string) {
	head := []Span{{Text: c.t("heading.fix")}}
	if at, ok := c.formTime(FieldFixTime); ok {
		head = append(head, Span{Text: " (" + c.time(at) + ")", Dim: true})
	}
	c.heading(SectionFix, 2, head...)
	var list []sentence
	switch fixed := value(FieldFixed); {
	case fixed == "":
		list = append(list, sentence{text: c.t("fix.open")})
	case strings.ContainsAny(fixed, "\r\n"): // paragraphs of the person's own
		c.own(SectionFix, fixed, c.stepExhibits("fix"))
	default:
		list = append(list, sentence{stopped(clean(fixed, longParagraph)), c.stepExhibits("fix")})
	}
	if text := c.form.get(FieldReinstall); text != "" {
		list = append(list, sentence{text: c.t("fix.reinstall", "text", stopped(clean(text, longParagraph)))})
	}
	switch own := c.form.get(FieldQuiet); {
	case own != "":
		list = append(list, sentence{text: c.t("fix.quiet.own", "text", stopped(clean(own, longParagraph)))})
	case c.quiet() != nil:
		q := c.quiet()
		list = append(list, sentence{c.count("fix.quiet", q.Looks, "time", c.time(q.Since), "until", c.time(q.Until)), q.Exhibits})
	}
	if at, ok := c.formTime(FieldRetest); ok {
		list = append(list, sentence{text: c.t("fix.retest", "time", c.time(at))})
	}
	c.say(SectionFix, list...)
}

// stopped ends a text with a full stop.
func stopped(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// stepExhibits are the outputs of the steps taken in a phase.
func (c *composer) stepExhibits(phase string) []string {
	var ids []string
	for _, step := range c.f.Done {
		if string(step.Phase) == phase {
			ids = append(ids, step.Exhibits...)
		}
	}
	return ids
}

// preventionSection tells what is active and what is planned with a day: a
// promise without one is left to the notes.
func (c *composer) preventionSection() {
	c.heading(SectionPrevention, 2, Span{Text: c.t("heading.prevention")})
	var active, planned []string
	for _, m := range c.form.Measures() {
		text := c.measure(m)
		switch {
		case text == "":
		case m.Active && m.Day.IsZero():
			active = append(active, text)
		case m.Active:
			active = append(active, c.t("prevent.since", "measure", text, "date", c.day(m.Day)))
		case !m.Day.IsZero():
			planned = append(planned, c.t("prevent.dated", "measure", text, "date", c.day(m.Day)))
		}
	}
	for _, step := range c.f.Done {
		id := strings.ToLower(step.ID)
		if step.Phase == "prevent" && c.form[PreventPrefix+id] == "" {
			if text := c.measure(Measure{ID: id, Text: step.Title.In(c.language)}); text != "" {
				active = append(active, text)
			}
		}
	}
	var list []sentence
	if len(active) > 0 {
		list = append(list, sentence{text: c.t("prevent.active", "list", strings.Join(active, c.t("semicolon")))})
	}
	if len(planned) > 0 {
		list = append(list, sentence{text: c.t("prevent.planned", "list", strings.Join(planned, c.t("semicolon")))})
	}
	if len(list) == 0 {
		list = append(list, sentence{text: c.t("prevent.none")})
	}
	c.say(SectionPrevention, list...)
}

// day is a calendar day, whatever the zone.
func (c *composer) day(t time.Time) string {
	s := c.speech
	s.zone = time.UTC
	return s.date(t)
}

// measure is what a measure is called: a known one in the language, an own one
// as typed.
func (c *composer) measure(m Measure) string {
	if key := PreventPrefix + m.ID; c.has(key) {
		return c.t(key)
	}
	return strings.TrimRight(clean(m.Text, 300), ".; ")
}
