// Package i18n answers «how is this said in that language?»: one catalogue
// per language beside this file (en.json, de.json, …), plural forms by CLDR
// through go-i18n. The language is a value, not a setting of the process: a
// statement can be French while the screen is German. Fyne's own words and the
// system's locale are left to app/ui.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// Fallback is the language that is asked when another lacks a text.
const Fallback = "en"

// Catalogue is all languages. It does not change after Load and is safe for
// concurrent use. A language is read when its first text is asked for: a run of
// the terminal program needs one of them, and all would take longer than most
// of what it is started for.
type Catalogue struct {
	tags  []string
	words map[string]words
}

// words reads one language, once.
type words func() *goi18n.Localizer

// Load lists the catalogues shipped with the program: every *.json, whose name
// is the language's BCP 47 tag.
func Load() (*Catalogue, error) {
	names, err := fs.Glob(files, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list languages: %w", err)
	}
	c := &Catalogue{words: map[string]words{}}
	for _, name := range names {
		tag := strings.TrimSuffix(name, ".json")
		c.tags = append(c.tags, tag)
		c.words[tag] = sync.OnceValue(func() *goi18n.Localizer { return localizer(files, tag) })
	}
	sort.Strings(c.tags)
	return c, nil
}

// localizer reads one language. A catalogue that cannot be read has no texts:
// the program carries it, so a test finds that, and no person could mend it.
func localizer(fsys fs.FS, tag string) *goi18n.Localizer {
	bundle := goi18n.NewBundle(language.Make(tag))
	if text, err := fs.ReadFile(fsys, tag+".json"); err == nil {
		_, _ = bundle.ParseMessageFileBytes(text, tag+".json")
	}
	return goi18n.NewLocalizer(bundle, tag)
}

// Languages lists the tags, sorted. A language's own name is its text
// «language.name».
func (c *Catalogue) Languages() []string { return c.tags }

// Match gives the best language for what a system or a person asks for
// («de_AT.UTF-8», «de», «fr-CH»), and Fallback when nothing fits.
func (c *Catalogue) Match(wanted string) string {
	wanted, _, _ = strings.Cut(wanted, ".")
	tag, err := language.Parse(strings.ReplaceAll(wanted, "_", "-"))
	if err != nil {
		return Fallback
	}
	base, _ := tag.Base()
	for _, have := range c.tags {
		if have == base.String() {
			return have
		}
	}
	return Fallback
}

// For gives the texts in one language, or in the best one for tag.
func (c *Catalogue) For(tag string) *Text {
	own := c.words[tag]
	if own == nil {
		own = c.words[c.Match(tag)]
	}
	return &Text{Tag: tag, own: own, fallback: c.words[Fallback]}
}

// Text is one language. It is safe for concurrent use.
type Text struct {
	Tag           string
	own, fallback words
}

// T gives the text of key; pairs are names and values for its placeholders:
// T("hops.silent", "count", 8). A value named "count" selects the plural form.
// A missing text comes back as ⟦key⟧, so that a test finds it; a key may have a
// code in it that somebody else's file made up, so only what prints is left of it.
func (t *Text) T(key string, pairs ...any) string {
	params := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			params[name] = pairs[i+1]
		}
	}
	return t.P(key, params)
}

// P is T with the placeholders' values in a map, as a diag.Finding has them.
// Floats are written with the language's decimal sign, lists with commas.
// Counts and int64 get marks between the thousands; other integers may be ports
// or years and get none.
func (t *Text) P(key string, params map[string]any) string {
	data := make(map[string]any, len(params))
	for name, value := range params {
		data[name] = t.format(value)
		if n, ok := value.(int); ok && name == "count" {
			data[name] = t.Number(float64(n), 0)
		}
	}
	config := &goi18n.LocalizeConfig{MessageID: key, TemplateData: data}
	if count, ok := params["count"]; ok {
		config.PluralCount = count
	}
	s, err := t.own().Localize(config)
	if err != nil && s == "" {
		s, err = t.fallback().Localize(config)
	}
	if err != nil && s == "" {
		return "⟦" + strings.Map(printed, key) + "⟧"
	}
	return s
}

// printed stands in for what would do something to a screen.
func printed(r rune) rune {
	if !unicode.IsPrint(r) {
		return '\uFFFD'
	}
	return r
}

// Has reports whether key has a text in this language or in the fallback.
func (t *Text) Has(key string) bool {
	s := t.T(key, "count", 1)
	return !strings.HasPrefix(s, "⟦")
}

func (t *Text) format(value any) any {
	switch v := value.(type) {
	case float64:
		return t.Decimal(v, 1)
	case int64:
		return t.Number(float64(v), 0)
	case []int:
		words := make([]string, len(v))
		for i, n := range v {
			words[i] = strconv.Itoa(n)
		}
		return strings.Join(words, ", ")
	case []string:
		return strings.Join(v, ", ")
	}
	return value
}

// Decimal writes f with the language's decimal sign and at most digits places,
// without trailing zeros.
func (t *Text) Decimal(f float64, digits int) string {
	s := strconv.FormatFloat(f, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if t.T("format.decimal") == "," {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

// Number is Decimal with marks between the thousands: «62,790», «62.790»,
// «62 790».
func (t *Text) Number(f float64, digits int) string {
	s := t.Decimal(f, digits)
	mark := strings.Trim(t.T("format.thousand"), "01") // «1,000», «1.000», «1 000»
	end := strings.IndexAny(s, t.T("format.decimal"))
	if end < 0 {
		end = len(s)
	}
	for i := end - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + mark + s[i:]
	}
	return s
}

// Words parts a text where a line may end.
func Words(s string) []string { return strings.FieldsFunc(s, Blank) }

// Blank reports a blank at which a line may end. French has others before «:»
// and inside quotations, French and Polish in numbers.
func Blank(r rune) bool { return unicode.IsSpace(r) && r != '\u00A0' && r != '\u202F' }
