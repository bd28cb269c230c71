package ui

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app/statement"
)

// number10 writes a number for a key.
func number10(n int) string { return strconv.Itoa(n) }

// fewMeasures is how many of the known measures are offered at first: two rows.
const fewMeasures = 5

// preventionPart offers the known measures and takes the person's own: each is
// active, or planned with a day.
func (w *window) preventionPart() fyne.CanvasObject {
	v, r := w.view, w.current
	s, form := &r.statement, w.form(r)
	chosen := map[string]statement.Measure{}
	for _, m := range form.Measures() {
		chosen[m.ID] = m
	}
	var chips []fyne.CanvasObject
	var known []string
	if s.draft != nil {
		known = s.draft.Measures
	}
	listed, hidden := map[string]bool{}, 0
	for i, id := range known {
		listed[id] = true
		if _, on := chosen[id]; !on && i >= fewMeasures && !s.all {
			hidden++
			continue
		}
		chips = append(chips, w.measureChip(id, v.t("ui.statement.measure."+id), chosen[id]))
	}
	for _, m := range form.Measures() {
		if !listed[m.ID] {
			chips = append(chips, w.measureChip(m.ID, m.Text, m))
		}
	}
	if hidden > 0 {
		chips = append(chips, w.known("statement-all", w.plusChip(v.t("ui.statement.measure.more"), func() {
			s.all, w.focus = true, "measure-"+known[min(fewMeasures, len(known)-1)]
			w.build()
		})))
	}
	chips = append(chips, w.known("measure-own", w.plusChip(v.t("ui.statement.measure.own"), w.addOwnMeasure)))
	lines := []fyne.CanvasObject{wrap(choiceGap, chips...)}
	if m, on := chosen[s.measure]; on {
		lines = append(lines, w.measureForm(m))
	}
	return w.part(statement.SectionPrevention, "4", v.t("ui.statement.part.prevention"), lines...)
}

// measureChip is one measure; a chosen one is opened, another is taken as active.
func (w *window) measureChip(id, text string, m statement.Measure) fyne.CanvasObject {
	v, r := w.view, w.current
	s := &r.statement
	key := "measure-" + id
	if strings.TrimSpace(text) == "" {
		text = v.t("ui.statement.measure.unnamed")
	}
	if runes := []rune(text); len(runes) > 48 {
		text = string(runes[:47]) + "…"
	}
	if m.ID == "" {
		return w.known(key, w.plusChip(text, func() {
			w.writeMeasure(r, id, "active")
			s.measure, w.focus = id, key
			w.afresh(r)
		}))
	}
	state := ""
	switch {
	case !m.Active && m.Day.IsZero():
		state = v.t("ui.statement.measure.undated")
	case !m.Active:
		state = v.t("ui.statement.measure.by", "date", m.Day.Format(time.DateOnly))
	}
	if state != "" {
		text += " · " + state
	}
	return w.known(key, v.chip(text, true, w.chipWords(text, true), func() {
		if s.measure == id {
			s.measure = ""
		} else {
			s.measure = id
		}
		w.focus = key
		w.build()
	}))
}

// plusChip is something that can be added.
func (w *window) plusChip(text string, do func()) *press {
	v := w.view
	ground := v.ground(tokSurface, tokStrong, 14*v.scale)
	return v.press(box(0, 28*v.scale, over(ground, padded(0, 13, row(6, v.icon(iconPlus, tokInk, 15), v.line(text, roleBody, tokInk))))), 14*v.scale, w.chipWords(text, false), do)
}

func (w *window) writeMeasure(r *record, id, value string) {
	w.writeFields(r, func(form statement.Form) {
		form[statement.PreventPrefix+id] = value
		if value == "" {
			delete(form, statement.PreventPrefix+id+".text")
		}
	})
}

// addOwnMeasure begins one of the person's own, under the first free id.
func (w *window) addOwnMeasure() {
	r := w.current
	form := w.form(r)
	for i := 1; i < 100; i++ {
		id := "x" + number10(i)
		if form[statement.PreventPrefix+id] == "" {
			w.writeMeasure(r, id, "active")
			r.statement.measure, w.focus = id, "statement-"+statement.PreventPrefix+id+".text"
			w.afresh(r)
			return
		}
	}
}

// measureForm changes a measure that was taken.
func (w *window) measureForm(m statement.Measure) fyne.CanvasObject {
	v, r := w.view, w.current
	s := &r.statement
	var lines []fyne.CanvasObject
	if !v.text.Has("ui.statement.measure." + m.ID) {
		name := statement.Field(statement.PreventPrefix + m.ID + ".text")
		lines = append(lines, w.plainField(formField{name: name, section: statement.SectionPrevention, label: v.t("ui.statement.measure.text"),
			prompt: v.t("ui.statement.measure.text.prompt"), text: w.form(r)[string(name)], typed: func(text string) {
				w.writeFields(r, func(form statement.Form) { form[string(name)] = text })
				w.follow(r)
			}}))
	}
	chosen := 1
	if m.Active {
		chosen = 0
	}
	state := v.choice([]string{v.t("ui.statement.measure.active"), v.t("ui.statement.measure.planned")}, chosen, w.chipWords, func(i int) {
		w.writeMeasure(r, m.ID, measureValue(i == 0, m.Day))
		w.focus = "measure-state-" + number10(i)
		w.afresh(r)
	})
	w.keyed("measure-state-", state)
	remove := w.known("measure-remove", v.button(buttonSpec{kind: quiet, text: v.t("ui.statement.measure.remove"), height: heightSmall, onTap: func() {
		w.writeMeasure(r, m.ID, "")
		s.measure, w.focus = "", "measure-"+m.ID
		w.afresh(r)
	}}))
	lines = append(lines, flow(apart{8, 200 * v.scale}, state, remove), w.measureDay(r, m))
	return over(v.ground(tokSunken, tokBorder, 10), pad(12, vstack(8, lines...)))
}

// measureDay is since when a measure is active, or by when it is planned.
func (w *window) measureDay(r *record, m statement.Measure) fyne.CanvasObject {
	v, s := w.view, &r.statement
	name := statement.Field(statement.PreventPrefix + m.ID)
	text, label := "", v.t("ui.statement.measure.day.by")
	if m.Active {
		label = v.t("ui.statement.measure.day.since")
	}
	if !m.Day.IsZero() {
		text = m.Day.Format(time.DateOnly)
	}
	if typed, ok := s.unfit[string(name)]; ok {
		text = typed
	}
	field := w.plainField(formField{name: name, section: statement.SectionPrevention, label: label, prompt: v.t("ui.statement.measure.day.prompt"), text: text, typed: func(text string) {
		day, err := time.Parse(time.DateOnly, strings.TrimSpace(text))
		if s.unfit == nil {
			s.unfit = map[string]string{}
		}
		before := s.unfit[string(name)]
		delete(s.unfit, string(name))
		if err != nil && strings.TrimSpace(text) != "" {
			s.unfit[string(name)] = text
		} else {
			w.writeMeasure(r, m.ID, measureValue(m.Active, day))
		}
		if before != s.unfit[string(name)] {
			s.live.troubles(name)
		}
		w.follow(r)
	}})
	return vstack(0, field, w.fieldTrouble(name))
}

// measureValue writes «active», «active 2026-11-20», «planned», «2026-11-23».
func measureValue(active bool, day time.Time) string {
	switch {
	case active && day.IsZero():
		return "active"
	case active:
		return "active " + day.Format(time.DateOnly)
	case day.IsZero():
		return "planned"
	}
	return day.Format(time.DateOnly)
}
