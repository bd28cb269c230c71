// Package printed answers «which path or ping does this text show?» for what
// other programs printed: traceroute, tracert in any Windows language, mtr,
// WinMTR, tracepath, pathping, MikroTik, NextTrace, looking glasses, ping;
// whole or with the damage that mails, forums and consoles do to them. It
// reads no English sentence where columns tell enough, and never gives up on
// one bad line. What the path means is left to package verdict, whose routers
// they are to package provider.
package printed

import (
	"cmp"
	"slices"

	"latchkey/diag/trace"
)

// Kind says what a text turned out to be.
type Kind string

// The kinds of a Reading, as in the JSON contract.
const (
	Trace Kind = "trace"
	Ping  Kind = "ping"
)

// Reading is one trace or ping found in a text.
type Reading struct {
	Kind   Kind
	Format string // one of Formats
	// Path is the trace. For a ping it has no Hops and tells the Target alone.
	Path trace.Path
	// Ping is the ping, or one to the same target printed beside the trace.
	Ping *trace.Ping
	// Lines counts the lines of the whole text that are not blank, Understood
	// those of them this Reading rests on.
	Lines, Understood int
	Warnings          []Warning
}

// Warning is one defect that was noticed and read around.
type Warning struct {
	Code string // one of the Warn constants
	Line int    // 1-based line of the text; 0: the text as a whole
	Text string // the line, cleaned and shortened; may be empty
}

// The codes of warnings.
const (
	WarnTooLong     = "too-long"            // the end of the text was not read
	WarnSeveral     = "several-traces"      // Text says how many; this is one of them
	WarnTTL         = "ttl-repaired"        // a damaged hop number was put right from its neighbours
	WarnGap         = "rows-missing"        // hop numbers are missing in between
	WarnCut         = "cut-off"             // the output ends in the middle
	WarnMasked      = "address-masked"      // addresses were made unreadable on purpose
	WarnCharset     = "charset-guessed"     // the text was not Unicode; Text names the guess
	WarnNoTarget    = "target-unknown"      // nothing says where the trace went
	WarnStatistics  = "statistics-only"     // pathping without its first part
	WarnRefusals    = "refusals-counted"    // ping counted refusals as answers; they were taken out
	WarnNoSummary   = "no-summary"          // ping without its last lines; the answers were counted
	WarnNoAddress   = "answer-without-name" // a hop answered, but its address is not printed
	WarnNumbered    = "line-numbers"        // pasted line numbers were taken off
	WarnOutOfOrder  = "out-of-order"        // a late answer was put to its own hop
	WarnQuotedMarks = "unfolded"            // several hops on one line were put apart
)

// grammar reads one way of printing. found may return several traces.
type grammar struct {
	formats []string
	found   func(t *text) []finding
}

// finding is a Reading with what it needs to be weighed against others.
type finding struct {
	Reading
	lines []int // indexes into text.lines it rests on, ascending
	score int
}

// grammars is the registry; where two read the same lines equally well, the
// earlier one wins.
func grammars() []grammar {
	return []grammar{
		{[]string{"mtr-json"}, readMTRJSON},
		{[]string{"mtr-xml"}, readMTRXML},
		{[]string{"mtr-csv"}, readMTRCSV},
		{[]string{"mtr-raw"}, readMTRRaw},
		{[]string{"winmtr"}, readWinMTR},
		{[]string{"mtr-report", "mtr-curses"}, readMTR},
		{[]string{"mtr-split"}, readMTRSplit},
		{[]string{"tracepath"}, readTracepath},
		{[]string{"pathping"}, readPathping},
		{[]string{"mikrotik"}, readMikroTik},
		{[]string{"nexttrace"}, readNextTrace},
		{[]string{"traceroute"}, readTraceroute},
		{[]string{"tracert"}, readTracert},
		{[]string{"looking-glass"}, readLookingGlass},
		{[]string{"ping"}, readPing},
	}
}

// Formats lists all formats a Reading can have.
func Formats() []string {
	var all []string
	for _, g := range grammars() {
		all = append(all, g.formats...)
	}
	return all
}

// Read finds the trace or ping a text is about; false if it shows none. Among
// several traces it takes the first one that is read about as well as the
// best, and says by WarnSeveral how many there are. A trace is worth more
// than a ping; a ping to the same target comes along with it.
func Read(data []byte) (Reading, bool) {
	all := ReadAll(data)
	if len(all) == 0 {
		return Reading{}, false
	}
	best := 0
	for _, r := range all {
		best = max(best, worth(r))
	}
	i := slices.IndexFunc(all, func(r Reading) bool { return worth(r)*2 >= best })
	r := all[i]
	if r.Kind == Trace {
		r.Ping = pingBeside(all, r)
	}
	return r, true
}

// worth ranks readings of one text against each other.
func worth(r Reading) int {
	if r.Kind == Ping {
		return 1
	}
	return 1000 + 10*len(r.Path.Hops)
}

func pingBeside(all []Reading, r Reading) *trace.Ping {
	for _, p := range all {
		same := p.Path.Target.IsValid() && p.Path.Target == r.Path.Target ||
			p.Path.Name != "" && p.Path.Name == r.Path.Name
		if p.Kind == Ping && same {
			return p.Ping
		}
	}
	return nil
}

// ReadAll finds all traces and pings, in the order of the text. Each line
// belongs to one of them at most: where grammars compete, the one that
// explains more wins.
func ReadAll(data []byte) []Reading {
	t := newText(data)
	var all []finding
	for _, g := range grammars() {
		all = append(all, g.found(t)...)
	}
	slices.SortStableFunc(all, func(a, b finding) int { return cmp.Compare(b.score, a.score) })
	taken := make([]bool, len(t.lines))
	var kept []finding
	for _, f := range all {
		if slices.ContainsFunc(f.lines, func(i int) bool { return taken[i] }) {
			continue
		}
		for _, i := range f.lines {
			taken[i] = true
		}
		kept = append(kept, f)
	}
	slices.SortStableFunc(kept, func(a, b finding) int { return cmp.Compare(a.lines[0], b.lines[0]) })
	return finish(t, kept)
}

// finish adds what only the whole text tells.
func finish(t *text, kept []finding) []Reading {
	traces := 0
	for _, f := range kept {
		if f.Kind == Trace {
			traces++
		}
	}
	readings := make([]Reading, 0, len(kept))
	for _, f := range kept {
		r := f.Reading
		r.Lines, r.Understood = t.total, t.distinct(f.lines)
		r.Warnings = append(r.Warnings, t.warnings...)
		if traces > 1 && r.Kind == Trace {
			r.Warnings = append(r.Warnings, Warning{Code: WarnSeveral, Text: itoa(traces)})
		}
		readings = append(readings, r)
	}
	return readings
}
