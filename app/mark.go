package app

import (
	"errors"
	"slices"
	"strings"
	"time"

	"latchkey/app/casefile"
)

// ErrMark is a word that names nothing a person can say about a case.
var ErrMark = errors.New("no such thing can be said about a case")

// saying is what a person can say about the way out of a lock: the event it
// becomes, and what of it the value after «=» is.
type saying struct {
	word, event, with string
	values            []string // that with can have; nil: a way of the case
}

func sayings() []saying {
	return []saying{
		{word: "paid", event: EventPaid},
		{word: "retest", event: EventRetest},
		{word: "sent", event: EventSent, with: "by", values: []string{"form", "mail", "panel", "ticket"}},
		{word: "works", event: EventAccess, with: "way"},
		{word: "refused", event: EventRefused, with: "way"},
		{word: "access-closed", event: EventNoAccess},
		{word: "reacted", event: EventReacted},
		{word: "reminded", event: EventReminded},
		{word: "closed", event: EventClosed},
		{word: "reopened", event: EventReopened},
	}
}

// Marks are the words of Mark as they are typed.
func Marks() (words []string) {
	for _, m := range sayings() {
		switch {
		case m.values != nil:
			words = append(words, m.word+"="+strings.Join(m.values, "|"))
		case m.with != "":
			words = append(words, m.word+"="+strings.ToUpper(m.with))
		default:
			words = append(words, m.word)
		}
	}
	return words
}

// Mark writes down what a person says: «paid», «sent=form», «works=own-ip». ErrMark
// is what cannot be said.
func (s *Session) Mark(m *casefile.Case, said string, at time.Time) error {
	word, value, has := strings.Cut(said, "=")
	i := slices.IndexFunc(sayings(), func(s saying) bool { return s.word == word })
	if i < 0 {
		return ErrMark
	}
	known := sayings()[i]
	allowed := known.values
	if known.with == "way" {
		for _, w := range s.Ways(*m, at) {
			if w.Kind != WayPay {
				allowed = append(allowed, w.ID)
			}
		}
	}
	if has != (known.with != "") || has && !slices.Contains(allowed, value) {
		return ErrMark
	}
	e := casefile.Event{Time: at, Code: known.event}
	if has {
		e.With = map[string]string{known.with: value}
	}
	if known.event == EventPaid {
		m.Invoice = "yes" // there was one
	}
	if known.event == EventReacted && m.Promise.Reacted.IsZero() {
		m.Promise.Reacted = at
	}
	if known.event == EventNoAccess {
		e.With = map[string]string{"way": WayInUse(*m)}
	}
	m.Timeline = append(m.Timeline, e)
	return nil
}
