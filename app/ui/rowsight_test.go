package ui

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// Every text is drawn inside its column, and no two on each other, whatever it
// is, wherever it is scrolled.
func TestTextsOfRowsStayInTheirColumns(t *testing.T) {
	names := []string{}
	texts := hostile()
	for name := range texts {
		names = append(names, name)
	}
	slices.Sort(names)
	spec := rawText(len(names))
	spec.headed = true
	spec.columns[0].width, spec.columns[0].mono, spec.columns[2].title = 90, false, strings.Repeat("title", 90)
	spec.cell = func(row, col int) cell { return cell{text: texts[names[row]], mark: []icon{"", iconWarn, ""}[col]} }
	spec.remark = func(row int) string { return []string{"", texts[names[row]], "Kept"}[row%3] }
	for _, width := range []float32{0, 1, 60, 300, 800} {
		r, _ := shownRows(t, spec, max(width, 160), 600)
		r.Resize(fyne.NewSize(width, 600))
		for range 3 {
			for row := range names {
				line := lineOf(r, row)
				if width == 0 {
					continue
				}
				for i, text := range append(slices.Clone(line.texts), line.remark) {
					if text == nil || !text.Visible() {
						continue
					}
					if need := text.MinSize().Width; need > text.Size().Width+1 || text.Position().X+text.Size().Width > width && width > 100 {
						t.Errorf("%q at %v: text %d needs %v and has %v from %v", names[row], width, i, need, text.Size().Width, text.Position().X)
					}
				}
				if last := line.texts[2]; line.remark != nil && line.remark.Visible() && last.Text != "" && last.Position().X+last.Size().Width > line.remark.Position().X {
					t.Errorf("%q at %v: the remark lies on the text", names[row], width)
				}
			}
			r.slide(8)
		}
	}
}

// The sum of the single runes says how wide a text is.
func TestTheRulerMeasuresAsFyneDoes(t *testing.T) {
	inks := newRowInks(testLook(t, false, ""))
	for _, text := range []string{"2026-11-17 04:05:06  192.0.2.10 40112 -> 198.51.100.1", "AVATAR Tofu WAVE fi ffl", "Größe der Übertragung: 1,5 Mio. Pakete", "сервер"} {
		for _, u := range []*ruler{inks.plain, inks.mono, inks.bold, inks.remark} {
			sum := float32(0)
			for _, c := range text {
				sum += u.width(c)
			}
			if real := measure(text, u.size, u.style); real > sum+0.5 {
				t.Errorf("%q is %v wide, its runes %v", text, real, sum)
			}
		}
	}
}

// stateOf draws a table in a state of the keyboard and the pointer.
func stateOf(l *look, change func(*rows)) image.Image {
	spec := scanTable(600)
	spec.onHeader = func(int) {}
	r := l.newRows(spec)
	r.Resize(fyne.NewSize(360, 280))
	change(r)
	return drawn(l, over(l.ground(tokSurface, tokNone, 0), r), fyne.NewSize(360, 280))
}

func TestSelectionFocusAndPointerOfRowsAreSeen(t *testing.T) {
	for _, dark := range []bool{false, true} {
		l := testLook(t, dark, "")
		plain := stateOf(l, func(*rows) {})
		states := map[string]func(*rows){
			"focus": func(r *rows) { r.FocusGained() }, "selection": func(r *rows) { r.show(2) }, "both": func(r *rows) { r.show(2); r.FocusGained() },
			"heading":         func(r *rows) { r.FocusGained(); typed(r, fyne.KeyLeft) },
			"pointer":         func(r *rows) { r.MouseIn(mouse(50, 100)) },
			"pointer on head": func(r *rows) { r.MouseIn(mouse(50, 10)) },
			"other arrow":     func(r *rows) { r.setSorted(0, true) },
		}
		seen := []image.Image{plain}
		for name, change := range states {
			img := stateOf(l, change)
			for _, other := range seen {
				if same(img, other) {
					t.Errorf("dark %v: %s is not seen", dark, name)
				}
			}
			seen = append(seen, img)
		}
		gone := stateOf(l, func(r *rows) { r.FocusGained(); r.MouseIn(mouse(50, 100)); r.MouseOut(); r.FocusLost() })
		if !same(gone, plain) {
			t.Errorf("dark %v: focus or pointer stay", dark)
		}
	}
}

// TestPicturesOfRows draws a table and a text beside each other. With
// LATCHKEY_PICTURES set it writes PNG files there.
func TestPicturesOfRows(t *testing.T) {
	folder := os.Getenv("LATCHKEY_PICTURES")
	for _, size := range []string{"", "largest"} {
		for _, dark := range []bool{false, true} {
			l := testLook(t, dark, size)
			table, raw := l.newRows(scanTable(600)), l.newRows(rawText(606))
			sheet := func(r *rows) fyne.CanvasObject { return pad(12, l.sheet(toneNone, padding1(r))) }
			both := over(l.ground(tokBG, tokNone, 0), hsplit(0, []float32{2, 3}, box(0, 500, sheet(table)), box(0, 500, sheet(raw))))
			both.Resize(fyne.NewSize(1100, 500))
			table.show(0)
			table.MouseIn(mouse(50, 130))
			raw.show(24)
			raw.FocusGained()
			img := drawn(l, both, fyne.NewSize(1100, 500))
			if n := count(img, l.colours[tokInk]); n < 5000 {
				t.Errorf("dark %v, %q: only %d pixels of text", dark, size, n)
			}
			if folder != "" {
				save(t, img, filepath.Join(folder, fmt.Sprintf("rows-dark-%v-%g.png", dark, l.scale)))
			}
		}
	}
}

// BenchmarkRowsScroll is a notch of the wheel over 2,000,000,000 rows.
func BenchmarkRowsScroll(b *testing.B) {
	d, err := loadDrawings(iconFiles())
	if err != nil {
		b.Fatal(err)
	}
	l := newLook(false, "", d)
	test.NewTempApp(b).Settings().SetTheme(l)
	for name, spec := range map[string]rowsSpec{"table": scanTable(huge), "text": rawText(huge)} {
		b.Run(name, func(b *testing.B) {
			r := l.newRows(spec)
			r.Resize(fyne.NewSize(700, 600))
			b.ReportAllocs()
			for b.Loop() {
				r.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -notch)})
			}
		})
	}
}
