package ui

import (
	"math"
	"strconv"
)

// drawing is a chart as primitives: what a chart works out, before anybody
// knows by what it is painted. Sizes are in the units of the frame.
type drawing struct {
	bars   []sceneBar
	lines  []sceneLine
	labels []sceneLabel
}

// sceneBar is a filled rectangle that stands for a value.
type sceneBar struct{ left, top, width, height float32 }

// sceneLine is a level line of the grid.
type sceneLine struct{ left, top, width float32 }

// sceneLabel is a text: at an axis, to the right of which it ends, or centred
// under a bar.
type sceneLabel struct {
	text    string
	x, y    float32
	centred bool // else it ends at x
}

// barGap is the room between bars, unless they get too thin for it.
const barGap = 2

// layoutBars places bars over a base line, with two or three level lines at
// round numbers. left is kept for the numbers, bottom for the labels below.
func layoutBars(counts []int, labels []string, width, height, left, bottom float32) drawing {
	var s drawing
	most := 1
	for _, n := range counts {
		most = max(most, n)
	}
	step := niceStep(most)
	const top = 10 // room for the uppermost number
	room := height - bottom - top
	base := top + room
	y := func(n int) float32 { return base - room*float32(n)/float32(most) }
	for n := step; n <= most; n += step {
		s.lines = append(s.lines, sceneLine{left, y(n), width - left})
		s.labels = append(s.labels, sceneLabel{text: decimal(n), x: left - 8, y: y(n)})
	}
	s.lines = append(s.lines, sceneLine{left, base, width - left})
	each := (width - left) / float32(max(len(counts), 1))
	gap := min(float32(barGap), each/4)
	for i, n := range counts {
		b := sceneBar{left: left + float32(i)*each + gap/2, width: max(each-gap, 1), top: base, height: 0}
		if n > 0 {
			b.height = max(room*float32(n)/float32(most), 1.5) // few is not none
			b.top = base - b.height
		}
		s.bars = append(s.bars, b)
		if i < len(labels) && labels[i] != "" {
			s.labels = append(s.labels, sceneLabel{text: labels[i], x: b.left + b.width/2, y: base + bottom/2, centred: true})
		}
	}
	return s
}

// niceStep is a round number that goes two or three times into most.
func niceStep(most int) int {
	if most <= 3 {
		return 1
	}
	power := int(math.Pow10(int(math.Log10(float64(most) / 2))))
	for _, n := range []int{1, 2, 3, 4, 5, 10} {
		if step := n * power; step > 0 && most/step <= 3 {
			return step
		}
	}
	return most
}

// decimal writes a number of the axis: 20000 as «20k». Whole units only, because
// «1.2» and «1,2» are read differently in each language.
func decimal(n int) string {
	switch {
	case n >= 1_000_000 && n%1_000_000 == 0:
		return strconv.Itoa(n/1_000_000) + "M"
	case n >= 10_000 && n%1000 == 0:
		return strconv.Itoa(n/1000) + "k"
	}
	return strconv.Itoa(n)
}
