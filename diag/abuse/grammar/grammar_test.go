package grammar

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// blankLine marks lines that no Reader is asked about.
const blankLine = Further + 1

// read runs one grammar over a text, line by line, as package abuse does, and
// says for each line what it was.
func read(g Grammar, text []byte) (rows []string, outcomes []Outcome) {
	head := text[:min(len(text), HeadSize)]
	r := g.Open(head)
	if r == nil {
		return nil, nil
	}
	var row Row
	row.Reset()
	began := -1
	for i, line := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
		line = Prepare(line)
		line = line[:min(len(line), MaxLine)]
		if i%3 == 2 {
			r = r.Clone() // reading may go on in a copy at any line
		}
		if len(Trim(line)) == 0 { // nobody is asked about blank lines
			outcomes = append(outcomes, blankLine)
			continue
		}
		o := r.Line(line, &row)
		outcomes = append(outcomes, o)
		if o == Begun && began < 0 {
			began = i
		}
		if o == Foreign && began >= 0 {
			if e, ok := r.(Ender); ok && e.End(&row) == Done {
				rows = append(rows, show(i, row)) // by the line before
			} else {
				giveUp(outcomes[began:i])
			}
			began = -1 // the line may itself begin something
			row.Reset()
			outcomes[i] = r.Line(line, &row)
			if o = outcomes[i]; o == Begun {
				began = i
			}
		}
		if o == Done {
			rows = append(rows, show(i+1, row))
			row.Reset()
			began = -1
		}
	}
	if e, ok := r.(Ender); ok && e.End(&row) == Done {
		rows = append(rows, show(len(outcomes), row))
	}
	if h, ok := r.(Headed); ok {
		if h := h.Heading(); !reflect.DeepEqual(h, Heading{}) {
			rows = append(rows, showHeading(h))
		}
	}
	return rows, outcomes
}

// showHeading names the rarer fields only where they are told.
func showHeading(h Heading) string {
	out := fmt.Sprintf("{Title:%s Accused:%s Inward:%t Outward:%t Sampled:%t Packets:%v Bits:%v Flows:%v Incident:%s",
		h.Title, h.Accused, h.Inward, h.Outward, h.Sampled, h.Packets, h.Bits, h.Flows, h.Incident)
	if len(h.Ports) > 0 {
		out += fmt.Sprintf(" Ports:%v", h.Ports)
	}
	if h.First.Known() || h.Last.Known() {
		out += fmt.Sprintf(" Span:%s..%s", when(h.First), when(h.Last))
	}
	return out + "}"
}

func when(s Stamp) string {
	if !s.Known() {
		return "-"
	}
	t := s.Time().Format("2006-01-02T15:04:05.999999")
	switch {
	case s.Parts&Clock == 0:
		t = t[:10]
	case s.Parts&Day == 0:
		t = t[11:]
	case s.Parts&Year == 0:
		t = t[5:]
	}
	if s.Parts&Zoned != 0 {
		t += fmt.Sprintf("%+d%s", s.Offset, s.Zone)
	}
	return t
}

func show(line int, r Row) string {
	host := func(e Endpoint) string {
		s := e.Host()
		if e.Port != Unknown {
			s += fmt.Sprintf(" %d", e.Port)
		}
		return s
	}
	out := fmt.Sprintf("%d: %s", line, when(r.Time))
	if r.End.Known() {
		out += ".." + when(r.End)
	}
	out += fmt.Sprintf(" | %s | %s | %s", host(r.Source), host(r.Target), r.Protocol)
	for _, n := range []struct {
		name  string
		value float64
	}{{"packets", float64(r.Packets)}, {"bytes", float64(r.Bytes)}, {"size", float64(r.Size)}, {"pps", r.PacketRate}, {"bps", r.BitRate}} {
		if n.value != Unknown {
			out += fmt.Sprintf(" %s=%v", n.name, n.value)
		}
	}
	if r.SYN {
		out += " SYN"
	}
	if len(r.Note) > 0 {
		out += " | " + string(r.Note)
	}
	return out
}

// golden is what a fixture gives: each row, then each line by its outcome.
func golden(rows []string, outcomes []Outcome) string {
	marks := make([]byte, len(outcomes))
	for i, o := range outcomes {
		marks[i] = "?#~+. "[o]
	}
	return strings.Join(rows, "\n") + "\nlines " + string(marks) + "\n"
}

// TestFixtures reads every testdata/<grammar>--<case>.txt with its grammar and
// compares with the .rows beside it.
func TestFixtures(t *testing.T) {
	all := All()
	for _, g := range all {
		files, _ := filepath.Glob(filepath.Join("testdata", g.Name+"--*.txt"))
		if len(files) == 0 {
			t.Errorf("grammar %s has no fixture testdata/%s--*.txt", g.Name, g.Name)
		}
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				got := golden(read(g, text))
				compare(t, strings.TrimSuffix(file, ".txt")+".rows", got)
			})
		}
	}
}

// giveUp takes back the lines of a row that was never complete.
func giveUp(outcomes []Outcome) {
	for i, o := range outcomes {
		if o == Begun {
			outcomes[i] = Foreign
		}
	}
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\n%s\nwant\n%s", file, got, want)
	}
}

// TestFixturesBelongToGrammars keeps fixtures from lying about unread.
func TestFixturesBelongToGrammars(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		name, _, _ := strings.Cut(filepath.Base(file), "--")
		if !slices.ContainsFunc(All(), func(g Grammar) bool { return g.Name == name }) {
			t.Errorf("%s belongs to no grammar", file)
		}
	}
}

// FuzzLines gives every text to every grammar: none may panic, whatever the
// line, and reading the same text twice gives the same rows.
func FuzzLines(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text[:min(len(text), 4096)])
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, g := range All() {
			rows, outcomes := read(g, text)
			again, _ := read(g, text)
			if !slices.Equal(rows, again) {
				t.Fatalf("%s reads a text in two ways", g.Name)
			}
			lines := 0
			for _, o := range outcomes {
				if o == Done || o == Begun {
					lines++
				}
			}
			if len(rows) > lines+1 { // and the heading
				t.Fatalf("%s: %d rows from %d lines of rows", g.Name, len(rows), lines)
			}
		}
	})
}
