package abuse

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// factsOf reads sentences as the body of a mail.
func factsOf(lines ...string) *NoticeFacts {
	var n NoticeFacts
	newProse().read(&n, []byte(strings.Join(lines, "\n")), "", false)
	return &n
}

func TestAbuseID(t *testing.T) {
	for text, want := range map[string]string{
		"Abuse Message [AbuseID:ABCDEF:1A]: NetscanOutLevel":    "ABCDEF:1A",
		"Re: AW: abuse message [abuseid: 0a1b2c:3d] attack":     "0A1B2C:3D",
		"Your AbuseID ABCDEF:1A":                                "ABCDEF:1A",
		"AbuseID:ABCDEG:1A":                                     "", // G is no hexadecimal digit
		"AbuseID:ABCDEF:1AB":                                    "",
		"the MAC is AB:CD:EF:1A:00:01":                          "",
		"First [AbuseID:111111:11], second [AbuseID:222222:22]": "111111:11",
	} {
		if got := factsOf(text).AbuseID; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLockingID(t *testing.T) {
	for text, want := range map[string]string{
		"Locking ID: L0123ABCD":         "L0123ABCD",
		"Sperrung [L00FF00FF] Ihrer IP": "L00FF00FF",
		"LABEL0123":                     "",
		"XL0123ABCD":                    "",
		"L0123ABCDE":                    "",
	} {
		if got := factsOf(text).LockingID; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestDeadline(t *testing.T) {
	for _, c := range []struct {
		name, want string // RFC 3339, "" for none
		line       int
		text       []string
	}{
		{"blocked after", "2023-05-04T20:12:21+02:00", 2, []string{"If you do not answer, your server can be", "blocked at any time after the 2023-05-04 20:12:21 +0200."}},
		{"words on the line before", "2023-05-04T20:12:21+02:00", 2, []string{"Your server can be locked at any time after", "2023-05-04 20:12:21 +0200"}},
		{"German", "2023-05-04T20:12:21+02:00", 1, []string{"Der Server kann nach dem 2023-05-04 20:12:21 +0200 gesperrt werden."}},
		{"German date", "2023-05-04T20:12:00+02:00", 1, []string{"Bitte antworten Sie bis spätestens 04.05.2023 um 20:12 Uhr (MESZ)."}},
		{"German date, short", "2023-05-04T20:12:21+01:00", 1, []string{"Frist: 4.5.2023, 20:12:21 MEZ"}},
		{"month by name", "2023-05-04T20:12:21Z", 1, []string{"Deadline: 4 May 2023 20:12:21 UTC"}},
		{"T and Z", "2023-05-04T20:12:21Z", 1, []string{"deadline 2023-05-04T20:12:21Z"}},
		{"offset with a colon", "2023-05-04T20:12:21-03:00", 1, []string{"Answer by 2023-05-04 20:12:21 -03:00, please reply in time."}},
		{"no seconds", "2023-05-04T20:12:00+02:00", 1, []string{"will be blocked on 2023-05-04 20:12 +0200"}},
		{"without an offset", "", 0, []string{"Your server can be blocked at any time after 2023-05-04 20:12:21."}},
		{"zone nobody knows", "", 0, []string{"Your server can be blocked after 2023-05-04 20:12:21 IST."}},
		{"time of the attack", "", 0, []string{"The attack was logged at 2023-05-04 20:12:21 +0200."}},
		{"span of the attack", "", 0, []string{"Attack seen from 2023-05-04 20:00:00 +0200 until 2023-05-04 20:12:21 +0200."}},
		{"when it was blocked", "", 0, []string{"The address was blocked at 2023-05-04 20:12:21 +0200."}},
		{"several: the one that threatens", "2023-05-05T20:12:21+02:00", 3, []string{
			"Attack detected at 2023-05-04 10:00:00 +0200.", "You have time until 2023-05-05 12:00:00 +0200 to answer.", "The server can be locked after 2023-05-05 20:12:21 +0200."}},
		{"several that threaten alike: the first", "2023-05-05T20:12:21+02:00", 1, []string{
			"The server can be locked after 2023-05-05 20:12:21 +0200.", "Nothing else.", "It may be locked after 2023-05-07 20:12:21 +0200."}},
		{"two in one line", "2023-05-05T20:12:21+02:00", 1, []string{"Seen 2023-05-04 10:00:00 +0200, locked after 2023-05-05 20:12:21 +0200."}},
		{"no such day", "", 0, []string{"will be blocked after 2023-13-45 20:12:21 +0200"}},
		{"quoted", "2023-05-04T20:12:21+02:00", 1, []string{"> > can be blocked after the 2023-05-04 20:12:21 +0200"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := factsOf(c.text...).Deadline
			got, line := "", 0
			if d != nil {
				got, line = d.At.Format(time.RFC3339), d.Source.Line
			}
			if got != c.want || line != c.line {
				t.Errorf("%q in line %d, want %q in line %d", got, line, c.want, c.line)
			}
		})
	}
}

func TestDeadlineInSubject(t *testing.T) {
	r := readText(t, "From: abuse@hetzner.example\nSubject: [AbuseID:ABCDEF:1A] Lock after 2023-05-04 20:12:21 +0200\nDate: Thu, 4 May 2023 10:00:00 +0200\nMessage-ID: <1@example.org>\n\nThere was an attack from your server. See the subject.\n")
	if d := r.Notice.Deadline; d == nil || d.At.Format(time.RFC3339) != "2023-05-04T20:12:21+02:00" || d.Source.Part != "Subject" || d.Source.Line != 0 {
		t.Errorf("%+v", d)
	}
}

func TestAnswerIn(t *testing.T) {
	for text, hours := range map[string]int{
		"Please answer within 24 hours.":                              24,
		"Bitte antworten Sie innerhalb von 12 Stunden.":               12,
		"Merci de répondre sous 48 heures.":                           48,
		"We will block the address in 6 hours.":                       6,
		"We counted 5000 connections in 24 hours.":                    0,
		"The attack went on for 24 hours.":                            0,
		"Your server will be suspended. It sent mails in 2 hours.":    0,
		"Antworten Sie binnen 24 Stunden, sonst sperren wir in 48 h.": 24,
	} {
		if got := factsOf(text).AnswerIn; got != time.Duration(hours)*time.Hour {
			t.Errorf("%q: %v, want %d h", text, got, hours)
		}
	}
}

// TestLinks: what answers in the owner's name is never shown whole.
func TestLinks(t *testing.T) {
	for _, c := range []struct {
		url    string
		kind   LinkKind
		secret bool
		masked string
	}{
		{"https://abuse.example.org/retries/?token=0a1b2c3d4e5f", RetryLink, true, "https://abuse.example.org/retries/?token=hidden"},
		{"https://abuse.example.org/statements/?token=0a1b2c3d4e5f&lang=en", StatementLink, true, "https://abuse.example.org/statements/?lang=hidden&token=hidden"},
		{"https://abuse.example.org/statements/?id=77", StatementLink, true, "https://abuse.example.org/statements/?id=hidden"},
		{"https://abuse.example.org/statements/", StatementLink, false, "https://abuse.example.org/statements/"},
		{"https://abuse.example.org/statement/0a1b2c3d4e5f60718293", StatementLink, true, "https://abuse.example.org/statement/hidden"},
		{"https://abuse.example.org/case/123e4567-e89b-42d3-a456-426614174000/answer", OtherLink, true, "https://abuse.example.org/case/hidden/answer"},
		{"https://example.org/a?x=9fA83kdLs02mXq71", OtherLink, true, "https://example.org/a?x=hidden"},
		{"https://example.org/a#0a1b2c3d4e5f60718293", OtherLink, true, "https://example.org/a#hidden"},
		{"https://user:word@example.org/a", OtherLink, true, "https://example.org/a"},
		{"https://docs.example.org/en/what-to-do-after-2-port-scans-of-2025", OtherLink, false, "https://docs.example.org/en/what-to-do-after-2-port-scans-of-2025"},
		{"https://example.org/?page=2", OtherLink, false, "https://example.org/?page=2"},
	} {
		n := factsOf("See <" + c.url + ">.")
		if len(n.Links) != 1 {
			t.Fatalf("%s: %v", c.url, n.Links)
		}
		if l := n.Links[0]; l.URL != c.url || l.Kind != c.kind || l.Secret != c.secret || l.Masked() != c.masked {
			t.Errorf("%s: %s, secret %v, masked %s", c.url, l.Kind, l.Secret, l.Masked())
		}
	}
	if l := (Link{URL: "https://example.org/retries/?token=0a1b%2", Secret: true}); strings.Contains(l.Masked(), "0a1b") {
		t.Errorf("a link that is no link: %s", l.Masked())
	}
	n := factsOf("https://example.org/a https://example.org/a.", "(https://example.org/b)")
	if len(n.Links) != 2 || n.Links[1].URL != "https://example.org/b" || n.Links[1].Source.Line != 2 {
		t.Errorf("%+v", n.Links)
	}
}

func TestZoneOfMail(t *testing.T) {
	for text, want := range map[string]string{
		"All times are in UTC.":    "UTC",
		"Timestamps are GMT+2.":    "+02:00",
		"The time zone is UTC -3.": "-03:00",
		"Note: all timestamps are in Central European Time (CET / CEST)": "Europe/Berlin",
		"Alle Zeiten in mitteleuropäischer Zeit.":                        "Europe/Berlin",
		"Die Uhrzeiten sind in MESZ angegeben.":                          "MESZ",
		"Times are in coordinated universal time.":                       "UTC",
		"time zone of the log: MET / GMT+1":                              "+01:00",
		"We are the GMT company.":                                        "",
		"Sometimes it is late.":                                          "",
	} {
		if got := factsOf(text).zone; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestAccusedInSentences: of the addresses a mail names the one the words call
// the source comes first; targets and networks are none.
func TestAccusedInSentences(t *testing.T) {
	for _, c := range []struct {
		want []string
		text []string
	}{
		{[]string{"192.0.2.10"}, []string{"We saw an attack from your server 192.0.2.10 against 198.51.100.7."}},
		{[]string{"192.0.2.10", "203.0.113.5"}, []string{"203.0.113.5 tells us so", "IP address: 192.0.2.10"}},
		{[]string{"2001:db8::10"}, []string{"from 2001:db8:0:0:0:0:0:10"}},
		{nil, []string{"inetnum: 192.0.2.0 and route: 192.0.2.0", "target of it: 198.51.100.7", "version 1.2.3.4.5x, 300.1.2.3, 127.0.0.1"}},
		// Letters whose lower case has another length must not move what stands before.
		{[]string{"192.0.2.10"}, []string{strings.Repeat("\u212a\u023a", 30) + " server 192.0.2.10"}},
		{[]string{"192.0.2.10"}, []string{strings.Repeat("\u212a", 100) + " server 192.0.2.10"}},
	} {
		if got := factsOf(c.text...).accused; !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.text, got, c.want)
		}
	}
}

// TestAccusedInSubject: what the subject names outweighs the sentences.
func TestAccusedInSubject(t *testing.T) {
	r := readText(t, "From: desk@example.org\nSubject: Abuse complaint about 192.0.2.10\nMessage-ID: <2@example.org>\nDate: Thu, 4 May 2023 10:00:00 +0200\n\nWe have been told that there was an attack which may well have come from host 203.0.113.77 in the first place.\n")
	if r.Accused != "192.0.2.10" {
		t.Errorf("%q", r.Accused)
	}
}

// TestNoNotice: ordinary mails are no reports.
func TestNoNotice(t *testing.T) {
	for _, text := range []string{
		"Hello,\nthe meeting is on 2025-02-03 at 10:00.\nRegards\n",
		"From: a@example.org\nSubject: invoice 4711\nMessage-ID: <3@example.org>\nDate: Thu, 4 May 2023 10:00:00 +0200\n\nPlease pay within 24 hours: https://example.org/pay?token=0a1b2c3d4e5f60718293\n",
		"\n\n\n", "x",
	} {
		if r, ok, err := Read(t.Context(), []byte(text), Options{}); ok || err != nil {
			t.Errorf("%q is a report of %s (%v)", text, r.Incident, err)
		}
	}
}
