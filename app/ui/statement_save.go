package ui

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/app/statement"
	"latchkey/diag"
)

// exportWanted is what goes into a file of a format.
func (s *statementState) exportWanted(f app.ExportFormat) app.ExportOptions {
	return app.ExportOptions{Format: f, Redact: s.send.redact, Letter: s.letter, Attach: s.send.attach}
}

// statementText is the letter as it goes into a ticket; "" before there is one.
func (w *window) statementText() string {
	r := w.current
	s := &r.statement
	if s.draft == nil || s.facts == nil {
		return ""
	}
	o := s.exportWanted(app.ExportText)
	o.Letter = true
	var b bytes.Buffer
	if _, err := w.Session.Export(context.Background(), &b, *s.facts, w.form(r), *s.draft, o); err != nil {
		return ""
	}
	return b.String()
}

func (w *window) copyStatement() { w.copyText("statement-copy", w.statementText()) }

func (w *window) savePDF() { w.saveAs(app.ExportPDF) }

// unnamed are the characters that no name of a file should hold.
var unnamed = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

// statementName is the name a file is offered under.
func (w *window) statementName(f app.ExportFormat) string {
	ending := map[app.ExportFormat]string{app.ExportPDF: ".pdf", app.ExportText: ".txt", app.ExportMail: ".eml", app.ExportBundle: ".zip"}[f]
	if w.current.statement.send.redact {
		return w.view.t("ui.statement.file.redacted") + ending
	}
	server := strings.Trim(unnamed.ReplaceAllString(w.title(w.current.check), "-"), "-.")
	return w.view.t("ui.statement.file") + "-" + server + ending
}

// saveAs asks where to and writes the statement there, behind the window.
func (w *window) saveAs(f app.ExportFormat) {
	r := w.current
	s := &r.statement
	if s.draft == nil || s.facts == nil || s.send.saving {
		return
	}
	w.saved, w.notRead = "", nil
	w.chooseTarget(w.statementName(f), func(to io.WriteCloser, where string, err error) {
		switch {
		case err != nil:
			w.notSaved(err)
		case to != nil:
			w.writeStatement(r, f, to, where)
		}
	})
}

func (w *window) writeStatement(r *record, f app.ExportFormat, to io.WriteCloser, where string) {
	s := &r.statement
	facts, form, draft, o := *s.facts, w.form(r), *s.draft, s.exportWanted(f)
	s.send.saving = true
	var out app.Exported
	var err error
	w.behind(func(ctx context.Context) {
		out, err = w.Session.Export(ctx, to, facts, form, draft, o)
		if closed := to.Close(); err == nil {
			err = closed
		}
	}, func() {
		s.send.saving = false
		if err != nil {
			w.notSaved(err)
			return
		}
		name := diag.Clean(filepath.Base(where), 200)
		if !o.Redact && !r.example { // a copy for others is no version of the statement
			s.send.last, s.send.name = out, name
			w.storeWith(r, func(m *casefile.Case) { app.RecordStatement(m, draft, form, out, name, "", w.now()) })
		}
		if w.current == r {
			w.saved = w.view.t("ui.saved", "file", diag.Clean(where, 200))
			if len(out.Cut) > 0 {
				w.saved += " " + w.view.t("ui.statement.cut")
			}
			w.build()
		}
	})
}

// redactedCard lists what is replaced in a copy for others. The list stands in
// no file.
func (w *window) redactedCard() fyne.CanvasObject {
	v, s := w.view, &w.current.statement
	lines := []fyne.CanvasObject{v.para("**"+v.t("ui.statement.redacted")+"**", roleCard, tokInk), v.para(v.t("ui.statement.redacted.text"), roleDense, tokInk2)}
	const most = 60
	for i, one := range s.replaced {
		if i == most {
			lines = append(lines, v.line(v.t("cli.abuse.more", "count", len(s.replaced)-most), roleCaption, tokInk2))
			break
		}
		lines = append(lines, hsplit(10, []float32{2, 3, 0}, v.para(one.Placeholder, roleMono, tokInk), v.para(plain(diag.Clean(one.Original, 120)), roleMono, tokInk2),
			v.line(v.t("ui.statement.redacted.times", "count", one.Count), roleCaption, tokInk2)))
	}
	if len(s.replaced) == 0 {
		lines = append(lines, v.para(v.t("ui.statement.redacted.none"), roleDense, tokInk2))
	}
	return v.card(toneNone, vstack(6, lines...))
}

// versionsCard lists what was saved and sent; nil if nothing was.
func (w *window) versionsCard() fyne.CanvasObject {
	v, r := w.view, w.current
	s := &r.statement
	list := w.model(r).Statements
	if len(list) == 0 {
		return nil
	}
	lines := []fyne.CanvasObject{v.para("**"+v.t("ui.statement.versions")+"**", roleCard, tokInk)}
	for i := len(list) - 1; i >= 0 && i >= len(list)-12; i-- {
		one := list[i]
		word := v.t("timeline.statement.saved")
		sign, ink := iconPage, tokInk2
		if one.Sent {
			word, sign, ink = v.t("timeline.statement.sent"), iconSend, tokOK
		}
		said := "**" + w.moment(one.Time) + "** " + word
		if one.Name != "" {
			said += ", " + plain(diag.Clean(one.Name, 80))
		}
		open := s.send.reading.Equal(one.Time) && s.send.read != ""
		label := v.t("ui.statement.version.read")
		if open {
			label = v.t("ui.statement.version.close")
		}
		read := w.known("version-"+number10(i), v.button(buttonSpec{kind: quiet, text: label, height: heightSmall, onTap: func() { w.readVersion(i, one, open) }}))
		read.say = label + ": " + plain(said)
		lines = append(lines, flow(apart{8, 160 * v.scale}, v.item(v.icon(sign, ink, 17), 26, v.para(said, roleDense, tokInk)), read))
		if open {
			lines = append(lines, over(v.ground(tokSunken, tokBorder, 10), pad(12, v.letter(s.send.read))))
		}
	}
	return v.card(toneNone, vstack(8, lines...))
}

// readVersion shows the text of a version, or hides it again.
func (w *window) readVersion(i int, one casefile.Statement, open bool) {
	r := w.current
	s := &r.statement
	s.send.reading, s.send.read, w.focus = one.Time, "", "version-"+number10(i)
	if open || s.facts == nil {
		w.build()
		return
	}
	facts, form := *s.facts, statement.Form(one.Fields)
	facts.Now = one.Time
	draft, err := w.Session.Draft(facts, form, app.DraftOptions{Language: one.Language})
	var b bytes.Buffer
	if err == nil {
		_, err = w.Session.Export(context.Background(), &b, facts, form, draft, app.ExportOptions{Format: app.ExportText, Letter: true, Limit: -1})
	}
	if err != nil {
		w.notRead = &notRead{key: "ui.statement.trouble.text", text: err.Error(), title: "ui.statement.trouble.title"}
	}
	s.send.read = b.String()
	w.build()
}
