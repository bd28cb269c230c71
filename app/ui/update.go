package ui

import (
	"context"
	"errors"
	"net/url"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
)

// lookup is a look for a newer version that somebody asked for.
type lookup struct {
	running bool
	latest  app.Release
	err     error
}

// updateCard says which version this is, and looks for a newer one on a click.
func (w *window) updateCard() fyne.CanvasObject {
	v, u := w.view, w.looked
	look := v.button(buttonSpec{kind: secondary, icon: iconRefresh, text: v.t("ui.update.look"), height: heightSmall, onTap: w.lookForUpdate})
	w.focuses["update"] = look
	lines := []fyne.CanvasObject{v.para(v.t("ui.update.text"), roleBody, tokInk2)}
	switch {
	case u == nil:
		lines = append(lines, row(0, look, nil))
	case u.running:
		lines = append(lines, v.para(v.t("ui.update.running"), roleBody, tokInk))
	case errors.Is(u.err, app.ErrNoFeed):
		lines = append(lines, v.bullet(iconHelp, tokInk2, v.t("ui.update.none")))
	case u.err != nil:
		lines = append(lines, v.bullet(iconOffline, tokInk2, v.t("ui.update.failed")), row(0, look, nil))
	case u.latest.Newer:
		get := v.button(buttonSpec{kind: primary, icon: iconRight, text: v.t("ui.update.get"), height: heightSmall, onTap: w.openRelease})
		lines = append(lines, v.bullet(iconBell, tokInk, v.t("ui.update.newer", "version", diag.Clean(u.latest.Version, 40))), row(0, get, nil))
	default:
		lines = append(lines, v.bullet(iconOK, tokOK, v.t("ui.update.newest")))
	}
	return v.titled(v.t("ui.update.title", "version", w.Session.Version()), lines...)
}

func (w *window) lookForUpdate() {
	if w.looked != nil && w.looked.running {
		return
	}
	u := &lookup{running: true}
	w.looked = u
	var latest app.Release
	var err error
	w.build()
	w.behind(func(ctx context.Context) { latest, err = w.Session.LatestRelease(ctx) }, func() {
		u.running, u.latest, u.err = false, latest, err
		if w.show == screenHelp {
			w.focus = "update"
			w.build()
		}
	})
}

// openRelease shows the page of the newest version in the browser.
func (w *window) openRelease() {
	u, err := url.Parse(w.looked.latest.Page)
	if err == nil {
		err = w.App.OpenURL(u)
	}
	if err != nil {
		w.looked.err = err
		w.build()
	}
}
