package abuse

import (
	"context"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/diag"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestReports reads every testdata/report--<case> and compares with the .golden
// beside it.
func TestReports(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "report--*"))
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		if filepath.Ext(file) == ".golden" {
			continue
		}
		seen++
		t.Run(strings.TrimPrefix(filepath.Base(file), "report--"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			r, ok, err := Read(context.Background(), text, Options{})
			if err != nil {
				t.Fatal(err)
			}
			compare(t, strings.TrimSuffix(file, filepath.Ext(file))+".golden", golden(r, ok))
		})
	}
	if seen < 25 {
		t.Errorf("%d fixtures", seen)
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

// golden is a report in a few lines; what it does not say is left out.
func golden(r *Report, ok bool) string {
	if !ok {
		return "no report\n"
	}
	var b strings.Builder
	line := func(name string, values ...any) {
		var words []string
		for _, v := range values {
			if s := fmt.Sprint(v); s != "" && s != "[]" {
				words = append(words, s)
			}
		}
		if len(words) > 0 {
			b.WriteString(name + ": " + strings.Join(words, " ") + "\n")
		}
	}
	line("format", r.Format, r.LogType, r.Provider)
	line("says", r.Incident, r.Direction)
	line("accused", r.Accused)
	line("sources", r.SourceCount, hostList(r.Sources))
	line("targets", r.TargetCount, hostList(r.Targets), fmt.Sprintf("private %d", r.PrivateTargets))
	line("rows", r.Rows, capText(r))
	line("ports", portList(r.SourcePorts), "to", portList(r.TargetPorts), protocolList(r.Protocols))
	s := r.Span
	if s.First.Known() {
		line("span", s.Text(s.First), "to", s.Text(s.Last), "zone", s.Zone, s.From, conflictText(s), sum(r.Bars.Counts), "in bars")
	}
	if r.PacketsPerSecond >= 0 || r.BitsPerSecond >= 0 {
		line("rates", r.PacketsPerSecond, "packets/s", r.BitsPerSecond, "bit/s")
	}
	line("ids", r.Notice.AbuseID, r.Notice.LockingID)
	if d := r.Notice.Deadline; d != nil {
		line("deadline", d.At.Format(time.RFC3339), sourceText(d.Source))
	}
	if r.Notice.AnswerIn > 0 {
		line("answer in", r.Notice.AnswerIn)
	}
	for _, l := range r.Notice.Links {
		line("link", l.Kind, l.Masked(), sourceText(l.Source))
	}
	for _, h := range r.Hypotheses {
		var reasons []string
		for _, f := range h.Reasons {
			reasons = append(reasons, strings.TrimPrefix(f.Code, "abuse."))
		}
		line("cause", h.Code, []string{"unlikely", "possible", "likely"}[h.Level], reasons)
	}
	for _, f := range r.Findings {
		line("finding", strings.TrimPrefix(f.Code, "abuse."), paramText(f.Params))
	}
	line("lines", r.Lines.Understood, "of", r.Lines.Total, "in", len(r.Logs), "logs,", len(r.Copies), "copies,", len(r.Texts), "texts")
	for _, w := range r.Warnings {
		line("warning", w.Code, w.Part, w.Line, w.Text)
	}
	return b.String()
}

func hostList(hosts []Host) string {
	var all []string
	for _, h := range hosts[:min(len(hosts), 4)] {
		all = append(all, fmt.Sprintf("%s=%d", h.Name(), h.Rows))
	}
	if len(hosts) > 4 {
		all = append(all, "…")
	}
	return strings.Join(all, " ")
}

func portList(ports []Port) string {
	var all []string
	for _, p := range ports[:min(len(ports), 3)] {
		all = append(all, fmt.Sprintf("%d=%d", p.Number, p.Rows))
	}
	if len(ports) > 3 {
		all = append(all, fmt.Sprintf("…%d", len(ports)))
	}
	if len(all) == 0 {
		return "-"
	}
	return strings.Join(all, " ")
}

func protocolList(all map[string]int) string {
	var words []string
	for p, n := range all {
		words = append(words, fmt.Sprintf("%s=%d", p, n))
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

func paramText(p diag.Params) string {
	var words []string
	for k, v := range p {
		words = append(words, fmt.Sprintf("%s=%v", k, v))
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

func capText(r *Report) string {
	if r.Cap == 0 {
		return ""
	}
	return fmt.Sprintf("cap %d", r.Cap)
}

func conflictText(s Span) string {
	if s.Conflict == "" {
		return ""
	}
	return "against " + s.Conflict
}

func sourceText(s diag.Source) string {
	if s.Line == 0 {
		return fmt.Sprintf("(%s)", s.Part)
	}
	return fmt.Sprintf("(%s:%d)", s.Part, s.Line)
}

// TestCaps: a list as long as the provider's limit is called cut, a shorter one
// is not.
func TestCaps(t *testing.T) {
	for _, c := range []struct{ rows, limit int }{{499, 0}, {599, 0}, {600, 600}} {
		r := readText(t, scanTable(scan(anywhere, c.rows, 1, fresh, fixed(22), 0, "")))
		if r.Rows != c.rows || r.Cap != c.limit || slices.Contains(codes(r), "abuse.capped") != (c.limit > 0) {
			t.Errorf("ISO: %d rows, cap %d, %v", r.Rows, r.Cap, codes(r))
		}
	}
	for _, c := range []struct{ rows, limit int }{{499, 0}, {500, 500}} {
		var b strings.Builder
		b.WriteString("time                protocol src_ip src_port          dest_ip dest_port\n")
		for i := range c.rows {
			fmt.Fprintf(&b, "Sun Mar  5 09:%02d:%02d 2023 TCP      192.0.2.10 4001  =>    198.51.100.%d 4001 \n", i/60, i%60, i%256)
		}
		r := readText(t, b.String())
		if r.Rows != c.rows || r.Cap != c.limit || slices.Contains(codes(r), "abuse.capped") != (c.limit > 0) {
			t.Errorf("ctime: %d rows, cap %d, %v", r.Rows, r.Cap, codes(r))
		}
	}
}

// TestServerTold: what the person says about the server decides who is who, in
// lists that may show either side.
func TestServerTold(t *testing.T) {
	text := scanTable(scan(publicSweep, 9, 1, fresh, fixed(22), 0, ""))
	read := func(server string) *Report {
		r, ok, err := Read(context.Background(), []byte(text), Options{Server: netip.MustParseAddr(server)})
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		return r
	}
	if r := read("192.0.2.10"); r.Direction != Out || r.Accused != "192.0.2.10" || r.TargetCount != 9 {
		t.Errorf("%s, accused %s, %d targets", r.Direction, r.Accused, r.TargetCount)
	}
	if r := read("::ffff:192.0.2.10"); r.Accused != "192.0.2.10" {
		t.Errorf("accused %s", r.Accused)
	}
}
