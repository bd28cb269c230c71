package trace

import (
	"context"
	"net/netip"
	"time"
)

// dialPorts uses sockets of its own because net.Dialer cannot tell a router's
// ICMP refusal from the lack of a route here, nor who sent it.
func dialPorts(ctx context.Context, addr netip.Addr, ports []int, onPort func(Port)) {
	c, err := openConnects(addr, 0)
	if err != nil {
		return
	}
	defer c.Close()
	self := sourceFor(addr)
	open := map[int]time.Time{}
	for i, port := range ports {
		if c.connect(i, 0, port) == nil {
			open[i] = time.Now()
		}
	}
	for len(open) > 0 && ctx.Err() == nil {
		arrivals, err := c.Wait(ctx, time.Minute) // ctx ends it before
		if err != nil {
			break
		}
		for _, a := range arrivals {
			if a.Reply.HasICMP && a.Reply.Addr == self {
				continue // our own system cannot reach the next router: nobody was asked
			}
			a.Reply.RTT = max(a.At.Sub(open[a.Seq]), 0)
			delete(open, a.Seq)
			onPort(portOf(ports[a.Seq], a.Reply, addr))
		}
	}
	for i, port := range ports {
		if _, silent := open[i]; silent {
			onPort(Port{Number: port, State: SilentPort})
		}
	}
}
