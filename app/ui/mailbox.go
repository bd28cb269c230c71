package ui

import (
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
)

// mailbox keeps the newest snapshot that came from a goroutine of the session,
// so that a burst of them draws once.
type mailbox struct {
	mu     sync.Mutex
	newest map[*record]app.Check
	posted bool
	last   time.Time // when the window last took something up
}

// drawTime is the least time between two drawings of a running check: ten in a
// second look smooth and cost little.
const drawTime = 100 * time.Millisecond

// put keeps a snapshot and says whether somebody has to tell the window, and
// after which time.
func (m *mailbox) put(r *record, c app.Check) (wait time.Duration, tell bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.newest == nil {
		m.newest = map[*record]app.Check{}
	}
	m.newest[r] = c
	if c.Final {
		return 0, true // whatever is on its way: the answer comes at once
	}
	if m.posted {
		return 0, false
	}
	m.posted = true
	return max(drawTime-time.Since(m.last), 0), true
}

// take empties the mailbox.
func (m *mailbox) take() map[*record]app.Check {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest := m.newest
	m.newest, m.posted, m.last = nil, false, time.Now()
	return newest
}

// post is the only door from the session's goroutines to the window.
func (w *window) post(r *record, c app.Check) {
	switch wait, tell := w.mail.put(r, c); {
	case !tell:
	case wait == 0:
		fyne.Do(w.receive)
	default:
		time.AfterFunc(wait, func() { fyne.Do(w.receive) })
	}
}

// receive takes up what was posted.
func (w *window) receive() {
	for r, c := range w.mail.take() {
		w.onChange(r, c)
	}
}
