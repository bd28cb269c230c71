package abuse_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/diag/abuse"
	"latchkey/diag/abuse/grammar"
)

// fixtures hands out the fixtures of all grammars: the text, and whose it is.
func fixtures(t *testing.T, yield func(t *testing.T, own grammar.Grammar, file string, text []byte)) {
	t.Helper()
	for _, g := range grammar.All() {
		files, err := filepath.Glob(filepath.Join("grammar", "testdata", g.Name+"--*.txt"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no fixture of %s: %v", g.Name, err)
		}
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				yield(t, g, file, text)
			})
		}
	}
}

// takeFor fails if a text is not taken for what it is.
func takeFor(t *testing.T, own grammar.Grammar, text []byte) {
	t.Helper()
	r, ok, err := abuse.Read(context.Background(), text, abuse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !ok || r.Format != own.Name {
		t.Errorf("taken for %q with %d rows: %.200s", r.Format, r.Rows, text)
	}
}

// TestRecognise: every grammar is shown every fixture, and the fixture's own
// wins. Fixtures of which it makes nothing show what it has to leave alone.
func TestRecognise(t *testing.T) {
	fixtures(t, func(t *testing.T, own grammar.Grammar, file string, text []byte) {
		golden, err := os.ReadFile(strings.TrimSuffix(file, ".txt") + ".rows")
		if err != nil {
			t.Fatal(err)
		}
		if read, _, _ := bytes.Cut(golden, []byte("lines ")); len(bytes.TrimSpace(read)) > 0 {
			takeFor(t, own, text)
		}
	})
}

// TestRecogniseRow: a single row pasted somewhere is still known for what it
// is, if it can be read without its heading.
func TestRecogniseRow(t *testing.T) {
	fixtures(t, func(t *testing.T, own grammar.Grammar, _ string, text []byte) {
		for line := range bytes.Lines(text) {
			bare := grammar.Prepare(line)
			reader := own.Open(line)
			if len(grammar.Trim(bare)) == 0 || reader == nil {
				continue
			}
			var row grammar.Row
			row.Reset()
			if reader.Line(bare, &row) == grammar.Done {
				takeFor(t, own, line)
			}
		}
	})
}
