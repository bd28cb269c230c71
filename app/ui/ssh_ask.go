package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/evidence"
)

// sshAsk is a question that waits for a person. The field is made once, and what
// is typed into it is nowhere else.
type sshAsk struct {
	app.SSHQuestion
	field *entry
	keep  bool
	reply chan sshReply
}

type sshReply struct {
	secret diag.Secret
	keep   bool
}

// forget empties the field; nothing of it is drawn again.
func (a *sshAsk) forget() {
	if a != nil {
		a.field.SetText("")
	}
}

// sshMeet is a key that waits for a person to compare it.
type sshMeet struct {
	evidence.Contact
	reply chan bool
}

// askSSH shows a question and waits for its answer, in a goroutine of the session.
func (w *window) askSSH(ctx context.Context, r *record, run *sshRun, q app.SSHQuestion) (diag.Secret, bool, error) {
	a := &sshAsk{SSHQuestion: q, reply: make(chan sshReply, 1)}
	w.onThread(func() {
		if run.stopped {
			return
		}
		a.field = newEntry(w.askWords(q), w.onShortcut)
		a.field.Password = !q.Echo
		a.field.OnSubmitted = func(string) { w.answerSSH(r, run) }
		run.ask = a
		w.showAsked(r, "ssh-secret")
	})
	select {
	case got := <-a.reply:
		return got.secret, got.keep, nil
	case <-ctx.Done():
		return diag.Secret{}, false, ctx.Err()
	}
}

// meetSSH shows a key and waits until somebody compared it.
func (w *window) meetSSH(ctx context.Context, r *record, run *sshRun, c evidence.Contact) (bool, error) {
	m := &sshMeet{Contact: c, reply: make(chan bool, 1)}
	w.onThread(func() {
		if run.stopped {
			return
		}
		run.meet = m
		w.showAsked(r, "ssh-stop") // «go on» is no answer for a stray Enter
	})
	select {
	case same := <-m.reply:
		return same, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// showAsked draws a question where its case is open.
func (w *window) showAsked(r *record, focus string) {
	if w.current == r && w.show == screenCause {
		if r.cause.item == itemSSH {
			w.focus = focus
		}
		w.build()
	}
}

// answerSSH hands over what was typed and forgets it.
func (w *window) answerSSH(r *record, run *sshRun) {
	a := run.ask
	if a == nil || a.field.Text == "" {
		return
	}
	a.reply <- sshReply{diag.NewSecret(a.field.Text), a.keep && a.Savable}
	a.forget()
	run.ask, w.focus = nil, "ssh-stop"
	w.showAsked(r, "ssh-stop")
}

// judgeSSH says whether a key is the one the provider shows.
func (w *window) judgeSSH(r *record, run *sshRun, same bool) {
	if run.meet == nil {
		return
	}
	run.meet.reply <- same
	run.meet = nil
	w.showAsked(r, "ssh-stop")
}

// askWords say what is asked for. The server's own words stand as a quotation.
func (w *window) askWords(q app.SSHQuestion) string {
	v, host := w.view, diag.Clean(q.Host.String(), 120)
	switch q.Kind {
	case evidence.Password:
		return v.t("ui.ssh.ask.password", "host", host)
	case evidence.Passphrase:
		return v.t("ui.ssh.ask.passphrase", "file", diag.Clean(q.File, 200))
	}
	return v.t("ui.ssh.ask.answer", "host", host)
}

// askCard is the question with its field.
func (w *window) askCard(run *sshRun) fyne.CanvasObject {
	v, a, r := w.view, run.ask, w.current
	lines := []fyne.CanvasObject{v.para("**"+plainStars(w.askWords(a.SSHQuestion))+"**", roleBody, tokInk)}
	switch {
	case a.Saved:
		lines = append(lines, v.bullet(iconWarn, tokWarn, v.t("ui.ssh.ask.saved")))
	case a.Again > 0:
		lines = append(lines, v.bullet(iconWarn, tokWarn, v.t("ui.ssh.ask.again")))
	}
	if a.Kind == evidence.Answer {
		words := strings.TrimSpace(diag.Clean(a.Instruction, 200) + " " + diag.Clean(a.Prompt, 200))
		lines = append(lines, v.para("«"+plainStars(words)+"»", roleMono, tokInk), v.para(v.t("ui.ssh.ask.careful"), roleDense, tokInk2))
	}
	w.focuses["ssh-secret"] = a.field
	lines = append(lines, v.field(iconKey, a.field))
	if a.Savable {
		lines = append(lines, v.choice([]string{v.t("ui.logins.keep.once"), v.t("ui.logins.keep.keyring")}, map[bool]int{false: 0, true: 1}[a.keep], w.chipWords, func(i int) {
			a.keep = i == 1
			w.build()
		}))
	}
	lines = append(lines, wrap(8,
		w.act("ssh-answer", iconCheck, v.t("ui.ssh.ask.go"), func() { w.answerSSH(r, run) }),
		w.act("ssh-stop", iconStop, v.t("ui.ssh.stop"), func() { w.stopSSH(r) })))
	return v.card(toneInfo, vstack(10, lines...))
}

// meetCard shows the fingerprint of a key that was never met before.
func (w *window) meetCard(run *sshRun) fyne.CanvasObject {
	v, m, r := w.view, run.meet, w.current
	key := "ui.ssh.meet"
	if m.Rescue {
		key = "ui.ssh.meet.rescue"
	}
	name := diag.Clean(m.Host.Name, 120)
	if m.Address != "" && !strings.HasPrefix(m.Address, name) {
		name += " (" + diag.Clean(m.Address, 80) + ")"
	}
	lines := []fyne.CanvasObject{
		v.para("**"+v.t("ui.ssh.meet.title")+"**", roleCard, tokInk),
		v.para(v.t(key, "name", plainStars(name), "kind", m.Kind), roleBody, tokInk2),
		over(v.ground(tokSunken, tokBorder, 8), padded(10, 14, v.para(m.Fingerprint, roleMono, tokInk))),
		v.bullet(iconHelp, tokPrimary, v.t("ui.ssh.meet.compare")),
		v.bullet(iconShield, tokOK, v.t("ui.ssh.meet.nothing")),
		wrap(8,
			w.act("ssh-same", iconCheck, v.t("ui.ssh.meet.same"), func() { w.judgeSSH(r, run, true) }),
			w.act("ssh-stop", iconStop, v.t("ui.ssh.meet.stop"), func() { w.judgeSSH(r, run, false) })),
	}
	return v.card(toneInfo, vstack(10, lines...))
}

// plainStars keeps a foreign text from being set in bold.
func plainStars(text string) string { return strings.ReplaceAll(text, "**", "* *") }
