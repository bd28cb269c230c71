package ui

import (
	"image"
	"image/color"
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
	onOther   func(fyne.Shortcut) // all other shortcuts
}

// sheet draws a page as wide as it is: white paper in both looks, every mark
// where the layout put it. A press on a part of it leads to that part's field.
type sheet struct {
	widget.BaseWidget
	look    *look
	spec    sheetSpec
	paper   *canvas.Rectangle
	ring    *canvas.Rectangle
	edge    *canvas.Rectangle // beside what is being edited
	raster  *canvas.Raster
	drawn   image.Image // of spec, at the size it was asked for last
	focused bool
}

func (l *look) sheetOf(s sheetSpec) *sheet {
	p := &sheet{look: l, spec: s}
	p.paper = canvas.NewRectangle(paperInk(statement.InkPaper))
	p.paper.StrokeColor, p.paper.StrokeWidth = l.colour(tokBorder), 1
	p.paper.Shadow = canvas.Shadow{Color: l.colour(tokShadow), BlurRadius: 3, Offset: fyne.NewPos(0, 1)}
	p.ring = l.ground(tokNone, tokNone, 4)
	p.edge = canvas.NewRectangle(paperInk(statement.InkLink))
	p.edge.CornerRadius = 1
	p.raster = canvas.NewRaster(func(width, height int) image.Image {
		if p.drawn == nil || p.drawn.Bounds().Dx() != width || p.drawn.Bounds().Dy() != height {
			p.drawn = paintPage(p.spec.page, width, height)
		}
		return p.drawn
	})
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
	p.spec, p.drawn = s, nil
	p.raster.Refresh()
	p.margin()
}

// margin marks the section that is being edited.
func (p *sheet) margin() {
	scale := p.Size().Width / float32(max(p.spec.page.Width, 1))
	top, bottom, left := -1.0, 0.0, p.spec.page.Width
	for _, m := range p.spec.page.Marks {
		if m.Kind != statement.MarkText || m.Block < 0 || m.Section != p.spec.editing {
			continue
		}
		if y := m.Y - m.Size; top < 0 || y < top {
			top = y
		}
		bottom, left = max(bottom, m.Y+m.Size*0.3), min(left, m.X)
	}
	if top < 0 || p.spec.editing == "" {
		p.edge.Hide()
		return
	}
	p.edge.Move(fyne.NewPos(float32(left-12)*scale, float32(top)*scale))
	p.edge.Resize(fyne.NewSize(max(3*scale, 2), float32(bottom-top)*scale))
	p.edge.Show()
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
	switch {
	case zooms && p.spec.onZoom != nil:
		p.spec.onZoom(by)
	case p.spec.onOther != nil:
		p.spec.onOther(s)
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
	p.raster.Move(fyne.NewPos(1, 1))
	p.raster.Resize(s.SubtractWidthHeight(2, 2))
	p.margin()
}

func (r *sheetRenderer) MinSize() fyne.Size { return r.p.MinSize() }

func (r *sheetRenderer) Refresh() {
	r.p.raster.Refresh()
	r.p.margin()
}

func (r *sheetRenderer) Destroy() {}

func (r *sheetRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.p.paper, r.p.raster, r.p.edge, r.p.ring}
}
