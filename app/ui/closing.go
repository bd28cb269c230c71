package ui

import "fyne.io/fyne/v2"

// onClose saves everything. What cannot be saved is told once, before it is lost.
func (w *window) onClose() {
	if w.saveAll() != nil && !w.leaving {
		w.leaving = true
		w.build()
		return
	}
	if w.stays() {
		w.win.Hide()
		w.tellStay()
		return
	}
	w.release()
	w.win.Close()
}

// release ends what goes on and gives back what the cases hold.
func (w *window) release() {
	w.watches.Close()
	for _, r := range w.cases {
		if r.running != nil {
			r.running.Stop()
		}
		r.endSSH()
		if r.report != nil {
			_ = r.report.close() // the program ends: there is nobody to tell
		}
		if r.kept != nil {
			_ = r.kept.Close() // saveAll told it
		}
	}
}

// stays reports whether the program goes on when its window is closed: something
// is watched, and the sign in the bar leads back.
func (w *window) stays() bool { return w.tray != nil && len(w.watches.All()) > 0 }

// tellStay says once that the program goes on without its window: else one
// believes it ended.
func (w *window) tellStay() {
	if w.tray.told {
		return
	}
	w.tray.told = true
	v := w.view
	w.App.SendNotification(fyne.NewNotification(v.t("ui.tray.stays"), v.t("ui.tray.stays.body")))
}

// quit ends the program, whatever is being watched; the next start goes on.
func (w *window) quit() {
	if w.saveAll() != nil && !w.leaving {
		w.leaving = true
		w.comeBack()
		w.build()
		return
	}
	w.release()
	w.App.Quit()
}
