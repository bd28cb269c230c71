package cli

import (
	"context"
	"fmt"
	"strings"
)

type manJSON struct {
	Kind string `json:"kind"`
	Page string `json:"page"`
}

// man prints the manual page in the language of the person.
func (p *program) man(_ context.Context, c call) error {
	m := &manual{program: p}
	m.write()
	return p.document(c, manJSON{"man", m.b.String()}, m.b.String())
}

// manual is a manual page in the making, in the macros of man(7).
type manual struct {
	*program
	b strings.Builder
}

func (m *manual) write() {
	fmt.Fprintf(&m.b, ".TH LATCHKEY 1 \"\" \"latchkey %s\"\n", roff(m.env.Config.Version))
	m.section("cli.man.name")
	m.put("latchkey \\- ", m.say("cli.man.brief"))
	m.section("cli.man.synopsis")
	m.b.WriteString(".nf\n")
	for _, call := range []string{"latchkey", "latchkey FILE…", "latchkey VERB …"} {
		fmt.Fprintf(&m.b, ".B %s\n", roff(call))
	}
	m.b.WriteString(".fi\n")
	m.section("cli.man.description")
	m.put("", m.say("cli.help.intro"))
	m.paragraph("cli.help.window")
	m.paragraph("cli.help.files")
	m.section("cli.man.verbs")
	for _, v := range verbs() {
		m.verb(v)
	}
	m.section("cli.help.options")
	for _, o := range options() {
		fmt.Fprintf(&m.b, ".TP\n\\fB%s\\fR \\fI%s\\fR\n", roff(o.name), roff(o.value))
		m.put("", m.say("cli.option."+strings.TrimLeft(o.name, "-")))
	}
	m.section("cli.man.status")
	m.put("", m.say("cli.help.status"))
	m.section("cli.man.environment")
	m.term("LATCHKEY_HOME", "cli.help.home")
	m.term("LC_ALL, LC_MESSAGES, LANG", "cli.man.lang")
	m.term("NO_COLOR", "cli.man.colour")
	m.section("cli.man.files")
	m.term("$XDG_DATA_HOME/latchkey, ~/.local/share/latchkey", "cli.man.home")
	m.section("cli.help.examples")
	for _, e := range examples() {
		fmt.Fprintf(&m.b, ".TP\n.B %s\n", roff(e.call))
		m.put("", m.say(e.key))
	}
}

// verb writes how a verb is called, what it does, and which options it knows.
func (m *manual) verb(v verb) {
	fmt.Fprintf(&m.b, ".SS \"%s\"\n", roff(strings.ReplaceAll(v.line(), `"`, "")))
	m.put("", m.say("cli.verb."+v.name))
	if v.about != nil {
		about := m.program.page()
		v.about(about)
		fmt.Fprint(&m.b, ".PP\n.nf\n")
		for line := range strings.Lines(strings.Trim(about.String(), "\n")) {
			m.b.WriteString(roff(strings.TrimRight(line, "\n")) + "\n")
		}
		fmt.Fprint(&m.b, ".fi\n")
	}
	if len(v.options) > 0 {
		fmt.Fprintf(&m.b, ".PP\n%s: %s\n", roff(m.say("cli.help.options")), roff(strings.Join(v.options, ", ")))
	}
}

func (m *manual) section(key string) {
	fmt.Fprintf(&m.b, ".SH \"%s\"\n", roff(strings.ToUpper(m.say(key))))
}

func (m *manual) paragraph(key string) {
	m.b.WriteString(".PP\n")
	m.put("", m.say(key))
}

func (m *manual) term(name, key string) {
	fmt.Fprintf(&m.b, ".TP\n.B %s\n", roff(name))
	m.put("", m.say(key))
}

// text writes running text; first is in roff already.
func (m *manual) put(first, s string) { m.b.WriteString(first + roff(s) + "\n") }

func (m *manual) say(key string) string { return unmarked(m.program.text.T(key)) }

// roff makes a text one that troff shows as it stands.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
