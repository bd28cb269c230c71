package cli

import (
	"sort"
	"strconv"
	"strings"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// check writes a whole check: the verdict first, then how we know, then what to
// do.
func (p *page) check(c app.Check) {
	p.verdict(c)
	if c.Cancelled {
		p.paragraph("", p.text.T("cli.check.stopped"))
	}
	p.blank()
	p.server(c)
	if c.Verdict != nil {
		p.findings("verdict.because", c.Verdict.Because)
	}
	p.path(c)
	p.tests(c)
	if c.Verdict != nil {
		p.findings("verdict.changes", c.Verdict.Changes)
		p.findings("verdict.steps", c.Verdict.Steps)
	}
}

// verdict says the conclusion and how sure it is.
func (p *page) verdict(c app.Check) {
	v := c.Verdict
	if v == nil {
		p.line(bold, p.text.T("cli.check.no-verdict"))
		return
	}
	t := p.text
	p.line(verdictStyle(v.Code), t.T("cli.verdict.line",
		"badge", t.T("verdict."+string(v.Code)+".badge"),
		"sure", t.T("verdict.confidence."+string(v.Confidence))))
	params := map[string]any{"router": v.LastHop, "provider": providerName(c)}
	p.paragraph("", t.P(verdictKey(p, v, "title"), params)+".")
	p.paragraph("", t.P(verdictKey(p, v, "text"), params))
}

// verdictKey names a text of a verdict: one for its confidence if there is
// such, else one for all.
func verdictKey(p *page, v *verdict.Verdict, part string) string {
	key := "verdict." + string(v.Code) + "." + string(v.Confidence) + "." + part
	if p.text.Has(key) {
		return key
	}
	return "verdict." + string(v.Code) + "." + part
}

// providerName is the name of the provider whose network the path ended in,
// else of the target's; "" if neither is known.
func providerName(c app.Check) string {
	for i := len(c.Places) - 1; i >= 0 && c.Verdict.Provider != ""; i-- {
		if p := c.Places[i].Profile; p != nil && p.ID == c.Verdict.Provider {
			return p.Name
		}
	}
	if c.Provider != nil {
		return c.Provider.Name
	}
	return ""
}

func verdictStyle(c verdict.Code) style {
	switch c {
	case verdict.Locked:
		return red
	case verdict.Reachable, verdict.Filtered:
		return green
	case verdict.Inconclusive:
		return blue
	}
	return amber
}

// server says what was checked.
func (p *page) server(c app.Check) {
	name := c.Name
	if name == "" && !c.Addr.IsValid() {
		name = diag.Clean(c.Input, longestQuote)
	}
	addr := ""
	if c.Addr.IsValid() {
		addr = c.Addr.String()
	}
	who := ""
	if c.Provider != nil {
		who = c.Provider.Name
	}
	if s := join(name, addr, who); s != "" {
		p.field(p.text.T("cli.server"), s)
	}
}

// findings writes a list of facts, each one sentence.
func (p *page) findings(heading string, list []diag.Finding) {
	if len(list) == 0 {
		return
	}
	p.heading(heading)
	for _, f := range list {
		p.paragraph("  - ", p.text.P("finding."+f.Code, values(f.Params)))
	}
}

// path writes the way packets took and how it was asked.
func (p *page) path(c app.Check) {
	if len(c.Path.Hops) == 0 {
		return
	}
	how := string(c.Path.Method)
	if c.Path.Tool != "" {
		how = c.Path.Tool
	}
	if how == "" {
		p.heading("cli.path")
	} else {
		p.heading("cli.path.by", "how", how)
	}
	p.hopTable(c.Path, c.Places)
}

// tests writes what was asked beside the path.
func (p *page) tests(c app.Check) {
	if c.Ping == nil && len(c.Ports) == 0 && c.Control == nil && c.Baseline == nil {
		return
	}
	p.heading("cli.tests")
	if c.Ping != nil {
		p.field("Ping", p.pingWords(*c.Ping))
	}
	if len(c.Ports) > 0 {
		p.field(p.text.T("cli.ports"), p.portWords(c.Ports))
	}
	if c.Control != nil {
		p.field(p.text.T("cli.control"), p.endWords(c.Control.Host, c.Control.Path))
	}
	if c.Baseline != nil {
		p.field(p.text.T("cli.baseline"), p.endWords("", *c.Baseline))
	}
}

func (p *page) pingWords(ping trace.Ping) string {
	s := p.text.T("cli.ping.count", "received", ping.Received, "sent", ping.Sent)
	if ping.Received > 0 && ping.Min >= 0 {
		s += " " + p.text.T("cli.ping.times", "min", milliseconds(p.text, ping.Min),
			"avg", milliseconds(p.text, ping.Avg), "max", milliseconds(p.text, ping.Max))
	}
	return s
}

// portWords lists the ports by their state: «22 open; 80, 443 silent».
func (p *page) portWords(ports []trace.Port) string {
	byState := map[trace.PortState][]int{}
	for _, port := range ports {
		byState[port.State] = append(byState[port.State], port.Number)
	}
	var parts []string
	for _, state := range []trace.PortState{trace.Open, trace.Closed, trace.UnreachablePort, trace.SilentPort} {
		numbers := byState[state]
		if len(numbers) == 0 {
			continue
		}
		sort.Ints(numbers)
		words := make([]string, len(numbers))
		for i, n := range numbers {
			words[i] = strconv.Itoa(n)
		}
		parts = append(parts, strings.Join(words, ", ")+" "+p.text.T("cli.port."+string(state)))
	}
	return strings.Join(parts, "; ")
}

// endWords says how another path ended.
func (p *page) endWords(host string, path trace.Path) string {
	last, ok := path.Last()
	if !ok {
		return join(host, p.text.T("cli.end.silent"))
	}
	key := "cli.end.last"
	if path.Reached == diag.Yes {
		key = "cli.end.reached"
	}
	return join(host, p.text.T(key, "ttl", last.TTL, "router", stationName(last.Replies[0])))
}

// stationName is what a router is called: its name, else its address.
func stationName(r trace.Reply) string {
	if r.Name == "" && r.Addr.IsValid() {
		return r.Addr.String()
	}
	return r.Name
}
