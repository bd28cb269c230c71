package ui

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/app/credential"
	"latchkey/diag"
	"latchkey/diag/account"
)

// saidCard shows what the provider itself says about the address.
func (w *window) saidCard(m casefile.Case) fyne.CanvasObject {
	v, s := w.view, &w.current.unlock
	p := w.Session.ProviderOf(m)
	name := v.t("ui.said.provider")
	if p != nil {
		name = p.Name
	}
	title := v.para("**"+v.t("ui.said.title", "provider", name)+"**", roleCard, tokInk)
	if len(account.Services(p)) == 0 {
		return v.card(toneNone, vstack(10, title, v.para(v.t("ui.said.cannot", "provider", name), roleDense, tokInk2)))
	}
	if len(w.loginsFor(m)) == 0 {
		return v.card(toneNone, vstack(10, title, v.bullet(iconKey, tokInk2, v.t("ui.said.no-login")),
			row(0, w.known("said-login", v.button(buttonSpec{kind: secondary, icon: iconKey, text: v.t("ui.said.set-up"), height: heightSmall, onTap: func() { w.open(screenSettings) }})), nil)))
	}
	ask := w.act("said-ask", iconRefresh, v.t("ui.said.ask"), w.askProvider)
	if s.asking != nil {
		ask = w.act("said-ask", iconStop, v.t("ui.said.stop"), w.stopAsking)
	}
	lines := []fyne.CanvasObject{flow(apart{8, 110 * v.scale}, title, ask)}
	if s.asking != nil {
		lines = append(lines, v.para(v.t(s.doing), roleDense, tokInk2))
	}
	lines = append(lines, w.said(m)...)
	lines = append(lines, w.ovhActs(m)...)
	if s.refused != nil && s.asking == nil {
		lines = append(lines, v.problem(v.t(refusalTitle(s.refused), "provider", name), w.refusal(s.refused)))
	}
	return v.card(toneNone, vstack(10, lines...))
}

// said is the last answer about the address of a case.
func (w *window) said(m casefile.Case) []fyne.CanvasObject {
	v := w.view
	state, at, ok := app.SaidOf(m)
	if !ok {
		if len(m.Accounts) > 0 || w.current.unlock.asking != nil {
			return nil
		}
		return []fyne.CanvasObject{v.para(v.t("ui.said.not-asked"), roleDense, tokInk2)}
	}
	mark, word := mark{iconHelp, toneNone}, v.t("ui.said.unknown")
	switch state.Locked {
	case diag.Yes:
		mark, word = markOf("locked"), v.t("ui.said.locked")
	case diag.No:
		mark, word = markOf("reachable"), v.t("ui.said.not-locked")
	}
	lines := []fyne.CanvasObject{flow(apart{8, 110 * v.scale}, v.para(state.Shown(), roleMono, tokInk), v.badge(mark, word))}
	pair := func(name, value string) {
		if value != "" {
			lines = append(lines, hsplit(8, []float32{1, 0}, v.para(name, roleDense, tokInk2), v.bold(value, roleDense, tokInk)))
		}
	}
	pair(v.t("ui.said.paid"), state.PaidUntil)
	if !state.Since.IsZero() {
		pair(v.t("ui.said.since"), w.moment(state.Since))
	}
	if state.Until.After(w.now()) {
		pair(v.t("ui.said.until"), w.moment(state.Until))
	}
	for _, f := range state.Findings {
		if key := "finding." + f.Code; v.text.Has(key) {
			lines = append(lines, v.para(v.finding(f), roleDense, tokInk2))
		}
	}
	note := v.t("ui.said.at", "time", w.moment(at))
	if state.Locked == diag.No {
		note += " " + v.t("ui.said.no-proof")
	}
	return append(lines, v.para(note, roleCaption, tokInk2))
}

// askProvider asks, behind the window.
func (w *window) askProvider() {
	r := w.current
	if r.kept == nil {
		return
	}
	var asked app.Asked
	w.askWork("ui.said.asking", func(ctx context.Context) error {
		var err error
		asked, err = w.Session.AskAboutCase(ctx, r.kept, app.AskOptions{})
		for _, a := range asked.Answers {
			if err == nil {
				err = a.Err
			}
		}
		return err
	}, func(error) { r.unlock.logs = asked.Logs() })
}

// askWork asks something of a provider behind the window, one question at a
// time; then comes before the page is drawn anew.
func (w *window) askWork(doing string, work func(context.Context) error, then func(error)) {
	r := w.current
	if r.unlock.asking != nil {
		return
	}
	var err error
	done := false
	r.unlock.refused, r.unlock.doing = nil, doing
	stop := w.behind(func(ctx context.Context) { err = work(ctx) }, func() {
		done = true
		r.unlock.asking, r.unlock.refused = nil, err
		if errors.Is(err, context.Canceled) {
			r.unlock.refused = nil
		}
		then(err)
		if w.current == r {
			w.build()
		}
	})
	if !done { // a session that works at once has ended already
		r.unlock.asking = stop
	}
	w.build()
}

func (w *window) stopAsking() {
	if a := w.current.unlock.asking; a != nil {
		a.Stop()
	}
}

// refusalTitle is the key of what happened in a line.
func refusalTitle(err error) string {
	var said *account.Error
	switch {
	case errors.As(err, new(*app.RefusedBefore)), account.IsCode(err, account.LoginRefused):
		return "ui.said.trouble.login"
	case errors.As(err, new(*credential.Trouble)):
		return "ui.said.trouble.keyring"
	case errors.As(err, new(*app.AskLater)), errors.As(err, &said) && said.Status != 0:
		return "ui.said.trouble.no"
	}
	return "ui.said.trouble"
}

// refusal is a sentence about why nothing was answered.
func (w *window) refusal(err error) string {
	v := w.view
	var before *app.RefusedBefore
	var later *app.AskLater
	var trouble *credential.Trouble
	switch {
	case errors.As(err, &before), account.IsCode(err, account.LoginRefused):
		return v.t("ui.said.refused")
	case errors.As(err, &later):
		return v.t("ui.said.later", "time", w.moment(later.Until))
	case errors.As(err, &trouble):
		return v.t("ui.said.keyring")
	case errors.Is(err, app.ErrNoLogin):
		return v.t("ui.said.no-login")
	}
	return app.AccountErrorWords(v.text, err, "")
}
