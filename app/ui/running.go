package ui

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/trace"
)

// running is what changes while a check runs: it is updated in place, so that
// the focus stays where it is.
type running struct {
	w     *window
	chain *hopChain
	table *fyne.Container
	tests *fyne.Container
	meter *meter
	page  *fyne.Container
}

// expected is how long a check of a silent server takes: the name, the trace and
// five seconds for refusals that come late.
const expected = 6 * time.Second

func (w *window) runningLines(c app.Check) []fyne.CanvasObject {
	v := w.view
	l := &running{w: w, chain: v.hopChain(v.foldNodes, w.showNode, w.copyNode), meter: v.meter(),
		table: vstack(0), tests: vstack(0)}
	w.live = l
	title := hsplit(20, []float32{1, 0}, vstack(2, v.fittingBold(v.t("ui.check.running", "name", w.title(c)), roleTitle, tokInk), v.para(v.t("ui.check.running.text"), roleBody, tokInk2)),
		centreEntry(l.meter.object))
	below := hsplit(16, []float32{7, 4}, l.table, l.tests)
	if w.narrow() {
		below = vstack(14, l.table, l.tests)
	}
	l.page = vstack(14, v.card(toneNone, l.chain.object), below)
	l.update(c)
	return []fyne.CanvasObject{title, l.page}
}

// update draws a new snapshot.
func (l *running) update(c app.Check) {
	v := l.w.view
	l.chain.set(v.chainOf(c))
	l.table.Objects = []fyne.CanvasObject{v.hopTable(v.hopHead(), v.rows(c), l.note(c))}
	l.tests.Objects = []fyne.CanvasObject{v.tests(v.testLines(c))}
	passed := c.Elapsed
	if passed == 0 {
		passed = l.w.now().Sub(c.Started)
	}
	left := max(expected-passed, time.Second).Round(time.Second)
	l.meter.set(float32(passed)/float32(expected), v.seconds(passed), v.t("ui.check.left", "count", int(left.Seconds())))
	l.page.Refresh()
	l.table.Refresh()
	l.tests.Refresh()
}

func (l *running) note(c app.Check) fyne.CanvasObject {
	end, ok := c.Path.Last()
	if !ok {
		return nil
	}
	text := l.w.view.t("ui.check.lastanswer", "name", hopName(end))
	if c.Verdict != nil {
		text += " " + l.w.view.t("ui.check.first", "title", l.w.view.verdictTitle(*c.Verdict))
	}
	return l.w.view.para(text, roleDense, tokInk2)
}

func (v *view) hopHead() [5]string {
	return [5]string{v.t("ui.hop.hop"), v.t("ui.hop.router"), v.t("ui.hop.address"), v.t("ui.hop.time"), v.t("ui.hop.lost.title")}
}

func (v *view) seconds(d time.Duration) string {
	digits := 0
	if d < 10*time.Second {
		digits = 1
	}
	return v.t("ui.seconds", "s", v.text.Decimal(d.Seconds(), digits))
}

// testLines are the parts of a check with what each says so far.
func (v *view) testLines(c app.Check) []testLine {
	detail := func(stage app.Stage, text string) string {
		switch {
		case text != "":
			return text
		case stage == "": // the first snapshot is not here yet
			stage = app.StageWaiting
		}
		return v.t("ui.stage." + string(stage))
	}
	s := c.Stages
	return []testLine{
		{string(s.Name), v.t("ui.test.name"), detail(s.Name, v.nameDetail(c))},
		{string(s.Line), v.t("ui.test.line"), detail(s.Line, v.lineDetail(c))},
		{string(s.Path), v.t("ui.test.path"), detail(s.Path, v.pathDetail(c))},
		{string(s.Ping), v.t("ui.test.ping"), detail(s.Ping, v.pingDetail(c))},
		{string(s.Ports), v.t("ui.test.ports"), detail(s.Ports, v.portsDetail(c))},
		{"skipped", v.t("ui.test.flag", "provider", v.providerName(c)), v.t("ui.test.flag.text")},
	}
}

func (v *view) nameDetail(c app.Check) string {
	switch {
	case !c.Addr.IsValid():
		return ""
	case c.Name == "":
		return v.t("ui.test.name.address", "address", c.Addr.String(), "family", family(c))
	}
	return v.t("ui.test.name.text", "name", c.Name, "address", c.Addr.String(), "family", family(c))
}

func family(c app.Check) string {
	if trace.FamilyOf(c.Addr) == trace.IPv6 {
		return "IPv6"
	}
	return "IPv4"
}

func (v *view) lineDetail(c app.Check) string {
	switch {
	case c.Control == nil:
		return ""
	case c.Control.Path.Reached == diag.Yes:
		return v.t("ui.test.line.ok", "host", diag.Clean(c.Control.Host, 80))
	}
	return v.t("ui.test.line.silent", "host", diag.Clean(c.Control.Host, 80))
}

func (v *view) pathDetail(c app.Check) string {
	end, ok := c.Path.Last()
	if !ok {
		return ""
	}
	return v.t("ui.test.path.text", "ttl", end.TTL, "name", hopName(end))
}

func (v *view) pingDetail(c app.Check) string {
	if c.Ping == nil || c.Ping.Sent == 0 {
		return ""
	}
	if c.Ping.Received == 0 {
		return v.t("ui.test.ping.silent", "count", c.Ping.Sent)
	}
	return v.t("ui.test.ping.text", "received", c.Ping.Received, "count", c.Ping.Sent, "time", v.ms(c.Ping.Avg))
}

func (v *view) portsDetail(c app.Check) string {
	var parts []string
	for _, p := range c.Ports {
		parts = append(parts, strconv.Itoa(p.Number)+" "+v.t("ui.port."+string(p.State)))
	}
	return strings.Join(parts, ", ")
}
