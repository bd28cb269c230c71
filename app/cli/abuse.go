package cli

import (
	"strconv"
	"strings"
	"time"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/provider"
)

// abuse writes a report: what was seen, when, to whom and how much, by when to
// answer, what may have caused it and what would disprove that.
func (p *page) abuse(reading app.Reading) {
	r := reading.Report
	p.line(bold, p.text.T(headline(r, "title")))
	p.paragraph("", p.text.T(headline(r, "text")))
	p.blank()
	p.reportFields(r, reading.Provider)
	p.reportTimes(r)
	p.reportHosts(r)
	p.reportCauses(r)
	p.findings("cli.abuse.facts", r.Findings)
	p.reportLinks(r)
}

// headline is the key of a report's title or text: a victim reads something
// else than a suspect.
func headline(r *abuse.Report, part string) string {
	if r.Direction == abuse.In {
		return "report.inward." + part
	}
	return "report." + string(r.Incident) + "." + part
}

func (p *page) reportFields(r *abuse.Report, from *provider.Profile) {
	t := p.text
	field := func(key, value string) {
		if value != "" {
			p.field(t.T("cli.abuse."+key), value)
		}
	}
	who := ""
	if from != nil {
		who = from.Name
	}
	field("server", join(diag.Clean(r.Accused, longestQuote), who))
	field("from", cut(r.Message.Header.From, longestQuote))
	if d := r.Notice.Deadline; d != nil {
		field("deadline", d.At.Format("2006-01-02 15:04:05 -07:00"))
	}
	field("reference", join(r.Notice.AbuseID, r.Notice.LockingID))
	field("direction", join(t.T("report.direction."+string(r.Direction)), t.T("report.direction."+string(r.Direction)+".context")))
	if r.Rows == 0 {
		return
	}
	rows := t.T("report.rows", "count", r.Rows)
	if r.Cap > 0 {
		rows = join(t.T("report.at-least", "value", rows), t.T("report.stops", "count", r.Cap))
	}
	field("rows", join(rows, t.T("report.log."+string(r.LogType))))
	field("targets", p.targetWords(r))
	field("ports", portWords(r.TargetPorts))
	field("rate", p.rateWords(r.PacketsPerSecond, r.BitsPerSecond))
}

func (p *page) targetWords(r *abuse.Report) string {
	if r.TargetCount == 0 {
		return ""
	}
	n := p.text.Number(float64(r.TargetCount), 0)
	if r.Cap > 0 || r.More {
		n = p.text.T("report.at-least", "value", n)
	}
	if r.PrivateTargets > 0 {
		n = join(n, p.text.T("report.private", "count", r.PrivateTargets))
	}
	return n
}

// mostPorts is how many ports a line lists.
const mostPorts = 8

// portWords lists ports with the services behind them.
func portWords(ports []abuse.Port) string {
	var words []string
	for i, port := range ports {
		if i == mostPorts {
			words = append(words, "…")
			break
		}
		word := strconv.Itoa(port.Number)
		if name := abuse.ServiceName(port.Number); name != "" {
			word += " (" + name + ")"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

func (p *page) rateWords(packets, bits float64) string {
	var words []string
	if packets >= 0 {
		words = append(words, p.text.T("report.rate.packets", "value", p.text.Number(packets, 0)))
	}
	if bits >= 0 {
		words = append(words, p.text.Number(bits/1e6, 1)+" MBit/s")
	}
	return strings.Join(words, ", ")
}

// reportTimes writes the span of the rows and draws when they were seen.
func (p *page) reportTimes(r *abuse.Report) {
	s := r.Span
	if !s.First.Known() {
		return
	}
	zone := s.Zone
	if zone == "" {
		zone = p.text.T("report.zone.none")
	}
	first, last := s.Text(s.First), s.Text(s.Last)
	if first == last {
		p.field(p.text.T("cli.abuse.time"), first+" "+zone)
	} else {
		p.field(p.text.T("cli.abuse.time"), p.text.T("report.span", "first", first, "last", last)+" "+zone)
	}
	if len(r.Bars.Counts) < 2 {
		return
	}
	p.heading("cli.abuse.when", "width", (time.Duration(r.Bars.Width) * time.Microsecond).String())
	p.line(plain, "  "+columns(r.Bars.Counts))
	start, end := abuse.Clock(r.Bars.Start), abuse.Clock(r.Bars.Start+r.Bars.Width*int64(len(r.Bars.Counts)))
	p.line(plain, "  "+pad(start, max(len(r.Bars.Counts)-width(end), width(start)+1))+end)
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

// mostHosts is how many hosts a page draws bars for; barWidth how long the
// longest is, in columns.
const (
	mostHosts = 8
	barWidth  = 24
)

// reportHosts draws the hosts on the other side, those with most rows first.
func (p *page) reportHosts(r *abuse.Report) {
	hosts, count, key := r.Targets, r.TargetCount, "cli.abuse.where"
	if r.Direction == abuse.In {
		hosts, count, key = r.Sources, r.SourceCount, "cli.abuse.whence"
	}
	if len(hosts) == 0 {
		return
	}
	p.heading(key)
	if len(r.Networks) > 0 && r.Direction != abuse.In {
		p.networks(r.Networks)
		return
	}
	rows := hosts[:min(len(hosts), mostHosts)]
	most := 0.0
	for _, h := range rows {
		most = max(most, weight(r, h))
	}
	for _, h := range rows {
		w := weight(r, h)
		bar := strings.Repeat("█", max(1, int(w/max(most, 1)*barWidth)))
		value := p.text.T("report.rows", "count", h.Rows)
		if rate, ok := r.Rates[h.Name()]; ok {
			value = p.rateWords(rate.Packets, rate.Bits)
		}
		p.line(plain, "  "+pad(cut(diag.Clean(h.Name(), longestQuote), 24), 24)+" "+pad(bar, barWidth)+" "+value)
	}
	if more := count - len(rows); more > 0 {
		p.line(plain, "  "+p.text.T("cli.abuse.more", "count", more))
	}
}

// networks draws how much of each network was contacted.
func (p *page) networks(list []abuse.Network) {
	for _, n := range list {
		bar := strings.Repeat("█", max(1, n.Hosts*barWidth/256))
		p.line(plain, "  "+pad(n.Prefix.String(), 24)+" "+pad(bar, barWidth)+" "+p.text.T("report.network", "hosts", n.Hosts))
	}
}

// weight is how much a host got: packets if told, else rows.
func weight(r *abuse.Report, h abuse.Host) float64 {
	if rate, ok := r.Rates[h.Name()]; ok && rate.Packets >= 0 {
		return rate.Packets
	}
	return float64(h.Rows)
}

func (p *page) reportCauses(r *abuse.Report) {
	if len(r.Hypotheses) == 0 {
		return
	}
	t := p.text
	p.heading("cli.abuse.causes")
	for _, h := range r.Hypotheses {
		p.paragraph("  - ", "**"+t.T("hypothesis."+h.Code+".name")+"** ("+t.T("hypothesis.level."+levelWord(h.Level))+")")
		for _, f := range h.Reasons {
			p.paragraph("      + ", t.P("finding."+f.Code, f.Params))
		}
		for n := 1; n <= h.Disproof; n++ {
			p.paragraph("      - ", t.T("hypothesis.disproved", "test", t.T("hypothesis."+h.Code+".disproof"+strconv.Itoa(n))))
		}
	}
}

// reportLinks lists the links, secrets hidden: a terminal's text ends up in
// forums.
func (p *page) reportLinks(r *abuse.Report) {
	shown := 0
	for _, l := range r.Notice.Links {
		if l.Kind == abuse.OtherLink && !l.Secret {
			continue
		}
		if shown == 0 {
			p.heading("cli.abuse.links")
		}
		shown++
		line := p.text.T("report.link."+string(l.Kind)) + ": " + l.Masked()
		if l.Secret {
			line += " (" + p.text.T("report.link.secret") + ")"
		}
		p.paragraph("  - ", line)
	}
}
