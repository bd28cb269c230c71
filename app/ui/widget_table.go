package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
)

// hopRow is a line of the hop table.
type hopRow struct {
	hop, router, address, time, lost string
	share                            float32 // of the slowest answer, 0 to 1
	tone                             tone    // of the marked row
	icon                             icon    // "" for none
	active                           bool    // being asked
}

// The columns' shares of the table's width.
func hopColumns() []float32 { return []float32{44, 172, 134, 160, 76} }

// hopTable draws head and rows. A path has at most 255 hops, so nothing needs
// to be virtual here.
func (l *look) hopTable(head [5]string, rows []hopRow, note fyne.CanvasObject) *fyne.Container {
	titles := make([]fyne.CanvasObject, len(head))
	for i, h := range head {
		titles[i] = l.bold(h, roleCaption, tokInk2)
	}
	top := l.ground(tokSunken, tokNone, 0)
	top.TopLeftCornerRadius, top.TopRightCornerRadius = 12, 12
	lines := []fyne.CanvasObject{box(0, 30*l.scale, over(top, padded(0, 14, flow(columns{gap: 0, weights: hopColumns(), middle: true}, titles...)))), l.rule()}
	for i, r := range rows {
		lines = append(lines, l.hopLine(r))
		if i < len(rows)-1 || note != nil {
			lines = append(lines, l.rule())
		}
	}
	if note != nil {
		lines = append(lines, pad(14, note))
	}
	return l.sheet(toneNone, padding1(vstack(0, lines...)))
}

// padding1 keeps rows inside the card's outline.
func padding1(o fyne.CanvasObject) *fyne.Container { return pad(1, o) }

func (l *look) hopLine(r hopRow) fyne.CanvasObject {
	ink, fill := tokInk, tokNone
	bold := false
	if r.tone != toneNone {
		ink, fill, bold = r.tone.ink(), r.tone.fill(), true
	}
	router := l.fitting(r.router, roleDense, ink)
	if bold || r.active {
		router = l.fittingBold(r.router, roleDense, ink)
	}
	if r.icon != "" {
		router = hsplit(6, []float32{0, 1}, row(0, l.icon(r.icon, ink, 15)), centreEntry(router))
	}
	cells := []fyne.CanvasObject{
		l.bold(r.hop, roleDense, tokInk), centreEntry(padding4(router)), centreEntry(padding4(l.fitting(r.address, roleMono, tokInk2))),
		l.timeBar(r), l.line(r.lost, roleDense, tokInk2),
	}
	return box(0, 30*l.scale, over(l.ground(fill, tokNone, 0), padded(0, 14, flow(columns{weights: hopColumns(), middle: true}, cells...))))
}

func padding4(o fyne.CanvasObject) fyne.CanvasObject { return flow(padding{right: 8}, o) }

func (l *look) fittingBold(text string, r role, t token) fyne.CanvasObject {
	c := l.bold(text, r, t)
	return &fyne.Container{Layout: fits{text}, Objects: []fyne.CanvasObject{c}}
}

// timeBar is a bar as long as the answer took, and the number.
func (l *look) timeBar(r hopRow) fyne.CanvasObject {
	text := l.line(r.time, roleDense, tokInk)
	if r.share <= 0 {
		return text
	}
	fill := tokBar
	if r.tone != toneNone {
		fill = r.tone.ink()
	}
	length := max(6, 74*r.share)
	return row(8, box(length, 8, l.ground(fill, tokNone, 4)), text, nil)
}

// testLine is one line of the list of tests: icon, title and what it says.
type testLine struct {
	state  string // done, running, waiting, failed, skipped
	title  string
	detail string
}

func (l *look) tests(lines []testLine) *fyne.Container {
	var all []fyne.CanvasObject
	for i, t := range lines {
		if i > 0 {
			all = append(all, l.rule())
		}
		i, ink := iconDot, tokInk3
		switch t.state {
		case "done":
			i, ink = iconOK, tokOK
		case "running":
			i, ink = iconRefresh, tokPrimary
		case "failed":
			i, ink = iconNo, tokInk3
		}
		all = append(all, l.item(l.icon(i, ink, 19), 32, vstack(0, l.line(t.title, roleBody, tokInk), l.para(t.detail, roleCaption, tokInk2))))
	}
	return l.card(toneNone, vstack(11, all...))
}

// mix lies between two colours.
func mix(a, b color.Color, share float32) color.Color {
	r1, g1, b1, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	f := func(x, y uint32) uint8 { return uint8((float32(x)*(1-share) + float32(y)*share) / 257) }
	return color.NRGBA{f(r1, r2), f(g1, g2), f(b1, b2), 0xff}
}
