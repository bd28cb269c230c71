package statement

import "slices"

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

// Round makes a rectangle a disc or a ring: as wide as high, fully rounded.
func (m Mark) round() Mark {
	m.Radius = m.W / 2
	return m
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
	InkText    Ink = iota // near black
	InkDim                // secondary text
	InkLink               // text of a link
	InkRule               // thin lines, outlines
	InkZone               // tinted ground of heads and zones
	InkBar                // bars of a chart, nodes that answered
	InkHot                // the bar or node to look at
	InkHotZone            // tinted ground of its row
	InkReached            // a node that was reached
	InkPaper              // white
	InkMarked             // a note is about it: the preview's tint, never in a file
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

// Measures of the sheet in points: A4, margins of a business letter (25 mm on
// the left for the file, 20 mm else).
const (
	pageWidth    = 595.28
	pageHeight   = 841.89
	marginLeft   = 70.87
	marginRight  = 56.69
	marginTop    = 62
	marginBottom = 62
	textWidth    = pageWidth - marginLeft - marginRight
	textEnd      = pageHeight - marginBottom
)

// maxPages bounds a document: a reader of abuse mail has no use for more, and
// hostile evidence must not eat the memory.
const maxPages = 2000

// Layout sets a document on pages: the letter, then the annex on pages of its
// own. It depends on nothing but its arguments. After maxPages it ends; PDF
// says so by ErrTooLong.
func Layout(d Document, fonts *Fonts, o PageOptions) []Page {
	pages, _ := layout(d, fonts, o)
	return pages
}

// layout also says whether the whole document found a place.
func layout(d Document, fonts *Fonts, o PageOptions) (pages []Page, whole bool) {
	s := &setter{doc: &d, fonts: fonts, o: o}
	s.blocks(d.Letter, false)
	if o.Annex && len(d.Annex) > 0 {
		s.blocks(d.Annex, true)
	}
	for i := range s.pages {
		s.frame(&s.pages[i])
	}
	return s.pages, !s.ended
}

// setter holds the place on the page while the blocks are set.
type setter struct {
	doc    *Document
	fonts  *Fonts
	o      PageOptions
	pages  []Page
	y      float64 // where the next line begins
	gap    float64 // to be left before it, but not at the top of a page
	annex  bool
	block  int
	now    *Block
	within float64 // the repeated head of a table: below it the page is still empty
	ended  bool    // maxPages are full
}

func (s *setter) blocks(list []Block, annex bool) {
	s.annex = annex
	s.page()
	for i := range list {
		s.block, s.now = i, &list[i]
		if s.full() {
			return
		}
		if list[i].Kind == KindHeading {
			s.keep(headingHeight(s, &list[i]) + s.follows(list[i+1:]))
		}
		s.set(&list[i])
	}
}

// full reports that there are no more pages: whoever loops over lines stops.
func (s *setter) full() bool { return s.ended }

// follows is how much of what comes after a heading has to stand below it on
// the same page.
func (s *setter) follows(rest []Block) float64 {
	if len(rest) == 0 {
		return 0
	}
	b := &rest[0]
	switch b.Kind {
	case KindHeading:
		return headingHeight(s, b) + s.follows(rest[1:])
	case KindChart:
		return chartHeight(b.Chart)
	case KindBreak:
		return 0
	}
	return 3 * bodyLeading
}

func (s *setter) page() {
	if len(s.pages) == maxPages {
		s.ended = true
		return
	}
	s.pages = append(s.pages, Page{Width: pageWidth, Height: pageHeight, Number: len(s.pages) + 1, Annex: s.annex})
	s.y, s.gap, s.within = marginTop, 0, 0
}

// room is what is left of the page below the gap.
func (s *setter) room() float64 { return textEnd - s.y - s.gap }

// top reports that nothing stands on the page yet but the head of a table.
func (s *setter) top() bool { return s.y <= marginTop+s.within }

// keep begins a new page unless so much fits on this one. What is higher than a
// page stays where it is and is broken.
func (s *setter) keep(height float64) {
	if height > s.room() && !s.top() && height <= textEnd-marginTop {
		s.page()
	}
}

// space asks for a distance before the next line; the larger of two counts.
func (s *setter) space(gap float64) { s.gap = max(s.gap, gap) }

// take uses up a strip of the page and gives its upper edge. It does not break
// the page: keep does.
func (s *setter) take(height float64) float64 {
	if !s.top() {
		s.y += s.gap
	}
	s.gap = 0
	y := s.y
	s.y += height
	if s.o.Preview && s.now.Marked {
		s.mark(Mark{Kind: MarkRect, X: marginLeft - 4, Y: y, W: textWidth + 8, H: height, Fill: true, Ink: InkMarked})
	}
	return y
}

func (s *setter) mark(m Mark) {
	m.Block, m.Section = s.block, s.now.Section
	s.put(m)
}

// put draws on the last page. Beyond the limit of pages nothing is drawn.
func (s *setter) put(m Mark) {
	if s.ended {
		return
	}
	p := &s.pages[len(s.pages)-1]
	p.Marks = append(p.Marks, m)
}

const frameSize = 8

// frame adds header and footer when the number of pages is known.
func (s *setter) frame(p *Page) {
	word := func(x, y float64, text string, right bool) {
		text = s.cut(FontRegular, frameSize, text, textWidth*0.7)
		w := s.fonts.Width(FontRegular, frameSize, text)
		if right {
			x -= w
		}
		if text != "" {
			p.Marks = append(p.Marks, Mark{Kind: MarkText, X: x, Y: y, W: w, Text: text, Size: frameSize, Ink: InkDim, Block: -1})
		}
	}
	line := func(y float64) {
		p.Marks = append(p.Marks, Mark{Kind: MarkLine, X: marginLeft, Y: y, W: textWidth, Stroke: 0.5, Ink: InkRule, Block: -1})
	}
	right := pageWidth - marginRight
	if p.Number > 1 {
		word(marginLeft, 38, s.doc.Title, false)
		if p.Annex {
			word(right, 38, s.o.Words.Annex, true)
		}
		line(45)
	}
	line(pageHeight - 46)
	word(marginLeft, pageHeight-34, s.doc.Reference, false)
	if s.o.Words.Number != nil {
		word(right, pageHeight-34, s.o.Words.Number(p.Number, len(s.pages)), true)
	}
	p.Marks = slices.Clip(p.Marks)
}
