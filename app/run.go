package app

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"time"

	"latchkey/diag"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// network is what a check asks with: trace.Tracer in the program, simulated
// networks in tests.
type network interface {
	Lookup(ctx context.Context, t trace.Target, f trace.Family) ([]netip.Addr, error)
	Names(ctx context.Context, addrs []netip.Addr) map[netip.Addr]string
	Trace(ctx context.Context, addr netip.Addr, o trace.Options, onEvent func(trace.Event)) (trace.Result, error)
	Ping(ctx context.Context, addr netip.Addr, onEvent func(trace.Ping)) (trace.Ping, error)
	Ports(ctx context.Context, addr netip.Addr, ports []int, timeout time.Duration, onPort func(trace.Port)) []trace.Port
}

const (
	// checkLimit bounds a whole check. The longest thing worth waiting for is a
	// refusal that takes 4.3 s, after a name look-up of at most 4 s.
	checkLimit = 15 * time.Second
	lookupTime = 4 * time.Second
	// portLimit is how long a silent port is listened to.
	portLimit = 1200 * time.Millisecond
	// answerGrace is what a server that answers in RTT gets for the rest:
	// portRTTs times that, and never less than answerGrace.
	answerGrace = 150 * time.Millisecond
	portRTTs    = 3
)

// usualPorts are asked in every check: a remote login and the two web ports.
func usualPorts() []int { return []int{22, 80, 443} }

// checker runs one check. state is handed out in copies; everything below mu is
// changed under it.
type checker struct {
	session  *Session
	onChange func(Check)
	ports    []int
	settled  chan struct{} // closed when the server answered and no more than late refusals can come
	full     chan struct{} // closed when nothing that was asked is missing

	mu      sync.Mutex
	state   Check
	quiet   bool // all but a late refusal is in
	traced  bool
	noRoute diag.Answer
}

// Check runs a whole check and blocks until it is over or ctx ends. onChange
// gets a fresh snapshot after every change, one at a time; it must not block
// long. The last snapshot is also the result. The error says why there is no
// answer; the snapshot's Err is the same.
func (s *Session) Check(ctx context.Context, input string, o CheckOptions, onChange func(Check)) (Check, error) {
	c := &checker{session: s, onChange: onChange, ports: portsOf(o), settled: make(chan struct{}), full: make(chan struct{})}
	c.state = Check{Input: input, Options: o, Started: time.Now(),
		Stages: Stages{Name: StageRunning, Line: StageWaiting, Path: StageWaiting, Ping: StageWaiting, Ports: StageWaiting}}
	limit := o.Timeout
	if limit <= 0 {
		limit = checkLimit
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := c.run(limited)
	return c.finish(ctx.Err() != nil, err)
}

func portsOf(o CheckOptions) []int {
	ports := usualPorts()
	for _, p := range o.Ports {
		if !slices.Contains(ports, p) {
			ports = append(ports, p)
		}
	}
	return ports
}

func (c *checker) run(ctx context.Context) error {
	target, err := trace.ParseTarget(c.state.Input)
	if err != nil {
		return err
	}
	profile, err := c.session.profile(c.state.Options.Provider)
	if err != nil {
		return err
	}
	c.change(func(s *Check) { s.Name, s.Provider = target.Name, profile })
	addr, err := c.resolve(ctx, target)
	if err != nil {
		return err
	}
	c.askParts(ctx, addr)
	return c.networkError()
}

// resolve finds the address to check and its provider as far as prefixes and
// the typed name tell.
func (c *checker) resolve(ctx context.Context, target trace.Target) (netip.Addr, error) {
	limited, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	addrs, err := c.session.network.Lookup(limited, target, c.state.Options.Family)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		err = ErrNoResolver // whoever is silent for so long answers nobody
	}
	if err != nil {
		return netip.Addr{}, err
	}
	addr := addrs[0]
	profile := c.session.providers.OfTarget(addr, target.Name)
	c.change(func(s *Check) {
		s.Addr, s.Stages.Name = addr, StageDone
		s.Others = addrs[1:]
		s.Path.Target, s.Path.Name = addr, target.Name
		if s.Provider == nil {
			s.Provider = profile
		}
		if b := c.session.Baseline(addr); b != nil {
			s.Baseline = &b.Path
		}
	})
	return addr, nil
}

// askParts asks everything at once and returns when all is in, or when the
// server has answered and the rest is not worth waiting for.
func (c *checker) askParts(ctx context.Context, addr netip.Addr) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var server, control sync.WaitGroup
	server.Go(func() { c.tracePath(ctx, addr) })
	if c.state.Options.Method == trace.Classic {
		// aeden/traceroute takes any ICMP packet for its answer: it runs alone.
		c.change(func(s *Check) {
			s.Stages.Line, s.Stages.Ping, s.Stages.Ports = StageSkipped, StageSkipped, StageSkipped
		})
	} else {
		server.Go(func() { c.askPing(ctx, addr) })
		server.Go(func() { c.askPorts(ctx, addr) })
		control.Go(func() { c.askControl(ctx, addr) })
	}
	asked := make(chan struct{})
	go func() { server.Wait(); close(asked) }()
	control.Go(func() { c.tick(ctx, asked) })
	select {
	case <-asked:
	case <-c.settled:
		grace := time.NewTimer(c.grace())
		defer grace.Stop()
		select {
		case <-asked:
		case <-c.full:
		case <-grace.C:
		}
	}
	if isClosed(c.settled) {
		stop() // a server that answers needs no comparison
	}
	<-asked
	control.Wait()
}

// heartbeat is how often a snapshot comes while nothing answers, so that a
// screen can show that time passes.
const heartbeat = 250 * time.Millisecond

func (c *checker) tick(ctx context.Context, over <-chan struct{}) {
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			c.change(func(*Check) {})
		case <-over:
			return
		case <-ctx.Done():
			return
		}
	}
}

// grace is how long a server that has answered is given for what is missing.
func (c *checker) grace() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.state.Ping; p != nil && p.Received > 0 {
		return max(answerGrace, portRTTs*p.Max)
	}
	return answerGrace
}

// change applies f, judges again and hands out a snapshot.
func (c *checker) change(f func(*Check)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.state)
	c.judge()
	c.emit()
}

func (c *checker) emit() {
	c.state.Elapsed = time.Since(c.state.Started)
	if c.onChange != nil {
		c.onChange(c.snapshot())
	}
}

// snapshot copies the state, so that a receiver may keep it.
func (c *checker) snapshot() Check {
	s := c.state
	s.Places = verdict.Locate(s.Path, c.session.providers)
	s.Ports = slices.Clone(s.Ports)
	if s.Ping != nil {
		ping := *s.Ping
		s.Ping = &ping
	}
	return s
}

// judge concludes from what is in so far. Before the path is quiet only what no
// later answer can change counts; when time is up, whatever there is, as the
// unfinished path it is.
func (c *checker) judge() {
	s := &c.state
	if !s.Addr.IsValid() {
		return
	}
	o := c.observation()
	v := verdict.Judge(o, c.session.providers)
	if !c.quiet && (!s.Final || s.Cancelled) && v.Code != verdict.Reachable && (v.Code != verdict.Locked || v.Confidence != verdict.Certain) {
		return
	}
	if s.FirstVerdict == 0 {
		s.FirstVerdict = max(time.Since(s.Started), 1)
	}
	s.Verdict = &v
	if c.enough(v) && !isClosed(c.settled) {
		close(c.settled)
	}
	if c.allIn() && !isClosed(c.full) {
		close(c.full)
	}
}

// enough reports whether the rest is not worth waiting for: a server that
// answers has no late refusal to come.
func (c *checker) enough(v verdict.Verdict) bool {
	s := &c.state
	switch v.Code {
	case verdict.Reachable:
		return c.traced || c.quiet
	case verdict.Filtered:
		return c.quiet && s.Stages.Ping == StageDone && s.Stages.Ports == StageDone
	}
	return false
}

// allIn reports whether path and ports are known and every ping was answered.
func (c *checker) allIn() bool {
	s := &c.state
	return c.traced && s.Stages.Ports == StageDone && s.Ping != nil && s.Ping.Received == s.Ping.Sent
}

func isClosed(ch chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}

func (c *checker) observation() verdict.Observation {
	s := &c.state
	o := verdict.Observation{Path: s.Path, Ping: s.Ping, Ports: s.Ports,
		Baseline: s.Baseline, Profile: s.Provider, NoRoute: c.noRoute}
	if c.quiet && !s.Cancelled {
		o.Path.Complete = true // what is still listened for are late refusals
	}
	if s.Control != nil {
		o.Control = &s.Control.Path
	}
	return o
}

// finish hands out the last snapshot.
func (c *checker) finish(cancelled bool, err error) (Check, error) {
	c.mu.Lock()
	s := &c.state
	if err == nil {
		err = s.Err // of the trace: its method cannot be used here, say
	}
	s.Final, s.Cancelled, s.Err = true, cancelled, err
	c.noName(err)
	if cancelled && s.Err == nil {
		s.Err = context.Canceled
	}
	for _, stage := range []*Stage{&s.Stages.Name, &s.Stages.Line, &s.Stages.Path, &s.Stages.Ping, &s.Stages.Ports} {
		if *stage == StageRunning || *stage == StageWaiting {
			*stage = StageSkipped
		}
	}
	c.judge()
	c.emit()
	result := c.snapshot()
	c.mu.Unlock()
	if v := result.Verdict; err == nil && v != nil && v.Code == verdict.Reachable && result.Path.Reached == diag.Yes {
		// A baseline that cannot be written costs a comparison later, not this answer.
		_ = c.session.KeepBaseline(result.Path, result.Started)
	}
	return result, result.Err
}

// noName turns a missing name server into its verdict: the fault is here.
func (c *checker) noName(err error) {
	if !errors.Is(err, ErrNoResolver) {
		return
	}
	v := verdict.Judge(verdict.Observation{NoName: diag.Yes, Profile: c.state.Provider}, c.session.providers)
	c.state.Verdict, c.state.Stages.Name = &v, StageFailed
	c.state.FirstVerdict = time.Since(c.state.Started)
}

// networkError tells whether nothing could be sent at all.
func (c *checker) networkError() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.noRoute == diag.Yes {
		return ErrNoNetwork
	}
	return nil
}

// profileOf is the target's provider as known by now.
func (c *checker) profileOf() *provider.Profile {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state.Provider
}
