package cli

import (
	"fmt"
	"strings"
)

// example is a call somebody can copy, and what it is for.
type example struct{ call, key string }

// examples are calls in the order in which a locked server needs them.
func examples() []example {
	return []example{
		{"latchkey check web1.example.org", "cli.example.check"},
		{"latchkey read trace.txt", "cli.example.trace"},
		{"latchkey read abuse-mail.eml", "cli.example.report"},
		{"ssh root@192.0.2.10 ss -tunap | latchkey read -", "cli.example.output"},
		{"latchkey collector > collect.sh", "cli.example.collector"},
		{"latchkey match abuse-mail.eml server.txt", "cli.example.match"},
		{"latchkey twin server.txt twin.txt", "cli.example.twin"},
		{"latchkey case new --server 192.0.2.10", "cli.example.case"},
		{"latchkey demo --out example", "cli.example.demo"},
		{"latchkey check 192.0.2.10 --json", "cli.example.json"},
	}
}

// arguments are the words of the call behind the program's name, as far as the
// shell hands them to it.
func (e example) arguments() []string {
	_, own, _ := strings.Cut(e.call, "latchkey ")
	own, _, _ = strings.Cut(own, " > ")
	return strings.Fields(own)
}

// of reports whether an example is one of a verb.
func (e example) of(v verb) bool { return e.arguments()[0] == v.name }

// way is the order of the questions, with the verbs that answer them as far as
// this build has them.
func (p *page) way() {
	p.heading("cli.help.way")
	n := 0
	for _, e := range []example{
		{"check", "cli.help.way.locked"}, {"read", "cli.help.way.report"}, {"collect", "cli.help.way.collect"},
		{"match", "cli.help.way.cause"}, {"export", "cli.help.way.statement"}, {"watch", "cli.help.way.back"}, {"case", "cli.help.way.keep"},
	} {
		v, ok := findVerb(e.call)
		if !ok {
			continue
		}
		n++
		p.paragraph(fmt.Sprintf("  %d  ", n), p.text.T(e.key))
		p.line(bold, "       "+v.line())
	}
}
