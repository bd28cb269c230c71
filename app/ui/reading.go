package ui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"latchkey/app"
	"latchkey/diag"
)

// notRead is an input that could not be used: it is shown where it was handed
// in, with what to do next.
type notRead struct {
	key  string // of the sentence
	text string // of the system, if any
}

func (w *window) notReadBox() fyne.CanvasObject {
	v := w.view
	sentence := v.t(w.notRead.key)
	if w.notRead.text != "" {
		sentence += " (" + diag.Clean(w.notRead.text, 200) + ")"
	}
	if w.show == screenPaste {
		return v.problem(v.t("ui.notread.title"), sentence)
	}
	return v.problem(v.t("ui.notread.title"), sentence,
		v.button(buttonSpec{kind: secondary, icon: iconClipboard, text: v.t("ui.home.paste"), height: heightSmall, onTap: w.openPaste}), nil)
}

// openPaste opens the sheet for pasted text.
func (w *window) openPaste() {
	if w.show != screenPaste {
		w.back = w.show
	}
	w.pasted = ""
	w.open(screenPaste)
}

func (w *window) pasteScreen() fyne.CanvasObject {
	v := w.view
	e := newEntry(v.t("ui.paste.placeholder"), w.onShortcut)
	e.MultiLine, e.TextStyle = true, fyne.TextStyle{Monospace: true}
	e.SetText(w.pasted)
	e.OnChanged = func(s string) { w.pasted = s }
	w.focuses["paste"] = e
	lines := []fyne.CanvasObject{
		vstack(2, v.line(v.t("ui.paste.title"), roleTitle, tokInk), v.para(v.t("ui.paste.text"), roleBody, tokInk2)),
		box(0, 380, e),
	}
	if w.notRead != nil {
		lines = append(lines, w.notReadBox())
	}
	lines = append(lines, row(10,
		v.button(buttonSpec{kind: primary, text: v.t("ui.paste.read"), onTap: func() { w.readText(w.pasted) }}),
		v.button(buttonSpec{kind: secondary, icon: iconFolder, text: v.t("ui.home.choose"), onTap: w.chooseFile}),
		v.button(buttonSpec{kind: quiet, text: v.t("ui.paste.cancel"), onTap: func() { w.open(w.back) }}), nil))
	return flow(centred{mostContent}, padded(24, 40, vstack(14, lines...)))
}

// chooseFile asks for a file and reads it.
func (w *window) chooseFile() {
	dialog.ShowFileOpen(func(f fyne.URIReadCloser, err error) {
		if err != nil {
			w.fail("ui.notread.file", err)
			return
		}
		if f == nil {
			return // nothing chosen
		}
		defer f.Close()
		w.read(f.URI().Name(), f)
	}, w.win)
}

// onDropped takes a file dropped anywhere.
func (w *window) onDropped(_ fyne.Position, files []fyne.URI) {
	if len(files) == 0 {
		return
	}
	path := files[0].Path()
	f, err := os.Open(path)
	if err != nil {
		w.fail("ui.notread.file", err)
		return
	}
	defer f.Close()
	w.read(filepath.Base(path), f)
}

func (w *window) readText(text string) {
	w.read(w.view.t("ui.paste.name"), strings.NewReader(text))
}

// read reads an input of at most 20 MB: at once for what people have, some
// seconds for one made to be slow.
func (w *window) read(name string, r io.Reader) {
	reading, err := w.Session.Read(context.Background(), name, r, app.CheckOptions{})
	switch {
	case errors.Is(err, app.ErrEmpty):
		w.fail("ui.notread.empty", nil)
	case errors.Is(err, app.ErrTooLarge):
		w.fail("ui.notread.large", nil)
	case err != nil:
		w.fail("ui.notread.file", err)
	case reading.Kind == app.KindUnrecognised:
		w.fail("ui.notread.unknown", nil)
	default:
		w.takeReading(reading)
	}
}

// fail says at the current screen why an input was not read. What was typed or
// pasted stays.
func (w *window) fail(key string, err error) {
	w.notRead = &notRead{key: key}
	if err != nil {
		w.notRead.text = err.Error()
	}
	if w.show != screenHome && w.show != screenPaste {
		w.back, w.show = w.show, screenPaste
	}
	w.build()
}

// takeReading opens what was read as a case of its own.
func (w *window) takeReading(r app.Reading) {
	c := r.Check
	if r.Ping != nil && c.Ping == nil {
		c.Ping = r.Ping
	}
	if c.Started.IsZero() {
		c.Started = w.now()
	}
	w.keep(&record{check: c, invoice: -1, format: r.Format})
	w.open(screenCheck)
}

// pasteClipboard reads what is in the clipboard, when no field has the focus.
func (w *window) pasteClipboard() {
	text := w.App.Clipboard().Content()
	if len(bytes.TrimSpace([]byte(text))) == 0 {
		w.openPaste()
		return
	}
	w.openPaste()
	w.pasted = text
	w.readText(text)
}
