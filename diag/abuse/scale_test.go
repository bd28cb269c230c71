package abuse

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"latchkey/diag/abuse/grammar"
)

// tiny is a size of segments that rows do not care about.
const tiny = 512

// logOf reads a text by one grammar in segments of stride bytes.
func logOf(tb testing.TB, g grammar.Grammar, text []byte, stride int64) *Log {
	tb.Helper()
	l, err := (&job{text: TextOf("", text), grammar: g, stride: stride}).read(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func grammarOf(tb testing.TB, name string) grammar.Grammar {
	tb.Helper()
	for _, g := range grammar.All() {
		if g.Name == name {
			return g
		}
	}
	tb.Fatalf("no grammar %s", name)
	return grammar.Grammar{}
}

// plainly reads a text line by line, as the contract of grammar.Reader says it:
// what every cleverer way of reading has to agree with.
func plainly(g grammar.Grammar, text []byte) (rows []Entry, outcomes []grammar.Outcome) {
	reader := g.Open(text[:min(len(text), grammar.HeadSize)])
	if reader == nil {
		return nil, nil
	}
	var row grammar.Row
	row.Reset()
	began := -1
	finish := func() {
		e := Entry{row, began}
		e.Source.Word, e.Target.Word, e.Note = bytes.Clone(e.Source.Word), bytes.Clone(e.Target.Word), bytes.Clone(e.Note)
		rows = append(rows, e)
		row.Reset()
		began = -1
	}
	end := func() {
		if e, ok := reader.(grammar.Ender); ok && e.End(&row) == grammar.Done {
			finish()
			return
		}
		for i := range outcomes {
			if began >= 0 && i >= began && outcomes[i] == grammar.Begun {
				outcomes[i] = grammar.Foreign
			}
		}
		row.Reset()
		began = -1
	}
	for i, raw := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
		outcomes = append(outcomes, grammar.Foreign)
		line := grammar.Prepare(raw)
		if len(raw) > grammar.MaxLine || len(bytes.Trim(line, " \t")) == 0 {
			continue
		}
		o := reader.Line(line, &row)
		if o == grammar.Foreign && began >= 0 {
			end()
			o = reader.Line(line, &row)
		}
		outcomes[i] = o
		if began < 0 && (o == grammar.Begun || o == grammar.Done) {
			began = i
		}
		if o == grammar.Done {
			finish()
		}
	}
	end()
	return rows, outcomes
}

// agree fails if a log is not what reading it plainly gives.
func agree(t *testing.T, l *Log, g grammar.Grammar, text []byte) {
	t.Helper()
	rows, outcomes := plainly(g, text)
	if l.Rows != len(rows) || l.Lines != len(outcomes) {
		t.Fatalf("%d rows in %d lines, want %d in %d", l.Rows, l.Lines, len(rows), len(outcomes))
	}
	for i, want := range rows {
		got, err := l.Row(i)
		if err != nil {
			t.Fatal(err)
		}
		if want.Line < 0 { // completed by the end alone: where it stands is not told
			want.Line = got.Line
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("row %d is %+v, want %+v", i, got, want)
		}
		if at, ok := l.RowAt(want.Line); !ok || !reflect.DeepEqual(at, want) {
			t.Fatalf("the row at line %d is %+v, want %+v", want.Line, at, want)
		}
	}
	n := 0
	err := l.Each(context.Background(), func(i int, e Entry) bool {
		if i != n || e.Time != rows[i].Time || e.Source.Host() != rows[i].Source.Host() || e.Target.Port != rows[i].Target.Port || !bytes.Equal(e.Note, rows[i].Note) {
			t.Fatalf("row %d of Each is %d, %+v, want %+v", n, i, e, rows[i])
		}
		n++
		return true
	})
	if err != nil || n != l.Rows {
		t.Fatalf("Each hands out %d of %d rows: %v", n, l.Rows, err)
	}
	agreeLines(t, l, text, outcomes)
}

// agreeLines compares the lines and what is said of each.
func agreeLines(t *testing.T, l *Log, text []byte, outcomes []grammar.Outcome) {
	t.Helper()
	understood, unread := 0, 0
	lines := bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	for i, want := range lines {
		got, err := l.Line(i)
		if err != nil {
			t.Fatal(err)
		}
		if want = want[:min(len(want), grammar.MaxLine)]; !bytes.Equal(got, bytes.TrimRight(want, "\r")) {
			t.Fatalf("line %d is %.80q, want %.80q", i, got, want)
		}
		m := l.Mark(i)
		ok := false
		switch outcomes[i] {
		case grammar.Done, grammar.Begun:
			ok = m == RowLine
		case grammar.Frame, grammar.Further:
			ok = m == Framing
		default:
			ok = m == Plain || m == Unread
		}
		if !ok {
			t.Fatalf("line %d, outcome %d, is marked %d: %.80q", i, outcomes[i], m, want)
		}
		switch m {
		case RowLine, Framing:
			understood++
		case Unread:
			unread++
		}
	}
	if l.Understood != understood || l.Damaged != unread {
		t.Fatalf("%d lines understood and %d not, marked are %d and %d", l.Understood, l.Damaged, understood, unread)
	}
}

// TestSegments: however a text is cut for reading in parallel, it is one log.
func TestSegments(t *testing.T) {
	texts := map[string]struct{ grammar, text string }{
		"wrapped IPv6":          {"hetzner-iso", wrappedTable(300)},
		"single rows":           {"hetzner-iso", scanTable(scan(publicSweep, 250, 2, fresh, fixed(22), 0, ""))},
		"two lines each":        {"tcpdump", verboseDump(120)},
		"records without rules": {"field-list", records(150)},
		"damaged":               {"hetzner-iso", damage(wrappedTable(300))},
		"sshd":                  {"sshd", strings.Repeat("Feb  3 04:05:06 host sshd[71]: Failed password for root from 192.0.2.10 port 40112 ssh2\nFeb  3 04:05:07 host cron[1]: nothing 1234\n", 120)},
	}
	forms := map[string]func(string) string{
		"as it is":    func(s string) string { return s },
		"no line end": func(s string) string { return strings.TrimRight(s, "\n") },
		"CRLF":        func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"blank end":   func(s string) string { return s + "\n\n" },
		"quoted":      func(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") },
		"long line within": func(s string) string {
			at := len(s)/2 + strings.IndexByte(s[len(s)/2:], '\n') + 1
			return s[:at] + strings.Repeat("192.0.2.10 => 198.51.100.7 22 ", 3000) + "\n" + s[at:]
		},
	}
	for name, c := range texts {
		for form, change := range forms {
			t.Run(name+", "+form, func(t *testing.T) {
				g, text := grammarOf(t, c.grammar), []byte(change(c.text))
				whole := logOf(t, g, text, segmentSize)
				if whole.Rows < 100 {
					t.Fatalf("%d rows", whole.Rows)
				}
				agree(t, whole, g, text)
				for _, stride := range []int64{tiny, 97, 4096} {
					cut := logOf(t, g, text, stride)
					agree(t, cut, g, text)
					if !reflect.DeepEqual(cut.heading, whole.heading) || !sameSums(cut.tally, whole.tally) {
						t.Errorf("in segments of %d bytes: %+v %+v, in one: %+v %+v", stride, cut.heading, cut.tally.first, whole.heading, whole.tally.first)
					}
				}
			})
		}
	}
}

// TestPlainly: whatever a grammar makes of its fixtures, index and marks are
// what reading them line by line gives.
func TestPlainly(t *testing.T) {
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
				agree(t, logOf(t, g, text, segmentSize), g, text)
			})
		}
	}
}

// sameSums compares two tallies of the same rows.
func sameSums(a, b *tally) bool {
	return a.first == b.first && a.last == b.last && a.halves == b.halves && a.protocols == b.protocols && a.zone == b.zone &&
		a.fine == b.fine && a.packets == b.packets && a.bytes == b.bytes && a.syn == b.syn && a.smallest == b.smallest && a.largest == b.largest &&
		a.cluster == b.cluster && a.overlay == b.overlay && reflect.DeepEqual(a.rates, b.rates) &&
		reflect.DeepEqual(a.times.bars(mostBars, 0), b.times.bars(mostBars, 0)) && sameSide(&a.out, &b.out) && sameSide(&a.in, &b.in)
}

func sameSide(a, b *side) bool {
	all := 1 << 20
	return a.rows == b.rows && a.sources.more == b.sources.more && a.targets.more == b.targets.more &&
		reflect.DeepEqual(a.sources.top(all, nil), b.sources.top(all, nil)) &&
		reflect.DeepEqual(a.targets.top(all, nil), b.targets.top(all, nil)) &&
		reflect.DeepEqual(a.sourcePorts.list(), b.sourcePorts.list()) && reflect.DeepEqual(a.targetPorts.list(), b.targetPorts.list())
}

// wrappedTable is a scan table with IPv6 rows, wrapped as mail programs do.
func wrappedTable(rows int) string {
	var b strings.Builder
	b.WriteString("TIME (UTC)           SRC                 SRC-PORT ->\nDST                        DST-PORT SIZE PROT\n")
	b.WriteString("------------------------------------------------------------------------------\n")
	for i := range rows {
		fmt.Fprintf(&b, "2025-02-03 04:%02d:%02d  2001:db8:1::10 %d ->\n   2001:db8:2:%x::7    22   94 TCP\n", i/60%60, i%60, 40000+i, i)
	}
	return b.String()
}

// damage breaks rows off, puts sentences between and cuts the end.
func damage(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		switch {
		case i%41 == 20:
			lines[i] = lines[i][:len(lines[i])/2]
		case i%53 == 30:
			lines[i] += "\nThis sentence stands between two rows of the year 2025 and is part of no table.\n"
		}
	}
	s = strings.Join(lines, "\n")
	return s[:len(s)-30]
}

func verboseDump(packets int) string {
	var b strings.Builder
	for i := range packets {
		fmt.Fprintf(&b, "04:05:%02d.000100 IP (tos 0x0, ttl 64, id %d, offset 0, flags [DF], proto UDP (17), length 78)\n", i%60, i)
		fmt.Fprintf(&b, "    192.0.2.10.4001 > 198.51.100.%d.%d: UDP, length 50\n", i%256, 1000+i)
		for j := range i % 7 {
			fmt.Fprintf(&b, "\t0x00%d0:  4500 004e 0000 4000 4011 0000 c000 020a  E..N..@.@.......\n", j)
		}
	}
	return b.String()
}

func records(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "attack_timestamp: 2025-02-03 04:%02d:%02d.000 UTC\nattack_target: 198.51.100.%d:80\nproxy_driver_ip: 192.0.2.10\n", i/60, i%60, i%256)
	}
	return b.String()
}
