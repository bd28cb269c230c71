package ui

import (
	"fyne.io/fyne/v2"
)

// sendState is how far «Save and send» is.
type sendState struct {
	open bool
}

func (w *window) sendScreen() fyne.CanvasObject { return nil }

func (w *window) copyStatement() {}
func (w *window) savePDF()       {}
