// Package grammar answers «which log rows does this text hold?» for the logs
// that abuse reports carry: one file per way of printing, one registry. A
// Grammar reads single lines into Rows and knows nothing of the text around
// them. Taking mails apart is left to package mail; choosing the grammar,
// counting, and what the rows mean to package abuse.
package grammar

// LogType is the kind of log, as in the JSON contract.
type LogType string

// The kinds of log.
const (
	ScanTable     LogType = "scan-table"
	PacketSummary LogType = "packet-summary"
	TrafficDump   LogType = "traffic-dump"
	FlowList      LogType = "flow-list"
	AttackList    LogType = "attack-list"
	FirewallLog   LogType = "firewall-log"
	AuthLog       LogType = "auth-log"
	WebLog        LogType = "web-log"
	MACList       LogType = "mac-list"
	Record        LogType = "record"
	NoLog         LogType = "none"
)

// Rank says how specific a grammar is. Where a more specific one reads a text
// at all, the vaguer ones are not asked.
type Rank uint8

// The ranks, most specific first.
const (
	Exact   Rank = iota // the format of one program or provider
	General             // tables and lists that name their columns
	Guess               // whatever addresses, ports and times a line holds
)

// Grammar is one way of printing a log.
type Grammar struct {
	Name     string // lasting, e.g. «hetzner-iso»; fixtures and fuzz seeds carry it
	LogType  LogType
	Rank     Rank
	Provider string // id of the one provider that prints this, "" if several do
	Cap      int    // rows after which the provider cuts its list; 0: none known
	// Zone is the time zone the provider is known to print where neither line
	// nor heading says one (IANA name); "" if none is known.
	Zone string
	// Open starts reading a text; head is its beginning (at most HeadSize, cut
	// at a line end) as it stands there, quoting included. nil: not this format.
	Open func(head []byte) Reader
}

// HeadSize is how much of a text Open gets to see: headings stand at the top.
const HeadSize = 64 << 10

// Outcome is what a Reader made of a line.
type Outcome uint8

// The outcomes.
const (
	Foreign Outcome = iota // not of this log: prose, damage, another format
	Frame                  // understood, holds no row: heading, rule, summary
	Begun                  // understood, a row begins here and ends on a later line
	Done                   // understood, and the row is complete
	Further                // understood, adds detail that no row needs (hex dump, options)
)

// Reader reads the lines of one text in their order. Readers hold little: they
// are copied at every block of rows so that reading can start in the middle.
type Reader interface {
	// Line reads one line: as Prepare leaves it, not blank, at most MaxLine
	// bytes. row is blank (see Row.Reset) when a row may begin, and the same one
	// from Begun until Done. Foreign after Begun gives the row up; the line is
	// then handed in once more with a blank row, as it may begin something
	// itself. Byte slices put into row may point into line: they are read before
	// the next call or copied.
	Line(line []byte, row *Row) Outcome
	// Clone gives a Reader in the same state, independent of this one.
	Clone() Reader
}

// lineReader is a Reader that needs nothing but the line at hand.
type lineReader func(line []byte, row *Row) Outcome

// Line reads one line.
func (f lineReader) Line(line []byte, row *Row) Outcome { return f(line, row) }

// Clone gives the same Reader: it has no state.
func (f lineReader) Clone() Reader { return f }

// Ender is a Reader whose last row may be complete only at the end of the text
// (a record of many lines). It gets the row that Begun left open.
type Ender interface {
	End(row *Row) Outcome
}

// Starter is a Reader that tells lines a record can begin on from lines that
// go on with one. Long texts are cut there for reading in parallel; without it
// every line may be the first.
type Starter interface {
	Starts(line []byte) bool
}

// MaxLine is the longest line that is read, in bytes; longer ones are cut and
// counted as not understood.
const MaxLine = 16 << 10

// Headed is a Reader that tells what the heading of the log says about it. It
// is asked after the last line; zero values are not known.
type Headed interface {
	Heading() Heading
}

// Heading is what a log says about itself outside its rows.
type Heading struct {
	Title    string  // code of the kind: «netscan», «portscan», «open-redis», … as printed, lower case
	Accused  string  // address or masked word the heading names
	Inward   bool    // the heading says that the traffic went to the server
	Outward  bool    // … came from it
	Sampled  bool    // the rows are samples, of which no rate can be made
	Packets  float64 // packets per second; 0 not told
	Bits     float64 // bits per second; 0 not told
	Flows    float64 // flows per second; 0 not told
	Incident string  // incident of the contract the format itself states, "" if none
	// Ports are target ports the heading lists for all of its rows. First and
	// Last are the span it tells where rows have no times of their own.
	Ports       []uint16
	First, Last Stamp
}
