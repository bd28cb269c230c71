package ui

import (
	"bytes"
	"image"
	"image/color"
	_ "image/jpeg" // signatures come as either
	_ "image/png"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"latchkey/app/statement"
)

// sheetSpec is one page of a document as it will be printed.
type sheetSpec struct {
	page      statement.Page
	editing   statement.Section // marked at the margin; "" none
	say       string            // before the page's text, for a screen reader
	onTurn    func(by int)      // PageUp, PageDown
	onZoom    func(by int)      // Ctrl and plus or minus
	onSection func(statement.Section)
}

// sheet draws a page as wide as it is: white paper in both looks, every mark
// where the layout put it. A press on a part of it leads to that part's field.
type sheet struct {
	widget.BaseWidget
	look    *look
	spec    sheetSpec
	paper   *canvas.Rectangle
	ring    *canvas.Rectangle
	drawn   []fyne.CanvasObject
	fits    float32 // the width for which drawn was made
	focused bool
}

func (l *look) sheetOf(s sheetSpec) *sheet {
	p := &sheet{look: l, spec: s}
	p.paper = canvas.NewRectangle(paperInk(statement.InkPaper))
	p.paper.StrokeColor, p.paper.StrokeWidth = l.colour(tokBorder), 1
	p.paper.Shadow = canvas.Shadow{Color: l.colour(tokShadow), BlurRadius: 3, Offset: fyne.NewPos(0, 1)}
	p.ring = l.ground(tokNone, tokNone, 4)
	p.ExtendBaseWidget(p)
	return p
}

// paperInk gives a role its colour on paper, which does not turn dark.
func paperInk(ink statement.Ink) color.Color {
	light := palette(false)
	switch ink {
	case statement.InkHot:
		return rgb(0xC1471F)
	case statement.InkRule:
		return rgb(0xC3CAD5) // what is thin has to be darker than the lines of a card
	}
	tokens := map[statement.Ink]token{statement.InkText: tokInk, statement.InkDim: tokInk2, statement.InkLink: tokPrimary, statement.InkZone: tokSunken,
		statement.InkBar: tokBar, statement.InkHotZone: tokLockTint, statement.InkReached: tokOK, statement.InkPaper: tokSurface, statement.InkMarked: tokWarnTint}
	return light[tokens[ink]]
}

func (p *sheet) heightFor(width float32) float32 {
	if p.spec.page.Width <= 0 {
		return width * 1.414 // A4 until there is a page
	}
	return width * float32(p.spec.page.Height/p.spec.page.Width)
}

// MinSize is that of a page whose lines can still be told apart.
func (p *sheet) MinSize() fyne.Size { return fyne.NewSize(120, 120) }

// show puts another page, or the same one anew, on the paper.
func (p *sheet) show(s sheetSpec) {
	p.spec, p.fits = s, 0
	p.Refresh()
}

// place draws the marks for a width.
func (p *sheet) place(width float32) {
	if p.fits == width || p.spec.page.Width <= 0 {
		return
	}
	p.fits, p.drawn = width, nil
	scale := width / float32(p.spec.page.Width)
	if edge := p.margin(scale); edge != nil {
		p.drawn = append(p.drawn, edge)
	}
	for i := range p.spec.page.Marks {
		if o := drawMark(&p.spec.page.Marks[i], scale); o != nil {
			p.drawn = append(p.drawn, o)
		}
	}
}

// margin marks the section that is being edited.
func (p *sheet) margin(scale float32) fyne.CanvasObject {
	top, bottom, left := -1.0, 0.0, p.spec.page.Width
	for _, m := range p.spec.page.Marks {
		if m.Kind != statement.MarkText || m.Block < 0 || m.Section != p.spec.editing || p.spec.editing == "" {
			continue
		}
		if y := m.Y - m.Size; top < 0 || y < top {
			top = y
		}
		bottom, left = max(bottom, m.Y+m.Size*0.3), min(left, m.X)
	}
	if top < 0 {
		return nil
	}
	r := canvas.NewRectangle(paperInk(statement.InkLink))
	r.CornerRadius = scale
	r.Move(fyne.NewPos(float32(left-12)*scale, float32(top)*scale))
	r.Resize(fyne.NewSize(max(3*scale, 2), float32(bottom-top)*scale))
	return r
}

// drawMark is one mark at a scale.
func drawMark(m *statement.Mark, scale float32) fyne.CanvasObject {
	at := fyne.NewPos(float32(m.X)*scale, float32(m.Y)*scale)
	size := fyne.NewSize(float32(m.W)*scale, float32(m.H)*scale)
	switch m.Kind {
	case statement.MarkText:
		t := canvas.NewText(m.Text, paperInk(m.Ink))
		t.TextSize = float32(m.Size) * scale
		t.TextStyle = fyne.TextStyle{Bold: m.Font == statement.FontBold, Monospace: m.Font == statement.FontMono}
		needs, base := fyne.CurrentApp().Driver().RenderedTextSize(m.Text, t.TextSize, t.TextStyle, nil)
		t.Move(fyne.NewPos(at.X, at.Y-base))
		t.Resize(needs)
		return t
	case statement.MarkLine:
		l := canvas.NewLine(paperInk(m.Ink))
		l.StrokeWidth = max(float32(m.Stroke)*scale, 0.7)
		l.Position1, l.Position2 = at, at.Add(size)
		return l
	case statement.MarkRect:
		return drawBox(m, at, size, scale)
	case statement.MarkImage:
		picture, _, err := image.Decode(bytes.NewReader(m.Image))
		if err != nil {
			return nil // the form said so when it was chosen
		}
		i := canvas.NewImageFromImage(picture)
		i.FillMode = canvas.ImageFillContain
		i.Move(at)
		i.Resize(size)
		return i
	}
	return nil
}

func drawBox(m *statement.Mark, at fyne.Position, size fyne.Size, scale float32) fyne.CanvasObject {
	r := canvas.NewRectangle(paperInk(m.Ink))
	if !m.Fill {
		r.FillColor = paperInk(statement.InkPaper)
	}
	if m.Stroke > 0 {
		r.StrokeColor, r.StrokeWidth = paperInk(m.Ink), max(float32(m.Stroke)*scale, 0.7)
	}
	r.CornerRadius = float32(m.Radius) * scale
	r.Move(at)
	r.Resize(size)
	return r
}

// Tapped leads to the field of the part that was pressed.
func (p *sheet) Tapped(e *fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(p); c != nil {
		c.Focus(p)
	}
	width := p.Size().Width
	if e == nil || p.spec.onSection == nil || width <= 0 {
		return
	}
	y := float64(e.Position.Y) * p.spec.page.Width / float64(width)
	var found statement.Section
	for _, m := range p.spec.page.Marks {
		if m.Kind == statement.MarkText && m.Block >= 0 && m.Y-m.Size*1.4 <= y {
			found = m.Section
		}
	}
	if found != "" {
		p.spec.onSection(found)
	}
}

// TypedKey turns the page.
func (p *sheet) TypedKey(e *fyne.KeyEvent) {
	by := map[fyne.KeyName]int{fyne.KeyPageUp: -1, fyne.KeyPageDown: 1}[e.Name]
	switch {
	case by != 0 && p.spec.onTurn != nil:
		p.spec.onTurn(by)
	default:
		passKey(p, e)
	}
}

// TypedShortcut zooms with Ctrl and plus or minus; all others are the window's.
func (p *sheet) TypedShortcut(s fyne.Shortcut) {
	by, zooms := map[fyne.KeyName]int{fyne.KeyPlus: 1, fyne.KeyEqual: 1, fyne.KeyMinus: -1}[keyOf(s)]
	c := fyne.CurrentApp().Driver().CanvasForObject(p)
	switch {
	case zooms && p.spec.onZoom != nil:
		p.spec.onZoom(by)
	case c != nil:
		if window, ok := c.(fyne.Shortcutable); ok {
			window.TypedShortcut(s)
		}
	}
}

// keyOf is the key of a shortcut with Ctrl; "" of any other.
func keyOf(s fyne.Shortcut) fyne.KeyName {
	custom, ok := s.(*desktop.CustomShortcut)
	if !ok || custom.Modifier&^fyne.KeyModifierShift != fyne.KeyModifierShortcutDefault {
		return ""
	}
	return custom.KeyName
}

// TypedRune is part of fyne.Focusable.
func (p *sheet) TypedRune(rune) {}

// FocusGained shows the ring.
func (p *sheet) FocusGained() { p.focused = true; p.paint(); p.look.focused(p) }

// FocusLost hides it.
func (p *sheet) FocusLost() { p.focused = false; p.paint() }

func (p *sheet) paint() {
	c := tokNone
	if p.focused {
		c = tokPrimary
	}
	p.ring.StrokeColor, p.ring.StrokeWidth = p.look.colour(c), focusWidth
	p.ring.Refresh()
}

// AccessibilityLabel is what stands on the page.
func (p *sheet) AccessibilityLabel() string { return p.spec.say + " " + p.text() }

// AccessibilityRole says that it is text.
func (p *sheet) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// text is the page's text, a line for each line of it.
func (p *sheet) text() string {
	var b strings.Builder
	y := -1.0
	for _, m := range p.spec.page.Marks {
		if m.Kind != statement.MarkText {
			continue
		}
		switch {
		case b.Len() == 0:
		case m.Y != y:
			b.WriteByte('\n')
		case !strings.HasSuffix(b.String(), " ") && !strings.HasPrefix(m.Text, " "):
			b.WriteByte(' ')
		}
		b.WriteString(m.Text)
		y = m.Y
	}
	return b.String()
}

func (p *sheet) CreateRenderer() fyne.WidgetRenderer { return &sheetRenderer{p} }

type sheetRenderer struct{ p *sheet }

func (r *sheetRenderer) Layout(s fyne.Size) {
	p := r.p
	p.paper.Resize(s)
	out := float32(focusGap + focusWidth/2)
	p.ring.Move(fyne.NewPos(-out, -out))
	p.ring.Resize(s.AddWidthHeight(2*out, 2*out))
	p.place(s.Width)
}

func (r *sheetRenderer) MinSize() fyne.Size { return r.p.MinSize() }

func (r *sheetRenderer) Refresh() {
	r.p.place(r.p.Size().Width)
	canvas.Refresh(r.p)
}

func (r *sheetRenderer) Destroy() {}

func (r *sheetRenderer) Objects() []fyne.CanvasObject {
	return append(append([]fyne.CanvasObject{r.p.paper}, r.p.drawn...), r.p.ring)
}
