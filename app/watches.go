package app

import (
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"latchkey/app/casefile"
)

// Watches are the watches of all cases. Two that look at one server take turns:
// nobody is asked more often because there are two cases. Its methods are safe
// for concurrent use.
type Watches struct {
	session  *Session
	onChange func(id string, w Watch)
	mu       sync.Mutex
	running  map[string]*Running
	states   map[string]Watch
	asked    map[netip.Addr]time.Time
	leaving  bool
}

// Watches gives a set without a watch. onChange gets each snapshot with the id
// the watch was started under, from the watch's goroutine; it may be nil.
func (s *Session) Watches(onChange func(id string, w Watch)) *Watches {
	return &Watches{session: s, onChange: onChange, running: map[string]*Running{}, states: map[string]Watch{}, asked: map[netip.Addr]time.Time{}}
}

// Start begins to watch a case's server. One that runs under the same id is
// stopped before.
func (w *Watches) Start(id string, server casefile.Server, o WatchOptions) {
	w.Stop(id)
	floor := WatchFloor
	if o.floor > 0 {
		floor = o.floor
	}
	o.leaving = func() bool { w.mu.Lock(); defer w.mu.Unlock(); return w.leaving }
	o.turn = func(a netip.Addr, now time.Time) time.Duration { return w.turn(a, now, floor) }
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running[id] = w.session.StartWatch(server, o, func(state Watch) {
		w.mu.Lock()
		w.states[id] = state
		w.mu.Unlock()
		if w.onChange != nil {
			w.onChange(id, state)
		}
	})
}

// turn lets one check of an address begin in each span of the floor.
func (w *Watches) turn(a netip.Addr, now time.Time, floor time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if last, ok := w.asked[a]; ok && a.IsValid() && !now.Before(last) && now.Sub(last) < floor-watchGrain {
		return floor - now.Sub(last)
	}
	w.asked[a] = now
	return 0
}

// watchGrain is what one turn may come early: the pace is counted from the start
// of a round, which a busy computer delays by some milliseconds.
const watchGrain = 500 * time.Millisecond

// Stop ends a watch and waits until it has written what it knows.
func (w *Watches) Stop(id string) {
	w.mu.Lock()
	running := w.running[id]
	delete(w.running, id)
	w.mu.Unlock()
	if running != nil {
		running.Stop()
		<-running.Done()
	}
}

// Close ends all watches because the program ends: their cases go on as watched
// (see Watching), so that the next start takes them up again.
func (w *Watches) Close() {
	w.mu.Lock()
	w.leaving = true
	ids := slices.Collect(maps.Keys(w.running))
	w.mu.Unlock()
	for _, id := range ids {
		w.Stop(id)
	}
}

// State is a watch as it is, or was when it ended; false if there was none.
func (w *Watches) State(id string) (Watch, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, ok := w.states[id]
	return s, ok
}

// All are the watches that are not over, by id.
func (w *Watches) All() map[string]Watch {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := map[string]Watch{}
	for id, s := range w.states {
		if s.State != WatchOver {
			all[id] = s
		}
	}
	return all
}
