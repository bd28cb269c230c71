package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/diag/abuse"
	"latchkey/diag/abuse/grammar"
)

// Texts that hold a trace, a log, or both.
const (
	quotedTrace = `traceroute to web1.example.org (192.0.2.10), 8 hops max, 60 byte packets
 1  router.home.arpa (192.168.0.1)  1.214 ms  1.187 ms  1.342 ms
 2  line-17.access.example.net (198.51.100.1)  9.846 ms  9.921 ms  10.377 ms
 3  edge1.access.example.net (198.51.100.10)  11.032 ms  11.276 ms  11.193 ms
 4  nix-gw.hetzner.de (195.85.217.16)  13.680 ms  13.333 ms  13.045 ms
 5  * * *
 6  * * *
 7  * * *
 8  * * *
`
	scanTable = `TIME (UTC)           SRC        SRC-PORT -> DST          DST-PORT SIZE PROT
---------------------------------------------------------------------------
2026-03-04 05:06:07  192.0.2.10 40112 ->    198.51.100.7    22   74 TCP
2026-03-04 05:06:07  192.0.2.10 40113 ->    198.51.100.8    22   74 TCP
2026-03-04 05:06:08  192.0.2.10 40114 ->    198.51.100.9    22   74 TCP
`
	vagueTable = `when,who,whom,dport
2026-03-04 05:06:07,192.0.2.10,198.51.100.7,22
2026-03-04 05:06:08,192.0.2.10,198.51.100.8,22
`
	abuseHead = `From: Abuse Desk <abuse@example.net>
To: owner@example.org
Date: Wed, 4 Mar 2026 06:00:00 +0100
Subject: Abuse Message [AbuseID:ABCDEF:1A]: attack from 192.0.2.10
MIME-Version: 1.0
Content-Type: text/plain

`
	friendHead = `From: A Friend <friend@example.net>
To: owner@example.org
Subject: what I see from here
MIME-Version: 1.0
Content-Type: text/plain

`
	mtrTable = `Mtr_Version,Start_Time,Status,Host,Hop,Ip,Loss%,Snt, ,Last,Avg,Best,Wrst,StDev,
MTR.0.95,1760000000,OK,web1.example.org,1,192.168.0.1,0.00,10,0,1.10,1.20,1.00,1.50,0.10
MTR.0.95,1760000000,OK,web1.example.org,2,198.51.100.1,0.00,10,0,9.10,9.20,9.00,9.50,0.10
MTR.0.95,1760000000,OK,web1.example.org,3,192.0.2.10,0.00,10,0,11.10,11.20,11.00,11.50,0.10
`
	pingText = `PING 192.0.2.10 (192.0.2.10) 56(84) bytes of data.
64 bytes from 192.0.2.10: icmp_seq=1 ttl=54 time=12.1 ms
64 bytes from 192.0.2.10: icmp_seq=2 ttl=54 time=12.3 ms

--- 192.0.2.10 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 1001ms
rtt min/avg/max/mdev = 12.100/12.200/12.300/0.100 ms
`
)

// A text may hold both a trace and a log. A mail that wants an answer and a log
// in a known format are reports; else the reading that explains more counts.
func TestKinds(t *testing.T) {
	s := open(t, nil)
	for _, row := range []struct{ name, text, kind, format string }{
		{"a trace", quotedTrace, KindTrace, "traceroute"},
		{"a friend's mail with a trace", friendHead + "Look:\n\n" + quotedTrace, KindTrace, "traceroute"},
		{"a scan table", scanTable, KindReport, "hetzner-iso"},
		{"an abuse mail that quotes a trace", abuseHead + "Our trace to you:\n\n" + quotedTrace + "\nThe log:\n\n" + scanTable, KindReport, "hetzner-iso"},
		{"a pasted trace with a pasted scan table", quotedTrace + "\n" + scanTable, KindReport, "hetzner-iso"},
		{"a trace with one row of a log", quotedTrace + "\n" + firstLines(scanTable, 3), KindTrace, "traceroute"},
		{"an abuse mail with an unknown table and a trace", abuseHead + vagueTable + "\n" + quotedTrace, KindReport, "table"},
		{"an abuse notice that quotes a trace", abuseHead + "Your server attacks others.\n\n" + quotedTrace, KindReport, ""},
		{"a trace that is a table as well", mtrTable, KindTrace, "mtr-csv"},
		{"a table nobody knows", vagueTable, KindReport, "table"},
		{"a ping", pingText, KindPing, "ping"},
		{"prose", "The quick brown fox jumps over the lazy dog.\n", KindUnrecognised, ""},
	} {
		r, err := s.Read(context.Background(), row.name, strings.NewReader(row.text), ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind != row.kind || row.format != "" && r.Format != row.format {
			t.Errorf("%s: %s, %s; want %s, %s", row.name, r.Kind, r.Format, row.kind, row.format)
		}
		if (r.Report != nil) != (r.Kind == KindReport) || (r.Check.Verdict != nil) != (r.Kind == KindTrace || r.Kind == KindPing) {
			t.Errorf("%s: report %v, verdict %v", row.name, r.Report != nil, r.Check.Verdict)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

func firstLines(s string, n int) string {
	return strings.Join(strings.SplitAfter(s, "\n")[:n], "")
}

// The provider is the one the person names, else the one that sent the mail.
func TestProviderOfReport(t *testing.T) {
	s := open(t, nil)
	for _, row := range []struct{ name, from, option, want string }{
		{"by the sender", "abuse@ovh.net", "", "ovh"},
		{"named", "abuse@ovh.net", "hetzner", "hetzner"},
		{"by the sender's sub-domain", "Abuse <noreply@abuse.hetzner.com>", "", "hetzner"},
		{"not by a look-alike", "abuse@not-hetzner.com", "", ""},
		{"by nobody", "someone@example.net", "", ""},
	} {
		text := "From: " + row.from + "\nTo: owner@example.org\nSubject: Abuse report about 192.0.2.10\n\n" +
			"We received a complaint: your server 192.0.2.10 attacks others.\n\n" + vagueTable
		r, err := s.Read(context.Background(), "mail", strings.NewReader(text), ReadOptions{Provider: row.option})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if r.Provider != nil {
			got = r.Provider.ID
		}
		if r.Kind != KindReport || got != row.want || r.Report.Provider != row.want {
			t.Errorf("%s: %s from %q (%q), want %q", row.name, r.Kind, got, r.Report.Provider, row.want)
		}
	}
	if _, err := s.Read(context.Background(), "mail", strings.NewReader(scanTable), ReadOptions{Provider: "nobody"}); !errors.Is(err, ErrProvider) {
		t.Errorf("an unknown provider: %v", err)
	}
}

// longLog is a scan table that is not held, with its number of rows.
func longLog() (string, int) {
	var b strings.Builder
	b.WriteString("TIME (UTC)           SRC        SRC-PORT -> DST          DST-PORT SIZE PROT\n")
	rows := 0
	for at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC); int64(b.Len()) <= usual().held; at = at.Add(time.Second) {
		fmt.Fprintf(&b, "%s  192.0.2.10 %d ->    198.51.%d.%d    22   74 TCP\n", at.Format(time.DateTime), 40000+rows%20000, rows/256%256, rows%256)
		rows++
	}
	return b.String(), rows
}

// A long log is read again as its rows are asked for: from its own file, which
// stays, or from a temporary one, which goes with Close.
func TestLongLog(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} { // the last two are Windows'
		t.Setenv(name, folder)
	}
	text, rows := longLog()
	path := filepath.Join(t.TempDir(), "long.log")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, nil)
	spooled := func() int { return len(left(t, intake{dir: folder})) }
	check := func(name string, r Reading, err error, temporary int) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if r.Report.Rows != rows || r.Report.TargetCount != min(rows, 1<<16) || r.Lines.Understood != rows+1 {
			t.Errorf("%s: %d rows to %d targets, %+v; %d written", name, r.Report.Rows, r.Report.TargetCount, r.Lines, rows)
		}
		last, err := r.Report.Logs[0].Row(rows - 1)
		if want := fmt.Sprintf("198.51.%d.%d", (rows-1)/256%256, (rows-1)%256); err != nil || last.Target.Host() != want {
			t.Errorf("%s: the last row, read again, goes to %s, not %s (%v)", name, last.Target.Host(), want, err)
		}
		if spooled() != temporary {
			t.Errorf("%s: %d temporary files, want %d", name, spooled(), temporary)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if spooled() != 0 {
			t.Errorf("%s: the temporary file stays after Close", name)
		}
	}
	r, err := s.ReadFile(context.Background(), path, ReadOptions{})
	check("file", r, err, 0)
	r, err = s.Read(context.Background(), "-", strings.NewReader(text), ReadOptions{})
	check("stream", r, err, 1)
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the person's file: %v", err)
	}

	// Stopped while it is read, or not recognised: nothing stays.
	ctx, stop := context.WithCancel(context.Background())
	_, err = s.Read(ctx, "-", strings.NewReader(text), ReadOptions{Progress: func(int64, int64) { stop() }})
	if !errors.Is(err, context.Canceled) || spooled() != 0 {
		t.Errorf("stopped: %v, %d temporary files", err, spooled())
	}
	r, err = s.Read(context.Background(), "-", strings.NewReader(strings.Repeat("the quick brown fox jumps over the lazy dog\n", 200_000)), ReadOptions{})
	if err != nil || r.Kind != KindUnrecognised || spooled() != 0 {
		t.Errorf("prose: %s, %v, %d temporary files", r.Kind, err, spooled())
	}
}

// The shipped example says what its story needs.
func TestExample(t *testing.T) {
	trace, reading, err := open(t, nil).Example()
	if err != nil {
		t.Fatal(err)
	}
	defer reading.Close()
	if trace.Kind != KindTrace || trace.Check.Verdict.Code != "locked" {
		t.Errorf("the trace: %s, %+v", trace.Kind, trace.Check.Verdict)
	}
	r := reading.Report
	if r == nil {
		t.Fatalf("the mail is %s", reading.Kind)
	}
	if r.Rows != 600 || r.TargetCount != 509 || r.Cap != 600 || r.Accused != "192.0.2.10" || r.Direction != abuse.Out || r.Incident != abuse.NetScan {
		t.Errorf("%d rows to %d targets, cap %d; %s, %s, %s", r.Rows, r.TargetCount, r.Cap, r.Accused, r.Direction, r.Incident)
	}
	if want := []abuse.Port{{Number: 22, Rows: 600}}; !slices.Equal(r.TargetPorts, want) {
		t.Errorf("ports %v", r.TargetPorts)
	}
	if first, last := clock(r, r.Span.First), clock(r, r.Span.Last); first != "2026-11-17T04:05:06Z" || last != "2026-11-17T04:09:42Z" || r.Span.From != abuse.ZoneFromLog || r.Span.Conflict != "Europe/Berlin" {
		t.Errorf("%s to %s, %+v", first, last, r.Span)
	}
	if d := r.Notice.Deadline; d == nil || d.At.Format(time.RFC3339) != "2026-11-17T20:12:21+01:00" {
		t.Errorf("deadline %v", d)
	}
	secrets := 0
	for _, l := range r.Notice.Links {
		if l.Secret && !strings.Contains(l.Masked(), "EXAMPLE") {
			secrets++
		}
	}
	if r.Notice.AbuseID != "ABCDEF:1A" || secrets != 2 || len(r.Logs) != 1 || len(r.Copies) != 1 {
		t.Errorf("%s, %d secret links, %d logs, %d copies", r.Notice.AbuseID, secrets, len(r.Logs), len(r.Copies))
	}
	if reading.Provider == nil || reading.Provider.ID != "hetzner" {
		t.Errorf("provider %v", reading.Provider)
	}
}

func clock(r *abuse.Report, s grammar.Stamp) string {
	at, ok := r.Span.At(s)
	if !ok {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// A server that the person names is the one the report is about.
func TestServerOfReport(t *testing.T) {
	s := open(t, nil)
	masked := strings.ReplaceAll(scanTable, "192.0.2.10", "192.0.2.XX")
	r, err := s.Read(context.Background(), "masked", strings.NewReader(masked), ReadOptions{Server: netip.MustParseAddr("192.0.2.10")})
	if err != nil {
		t.Fatal(err)
	}
	if r.Kind != KindReport || r.Report.Accused != "192.0.2.10" || r.Report.Direction != abuse.Out {
		t.Errorf("%s about %q, %s", r.Kind, r.Report.Accused, r.Report.Direction)
	}
}
