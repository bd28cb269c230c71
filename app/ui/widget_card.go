package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// ground is a rounded rectangle.
func (l *look) ground(fill, edge token, radius float32) *canvas.Rectangle {
	r := canvas.NewRectangle(l.colour(fill))
	r.CornerRadius = radius
	if edge != tokNone {
		r.StrokeColor, r.StrokeWidth = l.colour(edge), 1
	}
	return r
}

// card is a sheet with an outline and a soft shadow.
func (l *look) card(t tone, content fyne.CanvasObject) *fyne.Container {
	return l.sheet(t, pad(18, content))
}

// sheet is a card without padding, for tables.
func (l *look) sheet(t tone, content fyne.CanvasObject) *fyne.Container {
	r := l.ground(tokSurface, t.edge(), 12)
	r.Shadow = canvas.Shadow{Color: l.colour(tokShadow), BlurRadius: 3, Offset: fyne.NewPos(0, 1)}
	return over(r, content)
}

// rule is a thin line between things.
func (l *look) rule() fyne.CanvasObject {
	return box(0, 1, canvas.NewRectangle(l.colour(tokBorder)))
}

// bar is a thin upright line.
func (l *look) bar() fyne.CanvasObject {
	return box(1, 36, canvas.NewRectangle(l.colour(tokBorder)))
}

// mark is how a verdict looks: its icon and tone. State is never colour alone.
type mark struct {
	icon icon
	tone tone
}

// markOf gives the mark of a verdict's code; "checking" and "" (not checked)
// have one as well.
func markOf(code string) mark {
	marks := map[string]mark{
		"reachable": {iconOK, toneOK}, "locked": {iconLock, toneLock}, "host-down": {iconPower, toneWarn},
		"filtered": {iconFilter, toneInfo}, "before-provider": {iconRouter, toneWarn}, "local": {iconLaptop, toneNone},
		"loop": {iconLoop, toneWarn}, "inconclusive": {iconHelp, toneNone}, "checking": {iconRefresh, toneNone}, "": {iconHelp, toneNone},
	}
	return marks[code]
}

// badge is icon and word on a tinted pill.
func (l *look) badge(m mark, word string) fyne.CanvasObject {
	height := 28 * l.scale
	r := l.ground(m.tone.fill(), m.tone.edge(), height/2)
	return box(0, height, over(r, padded(0, 11, row(7, l.iconOn(m.icon, m.tone.ink(), m.tone.fill(), 15), l.bold(word, roleDense, m.tone.ink())))))
}

// confidence is three segments and a word.
func (l *look) confidence(level int, word string, t tone) fyne.CanvasObject {
	on := t.ink()
	if t == toneNone {
		on = tokStrong
	}
	segments := make([]fyne.CanvasObject, 3)
	for i := range segments {
		fill := tokBorder
		if i < level {
			fill = on
		}
		r := l.ground(fill, tokNone, 3)
		segments[i] = box(22, 7, r)
	}
	return row(8, row(3, segments...), l.bold(word, roleBody, tokInk))
}

// bullet is an icon and a paragraph beside it.
func (l *look) bullet(i icon, t token, text string) fyne.CanvasObject {
	return l.item(l.icon(i, t, 17), 26, l.para(text, roleBody, tokInk))
}

// numbered is a circled number and something beside it.
func (l *look) numbered(n string, content fyne.CanvasObject) fyne.CanvasObject {
	r := l.ground(tokPrimaryTint, tokPrimaryBorder, 12*l.scale)
	label := l.bold(n, roleCaption, tokPrimary)
	label.Alignment = fyne.TextAlignCenter
	return l.item(box(24*l.scale, 24*l.scale, over(r, label)), 34, content)
}

// item puts a small thing at the first line of something larger.
func (l *look) item(small fyne.CanvasObject, width float32, content fyne.CanvasObject) fyne.CanvasObject {
	return hsplit(0, []float32{0, 1}, box(width*l.scale, 0, flow(topLeft{}, small)), content)
}

// topLeft keeps its object at its own size in the corner.
type topLeft struct{}

func (topLeft) heightFor(objects []fyne.CanvasObject, _ float32) float32 {
	return objects[0].MinSize().Height + 2
}

func (topLeft) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	objects[0].Move(fyne.NewPos(0, 1))
	objects[0].Resize(objects[0].MinSize())
}

func (topLeft) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().AddWidthHeight(0, 2)
}

// titled is a card with a title over its lines.
func (l *look) titled(title string, lines ...fyne.CanvasObject) *fyne.Container {
	return l.card(toneNone, vstack(12, append([]fyne.CanvasObject{l.line(title, roleCard, tokInk)}, lines...)...))
}

// problem says inline what happened and what still works: never a dialog.
func (l *look) problem(title, sentence string, actions ...fyne.CanvasObject) fyne.CanvasObject {
	lines := []fyne.CanvasObject{l.para("**"+title+"**", roleBody, tokInk), l.para(sentence, roleDense, tokInk2)}
	if actions = slices.DeleteFunc(actions, func(o fyne.CanvasObject) bool { return o == nil }); len(actions) > 0 {
		lines = append(lines, wrap(8, actions...))
	}
	return over(l.ground(tokWarnTint, tokWarnBorder, 10), pad(16, l.item(l.icon(iconWarn, tokWarn, 22), 36, vstack(6, lines...))))
}

// empty says what will be here.
func (l *look) empty(i icon, title, sentence string, actions ...fyne.CanvasObject) fyne.CanvasObject {
	text := l.para(sentence, roleBody, tokInk2)
	text.align = fyne.TextAlignCenter
	lines := []fyne.CanvasObject{row(0, nil, l.tile(i, toneNone, 56), nil), row(0, nil, l.line(title, roleLead, tokInk), nil), flow(centred{560}, text)}
	if len(actions) > 0 {
		lines = append(lines, row(8, append(append([]fyne.CanvasObject{nil}, actions...), nil)...))
	}
	return padded(60, 24, vstack(14, lines...))
}

// page scrolls its content, which is laid out for the width there is.
type page struct {
	content fyne.CanvasObject
	scroll  *container.Scroll
	inner   *fyne.Container
	width   float32
}

func newPage(content fyne.CanvasObject) *page {
	p := &page{content: content}
	p.inner = &fyne.Container{Layout: p.inside(), Objects: []fyne.CanvasObject{content}}
	p.scroll = container.NewVScroll(p.inner)
	return p
}

func (p *page) object() *fyne.Container {
	return &fyne.Container{Layout: p, Objects: []fyne.CanvasObject{p.scroll}}
}

// scrollTo goes to a place, as far as the content reaches.
func (p *page) scrollTo(y float32) {
	if most := p.inner.MinSize().Height - p.scroll.Size().Height; most > 0 {
		p.scroll.ScrollToOffset(fyne.NewPos(0, min(max(y, 0), most)))
	}
}

// reflow lays the page out anew after something in it has changed its height.
func (p *page) reflow() { p.scroll.Refresh() }

func (p *page) inside() fyne.Layout { return pageInside{p} }

func (p *page) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	p.width = size.Width
	p.scroll.Move(fyne.Position{})
	p.scroll.Resize(size)
	p.scroll.Refresh()
}

func (p *page) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(300, 200) }

type pageInside struct{ *page }

func (p pageInside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.Position{})
	objects[0].Resize(fyne.NewSize(size.Width, max(size.Height, heightOf(objects[0], size.Width))))
}

func (p pageInside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if p.width <= 0 {
		return fyne.NewSize(10, 10)
	}
	return fyne.NewSize(10, heightOf(objects[0], p.width))
}
