package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/diag/abuse"
)

func (w *window) histogramCard(s *reportState) fyne.CanvasObject {
	v, r := w.view, s.reading.Report
	n := len(r.Bars.Counts)
	if !r.Span.First.Known() {
		return v.titled(v.t("ui.report.when"), v.para(v.t("ui.report.no-times"), roleBody, tokInk2))
	}
	if n < 2 {
		return v.titled(v.t("ui.report.when"), v.para(v.t("ui.report.when.once", "time", r.Span.Text(r.Span.First)), roleBody, tokInk2))
	}
	most := 0
	for i, c := range r.Bars.Counts {
		if c > r.Bars.Counts[most] {
			most = i
		}
	}
	width := w.span(time.Duration(r.Bars.Width) * time.Microsecond)
	spec := histogramSpec{
		counts: r.Bars.Counts, labels: barLabels(r.Bars, severalDays(r.Span)), chosen: w.chosenBar(s), height: 148,
		say: func(bar int) string {
			at := r.Bars.Start + int64(bar)*r.Bars.Width
			return v.t("ui.report.bar", "from", w.clock(at, r), "to", w.clock(at+r.Bars.Width, r), "count", r.Bars.Counts[bar])
		},
		sentence: v.t("ui.report.when.say", "bars", n, "width", width, "most", r.Bars.Counts[most], "time", w.clock(r.Bars.Start+int64(most)*r.Bars.Width, r)),
		onChoose: func(bar int) { w.filterByBar(s, bar) },
	}
	head := row(8, v.line(v.t("ui.report.when"), roleCard, tokInk), nil, v.line(w.perBar(r, width), roleCaption, tokInk2))
	if v.scale > scaleNormal {
		head = vstack(2, v.line(v.t("ui.report.when"), roleCard, tokInk), v.para(w.perBar(r, width), roleCaption, tokInk2))
	}
	return v.card(toneNone, vstack(8, head, v.histogram(spec)))
}

// barLabels are the times under the bars, no finer than what tells them apart.
func barLabels(b abuse.Bars, days bool) []string {
	width, n := time.Duration(b.Width)*time.Microsecond, len(b.Counts)
	layout := "15:04"
	switch whole := width * time.Duration(n); {
	case width >= 24*time.Hour, days && whole >= 72*time.Hour:
		layout = "01-02"
	case days:
		layout = "01-02 15:04"
	case width < time.Second:
		layout = "15:04:05.000"
	case whole < 2*time.Minute:
		layout = "15:04:05"
	}
	return axisLabels(n, func(bar int) string { return time.UnixMicro(b.Start + int64(bar)*b.Width).UTC().Format(layout) })
}

// mostAxisLabels is how many times stand under a histogram.
const mostAxisLabels = 6

// axisLabels puts a label under the first bar it is true of, and leaves out
// some where there are too many.
func axisLabels(n int, label func(bar int) string) []string {
	labels := make([]string, n)
	var at []int
	for i := range n {
		if text := label(i); i == 0 || text != label(i-1) {
			labels[i] = text
			at = append(at, i)
		}
	}
	every := (len(at) + mostAxisLabels - 1) / mostAxisLabels
	for k, i := range at {
		if k%every != 0 {
			labels[i] = ""
		}
	}
	return labels
}

// clock writes the time at which a bar begins or ends, as fine as bars are and
// with the day where there are several.
func (w *window) clock(micros int64, r *abuse.Report) string {
	at, width := time.UnixMicro(micros).UTC(), time.Duration(r.Bars.Width)*time.Microsecond
	switch {
	case width >= 24*time.Hour:
		return at.Format("2006-01-02")
	case severalDays(r.Span):
		return at.Format("01-02 15:04:05")
	case width < time.Second:
		return at.Format("15:04:05.000")
	}
	return at.Format("15:04:05")
}

// severalDays reports whether rows are of more than one day.
func severalDays(s abuse.Span) bool {
	first, last := s.First.Time(), s.Last.Time()
	return first.YearDay() != last.YearDay() || first.Year() != last.Year()
}

// perBar says what a bar counts, and how the log's clock differs from here.
func (w *window) perBar(r *abuse.Report, width string) string {
	v := w.view
	s := v.t("ui.report.per."+rowWord(r), "width", width)
	if at, ok := r.Span.At(r.Span.First); ok {
		_, there := at.Zone()
		_, here := at.In(w.now().Location()).Zone()
		if hours := float64(here-there) / 3600; hours != 0 {
			s += " · " + v.t("ui.report.zone.differs", "zone", r.Span.Zone, "hours", signed(v.text.Decimal(hours, 1), hours))
		} else {
			s += " · " + r.Span.Zone
		}
	}
	return s
}

func signed(s string, f float64) string {
	if f > 0 {
		return "+" + s
	}
	return strings.Replace(s, "-", "−", 1)
}
