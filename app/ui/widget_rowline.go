package ui

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// rowLine draws one visible row, and another one after scrolling.
type rowLine struct {
	box    *fyne.Container
	row    int // what is drawn, -1 nothing
	cut    bool
	ground *canvas.Rectangle
	texts  []*canvas.Text
	marks  []*canvas.Image // nil where none was needed yet
	remark *canvas.Text    // nil while none was needed
}

func (r *rows) newLine() *rowLine {
	line := &rowLine{row: -1, ground: canvas.NewRectangle(r.look.colour(tokNone)), marks: make([]*canvas.Image, len(r.spec.columns))}
	line.box = &fyne.Container{Layout: loose{}, Objects: []fyne.CanvasObject{line.ground}}
	if !r.spec.dense {
		rule := canvas.NewRectangle(r.look.colour(tokBorder))
		rule.Move(fyne.NewPos(0, r.rowHeight()-1))
		line.box.Add(rule)
	}
	for _, c := range r.spec.columns {
		text := r.look.line("", r.inks.role(c), tokInk)
		if c.right {
			text.Alignment = fyne.TextAlignTrailing
		}
		line.texts = append(line.texts, text)
		line.box.Add(text)
	}
	return line
}

// draw shows a row.
func (line *rowLine) draw(r *rows, row int) {
	line.row, line.cut = row, false
	width, height := r.Size().Width, r.rowHeight()
	line.box.Resize(fyne.NewSize(width, height))
	line.ground.Resize(fyne.NewSize(width, height))
	if !r.spec.dense {
		line.box.Objects[1].Resize(fyne.NewSize(width, 1))
	}
	fill, under := tokNone, tokSurface
	if r.spec.tint != nil {
		if t := r.spec.tint(row); t != toneNone {
			fill, under = t.fill(), t.fill()
		}
	}
	if row == r.chosen {
		fill, under = tokPrimaryTint, tokPrimaryTint
	}
	if c := r.look.colour(fill); line.ground.FillColor != c {
		line.ground.FillColor = c
		line.ground.Refresh()
	}
	taken := line.drawRemark(r, row)
	for i := range r.spec.columns {
		e := r.extents[i]
		if i == len(r.extents)-1 {
			e.width = max(e.width-taken, 0)
		}
		line.drawCell(r, i, r.spec.cell(row, i), e, under)
	}
}

// drawRemark draws the remark and tells how much room it takes from the last
// column, at most half the row.
func (line *rowLine) drawRemark(r *rows, row int) (taken float32) {
	remark := ""
	if r.spec.remark != nil {
		remark = r.spec.remark(row)
	}
	if remark == "" {
		if line.remark != nil {
			line.remark.Hide()
		}
		return 0
	}
	if line.remark == nil {
		line.remark = r.look.bold("", roleCaption, tokWarn)
		line.remark.Alignment = fyne.TextAlignTrailing
		line.box.Add(line.remark)
	}
	right := r.Size().Width - rowPad - barWidth/2
	shown, _ := r.inks.remark.fit(remark, right/2, 0)
	width := measure(shown, line.remark.TextSize, line.remark.TextStyle)
	write(line.remark, shown, tokWarn, r.look, extent{right - width, width}, r.inks.remark.height, r.rowHeight())
	line.remark.Show()
	last := r.extents[len(r.extents)-1]
	return max(last.left+last.width-(right-width)+columnGap, 0)
}

func (line *rowLine) drawCell(r *rows, col int, c cell, e extent, under token) {
	if c.ink == "" {
		c.ink = tokInk
	}
	if c.markInk == "" {
		c.markInk = c.ink
	}
	if room := line.drawMark(r, col, c, e, under); room > 0 {
		e = extent{e.left + room, max(e.width-room, 0)}
	}
	skip := 0
	if col == len(r.extents)-1 {
		skip = r.shift
	}
	ruler := r.inks.ruler(r.spec.columns[col])
	shown, cut := ruler.fit(c.text, e.width, skip)
	line.cut = line.cut || cut && col == len(r.extents)-1
	write(line.texts[col], shown, c.ink, r.look, e, ruler.height, r.rowHeight())
}

// drawMark draws the icon before a text and tells how much room it takes.
func (line *rowLine) drawMark(r *rows, col int, c cell, e extent, under token) float32 {
	image := line.marks[col]
	size := markSize * r.look.scale
	if c.mark == "" || e.width < size {
		if image != nil {
			image.Hide()
		}
		return 0
	}
	drawn := r.inks.mark(c.mark, c.markInk, under)
	if image == nil {
		image = canvas.NewImageFromResource(drawn)
		image.FillMode = canvas.ImageFillContain
		image.Resize(fyne.NewSquareSize(size))
		line.marks[col] = image
		line.box.Add(image)
	}
	image.Move(fyne.NewPos(e.left, (r.rowHeight()-size)/2))
	if image.Resource != drawn {
		image.Resource = drawn
		image.Refresh()
	}
	image.Show()
	return size + markGap*r.look.scale
}

// write changes a text where it must be changed.
func write(t *canvas.Text, shown string, ink token, l *look, e extent, height, row float32) {
	t.Move(fyne.NewPos(e.left, (row-height)/2))
	changed := t.Text != shown || t.Color != l.colour(ink)
	t.Text, t.Color = shown, l.colour(ink)
	if s := fyne.NewSize(e.width, height); s != t.Size() {
		t.Resize(s) // refreshes
	} else if changed {
		t.Refresh()
	}
}

// rowInks is what rows draw with.
type rowInks struct {
	look                      *look
	plain, mono, bold, remark *ruler
	drawn                     map[[3]string]fyne.Resource // icons by name, ink and ground
}

func newRowInks(l *look) rowInks {
	of := func(r role, bold bool) *ruler {
		style := r.style()
		style.Bold = style.Bold || bold
		return &ruler{size: l.size(r), style: style, height: fyne.MeasureText("X", l.size(r), style).Height}
	}
	return rowInks{look: l, plain: of(roleDense, false), mono: of(roleMono, false), bold: of(roleDense, true), remark: of(roleCaption, true),
		drawn: map[[3]string]fyne.Resource{}}
}

func (k rowInks) role(c column) role {
	if c.mono {
		return roleMono
	}
	return roleDense
}

func (k rowInks) ruler(c column) *ruler {
	if c.mono {
		return k.mono
	}
	return k.plain
}

func (k rowInks) mark(i icon, ink, under token) fyne.Resource {
	key := [3]string{string(i), string(ink), string(under)}
	if _, ok := k.drawn[key]; !ok {
		k.drawn[key] = k.look.tinted(i, ink, under)
	}
	return k.drawn[key]
}

// ruler measures text rune by rune: those are few and remembered, while lines of
// a log are many, and measuring one of a script without a font is slow.
type ruler struct {
	size   float32
	style  fyne.TextStyle
	height float32
	ascii  [utf8.RuneSelf]float32
}

func (u *ruler) width(c rune) float32 {
	if c < 0 || c >= utf8.RuneSelf {
		return measure(string(c), u.size, u.style)
	}
	if u.ascii[c] == 0 {
		u.ascii[c] = measure(string(c), u.size, u.style)
	}
	return u.ascii[c]
}

// longestCell is how many characters of a cell are looked at; the widest screen
// has room for less, but runes without width could go on for ever.
const longestCell = 2000

// fit gives what of a text can be seen in a width when its first characters are
// scrolled away. «…» stands where something is missing; cut is whether it is at
// the end.
func (u *ruler) fit(text string, width float32, skip int) (shown string, cut bool) {
	const more = "…"
	dots := u.width('…')
	if text == "" || width < dots {
		return "", text != ""
	}
	before, wide := "", float32(0)
	if skip > 0 {
		for range skip + 1 { // one more, in whose place «…» is
			_, n := utf8.DecodeRuneInString(text)
			text = text[n:]
		}
		if before, wide = more, dots; width < 2*dots {
			return before, text != ""
		}
	}
	until, runes := 0, 0
	for i, c := range text {
		if wide <= width-dots {
			until = i
		}
		wide += u.width(c)
		if runes++; wide > width || runes > longestCell {
			return before + valid(text[:until]) + more, true
		}
	}
	return before + valid(text), false
}

func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
