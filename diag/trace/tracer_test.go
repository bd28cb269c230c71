package trace

import (
	"context"
	"errors"
	"net/netip"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/diag"
)

// wire is a Prober in virtual time: answer says what a probe gets and when.
type wire struct {
	answer func(seq, ttl int) ([]Reply, time.Duration)
	refuse error         // of every Send
	breaks error         // of every Wait
	held   time.Duration // after everything is sent, time stands still for us so long
	onWay  []Arrival
	sent   int
	closed bool
}

func (w *wire) Send(seq, ttl int) error {
	if w.refuse != nil {
		return w.refuse
	}
	w.sent++
	replies, after := w.answer(seq, ttl)
	for _, r := range replies {
		w.onWay = append(w.onWay, Arrival{Seq: seq, Reply: r, At: time.Now().Add(after)})
	}
	return nil
}

func (w *wire) Wait(ctx context.Context, limit time.Duration) (out []Arrival, err error) {
	if w.breaks != nil {
		return nil, w.breaks
	}
	until := time.Now().Add(limit)
	for _, a := range w.onWay {
		if a.At.Before(until) {
			until = a.At
		}
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(time.Until(until)):
	}
	if w.held > 0 && w.sent == DefaultMaxTTL*rounds {
		// The packets arrive, but are read only in the next call.
		time.Sleep(w.held)
		w.held = 0
		return nil, nil
	}
	kept := w.onWay[:0]
	for _, a := range w.onWay {
		if a.At.After(time.Now()) {
			kept = append(kept, a)
		} else {
			out = append(out, a)
		}
	}
	w.onWay = kept
	return out, nil
}

func (w *wire) Close() error {
	w.closed = true
	return nil
}

func (w *wire) tracer(r Resolver) Tracer {
	return Tracer{Resolver: r, Open: func(_ netip.Addr, m Method, _ int) (Prober, Method, error) { return w, ICMP, nil }}
}

// slowNames gives names after d, or never.
type slowNames struct {
	after time.Duration
	deaf  bool // does not listen to its context, as on Windows
}

func (s slowNames) Name(ctx context.Context, a netip.Addr) (string, error) {
	done := ctx.Done()
	if s.deaf {
		done = nil
	}
	select {
	case <-time.After(s.after):
		return "R" + a.String() + ".Example.ORG.", nil
	case <-done:
		return "", ctx.Err()
	}
}

func (s slowNames) Addrs(context.Context, string) ([]netip.Addr, error) { return nil, ErrUnknownHost }

// five routers, then silence.
func silentEnd(_, ttl int) ([]Reply, time.Duration) {
	if ttl > 5 {
		return nil, 0
	}
	return []Reply{{Addr: router(ttl), Kind: TimeExceeded}}, time.Duration(ttl) * 3 * time.Millisecond
}

func reached(_, ttl int) ([]Reply, time.Duration) {
	if ttl > 5 {
		return []Reply{{Addr: target, Kind: EchoReply}}, 18 * time.Millisecond
	}
	return silentEnd(0, ttl)
}

func TestCancelEndsATraceAtOnce(t *testing.T) {
	for _, after := range []time.Duration{0, time.Millisecond, 50 * time.Millisecond, 700 * time.Millisecond, 2 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), after)
			defer cancel()
			w, start := &wire{answer: silentEnd}, time.Now()
			r, err := w.tracer(slowNames{after: time.Hour}).Trace(ctx, target, Options{}, nil)
			if err != nil || r.Path.Complete || time.Since(start) != after || !w.closed {
				t.Errorf("after %v: %v, complete %v, took %v, closed %v", after, err, r.Path.Complete, time.Since(start), w.closed)
			}
			if want := diag.AnswerOf(false); after > time.Second+300*time.Millisecond && r.Path.Reached != want || after < time.Second && r.Path.Reached != diag.NotAsked {
				t.Errorf("after %v: reached %v", after, r.Path.Reached)
			}
			if after > 10*time.Millisecond && len(r.Path.Hops) < 5 {
				t.Errorf("after %v: only %d hops are kept", after, len(r.Path.Hops))
			}
		})
	}
}

func TestEventsTellTheStory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var quiet, named time.Duration
		last, start := -1, time.Now()
		w := &wire{answer: silentEnd}
		r, err := w.tracer(slowNames{after: 60 * time.Millisecond}).Trace(context.Background(), target, Options{}, func(e Event) {
			if e.Quiet && quiet == 0 {
				quiet = time.Since(start)
			}
			if named == 0 && len(e.Path.Hops) > 4 && len(e.Path.Hops[4].Replies) > 0 && e.Path.Hops[4].Replies[0].Name != "" {
				named = time.Since(start)
			}
			if e.Quiet != e.Path.Complete || len(e.Path.Hops) < last {
				t.Errorf("quiet %v, complete %v, %d hops after %d", e.Quiet, e.Path.Complete, len(e.Path.Hops), last)
			}
			last = len(e.Path.Hops)
		})
		if err != nil || !r.Path.Complete || r.Path.Reached != diag.No || len(r.Path.Hops) != DefaultMaxTTL {
			t.Errorf("%+v, %v", r, err)
		}
		if quiet < time.Second || quiet > 1500*time.Millisecond || time.Since(start) > 6*time.Second {
			t.Errorf("first verdict after %v, final after %v", quiet, time.Since(start))
		}
		if named == 0 || named > 110*time.Millisecond {
			t.Errorf("the fifth router, asked after 8 ms, 15 ms away, whose name takes 60 ms, has it after %v", named)
		}
		if name := r.Path.Hops[2].Replies[0].Name; name != "r198.51.100.3.example.org" {
			t.Errorf("name %q", name)
		}
	})
}

func TestEventsAreNotChangedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var first *Path
		w := &wire{answer: reached}
		_, err := w.tracer(slowNames{after: 30 * time.Millisecond}).Trace(context.Background(), target, Options{}, func(e Event) {
			if first == nil {
				first = &e.Path
			}
		})
		if err != nil || first == nil {
			t.Fatal(err)
		}
		if n := len(first.Hops[0].Replies); n != 1 || first.Hops[0].Replies[0].Name != "" || first.Complete {
			t.Errorf("the first snapshot is %+v", first)
		}
	})
}

func TestNamesDoNotHoldATraceUp(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var quiet time.Duration
			start := time.Now()
			w := &wire{answer: reached}
			r, err := w.tracer(slowNames{after: 6 * time.Second, deaf: deaf}).Trace(context.Background(), target, Options{}, func(e Event) {
				if e.Quiet && quiet == 0 {
					quiet = time.Since(start)
				}
			})
			if err != nil || quiet == 0 || quiet > 100*time.Millisecond || time.Since(start) > 1100*time.Millisecond {
				t.Errorf("deaf %v: %v, first verdict after %v, end after %v", deaf, err, quiet, time.Since(start))
			}
			if r.Path.Reached != diag.Yes || r.Path.Hops[0].Replies[0].Name != "" {
				t.Errorf("deaf %v: %+v", deaf, r.Path)
			}
			time.Sleep(10 * time.Second) // virtual: the deaf lookups end
		})
	}
}

func TestNoNamesAsksNoNameServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := &wire{answer: reached}
		if _, err := w.tracer(nil).Trace(context.Background(), target, Options{NoNames: true}, nil); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 100*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
}

// A computer with too much to do reads answers seconds after they came: they
// are no silence, whenever they were read.
func TestAnswersReadLateAreNoSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := func(seq, ttl int) ([]Reply, time.Duration) {
			replies, _ := reached(seq, ttl)
			return replies, 900 * time.Millisecond
		}
		w := &wire{answer: far, held: 3 * time.Second}
		r, err := w.tracer(slowNames{}).Trace(context.Background(), target, Options{}, func(e Event) {
			if e.Quiet && e.Path.Reached != diag.Yes {
				t.Error("takes answers that were not read yet for silence")
			}
		})
		if err != nil || r.Path.Reached != diag.Yes || len(r.Path.Hops) != 6 || w.held != 0 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestRefusedSendIsAValue(t *testing.T) {
	w := &wire{refuse: syscall.ENETUNREACH}
	r, err := w.tracer(slowNames{}).Trace(context.Background(), target, Options{}, nil)
	if err != nil || r.NoRoute != diag.Yes || r.Message == "" || r.Path.Complete || len(r.Path.Hops) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestBrokenSocketIsAnError(t *testing.T) {
	broken := errors.New("socket is gone")
	for _, w := range []*wire{{refuse: broken}, {breaks: broken, answer: reached}} {
		if _, err := w.tracer(slowNames{}).Trace(context.Background(), target, Options{}, nil); !errors.Is(err, broken) || !w.closed {
			t.Errorf("%v, closed %v", err, w.closed)
		}
	}
}

func TestBusySocketLosesAProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{refuse: errTransient}
		r, err := w.tracer(slowNames{}).Trace(context.Background(), target, Options{MaxTTL: 3}, nil)
		if err != nil || len(r.Path.Hops) != 3 || r.Path.Hops[0].Lost != rounds {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// Duplicates and answers for probes that were never sent do not count.
func TestDuplicatesDoNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: func(_, ttl int) ([]Reply, time.Duration) {
			replies, after := reached(0, ttl)
			return append(replies, replies...), after
		}}
		r, err := w.tracer(slowNames{}).Trace(context.Background(), target, Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.Path.Hops {
			want := rounds
			if h.TTL == len(r.Path.Hops) {
				want = 1 // the target is not asked again
			}
			if len(h.Replies) != want || h.Sent != want || h.Lost != 0 {
				t.Errorf("%+v", h)
			}
		}
	})
}

func TestBriefTraceIsShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, start := &wire{answer: silentEnd}, time.Now()
		r, err := w.tracer(slowNames{}).Trace(context.Background(), target, Options{Brief: true}, nil)
		if err != nil || !r.Path.Complete || time.Since(start) > 1500*time.Millisecond || w.sent > DefaultMaxTTL*briefRounds {
			t.Errorf("%v, took %v, %d probes", err, time.Since(start), w.sent)
		}
	})
}

func TestLimitedTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for given, want := range map[int]int{0: DefaultMaxTTL, -1: DefaultMaxTTL, 1: 1, 255: 255, 256: DefaultMaxTTL} {
			w := &wire{answer: silentEnd}
			r, err := w.tracer(slowNames{}).Trace(context.Background(), target, Options{MaxTTL: given}, nil)
			if err != nil || len(r.Path.Hops) != want {
				t.Errorf("%d: %d hops, %v", given, len(r.Path.Hops), err)
			}
		}
	})
}

func TestReceivedTrustsOnlyPlausibleStamps(t *testing.T) {
	now := time.Now()
	for _, test := range []struct {
		what  string
		stamp time.Time
		age   time.Duration
	}{
		{"just now", now.Round(0).Add(-300 * time.Microsecond), 300 * time.Microsecond},
		{"none", time.Time{}, 0},
		{"the future", now.Round(0).Add(time.Minute), 0},
		{"long ago: the clock was set", now.Round(0).Add(-time.Hour), 0},
	} {
		if got := now.Sub(received(test.stamp, now)); got != test.age {
			t.Errorf("%s: %v", test.what, got)
		}
	}
}

func TestNoRouteKnowsTheSystemsRefusals(t *testing.T) {
	if !noRoute(syscall.ENETUNREACH) || !noRoute(errors.Join(errors.New("x"), syscall.EPERM)) || noRoute(errors.New("x")) || noRoute(nil) {
		t.Error("mixed up")
	}
}
