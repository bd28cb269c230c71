package i18n

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
)

// TestEveryLanguageIsRead: languages are read when they are asked for, so only
// this finds one that cannot be.
func TestEveryLanguageIsRead(t *testing.T) {
	all, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(all.Languages()) < 5 {
		t.Fatalf("only %v", all.Languages())
	}
	names := map[string]string{}
	for _, tag := range all.Languages() {
		text := all.For(tag)
		text.fallback = localizerOf(t, "xx", "") // what it lacks stays unsaid
		name := text.T("language.name")
		if other := names[name]; strings.HasPrefix(name, "⟦") || other != "" {
			t.Errorf("%s is called %q, as %q is", tag, name, other)
		}
		names[name] = tag
	}
}

// localizerOf is a language with one catalogue of its own.
func localizerOf(t *testing.T, tag, catalogue string) words {
	t.Helper()
	loc := localizer(fstest.MapFS{tag + ".json": {Data: []byte(catalogue)}}, tag)
	return sync.OnceValue(func() *goi18n.Localizer { return loc })
}

// TestFallback: what a language lacks is said in English, with the number in its
// English form, and what English lacks as well can be seen.
func TestFallback(t *testing.T) {
	text := &Text{
		Tag:      "pl",
		own:      localizerOf(t, "pl", `{"here": "tutaj", "format.decimal": ",", "format.thousand": "1.000"}`),
		fallback: localizerOf(t, "en", `{"here": "here", "rows": {"one": "{{.count}} row", "other": "{{.count}} rows"}}`),
	}
	for _, c := range []struct{ got, want string }{
		{text.T("here"), "tutaj"},
		{text.T("rows", "count", 1), "1 row"},
		{text.T("rows", "count", 2000), "2.000 rows"},
		{text.T("nowhere", "count", 2), "⟦nowhere⟧"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	if !text.Has("rows") || text.Has("nowhere") {
		t.Error("a text of the fallback counts, a missing one does not")
	}
	broken := &Text{Tag: "de", own: localizerOf(t, "de", "{"), fallback: text.fallback}
	if got := broken.T("here"); got != "here" {
		t.Errorf("a catalogue that cannot be read says %q", got)
	}
}

// TestFor: whatever is asked for, some language answers.
func TestFor(t *testing.T) {
	all, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	german, english := all.For("de").T("language.name"), all.For("en").T("language.name")
	for tag, want := range map[string]string{"de-AT": german, "xx": english, "": english} {
		if got := all.For(tag).T("language.name"); got != want {
			t.Errorf("%q answers in %q, want %q", tag, got, want)
		}
	}
}

// BenchmarkStart lists the languages and says one text: what every start does.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		all, err := Load()
		if err != nil {
			b.Fatal(err)
		}
		if all.For("de").T("language.name") == "" {
			b.Fatal("no text")
		}
	}
}
