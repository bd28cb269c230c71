package ui

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

func TestFiguresStandInRows(t *testing.T) {
	for _, size := range []string{"", "largest"} {
		l := testLook(t, false, size)
		for width, want := range map[float32]int{400: 2, 800: 3, 1020: 5} {
			here := placed(t, l.stats(width, scanStats()...), width)
			tops, values := map[float32]int{}, 0
			for _, p := range here.texts {
				for _, s := range scanStats() {
					if p.text == s.label {
						tops[p.top]++
						values++
					}
				}
			}
			if values != 5 {
				t.Errorf("%q at %v: %d of 5 labels", size, width, values)
			}
			row := 0
			for _, n := range tops {
				row = max(row, n)
			}
			if row > want || size == "" && row != want {
				t.Errorf("%q at %v: %d in a row, want %d", size, width, row, want)
			}
		}
	}
}

func TestTabsAreWalkedByArrows(t *testing.T) {
	l := testLook(t, false, "")
	opened := ""
	tabs, _ := l.tabs([]tab{{name: "Overview"}, {name: "All rows", count: "600"}, {name: "Raw text"}}, 0, func(i int) { opened += fmt.Sprint(i) })
	w := test.NewTempWindow(t, tabs)
	w.Resize(fyne.NewSize(600, heightOf(tabs, 600)))
	w.Canvas().FocusNext()
	typeKeys(w, fyne.KeyLeft, fyne.KeySpace, fyne.KeyRight, fyne.KeyReturn, fyne.KeyRight, fyne.KeyRight, fyne.KeyEnter)
	if opened != "012" {
		t.Errorf("opened %q", opened)
	}
	here := lookAt(w.Canvas())
	if len(here.presses) != 3 || !strings.HasPrefix(here.presses[1].press.say, "All rows, 600") {
		t.Errorf("%d tabs, the second says %q", len(here.presses), here.presses[1].press.say)
	}
}

// The chosen tab is bold and underlined: it is found without its colour.
func TestTheChosenTabIsNotColourAlone(t *testing.T) {
	l := testLook(t, false, "")
	for chosen := range 2 {
		tabs, _ := l.tabs([]tab{{name: "Overview"}, {name: "All rows"}}, chosen, nil)
		for i, p := range placed(t, tabs, 600).presses {
			bold, line := false, false
			walkObjects(p.press.content, func(o fyne.CanvasObject) {
				switch o := o.(type) {
				case *canvas.Text:
					bold = bold || o.TextStyle.Bold
				case *canvas.Rectangle:
					line = line || o.FillColor == l.colour(tokPrimary) && o.Size().Height >= 2
				}
			})
			if want := i == chosen; bold != want || line != want {
				t.Errorf("tab %d of chosen %d: bold %v, line %v", i, chosen, bold, line)
			}
		}
	}
}

func walkObjects(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	f(o)
	if c, ok := o.(*fyne.Container); ok {
		for _, child := range c.Objects {
			walkObjects(child, f)
		}
	}
}

func TestAHypothesisUnfolds(t *testing.T) {
	l := testLook(t, false, "largest")
	toggled := 0
	spec := hypothesisSpec{name: "A worm", level: 2, word: "Likely", reasons: []string{"One port."}, disproof: []string{"Disproved if port 22 stays quiet."}, onToggle: func() { toggled++ }}
	for _, spec.open = range []bool{false, true} {
		o, head := l.hypothesis(spec)
		here := placed(t, o, 300)
		legible(t, fmt.Sprint("open ", spec.open), here, 300)
		var all []string
		for _, p := range here.texts {
			all = append(all, p.text)
		}
		shown := strings.Join(all, " ")
		if !strings.Contains(shown, "A worm") || !strings.Contains(shown, "Likely") {
			t.Errorf("open %v: shows %q", spec.open, shown)
		}
		for _, detail := range []string{"One port.", "port 22"} {
			if strings.Contains(shown, detail) != spec.open {
				t.Errorf("open %v: shows %q", spec.open, shown)
			}
		}
		head.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if !strings.Contains(head.AccessibilityLabel(), "Likely") {
			t.Errorf("says %q", head.AccessibilityLabel())
		}
	}
	if toggled != 2 {
		t.Errorf("toggled %d times", toggled)
	}
}

// The outline of a drop zone runs round: dashes on all sides, evenly up to the
// corners, also after the window got another size.
func TestTheDropZoneHasADashedOutline(t *testing.T) {
	l := testLook(t, false, "")
	zone := l.dropZone(l.line("Drop it here", roleLead, tokInk)).(*fyne.Container)
	outline := zone.Objects[1].(*fyne.Container)
	for _, size := range []fyne.Size{{Width: 1020, Height: 274}, {Width: 30, Height: 20}, {Width: 700, Height: 400}} {
		zone.Resize(size)
		arcs, sides := 0, map[string]int{}
		for _, o := range outline.Objects {
			p, s := o.Position(), o.Size()
			if size.Width > 60 && (p.X < 0 || p.Y < 0 || p.X+s.Width > size.Width+0.1 || p.Y+s.Height > size.Height+0.1) {
				t.Errorf("%v: a dash at %v of %v leaves the zone", size, p, s)
			}
			switch _, round := o.(*canvas.Arc); {
			case round:
				arcs++
			case p.Y == 0:
				sides["top"]++
			case p.X == 0:
				sides["left"]++
			case s.Width > s.Height:
				sides["bottom"]++
			default:
				sides["right"]++
			}
		}
		if arcs != 4 || sides["top"] != sides["bottom"] || sides["left"] != sides["right"] {
			t.Errorf("%v: %d corners, %v", size, arcs, sides)
		}
		if size.Width > 60 && (sides["top"] < int(size.Width/15) || sides["left"] < int(size.Height/15)) {
			t.Errorf("%v: %v", size, sides)
		}
	}
	along := dashesAlong(1020)
	first, last := along[0], 1020-along[len(along)-1]-dashLength
	if diff := first - last; diff < -0.1 || diff > 0.1 {
		t.Errorf("the first dash is %v from its end, the last %v", first, last)
	}
}

// Each address has its square: filled ones are as many as were contacted.
func TestTheGridHasASquareForEachAddress(t *testing.T) {
	for _, dark := range []bool{false, true} {
		l := testLook(t, dark, "")
		dots := func(from, to int) int {
			g := gridSpec{title: "198.51.100.0/24"}
			for i := from; i < to; i++ {
				g.hit[i] = 1
			}
			return count(drawn(l, over(l.ground(tokSurface, tokNone, 0), l.addressGrid(g)), fyne.NewSize(400, 60)), l.colours[tokBar])
		}
		if n := dots(0, 0); n != 0 {
			t.Errorf("dark %v: %d dots of none", dark, n)
		}
		all, half := dots(0, 256), dots(0, 128)
		if all < 256 || half < all*4/10 || half > all*6/10 {
			t.Errorf("dark %v: %d dots of all, %d of half", dark, all, half)
		}
		for _, i := range []int{0, 31, 32, 255} {
			if n := dots(i, i+1); n < 2 || n > 64 {
				t.Errorf("dark %v: address %d has %d dots", dark, i, n)
			}
		}
	}
}

// A bar is as long as its share and never leaves its row, whatever it is given.
func TestBarsInAListAreAsLongAsTheirShares(t *testing.T) {
	for share, want := range map[float64]float32{-2: 3, 0: 3, 0.25: 50, 1: 200, 40: 200} {
		bar := canvas.NewRectangle(nil)
		shareLayout{float32(share)}.Layout([]fyne.CanvasObject{bar}, fyne.NewSize(200, 8))
		if got := bar.Size().Width; got != want {
			t.Errorf("share %v: %v of 200, want %v", share, got, want)
		}
	}
}

func TestRowsOfAListCanBePressed(t *testing.T) {
	l := testLook(t, false, "")
	pressed := 0
	rows := scanBars()
	rows[1].onTap = func() { pressed++ }
	here := placed(t, l.barList(rows), 400)
	if len(here.presses) != 1 {
		t.Fatalf("%d of one row can be pressed", len(here.presses))
	}
	p := here.presses[0].press
	p.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	test.Tap(p)
	if pressed != 2 || p.AccessibilityLabel() != rows[1].say {
		t.Errorf("pressed %d times, says %q", pressed, p.AccessibilityLabel())
	}
}

// A ring shows its share: half of it has half the dots, and nothing breaks it.
func TestARingShowsItsShare(t *testing.T) {
	for _, dark := range []bool{false, true} {
		l := testLook(t, dark, "")
		dots := func(share float64) int {
			ring := l.clockRing(share, tokLock, 100)
			return count(drawn(l, over(l.ground(tokSurface, tokNone, 0), ring), fyne.NewSize(100, 100)), l.colours[tokLock])
		}
		full := dots(1)
		for share, want := range map[float64]float64{-1: 0, 0: 0, 0.25: 0.25, 0.5: 0.5, 7: 1} {
			if got := float64(dots(share)) / float64(full); got < want-0.06 || got > want+0.06 {
				t.Errorf("dark %v: a share of %v fills %.2f", dark, share, got)
			}
		}
	}
}

// What is drawn and cannot be pressed is said all the same.
func TestDrawingsAreSpoken(t *testing.T) {
	l := testLook(t, false, "")
	say := func(o fyne.CanvasObject) (all string) {
		walkObjects(o, func(o fyne.CanvasObject) {
			if a, ok := o.(fyne.Accessible); ok && a.AccessibilityRole() != fyne.AccessibleRoleContainer {
				all += a.AccessibilityLabel() + "|"
			}
		})
		return all
	}
	if got := say(l.addressGrid(gridSpec{title: "198.51.100.0/24", caption: "254", sentence: "198.51.100.0/24: 254 of 256"})); got != "198.51.100.0/24: 254 of 256|" {
		t.Errorf("the grid says %q", got)
	}
	if got, want := say(l.barList(scanBars())), "198.51.100.67: 62 770|a long name: 12|203.0.113.235: 3|"; got != want {
		t.Errorf("the list says %q", got)
	}
	if got := say(l.shareRing(0.5, "50 %", "to one address", tokLock, 150)); got != "50 % to one address|" {
		t.Errorf("the ring says %q", got)
	}
}

// An address is never cut for the sake of its value or picture: those go below.
func TestAddressesAreWhole(t *testing.T) {
	l := testLook(t, false, "largest")
	whole := func(name, text string, here *seen) {
		t.Helper()
		legible(t, name, here, 260)
		for _, p := range here.texts {
			if p.text == text {
				return
			}
		}
		t.Errorf("%s: %q is cut", name, text)
	}
	whole("list", "198.51.100.67", placed(t, l.barList(scanBars()[:1]), 260))
	whole("grid", "198.51.100.0/24", placed(t, l.addressGrid(gridSpec{title: "198.51.100.0/24", caption: "254 von 256 angesprochen"}), 260))
}

// Squares lie on the dots of the screen: nothing between filled, not filled and
// free, and a gap between any two.
func TestSquaresAreSharp(t *testing.T) {
	l := newLook(false, "", nil)
	on, off := l.colours[tokBar], l.colours[tokBorder]
	var hit [256]uint8
	for i := range hit {
		hit[i] = uint8(i % 2)
	}
	for _, size := range [][2]int{{144, 36}, {201, 50}, {288, 72}, {64, 16}} {
		m := squares(hit, size[0], size[1], on, off)
		colours, last := map[string]int{}, 0
		for x := range size[0] {
			switch c := m.NRGBAAt(x, 0); c {
			case on, off:
				colours[hex(c)]++
				last++
			default:
				if c.A != 0 || last == 0 {
					t.Errorf("%v: dot %d is %v after %d of a square", size, x, c, last)
				}
				last = 0
			}
		}
		if len(colours) != 2 {
			t.Errorf("%v: %v", size, colours)
		}
	}
	squares(hit, 0, 0, on, off)
}

func TestTheChosenTabSaysSo(t *testing.T) {
	l := testLook(t, false, "")
	_, presses := l.tabs([]tab{{name: "Overview", say: "Overview, chosen"}, {name: "All rows", count: "600"}}, 0, nil)
	if a, b := presses[0].AccessibilityLabel(), presses[1].AccessibilityLabel(); a != "Overview, chosen" || b != "All rows, 600" {
		t.Errorf("they say %q and %q", a, b)
	}
}
