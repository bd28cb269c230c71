package ui

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// scanCounts are the bars of a scan: uneven, with one that is empty.
func scanCounts() []int {
	counts := make([]int, 46)
	for i := range counts {
		counts[i] = 8 + i*7%11
	}
	counts[20] = 0
	return counts
}

func scanHistogram(l *look, onChoose func(int)) *histogram {
	labels := make([]string, 46)
	for i := 0; i < 46; i += 10 {
		labels[i] = fmt.Sprintf("04:%02d", 5+i/10)
	}
	counts := scanCounts()
	return l.histogram(histogramSpec{counts: counts, labels: labels, chosen: -1, height: 148, onChoose: onChoose,
		say:      func(bar int) string { return fmt.Sprintf("bar %d: %d connections", bar, counts[bar]) },
		sentence: "46 Balken zu je 6 Sekunden. Am meisten um 04:06:12 Uhr: 18 Verbindungen in einem einzigen Balken."})
}

func scanBars() []barRow {
	return []barRow{{label: "198.51.100.67", value: "62 770 Pakete/s, 13 MBit/s", share: 1, strong: true, tint: toneLock, say: "198.51.100.67: 62 770"},
		{label: "a-host-whose-name-is-far-too-long.region-7.core.isp.example", value: "12", share: 0.4, say: "a long name: 12"},
		{label: "203.0.113.235", value: "3", share: 0, say: "203.0.113.235: 3"}}
}

func scanStats() []statSpec {
	return []statSpec{{iconOut, "Richtung", "Ausgehend", "von Ihrem Server", false}, {iconList, "Verbindungen", "mindestens 1.234.567", "Die Meldung endet bei 600", false},
		{iconAim, "Ziele", "509", "in 2 benachbarten Netzen", false}, {iconKey, "Zielport", "–", "steht nicht in der Meldung", true},
		{iconClock, "Dauer", "4 Min. 36 Sek.", "04:05:06–04:09:42 UTC", false}}
}

// chartSheet shows every chart, with the long words of German.
func chartSheet(l *look) fyne.CanvasObject {
	marked := scanHistogram(l, nil)
	marked.spec.chosen = 30
	marked.FocusGained()
	marked.mark(12)
	var g gridSpec
	g.title, g.caption, g.sentence = "198.51.100.0/24", "254 von 256 angesprochen", "198.51.100.0/24: 254 von 256"
	for i := 1; i < 255; i++ {
		g.hit[i] = 1
	}
	bars, stats := scanBars(), scanStats()
	bars[1].onTap = func() {}
	open, _ := l.hypothesis(hypothesisSpec{name: "Ein Wurm oder ein Programm, das Passwörter durchprobiert", level: 2, word: "Wahrscheinlich", open: true, onToggle: func() {},
		reasons: []string{"Ein Port, Adressen der Reihe nach, jedes Mal ein neuer Quellport."}, disproof: []string{"Widerlegt, wenn kein unbekanntes Programm Port 22 anspricht."}})
	shut, _ := l.hypothesis(hypothesisSpec{name: "Ein absichtlich gestarteter Scan", level: 1, word: "Möglich", onToggle: func() {}})
	zone := l.dropZone(l.empty(iconClip, "Drop the abuse mail or its log here", "The mail as a file, its attachment, or simply copied text.",
		l.button(buttonSpec{kind: secondary, icon: iconFolder, text: "Choose a file"})))
	tabs, _ := l.tabs([]tab{{name: "Übersicht"}, {name: "Alle Zeilen", count: "600"}, {name: "Rohtext", count: "606 Zeilen"}, {name: "Mail und Links"}}, 1, func(int) {})
	return over(l.ground(tokBG, tokNone, 0), pad(24, vstack(14, tabs,
		l.stats(1020, stats...), l.stats(1020, stats[:4]...), l.stats(800, stats...),
		hsplit(14, []float32{1, 1}, l.card(toneNone, scanHistogram(l, nil)), l.card(toneNone, marked)),
		hsplit(14, []float32{1, 1, 1}, l.card(toneNone, vstack(12, l.addressGrid(g), l.barList(bars))),
			l.card(toneNone, vstack(8, row(20, l.shareRing(0.9997, "99,97 %", "an eine Adresse", tokLock, 150), l.clockRing(0.3, tokWarn, 36), l.clockRing(0, tokLock, 36), l.clockRing(1, tokPrimary, 36), nil))),
			l.card(toneNone, vstack(10, open, l.rule(), shut))),
		zone,
	)))
}

// TestPicturesOfTheCharts draws each chart. With LATCHKEY_PICTURES set it writes
// PNG files there for a person to look at.
func TestPicturesOfTheCharts(t *testing.T) {
	folder := os.Getenv("LATCHKEY_PICTURES")
	for _, size := range []string{"", "largest"} {
		for _, dark := range []bool{false, true} {
			l := testLook(t, dark, size)
			g := chartSheet(l)
			img := drawn(l, g, fyne.NewSize(1068, heightOf(g, 1068)))
			if n := count(img, l.colours[tokBar]); n < 10000 {
				t.Errorf("dark %v, %q: only %d dots of bars", dark, size, n)
			}
			if folder != "" {
				save(t, img, filepath.Join(folder, fmt.Sprintf("charts-dark-%v-%g.png", dark, l.scale)))
			}
		}
	}
}

// Whatever is counted, bars stay in the frame, beside each other, and as high as
// their numbers.
func TestBarsAreAsHighAsTheirNumbers(t *testing.T) {
	const width, height, left, bottom = 600, 148, 30, 20
	many := make([]int, 1000)
	for i := range many {
		many[i] = i
	}
	for name, counts := range map[string][]int{"none": nil, "one": {7}, "empty": {0, 0}, "scan": scanCounts(), "large": {1, 1 << 30, 1 << 29}, "many": many} {
		s := layoutBars(counts, nil, width, height, left, bottom)
		if len(s.bars) != len(counts) {
			t.Fatalf("%s: %d bars of %d numbers", name, len(s.bars), len(counts))
		}
		full := float32(0)
		for i, b := range s.bars {
			if b.left < left || b.left+b.width > width+0.6 || b.top < 0 || b.top+b.height > height-bottom+0.01 || b.height < 0 {
				t.Errorf("%s: bar %d leaves the frame: %+v", name, i, b)
			}
			if i > 0 && s.bars[i-1].left >= b.left {
				t.Errorf("%s: bar %d is not to the right of the one before", name, i)
			}
			if (counts[i] == 0) != (b.height == 0) {
				t.Errorf("%s: %d of something is %v high", name, counts[i], b.height)
			}
			full = max(full, b.height)
		}
		for i, b := range s.bars {
			want := full * float32(counts[i]) / float32(most(counts))
			if diff := b.height - want; diff < -0.1 || diff > 1.6 { // few is drawn a little higher than it is
				t.Errorf("%s: %d of %d is %v high, want %v", name, counts[i], most(counts), b.height, want)
			}
		}
		for _, l := range s.lines {
			if l.top < 0 || l.top > height-bottom || l.left < 0 || l.left+l.width > width {
				t.Errorf("%s: a line leaves the frame: %+v", name, l)
			}
		}
	}
}

// The grid has few lines, at numbers that are quickly read.
func TestTheGridHasRoundNumbers(t *testing.T) {
	for most := 1; most <= 100_000; most++ {
		step := niceStep(most)
		if n := most / step; n < 1 || n > 3 || most > 1 && most < 4 && n != most {
			t.Fatalf("most %d: %d lines of %d", most, n, step)
		}
		digits := strings.TrimRight(fmt.Sprint(step), "0")
		if len(digits) != 1 {
			t.Fatalf("most %d: steps of %d", most, step)
		}
	}
	for n, want := range map[int]string{5: "5", 9000: "9000", 20_000: "20k", 400_000: "400k", 1_200_000: "1200k", 3_000_000: "3M"} {
		if got := decimal(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
}

// placed shows an object in a window as wide as asked for and tells what is seen.
func placed(t *testing.T, o fyne.CanvasObject, width float32) *seen {
	t.Helper()
	w := test.NewTempWindow(t, o)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(width, heightOf(o, width)))
	return lookAt(w.Canvas())
}

// legible checks that no text leaves the window or lies on another one.
func legible(t *testing.T, name string, here *seen, width float32) {
	t.Helper()
	for i, p := range here.texts {
		if p.left < -0.5 || p.right > width+0.5 || p.right > p.clip.right+0.5 {
			t.Errorf("%s: %q goes from %v to %v of %v", name, p.text, p.left, p.right, width)
		}
		for _, q := range here.texts[i+1:] {
			if w, h := min(p.right, q.right)-max(p.left, q.left), min(p.bottom, q.bottom)-max(p.top, q.top); w > 1 && h > 3 {
				t.Errorf("%s: %q and %q lie on each other", name, p.text, q.text)
			}
		}
	}
}

func TestChartsAreLegibleAtEveryWidth(t *testing.T) {
	for _, size := range []string{"", "largest"} {
		l := testLook(t, false, size)
		for _, width := range []float32{260, 420, 676, 1100} {
			name := fmt.Sprintf("%q at %v", size, width)
			h := scanHistogram(l, nil)
			for i := range h.spec.labels { // more labels than there is room for
				h.spec.labels[i] = fmt.Sprintf("04:05:%02d", i)
			}
			here := placed(t, h, width)
			legible(t, "histogram "+name, here, width)
			if len(here.texts) < 5 {
				t.Errorf("histogram %s: only %d texts", name, len(here.texts))
			}
			legible(t, "list "+name, placed(t, l.barList(scanBars()), width), width)
			legible(t, "figures "+name, placed(t, l.stats(width, scanStats()...), width), width)
		}
	}
}

func typeKeys(w fyne.Window, keys ...fyne.KeyName) {
	for _, k := range keys {
		if f := w.Canvas().Focused(); f != nil {
			f.TypedKey(&fyne.KeyEvent{Name: k})
		}
	}
}

func TestTheHistogramIsWalkedByArrows(t *testing.T) {
	l := testLook(t, false, "")
	var chosen []int
	h := scanHistogram(l, func(bar int) { chosen = append(chosen, bar) })
	w := test.NewTempWindow(t, h)
	w.Resize(fyne.NewSize(676, heightOf(h, 676)))
	if got := h.AccessibilityLabel(); got != h.spec.sentence {
		t.Errorf("without a marker it says %q", got)
	}
	w.Canvas().FocusNext()
	if w.Canvas().Focused() != fyne.Focusable(h) {
		t.Fatal("Tab does not reach it")
	}
	for _, step := range []struct {
		key  fyne.KeyName
		want int
	}{{fyne.KeyLeft, 0}, {fyne.KeyRight, 1}, {fyne.KeyRight, 2}, {fyne.KeyReturn, 2}, {fyne.KeyEnd, 45}, {fyne.KeyRight, 45}, {fyne.KeySpace, 45}, {fyne.KeyHome, 0}, {fyne.KeyEnter, 0}} {
		typeKeys(w, step.key)
		if want := h.spec.say(step.want); h.AccessibilityLabel() != want {
			t.Errorf("after %s it says %q, want %q", step.key, h.AccessibilityLabel(), want)
		}
	}
	if fmt.Sprint(chosen) != "[2 45 0]" {
		t.Errorf("chosen %v", chosen)
	}
	w.Canvas().Unfocus()
	if got := h.AccessibilityLabel(); got != h.spec.sentence {
		t.Errorf("after the focus is gone it says %q", got)
	}
}

func TestTheHistogramAnswersToThePointer(t *testing.T) {
	l := testLook(t, false, "")
	chosen := -1
	h := scanHistogram(l, func(bar int) { chosen = bar })
	w := test.NewTempWindow(t, h)
	w.Resize(fyne.NewSize(676, heightOf(h, 676)))
	for _, bar := range []int{0, 7, 20, 45} { // 20 is empty: its place answers all the same
		b := h.drawn.bars[bar]
		at := fyne.PointEvent{Position: fyne.NewPos(b.left+b.width/2, 20)}
		h.MouseMoved(&desktop.MouseEvent{PointEvent: at})
		if got := h.AccessibilityLabel(); got != h.spec.say(bar) {
			t.Errorf("over bar %d it says %q", bar, got)
		}
		if h.Tapped(&at); chosen != bar {
			t.Errorf("a press on bar %d chooses %d", bar, chosen)
		}
	}
	h.MouseOut()
	if got := h.AccessibilityLabel(); got != h.spec.sentence {
		t.Errorf("without the pointer it says %q", got)
	}
	chosen = -1
	if h.Tapped(&fyne.PointEvent{Position: fyne.NewPos(1, 20)}); chosen != -1 {
		t.Errorf("a press on the axis chooses %d", chosen)
	}
}

func TestTheFocusOfAHistogramIsSeen(t *testing.T) {
	for _, dark := range []bool{false, true} {
		l := testLook(t, dark, "")
		h := scanHistogram(l, nil)
		show := func() image.Image {
			return drawn(l, over(l.ground(tokSurface, tokNone, 0), pad(10, h)), fyne.NewSize(500, heightOf(h, 480)+20))
		}
		before := show()
		plain := count(before, l.colours[tokPrimary])
		h.FocusGained()
		if n := count(show(), l.colours[tokPrimary]) - plain; n < 2*(480+160) {
			t.Errorf("dark %v: the focus adds %d dots", dark, n)
		}
		h.FocusLost()
		if !same(before, show()) {
			t.Errorf("dark %v: the outline stays", dark)
		}
	}
}

// Nothing of the caption is cut, however narrow it is, and the chart does not
// move when the marker does.
func TestTheCaptionIsWhole(t *testing.T) {
	for _, size := range []string{"", "largest"} {
		l := testLook(t, false, size)
		h := scanHistogram(l, nil)
		here := placed(t, h, 300)
		var shown []string
		for _, p := range here.texts {
			shown = append(shown, p.text)
			if p.bottom > h.Size().Height+0.5 {
				t.Errorf("%q: %q ends at %v of %v", size, p.text, p.bottom, h.Size().Height)
			}
		}
		if all := strings.Join(shown, " "); !strings.Contains(all, h.spec.sentence) {
			t.Errorf("%q: shows %q", size, all)
		}
		before := h.heightFor(300)
		h.FocusGained()
		if after := h.heightFor(300); after != before {
			t.Errorf("%q: %v high with a marker, %v without", size, after, before)
		}
	}
}

// The marked bar has a foot and the chosen one a frame: both are found without
// their colours.
func TestMarksOfAHistogramAreNotColourAlone(t *testing.T) {
	l := testLook(t, false, "")
	h := scanHistogram(l, nil)
	placed(t, h, 600)
	if h.foot.Visible() || h.frame.Visible() {
		t.Error("nothing is marked or chosen, but something is drawn")
	}
	h.spec.chosen = 30
	h.mark(12)
	marked, chosen := h.drawn.bars[12], h.drawn.bars[30]
	if p, s := h.foot.Position(), h.foot.Size(); !h.foot.Visible() || p.X > marked.left || p.X+s.Width < marked.left+marked.width || p.Y < marked.top+marked.height {
		t.Errorf("the foot is at %v of %v, the bar is %+v", p, s, marked)
	}
	if p, s := h.frame.Position(), h.frame.Size(); !h.frame.Visible() || p.X > chosen.left || p.X+s.Width < chosen.left+chosen.width || p.Y > chosen.top {
		t.Errorf("the frame is at %v of %v, the bar is %+v", p, s, chosen)
	}
	h.mark(-1)
	if h.foot.Visible() {
		t.Error("the foot stays")
	}
}

// A chart of nothing takes the focus without a bar to stand on.
func TestAHistogramOfNothing(t *testing.T) {
	l := testLook(t, false, "")
	h := l.histogram(histogramSpec{chosen: -1, height: 148, sentence: "nothing", say: func(bar int) string { return fmt.Sprint(scanCounts()[bar]) }, onChoose: func(int) { t.Error("chosen") }})
	w := test.NewTempWindow(t, h)
	w.Canvas().FocusNext()
	typeKeys(w, fyne.KeyRight, fyne.KeyEnd, fyne.KeyLeft, fyne.KeyReturn)
	if got := h.AccessibilityLabel(); got != "nothing" {
		t.Errorf("says %q", got)
	}
}
