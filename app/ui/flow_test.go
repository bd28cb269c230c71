package ui

import (
	"strings"
	"testing"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

const sentence = "The path ends at a Hetzner border router, and all 8 hops after it stay silent. Your computer and your line work."

// laidOut gives an object a width and the height it asks for, and checks that
// nothing in it lies outside.
func laidOut(t *testing.T, o fyne.CanvasObject, width float32) {
	t.Helper()
	size := fyne.NewSize(width, heightOf(o, width))
	o.Resize(size)
	inside(t, o, fyne.Position{}, size)
}

func inside(t *testing.T, o fyne.CanvasObject, at fyne.Position, size fyne.Size) {
	t.Helper()
	if text, ok := o.(*canvas.Text); ok && text.Text != "" {
		need := text.MinSize()
		if at.X < -1 || at.X+min(need.Width, text.Size().Width) > size.Width+1 || need.Width > text.Size().Width+1 || at.Y+need.Height > size.Height+1 {
			t.Errorf("%.40q at %v needs %v of %v, has %v", text.Text, at, need, size, text.Size())
		}
	}
	switch c := o.(type) {
	case *fyne.Container:
		for _, child := range c.Objects {
			inside(t, child, at.Add(child.Position()), size)
		}
	case *paragraph:
		inside(t, c.lines, at, size)
	case *press:
		inside(t, c.content, at.Add(c.content.Position()), size)
	}
}

func TestHeightsAreKnownAtAWidth(t *testing.T) {
	l := testLook(t, false, "")
	para := func() *paragraph { return l.para(sentence, roleBody, tokInk) }
	step := l.size(roleBody) * lineHeight
	lines := func(o fyne.CanvasObject, width float32) int { return int(heightOf(o, width)/step + 0.5) }

	if n := lines(para(), 2000); n != 1 {
		t.Errorf("%d lines at 2000", n)
	}
	if narrow, wide := heightOf(para(), 150), heightOf(para(), 400); narrow <= wide {
		t.Errorf("narrow text is %v high, wide text %v", narrow, wide)
	}
	p := para()
	p.Resize(fyne.NewSize(300, heightOf(p, 300)))
	last := p.lines.Objects[len(p.lines.Objects)-1]
	if bottom := last.Position().Y + last.MinSize().Height; bottom > p.Size().Height+1 {
		t.Errorf("the last line ends at %v of %v", bottom, p.Size().Height)
	}
	one := heightOf(para(), 300)
	if h := heightOf(vstack(10, para(), para(), para()), 300); h != 3*one+20 {
		t.Errorf("three in a stack: %v, one: %v", h, one)
	}
	if h := heightOf(pad(18, para()), 336); h != one+36 {
		t.Errorf("padded: %v, one: %v", h, one)
	}
	if h := heightOf(hsplit(20, []float32{1, 1}, para(), l.line("short", roleBody, tokInk)), 620); h != one {
		t.Errorf("beside a short one: %v, alone: %v", h, one)
	}
	if h := heightOf(hsplit(0, []float32{0, 1}, box(100, 0, spring()), para()), 400); h != one {
		t.Errorf("beside a fixed one: %v, alone: %v", h, one)
	}
	if h := heightOf(flow(centred{300}, para()), 1416); h != one {
		t.Errorf("centred: %v, alone: %v", h, one)
	}
	hidden := para()
	hidden.Hide()
	if h := heightOf(vstack(10, para(), hidden, para()), 300); h != 2*one+10 {
		t.Errorf("with a hidden one: %v, two: %v", h, 2*one+10)
	}
}

func TestChipsGoToTheNextLine(t *testing.T) {
	l := testLook(t, false, "")
	chips := l.choice([]string{"Yes", "No", "Not sure", "I do not want to answer this now"}, 1, func(o string, _ bool) string { return o }, func(int) {})
	one, two := heightOf(chips, 1000), heightOf(chips, 180)
	if two < 2*one {
		t.Errorf("one line is %v high, at 180 it is %v", one, two)
	}
	laidOut(t, chips, 340)
}

// Boxes of every kind at every width and text size keep their text inside.
func TestTextStaysInside(t *testing.T) {
	for _, size := range []string{"", "large", "largest"} {
		l := testLook(t, false, size)
		for _, width := range []float32{340, 640, 1024, 1416} {
			laidOut(t, l.titled("What to do now", l.numbered("1", l.para(sentence, roleBody, tokInk)), l.bullet(iconOK, tokOK, sentence)), width)
			laidOut(t, l.problem("Hetzner did not answer", sentence, l.button(buttonSpec{kind: secondary, icon: iconRefresh, text: "Try again", height: heightSmall}), nil), width)
			laidOut(t, l.empty(iconBug, "No findings yet", sentence), width)
			laidOut(t, l.tests([]testLine{{"done", "Name and address", sentence}, {"running", "Ping", ""}}), width)
		}
		laidOut(t, l.hopTable([5]string{"Hop", "Router", "Address", "Answer time", "Lost"}, tableRows(), l.para(sentence, roleDense, tokInk2)), 860*l.scale)
	}
}

// What comes from the network or the clipboard can be anything.
func hostile() map[string]string {
	return map[string]string{
		"empty": "", "blanks": "   ", "long word": strings.Repeat("x", 3000), "long name": strings.Repeat("label.", 42) + "example",
		"marks": "**", "many marks": strings.Repeat("**a", 500), "open mark": "a **b", "not UTF-8": "\xff\xfe" + strings.Repeat("\x80", 50),
		"right to left": "\u202eexample.org", "wide": strings.Repeat("漢字", 200), "combined": "e" + strings.Repeat("\u0301", 200), "lines": "a\nb\r\n\tc",
		"many words": strings.Repeat("word ", 2000),
	}
}

func TestHostileTextStaysInside(t *testing.T) {
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) {
			l := testLook(t, false, "")
			for _, width := range []float32{0, 1, 60, 300} {
				for _, o := range []fyne.CanvasObject{l.para(text, roleBody, tokInk), l.fitting(text, roleDense, tokInk), l.bullet(iconOK, tokOK, text)} {
					h := heightOf(o, width)
					o.Resize(fyne.NewSize(width, h))
					if h < 0 || h > 1e6 {
						t.Errorf("%v high at width %v", h, width)
					}
				}
			}
			laidOut(t, l.para(text, roleBody, tokInk), 300)
			laidOut(t, l.fitting(text, roleBody, tokInk), 300)
			laidOut(t, l.titled("Title", l.numbered("1", l.para(text, roleBody, tokInk))), 300)
		})
	}
}

func TestShortenKeepsBothEnds(t *testing.T) {
	testLook(t, false, "")
	style := fyne.TextStyle{}
	name := "a-router-with-a-long-name.region-7.core.isp.example"
	full := measure(name, 13, style)
	if got := shorten(name, full, 13, style); got != name {
		t.Errorf("there was room, yet %q", got)
	}
	before := utf8.RuneCountInString(name)
	for width := full - 1; width > 30; width -= 17 {
		got := shorten(name, width, 13, style)
		head, tail, cut := strings.Cut(got, "…")
		if !cut || measure(got, 13, style) > width || !strings.HasPrefix(name, head) || !strings.HasSuffix(name, tail) {
			t.Errorf("at %v: %q", width, got)
		}
		if n := utf8.RuneCountInString(got); n > before {
			t.Errorf("less room, more text: %q", got)
		} else {
			before = n
		}
	}
	for _, width := range []float32{0, -5} {
		if got := shorten(name, width, 13, style); got != "…" {
			t.Errorf("at %v: %q", width, got)
		}
		if got := shorten("", width, 13, style); got != "" {
			t.Errorf("nothing at %v: %q", width, got)
		}
	}
}

func TestParagraphMarksBold(t *testing.T) {
	l := testLook(t, false, "")
	for text, want := range map[string]string{
		"plain": "plain", "**all**": "[all]", "a **b** c": "a [b] c", "**b**, then": "[b], then", "(**b**)": "([b])",
		"a **b c** d **e**": "a [b c] d [e]", "x **y** x **y**": "x [y] x [y]", "a**b**c": "a[b]c", "**a** **b**": "[a] [b]",
	} {
		got, bold := "", false
		for i, w := range l.para(text, roleBody, tokInk).words {
			if bold && !w.bold {
				got, bold = got+"]", false
			}
			if i > 0 && !w.glued {
				got += " "
			}
			if w.bold && !bold {
				got, bold = got+"[", true
			}
			got += w.text
		}
		if bold {
			got += "]"
		}
		// Two bold words beside each other are one bold run.
		if strings.ReplaceAll(got, "] [", " ") != strings.ReplaceAll(want, "] [", " ") {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
