package statement

import (
	"slices"
	"strings"
)

// run is a piece of a line in one look, measured.
type run struct {
	text  string
	x, w  float64 // from the line's start
	font  Font
	ink   Ink
	link  string
	space bool
}

// line is what stands beside each other.
type line []run

// look is how spans are set: their size, and the face of what is not bold.
type look struct {
	size, leading float64
	font          Font
	ink           Ink
}

func (l look) of(sp Span) run {
	r := run{font: l.font, ink: l.ink}
	switch {
	case sp.Mono:
		r.font = FontMono
	case sp.Bold:
		r.font = FontBold
	case sp.Dim: // what a heading says in passing
		r.font = FontRegular
	}
	if sp.Dim {
		r.ink = InkDim
	}
	if link := safeLink(sp.Link); link != "" {
		r.link, r.ink = link, InkLink
	}
	return r
}

// wrapper breaks runs into lines no wider than width.
type wrapper struct {
	fonts *Fonts
	size  float64
	width float64
	lines []line
	line  line
	at    float64 // where the line's text ends
	word  []run   // pieces that belong together
	wide  float64 // of word
	blank []run   // spaces before the word
}

// wrap sets spans in lines; a «\n» ends one. There is at least one line.
func (s *setter) wrap(spans []Span, l look, width float64) []line {
	w := &wrapper{fonts: s.fonts, size: l.size, width: width}
	for _, sp := range spans {
		look := l.of(sp)
		rest := sp.Text
		for {
			text, after, hard := strings.Cut(rest, "\n")
			w.text(s.fonts.Shown(look.font, text), look)
			if !hard {
				break
			}
			w.flush()
			w.end()
			rest = after
		}
	}
	w.flush()
	if len(w.line) > 0 || len(w.lines) == 0 {
		w.end()
	}
	return w.lines
}

// text adds a text of one look, word by word.
func (w *wrapper) text(text string, look run) {
	for text != "" {
		n := strings.IndexByte(text, ' ')
		look.space = n == 0
		switch {
		case n < 0:
			n = len(text)
		case n == 0:
			n = len(text) - len(strings.TrimLeft(text, " "))
		}
		look.text, text = text[:n], text[n:]
		look.w = w.fonts.Width(look.font, w.size, look.text)
		if look.space {
			w.flush()
			w.blank = append(w.blank, look)
			continue
		}
		w.word = append(w.word, look)
		w.wide += look.w
	}
}

// flush puts the word on the line, or on the next one, or breaks it.
func (w *wrapper) flush() {
	if len(w.word) == 0 {
		return
	}
	gap := 0.0
	for _, r := range w.blank {
		gap += r.w
	}
	switch {
	case w.at+gap+w.wide <= w.width:
		w.add(w.blank...)
	case w.at > 0:
		w.end()
	}
	for _, r := range w.word {
		w.add(w.broken(r)...)
	}
	w.word, w.wide, w.blank = w.word[:0], 0, w.blank[:0]
}

// broken ends as many lines as a piece too wide for one needs and gives its
// rest. Each character is looked at once, however long the piece is.
func (w *wrapper) broken(r run) []run {
	if w.at+r.w <= w.width {
		return []run{r}
	}
	face, left := &w.fonts.faces[r.font], w.width-w.at
	start, sum := 0, 0.0
	for i, c := range r.text {
		adv := float64(face.advance[c]) * w.size / 1000
		if sum+adv > left && (i > start || w.at > 0) {
			if i > start {
				piece := r
				piece.text, piece.w = r.text[start:i], sum
				w.add(piece)
			}
			w.end()
			start, sum, left = i, 0, w.width
		}
		sum += adv
	}
	r.text, r.w = r.text[start:], sum
	return []run{r}
}

// add puts pieces on the line; those of one look become one.
func (w *wrapper) add(pieces ...run) {
	for _, r := range pieces {
		r.x = w.at
		w.at += r.w
		if n := len(w.line); n > 0 && joins(w.line[n-1], r) {
			w.line[n-1].text += r.text
			w.line[n-1].w += r.w
			continue
		}
		w.line = append(w.line, r)
	}
}

func joins(a, b run) bool { return a.font == b.font && a.ink == b.ink && a.link == b.link }

func (w *wrapper) end() {
	w.lines = append(w.lines, slices.Clip(w.line))
	w.line, w.at, w.blank = nil, 0, w.blank[:0]
}

// print puts a line on the page; y is the upper edge of its strip.
func (s *setter) print(l line, x, y float64, k look) {
	// A letter's middle is a third of its size above the baseline: so it stands
	// in the middle of its strip.
	base := y + k.leading/2 + k.size*0.35
	for _, r := range l {
		if strings.TrimLeft(r.text, " ") == "" {
			continue
		}
		s.mark(Mark{Kind: MarkText, X: x + r.x, Y: base, W: r.w, Text: r.text, Font: r.font, Size: k.size, Ink: r.ink, Link: r.link})
	}
}

func (l line) width() float64 {
	if len(l) == 0 {
		return 0
	}
	return l[len(l)-1].x + l[len(l)-1].w
}

// cut shortens a text to one line of a width, with «…» where it ends. It is for
// labels whose full text stands elsewhere.
func (s *setter) cut(font Font, size float64, text string, width float64) string {
	const most = 1000 // characters; no line has more
	if len(text) > 4*most {
		text = text[:4*most]
	}
	text = s.fonts.Shown(font, text)
	if s.fonts.Width(font, size, text) <= width {
		return text
	}
	face := &s.fonts.faces[font]
	room := width - s.fonts.Width(font, size, "…")
	if room < 0 {
		return ""
	}
	for i, c := range text {
		room -= float64(face.advance[c]) * size / 1000
		if room < 0 {
			return text[:i] + "…"
		}
	}
	return text
}

// label prints a single line cut to a width, to the right edge of it if wanted.
func (s *setter) label(text string, x, y, width float64, k look, right bool) {
	text = s.cut(k.font, k.size, text, width)
	w := s.fonts.Width(k.font, k.size, text)
	if right {
		x += width - w
	}
	s.print(line{{text: text, w: w, font: k.font, ink: k.ink}}, x, y, k)
}
