package app

import (
	"cmp"
	"net/netip"
	"strconv"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag/provider"
	"latchkey/diag/verdict"
)

// ClockKind names a time somebody promised or asked for.
type ClockKind string

// The clocks of a case.
const (
	ClockDeadline ClockKind = "deadline" // the person's answer to the provider
	ClockGTI      ClockKind = "gti"      // guaranteed time of intervention
	ClockGTR      ClockKind = "gtr"      // guaranteed time of repair: GTI and some hours
)

// ClockState is how a clock stands.
type ClockState string

// The states of a clock.
const (
	ClockUnknown ClockState = "unknown" // nobody has said how long, or from when
	ClockRunning ClockState = "running"
	ClockLast    ClockState = "last-quarter" // a quarter of the time or less is left
	ClockOver    ClockState = "over"         // Over tells by how much, also where it was met too late
	ClockMet     ClockState = "met"
)

// Clock is a promised time as it stands.
type Clock struct {
	Kind     ClockKind
	State    ClockState
	Promised time.Duration // the whole span from From to Due; 0: not known
	From     time.Time
	Due      time.Time
	Met      time.Time     // zero: not yet
	Left     time.Duration // until Due, 0 when it is over or met
	Over     time.Duration // past Due, at Met or now; 0 within the time
	Share    float64       // of the span that is left, 0 to 1
}

// span says how a span from a time on stands.
func span(kind ClockKind, from time.Time, long time.Duration, met, now time.Time) Clock {
	c := Clock{Kind: kind, State: ClockUnknown, Promised: long, From: from, Met: met}
	if from.IsZero() || long <= 0 {
		return c
	}
	c.Due = from.Add(long)
	at := now
	if !met.IsZero() {
		at = met
	}
	if over := at.Sub(c.Due); over > 0 {
		c.State, c.Over = ClockOver, over
		return c
	}
	if !met.IsZero() {
		c.State = ClockMet
		return c
	}
	c.State, c.Left = ClockRunning, c.Due.Sub(now)
	c.Share = min(float64(c.Left)/float64(long), 1)
	if c.Share <= 0.25 {
		c.State = ClockLast
	}
	return c
}

// Clocks are the provider's two promises as they stand, GTI first. GTI is met
// when the person says that somebody acted, GTR when the person says so or the
// server answered again; what is repaired was acted on before.
func Clocks(m casefile.Case, now time.Time) []Clock {
	p := m.Promise
	repaired := p.Repaired
	if repaired.IsZero() {
		repaired = reachableAfter(m, p.From)
	}
	reacted := p.Reacted
	if reacted.IsZero() {
		reacted = repaired
	}
	gtr := time.Duration(0)
	if p.GTI > 0 && p.GTR > 0 {
		gtr = p.GTI + p.GTR
	}
	return []Clock{span(ClockGTI, p.From, p.GTI, reacted, now), span(ClockGTR, p.From, gtr, repaired, now)}
}

// usualSpan is what mails without a time of their own usually give.
const usualSpan = 24 * time.Hour

// DeadlineClock is the time until which the provider wants an answer. It is
// counted from the mail that named it, and met when the statement was sent.
func DeadlineClock(m casefile.Case, now time.Time) Clock {
	due := DueOf(m)
	if due.IsZero() {
		return Clock{Kind: ClockDeadline, State: ClockUnknown}
	}
	from := due.Add(-usualSpan)
	for _, e := range m.Timeline {
		if e.Code == EventReport && e.Time.Before(due) {
			from = e.Time
		}
	}
	return span(ClockDeadline, from, due.Sub(from), SentAt(m), now)
}

// reachableAfter is when the server was first seen to answer after a time; zero
// if it was not, or nobody counts from any time.
func reachableAfter(m casefile.Case, from time.Time) time.Time {
	if from.IsZero() {
		return time.Time{}
	}
	var first time.Time
	for _, e := range m.Timeline {
		again := e.Code == EventReachable && e.With["own-ip"] == "" || e.Code == EventChecked && up(verdict.Code(e.With["verdict"]))
		if again && e.Time.After(from) && (first.IsZero() || e.Time.Before(first)) {
			first = e.Time
		}
	}
	return first
}

// up reports a verdict about a server that runs and answers.
func up(code verdict.Code) bool { return code == verdict.Reachable || code == verdict.Filtered }

// PromisePreset is what is known of a provider's promises: the two spans as in
// casefile.Promise and where they were read; false if nothing is known. It is an
// offer to the person, whose contract may say something else.
func PromisePreset(p *provider.Profile) (gti, gtr time.Duration, source string, ok bool) {
	if p == nil {
		return 0, 0, "", false
	}
	var repair time.Duration
	for _, d := range p.Promises {
		switch d.Code {
		case "intervention":
			gti, source = time.Duration(d.Hours)*time.Hour, cmp.Or(source, d.Source)
		case "repair": // counted from the start, like the first
			repair = time.Duration(d.Hours) * time.Hour
		}
	}
	return gti, max(repair-gti, 0), source, gti > 0
}

// The longest time a contract can promise; beyond it somebody mistyped.
const longestPromise = 30 * 24 * time.Hour

// setPromise fills what belongs to promised times, and the person's own public
// address: «gti» and «gtr» (hours, or «90m»), «promised-from», «reacted» and
// «repaired» (RFC 3339), «own-address». An empty value takes it away. ours is
// false for other fields.
func setPromise(c *casefile.Case, name, value string) (ours bool, err error) {
	spans := map[string]*time.Duration{"gti": &c.Promise.GTI, "gtr": &c.Promise.GTR}
	times := map[string]*time.Time{"promised-from": &c.Promise.From, "reacted": &c.Promise.Reacted, "repaired": &c.Promise.Repaired}
	wrong := &FieldError{name}
	switch {
	case spans[name] != nil:
		d, ok := parseSpan(value)
		if !ok {
			return true, wrong
		}
		*spans[name] = d
		return true, nil
	case times[name] != nil:
		at, err := time.Parse(time.RFC3339, value)
		if value != "" && err != nil {
			return true, wrong
		}
		*times[name] = at
		return true, nil
	case name == ownAddressField:
		if a, err := netip.ParseAddr(value); value != "" && (err != nil || !public(a)) {
			return true, wrong
		}
		return true, putField(c, name, value)
	}
	return false, nil
}

// SetPromise takes promised times and writes into the timeline what is new of
// them; an entry of the last minutes is brought up to date.
func SetPromise(m *casefile.Case, p casefile.Promise, now time.Time) {
	before := m.Promise
	m.Promise = p
	notePromise(m, before, now)
}

// promiseAgain is within which time two changes are one entry: a person fills
// one field after the other.
const promiseAgain = 10 * time.Minute

func notePromise(m *casefile.Case, before casefile.Promise, now time.Time) {
	p := m.Promise
	if !p.Reacted.Equal(before.Reacted) && !p.Reacted.IsZero() {
		m.Timeline = append(m.Timeline, casefile.Event{Time: p.Reacted, Code: EventReacted})
	}
	if p.GTI == before.GTI && p.GTR == before.GTR && p.From.Equal(before.From) {
		return
	}
	e := casefile.Event{Time: now, Code: EventPromise, With: map[string]string{}}
	for name, d := range map[string]time.Duration{"gti": p.GTI, "gtr": p.GTR} {
		if d > 0 {
			e.With[name] = d.String()
		}
	}
	if !p.From.IsZero() {
		e.With["start"] = p.From.Format(time.RFC3339)
	}
	if n := len(m.Timeline); n > 0 && m.Timeline[n-1].Code == EventPromise && now.Sub(m.Timeline[n-1].Time) < promiseAgain {
		m.Timeline[n-1] = e
		return
	}
	m.Timeline = append(m.Timeline, e)
}

// parseSpan reads «2h», «90m» or a bare number of hours; "" is none.
func parseSpan(value string) (time.Duration, bool) {
	if value == "" {
		return 0, true
	}
	d, err := time.ParseDuration(value)
	if hours, bare := strconv.ParseFloat(value, 64); bare == nil && hours < 1e6 {
		d, err = time.Duration(hours*float64(time.Hour)), nil
	}
	return d, err == nil && d >= time.Minute && d <= longestPromise
}
