package ui

import (
	"context"
	"io"
	"net/url"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/app/statement"
	"latchkey/diag"
)

// sendState is how far «Save and send» is.
type sendState struct {
	open    bool
	redact  bool // a copy for others is made
	attach  bool // outputs as files in the PDF
	saving  bool
	last    app.Exported // what was written last, and its name
	name    string
	marked  string // how it was just marked as sent
	clipped bool   // the text was too long for a link to the mail program
	reading time.Time
	read    string // the text of the version of that time
	form    *ownForm
}

// onSend is Ctrl+E: save and send.
func (w *window) onSend() {
	if w.inCase() {
		w.openSend()
	}
}

// closeSend goes back to the form.
func (w *window) closeSend() {
	s := &w.current.statement
	redacted := s.send.redact
	s.send.open, s.send.redact, s.send.marked = false, false, ""
	w.focus, w.notRead = "next", nil
	if redacted {
		w.redraft(w.current)
	}
	w.build()
}

// sendScreen is «Save and send», in the place of the form.
func (w *window) sendScreen() fyne.CanvasObject {
	v, r := w.view, w.current
	s := &r.statement
	back := w.known("send-back", v.button(buttonSpec{kind: secondary, icon: iconEdit, text: v.t("ui.statement.send.back"), onTap: w.closeSend}))
	title := vstack(2, v.line(v.t("ui.statement.send.title"), roleTitle, tokInk), v.para(v.t("ui.statement.send.text"), roleBody, tokInk2))
	lines := []fyne.CanvasObject{flow(apart{12, 260 * v.scale}, title, back)}
	if w.saved != "" {
		lines = append(lines, v.bullet(iconOK, tokOK, w.saved))
	}
	if w.notRead != nil {
		lines = append(lines, w.notReadBox())
	}
	if s.draft == nil {
		return flow(centred{mostContent + 48}, padded(22, 24, vstack(14, append(lines, v.para(v.t("ui.statement.gathering"), roleBody, tokInk2))...)))
	}
	if n := len(s.draft.Notes); n > 0 {
		lines = append(lines, v.bullet(iconWarn, tokWarn, v.t("ui.statement.send.notes", "count", n)))
	}
	cards := []fyne.CanvasObject{w.saveCard()}
	if s.send.redact { // a copy for others goes to nobody from here
		cards = append(cards, w.redactedCard())
	} else {
		cards = append(cards, w.wayCard(), w.sentCard(), w.ownFormCard())
	}
	if c := w.versionsCard(); c != nil {
		cards = append(cards, c)
	}
	left, preview := vstack(14, cards...), w.previewPanel()
	switch {
	case w.shell.width/v.scale < 860:
		lines = append(lines, left, preview)
	case w.narrow():
		lines = append(lines, hsplit(14, []float32{1, 0}, flow(stack{}, left), box(288*v.scale, 0, s.live.stuck(preview))))
	case w.wide():
		lines = append(lines, hsplit(14, []float32{1, 0}, flow(stack{}, left), box(652, 0, s.live.stuck(preview))))
	default:
		lines = append(lines, hsplit(14, []float32{566, 440}, flow(stack{}, left), s.live.stuck(preview)))
	}
	return flow(centred{mostContent + 48}, padded(22, 24, vstack(14, lines...)))
}

// saveCard writes the statement into files.
func (w *window) saveCard() fyne.CanvasObject {
	v, r := w.view, w.current
	s := &r.statement
	turn := func(key, word string, on bool, change func()) *press {
		return w.known(key, v.toggle(on, word, word+": "+w.onOff(on), func() {
			change()
			w.focus = key
			w.afresh(r)
		}))
	}
	lines := []fyne.CanvasObject{v.para("**"+v.t("ui.statement.save")+"**", roleCard, tokInk), wrap(8,
		turn("send-attach", v.t("ui.statement.save.attach"), s.send.attach, func() { s.send.attach = !s.send.attach }),
		turn("send-redact", v.t("ui.statement.save.redact"), s.send.redact, func() { s.send.redact = !s.send.redact }))}
	for _, f := range []app.ExportFormat{app.ExportPDF, app.ExportText, app.ExportMail, app.ExportBundle} {
		k := secondary
		if f == app.ExportPDF && !r.example {
			k = primary
		}
		save := w.known("send-"+string(f), v.button(buttonSpec{kind: k, icon: iconPage, text: v.t("ui.statement.save." + string(f)), height: heightSmall, off: s.send.saving, onTap: func() { w.saveAs(f) }}))
		lines = append(lines, hsplit(12, []float32{0, 1}, box(150*v.scale, 0, flow(columns{weights: []float32{1}, middle: true}, save)),
			flow(columns{weights: []float32{1}, middle: true}, v.para(v.t("ui.statement.save."+string(f)+".text"), roleDense, tokInk2))))
	}
	return v.card(toneNone, vstack(10, lines...))
}

// wayCard says how this provider takes statements.
func (w *window) wayCard() fyne.CanvasObject {
	v, r := w.view, w.current
	s := &r.statement
	q := s.draft.Questions
	name := diag.Clean(q.Name, 60)
	if name == "" {
		name = v.t("ui.statement.provider")
	}
	lines := []fyne.CanvasObject{v.para("**"+v.t("ui.statement.way")+"**", roleCard, tokInk),
		v.para(v.t("ui.statement.via."+string(q.Via), "provider", name), roleBody, tokInk)}
	acts := []fyne.CanvasObject{}
	link := func(key, text, address string) {
		if u, err := url.Parse(address); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
			acts = append(acts, w.known(key, v.button(buttonSpec{kind: secondary, icon: iconOpen, text: text, height: heightSmall, onTap: func() { w.visit(u) }})))
		}
	}
	if s.facts != nil && s.facts.Report != nil {
		if w.form(r)[string(statement.FieldRetest)] == "" {
			link("send-retest", v.t("ui.statement.link.retest"), s.facts.Report.RetryLink)
		}
		link("send-link", v.t("ui.statement.link"), s.facts.Report.AnswerLink)
	}
	acts = append(acts, w.copyButton("statement-text", v.t("ui.statement.copy"), w.statementText()))
	if q.Via == statement.ViaMail || q.Via == statement.ViaTicket {
		acts = append(acts, w.known("send-mail", v.button(buttonSpec{kind: secondary, icon: iconMail, text: v.t("ui.unlock.mail-program"), height: heightSmall, onTap: w.mailProgram})))
	}
	lines = append(lines, wrap(8, acts...))
	if s.send.clipped {
		lines = append(lines, v.bullet(iconClipboard, tokPrimary, v.t("ui.statement.clipped")))
	}
	if q.Via == statement.ViaLink || q.Via == statement.ViaPanel {
		lines = append(lines, v.para(v.t("ui.statement.answers"), roleDense, tokInk2))
		for i, a := range s.draft.Answers {
			ask := v.para(diag.Clean(a.Ask, 200), roleDense, tokInk)
			lines = append(lines, flow(apart{8, 160 * v.scale}, ask, w.copyButton("statement-answer-"+number10(i), v.t("ui.statement.copy.answer"), a.Text)))
		}
	}
	return v.card(toneNone, vstack(10, lines...))
}

// longLink is the longest link that mail programs take (2,000 is what the
// shortest of them stops at).
const longLink = 1900

// mailProgram opens the mail program. What is too long for a link is in the
// clipboard.
func (w *window) mailProgram() {
	s := &w.current.statement
	d, body := s.draft.Document, w.statementText()
	link := func(text string) *url.URL {
		return &url.URL{Scheme: "mailto", Opaque: url.PathEscape(d.To), RawQuery: "subject=" + url.PathEscape(d.Subject) + "&body=" + url.PathEscape(text)}
	}
	u := link(body)
	if s.send.clipped = len(u.String()) > longLink; s.send.clipped {
		w.App.Clipboard().SetContent(body)
		u = link("")
	}
	w.focus = "send-mail"
	w.visit(u)
}

// sentCard takes what only the person knows: that it was sent.
func (w *window) sentCard() fyne.CanvasObject {
	v, r := w.view, w.current
	s := &r.statement
	lines := []fyne.CanvasObject{v.para("**"+v.t("ui.statement.sent")+"**", roleCard, tokInk)}
	if s.send.marked != "" {
		on := w.known("send-on", v.button(buttonSpec{kind: secondary, text: v.t("ui.statement.sent.on"), trailing: iconRight, height: heightSmall, onTap: func() { w.open(screenUnlock) }}))
		return v.card(toneOK, vstack(10, append(lines, v.bullet(iconOK, tokOK, v.t("ui.statement.sent.marked", "by", v.t("timeline.by."+s.send.marked))), row(0, on, nil))...))
	}
	lines = append(lines, v.para(v.t("ui.statement.sent.text"), roleDense, tokInk2))
	var acts []fyne.CanvasObject
	for _, by := range []string{"form", "mail", "ticket", "panel"} {
		acts = append(acts, w.act("sent-"+by, iconSend, v.t("ui.unlock.sent", "by", v.t("timeline.by."+by)), func() { w.markSent(by) }))
	}
	return v.card(toneNone, vstack(10, append(lines, wrap(8, acts...))...))
}

// markSent keeps the version that was sent. Its fingerprint is that of the file
// that was saved from it, else of the text.
func (w *window) markSent(by string) {
	r := w.current
	s := &r.statement
	if s.draft == nil || s.facts == nil || r.example {
		return
	}
	draft, form, out, name, facts, now := *s.draft, w.form(r), s.send.last, s.send.name, *s.facts, w.now()
	w.behind(func(ctx context.Context) {
		if out.SHA256 == "" { // a text always can be written; without one the version counts all the same
			out, _ = w.Session.Export(ctx, io.Discard, facts, form, draft, app.ExportOptions{Format: app.ExportText, Letter: true})
		}
	}, func() {
		w.storeWith(r, func(m *casefile.Case) { app.RecordStatement(m, draft, form, out, name, by, now) })
		s.send.marked = by
		if w.current == r {
			w.focusOn("send-on")
		}
	})
}
