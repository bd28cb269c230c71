package abuse

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/diag/abuse/grammar"
)

// fixtures hands out the fixtures of all grammars with the grammar each is of.
func fixtures(t *testing.T, yield func(t *testing.T, own grammar.Grammar, text []byte)) {
	t.Helper()
	seen := 0
	for _, g := range grammar.All() {
		files, err := filepath.Glob(filepath.Join("grammar", "testdata", g.Name+"--*.txt"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			seen++
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				yield(t, g, text)
			})
		}
	}
	if seen < len(grammar.All()) {
		t.Fatalf("%d fixtures for %d grammars", seen, len(grammar.All()))
	}
}

// sampleOf is what one grammar makes of a text alone.
func sampleOf(g grammar.Grammar, text []byte) sample {
	return try(g, text[:min(len(text), grammar.HeadSize)], [][]byte{text})
}

// takeFor fails if a text is not taken for what it is.
func takeFor(t *testing.T, own grammar.Grammar, text []byte) {
	t.Helper()
	got, ok, err := recognise(TextOf("", text), grammar.All())
	if err != nil {
		t.Fatal(err)
	}
	if !ok || got.grammar.Name != own.Name {
		t.Errorf("taken for %q (%d rows, %d lines understood): %.200s", got.grammar.Name, got.rows, got.understood, text)
	}
}

// TestRecognise: every grammar is shown every fixture, and the fixture's own
// wins. Fixtures of which it makes nothing show what it has to leave alone.
func TestRecognise(t *testing.T) {
	fixtures(t, func(t *testing.T, own grammar.Grammar, text []byte) {
		if sampleOf(own, text).worth() {
			takeFor(t, own, text)
		}
	})
}

// TestRecogniseRow: a single row pasted somewhere is still known for what it
// is, if it can be read without its heading.
func TestRecogniseRow(t *testing.T) {
	fixtures(t, func(t *testing.T, own grammar.Grammar, text []byte) {
		for line := range bytes.Lines(text) {
			if sampleOf(own, line).rows > 0 {
				takeFor(t, own, line)
			}
		}
	})
}
