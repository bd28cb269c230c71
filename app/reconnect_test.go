package app

import (
	"context"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// TestWhenConnected: the call comes once, when the route is there, and not when
// there was one from the beginning or the waiting was ended.
func TestWhenConnected(t *testing.T) {
	s := open(t, nil)
	for name, tt := range map[string]struct {
		back, end time.Duration // 0: from the beginning, never
		calls     int
	}{
		"comes back":         {back: 10 * time.Second, calls: 1},
		"was never away":     {},
		"nobody waits again": {back: 10 * time.Second, end: 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start, calls := time.Now(), 0
				s.routable = func(netip.Addr) bool { return time.Since(start) >= tt.back }
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				s.WhenConnected(ctx, netip.Addr{}, func() { calls++ })
				if tt.end > 0 {
					time.Sleep(tt.end)
					cancel()
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				if calls != tt.calls {
					t.Errorf("%d calls, want %d", calls, tt.calls)
				}
			})
		})
	}
}
