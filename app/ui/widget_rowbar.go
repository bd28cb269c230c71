package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// rowBar is the scroll bar of rows. The keyboard does without it.
type rowBar struct {
	widget.BaseWidget
	rows  *rows
	thumb *canvas.Rectangle
	grab  float32 // where on the thumb it was taken, -1 nowhere
	y     float32 // of the thumb
	tall  float32
}

// The width that can be pressed, of what is drawn, the least height of it, and
// how far it stays from the sheet's round corners.
const barWidth, thumbWidth, thumbLeast, barInset = 16, 6, 24, 4

func newRowBar(r *rows) *rowBar {
	b := &rowBar{rows: r, thumb: r.look.ground(tokStrong, tokNone, thumbWidth/2), grab: -1}
	b.ExtendBaseWidget(b)
	return b
}

// place puts the thumb where the rows are. It is not there when all rows are.
func (b *rowBar) place() {
	n, page, height := float64(b.rows.count()), float64(b.rows.page()), float64(b.Size().Height)
	last := n - page // the topmost row at the end
	if last <= 0 || height <= thumbLeast {
		b.Hide()
		return
	}
	tall := max(height*page/n, thumbLeast)
	b.tall, b.y = float32(tall), float32((height-tall)*float64(b.rows.first)/last)
	b.thumb.Move(fyne.NewPos((barWidth-thumbWidth)/2, b.y))
	b.thumb.Resize(fyne.NewSize(thumbWidth, b.tall))
	b.Show()
}

// MouseDown takes the thumb, or goes a page towards the pointer.
func (b *rowBar) MouseDown(e *desktop.MouseEvent) {
	b.rows.takeFocus()
	switch y := e.Position.Y; {
	case y < b.y:
		b.rows.scrollTo(b.rows.first - b.rows.page())
	case y >= b.y+b.tall:
		b.rows.scrollTo(b.rows.first + b.rows.page())
	default:
		b.grab = y - b.y
	}
}

// MouseUp lets go.
func (b *rowBar) MouseUp(*desktop.MouseEvent) { b.grab = -1 }

// Dragged moves the thumb with the pointer.
func (b *rowBar) Dragged(e *fyne.DragEvent) {
	if b.grab < 0 {
		return
	}
	way := float64(b.Size().Height - b.tall)
	last := float64(b.rows.count() - b.rows.page())
	if way <= 0 || last <= 0 {
		return
	}
	share := min(max(float64(e.Position.Y-b.grab)/way, 0), 1)
	b.rows.scrollTo(int(share*last + 0.5))
}

// DragEnd lets go.
func (b *rowBar) DragEnd() { b.grab = -1 }

// MouseIn shows that the thumb can be taken.
func (b *rowBar) MouseIn(*desktop.MouseEvent) { b.tone(tokInk3) }

// MouseMoved is part of desktop.Hoverable.
func (b *rowBar) MouseMoved(*desktop.MouseEvent) {}

// MouseOut ends MouseIn.
func (b *rowBar) MouseOut() { b.tone(tokStrong) }

func (b *rowBar) tone(t token) {
	b.thumb.FillColor = b.rows.look.colour(t)
	b.thumb.Refresh()
}

// MinSize is small: the rows give it its size.
func (b *rowBar) MinSize() fyne.Size { return fyne.NewSize(barWidth, 0) }

func (b *rowBar) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(&fyne.Container{Layout: loose{}, Objects: []fyne.CanvasObject{b.thumb}})
}
