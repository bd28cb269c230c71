package checklist

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestFixtures reads every testdata/<reader>--<case>.txt, which must be
// recognised as that reader's, and compares facts and findings with the .json
// beside it.
func TestFixtures(t *testing.T) {
	for _, r := range readers() {
		files, _ := filepath.Glob(filepath.Join("testdata", r.id+"--*.txt"))
		if len(files) == 0 {
			t.Errorf("reader %s has no fixture testdata/%s--*.txt", r.id, r.id)
		}
	}
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			id, _, _ := strings.Cut(name, "--")
			if !slices.Contains(Commands(), id) {
				t.Fatalf("no reader %q", id)
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := Read(data, "")
			if !ok || got.Command != id {
				t.Fatalf("recognised as %q", got.Command)
			}
			text := golden(t, struct {
				Reading
				Findings []Note
			}{got, Judge(got.Host)})
			path := strings.TrimSuffix(file, ".txt") + ".json"
			if *update {
				if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != string(text)+"\n" {
				t.Errorf("%s differs; read the difference, then -update\n%s", path, text)
			}
		})
	}
}

// TestOrderDecidesNothing: no two readers weigh the same for a fixture, so the
// order of the registry is for people, and a new reader may stand anywhere.
func TestOrderDecidesNothing(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text, best, ids := newText(data), 0, []string(nil)
		for _, r := range readers() {
			switch w := r.weigh(text); {
			case w > best:
				best, ids = w, []string{r.id}
			case w == best && w > 0:
				ids = append(ids, r.id)
			}
		}
		if len(ids) > 1 {
			t.Errorf("%s: %v all weigh %d", file, ids, best)
		}
	}
}

// golden is a value as JSON without what is not told, so that a new field
// changes no file but those that have it. Empty lists stay: they were asked for.
func golden(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	tree, _ = pruned(tree)
	if text, err = json.MarshalIndent(tree, "", " "); err != nil {
		t.Fatal(err)
	}
	return text
}

// pruned takes what is not told out of decoded JSON; false if nothing is left.
func pruned(value any) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		for name, field := range v {
			if left, ok := pruned(field); ok {
				v[name] = left
			} else {
				delete(v, name)
			}
		}
		return v, len(v) > 0
	case []any:
		for i := range v {
			v[i], _ = pruned(v[i])
		}
		return v, true
	case json.Number:
		return v, v != "0"
	case string:
		return v, v != "" && v != "0001-01-01T00:00:00Z"
	case bool:
		return v, v
	}
	return value, value != nil
}

// addFixtures makes the fixtures, cut, seeds of a fuzz target.
func addFixtures(f *testing.F, most int) {
	f.Helper()
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:min(len(data), most)])
	}
}

// FuzzRead gives every text to every reader.
func FuzzRead(f *testing.F) {
	addFixtures(f, 4096)
	f.Fuzz(func(t *testing.T, data []byte) {
		text := newText(data)
		for _, r := range readers() {
			h := &Host{}
			if got := r.read(text, h); got.rows < 0 || got.understood < 0 {
				t.Fatalf("%s counts %+v", r.id, got)
			}
			Judge(h)
		}
	})
}
