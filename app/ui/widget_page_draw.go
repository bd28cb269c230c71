package ui

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // signatures come as either
	_ "image/png"
	"math"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	scaled "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"latchkey/app/statement"
)

// painter draws a page into a picture, letters where they are on paper: the
// window's own texts are rounded to whole pixels, and lines of small type would
// end somewhere else.
type painter struct {
	to    *image.NRGBA
	scale float64 // pixels per point
	faces map[typeface]font.Face
}

type typeface struct {
	font statement.Font
	size float64
}

// paintPage draws a page as large as asked for.
func paintPage(p statement.Page, width, height int) image.Image {
	to := image.NewNRGBA(image.Rect(0, 0, max(width, 1), max(height, 1)))
	draw.Draw(to, to.Bounds(), image.NewUniform(paperInk(statement.InkPaper)), image.Point{}, draw.Src)
	if p.Width <= 0 || width < 10 {
		return to
	}
	d := &painter{to: to, scale: float64(width) / p.Width, faces: map[typeface]font.Face{}}
	for i := range p.Marks {
		d.mark(&p.Marks[i])
	}
	for _, f := range d.faces {
		_ = f.Close() // it holds nothing
	}
	return to
}

// parsedFonts are the window's faces, which are those of the page.
var parsedFonts = sync.OnceValue(func() (all [3]*opentype.Font) {
	styles := [3]fyne.TextStyle{statement.FontRegular: {}, statement.FontBold: {Bold: true}, statement.FontMono: {Monospace: true}}
	for i, style := range styles {
		if parsed, err := opentype.Parse(theme.DefaultTheme().Font(style).Content()); err == nil {
			all[i] = parsed
		}
	}
	return all
})

func (d *painter) face(m *statement.Mark) font.Face {
	key := typeface{m.Font, m.Size}
	if f := d.faces[key]; f != nil {
		return f
	}
	parsed := parsedFonts()[m.Font]
	if parsed == nil {
		return nil
	}
	// At 72 dots per inch the size is in pixels.
	f, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: m.Size * d.scale, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil
	}
	d.faces[key] = f
	return f
}

func (d *painter) mark(m *statement.Mark) {
	x, y, w, h := m.X*d.scale, m.Y*d.scale, m.W*d.scale, m.H*d.scale
	switch m.Kind {
	case statement.MarkText:
		if face := d.face(m); face != nil {
			pen := font.Drawer{Dst: d.to, Src: image.NewUniform(paperInk(m.Ink)), Face: face, Dot: fixed.Point26_6{X: dots(x), Y: dots(y)}}
			pen.DrawString(m.Text)
		}
	case statement.MarkLine:
		d.line(x, y, x+w, y+h, max(m.Stroke*d.scale, 0.7), paperInk(m.Ink))
	case statement.MarkRect:
		d.box(m, x, y, w, h)
	case statement.MarkImage:
		if picture, _, err := image.Decode(bytes.NewReader(m.Image)); err == nil {
			at := image.Rect(int(x), int(y), int(math.Ceil(x+w)), int(math.Ceil(y+h)))
			scaled.CatmullRom.Scale(d.to, at, picture, picture.Bounds(), draw.Over, nil)
		}
	}
}

func dots(v float64) fixed.Int26_6 { return fixed.Int26_6(math.Round(v * 64)) }

// line is a strip along its way.
func (d *painter) line(x0, y0, x1, y1, wide float64, ink color.Color) {
	length := math.Hypot(x1-x0, y1-y0)
	if length == 0 {
		return
	}
	dx, dy := -(y1-y0)/length*wide/2, (x1-x0)/length*wide/2
	d.fill(ink, func(r *vector.Rasterizer) {
		to := func(f func(x, y float32), x, y float64) { f(float32(x), float32(y)) }
		to(r.MoveTo, x0+dx, y0+dy)
		to(r.LineTo, x1+dx, y1+dy)
		to(r.LineTo, x1-dx, y1-dy)
		to(r.LineTo, x0-dx, y0-dy)
		r.ClosePath()
	})
}

// box is a rectangle, filled, outlined or both; fully rounded it is a disc.
func (d *painter) box(m *statement.Mark, x, y, w, h float64) {
	radius := min(m.Radius*d.scale, w/2, h/2)
	if m.Fill {
		d.fill(paperInk(m.Ink), func(r *vector.Rasterizer) { rounded(r, x, y, w, h, radius) })
	}
	if m.Stroke <= 0 || m.Fill {
		return
	}
	wide := max(m.Stroke*d.scale, 0.7)
	d.fill(paperInk(m.Ink), func(r *vector.Rasterizer) {
		rounded(r, x-wide/2, y-wide/2, w+wide, h+wide, radius+wide/2)
		inner := max(radius-wide/2, 0)
		hole(r, x+wide/2, y+wide/2, w-wide, h-wide, inner)
	})
}

func (d *painter) fill(ink color.Color, path func(*vector.Rasterizer)) {
	size := d.to.Bounds().Size()
	r := vector.NewRasterizer(size.X, size.Y)
	path(r)
	r.Draw(d.to, d.to.Bounds(), image.NewUniform(ink), image.Point{})
}

// bend is how far the handles of a quarter circle reach, in radii.
const bend = 0.5523

// rounded adds a rectangle with round corners, clockwise.
func rounded(r *vector.Rasterizer, x, y, w, h, radius float64) {
	p := func(v float64) float32 { return float32(v) }
	k := radius * (1 - bend)
	r.MoveTo(p(x+radius), p(y))
	r.LineTo(p(x+w-radius), p(y))
	r.CubeTo(p(x+w-k), p(y), p(x+w), p(y+k), p(x+w), p(y+radius))
	r.LineTo(p(x+w), p(y+h-radius))
	r.CubeTo(p(x+w), p(y+h-k), p(x+w-k), p(y+h), p(x+w-radius), p(y+h))
	r.LineTo(p(x+radius), p(y+h))
	r.CubeTo(p(x+k), p(y+h), p(x), p(y+h-k), p(x), p(y+h-radius))
	r.LineTo(p(x), p(y+radius))
	r.CubeTo(p(x), p(y+k), p(x+k), p(y), p(x+radius), p(y))
	r.ClosePath()
}

// hole adds the same against the clock: it is left out of what surrounds it.
func hole(r *vector.Rasterizer, x, y, w, h, radius float64) {
	p := func(v float64) float32 { return float32(v) }
	k := radius * (1 - bend)
	r.MoveTo(p(x+radius), p(y))
	r.CubeTo(p(x+k), p(y), p(x), p(y+k), p(x), p(y+radius))
	r.LineTo(p(x), p(y+h-radius))
	r.CubeTo(p(x), p(y+h-k), p(x+k), p(y+h), p(x+radius), p(y+h))
	r.LineTo(p(x+w-radius), p(y+h))
	r.CubeTo(p(x+w-k), p(y+h), p(x+w), p(y+h-k), p(x+w), p(y+h-radius))
	r.LineTo(p(x+w), p(y+radius))
	r.CubeTo(p(x+w), p(y+k), p(x+w-k), p(y), p(x+w-radius), p(y))
	r.ClosePath()
}
