package trace

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Ports tries TCP connections to addr, all at once, and blocks until each is
// decided, timeout has passed or ctx ends; onPort (nil: nobody listens) is told
// of each decision, from this goroutine. A port nobody answered at is silent; a
// port that could not be asked (no route, cancelled) is not in the result. The
// order is that of ports, each once.
func (t Tracer) Ports(ctx context.Context, addr netip.Addr, ports []int, timeout time.Duration, onPort func(Port)) []Port {
	if onPort == nil {
		onPort = func(Port) {}
	}
	addr = addr.Unmap()
	dial := dialSystem
	if t.Open != nil {
		dial = func(ctx context.Context, addr netip.Addr, port int) (Port, bool) {
			return dialProber(ctx, t.Open, addr, netip.Addr{}, port)
		}
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	decided := make(chan Port)
	var wg sync.WaitGroup
	var asked []int
	for _, n := range ports {
		if n < 1 || n >= 1<<16 || slices.Contains(asked, n) {
			continue
		}
		asked = append(asked, n)
		wg.Go(func() {
			// Silence that nobody waited for to its end says nothing.
			if p, ok := dial(limited, addr, n); ok && (p.State != SilentPort || ctx.Err() == nil) {
				decided <- p
			}
		})
	}
	go func() {
		wg.Wait()
		close(decided)
	}()
	out := make([]Port, 0, len(asked))
	for p := range decided {
		out = append(out, p)
		onPort(p)
	}
	slices.SortFunc(out, func(a, b Port) int { return slices.Index(asked, a.Number) - slices.Index(asked, b.Number) })
	return out
}

// dialProber tries one port through a TCP Prober; false if nobody was asked.
// self is this computer's address: its own complaints (no neighbour answers)
// are not those of a router.
func dialProber(ctx context.Context, open Opener, addr, self netip.Addr, port int) (Port, bool) {
	prober, _, err := open(addr, TCP, port)
	if err != nil {
		return Port{}, false
	}
	defer prober.Close()
	start := time.Now()
	if prober.Send(0, pingTTL) != nil {
		return Port{}, false
	}
	for {
		arrivals, err := prober.Wait(ctx, time.Minute) // ctx ends it before
		if err != nil {
			return Port{Number: port, State: SilentPort}, true
		}
		for _, a := range arrivals {
			a.Reply.RTT = max(a.At.Sub(start), 0)
			return portOf(port, a.Reply, addr), a.Reply.Addr != self || self == addr
		}
	}
}

// portOf makes a Port of the answer to a connection attempt.
func portOf(number int, r Reply, target netip.Addr) Port {
	p := Port{Number: number}
	switch {
	case r.Kind == TCPOpen:
		p.State = Open
	case r.Kind == TCPRefused:
		p.State = Closed
	case r.Addr == target: // its firewall says so: the host is alive
		p.State, p.Refuser = Closed, &r
	default:
		p.State, p.Refuser = UnreachablePort, &r
	}
	return p
}
