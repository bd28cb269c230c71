package app

import (
	"context"
	"net/netip"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// WatchFloor is the least time between two light checks of one server.
const WatchFloor = time.Minute

// The pace of a watch.
const (
	// A lock lasts from an hour to a week: after mildAfter equal checks (three
	// hours at the usual pace) a watch asks half as often, after rareAfter (nine
	// hours more) a fifth.
	mildAfter, mildPace = 180, 2
	rareAfter, rarePace = 450, 5
	// wholeEvery is after how many light checks a whole one looks where the path
	// ends: a server that was unlocked but is off answers no ping.
	wholeEvery = 10
	// settle is the pause between a light check and a whole one that follows it:
	// routers ration their errors, and one that still looks for the server (three
	// seconds) says «no such host» sooner than usual, as a lock does.
	settle = 6 * time.Second
	// mostBlanks is after how many whole checks that say nothing the pace is the
	// usual one again.
	mostBlanks = 3
	// askEvery is how often the provider is asked: its limits count by the hour.
	askEvery = 5 * time.Minute
	// noteEvery is how often «still locked» is brought up to date in the case.
	noteEvery = 10 * time.Minute
	// watchSlice is how long a watch sleeps at most without a look at the clock:
	// a computer that slept is noticed that soon after it wakes.
	watchSlice = 5 * time.Second
	// jump is the difference between the clock on the wall and the time a slice
	// takes from which on the computer slept or somebody set the clock.
	jump = 30 * time.Second
	// mostResults is how many results the strip of a face can show.
	mostResults = 60
)

// WatchOptions are the choices of a watch; the zero value is the usual one.
type WatchOptions struct {
	Every time.Duration // between two light checks; less than WatchFloor means WatchFloor
	For   time.Duration // it ends by itself after that; 0: when the server answers again
	Stay  bool          // go on watching a server that answers from the start
	// OwnIP says that the provider lets this computer's address through: that the
	// server answers here is no proof then.
	OwnIP bool
	Check CheckOptions
	Last  *Check // what is known already; nil: a whole check comes first
	Case  string // id for notices
	Into  Changer
	Tell  *Notices // nil: nobody is told
	// Asked is the provider's own word, asked every few minutes; nil: nobody asks.
	// An error ends the asking unless it passes by itself: a login that was refused
	// is not tried again.
	Asked func(context.Context) (diag.Answer, error)
	Now   func() time.Time // nil: the clock
	floor time.Duration    // of tests that have real networks; 0 means WatchFloor
	// turn gives how long a check of that address has to wait for another watch,
	// and takes the turn if that is nothing.
	turn func(netip.Addr, time.Time) time.Duration
	// leaving reports whether the whole program ends.
	leaving func() bool
}

// Changer is a case that a watch writes its events into; *OpenCase is one.
type Changer interface {
	Change(func(*casefile.Case))
}

// WatchState is what a watch does.
type WatchState string

// The states of a watch.
const (
	WatchWaiting  WatchState = "waiting"  // for its next check
	WatchChecking WatchState = "checking" // now
	WatchOffline  WatchState = "offline"  // until this computer has a route again
	WatchOver     WatchState = "over"
)

// WatchResult is one check of a watch. Code is "" where nothing could be
// concluded: the fault was on this side, or the check came to no verdict.
type WatchResult struct {
	Time  time.Time
	Code  verdict.Code
	Whole bool // a whole check, not a light one
}

// Watch is a snapshot of a watch, running or over. Receivers may keep it and
// must not change what it points to.
type Watch struct {
	Server     casefile.Server
	Case       string
	State      WatchState
	Every      time.Duration // as it is now: a watch slows down
	Started    time.Time
	Next       time.Time // of the next light check; zero while checking or over
	Code       verdict.Code
	Confidence verdict.Confidence
	Since      time.Time     // when the server was first seen in this state
	Checks     int           // all that came to a verdict
	History    []WatchResult // the last 60, oldest first
	Last       *Check        // the last whole check
	Flag       diag.Answer   // what the provider said last
	FlagAsked  time.Time
	Slept      time.Time // when it last noticed that this computer had slept
	Changed    bool      // the state changed since the start
	Why        string    // when over: reachable, stopped, over
	Err        error     // why it could not begin
}

// watch runs one. Everything but last and the clock is used by one goroutine.
type watch struct {
	session  *Session
	o        WatchOptions
	onChange func(Watch)
	input    string
	addr     netip.Addr
	state    Watch
	same     int          // equal results in a row
	pending  verdict.Code // a new state that was seen once
	light    signature    // of the state as it is
	edge     []int        // the TTLs around the end of the path, see edgeOf
	voices   voices       // who is known to answer on the way
	lastHop  trace.Hop    // where the path ended when the state began
	moved    string       // the router it was seen to end at once instead
	toWhole  int          // light checks until a whole one
	blanks   int          // whole checks in a row that said nothing about the server
	lastSeen time.Time    // of the last result
	noted    time.Time    // when the case was brought up to date
	asking   bool
}

// Watch checks a server until it answers again, ctx ends or its time is over.
// It blocks; onChange gets a snapshot after every change, one at a time, and may
// be nil. The last snapshot is also the result. The error says why it could not
// begin; that nothing answers is no error.
func (s *Session) Watch(ctx context.Context, server casefile.Server, o WatchOptions, onChange func(Watch)) (Watch, error) {
	w := newWatch(s, server, o, onChange)
	if err := w.begin(ctx); err != nil {
		w.state.State, w.state.Err = WatchOver, err
		w.emit()
		return w.snapshot(), err
	}
	for w.state.Why == "" && w.wait(ctx) {
		begun, wall := time.Now(), w.now()
		w.round(ctx)
		if w.now().Sub(wall) > time.Since(begun)+jump { // the second one stands still while a computer sleeps
			w.wake()
		}
	}
	w.end()
	return w.snapshot(), nil
}

// StartWatch runs Watch in a goroutine of the session; Stop on the result ends
// it.
func (s *Session) StartWatch(server casefile.Server, o WatchOptions, onChange func(Watch)) *Running {
	return s.Behind(func(ctx context.Context) {
		// The last snapshot carries the error; there is nobody else to tell.
		_, _ = s.Watch(ctx, server, o, onChange)
	})
}

func newWatch(s *Session, server casefile.Server, o WatchOptions, onChange func(Watch)) *watch {
	if o.Now == nil {
		o.Now = time.Now
	}
	floor := WatchFloor
	if o.floor > 0 {
		floor = o.floor
	}
	o.Every = max(o.Every, floor)
	if o.turn == nil {
		o.turn = func(netip.Addr, time.Time) time.Duration { return 0 }
	}
	if o.leaving == nil {
		o.leaving = func() bool { return false }
	}
	w := &watch{session: s, o: o, onChange: onChange, input: firstOf(server.Address, server.Name, server.Input), toWhole: wholeEvery, asking: o.Asked != nil}
	w.addr, _ = netip.ParseAddr(server.Address) // the zero value is «not known yet»
	w.state = Watch{Server: server, Case: o.Case, State: WatchChecking, Every: o.Every, Started: w.now()}
	return w
}

// now is the clock on the wall: the other one stands still while a computer
// sleeps.
func (w *watch) now() time.Time { return w.o.Now().Round(0) }

func (w *watch) emit() {
	if w.onChange != nil {
		w.onChange(w.snapshot())
	}
}

func (w *watch) snapshot() Watch {
	s := w.state
	s.History = append([]WatchResult(nil), s.History...)
	return s
}

// begin takes what is known, or checks.
func (w *watch) begin(ctx context.Context) error {
	w.emit()
	at := w.now()
	c, err := w.first(ctx, at)
	if err != nil {
		return err
	}
	w.takeWhole(c)
	if code := codeOf(c); code != "" {
		w.state.Code, w.state.Confidence, w.state.Since = code, c.Verdict.Confidence, at
		w.lastHop, _ = c.Path.Last()
	}
	w.record(at, codeOf(c), true)
	w.note(casefile.Event{Time: w.state.Started, Code: EventWatch, With: map[string]string{
		"verdict": string(w.state.Code), "confidence": string(w.state.Confidence), "every": w.o.Every.String()}}, c)
	if up(w.state.Code) && !w.o.Stay && ctx.Err() == nil {
		w.state.Why = "reachable" // there was nothing to wait for
	}
	w.ask(ctx)
	w.plan(at)
	if w.state.Code == "" && w.state.Why == "" && ctx.Err() == nil {
		w.connected() // shows that it waits for a route, if that is it
	}
	return nil
}

// first is what is known, as long as it is fresh, else a check of now.
func (w *watch) first(ctx context.Context, at time.Time) (*Check, error) {
	c := w.o.Last
	if c != nil && c.Verdict != nil && c.Final && !c.Printed && at.Sub(c.Started) <= w.o.Every {
		return c, nil
	}
	fresh, err := w.session.Check(ctx, w.input, w.o.Check, nil)
	if err != nil && fresh.Verdict == nil && ctx.Err() == nil {
		return nil, err
	}
	return &fresh, nil
}

// codeOf is what a check concludes about the server; "" where it says nothing
// about it.
func codeOf(c *Check) verdict.Code {
	if c == nil || c.Verdict == nil || c.Cancelled {
		return ""
	}
	switch v := c.Verdict.Code; v {
	case verdict.Local, verdict.Inconclusive:
		return ""
	default:
		return v
	}
}

func (w *watch) takeWhole(c *Check) {
	if codeOf(c) != "" {
		w.state.Last = c
	}
	if c.Addr.IsValid() {
		w.addr = c.Addr
	}
	w.toWhole = wholeEvery
	w.takeEdge(c)
	before := w.light.refuser
	w.light = signatureOf(c.Ping, c.Ports)
	if !w.light.refuser.IsValid() && codeOf(c) == w.state.Code {
		w.light.refuser = before
	}
}
