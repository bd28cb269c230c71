package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// entry is Fyne's entry that tells when it has the focus and lets shortcuts of
// the window through Esc.
type entry struct {
	widget.Entry
	say     string
	onFocus func(bool)
	onEsc   func()
}

func newEntry(placeholder string) *entry {
	e := &entry{say: placeholder}
	e.PlaceHolder = placeholder
	e.ExtendBaseWidget(e)
	return e
}

// FocusGained draws the ring around the whole field.
func (e *entry) FocusGained() {
	e.Entry.FocusGained()
	if e.onFocus != nil {
		e.onFocus(true)
	}
}

// FocusLost ends it.
func (e *entry) FocusLost() {
	e.Entry.FocusLost()
	if e.onFocus != nil {
		e.onFocus(false)
	}
}

// TypedKey passes Esc on.
func (e *entry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape && e.onEsc != nil {
		e.onEsc()
		return
	}
	e.Entry.TypedKey(k)
}

// AccessibilityLabel says what belongs here.
func (e *entry) AccessibilityLabel() string { return e.say }

// bare is the look without the entry's own border, which the field draws.
type bare struct{ *look }

func (b bare) Size(name fyne.ThemeSizeName) float32 {
	if name == "inputBorder" {
		return 0
	}
	return b.look.Size(name)
}

// field is a framed entry with an icon.
func (l *look) field(i icon, e *entry) fyne.CanvasObject {
	frame := l.ground(tokSurface, tokStrong, 8)
	e.onFocus = func(on bool) {
		frame.StrokeColor, frame.StrokeWidth = l.colour(tokStrong), 1
		if on {
			frame.StrokeColor, frame.StrokeWidth = l.colour(tokPrimary), 2
		}
		frame.Refresh()
	}
	inside := hsplit(0, []float32{0, 1}, padded(0, 4, row(0, l.icon(i, tokInk3, 20))), centreEntry(container.NewThemeOverride(e, bare{l})))
	return box(0, heightLarge*l.scale, over(frame, padded(0, 8, inside)))
}

// centreEntry keeps an entry at its own height in the middle of the field.
func centreEntry(e fyne.CanvasObject) fyne.CanvasObject {
	return flow(columns{weights: []float32{1}, middle: true}, e)
}

// dropdown is Fyne's selection with an outline, at a fixed width.
func (l *look) dropdown(options []string, chosen string, onChoose func(int)) fyne.CanvasObject {
	s := widget.NewSelect(options, nil)
	s.Selected = chosen
	s.OnChanged = func(string) { onChoose(s.SelectedIndex()) }
	return box(216, heightUsual*l.scale, over(s, l.ground(tokNone, tokStrong, 8)))
}

// meter shows how far something is, with a word on each side.
type meter struct {
	fill        *canvas.Rectangle
	left, right *canvas.Text
	share       float32
	object      fyne.CanvasObject
}

func (l *look) meter() *meter {
	m := &meter{left: l.line("", roleCaption, tokInk2), right: l.line("", roleCaption, tokInk2)}
	track := l.ground(tokBorder, tokNone, 4)
	m.fill = l.ground(tokPrimary, tokNone, 4)
	m.object = box(190, 0, vstack(6, row(0, m.left, nil, m.right), box(0, 8, &fyne.Container{Layout: m, Objects: []fyne.CanvasObject{track, m.fill}})))
	return m
}

func (m *meter) set(share float32, left, right string) {
	m.share, m.left.Text, m.right.Text = min(max(share, 0), 1), left, right
	m.object.Refresh()
}

func (m *meter) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	objects[0].Resize(s)
	objects[1].Resize(fyne.NewSize(s.Width*m.share, s.Height))
}

func (m *meter) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(20, 8) }
