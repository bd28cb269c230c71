package abuse

import (
	"time"

	"latchkey/diag/abuse/grammar"
)

// readSpan settles the time zone and the years of the log's times.
func (r *Report) readSpan(t *tally, h grammar.Heading) {
	s := &r.Span
	s.First, s.Last = t.first, t.last
	if !s.First.Known() && h.First.Known() {
		s.First, s.Last = h.First, h.First
	}
	if h.First.Known() && instant(&h.First) < instant(&s.First) {
		s.First = h.First
	}
	if h.Last.Known() && instant(&h.Last) > instant(&s.Last) {
		s.Last = h.Last
	}
	r.readZone(t)
	if s.First.Known() && s.First.Parts&grammar.Year == 0 && s.First.Parts&grammar.Day != 0 {
		r.giveYear()
	}
	if t.times.bins != nil {
		r.Bars = t.times.bars(mostBars)
	}
}

// mostBars is how many bars a histogram has at most.
const mostBars = 60

// readZone takes the zone from the log itself, else from the mail, else from
// what is known of the format.
func (r *Report) readZone(t *tally) {
	s, n := &r.Span, &r.Notice
	switch {
	case t.zone.rows > 0 && !t.zone.several:
		s.Zone, s.From = zoneLabel(t.zone.name, t.zone.offset), ZoneFromLog
	case t.zone.rows == 0 && s.First.Parts&grammar.Zoned != 0:
		s.Zone, s.From = zoneLabel(s.First.Zone, s.First.Offset), ZoneFromLog
	case t.zone.several:
		s.Zone, s.From = zoneLabel(s.First.Zone, s.First.Offset), ZoneFromLog
	case n.zone != "" && len(r.Logs) > 0 && s.First.Known():
		s.Zone, s.From, s.location = n.zone, ZoneFromMail, n.location
	case len(r.Logs) > 0 && r.Logs[0].Grammar.Zone != "" && s.First.Known():
		s.Zone, s.From = r.Logs[0].Grammar.Zone, ZoneFromProvider
		if l, err := time.LoadLocation(s.Zone); err == nil {
			s.location = l
		}
	}
	if s.From == ZoneFromLog && n.zone != "" && n.location != nil && s.First.Dated() {
		_, mails := s.First.Time().In(n.location).Zone()
		if mails != int(s.First.Offset) {
			s.Conflict = n.zone
		}
	}
}

// giveYear takes the year that syslog leaves out from the mail's date: the
// latest in which the log is not newer than the mail.
func (r *Report) giveYear() {
	date := r.Message.Header.Date
	if date.IsZero() {
		return
	}
	for _, t := range []*grammar.Stamp{&r.Span.First, &r.Span.Last} {
		for _, year := range []int{date.Year(), date.Year() - 1} {
			at := t.Time().UTC()
			dated := time.Date(year, at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC)
			// A day of grace: the zones of mail and log may differ.
			if dated.Before(date.Add(24*time.Hour)) || year < date.Year() {
				t.Micros, t.Parts = dated.UnixMicro()+int64(t.Offset)*boolInt(t.Parts&grammar.Zoned != 0)*second, t.Parts|grammar.Year
				break
			}
		}
	}
	r.Span.YearFromMail = true
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
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

// Clock is the hour, minute and second of a clock reading in microseconds.
func Clock(micros int64) string { return time.UnixMicro(micros).UTC().Format("15:04:05") }
