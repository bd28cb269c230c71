package ui

import (
	"sort"
	"strings"
	"unicode/utf8"

	"latchkey/i18n"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// line is one line of text that never wraps.
func (l *look) line(text string, r role, t token) *canvas.Text {
	c := canvas.NewText(text, l.colour(t))
	c.TextSize, c.TextStyle = l.size(r), r.style()
	return c
}

// bold is line in bold.
func (l *look) bold(text string, r role, t token) *canvas.Text {
	c := l.line(text, r, t)
	c.TextStyle.Bold = true
	return c
}

func measure(text string, size float32, style fyne.TextStyle) float32 {
	return fyne.MeasureText(text, size, style).Width
}

// The longest texts that are measured. A name has at most 253 letters (RFC 1035);
// a paragraph this long is several screens. More comes from no honest source.
const longestLine, longestParagraph = 400, 8000

// shorten cuts the middle out of a text that is wider than width: both ends of a
// router's name tell something.
func shorten(text string, width, size float32, style fyne.TextStyle) string {
	runes := []rune(text)
	if len(runes) == 0 || len(runes) <= longestLine && measure(text, size, style) <= width {
		return text
	}
	short := func(keep int) string {
		head := (keep + 1) / 2
		return string(runes[:head]) + "…" + string(runes[len(runes)-(keep-head):])
	}
	most := min(len(runes)-1, longestLine)
	cut := sort.Search(most, func(n int) bool { return measure(short(most-n), size, style) <= width })
	return short(most - cut)
}

// word is a piece of a paragraph that is broken only when it is wider than the
// paragraph.
type word struct {
	text  string
	bold  bool
	glued bool // no blank before it
}

// paragraph is text that wraps; **…** makes a part of it bold.
type paragraph struct {
	widget.BaseWidget
	look   *look
	role   role
	token  token
	align  fyne.TextAlign
	words  []word
	lines  *fyne.Container
	width  float32 // for which lines were made
	placed []placedWord
	fits   float32 // the width of placed
	height float32 // at that width
}

type placedWord struct {
	word
	x, y float32
}

func (l *look) para(text string, r role, t token) *paragraph {
	p := &paragraph{look: l, role: r, token: t, words: wordsOf(text), lines: &fyne.Container{}, fits: -1}
	p.ExtendBaseWidget(p)
	return p
}

// wordsOf splits text at blanks and at the marks of bold.
func wordsOf(text string) (words []word) {
	if runes := []rune(text); len(runes) > longestParagraph {
		text = string(runes[:longestParagraph]) + "…"
	}
	blank := true // before the next word
	for i, part := range strings.Split(strings.ToValidUTF8(text, "\uFFFD"), "**") {
		for j, f := range i18n.Words(part) {
			first, _ := utf8.DecodeRuneInString(part)
			words = append(words, word{f, i%2 == 1, j == 0 && !blank && !i18n.Blank(first)})
		}
		if part != "" {
			last, _ := utf8.DecodeLastRuneInString(part)
			blank = i18n.Blank(last)
		}
	}
	return words
}

// lineHeight is how far lines are apart, in text sizes.
const lineHeight = 1.4

func (p *paragraph) style(bold bool) fyne.TextStyle {
	s := p.role.style()
	s.Bold = s.Bold || bold
	return s
}

func (p *paragraph) measure(w word) float32 {
	return measure(w.text, p.look.size(p.role), p.style(w.bold))
}

// leastBroken is the width below which nothing is broken: no layout that people
// see is so narrow, but some pass through it.
const leastBroken = 20

// units are the words that stay together, each at most as wide as the paragraph.
func (p *paragraph) units(width float32) (units [][]word) {
	for i := 0; i < len(p.words); {
		last, total := i+1, p.measure(p.words[i])
		for ; last < len(p.words) && p.words[last].glued; last++ {
			total += p.measure(p.words[last])
		}
		if total <= width || width < leastBroken {
			units = append(units, p.words[i:last])
		} else {
			for _, w := range p.words[i:last] {
				units = append(units, p.pieces(w, width)...)
			}
		}
		i = last
	}
	return units
}

// pieces breaks a word that is too wide. Runes are measured one by one: those are
// few and remembered, while measuring long runs of a script without a font is slow.
func (p *paragraph) pieces(w word, width float32) (pieces [][]word) {
	start, wide := 0, float32(0)
	for i, r := range w.text {
		each := p.measure(word{text: string(r), bold: w.bold})
		if i > start && wide+each > width {
			pieces = append(pieces, []word{{w.text[start:i], w.bold, w.glued}})
			start, wide, w.glued = i, 0, true
		}
		wide += each
	}
	return append(pieces, []word{{w.text[start:], w.bold, w.glued}})
}

// flow places the words in lines of that width.
func (p *paragraph) flow(width float32) {
	if p.fits == width {
		return
	}
	size := p.look.size(p.role)
	blank, step := measure(" ", size, p.style(false)), size*lineHeight
	x, y := float32(0), float32(0)
	p.placed = p.placed[:0]
	for _, unit := range p.units(width) {
		total, gap := float32(0), blank
		for _, w := range unit {
			total += p.measure(w)
		}
		if x == 0 || unit[0].glued {
			gap = 0
		}
		if x > 0 && x+gap+total > width {
			x, y, gap = 0, y+step, 0
		}
		x += gap
		for _, w := range unit {
			p.placed = append(p.placed, placedWord{w, x, y})
			x += p.measure(w)
		}
	}
	p.fits, p.height = width, y+step
}

func (p *paragraph) heightFor(width float32) float32 {
	p.flow(width)
	return p.height
}

func (p *paragraph) MinSize() fyne.Size {
	width := p.Size().Width
	if width <= 0 {
		width = 200
	}
	return fyne.NewSize(40, p.heightFor(width))
}

func (p *paragraph) Resize(s fyne.Size) {
	p.BaseWidget.Resize(s)
	if s.Width == p.width {
		return
	}
	p.width = s.Width
	p.lines.Objects = nil
	size := p.look.size(p.role)
	var run *canvas.Text
	p.flow(s.Width)
	for _, w := range p.placed {
		if run != nil && run.Position().Y == w.y && run.TextStyle.Bold == p.style(w.bold).Bold {
			if !w.glued {
				run.Text += " "
			}
			run.Text += w.text
			continue
		}
		run = canvas.NewText(w.text, p.look.colour(p.token))
		run.TextSize, run.TextStyle = size, p.style(w.bold)
		run.Move(fyne.NewPos(w.x, w.y))
		p.lines.Objects = append(p.lines.Objects, run)
	}
	for _, o := range p.lines.Objects {
		o.Resize(o.MinSize())
	}
	if p.align == fyne.TextAlignCenter {
		p.centre(s.Width)
	}
}

// centre moves each line to the middle.
func (p *paragraph) centre(width float32) {
	ends := map[float32]float32{}
	for _, o := range p.lines.Objects {
		y := o.Position().Y
		ends[y] = max(ends[y], o.Position().X+o.Size().Width)
	}
	for _, o := range p.lines.Objects {
		y := o.Position().Y
		o.Move(fyne.NewPos(o.Position().X+max((width-ends[y])/2, 0), y))
	}
}

// setText gives the paragraph other words in the room it has.
func (p *paragraph) setText(text string) {
	p.words, p.fits, p.width = wordsOf(text), -1, -1
	p.Resize(p.Size())
	p.lines.Refresh()
}

func (p *paragraph) text() string {
	var b strings.Builder
	for i, w := range p.words {
		if i > 0 && !w.glued {
			b.WriteByte(' ')
		}
		b.WriteString(w.text)
	}
	return b.String()
}

// AccessibilityLabel is the whole text.
func (p *paragraph) AccessibilityLabel() string { return p.text() }

// AccessibilityRole says that it is text.
func (p *paragraph) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (p *paragraph) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(p.lines)
}
