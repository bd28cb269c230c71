package ui

import (
	"math"
	"strconv"

	"fyne.io/fyne/v2"

	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/abuse/grammar"
)

// meaning is «What this means»: the plain sentence, the causes that fit, and
// what the report leaves out.
func (w *window) meaning(s *reportState) fyne.CanvasObject {
	v, r := w.view, s.reading.Report
	lines := []fyne.CanvasObject{v.para(v.t(headline(r, "text")), roleBody, tokInk2)}
	if len(r.Hypotheses) > 0 {
		lines = append(lines, v.bold(v.t("cli.abuse.causes"), roleBody, tokInk))
		for i, h := range r.Hypotheses {
			if i > 0 {
				lines = append(lines, v.rule())
			}
			item, head := v.hypothesis(w.hypothesisSpec(s, i, h))
			w.focuses["hypothesis"+strconv.Itoa(i)] = head
			lines = append(lines, item)
		}
		lines = append(lines, v.button(buttonSpec{kind: secondary, text: v.t("ui.report.prove"), wide: true, onTap: func() { w.open(screenCause) }}))
	}
	if says := w.besides(s); len(says) > 0 {
		lines = append(lines, v.rule(), v.bold(v.t("ui.report.says"), roleBody, tokInk))
		for _, f := range says {
			mark, ink := iconHelp, tokInk2
			switch f.Severity {
			case diag.Warning, diag.Critical:
				mark, ink = iconWarn, tokWarn
			case diag.Notice:
				mark, ink = iconDot, tokPrimary
			}
			lines = append(lines, v.bullet(mark, ink, v.text.P("finding."+f.Code, f.Params)))
		}
	}
	return v.titled(v.t("cli.abuse.means"), lines...)
}

// besides are the findings that nothing else on the overview tells.
func (w *window) besides(s *reportState) (all []diag.Finding) {
	r := s.reading.Report
	told := map[string]bool{"abuse.inward": r.Direction == abuse.In, "abuse.no-times": r.Rows > 0}
	if r.LogType == grammar.PacketSummary {
		told["abuse.one-target-gets-all"] = true // the ring
	}
	if i := w.unfolded(s); i >= 0 && i < len(r.Hypotheses) {
		for _, f := range r.Hypotheses[i].Reasons {
			told[f.Code] = true
		}
	}
	for _, f := range r.Findings {
		if !told[f.Code] {
			all = append(all, f)
		}
	}
	return all
}

// unfolded is the hypothesis that is open, -1 none.
func (w *window) unfolded(s *reportState) int {
	switch {
	case s.open != byRoom:
		return s.open
	case w.narrow():
		return -1
	}
	return 0
}

func (w *window) hypothesisSpec(s *reportState, i int, h abuse.Hypothesis) hypothesisSpec {
	v, open := w.view, w.unfolded(s)
	spec := hypothesisSpec{name: v.t("hypothesis." + h.Code + ".name"), level: int(h.Level), word: v.t("hypothesis.level." + levelWord(h.Level)), open: open == i}
	for _, f := range h.Reasons {
		spec.reasons = append(spec.reasons, v.text.P("finding."+f.Code, f.Params))
	}
	for n := 1; n <= h.Disproof; n++ {
		spec.disproof = append(spec.disproof, v.t("hypothesis.disproved", "test", v.t("hypothesis."+h.Code+".disproof"+strconv.Itoa(n))))
	}
	spec.onToggle = func() {
		if open == i {
			s.open = -1
		} else {
			s.open = i
		}
		w.focus = "hypothesis" + strconv.Itoa(i)
		w.build()
	}
	return spec
}

// shareCards draw a summary of packets: who gets how much, and what the report
// does not say.
func (w *window) shareCards(r *abuse.Report) []fyne.CanvasObject {
	v := w.view
	hosts := r.Targets
	if r.Direction == abuse.In {
		hosts = r.Sources
	}
	if len(hosts) == 0 {
		return nil
	}
	top := diag.Clean(hosts[0].Name(), 60)
	share := w.sharePercent(r.Shape.TopShare)
	title, text := v.t("ui.report.share.title", "host", top), v.t("ui.report.share.text", "share", share)
	all := 0.0
	for _, h := range hosts {
		all += max(r.Rates[h.Name()].Packets, 0)
	}
	switch {
	case r.PacketsPerSecond > 0 && all < r.PacketsPerSecond/2:
		title, text = v.t("ui.report.share.part", "count", len(hosts)), v.t("ui.report.share.part.text", "share", w.sharePercent(all/r.PacketsPerSecond))
	case r.Shape.TopShare < 0.9:
		title, text = v.t("ui.report.share.spread", "count", len(hosts)), v.t("ui.report.share.spread.text", "host", top, "share", share)
	}
	words := vstack(8, v.para("**"+title+"**", roleLead, tokInk), v.para(text, roleBody, tokInk2),
		row(0, v.button(buttonSpec{kind: secondary, icon: iconCopy, text: v.t("ui.report.copy-address"), height: heightSmall,
			onTap: func() { w.App.Clipboard().SetContent(top) }}), nil))
	ring := v.shareRing(r.Shape.TopShare, share, v.t("ui.report.share.ring"), tokLock, 150)
	card := v.card(toneNone, hsplit(24, []float32{0, 1}, ring, words))
	switch {
	case r.Shape.TopShare < leastRing:
		card = v.card(toneNone, words)
	case v.scale > scaleNormal && w.narrow():
		card = v.card(toneNone, vstack(14, ring, words))
	}
	return []fyne.CanvasObject{card, w.rateBars(r, hosts), w.unsaid(r)}
}

// leastRing is from which share on a ring shows anything.
const leastRing = 0.1

// sharePercent writes a share with two places; what is not all is never 100 %.
func (w *window) sharePercent(share float64) string {
	n := math.Round(share*10000) / 100
	if n >= 100 && share < 1 {
		n = 99.99
	}
	return w.view.text.Decimal(n, 2) + " %"
}

// rateBars is the table of a summary: each host with its packets.
func (w *window) rateBars(r *abuse.Report, hosts []abuse.Host) fyne.CanvasObject {
	v := w.view
	most := 1.0
	for _, h := range hosts {
		most = max(most, r.Rates[h.Name()].Packets)
	}
	var bars []barRow
	for i, h := range hosts[:min(len(hosts), 12)] {
		rate := r.Rates[h.Name()]
		value := v.t("report.rate.packets", "value", v.text.Number(max(rate.Packets, 0), 0))
		if rate.Bits >= 0 {
			value += ", " + v.text.Number(rate.Bits/1e6, 0) + " MBit/s"
		}
		name := diag.Clean(h.Name(), 60)
		b := barRow{label: name, value: value, share: rate.Packets / most, say: name + ": " + value}
		if i == 0 && r.Shape.TopShare >= 0.9 {
			b.strong, b.tint = true, toneLock
		}
		bars = append(bars, b)
	}
	lines := []fyne.CanvasObject{v.barList(bars)}
	if more := len(hosts) - len(bars); more > 0 {
		lines = append(lines, v.line(v.t("cli.abuse.more", "count", more), roleCaption, tokInk2))
	}
	title := "ui.report.rates"
	if r.Direction == abuse.In {
		title = "ui.report.rates.in"
	}
	return v.titled(v.t(title), lines...)
}

// unsaid lists what somebody would want to know and the report does not tell.
func (w *window) unsaid(r *abuse.Report) fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	for _, m := range []struct {
		missing bool
		key     string
	}{
		{len(r.TargetPorts) == 0, "ui.report.unsaid.ports"},
		{len(r.Protocols) == 0, "ui.report.unsaid.protocol"},
		{!r.Span.First.Known(), "ui.report.unsaid.time"},
	} {
		if m.missing {
			lines = append(lines, v.bullet(iconHelp, tokInk2, v.t(m.key)))
		}
	}
	if len(lines) == 0 {
		lines = append(lines, v.para(v.t("finding.abuse.no-single-connections"), roleBody, tokInk2))
	}
	if len(lines) > 1 && !w.narrow() && v.scale == scaleNormal { // beside each other
		weights := make([]float32, len(lines))
		for i := range weights {
			weights[i] = 1
		}
		lines = []fyne.CanvasObject{hsplit(12, weights, lines...)}
	}
	return v.titled(v.t("ui.report.unsaid"), lines...)
}
