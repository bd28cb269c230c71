package statement

import (
	"bytes"
	"image"
	_ "image/jpeg" // a signature may be a photograph
	_ "image/png"  // or a scan
	"strings"
)

// The type: ten points for the letter so that one page is enough, smaller for
// what proves it.
const (
	bodySize    = 10
	bodyLeading = 14
)

func body() look      { return look{size: bodySize, leading: bodyLeading} }
func small() look     { return look{size: 8.5, leading: 12} }
func dim() look       { return look{size: 8.5, leading: 12, ink: InkDim} }
func smallBold() look { return look{size: 8.5, leading: 12, font: FontBold} }
func mono() look      { return look{size: 7.5, leading: 10.5, font: FontMono} }

// heading gives the type of a heading and the distance before it.
func heading(level int) (k look, before float64) {
	switch level {
	case 1:
		return look{size: 17, leading: 23, font: FontBold}, 20
	case 2:
		return look{size: 11, leading: 16, font: FontBold}, 12
	}
	return look{size: 10, leading: 14, font: FontBold}, 9
}

func headingHeight(s *setter, b *Block) float64 {
	k, before := heading(b.Level)
	return before + float64(len(s.wrap(b.Text, k, textWidth)))*k.leading
}

// set draws one block.
func (s *setter) set(b *Block) {
	switch b.Kind {
	case KindHeading:
		s.heading(b)
	case KindParagraph:
		s.lines(s.wrap(b.Text, body(), textWidth), body(), 0)
		s.space(5)
	case KindItem:
		s.item(b)
	case KindTable:
		s.table(b.Table)
	case KindChart:
		s.chart(b.Chart)
	case KindPath:
		s.path(b.Path)
	case KindLines:
		s.printed(b.Lines)
	case KindSignature:
		s.sign(b.Sign)
	case KindRule:
		s.space(4)
		s.keep(9)
		s.mark(Mark{Kind: MarkLine, X: marginLeft, Y: s.take(9) + 4, W: textWidth, Stroke: 0.6, Ink: InkRule})
	case KindBreak:
		if !s.top() {
			s.page()
		}
	}
}

func (s *setter) heading(b *Block) {
	k, before := heading(b.Level)
	s.space(before)
	from := len(s.pages[len(s.pages)-1].Marks)
	s.lines(s.wrap(b.Text, k, textWidth), k, 0)
	marks := s.pages[len(s.pages)-1].Marks
	for i := min(from, len(marks)); i < len(marks); i++ {
		if marks[i].Kind == MarkText {
			marks[i].Outline = min(max(b.Level, 1), 3)
			break
		}
	}
	s.space(2)
}

// item is a paragraph with a dot before it.
func (s *setter) item(b *Block) {
	k := body()
	indent := 12 * float64(1+min(max(b.Level, 0), 5))
	lines := s.wrap(b.Text, k, textWidth-indent)
	dot := run{text: "•", x: -9, font: FontRegular, ink: InkDim}
	dot.w = s.fonts.Width(dot.font, k.size, dot.text)
	lines[0] = append(line{dot}, lines[0]...)
	s.lines(lines, k, indent)
	s.space(2)
}

// lines prints lines below each other. Neither the first nor the last of them
// is left alone on a page.
func (s *setter) lines(list []line, k look, indent float64) {
	for len(list) > 0 && !s.full() {
		n := int(s.room() / k.leading)
		if n < len(list) {
			if len(list)-n == 1 && n > 2 {
				n--
			}
			if n < 2 && !s.top() {
				s.page()
				continue
			}
			n = max(n, 1)
		}
		n = min(n, len(list))
		for _, l := range list[:n] {
			s.print(l, marginLeft+indent, s.take(k.leading), k)
		}
		if list = list[n:]; len(list) > 0 {
			s.page()
		}
	}
}

// printed shows output as it was, in type of one width on a tinted ground.
func (s *setter) printed(list []string) {
	const pad = 6
	k := mono()
	s.space(4)
	for _, text := range list {
		for _, l := range s.wrap([]Span{{Text: tabs(text), Mono: true}}, k, textWidth-2*pad) {
			s.keep(k.leading)
			if s.full() {
				return
			}
			y := s.take(k.leading)
			if !s.now.Marked || !s.o.Preview {
				// A hair higher than its strip: no seam shows between two lines.
				s.mark(Mark{Kind: MarkRect, X: marginLeft, Y: y, W: textWidth, H: k.leading + 0.2, Fill: true, Ink: InkZone})
			}
			s.print(l, marginLeft+pad, y, k)
		}
	}
	s.space(6)
}

// tabs gives a text with its tabs as spaces up to the next column of eight.
func tabs(text string) string {
	if !strings.Contains(text, "\t") {
		return text
	}
	var b strings.Builder
	column := 0
	for _, r := range text {
		if r != '\t' {
			b.WriteRune(r)
			column++
			continue
		}
		for b.WriteByte(' '); (column+1)%8 != 0; column++ {
			b.WriteByte(' ')
		}
		column++
	}
	return b.String()
}

// sign draws two lines to write on: place and date at the left, the signature
// with its picture at the right.
func (s *setter) sign(g *Signature) {
	if g == nil {
		return
	}
	const gap, height = 28, 44
	k, half := dim(), (textWidth-gap)/2.0
	s.space(14)
	s.keep(height + 2*k.leading)
	y := s.take(height + 2*k.leading)
	right := marginLeft + half + gap
	if w, h, ok := imageSize(g.Image); ok {
		scale := min(half/w, (height-4)/h)
		s.mark(Mark{Kind: MarkImage, X: right, Y: y + height - 2 - h*scale, W: w * scale, H: h * scale, Image: g.Image})
	}
	place := strings.Trim(g.Place+", "+g.Date, ", ")
	s.label(place, marginLeft, y+height-16, half, body(), false)
	for _, x := range []float64{marginLeft, right} {
		s.mark(Mark{Kind: MarkLine, X: x, Y: y + height, W: half, Stroke: 0.6, Ink: InkDim})
	}
	under := y + height + 2
	if g.Name != "" {
		s.label(g.Name, right, under, half, small(), false)
		under += k.leading
	}
	s.label(g.Label, right, under, half, k, false)
}

// LongSignature bounds the file of a picture of a signature, in bytes; maxImage
// its points: a photograph has 12 million, a scan of a whole sheet at 600 dots per
// inch 35 million, which is more than a page takes.
const (
	LongSignature = 10 << 20
	maxImage      = 30_000_000
)

// IsPicture reports whether a file can stand over the line to sign on: a PNG or
// JPEG of a size that fits.
func IsPicture(data []byte) bool {
	_, _, ok := imageSize(data)
	return ok && len(data) <= LongSignature
}

// imageSize reads the size of a PNG or JPEG; not ok if it is neither, or too big.
func imageSize(data []byte) (w, h float64, ok bool) {
	c, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || kind != "png" && kind != "jpeg" || c.Width < 1 || c.Height < 1 || c.Width > maxImage/c.Height {
		return 0, 0, false
	}
	return float64(c.Width), float64(c.Height), true
}
