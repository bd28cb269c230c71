package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// histogramSpec is bars over time.
type histogramSpec struct {
	counts   []int
	labels   []string             // under the bars, "" none
	say      func(bar int) string // «04:06:12 to 04:06:18: 13», shown and spoken for the marked bar
	sentence string               // the whole chart in words
	chosen   int                  // the bar that filters, -1 none
	onChoose func(bar int)
	height   float32
}

// histogram draws bars. Left and Right move a marker, whose bar is put in words
// below; Enter or a press chooses it.
type histogram struct {
	widget.BaseWidget
	look    *look
	spec    histogramSpec
	marked  int // -1 none
	focused bool
	drawn   drawing
	bars    []*canvas.Rectangle
	rest    []fyne.CanvasObject
	caption *canvas.Text
	ring    *canvas.Rectangle
	size    fyne.Size
}

func (l *look) histogram(s histogramSpec) *histogram {
	h := &histogram{look: l, spec: s, marked: -1}
	h.caption = l.line("", roleCaption, tokInk2)
	h.ring = l.ground(tokNone, tokNone, 6)
	h.ExtendBaseWidget(h)
	return h
}

// captionRoom is the line under the chart, labelRoom that of the axis.
func (h *histogram) captionRoom() float32 { return 20 * h.look.scale }
func (h *histogram) labelRoom() float32   { return 20 * h.look.scale }

func (h *histogram) heightFor(float32) float32 { return h.spec.height*h.look.scale + h.captionRoom() }

func (h *histogram) MinSize() fyne.Size { return fyne.NewSize(200, h.heightFor(0)) }

// barAt gives the bar at a place, -1 if there is none.
func (h *histogram) barAt(x float32) int {
	for i, b := range h.drawn.bars {
		if x >= b.left-barGap && x < b.left+b.width+barGap {
			return i
		}
	}
	return -1
}

// mark moves the marker and says what it stands on.
func (h *histogram) mark(bar int) {
	if bar >= len(h.spec.counts) || bar == h.marked {
		return
	}
	h.marked = bar
	h.paint()
}

func (h *histogram) paint() {
	l := h.look
	for i, r := range h.bars {
		fill := tokBar
		if i == h.spec.chosen || i == h.marked {
			fill = tokPrimary
		}
		r.FillColor = l.colour(fill)
		r.Refresh()
	}
	text := h.spec.sentence
	if h.marked >= 0 {
		text = h.spec.say(h.marked)
	}
	h.caption.Text = shorten(text, h.size.Width, h.caption.TextSize, h.caption.TextStyle)
	h.caption.Refresh()
	edge := tokNone
	if h.focused {
		edge = tokPrimary
	}
	h.ring.StrokeColor, h.ring.StrokeWidth = l.colour(edge), focusWidth
	h.ring.Refresh()
}

// Tapped chooses the bar under the pointer.
func (h *histogram) Tapped(e *fyne.PointEvent) {
	if bar := h.barAt(e.Position.X); bar >= 0 && h.spec.onChoose != nil {
		h.spec.onChoose(bar)
	}
}

// MouseIn and MouseMoved mark the bar under the pointer.
func (h *histogram) MouseIn(e *desktop.MouseEvent)    { h.mark(h.barAt(e.Position.X)) }
func (h *histogram) MouseMoved(e *desktop.MouseEvent) { h.mark(h.barAt(e.Position.X)) }

// MouseOut takes the marker away, unless the keyboard set it.
func (h *histogram) MouseOut() {
	if !h.focused {
		h.mark(-1)
	}
}

// FocusGained shows the ring and a marker.
func (h *histogram) FocusGained() {
	h.focused = true
	h.marked = max(h.marked, h.spec.chosen, 0)
	h.paint()
}

// FocusLost takes both away.
func (h *histogram) FocusLost() {
	h.focused, h.marked = false, -1
	h.paint()
}

// TypedRune is part of fyne.Focusable.
func (h *histogram) TypedRune(rune) {}

// TypedKey moves the marker or chooses.
func (h *histogram) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		h.mark(max(h.marked-1, 0))
	case fyne.KeyRight:
		h.mark(h.marked + 1)
	case fyne.KeyHome:
		h.mark(0)
	case fyne.KeyEnd:
		h.mark(len(h.spec.counts) - 1)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if h.marked >= 0 && h.spec.onChoose != nil {
			h.spec.onChoose(h.marked)
		}
	default:
		passKey(h, e)
	}
}

// AccessibilityLabel is the chart in words, or the bar the marker stands on.
func (h *histogram) AccessibilityLabel() string {
	if h.marked >= 0 {
		return h.spec.say(h.marked)
	}
	return h.spec.sentence
}

// AccessibilityRole says that it is a picture with words.
func (h *histogram) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (h *histogram) CreateRenderer() fyne.WidgetRenderer { return &histogramRenderer{h} }

type histogramRenderer struct{ h *histogram }

func (r *histogramRenderer) MinSize() fyne.Size { return r.h.MinSize() }
func (r *histogramRenderer) Destroy()           {}
func (r *histogramRenderer) Refresh()           { r.h.paint() }

func (r *histogramRenderer) Objects() []fyne.CanvasObject {
	all := append([]fyne.CanvasObject{}, r.h.rest...)
	for _, b := range r.h.bars {
		all = append(all, b)
	}
	return append(all, r.h.caption, r.h.ring)
}

// Layout works the drawing out for a size.
func (r *histogramRenderer) Layout(size fyne.Size) {
	h := r.h
	if size == h.size && h.bars != nil {
		return
	}
	h.size = size
	l := h.look
	left := 8 + measure(decimal(most(h.spec.counts)), l.size(roleCaption), roleCaption.style())
	h.drawn = layoutBars(h.spec.counts, h.spec.labels, size.Width, size.Height-h.captionRoom(), max(left, 24*l.scale), h.labelRoom())
	h.bars, h.rest = nil, nil
	for i, line := range h.drawn.lines {
		colour := tokBorder
		if i == len(h.drawn.lines)-1 {
			colour = tokStrong
		}
		o := l.ground(colour, tokNone, 0)
		o.Move(fyne.NewPos(line.left, line.top))
		o.Resize(fyne.NewSize(line.width, 1))
		h.rest = append(h.rest, o)
	}
	end := float32(-1)
	for _, label := range h.drawn.labels {
		t := l.line(label.text, roleCaption, tokInk2)
		s := t.MinSize()
		x := label.x - s.Width
		if label.centred {
			x = min(max(label.x-s.Width/2, 0), size.Width-s.Width)
			if x < end+6 {
				continue // it would run into its neighbour
			}
			end = x + s.Width
		}
		t.Move(fyne.NewPos(max(x, 0), label.y-s.Height/2))
		t.Resize(s)
		h.rest = append(h.rest, t)
	}
	for _, bar := range h.drawn.bars {
		o := l.ground(tokBar, tokNone, min(2, bar.width/3))
		o.Move(fyne.NewPos(bar.left, bar.top))
		o.Resize(fyne.NewSize(bar.width, bar.height))
		h.bars = append(h.bars, o)
	}
	h.caption.Move(fyne.NewPos(0, size.Height-h.captionRoom()+2))
	h.caption.Resize(fyne.NewSize(size.Width, h.captionRoom()-2))
	h.ring.Move(fyne.NewPos(-4, -4))
	h.ring.Resize(size.AddWidthHeight(8, 8))
	h.paint()
}

func most(counts []int) int {
	n := 1
	for _, c := range counts {
		n = max(n, c)
	}
	return n
}
