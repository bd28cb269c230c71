package app

import (
	"slices"
	"strings"
	"time"

	"latchkey/app/casefile"
	"latchkey/app/statement"
	"latchkey/diag/verdict"
)

// UnlockStage is one of the stages from the fix, or the payment, to the end of the
// lock.
type UnlockStage struct {
	ID    string // paid, seen; retest, sent, decides; reachable
	State StageState
	Time  time.Time     // when it was done, or began; zero: not known
	For   time.Duration // how long it has been going on, of the current one
	By    string        // of sent: form, mail, panel, ticket; "" not known
}

// StageState is how a stage stands.
type StageState string

// The states of a stage.
const (
	StageToDo    StageState = "to-do"
	StageCurrent StageState = "current"
	StagePassed  StageState = "done"
)

// UnlockStages are the stages of a case, as its ways out have them: an unpaid
// invoice is paid, needs no statement and has no retest; a retest passes only at a
// provider that makes one. Then the provider decides, and the server is reachable.
// What is reachable again after a lock has all of them behind it, whoever did not
// write them down.
func (s *Session) UnlockStages(m casefile.Case, now time.Time) []UnlockStage {
	return stagesOf(m, stageNames(m, s.Ways(m, now)), now)
}

func stageNames(m casefile.Case, ways []Way) []string {
	if m.Invoice == "yes" {
		return []string{"paid", "seen", "reachable"}
	}
	retests := func(w Way) bool {
		return slices.ContainsFunc(w.Steps, func(s WayStep) bool { return s.Link == "retest" })
	}
	if slices.ContainsFunc(ways, retests) {
		return []string{"retest", "sent", "decides", "reachable"}
	}
	return []string{"sent", "decides", "reachable"}
}

func stagesOf(m casefile.Case, names []string, now time.Time) []UnlockStage {
	stages := make([]UnlockStage, len(names))
	at, again := ReachableAgain(m)
	var decided time.Time // when the provider could begin to decide
	for i, name := range names {
		stages[i] = stageOf(m, name)
		if (name == "decides" || name == "seen") && i > 0 {
			stages[i].Time = decided
		}
		if stages[i].State == StagePassed {
			decided = stages[i].Time
			for before := range i { // nobody sends a statement before the retest
				stages[before].State = StagePassed
			}
		}
	}
	current := false
	for i := range stages {
		s := &stages[i]
		switch {
		case again:
			s.State = StagePassed
			if s.ID == "reachable" {
				s.Time = at
			}
		case s.State == StagePassed:
		case current:
			s.State = StageToDo
		default:
			current, s.State = true, StageCurrent
			if !s.Time.IsZero() {
				s.For = max(now.Sub(s.Time), 0)
			}
		}
	}
	return stages
}

// stageOf is what a person said about a stage.
func stageOf(m casefile.Case, name string) UnlockStage {
	s := UnlockStage{ID: name, State: StageToDo}
	switch name {
	case "paid":
		s.Time = PaidAt(m)
	case "retest":
		if e, ok := lastOf(m, EventRetest); ok {
			s.Time = e.Time
		}
	case "sent":
		s.Time = SentAt(m)
		if e, ok := lastOf(m, EventSent); ok {
			s.By = e.With["by"]
		}
	}
	if !s.Time.IsZero() {
		s.State = StagePassed
	}
	return s
}

// PaidAt is when the open invoice was paid and the provider told; zero if that was
// not said.
func PaidAt(m casefile.Case) time.Time {
	e, _ := lastOf(m, EventPaid)
	return e.Time
}

// ReachableAgain reports whether the server answers now after it was locked or
// silent, and since when that is known.
func ReachableAgain(m casefile.Case) (time.Time, bool) {
	var at time.Time
	was := false
	events := Timeline(m)
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		code := verdict.Code(e.With["verdict"])
		switch {
		case e.Code != EventChecked && e.Code != EventChanged && e.Code != EventReachable && e.Code != EventWatch:
		case e.With["own-ip"] != "": // answers us alone
		case up(code):
			if at.IsZero() {
				at = e.Time
			}
		case code == verdict.Locked || code == verdict.HostDown:
			was, at = true, time.Time{}
		}
	}
	return at, was && !at.IsZero()
}

// Step is where in a case the person is: check, report, cause, statement, unlock.
type Step string

// NextStep is the next best action. Code is one of stop, check, again, watch,
// pay, mail, report, cause, statement, send, remind, close, and "" when the case
// is closed; Quiet says that there is no hurry: the button is only outlined.
type NextStep struct {
	Code  string
	Quiet bool
}

// NextAction is what helps most now. The rows are those of the interface's
// design, the most advanced state of the case first where several would fit.
func NextAction(m casefile.Case, running bool, on Step, now time.Time) NextStep {
	code := lastCode(m)
	switch _, again := ReachableAgain(m); {
	case running:
		return NextStep{"stop", true}
	case Closed(m):
		return NextStep{}
	case code == "":
		return NextStep{"check", false}
	case code == verdict.Local:
		return NextStep{"again", false}
	case again:
		return NextStep{"close", false}
	case owing(m, code):
		return paying(m, now)
	case !SentAt(m).IsZero():
		return NextStep{"remind", !promiseOver(m, now)}
	}
	if step := writing(m, now); step != "" {
		return NextStep{step, false}
	}
	switch {
	case code == verdict.Locked && on == "report":
		return NextStep{"mail", false}
	case code == verdict.Locked:
		return NextStep{"report", false}
	}
	return NextStep{"watch", false}
}

// owing reports a lock that is about money.
func owing(m casefile.Case, code verdict.Code) bool {
	return m.Invoice == "yes" && (code == verdict.Locked || !PaidAt(m).IsZero())
}

// paying is what helps then: the provider looks for the payment by itself.
func paying(m casefile.Case, now time.Time) NextStep {
	switch {
	case PaidAt(m).IsZero():
		return NextStep{"pay", false}
	case promiseOver(m, now):
		return NextStep{"remind", false}
	}
	return NextStep{"watch", false}
}

// writing is what helps on the way to the statement; "" before a report.
func writing(m casefile.Case, now time.Time) string {
	_, report := LastReport(m)
	_, cause := CauseOf(m)
	report = report || m.Reason != ""
	switch {
	case written(m):
		return "send"
	case cause || report && lessThan(m, now, time.Hour):
		return "statement"
	case report:
		return "cause"
	}
	return ""
}

// lastCode is the verdict of the last check; "" if there is none.
func lastCode(m casefile.Case) verdict.Code {
	if n := len(m.Diagnoses); n > 0 && m.Diagnoses[n-1].Verdict != nil {
		return m.Diagnoses[n-1].Verdict.Code
	}
	return ""
}

// written reports a statement that has cause, fix and prevention.
func written(m casefile.Case) bool {
	for _, part := range []statement.Field{statement.FieldCause, statement.FieldFixed} {
		if strings.TrimSpace(m.Fields[string(part)]) == "" {
			return false
		}
	}
	return len(FormOf(m).Measures()) > 0
}

func lessThan(m casefile.Case, now time.Time, span time.Duration) bool {
	c := DeadlineClock(m, now)
	return (c.State == ClockRunning || c.State == ClockLast) && c.Left < span
}

// promiseOver reports whether the time in which the provider wanted to do
// something is over: of two promises, the first that is not met.
func promiseOver(m casefile.Case, now time.Time) bool {
	for _, c := range Clocks(m, now) {
		if c.State == ClockOver && c.Met.IsZero() {
			return true
		}
	}
	return false
}
