package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// huge is what no pixel can count: a float32 tells 16,777,216 and its successor
// not apart.
const huge = 2_000_000_000

// scanTable is a table of n rows, each telling its number.
func scanTable(n int) rowsSpec {
	return rowsSpec{
		name: "Rows", headed: true, sorted: 2,
		columns: []column{{title: "Time", width: 84, mono: true}, {title: "From", width: 62, mono: true}, {title: "Target", mono: true}, {title: "Port", width: 90, mono: true, right: true}},
		count:   func() int { return n },
		cell: func(row, col int) cell {
			return []cell{{text: fmt.Sprintf("04:05:%02d", row/3%60)}, {text: fmt.Sprint(40112 + row%20000), ink: tokInk2},
				{text: fmt.Sprintf("198.51.100.%d", row%254+1)}, {text: fmt.Sprint(row)}}[col]
		},
		say: func(row int) string { return fmt.Sprint("row ", row) },
	}
}

// rawText is lines of text with numbers and marks; one in ten is not understood,
// and longer than others.
func rawText(n int) rowsSpec {
	odd := func(row int) bool { return row%10 == 7 }
	return rowsSpec{
		dense: true, sorted: -1, columns: []column{{width: 36, mono: true, right: true}, {width: 28}, {mono: true}},
		count: func() int { return n },
		cell: func(row, col int) cell {
			switch {
			case col == 0:
				return cell{text: fmt.Sprint(row + 1), ink: tokInk3}
			case col == 1 && odd(row):
				return cell{mark: iconWarn, markInk: tokWarn}
			case col == 1:
				return cell{mark: iconCheck, markInk: tokOK}
			case odd(row):
				return cell{text: "2026-11-17 04:05:09  192.0.2.10 40124 -> " + strings.Repeat("0123456789", 12)}
			}
			return cell{text: "2026-11-17 04:05:06  192.0.2.10 40112 ->    198.51.100.1       22   74 TCP"}
		},
		tint: func(row int) tone {
			if odd(row) {
				return toneWarn
			}
			return toneNone
		},
		remark: func(row int) string {
			if row%20 == 7 {
				return "Line is cut off, kept but not counted"
			}
			return ""
		},
	}
}

// shownRows puts rows into a window of that size.
func shownRows(t *testing.T, s rowsSpec, width, height float32) (*rows, fyne.Canvas) {
	t.Helper()
	r := testLook(t, false, "").newRows(s)
	w := test.NewTempWindow(t, r)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(width, height))
	if r.Size() != fyne.NewSize(width, height) {
		t.Fatalf("the rows are %v", r.Size())
	}
	return r, w.Canvas()
}

func typed(r *rows, keys ...fyne.KeyName) {
	for _, k := range keys {
		r.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

func mouse(x, y float32) *desktop.MouseEvent {
	return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Button: desktop.MouseButtonPrimary}
}

// lineOf is the line that draws a row, nil for none.
func lineOf(r *rows, row int) *rowLine {
	for _, line := range r.lines {
		if line.row == row && line.box.Visible() {
			return line
		}
	}
	return nil
}

// whole reports whether a row is seen from its top to its bottom.
func whole(r *rows, row int) bool {
	line := lineOf(r, row)
	return line != nil && line.box.Position().Y >= 0 && line.box.Position().Y+r.rowHeight() <= r.window.Size().Height
}

func TestTheLastRowOfAnyNumberIsReached(t *testing.T) {
	for _, n := range []int{1, 10, 21, 1_000_000, huge} {
		for _, spec := range []rowsSpec{scanTable(n), rawText(n)} {
			r, _ := shownRows(t, spec, 700, 480)
			for _, key := range []fyne.KeyName{fyne.KeyEnd, fyne.KeyHome, fyne.KeyEnd} {
				typed(r, key)
				want := map[fyne.KeyName]int{fyne.KeyEnd: n - 1}[key]
				if r.selected() != want || !whole(r, want) {
					t.Errorf("%d rows, %s: row %d is selected, seen: %v", n, key, r.selected(), whole(r, want))
				}
			}
			if shown := r.top() + r.visible(); n > r.visible() && shown != n {
				t.Errorf("%d rows: the view ends at %d", n, shown)
			}
			if got := lineOf(r, n-1).texts; spec.headed && got[3].Text != fmt.Sprint(n-1) {
				t.Errorf("%d rows: the last one says %q", n, got[3].Text)
			}
		}
	}
}

// A screen may ask for a row before it has a size.
func TestARowIsShownBeforeThereIsRoom(t *testing.T) {
	for _, row := range []int{0, 500, huge - 1} {
		r := testLook(t, false, "").newRows(scanTable(huge))
		r.show(row)
		r.Resize(fyne.NewSize(700, 480))
		if r.selected() != row || !whole(r, row) {
			t.Errorf("row %d: %d is selected, %d on top", row, r.selected(), r.top())
		}
	}
}

// The number of rows costs nothing, whatever the size: Fyne lays things out at
// no height before a window has its size.
func TestOnlyVisibleCellsExist(t *testing.T) {
	for _, height := range []float32{0, 1, 29, 31, 60, 160, 480, 1400} {
		asked := 0
		spec := scanTable(huge)
		inner := spec.cell
		spec.cell = func(row, col int) cell { asked++; return inner(row, col) }
		r := testLook(t, false, "").newRows(spec)
		r.Resize(fyne.NewSize(700, height))
		cells := 0
		for _, line := range r.lines {
			cells += len(line.texts)
		}
		most := (r.visible() + 2) * len(spec.columns)
		if cells > most || asked > most || len(r.body.Objects) > r.visible()+4 {
			t.Errorf("at %v there are %d cells of %d, asked for %d, %d objects", height, cells, most, asked, len(r.body.Objects))
		}
		asked = 0
		r.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -notch)})
		if most := (rowsPerNotch + 1) * len(spec.columns); asked > most {
			t.Errorf("at %v the wheel asks for %d cells", height, asked)
		}
	}
}

func TestKeysMoveTheSelection(t *testing.T) {
	r, _ := shownRows(t, scanTable(100), 700, 330) // ten rows under the headings
	for _, c := range []struct {
		key           fyne.KeyName
		selected, top int
	}{
		{fyne.KeyUp, 0, 0}, {fyne.KeyUp, 0, 0}, {fyne.KeyDown, 1, 0}, {fyne.KeyPageDown, 10, 1}, {fyne.KeyDown, 11, 2}, {fyne.KeyUp, 10, 2},
		{fyne.KeyPageUp, 1, 1}, {fyne.KeyPageUp, 0, 0}, {fyne.KeyEnd, 99, 90}, {fyne.KeyDown, 99, 90}, {fyne.KeyPageDown, 99, 90}, {fyne.KeyHome, 0, 0},
	} {
		typed(r, c.key)
		if r.selected() != c.selected || r.top() != c.top {
			t.Fatalf("%s: row %d is selected and %d on top, want %d and %d", c.key, r.selected(), r.top(), c.selected, c.top)
		}
	}
	r, _ = shownRows(t, scanTable(100), 700, 330)
	r.scrollTo(40)
	if typed(r, fyne.KeyPageDown); r.selected() != 40 {
		t.Errorf("the first key selects %d, not what the person sees on top", r.selected())
	}
	r.Resize(fyne.NewSize(700, 40)) // less than a row
	if typed(r, fyne.KeyPageDown, fyne.KeyPageDown, fyne.KeyPageUp); r.selected() != 41 {
		t.Errorf("in no room three keys lead to %d", r.selected())
	}
}

func TestEveryoneIsTold(t *testing.T) {
	var told []string
	tell := func(what string) func(int) { return func(n int) { told = append(told, fmt.Sprint(what, n)) } }
	spec := scanTable(100)
	spec.onSelect, spec.onOpen, spec.onHeader = tell("select "), tell("open "), tell("head ")
	r, c := shownRows(t, spec, 700, 330)
	typed(r, fyne.KeyReturn, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	typed(r, fyne.KeyRight, fyne.KeySpace, fyne.KeyRight, fyne.KeyRight, fyne.KeyEnter, fyne.KeyLeft, fyne.KeyEnter)
	typed(r, fyne.KeyDown, fyne.KeySpace)
	r.MouseDown(mouse(100, 30+4*30+5))
	r.MouseUp(mouse(100, 30+4*30+5))
	r.DoubleTapped(&fyne.PointEvent{Position: fyne.NewPos(100, 30+4*30+5)})
	r.MouseDown(mouse(100, 5))
	r.MouseUp(mouse(100, 5))
	r.MouseDown(mouse(100, 5))
	r.MouseUp(mouse(300, 5)) // thought better of it
	r.show(50)
	r.show(50)
	want := []string{"select 0", "select 1", "open 1", "head 2", "head 3", "head 2", "select 2", "open 2", "select 4", "open 4", "head 1", "select 50"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q\nwant %q", told, want)
	}
	if c.Focused() != fyne.Focusable(r) {
		t.Error("the pointer does not bring the focus")
	}
	if !whole(r, 50) {
		t.Error("what is shown is not seen")
	}
}

func TestKeysOfTheWindowReachIt(t *testing.T) {
	r, c := shownRows(t, scanTable(100), 700, 330)
	var got []fyne.KeyName
	c.SetOnTypedKey(func(e *fyne.KeyEvent) { got = append(got, e.Name) })
	typed(r, fyne.KeyEscape, fyne.KeyF1, fyne.KeyF5, fyne.KeyDown)
	if want := []fyne.KeyName{fyne.KeyEscape, fyne.KeyF1, fyne.KeyF5}; !slices.Equal(got, want) {
		t.Errorf("the window gets %q", got)
	}
}

func TestWheelAndBar(t *testing.T) {
	r, _ := shownRows(t, scanTable(huge), 700, 330)
	scroll := func(dy float32) { r.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, dy)}) }
	for range 100 {
		scroll(-notch)
	}
	if r.top() != 300 {
		t.Errorf("100 notches lead to row %d", r.top())
	}
	for range 100 { // a touch pad
		scroll(notch / 10.)
	}
	if r.top() < 269 || r.top() > 271 {
		t.Errorf("ten notches back in parts lead to row %d", r.top())
	}
	b := r.bar
	b.MouseDown(mouse(8, 250))
	if r.top() < 279 || r.top() > 281 {
		t.Errorf("a page further is row %d", r.top())
	}
	at := r.top()
	b.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(8, 200)}})
	if r.top() != at {
		t.Errorf("the thumb moves to %d though nobody holds it", r.top())
	}
	for _, c := range []struct {
		y    float32
		want int
	}{{9999, huge - 10}, {-50, 0}, {(b.Size().Height - thumbLeast) / 2, (huge - 10) / 2}} {
		b.MouseDown(mouse(8, b.y))
		b.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(8, c.y)}})
		b.DragEnd()
		if r.top() != c.want {
			t.Errorf("dragged to %v: row %d, want %d", c.y, r.top(), c.want)
		}
	}
	if r, _ := shownRows(t, scanTable(9), 700, 330); r.bar.Visible() {
		t.Error("a bar though all rows are seen")
	}
}

func TestReloadKeepsWhatIsStillThere(t *testing.T) {
	n := 100
	spec := scanTable(0)
	spec.count = func() int { return n }
	spec.onSelect = func(row int) { t.Logf("select %d", row) }
	r, _ := shownRows(t, spec, 700, 330)
	r.show(60)
	top := r.top()
	for _, c := range []struct{ n, selected, top int }{{200, 60, top}, {61, 60, 51}, {60, -1, 50}, {3, -1, 0}, {0, -1, 0}, {-5, -1, 0}, {50, -1, 0}} {
		n = c.n
		r.reload()
		if r.selected() != c.selected || r.top() != c.top {
			t.Errorf("%d rows: %d is selected, %d on top; want %d and %d", n, r.selected(), r.top(), c.selected, c.top)
		}
		if len(r.lines) > max(n, 0) {
			t.Errorf("%d lines for %d rows", len(r.lines), n)
		}
		typed(r, fyne.KeyLeft)
	}
	n = 0
	r.reload()
	typed(r, fyne.KeyDown, fyne.KeyEnd, fyne.KeyReturn, fyne.KeyPageUp)
	r.show(5)
	r.MouseDown(mouse(100, 100))
	if r.selected() != -1 || r.AccessibilityLabel() != "Rows" {
		t.Errorf("of no rows %d is selected", r.selected())
	}
	n = 100
	r.restore(30, 35)
	if r.top() != 30 || r.selected() != 35 {
		t.Errorf("restored at %d with %d", r.top(), r.selected())
	}
}

// Long lines are scrolled to their end and no further.
func TestLongLinesAreScrolled(t *testing.T) {
	r, _ := shownRows(t, rawText(1000), 500, 330)
	start := lineOf(r, 7).texts[2].Text
	if !strings.HasPrefix(start, "2026") || !strings.HasSuffix(start, "…") {
		t.Errorf("at first %q", start)
	}
	typed(r, fyne.KeyRight)
	if r.shift != 8 || !strings.HasPrefix(lineOf(r, 7).texts[2].Text, "…7 04") {
		t.Errorf("shift %d: %q", r.shift, lineOf(r, 7).texts[2].Text)
	}
	for range 50 {
		r.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(-notch, 0)})
	}
	if got := lineOf(r, 7).texts[2].Text; !strings.HasSuffix(got, "789") || r.shift > 160 {
		t.Errorf("shift %d: %q", r.shift, got)
	}
	for range 50 {
		typed(r, fyne.KeyLeft)
	}
	if got := lineOf(r, 7).texts[2].Text; got != start {
		t.Errorf("back at %q", got)
	}
}

func TestRowsSpeakAndCopy(t *testing.T) {
	spec := scanTable(100)
	spec.onCopy = func(row int) string { return fmt.Sprint("copy of ", row) }
	spec.onHeader = func(int) {}
	r, _ := shownRows(t, spec, 700, 330)
	clipboard := fyne.CurrentApp().Clipboard()
	clipboard.SetContent("before")
	r.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	if got := r.AccessibilityLabel() + "/" + clipboard.Content(); got != "Rows/before" {
		t.Error(got)
	}
	r.show(41)
	r.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	if got := r.AccessibilityLabel() + "/" + clipboard.Content(); got != "row 41/copy of 41" {
		t.Error(got)
	}
	typed(r, fyne.KeyLeft)
	if got := r.AccessibilityLabel(); got != "Target" {
		t.Error(got)
	}
}
