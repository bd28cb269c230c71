package ui

import (
	"sync"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
)

// sshProgress is how far a run has come, as its goroutine tells it.
type sshProgress struct {
	mu          sync.Mutex
	collect     app.CollectProgress
	done, total int64 // bytes of a file
	posted      bool  // the window was told and has not looked yet
}

// tell notes news and reports whether the window has to be told.
func (p *sshProgress) tell(change func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	told := p.posted
	p.posted = true
	return !told
}

func (p *sshProgress) look() (c app.CollectProgress, done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.posted = false
	return p.collect, p.done, p.total
}

// postSSH is how a collection tells where it is; however fast it goes, the
// window draws one state after the other.
func (w *window) postSSH(r *record, run *sshRun, c app.CollectProgress) {
	if run.progress.tell(func() { run.progress.collect = c }) {
		w.onThread(func() { w.drawSSH(r, run) })
	}
}

// postBytes is the same for a file.
func (w *window) postBytes(r *record, run *sshRun, done, total int64) {
	if run.progress.tell(func() { run.progress.done, run.progress.total = done, total }) {
		w.onThread(func() { w.drawSSH(r, run) })
	}
}

// drawSSH updates what is drawn in place: the focus stays where it is.
func (w *window) drawSSH(r *record, run *sshRun) {
	c, done, total := run.progress.look()
	if w.current == r && w.show == screenCause && r.cause.item == itemSSH && run.live != nil && r.cause.ssh.run == run {
		run.live.set(w, run, c, done, total)
	}
}

// sshLive is the drawn progress.
type sshLive struct {
	meter    *meter
	now      *fyne.Container
	list     *rows // the commands, with a mark at those that ended; nil for a file
	sections []string
	done     int
	running  string
}

// liveCard shows what runs, section by section, and lets one stop it.
func (w *window) liveCard(run *sshRun) fyne.CanvasObject {
	v, r := w.view, w.current
	l := &sshLive{meter: v.meter(), now: vstack(0)}
	run.live = l
	title, host := "ui.ssh.live", plainStars(diag.Clean(run.host.String(), 120))
	if run.fetch != "" {
		title = "ui.ssh.live.fetch"
	}
	stop := w.act("ssh-stop", iconStop, v.t("ui.ssh.stop"), func() { w.stopSSH(r) })
	lines := []fyne.CanvasObject{v.para("**"+v.t(title, "host", host)+"**", roleCard, tokInk), l.meter.object, l.now}
	if run.fetch == "" {
		commands := w.collectorCommands(run.rescue, run.packages)
		for _, c := range commands {
			l.sections = append(l.sections, c.ID)
		}
		l.list = w.commandRows(commands, l)
		lines = append(lines, box(0, 240*v.scale, v.sheet(toneNone, padding1(l.list))))
	}
	note := v.para(v.t("ui.ssh.live.leave"), roleCaption, tokInk2)
	lines = append(lines, row(0, stop, nil), note)
	c, done, total := run.progress.look()
	l.set(w, run, c, done, total)
	return v.card(toneNone, vstack(12, lines...))
}

// set draws a state.
func (l *sshLive) set(w *window, run *sshRun, c app.CollectProgress, done, total int64) {
	v := w.view
	words, share, left := v.t("ui.ssh.stage.connecting"), float32(0), ""
	switch {
	case run.fetch != "" && total > 0:
		words, share = v.t("ui.ssh.stage.fetching", "path", plainStars(diag.Clean(run.fetch, 200))), float32(done)/float32(total)
		left = v.t("ui.ssh.stage.bytes", "done", w.size(done), "total", w.size(total))
	case c.Stage == app.CollectReading:
		words, share = v.t("ui.ssh.stage.reading"), 1
	case c.Stage == app.CollectRunning:
		words = v.t("ui.ssh.stage.begun")
		if c.Section != "" {
			words = v.t("ui.ssh.stage.section", "section", c.Section)
		}
		share = float32(c.Done) / float32(max(c.Total, 1))
	}
	if c.Total > 0 && run.fetch == "" {
		left = v.t("ui.ssh.stage.count", "done", c.Done, "count", c.Total)
	}
	l.meter.set(share, left, "")
	l.now.Objects = []fyne.CanvasObject{v.bullet(iconRefresh, tokPrimary, words)}
	l.now.Refresh()
	l.done, l.running = c.Done, c.Section
	if l.list != nil {
		l.list.Refresh()
	}
}

// mark says how far a command of the list got. The server runs them in the order
// of the list.
func (l *sshLive) mark(row int) (icon, token) {
	at := -1
	for i, id := range l.sections {
		if id == l.running {
			at = i
		}
	}
	switch {
	case at == row:
		return iconRefresh, tokPrimary
	case at > row, at < 0 && row < l.done:
		return iconOK, tokOK
	}
	return iconBox, tokStrong
}

// size is a number of bytes in words.
func (w *window) size(bytes int64) string {
	t := w.view.text
	switch {
	case bytes >= 1<<30:
		return t.Decimal(float64(bytes)/(1<<30), 1) + " GB"
	case bytes >= 1<<20:
		return t.Decimal(float64(bytes)/(1<<20), 1) + " MB"
	case bytes >= 1<<10:
		return t.Decimal(float64(bytes)/(1<<10), 1) + " KB"
	}
	return t.Decimal(float64(bytes), 0) + " B"
}
