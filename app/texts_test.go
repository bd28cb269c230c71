package app_test

import (
	"encoding/json"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"latchkey/i18n"
)

// catalogue is one language: key to plural form to text; a text without forms
// has the form «other».
type catalogue map[string]map[string]string

func catalogues(t *testing.T) map[string]catalogue {
	t.Helper()
	files, err := filepath.Glob("../i18n/*.json")
	if err != nil || len(files) < 2 {
		t.Fatalf("languages: %v %v", files, err)
	}
	all := map[string]catalogue{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(data, &raw); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		c := catalogue{}
		for key, value := range raw {
			var text string
			forms := map[string]string{}
			if json.Unmarshal(value, &text) == nil {
				forms["other"] = text
			} else if err := json.Unmarshal(value, &forms); err != nil {
				t.Errorf("%s: %s: %v", name, key, err)
			}
			c[key] = forms
		}
		all[strings.TrimSuffix(filepath.Base(name), ".json")] = c
	}
	return all
}

// placeholders are the values a text uses, in all its forms.
func placeholders(forms map[string]string) []string {
	name := regexp.MustCompile(`\.[a-z_]+`)
	action := regexp.MustCompile(`{{[^}]*}}`)
	var list []string
	for _, text := range forms {
		for _, a := range action.FindAllString(text, -1) {
			for _, n := range name.FindAllString(a, -1) {
				if n != ".count" && !slices.Contains(list, n) { // «one» need not say its number
					list = append(list, n)
				}
			}
		}
	}
	slices.Sort(list)
	return list
}

// Every language in the folder is complete, always, and says the same things.
func TestLanguagesAreComplete(t *testing.T) {
	all := catalogues(t)
	english := all["en"]
	for tag, c := range all {
		for key, forms := range english {
			got, ok := c[key]
			if !ok {
				t.Errorf("%s: no text for %s", tag, key)
				continue
			}
			if want, have := placeholders(forms), placeholders(got); !slices.Equal(want, have) {
				t.Errorf("%s: %s has the placeholders %v, in English %v", tag, key, have, want)
			}
			if (len(forms) > 1) != (len(got) > 1) {
				t.Errorf("%s: %s has plural forms in one language only", tag, key)
			}
			for form, text := range got {
				if strings.TrimSpace(text) == "" {
					t.Errorf("%s: %s (%s) is empty", tag, key, form)
				}
			}
		}
		for key := range c {
			if _, ok := english[key]; !ok {
				t.Errorf("%s: %s is not in English", tag, key)
			}
		}
	}
}

// Every language counts in the forms CLDR gives it; French and Spanish have one
// for whole millions («1 000 000 de lignes»). A form that is missing would be
// said in the words of «other», so only the files show it.
func TestLanguagesCount(t *testing.T) {
	needed := map[string][]string{
		"en": {"one", "other"}, "de": {"one", "other"},
		"fr": {"many", "one", "other"}, "es": {"many", "one", "other"},
		"pl": {"few", "many", "one", "other"},
	}
	for tag, c := range catalogues(t) {
		if needed[tag] == nil {
			t.Errorf("%s: which plural forms does this language have? Name them here", tag)
		}
		for key, forms := range c {
			if have := slices.Sorted(maps.Keys(forms)); len(forms) > 1 && !slices.Equal(have, needed[tag]) {
				t.Errorf("%s: %s has the forms %v, needed are %v", tag, key, have, needed[tag])
			}
		}
	}
}

// A number has the marks of its language between the thousands.
// French has a blank at which no line breaks before «: ; ! ?» and inside
// guillemets.
func TestFrenchBlanks(t *testing.T) {
	loose := regexp.MustCompile(`« | [:;!?»]|[\pL}][!?»]`)
	for key, forms := range catalogues(t)["fr"] {
		for _, text := range forms {
			if at := loose.FindString(text); at != "" {
				t.Errorf("%s: %q in %q", key, at, text)
			}
		}
	}
}

func TestThousands(t *testing.T) {
	all, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[string]string{"en": "1,062,790", "de": "1.062.790", "es": "1.062.790", "fr": "1\u00a0062\u00a0790", "pl": "1\u00a0062\u00a0790"} {
		if got := all.For(tag).Number(1062790, 0); got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
}

// A line of French never begins with a colon, nor ends within a number.
func TestLinesEndAtBlanks(t *testing.T) {
	got := i18n.Words(" Pas clair\u00A0: «\u00A0oui\u00A0»,\n1\u202F024 octets\u00A0; ")
	if want := []string{"Pas", "clair\u00A0:", "«\u00A0oui\u00A0»,", "1\u202F024", "octets\u00A0;"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Every key that the code spells out has a text. A key may be put together:
// then at least one text must begin with its first part.
func TestKeysInCodeHaveTexts(t *testing.T) {
	english := catalogues(t)["en"]
	set, all := sources(t)
	for _, s := range all {
		if s.test || !strings.HasPrefix(s.dir, "app") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			key, whole, ok := keyOf(call)
			if ok && !texted(english, key, whole) {
				t.Errorf("%s: no text for %s", set.Position(call.Pos()), key)
			}
			return true
		})
	}
}

// keyOf gives the key a call of T, P or heading names, or its first part.
func keyOf(call *ast.CallExpr) (key string, whole, ok bool) {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"T", "P", "heading"}, method.Sel.Name) {
		return "", false, false
	}
	arg, whole := call.Args[0], true
	for {
		sum, isSum := arg.(*ast.BinaryExpr)
		if !isSum {
			break
		}
		arg, whole = sum.X, false
	}
	literal, ok := arg.(*ast.BasicLit)
	if !ok {
		return "", false, false
	}
	key, err := strconv.Unquote(literal.Value)
	return key, whole, err == nil && key != ""
}

func texted(c catalogue, key string, whole bool) bool {
	if whole {
		_, ok := c[key]
		return ok
	}
	for have := range c {
		if strings.HasPrefix(have, key) {
			return true
		}
	}
	return false
}

// Every fact the verdict can give has a sentence.
func TestFindingsHaveTexts(t *testing.T) {
	english := catalogues(t)["en"]
	code := regexp.MustCompile(`^(trace|ping|port|control|baseline|local|change|step)\.[a-z][a-z-]+$`)
	set, all := sources(t)
	for _, s := range all {
		if s.test || s.dir != "diag/verdict" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok {
				word, err := strconv.Unquote(literal.Value)
				if err == nil && code.MatchString(word) && !texted(english, "finding."+word, true) {
					t.Errorf("%s: no text for finding.%s", set.Position(n.Pos()), word)
				}
			}
			return true
		})
	}
}

// A key may carry a code that somebody else's file made up.
func TestAMissingTextIsSafeToShow(t *testing.T) {
	all, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	text := all.For("en").T("verdict.\x1b]0;owned\x07\u202e.badge")
	if !strings.HasPrefix(text, "⟦verdict.") || strings.ContainsAny(text, "\x1b\x07\u202e") {
		t.Errorf("%q", text)
	}
}
