package ui

import (
	"bytes"
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag/abuse/grammar"
)

// fewEvents is how much of a timeline is shown at first: the last day of most
// cases.
const fewEvents = 10

// timelineCard lists what happened, the newest first.
func (w *window) timelineCard(m casefile.Case) fyne.CanvasObject {
	v, s := w.view, &w.current.unlock
	add := w.act("timeline-add", iconPlus, v.t("ui.timeline.add"), func() { w.openForm("entry", map[string]string{"kind": app.EventNote}) })
	save := v.button(buttonSpec{kind: secondary, icon: iconFolder, text: v.t("ui.timeline.save"), height: heightSmall, onTap: w.saveTimeline})
	head := flow(apart{12, 90 * v.scale}, v.para("**"+v.t("ui.timeline.title")+"**", roleCard, tokInk), row(8, add, w.known("timeline-save", save)))
	lines := []fyne.CanvasObject{head}
	if s.form == "entry" {
		lines = append(lines, w.entryForm())
	}
	events := app.Timeline(m)
	if len(events) == 0 {
		lines = append(lines, v.para(v.t("ui.timeline.empty"), roleBody, tokInk2))
	}
	shown := events
	if !s.all && len(events) > fewEvents+2 {
		shown = events[:fewEvents]
	}
	day, today := "", w.now().Format("2006-01-02")
	for i, e := range shown {
		if d := e.Time.In(w.now().Location()).Format("2006-01-02"); d != day {
			if i > 0 || d != today {
				lines = append(lines, v.line(d, roleCaption, tokInk2))
			}
			day = d
		}
		lines = append(lines, w.eventLine(e))
	}
	if len(shown) < len(events) {
		lines = append(lines, row(0, w.known("timeline-all", v.button(buttonSpec{kind: quiet, text: v.t("ui.timeline.all", "count", len(events)), height: heightSmall,
			onTap: func() { s.all = true; w.build() }})), nil))
	}
	lines = append(lines, v.para(v.t("ui.timeline.zone", "zone", w.now().Format("-07:00")), roleCaption, tokInk2))
	return v.card(toneNone, vstack(10, lines...))
}

// eventIcon is the sign of an event, with its colour.
func eventIcon(e casefile.Event) (icon, token) {
	signs := map[string]icon{"lock": iconLock, "ok": iconOK, "down": iconPower, "key": iconKey, "report": iconPage, "find": iconFind, "bug": iconBug,
		"shield": iconShield, "send": iconSend, "bell": iconBell, "clock": iconClock, "provider": iconServer, "note": iconNote, "call": iconCall,
		"mail": iconMail, "done": iconCheck}
	name := app.EventIcon(e)
	ink := map[string]token{"lock": tokLock, "ok": tokOK, "down": tokWarn, "done": tokOK, "shield": tokOK, "send": tokOK}[name]
	if ink == "" {
		ink = tokPrimary
	}
	if sign, ok := signs[name]; ok {
		return sign, ink
	}
	return iconDot, tokInk2
}

// eventLine is one entry: time, sign, what, detail; own ones can be changed.
func (w *window) eventLine(e casefile.Event) fyne.CanvasObject {
	v := w.view
	title, detail := app.EventWords(v.text, e, w.now().Location())
	at := e.Time.In(w.now().Location()).Format("15:04")
	sign, ink := eventIcon(e)
	d := 26 * v.scale
	ground := v.ground(tokSurface, ink, d/2)
	ground.StrokeWidth = 2
	ring := box(d, d, over(ground, row(0, nil, v.icon(sign, ink, 15), nil)))
	words := vstack(0, v.para("**"+plain(title)+"**", roleDense, tokInk))
	if detail != "" {
		words.Objects = append(words.Objects, v.para(plain(detail), roleDense, tokInk2))
	}
	line := v.spoken(w.moment(e.Time)+". "+title+". "+detail,
		hsplit(8, []float32{0, 0, 1}, box(40*v.scale, 0, v.line(at, roleDense, tokInk2)), flow(topLeft{}, ring), words))
	if !app.Own(e) || w.current.example {
		return line
	}
	edit := v.button(buttonSpec{kind: quiet, text: v.t("ui.timeline.edit"), height: heightSmall, onTap: func() { w.editEntry(e) }})
	remove := v.button(buttonSpec{kind: quiet, text: v.t("ui.timeline.remove"), height: heightSmall, onTap: func() { w.removeEntry(e.ID) }})
	return flow(apart{8, 120 * v.scale}, line, row(0, w.known("edit-"+e.ID, edit), w.known("remove-"+e.ID, remove)))
}

// entryForm takes an own note, call or mail.
func (w *window) entryForm() fyne.CanvasObject {
	v, s := w.view, &w.current.unlock
	kinds := []string{app.EventNote, app.EventCall, app.EventMail}
	var words []string
	chosen := 0
	for i, kind := range kinds {
		words = append(words, v.t("timeline."+kind))
		if s.field("kind") == kind {
			chosen = i
		}
	}
	var lines []fyne.CanvasObject
	if s.editing == "" {
		lines = append(lines, v.choice(words, chosen, w.chipWords, func(i int) {
			s.typed["kind"], w.focus = kinds[i], "unlock-text"
			w.build()
		}))
	}
	lines = append(lines, w.lineField("text", iconNote, v.t("ui.timeline.text")), w.lineField("when", iconClock, v.t("ui.timeline.when")))
	lines = append(lines, w.formTrouble()...)
	return over(v.ground(tokSunken, tokBorder, 10), pad(14, vstack(10, append(lines, wrap(8,
		w.known("unlock-form", v.button(buttonSpec{kind: secondary, text: v.t("ui.unlock.save"), height: heightSmall, onTap: w.saveEntry})),
		v.button(buttonSpec{kind: quiet, text: v.t("ui.unlock.cancel"), height: heightSmall, onTap: w.closeForm})))...)))
}

// chipWords is what a screen reader says of a choice.
func (w *window) chipWords(option string, on bool) string {
	if on {
		return option + ", " + w.view.t("ui.chip.chosen")
	}
	return option + ", " + w.view.t("ui.chip.free")
}

// typedTime reads a time as a person types it: «15:40» is today's, with a date it
// is that day's; nothing typed is now. false: it is no time.
func (w *window) typedTime(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	now := w.now()
	if text == "" {
		return now, true
	}
	if at, err := time.ParseInLocation("15:04", text, now.Location()); err == nil {
		return time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, now.Location()), true
	}
	stamp, used := grammar.ReadStamp([]byte(text))
	switch {
	case used == 0 || !stamp.Dated() || stamp.Parts&grammar.Clock == 0:
		return time.Time{}, false
	case stamp.Parts&grammar.Zoned != 0:
		return stamp.Time(), true
	}
	at := stamp.Time()
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, now.Location()), true
}

func (w *window) editEntry(e casefile.Event) {
	w.openForm("entry", map[string]string{"kind": e.Code, "text": e.Text, "when": e.Time.In(w.now().Location()).Format("2006-01-02 15:04")})
	w.current.unlock.editing = e.ID
	w.focus = "unlock-text"
	w.build()
}

// saveEntry puts an own entry into the timeline.
func (w *window) saveEntry() {
	s := &w.current.unlock
	at, ok := w.typedTime(s.field("when"))
	if !ok {
		s.trouble = "ui.timeline.no-time"
		w.build()
		return
	}
	var err error
	w.storeWith(w.current, func(m *casefile.Case) {
		if s.editing != "" {
			err = app.EditEntry(m, s.editing, s.field("text"), at)
			return
		}
		_, err = app.AddEntry(m, s.field("kind"), s.field("text"), at)
	})
	switch {
	case errors.Is(err, app.ErrNotes):
		s.trouble = "ui.timeline.too-many"
	case err != nil:
		s.trouble = "ui.timeline.no-text"
	default:
		w.closeForm()
		return
	}
	w.build()
}

func (w *window) removeEntry(id string) {
	w.storeWith(w.current, func(m *casefile.Case) { _ = app.RemoveEntry(m, id) }) // it is one of those on the screen
	w.build()
}

// saveTimeline writes the timeline as a table.
func (w *window) saveTimeline() {
	var b bytes.Buffer
	if err := app.WriteTimeline(&b, w.view.text, w.model(w.current), w.now().Location()); err != nil {
		return // a buffer takes everything
	}
	w.saveText("timeline.csv", b.Bytes())
}
