package ui

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"fyne.io/fyne/v2"

	"latchkey/app/statement"
)

// signatureLine takes a picture of the signature, or takes it away.
func (w *window) signatureLine() fyne.CanvasObject {
	v, r := w.view, w.current
	if !w.signed(r) {
		return row(0, w.known("sign-choose", v.button(buttonSpec{kind: quiet, icon: iconEdit, text: v.t("ui.statement.sign.image"), height: heightSmall, onTap: w.chooseSignature})), nil)
	}
	remove := w.known("sign-remove", v.button(buttonSpec{kind: quiet, text: v.t("ui.statement.measure.remove"), height: heightSmall, onTap: func() { w.removeSignature(r) }}))
	return flow(apart{8, 200 * v.scale}, v.bullet(iconOK, tokOK, v.t("ui.statement.sign.there")), remove)
}

// signed reports whether a picture stands over the line to sign on.
func (w *window) signed(r *record) bool {
	s := &r.statement
	return w.form(r)[string(statement.FieldSignature)] != "" && (s.facts == nil || s.facts.Signature != nil)
}

func (w *window) chooseSignature() {
	w.pickFile(func(f fyne.URIReadCloser, err error) {
		switch {
		case err != nil:
			w.notTaken("ui.notread.file", err)
		case f != nil:
			w.takeSignature(f)
		}
	})
}

// takeSignature stores a picture with the case and puts it over the line to sign
// on. Where nothing can be stored it stands there as long as the program runs.
func (w *window) takeSignature(f io.ReadCloser) {
	data, err := io.ReadAll(io.LimitReader(f, statement.LongSignature+1))
	if err = errors.Join(err, f.Close()); err != nil || !statement.IsPicture(data) {
		w.notTaken("ui.statement.sign.not", nil)
		return
	}
	r := w.current
	sha := fmt.Sprintf("%x", sha256.Sum256(data))
	if r.example {
		w.sign(r, sha, data)
		return
	}
	file := w.fileOf(r)
	w.behind(func(ctx context.Context) {
		// What cannot be stored the case tells by itself.
		_, _ = file.Keep(until{ctx, bytes.NewReader(data)}, "signature")
	}, func() { w.sign(r, sha, data) })
}

// sign puts a picture on the page, nil takes it away.
func (w *window) sign(r *record, sha string, picture []byte) {
	if s := &r.statement; s.facts != nil {
		facts := *s.facts // a draft may be reading the old ones
		facts.Signature = picture
		s.facts = &facts
	}
	w.writeField(r, statement.FieldSignature, sha)
	if w.current != r {
		return
	}
	w.focus = "sign-choose"
	if sha != "" {
		w.focus = "sign-remove"
	}
	w.afresh(r)
}

// removeSignature takes the picture off the page and out of the case.
func (w *window) removeSignature(r *record) {
	sha := w.form(r)[string(statement.FieldSignature)]
	w.sign(r, "", nil)
	if file := r.kept; file != nil && !r.example {
		w.behind(func(context.Context) { _ = file.Drop(sha) }, func() {}) // some bytes too many do no harm
	}
}

// notTaken says on the form why a file or a text was not taken.
func (w *window) notTaken(key string, err error) {
	w.notRead = &notRead{key: key, title: "ui.notread.title"}
	if err != nil {
		w.notRead.text = err.Error()
	}
	w.build()
}
