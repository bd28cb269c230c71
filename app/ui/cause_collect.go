package ui

import "fyne.io/fyne/v2"

// collectScript is under which name the collector is saved.
const collectScript = "collect.sh"

// collectColumn shows how to collect everything by hand: the script that is
// saved, what runs it, and where its result goes.
func (w *window) collectColumn() []fyne.CanvasObject {
	v, s := w.view, w.current.cause.of(itemCollect)
	save := w.known("save-script", v.button(buttonSpec{kind: secondary, icon: iconPage, text: v.t("ui.collect.save"), onTap: w.saveCollector}))
	server := w.collectTarget()
	lines := []fyne.CanvasObject{
		v.para("**"+v.t("ui.collect.title")+"**", roleCard, tokInk), v.para(v.t("ui.collect.text"), roleBody, tokInk2),
		v.numbered("1", vstack(8, v.para(v.t("ui.collect.step.save"), roleBody, tokInk), row(0, save, nil))),
		v.numbered("2", vstack(8, v.para(v.t("ui.collect.step.run"), roleBody, tokInk),
			v.bold(v.t("ui.cause.live"), roleDense, tokInk2), w.command("ssh root@"+server+" 'sh -s' < "+collectScript+" > server.fcb", s),
			v.bold(v.t("ui.cause.rescue"), roleDense, tokInk2), w.command("ssh root@"+server+" 'LATCHKEY_ROOT=/mnt sh -s' < "+collectScript+" > server.fcb", s),
			v.bold(v.t("ui.collect.console"), roleDense, tokInk2), w.command("sh "+collectScript+" > server.fcb", s))),
		v.numbered("3", vstack(8, v.para(v.t("ui.collect.step.bring"), roleBody, tokInk), w.bringButtons())),
		v.bullet(iconShield, tokOK, v.t("ui.collect.reads")),
		v.bullet(iconHelp, tokInk2, v.t("ui.collect.uac")),
	}
	return []fyne.CanvasObject{v.card(toneNone, vstack(12, lines...))}
}

// bringButtons take a collection in.
func (w *window) bringButtons() fyne.CanvasObject {
	v := w.view
	return wrap(8,
		w.known("bring", v.button(buttonSpec{kind: secondary, icon: iconFolder, text: v.t("ui.home.choose"), height: heightSmall, onTap: w.chooseFile})),
		w.known("bring-paste", v.button(buttonSpec{kind: secondary, icon: iconClipboard, text: v.t("ui.home.paste"), height: heightSmall, onTap: w.openPaste})))
}

// collectTarget is what stands for the server in a command.
func (w *window) collectTarget() string {
	if a := w.current.check.Addr; a.IsValid() {
		return a.String()
	}
	return "SERVER"
}

// saveCollector saves the script.
func (w *window) saveCollector() {
	script, err := w.Session.Collector()
	if err != nil {
		w.notSaved(err)
		return
	}
	w.saveText(collectScript, script)
}
