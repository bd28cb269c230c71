package verdict

import (
	"latchkey/diag"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
)

const yes = diag.Yes

// minSilent is how many hops must stay silent before silence says anything,
// where the profile asks for no more: one or two are everyday loss.
const minSilent = 3

// needed is minSilent, or what the profile of the last hop's network asks for.
func (s *sight) needed() int {
	if p := s.place.Profile; p != nil {
		return max(minSilent, p.MinSilent)
	}
	return minSilent
}

// borderSign reports whether the path ends at a border router whose provider
// itself says that silence after it is how a lock looks.
func (s *sight) borderSign() bool {
	if s.role() != provider.Border {
		return false
	}
	_, ok := s.place.Profile.Sign(provider.SilentBorder)
	return ok
}

// rule is one line of the decision table: it concludes or passes on (nil).
type rule func(*sight) *Verdict

// rules are tried in order; the first that concludes wins. Together they are
// the tables of the provider's guide and of what was measured.
func rules() []rule {
	return []rule{
		ruleTold, ruleLockHost, ruleAnswers, ruleNoNetwork, ruleNoHop, ruleInside, ruleLoop,
		ruleProhibited, ruleHostRefused, ruleNetRefused,
		ruleUnfinished, rulePrivate, ruleBorder, ruleAccess, ruleCore, ruleTransit,
	}
}

// Judge concludes from what was observed. It always gives a Verdict:
// Inconclusive says in Because what is missing.
func Judge(o Observation, set *provider.Set) Verdict {
	s := look(o, set)
	var v *Verdict
	for _, r := range rules() {
		if v = r(s); v != nil {
			break
		}
	}
	if v == nil {
		v = conclude(Inconclusive, Possible)
		s.addEnd(v)
	}
	v.LastHop, v.LastTTL = s.name, s.last.TTL
	if s.place.Profile != nil {
		v.Provider = s.place.Profile.ID
	}
	s.addTests(v)
	s.addBaseline(v)
	s.addAdvice(v)
	return *v
}

func conclude(c Code, sure Confidence, because ...diag.Finding) *Verdict {
	return &Verdict{Code: c, Confidence: sure, Because: because}
}

// ruleTold: the provider itself says so. Even a server that answers may be
// locked for all but the person's own address.
func ruleTold(s *sight) *Verdict {
	if s.Told == nil {
		return nil
	}
	return conclude(Locked, Certain, *s.Told)
}

// ruleLockHost: any hop is the host to which the provider diverts the traffic
// of locked addresses.
func ruleLockHost(s *sight) *Verdict {
	if s.lock < 0 || s.self {
		return nil
	}
	hop := s.Path.Hops[s.lock]
	s.last, s.place, s.name = hop, s.places[s.lock], nameOf(hop)
	return conclude(Locked, Certain, s.finding("trace.lock-host", diag.Critical))
}

// ruleAnswers: the server itself answers, whatever it says. Only TCP answers:
// it is up and something filters the rest.
func ruleAnswers(s *sight) *Verdict {
	switch {
	case s.self:
		code := "trace.reached"
		if s.refusal == nil {
			if r := ownRefusal(s); r != nil {
				code = "trace.refused-by-target"
			}
		}
		return conclude(Reachable, Certain, s.finding(code, diag.Info))
	case s.echo:
		return conclude(Reachable, Certain)
	case s.tcp && !s.asked():
		return conclude(Reachable, Certain)
	case s.tcp:
		v := conclude(Filtered, Certain)
		s.addEnd(v)
		return v
	}
	return nil
}

// ownRefusal gives the refusal that the server itself sent, if any: a host
// firewall that rejects.
func ownRefusal(s *sight) *trace.Reply {
	for _, r := range s.last.Replies {
		if s.isTarget(r.Addr) && r.Kind.Refusal() {
			return &r
		}
	}
	return nil
}

// ruleNoNetwork: this computer cannot send at all.
func ruleNoNetwork(s *sight) *Verdict {
	switch {
	case s.NoRoute == yes:
		return conclude(Local, Certain, finding("local.no-route", diag.Warning, nil))
	case s.NoName == yes:
		return conclude(Local, Likely, finding("local.no-resolver", diag.Warning, nil))
	}
	return nil
}

// ruleNoHop: nobody answered, not even the first router.
func ruleNoHop(s *sight) *Verdict {
	switch {
	case s.last.TTL != 0:
		return nil
	case s.refusal != nil:
		return nil // a TCP connect met a router after all
	case s.Printed && len(s.Path.Hops) == 0 && s.Ping != nil:
		return conclude(Inconclusive, Possible, finding("trace.missing", diag.Notice, nil))
	case !s.traced():
		return conclude(Inconclusive, Possible, finding("trace.not-asked", diag.Notice, nil))
	case s.Printed:
		return conclude(Inconclusive, Possible, finding("trace.only-stars", diag.Notice, nil))
	case s.control.reached:
		return conclude(Inconclusive, Possible, finding("local.filters-probes", diag.Notice, nil))
	case s.control.asked:
		return conclude(Local, Certain, finding("trace.no-hop", diag.Warning, nil))
	}
	return conclude(Local, Likely, finding("trace.no-hop", diag.Warning, nil))
}

// ruleInside: a trace that starts in the provider's own network does not cross
// its border; where it ends says nothing about a lock.
func ruleInside(s *sight) *Verdict {
	if !s.inside {
		return nil
	}
	v := conclude(Inconclusive, Possible, s.finding("trace.starts-at-provider", diag.Notice))
	s.addEnd(v)
	return v
}

// ruleLoop: routers send the packets in a circle.
func ruleLoop(s *sight) *Verdict {
	if s.loop == nil {
		return nil
	}
	return conclude(Loop, Likely, finding("trace.loop", diag.Warning,
		diag.Params{"routers": s.loop.routers, "ttl": s.loop.from}))
}

// ruleProhibited: a router says «administratively prohibited» (ICMP 3/9, 3/10,
// 3/13; ICMPv6 1/1, 1/5).
func ruleProhibited(s *sight) *Verdict {
	if s.refusal == nil || s.refusal.Kind != trace.Prohibited {
		return nil
	}
	because := s.finding("trace.prohibited", diag.Critical)
	switch s.role() {
	case provider.Private:
		return conclude(Local, Likely, because)
	case provider.Transit:
		if s.control.reached && s.control.beyond {
			return conclude(Locked, Possible, because)
		}
		return conclude(BeforeProvider, Likely, because)
	case provider.Customer, "":
		return conclude(Locked, Possible, because)
	}
	return conclude(Locked, Likely, because)
}

// ruleHostRefused: a router says that it cannot reach the host (!H), late if it
// asked for the hardware address in vain, at once if it has no route.
func ruleHostRefused(s *sight) *Verdict {
	if s.refusal == nil || s.refusal.Kind == trace.NetUnreachable {
		return nil
	}
	because := s.finding("trace.host-refused", diag.Warning)
	if s.late() {
		because.Code = "trace.host-refused-late"
		because.Params["seconds"] = s.refusal.RTT.Seconds()
	}
	switch role := s.role(); {
	case role == provider.Private:
		return conclude(Local, Likely, because)
	case role == provider.Transit && s.control.reached && s.control.beyond:
		return conclude(HostDown, Possible, because)
	case role == provider.Transit:
		return conclude(BeforeProvider, Likely, because)
	case role == provider.Border, role == provider.Core && !s.late() && s.refusal.RTT >= 0:
		return conclude(Locked, Possible, because)
	}
	return conclude(HostDown, Likely, because)
}

// ruleNetRefused: a router has no route to the network (!N).
func ruleNetRefused(s *sight) *Verdict {
	if s.refusal == nil {
		return nil
	}
	because := s.finding("trace.net-refused", diag.Warning)
	switch role := s.role(); {
	case role == provider.Private:
		sure := Likely
		if s.control.asked && !s.control.reached {
			sure = Certain
		}
		return conclude(Local, sure, because)
	case role == provider.Transit && s.control.reached && s.control.beyond:
		return conclude(Locked, Possible, because)
	case role == provider.Transit:
		return conclude(BeforeProvider, Likely, because)
	}
	return conclude(Locked, Possible, because)
}

// ruleUnfinished: the trace was cut off or too few silent hops follow. The
// guide prints its example without the silent rows: a path whose last printed
// row is a border router is read as meant, but never as more than possible.
func ruleUnfinished(s *sight) *Verdict {
	enough := s.silent >= s.needed() || s.silent > 0 && s.foldsSilence()
	if enough && s.Path.Complete || s.role() == provider.Access || s.role() == provider.Private {
		return nil
	}
	if s.Printed && s.borderSign() && s.silent == 0 {
		return conclude(Locked, Possible, s.finding("trace.border-without-rest", diag.Warning))
	}
	v := conclude(Inconclusive, Possible)
	s.addEnd(v)
	if !s.Path.Complete {
		v.Because = append(v.Because, finding("trace.cut-off", diag.Notice, nil))
	} else {
		v.Because = append(v.Because, finding("trace.few-silent", diag.Notice, diag.Params{"count": s.silent}))
	}
	return v
}

// rulePrivate: only the person's own network answered.
func rulePrivate(s *sight) *Verdict {
	if s.role() != provider.Private {
		return nil
	}
	v := conclude(Local, Likely)
	switch {
	case s.Printed || s.control.reached:
		v = conclude(Inconclusive, Possible)
	case s.control.asked:
		v.Confidence = Certain
	}
	s.addEnd(v)
	return v
}

// ruleBorder is the guide's rule: the last answer came from the provider's
// border router, everything after it stays silent.
func ruleBorder(s *sight) *Verdict {
	if !s.borderSign() {
		return nil
	}
	sure := Likely
	if s.control.asked && !s.control.reached {
		sure = Possible // the whole provider may be out of reach
	}
	because := s.finding("trace.ends-at-border", diag.Critical)
	because.Params["count"] = s.silent
	return conclude(Locked, sure, because)
}

// ruleAccess: the last switch before the server answers, the server does not.
func ruleAccess(s *sight) *Verdict {
	switch s.role() {
	case provider.Access, provider.Customer:
	default:
		return nil
	}
	sure := Possible
	if s.silent >= s.needed() && !s.Printed {
		sure = Likely
	}
	v := conclude(HostDown, sure)
	s.addEnd(v)
	return v
}

// ruleCore: the path ends inside the provider's network. A lock deeper in, a
// machine that is off and one that drops everything look the same from here;
// only a control trace that goes on from the same router makes a lock possible.
func ruleCore(s *sight) *Verdict {
	if !s.ours() {
		return nil
	}
	v := conclude(Inconclusive, Possible)
	switch {
	case s.sameEndAsBaseline():
		v = conclude(HostDown, Possible)
	case (s.place.Role == provider.Core || s.place.Role == provider.Border) && s.control.reached:
		v = conclude(Locked, Possible)
	}
	s.addEnd(v)
	return v
}

// ruleTransit: the path ends in somebody else's network, as far as names and
// prefixes tell.
func ruleTransit(s *sight) *Verdict {
	v := conclude(Inconclusive, Possible)
	switch {
	case s.sameEndAsBaseline():
		v = conclude(HostDown, Possible)
	case s.control.reached && s.control.beyond:
		v = conclude(Locked, Possible)
	case s.control.asked && !s.control.reached:
		v = conclude(BeforeProvider, Likely)
	case s.control.reached:
	case s.Profile != nil && s.place.Role == provider.Transit && s.name != "" && !isAddr(s.name):
		v = conclude(BeforeProvider, Possible)
	}
	s.addEnd(v)
	return v
}
