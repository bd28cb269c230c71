package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// area is a rectangle in window coordinates.
type area struct{ left, top, right, bottom float32 }

func (a area) cut(b area) area {
	return area{max(a.left, b.left), max(a.top, b.top), min(a.right, b.right), min(a.bottom, b.bottom)}
}

// print is a text where it is drawn.
type print struct {
	area
	text string
	clip area // the room its parent gives it
}

// pressed is a thing to press where it is drawn.
type pressed struct {
	area
	press *press
	clip  area
}

// filled reports whether it is a filled button, the next best action.
func (p pressed) filled(l *look) (yes bool) {
	var walk func(fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *canvas.Rectangle:
			yes = yes || o.FillColor == l.colour(tokPrimary) && o.CornerRadius == 8
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child)
			}
		}
	}
	walk(p.press.content)
	return yes
}

// stop is a place where Tab stops.
type stop struct {
	area
	fyne.Focusable
}

// seen is what a window shows.
type seen struct {
	texts   []print
	presses []pressed
	order   []stop // in the order of the tree
}

// lookAt walks over everything that is drawn.
func lookAt(c fyne.Canvas) *seen {
	s := &seen{}
	size := c.Size()
	whole := area{0, 0, size.Width, size.Height}
	s.walk(c.Content(), fyne.Position{}, whole)
	return s
}

func (s *seen) walk(o fyne.CanvasObject, at fyne.Position, clip area) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	size := o.Size()
	own := area{at.X, at.Y, at.X + size.Width, at.Y + size.Height}
	if f, ok := o.(fyne.Focusable); ok {
		if d, ok := o.(fyne.Disableable); !ok || !d.Disabled() {
			s.order = append(s.order, stop{own, f})
		}
	}
	switch o := o.(type) {
	case *canvas.Text:
		s.see(o, own, clip)
	case *fyne.Container:
		for _, child := range o.Objects {
			s.walk(child, at, clip.cut(own).orOf(own))
		}
	case *press:
		s.presses = append(s.presses, pressed{own, o, clip})
		s.widget(o, at, own)
	case *widget.Entry, *entry:
		// Fyne's own business: it scrolls.
	case *rows:
		inside := &seen{}
		inside.widget(o, at, clip.cut(own).orOf(own))
		for _, p := range inside.texts { // its last line may be cut below
			if p.bottom = min(p.bottom, own.bottom); p.top < p.bottom {
				s.texts = append(s.texts, p)
			}
		}
	case *container.Scroll:
		s.walk(o.Content, at, area{own.left, -1e6, own.right, 1e6})
	case fyne.Widget:
		s.widget(o, at, clip.cut(own).orOf(own))
	}
}

// orOf keeps the horizontal bounds of a cut and never the vertical ones: pages
// scroll.
func (a area) orOf(own area) area { return area{a.left, -1e6, a.right, 1e6} }

func (s *seen) widget(o fyne.Widget, at fyne.Position, clip area) {
	for _, child := range test.WidgetRenderer(o).Objects() {
		s.walk(child, at, clip)
	}
}

func (s *seen) see(t *canvas.Text, own, clip area) {
	if strings.TrimSpace(t.Text) == "" {
		return
	}
	need := t.MinSize()
	p := print{text: t.Text, clip: clip, area: own}
	switch t.Alignment {
	case fyne.TextAlignCenter:
		middle := (own.left + own.right) / 2
		p.left, p.right = middle-need.Width/2, middle+need.Width/2
	case fyne.TextAlignTrailing:
		p.left = own.right - need.Width
	default:
		p.right = own.left + need.Width
	}
	middle := (own.top + own.bottom) / 2
	p.top, p.bottom = middle-need.Height/2, middle+need.Height/2
	s.texts = append(s.texts, p)
}
