package app

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"latchkey/app/casefile"
)

// More events of a case's timeline, beside those of a case_model; their texts
// are «timeline.» and the code.
const (
	EventAccess     = "access.opened"           // way
	EventNoAccess   = "access.closed"           // way
	EventRefused    = "access.refused"          // way
	EventPaid       = "invoice.paid"            // the open invoice was paid, and the provider told
	EventRetest     = "retest.passed"           // minutes
	EventSaved      = "statement.saved"         // name, sha256
	EventSent       = "statement.sent"          // by: form, mail, panel, ticket; name, sha256
	EventAsked      = "account.asked"           // provider, locked: yes, no
	EventUnblock    = "account.unblock"         // service, address: unlocking was asked for
	EventNoUnblock  = "account.unblock-refused" // the same: and was not taken
	EventReminded   = "provider.reminded"       // by
	EventReacted    = "provider.reacted"        // kind
	EventPromise    = "promise.set"             // gti, gtr, from
	EventClosed     = "case.closed"
	EventReopened   = "case.reopened"
	EventWatch      = "watch.started"      // verdict, confidence, every
	EventStillLock  = "watch.still-locked" // verdict, count, since, hop
	EventStill      = "watch.still"        // the same for what is no lock
	EventChanged    = "watch.changed"      // from, verdict, confidence, hop, last
	EventFurther    = "watch.further"      // hop, before
	EventReachable  = "watch.reachable"    // verdict, last, own-ip
	EventFlag       = "watch.flag"         // locked: yes, no
	EventWatchEnded = "watch.stopped"      // why: reachable, stopped, over; count
	EventNote       = "note"
	EventCall       = "call"
	EventMail       = "mail"
)

// EventCodes are all that have a text, in the order they usually come.
func EventCodes() []string {
	return []string{EventChecked, EventReport, EventDeadline, EventAccess, EventNoAccess, EventRefused, EventOutput, EventCollection,
		EventCollected, EventFetched, EventCause, EventNoCause,
		EventPaid, EventRetest, EventSaved, EventSent, EventAsked, EventUnblock, EventNoUnblock, EventReacted, EventReminded, EventPromise,
		EventWatch, EventStillLock, EventStill,
		EventChanged, EventFurther, EventReachable, EventFlag, EventWatchEnded, EventClosed, EventReopened, EventNote, EventCall, EventMail}
}

// Sentinels of own entries.
var (
	ErrNoEntry  = errors.New("no such entry in the timeline")
	ErrNotOwn   = errors.New("the entry is an event: only own ones can be changed")
	ErrNoteText = errors.New("a note has between one and 4000 bytes of text")
	ErrNotes    = errors.New("the timeline has too many notes")
)

// The bounds of own entries.
const (
	longNote  = 4000 // bytes: more than anybody reads
	mostNotes = 2000
)

// Own reports whether an event is the person's own: a note, a call or a mail.
func Own(e casefile.Event) bool {
	return e.Code == EventNote || e.Code == EventCall || e.Code == EventMail
}

// AddEntry puts an own entry into the timeline and gives its id. kind is
// EventNote, EventCall or EventMail; at is when it happened.
func AddEntry(m *casefile.Case, kind, text string, at time.Time) (id string, err error) {
	e := casefile.Event{Time: at, Code: kind, Text: strings.TrimSpace(text)}
	last, own := 0, 0
	for i := range m.Timeline {
		if !Own(m.Timeline[i]) {
			continue
		}
		own++
		n, _ := strconv.Atoi(m.Timeline[i].ID) // an id that is no number is nobody's next
		last = max(last, n)
	}
	switch {
	case !Own(e):
		return "", ErrNotOwn
	case own >= mostNotes:
		return "", ErrNotes
	case !noteText(e.Text):
		return "", ErrNoteText
	}
	e.ID = strconv.Itoa(last + 1)
	m.Timeline = append(m.Timeline, e)
	return e.ID, nil
}

func noteText(s string) bool { return s != "" && len(s) <= longNote && utf8.ValidString(s) }

// EditEntry changes an own entry; the zero time leaves it where it stands.
func EditEntry(m *casefile.Case, id, text string, at time.Time) error {
	i, err := ownEntry(m, id)
	if err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	if !noteText(text) {
		return ErrNoteText
	}
	m.Timeline[i].Text = text
	if !at.IsZero() {
		m.Timeline[i].Time = at
	}
	return nil
}

// RemoveEntry takes an own entry out.
func RemoveEntry(m *casefile.Case, id string) error {
	i, err := ownEntry(m, id)
	if err != nil {
		return err
	}
	m.Timeline = slices.Delete(slices.Clone(m.Timeline), i, i+1) // a copy of the case may share it
	return nil
}

func ownEntry(m *casefile.Case, id string) (int, error) {
	i := slices.IndexFunc(m.Timeline, func(e casefile.Event) bool { return id != "" && e.ID == id })
	switch {
	case i < 0:
		return 0, ErrNoEntry
	case !Own(m.Timeline[i]):
		return 0, ErrNotOwn
	}
	return i, nil
}

// Timeline is the case's events by time, the newest first; of one time, the one
// that was written last.
func Timeline(m casefile.Case) []casefile.Event {
	list := slices.Clone(m.Timeline)
	slices.Reverse(list)
	slices.SortStableFunc(list, func(a, b casefile.Event) int { return b.Time.Compare(a.Time) })
	return list
}

// lastOf is the latest event with one of some codes; false if there is none.
func lastOf(m casefile.Case, codes ...string) (casefile.Event, bool) {
	for _, e := range Timeline(m) {
		if slices.Contains(codes, e.Code) {
			return e, true
		}
	}
	return casefile.Event{}, false
}

// SentAt is when the statement was sent first; zero if it was not.
func SentAt(m casefile.Case) time.Time {
	var first time.Time
	take := func(at time.Time) {
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	for _, s := range m.Statements {
		if s.Sent {
			take(s.Time)
		}
	}
	for _, e := range m.Timeline {
		if e.Code == EventSent {
			take(e.Time)
		}
	}
	return first
}

// Closed reports whether the person has closed the case.
func Closed(m casefile.Case) bool {
	e, ok := lastOf(m, EventClosed, EventReopened)
	return ok && e.Code == EventClosed
}

// WayInUse is the way in that was opened last and not closed since; "" if none.
func WayInUse(m casefile.Case) string {
	if e, ok := lastOf(m, EventAccess, EventNoAccess); ok && e.Code == EventAccess {
		return e.With["way"]
	}
	return ""
}

// EventIcon is the kind of sign an event has, for a face to draw: lock, ok,
// down, key, report, find, bug, shield, send, bell, clock, provider, note, call,
// mail, done.
func EventIcon(e casefile.Event) string {
	switch e.Code {
	case EventChecked, EventChanged, EventStill, EventWatch:
		switch v := e.With["verdict"]; v {
		case "locked":
			return "lock"
		case "reachable", "filtered":
			return "ok"
		case "host-down":
			return "down"
		}
		return "bell"
	case EventFlag, EventAsked:
		if e.With["locked"] == "yes" {
			return "lock"
		}
		return "provider"
	}
	if icon, ok := map[string]string{
		EventReport: "report", EventDeadline: "clock", EventPromise: "clock", EventAccess: "key", EventNoAccess: "key", EventRefused: "key", EventOutput: "find",
		EventCause: "bug", EventNoCause: "bug", EventPaid: "done", EventRetest: "shield", EventSaved: "report", EventSent: "send", EventReminded: "send", EventUnblock: "send", EventNoUnblock: "provider",
		EventReacted: "provider", EventStillLock: "bell", EventReachable: "ok", EventWatchEnded: "bell", EventFurther: "bell",
		EventClosed: "done", EventReopened: "note", EventCall: "call", EventMail: "mail",
	}[e.Code]; ok {
		return icon
	}
	return "note"
}

// ChangeStored changes a case that is not open and saves it; it is what the
// terminal does with notes.
func (s *Session) ChangeStored(id string, now time.Time, change func(*casefile.Case) error) (casefile.Case, error) {
	var c casefile.Case
	err := s.changeCase(id, now, func(f *casefile.File) error {
		err := change(&f.Case)
		c = f.Case
		return err
	})
	return c, err
}
