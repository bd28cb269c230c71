package trace

import (
	"net/netip"
	"slices"
	"time"

	"latchkey/diag"
)

// pace is the rhythm of a trace. The zero value is of no use, see usual.
type pace struct {
	gap     time.Duration // between two packets
	spacing time.Duration // between two probes of one TTL
	window  int           // TTLs asked beyond the farthest answer
	stall   time.Duration // without progress for so long, all TTLs are asked
	silence time.Duration // how long the silent end of a path is listened to at first
	late    time.Duration // how long a late refusal is listened for
}

// usual is the pace of every trace. Routers and home boxes answer far fewer
// packets than they forward, and Linux hosts send 6 ICMP errors at once and
// then one a second: 3 rounds of single probes stay below that, and with a window
// of 4 the probes that overshoot do not eat the target's answers. The target
// itself is asked until it answers, once: ping counts its losses. A refusal
// after an ARP failure comes after 3.1 s, that of a lock host was seen after
// 4.3 s.
func usual() pace {
	return pace{gap: 2 * time.Millisecond, spacing: 5 * time.Millisecond, window: 4,
		stall: 100 * time.Millisecond, silence: time.Second, late: 5 * time.Second}
}

// Floors of the adaptive waits: below them the jitter of a home line decides.
const (
	hopFloor    = 50 * time.Millisecond  // a hop that has answered before
	behindFloor = 100 * time.Millisecond // a silent hop with answers from behind it
	firstRTT    = 10 * time.Millisecond  // assumed until something is measured
)

// idle is what next returns as wait when nothing is left to send.
const idle = time.Duration(1<<63 - 1)

type probe struct {
	sent  time.Time // zero: not sent
	reply *Reply
}

// schedule is the state of one trace: what was sent, what came back, what to do
// next. It has no clock and no socket; the probe of round r at TTL t has the
// sequence number r*maxTTL + t-1.
type schedule struct {
	pace
	target         netip.Addr
	maxTTL, rounds int
	only           []int // the TTLs that are asked; empty: all
	probes         []probe
	farthest       int // highest TTL answered so far
	end            int // TTL at which the path ends; maxTTL until known
	reached        bool
	progress       time.Time       // when farthest grew
	due            time.Time       // of the next packet
	fastest        []time.Duration // per TTL, 0: no answer yet
	slowest        []time.Duration // per TTL, 0: no answer yet
}

func newSchedule(target netip.Addr, maxTTL, rounds int, p pace, now time.Time) *schedule {
	return &schedule{pace: p, target: target, maxTTL: maxTTL, rounds: rounds, end: maxTTL, progress: now, due: now,
		probes: make([]probe, maxTTL*rounds), fastest: make([]time.Duration, maxTTL+1), slowest: make([]time.Duration, maxTTL+1)}
}

func (s *schedule) at(round, ttl int) *probe { return &s.probes[round*s.maxTTL+ttl-1] }

func (s *schedule) ttl(seq int) int { return seq%s.maxTTL + 1 }

// next picks the probe to send now. Without one (seq < 0), wait says when to
// ask again; idle means that everything has been sent.
func (s *schedule) next(now time.Time) (seq int, wait time.Duration) {
	wait = idle
	// Ahead of the answers only one probe a TTL is sent: most of those will
	// reach the target, which is not asked for more errors than it sends.
	first, more, since := s.farthest+s.window, s.farthest, s.progress
	stalled := s.progress.Add(max(s.stall, 2*s.pathRTT()))
	switch {
	case len(s.only) > 0:
		first = s.maxTTL // so few that nothing is gained by waiting for nearer ones
	case !now.Before(stalled):
		first, more, since = s.maxTTL, s.maxTTL, stalled
	case more < s.end:
		wait = stalled.Sub(now)
	}
	since = latest(since, s.due)
	for round := range s.rounds {
		limit := more
		if round == 0 {
			limit = first
		}
		for ttl := 1; ttl <= min(s.end, limit); ttl++ {
			if !s.wanted(round, ttl) {
				continue
			}
			due := since
			if round > 0 {
				before := s.at(round-1, ttl).sent
				if before.IsZero() {
					continue
				}
				due = latest(due, before.Add(s.spacing))
			}
			if !due.After(now) {
				s.due = due
				return round*s.maxTTL + ttl - 1, 0
			}
			wait = min(wait, due.Sub(now))
		}
	}
	return -1, wait
}

// wanted reports whether a probe is still to be sent. A target that has
// answered is not asked twice.
func (s *schedule) wanted(round, ttl int) bool {
	return s.at(round, ttl).sent.IsZero() && !(round > 0 && s.reached && ttl == s.end) &&
		(len(s.only) == 0 || slices.Contains(s.only, ttl))
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// burst is how many packets may leave together when we were woken late: a busy
// computer must not stretch a trace.
const burst = 4

// sent notes that a probe has left.
func (s *schedule) sent(seq int, now time.Time) {
	s.probes[seq].sent = now
	if behind := now.Add(-(burst - 1) * s.gap); s.due.Before(behind) {
		s.due = behind
	}
	s.due = s.due.Add(s.gap)
}

// answer takes an answer in and reports whether it told something new. A second
// answer to the same probe does not; an answer that cannot be told apart
// (Unmatched) makes all probes under way be asked again.
func (s *schedule) answer(a Arrival) bool {
	if a.Seq == Unmatched {
		s.askAgain()
		return false
	}
	if a.Seq < 0 || a.Seq >= len(s.probes) {
		return false
	}
	p, ttl := &s.probes[a.Seq], s.ttl(a.Seq)
	if p.sent.IsZero() || p.reply != nil {
		return false
	}
	r := a.Reply
	r.RTT = max(a.At.Sub(p.sent), 0)
	p.reply = &r
	s.measure(ttl, max(r.RTT, 1))
	fromTarget := r.Addr == s.target
	if fromTarget || r.Kind == EchoReply {
		s.reached = true // whatever it complains of, it is alive
	}
	if r.Kind != TimeExceeded && (r.Kind != Answered || fromTarget) {
		s.end = min(s.end, ttl)
	}
	if ttl > s.farthest && ttl <= s.end {
		s.farthest, s.progress = ttl, a.At
	}
	s.farthest = min(s.farthest, s.end)
	return true
}

func (s *schedule) askAgain() {
	for i := range s.probes {
		if s.probes[i].reply == nil {
			s.probes[i].sent = time.Time{}
		}
	}
}

func (s *schedule) measure(ttl int, rtt time.Duration) {
	s.slowest[ttl] = max(s.slowest[ttl], rtt)
	if s.fastest[ttl] == 0 || rtt < s.fastest[ttl] {
		s.fastest[ttl] = rtt
	}
}

// pathRTT is what an answer from this path may take, at most a second: that of
// its slowest hop, each taken at its best. One packet that was held up (a busy
// computer, a burst on the line) does not make us wait for all others.
func (s *schedule) pathRTT() time.Duration {
	longest := firstRTT
	for _, rtt := range s.fastest {
		longest = max(longest, rtt)
	}
	return min(longest, time.Second)
}

// patience is how long an answer at ttl is worth waiting for after sending.
func (s *schedule) patience(ttl int, silence time.Duration) time.Duration {
	switch own := s.slowest[ttl]; {
	case own > 0:
		return min(max(3*own, hopFloor), max(silence, own))
	case ttl < s.farthest:
		return max(3*s.pathRTT(), behindFloor)
	}
	return max(silence, 4*s.pathRTT())
}

// settled says how long the answers under way are still worth waiting for, if
// the end of the path is given that much silence; 0 or less: they are not. A
// silent TTL beyond all answers is given it from its first probe on: the
// others guard against loss, and have nearly as long.
func (s *schedule) settled(now time.Time, silence time.Duration) time.Duration {
	var wait time.Duration
	for seq := range s.probes {
		p, ttl := &s.probes[seq], s.ttl(seq)
		if p.reply != nil || p.sent.IsZero() || ttl > s.end {
			continue
		}
		since := p.sent
		if ttl > s.farthest && s.slowest[ttl] == 0 && silence == s.silence {
			since = s.at(0, ttl).sent
		}
		wait = max(wait, s.patience(ttl, silence)-now.Sub(since))
	}
	return wait
}

// hops is what is known now. A probe counts as lost when its answer is no
// longer waited for, or when all is over.
func (s *schedule) hops(now time.Time, over bool) []Hop {
	hops := make([]Hop, 0, s.end)
	for ttl := 1; ttl <= s.end; ttl++ {
		h := Hop{TTL: ttl}
		for round := range s.rounds {
			p := s.at(round, ttl)
			if p.sent.IsZero() {
				continue
			}
			h.Sent++
			switch {
			case p.reply != nil:
				h.Replies = append(h.Replies, *p.reply)
			case over || now.Sub(p.sent) >= s.patience(ttl, s.silence):
				h.Lost++
			}
		}
		hops = append(hops, h)
	}
	for len(hops) > 0 && hops[len(hops)-1].Sent == 0 {
		hops = hops[:len(hops)-1]
	}
	return hops
}

// isReached is the answer to «did the target itself answer?»: not before all
// but late refusals is settled is silence a no.
func (s *schedule) isReached(quiet bool) diag.Answer {
	switch {
	case s.reached:
		return diag.Yes
	case quiet:
		return diag.No
	}
	return diag.NotAsked
}
