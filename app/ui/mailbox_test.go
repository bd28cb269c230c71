package ui

import (
	"testing"
	"testing/synctest"
	"time"

	"latchkey/app"
)

// A burst of snapshots draws at most once in drawTime, the newest wins, and the
// answer does not wait.
func TestMailbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m mailbox
		r, other := &record{}, &record{}
		put := func(r *record, elapsed time.Duration, final bool) (time.Duration, bool) {
			return m.put(r, app.Check{Elapsed: elapsed, Final: final})
		}
		if wait, tell := put(r, 1, false); wait != 0 || !tell {
			t.Errorf("the first snapshot waits %v, tells %v", wait, tell)
		}
		if _, tell := put(r, 2, false); tell {
			t.Error("a second one is told before the first was taken")
		}
		put(other, 9, false)
		if got := m.take(); got[r].Elapsed != 2 || got[other].Elapsed != 9 {
			t.Errorf("taken: %v", got)
		}
		if wait, tell := put(r, 3, false); wait != drawTime || !tell {
			t.Errorf("at once after a drawing: waits %v, tells %v", wait, tell)
		}
		m.take()
		time.Sleep(drawTime / 4)
		if wait, _ := put(r, 4, false); wait != drawTime*3/4 {
			t.Errorf("a quarter later: waits %v", wait)
		}
		if wait, tell := put(r, 5, true); wait != 0 || !tell {
			t.Errorf("the answer waits %v, tells %v", wait, tell)
		}
		if got := m.take(); !got[r].Final {
			t.Error("the answer is not the newest")
		}
		if len(m.take()) != 0 {
			t.Error("taken twice")
		}
	})
}
