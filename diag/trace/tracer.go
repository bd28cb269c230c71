package trace

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"latchkey/diag"
)

// Defaults and limits of Options.
const (
	DefaultMaxTTL  = 30 // as traceroute, tracert and mtr
	DefaultTCPPort = 443
	rounds         = 3 // as traceroute, tracert and pathping
	briefRounds    = 2
)

// Options are the choices of a trace; the zero value is the usual one.
type Options struct {
	Method  Method // "" means Auto
	MaxTTL  int    // 1 to 255; 0 means DefaultMaxTTL
	Port    int    // of the method tcp; 0 means DefaultTCPPort
	NoNames bool   // ask no name server for routers' names
	// Brief is enough to compare with: two probes a hop, and no listening for
	// refusals that come after a second.
	Brief bool
	// Only are the TTLs to ask, 1 to MaxTTL: each gets one probe, and no other
	// packet is sent. Empty means the whole path.
	Only []int
}

// Event is a snapshot of a running trace. Nobody changes it later.
type Event struct {
	Path Path
	// Quiet says that all is settled but a refusal that may come late: time for
	// a first verdict. It stays set; Path.Complete is set with it.
	Quiet bool
}

// Result is what a trace has found. No answer is a value here, not an error.
type Result struct {
	Path Path
	// NoRoute is Yes if the system refused to send: no link, no route, or its
	// own firewall. Message is what it said, in its own words.
	NoRoute diag.Answer
	Message string
}

// Tracer asks the network. Its zero value asks through this system.
type Tracer struct {
	Open     Opener   // nil: this system's Prober
	Resolver Resolver // nil: this system's resolver
}

// Trace finds the path to addr and blocks until it is known or ctx ends; then
// the Path so far comes back with Complete false and no error. onEvent (nil:
// nobody listens) is called from this goroutine after each change. Errors:
// ErrMethod, ErrClassic, or a socket that broke.
func (t Tracer) Trace(ctx context.Context, addr netip.Addr, o Options, onEvent func(Event)) (Result, error) {
	addr = addr.Unmap()
	if o.MaxTTL < 1 || o.MaxTTL > 255 {
		o.MaxTTL = DefaultMaxTTL
	}
	if o.Port == 0 {
		o.Port = DefaultTCPPort
	}
	if o.Method == "" {
		o.Method = Auto
	}
	if onEvent == nil {
		onEvent = func(Event) {}
	}
	names := newNames(ctx, t.resolver(), o.NoNames)
	defer names.stop()
	if o.Method == Classic {
		return classic(ctx, addr, o, names, onEvent)
	}
	open := t.Open
	if open == nil {
		open = openSystem
	}
	prober, method, err := open(addr, o.Method, o.Port)
	if err != nil {
		if noRoute(err) && !errors.Is(err, ErrMethod) {
			return Result{Path: Path{Method: method, Target: addr}, NoRoute: diag.Yes, Message: diag.Clean(err.Error(), 200)}, nil
		}
		return Result{}, err
	}
	defer prober.Close()
	r := newRun(addr, method, o, prober, names, onEvent)
	if t.Open == nil {
		r.source = sourceFor(addr)
	}
	return r.trace(ctx)
}

// run is one trace under way: the schedule, its socket and its clock.
type run struct {
	*schedule
	method   Method
	source   netip.Addr
	prober   Prober
	names    *names
	onEvent  func(Event)
	quiet    bool
	complete bool
	asked    time.Time // when nothing seemed worth waiting for; zero: not since the last look
}

func newRun(addr netip.Addr, m Method, o Options, p Prober, n *names, onEvent func(Event)) *run {
	pace, rounds := usual(), rounds
	if o.Brief {
		pace.late, rounds = pace.silence, briefRounds
	}
	if len(o.Only) > 0 {
		rounds = 1
	}
	r := &run{schedule: newSchedule(addr, o.MaxTTL, rounds, pace, time.Now()),
		method: m, prober: p, names: n, onEvent: onEvent}
	r.only = o.Only
	return r
}

func (r *run) trace(ctx context.Context) (Result, error) {
	for ctx.Err() == nil {
		wait, err := r.step(time.Now())
		if err != nil {
			result := Result{Path: r.path(true)}
			if noRoute(err) {
				result.NoRoute, result.Message = diag.Yes, diag.Clean(err.Error(), 200)
				return result, nil
			}
			return result, fmt.Errorf("send probe: %w", err)
		}
		if r.complete {
			break
		}
		if err := r.wait(ctx, wait); err != nil {
			return Result{Path: r.path(true)}, err
		}
	}
	for r.complete && r.names.wait(ctx) {
		r.tell()
	}
	r.complete = r.complete && ctx.Err() == nil
	return Result{Path: r.path(true), NoRoute: diag.No}, nil
}

// step sends what is due and says how long to listen then.
func (r *run) step(now time.Time) (time.Duration, error) {
	seq, wait := r.next(now)
	if seq >= 0 {
		if err := r.prober.Send(seq, r.ttl(seq)); err != nil && !busy(err) {
			return 0, err
		}
		r.sent(seq, now)
		return 0, nil
	}
	if wait != idle {
		return wait, nil
	}
	if !r.quiet {
		if wait, r.quiet = r.over(now, r.silence); !r.quiet {
			return wait, nil
		}
		r.tell()
	}
	wait, r.complete = r.over(now, r.late)
	return wait, nil
}

// over reports whether nothing is waited for any more, or how long to listen.
// Before it says so, what has come in meanwhile is looked at once more: a
// computer with too much to do may have kept us from it until patience ended.
func (r *run) over(now time.Time, silence time.Duration) (time.Duration, bool) {
	if !r.asked.IsZero() {
		now, r.asked = r.asked, time.Time{}
		wait := r.settled(now, silence)
		return wait, wait <= 0
	}
	wait := r.settled(now, silence)
	if wait <= 0 {
		r.asked, wait = now, 0
	}
	return wait, false
}

// namePoll is how soon names that arrive while we listen are passed on.
const namePoll = 20 * time.Millisecond

func (r *run) wait(ctx context.Context, limit time.Duration) error {
	if r.names.pending() {
		limit = min(limit, namePoll)
	}
	arrivals, err := r.prober.Wait(ctx, limit)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("wait for answers: %w", err)
	}
	changed := false
	for _, a := range arrivals {
		if r.answer(a) {
			changed = true
			r.names.ask(a.Reply.Addr)
		}
	}
	if r.names.collect() || changed {
		r.tell()
	}
	return nil
}

func (r *run) tell() { r.onEvent(Event{Path: r.path(false), Quiet: r.quiet}) }

// path is a snapshot; over says that nothing is waited for any more.
func (r *run) path(over bool) Path {
	return r.names.name(Path{Method: r.method, Target: r.target, Source: r.source, Hops: r.hops(time.Now(), over || r.complete),
		Reached: r.isReached(r.quiet), Complete: r.complete || r.quiet && !over})
}

func (t Tracer) resolver() Resolver {
	if t.Resolver == nil {
		return SystemResolver()
	}
	return t.Resolver
}

// errTransient marks a probe that this system could not take just now: it is
// lost, the trace goes on.
var errTransient = errors.New("socket is busy")

func busy(err error) bool { return errors.Is(err, errTransient) }
