package ui

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/abuse"
)

// reportState is a report and how a person looks at it. It stays with its case.
type reportState struct {
	reading  app.Reading
	tab      int
	open     int // hypothesis that is unfolded; -1 none, byRoom until one was pressed
	rows     rowsState
	text     textState
	copied   bool
	deadline time.Time // set by hand; zero: as the mail says
	trouble  string    // key of the sentence under the field of the deadline
	typed    string    // in that field
}

// The tabs of step 2.
const (
	tabOverview = iota
	tabRows
	tabText
	tabMail
)

// byRoom unfolds the first hypothesis where there is room beside the charts.
const byRoom = -2

func newReportState(r app.Reading) *reportState {
	s := &reportState{reading: r, open: byRoom}
	s.rows.selected, s.text.selected = -1, -1
	for i, t := range r.Report.Texts { // the text that holds the log
		if len(r.Report.Logs) > 0 && t == r.Report.Logs[0] {
			s.text.part = i
		}
	}
	return s
}

// reportScreen is step 2 in the state its report is in.
func (w *window) reportScreen() fyne.CanvasObject {
	s := w.current.report
	if s == nil {
		return w.emptyReport()
	}
	v, r := w.view, s.reading.Report
	lines := []fyne.CanvasObject{w.reportHead(s)}
	if other := w.otherServer(r); other != nil {
		lines = append(lines, other)
	}
	if w.notRead != nil {
		lines = append(lines, w.notReadBox())
	}
	list := []tab{{name: v.t("ui.report.tab.overview")}}
	list = append(list, tab{name: v.t("ui.report.tab.rows"), count: v.text.Number(float64(r.Rows), 0)})
	list = append(list, tab{name: v.t("ui.report.tab.text"), count: v.t("ui.report.lines", "count", s.textLines())})
	list = append(list, tab{name: v.t("ui.report.tab.mail")})
	list[s.tab].say = list[s.tab].sentence() + ", " + v.t("ui.chip.chosen")
	tabs, presses := v.tabs(list, s.tab, func(i int) { s.tab, s.copied = i, false; w.build() })
	for i, p := range presses {
		w.known("tab"+strconv.Itoa(i), p)
	}
	lines = append(lines, tabs)
	switch s.tab {
	case tabRows:
		lines = append(lines, w.rowsTab(s))
	case tabText:
		lines = append(lines, w.textTab(s))
	case tabMail:
		lines = append(lines, w.mailTab(s))
	default:
		lines = append(lines, w.overview(s)...)
	}
	return flow(centred{mostContent + 48}, padded(22, 24, vstack(14, lines...)))
}

// reportHead says what is reported and how well it was read.
func (w *window) reportHead(s *reportState) fyne.CanvasObject {
	v, r := w.view, s.reading.Report
	copied, mark := v.t("ui.report.copy"), iconCopy
	if s.copied {
		copied, mark = v.t("ui.check.copied"), iconCheck
	}
	buttons := []fyne.CanvasObject{
		w.known("add", v.button(buttonSpec{kind: secondary, icon: iconClip, text: v.t("ui.report.add"), height: heightSmall, onTap: w.chooseFile})),
		w.known("copy", v.button(buttonSpec{kind: secondary, icon: mark, text: copied, height: heightSmall, onTap: func() {
			w.App.Clipboard().SetContent(w.summary(s))
			s.copied = true
			w.build()
		}})),
	}
	title := vstack(2, v.para("**"+v.t(headline(r, "title"))+"**", roleTitle, tokInk), v.para(w.howRead(s), roleBody, tokInk2))
	if w.narrow() && v.scale > scaleNormal {
		return vstack(8, title, wrap(8, buttons...))
	}
	return hsplit(16, []float32{1, 0}, title, padded(8, 0, row(8, buttons...)))
}

// headline is the key of a report's title or text: a victim reads something
// else than a suspect.
func headline(r *abuse.Report, part string) string {
	if r.Direction == abuse.In {
		return "report.inward." + part
	}
	return "report." + string(r.Incident) + "." + part
}

// howRead says from where, from whom, and how much of it was understood.
func (w *window) howRead(s *reportState) string {
	v, r := w.view, s.reading.Report
	words := []string{v.t("ui.report.from", "name", diag.Clean(s.reading.Name, 60))}
	if p := s.reading.Provider; p != nil {
		words[0] = v.t("ui.report.from.by", "name", diag.Clean(s.reading.Name, 60), "provider", p.Name)
	}
	if r.Lines.Total > 0 {
		words = append(words, v.t("ui.report.understood", "understood", int64(r.Lines.Understood), "total", int64(r.Lines.Total)))
	}
	if id := r.Notice.AbuseID; id != "" {
		words = append(words, v.t("ui.report.reference", "id", id))
	}
	return strings.Join(words, " ")
}

// otherServer warns that the report is about another address than the case.
func (w *window) otherServer(r *abuse.Report) fyne.CanvasObject {
	addr := w.current.check.Addr
	if !addr.IsValid() || r.Accused == "" || r.Accused == addr.String() || masked(r.Accused) {
		return nil
	}
	v := w.view
	return v.problem(v.t("ui.report.other.title"), v.t("ui.report.other.text", "reported", diag.Clean(r.Accused, 60), "server", addr.String()))
}

func masked(s string) bool { return strings.ContainsAny(s, "xX*?[") }

// summary is the report in a few lines of text, secrets left out.
func (w *window) summary(s *reportState) string {
	v, r := w.view, s.reading.Report
	lines := []string{v.t(headline(r, "title")), w.howRead(s)}
	for _, f := range w.facts(r) {
		lines = append(lines, f.label+": "+strings.TrimSpace(f.value+" "+paren(f.context)))
	}
	for _, h := range r.Hypotheses {
		lines = append(lines, "- "+v.t("hypothesis."+h.Code+".name")+" "+paren(v.t("hypothesis.level."+levelWord(h.Level))))
	}
	for _, f := range r.Findings {
		lines = append(lines, "- "+v.text.P("finding."+f.Code, f.Params))
	}
	return strings.Join(lines, "\n") + "\n"
}

func paren(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

func levelWord(l abuse.Level) string {
	switch l {
	case abuse.Likely:
		return "likely"
	case abuse.Possible:
		return "possible"
	}
	return "unlikely"
}

// tall gives its content what the window's height leaves below less.
type tall struct {
	w    *window
	less float32
}

const leastTall = 320

func (t tall) heightFor([]fyne.CanvasObject, float32) float32 {
	return max(t.w.shell.object.Size().Height-t.less*t.w.view.scale, leastTall)
}

func (t tall) Layout(objects []fyne.CanvasObject, s fyne.Size) { objects[0].Resize(s) }

func (t tall) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(objects[0].MinSize().Width, leastTall)
}
