package trace

import (
	"context"
	"net/netip"
)

// ping uses the ICMP functions: pro-bing would want raw sockets, and with them
// a firewall rule.
func ping(ctx context.Context, addr netip.Addr, onEvent func(Ping)) (Ping, error) {
	return pingByOpener(ctx, openSystem, addr, onEvent)
}
