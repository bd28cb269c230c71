package statement

import (
	"slices"
	"strconv"
	"strings"
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
		if own := form.get(name); own != "" || form.Emptied(name) {
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

// heading is left out where the person wants nothing to stand.
func (c *composer) heading(s Section, level int, spans ...Span) {
	if spans[0].Text == "" {
		return
	}
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
