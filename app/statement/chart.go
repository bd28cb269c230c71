package statement

import (
	"math"
	"strings"
)

const (
	barLeading  = 15.0 // a bar with its label
	histoHeight = 92.0 // of the field the columns stand in
	slack       = 0.01 // what fits once fits again in spite of rounding
	mostColumns = 220  // two points each: more are drawn together
)

func chartLook() look { return look{size: 8, leading: 11} }

// chartHeight is what has to stand on one page: a histogram as a whole, of bars
// the first ones.
func chartHeight(c *Chart) float64 {
	if c == nil {
		return 0
	}
	if c.Histogram {
		return histoHeight + 60
	}
	return 30 + barLeading*float64(min(len(c.Bars), 6))
}

// amount is a value a bar can be drawn with.
func (b Bar) amount() float64 {
	if math.IsNaN(b.Value) || b.Value < 0 {
		return 0
	}
	return min(b.Value, math.MaxFloat64/2)
}

func highest(bars []Bar) float64 {
	top := 0.0
	for _, b := range bars {
		top = max(top, b.amount())
	}
	if top == 0 {
		return 1
	}
	return top
}

func (s *setter) chart(c *Chart) {
	if c == nil {
		return
	}
	s.space(6)
	s.keep(chartHeight(c))
	if c.Title != "" {
		s.lines(s.wrap([]Span{{Text: c.Title}}, smallBold(), textWidth), smallBold(), 0)
		s.space(3)
	}
	if c.Histogram {
		s.histogram(c.Bars)
	} else {
		s.bars(c.Bars)
	}
	if c.Caption != "" {
		s.space(4)
		s.lines(s.wrap([]Span{{Text: c.Caption}}, dim(), textWidth), dim(), 0)
	}
	s.space(10)
}

// bars draws horizontal bars: label, bar, value.
func (s *setter) bars(bars []Bar) {
	k := chartLook()
	labels, values := 40.0, 20.0
	for _, b := range bars {
		labels = max(labels, s.fonts.Width(k.font, k.size, s.cut(k.font, k.size, b.Label, textWidth*0.4)))
		values = max(values, s.fonts.Width(FontBold, k.size, s.cut(FontBold, k.size, b.Shown, textWidth*0.25)))
	}
	left := marginLeft + labels + 8
	room := textWidth - labels - values - 14
	top := highest(bars)
	for _, b := range bars {
		s.keep(barLeading)
		if s.full() {
			return
		}
		y := s.take(barLeading)
		width := max(b.amount()/top*room, 0.8)
		in, kind := InkBar, k
		if b.Hot {
			in, kind.font = InkHot, FontBold
		}
		s.label(b.Label, marginLeft, y+2, labels+slack, k, true)
		s.mark(Mark{Kind: MarkLine, X: left - 1, Y: y, H: barLeading, Stroke: 0.6, Ink: InkRule})
		s.mark(Mark{Kind: MarkRect, X: left, Y: y + 3, W: width, H: barLeading - 6, Radius: min(1.5, width/2), Fill: true, Ink: in})
		s.label(b.Shown, left+width+4, y+2, values+slack, kind, false)
	}
}

// merged draws neighbours together, each group with its highest bar, so that
// peaks stay.
func merged(bars []Bar, most int) []Bar {
	if len(bars) <= most {
		return bars
	}
	per := (len(bars) + most - 1) / most
	var list []Bar
	for from := 0; from < len(bars); from += per {
		best := bars[from]
		for _, b := range bars[from:min(from+per, len(bars))] {
			if b.amount() > best.amount() {
				best.Value, best.Shown = b.Value, b.Shown
			}
			best.Hot = best.Hot || b.Hot
		}
		list = append(list, best)
	}
	return list
}

// histogram draws columns over time: the highest value at the axis, as many
// labels as fit beside each other.
func (s *setter) histogram(bars []Bar) {
	if len(bars) == 0 {
		return
	}
	bars = merged(bars, mostColumns)
	k := chartLook()
	top, shown := highest(bars), ""
	for _, b := range bars {
		if b.amount() == top {
			shown = b.Shown
			break
		}
	}
	axis := max(s.fonts.Width(k.font, k.size, s.cut(k.font, k.size, shown, 80))+6, 14)
	y := s.take(histoHeight + k.leading + 4)
	left, width := marginLeft+axis, textWidth-axis
	for i := range 3 {
		h := y + 5 + (histoHeight-5)*float64(i)/2
		s.mark(Mark{Kind: MarkLine, X: left, Y: h, W: width, Stroke: 0.4, Ink: InkRule})
	}
	s.label(shown, marginLeft, y, axis-6+slack, k, true)
	s.label("0", marginLeft, y+histoHeight-6, axis-6, k, true)
	step := width / float64(len(bars))
	for i, b := range bars {
		h := b.amount() / top * (histoHeight - 5)
		if h == 0 {
			continue
		}
		in := InkBar
		if b.Hot {
			in = InkHot
		}
		h = max(h, 0.8)
		s.mark(Mark{Kind: MarkRect, X: left + float64(i)*step + step*0.08, Y: y + histoHeight - h, W: step * 0.84, H: h, Fill: true, Ink: in})
	}
	s.mark(Mark{Kind: MarkLine, X: left, Y: y + histoHeight, W: width, Stroke: 0.8, Ink: InkDim})
	s.hours(bars, left, step, y+histoHeight+3)
}

// hours labels the columns, each label under the start of its own.
func (s *setter) hours(bars []Bar, left, step, y float64) {
	k := chartLook()
	free := left
	for i, b := range bars {
		x := left + float64(i)*step
		if x < free || strings.TrimSpace(b.Label) == "" {
			continue
		}
		text := s.cut(k.font, k.size, b.Label, 90)
		w := s.fonts.Width(k.font, k.size, text)
		if x+w > marginLeft+textWidth {
			return
		}
		s.mark(Mark{Kind: MarkLine, X: x, Y: y - 3, H: 3, Stroke: 0.5, Ink: InkDim})
		s.label(b.Label, x, y, 90, k, false)
		free = x + w + 10
	}
}
