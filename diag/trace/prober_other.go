//go:build !linux && !darwin && !windows

package trace

import "net/netip"

// openSystem knows no way here that needs no administrator.
func openSystem(_ netip.Addr, m Method, _ int) (Prober, Method, error) {
	return nil, m, ErrMethod
}
