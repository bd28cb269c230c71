package ui

import (
	"image/color"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// shell is what stays around the screens: rail and header.
type shell struct {
	w      *window
	object *fyne.Container
	page   *page
	shown  screen // what page shows
	width  float32
}

func newShell(w *window) *shell {
	s := &shell{w: w}
	s.object = &fyne.Container{Layout: s}
	return s
}

// MinSize is the least size of the window without its menu.
func (s *shell) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(leastWidth, leastContent) }

// Layout builds anew when the window passes one of the design's widths.
func (s *shell) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if l := s.w.view; s.width == 0 || l.railWidth(s.width) != l.railWidth(size.Width) {
		s.width = size.Width
		s.w.build()
		return
	}
	s.width = size.Width
	s.place(size)
}

func (s *shell) place(size fyne.Size) {
	if len(s.object.Objects) < 4 {
		return
	}
	ground, rail, head, body := s.object.Objects[0], s.object.Objects[1], s.object.Objects[2], s.object.Objects[3]
	ground.Resize(size)
	wide, top := s.w.view.railWidth(size.Width), float32(0)
	rail.Move(fyne.Position{})
	rail.Resize(fyne.NewSize(wide, size.Height))
	if head.Visible() {
		top = headerHeight + headerGrowth*(s.w.view.scale-1)
		head.Move(fyne.NewPos(wide, 0))
		head.Resize(fyne.NewSize(size.Width-wide, top))
	}
	body.Move(fyne.NewPos(wide, top))
	body.Resize(fyne.NewSize(size.Width-wide, size.Height-top))
}

func (s *shell) build() {
	if s.width == 0 {
		return
	}
	w := s.w
	head := fyne.CanvasObject(canvas.NewRectangle(color.Transparent))
	inCase := w.inCase()
	if inCase {
		head = w.header()
	} else {
		head.Hide()
	}
	kept := float32(0)
	if s.page != nil && s.shown == w.show {
		kept = s.page.scroll.Offset.Y
	}
	s.page, s.shown = newPage(w.body()), w.show
	s.object.Objects = []fyne.CanvasObject{canvas.NewRectangle(w.view.colour(tokBG)), w.rail(), head, s.page.object()}
	s.place(s.object.Size())
	if r := w.current; inCase {
		if r.scrolled == nil {
			r.scrolled = map[string]float32{}
		}
		place := w.placeKey()
		s.page.scrollTo(r.scrolled[place])
		s.page.scroll.OnScrolled = func(at fyne.Position) {
			r.scrolled[place] = at.Y
			w.stick()
		}
		w.stick()
	} else {
		s.page.scrollTo(kept)
	}
	s.object.Refresh()
}

// placeKey names what is scrolled: each step and each tab keeps its place.
func (w *window) placeKey() string {
	if r := w.current.report; w.show == screenReport && r != nil {
		return string(w.show) + strconv.Itoa(r.tab)
	}
	return string(w.show)
}

// rename draws the header anew while a check runs: address and provider become
// known after its start. The focus stays.
func (s *shell) rename() {
	if len(s.object.Objects) < 4 || !s.w.inCase() {
		return
	}
	key := s.w.focused()
	before := s.w.focuses[key]
	s.object.Objects[2] = s.w.header()
	s.place(s.object.Size())
	s.object.Refresh()
	if now := s.w.focuses[key]; now != before {
		s.w.win.Canvas().Focus(now)
	}
}

// frame is about how long it takes until what was built is painted, and mostFrames
// how many are waited for: a hidden window is never painted.
const (
	frame      = 30 * time.Millisecond
	mostFrames = 20
)

// onFocus brings what got the focus into sight, once Fyne knows where it is: that
// is when it was painted.
func (w *window) onFocus(o fyne.CanvasObject) { w.revealWithin(mostFrames, o) }

func (w *window) revealWithin(frames int, o fyne.CanvasObject) {
	if w.after == nil || fyne.CurrentApp().Driver().CanvasForObject(o) != nil {
		w.reveal(o)
		return
	}
	w.after(frame, func() {
		if f, ok := o.(fyne.Focusable); frames > 0 && ok && w.win.Canvas().Focused() == f {
			w.revealWithin(frames-1, o)
		}
	})
}

// reveal scrolls the page so that what Tab leads to is seen. What the pointer
// can reach stays where it is.
func (w *window) reveal(o fyne.CanvasObject) {
	if w.shell.page == nil {
		return
	}
	scroll := w.shell.page.scroll
	driver := fyne.CurrentApp().Driver()
	at, page := driver.AbsolutePositionForObject(o), driver.AbsolutePositionForObject(scroll)
	if at.X < page.X || at.Y+scroll.Offset.Y < page.Y { // in the rail or the header
		return
	}
	for _, key := range []string{"next", "badge", "deadline"} {
		if known, ok := w.focuses[key].(fyne.CanvasObject); ok && known == o {
			return
		}
	}
	top := at.Y - page.Y
	bottom, room := top+o.Size().Height, scroll.Size().Height
	if middle := (top + bottom) / 2; middle >= 0 && middle < room {
		return
	}
	w.shell.page.scrollTo(scroll.Offset.Y + (top+bottom-room)/2)
}

// inCase reports whether the screen belongs to a case.
func (w *window) inCase() bool {
	for _, s := range steps() {
		if w.show == s {
			return w.current != nil
		}
	}
	return false
}

// narrow, wide say which of the design's three widths the window has.
func (w *window) narrow() bool { return w.shell.width/w.view.scale < narrowBelow }
func (w *window) wide() bool   { return w.shell.width/w.view.scale >= wideFrom }
