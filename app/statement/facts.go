package statement

import (
	"time"

	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/checklist"
	"latchkey/diag/verdict"
)

// Facts is what a case knows, as far as a statement needs it. Texts in it may
// come from outside; the composer cleans them. Zero values are not known.
type Facts struct {
	Now          time.Time
	Version      string // of the program
	Address      string // of the server
	Name         string
	Provider     string // id
	ProviderName string
	// Zone is that of the report's log, so that its rows and the statement say
	// the same; ZoneKnown is false if it was assumed.
	Zone      *time.Location
	ZoneKnown bool
	Deadline  time.Time
	Report    *Report
	Check     *Check
	Matching  checklist.Matching
	// Findings are those of all evidence together, Known the ones the person
	// knows and wants, with the reason why.
	Findings []diag.Finding
	Known    []KnownFinding
	// Done are the steps of the checklist that were taken.
	Done     []Step
	Exhibits []Exhibit // masked
	Missing  []string  // codes of what was not possible: rescue, not-root, incomplete
	Events   []Event
	Cause    *diag.Finding // taken as the cause by the person
	Quiet    *Quiet
	Users    []string  // of the server, for blackening
	Hosts    []string  // names of the machine itself
	Retest   time.Time // when the provider's test passed
	// Signature is the picture that FieldSignature names, PNG or JPEG; nil if it is
	// not there.
	Signature []byte
}

// Report is what a report says, in figures.
type Report struct {
	Name        string
	SHA256      string
	Incident    abuse.Incident
	Direction   abuse.Direction
	Rows        int
	Capped      bool // all figures are «at least»
	Targets     int
	Ports       []int
	First, Last time.Time // zero if not told
	Reference   string    // abuse or locking id
	Subject     string    // of its mail
	Language    string    // of its mail, as far as it can be told; "" if not
	From        string    // who sent it
	MessageID   string    // of its mail, without angle brackets
	ReplyTo     string    // mail address
	Received    time.Time
	Networks    []Share
	Top         []Share
	Bars        []Share // over time
	BarStart    time.Time
	BarWidth    time.Duration
	Excerpt     []string // at most ten rows
	Addresses   []string // that it names, for what may be repeated: at most 2000
	RetryLink   string   // where the fix is tested, with its secret
	AnswerLink  string   // where the statement goes, with its secret
	Locked      bool
}

// Share is a part of a report's rows.
type Share struct {
	Label string
	Value int
}

// Check is the last look at the server from outside.
type Check struct {
	Time    time.Time
	Code    verdict.Code
	Sure    verdict.Confidence
	LastHop string
	Hops    []Node
}

// Step is a step of the checklist that was taken.
type Step struct {
	ID       string
	Phase    checklist.Phase
	Title    Texts
	Commands []string // that it names
	Time     time.Time
	Feeds    []string
	Kinds    []string // of incidents it is for; «all», or none, for every one
	Exhibits []string // ids of the outputs that answer it
	Found    int      // findings in them
}

// KnownFinding is a finding that is as it should be.
type KnownFinding struct {
	Finding diag.Finding
	Reason  string
}

// Event is an entry of the case's timeline. Own notes have a Text.
type Event struct {
	Time time.Time
	Code string
	Text string
}

// Quiet says since when nothing talks to the reported targets any more.
type Quiet struct {
	// Since and Until are the first and the last look at it; Looks is their
	// number: in between nobody looked.
	Since, Until time.Time
	Looks        int
	Exhibits     []string
}
