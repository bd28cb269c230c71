package ui

import (
	"fyne.io/fyne/v2"
)

// Layouts that know how high they are at a given width, so that wrapped text
// finds its place in one pass. Fyne asks for a minimum size before anybody knows
// the width, which makes pages with wrapped text jump.

// flower is a thing whose height depends on its width.
type flower interface {
	heightFor(width float32) float32
}

// heightOf is the height obj needs at that width.
func heightOf(obj fyne.CanvasObject, width float32) float32 {
	if !obj.Visible() {
		return 0
	}
	switch o := obj.(type) {
	case flower:
		return max(o.heightFor(width), 0)
	case *fyne.Container:
		if l, ok := o.Layout.(flowLayout); ok {
			return l.heightFor(o.Objects, width)
		}
	}
	return obj.MinSize().Height
}

// flowLayout is a layout that knows its height at a width.
type flowLayout interface {
	fyne.Layout
	heightFor(objects []fyne.CanvasObject, width float32) float32
}

func flow(l flowLayout, objects ...fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Layout: l, Objects: objects}
}

// stack puts objects below each other.
type stack struct{ gap float32 }

func vstack(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return flow(stack{gap}, objects...)
}

func (s stack) heightFor(objects []fyne.CanvasObject, width float32) (h float32) {
	for _, o := range objects {
		if o.Visible() {
			h += heightOf(o, width) + s.gap
		}
	}
	return max(h-s.gap, 0)
}

func (s stack) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		h := heightOf(o, size.Width)
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h + s.gap
	}
}

func (s stack) MinSize(objects []fyne.CanvasObject) (min fyne.Size) {
	for _, o := range objects {
		if o.Visible() {
			m := o.MinSize()
			min = fyne.NewSize(max(min.Width, m.Width), min.Height+m.Height+s.gap)
		}
	}
	min.Height = max(min.Height-s.gap, 0)
	return min
}

// columns puts objects side by side, all as high as the highest. A weight of 0
// gives a column its minimum width, others share the rest.
type columns struct {
	gap     float32
	weights []float32
	middle  bool // centre each vertically instead of stretching it
}

func hsplit(gap float32, weights []float32, objects ...fyne.CanvasObject) *fyne.Container {
	return flow(columns{gap: gap, weights: weights}, objects...)
}

// row puts objects side by side at their own widths, vertically centred; a nil
// object is a spring that takes the rest.
func row(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	c := columns{gap: gap, middle: true}
	for i, o := range objects {
		w := float32(0)
		if o == nil {
			objects[i], w = spring(), 1
		} else if _, ok := o.(*paragraph); ok {
			w = 1
		}
		c.weights = append(c.weights, w)
	}
	return flow(c, objects...)
}

func (c columns) widths(objects []fyne.CanvasObject, width float32) []float32 {
	widths := make([]float32, len(objects))
	rest, sum := width-c.gap*float32(len(objects)-1), float32(0)
	for i, o := range objects {
		if c.weights[i] == 0 {
			widths[i] = o.MinSize().Width
			rest -= widths[i]
		}
		sum += c.weights[i]
	}
	for i := range objects {
		if c.weights[i] > 0 {
			widths[i] = max(rest*c.weights[i]/sum, 0)
		}
	}
	return widths
}

func (c columns) heightFor(objects []fyne.CanvasObject, width float32) (h float32) {
	for i, w := range c.widths(objects, width) {
		h = max(h, heightOf(objects[i], w))
	}
	return h
}

func (c columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x := float32(0)
	for i, w := range c.widths(objects, size.Width) {
		y, h := float32(0), size.Height
		if c.middle {
			h = min(heightOf(objects[i], w), size.Height)
			y = (size.Height - h) / 2
		}
		objects[i].Move(fyne.NewPos(x, y))
		objects[i].Resize(fyne.NewSize(w, h))
		x += w + c.gap
	}
}

func (c columns) MinSize(objects []fyne.CanvasObject) (min fyne.Size) {
	for _, o := range objects {
		m := o.MinSize()
		min = fyne.NewSize(min.Width+m.Width+c.gap, max(min.Height, m.Height))
	}
	min.Width -= c.gap
	return min
}

// padding surrounds one object.
type padding struct{ top, right, bottom, left float32 }

func pad(all float32, o fyne.CanvasObject) *fyne.Container {
	return flow(padding{all, all, all, all}, o)
}

func padded(vertical, horizontal float32, o fyne.CanvasObject) *fyne.Container {
	return flow(padding{vertical, horizontal, vertical, horizontal}, o)
}

func (p padding) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return heightOf(objects[0], width-p.left-p.right) + p.top + p.bottom
}

func (p padding) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(p.left, p.top))
	objects[0].Resize(fyne.NewSize(size.Width-p.left-p.right, size.Height-p.top-p.bottom))
}

func (p padding) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().AddWidthHeight(p.left+p.right, p.top+p.bottom)
}

// layers draws objects over each other, all of the same size; the last one says
// how large that must be.
type layers struct{}

func over(objects ...fyne.CanvasObject) *fyne.Container { return flow(layers{}, objects...) }

func (layers) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return heightOf(objects[len(objects)-1], width)
}

func (layers) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
}

func (layers) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[len(objects)-1].MinSize()
}

// sized gives an object exactly a size; 0 leaves that side to the object.
type sized struct{ width, height float32 }

func box(width, height float32, o fyne.CanvasObject) *fyne.Container {
	return flow(sized{width, height}, o)
}

func (s sized) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	if s.height > 0 {
		return s.height
	}
	return heightOf(objects[0], width)
}

func (s sized) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.Position{})
	objects[0].Resize(size)
}

func (s sized) MinSize(objects []fyne.CanvasObject) fyne.Size {
	m := objects[0].MinSize()
	if s.width > 0 {
		m.Width = s.width
	}
	if s.height > 0 {
		m.Height = s.height
	}
	return m
}

// centred keeps its object at most that wide, in the middle.
type centred struct{ most float32 }

func (c centred) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return heightOf(objects[0], min(width, c.most))
}

func (c centred) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w := min(size.Width, c.most)
	objects[0].Move(fyne.NewPos((size.Width-w)/2, 0))
	objects[0].Resize(fyne.NewSize(w, size.Height))
}

func (c centred) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// wrapping puts objects in rows, as many as fit in each.
type wrapping struct{ gap float32 }

func wrap(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return flow(wrapping{gap}, objects...)
}

func (w wrapping) each(objects []fyne.CanvasObject, width float32, f func(fyne.CanvasObject, fyne.Position, fyne.Size)) float32 {
	x, y, high := float32(0), float32(0), float32(0)
	for _, o := range objects {
		m := o.MinSize()
		if x > 0 && x+m.Width > width {
			x, y, high = 0, y+high+w.gap, 0
		}
		if f != nil {
			f(o, fyne.NewPos(x, y), m)
		}
		x, high = x+m.Width+w.gap, max(high, m.Height)
	}
	return y + high
}

func (w wrapping) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return w.each(objects, width, nil)
}

func (w wrapping) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w.each(objects, size.Width, func(o fyne.CanvasObject, p fyne.Position, s fyne.Size) {
		o.Move(p)
		o.Resize(s)
	})
}

func (w wrapping) MinSize(objects []fyne.CanvasObject) (m fyne.Size) {
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	return m
}

// evenly puts objects side by side, equally wide; where one would be too narrow,
// each as wide as it needs; and one under the other where that is too much.
type evenly struct{ gap float32 }

// columns is false if there is no room side by side.
func (e evenly) columns(objects []fyne.CanvasObject, width float32) (columns, bool) {
	equal, own := columns{gap: e.gap}, columns{gap: e.gap}
	room := width - e.gap*float32(len(objects)-1)
	widest, sum := float32(0), float32(0)
	for _, o := range objects {
		least := o.MinSize().Width
		equal.weights, own.weights = append(equal.weights, 1), append(own.weights, least)
		widest, sum = max(widest, least), sum+least
	}
	if widest*float32(len(objects)) <= room {
		return equal, true
	}
	return own, sum <= room
}

func (e evenly) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	if c, ok := e.columns(objects, width); ok {
		return c.heightFor(objects, width)
	}
	return stack(e).heightFor(objects, width)
}

func (e evenly) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if c, ok := e.columns(objects, size.Width); ok {
		c.Layout(objects, size)
		return
	}
	stack(e).Layout(objects, size)
}

func (e evenly) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return stack(e).MinSize(objects)
}
