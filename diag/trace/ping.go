package trace

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	probing "github.com/prometheus-community/pro-bing"
)

// The rhythm of a ping: five echoes show a loss, and 10 ms apart they are back
// before the path is known, so that a server that answers is told at once. A
// server that has not answered within two seconds is waited for by the trace.
const (
	pingCount    = 5
	pingInterval = 10 * time.Millisecond
	pingLimit    = 2 * time.Second
)

// Ping sends five echoes to addr and blocks for two seconds at most, or until
// ctx ends. onEvent (nil: nobody listens) gets the running counts, from this
// goroutine. The error is ErrNotPossible where this system lets us send none:
// then nothing was asked. A refusal to send (no route) is ErrNotPossible too.
func (t Tracer) Ping(ctx context.Context, addr netip.Addr, onEvent func(Ping)) (Ping, error) {
	if onEvent == nil {
		onEvent = func(Ping) {}
	}
	ctx, cancel := context.WithTimeout(ctx, pingLimit)
	defer cancel()
	addr = addr.Unmap()
	if t.Open == nil {
		return ping(ctx, addr, onEvent)
	}
	return pingByOpener(ctx, t.Open, addr, onEvent)
}

func pingByOpener(ctx context.Context, open Opener, addr netip.Addr, onEvent func(Ping)) (Ping, error) {
	p, _, err := open(addr, ICMP, 0)
	if err != nil {
		return newTally().get(), fmt.Errorf("%w: %w", ErrNotPossible, err)
	}
	defer p.Close()
	t := newTally()
	return t.follow(func() error { return pingByProber(ctx, p, t) }, onEvent)
}

// tally counts echoes. Its methods may be called from several goroutines.
type tally struct {
	mu      sync.Mutex
	ping    Ping
	total   time.Duration
	changed chan struct{} // holds one token when there is news
}

func newTally() *tally {
	return &tally{ping: Ping{Min: Unknown, Avg: Unknown, Max: Unknown}, changed: make(chan struct{}, 1)}
}

func (t *tally) change(f func()) {
	t.mu.Lock()
	f()
	t.mu.Unlock()
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

func (t *tally) sent() { t.change(func() { t.ping.Sent++ }) }

func (t *tally) received(rtt time.Duration) {
	t.change(func() {
		p := &t.ping
		p.Received++
		t.total += rtt
		p.Avg = t.total / time.Duration(p.Received)
		p.Max = max(p.Max, rtt)
		if p.Min == Unknown || rtt < p.Min {
			p.Min = rtt
		}
	})
}

func (t *tally) refused(r Reply) {
	t.change(func() { t.ping.Refusals = append(t.ping.Refusals, r) })
}

func (t *tally) get() Ping {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.ping
	p.Refusals = append([]Reply(nil), p.Refusals...)
	return p
}

// follow passes the counts on until work returns.
func (t *tally) follow(work func() error, onEvent func(Ping)) (Ping, error) {
	done := make(chan error, 1)
	go func() { done <- work() }()
	for {
		select {
		case <-t.changed:
			onEvent(t.get())
		case err := <-done:
			return t.get(), err
		}
	}
}

// pingBySocket pings through pro-bing's datagram socket (Linux, macOS). The
// library hears echo replies only; refusals must be heard otherwise.
func pingBySocket(ctx context.Context, addr netip.Addr, t *tally) error {
	p := probing.New(addr.String())
	p.SetIPAddr(&net.IPAddr{IP: addr.AsSlice(), Zone: addr.Zone()})
	p.SetLogger(probing.NoopLogger{})
	p.Count, p.Interval, p.RecordTTLs = pingCount, pingInterval, false
	p.OnSend = func(*probing.Packet) { t.sent() }
	p.OnRecv = func(r *probing.Packet) { t.received(r.Rtt) }
	var refused error
	p.OnSendError = func(_ *probing.Packet, err error) { refused = err }
	err := p.RunWithContext(ctx)
	if ctx.Err() != nil {
		err = nil // time is up
	}
	if t.get().Sent == 0 && (err != nil || refused != nil) {
		return fmt.Errorf("%w: %w", ErrNotPossible, errors.Join(err, refused))
	}
	return err
}

// pingByProber pings through one of our own Probers.
func pingByProber(ctx context.Context, p Prober, t *tally) error {
	sent := make([]time.Time, 0, pingCount)
	answers := 0
	for answers < pingCount && ctx.Err() == nil {
		wait := pingLimit // ctx ends it before
		if n := len(sent); n < pingCount {
			if n > 0 {
				wait = time.Until(sent[n-1].Add(pingInterval))
			}
			if n == 0 || wait <= 0 {
				now := time.Now()
				if err := p.Send(n, pingTTL); err != nil && !busy(err) {
					return fmt.Errorf("%w: %w", ErrNotPossible, err)
				}
				sent, wait = append(sent, now), 0
				t.sent()
			}
		}
		arrivals, err := p.Wait(ctx, wait)
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("wait for echo: %w", err)
		}
		for _, a := range arrivals {
			if a.Seq < 0 || a.Seq >= len(sent) {
				continue
			}
			answers++
			a.Reply.RTT = max(a.At.Sub(sent[a.Seq]), 0)
			if a.Reply.Kind == EchoReply {
				t.received(a.Reply.RTT)
			} else {
				t.refused(a.Reply)
			}
		}
	}
	return nil
}

// pingTTL is the usual TTL of packets; more hops than 64 are a loop.
const pingTTL = 64
