package trace

import (
	"context"
	"net/netip"
	"slices"
	"time"
)

// Ports tries TCP connections to addr, all at once, and blocks until each is
// decided, timeout has passed or ctx ends; onPort (nil: nobody listens) is told
// of each decision, from this goroutine. Ports that nobody answered at are
// silent; those that could not be asked (no route, cancelled) are not in the
// result. The order is that of ports, each once.
func (t Tracer) Ports(ctx context.Context, addr netip.Addr, ports []int, timeout time.Duration, onPort func(Port)) []Port {
	if onPort == nil {
		onPort = func(Port) {}
	}
	var asked []int
	for _, p := range ports {
		if p > 0 && p < 1<<16 && !slices.Contains(asked, p) {
			asked = append(asked, p)
		}
	}
	found := map[int]Port{}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	dialPorts(limited, addr.Unmap(), asked, func(p Port) {
		if p.State == SilentPort && ctx.Err() != nil {
			return // nobody waited for it to speak
		}
		found[p.Number] = p
		onPort(p)
	})
	var out []Port
	for _, n := range asked {
		if p, ok := found[n]; ok {
			out = append(out, p)
		}
	}
	return out
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
