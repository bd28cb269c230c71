package abuse

import "slices"

// timeline counts rows over time without knowing the span beforehand: bins as
// narrow as most of them allow, made wider whenever the span outgrows them.
type timeline struct {
	level  int
	origin int64 // number of the first bin, counted in bins since 1970
	bins   []uint32
}

// mostBins bounds a timeline: 16 kB, and enough to draw 60 bars exactly.
const mostBins = 4096

const second = int64(1e6) // microseconds

// binWidths are the widths in microseconds, each a multiple of the one before,
// so that widening loses nothing but detail.
func binWidths() []int64 {
	const minute, hour, day = 60 * second, 3600 * second, 86400 * second
	return []int64{
		second / 1000, second / 100, second / 10, second, 5 * second, 15 * second, minute, 5 * minute, 15 * minute,
		hour, 6 * hour, day, 7 * day, 28 * day, 364 * day,
	}
}

func (t *timeline) width() int64 { return binWidths()[t.level] }

// add counts n rows at a time in microseconds.
func (t *timeline) add(widths []int64, micros int64, n uint32) {
	i := floorDiv(micros, widths[t.level]) - t.origin
	if uint64(i) < uint64(len(t.bins)) {
		t.bins[i] += n
		return
	}
	t.stretch(widths, micros)
	t.bins[floorDiv(micros, widths[t.level])-t.origin] += n
}

// stretch makes room for a time outside the bins.
func (t *timeline) stretch(widths []int64, micros int64) {
	at := floorDiv(micros, widths[t.level])
	if len(t.bins) == 0 {
		t.origin, t.bins = at, make([]uint32, 1, 64)
		return
	}
	for {
		at = floorDiv(micros, widths[t.level])
		low, high := min(at, t.origin), max(at, t.origin+int64(len(t.bins))-1)
		if high-low < mostBins || t.level == len(widths)-1 {
			t.grow(low, high)
			return
		}
		t.widen(widths)
	}
}

func (t *timeline) grow(low, high int64) {
	if before := t.origin - low; before > 0 {
		t.bins = slices.Insert(t.bins, 0, make([]uint32, before)...)
		t.origin = low
	}
	if after := high - low + 1 - int64(len(t.bins)); after > 0 {
		t.bins = append(t.bins, make([]uint32, after)...)
	}
}

// widen goes to the next width.
func (t *timeline) widen(widths []int64) {
	factor := widths[t.level+1] / widths[t.level]
	origin := floorDiv(t.origin, factor)
	bins := make([]uint32, floorDiv(t.origin+int64(len(t.bins))-1, factor)-origin+1)
	for i, n := range t.bins {
		bins[floorDiv(t.origin+int64(i), factor)-origin] += n
	}
	t.level, t.origin, t.bins = t.level+1, origin, bins
}

// merge adds what another timeline counted.
func (t *timeline) merge(other timeline) {
	widths := binWidths()
	for len(t.bins) > 0 && t.level < other.level {
		t.widen(widths)
	}
	if len(t.bins) == 0 {
		t.level = max(t.level, other.level)
	}
	for other.level < t.level && len(other.bins) > 0 {
		other.widen(widths)
	}
	for i, n := range other.bins {
		if n > 0 {
			t.add(widths, (other.origin+int64(i))*widths[other.level], n)
		}
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Bars are counts over equal stretches of time.
type Bars struct {
	Start  int64 // clock reading of the first bar's left edge, microseconds as in grammar.Stamp
	Width  int64 // microseconds
	Counts []int
}

// barWidths are widths people can read off an axis, in microseconds.
func barWidths() []int64 {
	var all []int64
	for _, n := range []int64{1, 2, 5, 10, 20, 50, 100, 200, 500} {
		all = append(all, n*second/1000)
	}
	for _, n := range []int64{
		1, 2, 3, 4, 5, 6, 10, 15, 20, 30, 60, 2 * 60, 3 * 60, 5 * 60, 10 * 60, 15 * 60, 20 * 60, 30 * 60,
		3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 14 * 86400, 28 * 86400, 364 * 86400,
	} {
		all = append(all, n*second)
	}
	return all
}

// bars draws the timeline with at most most bars, none narrower than least; no
// bars if all fell into one.
func (t *timeline) bars(most int, least int64) Bars {
	if len(t.bins) < 2 {
		return Bars{}
	}
	own := t.width()
	first, end := t.origin*own, (t.origin+int64(len(t.bins)))*own
	for _, width := range barWidths() {
		if width%own != 0 || width < least {
			continue
		}
		start := floorDiv(first, width)
		n := floorDiv(end-1, width) - start + 1
		if n > int64(most) {
			continue
		}
		if n < 2 {
			return Bars{}
		}
		b := Bars{Start: start * width, Width: width, Counts: make([]int, n)}
		for i, c := range t.bins {
			b.Counts[floorDiv((t.origin+int64(i))*own, width)-start] += int(c)
		}
		return b
	}
	return Bars{}
}
