package ui

import (
	"regexp"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app/statement"
	"latchkey/diag"
)

// sectionMore is the part of the form that few people need.
const sectionMore statement.Section = "more"

// partsOf are the sections of the page that a part of the form fills.
func partsOf(part statement.Section) []statement.Section {
	if part == sectionMore {
		return []statement.Section{statement.SectionSummary, statement.SectionTimeline, statement.SectionRequest}
	}
	return []statement.Section{part}
}

// filled reports whether a part of the form says something.
func (w *window) filled(r *record, part statement.Section) bool {
	s, form := &r.statement, w.form(r)
	has := func(name statement.Field) bool { return strings.TrimSpace(s.shown(form, name)) != "" }
	switch part {
	case statement.SectionReference:
		return has(statement.FieldAddress) && has(statement.FieldReference)
	case statement.SectionCause:
		if w.notValid(r) {
			return has(statement.FieldNotValid)
		}
		own := form[string(statement.FieldCause)] != ""
		return has(statement.FieldCause) && (own || s.shown(form, statement.FieldCertainty) != string(statement.CauseNotFound))
	case statement.SectionFix:
		return has(statement.FieldFixed)
	case statement.SectionPrevention:
		return len(form.Measures()) > 0
	case statement.SectionContact:
		return has(statement.FieldName)
	}
	return true
}

// notValid reports whether the person writes why the report is wrong.
func (w *window) notValid(r *record) bool {
	return r.statement.invalid || w.form(r)[string(statement.FieldNotValid)] != ""
}

// statementForm is the form: a part for each of the provider's questions.
func (w *window) statementForm() fyne.CanvasObject {
	v, r := w.view, w.current
	parts := []fyne.CanvasObject{w.wayChoice(), w.referencePart()}
	if r.statement.gathering() {
		parts[0] = vstack(10, v.bullet(iconClock, tokInk2, v.t("ui.statement.gathering")+" "+v.t("ui.statement.gathering.fields")), parts[0])
	}
	if w.notValid(r) {
		parts = append(parts, w.invalidPart(), w.contactPart("3"), w.morePart("4"))
	} else {
		parts = append(parts, w.causePart(), w.fixPart(), w.preventionPart(), w.contactPart("5"), w.morePart("6"))
	}
	var lines []fyne.CanvasObject
	for i, part := range parts {
		if i > 0 {
			lines = append(lines, v.rule())
		}
		lines = append(lines, padded(12, 18, part))
	}
	return v.sheet(toneNone, padded(2, 0, vstack(0, lines...)))
}

// part is a part of the form with its number, the question it answers, and how
// it stands.
func (w *window) part(part statement.Section, number, title string, lines ...fyne.CanvasObject) fyne.CanvasObject {
	v := w.view
	head := flow(apart{8, 120 * v.scale}, v.para("**"+number+" "+title+"**", roleBody, tokInk), w.current.statement.live.sign(part))
	all := []fyne.CanvasObject{head}
	if ask := w.asked(part); ask != "" {
		all = append(all, v.para(ask, roleDense, tokInk2))
	}
	return vstack(8, append(all, lines...)...)
}

// asked is the provider's own question that a part answers; "" if it has none.
func (w *window) asked(part statement.Section) string {
	d := w.current.statement.draft
	if d == nil || d.Questions.Name == "" {
		return ""
	}
	for _, q := range d.Questions.Asked(w.notValid(w.current)) {
		if slices.Contains(q.Sections, part) && (part != statement.SectionContact) {
			return w.view.t("ui.statement.asks", "provider", diag.Clean(d.Questions.Name, 60), "question", diag.Clean(q.Ask.In(w.language()), 200))
		}
	}
	return ""
}

// wayChoice is between what happened and why the report is not valid.
func (w *window) wayChoice() fyne.CanvasObject {
	v, r := w.view, w.current
	options := []string{v.t("ui.statement.way.valid"), v.t("ui.statement.way.invalid")}
	chosen := 0
	if w.notValid(r) {
		chosen = 1
	}
	choice := v.choice(options, chosen, w.chipWords, func(i int) {
		s := &r.statement
		w.focus = "statement-way-" + number10(i)
		switch form := w.form(r); {
		case i == chosen:
			return
		case i == 0: // what was written is there again when the person comes back
			s.invalid, s.kept = false, form[string(statement.FieldNotValid)]
			w.writeField(r, statement.FieldNotValid, "")
		default:
			s.invalid = true
			if s.kept != "" {
				w.writeField(r, statement.FieldNotValid, s.kept)
			}
		}
		w.afresh(r)
	})
	w.keyed("statement-way-", choice)
	return choice
}

// keyed gives the chips of a choice keys, by which they keep the focus.
func (w *window) keyed(prefix string, choice *fyne.Container) {
	for i, o := range choice.Objects {
		if p, ok := o.(*press); ok {
			w.focuses[prefix+number10(i)] = p
		}
	}
}

func (w *window) referencePart() fyne.CanvasObject {
	v := w.view
	var fields, under []fyne.CanvasObject
	for _, name := range []statement.Field{statement.FieldReference, statement.FieldNumber, statement.FieldAddress} {
		fields = append(fields, w.bareField(formField{name: name, section: statement.SectionReference, label: v.t("ui.statement.field." + string(name)),
			prompt: v.t("ui.statement.prompt." + string(name)), mono: true}))
		under = append(under, w.underField(name)...)
	}
	// What is said about them stands below all three: a third of the form is narrow.
	body := vstack(0, append([]fyne.CanvasObject{hsplit(10, []float32{1, 1, 1}, flow(stack{}, fields[0]), flow(stack{}, fields[1]), flow(stack{}, fields[2]))}, under...)...)
	if w.stacked() {
		body = vstack(8, append(fields, under...)...)
	}
	return w.part(statement.SectionReference, "1", v.t("ui.statement.part.reference"), body)
}

// area is a field of several lines without a label: the part's title says it.
func (w *window) area(name statement.Field, part statement.Section, rows int) fyne.CanvasObject {
	return w.partField(formField{name: name, section: part, prompt: w.view.t("ui.statement.prompt." + string(name)), rows: rows})
}

func (w *window) causePart() fyne.CanvasObject {
	v, r := w.view, w.current
	s, form := &r.statement, w.form(r)
	now := statement.Certainty(s.shown(form, statement.FieldCertainty))
	grades := []statement.Certainty{statement.CauseProven, statement.CauseLikely, statement.CauseNotFound}
	if now == statement.CausePossible {
		grades = statement.Certainties()
	}
	var words []string
	for _, g := range grades {
		words = append(words, v.t("ui.statement.sure."+string(g)))
	}
	chips := v.choice(words, slices.Index(grades, now), w.chipWords, func(i int) {
		w.focus = "statement-sure-" + number10(i)
		w.writeField(r, statement.FieldCertainty, string(grades[i]))
		w.afresh(r)
	})
	w.keyed("statement-sure-", chips)
	asked := wrap(choiceGap, append([]fyne.CanvasObject{box(0, 30*v.scale, flow(columns{weights: []float32{0}, middle: true}, v.line(v.t("ui.statement.sure"), roleBody, tokInk2)))}, chips.Objects...)...)
	line := fyne.CanvasObject(asked)
	if n := s.cited(statement.SectionCause); n > 0 {
		proof := v.button(buttonSpec{kind: quiet, icon: iconClip, text: v.t("ui.statement.evidence", "count", n), height: heightSmall, onTap: func() { w.open(screenCause) }})
		line = flow(apart{8, 330 * v.scale}, asked, w.known("statement-evidence", proof))
	}
	return w.part(statement.SectionCause, "2", v.t("ui.statement.part.cause"), w.area(statement.FieldCause, statement.SectionCause, 2), line)
}

// cited is how many pieces of evidence a section of the page cites.
func (s *statementState) cited(part statement.Section) int {
	if s.draft == nil {
		return 0
	}
	ids := map[string]bool{}
	for _, b := range s.draft.Document.Letter {
		if b.Section != part {
			continue
		}
		for _, span := range b.Text {
			for _, id := range exhibitIDs.FindAllString(span.Text, 100) {
				if span.Dim {
					ids[id] = true
				}
			}
		}
	}
	return len(ids)
}

// exhibitIDs are how the page names pieces of evidence: «[E1, E3]».
var exhibitIDs = regexp.MustCompile(`\bE\d{1,4}\b`)

func (w *window) invalidPart() fyne.CanvasObject {
	return w.part(statement.SectionCause, "2", w.view.t("ui.statement.part.invalid"), w.area(statement.FieldNotValid, statement.SectionCause, 4))
}

func (w *window) fixPart() fyne.CanvasObject {
	v := w.view
	short := func(name statement.Field) fyne.CanvasObject {
		return w.partField(formField{name: name, section: statement.SectionFix, label: v.t("ui.statement.field." + string(name)), prompt: v.t("ui.statement.prompt." + string(name))})
	}
	times := []fyne.CanvasObject{short(statement.FieldFixTime)}
	if d := w.current.statement.draft; d != nil && d.Questions.Retest {
		times = append(times, short(statement.FieldRetest))
	}
	body := vstack(8, times...)
	if len(times) > 1 && !w.stacked() {
		body = hsplit(10, []float32{1, 1}, flow(stack{}, times[0]), flow(stack{}, times[1]))
	}
	return w.part(statement.SectionFix, "3", v.t("ui.statement.part.fix"), w.area(statement.FieldFixed, statement.SectionFix, 1), body, short(statement.FieldQuiet))
}

func (w *window) contactPart(number string) fyne.CanvasObject {
	v := w.view
	field := func(name statement.Field) fyne.CanvasObject {
		return flow(stack{}, w.partField(formField{name: name, section: statement.SectionContact, label: v.t("ui.statement.field." + string(name)), prompt: v.t("ui.statement.prompt." + string(name))}))
	}
	fields := []fyne.CanvasObject{field(statement.FieldName), field(statement.FieldPlaceName), field(statement.FieldContact)}
	body := vstack(8, fields...)
	if !w.stacked() {
		body = vstack(8, hsplit(10, []float32{1, 1}, fields[0], fields[1]), fields[2])
	}
	return w.part(statement.SectionContact, number, v.t("ui.statement.part.contact"), body, w.signatureLine())
}

// morePart holds what the facts fill in well enough for most.
func (w *window) morePart(number string) fyne.CanvasObject {
	v, s := w.view, &w.current.statement
	if !s.more {
		open := w.known("statement-more", v.button(buttonSpec{kind: quiet, icon: iconEdit, text: v.t("ui.statement.more"), height: heightSmall, onTap: func() {
			s.more, w.focus = true, "statement-summary"
			w.build()
		}}))
		return w.part(sectionMore, number, v.t("ui.statement.part.more"), row(0, open, nil))
	}
	short := func(name statement.Field, rows int) fyne.CanvasObject {
		return w.partField(formField{name: name, section: statement.SectionSummary, rows: rows, label: v.t("ui.statement.field." + string(name)), prompt: v.t("ui.statement.prompt." + string(name))})
	}
	lines := []fyne.CanvasObject{short(statement.FieldTitle, 0), short(statement.FieldSummary, 2)}
	if !w.notValid(w.current) {
		lines = append(lines, short(statement.FieldReinstall, 1))
	}
	return w.part(sectionMore, number, v.t("ui.statement.part.more"), append(lines, short(statement.FieldRequest, 1), short(statement.FieldAccess, 0), short(statement.FieldTo, 0))...)
}
