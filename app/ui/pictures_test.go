package ui

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"latchkey/app"
)

// wardrobe is in which size, look and language a scene is shown.
type wardrobe struct {
	name          string
	width, height float32
	settings      app.Settings
}

// wardrobes gives the ways to show a scene; the sizes only where asked for.
// LATCHKEY_LANGUAGE looks at one language alone, where room is shortest.
func wardrobes(sizes bool) []wardrobe {
	if one := os.Getenv("LATCHKEY_LANGUAGE"); one != "" {
		return []wardrobe{{one + "-small", leastWidth, leastHeight, app.Settings{Language: one, Theme: "light"}}}
	}
	var all []wardrobe
	for _, language := range []string{"en", "de"} {
		for _, theme := range []string{"light", "dark"} {
			all = append(all, wardrobe{language + "-" + theme, startWidth, startHeight, app.Settings{Language: language, Theme: theme}})
		}
	}
	if sizes {
		german := app.Settings{Language: "de", Theme: "light"} // the longer words
		largest := german
		largest.TextSize = "largest"
		all = append(all, wardrobe{"de-small", leastWidth, leastHeight, german}, wardrobe{"de-wide", 1920, 1080, german},
			wardrobe{"de-largest", startWidth, startHeight, largest}, wardrobe{"de-small-largest", leastWidth, leastHeight, largest},
			wardrobe{"en-small", leastWidth, leastHeight, app.Settings{Language: "en", Theme: "light"}})
	}
	return all
}

// Every screen in every state, seen: nothing missing, nothing cut, nothing on
// top of something else. LATCHKEY_PICTURES names a folder for the pictures.
func TestPictures(t *testing.T) {
	dir := os.Getenv("LATCHKEY_PICTURES")
	for _, sc := range scenes() {
		t.Run(sc.name, func(t *testing.T) {
			for _, d := range wardrobes(sc.sizes) {
				if dir == "" && d.settings.Theme == "dark" {
					continue // laid out like the light one; the contrast test measures its colours
				}
				t.Run(d.name, func(t *testing.T) {
					w, s := newStage(t, d.settings)
					resize(w, d.width, d.height)
					sc.play(t, w, s)
					inspect(t, w)
					if dir != "" {
						if sc.look != nil {
							sc.look(w)
						}
						save(t, w.win.Canvas().Capture(), filepath.Join(dir, sc.name+"-"+d.name+".png"))
					}
				})
			}
		})
	}
}

func save(t testing.TB, picture image.Image, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, picture); err != nil {
		t.Fatal(err)
	}
}

// inspect looks for what is wrong on any screen.
func inspect(t testing.TB, w *window) {
	t.Helper()
	here := lookAt(w.win.Canvas())
	if n := onPage(w, here); n < 3 { // beside the rail, which says more in a wide window
		t.Errorf("only %d texts: an empty screen", n)
	}
	for _, p := range here.texts {
		if strings.ContainsAny(p.text, "⟦⟧") || strings.Contains(p.text, "<no value>") || strings.Contains(p.text, "**") {
			t.Errorf("unfinished text %q", p.text)
		}
		if p.left < p.clip.left-1 || p.right > p.clip.right+1 {
			t.Errorf("%q is cut: it needs %.0f to %.0f and has %.0f to %.0f", p.text, p.left, p.right, p.clip.left, p.clip.right)
		}
	}
	for i, p := range here.texts {
		for _, q := range here.texts[i+1:] {
			if w, h := min(p.right, q.right)-max(p.left, q.left), min(p.bottom, q.bottom)-max(p.top, q.top); w > 2 && h > 3 {
				t.Errorf("%q and %q lie on each other (%.0f × %.0f)", p.text, q.text, w, h)
			}
		}
	}
	primaries := 0
	for _, p := range here.presses {
		if p.press.say == "" {
			t.Errorf("something to press at %v has no words for a screen reader", p.area)
		}
		if w, h := p.right-p.left, p.bottom-p.top; w < minTarget-1 || h < minTarget-3 {
			t.Errorf("%q is only %.0f × %.0f", p.press.say, w, h)
		}
		if p.left < p.clip.left-1 || p.right > p.clip.right+1 {
			t.Errorf("%q is cut: it goes from %.0f to %.0f and has %.0f to %.0f", p.press.say, p.left, p.right, p.clip.left, p.clip.right)
		}
		if p.filled(w.view.look) {
			primaries++
		}
	}
	if primaries > 1 {
		t.Errorf("%d filled buttons: which one is the next best action?", primaries)
	}
	for _, what := range nameless(w).missing {
		t.Errorf("no words for %s", what)
	}
	inspectFocus(t, w, here)
}

// onPage is how many texts stand on the page itself, beside rail and header.
func onPage(w *window, here *seen) (n int) {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(w.shell.page.scroll)
	for _, p := range here.texts {
		if p.left >= at.X && p.bottom > at.Y {
			n++
		}
	}
	return n
}

// inspectFocus goes round with Tab: everything that can be pressed or typed into
// is reached, in reading order, and the round comes back to its start.
func inspectFocus(t testing.TB, w *window, here *seen) {
	t.Helper()
	canvas := w.win.Canvas()
	start, place := canvas.Focused(), w.shell.page.scroll.Offset
	canvas.Unfocus()
	for i, want := range here.order {
		canvas.FocusNext()
		if canvas.Focused() != want.Focusable {
			t.Fatalf("Tab %d reaches %v, want %v", i+1, named(canvas.Focused()), named(want.Focusable))
		}
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(want.Focusable.(fyne.CanvasObject)).Y
		if middle := at + want.Focusable.(fyne.CanvasObject).Size().Height/2; middle < 0 || middle > canvas.Size().Height {
			t.Errorf("Tab leads to %v, which is not seen: it is at %.0f", named(want.Focusable), at)
		}
		if i > 0 {
			if before := here.order[i-1]; want.bottom <= before.top+1 && want.left < before.right {
				t.Errorf("Tab goes up from %v to %v", named(before.Focusable), named(want.Focusable))
			}
		}
	}
	canvas.FocusNext()
	if len(here.order) > 0 && canvas.Focused() != here.order[0].Focusable {
		t.Errorf("after the last thing Tab reaches %v", named(canvas.Focused()))
	}
	canvas.Unfocus()
	if start != nil {
		canvas.Focus(start)
	}
	w.shell.page.scroll.ScrollToOffset(place)
}

// named says what a thing is for a message of a test.
func named(f fyne.Focusable) string {
	switch f := f.(type) {
	case nil:
		return "nothing"
	case *press:
		return f.say
	case *entry:
		return "field " + f.say
	}
	return fmt.Sprintf("%T", f)
}
