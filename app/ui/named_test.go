package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// names walks over a window as a screen reader would like to, and gathers what
// has no sentence, and which kinds of pictures it met.
type names struct {
	missing []string
	met     map[string]int
}

// pictureOf is what a drawn object is a picture of; "" if it is none. Icons stand
// beside words that say the same, dashes and lines are no pictures.
func pictureOf(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *canvas.Raster:
		return "raster" // addresses, page
	case *canvas.Arc:
		return "ring"
	case *histogram:
		return "chart"
	case *sheet:
		return "page"
	case *fyne.Container:
		switch l := o.Layout.(type) {
		case shareLayout, *meter:
			return "bar"
		case *hopChain:
			return "chain"
		case columns:
			if len(l.weights) == stripMarks {
				return "strip"
			}
		}
	}
	return ""
}

// saying is the sentence of a thing; "" if it has none of its own.
func saying(o fyne.CanvasObject) string {
	a, ok := o.(fyne.Accessible)
	if !ok || a.AccessibilityRole() == fyne.AccessibleRoleContainer {
		return ""
	}
	return strings.TrimLeft(a.AccessibilityLabel(), ": ") // «: English» names nothing
}

func (n *names) walk(o fyne.CanvasObject, said string) {
	if o == nil || !o.Visible() {
		return
	}
	if own := saying(o); own != "" {
		said = own
	}
	kind := pictureOf(o)
	if kind != "" {
		n.met[kind]++
	}
	_, stops := o.(fyne.Focusable)
	switch {
	case stops && saying(o) == "":
		n.missing = append(n.missing, named(o.(fyne.Focusable))+" that takes the focus")
	case kind != "" && kind != "chain" && said == "": // the hops of a chain speak for it
		n.missing = append(n.missing, "a "+kind)
	}
	switch o := o.(type) {
	case *fyne.Container:
		if _, decoration := o.Layout.(*dashes); decoration {
			return
		}
		before := n.met["hop"]
		for _, child := range o.Objects {
			if _, hop := child.(*press); hop && kind == "chain" {
				n.met["hop"]++
			}
			n.walk(child, said)
		}
		if kind == "chain" && n.met["hop"] == before {
			n.missing = append(n.missing, "a chain without hops")
		}
	case *container.Scroll:
		n.walk(o.Content, said)
	case *entry, *selection, *rows:
		// Fyne's own drawing inside of it, and lines that the list speaks for.
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			n.walk(child, said)
		}
	}
}

// nameless is what in a window takes the focus or is a picture, and has no
// sentence. Every scene is looked at for it.
func nameless(w *window) *names {
	n := &names{met: map[string]int{}}
	n.walk(w.win.Canvas().Content(), "")
	return n
}

// Each kind of picture is recognised as one, and found to be nameless when its
// sentence is taken away.
func TestPicturesAreRecognised(t *testing.T) {
	met := map[string]int{}
	for _, sc := range scenes() {
		if !slices.Contains([]string{"locked-likely", "report-netscan", "cause-empty", "statement", "unlock-waiting"}, sc.name) {
			continue
		}
		w, s := newStage(t, ordinary())
		resize(w, startWidth, startHeight)
		sc.play(t, w, s)
		for kind, times := range nameless(w).met {
			met[kind] += times
		}
	}
	for _, kind := range []string{"raster", "ring", "chart", "page", "bar", "chain", "hop", "strip"} {
		if met[kind] == 0 {
			t.Errorf("no scene shows a %s: is it still recognised?", kind)
		}
	}
	l := testLook(t, false, "")
	for what, o := range map[string]fyne.CanvasObject{
		"ring": l.clockRing(0.5, tokPrimary, 36), "strip": hsplit(3, slices.Repeat([]float32{1}, stripMarks), slices.Repeat([]fyne.CanvasObject{spring()}, stripMarks)...),
		"bar": flow(shareLayout{0.5}, spring()), "field": newEntry("", nil), "choice": &selection{look: l}, "button": l.press(spring(), 4, "", nil),
	} {
		n := &names{met: map[string]int{}}
		if n.walk(o, ""); len(n.missing) == 0 {
			t.Errorf("a %s without words is not noticed", what)
		}
	}
}
