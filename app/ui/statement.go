package ui

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/app/statement"
	"latchkey/diag"
)

// statements is what step 4 needs of app.Session.
type statements interface {
	StatementFacts(ctx context.Context, c app.CaseSource, now time.Time) (statement.Facts, error)
	Draft(f statement.Facts, form statement.Form, o app.DraftOptions) (app.Draft, error)
	Fonts() (*statement.Fonts, error)
	PageWords(language string) statement.PageWords
	ExampleStory(ctx context.Context, language string) (app.ExampleStory, error)
	Export(ctx context.Context, w io.Writer, f statement.Facts, form statement.Form, d app.Draft, o app.ExportOptions) (app.Exported, error)
}

// statementState is what a person does on step 4 beside what the case keeps.
type statementState struct {
	fields statement.Form // of the example, which no case keeps
	facts  *statement.Facts
	known  string     // what of the case facts was made from
	draft  *app.Draft // nil before the first
	pages  []statement.Page
	// replaced is what a copy for others has placeholders for.
	replaced []statement.Replacement
	trouble  error // why there is no draft
	turn     int   // counts the changes of what a draft is made from
	live     *statementLive

	editing statement.Section // whose field has the focus
	unfit   map[string]string // what was typed into a field that does not take it
	entries map[string]*entry // as they were built last: where the cursor stands
	page    int
	zoom    int
	letter  bool   // the letter alone is shown and saved, without the annex
	invalid bool   // «the report is not valid» was chosen
	kept    string // what stood there when it was taken back
	measure string // id of the measure that is being changed
	all     bool   // all known measures are shown
	more    bool   // summary, request and the rest are shown
	notes   bool   // the notes are unfolded where there is little room
	fits    string // code of the note whose measures are shown
	send    sendState
}

// followTime is how long nobody types before the page follows.
const followTime = 300 * time.Millisecond

// form is a record's form as typed. It is the caller's own.
func (w *window) form(r *record) statement.Form { return app.FormOf(w.model(r)) }

// noFile is a case of which nothing is on disk yet.
type noFile struct{ m casefile.Case }

func (n noFile) Model() casefile.Case        { return n.m }
func (n noFile) Path(string) (string, error) { return "", fs.ErrNotExist }

// statementSource is a record as the composer reads it.
func (w *window) statementSource(r *record) app.CaseSource {
	if r.kept != nil {
		return r.kept
	}
	return noFile{w.model(r)}
}

// factsKey changes whenever a case says something new to a statement.
func factsKey(m casefile.Case) string {
	key := fmt.Sprint(m.Server, m.Reason, m.Deadline, len(m.Diagnoses), len(m.Reports), len(m.Evidence), len(m.Timeline), m.Checks)
	for _, in := range m.Evidence {
		key += in.Item
	}
	return key
}

// gather reads the facts of a case behind the window, when there are new ones.
func (w *window) gather(r *record) {
	s, m := &r.statement, w.model(r)
	key := factsKey(m)
	if s.known == key {
		return
	}
	s.known = key
	s.turn++
	turn, source, form, o := s.turn, w.statementSource(r), app.FormOf(m), w.draftWanted(s)
	language := w.language()
	var facts statement.Facts
	var made drafted
	w.behind(func(ctx context.Context) {
		if r.example {
			facts, form, made.err = w.exampleFacts(ctx, language, form)
		} else {
			facts, made.err = w.Session.StatementFacts(ctx, source, w.now())
		}
		if made.err == nil {
			made = w.makeDraft(facts, form, o)
		}
	}, func() {
		if s.known != key {
			return
		}
		if made.err == nil {
			if r.example && s.fields == nil {
				s.fields = form
			}
			s.facts = &facts
		}
		if s.turn != turn { // something was typed meanwhile
			w.redraft(r)
			return
		}
		w.takeDraft(r, made)
	})
}

// exampleFacts are those of the example, and what its owner typed where nobody
// typed anything else yet.
func (w *window) exampleFacts(ctx context.Context, language string, typed statement.Form) (statement.Facts, statement.Form, error) {
	story, err := w.Session.ExampleStory(ctx, language)
	if len(typed) > 0 || err != nil {
		return story.Facts, typed, err
	}
	story.Form[string(statement.FieldLanguage)] = story.Draft.Language // as its words are
	return story.Facts, story.Form, nil
}

// wanted is how a draft is shown.
type wanted struct {
	letter, redact bool
}

func (w *window) draftWanted(s *statementState) wanted {
	return wanted{s.letter, s.send.redact}
}

// drafted is a draft on its pages.
type drafted struct {
	draft    app.Draft
	pages    []statement.Page
	replaced []statement.Replacement
	err      error
}

// makeDraft composes and lays out; it runs behind the window.
func (w *window) makeDraft(f statement.Facts, form statement.Form, o wanted) (d drafted) {
	if d.draft, d.err = w.Session.Draft(f, form, app.DraftOptions{}); d.err != nil {
		return d
	}
	fonts, err := w.Session.Fonts()
	if err != nil {
		d.err = err
		return d
	}
	shown := d.draft.Document
	if o.redact {
		shown, d.replaced = statement.Redact(shown, statement.Identifiers(f, form))
	}
	d.pages = statement.Layout(shown, fonts, statement.PageOptions{Annex: !o.letter, Preview: true, Words: w.Session.PageWords(d.draft.Language)})
	return d
}

// follow makes a new draft when the person has stopped typing.
func (w *window) follow(r *record) {
	r.statement.turn++
	if w.after == nil {
		w.redraft(r)
		return
	}
	turn := r.statement.turn
	w.after(followTime, func() {
		if r.statement.turn == turn {
			w.redraft(r)
		}
	})
}

// redraft composes anew from the facts that are known.
func (w *window) redraft(r *record) {
	s := &r.statement
	if s.facts == nil {
		return // gather drafts when it is done
	}
	s.turn++
	turn, facts, form, o := s.turn, *s.facts, w.form(r), w.draftWanted(s)
	var made drafted
	w.behind(func(context.Context) { made = w.makeDraft(facts, form, o) }, func() {
		if s.turn == turn {
			w.takeDraft(r, made)
		}
	})
}

// takeDraft shows a new draft. A field that is being typed into stays as it is.
func (w *window) takeDraft(r *record, made drafted) {
	s := &r.statement
	first := s.draft == nil
	s.trouble = made.err
	if made.err == nil {
		s.draft, s.pages, s.replaced = &made.draft, made.pages, made.replaced
		s.page = min(s.page, max(len(s.pages)-1, 0))
	}
	switch {
	case w.building || w.current != r || w.show != screenStatement || w.taking != nil:
	case first || s.trouble != nil || s.live == nil:
		w.build()
	default:
		s.live.update()
	}
}

// writeField keeps what a person typed or chose; "" is nothing typed.
func (w *window) writeField(r *record, name statement.Field, value string) {
	w.writeFields(r, func(form statement.Form) { form.Type(name, value, r.statement.proposed(name)) })
}

func (w *window) writeFields(r *record, change func(statement.Form)) {
	r.statement.send.last, r.statement.send.name = app.Exported{}, "" // the file says something else
	tidy := func(form statement.Form) statement.Form {
		change(form)
		for name, value := range form {
			if value == "" {
				delete(form, name)
			}
		}
		return form
	}
	if r.example {
		r.statement.fields = tidy(app.FormOf(casefile.Case{Fields: r.statement.fields}))
		return
	}
	w.storeWith(r, func(m *casefile.Case) { m.Fields = tidy(app.FormOf(*m)) })
}

// proposed is what the facts say for a field.
func (s *statementState) proposed(name statement.Field) string {
	if s.draft == nil {
		return ""
	}
	return s.draft.Proposed[name]
}

// shown is what stands in a field: the person's words, else the proposal.
func (s *statementState) shown(form statement.Form, name statement.Field) string {
	if text, ok := s.unfit[string(name)]; ok {
		return text
	}
	if own := form[string(name)]; own != "" || form.Emptied(name) {
		return own
	}
	return s.proposed(name)
}

// gathering reports whether the first draft is still being made.
func (s *statementState) gathering() bool { return s.draft == nil && s.trouble == nil }

// notesOf are the notes about a part of the form. Some stand with a part in the
// list but are about the whole: no field mends a deadline that is over, a zone the
// report does not name, or a language and a way that the provider does not take.
func (s *statementState) notesOf(parts ...statement.Section) (n int) {
	if s.draft == nil {
		return 0
	}
	for _, note := range s.draft.Notes {
		if slices.Contains(parts, note.Section) && !slices.Contains([]string{"late", "language", "form-only", "zone-assumed"}, note.Code) {
			n++
		}
	}
	return n
}

// ready reports whether there is a statement with cause, fix and prevention, or
// the reason why the report is not valid.
func (w *window) ready(r *record) bool {
	s, form := &r.statement, w.form(r)
	if form[string(statement.FieldNotValid)] != "" {
		return true
	}
	return strings.TrimSpace(s.shown(form, statement.FieldCause)) != "" && strings.TrimSpace(s.shown(form, statement.FieldFixed)) != "" && len(form.Measures()) > 0
}

// statementScreen is step 4: the form left, the page right.
func (w *window) statementScreen() fyne.CanvasObject {
	v, r := w.view, w.current
	s := &r.statement
	s.live = newStatementLive(w, r)
	if s.send.open {
		return w.sendScreen()
	}
	lines := []fyne.CanvasObject{w.statementHead()}
	if s.trouble != nil {
		lines = append(lines, v.problem(v.t("ui.statement.trouble.title"), v.t("ui.statement.trouble.text")+" ("+diag.Clean(s.trouble.Error(), 200)+")"))
	}
	if w.notRead != nil {
		lines = append(lines, w.notReadBox())
	}
	if r.example {
		lines = append(lines, v.bullet(iconHelp, tokPrimary, v.t("ui.statement.example")))
	}
	form, preview := w.statementForm(), w.previewPanel()
	switch {
	case w.shell.width/v.scale < 860: // the form alone needs all of it
		lines = append(lines, form, w.notesCard(), preview)
	case w.narrow():
		lines = append(lines, hsplit(14, []float32{1, 0}, flow(stack{}, form), box(288*v.scale, 0, s.live.stuck(vstack(14, preview, w.notesCard())))))
	case w.wide():
		lines = append(lines, hsplit(14, []float32{1, 0}, vstack(14, form, w.notesCard()), box(652, 0, s.live.stuck(preview))))
	default:
		lines = append(lines, hsplit(14, []float32{566, 440}, vstack(14, form, w.notesCard()), s.live.stuck(preview)))
	}
	return flow(centred{mostContent + 48}, padded(22, 24, vstack(14, lines...)))
}

// statementHead is the title with what can be done at once.
func (w *window) statementHead() fyne.CanvasObject {
	v := w.view
	title := vstack(2, v.line(v.t("ui.statement.title"), roleTitle, tokInk), v.para(v.t("ui.statement.text"), roleBody, tokInk2))
	copied := buttonSpec{kind: secondary, icon: iconCopy, text: v.t("ui.statement.copy"), onTap: w.copyStatement}
	if w.current.unlock.copied == "statement-copy" {
		copied.icon, copied.text = iconCheck, v.t("ui.copied")
	}
	acts := row(8, w.known("statement-copy", v.button(copied)),
		w.known("statement-pdf", v.button(buttonSpec{kind: secondary, icon: iconPage, text: v.t("ui.statement.pdf"), onTap: w.savePDF})))
	head := flow(apart{12, 260 * v.scale}, title, acts)
	if w.saved == "" {
		return head
	}
	return vstack(8, head, v.bullet(iconOK, tokOK, w.saved))
}

// statementDetail is the second line of the step.
func (w *window) statementDetail() string {
	v, r := w.view, w.current
	switch sent := app.SentAt(w.model(r)); {
	case !sent.IsZero():
		return v.t("ui.step.statement.sent", "time", w.moment(sent))
	case r.statement.draft == nil:
		return v.t("ui.step.statement.detail")
	case len(r.statement.draft.Notes) > 0:
		return v.t("ui.step.statement.notes", "count", len(r.statement.draft.Notes))
	}
	return v.t("ui.step.statement.ready")
}

// leadOn leads from a form that says enough to what saves and sends it.
func (w *window) leadOn(a *action) {
	r := w.current
	if !w.ready(r) {
		return
	}
	a.key, a.do, a.kind = "ui.next.send", w.openSend, primary
	if r.statement.send.open && w.show == screenStatement {
		a.kind = secondary
	}
}

// openSend shows «Save and send».
func (w *window) openSend() {
	if w.current == nil {
		return
	}
	w.current.statement.send.open = true
	w.open(screenStatement)
}
