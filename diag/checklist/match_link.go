package checklist

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
)

// Target is a part of a report: what it names of one network on one port.
type Target struct {
	Net      netip.Prefix // a /24 or /64; the address where it is the only one
	Protocol string       // "" not told
	Port     int          // 0 not told
	Count    int          // addresses of the report, at least 1
	Seen     int          // of them a process talks to now
}

// Link joins a process to a target. Both are indices in a Matching.
type Link struct {
	Process, Target int
	// Grade is Proven with a socket to a reported address and port or from the
	// reported source port, Strong with one to a reported address or its
	// network, Indirect where only port or signs fit and none was seen.
	Grade Grade
	Seen  int // addresses of the target that the process talks to now
}

// mostTargets bounds the targets of a Matching: more than anybody reads.
const mostTargets = 20

// seenEnd is a far end that a process talks to, as far as it fits a report.
type seenEnd struct {
	pid int
	end wantedEnd
}

// grouped is a report by network and port. A target that has no whole address
// counts once for each way it is masked.
func grouped(r Events) map[wantedNet]*Target {
	groups := map[wantedNet]*Target{}
	type one struct {
		in   wantedNet
		addr netip.Addr
		word string
	}
	known := map[one]bool{}
	for _, e := range r.List[:min(len(r.List), mostEvents)] {
		at := one{addr: e.Target.Unmap().WithZone("")}
		if at.addr.IsValid() {
			at.in.net = network(at.addr)
		} else {
			at.in.net, at.word = maskedNetwork(e.Word), e.Word
		}
		at.in.port = port{e.Protocol, e.TargetPort}
		if !at.in.net.IsValid() || known[at] {
			continue
		}
		known[at] = true
		t := groups[at.in]
		if t == nil {
			t = &Target{Net: at.in.net, Protocol: e.Protocol, Port: e.TargetPort}
			if at.addr.IsValid() {
				t.Net = netip.PrefixFrom(at.addr, at.addr.BitLen())
			}
			groups[at.in] = t
		} else {
			t.Net = at.in.net
		}
		t.Count++
	}
	return groups
}

// link finds the targets of a report and which listed process talks to which.
func (m *Matching) link(r Events, c *candidates) {
	groups := grouped(r)
	links := c.links(groups)
	order := slices.SortedFunc(maps.Keys(groups), func(a, b wantedNet) int {
		return cmp.Or(b2i(links[b] != nil)-b2i(links[a] != nil), larger(groups, a, b))
	})
	m.MoreTargets = max(len(order)-mostTargets, 0)
	for n, at := range order[:len(order)-m.MoreTargets] {
		m.Targets = append(m.Targets, *groups[at])
		for i, p := range m.Processes {
			l, known := links[at][p.PID]
			if !known {
				l.Grade = c.sign(p, i, at.port)
			}
			if l.Process, l.Target = i, n; l.Grade != "" {
				m.Links = append(m.Links, l)
			}
		}
	}
}

// larger puts targets in order, those of more addresses first.
func larger(groups map[wantedNet]*Target, a, b wantedNet) int {
	return cmp.Or(groups[b].Count-groups[a].Count, a.net.Compare(b.net), a.port.number-b.port.number, cmp.Compare(a.port.protocol, b.port.protocol))
}

// links are the sockets that lead to targets, by target and PID. They set how
// many addresses of each target were seen.
func (c *candidates) links(groups map[wantedNet]*Target) map[wantedNet]map[int]Link {
	all := map[wantedNet]map[int]Link{}
	nets := map[netip.Prefix]wantedNet{} // for a far end on another port
	for _, at := range slices.SortedFunc(maps.Keys(groups), func(a, b wantedNet) int { return larger(groups, a, b) }) {
		if _, known := nets[at.net]; !known {
			nets[at.net] = at
		}
	}
	type talk struct {
		at   wantedNet
		pid  int
		addr netip.Addr
	}
	known := map[talk]bool{}
	for s, code := range c.seen {
		at, ok := groupOf(groups, s.end)
		if !ok {
			if at, ok = nets[network(s.end.addr)]; !ok {
				continue
			}
		}
		if all[at] == nil {
			all[at] = map[int]Link{}
		}
		l := all[at][s.pid]
		if g := linkGrade(code); l.Grade == "" || rank(g) > rank(l.Grade) {
			l.Grade = g
		}
		if t := (talk{at, s.pid, s.end.addr}); code != "network-port" && !known[t] { // that one is beside the reported ones
			known[t] = true
			l.Seen++
			if t.pid = anybody; !known[t] {
				known[t] = true
				groups[at].Seen++
			}
		}
		all[at][s.pid] = l
	}
	return all
}

// anybody stands for all processes; PIDs begin at 1, and -1 is none told.
const anybody = -2

// sign is what joins a process to a target that it is not seen to talk to: the
// reported source port, the port, or that it is the likeliest of all.
func (c *candidates) sign(p Suspect, place int, on port) Grade {
	k := c.byPID[p.PID]
	counts := k.counts
	switch {
	case p.Excluded || p.Score <= 0 || k.socket > 0 && !k.out:
		return ""
	case counts["source-port"] > 0:
		return Proven
	case counts["port"] > 0 && c.ports[seenPort{p.PID, on.number}], place == 0:
		return Indirect
	}
	return ""
}

type seenPort struct{ pid, number int }

// groupOf is the part of a report that a far end belongs to; a report may name
// no protocol or no port.
func groupOf(groups map[wantedNet]*Target, end wantedEnd) (wantedNet, bool) {
	for _, p := range []port{end.port, {"", end.port.number}, {end.port.protocol, 0}, {}} {
		at := wantedNet{network(end.addr), p}
		if groups[at] != nil {
			return at, true
		}
	}
	return wantedNet{}, false
}

// linkGrade is what the reason of a socket is worth for its target.
func linkGrade(code string) Grade {
	switch code {
	case "same-port", "target-port":
		return Proven
	case "target", "network-port":
		return Strong
	}
	return Indirect
}
