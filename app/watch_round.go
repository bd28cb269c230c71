package app

import (
	"context"
	"strconv"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/verdict"
)

// What a watch does from check to check.

// plan says when the next light check is.
func (w *watch) plan(from time.Time) {
	pace := time.Duration(1)
	switch {
	case w.same >= rareAfter:
		pace = rarePace
	case w.same >= mildAfter:
		pace = mildPace
	}
	w.state.Every = w.o.Every * pace
	if w.state.Why == "" {
		w.state.State, w.state.Next = WatchWaiting, from.Add(w.state.Every)
		w.emit()
	}
}

// wait sleeps until the next check; false when the watch is to end. After a
// sleep of the computer the check is due at once; without a route it waits for
// one, and what was missed counts as nothing.
func (w *watch) wait(ctx context.Context) bool {
	for {
		now := w.now()
		rest := watchSlice
		if w.o.For > 0 {
			if rest = w.state.Started.Add(w.o.For).Sub(now); rest <= 0 {
				w.state.Why = "over"
				return false
			}
		}
		left := w.state.Next.Sub(now)
		if left > w.state.Every { // the clock was set back
			w.state.Next, left = now.Add(w.state.Every), w.state.Every
		}
		if left <= 0 {
			left = w.o.turn(w.addr, now)
			switch {
			case !w.connected():
				left = reconnectPoll
			case left <= 0:
				return ctx.Err() == nil
			}
		}
		slice := min(left, watchSlice, rest)
		if !sleep(ctx, slice) {
			return false
		}
		if passed := w.now().Sub(now); passed > slice+jump {
			w.wake()
		}
	}
}

// wake is after a sleep of the computer: much may have changed, so that a whole
// check is due at once.
func (w *watch) wake() {
	w.state.Slept, w.toWhole = w.now(), 0
	if w.state.Why == "" {
		w.state.Next = w.now()
	}
}

// sleep waits; false if ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// connected reports whether this computer has a route, and shows if it has not.
func (w *watch) connected() bool {
	addr := w.addr
	if !addr.IsValid() {
		addr = anyAddress()
	}
	ok := w.session.routable(addr)
	if !ok && w.state.State != WatchOffline {
		w.state.State, w.state.Next = WatchOffline, w.now()
		w.state.History = appendResult(w.state.History, WatchResult{Time: w.now()})
		w.emit()
	}
	return ok
}

// round is one check: a light one, and a whole one when something changed.
func (w *watch) round(ctx context.Context) {
	at := w.now()
	w.state.State, w.state.Next = WatchChecking, time.Time{}
	w.emit()
	w.toWhole--
	var seen glance
	if w.addr.IsValid() && w.toWhole > 0 {
		seen = w.look(ctx)
	}
	switch {
	case ctx.Err() != nil:
		return
	case seen.answers && up(w.state.Code):
		w.record(at, w.state.Code, false)
		w.confirm()
	case w.quiet(seen):
		w.same++
		code := w.state.Code
		if w.blanks > 0 {
			code = ""
		}
		w.record(at, code, false)
	default:
		if seen.asked && !seen.answers && !sleep(ctx, settle) {
			return
		}
		w.whole(ctx, w.now())
	}
	if ctx.Err() == nil {
		w.ask(ctx)
		w.still(at)
		w.plan(at)
	}
}

// confirm is a check that shows the state as it was. That the server answers has
// been seen twice then: there is nothing more to wait for.
func (w *watch) confirm() {
	w.same++
	w.pending = ""
	if up(w.state.Code) && w.state.Changed && !w.o.Stay {
		w.state.Why = "reachable"
	}
}

// whole runs a whole check and takes its verdict: that the server answers at
// once, for two kinds of probes agree on it; everything else when it was seen
// twice.
func (w *watch) whole(ctx context.Context, at time.Time) {
	c, err := w.session.Check(ctx, w.input, w.o.Check, nil)
	if ctx.Err() != nil {
		return
	}
	code := codeOf(&c)
	if err != nil && c.Verdict == nil {
		code = ""
	}
	w.takeWhole(&c)
	w.record(at, code, true)
	w.blanks++
	if code != "" {
		w.blanks = 0
	}
	w.follow(at, &c)
	switch {
	case code == "" && w.blanks < mostBlanks: // the fault is here, or it is not clear: soon again
		w.toWhole = 0
	case code == "":
	case code == w.state.Code:
		w.confirm()
	case w.state.Code == "":
		w.state.Code, w.state.Confidence, w.state.Since = code, c.Verdict.Confidence, at
		w.lastHop, _ = c.Path.Last()
		if up(code) {
			w.state.Changed = true
			w.become(code, at, &c)
		}
	case up(code), code == w.pending:
		w.become(code, at, &c)
	default:
		w.pending, w.same = code, 0
	}
}

// become takes a new state, writes it into the case and tells it.
func (w *watch) become(code verdict.Code, at time.Time, c *Check) {
	before := w.state.Code
	w.state.Code, w.state.Confidence, w.state.Since, w.state.Changed = code, c.Verdict.Confidence, at, true
	w.pending, w.same, w.moved = "", 0, ""
	w.lastHop, _ = c.Path.Last()
	with := map[string]string{"verdict": string(code), "confidence": string(c.Verdict.Confidence)}
	if !w.lastSeen.IsZero() {
		with["last"] = w.lastSeen.Format(time.RFC3339)
	}
	if c.Verdict.LastHop != "" {
		with["hop"] = diag.Clean(c.Verdict.LastHop, longDetail)
	}
	e := casefile.Event{Time: at, Code: EventChanged, With: with}
	notice := NoticeChanged
	if up(code) {
		e.Code, notice = EventReachable, NoticeReachable
		if w.o.OwnIP {
			with["own-ip"], notice = "yes", NoticeOwnIP
		}
	} else if before != code {
		with["from"] = string(before)
	}
	w.lastSeen = at
	w.note(e, c)
	w.tell(notice, at, diag.Params{"verdict": string(code)})
}

// record keeps a result for the strip.
func (w *watch) record(at time.Time, code verdict.Code, whole bool) {
	w.state.History = appendResult(w.state.History, WatchResult{at, code, whole})
	if code != "" {
		w.state.Checks++
		if code == w.state.Code {
			w.lastSeen = at
		}
	}
}

func appendResult(list []WatchResult, r WatchResult) []WatchResult {
	list = append(list, r)
	return list[max(len(list)-mostResults, 0):]
}

// ask asks the provider when it is time.
func (w *watch) ask(ctx context.Context) {
	now := w.now()
	if !w.asking || !w.state.FlagAsked.IsZero() && now.Sub(w.state.FlagAsked) < askEvery {
		return
	}
	flag, err := w.o.Asked(ctx)
	if ctx.Err() != nil {
		return
	}
	w.state.FlagAsked, w.asking = now, err == nil || passing(err)
	before := w.state.Flag
	if err != nil || flag == diag.NotAsked {
		return
	}
	w.state.Flag = flag
	if before == diag.NotAsked || before == flag {
		return
	}
	word, notice := "no", NoticeUnlocked
	if flag == diag.Yes {
		word, notice = "yes", NoticeLocked
	}
	w.toWhole = 0
	w.note(casefile.Event{Time: now, Code: EventFlag, With: map[string]string{"locked": word}}, nil)
	w.tell(notice, now, diag.Params{})
}

func (w *watch) tell(code string, at time.Time, params diag.Params) {
	server := firstOf(w.state.Server.Name, w.state.Server.Address, w.state.Server.Input)
	params["server"] = server
	w.o.Tell.Tell(Notice{Code: code, Params: params, Case: w.o.Case, Server: server, Time: at})
}

// still brings «still locked» up to date in the case from time to time.
func (w *watch) still(at time.Time) {
	if up(w.state.Code) || w.state.Code == "" || at.Sub(w.noted) < noteEvery {
		return
	}
	w.noteStill(at)
}

func (w *watch) noteStill(at time.Time) {
	w.noted = at
	e := casefile.Event{Time: w.lastSeen, Code: EventStill, With: map[string]string{"verdict": string(w.state.Code),
		"since": w.state.Since.Format(time.RFC3339), "count": strconv.Itoa(w.state.Checks)}}
	if w.state.Code == verdict.Locked {
		e.Code = EventStillLock
	}
	if c := w.state.Last; c != nil && c.Verdict != nil && c.Verdict.LastHop != "" {
		e.With["hop"] = diag.Clean(c.Verdict.LastHop, longDetail)
	}
	w.note(e, nil)
}

// note writes an event into the case, with the check it rests on.
func (w *watch) note(e casefile.Event, c *Check) {
	if w.o.Into == nil {
		return
	}
	w.o.Into.Change(func(m *casefile.Case) {
		if c != nil && c != w.o.Last && (e.Code != EventWatch || c.Verdict != nil) && !c.Cancelled {
			m.Diagnoses = append(m.Diagnoses, DiagnosisOf(*c, ""))
		}
		NoteWatch(m, e)
	})
}

// NoteWatch puts an event of a watch into a timeline. «Still» events of one
// watch and one state are one entry that is brought up to date.
func NoteWatch(m *casefile.Case, e casefile.Event) {
	if e.Code == EventStill || e.Code == EventStillLock {
		for i := len(m.Timeline) - 1; i >= 0; i-- {
			switch t := &m.Timeline[i]; t.Code {
			case EventStill, EventStillLock:
				if t.With["verdict"] == e.With["verdict"] && t.With["since"] == e.With["since"] {
					*t = e
					return
				}
			case EventWatch, EventChanged, EventReachable:
				i = 0
			}
		}
	}
	m.Timeline = append(m.Timeline, e)
}

// end says why the watch is over.
func (w *watch) end() {
	if w.state.Why == "" {
		w.state.Why = "stopped"
	}
	if !up(w.state.Code) && w.state.Code != "" && !w.lastSeen.IsZero() {
		w.noteStill(w.now())
	}
	w.state.State, w.state.Next = WatchOver, time.Time{}
	if w.state.Why == "stopped" && w.o.leaving() {
		w.emit()
		return // the program ends, not the watch: see Watching
	}
	w.note(casefile.Event{Time: w.now(), Code: EventWatchEnded, With: map[string]string{
		"why": w.state.Why, "count": strconv.Itoa(w.state.Checks)}}, nil)
	w.emit()
}

// Watching reports whether a case was being watched when it was last written: a
// window that opens again goes on.
func Watching(m casefile.Case) bool {
	for i := len(m.Timeline) - 1; i >= 0; i-- {
		switch m.Timeline[i].Code {
		case EventWatch:
			return true
		case EventWatchEnded:
			return false
		}
	}
	return false
}
