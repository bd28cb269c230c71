package ui

import (
	"net/url"

	"fyne.io/fyne/v2"

	"latchkey/diag"
	"latchkey/diag/abuse"
)

// mailTab shows what the mail around the log asks for: reference, deadline,
// links, and what was wrong with it.
func (w *window) mailTab(s *reportState) fyne.CanvasObject {
	v := w.view
	left := []fyne.CanvasObject{w.mailCard(s), w.deadlineCard(s)}
	right := []fyne.CanvasObject{w.linksCard(s)}
	if d := w.defectsCard(s); d != nil {
		right = append(right, d)
	}
	if w.narrow() || v.scale > scaleNormal {
		return vstack(14, append(left, right...)...)
	}
	return hsplit(14, []float32{1, 1}, vstack(14, left...), vstack(14, right...))
}

func (w *window) mailCard(s *reportState) fyne.CanvasObject {
	v, r := w.view, s.reading.Report
	var lines []fyne.CanvasObject
	field := func(key, value string) {
		if value != "" {
			lines = append(lines, hsplit(10, []float32{1, 3}, v.para(v.t("ui.report.mail."+key), roleDense, tokInk2), v.para(diag.Clean(value, 300), roleDense, tokInk)))
		}
	}
	h := r.Message.Header
	field("from", h.From)
	field("subject", h.Subject)
	if !h.Date.IsZero() {
		field("date", h.Date.Format("2006-01-02 15:04:05 -07:00"))
	}
	field("abuse-id", r.Notice.AbuseID)
	field("locking-id", r.Notice.LockingID)
	field("accused", r.Accused)
	if len(lines) == 0 {
		lines = append(lines, v.para(v.t("ui.report.mail.none"), roleBody, tokInk2))
	}
	if r.Notice.AbuseID != "" {
		lines = append(lines, v.bullet(iconHelp, tokPrimary, v.t("ui.report.mail.keep-id", "id", r.Notice.AbuseID)))
	}
	return v.titled(v.t("ui.report.mail.title"), lines...)
}

// linksCard lists the links; secrets are hidden on screen and only opened or
// copied on a press.
func (w *window) linksCard(s *reportState) fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	for i, l := range s.reading.Report.Notice.Links {
		if i == 12 {
			lines = append(lines, v.line(v.t("cli.abuse.more", "count", len(s.reading.Report.Notice.Links)-i), roleCaption, tokInk2))
			break
		}
		if len(lines) > 0 {
			lines = append(lines, v.rule())
		}
		lines = append(lines, w.linkLines(l))
	}
	if len(lines) == 0 {
		lines = append(lines, v.para(v.t("ui.report.links.none"), roleBody, tokInk2))
	}
	return v.titled(v.t("cli.abuse.links"), lines...)
}

func (w *window) linkLines(l abuse.Link) fyne.CanvasObject {
	v := w.view
	name := v.t("report.link." + string(l.Kind))
	lines := []fyne.CanvasObject{v.bold(name, roleBody, tokInk), v.para(diag.Clean(l.Masked(), 300), roleDense, tokInk2)}
	if l.Secret {
		lines = append(lines, v.bullet(iconWarn, tokWarn, v.t("report.link.secret")))
	}
	open := v.button(buttonSpec{kind: secondary, icon: iconSend, text: v.t("ui.report.link.open"), height: heightSmall, onTap: func() {
		if u, err := url.Parse(l.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
			if err := w.App.OpenURL(u); err != nil {
				w.fail("ui.notread.link", err)
			}
		}
	}})
	copied := v.button(buttonSpec{kind: secondary, icon: iconCopy, text: v.t("ui.report.link.copy"), height: heightSmall, onTap: func() { w.App.Clipboard().SetContent(l.URL) }})
	return vstack(6, append(lines, wrap(8, open, copied))...)
}

// defectsCard lists what was wrong with the mail and read around.
func (w *window) defectsCard(s *reportState) fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	for i, warning := range s.reading.Warnings {
		if i == 12 {
			lines = append(lines, v.line(v.t("cli.abuse.more", "count", len(s.reading.Warnings)-i), roleCaption, tokInk2))
			break
		}
		part := diag.Clean(warning.Part, 60)
		if part == "" {
			part = v.t("report.body")
		}
		lines = append(lines, v.bullet(iconWarn, tokWarn, v.t("warning."+warning.Code, "line", warning.Line, "text", warning.Text, "part", part)))
	}
	if len(lines) == 0 {
		return nil
	}
	return v.titled(v.t("ui.report.defects"), lines...)
}
