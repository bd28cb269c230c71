package cli

import (
	"context"
	"slices"
	"strings"

	"latchkey/app"
	"latchkey/diag/abuse"
)

type helpJSON struct {
	Kind  string     `json:"kind"`
	Verbs []verbJSON `json:"verbs"`
}

type verbJSON struct {
	Name    string   `json:"name"`
	Usage   string   `json:"usage"`
	Options []string `json:"options"`
}

// help prints what there is, or about one verb.
func (p *program) help(_ context.Context, c call) error {
	if len(c.operands) == 1 {
		v, ok := findVerb(c.operands[0])
		if !ok {
			return wrongCall("verb", "value", c.operands[0], "list", verbNames())
		}
		c.verb = v
	}
	return p.helpOn(c)
}

// helpOn prints the help of one verb; that of «help» is the overview.
func (p *program) helpOn(c call) error {
	shown := verbs()
	if c.verb.name != "help" {
		shown = []verb{c.verb}
	}
	o := helpJSON{Kind: "help"}
	for _, v := range shown {
		o.Verbs = append(o.Verbs, verbJSON{v.name, v.line(), append(slices.Clone(v.options), everywhere()...)})
	}
	return p.answer(c, o, func(out *page) {
		if c.verb.name == "help" {
			out.overview()
			return
		}
		out.verb(c.verb)
	})
}

// line is how the verb is called: «latchkey check TARGET [options]».
func (v verb) line() string {
	s := "latchkey " + v.name
	if v.usage != "" {
		s += " " + v.usage
	}
	return s
}

func (p *page) overview() {
	p.paragraph("", p.text.T("cli.help.intro"))
	p.way()
	p.heading("cli.help.verbs")
	for _, v := range verbs() {
		p.line(bold, "  "+v.line())
		p.paragraph("      ", p.text.T("cli.verb."+v.name))
	}
	p.heading("cli.help.first")
	p.line(bold, "  latchkey demo")
	p.paragraph("      ", p.text.T("cli.help.first.demo"))
	p.blank()
	for _, key := range []string{"cli.help.more", "cli.help.window", "cli.help.files", "cli.help.status", "cli.help.home"} {
		p.paragraph("", p.text.T(key))
	}
}

func (p *page) verb(v verb) {
	p.line(bold, v.line())
	p.paragraph("  ", p.text.T("cli.verb."+v.name))
	if v.about != nil {
		v.about(p)
	}
	p.heading("cli.help.options")
	for _, o := range v.optionsOf() {
		first := "  " + strings.TrimSpace(o.name+" "+o.value)
		if width(first) >= optionColumn {
			p.line(plain, first)
			first = ""
		}
		p.paragraph(pad(first, optionColumn)+" ", p.optionWords(v, o))
	}
	p.examples(v)
}

// optionWords say what an option does, of this verb if it means something else
// there.
func (p *page) optionWords(v verb, o option) string {
	name := strings.TrimLeft(o.name, "-")
	if key := "cli.option." + name + "." + v.name; p.text.Has(key) {
		return p.text.T(key)
	}
	return p.text.T("cli.option." + name)
}

// aboutCollect says how one gets in, what is run and what is not done.
func (p *page) aboutCollect() {
	p.heading("cli.help.collect")
	for _, key := range []string{"cli.help.collect.login", "cli.help.collect.key", "cli.help.collect.run", "cli.help.collect.rescue", "cli.help.collect.fetch"} {
		p.paragraph("  - ", p.text.T(key))
	}
}

// examples shows calls of one verb.
func (p *page) examples(v verb) {
	first := true
	for _, e := range examples() {
		if !e.of(v) {
			continue
		}
		if first {
			p.heading("cli.help.examples")
		}
		first = false
		p.line(plain, "  "+e.call)
		p.paragraph("      ", p.text.T(e.key))
	}
}

// aboutRead says what can be read, and up to which size.
func (p *page) aboutRead() {
	p.heading("cli.help.read")
	for _, line := range []string{
		p.text.T("cli.help.read.mail", "mb", abuse.MostMail>>20),
		p.text.T("cli.help.read.log", "gb", app.MostStream>>30),
		p.text.T("cli.help.read.trace"),
		p.text.T("cli.help.read.evidence"),
		p.text.T("cli.help.read.not"),
		p.text.T("cli.help.read.here"),
	} {
		p.paragraph("  - ", line)
	}
}

// aboutMatch says what to give.
func (p *page) aboutMatch() {
	p.heading("cli.help.match")
	for _, key := range []string{"cli.help.match.report", "cli.help.match.evidence", "cli.help.match.grades"} {
		p.paragraph("  - ", p.text.T(key))
	}
}

// optionColumn is where the sentences of the options begin.
const optionColumn = 21
