package app

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// reconnectPoll is how often the system is asked whether it has a route. The
// question sends no packet.
const reconnectPoll = 3 * time.Second

// anyAddress stands for «the internet» when no address is known: it belongs to
// nobody (RFC 5737), and nothing is sent to it.
func anyAddress() netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, 1}) }

// WhenConnected calls f once as soon as this computer has a route to addr (any
// route if addr is not valid), provided it has none now. It returns at once; f
// comes from a goroutine of the session. Ending ctx ends the waiting.
func (s *Session) WhenConnected(ctx context.Context, addr netip.Addr, f func()) {
	if !addr.IsValid() {
		addr = anyAddress()
	}
	if s.routable(addr) {
		return
	}
	go func() {
		ticker := time.NewTicker(reconnectPoll)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if s.routable(addr) {
					f()
					return
				}
			}
		}
	}()
}

// routable reports whether the system would know where to send a packet for
// addr. Connecting a UDP socket looks the route up and sends nothing.
func routable(addr netip.Addr) bool {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, 9)))
	if err != nil {
		return false
	}
	return c.Close() == nil
}
