package verdict

import (
	"net/netip"
	"time"

	"latchkey/diag/provider"
	"latchkey/diag/trace"
)

// sight is what the rules look at: the observation, boiled down once.
type sight struct {
	Observation
	places  []provider.Place
	last    trace.Hop // farthest hop that answered; zero if none did
	place   provider.Place
	name    string // of the last hop: the name, else the address
	silent  int    // hops without an answer after it
	refusal *trace.Reply
	self    bool // the server itself sent an answer to the trace
	echo    bool // … to a ping
	tcp     bool // … to a TCP connect
	inside  bool // the trace starts in the provider's own network
	lock    int  // index of the hop that is the lock host, -1 if none
	loop    *circle
	control controlSight
}

// controlSight is what the control trace says. The zero value: not asked.
type controlSight struct {
	asked, reached bool
	onWay          bool // our last hop is also on the way to the control host
	beyond         bool // and the control trace went on from there
}

// circle is a part of the path that repeats.
type circle struct {
	routers []string
	from    int // TTL
}

// Locate says of every hop of a path where it stands. Of several answers at one
// hop the one that says most counts.
func Locate(p trace.Path, set *provider.Set) []provider.Place {
	places := make([]provider.Place, len(p.Hops))
	for i, hop := range p.Hops {
		for _, r := range hop.Replies {
			if place := set.Locate(r.Addr, r.Name); weight(place) > weight(places[i]) {
				places[i] = place
			}
		}
	}
	return places
}

// weight orders roles by how much they decide.
func weight(p provider.Place) int {
	switch p.Role {
	case provider.Lock:
		return 7
	case provider.Border:
		return 6
	case provider.Core, provider.Filter:
		return 5
	case provider.Access:
		return 4
	case provider.Customer:
		return 3
	}
	switch {
	case p.Profile != nil:
		return 3
	case p.Role != "":
		return 1
	}
	return 0
}

func look(o Observation, set *provider.Set) *sight {
	s := &sight{Observation: o, places: Locate(o.Path, set), lock: -1}
	for i, hop := range o.Path.Hops {
		if s.places[i].Role == provider.Lock && s.lock < 0 {
			s.lock = i
		}
		if hop.Silent() {
			continue
		}
		s.last, s.place, s.name = hop, s.places[i], nameOf(hop)
		for _, r := range hop.Replies {
			s.note(r)
		}
	}
	s.silent = o.Path.SilentAfter()
	s.self = s.self || o.Path.Reached == yes
	if o.Ping != nil {
		s.echo = o.Ping.Received > 0
		s.hear(o.Ping.Refusals, set)
	}
	for _, p := range o.Ports {
		s.tcp = s.tcp || p.State == trace.Open || p.State == trace.Closed
		if s.refusal == nil && p.Refuser != nil && p.Refuser.Kind.Refusal() && p.Refuser.Addr != o.Path.Target {
			s.refuse(*p.Refuser, set)
		}
	}
	s.inside = s.startsInside()
	s.loop = findLoop(o.Path)
	s.control = s.lookAtControl()
	return s
}

// note takes up one answer of the trace.
func (s *sight) note(r trace.Reply) {
	switch {
	case s.isTarget(r.Addr), r.Kind == trace.EchoReply, r.Kind == trace.PortUnreachable,
		r.Kind == trace.TCPOpen, r.Kind == trace.TCPRefused:
		s.self = true
	case r.Kind.Refusal():
		s.refusal = &r
	}
}

// hear takes up what refused the pings: a router whose errors are rationed may
// have told them and not the trace.
func (s *sight) hear(refusals []trace.Reply, set *provider.Set) {
	for _, r := range refusals {
		switch {
		case s.isTarget(r.Addr):
			s.self = true
		case s.refusal == nil && r.Kind.Refusal():
			s.refuse(r, set)
		}
	}
}

// refuse takes up a refusal that the trace itself did not meet. It says where the path
// ends if the trace itself did not get that far.
func (s *sight) refuse(r trace.Reply, set *provider.Set) {
	s.refusal = &r
	name := s.nameFor(r)
	if isAddr(name) {
		r.Name = ""
	} else {
		r.Name = name
	}
	if place := set.Locate(r.Addr, r.Name); weight(place) >= weight(s.place) {
		s.place, s.name = place, name
	}
}

// asked reports whether anything but a TCP connect was sent: a path that could
// not be asked is no silent one.
func (s *sight) asked() bool {
	if s.Ping != nil && s.Ping.Sent > 0 {
		return true
	}
	return s.traced()
}

// traced reports whether the path was asked at all.
func (s *sight) traced() bool { return s.Printed || len(s.Path.Hops) > 0 || s.Path.Method != "" }

func (s *sight) isTarget(a netip.Addr) bool {
	return a.IsValid() && a == s.Path.Target
}

// startsInside reports whether the first answering hops are a provider's own:
// the trace was run on a server or a looking glass there.
func (s *sight) startsInside() bool {
	for i, hop := range s.Path.Hops {
		if hop.Silent() || s.places[i].Role == provider.Private {
			continue
		}
		switch s.places[i].Role {
		case provider.Core, provider.Access, provider.Customer, provider.Filter:
			return !s.isTarget(hop.Replies[0].Addr)
		}
		return s.places[i].Profile != nil && s.places[i].Role == "" && !s.isTarget(hop.Replies[0].Addr)
	}
	return false
}

// ours reports whether the last hop belongs to the target's provider, or to any
// provider where the target's is not known (its address was masked, say).
func (s *sight) ours() bool {
	if s.place.Profile == nil {
		return false
	}
	return s.Profile == nil || s.Profile == s.place.Profile
}

func (s *sight) role() provider.Role {
	if s.ours() {
		return s.place.Role
	}
	if s.place.Role == provider.Private || s.last.TTL == 1 {
		// A home router's IPv6 address is a public one: the first hop is it.
		return provider.Private
	}
	return provider.Transit
}

func (s *sight) lookAtControl() (c controlSight) {
	if s.Control == nil {
		return c
	}
	c.asked, c.reached = true, s.Control.Reached == yes
	ours := map[netip.Addr]bool{}
	for _, r := range s.last.Replies {
		ours[r.Addr] = r.Addr.IsValid()
	}
	for _, hop := range s.Control.Hops {
		for _, r := range hop.Replies {
			c.beyond = c.beyond || c.onWay && !ours[r.Addr]
			c.onWay = c.onWay || ours[r.Addr]
		}
	}
	return c
}

// nameOf gives the name of a hop as a person would say it.
func nameOf(h trace.Hop) string {
	for _, r := range h.Replies {
		if r.Name != "" {
			return r.Name
		}
	}
	for _, r := range h.Replies {
		if r.Addr.IsValid() {
			return r.Addr.String()
		}
	}
	return ""
}

// minCircle is how often each router of a loop must have come again: twice may
// be a route that changed while it was measured.
const minCircle = 3

// findLoop looks for a router that answers at minCircle or more TTLs with others
// in between. A router repeated at TTLs in a row is no loop: it refuses.
func findLoop(p trace.Path) *circle {
	seen := map[string][]int{}
	var order []string
	for _, hop := range p.Hops {
		key := nameOf(hop)
		if key == "" {
			continue
		}
		if ttls := seen[key]; len(ttls) == 0 {
			order = append(order, key)
		} else if hop.TTL-ttls[len(ttls)-1] < 2 {
			continue // in a row
		}
		seen[key] = append(seen[key], hop.TTL)
	}
	var c circle
	for _, key := range order {
		if ttls := seen[key]; len(ttls) >= minCircle {
			if c.from == 0 {
				c.from = ttls[0]
			}
			c.routers = append(c.routers, key)
		}
	}
	if len(c.routers) == 0 {
		return nil
	}
	return &c
}

// lateAfter is how long a router keeps a packet while it asks for the server's
// hardware address: ARP and neighbour discovery give up after three tries of
// 1 s (RFC 4861 §10); measured 3.07 to 3.12 s, never under 1 s.
const lateAfter = 900 * time.Millisecond

// late reports whether the refusal took as long as a failed address resolution.
func (s *sight) late() bool { return s.refusal != nil && s.refusal.RTT >= lateAfter }

// foldsSilence reports whether the tool shows all that is silent at the end as
// one row, so that counting rows says nothing.
func (s *sight) foldsSilence() bool {
	switch s.Path.Tool {
	case "mtr", "winmtr":
		return true
	}
	return false
}
