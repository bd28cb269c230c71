//go:build !cli

package main

import (
	"context"
	"errors"
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

// openWindow shows the window and returns when it is closed. Where one is open
// already, that takes the files.
func openWindow(config app.Config, files []string) int {
	if err := showWindow(config, files); err != nil {
		fmt.Fprintln(os.Stderr, "latchkey:", err)
		return 1
	}
	return 0
}

func showWindow(config app.Config, files []string) error {
	texts, err := i18n.Load()
	if err != nil {
		return err
	}
	language := cli.System(config).Language
	if config.Home == "" { // else cases would lie in whatever folder this is
		return fmt.Errorf("%s", texts.For(texts.Match(language)).T("cli.error.no-home"))
	}
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		// Fyne panics without a display.
		return fmt.Errorf("%s", texts.For(texts.Match(language)).T("cli.error.no-display"))
	}
	serve, watch, err := onlyWindow(config.Home, files)
	if errors.Is(err, app.ErrHandedOver) {
		return nil
	}
	session, err := app.Open(config)
	if err != nil {
		return err
	}
	defer watch(session)()
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
	w, err := ui.New(ui.Params{App: a, Session: session, Texts: texts, Icons: icons, Language: language, Files: files,
		OnBuilt: func() { settle.Reset(settleTime) },
		OnReady: func(open func([]string)) { serve(func(more []string) { fyne.Do(func() { open(more) }) }) }})
	if err != nil {
		return err
	}
	w.ShowAndRun()
	return nil
}

// onlyWindow hands the files over to an open window, else makes this one the
// window that takes them, and watches it for crashes. Where neither works the
// window opens all the same: a second one does less harm than none.
func onlyWindow(home string, files []string) (serve func(func([]string)), watch func(*app.Session) (end func()), err error) {
	instance, err := app.Claim(context.Background(), home, files)
	if err != nil {
		return func(func([]string)) {}, func(*app.Session) func() { return func() {} }, err
	}
	return instance.Serve, func(s *app.Session) func() {
		end, err := s.WatchCrashes()
		if err != nil {
			fmt.Fprintln(os.Stderr, "latchkey:", err)
			end = func() {}
		}
		return func() {
			end()
			_ = instance.Close() // the lock goes with the process in any case
		}
	}, nil
}

// settleTime is when a new screen has been drawn, also on a slow machine.
const settleTime = 2 * time.Second
