package app_test

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

// Every text of the checklist, the ways in and the mounting of disks is there in
// every language of the window, with the same placeholders. Only menus stay in
// the words that the provider's panel has.
func TestDataSpeaksEveryLanguage(t *testing.T) {
	var files []string
	for _, folder := range []string{"checklists", "ways", "rescue"} {
		some, err := filepath.Glob("../assets/" + folder + "/*.toml")
		if err != nil || len(some) == 0 {
			t.Fatalf("%s: %v", folder, err)
		}
		files = append(files, some...)
	}
	tags, count := catalogues(t), 0
	for _, name := range files {
		var data map[string]any
		if _, err := toml.DecodeFile(name, &data); err != nil {
			t.Fatal(err)
		}
		eachText(data, name, func(at string, text map[string]any) {
			count++
			for tag := range tags {
				said, _ := text[tag].(string)
				if strings.TrimSpace(said) == "" || strings.Contains(said, "!") {
					t.Errorf("%s: %s: %q", at, tag, said)
				}
				if english, _ := text["en"].(string); !slices.Equal(values(said), values(english)) {
					t.Errorf("%s: %s has the placeholders %v, in English %v", at, tag, values(said), values(english))
				}
			}
		})
	}
	if count < 300 {
		t.Errorf("only %d texts were found", count)
	}
}

// eachText calls with every table of languages below data, but menus.
func eachText(data any, at string, do func(at string, text map[string]any)) {
	switch d := data.(type) {
	case map[string]any:
		if text := slices.Collect(maps.Keys(d)); len(text) > 0 && !slices.ContainsFunc(text, func(key string) bool { return len(key) != 2 }) {
			do(at, d)
			return
		}
		for key, below := range d {
			if key != "menu" {
				eachText(below, at+" "+key, do)
			}
		}
	case []map[string]any:
		for _, one := range d {
			id, _ := one["id"].(string)
			eachText(one, at+" "+id, do)
		}
	}
}

// values are the placeholders of a text of the data, sorted.
func values(text string) []string {
	list := regexp.MustCompile(`{[^{}]*}`).FindAllString(text, -1)
	slices.Sort(list)
	return list
}

// Wherever a text stands in a file, it is looked at; a menu is not.
func TestEachTextOfAFileIsFound(t *testing.T) {
	var data map[string]any
	if _, err := toml.Decode("[[way]]\nid = \"x\"\ntitle.en = \"Call {a}\"\nmenu.en = \"Menu\"\n[[way.step]]\ntext.de = \"Rufen Sie an.\"\n", &data); err != nil {
		t.Fatal(err)
	}
	var found []string
	eachText(data, "x.toml", func(at string, text map[string]any) { found = append(found, at) })
	slices.Sort(found)
	if want := []string{"x.toml way x step  text", "x.toml way x title"}; !slices.Equal(found, want) {
		t.Errorf("%q, want %q", found, want)
	}
}
