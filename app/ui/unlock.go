package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag/account"
)

// unlockState is what a person does on step 5 beside what the case keeps.
type unlockState struct {
	way     string            // whose steps are shown; "" the best
	ways    bool              // the steps are shown though a way is in use
	form    string            // which form is open: entry, promise, address, reminder; "" none
	typed   map[string]string // what stands in its fields
	editing string            // id of the entry that is changed; "" for a new one
	trouble string            // key of the sentence about the form
	asking  stopper           // the provider is being asked; nil when it is not
	doing   string            // key of what is being asked
	refused error             // why it could not be
	logs    []app.Log         // what came with the last answer
	mails   []account.Mail    // what OVH sent; nil as long as nobody asked
	all     bool              // the whole timeline is shown
	copied  string            // which text was copied last
}

// field gives what stands in a field of a form.
func (s *unlockState) field(name string) string { return s.typed[name] }

// openForm opens a form with what stands in it; one that is open is closed.
func (w *window) openForm(name string, typed map[string]string) {
	s := &w.current.unlock
	s.form, s.typed, s.trouble, s.editing = name, typed, "", ""
	w.focus = map[string]string{"entry": "unlock-text", "promise": "unlock-gti", "address": "unlock-address", "reminder": "reminder-copy"}[name]
	first := w.focus
	w.build()
	for _, key := range []string{"unlock-form", first} { // the whole form, at least its first field
		if o, ok := w.focuses[key].(fyne.CanvasObject); ok {
			w.reveal(o)
		}
	}
}

// closeForm closes the form; the focus goes back to what opened it.
func (w *window) closeForm() {
	s := &w.current.unlock
	back := map[string]string{"entry": "timeline-add", "promise": "promise", "address": "own-address", "reminder": "next"}[s.form]
	s.form, s.typed, s.trouble, s.editing = "", nil, "", ""
	w.focus = back
	w.build()
}

// submitForm saves what stands in the open form.
func (w *window) submitForm() {
	if save := map[string]func(){"entry": w.saveEntry, "promise": w.savePromise, "address": w.saveAddress}[w.current.unlock.form]; save != nil {
		save()
	}
}

// model is a case as it is now, or as it was listed. The example has none on disk:
// its is made from what is on the screen.
func (w *window) model(r *record) casefile.Case {
	switch {
	case r.kept != nil:
		return r.kept.Model()
	case r.stored != nil:
		return *r.stored
	}
	var m casefile.Case
	r.fill(&m, w.now())
	m.Fields = r.statement.fields
	if r.check.Final && r.check.Verdict != nil {
		m.Diagnoses = append(m.Diagnoses, app.DiagnosisOf(r.check, ""))
		event(&m, r.check.Started, app.EventChecked, map[string]string{"server": m.Server.Address,
			"verdict": string(r.check.Verdict.Code), "confidence": string(r.check.Verdict.Confidence)})
	}
	if r.report != nil {
		m.Reports = append(m.Reports, casefile.Input{Name: r.report.reading.Name, Kind: app.KindReport})
		event(&m, w.now(), app.EventReport, map[string]string{"name": r.report.reading.Name, "incident": string(r.report.reading.Report.Incident)})
	}
	return m
}

// unlockScreen is step 5: the way in, the way out, and the waiting between them.
func (w *window) unlockScreen() fyne.CanvasObject {
	v, m := w.view, w.model(w.current)
	w.tickLater(w.current)
	title, lead := w.unlockTitle(m)
	lines := []fyne.CanvasObject{vstack(2, v.line(title, roleTitle, tokInk), v.para(lead, roleBody, tokInk2))}
	if w.current.example {
		lines = append(lines, v.bullet(iconHelp, tokPrimary, v.t("ui.unlock.example")))
	}
	lines = append(lines, w.stageCard(m))
	if w.current.unlock.form == "reminder" {
		lines = append(lines, w.reminderCard(m))
	}
	ways, timeline := w.waysCard(m), w.timelineCard(m)
	side := []fyne.CanvasObject{w.watchCard(m), w.saidCard(m), w.promiseCard(m)}
	switch {
	case w.narrow() || v.scale > scaleNormal:
		lines = append(append(append(lines, ways), side...), timeline)
	case w.wide():
		lines = append(lines, hsplit(14, []float32{20, 20, 13}, flow(stack{}, ways), flow(stack{}, timeline), vstack(14, side...)))
	default:
		lines = append(lines, hsplit(14, []float32{2, 1}, vstack(14, ways, timeline), vstack(14, side...)))
	}
	return flow(centred{mostContent + 48}, padded(22, 24, vstack(14, lines...)))
}

// unlockTitle says where the case stands.
func (w *window) unlockTitle(m casefile.Case) (title, lead string) {
	v := w.view
	key := "before"
	at, again := app.ReachableAgain(m)
	switch {
	case app.Closed(m):
		key = "closed"
	case again:
		return v.t("ui.unlock.title.again"), v.t("ui.unlock.lead.again", "time", w.moment(at))
	case m.Invoice == "yes" && app.PaidAt(m).IsZero():
		key = "pay"
	case m.Invoice == "yes", !app.SentAt(m).IsZero():
		key = "waiting"
		for _, c := range app.Clocks(m, w.now()) {
			if (c.State == app.ClockRunning || c.State == app.ClockLast) && c.Met.IsZero() {
				return v.t("ui.unlock.title.waiting"), v.t("ui.unlock.lead.promised", "time", w.moment(c.Due))
			}
		}
	}
	return v.t("ui.unlock.title." + key), v.t("ui.unlock.lead." + key)
}

// moment writes a time as a person reads it: today's without its date. The zone
// is that of this computer, which the page names once.
func (w *window) moment(t time.Time) string {
	now := w.now()
	t = t.In(now.Location())
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// brief is a moment where there is little room: the day alone, of another day.
func (w *window) brief(t time.Time) string {
	text := w.moment(t)
	return text[:min(len(text), len("2006-01-02"))]
}

// keepEvent writes an event of the person's into the case.
func (w *window) keepEvent(code string, with map[string]string) {
	r := w.current
	w.storeWith(r, func(m *casefile.Case) { event(m, w.now(), code, with) })
	w.build()
}

// act is a small button that keeps the focus when the page is built anew.
func (w *window) act(key string, i icon, text string, do func()) *press {
	p := w.view.button(buttonSpec{kind: secondary, icon: i, text: text, height: heightSmall, off: w.current.example, onTap: do})
	return w.known(key, p)
}

// copyText puts a text into the clipboard and says so on its button.
func (w *window) copyText(key, text string) {
	w.App.Clipboard().SetContent(text)
	w.current.unlock.copied, w.focus = key, key
	w.build()
}

// copyButton copies a text.
func (w *window) copyButton(key, label, text string) *press {
	v := w.view
	s := buttonSpec{kind: secondary, icon: iconCopy, text: label, height: heightSmall, onTap: func() { w.copyText(key, text) }}
	if w.current.unlock.copied == key {
		s.icon, s.text = iconCheck, v.t("ui.copied")
	}
	return w.known(key, v.button(s))
}

// lineField is a field of a form; what is typed stays when the page is built anew.
func (w *window) lineField(name string, i icon, label string) fyne.CanvasObject {
	v, s := w.view, &w.current.unlock
	e := newEntry(label, w.onShortcut)
	e.SetText(s.field(name))
	e.OnChanged = func(text string) { s.typed[name] = text }
	e.OnSubmitted = func(string) { w.submitForm() }
	w.focuses["unlock-"+name] = e
	return vstack(4, v.line(label, roleCaption, tokInk2), v.field(i, e))
}

// formTrouble is the sentence under a form; nil if there is none.
func (w *window) formTrouble() []fyne.CanvasObject {
	if key := w.current.unlock.trouble; key != "" {
		return []fyne.CanvasObject{w.view.bullet(iconWarn, tokWarn, w.view.t(key))}
	}
	return nil
}

// whole writes a span that somebody chose: «1 h», not «1 h 0 min».
func (w *window) whole(d time.Duration) string {
	h, m := int(d.Hours()), int(d.Minutes())%60
	switch {
	case h > 0 && m > 0:
		return w.view.t("timeline.span.both", "h", h, "m", m)
	case h > 0:
		return w.view.t("timeline.span.hours", "h", h)
	}
	return w.view.t("timeline.span.minutes", "m", max(m, 1))
}
