package statement

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"latchkey/diag"
)

// Languages are those a statement can be written in. They are independent of
// the screen's.
func Languages() []string { return []string{"de", "en", "fr"} }

// Words is what statements say, by key and language.
type Words struct {
	texts map[string]map[string]string
}

// LoadWords reads the *.toml of a folder; every key must have every language,
// with the same placeholders.
func LoadWords(folder fs.FS) (*Words, error) {
	names, err := fs.Glob(folder, "*.toml")
	if err != nil {
		return nil, fmt.Errorf("read the words: %w", err)
	}
	w := &Words{texts: map[string]map[string]string{}}
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read the words: %w", err)
		}
		var more map[string]map[string]string
		if _, err := toml.Decode(string(text), &more); err != nil {
			return nil, fmt.Errorf("read the words %s: %w", path.Base(name), err)
		}
		for key, texts := range more {
			if _, twice := w.texts[key]; twice {
				return nil, fmt.Errorf("read the words %s: %s twice", path.Base(name), key)
			}
			w.texts[key] = texts
		}
	}
	for key, texts := range w.texts {
		for _, language := range Languages() {
			if texts[language] == "" || !slices.Equal(placeholders(texts[language]), placeholders(texts["en"])) {
				return nil, fmt.Errorf("read the words: %s lacks %s, or a placeholder in it", key, language)
			}
		}
	}
	return w, nil
}

// placeholders lists the names in braces, sorted.
func placeholders(s string) []string {
	found := map[string]bool{}
	for {
		_, after, ok := strings.Cut(s, "{")
		if !ok {
			return slices.Sorted(maps.Keys(found))
		}
		name, rest, ok := strings.Cut(after, "}")
		if !ok {
			return append(slices.Sorted(maps.Keys(found)), "{") // never equal to a sound text
		}
		found[name], s = true, rest
	}
}

// speech is one language of the words.
type speech struct {
	words    *Words
	language string
	zone     *time.Location
}

func (w *Words) in(language string, zone *time.Location) speech {
	if zone == nil {
		zone = time.UTC
	}
	if !slices.Contains(Languages(), language) {
		language = "en"
	}
	return speech{w, language, zone}
}

func (s speech) has(key string) bool { return s.words.texts[key] != nil }

// t gives a text; pairs are names and values. A value is put in as it is: what
// stands in braces inside it stays.
func (s speech) t(key string, pairs ...string) string {
	text := s.words.texts[key][s.language]
	if text == "" {
		return "⟦" + diag.Clean(key, 80) + "⟧" // a code of a case's file may be in it
	}
	replace := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		replace = append(replace, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(replace...).Replace(text)
}

// count gives a text about a number of things.
func (s speech) count(key string, n int, pairs ...string) string {
	if n == 1 && s.has(key+".one") {
		key += ".one"
	}
	return s.t(key, append(pairs, "count", s.number(n))...)
}

// number writes a number with marks between its thousands.
func (s speech) number(n int) string {
	digits := strconv.Itoa(n)
	mark := map[string]string{"de": ".", "en": ",", "fr": "\u00a0"}[s.language]
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + mark + digits[i:]
	}
	return digits
}

// date is a day in words: «17 November 2026».
func (s speech) date(t time.Time) string {
	t = t.In(s.zone)
	months := strings.Fields(s.t("months"))
	if len(months) != 12 {
		return t.Format(time.DateOnly)
	}
	day := strconv.Itoa(t.Day())
	if s.language == "fr" && t.Day() == 1 { // «1er janvier», the only ordinal
		day = "1er"
	}
	return s.t("date", "day", day, "month", months[t.Month()-1], "year", strconv.Itoa(t.Year()))
}

// time is a moment that cannot be misread: «2026-11-17 04:05:06 +01:00».
func (s speech) time(t time.Time) string { return s.clock(t) + " " + zoneOf(t.In(s.zone)) }

// clock is a moment without its zone, which stands above.
func (s speech) clock(t time.Time) string {
	t = t.In(s.zone)
	if t.Second() == 0 && t.Nanosecond() == 0 {
		return t.Format("2006-01-02 15:04")
	}
	return t.Format(time.DateTime)
}

// zoneOf is the offset of a time: «UTC», «+01:00».
func zoneOf(t time.Time) string {
	if _, offset := t.Zone(); offset == 0 {
		return "UTC"
	}
	return t.Format("-07:00")
}

// upper begins a sentence.
func upper(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}
