package cli

import (
	"context"
	"strings"

	"latchkey/app/statement"
)

// verb is one thing the program can be asked for. Its sentence in the help is
// «cli.verb.<name>».
type verb struct {
	name    string
	usage   string      // operands as the help shows them: «TARGET»
	fewest  int         // operands
	most    int         // operands
	options []string    // besides those of everywhere
	session bool        // needs the data and settings of the person
	keeps   bool        // and nothing without the program's folder
	about   func(*page) // more of its help; nil if its sentence says all
	// languages are those that --lang takes besides the screen's.
	languages []string
	run       func(*program, context.Context, call) error
}

// verbs are all there are, in the order of the help.
func verbs() []verb {
	return []verb{
		{name: "check", usage: "TARGET", fewest: 1, most: 1, session: true, run: (*program).check,
			options: []string{"--method", "--port", "-4", "-6", "--timeout", "--provider", "--control", "--no-names"}},
		{name: "read", usage: "FILE|-", fewest: 1, most: 1, session: true, run: (*program).read,
			options: []string{"--provider", "--server"}, about: (*page).aboutRead},
		{name: "match", usage: "REPORT EVIDENCE…", fewest: 2, most: mostFiles, session: true, run: (*program).match,
			options: []string{"--provider", "--server"}, about: (*page).aboutMatch},
		{name: "twin", usage: "A B", fewest: 2, most: 2, session: true, run: (*program).twin},
		{name: "watch", usage: "[TARGET]", most: 1, session: true, run: (*program).watch,
			options: []string{"--every", "--for", "--case", "--stay", "--ask", "--port", "-4", "-6", "--provider", "--no-names"}, about: (*page).aboutWatch},
		{name: "case", usage: "new|list|show|add|set|role|mark|note|timeline|ways|remind|delete|restore|export|import …", fewest: 1, most: mostFiles, session: true, keeps: true, run: (*program).cases,
			options: []string{"--server", "--provider", "--kind", "--at", "--edit", "--remove", "--csv"}, about: (*page).aboutCase},
		{name: "account", usage: "status|list|add|test|remove|mails …", fewest: 1, most: 3, session: true, keeps: true, run: (*program).account,
			options: []string{"--once", "--provider"}, about: (*page).aboutAccount},
		{name: "collect", usage: "USER@HOST", fewest: 1, most: 1, session: true, run: (*program).collect,
			options: []string{"--rescue", "--packages", "--case", "--port", "--identity", "--jump", "--out", "--fetch", "--yes-fingerprint"}, about: (*page).aboutCollect},
		{name: "collector", session: true, run: (*program).collector},
		{name: "export", usage: "ID", fewest: 1, most: 1, session: true, keeps: true, run: (*program).exportStatement, languages: statement.Languages(),
			options: []string{"--pdf", "--text", "--mail", "--bundle", "--redact"}},
		{name: "demo", session: true, run: (*program).demo, options: []string{"--out"}},
		{name: "providers", session: true, run: (*program).providers},
		{name: "version", run: (*program).version, options: []string{"--latest"}},
		{name: "completion", usage: "bash|zsh|fish", fewest: 1, most: 1, run: (*program).completion},
		{name: "man", run: (*program).man},
		{name: "help", usage: "[VERB]", most: 1, run: (*program).help},
	}
}

// mostFiles is how many outputs one call may name: the checklist has fewer.
const mostFiles = 500

// everywhere are the options that every verb knows.
func everywhere() []string { return []string{"--json", "--lang", "--help"} }

// aliases are other spellings people try first.
func aliases() map[string]string {
	return map[string]string{"--help": "help", "-h": "help", "-?": "help", "/?": "help", "--version": "version", "-V": "version"}
}

func findVerb(name string) (verb, bool) {
	for _, v := range verbs() {
		if v.name == name {
			return v, true
		}
	}
	return verb{}, false
}

// Knows reports whether a word is one the terminal face answers: a verb, or an
// option in its place. Anything else may be a file for the window.
func Knows(word string) bool {
	_, verb := findVerb(word)
	_, alias := aliases()[word]
	return verb || alias || strings.HasPrefix(word, "-")
}

func verbNames() []string {
	var names []string
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	return names
}
