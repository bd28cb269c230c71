//go:build !cli

package main

import (
	fyneapp "fyne.io/fyne/v2/app"

	"latchkey/i18n"
)

func run() int {
	_ = fyneapp.NewWithID
	_, _ = i18n.Load()
	return 0
}
