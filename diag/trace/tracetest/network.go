package tracetest

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"syscall"
	"time"

	"latchkey/diag/trace"
)

// Network is a Scenario at work: routers remember how many errors they have
// sent. Tracer asks it instead of the system.
type Network struct {
	Scenario
	// NoCodes hides the ICMP codes, as Windows' programming interface does.
	NoCodes bool
	mu      sync.Mutex
	luck    *rand.Rand
	buckets map[string]bucket // of routers that limit their ICMP errors
	turns   map[string]int    // of routers with another beside them, per target
	packets int
}

// NewNetwork sets a scenario up. The same scenario always loses the same packets.
func NewNetwork(s Scenario) *Network {
	return &Network{Scenario: s, luck: rand.New(rand.NewPCG(1, uint64(s.Loss))), buckets: map[string]bucket{}, turns: map[string]int{}}
}

// Tracer gives a Tracer that sees this network and no other. With udp it may
// not send ICMP, as where net.ipv4.ping_group_range is closed.
func (n *Network) Tracer(udp bool) trace.Tracer {
	open := func(addr netip.Addr, m trace.Method, port int) (trace.Prober, trace.Method, error) {
		if m == trace.Auto && udp {
			m = trace.UDP
		}
		if m == trace.Auto {
			m = trace.ICMP
		}
		if !slices.Contains([]trace.Method{trace.ICMP, trace.UDP, trace.TCP}, m) || udp && m == trace.ICMP {
			return nil, m, trace.ErrMethod
		}
		return &prober{network: n, target: addr, method: m, port: port}, m, nil
	}
	return trace.Tracer{Open: open, Resolver: n}
}

// response is what a packet gets after delay; nothing if kind is empty.
type response struct {
	trace.Reply
	delay time.Duration
}

// send is one packet's way.
func (n *Network) send(target netip.Addr, m trace.Method, port, ttl int) response {
	n.mu.Lock()
	defer n.mu.Unlock()
	f := index(trace.FamilyOf(target))
	n.packets++
	control := target.String() == of(n.Control.At, f)
	if n.luck.IntN(100) < n.Loss && ttl > 1 {
		return response{}
	}
	if control && n.Control.Reached && ttl >= n.Control.TTL {
		return n.echo(target, "reply", of(n.Control.RTT, f).Duration, m)
	}
	if ttl <= len(n.Hops) && !(control && n.Control.Reached && ttl >= n.Control.TTL) {
		return n.expired(target, n.Hops[ttl-1], f)
	}
	if control && n.Control.Reached {
		return response{} // a hole between the routers and the control host
	}
	return n.end(target, f, m, port, ttl)
}

func (n *Network) end(target netip.Addr, f int, m trace.Method, port, ttl int) response {
	switch n.End.Kind {
	case "server":
		return n.serve(target, f, m, port)
	case "refusal":
		if ttl < n.End.From {
			return response{}
		}
		return n.error(of(n.End.By, f), of(n.End.ICMP, f), of(n.End.RTT, f).Duration, n.End.Burst, f)
	case "loop":
		return n.expired(target, n.Hops[n.End.Among[(ttl-len(n.Hops)-1)%len(n.End.Among)]-1], f)
	}
	return response{}
}

func (n *Network) serve(target netip.Addr, f int, m trace.Method, port int) response {
	rtt := of(n.Server.RTT, f).Duration
	switch m {
	case trace.ICMP:
		return n.echo(target, of(n.Server.Echo, f), rtt, m)
	case trace.UDP:
		return n.error(target.String(), of(n.Server.UDP, f), rtt, n.Server.Burst, f)
	}
	if slices.Contains(n.Server.Open, port) {
		return response{trace.Reply{Addr: target, Kind: trace.TCPOpen}, rtt}
	}
	what := of(n.Server.Closed, f)
	if what == "reset" {
		return response{trace.Reply{Addr: target, Kind: trace.TCPRefused}, rtt}
	}
	return n.error(target.String(), what, rtt, n.Server.Burst, f)
}

func (n *Network) echo(target netip.Addr, what string, rtt time.Duration, m trace.Method) response {
	f := index(trace.FamilyOf(target))
	if what != "reply" {
		return n.error(target.String(), what, rtt, n.Server.Burst, f)
	}
	typ := []uint8{0, 129}[f]
	switch m {
	case trace.UDP:
		return n.error(target.String(), []string{"3/3", "1/4"}[f], rtt, 0, f)
	case trace.TCP:
		return response{trace.Reply{Addr: target, Kind: trace.TCPOpen}, rtt}
	}
	return response{trace.Reply{Addr: target, Kind: trace.EchoReply, Type: typ, HasICMP: true}, rtt}
}

func (n *Network) expired(target netip.Addr, r Router, f int) response {
	if r.Mute {
		return response{}
	}
	at := of(r.At, f)
	if len(r.Other) > 0 {
		turn := target.String() + " " + at
		if n.turns[turn]++; n.turns[turn]%2 == 0 {
			at = of(r.Other, f)
		}
	}
	return n.error(at, []string{"11/0", "3/0"}[f], of(r.RTT, f).Duration, r.Burst, f)
}

// error is an ICMP error, unless its sender has sent too many: burst at once,
// then one a second, as Linux hosts do.
func (n *Network) error(from, what string, rtt time.Duration, burst, f int) response {
	typ, code, err := icmp(what)
	if err != nil { // «silence»
		return response{}
	}
	if burst > 0 && !n.spend(from, burst) {
		return response{}
	}
	r := trace.Reply{Addr: netip.MustParseAddr(from), Type: typ, Code: code, HasICMP: true}
	r.Kind = trace.KindOf(f == 1, typ, code)
	if n.NoCodes {
		r.Type, r.Code, r.HasICMP = 0, 0, false
		if r.Kind == trace.Prohibited { // Windows: «destination host unreachable»
			r.Kind = trace.HostUnreachable
		}
	}
	return response{r, rtt}
}

// bucket is what a router may still send.
type bucket struct {
	left float64
	at   time.Time
}

func (n *Network) spend(from string, burst int) bool {
	now := time.Now()
	b, ok := n.buckets[from]
	if !ok {
		b = bucket{float64(burst), now}
	}
	b.left = min(float64(burst), b.left+now.Sub(b.at).Seconds())
	b.at = now
	enough := b.left >= 1
	if enough {
		b.left--
	}
	n.buckets[from] = b
	return enough
}

// Addrs knows the server and the control host by name.
func (n *Network) Addrs(ctx context.Context, host string) ([]netip.Addr, error) {
	if err := n.ask(ctx); err != nil {
		return nil, trace.ErrNoResolver
	}
	for _, h := range []struct {
		name string
		at   []string
	}{{n.Server.Name, n.Server.At}, {n.Control.Name, n.Control.At}} {
		if h.name == host && n.DNS != "none" {
			return []netip.Addr{netip.MustParseAddr(h.at[0]), netip.MustParseAddr(h.at[1])}, nil
		}
	}
	return nil, trace.ErrUnknownHost
}

// Name knows everybody in the scenario.
func (n *Network) Name(ctx context.Context, addr netip.Addr) (string, error) {
	if err := n.ask(ctx); err != nil || n.DNS == "none" {
		return "", err
	}
	is := func(at []string) bool { return slices.Contains(at, addr.String()) }
	for _, h := range n.Hops {
		if is(h.At) || is(h.Other) {
			return h.Name, nil
		}
	}
	switch {
	case is(n.End.By):
		return n.End.Name, nil
	case is(n.Server.At):
		return n.Server.Name, nil
	case is(n.Control.At):
		return n.Control.Name, nil
	}
	return "", nil
}

// ask is a question's way to the name server and back.
func (n *Network) ask(ctx context.Context) error {
	wait := map[string]time.Duration{"slow": 6 * time.Second, "silent": time.Hour}[n.DNS]
	if wait == 0 {
		wait = 3 * time.Millisecond
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// prober sends into the network. Nothing happens but the passing of time.
type prober struct {
	network *Network
	target  netip.Addr
	method  trace.Method
	port    int
	closed  bool
	onWay   []trace.Arrival
}

var errClosed = errors.New("prober is closed")

func (p *prober) Send(seq, ttl int) error {
	if p.closed {
		return errClosed
	}
	if p.network.NoRoute {
		return syscall.ENETUNREACH
	}
	r := p.network.send(p.target, p.method, p.port, ttl)
	if r.Kind != "" {
		r.RTT = trace.Unknown
		p.onWay = append(p.onWay, trace.Arrival{Seq: seq, Reply: r.Reply, At: time.Now().Add(r.delay)})
	}
	return nil
}

func (p *prober) Wait(ctx context.Context, limit time.Duration) ([]trace.Arrival, error) {
	if p.closed {
		return nil, errClosed
	}
	until := time.Now().Add(max(limit, 0))
	for _, a := range p.onWay {
		if a.At.Before(until) {
			until = a.At
		}
	}
	if err := pause(ctx, time.Until(until)); err != nil {
		return nil, err
	}
	var here, later []trace.Arrival
	for _, a := range p.onWay {
		if a.At.After(time.Now()) {
			later = append(later, a)
		} else {
			here = append(here, a)
		}
	}
	p.onWay = later
	return here, nil
}

// pause waits, and not at all for what is over. A timer that is due when it is made
// must not be selected on: the race detector of Go 1.26 ends the whole program with
// SIGSEGV when two goroutines of one bubble do so at once (timer.maybeRunChan, where
// both use the one race context of the bubble).
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 || ctx.Err() != nil {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func (p *prober) Close() error {
	p.closed = true
	return nil
}
