package ui

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/abuse/grammar"
)

// overview answers what was seen, when, to whom, how much, and what it means.
func (w *window) overview(s *reportState) []fyne.CanvasObject {
	v, r := w.view, s.reading.Report
	var cards []statSpec
	for _, f := range w.facts(r) {
		cards = append(cards, statSpec(f))
	}
	lines := []fyne.CanvasObject{v.stats(w.contentWidth(), cards...)}
	left := w.pictures(s)
	right := w.meaning(s)
	if w.narrow() || v.scale > scaleNormal || len(left) == 0 {
		lines = append(lines, right)
		return append(lines, left...)
	}
	return append(lines, hsplit(14, []float32{41, 20}, vstack(14, left...), flow(stack{}, right)))
}

// contentWidth is what the page leaves between its edges.
func (w *window) contentWidth() float32 {
	return min(w.shell.width-w.view.railWidth(w.shell.width)-48, mostContent)
}

// fact is a stat card.
type fact struct {
	icon                  icon
	label, value, context string
	absent                bool
}

// facts are the figures of the report. What it does not tell says so.
func (w *window) facts(r *abuse.Report) []fact {
	v := w.view
	arrow := iconOut
	if r.Direction == abuse.In {
		arrow = iconIn
	}
	list := []fact{{arrow, v.t("ui.report.direction"), v.t("report.direction." + string(r.Direction)), v.t("report.direction." + string(r.Direction) + ".context"), false}}
	if r.Rows == 0 {
		return append(list, w.deadlineFact(r))
	}
	if r.PacketsPerSecond >= 0 || r.LogType == grammar.PacketSummary {
		list = append(list, w.rateFacts(r)...)
	} else {
		list = append(list, w.rowsFact(r))
	}
	list = append(list, w.targetsFact(r))
	if r.LogType != grammar.PacketSummary && r.LogType != grammar.MACList {
		list = append(list, w.portFact(r), w.durationFact(r))
	}
	return list
}

func (w *window) rowsFact(r *abuse.Report) fact {
	v := w.view
	f := fact{iconList, v.t("ui.report.rows." + rowWord(r)), v.text.Number(float64(r.Counted()), 0), v.t("report.log." + string(r.LogType)), false}
	if r.Cap > 0 {
		f.value, f.context = v.t("report.at-least", "value", f.value), v.t("report.stops", "count", r.Cap)
	}
	return f
}

// rowWord says what one row is.
func rowWord(r *abuse.Report) string {
	switch r.LogType {
	case grammar.TrafficDump:
		return "packets"
	case grammar.AuthLog, grammar.WebLog, grammar.Record, grammar.MACList:
		return "entries"
	}
	return "connections"
}

func (w *window) targetsFact(r *abuse.Report) fact {
	v := w.view
	f := fact{icon: iconAim, label: v.t("ui.report.targets"), value: v.text.Number(float64(r.TargetCount), 0)}
	count, context := r.TargetCount, ""
	if r.Direction == abuse.In {
		f.label, count = v.t("ui.report.sources"), r.SourceCount
		f.value = v.text.Number(float64(count), 0)
	}
	if r.Cap > 0 || r.More {
		f.value = v.t("report.at-least", "value", f.value)
	}
	switch {
	case count == 0:
		f.value, context, f.absent = "–", v.t("ui.report.absent"), true
	case r.PrivateTargets > 0 && r.Direction != abuse.In:
		context = v.t("report.private", "count", r.PrivateTargets)
	case len(r.Networks) > 0 && r.Direction != abuse.In:
		context = v.t("ui.report.networks", "count", len(r.Networks))
	case r.Shape.TopShare >= 0.9 && count > 1:
		context = v.t("ui.report.one-gets-all")
	case count == 1 && len(r.Targets) == 1 && r.Direction != abuse.In:
		context = diag.Clean(r.Targets[0].Name(), 40)
	}
	f.context = context
	return f
}

func (w *window) portFact(r *abuse.Report) fact {
	v := w.view
	f := fact{icon: iconKey, label: v.t("ui.report.port")}
	switch {
	case len(r.TargetPorts) == 0:
		f.value, f.context, f.absent = "–", v.t("ui.report.absent"), true
	case len(r.TargetPorts) == 1 || r.Shape.TargetPort >= 0:
		f.value = strconv.Itoa(r.TargetPorts[0].Number)
		f.context = abuse.ServiceName(r.TargetPorts[0].Number)
	default:
		f.label = v.t("ui.report.ports")
		f.value = v.text.Number(float64(len(r.TargetPorts)), 0)
		var most []string
		for _, p := range r.TargetPorts[:min(len(r.TargetPorts), 3)] {
			most = append(most, strconv.Itoa(p.Number))
		}
		f.context = v.t("ui.report.ports.most", "list", most)
	}
	return f
}

func (w *window) durationFact(r *abuse.Report) fact {
	v, s := w.view, r.Span
	f := fact{icon: iconClock, label: v.t("ui.report.duration")}
	if !s.First.Known() {
		f.value, f.context, f.absent = "–", v.t("ui.report.no-times"), true
		return f
	}
	zone := s.Zone
	if zone == "" {
		zone = v.t("report.zone.none")
	}
	f.value = w.span(time.Duration(s.Last.Micros-s.First.Micros) * time.Microsecond)
	first, last := s.First.Time(), s.Last.Time()
	if s.First.Micros == s.Last.Micros {
		f.value, f.context = s.First.Time().Format("15:04:05"), zone
		return f
	}
	layout := "15:04:05"
	switch {
	case severalDays(s):
		layout = "01-02 15:04"
	case last.Sub(first) < time.Second:
		layout = "15:04:05.000"
	}
	f.context = first.Format(layout) + "–" + last.Format(layout) + " " + zone
	return f
}

// span writes a duration with its two largest units.
func (w *window) span(d time.Duration) string {
	v := w.view
	switch {
	case d < time.Second:
		return v.t("ui.span.ms", "n", int64(max(d.Milliseconds(), 1)))
	case d < time.Minute:
		return v.t("ui.span.s", "n", int64(d.Seconds()))
	case d < time.Hour:
		return v.t("ui.span.min", "m", int(d.Minutes()), "s", int(d.Seconds())%60)
	case d < severalDaysFrom:
		return v.t("ui.span.h", "h", int(d.Hours()), "m", int(d.Minutes())%60)
	}
	return v.t("ui.span.d", "count", wholeDays(d))
}

// severalDaysFrom is where a duration is told in days.
const severalDaysFrom = 48 * time.Hour

func wholeDays(d time.Duration) int { return int(d.Hours()/24 + 0.5) }

func (w *window) rateFacts(r *abuse.Report) []fact {
	v := w.view
	packets := fact{icon: iconList, label: v.t("ui.report.pps"), value: "–", context: v.t("ui.report.absent"), absent: true}
	if r.PacketsPerSecond >= 0 {
		packets.value, packets.absent, packets.context = v.text.Number(r.PacketsPerSecond, 0), false, v.t("ui.report.stated")
	}
	bits := fact{icon: iconList, label: v.t("ui.report.bandwidth"), value: "–", context: v.t("ui.report.absent"), absent: true}
	if r.BitsPerSecond >= 0 {
		bits.value, bits.absent, bits.context = v.text.Number(r.BitsPerSecond/1e6, 0)+" MBit/s", false, v.t("ui.report.stated")
	}
	if r.Shape.PacketSize > 0 {
		bits.context = v.t("ui.report.per-packet", "count", int(r.Shape.PacketSize+0.5))
	}
	return []fact{packets, bits}
}

func (w *window) deadlineFact(r *abuse.Report) fact {
	v := w.view
	f := fact{icon: iconClock, label: v.t("ui.report.deadline"), value: "–", context: v.t("ui.report.absent"), absent: true}
	if at, ok := w.deadlineOf(w.current); ok {
		local := at.In(w.now().Location())
		f.value, f.context, f.absent = local.Format("15:04"), local.Format("2006-01-02 -07:00"), false
	}
	return f
}

// pictures are the drawings on the left.
func (w *window) pictures(s *reportState) []fyne.CanvasObject {
	r := s.reading.Report
	var all []fyne.CanvasObject
	if r.Rows == 0 {
		return nil
	}
	if r.LogType == grammar.PacketSummary {
		return append(all, w.shareCards(r)...)
	}
	if h := w.histogramCard(s); h != nil {
		all = append(all, h)
	}
	where, table := w.whereCard(s), w.firstRows(s)
	if w.narrow() || w.view.scale > scaleNormal {
		return append(all, where, table)
	}
	return append(all, hsplit(14, []float32{19, 20}, where, table)) // both end at the same height
}

// whereCard draws where it went: networks as grids, else the hosts as bars.
func (w *window) whereCard(s *reportState) fyne.CanvasObject {
	v, r := w.view, s.reading.Report
	if len(r.Networks) > 0 && r.Direction != abuse.In {
		lines := []fyne.CanvasObject{v.para(v.t("ui.report.grid"), roleCaption, tokInk2)}
		for _, n := range r.Networks[:min(len(r.Networks), 3)] {
			g := gridSpec{title: n.Prefix.String(), caption: v.t("report.network", "hosts", n.Hosts), sentence: n.Prefix.String() + ": " + v.t("report.network", "hosts", n.Hosts)}
			for i, hit := range n.Hit {
				if hit {
					g.hit[i] = 1
				}
			}
			lines = append(lines, v.addressGrid(g))
		}
		return v.titled(v.t("ui.report.where"), append(append(lines, v.rule()), w.habits(r)...)...)
	}
	hosts, title, count := r.Targets, "ui.report.where", r.TargetCount
	if r.Direction == abuse.In || count == 0 {
		hosts, title, count = r.Sources, "ui.report.whence", r.SourceCount
	}
	if count == 0 {
		return v.titled(v.t("ui.report.where"), v.para(v.t("ui.report.no-hosts"), roleBody, tokInk2))
	}
	return v.titled(v.t(title), append([]fyne.CanvasObject{w.hostBars(s, hosts, count), v.rule()}, w.habits(r)...)...)
}

// mostBarsListed is how many hosts are drawn.
const mostBarsListed = 8

func (w *window) hostBars(s *reportState, hosts []abuse.Host, count int) fyne.CanvasObject {
	v, r := w.view, s.reading.Report
	most := 1
	for _, h := range hosts {
		most = max(most, h.Rows)
	}
	var bars []barRow
	for _, h := range hosts[:min(len(hosts), mostBarsListed)] {
		name := diag.Clean(h.Name(), 60)
		value := v.text.Number(float64(h.Rows), 0)
		bars = append(bars, barRow{label: name, value: value, share: float64(h.Rows) / float64(most),
			say: name + ": " + v.t("report.rows", "count", h.Rows), onTap: func() { w.filterRows(s, abuse.Query{Host: h.Name()}) }})
	}
	_ = r
	list := v.barList(bars)
	if count > len(bars) {
		return vstack(6, list, v.line(v.t("cli.abuse.more", "count", count-len(bars)), roleCaption, tokInk2))
	}
	return list
}

// habits say in words what the pictures show: order, source ports, privacy.
func (w *window) habits(r *abuse.Report) []fyne.CanvasObject {
	v := w.view
	line := func(key, value string) fyne.CanvasObject {
		return hsplit(8, []float32{1, 0}, v.para(v.t(key), roleDense, tokInk2), v.bold(value, roleDense, tokInk))
	}
	var all []fyne.CanvasObject
	if r.TargetCount > 2 {
		order := "ui.report.order.scattered"
		switch {
		case r.Shape.NeighbourShare >= 0.6:
			order = "ui.report.order.neighbours"
		case r.Shape.NeighbourShare >= 0.35:
			order = "ui.report.order.mixed"
		}
		all = append(all, line("ui.report.order", v.t(order)))
	}
	if r.Shape.SourcePorts != abuse.NoPorts {
		all = append(all, line("ui.report.source-ports", v.t("ui.report.source-ports."+string(r.Shape.SourcePorts))))
	}
	private := v.t("ui.report.private.none")
	if r.PrivateTargets > 0 {
		private = v.text.Number(float64(r.PrivateTargets), 0)
	}
	return append(all, line("ui.report.private", private))
}
