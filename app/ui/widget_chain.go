package ui

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"latchkey/i18n"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// nodeState is what is known of a place on the path.
type nodeState int

const (
	nodeAnswered nodeState = iota
	nodeYou
	nodeAsking
	nodeLast    // the last that answered; the chain's mark says what that means
	nodeSilent  // one or more hops without an answer
	nodeReached // the server, it answers
	nodeServer  // the server, no answer
	nodeHome    // the person's own router, no answer
)

// node is a place on the path.
type node struct {
	state        nodeState
	label        string // the number in the circle, «2–4» when folded
	name, detail string
	from, to     int    // TTLs, 0 if none
	say          string // for a screen reader
}

// zone is a part of the path: whose network.
type zone struct {
	title string
	tone  tone // tinted where the path stops
	nodes []node
}

// chain is the path as a person sees it.
type chain struct {
	zones  []zone
	mark   mark // of the last answering node
	moving bool // probes are under way
}

// The chain's measures.
const (
	circleSize   = 34
	nodeSpace    = 118 // a node's least width; below it nodes fold
	mostNodes    = 12
	zoneGap      = 6
	chainHeight  = 150
	circleMiddle = 74
)

// fold merges nodes until at most most are left: first runs of routers that
// answered, then all hops between the ends; in each case first those of the
// access provider, then of the server's provider, at last the person's own.
func (c chain) fold(most int, folded func(from, to int, nodes []node) node) chain {
	c.zones = slices.Clone(c.zones)
	answered := func(n node) bool { return n.state == nodeAnswered }
	hop := func(n node) bool { return n.from > 0 && (n.state == nodeAnswered || n.state == nodeSilent) }
	for _, may := range []func(node) bool{answered, hop} {
		for _, i := range []int{1, 2, 0} {
			for i < len(c.zones) && c.count() > most {
				fewer := foldRun(c.zones[i].nodes, may, folded)
				if len(fewer) == len(c.zones[i].nodes) {
					break
				}
				c.zones[i].nodes = fewer
			}
		}
	}
	return c
}

func (c chain) count() (n int) {
	for _, z := range c.zones {
		n += len(z.nodes)
	}
	return n
}

// foldRun merges the longest run of nodes that may be folded into one.
func foldRun(nodes []node, may func(node) bool, folded func(from, to int, nodes []node) node) []node {
	start, length := 0, 0
	for i := 0; i < len(nodes); i++ {
		j := i
		for j < len(nodes) && may(nodes[j]) {
			j++
		}
		if j-i > length {
			start, length = i, j-i
		}
		i = max(i, j)
	}
	if length < 2 {
		return nodes
	}
	run := nodes[start : start+length]
	all := append([]node{}, nodes[:start]...)
	all = append(all, folded(run[0].from, run[length-1].to, run))
	return append(all, nodes[start+length:]...)
}

// hopChain draws a chain at any width. It is a flow layout that builds its
// objects when the width changes.
type hopChain struct {
	look   *look
	model  chain
	folded func(from, to int, nodes []node) node
	onOpen func(node)
	onCopy func(node)
	width  float32
	object *fyne.Container
	nodes  []*press
	motion *fyne.Animation
}

func (l *look) hopChain(folded func(from, to int, nodes []node) node, onOpen, onCopy func(node)) *hopChain {
	h := &hopChain{look: l, folded: folded, onOpen: onOpen, onCopy: onCopy}
	h.object = &fyne.Container{Layout: h}
	return h
}

// set shows a chain. One that says the same as before changes nothing: focus and
// motion go on.
func (h *hopChain) set(c chain) {
	if len(h.object.Objects) > 0 && reflect.DeepEqual(c, h.model) {
		return
	}
	h.model = c
	if h.width > 0 {
		h.build()
	}
}

func (h *hopChain) height() float32 { return h.grown(chainHeight) }

// grown is a measure of the chain at the chosen text size.
func (h *hopChain) grown(measure float32) float32 { return measure * h.look.scale }

func (h *hopChain) heightFor([]fyne.CanvasObject, float32) float32 { return h.height() }

func (h *hopChain) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(300, h.height()) }

func (h *hopChain) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if size.Width != h.width {
		h.width = size.Width
		h.build()
	}
}

// stop ends the motion.
func (h *hopChain) stop() {
	if h.motion != nil {
		h.motion.Stop()
		h.motion = nil
	}
}

// build draws everything anew for the current width.
func (h *hopChain) build() {
	h.stop()
	most := min(mostNodes, int(h.width/h.grown(nodeSpace)))
	c := h.model.fold(max(most, 3), h.folded)
	total := c.count()
	focused := h.focused()
	h.nodes = nil
	var back, lines, front []fyne.CanvasObject
	x := float32(0)
	each := max(h.width-zoneGap*float32(len(c.zones)-1), 0) / float32(max(total, 1))
	var before *float32
	var asking [2]float32
	for _, z := range c.zones {
		wide := each * float32(len(z.nodes))
		back = append(back, h.band(z, x, wide)...)
		for i, n := range z.nodes {
			middle := x + each*(float32(i)+0.5)
			if before != nil {
				lines = append(lines, h.link(*before, middle, n.state)...)
				if n.state == nodeAsking {
					asking = [2]float32{*before, middle}
				}
			}
			before = &middle
			front = append(front, h.node(c, n, middle, each)...)
		}
		x += wide + zoneGap
	}
	h.object.Objects = append(append(back, lines...), front...)
	if c.moving && asking[1] > 0 {
		h.move(asking)
	}
	h.object.Refresh()
	if focused != nil && len(h.nodes) > 0 {
		focused(h.nodes)
	}
}

// focused gives what moves the focus from a node that is about to go to the one
// that takes its place; nil if no node has it.
func (h *hopChain) focused() func([]*press) {
	at := slices.IndexFunc(h.nodes, func(p *press) bool { return p.focused })
	if at < 0 {
		return nil
	}
	c := fyne.CurrentApp().Driver().CanvasForObject(h.nodes[at])
	return func(nodes []*press) {
		if c != nil {
			c.Focus(nodes[min(at, len(nodes)-1)])
		}
	}
}

func (h *hopChain) band(z zone, x, wide float32) []fyne.CanvasObject {
	fill, ink := tokSunken, tokInk2
	if z.tone != toneNone {
		fill, ink = z.tone.fill(), z.tone.ink()
	}
	r := h.look.ground(fill, tokNone, 10)
	r.Move(fyne.NewPos(x, 0))
	r.Resize(fyne.NewSize(wide, h.height()))
	objects := []fyne.CanvasObject{r}
	y := float32(8)
	for _, line := range titleLines(z.title, wide-8, h.look.size(roleCaption)) {
		title := h.look.bold(line, roleCaption, ink)
		title.Alignment = fyne.TextAlignCenter
		title.Move(fyne.NewPos(x, y))
		title.Resize(fyne.NewSize(wide, title.MinSize().Height))
		y += title.MinSize().Height
		objects = append(objects, title)
	}
	return objects
}

// titleLines breaks a zone's title in two where it is too wide for one line.
func titleLines(title string, wide, size float32) []string {
	bold := fyne.TextStyle{Bold: true}
	words := i18n.Words(title)
	if measure(title, size, bold) <= wide || len(words) < 2 {
		return []string{shorten(title, wide, size, bold)}
	}
	first := 1
	for first < len(words)-1 && measure(strings.Join(words[:first+1], " "), size, bold) <= wide {
		first++
	}
	return []string{shorten(strings.Join(words[:first], " "), wide, size, bold), shorten(strings.Join(words[first:], " "), wide, size, bold)}
}

// link joins two nodes: a line where answers came, dashes where none did.
func (h *hopChain) link(from, to float32, state nodeState) []fyne.CanvasObject {
	from, to = from+h.grown(circleSize)/2+1, to-h.grown(circleSize)/2-1
	y := h.grown(circleMiddle)
	switch state {
	case nodeSilent, nodeServer, nodeAsking, nodeHome:
		var dashes []fyne.CanvasObject
		for x := from + 6; x+6 < to-4; x += 11 {
			d := h.look.ground(tokStrong, tokNone, 1.5)
			d.Move(fyne.NewPos(x, y-1.5))
			d.Resize(fyne.NewSize(6, 3))
			dashes = append(dashes, d)
		}
		return dashes
	}
	r := canvas.NewRectangle(h.look.colour(tokOK))
	r.Move(fyne.NewPos(from, y-1.5))
	r.Resize(fyne.NewSize(max(to-from, 0), 3))
	return []fyne.CanvasObject{r}
}

// face is how a node looks.
type face struct {
	fill, edge, ink, name token
	icon                  icon // "" shows the number
	bold, ring            bool
}

func faceOf(s nodeState, m mark) face {
	silent := face{fill: tokSurface, edge: tokStrong, ink: tokInk2, name: tokInk}
	faces := map[nodeState]face{
		nodeAnswered: {fill: tokSurface, edge: tokOK, ink: tokOK, name: tokInk},
		nodeYou:      {fill: tokSurface, edge: tokOK, ink: tokOK, name: tokInk, icon: iconLaptop},
		nodeAsking:   {fill: tokPrimary, edge: tokPrimary, ink: tokOnPrimary, name: tokInk, ring: true},
		nodeLast:     {fill: m.tone.ink(), edge: m.tone.ink(), ink: tokSurface, name: m.tone.ink(), icon: m.icon, bold: true, ring: true},
		nodeReached:  {fill: tokOK, edge: tokOK, ink: tokSurface, name: tokOK, icon: iconOK, bold: true},
	}
	if f, ok := faces[s]; ok {
		return f
	}
	silent.icon = map[nodeState]icon{nodeSilent: iconHelp, nodeHome: iconHome, nodeServer: iconServer}[s]
	return silent
}

func (h *hopChain) node(c chain, n node, middle, wide float32) []fyne.CanvasObject {
	l, f := h.look, faceOf(n.state, c.mark)
	high := h.grown(circleSize)
	long := high
	circle := l.ground(f.fill, tokNone, high/2)
	circle.StrokeColor, circle.StrokeWidth = l.colour(f.edge), 2
	var inside fyne.CanvasObject
	if f.icon != "" {
		inside = row(0, nil, l.iconOn(f.icon, f.ink, f.fill, 19), nil)
	} else {
		t := l.bold(n.label, roleDense, f.ink)
		t.Alignment = fyne.TextAlignCenter
		long = max(high, t.MinSize().Width+high/2) // «10–15» needs more than a circle
		inside = t
	}
	p := l.press(box(long, high, over(circle, inside)), high/2, n.say, func() { h.onOpen(n) })
	p.onKey = h.keys(len(h.nodes), n)
	h.nodes = append(h.nodes, p)
	at := fyne.NewPos(middle-long/2, h.grown(circleMiddle)-high/2)
	p.Move(at)
	p.Resize(fyne.NewSize(long, high))
	objects := []fyne.CanvasObject{}
	if f.ring {
		const out = 5
		r := l.ground(tokNone, tokNone, high/2+out)
		r.StrokeColor, r.StrokeWidth = mix(l.colour(f.edge), l.colour(tokSurface), 0.5), 2
		r.Move(at.SubtractXY(out, out))
		r.Resize(fyne.NewSize(long+2*out, high+2*out))
		objects = append(objects, r)
	}
	objects = append(objects, p)
	return append(objects, h.caption(n, middle, wide, f.name, f.bold)...)
}

func (h *hopChain) caption(n node, middle, wide float32, t token, bold bool) []fyne.CanvasObject {
	var objects []fyne.CanvasObject
	y := h.grown(circleMiddle + circleSize/2 + 12)
	for k, text := range []string{n.name, n.detail} {
		if k == 1 {
			t, bold = tokInk2, false
		}
		c := h.look.line("", roleCaption, t)
		c.TextStyle.Bold = bold
		c.Text = shorten(text, wide-4, c.TextSize, c.TextStyle)
		c.Alignment = fyne.TextAlignCenter
		c.Move(fyne.NewPos(middle-wide/2, y))
		c.Resize(fyne.NewSize(wide, c.MinSize().Height))
		y += c.MinSize().Height + 1
		objects = append(objects, c)
	}
	return objects
}

// keys moves between nodes with the arrows and copies with C.
func (h *hopChain) keys(at int, n node) func(fyne.KeyName) bool {
	return func(k fyne.KeyName) bool {
		to := at
		switch k {
		case fyne.KeyLeft:
			to--
		case fyne.KeyRight:
			to++
		case fyne.KeyC:
			h.onCopy(n)
			return true
		default:
			return false
		}
		if to < 0 || to >= len(h.nodes) {
			return true
		}
		if c := fyne.CurrentApp().Driver().CanvasForObject(h.nodes[at]); c != nil {
			c.Focus(h.nodes[to])
		}
		return true
	}
}

// span writes a range of TTLs.
func span(from, to int) string {
	if from == to {
		return strconv.Itoa(from)
	}
	return strconv.Itoa(from) + "–" + strconv.Itoa(to)
}
