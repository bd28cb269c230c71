package ui

import (
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
	"latchkey/diag"
	"latchkey/diag/account"
	"latchkey/diag/verdict"
)

// watcher is what the window needs of app.Watches.
type watcher interface {
	Start(id string, server casefile.Server, o app.WatchOptions)
	Stop(id string)
	State(id string) (app.Watch, bool)
	All() map[string]app.Watch
	Close()
}

// watchOf is the watch of a case as it is; false if none was started since the
// program began.
func (w *window) watchOf(r *record) (app.Watch, bool) {
	if r.kept == nil {
		return app.Watch{}, false
	}
	return w.watches.State(r.kept.Model().ID)
}

// watched reports whether a case is being watched now.
func (w *window) watched(r *record) bool {
	s, ok := w.watchOf(r)
	return ok && s.State != app.WatchOver
}

// watchCard turns the watch on and off and shows what it saw.
func (w *window) watchCard(m casefile.Case) fyne.CanvasObject {
	v, r := w.view, w.current
	s, any := w.watchOf(r)
	on := any && s.State != app.WatchOver
	word := v.t("ui.off")
	if on {
		word = v.t("ui.on")
	}
	flip := v.toggle(on, word, v.t("ui.watch.title")+": "+word, func() { w.flipWatch(r, !on) })
	able := !r.example && (m.Server.Address != "" || m.Server.Input != "")
	flip.off = !able
	lines := []fyne.CanvasObject{flow(apart{8, 120 * v.scale}, v.para("**"+v.t("ui.watch.title")+"**", roleCard, tokInk), w.known("watch", flip))}
	switch {
	case r.example:
		lines = append(lines, v.para(v.t("ui.watch.example"), roleDense, tokInk2))
	case !able:
		lines = append(lines, v.para(v.t("ui.watch.no-server"), roleDense, tokInk2))
	case !on && any && s.Why == "reachable":
		lines = append(lines, v.bullet(iconOK, tokOK, v.t("ui.watch.back", "time", w.moment(s.Since))))
	case !on:
		lines = append(lines, v.para(v.t("ui.watch.off"), roleDense, tokInk2))
	default:
		lines = append(lines, v.para(w.watchPace(s), roleDense, tokInk2))
	}
	if any && len(s.History) > 0 {
		lines = append(lines, w.watchStrip(s))
	}
	return v.card(toneNone, vstack(10, lines...))
}

// watchPace says when it looks next.
func (w *window) watchPace(s app.Watch) string {
	v := w.view
	every := w.whole(s.Every)
	switch {
	case s.Err != nil:
		return v.t("ui.watch.trouble", "reason", diag.Clean(s.Err.Error(), 200))
	case s.State == app.WatchOffline:
		return v.t("ui.watch.offline")
	case s.State == app.WatchChecking:
		return v.t("ui.watch.checking", "every", every)
	}
	return v.t("ui.watch.next", "every", every, "time", w.moment(s.Next.Add(time.Second/2)))
}

// stripMarks is how many results the strip has room for.
const stripMarks = 24

// watchStrip draws the last results, each with its colour and height, and says
// the same in words.
func (w *window) watchStrip(s app.Watch) fyne.CanvasObject {
	v := w.view
	results := s.History[max(len(s.History)-stripMarks, 0):]
	var marks []fyne.CanvasObject
	for _, r := range results {
		fill, high := tokStrong, float32(8)
		switch {
		case r.Code == verdict.Locked:
			fill, high = tokLock, 14
		case r.Code == verdict.Reachable || r.Code == verdict.Filtered:
			fill, high = tokOK, 4
		}
		marks = append(marks, box(4, 14, vstack(0, box(0, 14-high, spring()), box(0, high, v.ground(fill, tokNone, 2)))))
	}
	for len(marks) < stripMarks {
		marks = append(marks, spring())
	}
	badge := v.t("verdict." + string(s.Code) + ".badge")
	if s.Code == "" {
		badge = v.t("ui.watch.unclear")
	}
	words := v.t("ui.watch.seen", "count", s.Checks, "state", badge, "time", w.moment(s.Since))
	mark := markOf(string(s.Code))
	return v.spoken(words, vstack(6, hsplit(3, slices.Repeat([]float32{1}, stripMarks), marks...), v.item(v.icon(mark.icon, mark.tone.ink(), 16), 24, v.para(words, roleDense, tokInk))))
}

// flipWatch turns a watch on or off.
func (w *window) flipWatch(r *record, on bool) {
	if !on {
		w.watches.Stop(r.kept.Model().ID)
	} else {
		w.startWatch(r)
	}
	w.build()
}

// startWatch begins to watch the server of a case. It needs the case on disk: a
// watch outlives the window's look at it.
func (w *window) startWatch(r *record) {
	file := w.fileOf(r)
	file.Change(func(m *casefile.Case) { r.fill(m, w.now()) })
	if file.Save() != nil && file.Model().ID == "" {
		return // the bar over the page says what is wrong with the folder
	}
	m := file.Model()
	o := app.WatchOptions{Case: m.ID, Into: file, Tell: w.notices, Check: app.CheckOptions{NoNames: w.view.settings.NoNames},
		OwnIP: app.WayInUse(m) == "own-ip", Asked: w.asker(m)}
	if c := r.check; c.Final && c.Verdict != nil && !c.Printed {
		o.Last = &c
	}
	w.watches.Start(m.ID, m.Server, o)
}

// asker asks the provider about a case's address with the logins there are; nil
// if there are none.
func (w *window) asker(m casefile.Case) func(context.Context) (diag.Answer, error) {
	if len(w.loginsFor(m)) == 0 {
		return nil
	}
	return func(ctx context.Context) (diag.Answer, error) {
		return w.Session.FlagOf(ctx, m)
	}
}

// loginsFor are the logins with which the provider of a case can be asked.
func (w *window) loginsFor(m casefile.Case) []string {
	all, err := w.Session.Logins()
	if err != nil {
		return nil // Settings shows what is wrong with the list
	}
	may := account.Services(w.Session.ProviderOf(m))
	var ids []string
	for _, e := range all {
		if of, ok := app.ServiceOf(e.Kind); ok && slices.Contains(may, of) {
			ids = append(ids, e.ID())
		}
	}
	return ids
}

// onWatch shows a new state of a watch.
func (w *window) onWatch(id string, s app.Watch) {
	r := w.current
	if s.Last != nil {
		w.takeWatched(id, *s.Last)
	}
	w.paintTray()
	if r == nil || r.kept == nil || r.kept.Model().ID != id || !w.inCase() {
		return
	}
	if w.show == screenUnlock {
		w.build()
		return
	}
	w.shell.rename()
}

// takeWatched makes the last whole check of a watch the case's, where it is newer:
// the badge must not say «locked» of a server that answers.
func (w *window) takeWatched(id string, c app.Check) {
	for _, r := range w.cases {
		if r.kept != nil && r.kept.Model().ID == id && r.running == nil && c.Final && c.Started.After(r.check.Started) {
			r.check, r.input = c, ""
		}
	}
}

// resumeWatches begins again what was being watched when the program ended. The
// cases are opened behind the window.
func (w *window) resumeWatches() {
	for _, r := range slices.Clone(w.cases) {
		if r.id == "" || r.kept != nil || !r.watching {
			continue
		}
		var o opened
		w.behind(func(ctx context.Context) { o = w.readCase(ctx, r.id, app.ReadOptions{}) }, func() {
			if o.file == nil || r.kept != nil {
				o.drop()
				return
			}
			w.restore(r, o)
			w.startWatch(r)
		})
	}
}
