package ui

import (
	"errors"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/app/casefile"
)

// sorted are the cases in the order of the list: what is due first, then what
// was changed last, then what is closed.
func (w *window) sorted() []*record {
	due := map[*record]time.Time{}
	for _, r := range w.cases {
		at, ok := w.deadlineOf(r)
		switch {
		case app.Closed(w.model(r)):
			at = time.Unix(1<<41, 0)
		case !ok || r.example:
			at = time.Unix(1<<40, 0) // after all that have one
		}
		due[r] = at
	}
	list := slices.Clone(w.cases)
	slices.SortStableFunc(list, func(a, b *record) int {
		if c := due[a].Compare(due[b]); c != 0 {
			return c
		}
		return b.changed.Compare(a.changed)
	})
	return list
}

// caseAbout is the case about a server, by what was typed, its name or its
// address; nil if there is none. A trace that somebody printed is a case of its
// own, until it is checked from here.
func (w *window) caseAbout(input string) *record {
	for _, r := range w.cases {
		if r.example || r.damage != nil {
			continue
		}
		for _, known := range []string{r.check.Input, r.check.Name, addressOf(r.check)} {
			if known != "" && strings.EqualFold(known, strings.TrimSuffix(input, ".")) {
				return r
			}
		}
	}
	return nil
}

// addressOf is the address a check is about, "" if it is not known.
func addressOf(c app.Check) string {
	switch {
	case c.Addr.IsValid():
		return c.Addr.String()
	case c.Path.Target.IsValid():
		return c.Path.Target.String()
	}
	return ""
}

// continuedNote says that a check went on in a case there was, and lets one
// begin another; nil if it did not.
func (w *window) continuedNote() fyne.CanvasObject {
	v, r := w.view, w.current
	if !r.continued || w.show != screenCheck {
		return nil
	}
	fresh := w.known("new-case", v.button(buttonSpec{kind: quiet, text: v.t("ui.case.new"), height: heightSmall, onTap: func() {
		r.continued = false
		w.stopCheck()
		w.beginNew(r.check.Input)
	}}))
	return over(v.ground(tokSunken, tokBorder, 10), padded(6, 16, hsplit(12, []float32{1, 0},
		flow(middle{}, v.para(v.t("ui.case.continued", "name", w.title(r.check)), roleDense, tokInk2)), fresh)))
}

// caseList lists all cases.
func (w *window) caseList() fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	for i, r := range w.sorted() {
		if i > 0 {
			lines = append(lines, v.rule())
		}
		lines = append(lines, w.caseRow(r))
	}
	head := row(8, v.line(v.t("ui.list.title"), roleCard, tokInk), nil, w.exampleButton(quiet))
	return vstack(8, head, v.sheet(toneNone, padding1(vstack(0, lines...))))
}

// caseRow is a case in the list, with what is wrong with it below.
func (w *window) caseRow(r *record) fyne.CanvasObject {
	v := w.view
	code, word := w.state(r.check)
	line := hsplit(24, []float32{1, 0, 0}, w.serverName(r.check, false), box(190*v.scale, 0, row(0, v.badge(markOf(code), word), nil)),
		row(16, box(170*v.scale, 0, v.line(w.when(r), roleDense, tokInk2)), v.icon(iconRight, tokInk2, 18)))
	open := v.press(padded(12, 18, line), 8, w.caseSentence(r, word), func() { w.openCase(r) })
	remove := v.button(buttonSpec{kind: quiet, text: v.t("ui.list.delete"), height: heightSmall, onTap: func() { w.deleteCase(r) }})
	remove.say = v.t("ui.list.delete.say", "name", w.title(r.check))
	whole := fyne.CanvasObject(hsplit(4, []float32{1, 0}, open, flow(padding{0, 8, 0, 0}, flow(middle{}, remove))))
	if v.scale > scaleNormal && w.narrow() {
		whole = vstack(0, open, flow(padding{0, 8, 8, 8}, row(0, remove, nil)))
	}
	if note := w.caseNote(r); note != nil {
		return vstack(0, whole, flow(padding{0, 18, 12, 18}, note))
	}
	return whole
}

// when is until when something is wanted in a case, else when it was checked.
func (w *window) when(r *record) string {
	v := w.view
	if app.Closed(w.model(r)) {
		return v.t("timeline.case.closed")
	}
	if c, ok := w.countdown(r); ok && !r.example {
		return c.first
	}
	at := r.check.Started
	switch {
	case r.example:
		return v.t("ui.list.example")
	case at.IsZero():
		return ""
	case r.check.Printed && r.format != "":
		return v.t("ui.list.read", "format", r.format)
	case at.Year() != w.now().Year() || at.YearDay() != w.now().YearDay():
		return v.t("ui.list.on", "date", at.Format("2006-01-02"))
	}
	return v.t("ui.list.when", "time", at.In(w.now().Location()).Format("15:04"))
}

// caseNote says what is wrong with a case; nil if nothing is.
func (w *window) caseNote(r *record) fyne.CanvasObject {
	v := w.view
	var damage *casefile.Damage
	switch {
	case errors.Is(r.damage, casefile.ErrNewer):
		return v.problem(v.t("ui.case.newer.title"), v.t("ui.case.newer.text"))
	case errors.As(r.damage, &damage) && damage.Backup:
		return v.problem(v.t("ui.case.damaged.title"), v.t("ui.case.damaged.backup"))
	case errors.As(r.damage, &damage) && len(damage.Fields) > 0 && damage.Fields[0] != "schema":
		return v.problem(v.t("ui.case.damaged.title"), v.t("ui.case.damaged.part"))
	case r.damage != nil:
		return v.problem(v.t("ui.case.damaged.title"), v.t("ui.case.damaged.whole", "id", r.id))
	case r.kept != nil && r.kept.ReadOnly():
		return v.problem(v.t("ui.case.elsewhere.title"), v.t("ui.case.elsewhere.text"))
	}
	return nil
}

// listNotes stand over the list: what was deleted, and what could not be done.
func (w *window) listNotes() []fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	if note := w.crashNote(); note != nil {
		lines = append(lines, note)
	}
	if w.listTrouble != "" {
		lines = append(lines, v.problem(v.t("ui.list.trouble"), v.t(w.listTrouble)))
	}
	if r := w.deleted; r != nil {
		undo := v.button(buttonSpec{kind: secondary, icon: iconHistory, text: v.t("ui.list.undo"), height: heightSmall, onTap: w.undelete})
		w.focuses["undo"] = undo
		lines = append(lines, over(v.ground(tokSunken, tokBorder, 10), padded(8, 16, hsplit(12, []float32{1, 0},
			flow(middle{}, v.para(v.t("ui.list.deleted", "name", w.title(r.check)), roleBody, tokInk)), undo))))
	}
	return lines
}

// openCase goes to the step of a case that has something to show.
func (w *window) openCase(r *record) {
	w.load(r, func() {
		w.current = r
		if r.report != nil && r.check.Verdict == nil && r.running == nil {
			w.open(screenReport)
			return
		}
		w.open(screenCheck)
	})
}

func (w *window) caseSentence(r *record, word string) string {
	if when := w.when(r); when != "" {
		word += ", " + when
	}
	return w.title(r.check) + ": " + word
}

// deleteCase moves a case into the trash.
func (w *window) deleteCase(r *record) {
	if r.running != nil {
		r.running.Stop()
		r.running = nil
	}
	r.endSSH()
	w.deleted, w.listTrouble = nil, ""
	if err := w.unload(r); err != nil {
		w.listTrouble = "ui.list.not-deleted"
		if errors.Is(err, casefile.ErrReadOnly) {
			w.listTrouble = "ui.list.not-deleted.elsewhere"
		}
		w.build()
		return
	}
	w.cases = slices.DeleteFunc(w.cases, func(old *record) bool { return old == r })
	if w.current == r {
		w.current = nil
	}
	w.deleted, w.focus = r, "undo"
	w.build()
}

// unload closes a case and deletes what is stored of it.
func (w *window) unload(r *record) error {
	if r.example {
		return nil
	}
	if r.kept != nil {
		_ = r.kept.Close() // what could not be saved is deleted with the rest
		if id := r.kept.Model().ID; id != "" {
			r.id = id
		}
	}
	if r.report != nil && r.id != "" {
		_ = r.report.close()       // Windows moves no folder with an open file
		r.due, _ = w.deadlineOf(r) // for the list, should it come back
		r.report = nil
	}
	r.kept, r.cause = nil, causeState{}
	if r.id == "" {
		return nil
	}
	return w.Session.Cases().Delete(r.id)
}

// undelete brings back what was deleted last.
func (w *window) undelete() {
	r := w.deleted
	w.deleted = nil
	if r.id != "" {
		if err := w.Session.Cases().Restore(r.id); err != nil {
			w.listTrouble = "ui.list.not-restored"
			w.build()
			return
		}
	}
	w.cases = append([]*record{r}, w.cases...)
	w.build()
}

// saveAll writes whatever is not yet written.
func (w *window) saveAll() error {
	var errs []error
	for _, r := range w.cases {
		if r.kept != nil {
			errs = append(errs, r.kept.Save())
		}
	}
	return errors.Join(errs...)
}

// standing is what must be said on every screen of a case, and on Home.
func (w *window) standing() []fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	if err := w.unsaved(); err != nil {
		text := v.t("ui.save." + obstacle(err))
		if w.leaving {
			text += " " + v.t("ui.save.leaving")
		}
		again := v.button(buttonSpec{kind: secondary, icon: iconRefresh, text: v.t("ui.save.again"), height: heightSmall, onTap: func() {
			_ = w.saveAll() // what is in the way still stands here then
			w.focus = "save"
			w.onSaved()
		}})
		w.focuses["save"] = again
		lines = append(lines, v.problem(v.t("ui.save.title"), text, again, nil))
	}
	if !w.inCase() {
		return lines
	}
	if note := w.caseNote(w.current); note != nil {
		lines = append(lines, note)
	}
	if note := w.continuedNote(); note != nil {
		lines = append(lines, note)
	}
	if w.current.lost {
		lines = append(lines, v.problem(v.t("ui.case.lost.title"), v.t("ui.case.lost.text")))
	}
	return lines
}

// unsaved is why something is not on disk; nil if all is.
func (w *window) unsaved() error {
	for _, r := range w.cases {
		if r.kept != nil && r.kept.Trouble() != nil {
			return r.kept.Trouble()
		}
	}
	return nil
}

// isFull reports whether a disk is full; Windows has two numbers of its own for
// that, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
func isFull(err error) bool {
	var number syscall.Errno
	return errors.As(err, &number) && (number == syscall.ENOSPC || runtime.GOOS == "windows" && (number == 39 || number == 112))
}

// obstacle names why something cannot be saved.
func obstacle(err error) string {
	switch {
	case isFull(err):
		return "full"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "folder"
	}
	return "other"
}
