package ui

import (
	"context"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/evidence"
)

// fetchLimits are how much of a file is brought home at most, in bytes. The
// first is enough for any program; the last is what can be fetched at all.
func fetchLimits() []int64 { return []int64{100 << 20, 500 << 20, evidence.MostFile} }

// fetchCard brings a single file home as an exhibit.
func (w *window) fetchCard(s *sshState) fyne.CanvasObject {
	v := w.view
	label := v.t("ui.ssh.fetch.path")
	e := newEntry(label, w.onShortcut)
	e.PlaceHolder = v.t("ui.ssh.fetch.path.for")
	e.SetText(s.path)
	e.OnChanged = func(text string) { s.path = text }
	e.OnSubmitted = func(string) { w.fetchSSH() }
	w.focuses["ssh-path"] = e
	if s.most == 0 {
		s.most = fetchLimits()[0]
	}
	chosen := 0
	var words []string
	for i, most := range fetchLimits() {
		words = append(words, w.size(most))
		if most == s.most {
			chosen = i
		}
	}
	limit := v.choice(words, chosen, w.chipWords, func(i int) {
		s.most = fetchLimits()[i]
		w.build()
	})
	fetch := w.known("ssh-fetch", v.button(buttonSpec{kind: secondary, icon: iconFolder, text: v.t("ui.ssh.fetch.do"), height: heightSmall, off: w.sshOff() != "", onTap: w.fetchSSH}))
	lines := []fyne.CanvasObject{
		v.para(v.t("ui.ssh.fetch.text"), roleBody, tokInk2),
		vstack(4, v.line(label, roleCaption, tokInk2), v.field(iconPage, e)),
		vstack(4, v.line(v.t("ui.ssh.fetch.most"), roleCaption, tokInk2), limit),
		row(0, fetch, nil),
	}
	return v.titled(v.t("ui.ssh.fetch"), append(lines, w.exhibitLines()...)...)
}

// exhibitLines list the files that were brought home, with their checksums.
func (w *window) exhibitLines() (lines []fyne.CanvasObject) {
	v, r := w.view, w.current
	if r.kept == nil {
		return nil
	}
	m := r.kept.Model()
	for _, in := range m.Evidence {
		if in.Kind != app.KindExhibit {
			continue
		}
		path, whole := in.Name, true
		for _, e := range m.Timeline {
			if e.Code == app.EventFetched && e.With["sha256"] == in.SHA256 {
				path, whole = e.With["path"], e.With["bytes"] == e.With["size"]
			}
		}
		words := v.t("ui.ssh.fetch.whole", "size", w.size(in.Size))
		if !whole {
			words = v.t("ui.ssh.fetch.part", "size", w.size(in.Size))
		}
		lines = append(lines, v.rule(), vstack(3,
			v.bullet(iconOK, tokOK, "**"+plainStars(diag.Clean(path, 200))+"**, "+words),
			v.para("SHA-256 "+in.SHA256, roleMono, tokInk2)))
	}
	if len(lines) > 0 {
		lines = append(lines, v.para(v.t("ui.ssh.fetch.same"), roleCaption, tokInk2))
	}
	return lines
}

// fetchSSH fetches the file behind the window.
func (w *window) fetchSSH() {
	r := w.current
	s := &r.cause.ssh
	if !evidence.Fetchable(s.path) {
		s.wrong, s.trouble = "", &sshTrouble{err: evidence.ErrPath, fetch: true}
		w.focus = "ssh-path"
		w.build()
		return
	}
	var got app.Exhibit
	most := s.most
	w.connectSSH(s.path, func(ctx context.Context, run *sshRun, o app.CollectOptions, keep app.Keeper) (err error) {
		got, err = w.Session.FetchExhibit(ctx, o, run.fetch, most, keep, func(done, total int64) { w.postBytes(r, run, done, total) })
		return err
	}, func(err error) {
		w.focus = "ssh-fetch"
		if err != nil {
			w.troubled(r, app.Collected{}, err)
			if s.trouble != nil {
				s.trouble.fetch = true
			}
			return
		}
		w.storeWith(r, func(m *casefile.Case) { app.FileExhibit(m, got, w.now()) })
		s.path = ""
	})
}
