package statement

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/diag/verdict"
)

// moment is a line of the timeline.
type moment struct {
	at   time.Time
	text string
	ids  []string
}

// mostMoments is how many lines a page has room for.
const mostMoments = 9

// moments are what happened, in order.
func (c *composer) moments() []moment {
	list := slices.Concat(c.reported(), c.onServer(), c.fromOutside(), c.collected(), c.mended())
	list = slices.DeleteFunc(list, func(m moment) bool { return m.at.IsZero() })
	slices.SortStableFunc(list, func(a, b moment) int { return a.at.Compare(b.at) })
	return list
}

func (c *composer) reported() []moment {
	r := c.f.Report
	if r == nil {
		return nil
	}
	list := []moment{{r.First, c.t("time.first"), nil}, {r.Received, c.t("time.received"), nil}}
	if r.Last.Sub(r.First) >= time.Minute {
		list = append(list, moment{r.Last, c.t("time.last"), nil})
	}
	return list
}

// onServer is when the process was started, and who came in.
func (c *composer) onServer() []moment {
	var list []moment
	if s, ok := c.suspect(); ok && s.PID >= 0 {
		for _, f := range s.Because {
			if at, ok := c.serverTime(param(f, "time")); ok && f.Code == "evidence.match.before" {
				list = append(list, moment{at, c.t("time.started", "name", clean(s.Name, 60), "pid", strconv.Itoa(s.PID)), []string{c.exhibit(f)}})
				break
			}
		}
	}
	for _, f := range c.f.Findings {
		if at, ok := c.serverTime(param(f, "time")); ok && f.Code == "evidence.s02" && !c.known(f) {
			list = append(list, moment{at, c.t("time.login", "user", param(f, "user")), []string{c.exhibit(f)}})
		}
	}
	return list
}

func (c *composer) fromOutside() []moment {
	v := c.f.Check
	switch {
	case v == nil:
		return nil
	case v.Code == verdict.Reachable:
		return []moment{{v.Time, c.t("time.reached"), nil}}
	case v.LastHop != "":
		return []moment{{v.Time, c.t("time.checked", "hop", clean(v.LastHop, 100)), nil}}
	}
	return nil
}

func (c *composer) mended() []moment {
	var list []moment
	for _, field := range []struct {
		name Field
		key  string
	}{{FieldFixTime, "time.fixed"}, {FieldRetest, "time.retest"}} {
		if at, ok := c.formTime(field.name); ok {
			list = append(list, moment{at, c.t(field.key), nil})
		}
	}
	if q := c.quiet(); q != nil {
		list = append(list, moment{q.Since, c.t("time.quiet"), q.Exhibits})
	}
	return list
}

// collected is when outputs were taken, once per minute.
func (c *composer) collected() []moment {
	seen := map[string]bool{}
	var list []moment
	for _, e := range c.f.Exhibits {
		minute := e.Time.Format("2006-01-02 15:04")
		if !e.Exact || seen[minute] || c.f.Quiet != nil && !e.Time.Before(c.f.Quiet.Since) {
			continue
		}
		seen[minute] = true
		list = append(list, moment{e.Time, c.t("time.collected"), nil})
	}
	return list
}

// timeline puts the shortest story that has all of it into a table. What is over
// goes to the annex.
func (c *composer) timeline() {
	list := c.moments()
	if r := c.f.Report; r != nil { // the summary says when it ended
		list = slices.DeleteFunc(list, func(m moment) bool { return m.at.Equal(r.Last) && m.text == c.t("time.last") })
	}
	if len(list) == 0 {
		return
	}
	key := "heading.timeline.zone"
	if zoneAssumed(c.f) {
		key += ".assumed"
	}
	zone := c.t(key, "zone", zoneOf(list[0].at.In(c.zone)))
	c.heading(SectionTimeline, 2, Span{Text: c.t("heading.timeline")}, Span{Text: zone, Dim: true})
	c.blocks = append(c.blocks, Block{Kind: KindTable, Section: SectionTimeline, Table: c.story(list[:min(len(list), mostMoments)], false)})
}

// zoneAssumed says whether times of a report are quoted in a zone that it does not
// name.
func zoneAssumed(f Facts) bool {
	return f.Report != nil && !f.Report.First.IsZero() && !f.ZoneKnown
}

func (c *composer) story(list []moment, titled bool) *Table {
	t := &Table{Columns: []Column{{Width: 0.26}, {Width: 0.74}}}
	if titled {
		t.Columns[0].Title, t.Columns[1].Title = c.t("column.time"), c.t("column.event")
	}
	for _, m := range list {
		t.Rows = append(t.Rows, []string{c.clock(m.at), strings.TrimSpace(m.text + c.cite(m.ids...))})
	}
	return t
}

// formTime is a time of the form, else as the case knows it.
func (c *composer) formTime(name Field) (time.Time, bool) {
	if at, ok := readTime(c.form.get(name), c.zone); ok {
		return at, true
	}
	return c.f.Retest, name == FieldRetest && !c.f.Retest.IsZero()
}

// quiet is the proof that it is quiet; a look before the fix is none.
func (c *composer) quiet() *Quiet {
	q := c.f.Quiet
	if at, ok := c.formTime(FieldFixTime); q == nil || ok && q.Until.Before(at) {
		return nil
	}
	return q
}
