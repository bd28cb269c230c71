package ui

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"path/filepath"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/evidence"
	"latchkey/diag/verdict"
)

// sshTrouble is why nothing was brought home.
type sshTrouble struct {
	err     error
	host    evidence.Host
	said    string // what the server's shell said instead
	stopped bool   // by the person: that is no trouble, and told as what it is
	fetch   bool
}

// troubled notes why a run brought nothing.
func (w *window) troubled(r *record, got app.Collected, err error) {
	s := &r.cause.ssh
	s.trouble = &sshTrouble{err: err, host: s.host, said: got.Run.Said, stopped: errors.Is(err, context.Canceled)}
}

// troubleWord is what an error is: «ui.ssh.trouble.WORD» is the title, the same
// with «.text» the sentence.
func troubleWord(err error) string {
	var changed *evidence.ChangedKeyError
	var name *net.DNSError
	switch {
	case errors.As(err, &changed):
		return "changed"
	case errors.As(err, &name) && name.IsNotFound:
		return "name"
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrInvalid):
		return "file"
	case errors.Is(err, context.DeadlineExceeded):
		return "unreachable"
	}
	for _, known := range []struct {
		err  error
		word string
	}{
		{app.ErrUnreachable, "unreachable"}, {app.ErrNoSSH, "no-ssh"}, {app.ErrDenied, "denied"}, {app.ErrNotTrusted, "not-trusted"},
		{app.ErrLost, "lost"}, {app.ErrStalled, "stalled"}, {app.ErrTooLong, "stalled"}, {app.ErrNoCollector, "no-collector"},
		{app.ErrNotBundle, "no-collector"}, {evidence.ErrPath, "path"}, {evidence.ErrNoFile, "no-file"}, {evidence.ErrDiffers, "differs"},
		{app.ErrDiskFull, "full"}, {app.ErrUnwritable, "unwritable"},
	} {
		if errors.Is(err, known.err) {
			return known.word
		}
	}
	return "other"
}

// sshTroubleBox says what went wrong, what still holds, and what to do.
func (w *window) sshTroubleBox(t *sshTrouble) fyne.CanvasObject {
	v := w.view
	if t.stopped {
		return v.bullet(iconStop, tokInk2, v.t("ui.ssh.stopped"))
	}
	word := troubleWord(t.err)
	host := plainStars(diag.Clean(t.host.String(), 120))
	sentence := v.t("ui.ssh.trouble."+word+".text", w.troubleValues(t, host)...)
	var acts []fyne.CanvasObject
	switch {
	case word == "unreachable" && w.lockedOut():
		sentence = v.t("ui.ssh.trouble.locked.text", "host", host)
		acts = append(acts, w.act("ssh-way-in", iconKey, v.t("ui.ssh.way-in"), func() {
			w.current.unlock.way = "own-ip"
			w.open(screenUnlock)
		}))
	case word == "no-collector" && t.said != "":
		sentence = v.t("ui.ssh.trouble.said.text", "host", host, "text", plainStars(diag.Clean(t.said, 200)))
	}
	if word != "changed" { // that is no case for trying again
		do := w.collectSSH
		if t.fetch {
			do = w.fetchSSH
		}
		acts = append(acts, w.act("ssh-again", iconRefresh, v.t("ui.ssh.again"), do))
	}
	return v.problem(v.t("ui.ssh.trouble."+word, "host", host), sentence, acts...)
}

// troubleValues are what the sentences name.
func (w *window) troubleValues(t *sshTrouble, host string) []any {
	values := []any{"host", host}
	var changed *evidence.ChangedKeyError
	var path *fs.PathError
	switch {
	case errors.As(t.err, &changed):
		known := "–"
		if len(changed.Known) > 0 {
			known = changed.Known[0]
		}
		values = append(values, "key", changed.Fingerprint, "known", known, "file", filepath.Base(changed.File), "line", changed.Line)
	case errors.As(t.err, &path):
		values = append(values, "file", plainStars(diag.Clean(path.Path, 200)))
	default:
		values = append(values, "text", plainStars(diag.Clean(t.err.Error(), 200)), "file", "")
	}
	return values
}

// lockedOut reports whether the case's server is locked as far as is known: then
// nobody gets in before the provider lets the own address through.
func (w *window) lockedOut() bool {
	v := w.current.check.Verdict
	return v != nil && v.Code == verdict.Locked
}
