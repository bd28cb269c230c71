package app

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag/trace"
	"latchkey/diag/trace/tracetest"
)

// stages is a network that is another one from a time on.
type stages struct {
	network
	mu    sync.Mutex
	looks []time.Time // when somebody pinged
	whole int         // times somebody traced to the server
}

func (n *stages) become(to network) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.network = to
}

func (n *stages) now() network {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.network
}

// wholes is how many whole checks there were.
func (n *stages) wholes() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.whole
}

func (n *stages) Lookup(ctx context.Context, t trace.Target, f trace.Family) ([]netip.Addr, error) {
	return n.now().Lookup(ctx, t, f)
}

func (n *stages) Names(ctx context.Context, a []netip.Addr) map[netip.Addr]string {
	return n.now().Names(ctx, a)
}

func (n *stages) Trace(ctx context.Context, a netip.Addr, o trace.Options, f func(trace.Event)) (trace.Result, error) {
	if a.String() == watched.Address && len(o.Only) == 0 {
		n.mu.Lock()
		n.whole++
		n.mu.Unlock()
	}
	return n.now().Trace(ctx, a, o, f)
}

func (n *stages) Ping(ctx context.Context, a netip.Addr, f func(trace.Ping)) (trace.Ping, error) {
	n.mu.Lock()
	n.looks = append(n.looks, time.Now())
	n.mu.Unlock()
	return n.now().Ping(ctx, a, f)
}

func (n *stages) Ports(ctx context.Context, a netip.Addr, p []int, d time.Duration, f func(trace.Port)) []trace.Port {
	return n.now().Ports(ctx, a, p, d, f)
}

// from gives the network of one of the scenarios, by its name in the testbed.
func from(t *testing.T, testbed string) network {
	t.Helper()
	for _, sc := range scenarios(t) {
		if sc.Testbed == testbed {
			return tracetest.NewNetwork(sc).Tracer(false)
		}
	}
	t.Fatalf("no scenario %s", testbed)
	return nil
}

// inCase is a case in memory.
type inCase struct {
	mu      sync.Mutex
	m       casefile.Case
	changes int
}

func (c *inCase) Change(f func(*casefile.Case)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.m)
	c.changes++
}

func (c *inCase) model() casefile.Case {
	c.mu.Lock()
	defer c.mu.Unlock()
	return copyOf(c.m)
}

func (c *inCase) codes() (codes []string) {
	for _, e := range c.model().Timeline {
		codes = append(codes, e.Code)
	}
	return codes
}

// bench is what a test of the watch holds.
type bench struct {
	t       *testing.T
	s       *Session
	net     *stages
	kept    inCase
	notices []Notice
	last    Watch
	mu      sync.Mutex
	skew    time.Duration // what the wall clock is ahead of the other one
	route   bool
	cancel  context.CancelFunc
	done    chan struct{}
}

var watched = casefile.Server{Input: "web1.example.org", Name: "web1.example.org", Address: "192.0.2.130", Provider: "hetzner"}

func (b *bench) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Now().Add(b.skew)
}

func (b *bench) snapshot() Watch {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last
}

func (b *bench) told() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var codes []string
	for _, n := range b.notices {
		codes = append(codes, n.Code)
	}
	return codes
}

func (b *bench) with(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f()
}

// watching runs f beside a watch, in a bubble of its own time.
func watching(t *testing.T, begin string, o WatchOptions, f func(*bench)) {
	t.Helper()
	s := open(t, nil)
	synctest.Test(t, func(t *testing.T) {
		b := &bench{t: t, s: s, net: &stages{network: from(t, begin)}, route: true, done: make(chan struct{})}
		s.network = b.net
		s.routable = func(netip.Addr) bool { b.mu.Lock(); defer b.mu.Unlock(); return b.route }
		ctx, cancel := context.WithCancel(context.Background())
		b.cancel = cancel
		o.Into, o.Case, o.Now = &b.kept, "one", b.now
		o.Tell = NewNotices(func(n Notice) { b.with(func() { b.notices = append(b.notices, n) }) }, b.now)
		go func() {
			defer close(b.done)
			if _, err := s.Watch(ctx, watched, o, func(w Watch) { b.with(func() { b.last = w }) }); err != nil {
				t.Error(err)
			}
		}()
		f(b)
		cancel()
		<-b.done
	})
}
