// Package statement answers «what do we write to the provider?»: from the facts
// of a case, the person's own words and the provider's questions it composes a
// document of blocks in a chosen language, notes what is weak in it, and writes
// it as PDF, text, mail or bundle. What belongs to the case is left to app, what
// the facts mean to the packages of diag.
package statement

import "time"

// Document is a statement as blocks, before anybody draws it. All texts in it
// are cleaned of control characters.
type Document struct {
	Language  string // BCP 47, of the text: de, en, fr
	Title     string // of the page and of the metadata
	Subject   string // of the mail, with the provider's reference kept as it is
	Opening   string // of the ticket and the mail: «Dear abuse team,»
	Reference string // one line: reference, server number, address
	Provider  string // name
	To        string // mail address, "" where the provider takes no mail
	Date      time.Time
	Letter    []Block
	Annex     []Block
	Exhibits  []Exhibit
}

// Block is a part of a document that is drawn as a whole or broken by its own
// rules.
type Block struct {
	Kind    Kind
	Section Section // which part of the form it comes from
	Text    []Span  // Heading, Paragraph, Item
	Level   int     // of a Heading, 1 to 3; indent of an Item from 0
	Table   *Table  // KindTable
	Chart   *Chart  // KindChart
	Path    *Path   // KindPath
	Lines   []string
	Sign    *Signature
	// Marked: a note is about it; it is tinted in the preview, never in a file.
	Marked bool
}

// Kind says which fields of a Block are set.
type Kind int

// The kinds of blocks.
const (
	KindHeading Kind = iota
	KindParagraph
	KindItem      // of a list
	KindTable     // Table
	KindChart     // Chart
	KindPath      // Path
	KindLines     // Lines, in type of one width
	KindSignature // Sign
	KindRule      // a thin line
	KindBreak     // a new page
)

// Section is a part of the form, for marks and for the way back from the page.
type Section string

// The sections of a statement.
const (
	SectionReference  Section = "reference"
	SectionSummary    Section = "summary"
	SectionTimeline   Section = "timeline"
	SectionCause      Section = "cause"
	SectionFix        Section = "fix"
	SectionPrevention Section = "prevention"
	SectionRequest    Section = "request"
	SectionContact    Section = "contact"
	SectionAnnex      Section = "annex"
)

// Span is a run of text of one look.
type Span struct {
	Text string
	Bold bool
	Mono bool
	Dim  bool   // secondary
	Link string // http, https or mailto; "" for none
}

// Table is a table with a head that is repeated on each page.
type Table struct {
	Columns []Column
	Rows    [][]string
	// Under: the last cell of a row stands below the others, from the second
	// column on, so that a long text does not stretch them.
	Under bool
}

// Column is a column of a table. Widths are shares; 0 is taken as 1.
type Column struct {
	Title string
	Width float64
	Right bool // aligned to the right
	Mono  bool
}

// Chart is a picture of bars: horizontal ones with their words, or a histogram
// over time.
type Chart struct {
	Title     string
	Caption   string // the same in words
	Histogram bool
	Bars      []Bar
}

// Bar is a bar of a chart.
type Bar struct {
	Label string
	Value float64 // 0 or more
	Shown string  // the value as printed
	Hot   bool    // the one to look at
}

// Path is the way to the server as a chain of nodes.
type Path struct {
	Caption string
	Nodes   []Node
}

// Node is a hop of a Path.
type Node struct {
	Label string // «7» or «4–6»
	Name  string
	Note  string // the time it took, or «no answer»
	State State
}

// State is how a node is drawn; its Note says the same in words.
type State int

// The states of a node.
const (
	StateAnswered State = iota
	StateLast           // the last that answered: here it ends
	StateSilent
	StateReached
)

// Signature is the line to sign on; Image is PNG or JPEG, nil for none.
type Signature struct {
	Place string
	Date  string
	Name  string
	Label string
	Image []byte
}

// Exhibit is a record cited in the statement.
type Exhibit struct {
	ID      string // «E1»
	Name    string // file name without a folder
	Command string
	Time    time.Time
	SHA256  string
	Lines   int
	Size    int64
	Data    []byte // nil unless it is to be attached
	// Parts are the names by which findings refer to it: its reader («ss»), its
	// section of a collection.
	Parts []string
	From  string // the input it is a part of, as Source.File names it
	// Exact: Time is when the command was run; else when its output was handed
	// in.
	Exact bool
	// Masked: secrets in Data are replaced; SHA256 is that of the original.
	Masked bool
}
