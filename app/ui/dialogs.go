package ui

import (
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// dialogShare is how much of the window a dialog of files takes: Fyne's own size
// shows eight names.
const dialogShare = 0.85

// pickFile asks for a file; f is nil if none was chosen.
func (w *window) pickFile(then func(f fyne.URIReadCloser, err error)) {
	d := dialog.NewFileOpen(then, w.win)
	d.SetTitleText(w.view.t("ui.home.choose"))
	d.SetView(dialog.ListView)
	w.present(d)
	w.enlarge(d)
}

// askTarget lets a person choose where a file goes.
func (w *window) askTarget(name string, then func(to io.WriteCloser, where string, err error)) {
	d := dialog.NewFileSave(func(to fyne.URIWriteCloser, err error) {
		if to == nil {
			then(nil, "", err)
			return
		}
		then(to, to.URI().Path(), err)
	}, w.win)
	d.SetTitleText(w.view.t("ui.dialog.save"))
	d.SetView(dialog.ListView)
	d.SetFileName(name)
	w.present(d)
	w.enlarge(d)
}

func (w *window) enlarge(d *dialog.FileDialog) {
	if w.dialogOpen() { // else the desktop shows its own
		size := w.win.Canvas().Size()
		d.Resize(fyne.NewSize(size.Width*dialogShare, size.Height*dialogShare))
	}
}

// present shows a dialog. Fyne leaves Esc and every shortcut to the window below.
func (w *window) present(d dialog.Dialog) {
	w.dialog = d
	d.Show()
}

// dialogOpen reports whether a dialog lies over the window.
func (w *window) dialogOpen() bool { return w.dialog != nil && w.win.Canvas().Overlays().Top() != nil }
