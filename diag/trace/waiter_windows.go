package trace

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/windows"
)

// waiterRoom is how many events one WaitForMultipleObjects can watch beside the
// waiter's own: the limit is 64.
const waiterRoom = 60

// waiter is a goroutine that waits for the events of some requests.
type waiter struct {
	wake    windows.Handle // new requests, or the end
	mu      sync.Mutex
	fresh   []*request
	taken   int // requests ever given to it
	closing bool
}

// watch gives a request to a waiter with room.
func (r *requests) watch(q *request) error {
	if n := len(r.waiters); n == 0 || r.waiters[n-1].taken == waiterRoom {
		wake, err := windows.CreateEvent(nil, 0, 0, nil)
		if err != nil {
			return fmt.Errorf("create event: %w", err)
		}
		w := &waiter{wake: wake}
		r.waiters = append(r.waiters, w)
		r.left.Go(func() { w.run(r.done) })
	}
	w := r.waiters[len(r.waiters)-1]
	w.taken++
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fresh = append(w.fresh, q)
	return windows.SetEvent(w.wake)
}

// finish lets the waiter end when its requests have.
func (w *waiter) finish() {
	w.mu.Lock()
	defer w.mu.Unlock() // run closes the event when it has seen closing
	w.closing = true
	_ = windows.SetEvent(w.wake)
}

func (w *waiter) run(done func(*request)) {
	defer windows.CloseHandle(w.wake)
	events := []windows.Handle{w.wake}
	var open []*request // open[i] has events[i+1]
	for {
		n, err := windows.WaitForMultipleObjects(events, false, windows.INFINITE)
		if err != nil {
			// Cannot happen with handles of our own; but what Windows still
			// writes to must not be given up before it has stopped.
			time.Sleep(requestLimit)
			return
		}
		if i := int(n - windows.WAIT_OBJECT_0); i > 0 && i <= len(open) {
			done(open[i-1])
			open = append(open[:i-1], open[i:]...)
			events = append(events[:i], events[i+1:]...)
		}
		w.mu.Lock()
		for _, q := range w.fresh {
			open, events = append(open, q), append(events, q.event)
		}
		w.fresh = nil
		end := w.closing && len(open) == 0
		w.mu.Unlock()
		if end {
			return
		}
	}
}
