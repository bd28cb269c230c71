package ui

import "context"

// search is work on a report behind the window. Its methods take nil.
type search struct {
	work stopper
	over bool // it has ended, or nobody waits for it any more
}

func (s *search) stop() {
	if s == nil || s.over {
		return
	}
	s.over = true
	if s.work != nil {
		s.work.Stop()
	}
}

// search does long work on a report, which the window does not stand still for,
// and takes up its result with then. It replaces the work that at holds; at is
// nil again when it is done.
func (w *window) search(s *reportState, at **search, work func(context.Context), then func()) {
	(*at).stop()
	mine := &search{}
	*at = mine
	mine.work = w.behind(work, func() {
		if mine.over {
			return
		}
		mine.over, *at = true, nil
		then()
		w.rebuild(s)
	})
	if !mine.over {
		w.rebuild(s)
	}
}

// rebuild draws a report anew, if it is what the person looks at.
func (w *window) rebuild(s *reportState) {
	if w.show == screenReport && w.current != nil && w.current.report == s {
		w.build()
	}
}

// close stops what goes on with a report and gives its file back.
func (s *reportState) close() error {
	s.rows.work.stop()
	s.text.work.stop()
	return s.reading.Close()
}
