package cli

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/app"
)

// printed gives what a call prints.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var out, err bytes.Buffer
	env := Env{In: strings.NewReader(""), Out: &out, Err: &err, Now: time.Now, Language: "en_US.UTF-8", Config: app.Config{Version: "1.2.3"}}
	if status := Run(context.Background(), args, env); status != 0 {
		t.Fatalf("%v: status %d\n%s", args, status, &err)
	}
	return out.String()
}

// script writes the completion for a shell that is installed.
func script(t *testing.T, shell string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "latchkey."+shell)
	if err := os.WriteFile(path, []byte(printed(t, "completion", shell)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath(shell); err != nil {
		t.Skipf("%s is not installed", shell)
	}
	return path
}

// asked gives the words a shell prints.
func asked(t *testing.T, name string, args ...string) []string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Env = append(os.Environ(), "HOME="+t.TempDir(), "TERM=dumb")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func TestCompletionInBash(t *testing.T) {
	path := script(t, "bash")
	const stage = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _latchkey 2>/dev/null; printf '%s\n' "${COMPREPLY[@]}"`
	for _, row := range []struct {
		words string
		want  []string
	}{
		{"latchkey ch", []string{"check"}},
		{"latchkey c", []string{"check", "case", "collector", "completion"}},
		{"latchkey check --t", []string{"--timeout"}},
		{"latchkey check web1.example.org --method u", []string{"udp"}},
		{"latchkey read --meth", nil},
		{"latchkey case ex", []string{"export"}},
		{"latchkey completion z", []string{"zsh"}},
		{"latchkey help tw", []string{"twin"}},
		{"latchkey read abuse-m", nil}, // bash then looks for files
		{"latchkey demo --lang d", []string{"de"}},
	} {
		lines := asked(t, "bash", append([]string{"-c", stage, "bash", path}, strings.Split(row.words, " ")...)...)
		got := slices.DeleteFunc(lines, func(s string) bool { return s == "" })
		for _, w := range row.want {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %q is missing in %q", row.words, w, got)
			}
		}
		if len(row.want) < 2 && len(got) != len(row.want) {
			t.Errorf("%s: %q, want %q", row.words, got, row.want)
		}
	}
}

func TestCompletionInFish(t *testing.T) {
	path := script(t, "fish")
	for call, want := range map[string]string{
		"latchkey ch": "check", "latchkey check --tim": "--timeout", "latchkey check --method cl": "classic",
		"latchkey completion f": "fish", "latchkey case impo": "import", "latchkey help prov": "providers",
	} {
		got := asked(t, "fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", path, call)
		if len(got) == 0 || !strings.HasPrefix(got[0], want) {
			t.Errorf("%s: %q, want %q", call, got, want)
		}
	}
}

func TestCompletionInZsh(t *testing.T) {
	path := script(t, "zsh")
	// The completion system's own functions stand for themselves: what is asked
	// is what they are given.
	const stage = `compdef() { :; }; _describe() { print -rl -- "${(P@)${@[-1]}}"; }; compadd() { shift; print -rl -- "$@"; }
		_files() { print files; }; _message() { print "free $1"; }; source "$1"; shift; words=("$@"); CURRENT=$#; _latchkey`
	for call, want := range map[string]string{
		"latchkey ch": "check:", "latchkey check --": "--timeout:", "latchkey check --method x": "classic",
		"latchkey completion x": "fish", "latchkey read x": "files", "latchkey check --port x": "free N", "latchkey demo --out x": "files",
	} {
		got := asked(t, "zsh", append([]string{"-f", "-c", stage, "zsh", path}, strings.Fields(call)...)...)
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("%s: %q, want %q", call, got, want)
		}
	}
}

// All verbs and options are in every script and in the manual page, whatever is
// added to the tables.
func TestNothingIsLeftOut(t *testing.T) {
	texts := map[string]string{"man": strings.ReplaceAll(printed(t, "man"), `\-`, "-")}
	for _, s := range shells() {
		texts[s] = printed(t, "completion", s)
	}
	for name, text := range texts {
		for _, v := range verbs() {
			if !strings.Contains(text, v.name) {
				t.Errorf("%s: no verb %s", name, v.name)
			}
		}
		for _, o := range options() {
			word := o.name
			if name == "fish" {
				word = strings.TrimLeft(word, "-")
			}
			if !strings.Contains(text, word) {
				t.Errorf("%s: no option %s", name, o.name)
			}
		}
		if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' }); i >= 0 {
			t.Errorf("%s: a control character at %d", name, i)
		}
	}
}

// The page is one that mandoc takes, in every language.
func TestManualPage(t *testing.T) {
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip("mandoc is not installed")
	}
	for _, lang := range []string{"en", "de"} {
		c := exec.Command("mandoc", "-Tlint", "-W", "warning")
		c.Stdin = strings.NewReader(printed(t, "man", "--lang", lang))
		out, _ := c.CombinedOutput() // its status is that of its warnings
		for line := range strings.Lines(string(out)) {
			if !strings.Contains(line, "missing date") { // the page is as old as the program
				t.Errorf("%s: %s", lang, line)
			}
		}
	}
}

// Every example is a call the program takes, and has a sentence; each question
// on the way has one too.
func TestExamples(t *testing.T) {
	page := printed(t, "man")
	for _, e := range examples() {
		if _, err := parse(e.arguments()); err != nil {
			t.Errorf("%s: %v", e.call, err)
		}
	}
	for _, text := range []string{page, printed(t, "help"), printed(t, "help", "--lang", "de"), printed(t, "man", "--lang", "de")} {
		if strings.Contains(text, "⟦") || strings.Contains(text, "cli.") {
			t.Error("a text is missing")
		}
	}
	if help := printed(t, "help", "check"); !strings.Contains(help, "latchkey check web1.example.org") {
		t.Errorf("no example:\n%s", help)
	}
}

func TestKnows(t *testing.T) {
	for word, want := range map[string]bool{"check": true, "--help": true, "-V": true, "/?": true, "--lang": true,
		"abuse-mail.eml": false, "./check": false, "C:\\mail.eml": false, "": false} {
		if Knows(word) != want {
			t.Errorf("%q: %v", word, !want)
		}
	}
}
