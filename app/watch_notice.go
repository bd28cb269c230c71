package app

import (
	"context"
	"encoding/json"
	"maps"
	"path/filepath"
	"sync"
	"time"

	"latchkey/app/casefile"
	"latchkey/diag"
)

// Notice is something a person is told who does not look: its texts are
// «notice.<code>» and «notice.<code>.body».
type Notice struct {
	Code   string
	Params diag.Params // server; verdict, time
	Case   string      // id; "" if the case has none yet
	Server string      // what the case is about, where there is no id
	Time   time.Time   // when it became so
	Due    time.Time   // of a deadline or promise
}

// The codes of notices.
const (
	NoticeReachable = "watch.reachable"
	NoticeOwnIP     = "watch.answers-you" // it answers the address that was let through
	NoticeChanged   = "watch.changed"
	NoticeFurther   = "watch.further"  // packets get further: nothing tells whether it is off
	NoticeUnlocked  = "watch.unlocked" // the provider says so
	NoticeLocked    = "watch.locked"   // the provider says so
	NoticeSoon      = "deadline.soon"
	NoticeUrgent    = "deadline.urgent"
	NoticeGTI       = "promise.gti-over"
	NoticeGTR       = "promise.gtr-over"
)

// NoticeCodes are all.
func NoticeCodes() []string {
	return []string{NoticeReachable, NoticeOwnIP, NoticeChanged, NoticeFurther, NoticeUnlocked, NoticeLocked, NoticeSoon, NoticeUrgent, NoticeGTI, NoticeGTR}
}

// cause is what a notice is about: one cause speaks once an hour.
func (n Notice) cause() string {
	cause := n.Code
	switch n.Code {
	case NoticeSoon, NoticeUrgent:
		cause = "deadline"
	case NoticeReachable, NoticeOwnIP:
		cause = "reachable"
	}
	return cause + " " + firstOf(n.Case, n.Server)
}

// When a deadline is told, and how often one cause may speak.
const (
	noticeSoon   = 2 * time.Hour
	noticeUrgent = 30 * time.Minute
	noticePause  = time.Hour
	// noticeLook is how often the clocks are looked at: a computer that slept
	// must not wait for the rest of a long timer.
	noticeLook = 20 * time.Second
)

// Notices tells notices, one cause at most once an hour. Its methods are safe
// for concurrent use.
type Notices struct {
	tell func(Notice)
	now  func() time.Time
	mu   sync.Mutex
	told map[string]time.Time // by cause
	done map[string]bool      // alarms that have had their turn, by cause and time
	file string               // where told outlives the program; "" nowhere
}

// NewNotices gives notices to tell, from whichever goroutine they come; now is
// the clock, nil for the computer's.
func NewNotices(tell func(Notice), now func() time.Time) *Notices {
	if now == nil {
		now = time.Now
	}
	return &Notices{tell: tell, now: now, told: map[string]time.Time{}, done: map[string]bool{}}
}

// The file that remembers which cause has spoken within the hour.
const (
	noticeFile  = "notices.json"
	noticeLimit = 256 << 10 // bytes; an entry has some 80
)

// Notices is NewNotices with a memory: a program that is started again within
// the hour says nothing twice. A memory that cannot be read or written costs a
// notice too many, no more.
func (s *Session) Notices(tell func(Notice), now func() time.Time) *Notices {
	n := NewNotices(tell, now)
	n.file = filepath.Join(s.config.Home, noticeFile)
	if data, err := readFile(n.file, noticeLimit); err == nil && data != nil {
		_ = json.Unmarshal(data, &n.told)
	}
	if n.told == nil { // the file said «null»
		n.told = map[string]time.Time{}
	}
	return n
}

// remember writes what was told within the hour; the caller holds mu.
func (n *Notices) remember(now time.Time) {
	if n.file == "" {
		return
	}
	maps.DeleteFunc(n.told, func(_ string, at time.Time) bool { return now.Sub(at) > noticePause || at.After(now) })
	if data, err := json.Marshal(n.told); err == nil {
		_ = writeFile(n.file, data)
	}
}

// Tell tells a notice unless its cause has spoken within the hour.
func (n *Notices) Tell(x Notice) bool {
	if n == nil {
		return false
	}
	n.mu.Lock()
	now := n.now().Round(0) // the monotonic clock stands still while a computer sleeps
	last, spoken := n.told[x.cause()]
	if spoken && now.Sub(last) < noticePause && !now.Before(last) {
		n.mu.Unlock()
		return false
	}
	n.told[x.cause()] = now
	n.remember(now)
	n.mu.Unlock()
	n.tell(x)
	return true
}

// alarm is a notice with the span in which it is news.
type alarm struct {
	from, until time.Time
	notice      Notice
}

// alarms are what a case's clocks have to tell, earliest first.
func alarms(m casefile.Case, now time.Time) []alarm {
	if Closed(m) {
		return nil
	}
	server := firstOf(m.Server.Name, m.Server.Address, m.Server.Input)
	notice := func(code string, at, due time.Time) Notice {
		return Notice{Code: code, Case: m.ID, Server: server, Time: at, Due: due, Params: diag.Params{"server": server}}
	}
	var list []alarm
	if c := DeadlineClock(m, now); c.State == ClockRunning || c.State == ClockLast {
		soon, urgent := c.Due.Add(-noticeSoon), c.Due.Add(-noticeUrgent)
		list = append(list, alarm{soon, urgent, notice(NoticeSoon, soon, c.Due)}, alarm{urgent, c.Due, notice(NoticeUrgent, urgent, c.Due)})
	}
	for _, c := range Clocks(m, now) {
		if c.Due.IsZero() || !c.Met.IsZero() {
			continue
		}
		code := NoticeGTI
		if c.Kind == ClockGTR {
			code = NoticeGTR
		}
		list = append(list, alarm{c.Due, c.Due.Add(noticePause), notice(code, c.Due, c.Due)})
	}
	return list
}

// Look tells what the clocks of the cases have to tell now: each alarm once, and
// only while it is news.
func (n *Notices) Look(cases []casefile.Case) {
	now := n.now()
	for _, m := range cases {
		for _, a := range alarms(m, now) {
			key := a.notice.Code + "\x00" + a.notice.cause() + a.from.UTC().Format(time.RFC3339)
			if now.Before(a.from) || !now.Before(a.until) || n.had(key) {
				continue
			}
			if n.Tell(a.notice) {
				n.mu.Lock()
				n.done[key] = true
				n.mu.Unlock()
			}
		}
	}
}

func (n *Notices) had(key string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.done[key]
}

// Keep looks at the clocks of the cases until ctx ends; cases gives them as they
// are then.
func (n *Notices) Keep(ctx context.Context, cases func() []casefile.Case) {
	ticker := time.NewTicker(noticeLook)
	defer ticker.Stop()
	for {
		n.Look(cases())
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
