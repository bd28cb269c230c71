//go:build !windows

package trace

import (
	"context"
	"net/netip"
	"time"
)

// ping uses pro-bing where the system lets us have a datagram socket for ICMP,
// with one echo of our own beside it: the library hears replies only, our
// Prober hears who refuses. Else it asks the system's own program, which has
// the permission we lack.
func ping(ctx context.Context, addr netip.Addr, onEvent func(Ping)) (Ping, error) {
	t := newTally()
	ear, _, err := openSystem(addr, ICMP, 0)
	if err != nil {
		return t.follow(func() error { return pingByProgram(ctx, addr, t) }, onEvent)
	}
	defer ear.Close()
	asking, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if hearRefusal(asking, ear, t) {
			// Refused: listening longer than to the last echo is in vain.
			wait(asking, pingCount*pingInterval)
			stop()
		}
	}()
	p, err := t.follow(func() error { return pingBySocket(asking, addr, t) }, onEvent)
	stop()
	<-done
	p.Refusals = t.get().Refusals
	return p, err
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// hearRefusal sends one echo and reports whether it was refused. A reply is not
// counted: it is not one of the five.
func hearRefusal(ctx context.Context, ear Prober, t *tally) bool {
	sent := time.Now()
	if ear.Send(0, pingTTL) != nil {
		return false
	}
	for {
		arrivals, err := ear.Wait(ctx, pingLimit)
		if err != nil {
			return false
		}
		for _, a := range arrivals {
			if a.Reply.Kind == EchoReply {
				return false
			}
			a.Reply.RTT = max(a.At.Sub(sent), 0)
			t.refused(a.Reply)
			return true
		}
	}
}
