package checklist

import (
	"strconv"
	"strings"
	"time"
)

// months in the languages that programs print them in; «Mär» is what journalctl
// says on a German system.
var months = map[string]time.Month{
	"Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12,
	"Mär": 3, "Mrz": 3, "Mai": 5, "Okt": 10, "Dez": 12,
}

// stamp is the time a log line begins with, and what its form tells about who
// wrote it.
type stamp struct {
	time time.Time
	// byJournal: journalctl prints this form and no syslog daemon does;
	// byDaemon: the other way round (rsyslog's fractions of a second).
	byJournal, byDaemon bool
}

// stampOf takes the time off a line: RFC 3164 with and without year, RFC 3339
// as rsyslog and journalctl write it, and journalctl's short-full and
// short-unix.
func stampOf(s string) (st stamp, rest string, ok bool) {
	switch {
	case len(s) < 15:
		return st, s, false
	case s[0] >= '0' && s[0] <= '9':
		return digitStamp(s)
	}
	word, rest, _ := strings.Cut(s, " ")
	if _, isMonth := months[word]; isMonth {
		return classicStamp(word, rest)
	}
	// short-full: «Sat 2026-11-21 22:11:28 UTC host …»
	if len(word) <= 4 && len(rest) > 24 && rest[4] == '-' && rest[10] == ' ' {
		t, err := time.Parse(time.DateTime, rest[:19])
		_, rest, zone := strings.Cut(rest[20:], " ")
		return stamp{time: t, byJournal: true}, rest, err == nil && zone
	}
	return st, s, false
}

// digitStamp reads «2026-11-21T22:11:29.041267+00:00», «…+0000» and seconds
// since 1970.
func digitStamp(s string) (st stamp, rest string, ok bool) {
	word, rest, _ := strings.Cut(s, " ")
	if len(word) > 10 && word[4] == '-' && word[10] == 'T' {
		for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700"} {
			if t, err := time.Parse(layout, word); err == nil {
				daemon := strings.Contains(word, ".") && layout[len(layout)-3] == ':'
				return stamp{t, !daemon, daemon}, rest, true
			}
		}
		return st, s, false
	}
	whole, part, dot := strings.Cut(word, ".")
	if n, err := strconv.ParseInt(whole, 10, 64); err == nil && dot && len(whole) == 10 && len(part) == 6 {
		return stamp{time: time.Unix(n, 0).UTC(), byJournal: true}, rest, true
	}
	return st, s, false
}

// classicStamp reads what follows the month: «21 22:11:29», « 1 22:11:29»,
// «21 2026 22:11:29».
func classicStamp(month, s string) (st stamp, rest string, ok bool) {
	day, s, _ := strings.Cut(strings.TrimLeft(s, " "), " ")
	d, err := strconv.Atoi(day)
	if err != nil || d < 1 || d > 31 {
		return st, s, false
	}
	year := 0
	if len(s) > 5 && s[4] == ' ' {
		if year, err = strconv.Atoi(s[:4]); err != nil {
			return st, s, false
		}
		s = s[5:]
	}
	clock, rest, _ := strings.Cut(s, " ")
	at, err := time.Parse("15:04:05", strings.TrimSuffix(clock, ":"))
	if err != nil {
		return st, s, false
	}
	// Other than English: journalctl alone follows the language.
	local := month == "Mär" || month == "Mai" || month == "Okt" || month == "Dez"
	return stamp{time: time.Date(year, months[month], d, at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC), byJournal: local}, rest, true
}

// apart says how far two clocks stand from each other, whatever zone they were
// printed in; a time without a year takes the other's.
func apart(a, b time.Time) time.Duration {
	wall := func(t time.Time, year int) time.Time {
		return time.Date(year, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	}
	if a.Year() != 0 && b.Year() != 0 {
		return wall(a, a.Year()).Sub(wall(b, b.Year()))
	}
	const year = 366 * 24 * time.Hour // the year 0 is a leap year
	d := wall(a, 0).Sub(wall(b, 0))
	switch {
	case d > year/2:
		d -= year
	case d < -year/2:
		d += year
	}
	return d
}
