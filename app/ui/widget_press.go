package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// press is everything that can be pressed: button, chip, step, hop, switch. It
// brings focus ring, hover, keyboard and the sentence for a screen reader; what
// it looks like is content.
type press struct {
	widget.BaseWidget
	look    *look
	content fyne.CanvasObject
	say     string // the full sentence for a screen reader
	onTap   func()
	onKey   func(fyne.KeyName) bool // other keys than Space and Enter; true: used
	veil    *canvas.Rectangle       // over the content, while the pointer is on it
	ring    *canvas.Rectangle
	radius  float32
	off     bool
	focused bool
	tapped  bool // with the mouse
}

// minTarget is the smallest side of a thing to press (WCAG 2.2, 2.5.8 asks 24).
const minTarget = 30

// focusWidth and focusGap are the outline that shows the focus.
const (
	focusWidth = 2
	focusGap   = 2
)

func (l *look) press(content fyne.CanvasObject, radius float32, say string, onTap func()) *press {
	p := &press{look: l, content: content, say: say, onTap: onTap, radius: radius}
	p.veil = canvas.NewRectangle(l.colour(tokNone))
	p.veil.CornerRadius = radius
	p.ring = canvas.NewRectangle(l.colour(tokNone))
	p.ring.CornerRadius = radius + focusGap
	p.ExtendBaseWidget(p)
	if l.onPress != nil {
		l.onPress(p)
	}
	return p
}

// presses are the things to press that were drawn, by their sentence.
type presses map[string][]*press

func (drawn presses) add(p *press) {
	if drawn != nil { // else the window is gone
		drawn[p.say] = append(drawn[p.say], p)
	}
}

// twinOf says what stands for f once everything is drawn anew: nil, or the thing
// with the same sentence. What was pressed with the mouse has none, because a
// ring would then seem to say something.
func (drawn *presses) twinOf(f fyne.Focusable) func() *press {
	old, ok := f.(*press)
	if !ok || old.tapped {
		return func() *press { return nil }
	}
	nth := slices.Index((*drawn)[old.say], old)
	return func() *press {
		if same := (*drawn)[old.say]; nth >= 0 && nth < len(same) {
			return same[nth]
		}
		return nil
	}
}

func (p *press) heightFor(width float32) float32 { return max(heightOf(p.content, width), minTarget) }

func (p *press) MinSize() fyne.Size {
	m := p.content.MinSize()
	return fyne.NewSize(max(m.Width, minTarget), max(m.Height, minTarget))
}

// Tapped does it.
func (p *press) Tapped(at *fyne.PointEvent) {
	p.tapped = at != nil
	if p.off || p.onTap == nil {
		return
	}
	p.onTap()
}

// TypedKey does it on Space and Enter.
func (p *press) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		p.Tapped(nil)
		return
	}
	if p.onKey == nil || !p.onKey(e.Name) {
		passKey(p, e)
	}
}

// TypedRune is part of fyne.Focusable.
func (p *press) TypedRune(rune) {}

// FocusGained shows the ring.
func (p *press) FocusGained() { p.focused = true; p.paint(); p.look.focused(p) }

// FocusLost hides it.
func (p *press) FocusLost() { p.focused = false; p.paint() }

// MouseIn shows that it can be pressed.
func (p *press) MouseIn(*desktop.MouseEvent) {
	if !p.off {
		p.veil.FillColor = p.look.colour(tokHover)
		p.veil.Refresh()
	}
}

// MouseMoved is part of desktop.Hoverable.
func (p *press) MouseMoved(*desktop.MouseEvent) {}

// MouseOut ends MouseIn.
func (p *press) MouseOut() {
	p.veil.FillColor = p.look.colour(tokNone)
	p.veil.Refresh()
}

func (p *press) paint() {
	c := tokNone
	if p.focused {
		c = tokPrimary
	}
	p.ring.StrokeColor, p.ring.StrokeWidth = p.look.colour(c), focusWidth
	p.ring.Refresh()
}

// Enable, Disable and Disabled are fyne.Disableable: a disabled thing takes no
// focus.
func (p *press) Enable()  { p.off = false }
func (p *press) Disable() { p.off = true }

// Disabled reports whether it cannot be pressed now.
func (p *press) Disabled() bool { return p.off }

// AccessibilityLabel is the sentence.
func (p *press) AccessibilityLabel() string { return p.say }

// AccessibilityRole says that it can be pressed.
func (p *press) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

func (p *press) CreateRenderer() fyne.WidgetRenderer {
	return &pressRenderer{p}
}

type pressRenderer struct{ p *press }

func (r *pressRenderer) Layout(s fyne.Size) {
	r.p.content.Resize(s)
	r.p.veil.Resize(s)
	out := float32(focusGap + focusWidth/2)
	r.p.ring.Move(fyne.NewPos(-out, -out))
	r.p.ring.Resize(s.AddWidthHeight(2*out, 2*out))
}

func (r *pressRenderer) MinSize() fyne.Size { return r.p.MinSize() }
func (r *pressRenderer) Refresh()           { r.p.content.Refresh(); r.p.paint() }
func (r *pressRenderer) Destroy()           {}
func (r *pressRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.p.content, r.p.veil, r.p.ring}
}
