package ui

import (
	"time"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag/abuse"
)

// record is a case as the window knows it.
type record struct {
	id        string         // of a stored case that was not opened yet
	kept      *app.OpenCase  // nil for the example, and before it is opened
	damage    error          // what was wrong with its file
	unkept    []unkept       // inputs that could not be stored yet
	lost      bool           // a stored input could not be read again
	changed   time.Time      // when it last was
	stored    *casefile.Case // as it was listed; nil once it is open
	watching  bool           // it was being watched when it was last written
	unlock    unlockState
	statement statementState
	due       time.Time // until when an answer is wanted, as long as no report is open
	input     string    // SHA-256 of the printed trace that check was read from
	check     app.Check
	report    *reportState   // nil when none was read
	cause     causeState     // how far the checklist got
	reason    abuse.Incident // what a mail without a log names, "" none
	invoice   int            // answer to «Is an invoice open?»: -1 none yet, 0 yes, 1 no, 2 not sure
	format    string
	// scrolled is where the pages of the steps stand, by their key.
	scrolled map[string]float32
	running  stopper // nil when no check runs
	example  bool
	// continued is set when a check of the same server went on in this case.
	continued bool
}
