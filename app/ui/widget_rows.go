package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// column is a column of rows.
type column struct {
	title string  // "" for a column without heading
	width float32 // at normal text size, with the gap to the next one; 0: takes the rest (at most one)
	right bool    // aligned
	mono  bool
}

// cell is what stands in a row under a column.
type cell struct {
	text    string
	ink     token // zero value: tokInk
	mark    icon  // drawn before the text, "" none: state is never colour alone
	markInk token // zero value: ink
}

// rowsSpec describes rows. The functions are asked for the visible rows only,
// on Fyne's thread.
type rowsSpec struct {
	name     string // the sentence for a screen reader while no row is selected
	columns  []column
	headed   bool // draws the heading line
	dense    bool // raw text: lower rows without lines between them
	count    func() int
	cell     func(row, col int) cell
	tint     func(row int) tone   // background of a row, toneNone for none; may be nil
	remark   func(row int) string // bold at the right end of the row in warn ink, "" none; may be nil
	say      func(row int) string // the row as one sentence for a screen reader; may be nil
	onMove   func(top int)        // another row became the topmost; may be nil
	onSelect func(row int)        // another row was moved to, by keyboard, pointer or show; may be nil
	onOpen   func(row int)        // Enter or double tap; may be nil
	onHeader func(col int)        // heading pressed; may be nil
	onCopy   func(row int) string // Ctrl+C copies this text; may be nil
	sorted   int                  // column that is sorted, -1 none
	down     bool
}

// rows shows any number of rows, read-only: a table, or the lines of a text. It
// keeps no memory per row: only the visible lines exist, and the place is a row
// number, since a float32 cannot tell pixels apart beyond some 16 million.
//
// Keys: arrows up and down, Page Up, Page Down, Home and End move the selection;
// Enter or Space opens the row. Under headings the arrows left and right put the
// keyboard on a heading, where Enter or Space presses it, and any key that moves
// the selection leads back. Without headings they scroll the last column by
// eight characters, as a horizontal wheel does.
type rows struct {
	widget.BaseWidget
	look    *look
	spec    rowsSpec
	first   int        // the topmost row
	told    int        // of which onMove knows
	chosen  int        // -1 none
	marked  int        // heading the keyboard is on, -1 none
	shift   int        // characters of the last column left of its edge
	carry   fyne.Delta // of the wheel, less than a row or a character
	pointer fyne.Position
	over    bool // the pointer is
	pressed int  // heading, -1 none
	unseen  bool // a row was to be shown before there was any room
	focused bool
	held    bool // by the pointer: nothing moves under it

	extents []extent // of the columns
	lines   []*rowLine
	inks    rowInks
	body    *fyne.Container
	head    *fyne.Container
	window  *container.Clip // around body
	accent  *canvas.Rectangle
	veil    *canvas.Rectangle
	ring    *canvas.Rectangle
	bar     *rowBar
}

// The heights of a row at normal text size, the least height of the widget, and
// how far the wheel goes at a notch, which Fyne gives as ten points.
const (
	rowHeight, rowHeightDense = 30, 22
	leastRowsHeight           = 160
	rowsPerNotch              = 3
	charactersAtOnce          = 8
	notch                     = 10
)

func (l *look) newRows(s rowsSpec) *rows {
	r := &rows{look: l, spec: s, chosen: -1, marked: -1, pressed: -1, inks: newRowInks(l)}
	r.accent = canvas.NewRectangle(l.colour(tokPrimary))
	r.veil = canvas.NewRectangle(l.colour(tokHover))
	r.ring = canvas.NewRectangle(l.colour(tokNone))
	r.ring.StrokeColor, r.ring.StrokeWidth = l.colour(tokPrimary), focusWidth
	r.body, r.head = &fyne.Container{Layout: loose{}}, &fyne.Container{Layout: loose{}}
	r.window = container.NewClip(r.body)
	r.bar = newRowBar(r)
	r.ExtendBaseWidget(r)
	return r
}

// show scrolls so that a row is visible and selects it.
func (r *rows) show(row int) {
	r.marked = -1
	r.choose(row)
}

// selected is the row that is selected, -1 for none.
func (r *rows) selected() int { return r.chosen }

// top is the topmost row, visible how many have room below each other.
func (r *rows) top() int     { return r.first }
func (r *rows) visible() int { return max(int(r.bodyHeight()/r.rowHeight()), 0) }

// restore is for rows that were built anew: the place they had, without a word
// to onSelect.
func (r *rows) restore(top, selected int) {
	r.first, r.told, r.chosen = top, top, selected
	r.reload()
}

// reload draws everything anew after the number or the contents of the rows have
// changed. Place and selection stay if they are still there.
func (r *rows) reload() {
	if n := r.count(); r.chosen >= n {
		r.chosen = -1
	}
	r.paint(true)
}

// setSorted moves the arrow to another heading; -1: none has it.
func (r *rows) setSorted(col int, down bool) {
	r.spec.sorted, r.spec.down = col, down
	r.drawHead()
}

func (r *rows) count() int { return max(r.spec.count(), 0) }

// page is how many rows a page has: at least one, or no key would move.
func (r *rows) page() int { return max(r.visible(), 1) }

func (r *rows) rowHeight() float32 {
	if r.spec.dense {
		return rowHeightDense * r.look.scale
	}
	return rowHeight * r.look.scale
}

func (r *rows) headHeight() float32 {
	if r.spec.headed {
		return min(rowHeight*r.look.scale, r.Size().Height)
	}
	return 0
}

func (r *rows) bodyHeight() float32 { return r.Size().Height - r.headHeight() }

func (r *rows) heightFor(float32) float32 { return leastRowsHeight }

// MinSize is what must be seen of any rows.
func (r *rows) MinSize() fyne.Size { return fyne.NewSize(leastRowsHeight, leastRowsHeight) }

// scrollTo makes first the topmost row, or the nearest that can be.
func (r *rows) scrollTo(first int) {
	if first = min(max(first, 0), max(r.count()-r.page(), 0)); first != r.first {
		r.first = first
		r.paint(false)
	}
}

// choose selects a row and scrolls no further than needed; a row that is far away
// comes to stand among others, not at an edge.
func (r *rows) choose(row int) {
	n := r.count()
	if n == 0 {
		return
	}
	row = min(max(row, 0), n-1)
	before := r.chosen
	for _, line := range r.lines {
		if line.row == before || line.row == row {
			line.row = -1
		}
	}
	r.chosen = row
	r.reveal(row)
	r.paint(false)
	if row != before && r.spec.onSelect != nil {
		r.spec.onSelect(row)
	}
}

func (r *rows) reveal(row int) {
	if r.unseen = r.visible() == 0; r.unseen {
		return // place does it
	}
	if page := r.page(); row < r.first-page || row >= r.first+2*page {
		r.first = row - page/3
	}
	r.first = min(max(r.first, row-r.page()+1), row)
}

func (r *rows) open(row int) {
	if row >= 0 && row < r.count() && r.spec.onOpen != nil {
		r.spec.onOpen(row)
	}
}

// TypedKey moves; what it has no use for goes to the window.
func (r *rows) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if r.marked >= 0 {
			r.spec.onHeader(r.marked)
			return
		}
		r.open(r.chosen)
	case fyne.KeyLeft:
		r.sideways(-1)
	case fyne.KeyRight:
		r.sideways(1)
	default:
		if to, ok := r.target(e.Name); ok {
			r.show(to)
			return
		}
		passKey(r, e)
	}
}

// target is the row to which a key leads. The first key selects what is on top,
// where the person looks.
func (r *rows) target(key fyne.KeyName) (row int, ok bool) {
	way := map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1, fyne.KeyPageUp: 1 - r.page(), fyne.KeyPageDown: r.page() - 1}
	switch key {
	case fyne.KeyHome:
		return 0, true
	case fyne.KeyEnd:
		return r.count() - 1, true
	}
	by, ok := way[key]
	if ok && r.chosen < 0 {
		return r.first, true
	}
	if r.page() == 1 && by == 0 { // a page of one row still moves
		by = map[fyne.KeyName]int{fyne.KeyPageUp: -1, fyne.KeyPageDown: 1}[key]
	}
	return r.chosen + by, ok
}

// sideways goes to the next heading, or scrolls the last column.
func (r *rows) sideways(way int) {
	if !r.spec.headed {
		r.slide(way * charactersAtOnce)
		return
	}
	if r.spec.onHeader == nil || len(r.spec.columns) == 0 {
		return
	}
	if r.marked < 0 {
		r.marked = max(r.spec.sorted, 0)
	} else {
		r.marked = min(max(r.marked+way, 0), len(r.spec.columns)-1)
	}
	r.decorate()
}

// slide scrolls the last column by characters, to the right only while a visible
// line goes on there.
func (r *rows) slide(by int) {
	more := false
	for _, line := range r.lines {
		more = more || line.box.Visible() && line.cut
	}
	if to := max(r.shift+by, 0); to < r.shift || to > r.shift && more {
		r.shift = to
		r.paint(true)
	}
}

// Scrolled follows the wheel. Touch pads give parts of a notch.
func (r *rows) Scrolled(e *fyne.ScrollEvent) {
	r.carry.DY -= e.Scrolled.DY * rowsPerNotch / notch
	r.carry.DX -= e.Scrolled.DX * charactersAtOnce / notch
	down, right := int(r.carry.DY), int(r.carry.DX)
	r.carry = fyne.NewDelta(r.carry.DX-float32(right), r.carry.DY-float32(down))
	r.scrollTo(r.first + down)
	if right != 0 && !r.spec.headed {
		r.slide(right)
	}
}

// TypedShortcut copies, and gives the window's shortcuts to the window: Fyne asks
// what has the focus alone.
func (r *rows) TypedShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutCopy); ok {
		if r.spec.onCopy != nil && r.chosen >= 0 && r.chosen < r.count() {
			fyne.CurrentApp().Clipboard().SetContent(r.spec.onCopy(r.chosen))
		}
		return
	}
	if c, ok := fyne.CurrentApp().Driver().CanvasForObject(r).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// TypedRune is part of fyne.Focusable.
func (r *rows) TypedRune(rune) {}

// FocusGained shows the ring.
func (r *rows) FocusGained() {
	r.focused = true
	r.decorate()
	if !r.held {
		r.look.focused(r)
	}
}

// FocusLost hides it, and forgets the heading.
func (r *rows) FocusLost() { r.focused, r.marked = false, -1; r.decorate() }

func (r *rows) takeFocus() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(r); c != nil {
		r.held = true
		c.Focus(r)
		r.held = false
	}
}

// AccessibilityLabel is the heading or the row the keyboard is on.
func (r *rows) AccessibilityLabel() string {
	switch {
	case r.marked >= 0:
		return r.spec.columns[r.marked].title
	case r.chosen >= 0 && r.chosen < r.count() && r.spec.say != nil:
		return r.spec.say(r.chosen)
	}
	return r.spec.name
}

// AccessibilityRole says that it is text: Fyne has no tables.
func (r *rows) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (r *rows) CreateRenderer() fyne.WidgetRenderer { return &rowsRenderer{r} }

type rowsRenderer struct{ r *rows }

func (d *rowsRenderer) Layout(fyne.Size)   { d.r.place() }
func (d *rowsRenderer) MinSize() fyne.Size { return d.r.MinSize() }
func (d *rowsRenderer) Refresh()           { d.r.reload() }
func (d *rowsRenderer) Destroy()           {}
func (d *rowsRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{d.r.head, d.r.window, d.r.bar, d.r.ring}
}

// loose leaves its objects where they are. Without a layout Fyne would measure
// all texts inside at each change.
type loose struct{}

func (loose) Layout([]fyne.CanvasObject, fyne.Size)        {}
func (loose) MinSize([]fyne.CanvasObject) (none fyne.Size) { return none }
