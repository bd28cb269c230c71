package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// saveText asks where to and writes a text of ours there.
func (w *window) saveText(name string, text []byte) {
	d := dialog.NewFileSave(func(to fyne.URIWriteCloser, err error) {
		if err == nil && to != nil {
			_, _ = to.Write(text)
			_ = to.Close()
		}
	}, w.win)
	d.SetFileName(name)
	d.Show()
}
