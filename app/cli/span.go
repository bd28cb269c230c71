package cli

import "time"

// span is a length of time in words, as exact as it matters: its largest unit
// and the next («3 h 12 min», «6 s», «2 days»).
func (p *page) span(d time.Duration) string {
	units := []struct {
		key, number string
		length      time.Duration
	}{
		{"cli.span.d", "count", 24 * time.Hour}, {"cli.span.h", "n", time.Hour}, {"cli.span.min", "n", time.Minute},
		{"cli.span.s", "n", time.Second}, {"cli.span.ms", "n", time.Millisecond},
	}
	const (
		second = 3                   // thousandths beside seconds would only pretend to be exact,
		long   = 14 * 24 * time.Hour // and so would hours beside weeks
	)
	i := 0
	for i < len(units)-1 && d < units[i].length {
		i++
	}
	words := p.text.T(units[i].key, units[i].number, int(d/units[i].length))
	if rest := d % units[i].length; i < second && d < long && rest >= units[i+1].length {
		words += " " + p.text.T(units[i+1].key, units[i+1].number, int(rest/units[i+1].length))
	}
	return words
}

// until is a point in time and how far away it is. Where this computer's clock
// shows another hour, that is told as well.
func (p *page) until(at time.Time) string {
	s := at.Format(time.DateTime + " -07:00")
	if here := at.In(p.now.Location()); offset(here) != offset(at) {
		clock := beside(at.Format(time.DateTime), here.Format(time.DateTime))
		s += " (" + p.text.T("cli.abuse.here", "time", clock) + ")"
	}
	if left := at.Sub(p.now); left >= 0 {
		return s + ", " + p.text.T("cli.abuse.left", "time", p.span(left))
	}
	return s + ", " + p.text.T("cli.abuse.passed", "time", p.span(p.now.Sub(at)))
}

// offset is how far a time's zone lies east of UTC, in seconds.
func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}
