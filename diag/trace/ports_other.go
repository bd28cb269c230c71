//go:build !linux

package trace

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"
)

// dialSystem: this system does not say who refused. What is unreachable although
// we have a route is so by a router's word.
func dialSystem(ctx context.Context, addr netip.Addr, port int) (Port, bool) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", netip.AddrPortFrom(addr, uint16(port)).String())
	if err == nil {
		_ = c.Close()
	}
	state := stateOf(err)
	return Port{Number: port, State: state}, state != UnreachablePort || sourceFor(addr).IsValid()
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
