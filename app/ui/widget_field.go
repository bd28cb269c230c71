package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// entry is Fyne's entry that tells when it has the focus, and leaves the keys
// and shortcuts that are none of its business to the window: Fyne gives them to
// what has the focus alone.
type entry struct {
	widget.Entry
	say        string
	onFocus    func(bool)
	onShortcut func(fyne.Shortcut) bool // true: it was the window's
	onLines    func(text string)        // gets a paste of several lines instead of the field; may be nil
	onLong     func(text string)        // gets a paste that is too long to be laid out; may be nil
}

// longestTyped is how long a text in a field may be, in bytes: a field lays out
// all of its lines, and the window waits for it.
const longestTyped = 64 << 10

func newEntry(placeholder string, onShortcut func(fyne.Shortcut) bool) *entry {
	e := &entry{say: placeholder, onShortcut: onShortcut}
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

// TypedKey passes on what does not edit.
func (e *entry) TypedKey(k *fyne.KeyEvent) {
	if !passKey(e, k) {
		e.Entry.TypedKey(k)
	}
}

// TypedShortcut passes the window's shortcuts on, and a paste of several lines:
// nobody pastes a mail as the name of a server.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	if paste, ok := s.(*fyne.ShortcutPaste); ok && e.onLong != nil {
		if text := paste.Clipboard.Content(); len(text) > longestTyped {
			e.onLong(text)
			return
		}
	}
	if paste, ok := s.(*fyne.ShortcutPaste); ok && e.onLines != nil {
		if text := strings.TrimSpace(paste.Clipboard.Content()); strings.Contains(text, "\n") {
			e.onLines(text)
			return
		}
	}
	if !e.onShortcut(s) {
		e.Entry.TypedShortcut(s)
	}
}

// AcceptsTab is no: Tab leads on, also out of a field of several lines.
func (e *entry) AcceptsTab() bool { return false }

// AccessibilityLabel says what belongs here.
func (e *entry) AccessibilityLabel() string { return e.say }

// AccessibilityRole says that it is text: Fyne has no role for a field.
func (e *entry) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// frame is the border of a field; it says where the focus is.
func (l *look) frame(e *entry) *canvas.Rectangle {
	frame := l.ground(tokSurface, tokStrong, 8)
	e.onFocus = func(on bool) {
		frame.StrokeColor, frame.StrokeWidth = l.colour(tokStrong), 1
		if on {
			frame.StrokeColor, frame.StrokeWidth = l.colour(tokPrimary), 2
			l.focused(e)
		}
		frame.Refresh()
	}
	return frame
}

// secretField is a framed field whose text is not shown.
func (l *look) secretField(e *entry) fyne.CanvasObject {
	return box(0, heightLarge*l.scale, over(l.frame(e), padded(0, 8, centreEntry(e))))
}

// field is a framed entry with an icon.
func (l *look) field(i icon, e *entry) fyne.CanvasObject {
	inside := hsplit(0, []float32{0, 1}, padded(0, 4, row(0, l.icon(i, tokInk3, 20))), centreEntry(e))
	return box(0, heightLarge*l.scale, over(l.frame(e), padded(0, 8, inside)))
}

// centreEntry keeps an entry at its own height in the middle of the field.
func centreEntry(e fyne.CanvasObject) fyne.CanvasObject {
	return flow(columns{weights: []float32{1}, middle: true}, e)
}

// selection is Fyne's selection that leaves the window's keys to the window.
type selection struct {
	widget.Select
	look *look
	say  string // what is chosen
}

// AccessibilityLabel says what is chosen, and which it is.
func (s *selection) AccessibilityLabel() string { return s.say + ": " + s.Selected }

// AccessibilityRole says that it can be pressed.
func (s *selection) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// FocusGained brings it into sight.
func (s *selection) FocusGained() {
	s.Select.FocusGained()
	s.look.focused(s)
}

// TypedKey passes on what does not choose.
func (s *selection) TypedKey(k *fyne.KeyEvent) {
	if !passKey(s, k) {
		s.Select.TypedKey(k)
	}
}

// dropdown is a selection with an outline, at a fixed width.
func (l *look) dropdown(say string, options []string, chosen string, onChoose func(int)) fyne.CanvasObject {
	s := &selection{look: l, say: say}
	s.ExtendBaseWidget(s)
	s.Options, s.Selected = options, chosen
	s.OnChanged = func(string) { onChoose(s.SelectedIndex()) }
	return box(216, heightUsual*l.scale, over(s, l.ground(tokNone, tokStrong, 8)))
}

// meter shows how far something is, with a word on each side.
type meter struct {
	fill        *canvas.Rectangle
	left, right *canvas.Text
	share       float32
	drawn       *fyne.Container
	object      *spoken
}

func (l *look) meter() *meter {
	m := &meter{left: l.line("", roleCaption, tokInk2), right: l.line("", roleCaption, tokInk2)}
	track := l.ground(tokBorder, tokNone, 4)
	m.fill = l.ground(tokPrimary, tokNone, 4)
	m.drawn = box(190, 0, vstack(6, row(0, m.left, nil, m.right), box(0, 8, &fyne.Container{Layout: m, Objects: []fyne.CanvasObject{track, m.fill}})))
	m.object = l.spoken("", m.drawn)
	return m
}

func (m *meter) set(share float32, left, right string) {
	m.share, m.left.Text, m.right.Text = min(max(share, 0), 1), left, right
	m.object.say = strings.TrimSpace(left + " " + right)
	m.drawn.Refresh()
}

func (m *meter) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	objects[0].Resize(s)
	objects[1].Resize(fyne.NewSize(s.Width*m.share, s.Height))
}

func (m *meter) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(20, 8) }
