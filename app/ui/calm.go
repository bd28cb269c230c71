package ui

import "fyne.io/fyne/v2"

// Calm is a with Fyne's own animations off: its entries let their caret fade
// for as long as they have the focus, which draws the whole window 60 times a
// second. Ours, which run only while a check does, follow the person's settings
// and those of the desktop.
func Calm(a fyne.App) fyne.App { return calm{a} }

type calm struct{ fyne.App }

func (c calm) Settings() fyne.Settings { return calmSettings{c.App.Settings()} }

type calmSettings struct{ fyne.Settings }

// ShowAnimations is asked by Fyne's widgets.
func (calmSettings) ShowAnimations() bool { return false }
