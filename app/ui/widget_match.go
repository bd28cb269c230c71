package ui

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// matchBox is a program or a part of the report.
type matchBox struct {
	icon          icon
	tone          tone
	title, detail string // may wrap; ** marks bold
	chosen        bool
	say           string
	key           string // to find the focus again; "" cannot be pressed
	onTap         func()
}

// joinKind is how sure it is that a program and a target belong together: thick,
// thin or dashed, so that it is seen without colour as well.
type joinKind int

const (
	joinThick joinKind = iota
	joinThin
	joinDashed
)

// join is a line from a box on the left to one on the right.
type join struct {
	from, to int
	kind     joinKind
	faint    bool // there are many, and it belongs to a box that is not chosen
}

// matchSpec is what runs on the server beside what the report names.
type matchSpec struct {
	left, right []matchBox
	joins       []join
}

// The measures of the picture: least room between the sides for the lines, room
// between boxes, the shares of the sides.
const (
	joinRoom            = 64
	matchGap            = 10
	leftPart, rightPart = 0.36, 0.44
)

// matchPanel draws two sides and the lines between them. known is told each box
// that can be pressed.
func (l *look) matchPanel(s matchSpec, known func(key string, p *press) *press) *fyne.Container {
	p := &matchPanel{look: l, spec: s}
	var boxes [2][]*press
	for side, list := range [][]matchBox{s.left, s.right} {
		for _, b := range list {
			o, pressed := l.matchBox(b)
			p.objects[side] = append(p.objects[side], o)
			if pressed != nil {
				boxes[side] = append(boxes[side], known(b.key, pressed))
			}
		}
	}
	for side, list := range boxes {
		for at, b := range list {
			b.onKey = betweenBoxes(boxes, side, at)
		}
	}
	lines := &fyne.Container{Layout: still{}}
	p.lines = lines
	return flow(p, append(append([]fyne.CanvasObject{lines}, p.objects[0]...), p.objects[1]...)...)
}

// betweenBoxes moves with the arrows within a side and to the other.
func betweenBoxes(boxes [2][]*press, side, at int) func(fyne.KeyName) bool {
	return func(key fyne.KeyName) bool {
		switch key {
		case fyne.KeyUp:
			at := max(at-1, 0)
			focusOn(boxes[side][at])
		case fyne.KeyDown:
			focusOn(boxes[side][min(at+1, len(boxes[side])-1)])
		case fyne.KeyLeft, fyne.KeyRight:
			to := 0
			if key == fyne.KeyRight {
				to = 1
			}
			if n := len(boxes[to]); n > 0 && to != side {
				focusOn(boxes[to][min(at, n-1)])
			}
		default:
			return false
		}
		return true
	}
}

func focusOn(p *press) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(p); c != nil {
		c.Focus(p)
	}
}

// matchBox draws a box; pressed is nil where nothing can be done with it.
func (l *look) matchBox(b matchBox) (object fyne.CanvasObject, pressed *press) {
	fill, edge, ink := tokSurface, tokStrong, tokInk2
	if b.tone != toneNone {
		fill, edge, ink = b.tone.fill(), b.tone.ink(), b.tone.ink()
	}
	ground := l.ground(fill, edge, 8)
	if b.chosen {
		ground.StrokeWidth = 2
	}
	words := vstack(1, l.para(b.title, roleDense, tokInk), l.para(b.detail, roleCaption, tokInk2))
	content := over(ground, padded(8, 12, hsplit(10, []float32{0, 1}, flow(middle{}, l.iconOn(b.icon, ink, fill, 20)), words)))
	if b.key == "" {
		return l.spoken(b.say, content), nil
	}
	pressed = l.press(content, 8, b.say, b.onTap)
	return pressed, pressed
}

// matchPanel lays the sides out and draws the lines for the width there is.
type matchPanel struct {
	look    *look
	spec    matchSpec
	objects [2][]fyne.CanvasObject
	lines   *fyne.Container
	size    fyne.Size
}

// sides are the widths of both sides.
func (p *matchPanel) sides(width float32) [2]float32 {
	most := [2]float32{width * leftPart, width * rightPart}
	if room := width - joinRoom*p.look.scale; room < most[0]+most[1] {
		most[0], most[1] = room*leftPart/(leftPart+rightPart), room*rightPart/(leftPart+rightPart)
	}
	return [2]float32{min(most[0], 300*p.look.scale), min(most[1], 340*p.look.scale)}
}

// height is that of a side.
func (p *matchPanel) height(side int, width float32) float32 {
	return stack{matchGap}.heightFor(p.objects[side], p.sides(width)[side])
}

func (p *matchPanel) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	return max(p.height(0, width), p.height(1, width))
}

func (p *matchPanel) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 60) }

func (p *matchPanel) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if size == p.size {
		return
	}
	p.size = size
	sides := p.sides(size.Width)
	var middles [2][]float32 // of the boxes
	for side, list := range p.objects {
		x, y := float32(0), (size.Height-p.height(side, size.Width))/2
		if side == 1 {
			x = size.Width - sides[1]
		}
		for _, o := range list {
			high := heightOf(o, sides[side])
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(sides[side], high))
			middles[side] = append(middles[side], y+high/2)
			y += high + matchGap
		}
	}
	p.lines.Move(fyne.NewPos(sides[0], 0))
	p.lines.Resize(fyne.NewSize(max(size.Width-sides[0]-sides[1], 0), size.Height))
	p.draw(middles)
}

// draw makes the lines anew: what is chosen and what is surest come
// last and lie on top.
func (p *matchPanel) draw(middles [2][]float32) {
	p.lines.Objects = nil
	room := p.lines.Size()
	order := slices.Clone(p.spec.joins)
	slices.SortStableFunc(order, func(a, b join) int { return cmp.Or(bit(b.faint)-bit(a.faint), int(b.kind-a.kind)) })
	for _, j := range order {
		from, to := fyne.NewPos(0, middles[0][j.from]), fyne.NewPos(room.Width, middles[1][j.to])
		p.lines.Objects = append(p.lines.Objects, p.look.joinLine(j, from, to, room)...)
	}
	p.lines.Refresh()
}

// stroke is how a kind of line is drawn.
func (k joinKind) stroke() (ink token, width float32) {
	switch k {
	case joinThick:
		return tokLock, 3
	case joinThin:
		return tokInk2, 2
	}
	return tokStrong, 2
}

// The dashes of a line: as long as those of the path.
const joinDash, joinStep = 6, 11

// joinLine draws an S from one side to the other within room.
func (l *look) joinLine(j join, from, to fyne.Position, room fyne.Size) []fyne.CanvasObject {
	ink, width := j.kind.stroke()
	colour := l.colour(ink)
	if j.faint {
		colour = mix(colour, l.colour(tokSurface), 0.6)
	}
	bend := (to.X - from.X) / 2
	first, second := fyne.NewPos(from.X+bend, from.Y), fyne.NewPos(to.X-bend, to.Y)
	if j.kind != joinDashed {
		curve := canvas.NewCubicBezierCurve(from, first, second, to, colour)
		curve.StrokeWidth = width
		curve.Resize(room)
		return []fyne.CanvasObject{curve}
	}
	at := func(t float32) fyne.Position {
		u := 1 - t
		a, b, c, d := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
		return fyne.NewPos(a*from.X+b*first.X+c*second.X+d*to.X, a*from.Y+b*first.Y+c*second.Y+d*to.Y)
	}
	span := abs(to.X-from.X) + abs(to.Y-from.Y) // a little more than the curve is long
	steps := max(span/joinStep, 2)
	var dashes []fyne.CanvasObject
	for n := range int(steps) {
		dash := canvas.NewLine(colour)
		dash.StrokeWidth = width
		dash.Position1, dash.Position2 = at(float32(n)/steps), at((float32(n)+joinDash/float32(joinStep))/steps)
		dashes = append(dashes, dash)
	}
	return dashes
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func abs(x float32) float32 { return max(x, -x) }

// joinSample is a short line with the words of its kind.
func (l *look) joinSample(k joinKind, words string) fyne.CanvasObject {
	const long, high = 3 * joinStep, 8
	room := fyne.NewSize(long, high)
	line := &fyne.Container{Layout: still{}, Objects: l.joinLine(join{kind: k}, fyne.NewPos(0, high/2), fyne.NewPos(long, high/2), room)}
	return row(8, box(long, high, line), l.line(words, roleCaption, tokInk2))
}
