package checklist

import (
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
			text, err := json.MarshalIndent(struct {
				Reading
				Findings []Note
			}{got, Judge(got.Host)}, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".txt") + ".json"
			if *update {
				if err := os.WriteFile(golden, append(text, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != string(text)+"\n" {
				t.Errorf("%s differs; read the difference, then -update\n%s", golden, text)
			}
		})
	}
}

// FuzzRead gives every text to every reader.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:min(len(data), 4096)])
	}
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
