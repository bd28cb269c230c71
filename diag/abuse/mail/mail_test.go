package mail

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the golden files from what is read")

// show prints a message for the golden files and for failures.
func show(m Message) string {
	var b strings.Builder
	h := m.Header
	for _, f := range []struct{ name, value string }{
		{"Subject", h.Subject}, {"From", h.From}, {"To", h.To}, {"Message-ID", h.MessageID},
	} {
		if f.value != "" {
			fmt.Fprintf(&b, "%s: %s\n", f.name, f.value)
		}
	}
	if !h.Date.IsZero() {
		fmt.Fprintf(&b, "Date: %s\n", h.Date.Format(time.RFC3339))
	}
	for _, w := range m.Warnings {
		fmt.Fprintf(&b, "! %s [%s] %s\n", w.Code, w.Part, w.Text)
	}
	for _, p := range m.Parts {
		fmt.Fprintf(&b, "== %s %s [%s] %d bytes", p.Kind, p.Type, p.Name, p.Size)
		if p.Subject != "" {
			fmt.Fprintf(&b, " of «%s»", p.Subject)
		}
		b.WriteByte('\n')
		for _, line := range strings.SplitAfter(string(p.Text), "\n") {
			if line != "" {
				fmt.Fprintf(&b, "  %s\n", strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\x00", "␀"))
			}
		}
	}
	return b.String()
}

func TestDamaged(t *testing.T) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	seen := make(map[string]bool)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".eml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			before := bytes.Clone(data)
			m := Read(data, DefaultLimits())
			if !bytes.Equal(data, before) {
				t.Error("Read wrote to its input")
			}
			check(t, m, DefaultLimits())
			for _, w := range m.Warnings {
				seen[w.Code] = true
			}
			golden := strings.TrimSuffix(file, ".eml") + ".txt"
			got := show(m)
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	for _, code := range []string{
		WarnBadEncoding, WarnBadCharset, WarnBadStructure, WarnCharsetGuessed, WarnMojibake,
		WarnArchiveEncrypted, WarnArchiveDamaged, WarnEncrypted, WarnNoText,
	} {
		if !seen[code] {
			t.Errorf("no fixture brings about %s", code)
		}
	}
}

// check holds what is true of every message.
func check(t *testing.T, m Message, l Limits) {
	t.Helper()
	if len(m.Parts) > l.Parts || len(m.Warnings) > maxWarnings {
		t.Errorf("%d parts, %d warnings", len(m.Parts), len(m.Warnings))
	}
	var total int64
	for _, p := range m.Parts {
		total += int64(len(p.Text))
		switch {
		case !utf8.Valid(p.Text):
			t.Errorf("part %q is not UTF-8", p.Name)
		case bytes.IndexByte(p.Text, '\r') >= 0:
			t.Errorf("part %q holds CR", p.Name)
		case bytes.HasPrefix(p.Text, []byte(bom)):
			t.Errorf("part %q begins with a byte order mark", p.Name)
		case (p.Kind == Binary || p.Kind == Signature) && len(p.Text) > 0:
			t.Errorf("part %q is %s and has text", p.Name, p.Kind)
		case int64(len(p.Text)) > l.Part:
			t.Errorf("part %q has %d bytes", p.Name, len(p.Text))
		case p.Kind == "" || p.Type == "":
			t.Errorf("part %q is nothing", p.Name)
		}
	}
	// Characters of one byte may take three in UTF-8.
	if total > 3*l.Total {
		t.Errorf("%d bytes of text", total)
	}
}

// codes are the warnings of a message, sorted.
func codes(m Message) []string {
	var list []string
	for _, w := range m.Warnings {
		if !slices.Contains(list, w.Code) {
			list = append(list, w.Code)
		}
	}
	slices.Sort(list)
	return list
}

// TestCases reads the real-shaped mails beside the repository, where they are.
func TestCases(t *testing.T) {
	files, _ := filepath.Glob("../../../../shared/cases/abuse/cases/*")
	if len(files) == 0 {
		t.Skip("no cases beside the repository")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := Read(data, DefaultLimits())
		check(t, m, DefaultLimits())
		name := filepath.Base(file)
		if !anyText(m.Parts) {
			t.Errorf("%s: no text", name)
		}
		if filepath.Ext(file) == ".eml" && (m.Header.Subject == "" || m.Header.Date.IsZero() || len(m.Warnings) > 0) {
			t.Errorf("%s: %+v %+v", name, m.Header, m.Warnings)
		}
		for _, p := range m.Parts {
			if p.Kind == Binary || bytes.Contains(p.Text, []byte("\uFFFD")) || p.Type == "text/html" && bytes.Contains(p.Text, []byte("</")) {
				t.Errorf("%s: part %q %s is not readable", name, p.Name, p.Type)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) == 0 {
		f.Fatal("no fixtures", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	limits := Limits{Depth: 5, Parts: 20, Total: 64 << 10, Part: 32 << 10, Entries: 5, Ratio: 20, Archives: 2}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		check(t, Read(data, limits), limits)
		if !bytes.Equal(data, before) {
			t.Error("Read wrote to its input")
		}
	})
}
