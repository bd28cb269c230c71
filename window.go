//go:build !cli

package main

import (
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"latchkey/app"
	"latchkey/app/cli"
	"latchkey/app/ui"
	"latchkey/i18n"
)

// appID names the program to the desktop; it is that of FyneApp.toml.
const appID = "org.latchkey.Latchkey"

// openWindow shows the window and returns when it is closed.
func openWindow(config app.Config) int {
	if err := showWindow(config); err != nil {
		fmt.Fprintln(os.Stderr, "latchkey:", err)
		return 1
	}
	return 0
}

func showWindow(config app.Config) error {
	texts, err := i18n.Load()
	if err != nil {
		return err
	}
	language := cli.System(config).Language
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		// Fyne panics without a display.
		return fmt.Errorf("%s", texts.For(texts.Match(language)).T("cli.error.no-display"))
	}
	session, err := app.Open(config)
	if err != nil {
		return err
	}
	icons, err := fs.Sub(config.Assets, "icons")
	if err != nil {
		return err
	}
	a := fyneapp.NewWithID(appID)
	if logo, err := fs.ReadFile(icons, "latchkey.svg"); err == nil {
		a.SetIcon(fyne.NewStaticResource("latchkey.svg", logo))
	}
	fyne.SetCurrentApp(ui.Calm(a))
	// A screen leaves twice as much garbage as it keeps, and at rest nothing would
	// ever collect it.
	settle := time.AfterFunc(settleTime, debug.FreeOSMemory)
	w, err := ui.New(ui.Params{App: a, Session: session, Texts: texts, Icons: icons, Language: language,
		OnBuilt: func() { settle.Reset(settleTime) }})
	if err != nil {
		return err
	}
	w.ShowAndRun()
	return nil
}

// settleTime is when a new screen has been drawn, also on a slow machine.
const settleTime = 2 * time.Second
