package ui

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
)

// gallery shows every component in every state on one sheet: the design's
// picture 40, and a stress test for long texts.
func gallery(l *look) fyne.CanvasObject {
	group := func(title string, objects ...fyne.CanvasObject) fyne.CanvasObject {
		return l.card(toneNone, vstack(10, append([]fyne.CanvasObject{l.bold(title, roleCaption, tokInk2)}, objects...)...))
	}
	return over(l.ground(tokBG, tokNone, 0), pad(24, vstack(14,
		l.line("Components and states", roleTitle, tokInk),
		group("Verdicts", wrap(8, badges(l)...)),
		group("Path", chainObject(l, lockedChain(), 1194)),
		group("Path, asked", chainObject(l, askingChain(), 1194)),
		hsplit(14, []float32{0, 3, 3},
			box(240*l.scale, 0, group("Steps", steps5(l))),
			vstack(14, group("Buttons", wrap(8, buttons(l)...)), group("Choices and switches", chips(l)), group("How sure", surenesses(l))),
			vstack(14, group("Bullets", l.bullet(iconOK, tokOK, "The path ends at a border router, and **all 8 hops** after it stay silent."),
				l.numbered("1", l.para("Find the lock mail. It names the reason and the deadline.", roleBody, tokInk))),
				group("Tests", tests(l)))),
		hsplit(14, []float32{1, 1}, group("Problem", l.problem("Hetzner did not answer", "Nothing is lost. The check from your computer still counts.",
			l.button(buttonSpec{kind: secondary, icon: iconRefresh, text: "Try again", height: heightSmall}), l.button(buttonSpec{kind: quiet, text: "Details", height: heightSmall}), nil)),
			group("Nothing here", l.empty(iconBug, "No findings yet", "Start with “List all programs”."))),
		l.hopTable([5]string{"Hop", "Router", "Address", "Answer time", "Lost"}, tableRows(), l.para("The last answer came from **nix-gw.hetzner.de**.", roleDense, tokInk2)),
		group("All icons", iconSheet(l)),
	)))
}

func badges(l *look) (all []fyne.CanvasObject) {
	for _, b := range [][2]string{{"reachable", "Reachable"}, {"locked", "Locked"}, {"host-down", "Host down"}, {"filtered", "Up, filtered"},
		{"before-provider", "Stops on the way"}, {"local", "Your side"}, {"loop", "Loop"}, {"inconclusive", "Not clear"}, {"checking", "Checking"}, {"", "Not checked"}} {
		all = append(all, l.badge(markOf(b[0]), b[1]))
	}
	return all
}

func buttons(l *look) []fyne.CanvasObject {
	focused := l.button(buttonSpec{kind: secondary, text: "Focus"})
	focused.FocusGained()
	hovered := l.button(buttonSpec{kind: secondary, text: "Pointer"})
	hovered.MouseIn(nil)
	disabled := l.button(buttonSpec{kind: secondary, text: "Disabled", off: true})
	return []fyne.CanvasObject{l.button(buttonSpec{kind: primary, text: "Primary", trailing: iconRight}), l.button(buttonSpec{kind: secondary, icon: iconCopy, text: "Secondary"}),
		l.button(buttonSpec{kind: quiet, icon: iconHistory, text: "Quiet"}), disabled, hovered, focused}
}

func chips(l *look) fyne.CanvasObject {
	say := func(option string, _ bool) string { return option }
	return vstack(8, l.choice([]string{"Yes", "No", "Not sure"}, 1, say, func(int) {}), row(12, l.toggle(false, "Off", "Off", func() {}), l.toggle(true, "On", "On", func() {}), nil))
}

func surenesses(l *look) fyne.CanvasObject {
	var all []fyne.CanvasObject
	for i, word := range []string{"Unlikely", "Possible", "Likely", "Certain"} {
		all = append(all, row(0, l.confidence(i, word, toneInfo), nil))
	}
	return vstack(4, all...)
}

func steps5(l *look) fyne.CanvasObject {
	items := []railItem{{icon: iconHome, title: "Home"}, {number: "1", title: "Check", detail: "Locked · likely", done: true}, {number: "2", title: "Report", detail: "What does it say?", current: true},
		{number: "3", title: "Cause", detail: "Find and prove it"}, {number: "4", title: "Statement", detail: "Write it down"}}
	var all []fyne.CanvasObject
	for i, p := range l.rail(items, false) {
		if i == 4 {
			p.FocusGained()
		}
		all = append(all, p)
	}
	return vstack(2, all...)
}

func tests(l *look) fyne.CanvasObject {
	return l.tests([]testLine{{"done", "Name and address", "web1.example.org is 192.0.2.10 (IPv4)."}, {"running", "Path to the server", "Hop 6, at most 30"},
		{"waiting", "Ports 22, 80, 443", "Waiting"}, {"failed", "Ping", "5 sent, no answer"}, {"skipped", "Lock state", "Skipped. No login saved."}})
}

func iconSheet(l *look) fyne.CanvasObject {
	var all []fyne.CanvasObject
	for _, i := range icons() {
		all = append(all, l.icon(i, tokInk2, 24))
	}
	return wrap(12, all...)
}

func chainObject(l *look, c chain, width float32) fyne.CanvasObject {
	h := testChain(l)
	h.set(c)
	return h.object
}

func testChain(l *look) *hopChain {
	folded := func(from, to int, nodes []node) node {
		return node{state: nodeAnswered, label: span(from, to), name: fmt.Sprint(len(nodes), " routers"), detail: nodes[len(nodes)-1].detail, from: from, to: to, say: span(from, to)}
	}
	return l.hopChain(folded, func(node) {}, func(node) {})
}

func answered(ttl int, name, time string) node {
	return node{state: nodeAnswered, label: span(ttl, ttl), name: name, detail: time, from: ttl, to: ttl, say: name}
}

func lockedChain() chain {
	return chain{mark: markOf("locked"), zones: []zone{
		{title: "Your network", nodes: []node{{state: nodeYou, name: "You", detail: "this computer"}, answered(1, "home router", "1 ms")}},
		{title: "Your access provider", nodes: []node{answered(2, "acc1.isp.example", "12 ms"), answered(3, "core2.isp.example", "13 ms"), answered(4, "peer.isp.example", "13 ms")}},
		{title: "Hetzner: traffic stops here", tone: toneLock, nodes: []node{{state: nodeLast, name: "nix-gw.hetzner.de", detail: "last answer, 13 ms", from: 5, to: 5},
			{state: nodeSilent, name: "hops 6–13", detail: "all silent", from: 6, to: 13}, {state: nodeServer, name: "web1.example.org", detail: "no answer"}}},
	}}
}

func askingChain() chain {
	c := lockedChain()
	c.zones[2] = zone{title: "Hetzner", nodes: []node{answered(5, "nix-gw.hetzner.de", "13 ms"), {state: nodeAsking, label: "6", name: "hop 6", detail: "asking …", from: 6, to: 6},
		{state: nodeReached, name: "web1.example.org", detail: "192.0.2.10"}}}
	return c
}

func tableRows() []hopRow {
	return []hopRow{{hop: "1", router: "home router", address: "192.168.0.1", time: "1 ms", share: 1.0 / 13, lost: "0 of 3"},
		{hop: "2", router: "acc1.isp.example", address: "203.0.113.1", time: "12 ms", share: 12.0 / 13, lost: "0 of 3"},
		{hop: "3", router: "a-router-whose-name-is-far-too-long-for-any-column.region-7.core.isp.example", address: "2001:db8:1234:5678:9abc:def0:1234:5678", time: "13 ms", share: 1, lost: "0 of 3"},
		{hop: "4", router: "nix-gw.hetzner.de", address: "195.85.217.16", time: "13 ms", share: 1, lost: "0 of 3", tone: toneLock, icon: iconLock},
		{hop: "5–13", router: "no answer", time: "–", lost: "24 of 24"},
		{hop: "14", router: "Waiting for an answer", time: "1.2 s of 3 s", icon: iconRefresh, tone: toneInfo, active: true}}
}

// TestPicturesOfTheComponents draws the gallery. With LATCHKEY_PICTURES set it
// writes PNG files there for a person to look at.
func TestPicturesOfTheComponents(t *testing.T) {
	folder := os.Getenv("LATCHKEY_PICTURES")
	for _, size := range []string{"", "largest"} {
		for _, dark := range []bool{false, true} {
			l := testLook(t, dark, size)
			g := gallery(l)
			width := float32(1280)
			img := drawn(l, g, fyne.NewSize(width, heightOf(g, width)))
			if n := count(img, l.colours[tokInk]); n < 2000 {
				t.Errorf("dark %v, %q: only %d pixels of text", dark, size, n)
			}
			if folder == "" {
				continue
			}
			f, err := os.Create(filepath.Join(folder, fmt.Sprintf("components-dark-%v-%g.png", dark, l.scale)))
			if err != nil {
				t.Fatal(err)
			}
			if err := png.Encode(f, img); err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
	}
}
