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

// The dashes of an outline: about a dash and a gap of five to a step. A corner
// has the radius of a card and one dash, cornerDash degrees long.
const (
	dashLength, dashStep, dashWidth = 7, 12, 1.5
	dashRadius, cornerDash          = 12, 36
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
	put := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
		d.container.Objects = append(d.container.Objects, o)
	}
	stroke := func() fyne.CanvasObject { return canvas.NewRectangle(d.look.colour(tokStrong)) }
	for _, x := range dashesAlong(s.Width) {
		put(stroke(), x, 0, dashLength, dashWidth)
		put(stroke(), x, s.Height-dashWidth, dashLength, dashWidth)
	}
	for _, y := range dashesAlong(s.Height) {
		put(stroke(), 0, y, dashWidth, dashLength)
		put(stroke(), s.Width-dashWidth, y, dashWidth, dashLength)
	}
	const across = 2 * dashRadius
	for i, at := range [][2]float32{{s.Width - across, 0}, {s.Width - across, s.Height - across}, {0, s.Height - across}, {0, 0}} {
		middle := float32(45 + 90*i) // clockwise from the top
		arc := canvas.NewArc(middle-cornerDash/2, middle+cornerDash/2, 1-dashWidth/dashRadius, d.look.colour(tokStrong))
		put(arc, at[0], at[1], across, across)
	}
}

// dashesAlong gives where the dashes of a side begin. They lie evenly between
// its round corners, so that both ends look alike.
func dashesAlong(side float32) (starts []float32) {
	room := side - 2*dashRadius
	n := int(room / dashStep)
	for i := range n {
		step := room / float32(n)
		starts = append(starts, dashRadius+float32(i)*step+(step-dashLength)/2)
	}
	return starts
}
