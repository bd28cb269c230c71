package statement

const (
	nodeLeading = 18.0
	nodeSize    = 8.0 // of its disc
)

// path draws the way to the server from top to bottom: a disc for each hop that
// answered, an empty one for a silent one. The last that answered has a ring
// and its row is tinted: here the way ends.
func (s *setter) path(p *Path) {
	if p == nil {
		return
	}
	s.space(6)
	for i, n := range p.Nodes {
		s.keep(nodeLeading)
		if s.full() {
			return
		}
		s.node(p.Nodes, i, n)
	}
	if p.Caption != "" {
		s.space(4)
		s.lines(s.wrap([]Span{{Text: p.Caption}}, dim(), textWidth), dim(), 0)
	}
	s.space(10)
}

func (s *setter) node(all []Node, i int, n Node) {
	y := s.take(nodeLeading)
	const center = marginLeft + 12
	middle := y + nodeLeading/2
	if n.State == StateLast {
		s.mark(Mark{Kind: MarkRect, X: marginLeft, Y: y, W: textWidth, H: nodeLeading, Radius: 4, Fill: true, Ink: InkHotZone})
	}
	if i > 0 {
		s.link(center, y, middle, n.State == StateSilent || all[i-1].State == StateSilent)
	}
	if i < len(all)-1 {
		s.link(center, middle, y+nodeLeading, n.State == StateSilent || all[i+1].State == StateSilent)
	}
	s.disc(center, middle, n.State)
	k, name := chartLook(), mono()
	text := k
	if n.State == StateSilent {
		name.ink, text.ink = InkDim, InkDim
	}
	if n.State == StateLast {
		text.font = FontBold
	}
	const label, note = 40.0, 150.0
	at := y + (nodeLeading-k.leading)/2
	s.label(n.Label, marginLeft+26, at, label, text, false)
	s.label(n.Name, marginLeft+28+label, at, textWidth-label-note-34, name, false)
	text.ink = InkDim
	s.label(n.Note, marginLeft+textWidth-note-6, at, note, text, true)
}

// link joins two nodes; to and from a silent one it is thin.
func (s *setter) link(x, from, to float64, silent bool) {
	m := Mark{Kind: MarkLine, X: x, Y: from, H: to - from, Stroke: 1.6, Ink: InkBar}
	if silent {
		m.Stroke, m.Ink = 0.6, InkDim
	}
	s.mark(m)
}

func (s *setter) disc(x, y float64, state State) {
	disc := func(size, stroke float64, ink Ink) {
		s.mark(Mark{Kind: MarkRect, X: x - size/2, Y: y - size/2, W: size, H: size, Stroke: stroke, Fill: stroke == 0, Ink: ink}.round())
	}
	switch state {
	case StateLast:
		disc(nodeSize+6, 0, InkPaper)
		disc(nodeSize+6, 1.6, InkHot)
		disc(nodeSize, 0, InkHot)
	case StateSilent:
		disc(nodeSize-1, 0, InkPaper)
		disc(nodeSize-1, 0.9, InkDim)
	case StateReached:
		disc(nodeSize+1, 0, InkReached)
	default:
		disc(nodeSize, 0, InkBar)
	}
}
