package ui

import (
	"fyne.io/fyne/v2"

	"latchkey/diag/abuse"
)

// emptyReport asks for the mail, says where to find it, and goes on without.
func (w *window) emptyReport() fyne.CanvasObject {
	v := w.view
	zone := v.dropZone(vstack(12, v.empty(iconClip, v.t("ui.report.drop"), v.t("ui.report.drop.text"),
		v.button(buttonSpec{kind: secondary, icon: iconFolder, text: v.t("ui.home.choose"), onTap: w.chooseFile}),
		v.button(buttonSpec{kind: secondary, icon: iconClipboard, text: v.t("ui.home.paste"), onTap: w.openPaste}))))
	lines := []fyne.CanvasObject{
		vstack(2, v.para("**"+v.t("ui.report.empty.title")+"**", roleTitle, tokInk), v.para(v.t("ui.report.empty.text"), roleBody, tokInk2)),
		zone,
	}
	if w.notRead != nil {
		lines = append(lines, w.notReadBox())
	}
	find, reasons := w.findMailCard(), w.reasonCard()
	if v.scale > scaleNormal && w.narrow() {
		lines = append(lines, find, reasons)
	} else {
		lines = append(lines, hsplit(16, []float32{1, 1}, find, reasons))
	}
	return flow(centred{mostContent + 48}, padded(22, 24, vstack(14, lines...)))
}

func (w *window) findMailCard() fyne.CanvasObject {
	v := w.view
	address := w.title(w.current.check)
	if a := w.current.check.Addr; a.IsValid() {
		address = a.String()
	}
	return v.titled(v.t("ui.report.lost.title"),
		v.bullet(iconRight, tokPrimary, v.t("ui.report.lost.spam", "address", address)),
		v.bullet(iconRight, tokPrimary, v.t("ui.report.lost.holder")),
		v.bullet(iconRight, tokPrimary, v.t("ui.report.lost.panel")))
}

// reasons are what a mail without a log may name; each leads to its checklist.
func reasons() []abuse.Incident {
	return []abuse.Incident{abuse.NetScan, abuse.Flood, abuse.Spam, abuse.MACViolation, abuse.Phishing, unpaid}
}

// unpaid is no incident: nothing is wrong with the server.
const unpaid abuse.Incident = "unpaid"

// reasonCard keeps the reason a mail without a log names.
func (w *window) reasonCard() fyne.CanvasObject {
	v, r := w.view, w.current
	var chips []fyne.CanvasObject
	for _, reason := range reasons() {
		word := v.t("ui.report.reason." + string(reason))
		chips = append(chips, w.known("reason-"+string(reason), v.chip(word, r.reason == reason, word, func() {
			if r.reason == unpaid { // taken back
				r.invoice = -1
			}
			if r.reason == reason {
				r.reason = ""
			} else {
				r.reason = reason
			}
			if r.reason == unpaid {
				r.invoice = invoiceYes
			}
			w.store(r)
			w.build()
		})))
	}
	lines := []fyne.CanvasObject{v.para(v.t("ui.report.reason.text"), roleBody, tokInk2), wrap(choiceGap, chips...)}
	if r.reason != "" {
		lines = append(lines, v.bullet(iconOK, tokOK, v.t("ui.report.reason.kept")))
	}
	return v.titled(v.t("ui.report.reason.title"), lines...)
}
