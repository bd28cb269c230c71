//go:build linux || darwin || freebsd

package trace

import (
	"context"
	"net/netip"
	"os"
	"time"

	classictrace "github.com/aeden/traceroute"

	"latchkey/diag"
)

// classic traces with github.com/aeden/traceroute. The library asks one hop
// after the other, up to 2 s each, takes any ICMP packet that comes in for the
// answer and does not tell its type; it knows no context and keeps all its
// sockets until it returns. So it is called for one TTL at a time, and a call
// that is under way when ctx ends is left to end by itself.
func classic(ctx context.Context, addr netip.Addr, o Options, n *names, onEvent func(Event)) (Result, error) {
	if !addr.Is4() || os.Geteuid() != 0 {
		return Result{}, ErrClassic
	}
	p := Path{Method: Classic, Target: addr, Reached: diag.NotAsked, Source: sourceFor(addr)}
	for ttl := 1; ttl <= o.MaxTTL && p.Reached != diag.Yes; ttl++ {
		hop, err := classicHop(ctx, addr, ttl)
		if ctx.Err() != nil {
			return Result{Path: p, NoRoute: diag.No}, nil
		}
		if err != nil {
			return Result{Path: p}, err
		}
		for _, r := range hop.Replies {
			n.ask(r.Addr)
			if r.Addr == addr {
				p.Reached = diag.Yes
			}
		}
		n.collect()
		p.Hops = append(p.Hops[:len(p.Hops):len(p.Hops)], hop) // snapshots are not changed
		onEvent(Event{Path: n.name(p)})
	}
	if p.Reached != diag.Yes {
		p.Reached = diag.No
	}
	p.Complete = true
	for n.wait(ctx) {
		onEvent(Event{Path: n.name(p), Quiet: true})
	}
	return Result{Path: n.name(p), NoRoute: diag.No}, nil
}

func classicHop(ctx context.Context, addr netip.Addr, ttl int) (Hop, error) {
	type outcome struct {
		result classictrace.TracerouteResult
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		var options classictrace.TracerouteOptions
		options.SetFirstHop(ttl)
		options.SetMaxHops(ttl)
		result, err := classictrace.Traceroute(addr.String(), &options)
		done <- outcome{result, err}
	}()
	select {
	case <-ctx.Done():
		return Hop{}, ctx.Err()
	case got := <-done:
		hop := Hop{TTL: ttl, Sent: 1}
		for _, h := range got.result.Hops {
			rtt := h.ElapsedTime.Round(time.Microsecond)
			hop.Replies = append(hop.Replies, Reply{Addr: netip.AddrFrom4(h.Address), RTT: rtt, Kind: Answered})
		}
		if len(hop.Replies) == 0 {
			hop.Sent = classictrace.DEFAULT_RETRIES + 1
			hop.Lost = hop.Sent
		}
		return hop, got.err
	}
}
