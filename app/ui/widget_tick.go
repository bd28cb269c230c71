package ui

import "fyne.io/fyne/v2"

// tickSize is how wide a box to tick is, at normal text size.
const tickSize = 18

// tick is a box that is ticked or empty. It is part of what can be pressed.
func (l *look) tick(on bool) fyne.CanvasObject {
	side := tickSize * l.scale
	ground := l.ground(tokSurface, tokStrong, 4)
	ground.StrokeWidth = 1.5
	if !on {
		return box(side, side, ground)
	}
	ground.FillColor, ground.StrokeColor = l.colour(tokOK), l.colour(tokOK)
	return box(side, side, over(ground, l.iconOn(iconCheck, tokSurface, tokOK, tickSize)))
}
