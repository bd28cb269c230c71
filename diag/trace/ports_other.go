//go:build !linux

package trace

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
)

// dialPorts: this system does not say who refused, and not always whether a
// router did. A host or network that is unreachable at once is our own lack of
// a route, told by the route lookup before.
func dialPorts(ctx context.Context, addr netip.Addr, ports []int, onPort func(Port)) {
	if !sourceFor(addr).IsValid() {
		return
	}
	found := make(chan Port)
	var wg sync.WaitGroup
	for _, port := range ports {
		wg.Go(func() {
			var d net.Dialer
			c, err := d.DialContext(ctx, "tcp", netip.AddrPortFrom(addr, uint16(port)).String())
			if err == nil {
				_ = c.Close()
			}
			found <- Port{Number: port, State: stateOf(err)}
		})
	}
	go func() {
		wg.Wait()
		close(found)
	}()
	for p := range found {
		onPort(p)
	}
}

// Windows' own numbers for what Unix calls ECONNREFUSED, ENETUNREACH and
// EHOSTUNREACH (winsock2.h); package syscall keeps invented ones there.
const (
	wsaNetUnreachable  = syscall.Errno(10051)
	wsaRefused         = syscall.Errno(10061)
	wsaHostUnreachable = syscall.Errno(10065)
)

func stateOf(err error) PortState {
	is := func(codes ...syscall.Errno) bool {
		for _, c := range codes {
			if errors.Is(err, c) {
				return true
			}
		}
		return false
	}
	switch {
	case err == nil:
		return Open
	case is(syscall.ECONNREFUSED, wsaRefused):
		return Closed
	case is(syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.EACCES, wsaNetUnreachable, wsaHostUnreachable):
		return UnreachablePort
	}
	return SilentPort
}
