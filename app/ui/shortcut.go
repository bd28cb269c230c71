package ui

import (
	"runtime"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// shortcut is a key that works everywhere in the window.
type shortcut struct {
	key  string // of its description
	code fyne.KeyName
	ctrl bool // with Ctrl, on macOS with Cmd
	do   func()
}

// shortcuts is the one table of keys: window, menu and Help read it.
func (w *window) shortcuts() []shortcut {
	all := []shortcut{
		{"ui.key.home", fyne.Key0, true, func() { w.open(screenHome) }},
		{"ui.key.next", fyne.KeyReturn, true, w.onNext},
		{"ui.key.new", fyne.KeyN, true, func() { w.open(screenHome) }},
		{"ui.key.open", fyne.KeyO, true, w.chooseFile},
		{"ui.key.paste", fyne.KeyV, true, w.pasteClipboard},
		{"ui.key.find", fyne.KeyF, true, w.onFind},
		{"ui.key.send", fyne.KeyE, true, w.onSend},
		{"ui.key.settings", fyne.KeyComma, true, func() { w.open(screenSettings) }},
		{"ui.key.again", fyne.KeyF5, false, w.again},
		{"ui.key.help", fyne.KeyF1, false, func() { w.open(screenHelp) }},
		{"ui.key.stop", fyne.KeyEscape, false, w.onEscape},
	}
	for i, s := range steps() {
		all = append(all, shortcut{"ui.key.step" + string(rune('1'+i)), fyne.KeyName(rune('1' + i)), true, func() { w.openStep(s) }})
	}
	return all
}

// name is how a person reads it: «Ctrl+N»; ctrl is what the key is called in
// their language.
func (s shortcut) name(ctrl string) string {
	names := map[fyne.KeyName]string{fyne.KeyReturn: "Enter", fyne.KeyEscape: "Esc", fyne.KeyComma: ","}
	name, ok := names[s.code]
	if !ok {
		name = string(s.code)
	}
	if !s.ctrl {
		return name
	}
	if runtime.GOOS == "darwin" {
		return "⌘" + strings.ToUpper(name)
	}
	return ctrl + "+" + name
}

// addShortcuts makes the keys with Ctrl work. Ctrl+V in a field stays the field's.
func (w *window) addShortcuts(canvas interface {
	AddShortcut(fyne.Shortcut, func(fyne.Shortcut))
}) {
	for _, s := range w.shortcuts() {
		do := func(fyne.Shortcut) {
			if !w.dialogOpen() {
				s.do()
			}
		}
		switch {
		case s.code == fyne.KeyV:
			canvas.AddShortcut(&fyne.ShortcutPaste{}, do)
		case s.ctrl:
			canvas.AddShortcut(&desktop.CustomShortcut{KeyName: s.code, Modifier: fyne.KeyModifierShortcutDefault}, do)
		}
	}
}

// onKey is called for the keys without Ctrl.
func (w *window) onKey(e *fyne.KeyEvent) {
	if w.dialogOpen() {
		if e.Name == fyne.KeyEscape {
			w.dialog.Dismiss()
		}
		return
	}
	for _, s := range w.shortcuts() {
		if !s.ctrl && s.code == e.Name {
			s.do()
		}
	}
}

// passKey hands one of the window's keys on to it, from something that has the
// focus.
func passKey(from fyne.CanvasObject, e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape, fyne.KeyF1, fyne.KeyF5:
	default:
		return false
	}
	c := fyne.CurrentApp().Driver().CanvasForObject(from)
	if c == nil || c.OnTypedKey() == nil {
		return false
	}
	c.OnTypedKey()(e)
	return true
}

// onShortcut is asked by a field, which Fyne gives all shortcuts while it has the
// focus; true: it was one of the window's.
func (w *window) onShortcut(typed fyne.Shortcut) bool {
	custom, ok := typed.(*desktop.CustomShortcut)
	if !ok || custom.Modifier != fyne.KeyModifierShortcutDefault {
		return false
	}
	for _, s := range w.shortcuts() {
		if s.ctrl && s.code == custom.KeyName && s.code != fyne.KeyV {
			s.do()
			return true
		}
	}
	return false
}

// onNext takes the next best action: the filled button of the screen.
func (w *window) onNext() {
	switch {
	case w.inCase():
		w.nextAction().do()
	case w.show == screenHome:
		w.submit(w.typed)
	case w.show == screenPaste:
		w.readText(w.pasted)
	}
}

func (w *window) openStep(s screen) {
	if w.current != nil {
		w.open(s)
	}
}

// onFind puts the keyboard into the field that searches rows or text.
func (w *window) onFind() {
	if w.show != screenReport || w.current == nil || w.current.report == nil {
		return
	}
	if s := w.current.report; s.tab == tabOverview || s.tab == tabMail {
		s.tab = tabRows
		w.build()
	}
	if f, ok := w.focuses["find"]; ok {
		w.win.Canvas().Focus(f)
	}
}

// onEscape stops the check or closes the sheet.
func (w *window) onEscape() {
	switch {
	case w.taking != nil:
		w.stopTaking()
	case w.show == screenPaste:
		w.open(w.back)
	case w.show == screenStatement && w.current != nil && w.current.statement.send.open:
		w.closeSend()
	case w.show == screenCheck:
		w.stopCheck()
	case w.show == screenUnlock && w.current.unlock.form != "":
		w.closeForm()
	case w.show == screenUnlock:
		w.stopAsking()
	case w.show == screenSettings && w.logins.busy != nil:
		w.logins.busy.Stop()
	case w.show == screenSettings && w.logins.kind != "":
		w.closeLogin()
	}
}

// menu is the window's menu; it repeats the keys for those who look for them.
func (w *window) menu() *fyne.MainMenu {
	t := w.view.t
	item := func(key string, do func()) *fyne.MenuItem { return fyne.NewMenuItem(t(key), do) }
	var step []*fyne.MenuItem
	for i, s := range steps() {
		step = append(step, item("ui.key.step"+string(rune('1'+i)), func() { w.openStep(s) }))
	}
	return fyne.NewMainMenu(
		fyne.NewMenu(t("ui.menu.file"), item("ui.key.new", func() { w.open(screenHome) }), item("ui.key.open", w.chooseFile),
			item("ui.home.paste", w.openPaste), item("ui.home.example", w.openExample), fyne.NewMenuItemSeparator(), item("ui.key.settings", func() { w.open(screenSettings) })),
		fyne.NewMenu(t("ui.case"), step...),
		fyne.NewMenu(t("ui.help"), item("ui.help", func() { w.open(screenHelp) })),
	)
}
