package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/statement"
	"latchkey/diag"
)

// notesCard tells what is weak before anything is sent. It warns and never
// blocks.
func (w *window) notesCard() fyne.CanvasObject {
	s := &w.current.statement
	s.live.notes = vstack(12, w.noteLines()...)
	return w.view.card(toneNone, s.live.notes)
}

// noteLines are the notes, each with what can be done about it.
func (w *window) noteLines() []fyne.CanvasObject {
	v, s := w.view, &w.current.statement
	if s.draft == nil {
		return []fyne.CanvasObject{v.line(v.t("ui.statement.before"), roleCard, tokInk), v.para(v.t("ui.statement.gathering"), roleBody, tokInk2)}
	}
	notes, passed := v.t("ui.statement.notes", "count", len(s.draft.Notes)), v.t("ui.statement.passed", "count", s.draft.Passed)
	if w.narrow() && !s.notes && len(s.draft.Notes) > 0 {
		title, _, _ := w.noteWords(s.draft.Notes[0])
		show := w.known("statement-notes", v.button(buttonSpec{kind: secondary, text: v.t("ui.statement.notes.show"), height: heightSmall, wide: true, onTap: func() {
			s.notes = true
			w.focusOn("note-0")
		}}))
		return []fyne.CanvasObject{v.item(v.icon(iconWarn, tokWarn, 18), 28, v.para("**"+v.t("ui.statement.notes.before", "count", len(s.draft.Notes))+"**", roleBody, tokInk)),
			v.para(title, roleDense, tokInk2), show}
	}
	lines := []fyne.CanvasObject{flow(apart{8, 140 * v.scale}, v.para("**"+v.t("ui.statement.before")+"**", roleCard, tokInk), v.line(notes+", "+passed, roleDense, tokInk2))}
	if w.narrow() {
		lines[0] = vstack(0, v.para("**"+v.t("ui.statement.before")+"**", roleCard, tokInk), v.para(notes+", "+passed, roleDense, tokInk2))
	}
	if len(s.draft.Notes) == 0 {
		return append(lines, v.bullet(iconOK, tokOK, v.t("ui.statement.notes.none")))
	}
	for i, n := range s.draft.Notes {
		lines = append(lines, w.noteLine(i, n))
	}
	return lines
}

// noteWords are title, text and action of a note.
func (w *window) noteWords(n statement.Note) (title, text, do string) {
	v := w.view
	var pairs []any
	for name, value := range n.Params {
		switch value := value.(type) {
		case []string:
			pairs = append(pairs, name, diag.Clean(strings.Join(value, ", "), 300))
		case string:
			if id, ok := n.Params["id"].(string); name == "text" && ok && v.text.Has("ui.statement.measure."+id) {
				value = v.t("ui.statement.measure." + id)
			}
			if name == "remedy" && v.text.Has("statement.remedy."+value) {
				value = v.t("statement.remedy." + value)
			}
			if d, err := time.ParseDuration(value); err == nil && name == "time" {
				value = app.SpanWords(v.text, d)
			}
			pairs = append(pairs, name, diag.Clean(value, 200))
		case int:
			pairs = append(pairs, name, value)
		default:
			pairs = append(pairs, name, diag.Clean(fmt.Sprint(value), 200))
		}
	}
	key := "statement.note." + n.Code
	say := func(part string) string {
		if !v.text.Has(key + part) {
			return ""
		}
		return plain(v.t(key+part, pairs...))
	}
	if title = say(".title"); title == "" {
		title = n.Code
	}
	return title, say(".text"), say(".do")
}

func (w *window) noteLine(i int, n statement.Note) fyne.CanvasObject {
	v, s := w.view, &w.current.statement
	title, text, do := w.noteWords(n)
	words := []fyne.CanvasObject{v.para("**"+title+"** "+text, roleDense, tokInk2)}
	if s.fits == n.Code && len(n.Fits) > 0 {
		words = append(words, w.fitLines(n)...)
	}
	line := v.item(v.icon(iconWarn, tokWarn, 18), 30, vstack(6, words...))
	if do == "" {
		do = v.t("ui.statement.note.show")
	}
	act := w.known("note-"+number10(i), v.button(buttonSpec{kind: secondary, text: do, height: heightSmall, onTap: func() { w.actOn(n) }}))
	act.say = do + ": " + title
	acts := []fyne.CanvasObject{act}
	if n.Code == "retest-missing" && w.current.report != nil {
		acts = append(acts, w.known("note-links", v.button(buttonSpec{kind: secondary, text: v.t("ui.statement.note.links"), height: heightSmall, onTap: func() {
			w.current.report.tab = tabMail
			w.open(screenReport)
		}})))
	}
	if w.narrow() || len(acts) > 1 {
		return vstack(6, line, padded(0, 30*v.scale, wrap(8, acts...)))
	}
	return flow(apart{10, 260 * v.scale}, line, act)
}

// fitLines are the measures that would fit; a press writes one down.
func (w *window) fitLines(n statement.Note) []fyne.CanvasObject {
	v, r := w.view, w.current
	lines := []fyne.CanvasObject{v.para(v.t("ui.statement.fits"), roleDense, tokInk2)}
	for _, code := range n.Fits {
		key := "statement.fits." + code
		if !v.text.Has(key) {
			continue
		}
		lines = append(lines, v.item(v.icon(iconDot, tokInk2, 12), 18, v.para(v.t(key), roleDense, tokInk)))
	}
	edit := w.known("fits-edit", v.button(buttonSpec{kind: quiet, icon: iconEdit, text: v.t("ui.statement.fits.edit"), height: heightSmall, onTap: func() {
		r.statement.fits = ""
		w.focusOn("statement-" + string(statement.FieldFixed))
	}}))
	return append(lines, row(0, edit, nil))
}

// actOn does what helps against a note.
func (w *window) actOn(n statement.Note) {
	r := w.current
	s := &r.statement
	switch n.Code {
	case "fix-mismatch":
		if s.fits == n.Code {
			s.fits = ""
		} else {
			s.fits = n.Code
		}
		w.build()
	case "no-quiet", "fixed-without-cause", "no-cause", "unfit-steps":
		w.open(screenCause)
	case "form-only":
		w.copyStatement()
	case "late":
		w.openSend()
	case "language":
		if q := s.draft.Questions; len(q.Languages) > 0 && slices.Contains(statement.Languages(), q.Languages[0]) {
			w.writeField(r, statement.FieldLanguage, q.Languages[0])
			w.afresh(r)
		}
	default:
		w.toNoted(n)
	}
}

// toNoted leads to what a note is about.
func (w *window) toNoted(n statement.Note) {
	field := ""
	switch n.Code {
	case "promise", "past-plan", "future-active":
		if id, ok := n.Params["id"].(string); ok && id != "" {
			w.current.statement.measure, field = id, statement.PreventPrefix+id
		} else {
			n.Section = statement.SectionFix
		}
	case "retest-missing", "retest-early":
		field = string(statement.FieldRetest)
	case "fix-early":
		field = string(statement.FieldFixTime)
	case "fix-future":
		field = fmt.Sprint(n.Params["field"])
	case "overclaim":
		if n.Params["word"] == "" {
			field = "sure-1" // most likely
		}
	case "no-address":
		field = string(statement.FieldAddress)
	}
	if field == "" {
		w.toSection(n.Section)
		return
	}
	w.focusOn("statement-" + field)
}
