package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// kind is how much a button stands out. One primary button per screen.
type kind int

const (
	primary kind = iota
	secondary
	quiet
)

// buttonSpec is a button. Icon and trailing icon may be empty.
type buttonSpec struct {
	kind     kind
	icon     icon
	text     string
	trailing icon
	height   float32 // 0: 36
	wide     bool    // fill the width given, text in the middle
	off      bool    // cannot be pressed now; the reason stands nearby
	onTap    func()
}

// The heights of buttons.
const (
	heightSmall = 30
	heightUsual = 36
	heightLarge = 44
)

func (l *look) button(s buttonSpec) *press {
	if s.height == 0 {
		s.height = heightUsual
	}
	ink, fill, edge := tokInk, tokSurface, tokStrong
	switch s.kind {
	case primary:
		ink, fill, edge = tokOnPrimary, tokPrimary, tokPrimary
	case quiet:
		ink, fill, edge = tokPrimary, tokNone, tokNone
	}
	if s.off {
		ink, fill, edge = tokInk3, tokSunken, tokBorder
	}
	r := roleBody
	if s.height <= heightSmall {
		r = roleDense
	}
	var parts []fyne.CanvasObject
	if s.icon != "" {
		parts = append(parts, l.icon(s.icon, ink, 18))
	}
	if s.text != "" {
		parts = append(parts, l.bold(s.text, r, ink))
	}
	if s.trailing != "" {
		parts = append(parts, l.icon(s.trailing, ink, 18))
	}
	if s.wide {
		parts = append(append([]fyne.CanvasObject{nil}, parts...), nil)
	}
	ground := canvas.NewRectangle(l.colour(fill))
	ground.CornerRadius = 8
	ground.StrokeColor, ground.StrokeWidth = l.colour(edge), 1
	p := l.press(box(0, s.height*l.scale, over(ground, padded(0, 14, row(8, parts...)))), 8, s.text, s.onTap)
	p.off = s.off
	return p
}

// chip is one of a few choices; chosen ones carry a check mark, not only colour.
func (l *look) chip(text string, chosen bool, say string, onTap func()) *press {
	ink, fill, edge := tokInk, tokSurface, tokStrong
	parts := []fyne.CanvasObject{}
	label := l.line(text, roleBody, ink)
	if chosen {
		ink, fill, edge = tokPrimary, tokPrimaryTint, tokPrimary
		label = l.bold(text, roleBody, ink)
		parts = append(parts, l.icon(iconCheck, ink, 16))
	}
	ground := canvas.NewRectangle(l.colour(fill))
	ground.CornerRadius = 14 * l.scale
	ground.StrokeColor, ground.StrokeWidth = l.colour(edge), 1
	return l.press(box(0, 28*l.scale, over(ground, padded(0, 13, row(6, append(parts, label)...)))), 14*l.scale, say, onTap)
}

// choiceGap is the room between chips.
const choiceGap = 8

// choice is a row of chips of which one is chosen (-1: none).
func (l *look) choice(options []string, chosen int, say func(option string, chosen bool) string, onChoose func(int)) *fyne.Container {
	objects := make([]fyne.CanvasObject, len(options))
	for i, text := range options {
		objects[i] = l.chip(text, i == chosen, say(text, i == chosen), func() { onChoose(i) })
	}
	return wrap(choiceGap, objects...)
}

// toggle is a switch with its state in words.
func (l *look) toggle(on bool, word, say string, onTap func()) *press {
	track, knob := canvas.NewRectangle(l.colour(tokStrong)), canvas.NewRectangle(l.colour(tokSurface))
	x := float32(2)
	if on {
		track.FillColor, x = l.colour(tokPrimary), 18
	}
	track.CornerRadius, knob.CornerRadius = 10, 8
	knob.Move(fyne.NewPos(x, 2))
	knob.Resize(fyne.NewSize(16, 16))
	track.Resize(fyne.NewSize(36, 20))
	drawn := box(36, 20, &fyne.Container{Objects: []fyne.CanvasObject{track, knob}, Layout: still{}})
	return l.press(padded(5, 4, row(8, l.bold(word, roleDense, tokInk), drawn)), 8, say, onTap)
}

// still leaves its objects where they were put.
type still struct{}

func (still) Layout([]fyne.CanvasObject, fyne.Size)         {}
func (still) MinSize(objects []fyne.CanvasObject) fyne.Size { return fyne.Size{} }
