package abuse

import (
	"time"

	"latchkey/diag/abuse/grammar"
)

// readSpan settles the time zone and the years of the log's times.
func (r *Report) readSpan(t *tally, h grammar.Heading) {
	s := &r.Span
	s.First, s.Last = t.first, t.last
	if t.wraps() {
		s.First, s.Last = t.halves[1].first, t.halves[0].last
		t.times = timeline{} // its bins are in the wrong order
	}
	if !s.First.Known() && h.First.Known() {
		s.First, s.Last = h.First, h.First
		if h.Last.Known() {
			s.Last = h.Last
		}
	}
	if h.First.Known() && earlier(&h.First, &s.First) {
		s.First = h.First
	}
	if h.Last.Known() && earlier(&s.Last, &h.Last) {
		s.Last = h.Last
	}
	r.readZone(t)
	if s.First.Known() && s.First.Parts&grammar.Year == 0 && s.First.Parts&grammar.Day != 0 {
		r.giveYear()
	} else if s.First.Dated() {
		r.widenByYearless(t)
	}
	least := second // bars narrower than what the times tell would be mostly empty
	if t.fine {
		least = 0
	}
	r.Bars = t.times.bars(mostBars, least)
}

// mostBars is how many bars a histogram has at most.
const mostBars = 60

// readZone takes the zone from the log itself, else from the mail, else from
// what is known of the format.
func (r *Report) readZone(t *tally) {
	s, n := &r.Span, &r.Notice
	if !s.First.Known() {
		return
	}
	switch {
	case t.zone.rows > 0 && !t.zone.several:
		s.Zone, s.From = zoneLabel(t.zone.name, t.zone.offset), ZoneFromLog
	case t.zone.several, s.First.Parts&grammar.Zoned != 0:
		s.Zone, s.From = zoneLabel(s.First.Zone, s.First.Offset), ZoneFromLog
	case len(r.Logs) == 0:
	case n.zone != "":
		s.Zone, s.From, s.location = n.zone, ZoneFromMail, n.location
	case r.Logs[0].Grammar.Zone != "":
		s.Zone, s.From = r.Logs[0].Grammar.Zone, ZoneFromProvider
		if l, err := time.LoadLocation(s.Zone); err == nil {
			s.location = l
		}
	}
	s.findConflict(n)
}

// findConflict notes the mail's zone if the log names another itself.
func (s *Span) findConflict(n *NoticeFacts) {
	if s.From != ZoneFromLog || n.location == nil || !s.First.Dated() {
		return
	}
	if _, mails := s.First.Time().In(n.location).Zone(); mails != int(s.First.Offset) {
		s.Conflict = n.zone
	}
}

// giveYear takes the year that syslog leaves out from the mail's date: the
// latest in which the log is not newer than the mail. A log over New Year begins
// in the year before.
func (r *Report) giveYear() {
	date := r.Message.Header.Date
	if date.IsZero() {
		return
	}
	s := &r.Span
	wraps := s.First.Micros > s.Last.Micros
	year := date.Year()
	// A day of grace: the zones of mail and log may differ.
	if inYear(s.Last, year).After(date.Add(24 * time.Hour)) {
		year--
	}
	s.Last = dated(s.Last, year)
	if wraps {
		year--
	}
	s.First = dated(s.First, year)
	s.YearFromMail = true
}

// widenByYearless takes the times without a year of a log that has both kinds.
func (r *Report) widenByYearless(t *tally) {
	date, s := r.Message.Header.Date, &r.Span
	for _, h := range t.halves {
		for _, stamp := range []grammar.Stamp{h.first, h.last} {
			if stamp.Parts == 0 || date.IsZero() {
				continue
			}
			year := date.Year()
			if inYear(stamp, year).After(date.Add(24 * time.Hour)) {
				year--
			}
			stamp = dated(stamp, year)
			if instant(&stamp) < instant(&s.First) {
				s.First, s.YearFromMail = stamp, true
			}
			if instant(&stamp) > instant(&s.Last) {
				s.Last, s.YearFromMail = stamp, true
			}
		}
	}
}

// inYear is a clock reading in a year.
func inYear(t grammar.Stamp, year int) time.Time {
	c := time.UnixMicro(t.Micros).UTC()
	return time.Date(year, c.Month(), c.Day(), c.Hour(), c.Minute(), c.Second(), c.Nanosecond(), time.UTC)
}

func dated(t grammar.Stamp, year int) grammar.Stamp {
	t.Micros, t.Parts = inYear(t, year).UnixMicro(), t.Parts|grammar.Year
	return t
}

// Text is a time of this report as far as it is known: «2025-02-03 04:05:06»,
// without the year, or the clock alone.
func (s Span) Text(t grammar.Stamp) string {
	at := t.Time()
	if exact, ok := s.At(t); ok {
		at = exact
	}
	switch {
	case t.Dated() && t.Parts&grammar.Clock == 0:
		return at.Format("2006-01-02")
	case t.Dated():
		return at.Format("2006-01-02 15:04:05")
	case t.Parts&grammar.Day != 0:
		return at.Format("01-02 15:04:05")
	case t.Parts&grammar.Clock != 0:
		return at.Format("15:04:05")
	}
	return ""
}

// burst is from how many rows per second on packets are a flood, not a search:
// scanners that were reported sent some hundreds.
const burst = 2000

// bursts reports whether rows follow each other so fast.
func (s Span) bursts(rows int) bool {
	return s.First.Known() && rows > 20 && int64(rows)*second > burst*s.duration()
}

// duration is from the first to the last time, in microseconds. Where day or
// year are not known the last may be the smaller reading: midnight or New Year
// lies between.
func (s Span) duration() int64 {
	d := instant(&s.Last) - instant(&s.First)
	switch {
	case d >= 0:
	case s.First.Parts&grammar.Day == 0:
		d += 86400 * second
	case s.First.Parts&grammar.Year == 0:
		d += 366 * 86400 * second
	}
	return max(d, 0)
}
