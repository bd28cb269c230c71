package statement

// Page is one sheet of a document, laid out: everything has its place, nothing
// is drawn yet. Units are points (1/72 inch), the origin is the upper left
// corner, y grows downwards. Marks are drawn in their order.
type Page struct {
	Width, Height float64
	Number        int // from 1
	Annex         bool
	Marks         []Mark
}

// Mark is the smallest thing to draw.
type Mark struct {
	Kind   MarkKind
	X, Y   float64 // MarkText: start of the baseline; else the upper left corner, of a line its start
	W, H   float64 // MarkText: W is the width of the text; of a line the way to its end
	Text   string  // only characters the font has
	Font   Font
	Size   float64 // of the type, in points
	Stroke float64 // width of a line or an outline; 0: filled only
	Radius float64 // of rounded corners
	Fill   bool
	Ink    Ink
	Link   string // http, https or mailto; "" for none
	Image  []byte // PNG or JPEG
	// Block is the index in Document.Letter, or in Document.Annex on a page of
	// the annex; -1 for header and footer.
	Block   int
	Section Section
	Outline int // level of the bookmark that starts here, 1 to 3; 0 for none
}

// MarkKind says how a Mark is drawn.
type MarkKind int

// The kinds of marks.
const (
	MarkText MarkKind = iota
	MarkLine
	MarkRect
	MarkImage
)

// Font is one of the three faces in use.
type Font int

// The faces.
const (
	FontRegular Font = iota
	FontBold
	FontMono
)

// Ink is a colour by its role, so that paper and screen decide for themselves.
type Ink int

// The roles.
const (
	InkText   Ink = iota // near black
	InkDim               // secondary text
	InkLink              // text of a link
	InkRule              // thin lines, outlines
	InkZone              // tinted ground of heads and zones
	InkBar               // bars of a chart, nodes that answered
	InkHot               // the bar or node to look at
	InkPaper             // white
	InkMarked            // a note is about it: the preview's tint, never in a file
)

// PageOptions says which pages are made.
type PageOptions struct {
	Annex   bool // the annex follows the letter
	Preview bool // blocks that a note is about are tinted
	Words   PageWords
}

// PageWords are the words of header and footer in the document's language.
type PageWords struct {
	// Number gives «page 2 of 5»; nil leaves it out.
	Number func(page, pages int) string
	Annex  string // «Annex», before the header of its pages; "" for none
}
