package ui

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app"
)

// body is the current screen, below what must be said on all of them.
func (w *window) body() fyne.CanvasObject {
	screen := w.screen()
	if above := w.standing(); len(above) > 0 {
		return vstack(0, flow(centred{mostContent + 48}, flow(padding{18, 24, 0, 24}, vstack(10, above...))), screen)
	}
	return screen
}

// screen is the content of the current screen.
func (w *window) screen() fyne.CanvasObject {
	if w.taking != nil && w.taking.shown {
		return w.takingScreen()
	}
	if w.inCase() {
		switch w.show {
		case screenCheck:
			return w.checkScreen()
		case screenReport:
			return w.reportScreen()
		case screenCause:
			return w.causeScreen()
		case screenStatement:
			return w.statementScreen()
		case screenUnlock:
			return w.unlockScreen()
		}
	}
	switch w.show {
	case screenSettings:
		return w.settingsScreen()
	case screenHelp:
		return w.helpScreen()
	case screenPaste:
		return w.pasteScreen()
	}
	return w.homeScreen()
}

// homeScreen: what has happened? Two entrances, and what was checked before.
func (w *window) homeScreen() fyne.CanvasObject {
	v := w.view
	lines := []fyne.CanvasObject{
		vstack(4, v.line(v.t("ui.home.title"), roleDisplay, tokInk), v.para(v.t("ui.home.lead"), roleBody, tokInk2)),
		space(2),
	}
	server, mail := w.serverEntrance(), w.mailEntrance()
	if w.narrow() || v.scale > scaleNormal {
		lines = append(lines, server, mail)
	} else {
		lines = append(lines, hsplit(20, []float32{3, 2}, server, mail))
	}
	if w.notRead != nil {
		lines = append(lines, w.notReadBox())
	}
	lines = append(lines, space(8))
	lines = append(lines, w.listNotes()...)
	if len(w.cases) == 0 {
		lines = append(lines, w.fiveSteps())
	} else {
		lines = append(lines, w.caseList())
	}
	lines = append(lines, space(12), row(8, v.icon(iconShield, tokOK, 17), v.para(v.t("ui.home.privacy"), roleCaption, tokInk2)))
	return flow(centred{mostContent}, padded(30, 40, vstack(10, lines...)))
}

func space(h float32) fyne.CanvasObject { return box(0, h, &fyne.Container{Layout: still{}}) }

func spring() fyne.CanvasObject { return &fyne.Container{Layout: still{}} }

func (w *window) serverEntrance() fyne.CanvasObject {
	v := w.view
	e := newEntry(v.t("ui.home.placeholder"), w.onShortcut)
	e.SetText(w.typed)
	e.OnChanged = func(s string) { w.typed = s }
	e.OnSubmitted = func(s string) { w.submit(s) }
	e.onLines = w.readText
	w.focuses["field"] = e
	check := v.button(buttonSpec{kind: primary, text: v.t("ui.home.check"), height: heightLarge, onTap: func() { w.submit(e.Text) }})
	lines := []fyne.CanvasObject{
		v.intro(iconServer, v.t("ui.home.server"), v.t("ui.home.server.text")),
		hsplit(12, []float32{1, 0}, v.field(iconFind, e), check),
	}
	if w.trouble != "" {
		lines = append(lines, row(8, v.icon(iconWarn, tokWarn, 17), v.para(v.t(w.trouble), roleDense, tokWarn)))
	}
	return v.card(toneNone, padded(8, 8, vstack(18, lines...)))
}

// intro is a tile with title and sentence.
func (v *view) intro(i icon, title, sentence string) fyne.CanvasObject {
	return hsplit(16, []float32{0, 1}, flow(topLeft{}, v.tile(i, toneInfo, 56)), vstack(2, v.line(title, roleLead, tokInk), v.para(sentence, roleBody, tokInk2)))
}

func (w *window) mailEntrance() fyne.CanvasObject {
	v := w.view
	choose := v.button(buttonSpec{kind: secondary, icon: iconFolder, text: v.t("ui.home.choose"), height: heightLarge, wide: true, onTap: w.chooseFile})
	paste := v.button(buttonSpec{kind: secondary, icon: iconClipboard, text: v.t("ui.home.paste"), height: heightLarge, wide: true, onTap: w.openPaste})
	return v.card(toneNone, padded(8, 8, vstack(18,
		v.intro(iconClip, v.t("ui.home.mail"), v.t("ui.home.mail.text")), flow(evenly{12}, choose, paste))))
}

// submit begins a check, or says what is wrong with what was typed.
func (w *window) submit(input string) {
	input = strings.TrimSpace(input)
	if input == "" {
		w.trouble, w.focus = "ui.trouble.empty", "field"
		w.build()
		return
	}
	w.begin(input)
}

// troubleOf gives the key of the sentence for an input that cannot be checked;
// "" if the fault is not the input's.
func troubleOf(err error) string {
	switch {
	case errors.Is(err, app.ErrBadTarget):
		return "ui.trouble.target"
	case errors.Is(err, app.ErrUnknownHost), errors.Is(err, app.ErrNoFamily):
		return "ui.trouble.unknown"
	}
	return ""
}

// fiveSteps explains the way while there is nothing to list.
func (w *window) fiveSteps() fyne.CanvasObject {
	v := w.view
	drawn := map[screen]icon{screenCheck: iconFind, screenReport: iconClip, screenCause: iconBug, screenStatement: iconPage, screenUnlock: iconUnlock}
	var columns []fyne.CanvasObject
	var weights []float32
	for i, s := range steps() {
		columns = append(columns, vstack(4, flow(topLeft{}, v.tile(drawn[s], toneNone, 36)), space(2),
			v.para("**"+string(rune('1'+i))+" "+v.t("ui.step."+string(s))+"**", roleBody, tokInk), v.para(v.t("ui.five."+string(s)), roleDense, tokInk2)))
		weights = append(weights, 1)
	}
	head := hsplit(12, []float32{1, 0}, vstack(2, v.line(v.t("ui.five.title"), roleCard, tokInk), v.para(v.t("ui.five.text"), roleBody, tokInk2)),
		centreEntry(w.exampleButton(secondary)))
	steps := hsplit(16, weights, columns...)
	if v.scale > scaleNormal && w.narrow() {
		steps = vstack(14, columns...)
	}
	return v.card(toneNone, padded(8, 8, vstack(16, head, steps)))
}

func (w *window) exampleButton(k kind) *press {
	b := w.view.button(buttonSpec{kind: k, icon: iconHistory, text: w.view.t("ui.home.example"), onTap: w.openExample})
	w.focuses["example"] = b
	return b
}

// openExample shows the case that is shipped with the program.
func (w *window) openExample() {
	trace, report, err := w.Session.Example()
	if err != nil {
		w.notRead = &notRead{key: "ui.notread.example", text: err.Error()}
		w.build()
		return
	}
	w.current = &record{check: trace.Check, invoice: -1, format: trace.Format, example: true, report: newReportState(report)}
	if w.current.check.Provider == nil {
		w.current.check.Provider = report.Provider
	}
	if w.current.check.Started.IsZero() {
		w.current.check.Started = w.now()
	}
	w.keep(w.current)
	w.open(screenCheck)
}
