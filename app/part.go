package app

import (
	"context"
	"net/netip"
	"time"

	"latchkey/diag"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// The parts of a check. Each runs in its own goroutine, blocks until it has its
// answer or ctx ends, and tells what it sees by change.

// nameTime is what all name look-ups of a batch get together: names are a help,
// and a resolver that is slow must not hold up the verdict.
const nameTime = time.Second

func (c *checker) tracePath(ctx context.Context, addr netip.Addr) {
	c.change(func(s *Check) { s.Stages.Path = StageRunning })
	result, err := c.session.network.Trace(ctx, addr, traceOptions(c.state.Options), func(e trace.Event) {
		c.change(func(s *Check) {
			c.quiet = c.quiet || e.Quiet
			c.takePath(e.Path)
		})
	})
	c.change(func(s *Check) {
		c.traced, c.noRoute = true, result.NoRoute
		c.quiet = c.quiet || err == nil && (ctx.Err() == nil || result.Path.Complete)
		s.Stages.Path = StageDone
		if c.quiet && isClosed(c.settled) {
			result.Path.Complete = true // cut short by us: only late refusals are missing
		}
		c.takePath(result.Path)
		if err != nil {
			s.Stages.Path, s.Err = StageFailed, err
		}
	})
}

func traceOptions(choice CheckOptions) trace.Options {
	o := trace.Options{Method: choice.Method, NoNames: choice.NoNames}
	if o.Method == trace.TCP && len(choice.Ports) > 0 {
		o.Port = choice.Ports[0]
	}
	return o
}

// takePath keeps a new state of the path. The server's own reverse name is a
// sign of whose it is.
func (c *checker) takePath(p trace.Path) {
	s := &c.state
	if p.Target.IsValid() {
		s.Path = withName(p, s.Name)
	}
	if s.Provider == nil {
		s.Provider = c.session.targetProfile(s.Path, s.Name)
	}
}

func withName(p trace.Path, name string) trace.Path {
	p.Name = name
	return p
}

func (c *checker) askPing(ctx context.Context, addr netip.Addr) {
	c.change(func(s *Check) { s.Stages.Ping = StageRunning })
	ping, err := c.session.network.Ping(ctx, addr, func(p trace.Ping) {
		c.change(func(s *Check) { s.Ping = &p })
	})
	c.change(func(s *Check) {
		s.Stages.Ping = StageDone
		s.Ping = &ping
		if err != nil && ping.Sent == 0 {
			s.Ping, s.Stages.Ping = nil, StageFailed
		}
	})
}

func (c *checker) askPorts(ctx context.Context, addr netip.Addr) {
	c.change(func(s *Check) { s.Stages.Ports = StageRunning })
	ports := c.session.network.Ports(ctx, addr, c.ports, portLimit, func(p trace.Port) {
		c.change(func(s *Check) { s.Ports = append(s.Ports, p) })
	})
	c.change(func(s *Check) {
		s.Ports, s.Stages.Ports = ports, StageDone
		if c.noRoute != diag.Yes && s.Verdict != nil && s.Verdict.Code == verdict.Reachable {
			s.Ports = c.withSilent(ports) // cut short: the server had its time
		}
	})
}

// withSilent adds the ports that were still waited for when the check was
// settled: a server that answers within RTT has had a multiple of it.
func (c *checker) withSilent(known []trace.Port) []trace.Port {
	ports := make([]trace.Port, len(c.ports))
	for i, number := range c.ports {
		ports[i] = trace.Port{Number: number, State: trace.SilentPort}
		for _, p := range known {
			if p.Number == number {
				ports[i] = p
			}
		}
	}
	return ports
}

// askControl traces to another host of the same provider: it tells «locked»
// from «provider or line down».
func (c *checker) askControl(ctx context.Context, addr netip.Addr) {
	c.change(func(s *Check) { s.Stages.Line = StageRunning })
	c.findProvider(ctx, addr)
	host, to, ok := c.controlHost(ctx, addr)
	if !ok {
		c.change(func(s *Check) { s.Stages.Line = StageSkipped })
		return
	}
	o := traceOptions(c.state.Options)
	o.Brief, o.NoNames = true, true
	result, err := c.session.network.Trace(ctx, to, o, nil)
	c.change(func(s *Check) {
		s.Stages.Line = StageDone
		if err != nil || ctx.Err() != nil && result.Path.Reached != diag.Yes {
			s.Stages.Line = StageSkipped // stopped before it could tell anything
			return
		}
		s.Control = &Control{Host: host, Path: withName(result.Path, host)}
	})
}

// findProvider asks for the address's own name if prefixes did not tell whose
// it is.
func (c *checker) findProvider(ctx context.Context, addr netip.Addr) {
	if c.profileOf() != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, nameTime)
	defer cancel()
	name := c.session.network.Names(ctx, []netip.Addr{addr})[addr]
	if profile := c.session.providers.OfTarget(addr, name); profile != nil {
		c.change(func(s *Check) {
			if s.Provider == nil {
				s.Provider = profile
			}
		})
	}
}

// controlHost gives the host to compare with: the one the person named, else
// the profile's first that has an address of the same family.
func (c *checker) controlHost(ctx context.Context, addr netip.Addr) (string, netip.Addr, bool) {
	var hosts []string
	if named := c.state.Options.Control; named != "" {
		hosts = []string{named}
	} else if p := c.profileOf(); p != nil {
		for _, control := range p.Controls {
			hosts = append(hosts, control.Host)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, nameTime)
	defer cancel()
	found := make([]chan netip.Addr, len(hosts))
	for i, host := range hosts {
		found[i] = make(chan netip.Addr, 1)
		go func() { found[i] <- c.controlAddr(ctx, host, addr) }()
	}
	for i, host := range hosts {
		if to := <-found[i]; to.IsValid() {
			return host, to, true
		}
	}
	return "", netip.Addr{}, false
}

// controlAddr looks a control host up; the zero address means it has none that
// fits: of the target's family, and not the target itself.
func (c *checker) controlAddr(ctx context.Context, host string, target netip.Addr) netip.Addr {
	t, err := trace.ParseTarget(host)
	if err != nil {
		return netip.Addr{}
	}
	addrs, err := c.session.network.Lookup(ctx, t, trace.FamilyOf(target))
	if err != nil {
		return netip.Addr{}
	}
	for _, a := range addrs {
		if a != target {
			return a
		}
	}
	return netip.Addr{}
}
