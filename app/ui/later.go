package ui

import "fyne.io/fyne/v2"

// laterScreen is a step that comes with a later version: it says what it will
// do, and what one can do today.
func (w *window) laterScreen(s screen) fyne.CanvasObject {
	v := w.view
	drawn := map[screen]icon{screenStatement: iconPage, screenUnlock: iconUnlock}
	var today []fyne.CanvasObject
	for _, n := range []string{"1", "2", "3"} {
		if key := "ui.later." + string(s) + ".today" + n; v.text.Has(key) {
			today = append(today, v.numbered(n, v.para(v.t(key), roleBody, tokInk)))
		}
	}
	lines := []fyne.CanvasObject{
		v.line(v.t("ui.step."+string(s)), roleTitle, tokInk),
		v.card(toneNone, v.empty(drawn[s], v.t("ui.later."+string(s)+".title"), v.t("ui.later."+string(s)+".text"))),
		v.titled(v.t("ui.later.today"), today...),
	}
	return flow(centred{mostContent + 48}, padded(22, 24, vstack(14, lines...)))
}
