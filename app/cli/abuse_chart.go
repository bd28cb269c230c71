package cli

import (
	"slices"
	"strings"
	"time"

	"latchkey/diag/abuse"
	"latchkey/diag/abuse/grammar"
)

// Charts are made of blocks. Those who cannot see them get the same from the
// numbers beside the bars, and from a sentence under the histogram.

// reportCharts draws when it happened, where it went and to which ports.
func (p *page) reportCharts(r *abuse.Report) {
	p.histogram(r)
	hosts, count, key := r.Targets, r.TargetCount, "cli.abuse.where"
	if r.Direction == abuse.In {
		hosts, count, key = r.Sources, r.SourceCount, "cli.abuse.whence"
	}
	switch {
	case len(r.Networks) > 0 && r.Direction != abuse.In:
		p.heading(key)
		p.networks(r.Networks, count)
	case len(hosts) > 1:
		p.heading(key)
		list := p.hostBars(r, hosts)
		p.bars(list, 0, count-len(list), "cli.abuse.more")
	}
	if len(r.TargetPorts) > mostPorts {
		p.heading("cli.abuse.which-ports")
		list := make([]bar, 0, mostHosts)
		for _, port := range r.TargetPorts[:min(len(r.TargetPorts), mostHosts)] {
			list = append(list, bar{portName(port.Number), float64(port.Rows), p.text.T("report.rows", "count", port.Rows)})
		}
		p.bars(list, 0, len(r.TargetPorts)-len(list), "cli.abuse.more")
	}
}

// Below so many bars or rows a histogram is no picture.
const (
	fewBars = 4
	fewRows = 5
)

// histogram draws how many rows there were when, and says it.
func (p *page) histogram(r *abuse.Report) {
	b := r.Bars
	if len(b.Counts) < 2 {
		if r.Rows > 1 && r.Span.First.Known() && hasClock(r.Span) && length(r.Span) < time.Second {
			p.heading("cli.abuse.when-bare")
			p.paragraph("  ", p.text.T("cli.abuse.at-once", "count", r.Rows))
		}
		return
	}
	most := slices.Max(b.Counts)
	if most == 1 || r.Rows < fewRows {
		return // the fields tell as much
	}
	p.heading("cli.abuse.when", "width", p.span(micros(b.Width)))
	layout := clockLayout(r.Span, b)
	if len(b.Counts) >= fewBars {
		start, end := clock(b.Start, layout), clock(b.Start+b.Width*int64(len(b.Counts)), layout)
		p.line(plain, "  "+columns(b.Counts))
		p.line(plain, "  "+pad(start, max(len(b.Counts)-width(end), width(start)+1))+end)
	}
	at := b.Start + b.Width*int64(slices.Index(b.Counts, most))
	p.paragraph("  ", p.text.T("cli.abuse.most", "time", clock(at, layout), "rows", p.text.T("report.rows", "count", most)))
}

func micros(n int64) time.Duration { return time.Duration(n) * time.Microsecond }

// clock is a clock reading in microseconds, as far as layout goes.
func clock(reading int64, layout string) string {
	return time.UnixMicro(reading).UTC().Format(layout)
}

// clockLayout is how the times of a histogram are told apart: by day if it
// covers several, by fractions if its bars are narrower than a second.
func clockLayout(s abuse.Span, b abuse.Bars) string {
	day, all := 24*time.Hour, micros(b.Width)*time.Duration(len(b.Counts))
	switch known := s.First.Parts&grammar.Day != 0; {
	case known && micros(b.Width) >= day && s.First.Dated():
		return time.DateOnly
	case known && micros(b.Width) >= day:
		return "01-02"
	case known && (all > day || clock(b.Start, time.DateOnly) != clock(b.Start+all.Microseconds(), time.DateOnly)):
		return "01-02 15:04"
	case micros(b.Width) < time.Second:
		return "15:04:05.000"
	}
	return time.TimeOnly
}

// hasClock reports whether the rows tell more than the day.
func hasClock(s abuse.Span) bool { return s.First.Parts&s.Last.Parts&grammar.Clock != 0 }

// length is how long the rows go on; 0 if that is not known.
func length(s abuse.Span) time.Duration {
	from, ok := s.At(s.First)
	to, both := s.At(s.Last)
	switch {
	case ok && both:
		return max(to.Sub(from), 0)
	case s.First.Parts == s.Last.Parts && hasClock(s):
		return max(micros(s.Last.Micros-s.First.Micros), 0)
	}
	return 0
}

// columns draws counts as one line of blocks, the highest full.
func columns(counts []int) string {
	most := 1
	for _, n := range counts {
		most = max(most, n)
	}
	blocks := []rune(" ▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, n := range counts {
		i := n * (len(blocks) - 1) / most
		if n > 0 {
			i = max(i, 1) // few is not none
		}
		b.WriteRune(blocks[i])
	}
	return b.String()
}

// bar is a row of a chart: its words say all that its length does.
type bar struct {
	name   string
	length float64
	words  string
}

// mostHosts is how many rows a chart has; barWidth how long its longest bar is,
// in columns, if there is room.
const (
	mostHosts = 8
	barWidth  = 24
)

// bars draws rows; a bar of the length full, or the longest, is drawn whole.
// Where all are alike there is nothing to compare, so they are only listed. What
// is left out is counted by the text of key.
func (p *page) bars(list []bar, full float64, left int, key string) {
	rest := ""
	if left > 0 {
		rest = p.text.T(key, "count", left)
	}
	if len(list) > 1 && alike(list) {
		names := make([]string, len(list))
		for i, b := range list {
			names[i] = value(b.name)
		}
		p.paragraph("  ", strings.Join(names, ", ")+" "+rest)
		p.paragraph("  ", p.text.T("cli.abuse.alike", "words", list[0].words))
		return
	}
	names, words := 0, 0
	for _, b := range list {
		names, words, full = max(names, width(b.name)), max(words, width(b.words)), max(full, b.length)
	}
	names = min(names, longestName)
	room := min(barWidth, pageWidth-2-names-2-words)
	for _, b := range list {
		drawn := ""
		if room > 0 {
			drawn = strings.Repeat("█", max(1, int(b.length/max(full, 1)*float64(room)))) // few is not none
		}
		p.line(plain, "  "+pad(cut(b.name, names), names)+" "+pad(drawn, room)+" "+b.words)
	}
	if rest != "" {
		p.line(plain, "  "+rest)
	}
}

// longestName is how much of a name a chart shows: an IPv6 address is whole.
const longestName = 39

func alike(list []bar) bool {
	for _, b := range list {
		if b.length != list[0].length || b.words != list[0].words {
			return false
		}
	}
	return true
}

// hostBars are the hosts with most rows, or with the highest stated rates.
func (p *page) hostBars(r *abuse.Report, hosts []abuse.Host) []bar {
	var list []bar
	for _, h := range hosts[:min(len(hosts), mostHosts)] {
		b := bar{value(h.Name()), float64(h.Rows), p.text.T("report.rows", "count", h.Rows)}
		if rate, ok := r.Rates[h.Name()]; ok && rate.Packets >= 0 {
			b.length, b.words = rate.Packets, p.rateWords(rate.Packets, rate.Bits)
		}
		list = append(list, b)
	}
	return list
}

// networks draws how much of each network was contacted, and counts the hosts
// elsewhere.
func (p *page) networks(list []abuse.Network, count int) {
	var rows []bar
	for _, n := range list {
		rows = append(rows, bar{n.Prefix.String(), float64(n.Hosts), p.text.T("report.network", "hosts", n.Hosts)})
		count -= n.Hosts
	}
	p.bars(rows, 256, count, "cli.abuse.elsewhere")
}
