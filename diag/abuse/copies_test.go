package abuse

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"latchkey/diag/abuse/grammar"
	"latchkey/diag/abuse/mail"
)

// readTexts reads texts as the parts of one mail.
func readTexts(t *testing.T, texts ...string) *Report {
	t.Helper()
	var all []Text
	for i, s := range texts {
		all = append(all, TextOf(fmt.Sprint("part ", i), []byte(s)))
	}
	r, ok, err := read(context.Background(), mail.Message{}, all, Options{})
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	return r
}

// TestCopies: the same rows count once, however they are printed; others are
// added.
func TestCopies(t *testing.T) {
	flows := scan(anywhere, 60, 1, fresh, fixed(22), 0, "")
	table := scanTable(flows)
	quoted := "> " + strings.ReplaceAll(table, "\n", "\n> ")
	collapsed := strings.Join(strings.Fields(strings.ReplaceAll(table, "\n", " |nl| ")), " ")
	collapsed = strings.ReplaceAll(collapsed, " |nl| ", "\n")
	wrapped := strings.ReplaceAll(table, " -> ", " ->\n ")
	for _, c := range []struct {
		name         string
		texts        []string
		rows, copies int
	}{
		{"alone", []string{table}, 60, 0},
		{"quoted", []string{quoted, table}, 60, 1},
		{"blanks collapsed", []string{collapsed, table}, 60, 1},
		{"wrapped behind the arrow", []string{wrapped, table}, 60, 1},
		{"three times", []string{table, wrapped, quoted}, 60, 2},
		{"the first rows only", []string{strings.Join(strings.SplitAfter(table, "\n")[:30], ""), table}, 60, 1},
		{"another half each", []string{scanTable(flows[:30]), scanTable(scan(publicSweep, 30, 1, fresh, fixed(22), 0, ""))}, 60, 0},
		{"a few rows more", []string{scanTable(flows[:40]), table + "2025-02-03 05:05:06  192.0.2.10 40112 ->    198.51.100.7    22   74 TCP\n"}, 61, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := readTexts(t, c.texts...)
			if r.Rows != c.rows || len(r.Copies) != c.copies || len(r.Logs)+len(r.Copies) != len(c.texts) || len(r.Texts) != len(c.texts) {
				t.Errorf("%d rows in %d logs and %d copies, %d texts", r.Rows, len(r.Logs), len(r.Copies), len(r.Texts))
			}
		})
	}
}

// flowList prints flows of 192.0.2.10 as nfdump does, some of them back to it.
func flowList(out, back int) string {
	var b strings.Builder
	b.WriteString("Date first seen          Duration Proto      Src IP Addr:Port          Dst IP Addr:Port   Flags Tos  Packets    Bytes Flows\n")
	for i := range out + back {
		from, to := "192.0.2.10", fmt.Sprintf("198.51.100.%d", i%200)
		if i >= out {
			from, to = to, from
		}
		fmt.Fprintf(&b, "2025-02-03 04:05:06.%03d     0.000 UDP   %s:%d ->     %s:%d    ........   0     1500   90000     1\n", i, from, 40000+i, to, 80)
	}
	return b.String()
}

func twoWayDump(out, back int) string {
	var b strings.Builder
	for i := range out + back {
		from, to := "192.0.2.10", fmt.Sprintf("198.51.100.%d", i%200)
		if i >= out {
			from, to = to, from
		}
		fmt.Fprintf(&b, "04:05:06.%06d IP %s.%d > %s.80: UDP, length 8\n", i*100, from, 40000+i, to)
	}
	return b.String()
}

// TestDirection: who sent what, seen from the server.
func TestDirection(t *testing.T) {
	for _, c := range []struct {
		name string
		text string
		want Direction
	}{
		{"flows, all from it", flowList(20, 0), Out},
		{"flows, a few answers", flowList(95, 5), Out},
		{"flows, both ways", flowList(20, 20), Both},
		{"flows, nearly all to it", flowList(2, 60), In},
		{"flows, all to it", flowList(0, 60), In},
		{"dump, all from it", twoWayDump(60, 0), Out},
		{"dump, a few answers", twoWayDump(60, 2), Both},
		{"dump, both ways", twoWayDump(30, 30), Both},
		{"dump, all to it", twoWayDump(0, 60), In},
		{"table", scanTable(scan(publicSweep, 9, 1, fresh, fixed(22), 0, "")), Out},
		{"summary of what came", strings.Replace(summaryOut, "OUT", "IN", 1), In},
	} {
		r, ok, err := Read(context.Background(), []byte(c.text), Options{Server: quad(192, 0, 2, 10)})
		if err != nil || !ok || r.Direction != c.want {
			t.Errorf("%s: %s (%v)", c.name, r.Direction, err)
		}
		if c.want == In && len(r.Hypotheses) > 0 {
			t.Errorf("%s: a cause for what others did: %v", c.name, levels(r))
		}
	}
}

// TestAccused: whom a report is about, from the surest to the vaguest sign.
func TestAccused(t *testing.T) {
	masked := strings.ReplaceAll(summaryOut, "192.0.2.10", "192.0.x.x")
	for _, c := range []struct {
		name, text, accused string
		sources             int
	}{
		{"heading", "Netscan detected from host 192.0.2.99\n" + scanTable(scan(publicSweep, 5, 1, fresh, fixed(22), 0, "")), "192.0.2.99", 1},
		{"the only source", scanTable(scan(publicSweep, 5, 1, fresh, fixed(22), 0, "")), "192.0.2.10", 1},
		{"masked in the summary", masked, "192.0.x.x", 1},
		{"named in the mail, one of two sources", "There was an attack from your server with the address 192.0.2.11.\n\n" +
			scanTable(append(scan(publicSweep, 5, 1, fresh, fixed(22), 0, ""), flow{from: "192.0.2.11", to: "198.51.100.7", source: 5, target: 22})), "192.0.2.11", 2},
		{"two sources, nobody named", scanTable(append(scan(publicSweep, 5, 1, fresh, fixed(22), 0, ""), flow{from: "192.0.2.11", to: "198.51.100.7", source: 5, target: 22})), "", 2},
		{"masked in a dump of both directions", strings.ReplaceAll(twoWayDump(20, 9), "192.0.2.10", "x.x.x.x"), "x.x.x.x", 1},
	} {
		r := readText(t, c.text)
		if r.Accused != c.accused || r.SourceCount != c.sources || len(r.Sources) != c.sources {
			t.Errorf("%s: accused %q, %d sources %v", c.name, r.Accused, r.SourceCount, r.Sources)
		}
	}
}

// TestAccuse: rows without a source get the one that is accused, as an address or
// as the word that hides it.
func TestAccuse(t *testing.T) {
	for _, name := range []string{"192.0.2.10", "192.0.x.x", "[Your Server IP]"} {
		r := &Report{Accused: name, Rows: 7, Direction: Out}
		r.accuse()
		if r.SourceCount != 1 || r.Sources[0].Name() != name || r.Sources[0].Rows != 7 || r.Sources[0].Addr.IsValid() != (name == "192.0.2.10") {
			t.Errorf("%s: %+v", name, r.Sources)
		}
	}
	r := &Report{Accused: "192.0.2.10", Rows: 7, Direction: In}
	if r.accuse(); r.SourceCount != 0 {
		t.Errorf("a victim is no source: %+v", r.Sources)
	}
}

// TestOtherLog: an attachment in another format is named, not silently left out.
func TestOtherLog(t *testing.T) {
	r := readTexts(t, scanTable(scan(publicSweep, 50, 1, fresh, fixed(22), 0, "")), strings.Repeat("Feb  3 04:05:06 host sshd[71]: Failed password for root from 192.0.2.10 port 40112 ssh2\n", 3))
	if len(r.Warnings) != 1 || r.Warnings[0].Code != WarnOtherParts || r.Warnings[0].Part != "part 1" || r.LogType != grammar.ScanTable {
		t.Errorf("%s, %+v", r.LogType, r.Warnings)
	}
}
