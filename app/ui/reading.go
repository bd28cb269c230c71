package ui

import (
	"context"
	"errors"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
)

// notRead is an input that could not be used: it is shown where it was handed
// in, with what to do next.
type notRead struct {
	key   string // of the sentence
	text  string // of the system, if any
	title string // key; "": it could not be read
}

func (w *window) notReadBox() fyne.CanvasObject {
	v := w.view
	sentence := v.t(w.notRead.key)
	if w.notRead.key == "ui.notread.unknown" && w.pasted != "" {
		sentence += " " + v.t("ui.notread.kept")
	}
	if w.notRead.text != "" {
		sentence += " (" + diag.Clean(w.notRead.text, 200) + ")"
	}
	if w.notRead.title != "" {
		return v.problem(v.t(w.notRead.title), sentence)
	}
	if w.show == screenPaste {
		return v.problem(v.t("ui.notread.title"), sentence)
	}
	return v.problem(v.t("ui.notread.title"), sentence,
		v.button(buttonSpec{kind: secondary, icon: iconClipboard, text: v.t("ui.home.paste"), height: heightSmall, onTap: w.reopenPaste}), nil)
}

// openPaste opens an empty sheet for pasted text.
func (w *window) openPaste() {
	w.pasted = ""
	w.reopenPaste()
}

// reopenPaste opens the sheet with what was pasted.
func (w *window) reopenPaste() {
	if w.show != screenPaste {
		w.back = w.show
	}
	w.open(screenPaste)
}

func (w *window) pasteScreen() fyne.CanvasObject {
	v := w.view
	title, text := "ui.paste.title", "ui.paste.text"
	if w.back == screenCause {
		title, text = "ui.paste.cause.title", "ui.paste.cause.text"
	}
	lines := []fyne.CanvasObject{
		vstack(2, v.line(v.t(title), roleTitle, tokInk), v.para(v.t(text), roleBody, tokInk2)),
		w.pasteField(),
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

// pasteField holds what is pasted. What is too long for a field is told by its
// beginning.
func (w *window) pasteField() fyne.CanvasObject {
	v := w.view
	if n := len(w.pasted); n > longestTyped {
		head := linesOf([]byte(w.pasted[:longestTyped/8]))
		empty := w.known("paste", v.button(buttonSpec{kind: secondary, text: v.t("ui.paste.long.empty"), height: heightSmall, onTap: func() {
			w.pasted, w.notRead, w.focus = "", nil, "paste"
			w.build()
		}}))
		note := v.para(v.t("ui.paste.long", "size", v.text.Decimal(float64(n)/(1<<20), 1)), roleBody, tokInk2)
		return vstack(10, note, w.outputRows(v.t("ui.paste.placeholder"), head, nil), row(0, empty, nil))
	}
	e := newEntry(v.t("ui.paste.placeholder"), w.onShortcut)
	e.MultiLine, e.TextStyle = true, fyne.TextStyle{Monospace: true}
	e.SetText(w.pasted)
	e.OnChanged = func(s string) { w.pasted = s }
	e.onLong = w.readText
	w.focuses["paste"] = e
	return box(0, 380, e)
}

// chooseFile asks for a file and reads it.
func (w *window) chooseFile() {
	w.pickFile(func(f fyne.URIReadCloser, err error) {
		if err != nil {
			w.fail("ui.notread.file", err)
			return
		}
		if f == nil {
			return // nothing chosen
		}
		path := f.URI().Path()
		if err := f.Close(); err != nil {
			w.fail("ui.notread.file", err)
			return
		}
		w.readFile(path)
	})
}

// onDropped takes a file dropped anywhere.
func (w *window) onDropped(_ fyne.Position, files []fyne.URI) {
	if len(files) > 0 {
		w.readFile(files[0].Path())
	}
}

func (w *window) readFile(path string) {
	if w.show != screenPaste {
		w.pasted = ""
	}
	w.read(source{name: filepath.Base(path), path: path})
}

func (w *window) readText(text string) {
	w.pasted = text
	w.read(source{name: w.view.t("ui.paste.name"), text: text})
}

// read keeps an input and reads it.
func (w *window) read(s source) { w.readThen(s, func() {}) }

// readThen reads an input, shows it, and goes on.
func (w *window) readThen(s source, then func()) {
	h := w.handIn(w.addressee())
	var reading app.Reading
	var out output
	var err error
	w.take(s.name, job{
		read: func(ctx context.Context, o app.ReadOptions) {
			reading, err = w.readKept(ctx, h, s, o)
			if err == nil && (reading.Kind == app.KindEvidence || reading.Kind == app.KindUnrecognised) {
				out, err = w.readSource(ctx, s, reading.Evidence)
			}
		},
		then: func() { w.took(reading, out, err, h); then() },
		drop: func() {
			_ = reading.Close() // nobody waits for it any more
			h.drop()
		},
	})
}

// taking is an input that is being read.
type taking struct {
	name        string
	shown       bool // it takes long enough to be told
	done, total atomic.Int64
	meter       *meter
	work        stopper
}

// patience is how long reading may take before the screen says so: most inputs
// are read within a blink, and a screen that flashes by only frightens.
const patience = 200 * time.Millisecond

// job is something long to read: read runs behind the window, then shows what
// came of it, drop gives it back when nobody waits for it any more.
type job struct {
	read       func(context.Context, app.ReadOptions)
	then, drop func()
}

// take reads behind the window.
func (w *window) take(name string, j job) {
	if w.taking != nil {
		w.taking.work.Stop() // the newer input counts
	}
	t := &taking{name: name}
	w.taking = t
	o := app.ReadOptions{Progress: func(done, total int64) { t.done.Store(done); t.total.Store(total) }}
	t.work = w.behind(func(ctx context.Context) { j.read(ctx, o) }, func() {
		if w.taking != t {
			j.drop()
			return
		}
		w.taking = nil
		j.then()
	})
	if w.taking == t && w.after != nil {
		w.after(patience, func() { w.showTaking(t) })
	}
}

// showTaking draws how far reading got, and looks again until it is done.
func (w *window) showTaking(t *taking) {
	if w.taking != t {
		return
	}
	if !t.shown {
		t.shown, w.focus = true, "stop"
		w.build()
	}
	if t.meter != nil {
		share := float32(0)
		if total := t.total.Load(); total > 0 {
			share = float32(t.done.Load()) / float32(total)
		}
		t.meter.set(share, strconv.Itoa(int(share*100))+" %", "")
	}
	w.after(patience, func() { w.showTaking(t) })
}

// takingScreen says what is read, and lets one stop it.
func (w *window) takingScreen() fyne.CanvasObject {
	v, t := w.view, w.taking
	t.meter = v.meter()
	stop := v.button(buttonSpec{kind: secondary, icon: iconStop, text: v.t("ui.taking.stop"), onTap: w.stopTaking})
	w.focuses["stop"] = stop
	return flow(centred{mostContent}, padded(24, 40, vstack(0, v.titled(v.t("ui.taking.title", "name", diag.Clean(t.name, 80)),
		v.para(v.t("ui.taking.text"), roleBody, tokInk2), t.meter.object, row(0, stop, nil)))))
}

func (w *window) stopTaking() {
	if w.taking != nil {
		w.taking.work.Stop()
		w.taking = nil
		w.build()
	}
}

// took shows what was read, or why it was not.
func (w *window) took(reading app.Reading, out output, err error, h *handed) {
	if err != nil {
		h.drop()
		w.refuse(err)
		return
	}
	if reading.Kind != app.KindUnrecognised {
		w.pasted = "" // it may be long
	}
	switch reading.Kind {
	case app.KindUnrecognised:
		if w.onStep() {
			w.takeNote(out, h)
			return
		}
		h.drop()
		w.fail("ui.notread.unknown", nil)
	case app.KindReport:
		w.takeReport(reading, h)
	case app.KindEvidence:
		w.takeEvidence(out, h)
	case app.KindBundle:
		w.takeCollection(reading, h)
	default:
		w.takeTrace(reading, h)
	}
}

// refuse says why an input could not be read.
func (w *window) refuse(err error) {
	if errors.Is(err, context.Canceled) {
		w.build()
		return
	}
	key := map[error]string{app.ErrEmpty: "ui.notread.empty", app.ErrTooLarge: "ui.notread.large", app.ErrFolder: "ui.notread.folder",
		app.ErrBundleForged: "ui.notread.forged", app.ErrBundleVersion: "ui.notread.version", app.ErrBundleTooLarge: "ui.notread.bounds", app.ErrBundleEncrypted: "ui.notread.encrypted"}
	for known, k := range key {
		if errors.Is(err, known) {
			w.fail(k, nil)
			return
		}
	}
	w.fail("ui.notread.file", err)
}

// onStep reports whether a step of the checklist is open.
func (w *window) onStep() bool {
	return w.show == screenCause && w.current != nil && !w.current.cause.special()
}

// fail says at the current screen why an input was not read. What was typed or
// pasted stays.
func (w *window) fail(key string, err error) {
	w.notRead = &notRead{key: key}
	if err != nil {
		w.notRead.text = err.Error()
	}
	if w.show != screenHome && w.show != screenPaste && (w.show != screenCause || w.current == nil) {
		w.back, w.show = w.show, screenPaste
	}
	if w.show == screenHome {
		w.trouble, w.focus = "", "field"
	}
	w.build()
}

// takeTrace opens a printed trace or ping as a case of its own.
func (w *window) takeTrace(reading app.Reading, h *handed) {
	c := reading.Check
	if reading.Ping != nil && c.Ping == nil {
		c.Ping = reading.Ping
	}
	if c.Started.IsZero() {
		c.Started = w.now()
	}
	r := &record{check: c, invoice: -1, format: reading.Format}
	w.keep(r)
	r.input = h.bring(w, r).SHA256
	w.storeInput(r, h, reading.Kind, reading.Format)
	w.storeCheck(r)
	w.open(screenCheck)
}

// takeReport gives a report to the case one is in or that is about the same
// server, else to a new one, whose server is checked meanwhile.
func (w *window) takeReport(reading app.Reading, h *handed) {
	r := w.caseOf(reading)
	w.load(r, func() {
		if r.report != nil {
			_ = r.report.close() // the one it replaces
		}
		r.report, r.scrolled, r.lost = newReportState(reading), nil, false
		if r.check.Provider == nil {
			r.check.Provider = reading.Provider
		}
		w.keep(r)
		h.bring(w, r)
		w.storeReport(r, h)
		w.rethink(r)
		if r.check.Started.IsZero() && r.running == nil && r.check.Input != "" {
			w.startBehind(r)
		}
		w.open(screenReport)
	})
}

// addressee is the case that what is handed in now is meant for; nil if that
// only shows when it was read.
func (w *window) addressee() *record {
	if r := w.current; r != nil && !r.example && (w.inCase() || w.show == screenPaste && w.back != screenHome) {
		return r
	}
	return nil
}

func (w *window) caseOf(reading app.Reading) *record {
	if r := w.addressee(); r != nil {
		return r
	}
	addr, err := netip.ParseAddr(reading.Report.Accused)
	known := err == nil
	for _, old := range w.cases {
		if known && old.check.Addr == addr && !old.example {
			return old
		}
	}
	r := &record{invoice: -1}
	if known {
		r.check.Input = addr.String()
	}
	return r
}

// pasteClipboard reads what is in the clipboard, when no field has the focus.
func (w *window) pasteClipboard() {
	text := w.App.Clipboard().Content()
	if len(strings.TrimSpace(text)) == 0 {
		w.openPaste()
		return
	}
	w.openPaste()
	w.readText(text)
}
