package statement

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"latchkey/diag"
	"latchkey/diag/abuse"
)

// composer writes one document.
type composer struct {
	speech
	f      Facts
	form   Form
	q      *Questions
	cited  map[string]bool
	blocks []Block
}

// Compose writes the statement in a language. What the person typed stands as
// it is; where nothing was typed the facts speak.
func (l *Library) Compose(f Facts, form Form, q *Questions, language string) Document {
	c := &composer{speech: l.Words.in(language, f.Zone), f: f, form: form, q: q, cited: map[string]bool{}}
	proposed := c.proposals()
	value := func(name Field) string {
		if own := form.get(name); own != "" {
			return own
		}
		return proposed[name]
	}
	tag := c.tag(value(FieldReference))
	d := Document{
		Language: c.language, Title: clean(value(FieldTitle), 200), Provider: clean(f.ProviderName, 100), To: clean(value(FieldTo), 200), Date: f.Now,
		Subject: c.subjectOf(tag, value(FieldAddress)),
		Opening: clean(q.Opening.In(c.language), 200),
	}
	var parts []string
	for _, p := range []struct{ key, name, value string }{
		{"reference", "reference", value(FieldReference)}, {"number", "number", value(FieldNumber)}, {"", "", value(FieldAddress)},
	} {
		switch {
		case p.value == "":
		case p.key == "":
			parts = append(parts, clean(p.value, 100))
		default:
			parts = append(parts, c.t(p.key, p.name, clean(p.value, 100)))
		}
	}
	d.Reference = strings.Join(parts, " · ")
	c.letter(d, value)
	d.Letter, c.blocks = c.blocks, nil
	c.annex()
	d.Annex = c.blocks
	d.Exhibits = slices.Clone(f.Exhibits)
	return d
}

// subjectOf keeps the reference as the provider wrote it.
func (c *composer) subjectOf(tag, address string) string {
	return clean(c.q.subject(c.language, tag, address), 250)
}

// tag is the reference as it stands in the subject of the report, else as the
// provider usually writes it.
func (c *composer) tag(reference string) string {
	if r := c.f.Report; r != nil && reference != "" && reference == r.Reference {
		for rest := r.Subject; rest != ""; {
			before, after, open := strings.Cut(rest, "[")
			inside, more, closed := strings.Cut(after, "]")
			switch {
			case !open || !closed:
				rest = ""
			case strings.Contains(inside, reference) && len(inside) < 100 && !strings.Contains(inside, "["):
				return "[" + inside + "]"
			default:
				_, rest = before, more
			}
		}
	}
	return c.q.tagged(clean(reference, 100))
}

// clean makes a text safe for a document.
func clean(s string, limit int) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) && !firm(r) })
	return strings.TrimSpace(diag.Clean(strings.Join(words, " "), limit))
}

// firm is a blank at which no line breaks.
func firm(r rune) bool { return r == '\u00A0' || r == '\u202F' }

// sentence is a text with the exhibits that prove it.
type sentence struct {
	text string
	ids  []string
}

// cite writes « [E1, E3]» and remembers what was cited.
func (c *composer) cite(ids ...string) string {
	var all []string
	for _, id := range ids {
		if id != "" && !slices.Contains(all, id) {
			all = append(all, id)
			c.cited[id] = true
		}
	}
	if len(all) == 0 {
		return ""
	}
	slices.SortFunc(all, byNumber)
	return " [" + strings.Join(all, ", ") + "]"
}

// byNumber orders E2 before E10.
func byNumber(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func (c *composer) add(s Section, kind Kind, spans ...Span) {
	c.blocks = append(c.blocks, Block{Kind: kind, Section: s, Text: spans})
}

func (c *composer) heading(s Section, level int, spans ...Span) {
	spans[0].Bold = true
	c.blocks = append(c.blocks, Block{Kind: KindHeading, Section: s, Level: level, Text: spans})
}

// say puts sentences into one paragraph, each with its evidence.
func (c *composer) say(s Section, list ...sentence) {
	var spans []Span
	for i, one := range list {
		if one.text == "" {
			continue
		}
		if len(spans) > 0 {
			spans = append(spans, Span{Text: " "})
		}
		spans = append(spans, Span{Text: one.text})
		if i+1 < len(list) && slices.Equal(list[i+1].ids, one.ids) {
			continue // the next one is proved by the same
		}
		if cite := c.cite(one.ids...); cite != "" {
			spans = append(spans, Span{Text: cite, Dim: true})
		}
	}
	if len(spans) > 0 {
		c.add(s, KindParagraph, spans...)
	}
}

// own puts in what the person wrote, a paragraph per line.
func (c *composer) own(s Section, text string, ids []string) {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	for i, line := range lines {
		one := sentence{text: clean(line, longParagraph)}
		if i == len(lines)-1 {
			one.ids = ids
		}
		c.say(s, one)
	}
}

// longParagraph is the most of a line that is taken over, in characters.
const longParagraph = 20_000

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
		c.heading(s, 2, Span{Text: c.t("heading.summary")})
		c.own(s, value(FieldSummary), nil)
	case SectionTimeline:
		c.timeline()
	case SectionCause:
		c.causeSection(value, invalid)
	case SectionFix:
		c.fixSection(value)
	case SectionPrevention:
		c.preventionSection()
	case SectionRequest:
		c.heading(s, 2, Span{Text: c.t("heading.request")})
		list := []sentence{{text: clean(value(FieldRequest), longParagraph)}}
		if access := c.form.get(FieldAccess); access != "" {
			list = append(list, sentence{text: c.t("request.access", "access", clean(access, 100))})
		}
		if len(c.cited) > 0 {
			list = append(list, sentence{text: c.t("request.annex")})
		}
		c.say(s, list...)
	case SectionContact:
		if contact := clean(c.form.get(FieldContact), 500); contact != "" {
			c.add(s, KindParagraph, Span{Text: c.t("heading.contact") + c.t("colon"), Bold: true}, Span{Text: contact})
		}
	}
}

func (c *composer) causeSection(value func(Field) string, invalid bool) {
	if invalid {
		c.heading(SectionCause, 2, Span{Text: c.t("heading.invalid")})
		c.own(SectionCause, c.form.get(FieldNotValid), nil)
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

// incidentKey is the word for an incident among the summaries.
func incidentKey(i abuse.Incident) string {
	switch i {
	case abuse.Notice, abuse.UnknownKind, "":
		return "other"
	}
	return string(i)
}

// figure writes a number of a report, «at least» where the report was cut.
func (c *composer) figure(n int, capped bool) string {
	if capped {
		return c.t("at-least", "number", c.number(n))
	}
	return c.number(n)
}

// ports lists ports; none if there are too many to say something.
func portList(ports []int) string {
	const most = 5
	if len(ports) == 0 || len(ports) > most {
		return ""
	}
	var list []string
	for _, p := range ports {
		list = append(list, strconv.Itoa(p))
	}
	return strings.Join(list, ", ")
}
