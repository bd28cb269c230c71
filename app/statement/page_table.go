package statement

import "strings"

const (
	cellPad = 4.0 // at the sides of a cell
	rowPad  = 2.0 // above and below its text
	// headLines bounds a head, which stands on every page again: a title is a
	// word of ours.
	headLines = 6
)

// grid is a table with the places of its columns.
type grid struct {
	columns []Column
	x, w    []float64
	head    []([]line)
	titled  bool
	under   bool // the last column stands below the others
	k       look // of the rows: as large as the text where it is part of the text
}

// table sets a table; its head is repeated on each page. One without titles
// (a timeline) has neither head nor lines.
func (s *setter) table(t *Table) {
	if t == nil || len(t.Columns) == 0 {
		return
	}
	g := s.grid(t)
	s.space(4)
	if g.titled {
		s.keep(g.headHeight() + 2*small().leading)
		s.head(g)
	}
	for _, row := range t.Rows {
		if s.full() {
			return
		}
		s.row(g, s.cells(g, row))
	}
	s.within = 0
	s.space(8)
}

func (s *setter) grid(t *Table) *grid {
	g := &grid{columns: t.Columns, under: t.Under && len(t.Columns) > 2}
	share := func(c Column) float64 {
		if c.Width > 0 && c.Width < 1e6 {
			return c.Width
		}
		return 1
	}
	sum := 0.0
	for i, c := range t.Columns {
		if !g.below(i) {
			sum += share(c)
		}
		g.titled = g.titled || c.Title != ""
	}
	if g.k = body(); g.titled {
		g.k = small()
	}
	x := marginLeft
	for i, c := range t.Columns {
		if g.below(i) {
			g.x, g.w = append(g.x, g.x[1]), append(g.w, marginLeft+textWidth-g.x[1])
			continue
		}
		w := textWidth * share(c) / sum
		g.x, g.w = append(g.x, x), append(g.w, w)
		x += w
	}
	for i, c := range t.Columns {
		title := s.wrap([]Span{{Text: c.Title, Bold: true}}, small(), max(g.w[i]-2*cellPad, 8))
		g.head = append(g.head, title[:min(len(title), headLines)])
	}
	g.lower(g.head)
	return g
}

// below says whether a column stands under the others.
func (g *grid) below(i int) bool { return g.under && i == len(g.columns)-1 }

// lower moves the last cell of a row below the others.
func (g *grid) lower(cells []([]line)) {
	last := len(cells) - 1
	if g.under && len(cells[last]) > 0 {
		cells[last] = append(make([]line, int(tallest(cells[:last]))), cells[last]...)
	}
}

func (g *grid) headHeight() float64 { return tallest(g.head)*small().leading + 2*rowPad }

func tallest(cells []([]line)) float64 {
	n := 0
	for _, c := range cells {
		n = max(n, len(c))
	}
	return float64(n)
}

func (s *setter) head(g *grid) {
	k, h := small(), g.headHeight()
	y := s.take(h)
	s.mark(Mark{Kind: MarkRect, X: marginLeft, Y: y, W: textWidth, H: h, Fill: true, Ink: InkZone})
	for i, cell := range g.head {
		for n, l := range cell {
			s.cell(g, i, l, y+rowPad+float64(n)*k.leading, k)
		}
	}
}

// cells wraps the texts of a row. What a row has beyond the columns joins the
// last one; nothing is lost.
func (s *setter) cells(g *grid, row []string) []([]line) {
	cells := make([]([]line), len(g.columns))
	last := len(g.columns) - 1
	for i, c := range g.columns {
		text := ""
		switch {
		case i == last && len(row) > i:
			text = strings.Join(row[i:], " ")
		case i < len(row):
			text = row[i]
		}
		k := g.k
		if c.Mono {
			k = mono()
		}
		cells[i] = s.wrap([]Span{{Text: text, Mono: c.Mono}}, k, max(g.w[i]-2*cellPad, 8))
	}
	g.lower(cells)
	return cells
}

// row prints a row. One that is higher than a page is broken between lines.
func (s *setter) row(g *grid, cells []([]line)) {
	k := g.k
	for from, all := 0, int(tallest(cells)); from < all && !s.full(); {
		fits := int((s.room() - 2*rowPad) / k.leading)
		onPage := int((textEnd - marginTop - g.headHeight() - 2*rowPad) / k.leading)
		if n := all - from; n > fits && (n <= onPage || fits < 2) && !s.top() {
			s.over(g)
			continue
		}
		n := min(max(fits, 1), all-from)
		s.strip(g, cells, from, n)
		from += n
	}
}

// over goes to the next page and repeats the head there.
func (s *setter) over(g *grid) {
	s.page()
	if g.titled && !s.full() {
		s.head(g)
		s.within = s.y - marginTop
	}
}

func (s *setter) strip(g *grid, cells []([]line), from, n int) {
	k := g.k
	pad := rowPad
	if !g.titled {
		pad = 0.5
	}
	h := float64(n)*k.leading + 2*pad
	y := s.take(h)
	for i, cell := range cells {
		kind := k
		if g.columns[i].Mono {
			kind.size = mono().size
		}
		for j := from; j < min(from+n, len(cell)); j++ {
			s.cell(g, i, cell[j], y+pad+float64(j-from)*k.leading, kind)
		}
	}
	if g.titled {
		s.mark(Mark{Kind: MarkLine, X: marginLeft, Y: y + h, W: textWidth, Stroke: 0.4, Ink: InkRule})
	}
}

func (s *setter) cell(g *grid, i int, l line, y float64, k look) {
	x := g.x[i] + cellPad
	if !g.titled { // flush with the text around it
		x = g.x[i]
	}
	if g.columns[i].Right {
		x = g.x[i] + g.w[i] - cellPad - l.width()
	}
	s.print(l, x, y, k)
}
