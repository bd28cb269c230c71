package provider

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// What a hostile file can ask for must not hold up the program's start. Each
// of these took seconds or the stack before it had a bound.
func TestHostileFilesAreBounded(t *testing.T) {
	for name, c := range hostileFiles() {
		_, problems := Load(os.DirFS(shippedFolder), one(c.text))
		if len(problems) != 1 || problems[0].Code != c.code {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

// BenchmarkHostileFiles measures what each costs: a third of a second at most,
// on two busy cores.
func BenchmarkHostileFiles(b *testing.B) {
	for name, c := range hostileFiles() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Load(nil, one(c.text))
			}
		})
	}
}

type hostileFile struct{ text, code string }

func hostileFiles() map[string]hostileFile {
	dotted := func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < maxDefinition-2*n-20; i++ {
			fmt.Fprintf(&b, "%sx%d = 1\n", strings.Repeat(string(rune('a'+i%26))+".", n), i)
		}
		return b.String()
	}
	rule := "[[router]]\nrole=\"core\"\nhost='(a{30}){30}'\nunder=[\"e.net\"]\nsource=\"x\"\n"
	return map[string]hostileFile{
		"long dotted keys":  {dotted(900), TooLarge},
		"dotted keys":       {dotted(maxDots - 2), UnknownKey},
		"dotted table":      {"[" + strings.Repeat("a.", maxDots) + "a]\n", UnknownKey},
		"nested list":       {"a = " + strings.Repeat("[\n", maxBrackets-1), BadSyntax},
		"nested table":      {"a = " + strings.Repeat("{a=", 600), BadSyntax},
		"many empty tables": {strings.Repeat("[[router]]\n", maxBrackets/2-1), TooLarge},
		"many rules":        {small + strings.Repeat(rule, maxItems), TooLarge},
		"many samples":      {small + strings.Repeat("[[sample]]\nrole=\"none\"\nnames=[\"x\"]\n", maxItems), TooLarge},
		"long string":       {"id = '''\n" + strings.Repeat("x\n", maxDefinition/2-20) + "'''", BadValue},
	}
}
