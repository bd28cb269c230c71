package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag/abuse/grammar"
)

// The deadline's states: from two hours on it is soon, from half an hour on
// urgent.
const (
	soonFrom   = 2 * time.Hour
	urgentFrom = 30 * time.Minute
)

// deadlineOf is until when an answer is wanted: what the person set, else what
// the mail says.
func (w *window) deadlineOf(r *record) (time.Time, bool) {
	switch {
	case r.report == nil:
		return r.due, !r.due.IsZero()
	case !r.report.deadline.IsZero():
		return r.report.deadline, true
	case r.report.reading.Report.Notice.Deadline != nil:
		return r.report.reading.Report.Notice.Deadline.At, true
	}
	return time.Time{}, false
}

// countdown is the deadline in words, with the state of its colour and icon.
type countdown struct {
	first, second string
	share         float64
	ink           token
}

func (w *window) countdown(r *record) (countdown, bool) {
	at, ok := w.deadlineOf(r)
	if !ok {
		return countdown{}, false
	}
	v, now := w.view, w.now()
	left := at.Sub(now)
	local := at.In(now.Location())
	when := local.Format("15:04")
	c := countdown{second: v.t("ui.deadline.today", "time", when), ink: tokPrimary}
	if local.YearDay() != now.YearDay() || local.Year() != now.Year() {
		c.second = v.t("ui.deadline.on", "date", local.Format("2006-01-02"), "time", when)
	}
	var from time.Time
	if r.report != nil {
		from = r.report.reading.Report.Message.Header.Date
	}
	if from.IsZero() || !from.Before(at) {
		from = at.Add(-24 * time.Hour) // a day is what such mails usually give
	}
	c.share = min(max(float64(left)/float64(at.Sub(from)), 0), 1)
	sent := app.SentAt(w.model(r))
	switch {
	case !sent.IsZero() && !sent.After(at):
		c.first, c.second, c.ink, c.share = v.t("ui.deadline.answered"), v.t("ui.deadline.sent", "time", w.moment(sent)), tokOK, 1
	case left <= 0:
		c.first, c.second, c.ink, c.share = v.t("ui.deadline.passed", "time", w.since(-left)), v.t("ui.deadline.passed.hint"), tokLock, 1
	case left <= urgentFrom:
		c.first, c.ink = v.t("ui.deadline.urgent", "time", w.rest(left)), tokLock
	case left <= soonFrom:
		c.first, c.ink = v.t("ui.deadline.soon", "time", w.rest(left)), tokWarn
	default:
		c.first = v.t("ui.deadline.left", "time", w.rest(left))
	}
	return c, true
}

// rest writes how much time is left or gone: seconds only where they count.
func (w *window) rest(d time.Duration) string {
	if d >= 10*time.Minute && d < time.Hour {
		return w.view.t("ui.span.minutes", "m", int(d.Minutes()))
	}
	return w.span(d)
}

// since is rest behind «since», where some languages write days differently.
func (w *window) since(d time.Duration) string {
	if d >= severalDaysFrom {
		return w.view.t("ui.span.d.since", "count", wholeDays(d))
	}
	return w.rest(d)
}

// deadlineClock stands in the header; a press leads to where it can be set.
func (w *window) deadlineClock(tight bool) fyne.CanvasObject {
	v, r := w.view, w.current
	c, ok := w.countdown(r)
	if !ok {
		return row(12, v.icon(iconClock, tokInk2, 26), vstack(0, v.bold(v.t("ui.deadline.none"), roleBody, tokInk), v.line(v.t("ui.deadline.hint"), roleCaption, tokInk2)))
	}
	w.tickLater(r)
	words := vstack(0, v.bold(c.first, roleBody, tokInk), v.line(c.second, roleCaption, tokInk2))
	if tight {
		words = vstack(0, v.bold(c.first, roleBody, tokInk))
	}
	p := v.press(row(12, v.clockRing(c.share, c.ink, 36), words), 8, c.first+". "+c.second, func() {
		if r.report != nil {
			r.report.tab = tabMail
		}
		w.open(screenReport)
	})
	w.focuses["deadline"] = p
	return p
}

// tickLater draws the clock anew when its words change: once a minute, in the
// last ten minutes once a second. One timer runs at a time.
func (w *window) tickLater(r *record) {
	at, _ := w.deadlineOf(r)
	if w.ticking || w.after == nil {
		return
	}
	w.ticking = true
	wait := time.Minute
	if left := at.Sub(w.now()); left > 0 && left <= 10*time.Minute {
		wait = time.Second
	}
	minute := w.now().Truncate(time.Minute)
	w.after(wait, func() {
		w.ticking = false
		switch {
		case !w.inCase():
		case w.show == screenUnlock && r == w.current && r.unlock.form == "" && !minute.Equal(w.now().Truncate(time.Minute)):
			w.build() // its promised times too; a form that is typed into is left alone
		default:
			w.shell.rename()
		}
	})
}

// deadlineCard shows where the deadline stands and lets one set it by hand.
func (w *window) deadlineCard(s *reportState) fyne.CanvasObject {
	v, n := w.view, s.reading.Report.Notice
	var lines []fyne.CanvasObject
	if c, ok := w.countdown(w.current); ok {
		lines = append(lines, v.bold(c.first, roleBody, tokInk))
		at, _ := w.deadlineOf(w.current)
		lines = append(lines, v.para(at.Format("2006-01-02 15:04:05 -07:00"), roleDense, tokInk2))
	}
	switch {
	case !s.deadline.IsZero():
		lines = append(lines, v.bullet(iconDot, tokPrimary, v.t("ui.deadline.by-hand")))
	case n.Deadline != nil && n.Deadline.Source.Line > 0:
		lines = append(lines, v.bullet(iconOK, tokOK, v.t("ui.deadline.line", "line", n.Deadline.Source.Line)))
	case n.AnswerIn > 0:
		lines = append(lines, v.bullet(iconHelp, tokPrimary, v.t("finding.abuse.answer-within", "count", int(n.AnswerIn.Hours()))))
	default:
		lines = append(lines, v.para(v.t("ui.deadline.unknown"), roleBody, tokInk2))
	}
	e := newEntry(v.t("ui.deadline.placeholder"), w.onShortcut)
	e.SetText(s.typed)
	e.OnChanged = func(text string) { s.typed = text }
	set := func() { w.setDeadline(s) }
	e.OnSubmitted = func(string) { set() }
	w.focuses["deadline-field"] = e
	lines = append(lines, hsplit(10, []float32{1, 0}, v.field(iconClock, e), v.button(buttonSpec{kind: secondary, text: v.t("ui.deadline.set"), height: heightLarge, onTap: set})))
	if s.trouble != "" {
		lines = append(lines, v.bullet(iconWarn, tokWarn, v.t(s.trouble)))
	}
	return v.titled(v.t("ui.report.deadline"), lines...)
}

// setDeadline takes what was typed: a time with a date, in the zone of this
// computer unless it names one. Nothing typed goes back to the mail's.
func (w *window) setDeadline(s *reportState) {
	text, before := strings.TrimSpace(s.typed), s.deadline
	s.trouble, w.focus = "", "deadline-field"
	stamp, used := grammar.ReadStamp([]byte(text))
	switch {
	case text == "":
		s.deadline = time.Time{}
	case used == 0 || !stamp.Dated() || stamp.Parts&grammar.Clock == 0:
		s.trouble = "ui.deadline.wrong"
	case stamp.Parts&grammar.Zoned != 0:
		s.deadline = stamp.Time()
	default:
		at := stamp.Time()
		s.deadline = time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, w.now().Location())
	}
	if !s.deadline.Equal(before) {
		w.storeDeadline(w.current)
	}
	w.build()
}
