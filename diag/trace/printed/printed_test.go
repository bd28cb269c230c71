package printed

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/diag"
	"latchkey/diag/trace"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden is a Reading as it stands in testdata/*.json, short enough to be
// read and checked by eye.
type golden struct {
	Kind, Format     string
	Target, Name     string      `json:",omitempty"`
	Source           string      `json:",omitempty"`
	Method           string      `json:",omitempty"`
	Reached          diag.Answer `json:"Reached"`
	Complete         bool
	Hops             []string `json:",omitempty"`
	Ping             string   `json:",omitempty"`
	Refusals         []string `json:",omitempty"`
	LinesUnderstood  string
	Warnings, Others []string `json:",omitempty"`
}

func goldenOf(all []Reading, r Reading) golden {
	g := golden{
		Kind: string(r.Kind), Format: r.Format, Name: r.Path.Name, Method: string(r.Path.Method),
		Reached: r.Path.Reached, Complete: r.Path.Complete, Hops: hopWords(r.Path),
		LinesUnderstood: fmt.Sprintf("%d of %d", r.Understood, r.Lines),
	}
	if r.Path.Target.IsValid() {
		g.Target = r.Path.Target.String()
	}
	if r.Path.Source.IsValid() {
		g.Source = r.Path.Source.String()
	}
	if p := r.Ping; p != nil {
		g.Ping = fmt.Sprintf("%d sent, %d received, %s/%s/%s", p.Sent, p.Received, word(p.Min), word(p.Avg), word(p.Max))
		for _, x := range p.Refusals {
			g.Refusals = append(g.Refusals, replyWords(x))
		}
	}
	for _, w := range r.Warnings {
		g.Warnings = append(g.Warnings, strings.TrimSpace(fmt.Sprintf("%s %d %s", w.Code, w.Line, w.Text)))
	}
	for _, o := range all {
		if len(all) > 1 {
			g.Others = append(g.Others, string(o.Kind)+" "+o.Format)
		}
	}
	return g
}

func word(d time.Duration) string {
	if d == trace.Unknown {
		return "?"
	}
	return d.String()
}

func replyWords(r trace.Reply) string {
	s := fmt.Sprintf("%s (%v) %s %s", r.Name, r.Addr, word(r.RTT), r.Kind)
	if r.HasICMP {
		s += fmt.Sprintf(" %d/%d", r.Type, r.Code)
	}
	return strings.TrimSpace(strings.ReplaceAll(s, "(invalid IP) ", ""))
}

func hopWords(p trace.Path) []string {
	var all []string
	for _, h := range p.Hops {
		s := fmt.Sprintf("%d: %d sent %d lost", h.TTL, h.Sent, h.Lost)
		for _, r := range h.Replies {
			s += " | " + replyWords(r)
		}
		all = append(all, s)
	}
	return all
}

func fixtures(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures for %s: %v", pattern, err)
	}
	return files
}

func load(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestFixtures reads testdata/FORMAT--case.txt: the format must be the one in
// the name, and everything read must equal the golden file beside it.
func TestFixtures(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range fixtures(t, "*.txt") {
		format, _, _ := strings.Cut(filepath.Base(file), "--")
		seen[format] = true
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data := load(t, file)
			r, ok := Read(data)
			if !ok || r.Format != format {
				t.Fatalf("recognised %v as %q, want %q", ok, r.Format, format)
			}
			got, err := json.MarshalIndent(goldenOf(ReadAll(data), r), "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			name := strings.TrimSuffix(file, ".txt") + ".json"
			if *update {
				if err := os.WriteFile(name, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := load(t, name); !bytes.Equal(got, want) {
				t.Errorf("read\n%s\nwant\n%s", got, want)
			}
		})
	}
	for _, f := range Formats() {
		if !seen[f] {
			t.Errorf("format %s has no fixture", f)
		}
	}
}

// TestTracertLanguages: the same path is read whatever the language and the
// character set, since no sentence is looked at.
func TestTracertLanguages(t *testing.T) {
	want, _ := Read(load(t, filepath.Join("testdata", "tracert--en.txt")))
	language := regexp.MustCompile(`--(\w\w(-cn|-tw)?)(-(cp|gbk|shift|euc|utf|thai|moji).*)?\.txt$`)
	n := 0
	for _, file := range fixtures(t, "tracert--*.txt") {
		if !language.MatchString(file) {
			continue
		}
		n++
		got, _ := Read(load(t, file))
		if !slices.Equal(hopWords(got.Path), hopWords(want.Path)) || got.Path.Target != want.Path.Target || got.Path.Name != want.Path.Name || got.Path.Reached != want.Path.Reached {
			t.Errorf("%s: read %v %q %v", file, got.Path.Target, got.Path.Name, hopWords(got.Path))
		}
	}
	if n < 40 {
		t.Errorf("only %d languages and character sets are tested", n)
	}
}

// TestLowQuality reads testdata/low-quality/BASE--damage.txt, one damage to
// the fixture BASE each: the path must be the base's.
func TestLowQuality(t *testing.T) {
	for _, file := range fixtures(t, filepath.Join("low-quality", "*.txt")) {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			base := name[:strings.LastIndex(name, "--")]
			want, ok := Read(load(t, filepath.Join("testdata", base+".txt")))
			if !ok {
				t.Fatal("the base is not recognised")
			}
			got, ok := Read(load(t, file))
			if !ok {
				t.Fatal("not recognised")
			}
			same(t, want, got)
		})
	}
}

// same compares what a damage must not change. A column cut short may take
// its name along, never the address.
func same(t *testing.T, want, got Reading) {
	t.Helper()
	if a, b := hopWords(want.Path), hopWords(got.Path); !slices.Equal(a, b) {
		t.Errorf("hops\n%s\nwant\n%s", strings.Join(b, "\n"), strings.Join(a, "\n"))
	}
	if want.Path.Target != got.Path.Target || want.Path.Name != got.Path.Name {
		t.Errorf("target %v %q, want %v %q", got.Path.Target, got.Path.Name, want.Path.Target, want.Path.Name)
	}
	if want.Path.Reached != got.Path.Reached || want.Path.Complete != got.Path.Complete || want.Format != got.Format {
		t.Errorf("reached %v complete %v %s, want %v %v %s", got.Path.Reached, got.Path.Complete, got.Format, want.Path.Reached, want.Path.Complete, want.Format)
	}
}

// TestNone: what only looks like a trace is not recognised.
func TestNone(t *testing.T) {
	for _, file := range fixtures(t, filepath.Join("none", "*.txt")) {
		if r, ok := Read(load(t, file)); ok {
			t.Errorf("%s is read as %s %s: %v", file, r.Kind, r.Format, hopWords(r.Path))
		}
	}
}

// TestDisguises: what mails and forums wrap around a text changes nothing.
func TestDisguises(t *testing.T) {
	disguises := map[string]func(string) string{
		"quoted":     func(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") },
		"crlf":       func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"fenced":     func(s string) string { return "Here it is:\n\n```\n" + s + "\n```\n\nWhat now?\n" },
		"indented":   func(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") },
		"double":     func(s string) string { return strings.ReplaceAll(s, "\n", "\n\n") },
		"zero-width": func(s string) string { return strings.ReplaceAll(s, " ", " \u200b") },
	}
	for _, file := range fixtures(t, "*.txt") {
		data, charset := decode(load(t, file))
		if charset != "" {
			continue
		}
		plain := strings.ReplaceAll(data, "\r\n", "\n")
		want, ok := Read([]byte(plain))
		if !ok {
			t.Fatalf("%s is not recognised", file)
		}
		for name, disguise := range disguises {
			t.Run(filepath.Base(file)+"/"+name, func(t *testing.T) {
				got, ok := Read([]byte(disguise(plain)))
				if !ok {
					t.Fatal("not recognised")
				}
				same(t, want, got)
				if want.Ping != nil && (got.Ping == nil || got.Ping.Sent != want.Ping.Sent || got.Ping.Received != want.Ping.Received || got.Ping.Avg != want.Ping.Avg) {
					t.Errorf("ping %+v, want %+v", got.Ping, want.Ping)
				}
			})
		}
	}
}

// FuzzRead: whatever comes in, a Reading keeps its promises.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"*.txt", "low-quality/*.txt", "none/*.txt"} {
		files, err := filepath.Glob(filepath.Join("testdata", filepath.FromSlash(pattern)))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, r := range ReadAll(data) {
			promises(t, r)
		}
	})
}

func promises(t *testing.T, r Reading) {
	t.Helper()
	if r.Understood < 1 || r.Understood > r.Lines {
		t.Errorf("%d of %d lines understood", r.Understood, r.Lines)
	}
	if !slices.Contains(Formats(), r.Format) {
		t.Errorf("format %q", r.Format)
	}
	if r.Kind == Ping && (r.Ping == nil || r.Ping.Received > r.Ping.Sent || r.Ping.Received < 0) {
		t.Errorf("ping %+v", r.Ping)
	}
	if r.Kind == Trace && (len(r.Path.Hops) == 0 || len(r.Path.Hops) > 255) {
		t.Errorf("%d hops", len(r.Path.Hops))
	}
	clean := []string{r.Path.Name}
	for i, h := range r.Path.Hops {
		if h.TTL != i+1 || h.Lost < 0 || h.Sent > 0 && h.Lost > h.Sent {
			t.Errorf("hop %d has TTL %d, %d of %d lost", i+1, h.TTL, h.Lost, h.Sent)
		}
		for _, x := range h.Replies {
			clean = append(clean, x.Name)
			if x.Kind == "" || !x.Addr.IsValid() && x.Name == "" {
				t.Errorf("reply %+v", x)
			}
		}
	}
	for _, w := range r.Warnings {
		clean = append(clean, w.Text)
	}
	for _, s := range clean {
		if diag.Clean(s, 300) != s {
			t.Errorf("%q is not clean", s)
		}
	}
}
