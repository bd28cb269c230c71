package ui

import (
	"strings"
	"testing"
	"time"

	"latchkey/app"
	"latchkey/diag/abuse"
)

// due gives a window a report with that deadline, and the time it is there.
func due(t testing.TB, language string, at, now time.Time) *window {
	t.Helper()
	w, _ := newStage(t, app.Settings{Language: language, Theme: "light"})
	w.now = func() time.Time { return now }
	w.readText(strings.Replace(mailHead, "2026-03-14 20:12:21 +0100", at.Format("2006-01-02 15:04:05 -0700"), 1) + netscan(5))
	return w
}

// The clock's words, colour and share at both ends of each of its states. The
// mail was sent at 10:12:21 UTC.
func TestTheDeadlinesClock(t *testing.T) {
	sent := time.Date(2026, 3, 14, 10, 12, 21, 0, time.UTC)
	at := sent.Add(10 * time.Hour)
	w := due(t, "en", at, sent)
	for _, c := range []struct {
		left          time.Duration
		first, second string
		ink           token
		share         float64
	}{
		{10 * time.Hour, "10 h 0 min left", "answer by 20:12 today", tokPrimary, 1},
		{5 * time.Hour, "5 h 0 min left", "answer by 20:12 today", tokPrimary, 0.5},
		{2*time.Hour + time.Second, "2 h 0 min left", "answer by 20:12 today", tokPrimary, 0.2},
		{2 * time.Hour, "2 h 0 min left, soon", "answer by 20:12 today", tokWarn, 0.2},
		{59*time.Minute + 59*time.Second, "59 min left, soon", "answer by 20:12 today", tokWarn, 0.1},
		{30*time.Minute + time.Second, "30 min left, soon", "answer by 20:12 today", tokWarn, 0.05},
		{30 * time.Minute, "30 min left, urgent", "answer by 20:12 today", tokLock, 0.05},
		{9*time.Minute + 5*time.Second, "9 min 5 s left, urgent", "answer by 20:12 today", tokLock, 0.015},
		{time.Second, "1 s left, urgent", "answer by 20:12 today", tokLock, 0},
		{0, "Passed 1 ms ago", "answer anyway, it still helps", tokLock, 1},
		{-35 * time.Minute, "Passed 35 min ago", "answer anyway, it still helps", tokLock, 1},
		{-72 * time.Hour, "Passed 3 days ago", "answer anyway, it still helps", tokLock, 1},
		{21 * time.Hour, "21 h 0 min left", "answer by 2026-03-14, 20:12", tokPrimary, 1},
		{47 * time.Hour, "47 h 0 min left", "answer by 2026-03-14, 20:12", tokPrimary, 1},
		{60 * time.Hour, "3 days left", "answer by 2026-03-14, 20:12", tokPrimary, 1},
	} {
		w.now = func() time.Time { return at.Add(-c.left) }
		got, ok := w.countdown(w.current)
		if !ok || got.first != c.first || got.second != c.second || got.ink != c.ink || got.share < c.share-0.01 || got.share > c.share+0.01 {
			t.Errorf("%v left: %+v, %v", c.left, got, ok)
		}
	}
}

// The mail's zone is turned into that of this computer.
func TestTheDeadlineIsInLocalTime(t *testing.T) {
	here := time.FixedZone("", 9*3600)
	at := time.Date(2026, 3, 14, 20, 12, 0, 0, time.FixedZone("", 3600)) // 04:12 tomorrow, here
	w := due(t, "de", at, time.Date(2026, 3, 14, 23, 0, 0, 0, here))
	if c, _ := w.countdown(w.current); c.first != "noch 5 Std. 12 Min." || !strings.Contains(c.second, "2026-03-15") || !strings.Contains(c.second, "04:12") {
		t.Errorf("%+v", c)
	}
	s := w.current.report
	for typed, want := range map[string]string{"2026-03-15 01:00": "2026-03-15T01:00:00+09:00", "2026-03-15 01:00 +0000": "2026-03-15T01:00:00Z", "2026-03-15 01:00:30 +02:00": "2026-03-15T01:00:30+02:00"} {
		s.typed = typed
		w.setDeadline(s)
		if got := s.deadline.Format(time.RFC3339); got != want || s.trouble != "" {
			t.Errorf("%q: %s %s", typed, got, s.trouble)
		}
	}
	before := s.deadline
	for _, typed := range []string{"20:12", "2026-03-15", "soon", "2026-99-99 99:99", "\x1b[31m", "-"} {
		s.typed, s.trouble = typed, ""
		w.setDeadline(s)
		if s.trouble == "" || !s.deadline.Equal(before) || s.typed != typed {
			t.Errorf("%q: deadline %v, %q", typed, s.deadline, s.trouble)
		}
	}
	s.typed = "  "
	w.setDeadline(s)
	if got, _ := w.deadlineOf(w.current); !got.Equal(at) {
		t.Errorf("nothing typed: %v", got)
	}
}

// Seconds stand where they count, and no unit is larger than its next one.
func TestSpansInWords(t *testing.T) {
	w, _ := newStage(t, app.Settings{Language: "en", Theme: "light"})
	for d, want := range map[time.Duration]string{
		0: "1 ms", 999 * time.Millisecond: "999 ms", time.Second: "1 s", 59999 * time.Millisecond: "59 s", time.Minute: "1 min 0 s",
		61 * time.Second: "1 min 1 s", time.Hour - time.Second: "59 min 59 s", time.Hour: "1 h 0 min", 47*time.Hour + 59*time.Minute: "47 h 59 min",
		48 * time.Hour: "2 days", 60 * time.Hour: "3 days", 365 * 24 * time.Hour: "365 days",
	} {
		if got := w.span(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{9*time.Minute + 59*time.Second: "9 min 59 s", 10 * time.Minute: "10 min", time.Hour - time.Second: "59 min", time.Hour: "1 h 0 min"} {
		if got := w.rest(d); got != want {
			t.Errorf("%v: %q left, want %q", d, got, want)
		}
	}
}

// Behind «since», days stand in the case that the language asks for.
func TestSinceDays(t *testing.T) {
	at := time.Date(2026, 3, 14, 20, 0, 0, 0, time.UTC)
	for lang, want := range map[string]string{"de": "Seit 5 Tagen vorbei", "en": "Passed 5 days ago", "pl": "Po terminie od 5 dni"} {
		handsOn(t, due(t, lang, at, at.Add(5*24*time.Hour))).sees(want)
	}
}

// The clock ticks once a minute, near the end once a second, only in a case, and
// never twice at a time.
func TestTheClockTicks(t *testing.T) {
	at := time.Date(2026, 3, 14, 20, 0, 0, 0, time.UTC)
	now := at.Add(-11*time.Minute - 30*time.Second)
	w := due(t, "en", at, now)
	var waits []time.Duration
	var tick func()
	w.after = func(d time.Duration, f func()) { waits, tick = append(waits, d), f }
	w.now = func() time.Time { return now }
	w.ticking = false
	w.build()
	w.build()
	if len(waits) != 1 || waits[0] != time.Minute {
		t.Fatalf("waits %v", waits)
	}
	h := handsOn(t, w)
	h.tabTo("answer by 20:00 today")
	now = now.Add(90 * time.Second)
	tick()
	h.sees("10 min left, urgent")
	h.on("10 min left, urgent") // the focus stays on the clock
	if len(waits) != 2 || waits[1] != time.Second {
		t.Errorf("waits %v", waits)
	}
	w.open(screenHelp)
	tick()
	if len(waits) != 2 {
		t.Error("it ticks though nobody sees it")
	}
	w.open(screenReport)
	if len(waits) != 3 {
		t.Error("it stands still")
	}
}

// A press on the clock leads to where the deadline is set.
func TestTheClockLeadsToTheMail(t *testing.T) {
	_, _, h := opens(t, mailHead+netscan(20))
	h.tabTo("5 h 44 min left. answer by 19:12 today")
	h.press("Return")
	h.sees("Set deadline", "From line 3 of the mail.")
}

// A victim reads something else than a suspect.
func TestHeadlines(t *testing.T) {
	for want, r := range map[string]abuse.Report{
		"report.inward.title": {Direction: abuse.In, Incident: abuse.Flood}, "report.flood.title": {Direction: abuse.Out, Incident: abuse.Flood},
		"report.net-scan.title": {Direction: abuse.Both, Incident: abuse.NetScan}, "report.unknown.title": {Incident: abuse.UnknownKind},
	} {
		if got := headline(&r, "title"); got != want {
			t.Errorf("%s and %s: %s", r.Direction, r.Incident, got)
		}
	}
	w, _, h := opens(t, inward)
	h.sees("Your server was attacked", "Incoming", "Senders", "Who sends how much", "2 addresses are named", "0.08 %")
	if strings.Contains(h.text(), "Possible causes") || len(w.current.report.reading.Report.Hypotheses) > 0 {
		t.Error("a victim gets a list of causes")
	}
}
