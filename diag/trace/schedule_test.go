package trace

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"latchkey/diag"
)

var (
	epoch  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	target = netip.MustParseAddr("192.0.2.130")
)

func router(ttl int) netip.Addr { return netip.AddrFrom4([4]byte{198, 51, 100, byte(ttl)}) }

func expired(seq, ttl int, at time.Time) Arrival {
	return Arrival{Seq: seq, At: at, Reply: Reply{Addr: router(ttl), Kind: TimeExceeded, Type: 11, HasICMP: true}}
}

// play runs a schedule against answers, without any clock: answer says what a
// probe gets, and after how long; no Kind means nothing.
func play(s *schedule, answer func(seq, ttl int) (Reply, time.Duration)) (sends []int, end time.Duration) {
	now, quiet := epoch, false
	var due []Arrival
	for range 100_000 {
		seq, wait := s.next(now)
		if seq >= 0 {
			s.sent(seq, now)
			sends = append(sends, seq)
			if r, rtt := answer(seq, s.ttl(seq)); r.Kind != "" {
				due = append(due, Arrival{Seq: seq, Reply: r, At: now.Add(rtt)})
			}
			continue
		}
		if wait == idle {
			if !quiet {
				wait = s.settled(now, s.silence)
				quiet = wait <= 0
			}
			if quiet {
				wait = s.settled(now, s.late)
			}
			if wait <= 0 {
				return sends, now.Sub(epoch)
			}
		}
		next := now.Add(wait)
		for _, a := range due {
			if a.At.Before(next) {
				next = a.At
			}
		}
		now = next
		kept := due[:0]
		for _, a := range due {
			if a.At.After(now) {
				kept = append(kept, a)
			} else {
				s.answer(a)
			}
		}
		due = kept
	}
	panic("the schedule does not end")
}

// straight is a path of n routers 3 ms apart, with the target behind.
func straight(n int) func(seq, ttl int) (Reply, time.Duration) {
	return func(_, ttl int) (Reply, time.Duration) {
		if ttl > n {
			return Reply{Addr: target, Kind: EchoReply, HasICMP: true}, time.Duration(3*n+3) * time.Millisecond
		}
		return Reply{Addr: router(ttl), Kind: TimeExceeded, Type: 11, HasICMP: true}, time.Duration(3*ttl) * time.Millisecond
	}
}

func TestScheduleEndsAtTheTarget(t *testing.T) {
	for n := range 40 {
		s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
		sends, took := play(s, straight(n))
		hops := s.hops(epoch.Add(took), true)
		if want := min(n+1, DefaultMaxTTL); len(hops) != want {
			t.Errorf("%d routers: %d hops", n, len(hops))
		}
		if s.isReached(true) != diag.AnswerOf(n < DefaultMaxTTL) {
			t.Errorf("%d routers: reached %v", n, s.isReached(true))
		}
		overshot := 0
		for _, seq := range sends {
			if s.ttl(seq) > n+1 {
				overshot++
			}
		}
		// With those of its own TTL these are the target's errors; a Linux host
		// sends six.
		if overshot > 3 {
			t.Errorf("%d routers: %d probes overshot", n, overshot)
		}
		for _, h := range hops {
			want := rounds
			if h.TTL == n+1 {
				want = 1 // the target has answered: it is not asked again
			}
			if h.Sent != want || h.Lost != 0 || len(h.Replies) != want {
				t.Errorf("%d routers: %+v", n, h)
			}
		}
	}
}

func TestScheduleKeepsItsPace(t *testing.T) {
	silence := func(int, int) (Reply, time.Duration) { return Reply{}, 0 }
	for name, answer := range map[string]func(seq, ttl int) (Reply, time.Duration){
		"silence": silence, "near": straight(0), "short": straight(6), "long": straight(40),
	} {
		s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
		last := map[int]time.Time{}
		var before time.Time
		play(s, func(seq, ttl int) (Reply, time.Duration) {
			now := s.probes[seq].sent
			if !before.IsZero() && now.Sub(before) < s.gap {
				t.Fatalf("%s: two packets %v apart", name, now.Sub(before))
			}
			if l, ok := last[ttl]; ok && now.Sub(l) < s.spacing {
				t.Fatalf("%s: two probes of TTL %d %v apart", name, ttl, now.Sub(l))
			}
			if s.farthest == 0 && now.Sub(epoch) < s.stall && ttl > s.window {
				t.Fatalf("%s: TTL %d asked after %v without an answer", name, ttl, now.Sub(epoch))
			}
			last[ttl], before = now, now
			return answer(seq, ttl)
		})
		if name == "silence" && len(last) != DefaultMaxTTL {
			t.Errorf("%d TTLs asked", len(last))
		}
	}
}

// On a busy computer we are woken late, again and again: the packets missed
// leave together, but not all of them.
func TestScheduleCatchesUp(t *testing.T) {
	s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
	now := epoch.Add(time.Second) // all TTLs are open
	for wakes := 0; ; wakes++ {
		together := 0
		seq, wait := s.next(now)
		for ; seq >= 0; seq, wait = s.next(now) {
			s.sent(seq, now)
			together++
		}
		if together > burst {
			t.Fatalf("%d packets at once", together)
		}
		if wait == idle {
			if most := DefaultMaxTTL*rounds/burst + 1; wakes > most {
				t.Errorf("woken %d times for %d packets", wakes, DefaultMaxTTL*rounds)
			}
			return
		}
		now = now.Add(wait + 20*time.Millisecond)
	}
}

func TestScheduleAttributesAnswers(t *testing.T) {
	s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
	for seq := range 4 {
		s.sent(seq, epoch)
	}
	at := epoch.Add(5 * time.Millisecond)
	for _, test := range []struct {
		what string
		a    Arrival
		news bool
	}{
		{"TTL 3 before TTL 1", expired(2, 3, at), true},
		{"TTL 1", expired(0, 1, at), true},
		{"the same again", expired(0, 1, at), false},
		{"another router's answer to it", expired(0, 9, at), false},
		{"not sent yet", expired(7, 8, at), false},
		{"beyond all", expired(90, 1, at), false},
		{"negative", expired(-7, 1, at), false},
		{"late by seconds", expired(3, 4, epoch.Add(3*time.Second)), true},
		{"before it was sent", expired(1, 2, epoch.Add(-time.Second)), true},
	} {
		if got := s.answer(test.a); got != test.news {
			t.Errorf("%s: %v", test.what, got)
		}
	}
	want := []time.Duration{5 * time.Millisecond, 0, 5 * time.Millisecond, 3 * time.Second}
	for i, h := range s.hops(at, true) {
		if len(h.Replies) != 1 || h.Replies[0].Addr != router(i+1) || h.Replies[0].RTT != want[i] {
			t.Errorf("%+v", h)
		}
	}
}

func TestUnmatchedAnswerAsksAgain(t *testing.T) {
	s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
	for seq := range 3 {
		s.sent(seq, epoch.Add(time.Duration(seq)*2*time.Millisecond))
	}
	s.answer(expired(0, 1, epoch.Add(3*time.Millisecond)))
	s.answer(Arrival{Seq: Unmatched})
	sends, _ := play(s, straight(4))
	count := map[int]int{}
	for _, seq := range sends {
		count[seq]++
	}
	if count[0] != 0 || count[1] != 1 || count[2] != 1 {
		t.Errorf("sent again: %v", sends)
	}
	if hops := s.hops(epoch, true); len(hops) != 5 || hops[1].Lost != 0 {
		t.Errorf("%+v", hops)
	}
}

func TestRefusalEndsThePath(t *testing.T) {
	for _, kind := range []Kind{Prohibited, HostUnreachable, NetUnreachable, PortUnreachable, TCPRefused, TCPOpen} {
		s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
		_, took := play(s, func(_, ttl int) (Reply, time.Duration) {
			if ttl > 4 {
				return Reply{Addr: router(4), Kind: kind}, 12 * time.Millisecond
			}
			return Reply{Addr: router(ttl), Kind: TimeExceeded}, 10 * time.Millisecond
		})
		if s.end != 5 || took > 150*time.Millisecond {
			t.Errorf("%s: ends at %d after %v", kind, s.end, took)
		}
	}
}

// A host with several addresses may answer from another one: Probers hand over
// replies to our own echoes only.
func TestEchoReplyFromAnotherAddress(t *testing.T) {
	s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
	s.sent(0, epoch)
	s.answer(Arrival{Seq: 0, At: epoch, Reply: Reply{Addr: router(9), Kind: EchoReply}})
	if s.isReached(false) != diag.Yes || s.end != 1 {
		t.Errorf("reached %v, ends at %d", s.isReached(false), s.end)
	}
}

// A target that forwards (port forwarding at home, containers) says «time
// exceeded» itself: it is alive, but the path goes on.
func TestTargetThatForwards(t *testing.T) {
	s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
	play(s, func(_, ttl int) (Reply, time.Duration) {
		switch {
		case ttl < 3:
			return Reply{Addr: router(ttl), Kind: TimeExceeded}, 5 * time.Millisecond
		case ttl == 3:
			return Reply{Addr: target, Kind: TimeExceeded}, 9 * time.Millisecond
		}
		return Reply{Addr: target, Kind: EchoReply}, 9 * time.Millisecond
	})
	if s.end != 4 || s.isReached(false) != diag.Yes {
		t.Errorf("ends at %d, reached %v", s.end, s.isReached(false))
	}
}

func TestLateRefusalIsHeard(t *testing.T) {
	s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
	_, took := play(s, func(_, ttl int) (Reply, time.Duration) {
		switch {
		case ttl <= 5:
			return Reply{Addr: router(ttl), Kind: TimeExceeded}, 15 * time.Millisecond
		case ttl < 14:
			return Reply{}, 0
		}
		return Reply{Addr: router(14), Kind: Prohibited}, 4300 * time.Millisecond
	})
	if s.end != 14 || took > 5*time.Second {
		t.Errorf("ends at %d after %v", s.end, took)
	}
}

// Only what was heard before counts as patience's measure: a hop that needs
// 400 ms is not given up after 100.
func TestSlowHopIsWaitedFor(t *testing.T) {
	s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
	play(s, func(_, ttl int) (Reply, time.Duration) {
		if ttl > 6 {
			return Reply{Addr: target, Kind: EchoReply}, 420 * time.Millisecond
		}
		return Reply{Addr: router(ttl), Kind: TimeExceeded}, 400 * time.Millisecond
	})
	for _, h := range s.hops(epoch, true) {
		if h.Lost != 0 || h.Sent != rounds {
			t.Errorf("%+v", h)
		}
	}
}

func TestHopsCountAsLostWhenGivenUp(t *testing.T) {
	s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
	s.sent(0, epoch)
	s.sent(1, epoch)
	s.answer(expired(0, 1, epoch.Add(3*time.Millisecond)))
	for _, test := range []struct {
		after time.Duration
		over  bool
		lost  int
	}{{10 * time.Millisecond, false, 0}, {1100 * time.Millisecond, false, 1}, {10 * time.Millisecond, true, 1}} {
		hops := s.hops(epoch.Add(test.after), test.over)
		if len(hops) != 2 || hops[1].Lost != test.lost || hops[1].Sent != 1 {
			t.Errorf("after %v: %+v", test.after, hops)
		}
	}
}

func BenchmarkSchedule(b *testing.B) {
	for _, n := range []int{7, 29} {
		b.Run(fmt.Sprintf("%d routers", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				play(newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch), straight(n))
			}
		})
	}
}

func BenchmarkSnapshot(b *testing.B) {
	s := newSchedule(target, DefaultMaxTTL, rounds, usual(), epoch)
	play(s, straight(29))
	b.ReportAllocs()
	for b.Loop() {
		s.hops(epoch, false)
	}
}
