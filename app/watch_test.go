package app

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/diag"
	"latchkey/diag/account"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// The whole story: locked, unlocked, noticed within one interval, told once, in
// the timeline with the right time, ended by itself.
func TestWatchNoticesTheUnlock(t *testing.T) {
	watching(t, "locked", WatchOptions{}, func(b *bench) {
		time.Sleep(30*time.Minute + 20*time.Second)
		if w := b.snapshot(); w.Code != verdict.Locked || w.Why != "" || w.Next.Sub(b.now()) > time.Minute || w.Checks < 29 {
			t.Fatalf("while locked: %+v", w)
		}
		for i, at := range b.net.looks {
			if i > 0 && at.Sub(b.net.looks[i-1]) < 55*time.Second { // the start of a check counts, a look-up comes before
				t.Errorf("look %d comes %v after the one before", i, at.Sub(b.net.looks[i-1]))
			}
		}
		if n := b.kept.changes; n < 3 || n > 5 {
			t.Errorf("the case was written %d times in half an hour", n)
		}
		unlocked := b.now()
		b.net.become(from(t, "up"))
		time.Sleep(time.Minute + 15*time.Second)
		w := b.snapshot()
		if w.Code != verdict.Reachable || w.Since.Sub(unlocked) > time.Minute || w.Since.Before(unlocked) {
			t.Fatalf("unlocked at %v, seen %v: %+v", unlocked, w.Since, w)
		}
		<-b.done
		w = b.snapshot()
		if w.State != WatchOver || w.Why != "reachable" || !w.Next.IsZero() {
			t.Errorf("end: %+v", w)
		}
		if got := b.told(); !slices.Equal(got, []string{NoticeReachable}) {
			t.Errorf("told %v", got)
		}
		if got, want := b.kept.codes(), []string{EventWatch, EventStillLock, EventReachable, EventWatchEnded}; !slices.Equal(got, want) {
			t.Errorf("timeline %v, want %v", got, want)
		}
		m := b.kept.model()
		e := m.Timeline[2]
		last, err := time.Parse(time.RFC3339, e.With["last"])
		if !e.Time.Equal(w.Since) || err != nil || last.After(unlocked) || unlocked.Sub(last) > time.Minute {
			t.Errorf("event %+v, unlocked at %v", e, unlocked)
		}
		if len(m.Diagnoses) != 2 || m.Diagnoses[1].Verdict.Code != verdict.Reachable {
			t.Errorf("%d diagnoses", len(m.Diagnoses))
		}
	})
}

// A computer that slept checks at once when it wakes, and counts nothing for the
// time it slept.
func TestWatchSurvivesSleep(t *testing.T) {
	watching(t, "locked", WatchOptions{}, func(b *bench) {
		time.Sleep(3*time.Minute + 30*time.Second)
		before := b.snapshot()
		// The other clock stands still: 20 s pass for it, nine hours on the wall.
		b.with(func() { b.skew = 9 * time.Hour; b.route = false })
		b.net.become(from(t, "up"))
		time.Sleep(20 * time.Second)
		if w := b.snapshot(); w.State != WatchOffline || w.Code != verdict.Locked || w.Checks != before.Checks {
			t.Errorf("without a network: %+v", w)
		}
		b.with(func() { b.route = true })
		time.Sleep(10 * time.Second)
		w := b.snapshot()
		if w.Code != verdict.Reachable || w.Slept.IsZero() {
			t.Fatalf("%+v", w)
		}
		if lost := w.Checks - before.Checks; lost != 1 {
			t.Errorf("%d checks since it slept", lost)
		}
		<-b.done
		if got := b.told(); !slices.Equal(got, []string{NoticeReachable}) {
			t.Errorf("told %v", got)
		}
		for _, e := range b.kept.model().Timeline {
			if e.Code == EventReachable {
				last, _ := time.Parse(time.RFC3339, e.With["last"])
				if gap := e.Time.Sub(last); gap < 9*time.Hour || gap > 9*time.Hour+2*time.Minute {
					t.Errorf("the entry says nothing of the gap: %v", gap)
				}
			}
		}
	})
}

// A computer that falls asleep during a check is noticed as well.
func TestWatchSurvivesSleepInACheck(t *testing.T) {
	watching(t, "locked", WatchOptions{}, func(b *bench) {
		time.Sleep(3*time.Minute + time.Second)
		if w := b.snapshot(); w.State != WatchChecking {
			t.Fatalf("%+v", w)
		}
		b.with(func() { b.skew = 9 * time.Hour })
		b.net.become(from(t, "up"))
		time.Sleep(15 * time.Second)
		if w := b.snapshot(); w.Code != verdict.Reachable || w.Slept.IsZero() {
			t.Errorf("%+v", w)
		}
	})
}

// A clock that is set back does not stop the watch.
func TestWatchSurvivesAClockSetBack(t *testing.T) {
	watching(t, "locked", WatchOptions{}, func(b *bench) {
		time.Sleep(2*time.Minute + 5*time.Second)
		before := b.snapshot().Checks
		b.with(func() { b.skew = -2 * time.Hour })
		time.Sleep(3 * time.Minute)
		if got := b.snapshot().Checks - before; got < 2 || got > 3 {
			t.Errorf("%d checks in three minutes", got)
		}
	})
}

// A fault on this side is no news about the server.
func TestWatchKnowsItsOwnSide(t *testing.T) {
	watching(t, "locked", WatchOptions{}, func(b *bench) {
		time.Sleep(2*time.Minute + 5*time.Second)
		b.with(func() { b.route = false })
		b.net.become(from(t, "local-noroute"))
		time.Sleep(20 * time.Minute)
		if w := b.snapshot(); w.State != WatchOffline || w.Code != verdict.Locked {
			t.Errorf("offline: %+v", w)
		}
		// Another network, whose router leads nowhere.
		b.with(func() { b.route = true })
		b.net.become(from(t, "local-blackhole"))
		time.Sleep(20 * time.Minute)
		if w := b.snapshot(); w.Code != verdict.Locked || w.Why != "" {
			t.Errorf("in a net that leads nowhere: %+v", w)
		}
		b.net.become(from(t, "locked"))
		time.Sleep(11 * time.Minute)
		if got := b.told(); len(got) != 0 {
			t.Errorf("told %v", got)
		}
		w := b.snapshot()
		if len(w.History) == 0 || w.History[len(w.History)-1].Code != verdict.Locked {
			t.Errorf("history %+v", w.History)
		}
	})
}

// A server that comes and goes is told once an hour, not each time.
func TestWatchTellsOneCauseOnceAnHour(t *testing.T) {
	watching(t, "up", WatchOptions{Stay: true}, func(b *bench) {
		for range 4 {
			time.Sleep(5 * time.Minute)
			b.net.become(from(t, "locked"))
			time.Sleep(5 * time.Minute)
			b.net.become(from(t, "up"))
		}
		time.Sleep(2 * time.Minute)
		count := map[string]int{}
		for _, code := range b.told() {
			count[code]++
		}
		if count[NoticeReachable] != 1 || count[NoticeChanged] != 1 {
			t.Errorf("told %v", b.told())
		}
	})
}

// What answers only because the provider lets this address through is no proof;
// the provider's own word is asked now and then, and not again after an error.
func TestWatchAsksTheProvider(t *testing.T) {
	var asked int
	var flag diag.Answer
	var fail error
	o := WatchOptions{OwnIP: true, Stay: true}
	var mu sync.Mutex
	o.Asked = func(context.Context) (diag.Answer, error) {
		mu.Lock()
		defer mu.Unlock()
		asked++
		return flag, fail
	}
	flag = diag.Yes
	watching(t, "locked", o, func(b *bench) {
		time.Sleep(21 * time.Minute)
		mu.Lock()
		if asked < 4 || asked > 5 {
			t.Errorf("asked %d times in 21 minutes", asked)
		}
		flag = diag.No
		mu.Unlock()
		b.net.become(from(t, "up"))
		time.Sleep(10 * time.Minute)
		got := b.told()
		slices.Sort(got) // either may be seen first
		if !slices.Equal(got, []string{NoticeOwnIP, NoticeUnlocked}) {
			t.Errorf("told %v", got)
		}
		mu.Lock()
		for _, err := range []error{&AskLater{}, &account.Error{Code: account.NoConnection}} {
			fail, asked = err, 0
			mu.Unlock()
			time.Sleep(time.Hour)
			mu.Lock()
			if asked < 11 {
				t.Errorf("asked %d times in an hour after «%v»", asked, err)
			}
		}
		fail, asked = errors.New("401"), 0
		mu.Unlock()
		time.Sleep(time.Hour)
		mu.Lock()
		defer mu.Unlock()
		if asked != 1 {
			t.Errorf("asked %d times after an error", asked)
		}
	})
}

// A watch of a server that answers has nothing to wait for; one whose time is
// over ends; several run at once.
func TestWatchEnds(t *testing.T) {
	watching(t, "up", WatchOptions{}, func(b *bench) {
		<-b.done
		if w := b.snapshot(); w.Why != "reachable" || len(b.told()) != 0 {
			t.Errorf("%+v, told %v", w, b.told())
		}
	})
	watching(t, "locked", WatchOptions{For: 10 * time.Minute}, func(b *bench) {
		start := time.Now()
		<-b.done
		if w, took := b.snapshot(), time.Since(start); w.Why != "over" || took < 10*time.Minute || took > 11*time.Minute {
			t.Errorf("after %v: %+v", took, w)
		}
		if !slices.Equal(b.kept.codes(), []string{EventWatch, EventStillLock, EventWatchEnded}) || Watching(b.kept.model()) {
			t.Errorf("timeline %v", b.kept.codes())
		}
	})
	watching(t, "locked", WatchOptions{}, func(b *bench) {
		time.Sleep(90 * time.Second)
		if !Watching(b.kept.model()) {
			t.Error("not seen as watched")
		}
		other := b.s.StartWatch(watched, WatchOptions{}, nil)
		time.Sleep(5 * time.Minute)
		other.Stop()
		<-other.Done()
		b.cancel()
		<-b.done
		if w := b.snapshot(); w.Why != "stopped" {
			t.Errorf("%+v", w)
		}
	})
}

// A long lock is asked about less often.
func TestWatchSlowsDown(t *testing.T) {
	watching(t, "locked", WatchOptions{}, func(b *bench) {
		time.Sleep(5 * time.Hour)
		if w := b.snapshot(); w.Every != mildPace*time.Minute {
			t.Errorf("after five hours every %v", w.Every)
		}
		time.Sleep(24 * time.Hour)
		w := b.snapshot()
		if w.Every != rarePace*time.Minute || len(w.History) != mostResults {
			t.Errorf("after a day every %v, %d results", w.Every, len(w.History))
		}
		if n := len(b.kept.model().Timeline); n != 2 {
			t.Errorf("%d entries after a day", n)
		}
	})
}

// Several servers are watched at once; two cases of one server take turns.
func TestWatchesTakeTurns(t *testing.T) {
	s := open(t, nil)
	synctest.Test(t, func(t *testing.T) {
		net := &stages{network: from(t, "locked")}
		s.network, s.routable = net, func(netip.Addr) bool { return true }
		known := Check{Started: time.Now(), Final: true, Verdict: &verdict.Verdict{Code: verdict.Locked, Confidence: verdict.Likely},
			Addr: netip.MustParseAddr(watched.Address), Ping: &trace.Ping{Sent: 5}}
		all := s.Watches(nil)
		for _, id := range []string{"one", "two"} {
			all.Start(id, watched, WatchOptions{Last: &known})
		}
		time.Sleep(20*time.Minute + 30*time.Second)
		if n := len(net.looks); n < 19 || n > 21 {
			t.Errorf("%d looks in 20 minutes", n)
		}
		if len(all.All()) != 2 {
			t.Errorf("%v", all.All())
		}
		net.become(from(t, "up"))
		time.Sleep(5 * time.Minute)
		for _, id := range []string{"one", "two"} {
			if w, ok := all.State(id); !ok || w.Why != "reachable" {
				t.Errorf("%s: %+v", id, w)
			}
		}
		var stopped, left inCase
		all.Start("one", watched, WatchOptions{Stay: true, Into: &stopped})
		all.Start("two", watched, WatchOptions{Stay: true, Into: &left})
		time.Sleep(3 * time.Minute)
		all.Stop("one")
		all.Close()
		if w, _ := all.State("two"); w.State != WatchOver {
			t.Errorf("%+v", w)
		}
		if Watching(stopped.model()) || !Watching(left.model()) {
			t.Errorf("stopped: %v, left: %v", stopped.codes(), left.codes())
		}
	})
}
