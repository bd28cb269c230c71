package cli

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/diag/trace"
	"latchkey/i18n"
)

func TestParseTakesOptionsAnywhere(t *testing.T) {
	for _, line := range []string{
		"check web1.example.org --json --port 25,8080 --port=22 -6 --timeout 8s --method tcp --provider OVH --no-names --control web2.example.org --lang DE",
		"check --port 25,8080 --lang=de --timeout=8 --method=TCP --json -6 --port 22 --control=web2.example.org --no-names --provider ovh web1.example.org",
		"check --port 25,8080,22,25 --lang de --timeout 8000ms --method tcp --json -6 --control web2.example.org --no-names --provider ovh -- web1.example.org",
	} {
		c, err := parse(strings.Fields(line))
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		o := c.check
		if !slices.Equal(c.operands, []string{"web1.example.org"}) || !c.json || c.lang != "de" ||
			!slices.Equal(o.Ports, []int{25, 8080, 22}) || o.Family != trace.IPv6 || o.Timeout != 8*time.Second ||
			o.Method != trace.TCP || o.Provider != "ovh" || !o.NoNames || o.Control != "web2.example.org" {
			t.Errorf("%s: %+v", line, c)
		}
	}
}

func TestDashesAsOperands(t *testing.T) {
	c, err := parse([]string{"read", "-"})
	if err != nil || !slices.Equal(c.operands, []string{"-"}) {
		t.Errorf("-: %v %v", c.operands, err)
	}
	c, err = parse([]string{"read", "--", "--json"})
	if err != nil || !slices.Equal(c.operands, []string{"--json"}) || c.json {
		t.Errorf("-- --json: %v %v %v", c.operands, c.json, err)
	}
}

// Every option of every verb exists, and every option belongs to a verb.
func TestOptionsAndVerbsFit(t *testing.T) {
	used := everywhere()
	for _, v := range verbs() {
		for _, name := range v.options {
			if _, ok := findOption(name); !ok {
				t.Errorf("%s: no option %s", v.name, name)
			}
		}
		used = append(used, v.options...)
	}
	for _, o := range options() {
		if !slices.Contains(used, o.name) {
			t.Errorf("no verb takes %s", o.name)
		}
	}
}

// Whatever is typed, the answer is a call that can be run or a sentence for a
// wrong call; the sentence brings no control sequence to the terminal.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "check", "check\x00192.0.2.1\x00--json", "check\x00--port\x001,2,65535\x00-4\x00--timeout=1m", "read\x00-\x00--server\x002001:db8::1",
		"check\x00--timeout\x001e308\x00x", "--help", "demo\x00--out", "read\x00--\x00-\x00-", "check\x00--\x1b[31m", "check\x00--lang\x00--json",
	} {
		f.Add(seed)
	}
	texts, err := i18n.Load()
	if err != nil {
		f.Fatal(err)
	}
	english := texts.For("en")
	f.Fuzz(func(t *testing.T, line string) {
		c, err := parse(strings.Split(line, "\x00"))
		var wrong failure
		switch {
		case err == nil:
			if !c.help && (len(c.operands) < c.verb.fewest || len(c.operands) > c.verb.most) || c.verb.run == nil {
				t.Errorf("%q gives a call that cannot be run: %+v", line, c)
			}
			if d := c.check.Timeout; d != 0 && (d < shortestCheck || d > longestCheck) {
				t.Errorf("%q gives a timeout of %v", line, d)
			}
		case !errors.As(err, &wrong) || wrong.status != statusWrongCall:
			t.Errorf("%q: %v is no wrong call", line, err)
		default:
			s := wrong.sentence(english)
			if strings.Contains(s, "⟦") || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
				t.Errorf("%q is answered with %q", line, s)
			}
		}
	})
}
