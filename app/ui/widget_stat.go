package ui

import "fyne.io/fyne/v2"

// statSpec is a figure with its name and what it means.
type statSpec struct {
	icon                  icon
	label, value, context string
	absent                bool // the report does not tell it
}

// stat is a card with a figure.
func (l *look) stat(s statSpec) fyne.CanvasObject {
	ink := tokInk
	if s.absent {
		ink = tokInk3
	}
	head := hsplit(0, []float32{0, 1}, box(24*l.scale, 0, flow(topLeft{}, l.icon(s.icon, tokInk2, 16))), l.para(s.label, roleCaption, tokInk2))
	return l.sheet(toneNone, padded(12, 14, vstack(3, head, l.para("**"+s.value+"**", roleTitle, ink), l.para(s.context, roleCaption, tokInk2))))
}

// statsRoom is how wide a card has to be for five or four in a row.
const statsRoom = 170

// stats sets cards in rows of as many as fit at a width.
func (l *look) stats(width float32, specs ...statSpec) fyne.CanvasObject {
	each := len(specs)
	for each > 1 && width/float32(each) < statsRoom*l.scale {
		each--
	}
	if each < len(specs) { // rows of about the same length
		rows := (len(specs) + each - 1) / each
		each = (len(specs) + rows - 1) / rows
	}
	var lines []fyne.CanvasObject
	for len(specs) > 0 {
		n := min(each, len(specs))
		var cards []fyne.CanvasObject
		var weights []float32
		for _, s := range specs[:n] {
			cards, weights = append(cards, l.stat(s)), append(weights, 1)
		}
		specs = specs[n:]
		lines = append(lines, hsplit(14, weights, cards...))
	}
	return vstack(14, lines...)
}
