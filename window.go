//go:build !cli

package main

import (
	fyneapp "fyne.io/fyne/v2/app"

	"latchkey/app"
	"latchkey/i18n"
)

func openWindow(_ app.Config) int {
	_ = fyneapp.NewWithID
	_, _ = i18n.Load()
	return 0
}
