package cli

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/provider"
)

// abuse writes a report in the order in which an owner asks: what was seen, in
// which direction, when, to whom, how much, by when to answer, what may have
// caused it and what would disprove that.
func (p *page) abuse(reading app.Reading) {
	r := reading.Report
	p.line(bold, p.text.T(headline(r, "title")))
	p.paragraph("", p.text.T(headline(r, "text")))
	p.blank()
	p.reportSeen(r, reading.Provider)
	p.reportMail(r)
	p.reportCharts(r)
	p.reportCauses(r)
	p.reportFacts(r)
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

// told writes a field if there is anything to say.
func (p *page) told(key, words string) {
	if words != "" {
		p.field(p.text.T("cli.abuse."+key), words)
	}
}

// reportSeen writes what the rows say.
func (p *page) reportSeen(r *abuse.Report, from *provider.Profile) {
	t := p.text
	server, direction := value(r.Accused), t.T("report.direction."+string(r.Direction))
	if from != nil {
		if server == "" {
			server = t.T("cli.abuse.unnamed")
		}
		server += ", " + from.Name
	}
	if r.Direction != abuse.Unclear {
		direction += ", " + t.T("report.direction."+string(r.Direction)+".context")
	}
	p.told("server", server)
	p.told("direction", direction)
	p.told("time", p.timeWords(r.Span))
	if r.Rows == 0 {
		return
	}
	if r.Direction == abuse.In {
		p.told("sources", p.hostWords(r, r.Sources, r.SourceCount))
	} else {
		p.told("targets", join(p.hostWords(r, r.Targets, r.TargetCount), p.privateWords(r)))
	}
	ports, protocols := p.portList(r.TargetPorts), protocolWords(r.Protocols)
	switch {
	case ports == "":
		p.told("protocol", protocols)
	case protocols == "":
		p.told("ports", ports)
	default:
		p.told("ports", t.T("cli.abuse.by", "ports", ports, "protocols", protocols))
	}
	rows := t.T("report.rows", "count", r.Counted())
	if r.Cap > 0 {
		rows = t.T("report.at-least", "value", rows)
	}
	p.told("rows", join(t.T("report.log."+string(r.LogType)), rows))
	p.told("rate", p.rateWords(r.PacketsPerSecond, r.BitsPerSecond))
}

// hostWords is the only host, or the number of them: «at least» if the report
// or we stopped counting.
func (p *page) hostWords(r *abuse.Report, hosts []abuse.Host, count int) string {
	switch {
	case count == 0 || len(hosts) == 0:
		return ""
	case count == 1 && len(hosts) == 1:
		return value(hosts[0].Name())
	}
	s := p.text.Number(float64(count), 0)
	if r.Cap > 0 || r.More {
		s = p.text.T("report.at-least", "value", s)
	}
	return s
}

func (p *page) privateWords(r *abuse.Report) string {
	if r.PrivateTargets == 0 {
		return ""
	}
	return p.text.T("report.private", "count", r.PrivateTargets)
}

// mostPorts is how many ports a line lists; of more their number is told, and
// those used most are drawn.
const mostPorts = 6

func (p *page) portList(ports []abuse.Port) string {
	if len(ports) > mostPorts {
		return p.text.T("cli.abuse.many-ports", "count", len(ports))
	}
	names := make([]string, len(ports))
	for i, port := range ports {
		names[i] = portName(port.Number)
	}
	return strings.Join(names, ", ")
}

// portName is a port with the service behind it.
func portName(number int) string {
	if name := abuse.ServiceName(number); name != "" {
		return strconv.Itoa(number) + " (" + name + ")"
	}
	return strconv.Itoa(number)
}

// protocolWords lists the protocols, the most used first; "" if there are too
// many to tell anything.
func protocolWords(rows map[string]int) string {
	var names []string
	for name := range rows {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if rows[a] != rows[b] {
			return rows[b] - rows[a]
		}
		return strings.Compare(a, b)
	})
	if len(names) > 4 {
		return ""
	}
	return value(strings.Join(names, ", "))
}

// rateWords writes stated rates, bits in the unit that needs no more than three
// digits.
func (p *page) rateWords(packets, bits float64) string {
	var parts []string
	if packets >= 0 {
		parts = append(parts, p.text.T("report.rate.packets", "value", p.text.Number(packets, 0)))
	}
	switch {
	case bits >= 1e9:
		parts = append(parts, p.text.Number(bits/1e9, 1)+" GBit/s")
	case bits >= 1e5:
		parts = append(parts, p.text.Number(bits/1e6, 1)+" MBit/s")
	case bits > 0:
		parts = append(parts, p.text.Number(bits/1e3, 1)+" kBit/s")
	}
	return strings.Join(parts, ", ")
}

// timeWords is the time the rows cover, and how long that is. A time in another
// zone is told in UTC as well, as most servers log it, and by the clock of this
// computer.
func (p *page) timeWords(s abuse.Span) string {
	if !s.First.Known() {
		return ""
	}
	words := p.between(s.Text(s.First), s.Text(s.Last))
	if s.Zone != "" {
		words += " " + value(s.Zone)
	} else {
		words += ", " + p.text.T("report.zone.none")
	}
	if d := length(s); s.Text(s.First) != s.Text(s.Last) && d > 0 {
		words += ", " + p.span(d)
	}
	from, exact := s.At(s.First)
	to, ok := s.At(s.Last)
	if !exact || !ok || !hasClock(s) {
		return words
	}
	var also []string
	tell := func(key string, in *time.Location) {
		first, last := from.In(in).Format(time.DateTime), to.In(in).Format(time.DateTime)
		short := beside(s.Text(s.First), first)
		if first != last {
			short = p.text.T("report.span", "first", short, "last", beside(first, last))
		}
		also = append(also, p.text.T(key, "time", short))
	}
	if offset(from) != 0 {
		tell("cli.abuse.utc", time.UTC)
	}
	if here := offset(from.In(p.now.Location())); here != offset(from) && here != 0 {
		tell("cli.abuse.here", p.now.Location())
	}
	if len(also) > 0 {
		words += " (" + strings.Join(also, "; ") + ")"
	}
	return words
}

// between is two times as text, the second without a date that is the same; one
// if they are the same.
func (p *page) between(first, last string) string {
	if first == last {
		return first
	}
	return p.text.T("report.span", "first", first, "last", beside(first, last))
}

// beside is what of a time has to be told beside another.
func beside(first, last string) string {
	day, _, _ := strings.Cut(first, " ")
	if same, clock, ok := strings.Cut(last, " "); ok && same == day {
		return clock
	}
	return last
}

// reportMail writes by when to answer whom, as the mail around the log says.
func (p *page) reportMail(r *abuse.Report) {
	n, h := r.Notice, r.Message.Header
	switch {
	case n.Deadline != nil:
		p.told("deadline", p.until(n.Deadline.At))
	case n.AnswerIn > 0:
		p.told("deadline", p.text.T("finding.abuse.answer-within", "count", int(n.AnswerIn.Hours())))
	case h.From != "":
		p.told("deadline", p.text.T("cli.abuse.no-deadline"))
	}
	if n.Locked {
		p.told("state", p.text.T("cli.abuse.locked"))
	}
	p.told("reference", join(n.AbuseID, n.LockingID))
	sent := ""
	if !h.Date.IsZero() && h.From != "" {
		sent = h.Date.Format(time.DateTime + " -07:00")
	}
	p.told("from", join(value(h.From), sent))
}

// reportCauses lists what may have caused it. Of a cause that is unlikely the
// last reason tells why; its tests are left out, as nobody has to run them.
func (p *page) reportCauses(r *abuse.Report) {
	if len(r.Hypotheses) == 0 {
		return
	}
	t := p.text
	p.heading("cli.abuse.causes")
	for i, h := range r.Hypotheses {
		name := t.T("hypothesis." + h.Code + ".name")
		p.paragraph(pad("  "+strconv.Itoa(i+1)+".", 5), "**"+name+"** – "+t.T("hypothesis.level."+levelWord(h.Level)))
		for i, f := range h.Reasons {
			fact := t.P("finding."+f.Code, values(f.Params))
			if h.Level == abuse.Unlikely && i == len(h.Reasons)-1 {
				p.paragraph("     ", t.T("cli.abuse.against", "fact", fact))
				continue
			}
			p.paragraph("     + ", fact)
		}
		if h.Level == abuse.Unlikely {
			continue
		}
		p.paragraph("     ", t.T("cli.abuse.disproved"))
		for n := 1; n <= h.Disproof; n++ {
			p.paragraph("     - ", t.T("hypothesis."+h.Code+".disproof"+strconv.Itoa(n)))
		}
	}
}

// reportFacts lists the findings that nothing else on the page tells.
func (p *page) reportFacts(r *abuse.Report) {
	said := []string{
		// The title, the deadline, the links and the last part say these.
		"abuse.inward", "abuse.answer-within", "abuse.secret-links", "abuse.lines-not-understood",
	}
	for _, h := range r.Hypotheses {
		for _, f := range h.Reasons {
			said = append(said, f.Code)
			switch f.Code { // the same in other words
			case "abuse.neighbours":
				said = append(said, "abuse.sweep-of-neighbours")
			case "abuse.service-source-port":
				said = append(said, "abuse.replies-of-service")
			}
		}
	}
	var rest []diag.Finding
	for _, f := range r.Findings {
		if !slices.Contains(said, f.Code) {
			rest = append(rest, f)
		}
	}
	p.findings("cli.abuse.facts", rest)
}

// mostLinks is how many links a page lists: mails that matter have two.
const mostLinks = 8

// reportLinks lists the links that lead on, secrets hidden: a terminal's text
// ends up in forums.
func (p *page) reportLinks(r *abuse.Report) {
	shown, secret := 0, false
	for _, l := range r.Notice.Links {
		if l.Kind == abuse.OtherLink && !l.Secret {
			continue
		}
		if shown++; shown == 1 {
			p.heading("cli.abuse.links")
		}
		url := l.Masked()
		if l.Secret {
			secret, url = true, cut(url, pageWidth-4)
		}
		p.paragraph("  - ", p.text.T("report.link."+string(l.Kind))+":")
		p.line(plain, "    "+url) // whole, so that it can be copied
		if shown == mostLinks {
			break
		}
	}
	if secret {
		p.paragraph("  ", p.text.T("cli.abuse.links.hidden"))
	}
}
