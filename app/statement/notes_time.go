package statement

import (
	"strings"
	"time"
)

func lateNote(n *noting) []Note {
	return when(!n.f.Deadline.IsZero() && n.f.Now.After(n.f.Deadline), "time", n.f.Now.Sub(n.f.Deadline).Round(time.Minute).String())
}

// retestNote: a test that passed before the fix proves nothing.
func retestNote(n *noting) []Note {
	fixed, one := readTime(n.form.get(FieldFixTime), n.f.Zone)
	tested, two := readTime(n.form.get(FieldRetest), n.f.Zone)
	return when(one && two && tested.Before(fixed))
}

// zoneNote: a time without its zone may be hours off.
func zoneNote(n *noting) []Note {
	var texts []string
	for _, name := range []Field{FieldCause, FieldFixed, FieldQuiet, FieldReinstall, FieldNotValid, FieldSummary} {
		texts = append(texts, n.form.get(name))
	}
	for _, m := range n.form.Measures() {
		texts = append(texts, m.Text)
	}
	for _, text := range texts {
		for _, at := range noteForms().clock.FindAllStringIndex(text, 50) {
			offset := at[0] > 0 && strings.ContainsAny(text[at[0]-1:at[0]], "+-") // itself a zone: «+01:00»
			if !offset && !noteForms().zone.MatchString(text[at[1]:]) {
				return when(true, "time", text[at[0]:at[1]])
			}
		}
	}
	return nil
}

// zoneAssumedNote: the report's times are quoted in a zone it does not name.
func zoneAssumedNote(n *noting) []Note {
	if !zoneAssumed(n.f) {
		return nil
	}
	return when(true, "zone", zoneOf(n.f.Report.First.In(n.zone())))
}

func (n *noting) zone() *time.Location {
	if n.f.Zone == nil {
		return time.UTC
	}
	return n.f.Zone
}

// today is the span of days that it is now: the person and the report need not
// be in one zone.
func (n *noting) today() (first, last time.Time) {
	day := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	first, last = day(n.f.Now), day(n.f.Now.In(n.zone()))
	if last.Before(first) {
		first, last = last, first
	}
	return first, last
}

// measuresWhere notes each measure that a rule is about.
func (n *noting) measuresWhere(weak func(Measure) bool) []Note {
	if n.f.Now.IsZero() {
		return nil
	}
	var list []Note
	for _, m := range n.form.Measures() {
		if !m.Day.IsZero() && weak(m) {
			list = append(list, when(true, "id", m.ID, "text", n.measureWords(m), "date", m.Day.Format(time.DateOnly))...)
		}
	}
	return list
}

// measureWords are what the letter calls a measure.
func (n *noting) measureWords(m Measure) string {
	return clean((&composer{speech: n.speech}).measure(m), 60)
}

// pastPlanNote: what was planned for a day that is over is done or late.
func pastPlanNote(n *noting) []Note {
	first, _ := n.today()
	return n.measuresWhere(func(m Measure) bool { return !m.Active && m.Day.Before(first) })
}

// futureActiveNote: what holds from a later day on is planned.
func futureActiveNote(n *noting) []Note {
	_, last := n.today()
	return n.measuresWhere(func(m Measure) bool { return m.Active && m.Day.After(last) })
}

// fixFutureNote: what was fixed, or passed the test, did so before now.
func fixFutureNote(n *noting) []Note {
	const slack = 5 * time.Minute // of the clocks, and of who rounds up
	var list []Note
	for _, name := range []Field{FieldFixTime, FieldRetest} {
		if at, ok := readTime(n.form.get(name), n.zone()); ok && !n.f.Now.IsZero() && at.After(n.f.Now.Add(slack)) {
			list = append(list, when(true, "field", string(name), "text", n.form.get(name))...)
		}
	}
	return list
}

// fixEarlyNote: a fix did not stop what came after it.
func fixEarlyNote(n *noting) []Note {
	value := n.form.get(FieldFixTime)
	fixed, ok := readTime(value, n.zone())
	r := n.f.Report
	if !ok || r == nil || n.invalid() {
		return nil
	}
	last := r.Last
	if last.IsZero() {
		last = r.First
	}
	slack := time.Minute // a clock is read without its seconds
	switch _, err := time.Parse(time.DateOnly, value); {
	case err == nil: // a day alone
		slack = 24 * time.Hour
	case !n.f.ZoneKnown: // any zone there is
		slack = 14 * time.Hour
	}
	return when(fixed.Add(slack).Before(last), "time", stamp(last.In(n.zone())))
}

// stamp is a moment with its offset, the same in every language.
func stamp(t time.Time) string { return t.Format("2006-01-02 15:04") + " " + zoneOf(t) }
