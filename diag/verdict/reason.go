package verdict

import (
	"math"
	"net/netip"

	"latchkey/diag"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
)

// finding makes a Finding whose Params can be added to.
func finding(code string, severity diag.Severity, params diag.Params) diag.Finding {
	if params == nil {
		params = diag.Params{}
	}
	return diag.Finding{Code: code, Severity: severity, Params: params}
}

// finding names the last hop, its TTL and its provider.
func (s *sight) finding(code string, severity diag.Severity) diag.Finding {
	return finding(code, severity, diag.Params{
		"router": s.name, "ttl": s.last.TTL, "provider": s.providerName(), "count": s.silent})
}

func (s *sight) providerName() string {
	switch {
	case s.ours():
		return s.place.Profile.Name
	case s.Profile != nil:
		return s.Profile.Name
	}
	return ""
}

// addEnd adds where the path ends, whatever that means.
func (s *sight) addEnd(v *Verdict) {
	code := "trace.ends-at-transit"
	switch s.role() {
	case provider.Border:
		code = "trace.ends-at-border"
	case provider.Core:
		code = "trace.ends-at-core"
	case provider.Access:
		code = "trace.ends-at-access"
	case provider.Filter:
		code = "trace.ends-at-filter"
	case provider.Customer, "":
		code = "trace.ends-inside"
	case provider.Private:
		code = "trace.ends-at-home"
	}
	if s.last.TTL == 0 {
		code = "trace.no-hop"
	}
	v.Because = append(v.Because, s.finding(code, diag.Notice))
}

// nameFor names who sent an answer, by the path if it did not come with a name.
func (s *sight) nameFor(r trace.Reply) string {
	for _, hop := range s.Path.Hops {
		for _, known := range hop.Replies {
			if r.Name == "" && known.Addr == r.Addr {
				r.Name = known.Name
			}
		}
	}
	return nameOf(trace.Hop{Replies: []trace.Reply{r}})
}

// addTests adds what ping, ports and control trace said, for and against.
func (s *sight) addTests(v *Verdict) {
	if p := s.Ping; p != nil {
		switch {
		case p.Received > 0:
			v.Because = append(v.Because, finding("ping.answered", diag.Info,
				diag.Params{"received": p.Received, "count": p.Sent, "ms": ms(p)}))
		case len(p.Refusals) > 0:
			v.Because = append(v.Because, finding("ping.refused", diag.Notice,
				diag.Params{"count": p.Sent, "router": s.nameFor(p.Refusals[0])}))
		case p.Sent > 0:
			v.Because = append(v.Because, finding("ping.silent", diag.Notice, diag.Params{"count": p.Sent}))
		}
	}
	byState := map[trace.PortState][]int{}
	for _, p := range s.Ports {
		byState[p.State] = append(byState[p.State], p.Number)
	}
	for _, state := range []trace.PortState{trace.Open, trace.Closed, trace.SilentPort, trace.UnreachablePort} {
		if ports := byState[state]; len(ports) > 0 {
			v.Because = append(v.Because, finding("port."+string(state), diag.Info,
				diag.Params{"ports": ports, "count": len(ports)}))
		}
	}
	s.addControl(v)
}

func (s *sight) addControl(v *Verdict) {
	c := s.control
	if !c.asked || v.Code == Reachable {
		return
	}
	params := diag.Params{"router": s.name, "provider": s.providerName(), "host": controlName(s.Control)}
	switch {
	case c.reached && c.beyond:
		v.Because = append(v.Because, finding("control.passes-here", diag.Info, params))
	case c.reached:
		v.Because = append(v.Because, finding("control.reached", diag.Info, params))
	default:
		v.Because = append(v.Because, finding("control.silent", diag.Notice, params))
	}
}

func controlName(p *trace.Path) string {
	if p.Name != "" {
		return p.Name
	}
	return p.Target.String()
}

// addBaseline compares with the path of a day on which the server answered.
func (s *sight) addBaseline(v *Verdict) {
	if s.Baseline == nil || s.self || s.echo || s.tcp || s.last.TTL == 0 {
		return
	}
	usual := len(s.Baseline.Hops)
	switch {
	case s.sameEndAsBaseline():
		v.Because = append(v.Because, finding("baseline.same-end", diag.Notice,
			diag.Params{"router": s.name, "ttl": s.last.TTL}))
	case s.last.TTL < usual:
		v.Because = append(v.Because, finding("baseline.shorter", diag.Notice,
			diag.Params{"count": usual - s.last.TTL, "ttl": usual}))
	}
}

// sameEndAsBaseline reports whether the path now ends at the router that stood
// directly before the server on a good day.
func (s *sight) sameEndAsBaseline() bool {
	if s.Baseline == nil || s.Baseline.Reached != yes || len(s.Baseline.Hops) < 2 {
		return false
	}
	before := s.Baseline.Hops[len(s.Baseline.Hops)-2]
	for _, was := range before.Replies {
		for _, is := range s.last.Replies {
			if was.Addr.IsValid() && was.Addr == is.Addr {
				return true
			}
		}
	}
	return false
}

// ms is the average answer time in milliseconds, to a tenth.
func ms(p *trace.Ping) float64 {
	return math.Round(float64(p.Avg.Microseconds())/100) / 10
}

func isAddr(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}
