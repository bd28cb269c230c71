package ui

import (
	"fyne.io/fyne/v2"

	"latchkey/app"
)

// settingsScreen: language and look, and what leaves this computer.
func (w *window) settingsScreen() fyne.CanvasObject {
	v := w.view
	lines := []fyne.CanvasObject{vstack(2, v.line(v.t("ui.settings"), roleTitle, tokInk), v.para(v.t("ui.settings.lead"), roleBody, tokInk2))}
	for _, p := range w.Session.Problems() {
		lines = append(lines, v.problem(v.t("ui.settings.problem"), p.Error()))
	}
	if err := w.Session.Damage(); err != nil {
		lines = append(lines, v.problem(v.t("ui.settings.damage"), err.Error()))
	}
	if w.notKept {
		lines = append(lines, v.problem(v.t("ui.settings.unsaved"), v.t("ui.settings.unsaved.text")))
	}
	lines = append(lines, w.loginsCard(), w.lookCard())
	if !w.narrow() && v.scale == scaleNormal {
		lines = append(lines[:len(lines)-2], hsplit(18, []float32{1, 1}, w.loginsCard(), flow(stack{}, w.lookCard())))
	}
	return flow(centred{mostContent}, padded(26, 40, vstack(14, append(lines, w.privacyCard())...)))
}

// change applies new settings at once and keeps them.
func (w *window) change(focus string, f func(*app.Settings)) {
	s := w.Session.Settings()
	f(&s)
	w.notKept = w.Session.SetSettings(s) != nil
	w.focus = focus
	w.restyle()
}

func (w *window) lookCard() fyne.CanvasObject {
	v, s := w.view, w.Session.Settings()
	tags := append([]string{""}, w.Texts.Languages()...)
	names := []string{v.t("ui.look.system")}
	chosen := names[0]
	for _, tag := range tags[1:] {
		names = append(names, w.Texts.For(tag).T("language.name"))
		if tag == s.Language {
			chosen = names[len(names)-1]
		}
	}
	language := v.dropdown(v.t("ui.look.language"), names, chosen, func(i int) {
		if i >= 0 && tags[i] != w.Session.Settings().Language {
			w.change("", func(s *app.Settings) { s.Language = tags[i] })
		}
	})
	return v.titled(v.t("ui.look.title"),
		v.setting(v.t("ui.look.language"), language),
		v.setting(v.t("ui.look.theme"), w.pick("theme", []string{"", "light", "dark"}, []string{"ui.look.system", "ui.look.light", "ui.look.dark"}, s.Theme, func(s *app.Settings, v string) { s.Theme = v })),
		v.setting(v.t("ui.look.size"), w.pick("size", []string{"", "large", "largest"}, []string{"ui.look.normal", "ui.look.large", "ui.look.largest"}, s.TextSize, func(s *app.Settings, v string) { s.TextSize = v })),
		v.setting(v.t("ui.look.motion"), w.flip("motion", "ui.look.motion", s.LessMotion, func(s *app.Settings, on bool) { s.LessMotion = on })))
}

func (v *view) setting(name string, control fyne.CanvasObject) fyne.CanvasObject {
	if c, ok := control.(*fyne.Container); !ok || c.Layout != (wrapping{choiceGap}) {
		control = wrap(0, control) // at its own width
	}
	if v.scale > scaleNormal {
		return vstack(4, v.line(name, roleBody, tokInk), control)
	}
	return hsplit(10, []float32{0, 1}, box(132, 0, row(0, v.line(name, roleBody, tokInk), nil)), centreEntry(control))
}

// pick is a choice of a setting's values.
func (w *window) pick(name string, values, keys []string, now string, set func(*app.Settings, string)) fyne.CanvasObject {
	v := w.view
	options := make([]string, len(keys))
	chosen := 0
	for i, k := range keys {
		options[i] = v.t(k)
		if values[i] == now {
			chosen = i
		}
	}
	say := func(option string, on bool) string {
		if on {
			return option + ", " + v.t("ui.chip.chosen")
		}
		return option + ", " + v.t("ui.chip.free")
	}
	chips := v.choice(options, chosen, say, func(i int) {
		w.change(name+values[i], func(s *app.Settings) { set(s, values[i]) })
	})
	for i, o := range chips.Objects {
		if f, ok := o.(fyne.Focusable); ok {
			w.focuses[name+values[i]] = f
		}
	}
	return chips
}

// flip is a switch of a setting.
func (w *window) flip(name, key string, on bool, set func(*app.Settings, bool)) *press {
	v := w.view
	word := v.t("ui.off")
	if on {
		word = v.t("ui.on")
	}
	p := v.toggle(on, word, v.t(key)+": "+word, func() { w.change(name, func(s *app.Settings) { set(s, !on) }) })
	w.focuses[name] = p
	return p
}

// privacyCard lists what leaves this computer, and when.
func (w *window) privacyCard() fyne.CanvasObject {
	v, s := w.view, w.Session.Settings()
	line := func(i icon, key string, control fyne.CanvasObject) fyne.CanvasObject {
		texts := hsplit(12, []float32{2, 3}, row(12, v.icon(i, tokInk2, 19), v.bold(v.t(key), roleBody, tokInk), nil), centreEntry(v.para(v.t(key+".text"), roleDense, tokInk2)))
		// All controls are as wide as the widest, so that the texts before them align.
		return padded(10, 18, hsplit(16, []float32{1, 0}, centreEntry(texts), box(110*v.scale, 0, row(0, nil, control))))
	}
	names := w.flip("names", "ui.privacy.names", !s.NoNames, func(s *app.Settings, on bool) { s.NoNames = !on })
	return v.sheet(toneNone, vstack(0,
		padded(14, 18, row(8, v.line(v.t("ui.privacy.title"), roleCard, tokInk), nil, v.icon(iconShield, tokOK, 18), v.line(v.t("ui.privacy.none"), roleDense, tokInk2))),
		v.rule(), line(iconRouter, "ui.privacy.packets", v.line(v.t("ui.privacy.needed"), roleDense, tokInk2)),
		v.rule(), line(iconFind, "ui.privacy.names", names),
		v.rule(), line(iconBell, "ui.privacy.watch", v.line(v.t("ui.privacy.you"), roleDense, tokInk2)),
		v.rule(), line(iconKey, "ui.privacy.provider", v.line(v.t("ui.privacy.you"), roleDense, tokInk2)),
		v.rule(), line(iconServer, "ui.privacy.control", v.line(v.t("ui.privacy.needed"), roleDense, tokInk2)),
	))
}

// helpScreen: the keys, and what the verdicts mean.
func (w *window) helpScreen() fyne.CanvasObject {
	v := w.view
	var keys []fyne.CanvasObject
	for _, s := range w.shortcuts() {
		keys = append(keys, hsplit(12, []float32{1, 3}, v.bold(s.name(v.t("ui.key.ctrl")), roleDense, tokInk), v.para(v.t(s.key), roleDense, tokInk2)))
	}
	var words []fyne.CanvasObject
	for _, code := range []string{"reachable", "locked", "host-down", "filtered", "before-provider", "local", "loop", "inconclusive"} {
		words = append(words, hsplit(12, []float32{1, 2}, wrap(0, v.badge(markOf(code), v.t("verdict."+code+".badge"))), centreEntry(v.para(v.t("ui.help."+code), roleDense, tokInk2))))
	}
	cards := hsplit(16, []float32{3, 2}, v.titled(v.t("ui.help.verdicts"), words...), v.titled(v.t("ui.help.keys"), keys...))
	if w.narrow() {
		cards = vstack(14, v.titled(v.t("ui.help.verdicts"), words...), v.titled(v.t("ui.help.keys"), keys...))
	}
	return flow(centred{mostContent}, padded(26, 40, vstack(14,
		vstack(2, v.line(v.t("ui.help"), roleTitle, tokInk), v.para(v.t("ui.help.lead", "version", w.Session.Version()), roleBody, tokInk2)), cards,
		v.titled(v.t("ui.help.privacy"), v.para(v.t("ui.help.privacy.text"), roleBody, tokInk2)), w.updateCard())))
}
