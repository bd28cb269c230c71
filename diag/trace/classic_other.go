//go:build !linux && !darwin && !freebsd

package trace

import (
	"context"
	"net/netip"
)

// classic needs raw sockets as Unix has them.
func classic(context.Context, netip.Addr, Options, *names, func(Event)) (Result, error) {
	return Result{}, ErrClassic
}
