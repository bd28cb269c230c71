package abuse

import (
	"fmt"
	"strings"
	"testing"

	"latchkey/diag/abuse/grammar"
)

// mailed puts a log into a mail of a date.
func mailed(date, log string) string {
	return "From: desk@example.org\nTo: owner@example.org\nSubject: Abuse from 192.0.2.10\nMessage-ID: <4@example.org>\nDate: " + date + "\n\n" + log
}

func logins(times ...string) string {
	var b strings.Builder
	for i, at := range times {
		fmt.Fprintf(&b, "%s host sshd[%d]: Failed password for root from 192.0.2.10 port %d ssh2\n", at, 100+i, 40000+i)
	}
	return b.String()
}

// TestYear: a log without years gets them from the mail, also over New Year, and
// none that would put it into the future.
func TestYear(t *testing.T) {
	for _, c := range []struct {
		name, date, first, last string
		times                   []string
	}{
		{"same year", "Mon, 3 Feb 2025 10:00:00 +0100", "2025-02-03 04:05:06", "2025-02-03 04:05:09", []string{"Feb  3 04:05:06", "Feb  3 04:05:09"}},
		{"mail of January, log of December", "Thu, 2 Jan 2025 10:00:00 +0100", "2024-12-30 04:05:06", "2024-12-31 23:59:59", []string{"Dec 30 04:05:06", "Dec 31 23:59:59"}},
		{"over New Year", "Thu, 2 Jan 2025 10:00:00 +0100", "2024-12-31 23:59:58", "2025-01-01 00:00:03", []string{"Dec 31 23:59:58", "Dec 31 23:59:59", "Jan  1 00:00:01", "Jan  1 00:00:03"}},
		{"over New Year, newest first", "Thu, 2 Jan 2025 10:00:00 +0100", "2024-12-31 23:59:58", "2025-01-01 00:00:03", []string{"Jan  1 00:00:03", "Jan  1 00:00:01", "Dec 31 23:59:59", "Dec 31 23:59:58"}},
		{"mail of another zone, a day behind", "Sun, 2 Feb 2025 20:00:00 -0800", "2025-02-03 05:05:06", "2025-02-03 05:05:07", []string{"Feb  3 05:05:06", "Feb  3 05:05:07"}},
		{"29 February, seen in March", "Sat, 2 Mar 2024 10:00:00 +0100", "2024-02-29 05:05:06", "2024-03-01 05:05:07", []string{"Feb 29 05:05:06", "Mar  1 05:05:07"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := readText(t, mailed(c.date, logins(c.times...)))
			s := r.Span
			if first, last := s.Text(s.First), s.Text(s.Last); first != c.first || last != c.last || !s.YearFromMail {
				t.Errorf("%s to %s, from mail %v; want %s to %s", first, last, s.YearFromMail, c.first, c.last)
			}
		})
	}
}

// TestNoYear: without a mail nobody knows the year, but which end is first shows.
func TestNoYear(t *testing.T) {
	r := readText(t, logins("Dec 31 23:59:58", "Jan  1 00:00:03", "Jan  1 00:00:01"))
	s := r.Span
	if first, last := s.Text(s.First), s.Text(s.Last); first != "12-31 23:59:58" || last != "01-01 00:00:03" || s.YearFromMail {
		t.Errorf("%s to %s", first, last)
	}
	if d := s.duration(); d != 5*second {
		t.Errorf("%d µs", d)
	}
}

// TestZone: the log's own zone, then the mail's, then what the provider is known
// to print; a contradiction is named.
func TestZone(t *testing.T) {
	iso := scanTable(scan(publicSweep, 5, 1, fresh, fixed(22), 0, ""))
	ctime := "Netscan detected from host 192.0.2.10\ntime                protocol src_ip src_port          dest_ip dest_port\n" +
		"Mon Feb  3 09:10:41 2025 TCP      192.0.2.10 4001  =>    198.51.100.7 4001 \nMon Feb  3 09:10:42 2025 TCP      192.0.2.10 4001  =>    198.51.100.8 4001 \n"
	for _, c := range []struct {
		name, text, zone string
		from             ZoneSource
		conflict, first  string
	}{
		{"table says UTC", iso, "UTC", ZoneFromLog, "", "2025-02-03 04:00:00 +0000"},
		{"mail contradicts", "All times are in Central European Time.\n\n" + iso, "UTC", ZoneFromLog, "Europe/Berlin", "2025-02-03 04:00:00 +0000"},
		{"mail agrees", "All times are in GMT.\n\n" + iso, "UTC", ZoneFromLog, "", "2025-02-03 04:00:00 +0000"},
		{"only the mail says it", "All times are in UTC.\n\n" + ctime, "UTC", ZoneFromMail, "", "2025-02-03 09:10:41 +0000"},
		{"nobody says it, the provider is known", ctime, "Europe/Berlin", ZoneFromProvider, "", "2025-02-03 09:10:41 +0100"},
		{"nobody says it", "2025-02-03 04:05:06: 192.0.2.10 => 198.51.100.7:22 proto TCP\n2025-02-03 04:05:07: 192.0.2.10 => 198.51.100.8:22 proto TCP\n", "", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := readText(t, c.text).Span
			first := ""
			if at, ok := s.At(s.First); ok {
				first = at.Format("2006-01-02 15:04:05 -0700")
			}
			if s.Zone != c.zone || s.From != c.from || s.Conflict != c.conflict || first != c.first {
				t.Errorf("%q from %q, conflict %q, first %s", s.Zone, s.From, s.Conflict, first)
			}
		})
	}
}

// TestDuration: readings that lack day or year may begin anew.
func TestDuration(t *testing.T) {
	clock := func(at int64) grammar.Stamp { return grammar.Stamp{Micros: at * second, Parts: grammar.Clock} }
	if d := (Span{First: clock(86390), Last: clock(10)}).duration(); d != 20*second {
		t.Errorf("over midnight: %d µs", d)
	}
	if (Span{First: clock(86390), Last: clock(10)}).bursts(1000) {
		t.Error("1000 rows in 20 s are no burst")
	}
	if !(Span{First: clock(10), Last: clock(11)}).bursts(10_000) {
		t.Error("10,000 rows in a second are a burst")
	}
}

// TestUndatedHeading: a heading that tells less than the rows, or more, does not
// spoil their times.
func TestUndatedHeading(t *testing.T) {
	const dated = grammar.Clock | grammar.Day | grammar.Year
	var row grammar.Row
	row.Reset()
	row.Time = grammar.Stamp{Micros: 1738555506 * second, Parts: dated}
	sums := newTally(owner{})
	sums.add(&row)
	r := &Report{}
	r.readSpan(sums, grammar.Heading{First: grammar.Stamp{Micros: 5 * second, Parts: grammar.Clock}, Last: grammar.Stamp{Micros: 6 * second, Parts: grammar.Clock}})
	if r.Span.First != row.Time || r.Span.Last != row.Time {
		t.Errorf("%+v", r.Span)
	}
	r.readSpan(newTally(owner{}), grammar.Heading{First: row.Time, Last: grammar.Stamp{Micros: row.Time.Micros + second, Parts: dated}})
	if r.Span.First != row.Time || r.Span.Last.Micros != row.Time.Micros+second {
		t.Errorf("the heading alone tells %+v", r.Span)
	}
}
