package abuse

import (
	"cmp"
	"slices"
	"sync"

	"latchkey/diag"
	"latchkey/diag/abuse/grammar"
)

// conclude fills the report from what was counted.
func (r *Report) conclude(own owner) {
	t := newTally(own)
	if len(r.Logs) == 1 {
		t = r.Logs[0].tally // may be large: it is not copied
	}
	var heading grammar.Heading
	for _, l := range r.Logs {
		if l.tally != t {
			t.merge(l.tally)
		}
		heading = mergeHeading(heading, l.heading)
		r.Rows += l.Rows
		r.addBeside(l)
		r.Lines.Understood += l.Understood
		r.Lines.Total += l.Understood + l.Damaged
	}
	if len(r.Logs) > 0 {
		g := r.Logs[0].Grammar
		r.Format, r.LogType, r.Provider = g.Name, g.LogType, g.Provider
		if g.Cap > 0 && r.Counted() == g.Cap { // more rows: nobody cut it there
			r.Cap = g.Cap
		}
	}
	if r.Provider == "" {
		r.Provider = r.Notice.provider()
	}
	r.readRates(t, heading)
	r.Direction = r.direction(t, heading)
	s := &t.out
	if r.Direction == In && t.in.rows > 0 {
		s = &t.in
	}
	var targets survey
	var wait sync.WaitGroup
	wait.Go(func() { targets = surveyOf(&s.targets) })
	r.readSide(s, heading)
	wait.Wait()
	r.Accused = r.accused(own)
	r.accuse()
	r.Protocols = map[string]int{}
	for p, n := range t.protocols {
		if name := grammar.Protocol(p).String(); n > 0 && name != "" {
			r.Protocols[name] = n
		}
	}
	r.readSpan(t, heading)
	r.PrivateTargets, r.Networks = targets.private, targets.networks()
	r.Shape = shapeOf(r, t, s, targets)
	r.Incident = r.incident(heading)
	r.warnings()
	r.Hypotheses = hypotheses(r)
	r.Findings = r.findings(t, heading)
}

// addBeside lists the second log in a text, if there is one.
func (r *Report) addBeside(l *Log) {
	if l.Beside == nil || l.tally.beside == 0 {
		return
	}
	i := slices.IndexFunc(r.Beside, func(b Beside) bool { return b.Format == l.Beside.Name })
	if i < 0 {
		i = len(r.Beside)
		r.Beside = append(r.Beside, Beside{Format: l.Beside.Name, LogType: l.Beside.LogType})
	}
	r.Beside[i].Rows += l.tally.beside
}

// Counted is how many rows all sums are made of: those of second logs are not.
func (r *Report) Counted() int {
	n := r.Rows
	for _, b := range r.Beside {
		n -= b.Rows
	}
	return n
}

// readSide takes the counts of the direction the report is about.
func (r *Report) readSide(s *side, h grammar.Heading) {
	r.SourceCount, r.TargetCount = s.sources.distinct(), s.targets.distinct()
	r.More = s.sources.more || s.targets.more
	r.Sources, r.Targets = s.sources.top(mostListed, r.order()), s.targets.top(mostListed, r.order())
	r.SourcePorts, r.TargetPorts = s.sourcePorts.list(), s.targetPorts.list()
	if r.LogType == grammar.MACList { // its words are hardware addresses
		r.Sources, r.SourceCount = nil, 0
	}
	for _, p := range h.Ports {
		if s.targetPorts == nil || s.targetPorts.rows[p] == 0 {
			r.TargetPorts = append(r.TargetPorts, Port{Number: int(p)})
		}
	}
}

// order puts the hosts first that get most packets, where a summary tells; nil
// where none does.
func (r *Report) order() func(a, b Host) int {
	if len(r.Rates) == 0 {
		return nil
	}
	return func(a, b Host) int {
		return cmp.Or(cmp.Compare(r.Rates[b.Name()].Packets, r.Rates[a.Name()].Packets), byRows(a, b))
	}
}

// list gives the ports, most rows first.
func (p *ports) list() []Port {
	if p == nil {
		return nil
	}
	all := make([]Port, 0, p.distinct)
	for n, rows := range p.rows {
		if rows > 0 {
			all = append(all, Port{n, int(rows)})
		}
	}
	slices.SortFunc(all, func(a, b Port) int { return cmp.Or(b.Rows-a.Rows, a.Number-b.Number) })
	return all
}

func (n *NoticeFacts) provider() string {
	switch {
	case n.hetzner:
		return "hetzner"
	case n.ovh:
		return "ovh"
	}
	return ""
}

// accused is the server the report is about.
func (r *Report) accused(own owner) string {
	if own.known() {
		return own.name()
	}
	if r.SourceCount == 1 {
		return r.Sources[0].Name()
	}
	if len(r.Notice.accused) > 0 {
		return r.Notice.accused[0]
	}
	return ""
}

// accuse gives a report whose rows name no source the one its heading or
// sentences name.
func (r *Report) accuse() {
	if r.SourceCount > 0 || r.Accused == "" || r.Direction == In {
		return
	}
	h := Host{Word: r.Accused, Rows: r.Counted()}
	if a, ok := grammar.ReadAddr([]byte(r.Accused)); ok {
		h = Host{Addr: a, Rows: r.Counted()}
	}
	r.Sources, r.SourceCount = []Host{h}, 1
}

// direction says which way the traffic went. Rows are printed as the reporter
// saw them, so a third party's list shows traffic from the server.
func (r *Report) direction(t *tally, h grammar.Heading) Direction {
	switch {
	case t.in.rows > 0 && t.out.rows > 0:
		// Answers to a flood come back too; a few do not make it two-way.
		if r.LogType == grammar.TrafficDump || min(t.in.rows, t.out.rows)*10 > t.in.rows+t.out.rows {
			return Both
		}
		if t.in.rows > t.out.rows {
			return In
		}
		return Out
	case h.Inward && !h.Outward, t.in.rows > 0:
		return In
	case h.Outward:
		return Out
	case len(r.Logs) > 0 && r.LogType != grammar.NoLog:
		return Out
	case r.Notice.fromServer:
		return Out
	}
	return Unclear
}

// readRates takes rates that the report states. Rows are samples: none is ever
// made from them.
func (r *Report) readRates(t *tally, h grammar.Heading) {
	r.Rates = t.rates
	if h.Packets > 0 {
		r.PacketsPerSecond = h.Packets
	} else if r.Notice.packets > 0 {
		r.PacketsPerSecond = r.Notice.packets
	}
	if h.Bits > 0 {
		r.BitsPerSecond = h.Bits
	}
}

// incident says what the report complains about: what its format states, else
// its heading, else its sentences, else the shape of the rows.
func (r *Report) incident(h grammar.Heading) Incident {
	if h.Incident != "" {
		return Incident(h.Incident)
	}
	word := r.Notice.word()
	switch {
	case h.Title == "netscan":
		return NetScan
	case h.Title == "portscan":
		return PortScan
	case r.LogType == grammar.MACList:
		return MACViolation
	case r.LogType == grammar.PacketSummary:
		if word == Reflection {
			return Reflection
		}
		return Flood
	case word != "":
		return word
	case r.LogType == grammar.AuthLog:
		return LoginAttack
	case r.LogType == grammar.WebLog:
		return WebAttack
	case len(r.Logs) == 0:
		return Notice
	}
	return r.Shape.incident(r)
}

// warnings lists lines that were not understood and copies of the log.
func (r *Report) warnings() {
	for _, l := range r.Logs {
		for line, n := l.NextMarked(0, Unread), 0; line >= 0 && n < mostUnread; line, n = l.NextMarked(line+1, Unread), n+1 {
			text, _ := l.Line(line)
			r.Warnings = append(r.Warnings, Warning{Code: WarnUnread, Part: l.Text.Part, Line: line + 1, Text: diag.Clean(string(grammar.Prepare(text)), 120)})
		}
	}
	for _, l := range r.Copies {
		r.Warnings = append(r.Warnings, Warning{Code: WarnCopy, Part: l.Text.Part})
	}
}

// mostUnread is how many unread lines become warnings of their own; all are
// marked in the text.
const mostUnread = 20
