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
	listening, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer ear.Close()
		hearRefusal(listening, ear, t)
	}()
	p, err := t.follow(func() error { return pingBySocket(ctx, addr, t) }, onEvent)
	stop()
	<-done
	p.Refusals = t.get().Refusals
	return p, err
}

// hearRefusal sends one echo and waits for a refusal; replies are not counted.
func hearRefusal(ctx context.Context, ear Prober, t *tally) {
	sent := time.Now()
	if ear.Send(0, pingTTL) != nil {
		return
	}
	for {
		arrivals, err := ear.Wait(ctx, pingLimit)
		if err != nil {
			return
		}
		for _, a := range arrivals {
			if a.Reply.Kind != EchoReply {
				a.Reply.RTT = max(a.At.Sub(sent), 0)
				t.refused(a.Reply)
			}
			return
		}
	}
}
