package ui

import (
	"context"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// awaitConnection checks again by itself as soon as this computer has a route
// again, after a check that failed on this side.
func (w *window) awaitConnection(r *record) {
	if w.stopWaiting != nil {
		w.stopWaiting()
		w.stopWaiting = nil
	}
	c := r.check
	if c.Printed || c.Verdict == nil || c.Verdict.Code != verdict.Local {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.stopWaiting = cancel
	w.Session.WhenConnected(ctx, c.Addr, func() {
		fyne.Do(func() {
			if ctx.Err() == nil && r == w.current && w.show == screenCheck {
				w.start(r)
			}
		})
	})
}

// othersCard offers the server's other addresses: a lock is per address, so
// what holds for one says nothing about another. Nil if there is none.
func (w *window) othersCard(c app.Check) fyne.CanvasObject {
	if len(c.Others) == 0 || c.Printed {
		return nil
	}
	v := w.view
	lines := []fyne.CanvasObject{v.para(v.t("ui.others.text"), roleBody, tokInk2)}
	var buttons []fyne.CanvasObject
	for i, a := range c.Others {
		if i == mostOthers {
			break
		}
		family := "IPv4"
		if trace.FamilyOf(a) == trace.IPv6 {
			family = "IPv6"
		}
		buttons = append(buttons, v.button(buttonSpec{kind: secondary, icon: iconRefresh, height: heightSmall,
			text: v.t("ui.others.check", "address", a.String(), "family", family), onTap: func() { w.begin(a.String()) }}))
	}
	return v.titled(v.t("ui.others.title"), append(lines, wrap(8, buttons...))...)
}

// mostOthers is how many other addresses are offered; a name with more is a
// content network's, not a server's.
const mostOthers = 4
