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
	caption *paragraph
	ring    *canvas.Rectangle
	foot    *canvas.Rectangle // under the marked bar
	frame   *canvas.Rectangle // around the chosen one
	size    fyne.Size
	fits    float32 // the width room was worked out for
	room    float32 // of the caption
}

func (l *look) histogram(s histogramSpec) *histogram {
	h := &histogram{look: l, spec: s, marked: -1, fits: -1}
	h.caption = l.para("", roleCaption, tokInk2)
	h.ring = l.ground(tokNone, tokNone, 6)
	h.foot = l.ground(tokPrimary, tokNone, 0)
	h.frame = l.ground(tokPrimaryTint, tokPrimary, 3)
	h.ExtendBaseWidget(h)
	return h
}

// captionGap is between the labels of the axis and the caption.
const captionGap = 2

// captionRoom is what the longest caption needs, so that nothing moves while the
// marker does.
func (h *histogram) captionRoom(width float32) float32 {
	if h.fits != width {
		h.fits, h.room = width, h.look.para(h.spec.sentence, roleCaption, tokInk2).heightFor(width)
		for i := range h.spec.counts {
			h.room = max(h.room, h.look.para(h.spec.say(i), roleCaption, tokInk2).heightFor(width))
		}
	}
	return h.room + captionGap
}

// labelRoom is the line of the axis.
func (h *histogram) labelRoom() float32 { return 20 * h.look.scale }

func (h *histogram) heightFor(width float32) float32 {
	return h.spec.height*h.look.scale + h.captionRoom(width)
}

func (h *histogram) MinSize() fyne.Size {
	width := h.Size().Width
	if width <= 0 {
		width = 200
	}
	return fyne.NewSize(200, h.heightFor(width))
}

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
	h.caption.setText(text)
	h.point()
	edge := tokNone
	if h.focused {
		edge = tokPrimary
	}
	h.ring.StrokeColor, h.ring.StrokeWidth = l.colour(edge), focusWidth
	h.ring.Refresh()
}

// footHeight is how thick the mark under a bar is.
const footHeight = 4

// point puts the marks that are no colour: a foot under the marked bar, a frame
// around the room of the chosen one.
func (h *histogram) point() {
	place := func(mark *canvas.Rectangle, bar int, area func(sceneBar) (left, top, width, height float32)) {
		if bar < 0 || bar >= len(h.drawn.bars) {
			mark.Hide()
			return
		}
		x, y, width, height := area(h.drawn.bars[bar])
		mark.Move(fyne.NewPos(x, y))
		mark.Resize(fyne.NewSize(width, height))
		mark.Show()
	}
	place(h.foot, h.marked, func(b sceneBar) (float32, float32, float32, float32) {
		wide := max(b.width, 2*footHeight)
		return b.left + (b.width-wide)/2, b.top + b.height, wide, footHeight
	})
	place(h.frame, h.spec.chosen, func(b sceneBar) (float32, float32, float32, float32) {
		return b.left - barGap, 0, b.width + 2*barGap, b.top + b.height
	})
}

// Tapped chooses the bar under the pointer.
func (h *histogram) Tapped(e *fyne.PointEvent) {
	if bar := h.barAt(e.Position.X); bar >= 0 && h.spec.onChoose != nil {
		h.spec.onChoose(bar)
	}
}

// MouseIn and MouseMoved mark the bar under the pointer.
func (h *histogram) MouseIn(e *desktop.MouseEvent) { h.MouseMoved(e) }
func (h *histogram) MouseMoved(e *desktop.MouseEvent) {
	if bar := h.barAt(e.Position.X); bar >= 0 || !h.focused {
		h.mark(bar)
	}
}

// MouseOut takes the marker away, unless the keyboard set it.
func (h *histogram) MouseOut() {
	if !h.focused {
		h.mark(-1)
	}
}

// FocusGained shows the ring and a marker.
func (h *histogram) FocusGained() {
	h.focused = true
	h.look.focused(h)
	h.marked = min(max(h.marked, h.spec.chosen, 0), len(h.spec.counts)-1)
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

// AccessibilityRole says whether its bars can be chosen.
func (h *histogram) AccessibilityRole() fyne.AccessibleRole {
	if h.spec.onChoose == nil {
		return fyne.AccessibleRoleText
	}
	return fyne.AccessibleRoleButton
}

func (h *histogram) CreateRenderer() fyne.WidgetRenderer { return &histogramRenderer{h} }

type histogramRenderer struct{ h *histogram }

func (r *histogramRenderer) MinSize() fyne.Size { return r.h.MinSize() }
func (r *histogramRenderer) Destroy()           {}
func (r *histogramRenderer) Refresh()           { r.h.paint() }

func (r *histogramRenderer) Objects() []fyne.CanvasObject {
	all := append([]fyne.CanvasObject{r.h.frame}, r.h.rest...)
	for _, b := range r.h.bars {
		all = append(all, b)
	}
	return append(all, r.h.foot, r.h.caption, r.h.ring)
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
	h.drawn = layoutBars(h.spec.counts, h.spec.labels, size.Width, size.Height-h.captionRoom(size.Width), max(left, 24*l.scale), h.labelRoom())
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
	h.caption.Move(fyne.NewPos(0, size.Height-h.room))
	h.caption.Resize(fyne.NewSize(size.Width, h.room))
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
