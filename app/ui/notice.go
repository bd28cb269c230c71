package ui

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
)

// noticeEvery is how often the clocks of the cases are looked at.
const noticeEvery = 20 * time.Second

// tell shows a notice on the desktop, in the language of the window.
func (w *window) tell(n app.Notice) {
	title, body := app.NoticeWords(w.view.text, n, w.now())
	w.App.SendNotification(fyne.NewNotification(title, body))
	w.paintTray()
}

// watchClocks tells when deadlines and promised times come near, as long as the
// program runs.
func (w *window) watchClocks() {
	if w.after == nil {
		return
	}
	w.notices.Look(w.models())
	w.after(noticeEvery, w.watchClocks)
}

// models are the cases as far as they are open or listed.
func (w *window) models() []casefile.Case {
	var all []casefile.Case
	for _, r := range w.cases {
		switch {
		case r.example:
		case r.kept != nil:
			all = append(all, r.kept.Model())
		case r.stored != nil:
			all = append(all, *r.stored)
		}
	}
	return all
}

// tray is the program's sign in the desktop's bar, where there is one.
type tray struct {
	app  desktop.App
	menu *fyne.Menu
	icon icon
	told bool // that the program goes on without its window
}

// openTray puts the sign there: it is how a person gets back to a window that
// was closed while a watch goes on.
func (w *window) openTray() {
	d, ok := w.App.(desktop.App)
	if !ok {
		return
	}
	w.tray = &tray{app: d, menu: fyne.NewMenu("Latchkey")}
	w.paintTray()
}

// trayIcon is the shape that says how it stands: watching, needs a look,
// reachable.
func (w *window) trayIcon(all map[string]app.Watch) icon {
	sign := iconKey
	for _, s := range all {
		sign = iconClock
		if s.Changed {
			return iconBell
		}
	}
	for _, r := range w.cases {
		if s, ok := w.watchOf(r); ok && s.State == app.WatchOver && s.Why == "reachable" {
			return iconUnlock
		}
	}
	return sign
}

// paintTray draws sign and menu anew.
func (w *window) paintTray() {
	if w.tray == nil {
		return
	}
	v, all := w.view, w.watches.All()
	items := []*fyne.MenuItem{fyne.NewMenuItem(v.t("ui.tray.open"), w.comeBack)}
	ids := slices.SortedFunc(maps.Keys(all), func(a, b string) int { return strings.Compare(watchedName(all[a])+a, watchedName(all[b])+b) })
	for _, id := range ids {
		s := all[id]
		word := v.t("ui.watch.unclear")
		if s.Code != "" {
			word = v.t("verdict." + string(s.Code) + ".badge")
		}
		items = append(items, fyne.NewMenuItem(watchedName(s)+": "+word, func() { w.showCase(id) }))
	}
	if len(all) > 0 {
		items = append(items, fyne.NewMenuItem(v.t("ui.tray.pause"), w.pauseWatches))
	}
	quit := fyne.NewMenuItem(v.t("ui.tray.quit"), w.quit)
	quit.IsQuit = true
	w.tray.menu.Items = append(items, fyne.NewMenuItemSeparator(), quit)
	w.tray.app.SetSystemTrayMenu(w.tray.menu)
	if sign := w.trayIcon(all); sign != w.tray.icon {
		w.tray.icon = sign
		w.tray.app.SetSystemTrayIcon(v.tinted(sign, tokPrimary, tokSurface))
	}
}

// watchedName is what a watch is about.
func watchedName(s app.Watch) string {
	return diag.Clean(cmp.Or(s.Server.Name, s.Server.Address, s.Server.Input), 80)
}

// comeBack shows the window again.
func (w *window) comeBack() {
	w.win.Show()
	w.win.RequestFocus()
}

// showCase opens a case on step 5.
func (w *window) showCase(id string) {
	w.comeBack()
	for _, r := range w.cases {
		if r.kept != nil && r.kept.Model().ID == id {
			w.current = r
			w.open(screenUnlock)
		}
	}
}

func (w *window) pauseWatches() {
	for id := range w.watches.All() {
		w.watches.Stop(id)
	}
	w.paintTray()
	w.build()
}
