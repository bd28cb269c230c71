package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
)

// Where things of rows are: geometry, drawing, and what the pointer hits.

// extent is where a column is, and how wide its text may be.
type extent struct{ left, width float32 }

// The paddings of rows: at both ends, between columns, for the scroll bar. A
// column that takes the rest gets at least restLeast.
const (
	rowPad, columnGap, restLeast = 14, 8, 80
	markSize, markGap            = 15, 6
	accentWidth                  = 3
)

// spread gives the columns their widths. If they have no room, all shrink alike;
// if nothing takes the rest, all grow alike.
func (r *rows) spread(width float32) {
	inner := max(width-2*rowPad-barWidth/2, 0)
	r.extents = make([]extent, len(r.spec.columns))
	sum, rest := float32(0), -1
	for i, c := range r.spec.columns {
		w := c.width * r.look.scale
		if c.width == 0 {
			w, rest = restLeast*r.look.scale, i
		}
		r.extents[i].width = w
		sum += w
	}
	if rest >= 0 {
		r.extents[rest].width += max(inner-sum, 0)
	}
	share, left := float32(1), float32(rowPad)
	if sum > inner || rest < 0 && sum > 0 {
		share = inner / sum
	}
	for i := range r.extents {
		e := &r.extents[i]
		full := e.width * share
		e.left, e.width = left, full
		if i < len(r.extents)-1 {
			e.width = max(full-columnGap, 0)
		}
		left += full
	}
}

// place puts everything where it belongs at the widget's size.
func (r *rows) place() {
	s, head := r.Size(), r.headHeight()
	r.spread(s.Width)
	r.head.Resize(fyne.NewSize(s.Width, head))
	r.window.Move(fyne.NewPos(0, head))
	r.window.Resize(fyne.NewSize(s.Width, max(s.Height-head, 0)))
	r.body.Resize(r.window.Size())
	r.bar.Move(fyne.NewPos(s.Width-barWidth, head+barInset))
	r.bar.Resize(fyne.NewSize(barWidth, max(s.Height-head-2*barInset, 0)))
	r.drawHead()
	if r.unseen && r.chosen >= 0 {
		r.reveal(r.chosen)
	}
	r.paint(true)
}

// tell says which row is on top, if it is another one than before.
func (r *rows) tell() {
	if r.first != r.told && r.spec.onMove != nil {
		r.spec.onMove(r.first)
	}
	r.told = r.first
}

// paint draws the visible rows; all is whether those that stay are drawn anew.
func (r *rows) paint(all bool) {
	n, height := r.count(), r.rowHeight()
	if r.visible() > 0 {
		r.first = min(max(r.first, 0), max(n-r.page(), 0))
		r.tell()
	}
	shown := 0
	if h := r.bodyHeight(); h > 0 && r.Size().Width > 0 {
		shown = min(int(h/height)+1, n)
	}
	if shown != len(r.lines) {
		all = true
		r.stock(shown)
	}
	for i := range r.lines {
		row := r.first + i
		line := r.lines[row%shown] // a row keeps its line while it is visible
		if row >= n {
			line.row = -1
			line.box.Hide()
			continue
		}
		line.box.Move(fyne.NewPos(0, float32(i)*height))
		if all || line.row != row {
			line.draw(r, row)
		}
		line.box.Show()
	}
	r.decorate()
	r.bar.place()
}

// stock keeps n lines.
func (r *rows) stock(n int) {
	for len(r.lines) < n {
		r.lines = append(r.lines, r.newLine())
	}
	clear(r.lines[n:])
	r.lines = r.lines[:n]
	r.body.Objects = r.body.Objects[:0]
	for _, line := range r.lines {
		r.body.Objects = append(r.body.Objects, line.box)
	}
	r.body.Objects = append(r.body.Objects, r.accent, r.veil)
	r.body.Refresh()
}

// decorate puts the bar of the selected row, the veil under the pointer and the
// ring of the focus where they belong.
func (r *rows) decorate() {
	width := r.Size().Width
	at := func(row int) (fyne.Position, bool) {
		return fyne.NewPos(0, float32(row-r.first)*r.rowHeight()), row >= r.first && row < r.first+len(r.lines) && row < r.count()
	}
	cover := func(o *canvas.Rectangle, p fyne.Position, s fyne.Size, visible bool) {
		o.Hidden = !visible
		o.Move(p)
		o.Resize(s)
		o.Refresh()
	}
	p, ok := at(r.chosen)
	cover(r.accent, p, fyne.NewSize(accentWidth, r.rowHeight()-1), ok)
	row, col := r.hit(r.pointer)
	p, ok = at(row)
	cover(r.veil, p, fyne.NewSize(width, r.rowHeight()), ok && r.over && row >= 0)
	if r.spec.onHeader != nil {
		r.veilHead(col)
	}
	left, top, height := float32(0), float32(0), r.Size().Height // no row is seen: around everything
	r.ring.CornerRadius = 12                                     // as the sheet
	if p, ok := at(r.chosen); ok {
		r.ring.CornerRadius = 0
		top = r.headHeight() + p.Y
		height = min(r.rowHeight(), r.Size().Height-top)
	}
	if r.marked >= 0 {
		r.ring.CornerRadius = 0
		left, width = r.reach(r.marked)
		top, height = 0, r.headHeight()
	}
	const inset = focusWidth / 2
	cover(r.ring, fyne.NewPos(left+inset, top+inset), fyne.NewSize(max(width-2*inset, 0), max(height-2*inset, 0)), r.focused)
}

// reach is from where to where a heading can be pressed.
func (r *rows) reach(col int) (left, width float32) {
	right := r.Size().Width
	if col+1 < len(r.extents) {
		right = r.extents[col+1].left - columnGap
	}
	if col > 0 {
		left = r.extents[col].left - columnGap
	}
	return left, right - left
}

// drawHead draws the headings. The first object is the ground, the last one the
// veil under the pointer.
func (r *rows) drawHead() {
	r.head.Objects = nil
	height := r.headHeight()
	if height <= 0 || len(r.extents) == 0 {
		return
	}
	add := func(o fyne.CanvasObject, x, y, w, h float32) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(fyne.NewSize(w, h))
		r.head.Objects = append(r.head.Objects, o)
	}
	ground := r.look.ground(tokSunken, tokNone, 0)
	ground.TopLeftCornerRadius, ground.TopRightCornerRadius = 12, 12 // as the sheet around
	add(ground, 0, 0, r.Size().Width, height)
	add(canvas.NewRectangle(r.look.colour(tokBorder)), 0, height-1, r.Size().Width, 1)
	for i, c := range r.spec.columns {
		e, side := r.extents[i], float32(0)
		if i == r.spec.sorted {
			side = (markSize + markGap) * r.look.scale
		}
		text := r.look.bold("", roleDense, tokInk2)
		text.Text, _ = r.inks.bold.fit(c.title, e.width-side, 0)
		end := e.left + measure(text.Text, text.TextSize, text.TextStyle)
		if c.right {
			text.Alignment, end = fyne.TextAlignTrailing, e.left+e.width-side
		}
		add(text, e.left, (height-r.inks.bold.height)/2, e.width-side, r.inks.bold.height)
		if i == r.spec.sorted {
			drawn := iconUp
			if r.spec.down {
				drawn = iconDown
			}
			size := markSize * r.look.scale
			add(r.look.iconOn(drawn, tokInk2, tokSunken, markSize), end+markGap*r.look.scale, (height-size)/2, size, size)
		}
	}
	veil := canvas.NewRectangle(r.look.colour(tokHover))
	veil.Hidden = true
	add(veil, 0, 0, 0, height)
	r.head.Refresh()
}

// veilHead shows which heading is under the pointer, -1 for none.
func (r *rows) veilHead(col int) {
	if len(r.head.Objects) == 0 {
		return
	}
	veil := r.head.Objects[len(r.head.Objects)-1]
	if col < 0 || !r.over {
		veil.Hide()
		return
	}
	left, width := r.reach(col)
	veil.Move(fyne.NewPos(left, 0))
	veil.Resize(fyne.NewSize(width, r.headHeight()))
	veil.Show()
}

// hit is the row or the heading at a place, -1 where there is none.
func (r *rows) hit(p fyne.Position) (row, col int) {
	s := r.Size()
	if p.X < 0 || p.X >= s.Width || p.Y < 0 || p.Y >= s.Height {
		return -1, -1
	}
	if p.Y < r.headHeight() {
		for i := range r.extents {
			if left, width := r.reach(i); p.X >= left && p.X < left+width {
				return -1, i
			}
		}
		return -1, -1
	}
	if row = r.first + int((p.Y-r.headHeight())/r.rowHeight()); row >= r.count() {
		return -1, -1
	}
	return row, -1
}

// MouseDown selects at once: a tap comes only after Fyne has waited for a second
// one.
func (r *rows) MouseDown(e *desktop.MouseEvent) {
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	r.takeFocus()
	var row int
	if row, r.pressed = r.hit(e.Position); row >= 0 {
		r.show(row)
	}
}

// MouseUp presses a heading.
func (r *rows) MouseUp(e *desktop.MouseEvent) {
	if _, col := r.hit(e.Position); col >= 0 && col == r.pressed && r.spec.onHeader != nil {
		r.spec.onHeader(col)
	}
	r.pressed = -1
}

// DoubleTapped opens a row.
func (r *rows) DoubleTapped(e *fyne.PointEvent) {
	if row, _ := r.hit(e.Position); row >= 0 && row == r.chosen {
		r.open(row)
	}
}

// MouseIn, MouseMoved and MouseOut show what is under the pointer.
func (r *rows) MouseIn(e *desktop.MouseEvent)    { r.MouseMoved(e) }
func (r *rows) MouseMoved(e *desktop.MouseEvent) { r.over, r.pointer = true, e.Position; r.decorate() }
func (r *rows) MouseOut()                        { r.over = false; r.decorate() }
