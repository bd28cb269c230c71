package ui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"

	"fyne.io/fyne/v2"

	"latchkey/app/statement"
	"latchkey/diag"
)

// ownForm is a PDF form of the provider's that is being filled in.
type ownForm struct {
	name    string
	data    []byte
	form    statement.PDFForm
	mapping map[string]statement.Section // id of the field to what goes there
	err     error
}

// formParts are what a field can be filled with, in the order of the page.
func formParts() []statement.Section {
	return []statement.Section{"", statement.SectionReference, statement.SectionSummary, statement.SectionTimeline, statement.SectionCause, statement.SectionFix,
		statement.SectionPrevention, statement.SectionRequest, statement.SectionContact, statement.FormDate, statement.FormPlace, statement.FormName}
}

// ownFormCard fills in the provider's own form.
func (w *window) ownFormCard() fyne.CanvasObject {
	v, s := w.view, &w.current.statement
	o := s.send.form
	choose := w.known("form-choose", v.button(buttonSpec{kind: secondary, icon: iconFolder, text: v.t("ui.statement.form.choose"), height: heightSmall, onTap: w.chooseForm}))
	lines := []fyne.CanvasObject{flow(apart{8, 200 * v.scale}, v.para("**"+v.t("ui.statement.form")+"**", roleCard, tokInk), choose), v.para(v.t("ui.statement.form.text"), roleDense, tokInk2)}
	switch {
	case o == nil:
		return v.card(toneNone, vstack(10, lines...))
	case o.err != nil:
		return v.card(toneNone, vstack(10, append(lines, v.problem(v.t("ui.statement.form.not"), v.t(formTrouble(o.err))))...))
	}
	lines = append(lines, v.para("**"+plain(o.name)+"**", roleDense, tokInk))
	const most = 40
	for i, field := range o.form.Fields {
		if i == most {
			break
		}
		if field.Locked || field.Kind == statement.PDFFieldCheck || field.Kind == statement.PDFFieldChoice {
			continue
		}
		lines = append(lines, w.formRow(o, field))
	}
	save := w.known("form-save", v.button(buttonSpec{kind: secondary, icon: iconPage, text: v.t("ui.statement.form.save"), height: heightSmall, onTap: w.saveForm}))
	return v.card(toneNone, vstack(10, append(lines, row(0, save, nil))...))
}

// formRow is a field and what goes there.
func (w *window) formRow(o *ownForm, field statement.PDFField) fyne.CanvasObject {
	v := w.view
	label := diag.Clean(field.Label, 100)
	if label == "" {
		label = diag.Clean(field.Name, 100)
	}
	if field.Value != "" {
		label += " (" + diag.Clean(field.Value, 60) + ")"
	}
	var options []string
	chosen := 0
	for i, part := range formParts() {
		word := v.t("ui.statement.form.none")
		if part != "" {
			word = v.t("ui.statement.form.part." + string(part))
		}
		options = append(options, word)
		if o.mapping[field.ID] == part {
			chosen = i
		}
	}
	pick := &selection{look: v.look, say: label}
	pick.ExtendBaseWidget(pick)
	pick.Options, pick.Selected = options, options[chosen]
	pick.OnChanged = func(string) { o.mapping[field.ID] = formParts()[max(pick.SelectedIndex(), 0)] }
	w.focuses["form-"+field.ID] = pick
	return hsplit(10, []float32{1, 0}, flow(columns{weights: []float32{1}, middle: true}, v.para(plain(label), roleDense, tokInk)),
		box(190*v.scale, heightUsual*v.scale, over(pick, v.ground(tokNone, tokStrong, 8))))
}

// formTrouble is the sentence for a form that cannot be filled in.
func formTrouble(err error) string {
	for _, known := range []struct {
		err error
		key string
	}{{statement.ErrFormTooLarge, "large"}, {statement.ErrFormEncrypted, "encrypted"}, {statement.ErrFormSigned, "signed"}, {statement.ErrFormXFA, "xfa"}, {statement.ErrFormNone, "none"}} {
		if errors.Is(err, known.err) {
			return "ui.statement.form.trouble." + known.key
		}
	}
	return "ui.statement.form.trouble.damaged"
}

// chooseForm asks for the provider's PDF.
func (w *window) chooseForm() {
	w.pickFile(func(f fyne.URIReadCloser, err error) {
		switch {
		case err != nil:
			w.notTaken("ui.notread.file", err)
		case f != nil:
			w.readForm(f.URI().Path(), f)
		}
	})
}

// longForm bounds what is read of a form; ReadForm says so of a larger one.
const longForm = 20<<20 + 1

// readForm reads a form behind the window.
func (w *window) readForm(path string, f io.ReadCloser) {
	r := w.current
	o := &ownForm{name: diag.Clean(filepath.Base(path), 100)}
	w.behind(func(context.Context) {
		o.data, o.err = io.ReadAll(io.LimitReader(f, longForm))
		if closed := f.Close(); o.err == nil {
			o.err = closed
		}
		if o.err == nil {
			o.form, o.err = statement.ReadForm(bytes.NewReader(o.data))
		}
		o.mapping = o.form.Propose()
	}, func() {
		r.statement.send.form = o
		if w.current == r && w.show == screenStatement {
			w.focusOn("form-save")
		}
	})
}

// saveForm writes the form with what goes there; the one that was chosen stays
// as it is.
func (w *window) saveForm() {
	r := w.current
	s := &r.statement
	o := s.send.form
	if o == nil || s.draft == nil {
		return
	}
	values := statement.FormValues(s.draft.Document, o.mapping)
	var filled bytes.Buffer
	if err := statement.FillForm(&filled, bytes.NewReader(o.data), values); err != nil {
		w.notRead = &notRead{key: "ui.statement.form.refused", text: err.Error(), title: "ui.notsaved.title"}
		w.build()
		return
	}
	w.saveText(w.view.t("ui.statement.file")+"-"+o.name, filled.Bytes())
}
