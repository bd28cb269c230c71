package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// gridSpec is a /24: one square per address, filled if it was contacted.
type gridSpec struct {
	title, caption string
	hit            [256]uint8 // 0: not contacted
	sentence       string
}

// The squares of a grid: 32 by 8, each of gridDots picture dots of which the
// last row and column stay free.
const (
	gridColumns, gridRows = 32, 8
	gridDots              = 9
	gridWidth, gridHeight = 144, 36
)

// addressGrid is one picture, not 256 objects.
func (l *look) addressGrid(s gridSpec) fyne.CanvasObject {
	m := image.NewNRGBA(image.Rect(0, 0, gridColumns*gridDots, gridRows*gridDots))
	on, off := l.colours[tokBar], l.colours[tokBorder]
	for i, hit := range s.hit {
		c := off
		if hit > 0 {
			c = on
		}
		x0, y0 := i%gridColumns*gridDots, i/gridColumns*gridDots
		for y := y0; y < y0+gridDots-2; y++ {
			for x := x0; x < x0+gridDots-2; x++ {
				m.SetNRGBA(x, y, c)
			}
		}
	}
	picture := canvas.NewImageFromImage(m)
	picture.FillMode = canvas.ImageFillContain
	words := vstack(0, l.fitting(s.title, roleMono, tokInk), l.para(s.caption, roleCaption, tokInk2))
	return hsplit(12, []float32{1, 0}, words, box(gridWidth*l.scale, gridHeight*l.scale, picture))
}

// barRow is one line of a list with bars.
type barRow struct {
	label, value string
	share        float64 // of the longest, 0 to 1
	strong       bool    // stands out
	tint         tone
	say          string
	onTap        func() // nil: cannot be pressed
}

// barList draws names with bars and values; each value stands in words.
func (l *look) barList(rows []barRow) fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, r := range rows {
		ink, fill := tokInk, tokBar
		if r.strong {
			fill = r.tint.ink()
		}
		bar := flow(shareLayout{float32(r.share)}, l.ground(fill, tokNone, 3))
		head := hsplit(8, []float32{1, 0}, l.fitting(r.label, roleMono, ink), l.line(r.value, roleDense, tokInk2))
		var line fyne.CanvasObject = padded(4, 6, vstack(3, head, bar))
		if r.strong {
			line = over(l.ground(r.tint.fill(), tokNone, 6), line)
		}
		if r.onTap != nil {
			line = l.press(line, 6, r.say, r.onTap)
		}
		lines = append(lines, line)
	}
	return vstack(0, lines...)
}

// shareLayout draws a bar over a share of the width.
type shareLayout struct{ share float32 }

func (s shareLayout) heightFor([]fyne.CanvasObject, float32) float32 { return 8 }

func (s shareLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSize(max(size.Width*min(max(s.share, 0), 1), 3), size.Height))
}

func (s shareLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(20, 8) }

// ring is a circle of which a share is drawn in a colour, clockwise from the
// top.
func (l *look) ring(share float64, t token, diameter float32) *fyne.Container {
	rest := canvas.NewArc(0, 360, 0.74, l.colour(tokBorder))
	part := canvas.NewArc(0, float32(360*min(max(share, 0), 1)), 0.74, l.colour(t))
	return box(diameter*l.scale, diameter*l.scale, over(rest, part))
}

// shareRing says a share large, with a ring around it.
func (l *look) shareRing(share float64, big, small string, t token, diameter float32) fyne.CanvasObject {
	words := vstack(0, row(0, nil, l.bold(big, roleLead, tokInk), nil), row(0, nil, l.line(small, roleCaption, tokInk2), nil))
	return over(l.ring(share, t, diameter), box(diameter*l.scale, diameter*l.scale, flow(middle{}, words)))
}

// clockRing is the share of time that is left.
func (l *look) clockRing(share float64, t token, diameter float32) fyne.CanvasObject {
	return l.ring(share, t, diameter)
}

// middle puts an object at half the height.
type middle struct{}

func (middle) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return heightOf(objects[0], width)
}

func (middle) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	h := heightOf(objects[0], s.Width)
	objects[0].Move(fyne.NewPos(0, (s.Height-h)/2))
	objects[0].Resize(fyne.NewSize(s.Width, h))
}

func (middle) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }
