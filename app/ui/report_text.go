package ui

import (
	"context"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"

	"latchkey/diag"
	"latchkey/diag/abuse"
	"latchkey/diag/abuse/grammar"
)

// textState is how a person looks at the raw text.
type textState struct {
	part          int
	find          string
	missing       bool  // what was looked for is not there
	unread        bool  // only lines not understood
	lines         []int // those; nil while they are looked for
	top, selected int   // top is a row of the list, selected a line, 0-based; -1 none
	jump          bool  // the selected line shall be seen
	work          *search
}

// text is the part that is shown; nil if the report has none.
func (s *reportState) shown() *abuse.Log {
	texts := s.reading.Report.Texts
	if len(texts) == 0 {
		return nil
	}
	return texts[min(s.text.part, len(texts)-1)]
}

func (s *reportState) textLines() int {
	if l := s.shown(); l != nil {
		return l.Lines
	}
	return 0
}

// mostUnread is how many lines not understood are listed.
const mostUnread = 10_000

// textTab shows every line as it stands in the mail, with what became of it.
func (w *window) textTab(s *reportState) fyne.CanvasObject {
	v, l := w.view, s.shown()
	if l == nil {
		return v.card(toneNone, v.empty(iconPage, v.t("ui.report.text.none"), v.t("finding.abuse.no-log")))
	}
	side := vstack(14, w.textSide(s, l)...)
	onSelect := func(line int) {
		s.text.selected = line
		side.Objects = w.textSide(s, l)
		side.Refresh()
		w.shell.page.reflow()
	}
	text := vstack(0, padded(10, 12, w.textBar(s, l)), v.rule(), flow(tall{w, 330}, w.textLines(s, l, onSelect)))
	lines := []fyne.CanvasObject{}
	if parts := w.partChips(s); parts != nil {
		lines = append(lines, parts)
	}
	sheet := v.sheet(toneNone, padding1(text))
	if w.narrow() || v.scale > scaleNormal {
		return vstack(14, append(lines, sheet, side)...)
	}
	return vstack(14, append(lines, hsplit(14, []float32{47, 20}, sheet, side))...)
}

// textSide explains the text and the line the person stands on.
func (w *window) textSide(s *reportState, l *abuse.Log) []fyne.CanvasObject {
	side := []fyne.CanvasObject{w.howItWasRead(s, l)}
	if selected := w.selectedLine(s, l); selected != nil {
		side = append(side, selected)
	}
	return side
}

// partChips choose between the texts of a mail.
func (w *window) partChips(s *reportState) fyne.CanvasObject {
	v, texts := w.view, s.reading.Report.Texts
	if len(texts) < 2 {
		return nil
	}
	var chips []fyne.CanvasObject
	for i, t := range texts[:min(len(texts), 12)] {
		name := diag.Clean(t.Text.Part, 40)
		if name == "" {
			name = v.t("report.body")
		}
		word := v.t("ui.report.part", "name", name, "count", t.Lines)
		chips = append(chips, w.known("part"+strconv.Itoa(i), v.chip(word, i == s.text.part, word, func() {
			s.text.work.stop()
			s.text = textState{part: i, selected: -1}
			w.build()
		})))
	}
	return wrap(choiceGap, chips...)
}

// textBar finds in the text and filters it.
func (w *window) textBar(s *reportState, l *abuse.Log) fyne.CanvasObject {
	v, st := w.view, &s.text
	find := newEntry(v.t("ui.report.text.find"), w.onShortcut)
	find.SetText(st.find)
	find.OnSubmitted = func(text string) { w.findLine(s, l, text) }
	w.focuses["find"] = find
	parts, weights := []fyne.CanvasObject{v.field(iconFind, find)}, []float32{1}
	if l.Damaged > 0 {
		word := v.t("ui.report.text.unread", "count", l.Damaged)
		parts = append(parts, w.known("unread", v.chip(word, st.unread, word, func() { w.toggleUnread(s, l) })))
		weights = append(weights, 0)
	}
	bar := hsplit(12, weights, parts...)
	if st.missing {
		return vstack(4, bar, v.para(v.t("ui.report.text.missing", "text", diag.Clean(st.find, 60)), roleDense, tokWarn))
	}
	return bar
}

// toggleUnread shows only the lines that were not understood, or all again.
func (w *window) toggleUnread(s *reportState, l *abuse.Log) {
	st := &s.text
	st.work.stop()
	st.unread, st.top, st.lines, st.jump = !st.unread, 0, nil, !st.unread
	if !st.unread {
		w.build()
		return
	}
	var lines []int
	w.search(s, &st.work, func(ctx context.Context) { lines = l.Unread(ctx, mostUnread) }, func() { st.lines = lines })
}

// findLine goes to the next line that holds the words, from the top again after
// the last.
func (w *window) findLine(s *reportState, l *abuse.Log, text string) {
	st := &s.text
	from, found := st.selected+1, -1
	st.find, st.missing = text, false
	if text == "" {
		w.build()
		return
	}
	var err error
	w.focus = "find"
	w.search(s, &st.work, func(ctx context.Context) {
		if found, err = l.Find(ctx, from, text); found < 0 && err == nil && from > 0 {
			found, err = l.Find(ctx, 0, text)
		}
	}, func() {
		if st.missing = found < 0 || err != nil; !st.missing {
			st.selected, st.unread, st.jump = found, false, true
		}
	})
}

// textLines is the virtual list of lines.
func (w *window) textLines(s *reportState, l *abuse.Log, onSelect func(line int)) fyne.CanvasObject {
	v, st := w.view, &s.text
	number := func(row int) int {
		if st.unread {
			return st.lines[row]
		}
		return row
	}
	line := func(row int) string {
		b, err := l.Line(number(row))
		if err != nil {
			return ""
		}
		return diag.Clean(detab(string(b)), 2000)
	}
	digits := len(strconv.Itoa(l.Lines))
	spec := rowsSpec{
		name: v.t("ui.report.tab.text"), dense: true, sorted: -1,
		columns: []column{{width: 22 + 8*float32(max(digits, 3)), right: true, mono: true}, {width: 26}, {mono: true}},
		count: func() int {
			if st.unread {
				return len(st.lines)
			}
			return l.Lines
		},
		cell: func(row, col int) cell {
			switch col {
			case 0:
				return cell{text: strconv.Itoa(number(row) + 1), ink: tokInk3}
			case 1:
				switch l.Mark(number(row)) {
				case abuse.RowLine:
					return cell{mark: iconCheck, markInk: tokOK}
				case abuse.Unread:
					return cell{mark: iconWarn, markInk: tokWarn}
				}
				return cell{}
			}
			ink := tokInk
			if l.Mark(number(row)) != abuse.RowLine {
				ink = tokInk2
			}
			return cell{text: line(row), ink: ink}
		},
		tint: func(row int) tone {
			if l.Mark(number(row)) == abuse.Unread {
				return toneWarn
			}
			return toneNone
		},
		remark: func(row int) string {
			if l.Mark(number(row)) == abuse.Unread {
				return v.t("ui.report.text.kept")
			}
			return ""
		},
		say: func(row int) string {
			return v.t("ui.report.text.say."+markWord(l.Mark(number(row))), "number", number(row)+1, "text", line(row))
		},
		onMove:   func(top int) { st.top = top },
		onSelect: func(row int) { onSelect(number(row)) },
		onCopy:   line,
	}
	list := v.newRows(spec)
	w.focuses["lines"] = list
	row, here := st.selected, true
	if st.unread {
		row, here = slices.BinarySearch(st.lines, st.selected)
	}
	if !here {
		row = -1
	}
	list.restore(st.top, row)
	if st.jump && row >= 0 {
		list.show(row)
	}
	st.jump = false
	return list
}

func markWord(m abuse.Mark) string {
	switch m {
	case abuse.RowLine:
		return "row"
	case abuse.Unread:
		return "unread"
	}
	return "plain"
}

// detab sets tabs as blanks: the screen has no tab stops.
func detab(s string) string {
	out, col := make([]rune, 0, len(s)), 0
	for _, r := range s {
		if r != '\t' {
			out, col = append(out, r), col+1
			continue
		}
		for n := 8 - col%8; n > 0; n-- {
			out, col = append(out, ' '), col+1
		}
	}
	return string(out)
}

// howItWasRead tells which format it was, whose zone counts, and how many lines
// were understood.
func (w *window) howItWasRead(s *reportState, l *abuse.Log) fyne.CanvasObject {
	v, r := w.view, s.reading.Report
	var lines []fyne.CanvasObject
	ok := func(text string) { lines = append(lines, v.bullet(iconOK, tokOK, text)) }
	note := func(text string) { lines = append(lines, v.bullet(iconHelp, tokPrimary, text)) }
	if l.Grammar.Open == nil {
		note(v.t("ui.report.read.prose"))
		return v.titled(v.t("cli.read.how"), lines...)
	}
	ok("**" + v.t("report.log."+string(r.LogType)) + "**, " + r.Format)
	if second := l.Beside; second != nil {
		ok("**" + v.t("report.log."+string(second.LogType)) + "**, " + second.Name)
	}
	if r.Span.Zone != "" && r.Span.Conflict == "" { // else the note says it
		ok(v.t("ui.report.read.zone."+string(r.Span.From), "zone", r.Span.Zone, "mail", r.Span.Conflict))
	}
	if r.Span.Conflict != "" {
		note(v.t("finding.abuse.zone-conflict", "log", r.Span.Zone, "mail", r.Span.Conflict))
	}
	ok(v.t("ui.report.understood", "understood", int64(l.Understood), "total", int64(l.Understood+l.Damaged)))
	if l.Damaged > 0 {
		lines = append(lines, v.bullet(iconWarn, tokWarn, v.t("finding.abuse.lines-not-understood", "count", l.Damaged)))
	}
	if r.Cap > 0 {
		note(v.t("finding.abuse.capped", "count", r.Cap))
	}
	if r.Format == "guess" {
		note(v.t("finding.abuse.guessed-table"))
	}
	return v.titled(v.t("cli.read.how"), lines...)
}

// selectedLine explains the line the person stands on.
func (w *window) selectedLine(s *reportState, l *abuse.Log) fyne.CanvasObject {
	v, r := w.view, s.reading.Report
	if s.text.selected < 0 || s.text.selected >= l.Lines {
		return nil
	}
	title := v.t("ui.report.text.selected", "number", s.text.selected+1)
	e, ok := l.RowAt(s.text.selected)
	if !ok {
		return v.titled(title, v.para(v.t("ui.report.text.is."+markWord(l.Mark(s.text.selected))), roleBody, tokInk2))
	}
	var lines []fyne.CanvasObject
	field := func(key, value string) {
		if value != "" {
			lines = append(lines, hsplit(10, []float32{2, 5}, v.para(v.t("ui.report.column."+key), roleDense, tokInk2), v.para(value, roleDense, tokInk)))
		}
	}
	if at, known := r.Span.At(e.Time); known {
		field("time", v.t("ui.report.text.here", "time", at.In(w.now().Location()).Format("2006-01-02 15:04:05")))
	} else if e.Time.Known() {
		field("time", r.Span.Text(e.Time))
	}
	field("source", endpoint(e.Source))
	field("target", endpoint(e.Target))
	protocol := e.Protocol.String()
	if e.Size >= 0 {
		protocol += " " + v.t("ui.report.text.bytes", "count", int(e.Size))
	}
	if e.SYN {
		protocol += ", " + v.t("ui.report.text.syn")
	}
	field("protocol", protocol)
	field("note", diag.Clean(string(e.Note), 200))
	return v.titled(title, lines...)
}

func endpoint(p grammar.Endpoint) string {
	s := diag.Clean(p.Host(), 120)
	if s != "" && p.Port >= 0 {
		s += " : " + strconv.Itoa(int(p.Port))
	}
	return s
}
