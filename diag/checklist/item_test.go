package checklist

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestTheShippedListIsWhole: no file is left out, no command is long or shows
// the rescue system instead of the server, and every kind has an item that
// decides it.
func TestTheShippedListIsWhole(t *testing.T) {
	l, problems := Load(os.DirFS("../../assets/checklists"))
	for _, p := range problems {
		t.Error(p)
	}
	if len(l.Items) != 63 {
		t.Errorf("%d items", len(l.Items))
	}
	for _, i := range l.Items {
		for _, c := range append(slices.Clone(i.Live), i.Rescue...) {
			if len(c) > 100 {
				t.Errorf("%s: too long to type: %s", i.ID, c)
			}
		}
		for _, c := range i.Rescue { // the rescue system has processes and sockets of its own
			if strings.HasPrefix(c, "ps ") || strings.HasPrefix(c, "ss ") || strings.HasPrefix(c, "top") {
				t.Errorf("%s: %q shows the rescue system", i.ID, c)
			}
		}
	}
	for _, kind := range Kinds() {
		decides := l.Decides(kind)
		if _, ok := l.ByID(decides); !ok {
			t.Errorf("%s is decided by %q", kind, decides)
		}
		items := l.For(kind)
		if len(items) < 20 || !slices.ContainsFunc(items, func(i Item) bool { return i.ID == decides }) {
			t.Errorf("%s: %d items, or the deciding one is missing", kind, len(items))
		}
	}
}

func TestOrderFollowsTheIncident(t *testing.T) {
	l, _ := Load(os.DirFS("../../assets/checklists"))
	first := func(kind string) string {
		for _, i := range l.For(kind) {
			if i.Phase == Find {
				return i.ID
			}
		}
		return ""
	}
	for kind, want := range map[string]string{"scan": "F3", "spam": "F19", "mac": "F21", "hardware": "F22", "cms": "F18", "miner": "F5", "amplifier": "F20", "phishing": "F26"} {
		if got := first(kind); got != want {
			t.Errorf("%s begins with %s, want %s", kind, got, want)
		}
	}
}

func TestFaultyFilesAreNamedAndLeftOut(t *testing.T) {
	good := "[[item]]\nid = \"X1\"\nphase = \"find\"\nkinds = [\"all\"]\n[item.title]\nen = \"t\"\n[item.why]\nen = \"w\"\n"
	for name, text := range map[string]string{
		"unknown key":    good + "[item.extra]\nen = \"x\"\n",
		"unknown phase":  strings.Replace(good, "find", "later", 1),
		"unknown kind":   strings.Replace(good, "all", "weather", 1),
		"unknown reader": strings.Replace(good, "[item.title]", "reads = [\"crystal\"]\n[item.title]", 1),
		"no title":       strings.Replace(good, "en = \"t\"", "de = \"t\"", 1),
		"twice":          good + good,
		"not toml":       "item = [",
		"two lines":      strings.Replace(good, "[item.title]", "live = [\"a\\nb\"]\n[item.title]", 1),
	} {
		l, problems := Load(fstest.MapFS{"own.toml": {Data: []byte(text)}})
		if len(problems) != 1 || len(l.Items) != 0 {
			t.Errorf("%s: %v, %d items", name, problems, len(l.Items))
		}
	}
	l, problems := Load(fstest.MapFS{"a.toml": {Data: []byte(good)}}, fstest.MapFS{"b.toml": {Data: []byte(strings.Replace(good, "\"t\"", "\"mine\"", 1))}})
	if len(problems) != 0 || len(l.Items) != 1 || l.Items[0].Title.In("fr") != "mine" {
		t.Errorf("own item does not replace the shipped one: %v %v", problems, l.Items)
	}
}
