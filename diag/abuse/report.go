// Package abuse answers «what does this report say, and what may have caused
// it?»: it reads a mail or a log of any size, recognises how its rows are
// printed, counts them in bounded memory and draws hypotheses, each with what
// would disprove it. It never says who is guilty. Taking mails apart is left to
// package mail, the ways of printing to package grammar, words to app/.
package abuse

import (
	"net/netip"
	"time"

	"latchkey/diag"
	"latchkey/diag/abuse/grammar"
	"latchkey/diag/abuse/mail"
)

// Incident is what the report complains about, as in the JSON contract.
type Incident string

// The incidents.
const (
	NetScan      Incident = "net-scan"
	PortScan     Incident = "port-scan"
	Flood        Incident = "flood"
	Reflection   Incident = "reflection"
	LoginAttack  Incident = "login-attack"
	WebAttack    Incident = "web-attack"
	Spam         Incident = "spam"
	MACViolation Incident = "mac-violation"
	OpenService  Incident = "open-service"
	Malware      Incident = "malware"
	Phishing     Incident = "phishing"
	Notice       Incident = "notice"
	UnknownKind  Incident = "unknown"
)

// Direction is which way the traffic went, seen from the server.
type Direction string

// The directions.
const (
	Out     Direction = "out"
	In      Direction = "in"
	Both    Direction = "both"
	Unclear Direction = "unknown"
)

// Report is what a provider or a third party reported.
type Report struct {
	Format    string // name of the grammar, «notice» without a log
	Provider  string // id of the provider that wrote it, "" if not told
	LogType   grammar.LogType
	Incident  Incident
	Direction Direction
	// Accused is the server the report is about: an address or a masked word, ""
	// if the report does not name it.
	Accused string
	// Sources are the hosts the rows come from, Targets those they go to, most
	// rows first, at most mostListed of each; SourceCount and TargetCount count
	// all, «at least» if More.
	Sources, Targets         []Host
	SourceCount, TargetCount int
	More                     bool
	Rows                     int      // with those of Beside
	Beside                   []Beside // second logs; all that is counted here leaves them out
	Cap                      int      // rows at which the provider cuts its list; 0: not reached or not known
	SourcePorts, TargetPorts []Port
	Protocols                map[string]int
	PrivateTargets           int // distinct
	Span                     Span
	PacketsPerSecond         float64 // -1 not told; never made from sampled rows
	BitsPerSecond            float64
	Rates                    map[string]Rate
	Bars                     Bars
	Shape                    Shape
	Networks                 []Network
	Notice                   NoticeFacts
	Hypotheses               []Hypothesis
	Findings                 []diag.Finding

	Message  mail.Message
	Logs     []*Log // with rows counted above; the first is the main one
	Copies   []*Log // of the same rows, not counted
	Texts    []*Log // everything that can be looked at, in reading order
	Lines    Lines
	Warnings []Warning
}

// Beside is a log in another format within the text of the main one.
type Beside struct {
	Format  string // name of the grammar
	LogType grammar.LogType
	Rows    int
}

// Lines counts the lines of the logs and those understood. Prose does not
// count.
type Lines struct{ Total, Understood int }

// Port is a port with the rows that name it.
type Port struct {
	Number int
	Rows   int
}

// Warning is a defect of the input that was read around.
type Warning struct {
	Code string
	Part string // of the mail, "" for the body or a bare text
	Line int    // 1-based; 0: the text as a whole
	Text string // cleaned and shortened
}

// Span is the time the rows cover.
type Span struct {
	First, Last grammar.Stamp
	// Zone is a name («UTC», «CEST», «Europe/Berlin») or an offset («+02:00»);
	// "" if nobody says. From says who does.
	Zone string
	From ZoneSource
	// Conflict is the zone the mail names if the log itself names another.
	Conflict string
	// YearFromMail: the log leaves the year out, the date of the mail gave it.
	YearFromMail bool
	location     *time.Location // of a zone that the lines do not carry
}

// ZoneSource says where a time zone was found.
type ZoneSource string

// The sources of a zone, most trusted first.
const (
	ZoneFromLog      ZoneSource = "log"
	ZoneFromMail     ZoneSource = "mail"
	ZoneFromProvider ZoneSource = "provider" // known of this format, not written in the report
)

// At gives a stamp of this report as an instant; false if day, year or zone are
// not known.
func (s Span) At(t grammar.Stamp) (time.Time, bool) {
	if !t.Dated() {
		return time.Time{}, false
	}
	if t.Parts&grammar.Zoned != 0 {
		return t.Time(), true
	}
	if s.location == nil {
		return time.Time{}, false
	}
	c := t.Time()
	return time.Date(c.Year(), c.Month(), c.Day(), c.Hour(), c.Minute(), c.Second(), c.Nanosecond(), s.location), true
}

// Options are what the person knows beforehand.
type Options struct {
	Server netip.Addr // the server in question; zero if not told
	// Progress gets the bytes of log read so far and their number in all, from
	// several goroutines; nil for nobody.
	Progress func(done, total int64)

	stride int64 // of segments, for tests; 0: segmentSize
}

// mostListed bounds the hosts a Report lists.
const mostListed = 1000

// Vague reports whether the log was read by a table's headings or guessed, or
// whether there is none: a reader that knows the text exactly is to be
// preferred.
func (r *Report) Vague() bool {
	return len(r.Logs) == 0 || r.Logs[0].Grammar.Rank != grammar.Exact
}
