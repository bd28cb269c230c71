package trace

import (
	"context"
	"net/netip"
)

// dialSystem uses sockets of our own because net.Dialer cannot tell a router's
// refusal from the lack of a route here, nor who sent it.
func dialSystem(ctx context.Context, addr netip.Addr, port int) (Port, bool) {
	return dialProber(ctx, openSystem, addr, sourceFor(addr), port)
}
