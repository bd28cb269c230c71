package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// railItem is a line of the left rail. A step has a number, others an icon.
type railItem struct {
	icon    icon
	number  string
	title   string
	detail  string // second line of a step
	current bool
	done    bool
	above   token // of the line from the step before, "" for none
	below   token // of the line to the step after
	onOpen  func()
}

// The widths of the rail and the window widths they belong to.
const (
	railWide, railUsual, railNarrow = 240, 212, 64
	narrowBelow, wideFrom           = 1120, 1600
)

// railWidth is the rail's width in a window. Larger text needs as much more room
// as it is larger, so a window counts as wide as it would be with normal text.
func (l *look) railWidth(window float32) float32 {
	switch {
	case window/l.scale < narrowBelow:
		return railNarrow
	case window/l.scale >= wideFrom:
		return railWide * l.scale
	}
	return railUsual * l.scale
}

// rail draws the items; narrow shows icons and numbers only, the words stay for
// screen readers.
func (l *look) rail(items []railItem, narrow bool) []*press {
	all := make([]*press, len(items))
	spines(items)
	for i, item := range items {
		var content fyne.CanvasObject
		if item.number != "" {
			content = l.step(item, narrow)
		} else {
			content = l.place(item, narrow)
		}
		p := l.press(content, 8, item.sentence(), item.onOpen)
		p.onKey = func(k fyne.KeyName) bool {
			to := map[fyne.KeyName]int{fyne.KeyUp: i - 1, fyne.KeyDown: i + 1}[k]
			if (k == fyne.KeyUp || k == fyne.KeyDown) && to >= 0 && to < len(all) {
				if c := fyne.CurrentApp().Driver().CanvasForObject(all[i]); c != nil {
					c.Focus(all[to])
				}
				return true
			}
			return false
		}
		all[i] = p
	}
	return all
}

// spines joins steps that follow each other; the line behind a step that is done
// has its colour.
func spines(items []railItem) {
	for i := 1; i < len(items); i++ {
		if items[i-1].number == "" || items[i].number == "" {
			continue
		}
		t := tokBorder
		if items[i-1].done {
			t = tokOK
		}
		items[i-1].below, items[i].above = t, t
	}
}

func (i railItem) sentence() string {
	s := i.title
	if i.number != "" {
		s = i.number + " " + s
	}
	if i.detail != "" {
		s += ": " + i.detail
	}
	return s
}

func (i railItem) tokens() (ink, fill token) {
	if i.current {
		return tokPrimary, tokPrimaryTint
	}
	return tokInk, tokNone
}

// place is a line with an icon: Home, Settings, Help.
func (l *look) place(i railItem, narrow bool) fyne.CanvasObject {
	ink, fill := i.tokens()
	if !i.current {
		ink = tokInk2
	}
	drawn := l.icon(i.icon, ink, 18)
	if narrow {
		return box(0, 36*l.scale, over(l.ground(fill, tokNone, 8), row(0, nil, drawn, nil)))
	}
	label := l.line(i.title, roleBody, ink)
	label.TextStyle.Bold = i.current
	return box(0, 36*l.scale, over(l.ground(fill, tokNone, 8), padded(0, 10, row(10, drawn, label, nil))))
}

// step is a numbered circle with two lines.
func (l *look) step(i railItem, narrow bool) fyne.CanvasObject {
	ink, fill := i.tokens()
	circle := l.circle(i)
	if narrow {
		return box(0, 56*l.scale, over(l.ground(fill, tokNone, 8), l.spine(i, 0.5, 0), row(0, nil, circle, nil)))
	}
	title := l.line(i.title, roleBody, ink)
	title.TextStyle.Bold = i.current || i.done
	detail := l.fitting(i.detail, roleCaption, tokInk2)
	return box(0, 56*l.scale, over(l.ground(fill, tokNone, 8), l.spine(i, 0, 10+stepCircle/2*l.scale), padded(0, 10, hsplit(12, []float32{0, 1},
		row(0, circle), flow(columns{weights: []float32{1}, middle: true}, vstack(0, title, detail))))))
}

// stepCircle is the width of a step's circle, railGap what is between two steps.
const stepCircle, railGap = 28, 2

// spine draws the lines that join a step with its neighbours, at a share of the
// width plus an offset.
func (l *look) spine(i railItem, share, offset float32) fyne.CanvasObject {
	tokens := []token{i.above, i.below}
	lines := make([]fyne.CanvasObject, len(tokens))
	for k, t := range tokens {
		if t == "" {
			t = tokNone
		}
		lines[k] = canvas.NewRectangle(l.colour(t))
	}
	return &fyne.Container{Layout: spine{circle: stepCircle * l.scale, share: share, offset: offset}, Objects: lines}
}

type spine struct{ circle, share, offset float32 }

func (s spine) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x, height := size.Width*s.share+s.offset-1, max((size.Height-s.circle)/2, 0)
	objects[0].Move(fyne.NewPos(x, -railGap/2))
	objects[0].Resize(fyne.NewSize(2, height+railGap/2))
	objects[1].Move(fyne.NewPos(x, size.Height-height))
	objects[1].Resize(fyne.NewSize(2, height+railGap/2))
}

func (spine) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (l *look) circle(i railItem) fyne.CanvasObject {
	size := stepCircle * l.scale
	r := l.ground(tokSurface, tokStrong, size/2)
	r.StrokeWidth = 2
	ink := tokInk2
	switch {
	case i.current:
		r.FillColor, r.StrokeColor, ink = l.colour(tokPrimary), l.colour(tokPrimary), tokOnPrimary
	case i.done:
		r.FillColor, r.StrokeColor = l.colour(tokOK), l.colour(tokOK)
		return box(size, size, over(r, row(0, nil, l.icon(iconCheck, tokSurface, 18), nil)))
	}
	label := l.bold(i.number, roleDense, ink)
	label.Alignment = fyne.TextAlignCenter
	return box(size, size, over(r, label))
}

// fitting is a line that is shortened in the middle when there is no room.
func (l *look) fitting(text string, r role, t token) fyne.CanvasObject {
	c := l.line(text, r, t)
	return &fyne.Container{Layout: fits{text}, Objects: []fyne.CanvasObject{c}}
}

type fits struct{ text string }

func (f fits) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	c, ok := objects[0].(*canvas.Text)
	if !ok {
		return
	}
	c.Text = shorten(f.text, size.Width, c.TextSize, c.TextStyle)
	c.Resize(size)
	c.Refresh()
}

func (f fits) heightFor(objects []fyne.CanvasObject, _ float32) float32 {
	return objects[0].MinSize().Height
}

func (f fits) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(20, objects[0].MinSize().Height)
}
