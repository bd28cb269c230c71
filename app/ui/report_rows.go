package ui

import (
	"context"
	"errors"
	"strconv"

	"fyne.io/fyne/v2"

	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/abuse/grammar"
)

// rowsState is how a person looks at the rows.
type rowsState struct {
	query         abuse.Query
	words         string  // the filter in words, "" none
	bar           int     // of the histogram that filters, counted from 1; 0 none
	chosen        []int32 // numbers of the rows that query asks for
	all           bool    // chosen is not in use
	trouble       string  // key of the sentence about what went wrong
	top, selected int
	heading       int // that was pressed last, counted from 1; 0 another key was since
	work          *search
}

// chosenBar is the bar that filters the rows, -1 none.
func (w *window) chosenBar(s *reportState) int { return s.rows.bar - 1 }

// filterByBar shows the rows of one bar; the same bar again shows all.
func (w *window) filterByBar(s *reportState, bar int) {
	b := s.reading.Report.Bars
	if s.rows.bar == bar+1 {
		w.filterRows(s, abuse.Query{})
		return
	}
	from := b.Start + int64(bar)*b.Width
	w.filterRows(s, abuse.Query{From: from, To: from + b.Width})
	s.rows.bar = bar + 1
}

// filterRows goes to the rows that a query asks for.
func (w *window) filterRows(s *reportState, q abuse.Query) {
	q.Sort, q.Down = s.rows.query.Sort, s.rows.query.Down
	s.tab, s.rows.bar, s.rows.heading = tabRows, 0, 0
	w.focus = "rows"
	w.selectRows(s, q)
}

// selectRows asks for the rows of a query; long logs take a moment, which the
// window does not stand still for.
func (w *window) selectRows(s *reportState, q abuse.Query) {
	r := &s.rows
	r.work.stop()
	r.work = nil
	before := r.query
	r.query, r.words, r.trouble = q, w.filterWords(s.reading.Report, q), ""
	if q.All() {
		r.all, r.chosen, r.top, r.selected = true, nil, 0, -1
		w.build()
		return
	}
	var numbers []int32
	var err error
	w.search(s, &r.work, func(ctx context.Context) { numbers, err = s.reading.Report.Select(ctx, q) }, func() {
		switch {
		case err == nil:
			r.all, r.chosen, r.top, r.selected = false, numbers, 0, -1
			return
		case errors.Is(err, abuse.ErrTooManyRows):
			r.trouble = "ui.report.sort.many"
		default:
			r.trouble = "ui.report.rows.failed"
		}
		r.query, r.words = before, w.filterWords(s.reading.Report, before) // what is still shown
	})
}

// filterWords says what a query keeps.
func (w *window) filterWords(r *abuse.Report, q abuse.Query) string {
	v := w.view
	switch {
	case q.Text != "":
		return v.t("ui.report.filter.text", "text", diag.Clean(q.Text, 60))
	case q.Host != "":
		return v.t("ui.report.filter.host", "host", diag.Clean(q.Host, 60))
	case q.From != 0 || q.To != 0:
		return v.t("ui.report.filter.time", "from", w.clock(q.From, r), "to", w.clock(q.To, r))
	}
	return ""
}

// rowColumn is a column of the table with what it shows and sorts by.
type rowColumn struct {
	column
	sort abuse.Column
	text func(e *abuse.Entry) string
}

// rowColumns are the columns this report has values for.
func (w *window) rowColumns(r *abuse.Report) []rowColumn {
	v := w.view
	layout := "15:04:05"
	if severalDays(r.Span) {
		layout = "01-02 15:04:05"
	}
	port := func(n int32) string {
		if n < 0 {
			return ""
		}
		return strconv.Itoa(int(n))
	}
	host := func(p grammar.Endpoint) string { return diag.Clean(p.Host(), 120) }
	all := []rowColumn{}
	add := func(have bool, key string, letters int, right bool, sort abuse.Column, text func(*abuse.Entry) string) {
		if have {
			width := float32(0)
			if letters > 0 {
				width = monoLetter*float32(letters) + columnGap
			}
			all = append(all, rowColumn{column{title: v.t("ui.report.column." + key), width: width, right: right, mono: true}, sort, text})
		}
	}
	add(r.Span.First.Known(), "time", len(layout), false, abuse.ByTime, func(e *abuse.Entry) string {
		if !e.Time.Known() {
			return ""
		}
		return e.Time.Time().Format(layout)
	})
	add(r.SourceCount > 0, "source", hostLetters(r.Sources), false, abuse.BySource, func(e *abuse.Entry) string { return host(e.Source) })
	add(len(r.SourcePorts) > 0, "source-port", 5, false, abuse.BySourcePort, func(e *abuse.Entry) string { return port(e.Source.Port) })
	add(r.TargetCount > 0, "target", hostLetters(r.Targets), false, abuse.ByTarget, func(e *abuse.Entry) string { return host(e.Target) })
	add(len(r.TargetPorts) > 0, "target-port", 5, false, abuse.ByTargetPort, func(e *abuse.Entry) string { return port(e.Target.Port) })
	add(len(r.Protocols) > 0, "protocol", 8, false, abuse.ByProtocol, func(e *abuse.Entry) string { return e.Protocol.String() })
	sized := r.LogType == grammar.TrafficDump || r.LogType == grammar.ScanTable || r.LogType == grammar.AttackList || r.LogType == grammar.FlowList
	add(sized && r.Format != "hetzner-ctime", "size", 7, true, abuse.BySize, func(e *abuse.Entry) string {
		if n := max(e.Size, e.Bytes); n >= 0 {
			return v.text.Number(float64(n), 0)
		}
		return ""
	})
	add(noted(r), "note", 0, false, abuse.AsListed, func(e *abuse.Entry) string { return diag.Clean(string(e.Note), 200) })
	return all
}

// monoLetter is the width of a letter of the table's columns.
const monoLetter = 8

// hostLetters is how many letters a column of hosts has room for: IPv4, or what
// the report's first hosts need.
func hostLetters(hosts []abuse.Host) int {
	most := 15
	for _, h := range hosts[:min(len(hosts), notesLooked)] {
		most = max(most, len(h.Name()))
	}
	return min(most, 28)
}

// notesLooked is how many rows are asked whether they say anything else.
const notesLooked = 100

func noted(r *abuse.Report) bool {
	for i := range min(r.Rows, notesLooked) {
		if e, _, err := r.Row(i); err == nil && len(e.Note) > 0 {
			return true
		}
	}
	return false
}

// rowsTable is the virtual table over the rows; only what is visible is read.
// key is that of its focus.
func (w *window) rowsTable(s *reportState, cols []rowColumn, key string) *rows {
	v, r, st := w.view, s.reading.Report, &s.rows
	number := func(row int) int {
		if st.all || st.chosen == nil {
			return row
		}
		return int(st.chosen[row])
	}
	entry := func(row int) abuse.Entry {
		e, _, err := r.Row(number(row))
		if err != nil {
			return abuse.Entry{Line: -1} // the file is gone: the cells stay empty
		}
		return e
	}
	spec := rowsSpec{
		name: v.t("ui.report.tab.rows"), headed: true, sorted: -1, down: st.query.Down,
		count: func() int {
			if st.all || st.chosen == nil {
				return r.Rows
			}
			return len(st.chosen)
		},
		cell: func(row, col int) cell {
			e := entry(row)
			return cell{text: cols[col].text(&e)}
		},
		say: func(row int) string {
			e := entry(row)
			words := ""
			for _, c := range cols {
				if text := c.text(&e); text != "" {
					words += c.title + " " + text + ". "
				}
			}
			return words
		},
		onMove:   func(top int) { st.top = top },
		onSelect: func(row int) { st.selected, st.heading = row, 0 },
		onOpen:   func(row int) { w.showInText(s, number(row)) },
		onCopy: func(row int) string {
			e, l, err := r.Row(number(row))
			if err != nil || l == nil {
				return ""
			}
			line, err := l.Line(e.Line)
			if err != nil {
				return ""
			}
			return diag.Clean(string(line), 2000)
		},
		onHeader: func(col int) {
			q := st.query
			switch c := cols[col].sort; {
			case c == abuse.AsListed:
				return
			case q.Sort != c:
				q.Sort, q.Down = c, false
			case !q.Down:
				q.Down = true
			default: // the third time: as the report lists them
				q.Sort, q.Down = abuse.AsListed, false
			}
			w.focus, st.heading = key, col+1
			w.selectRows(s, q)
		},
	}
	for i, c := range cols {
		spec.columns = append(spec.columns, c.column)
		if c.sort == st.query.Sort && c.sort != abuse.AsListed {
			spec.sorted = i
		}
	}
	table := v.newRows(spec)
	table.restore(st.top, st.selected)
	if w.focus == key { // pressed again it sorts the other way
		table.marked = st.heading - 1
	}
	w.focuses[key] = table
	return table
}

// rowsTab shows all rows: sorted by a heading, filtered by words or a bar.
func (w *window) rowsTab(s *reportState) fyne.CanvasObject {
	v, r, st := w.view, s.reading.Report, &s.rows
	if r.Rows == 0 {
		return v.card(toneNone, v.empty(iconList, v.t("ui.report.rows.none"), v.t("finding.abuse.no-log")))
	}
	find := newEntry(v.t("ui.report.rows.find"), w.onShortcut)
	find.SetText(st.query.Text)
	find.OnSubmitted = func(text string) { w.filterRows(s, abuse.Query{Text: text}) }
	w.focuses["find"] = find
	bar := []fyne.CanvasObject{v.field(iconFind, find)}
	weights := []float32{1}
	if st.words != "" {
		bar = append(bar, v.chip(st.words, true, v.t("ui.report.filter.clear", "filter", st.words), func() { w.filterRows(s, abuse.Query{}) }))
		weights = append(weights, 0)
	}
	cols := w.rowColumns(r)
	table := w.rowsTable(s, cols, "rows")
	shown := v.t("ui.report.rows.all", "count", r.Rows)
	switch {
	case st.work != nil:
		shown = v.t("ui.report.rows.busy")
	case st.trouble != "":
		shown = v.t(st.trouble)
	case !st.all && st.chosen != nil && len(st.chosen) < r.Rows:
		shown = v.t("ui.report.rows.some", "shown", int64(len(st.chosen)), "count", r.Rows)
	}
	foot := row(12, v.line(shown, roleCaption, tokInk2), nil, v.line(v.t("ui.report.rows.hint"), roleCaption, tokInk2))
	if w.narrow() || v.scale > scaleNormal {
		foot = vstack(2, v.para(shown, roleCaption, tokInk2))
	}
	return vstack(10, hsplit(12, weights, bar...), flow(tall{w, 330}, v.sheet(toneNone, padding1(table))), foot)
}

// firstRows is the small table of the overview.
func (w *window) firstRows(s *reportState) fyne.CanvasObject {
	cols := w.rowColumns(s.reading.Report)
	var few []rowColumn
	for _, c := range cols {
		if c.sort == abuse.BySource && s.reading.Report.SourceCount == 1 || c.sort == abuse.AsListed || c.sort == abuse.BySize && !w.wide() || c.sort == abuse.ByProtocol && !w.wide() {
			continue
		}
		if c.sort == abuse.ByTarget || len(cols) < 3 {
			c.width = 0
		}
		few = append(few, c)
	}
	if len(few) == 0 {
		few = cols
	}
	s.rows.allUnlessChosen()
	table := w.rowsTable(s, few, "first-rows")
	return box(0, 300*w.view.scale, w.view.sheet(toneNone, padding1(table)))
}

// allUnlessChosen shows every row until a query was asked.
func (st *rowsState) allUnlessChosen() {
	if st.chosen == nil {
		st.all = true
	}
}

// showInText goes to the line of a row.
func (w *window) showInText(s *reportState, number int) {
	e, l, err := s.reading.Report.Row(number)
	if err != nil || l == nil {
		return
	}
	for i, t := range s.reading.Report.Texts {
		if t == l {
			s.text.part = i
		}
	}
	s.tab, s.text.selected, s.text.unread, s.text.jump = tabText, e.Line, false, true
	w.focus = "lines"
	w.build()
}
