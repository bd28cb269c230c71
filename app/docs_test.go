package app_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"latchkey/app"
	"latchkey/assets"
	"latchkey/diag/verdict"
)

// pages are the texts for people beside the program.
func pages(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../docs/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	all := map[string]string{}
	for _, name := range append(files, "../README.md", "../.github/CONTRIBUTING.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(text)
	}
	return all
}

// Links lead to files that are there.
func TestLinksOfThePages(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	for name, text := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// The handbook explains every verdict.
func TestTheHandbookKnowsEveryVerdict(t *testing.T) {
	text := pages(t)["../docs/handbook.md"]
	for _, code := range []verdict.Code{verdict.Reachable, verdict.Locked, verdict.HostDown, verdict.Filtered,
		verdict.BeforeProvider, verdict.Local, verdict.Loop, verdict.Inconclusive} {
		if !strings.Contains(text, "(`"+string(code)+"`)") {
			t.Errorf("nothing about %s", code)
		}
	}
}

// The profile that a newcomer is told to begin with is one the program takes.
func TestTheProviderOfThePages(t *testing.T) {
	_, rest, found := strings.Cut(pages(t)["../docs/extending.md"], "```toml\n")
	profile, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("no profile in the page")
	}
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, "providers"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "providers", "hosting.toml"), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := app.Open(app.Config{Home: home, Assets: assets.FS})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Problems() {
		t.Error(p)
	}
	if s.Providers().ByID("hosting") == nil {
		t.Error("it is not in the list")
	}
}
