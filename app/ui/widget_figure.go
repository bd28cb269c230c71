package ui

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// gridSpec is a /24: one square per address, filled if it was contacted.
type gridSpec struct {
	title, caption string
	hit            [256]uint8 // 0: not contacted
	sentence       string
}

// The squares of a grid: 32 by 8.
const (
	gridColumns, gridRows = 32, 8
	gridWidth, gridHeight = 144, 36
)

// addressGrid is one picture, not 256 objects. It is drawn on the dots of the
// screen: a scaled picture would blur every other gap.
func (l *look) addressGrid(s gridSpec) fyne.CanvasObject {
	picture := canvas.NewRaster(func(width, height int) image.Image {
		return squares(s.hit, width, height, l.colours[tokBar], l.colours[tokBorder])
	})
	title := l.line(s.title, roleMono, tokInk)
	words := vstack(0, l.fitting(s.title, roleMono, tokInk), l.para(s.caption, roleCaption, tokInk2))
	drawn := flow(apart{12, title.MinSize().Width}, words, box(gridWidth*l.scale, gridHeight*l.scale, picture))
	return l.spoken(s.sentence, drawn)
}

// squares draws the grid on so many dots; one in five between two squares stays
// free, at least one.
func squares(hit [256]uint8, width, height int, on, off color.NRGBA) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range hit {
		c := off
		if hit[i] > 0 {
			c = on
		}
		column, row := i%gridColumns, i/gridColumns
		left, right := column*width/gridColumns, (column+1)*width/gridColumns
		top, bottom := row*height/gridRows, (row+1)*height/gridRows
		gap := max(width/gridColumns/5, 1)
		for y := top; y < bottom-gap; y++ {
			for x := left; x < right-gap; x++ {
				m.SetNRGBA(x, y, c)
			}
		}
	}
	return m
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
		fill, value := tokBar, l.line(r.value, roleDense, tokInk2)
		if r.strong { // bold as well, not only coloured
			fill, value = r.tint.ink(), l.bold(r.value, roleDense, tokInk)
		}
		bar := flow(shareLayout{float32(r.share)}, l.ground(fill, tokNone, 3))
		name := l.line(r.label, roleMono, tokInk)
		head := flow(apart{8, name.MinSize().Width}, l.fitting(r.label, roleMono, tokInk), value)
		var line fyne.CanvasObject = padded(4, 6, vstack(3, head, bar))
		if r.strong {
			line = over(l.ground(r.tint.fill(), tokNone, 6), line)
		}
		if r.onTap != nil {
			line = l.press(line, 6, r.say, r.onTap)
		} else {
			line = l.spoken(r.say, line)
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
	return l.spoken(big+" "+small, over(l.ring(share, t, diameter), box(diameter*l.scale, diameter*l.scale, flow(middle{}, words))))
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

// apart sets words and what belongs to them side by side, or below each other
// where the words would have less than they need.
type apart struct{ gap, words float32 }

// below reports whether the second object goes under the first.
func (a apart) below(objects []fyne.CanvasObject, width float32) bool {
	return width-a.gap-objects[1].MinSize().Width < a.words
}

func (a apart) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	second := objects[1].MinSize()
	if a.below(objects, width) {
		return heightOf(objects[0], width) + second.Height
	}
	return max(heightOf(objects[0], width-a.gap-second.Width), second.Height)
}

func (a apart) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	second := objects[1].MinSize()
	width, at := size.Width-a.gap-second.Width, fyne.NewPos(size.Width-second.Width, 0)
	if a.below(objects, size.Width) {
		width, at = size.Width, fyne.NewPos(0, heightOf(objects[0], size.Width))
	}
	objects[0].Move(fyne.Position{})
	objects[0].Resize(fyne.NewSize(width, heightOf(objects[0], width)))
	objects[1].Move(at)
	objects[1].Resize(second)
}

func (a apart) MinSize(objects []fyne.CanvasObject) fyne.Size {
	first, second := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(first.Width, second.Width), first.Height+second.Height)
}

// spoken says in a sentence what is drawn: screen readers hear widgets only.
type spoken struct {
	widget.BaseWidget
	say     string
	content fyne.CanvasObject
}

func (l *look) spoken(say string, content fyne.CanvasObject) *spoken {
	s := &spoken{say: say, content: content}
	s.ExtendBaseWidget(s)
	return s
}

func (s *spoken) heightFor(width float32) float32 { return heightOf(s.content, width) }

func (s *spoken) MinSize() fyne.Size { return s.content.MinSize() }

// AccessibilityLabel is the sentence.
func (s *spoken) AccessibilityLabel() string { return s.say }

// AccessibilityRole says that it is text.
func (s *spoken) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (s *spoken) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.content) }
