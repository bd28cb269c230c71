package ui

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// pressable are all the things one can press, with what they do.
func pressable(l *look, do func()) map[string]*press {
	choose := func(int) { do() }
	say := func(option string, _ bool) string { return option }
	return map[string]*press{
		"primary": l.button(buttonSpec{kind: primary, text: "Check now", onTap: do}), "quiet": l.button(buttonSpec{kind: quiet, text: "Details", onTap: do}),
		"small": l.button(buttonSpec{kind: secondary, icon: iconCopy, height: heightSmall, onTap: do}),
		"chip":  l.choice([]string{"Yes"}, -1, say, choose).Objects[0].(*press), "switch": l.toggle(true, "On", "Watch: on", do),
		"step": l.rail([]railItem{{number: "1", title: "Check", detail: "Locked", onOpen: do}}, false)[0],
		"home": l.rail([]railItem{{icon: iconHome, title: "Home", onOpen: do}}, true)[0],
	}
}

func TestEverythingWorksByKeyAndByPointer(t *testing.T) {
	n := 0
	l := testLook(t, false, "")
	for name, p := range pressable(l, func() { n++ }) {
		w := test.NewTempWindow(t, p)
		n = 0
		test.Tap(p)
		for _, k := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyA, fyne.KeyTab} {
			p.TypedKey(&fyne.KeyEvent{Name: k})
		}
		if n != 4 {
			t.Errorf("%s: done %d times by a tap and three keys", name, n)
		}
		w.Canvas().FocusNext()
		if w.Canvas().Focused() != fyne.Focusable(p) {
			t.Errorf("%s is not reached by Tab", name)
		}
		if m := p.MinSize(); m.Width < minTarget || m.Height < minTarget {
			t.Errorf("%s: %v is too small to hit", name, m)
		}
		p.Disable()
		n = 0
		test.Tap(p)
		p.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
		if n != 0 {
			t.Errorf("%s works though it is disabled", name)
		}
		w.Canvas().Unfocus()
		w.Canvas().FocusNext()
		if w.Canvas().Focused() != nil {
			t.Errorf("%s takes the focus though it is disabled", name)
		}
	}
}

// picture draws one thing with room for its outline.
func picture(l *look, p fyne.CanvasObject) image.Image {
	m := p.MinSize()
	return drawn(l, over(l.ground(tokSurface, tokNone, 0), pad(10, p)), m.AddWidthHeight(20, 20))
}

func TestFocusAndPointerAreSeen(t *testing.T) {
	for _, dark := range []bool{false, true} {
		l := testLook(t, dark, "")
		for name, p := range pressable(l, func() {}) {
			plain := count(picture(l, p), l.colours[tokPrimary])
			p.FocusGained()
			m := p.MinSize()
			if n := count(picture(l, p), l.colours[tokPrimary]); float32(n-plain) < m.Width+m.Height {
				t.Errorf("dark %v: the focus adds %d pixels to %s of %v", dark, n-plain, name, m)
			}
			p.FocusLost()
			if n := count(picture(l, p), l.colours[tokPrimary]); n != plain {
				t.Errorf("dark %v: the outline of %s stays", dark, name)
			}
			before := picture(l, p)
			p.MouseIn(nil)
			over := picture(l, p)
			p.MouseOut()
			after := picture(l, p)
			if same(before, over) {
				t.Errorf("dark %v: %s does not answer to the pointer", dark, name)
			}
			if !same(before, after) {
				t.Errorf("dark %v: %s stays as under the pointer", dark, name)
			}
		}
	}
}

func same(a, b image.Image) bool {
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				return false
			}
		}
	}
	return true
}

func TestEverythingHasASentence(t *testing.T) {
	l := testLook(t, false, "")
	for name, p := range pressable(l, func() {}) {
		if name != "small" && p.AccessibilityLabel() == "" {
			t.Errorf("%s says nothing", name)
		}
		if p.AccessibilityRole() != fyne.AccessibleRoleButton {
			t.Errorf("%s is a %s", name, p.AccessibilityRole())
		}
	}
	if got := l.para("It **ends** here.", roleBody, tokInk).AccessibilityLabel(); got != "It ends here." {
		t.Errorf("a paragraph says %q", got)
	}
}

// The rail is walked by arrows, and says its words when it shows numbers only.
func TestTheRailIsWalkedByArrows(t *testing.T) {
	l := testLook(t, false, "")
	opened := ""
	item := func(n, title string) railItem {
		return railItem{number: n, title: title, onOpen: func() { opened += n }}
	}
	for _, narrow := range []bool{false, true} {
		opened = ""
		steps := l.rail([]railItem{item("1", "Check"), item("2", "Report"), item("3", "Cause")}, narrow)
		w := test.NewTempWindow(t, vstack(0, steps[0], steps[1], steps[2]))
		w.Canvas().Focus(steps[0])
		for _, k := range []fyne.KeyName{fyne.KeyUp, fyne.KeyDown, fyne.KeyReturn, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn, fyne.KeyUp, fyne.KeySpace} {
			w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: k})
		}
		if opened != "232" {
			t.Errorf("narrow %v: opened %s", narrow, opened)
		}
		if got := steps[1].AccessibilityLabel(); got != "2 Report" {
			t.Errorf("narrow %v: says %q", narrow, got)
		}
	}
}

func TestRailFollowsTheWindowsWidth(t *testing.T) {
	l := newLook(false, "", nil)
	for window, want := range map[float32]float32{0: 64, 1024: 64, 1119: 64, 1120: 212, 1280: 212, 1599: 212, 1600: 240, 3840: 240} {
		if got := l.railWidth(window); got != want {
			t.Errorf("at %v the rail is %v wide, want %v", window, got, want)
		}
	}
}

func TestStepsAreJoinedInTheColourOfWhatIsDone(t *testing.T) {
	items := []railItem{{icon: iconHome}, {number: "1", done: true}, {number: "2"}, {number: "3"}}
	spines(items)
	want := [][2]token{{"", ""}, {"", tokOK}, {tokOK, tokBorder}, {tokBorder, ""}}
	for i, w := range want {
		if items[i].above != w[0] || items[i].below != w[1] {
			t.Errorf("item %d: %q and %q, want %q", i, items[i].above, items[i].below, w)
		}
	}
}

// The meter never leaves its track, whatever share it is given.
func TestTheMeterStaysInItsTrack(t *testing.T) {
	l := testLook(t, false, "")
	m := l.meter()
	m.object.Resize(fyne.NewSize(190, heightOf(m.object, 190)))
	track := m.fill.Size().Width
	for _, share := range []float32{-3, 0, 0.5, 1, 70} {
		m.set(share, "4 s", "about 6 s to go")
		if w := m.fill.Size().Width; w < 0 || w > 190 {
			t.Errorf("share %v: %v wide of 190", share, w)
		}
	}
	if track != 0 || m.fill.Size().Width != 190 {
		t.Errorf("empty %v, full %v", track, m.fill.Size().Width)
	}
	if m.left.Text != "4 s" || m.right.Text != "about 6 s to go" {
		t.Error("the words are gone")
	}
}

// A router may be called anything; the table has a row for each of 255 hops.
func TestTheTableTakesEveryPath(t *testing.T) {
	l := testLook(t, false, "")
	head := [5]string{"Hop", "Router", "Address", "Answer time", "Lost"}
	var rows []hopRow
	for i := range 255 {
		rows = append(rows, hopRow{hop: span(i+1, i+1), router: "router.example", address: "2001:db8::1", time: "13 ms", share: float32(i) / 254, lost: "0 of 3"})
	}
	for name, text := range hostile() {
		rows = append(rows, hopRow{hop: "1", router: text, address: text, time: "1 ms", share: 2, tone: toneLock, icon: iconLock, lost: name})
	}
	for _, rows := range [][]hopRow{nil, rows[:1], rows} {
		for _, width := range []float32{0, 300, 640, 1416} {
			table := l.hopTable(head, rows, nil)
			h := heightOf(table, width)
			table.Resize(fyne.NewSize(width, h))
			if least := float32(len(rows)) * 30; h < least {
				t.Errorf("%d rows at %v are %v high", len(rows), width, h)
			}
		}
	}
}
