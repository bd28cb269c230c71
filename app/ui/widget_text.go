package ui

import (
	"strings"

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

// shorten cuts the middle out of a text that is wider than width: both ends of a
// router's name tell something.
func shorten(text string, width, size float32, style fyne.TextStyle) string {
	if measure(text, size, style) <= width {
		return text
	}
	runes := []rune(text)
	for keep := len(runes) - 1; keep > 1; keep-- {
		head := (keep + 1) / 2
		short := string(runes[:head]) + "…" + string(runes[len(runes)-(keep-head):])
		if measure(short, size, style) <= width {
			return short
		}
	}
	return "…"
}

// word is a piece of a paragraph that is not broken.
type word struct {
	text  string
	bold  bool
	glued bool // no blank before it
}

// paragraph is text that wraps; **…** makes a part of it bold.
type paragraph struct {
	widget.BaseWidget
	look  *look
	role  role
	token token
	words []word
	lines *fyne.Container
	width float32
	align fyne.TextAlign
}

func (l *look) para(text string, r role, t token) *paragraph {
	p := &paragraph{look: l, role: r, token: t, words: wordsOf(text), lines: &fyne.Container{}}
	p.ExtendBaseWidget(p)
	return p
}

// wordsOf splits text at blanks and at the marks of bold.
func wordsOf(text string) (words []word) {
	bold := false
	for i, part := range strings.Split(text, "**") {
		if i > 0 {
			bold = !bold
		}
		glue := i > 0 && part != "" && part[0] != ' '
		for j, f := range strings.Fields(part) {
			words = append(words, word{f, bold, j == 0 && glue && len(words) > 0 && !endsInBlank(text, part)})
		}
	}
	return words
}

// endsInBlank reports whether a blank stands before part's opening mark.
func endsInBlank(text, part string) bool {
	before, _, _ := strings.Cut(text, "**"+part)
	return strings.HasSuffix(before, " ")
}

// lineHeight is how far lines are apart, in text sizes.
const lineHeight = 1.4

func (p *paragraph) style(bold bool) fyne.TextStyle {
	s := p.role.style()
	s.Bold = s.Bold || bold
	return s
}

// flow calls each for every word with its place and gives the height.
func (p *paragraph) flow(width float32, each func(w word, x, y float32)) float32 {
	size := p.look.size(p.role)
	blank, step := measure(" ", size, p.style(false)), size*lineHeight
	x, y := float32(0), float32(0)
	for i := 0; i < len(p.words); {
		last := i + 1
		for last < len(p.words) && p.words[last].glued {
			last++
		}
		total := float32(0)
		for _, w := range p.words[i:last] {
			total += measure(w.text, size, p.style(w.bold))
		}
		gap := blank
		if x == 0 {
			gap = 0
		}
		if x > 0 && x+gap+total > width {
			x, y, gap = 0, y+step, 0
		}
		x += gap
		for _, w := range p.words[i:last] {
			if each != nil {
				each(w, x, y)
			}
			x += measure(w.text, size, p.style(w.bold))
		}
		i = last
	}
	return y + step
}

func (p *paragraph) heightFor(width float32) float32 { return p.flow(width, nil) }

func (p *paragraph) MinSize() fyne.Size {
	width := p.Size().Width
	if width <= 0 {
		width = 200
	}
	return fyne.NewSize(40, p.flow(width, nil))
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
	p.flow(s.Width, func(w word, x, y float32) {
		if run != nil && run.Position().Y == y && run.TextStyle.Bold == p.style(w.bold).Bold {
			if !w.glued {
				run.Text += " "
			}
			run.Text += w.text
			return
		}
		run = canvas.NewText(w.text, p.look.colour(p.token))
		run.TextSize, run.TextStyle = size, p.style(w.bold)
		run.Move(fyne.NewPos(x, y))
		p.lines.Objects = append(p.lines.Objects, run)
	})
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
