package ui

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// longChain has hops of a kind by their number.
func longChain(hops int, kind func(int) nodeState) chain {
	c := chain{mark: markOf("locked"), zones: []zone{
		{title: "Your network", nodes: []node{{state: nodeYou, name: "You", detail: "this computer"}}}, {title: "Your access provider"}, {title: "Hetzner"},
	}}
	for i := 1; i <= hops; i++ {
		z := &c.zones[min(i*3/(hops+1), 2)]
		n := answered(i, strings.Repeat("long.", 20)+"example", "13 ms")
		n.state = kind(i)
		z.nodes = append(z.nodes, n)
	}
	end := &c.zones[2].nodes
	*end = append(*end, node{state: nodeLast, name: "nix-gw.hetzner.de", detail: "last answer, 13 ms", from: hops + 1, to: hops + 1},
		node{state: nodeSilent, name: "hops", detail: "all silent", from: hops + 2, to: 255}, node{state: nodeServer, name: "web1.example.org"})
	return c
}

func kinds() map[string]func(int) nodeState {
	return map[string]func(int) nodeState{
		"all answer":    func(int) nodeState { return nodeAnswered },
		"every other":   func(i int) nodeState { return []nodeState{nodeAnswered, nodeSilent}[i%2] },
		"none answers":  func(int) nodeState { return nodeSilent },
		"now and again": func(i int) nodeState { return map[bool]nodeState{true: nodeAnswered, false: nodeSilent}[i%5 < 3] },
	}
}

// A path has at most 255 hops; people see at most twelve, and each of them lies
// in one of them.
func TestLongPathsFold(t *testing.T) {
	for name, kind := range kinds() {
		for _, hops := range []int{1, 5, 8, 9, 12, 30, 64, 251} {
			whole := longChain(hops, kind)
			c := whole.fold(mostNodes, func(from, to int, nodes []node) node {
				return node{state: nodeAnswered, from: from, to: to}
			})
			if n := c.count(); n > mostNodes {
				t.Errorf("%s, %d hops: %d nodes", name, hops, n)
			}
			if whole.count() <= mostNodes && c.count() != whole.count() {
				t.Errorf("%s, %d hops: folded though there was room", name, hops)
			}
			next := 1
			for _, z := range c.zones {
				for _, n := range z.nodes {
					if n.from > 0 && n.from != next {
						t.Errorf("%s, %d hops: after %d comes %d", name, hops, next-1, n.from)
					}
					if n.from > 0 {
						next = n.to + 1
					}
				}
			}
			if next != 256 {
				t.Errorf("%s, %d hops: the path ends at %d", name, hops, next-1)
			}
			if n := whole.count(); n != hops+4 {
				t.Errorf("folding changed the chain itself: %d nodes of %d", n, hops+4)
			}
		}
	}
}

// The network that is nobody's concern folds first.
func TestTheAccessProviderFoldsFirst(t *testing.T) {
	c := lockedChain().fold(6, func(from, to int, nodes []node) node { return node{state: nodeAnswered, label: span(from, to)} })
	if n := len(c.zones[1].nodes); n != 1 || c.zones[1].nodes[0].label != "2–4" {
		t.Errorf("the access provider has %d nodes: %v", n, c.zones[1].nodes)
	}
	if len(c.zones[0].nodes) != 2 || len(c.zones[2].nodes) != 3 {
		t.Error("more was folded than needed")
	}
}

func TestAChainIsDrawnAtEveryWidth(t *testing.T) {
	for _, size := range []string{"", "largest"} {
		l := testLook(t, false, size)
		for name, kind := range kinds() {
			for _, width := range []float32{0, 1, 40, 300, 860, 978, 1376} {
				h := testChain(l)
				h.set(longChain(251, kind))
				h.object.Resize(fyne.NewSize(width, h.height()))
				if n := len(h.object.Objects); n > 500 {
					t.Errorf("%s at %v: %d objects", name, width, n)
				}
				if width >= 860 {
					inside(t, h.object, fyne.Position{}, fyne.NewSize(width, h.height()))
				}
			}
		}
	}
}

func TestAnEmptyChainIsDrawn(t *testing.T) {
	l := testLook(t, false, "")
	for _, c := range []chain{{}, {zones: []zone{{}}}, {moving: true, zones: []zone{{title: "Your network", nodes: []node{{state: nodeAsking, label: "1"}}}}}} {
		h := testChain(l)
		h.set(c)
		h.object.Resize(fyne.NewSize(800, h.height()))
		h.stop()
	}
}

// shown puts a chain in a window and tells what was opened and copied.
func shown(t *testing.T, c chain) (w fyne.Window, h *hopChain, opened, copied *[]string) {
	l := testLook(t, false, "")
	opened, copied = &[]string{}, &[]string{}
	h = l.hopChain(func(from, to int, nodes []node) node { return node{state: nodeAnswered, name: span(from, to)} },
		func(n node) { *opened = append(*opened, n.name) }, func(n node) { *copied = append(*copied, n.name) })
	h.set(c)
	w = test.NewTempWindow(t, h.object)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(1100, 160))
	return w, h, opened, copied
}

func TestTheChainIsWalkedByKeys(t *testing.T) {
	w, h, opened, copied := shown(t, lockedChain())
	key := func(k fyne.KeyName) {
		f := w.Canvas().Focused()
		if f == nil {
			t.Fatalf("nothing has the focus before %s", k)
		}
		f.TypedKey(&fyne.KeyEvent{Name: k})
	}
	at := func(want int) {
		t.Helper()
		for i, n := range h.nodes {
			if n.focused != (i == want) {
				t.Errorf("node %d has the focus: %v, want it at %d", i, n.focused, want)
			}
		}
	}
	w.Canvas().FocusNext()
	at(0)
	key(fyne.KeyLeft)
	at(0)
	for range 5 {
		key(fyne.KeyRight)
	}
	at(5)
	key(fyne.KeyReturn)
	key(fyne.KeyC)
	for range 5 {
		key(fyne.KeyRight)
	}
	at(7)
	key(fyne.KeySpace)
	key(fyne.KeyF5) // not ours
	if got := fmt.Sprint(*opened); got != "[nix-gw.hetzner.de web1.example.org]" {
		t.Errorf("opened %s", got)
	}
	if got := fmt.Sprint(*copied); got != "[nix-gw.hetzner.de]" {
		t.Errorf("copied %s", got)
	}
}

func TestTappingANodeOpensIt(t *testing.T) {
	_, h, opened, _ := shown(t, lockedChain())
	test.Tap(h.nodes[1])
	if got := fmt.Sprint(*opened); got != "[home router]" {
		t.Errorf("opened %s", got)
	}
}

// While a check runs the chain is drawn again and again: whoever walks it by
// keys stays where they are.
func TestTheFocusStaysWhileHopsAppear(t *testing.T) {
	w, h, _, _ := shown(t, askingChain())
	w.Canvas().Focus(h.nodes[3])
	before := h.nodes[3]
	h.set(askingChain())
	if h.nodes[3] != before {
		t.Error("the same chain was drawn anew")
	}
	h.set(lockedChain())
	if h.nodes[3] == before || !h.nodes[3].focused || w.Canvas().Focused() != fyne.Focusable(h.nodes[3]) {
		t.Error("the focus went away with the old node")
	}
	h.set(chain{zones: []zone{{nodes: []node{{state: nodeYou}}}}})
	if !h.nodes[0].focused {
		t.Error("the focus did not go to the last node there is")
	}
}

func TestMotionEndsWithTheCheck(t *testing.T) {
	c := askingChain()
	c.moving = true
	_, h, _, _ := shown(t, c)
	if h.motion == nil {
		t.Fatal("no dots travel to the asked hop")
	}
	still := len(h.object.Objects)
	c.moving = false
	h.set(c)
	if h.motion != nil {
		t.Error("the dots go on")
	}
	if n := len(h.object.Objects); n != still-3 {
		t.Errorf("%d objects with dots, %d without", still, n)
	}
}
