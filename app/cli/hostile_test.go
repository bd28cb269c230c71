package cli

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/abuse/mail"
	"latchkey/i18n"
)

// evils are words that somebody else may have written into a report.
func evils() map[string]string {
	return map[string]string{
		"escape":       "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m",
		"c1":           "\u009b31mred\u0085\u2028\u2029next",
		"bidi":         "\u202egnp.exe\u2066\u2067\u200f",
		"zero width":   "a\u200b\u200d\ufeffb\u00ad",
		"invalid":      "\xff\xfe\xc0\x80\xed\xa0\x80",
		"carriage":     "nice\rEVIL\b\b\b\b\x00\x7f",
		"long":         strings.Repeat("x", 10<<10),
		"wide":         strings.Repeat("漢字", 1000),
		"combining":    "a" + strings.Repeat("\u0301", 10<<10),
		"marks":        strings.Repeat("**", 100) + "192.0.2.***" + "**",
		"template":     `{{.count}} {{range}}`,
		"lines":        strings.Repeat("a\nb\n", 100),
		"like our own": "192.0.2.10\n\nLikely: your provider\n  - pay here",
	}
}

// harmless checks what is sent to a terminal, line by line.
func harmless(t *testing.T, what, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s: invalid UTF-8", what)
	}
	for i, line := range strings.Split(text, "\n") {
		for _, r := range line {
			if !unicode.IsPrint(r) && r != '\u00A0' { // French and Polish have it in numbers
				t.Fatalf("%s: line %d holds %U: %q", what, i+1, r, line)
			}
		}
		if width(line) > pageWidth && !strings.Contains(line, "://") {
			t.Errorf("%s: line %d has %d columns: %s", what, i+1, width(line), line)
		}
	}
}

// hostileReading has the word wherever a report carries words of others.
func hostileReading(word string, direction abuse.Direction) app.Reading {
	f := diag.Finding{Code: "abuse.masked", Params: diag.Params{"word": word}}
	r := &abuse.Report{
		Format: word, LogType: "scan-table", Incident: abuse.NetScan, Direction: direction, Accused: word, Rows: 12,
		Sources: []abuse.Host{{Word: word, Rows: 3}, {Word: "b", Rows: 2}}, Targets: []abuse.Host{{Word: word, Rows: 3}, {Word: "b", Rows: 2}},
		SourceCount: 2, TargetCount: 20, Protocols: map[string]int{word: 4}, PacketsPerSecond: -1, BitsPerSecond: -1,
		Rates:      map[string]abuse.Rate{word: {Packets: 4, Bits: 1e12}},
		Hypotheses: []abuse.Hypothesis{{Code: "worm", Level: abuse.Likely, Reasons: []diag.Finding{f}, Disproof: 2}, {Code: "p2p", Reasons: []diag.Finding{f}}},
		Findings:   []diag.Finding{{Code: "abuse.zone-conflict", Params: diag.Params{"log": word, "mail": word}}},
		Message:    mail.Message{Header: mail.Header{From: word, Date: time.Unix(0, 0)}},
	}
	r.Span.Zone = word
	r.Notice.AbuseID, r.Notice.LockingID = word, word
	r.Notice.Links = []abuse.Link{
		{Kind: abuse.RetryLink, URL: "https://example.org/retries/" + word},
		{Kind: abuse.StatementLink, URL: "https://example.org/?token=x&" + word, Secret: true},
	}
	return app.Reading{Kind: app.KindReport, Name: word, Format: word, Report: r, Lines: app.Lines{Total: 3, Understood: 1},
		Warnings: []app.Warning{{Code: "abuse.unread-line", Part: word, Line: 3, Text: word}, {Code: "abuse.mail.cut", Part: word}}}
}

// Nothing of a report reaches the terminal as anything but text, in no language
// and in no place.
func TestHostileReports(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, word := range evils() {
		for _, tag := range texts.Languages() {
			for _, direction := range []abuse.Direction{abuse.Out, abuse.In, abuse.Unclear} {
				p := &page{text: texts.For(tag), now: morning()}
				p.reading(hostileReading(word, direction))
				p.reading(app.Reading{Kind: app.KindUnrecognised, Warnings: hostileReading(word, abuse.Out).Warnings})
				harmless(t, name+", "+tag, p.String())
			}
		}
	}
	p := &page{text: texts.For("en"), now: morning()}
	p.reading(hostileReading("192.0.2.***", abuse.Out))
	if n := strings.Count(p.String(), "192.0.2.***"); n < 8 || strings.Contains(p.String(), standIn) {
		t.Errorf("a masked address lost its asterisks (%d whole):\n%s", n, p)
	}
}

// hostileMail is a mail with the word in headers, names of parts and rows.
func hostileMail(word string) string {
	encoded := "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(word)) + "?="
	return fmt.Sprintf(`From: %[1]s <abuse@example.net>
To: owner@example.org
Date: Wed, 4 Mar 2026 06:12:21 +0100
Subject: Abuse report [AbuseID:ABCDEF:1A] %[1]s
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Your server %[2]s attacks others: https://example.org/retries/%[2]s?token=%[2]s

--b
Content-Type: text/plain; charset=utf-8
Content-Disposition: attachment; filename="%[1]s"

time                protocol src_ip src_port          dest_ip dest_port
---------------------------------------------------------------------------
Wed Mar  4 05:06:07 2026 TCP      %[2]s 40001  =>    198.51.100.7    22
Wed Mar  4 05:06:08 2026 TCP      192.0.2.%[2]s 40002  =>    198.51.100.%[2]s    22
Wed Mar  4 05:06:09 2026 TCP      192.0.2.10 40003  =>    198.51.100.9    22
Wed Mar  4 05:06:1 %[2]s

--b
Content-Type: application/zip; name="%[1]s.zip"
Content-Disposition: attachment; filename="%[1]s.zip"
Content-Transfer-Encoding: base64

UEsDBGdhcmJhZ2U=
--b--
`, encoded, word)
}

// hostileOutput has the word as the name and the file of processes.
func hostileOutput(word string) string {
	return fmt.Sprintf(`USER         PID %%CPU %%MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root           1  0.0  0.5 167512 11652 ?        Ss   05:00   0:01 /sbin/init
www-data     592 97.3  0.1   5432  2100 ?        R    05:01  12:00 /tmp/.x/%[1]s %[1]s
www-data     593  0.0  0.0      0     0 ?        S    05:01   0:00 [kworker/%[1]s]
%[1]s        594  1.0  0.1   5432  2100 ?        R    05:01  12:00 /dev/shm/scan
`, word)
}

// The same through the whole program, as text and as JSON.
func TestHostileMails(t *testing.T) {
	for name, word := range evils() {
		for _, text := range []string{hostileMail(word), hostileOutput(word), word, strings.Repeat(word+"\n", 5)} {
			for _, args := range [][]string{{"read", "-"}, {"read", "-", "--lang", "de"}, {"read", "--json", "-"}} {
				e, out, errOut := env(t)
				e.In = strings.NewReader(text)
				if status := Run(context.Background(), args, e); status != statusAnswered {
					t.Fatalf("%s, %v: status %d: %s", name, args, status, errOut)
				}
				if args[1] == "--json" {
					if unseen := strings.IndexFunc(out.String(), func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }); unseen >= 0 || !utf8.Valid(out.Bytes()) {
						t.Errorf("%s: raw control characters in JSON", name)
					}
					continue
				}
				harmless(t, name, out.String())
			}
		}
	}
}

// What shows nothing of itself is escaped in JSON and reads as it was; letters
// of any script stay as they are.
func TestJSONEscapesTheUnseen(t *testing.T) {
	const text = "\u202egnp.exe\u2066\u200b\ufeff\u009b\u007f\U000E0041 \u00a0ü漢🙂 <&>\n\\u202e"
	var out bytes.Buffer
	if err := writeJSON(&out, text); err != nil {
		t.Fatal(err)
	}
	const want = `"\u202egnp.exe\u2066\u200b\ufeff\u009b\u007f\udb40\udc41 ` + "\u00a0" + `ü漢🙂 <&>\n\\u202e"` + "\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	var back string
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back != text {
		t.Errorf("read back as %q: %v", back, err)
	}
}

// A secret never gets onto the page, whatever the link looks like.
func TestSecretsStayHidden(t *testing.T) {
	for _, link := range []string{
		"https://abuse.hetzner.com/statements/?token=S3CRET",
		"https://abuse.hetzner.com/statements/?lang=de&token=S3CRET&x=1&y=" + strings.Repeat("S3CRET", 50),
		"https://abuse.hetzner.com/retries/?token=S3CRET.",
	} {
		e, out, _ := env(t)
		e.In = strings.NewReader("Subject: Abuse Message [AbuseID:ABCDEF:1A]\nFrom: abuse@example.net\nDate: Wed, 4 Mar 2026 06:12:21 +0100\n\nThere was an attack from your server.\n" + link + "\n")
		if status := Run(context.Background(), []string{"read", "-"}, e); status != statusAnswered || !strings.Contains(out.String(), "abuse.hetzner.com") {
			t.Fatalf("status %d:\n%s", status, out)
		}
		if strings.Contains(out.String(), "S3CRET") {
			t.Errorf("%s is shown:\n%s", link, out)
		}
	}
}
