package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// hypothesisSpec is a possible cause as it is shown.
type hypothesisSpec struct {
	name     string
	level    int // 0 to 3 segments
	word     string
	reasons  []string
	disproof []string
	open     bool
	onToggle func()
}

// hypothesis unfolds to what speaks for a cause and what would disprove it.
func (l *look) hypothesis(s hypothesisSpec) (object fyne.CanvasObject, head *press) {
	arrow := iconDown
	if s.open {
		arrow = iconUp
	}
	title := hsplit(8, []float32{1, 0}, l.para("**"+s.name+"**", roleBody, tokInk), flow(topLeft{}, l.icon(arrow, tokInk2, 16)))
	head = l.press(padded(4, 4, vstack(4, title, l.confidence(s.level, s.word, toneInfo))), 8, s.name+": "+s.word, s.onToggle)
	if !s.open {
		return head, head
	}
	lines := []fyne.CanvasObject{head}
	for _, r := range s.reasons {
		lines = append(lines, padded(0, 4, l.bullet(iconOK, tokOK, r)))
	}
	for _, d := range s.disproof {
		lines = append(lines, padded(0, 4, l.bullet(iconNo, tokWarn, d)))
	}
	return vstack(6, lines...), head
}

// dropZone is a place with a dashed outline: things can be dropped here.
func (l *look) dropZone(content fyne.CanvasObject) fyne.CanvasObject {
	ground := l.ground(tokSurface, tokNone, 12)
	edge := &fyne.Container{}
	d := &dashes{look: l, container: edge}
	edge.Layout = d
	return over(ground, edge, pad(28, content))
}

// The dashes of an outline.
const (
	dashLength, dashStep, dashWidth = 7, 12, 1.5
)

// dashes draw an outline of short lines at whatever size.
type dashes struct {
	look      *look
	container *fyne.Container
	size      fyne.Size
}

func (d *dashes) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(60, 60) }

func (d *dashes) heightFor([]fyne.CanvasObject, float32) float32 { return 60 }

func (d *dashes) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	if s == d.size {
		return
	}
	d.size = s
	d.container.Objects = nil
	put := func(x, y, w, h float32) {
		r := canvas.NewRectangle(d.look.colour(tokStrong))
		r.Move(fyne.NewPos(x, y))
		r.Resize(fyne.NewSize(w, h))
		d.container.Objects = append(d.container.Objects, r)
	}
	for x := float32(6); x+dashLength < s.Width-4; x += dashStep {
		put(x, 0, dashLength, dashWidth)
		put(x, s.Height-dashWidth, dashLength, dashWidth)
	}
	for y := float32(6); y+dashLength < s.Height-4; y += dashStep {
		put(0, y, dashWidth, dashLength)
		put(s.Width-dashWidth, y, dashWidth, dashLength)
	}
}
