package ui

import (
	"bytes"
	"errors"
	"image"
	"io"

	"fyne.io/fyne/v2"
)

// The bounds of a picture of a signature: a scan of a whole sheet at 600 dots per
// inch has 35 million points and is more than a page takes.
const (
	longSignature = 10 << 20
	mostPoints    = 30_000_000
)

var errNoPicture = errors.New("no PNG or JPEG picture of a size that fits")

// signatureLine takes a picture of the signature, or takes it away.
func (w *window) signatureLine() fyne.CanvasObject {
	v, r := w.view, w.current
	s := &r.statement
	if s.signature == nil {
		return row(0, w.known("sign-choose", v.button(buttonSpec{kind: quiet, icon: iconEdit, text: v.t("ui.statement.sign.image"), height: heightSmall, onTap: w.chooseSignature})), nil)
	}
	remove := w.known("sign-remove", v.button(buttonSpec{kind: quiet, text: v.t("ui.statement.measure.remove"), height: heightSmall, onTap: func() {
		s.signature, w.focus = nil, "sign-choose"
		w.afresh(r)
	}}))
	return flow(apart{8, 200 * v.scale}, v.bullet(iconOK, tokOK, v.t("ui.statement.sign.there")), remove)
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

// takeSignature puts a picture over the line to sign on.
func (w *window) takeSignature(f io.ReadCloser) {
	data, err := io.ReadAll(io.LimitReader(f, longSignature+1))
	err = errors.Join(err, f.Close())
	size, kind, unread := image.DecodeConfig(bytes.NewReader(data))
	if err == nil && (unread != nil || len(data) > longSignature || size.Width*size.Height > mostPoints || kind != "png" && kind != "jpeg") {
		err = errNoPicture
	}
	if err != nil {
		w.notTaken("ui.statement.sign.not", nil)
		return
	}
	r := w.current
	r.statement.signature, w.focus = data, "sign-remove"
	w.afresh(r)
}

// notTaken says on the form why a file or a text was not taken.
func (w *window) notTaken(key string, err error) {
	w.notRead = &notRead{key: key, title: "ui.notread.title"}
	if err != nil {
		w.notRead.text = err.Error()
	}
	w.build()
}
