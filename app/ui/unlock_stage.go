package ui

import (
	"net/url"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
)

// stageCard is the strip of the stages, with what can be said about the
// one that is reached.
func (w *window) stageCard(m casefile.Case) fyne.CanvasObject {
	v := w.view
	stages := w.Session.UnlockStages(m, w.now())
	var parts []fyne.CanvasObject
	var weights []float32
	tight := w.narrow() || v.scale > scaleNormal
	for i, s := range stages {
		if i > 0 && !tight {
			fill := tokBorder
			if stages[i-1].State == app.StagePassed {
				fill = tokOK
			}
			parts, weights = append(parts, padded(0, 2, v.stripe(fill))), append(weights, 1)
		}
		parts, weights = append(parts, w.stage(s)), append(weights, 0)
	}
	strip := fyne.CanvasObject(flow(columns{gap: 12, weights: weights, middle: true}, parts...))
	if tight { // two and two, read line by line
		strip = vstack(12, hsplit(12, []float32{1, 1}, parts[:2]...), hsplit(12, slices.Repeat([]float32{1}, len(parts)-2), parts[2:]...))
	}
	lines := []fyne.CanvasObject{strip}
	if acts := w.stageActs(m, stages); len(acts) > 0 {
		lines = append(lines, wrap(8, acts...))
	}
	return v.card(toneNone, vstack(14, lines...))
}

// stage is one stage: a sign, its name and when or what for.
func (w *window) stage(s app.UnlockStage) fyne.CanvasObject {
	v := w.view
	sign := map[string]icon{"paid": iconPage, "seen": iconClock, "retest": iconShield, "sent": iconSend, "decides": iconClock, "reachable": iconUnlock}[s.ID]
	title, state := v.t("ui.unlock.stage."+s.ID), v.t("ui.unlock.stage."+string(s.State))
	detail := v.t("ui.unlock.stage." + s.ID + ".todo")
	switch {
	case s.State == app.StagePassed && s.Time.IsZero():
		detail = v.t("ui.unlock.stage.no-time")
	case s.State == app.StagePassed && s.By != "":
		detail = w.moment(s.Time) + ", " + v.t("timeline.by."+s.By)
	case s.State == app.StagePassed:
		detail = w.moment(s.Time)
	case s.State == app.StageCurrent && s.For > 0:
		detail = v.t("ui.unlock.stage.for", "time", w.since(s.For))
	}
	var drawn fyne.CanvasObject
	switch s.State {
	case app.StagePassed:
		drawn = v.station(iconCheck, tokOnPrimary, tokOK, tokOK)
	case app.StageCurrent:
		drawn = v.station(sign, tokOnPrimary, tokPrimary, tokPrimary)
	default:
		drawn = v.station(sign, tokInk2, tokSurface, tokStrong)
	}
	return v.spoken(title+", "+state+". "+detail,
		row(10, drawn, vstack(0, v.bold(title, roleBody, tokInk), v.line(detail, roleCaption, tokInk2))))
}

// station is an icon in a circle.
func (l *look) station(i icon, ink, fill, edge token) fyne.CanvasObject {
	d := 34 * l.scale
	ground := l.ground(fill, edge, d/2)
	ground.StrokeWidth = 2
	return box(d, d, over(ground, row(0, nil, l.iconOn(i, ink, fill, 18), nil)))
}

// stripe is a line between two stages.
func (l *look) stripe(fill token) fyne.CanvasObject { return box(24, 3, l.ground(fill, tokNone, 1.5)) }

// stageActs are what a person can say about the stage that is reached.
func (w *window) stageActs(m casefile.Case, stages []app.UnlockStage) []fyne.CanvasObject {
	v := w.view
	current := ""
	for _, s := range stages {
		if s.State == app.StageCurrent {
			current = s.ID
			break
		}
	}
	_, again := app.ReachableAgain(m)
	switch {
	case app.Closed(m):
		return []fyne.CanvasObject{w.act("stage-reopen", iconRefresh, v.t("ui.unlock.reopen"), func() { w.keepEvent(app.EventReopened, nil) })}
	case again || current == "":
		return []fyne.CanvasObject{w.act("stage-close", iconCheck, v.t("ui.unlock.close"), func() { w.keepEvent(app.EventClosed, nil) })}
	case current == "paid":
		return []fyne.CanvasObject{w.act("stage-paid", iconCheck, v.t("ui.unlock.paid"), func() { w.keepEvent(app.EventPaid, nil) })}
	case current == "retest":
		return []fyne.CanvasObject{w.act("stage-retest", iconShield, v.t("ui.unlock.retest"), func() { w.keepEvent(app.EventRetest, nil) })}
	case current == "sent":
		acts := []fyne.CanvasObject{w.act("stage-statement", iconPage, v.t("ui.unlock.to-statement"), func() { w.open(screenStatement) })}
		for _, by := range []string{"form", "mail", "ticket", "panel"} {
			acts = append(acts, w.act("stage-sent-"+by, iconSend, v.t("ui.unlock.sent", "by", v.t("timeline.by."+by)), func() {
				w.keepEvent(app.EventSent, map[string]string{"by": by})
			}))
		}
		return acts
	case current == "decides", current == "seen":
		acts := []fyne.CanvasObject{w.act("stage-reacted", iconBell, v.t("ui.unlock.reacted"), w.markReacted)}
		if w.nextAction().key != "ui.next.remind" { // else it stands over the page
			acts = append(acts, w.act("stage-remind", iconSend, v.t("ui.next.remind"), w.openReminder))
		}
		return acts
	}
	return nil
}

// markReacted notes that the provider did something, which stops its first clock.
func (w *window) markReacted() {
	now := w.now()
	w.storeWith(w.current, func(m *casefile.Case) {
		if m.Promise.Reacted.IsZero() {
			m.Promise.Reacted = now
		}
		event(m, now, app.EventReacted, nil)
	})
	w.build()
}

// openReminder shows the reminder.
func (w *window) openReminder() {
	w.open(screenUnlock)
	w.openForm("reminder", map[string]string{})
}

// reminderCard is a short text to send, in the provider's language where the
// program has it.
func (w *window) reminderCard(m casefile.Case) fyne.CanvasObject {
	v := w.view
	subject, body := app.Reminder(v.text, m, m.Fields["reference"], w.now())
	mail := v.button(buttonSpec{kind: secondary, icon: iconMail, text: v.t("ui.unlock.mail-program"), height: heightSmall, onTap: func() {
		link := &url.URL{Scheme: "mailto", RawQuery: "subject=" + url.PathEscape(subject) + "&body=" + url.PathEscape(body)}
		w.visit(link)
	}})
	return v.titled(v.t("ui.unlock.reminder"),
		v.para("**"+plain(subject)+"**", roleBody, tokInk),
		over(v.ground(tokSunken, tokBorder, 10), pad(12, v.letter(body))),
		wrap(8, w.copyButton("reminder-copy", v.t("ui.unlock.copy"), subject+"\n\n"+body), w.known("reminder-mail", mail),
			w.act("reminder-sent", iconCheck, v.t("ui.unlock.reminded"), func() {
				w.current.unlock.form = ""
				w.keepEvent(app.EventReminded, nil)
			}),
			w.known("unlock-form", v.button(buttonSpec{kind: quiet, text: v.t("ui.unlock.cancel"), height: heightSmall, onTap: w.closeForm}))))
}

// letter is a text with its lines as they are.
func (l *look) letter(text string) fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, line := range strings.Split(text, "\n") {
		lines = append(lines, l.para(plain(line), roleBody, tokInk))
	}
	return vstack(2, lines...)
}

// visit opens a page in the browser, or a mail in the mail program; where there
// is none, the address is in the clipboard.
func (w *window) visit(u *url.URL) {
	if err := w.App.OpenURL(u); err != nil {
		w.App.Clipboard().SetContent(u.String())
		w.current.unlock.copied = "visit"
	}
	w.build()
}
