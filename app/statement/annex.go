package statement

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/diag"
)

// The bounds of the annex' tables.
const (
	fewRows      = 3 // below, no target stands out
	mostTargets  = 12
	mostFindings = 300
	mostSteps    = 200
	mostParams   = 6
)

// annex proves what the letter says.
func (c *composer) annex() {
	c.heading(SectionAnnex, 1, Span{Text: c.t("annex.title")})
	c.annexPath()
	c.annexReport()
	c.annexEvidence()
	c.annexTimeline()
	c.annexClean()
	c.annexFindings()
	c.annexKnown()
	c.annexMissing()
	if c.f.Version != "" {
		c.heading(SectionAnnex, 2, Span{Text: c.t("annex.tools")})
		c.say(SectionAnnex, sentence{text: c.t("annex.tools.text", "version", clean(c.f.Version, 50))})
	}
}

func (c *composer) table(t *Table) {
	if len(t.Rows) > 0 {
		c.blocks = append(c.blocks, Block{Kind: KindTable, Section: SectionAnnex, Table: t})
	}
}

func (c *composer) annexPath() {
	v := c.f.Check
	if v == nil || len(v.Hops) == 0 {
		return
	}
	key := "annex.path.caption"
	if v.Time.IsZero() { // a trace that was handed in
		key += ".undated"
	}
	caption := c.t(key, "time", c.time(v.Time), "verdict", c.t("verdict."+string(v.Code)), "sure", c.t("sure."+string(v.Sure)))
	c.heading(SectionAnnex, 2, Span{Text: c.t("annex.path")})
	p := &Path{Caption: caption}
	for _, n := range v.Hops {
		n.Label, n.Name, n.Note = clean(n.Label, 20), clean(n.Name, 100), clean(n.Note, 40)
		if n.State == StateSilent {
			n.Note = c.t("annex.path.silent")
		}
		p.Nodes = append(p.Nodes, n)
	}
	c.blocks = append(c.blocks, Block{Kind: KindPath, Section: SectionAnnex, Path: p})
}

func (c *composer) annexReport() {
	r := c.f.Report
	if r == nil || r.Rows == 0 {
		return
	}
	c.heading(SectionAnnex, 2, Span{Text: c.t("annex.report")})
	c.own(SectionAnnex, c.summaryFigures(), nil)
	c.chartOverTime(r)
	if len(r.Networks) > 0 {
		hosts := 0
		chart := &Chart{Title: c.t("annex.report.nets")}
		for _, n := range r.Networks {
			hosts += n.Value
			chart.Bars = append(chart.Bars, Bar{Label: clean(n.Label, 50), Value: float64(n.Value), Shown: c.number(n.Value)})
		}
		chart.Caption = c.t("annex.report.nets.caption", "count", c.number(hosts), "networks", c.number(len(r.Networks)))
		c.blocks = append(c.blocks, Block{Kind: KindChart, Section: SectionAnnex, Chart: chart})
	}
	t := &Table{Columns: []Column{{Title: c.t("column.target"), Width: 0.7, Mono: true}, {Title: c.t("column.rows"), Width: 0.3, Right: true}}}
	for _, s := range r.Top[:min(len(r.Top), mostTargets)] {
		t.Rows = append(t.Rows, []string{clean(s.Label, 100), c.number(s.Value)})
	}
	if len(t.Rows) > 1 && r.Top[0].Value >= fewRows {
		c.heading(SectionAnnex, 3, Span{Text: c.t("annex.report.targets")})
		c.table(t)
	}
	if len(r.Excerpt) > 0 {
		c.heading(SectionAnnex, 3, Span{Text: c.t("annex.report.rows")})
		b := Block{Kind: KindLines, Section: SectionAnnex}
		for _, line := range r.Excerpt[:min(len(r.Excerpt), 10)] {
			b.Lines = append(b.Lines, logLine(line, 200))
		}
		c.blocks = append(c.blocks, b)
	}
}

// summaryFigures is the first sentence of the summary: what was reported.
func (c *composer) summaryFigures() string {
	s, state := c.summary(clean(c.f.Address, 100)), c.state()
	return strings.TrimSpace(strings.TrimSuffix(s, state))
}

func (c *composer) chartOverTime(r *Report) {
	if len(r.Bars) < 2 || r.BarStart.IsZero() {
		return
	}
	most := 0
	for i, b := range r.Bars {
		if b.Value > r.Bars[most].Value {
			most = i
		}
	}
	chart := &Chart{Histogram: true, Title: c.t("annex.report.bars", "zone", zoneOf(r.BarStart.In(c.zone)))}
	at := func(i int) string {
		return r.BarStart.Add(time.Duration(i) * r.BarWidth).In(c.zone).Format(time.TimeOnly)
	}
	for i, b := range r.Bars {
		chart.Bars = append(chart.Bars, Bar{Label: at(i), Value: float64(max(b.Value, 0)), Shown: c.number(b.Value), Hot: i == most})
	}
	chart.Caption = upper(c.t("annex.report.bars.caption", "rows", c.figure(r.Rows, r.Capped), "first", c.clock(r.First), "last", c.clock(r.Last),
		"most", c.number(r.Bars[most].Value), "peak", at(most)))
	c.blocks = append(c.blocks, Block{Kind: KindChart, Section: SectionAnnex, Chart: chart})
}

// logLine keeps the columns of a line of a log.
func logLine(s string, limit int) string {
	return strings.TrimRight(diag.Clean(strings.ReplaceAll(s, "\t", "    "), limit), " ")
}

func (c *composer) annexEvidence() {
	if len(c.f.Exhibits) == 0 {
		return
	}
	c.heading(SectionAnnex, 2, Span{Text: c.t("annex.evidence")})
	t := &Table{Under: true, Columns: []Column{{Title: c.t("column.id"), Width: 0.06}, {Title: c.t("column.time"), Width: 0.2}, {Title: c.t("column.lines"), Width: 0.1, Right: true},
		{Title: c.t("column.sha"), Width: 0.64, Mono: true}, {Title: c.t("column.what") + c.t("colon") + c.t("column.command")}}}
	var masked, large []string
	for _, e := range c.f.Exhibits {
		if e.Masked {
			masked = append(masked, e.ID)
		}
		lines := c.number(e.Lines)
		if e.Data == nil && !c.inParts(e) {
			large = append(large, e.ID+" ("+c.size(e.Size)+")")
		}
		if e.Lines == 0 {
			lines = ""
		}
		what := clean(e.Name, 60)
		if command := clean(e.Command, 300); command != "" {
			what += c.t("colon") + command
		}
		t.Rows = append(t.Rows, []string{e.ID, c.clock(e.Time), lines, clean(e.SHA256, 64), what})
	}
	c.table(t)
	note := []sentence{{text: c.t("annex.evidence.note")}}
	if len(masked) > 0 {
		note = append(note, sentence{text: c.t("annex.evidence.masked", "list", strings.Join(masked, ", "))})
	}
	if len(large) > 0 {
		note = append(note, sentence{text: c.t("annex.evidence.large", "list", strings.Join(large, ", "))})
	}
	c.say(SectionAnnex, note...)
}

// inParts says whether an input is a collection, whose outputs are exhibits of
// their own.
func (c *composer) inParts(whole Exhibit) bool {
	return slices.ContainsFunc(c.f.Exhibits, func(e Exhibit) bool { return e.ID != whole.ID && e.From == whole.SHA256 })
}

// size is a number of bytes as people read it.
func (c *composer) size(n int64) string {
	tenths := c.number(int((n + 99_999) / 100_000 / 10))
	mark := map[string]string{"en": "."}[c.language]
	if mark == "" {
		mark = ","
	}
	return c.t("megabytes", "number", tenths+mark+strconv.FormatInt((n+99_999)/100_000%10, 10))
}

func (c *composer) annexTimeline() {
	list := c.moments()
	for _, e := range c.f.Events {
		if text := clean(e.Text, 500); text != "" {
			list = append(list, moment{at: e.Time, text: text})
		}
	}
	slices.SortStableFunc(list, func(a, b moment) int { return a.at.Compare(b.at) })
	if len(list) == 0 {
		return
	}
	zone := zoneOf(list[0].at.In(c.zone))
	c.heading(SectionAnnex, 2, Span{Text: c.t("annex.timeline")}, Span{Text: c.t("heading.timeline.zone", "zone", zone), Dim: true})
	c.table(c.story(list, true))
}

// annexClean lists the outputs in which no rule found anything.
func (c *composer) annexClean() {
	t := &Table{Under: true, Columns: []Column{{Title: c.t("column.id"), Width: 0.06}, {Title: c.t("column.check"), Width: 0.69}, {Title: c.t("annex.evidence"), Width: 0.25},
		{Title: c.t("column.command")}}}
	for _, step := range c.f.Done[:min(len(c.f.Done), mostSteps)] {
		if len(step.Exhibits) == 0 || step.Found > 0 || step.Phase != "find" {
			continue
		}
		t.Rows = append(t.Rows, []string{step.ID, clean(step.Title.In(c.language), 200), strings.Join(step.Exhibits, ", "), clean(strings.Join(step.Commands, "; "), 400)})
	}
	if len(t.Rows) > 0 {
		c.heading(SectionAnnex, 2, Span{Text: c.t("annex.clean")})
		c.table(t)
	}
}

func (c *composer) annexFindings() {
	t := &Table{Columns: []Column{{Title: c.t("column.rule"), Width: 0.1}, {Title: c.t("column.about"), Width: 0.75}, {Title: c.t("column.id"), Width: 0.15}}}
	for _, f := range c.f.Findings[:min(len(c.f.Findings), mostFindings)] {
		if f.Rule == "" || c.known(f) {
			continue
		}
		var about []string
		for _, name := range slices.Sorted(maps.Keys(f.Params)) {
			if v := param(f, name); v != "" && len(about) < mostParams {
				about = append(about, name+" "+v)
			}
		}
		place := c.exhibit(f)
		if place != "" && f.Source.Line > 0 {
			place += ":" + strconv.Itoa(f.Source.Line)
		}
		t.Rows = append(t.Rows, []string{f.Rule, maskSecrets(strings.Join(about, ", ")), place})
	}
	if len(t.Rows) > 0 {
		c.heading(SectionAnnex, 2, Span{Text: c.t("annex.findings")})
		c.table(t)
	}
}

func (c *composer) annexKnown() {
	t := &Table{Columns: []Column{{Title: c.t("column.rule"), Width: 0.15}, {Title: c.t("column.reason"), Width: 0.6}, {Title: c.t("column.id"), Width: 0.25}}}
	for _, k := range c.f.Known {
		t.Rows = append(t.Rows, []string{k.Finding.Rule, clean(k.Reason, 500), c.exhibit(k.Finding)})
	}
	if len(t.Rows) > 0 {
		c.heading(SectionAnnex, 2, Span{Text: c.t("annex.known")})
		c.table(t)
	}
}

func (c *composer) annexMissing() {
	var lines []string
	for _, code := range c.f.Missing {
		if key := "missing." + code; c.has(key) {
			lines = append(lines, c.t(key))
		}
	}
	for _, f := range c.f.Matching.Against {
		switch f.Code {
		case "evidence.against.no-sockets":
			lines = append(lines, c.t("missing.no-sockets"))
		case "evidence.against.rebooted":
			lines = append(lines, c.t("missing.rebooted"))
		}
	}
	if zoneAssumed(c.f) {
		lines = append(lines, c.t("missing.zone", "zone", zoneOf(c.f.Report.First.In(c.zone))))
	}
	if len(lines) == 0 {
		return
	}
	c.heading(SectionAnnex, 2, Span{Text: c.t("annex.missing")})
	for _, line := range lines {
		c.add(SectionAnnex, KindItem, Span{Text: line})
	}
}
