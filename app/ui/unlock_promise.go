package ui

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
)

// promiseCard shows the two times a contract promises as rings.
func (w *window) promiseCard(m casefile.Case) fyne.CanvasObject {
	v, s := w.view, &w.current.unlock
	edit := v.button(buttonSpec{kind: quiet, text: v.t("ui.promise.edit"), height: heightSmall, off: w.current.example, onTap: func() { w.openPromise(m) }})
	lines := []fyne.CanvasObject{flow(apart{8, 110 * v.scale}, v.para("**"+v.t("ui.promise.title")+"**", roleCard, tokInk), w.known("promise", edit))}
	if s.form == "promise" {
		return v.card(toneNone, vstack(12, append(lines, w.promiseForm(m)...)...))
	}
	clocks := app.Clocks(m, w.now())
	known := false
	for _, c := range clocks {
		if c.State != app.ClockUnknown {
			known = true
			lines = append(lines, w.promiseLine(c))
		}
	}
	if !known {
		return v.card(toneNone, vstack(12, append(lines, v.para(v.t("ui.promise.none"), roleDense, tokInk2))...))
	}
	lines = append(lines, v.para(v.t("ui.promise.from", "time", w.moment(m.Promise.From)), roleCaption, tokInk2))
	return v.card(toneNone, vstack(12, lines...))
}

// promiseLine is one clock: its ring, its name, what is left, when it is due.
func (w *window) promiseLine(c app.Clock) fyne.CanvasObject {
	v := w.view
	name := v.t("ui.promise."+string(c.Kind), "time", w.whole(c.Promised))
	ink, share, state := tokPrimary, c.Share, ""
	switch c.State {
	case app.ClockRunning:
		state = v.t("ui.promise.left", "time", w.rest(c.Left))
	case app.ClockLast:
		ink, state = tokWarn, v.t("ui.promise.left", "time", w.rest(c.Left))
	case app.ClockOver:
		ink, share, state = tokLock, 1, v.t("ui.promise.over", "time", w.rest(c.Over))
	case app.ClockMet:
		ink, share, state = tokOK, 1, v.t("ui.promise.met", "time", w.moment(c.Met))
	}
	sign := map[app.ClockState]icon{app.ClockRunning: iconClock, app.ClockLast: iconClock, app.ClockOver: iconWarn, app.ClockMet: iconCheck}[c.State]
	d := 46 * v.scale
	ring := over(v.clockRing(share, ink, 46), box(d, d, row(0, nil, v.icon(sign, ink, 16), nil)))
	words := vstack(0, v.para(name, roleCaption, tokInk2), v.para("**"+state+"**", roleBody, tokInk), v.para(v.t("ui.promise.due", "time", w.moment(c.Due)), roleCaption, tokInk2))
	return v.spoken(name+". "+state, hsplit(12, []float32{0, 1}, flow(topLeft{}, ring), words))
}

// openPromise opens the form with what is known, else with what the provider's
// own documents say.
func (w *window) openPromise(m casefile.Case) {
	hours := func(d time.Duration) string {
		if d <= 0 {
			return ""
		}
		return strconv.FormatFloat(d.Hours(), 'f', -1, 64)
	}
	from := m.Promise.From
	if from.IsZero() {
		from = app.SentAt(m)
	}
	if from.IsZero() {
		from = w.now()
	}
	w.openForm("promise", map[string]string{"gti": hours(m.Promise.GTI), "gtr": hours(m.Promise.GTR),
		"from": from.In(w.now().Location()).Format("2006-01-02 15:04")})
}

func (w *window) promiseForm(m casefile.Case) []fyne.CanvasObject {
	v, s := w.view, &w.current.unlock
	lines := []fyne.CanvasObject{v.para(v.t("ui.promise.help"), roleDense, tokInk2)}
	if gti, gtr, _, ok := app.PromisePreset(w.Session.ProviderOf(m)); ok {
		lines = append(lines, row(0, w.act("promise-preset", iconList, v.t("ui.promise.preset"), func() {
			s.typed["gti"], s.typed["gtr"] = strconv.FormatFloat(gti.Hours(), 'f', -1, 64), strconv.FormatFloat(gtr.Hours(), 'f', -1, 64)
			w.build()
		}), nil))
	}
	lines = append(lines, w.lineField("gti", iconClock, v.t("ui.promise.field.gti")), w.lineField("gtr", iconClock, v.t("ui.promise.field.gtr")),
		w.lineField("from", iconHistory, v.t("ui.promise.field.from")))
	lines = append(lines, w.formTrouble()...)
	return append(lines, wrap(8, w.known("unlock-form", v.button(buttonSpec{kind: secondary, text: v.t("ui.unlock.save"), height: heightSmall, onTap: w.savePromise})),
		v.button(buttonSpec{kind: quiet, text: v.t("ui.unlock.cancel"), height: heightSmall, onTap: w.closeForm})))
}

// savePromise takes the form, whole or not at all.
func (w *window) savePromise() {
	s := &w.current.unlock
	from, ok := w.typedTime(s.field("from"))
	if !ok {
		s.trouble = "ui.timeline.no-time"
		w.build()
		return
	}
	m := w.model(w.current)
	values := map[string]string{"gti": s.field("gti"), "gtr": s.field("gtr"), "promised-from": from.Format(time.RFC3339)}
	for name, value := range values {
		if w.Session.SetField(&m, name, value) != nil {
			s.trouble = "ui.promise.wrong"
			w.build()
			return
		}
	}
	now := w.now()
	w.storeWith(w.current, func(c *casefile.Case) {
		c.Promise = m.Promise
		event(c, now, app.EventPromise, map[string]string{"gti": m.Promise.GTI.String(), "gtr": m.Promise.GTR.String(), "from": m.Promise.From.Format(time.RFC3339)})
	})
	w.closeForm()
}
