package app

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/app/casefile"
	"latchkey/i18n"
)

func words(t *testing.T, tag string) *i18n.Text {
	t.Helper()
	all, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return all.For(tag)
}

// Every event has a title, a detail and a sign in every language, with and
// without its values; nothing is left of a placeholder.
func TestEventsHaveWords(t *testing.T) {
	values := map[string]string{"verdict": "locked", "confidence": "likely", "from": "reachable", "incident": "net-scan", "rows": "600", "deadline": "2026-03-04T20:12:00+01:00",
		"item": "F3", "command": "ss", "findings": "2", "code": "x", "line": "7", "way": "own-ip", "minutes": "10", "name": "statement.pdf", "sha256": "1f3a", "by": "form",
		"locked": "yes", "gti": "1h0m0s", "gtr": "2h30m0s", "start": "2026-03-04T15:48:00Z", "every": "1m0s", "count": "46", "since": "2026-03-04T15:48:00Z", "hop": "nix-gw.hetzner.de",
		"last": "2026-03-04T15:48:00Z", "own-ip": "yes", "why": "reachable", "kind": "mail"}
	hostile := map[string]string{}
	for name := range values {
		hostile[name] = "{{.x}}\x1b[2J"
	}
	for _, tag := range []string{"en", "de"} {
		text := words(t, tag)
		for _, code := range EventCodes() {
			for _, with := range []map[string]string{nil, values, hostile} {
				e := casefile.Event{Time: start, Code: code, Text: "Called the provider.", With: with}
				title, detail := EventWords(text, e, time.UTC)
				if both := title + detail; title == "" || detail == "" && with["verdict"] == "locked" || strings.ContainsAny(both, "⟦\x1b") || strings.Contains(both, "no value") {
					t.Errorf("%s, %s: %q, %q", tag, code, title, detail)
				}
				if EventIcon(e) == "" {
					t.Errorf("%s has no sign", code)
				}
			}
		}
		for _, code := range NoticeCodes() {
			n := Notice{Code: code, Server: "web1.example.org", Params: map[string]any{"verdict": "host-down"}, Due: start.Add(2 * time.Hour)}
			title, body := NoticeWords(text, n, start)
			if both := title + body; title == "" || body == "" || strings.Contains(both, "⟦") || strings.Contains(both, "no value") {
				t.Errorf("%s, %s: %q, %q", tag, code, title, body)
			}
		}
		if title, detail := EventWords(text, casefile.Event{Code: "watch.telepathy"}, time.UTC); strings.Contains(title, "⟦") || detail != "watch.telepathy" {
			t.Errorf("an event of a newer version: %q, %q", title, detail)
		}
	}
}

func TestOwnEntries(t *testing.T) {
	m := casefile.Case{Timeline: []casefile.Event{{Time: start, Code: EventChecked}, {ID: "x", Time: start, Code: EventSent}}}
	before := copyOf(m)
	first, err := AddEntry(&m, EventCall, " Called the provider.\nThey look into it. ", start.Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	second, _ := AddEntry(&m, EventNote, "x", start.Add(time.Hour))
	if first == second || m.Timeline[2].Text != "Called the provider.\nThey look into it." {
		t.Errorf("%q %q %+v", first, second, m.Timeline)
	}
	if list := Timeline(m); list[0].ID != second || list[3].ID != first {
		t.Errorf("not by time: %+v", list)
	}
	if err := EditEntry(&m, first, "Called twice.", time.Time{}); err != nil || m.Timeline[2].Text != "Called twice." || !m.Timeline[2].Time.Equal(start.Add(-time.Hour)) {
		t.Errorf("%v %+v", err, m.Timeline[2])
	}
	if err := EditEntry(&m, first, "Called twice.", start.Add(2*time.Hour)); err != nil || Timeline(m)[0].ID != first {
		t.Errorf("%v", err)
	}
	for _, c := range []struct {
		err, want error
	}{
		{EditEntry(&m, "x", "y", start), ErrNotOwn},
		{EditEntry(&m, "", "y", start), ErrNoEntry},
		{EditEntry(&m, "99", "y", start), ErrNoEntry},
		{EditEntry(&m, first, " ", start), ErrNoteText},
		{RemoveEntry(&m, "x"), ErrNotOwn},
		{RemoveEntry(&m, "99"), ErrNoEntry},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%v, want %v", c.err, c.want)
		}
	}
	for _, text := range []string{"", "  \n", strings.Repeat("x", longNote+1), "\xff"} {
		if _, err := AddEntry(&m, EventNote, text, start); !errors.Is(err, ErrNoteText) {
			t.Errorf("%.10q: %v", text, err)
		}
	}
	if _, err := AddEntry(&m, EventSent, "made up", start); !errors.Is(err, ErrNotOwn) {
		t.Errorf("an event by hand: %v", err)
	}
	if err := RemoveEntry(&m, first); err != nil || len(m.Timeline) != 3 || len(before.Timeline) != 2 {
		t.Errorf("%v %+v", err, m.Timeline)
	}
	third, _ := AddEntry(&m, EventMail, "y", start)
	if third == second {
		t.Error("an id twice")
	}
	for range mostNotes {
		AddEntry(&m, EventNote, "x", start)
	}
	if _, err := AddEntry(&m, EventNote, "x", start); !errors.Is(err, ErrNotes) {
		t.Errorf("%v", err)
	}
}

func TestTimelineAsTable(t *testing.T) {
	m := casefile.Case{Timeline: []casefile.Event{
		{Time: start.Add(time.Hour), Code: EventNote, Text: "=HYPERLINK(\"x\")"},
		{Time: start, Code: EventStillLock, With: map[string]string{"verdict": "locked", "count": "46", "since": "2026-03-04T15:48:00Z", "hop": "nix-gw.hetzner.de"}},
	}}
	zone := time.FixedZone("CET", 3600)
	table := TimelineTable(words(t, "en"), m, zone)
	want := [][]string{{"2026-03-04 16:48 +01:00", "Still locked", "Automatic checks: 46 since 2026-03-04 16:48; stops at nix-gw.hetzner.de"},
		{"2026-03-04 17:48 +01:00", "Note", "=HYPERLINK(\"x\")"}}
	if len(table.Columns) != 3 || !slices.EqualFunc(table.Rows, want, slices.Equal[[]string]) {
		t.Errorf("%q", table.Rows)
	}
	var out bytes.Buffer
	if err := WriteTimeline(&out, words(t, "de"), m, zone); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 3 || rows[0][0] != "Zeit" || rows[2][2] != "'=HYPERLINK(\"x\")" {
		t.Errorf("%v %q", err, rows)
	}
}

func TestReminder(t *testing.T) {
	m := casefile.Case{Server: watched, Promise: casefile.Promise{GTI: time.Hour, From: start}, Statements: []casefile.Statement{{Time: start, Sent: true}}}
	now := start.Add(2 * time.Hour)
	subject, body := Reminder(words(t, "de"), m, "AbuseID:ABCDEF:1A", now)
	for _, want := range []string{"AbuseID:ABCDEF:1A", "192.0.2.130"} {
		if !strings.Contains(subject, want) {
			t.Errorf("subject %q lacks %q", subject, want)
		}
	}
	for _, want := range []string{"Guten Tag", "2026-03-04 15:48 (+00:00)", "eine erste Reaktion bis 2026-03-04 16:48", "freigeschaltet"} {
		if !strings.Contains(body, want) {
			t.Errorf("lacks %q:\n%s", want, body)
		}
	}
	subject, body = Reminder(words(t, "en"), casefile.Case{Server: watched}, "", now)
	if strings.Contains(subject+body, "no value") || strings.Contains(body, "on  ") || strings.Contains(body, "!") || strings.Contains(body, "contract") {
		t.Errorf("%s\n%s", subject, body)
	}
	if _, body = Reminder(words(t, "en"), m, "", start.Add(time.Minute)); strings.Contains(body, "that time is over") {
		t.Errorf("blames too early:\n%s", body)
	}
}
