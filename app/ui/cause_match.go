package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/diag"
	"latchkey/diag/checklist"
)

// mostDrawn is how many programs and how many targets are drawn at once; the
// others are a press away.
const mostDrawn = 5

// manyJoins is from how many lines on those of the chosen program stand out.
const manyJoins = 8

// matchCard lays the programs beside the targets of the report: which program
// talked to them.
func (w *window) matchCard() fyne.CanvasObject {
	v, c := w.view, &w.current.cause
	m := c.match
	if m == nil {
		return nil
	}
	c.suspect = min(c.suspect, max(len(m.Processes)-1, 0))
	level, word := gradeLevel(m.Grade), v.t("ui.match.grade."+string(m.Grade))
	head := hsplit(12, []float32{1, 0}, v.para("**"+v.t("ui.match.title")+"**", roleCard, tokInk), v.confidence(level, word, toneInfo))
	lines := []fyne.CanvasObject{head, v.para(v.t("ui.match.text."+string(m.Grade)), roleBody, tokInk2)}
	if len(m.Processes) > 0 {
		if len(m.Targets) > 0 || len(m.Processes) > 1 {
			spec := w.matchPicture(m)
			lines = append(lines, v.matchPanel(spec, w.known), w.joinLegend(spec))
		}
		lines = append(lines, w.suspectWords(m, c.suspect))
	}
	if len(m.Against) > 0 {
		lines = append(lines, v.rule(), v.bold(v.t("ui.match.against"), roleDense, tokInk))
		for _, f := range m.Against {
			lines = append(lines, v.bullet(iconNo, tokWarn, v.text.P("finding."+f.Code, f.Params)))
		}
	}
	return v.card(toneNone, vstack(12, lines...))
}

// gradeLevel is how many of three segments a grade fills.
func gradeLevel(g checklist.Grade) int {
	switch g {
	case checklist.Proven:
		return 3
	case checklist.Strong:
		return 2
	case checklist.Indirect:
		return 1
	}
	return 0
}

// matchPicture is what is drawn: the programs around the chosen one, and the
// targets.
func (w *window) matchPicture(m *checklist.Matching) matchSpec {
	v, c := w.view, &w.current.cause
	var s matchSpec
	first := c.suspect / mostDrawn * mostDrawn
	last := min(first+mostDrawn, len(m.Processes))
	for i := first; i < last; i++ {
		s.left = append(s.left, w.suspectBox(m, i))
	}
	if n := len(m.Processes) - (last - first); n > 0 {
		next := last % len(m.Processes)
		words := v.t("ui.match.more.programs", "count", n)
		s.left = append(s.left, matchBox{icon: iconDown, title: words, detail: v.t("ui.match.more.next", "from", next+1, "to", min(next+mostDrawn, len(m.Processes)), "of", len(m.Processes)),
			say: words, key: "suspect-more", onTap: func() { w.chooseSuspect(next) }})
	}
	shown := min(len(m.Targets), mostDrawn)
	for _, t := range m.Targets[:shown] {
		s.right = append(s.right, w.targetBox(m, t))
	}
	if n := len(m.Targets) - shown + m.MoreTargets; n > 0 {
		words := v.t("ui.match.more.targets", "count", n)
		s.right = append(s.right, matchBox{icon: iconList, title: words, detail: v.t("ui.match.more.rows"), say: words, key: "targets-more", onTap: func() { w.open(screenReport) }})
	}
	for _, l := range m.Links {
		j := join{l.Process - first, min(l.Target, shown), joinOf(l.Grade), len(m.Links) > manyJoins && l.Process != c.suspect}
		at := slices.IndexFunc(s.joins, func(k join) bool { return k.from == j.from && k.to == j.to })
		switch {
		case l.Process < first || l.Process >= last:
		case at < 0:
			s.joins = append(s.joins, j)
		default: // of several targets in one box the surest
			s.joins[at].kind = min(s.joins[at].kind, j.kind)
		}
	}
	return s
}

func joinOf(g checklist.Grade) joinKind {
	switch g {
	case checklist.Proven:
		return joinThick
	case checklist.Strong:
		return joinThin
	}
	return joinDashed
}

// joinLegend says what the lines in a picture mean.
func (w *window) joinLegend(s matchSpec) fyne.CanvasObject {
	v := w.view
	var samples []fyne.CanvasObject
	for i, key := range []string{"proven", "strong", "indirect"} {
		kind := joinKind(i)
		if slices.ContainsFunc(s.joins, func(j join) bool { return j.kind == kind }) {
			samples = append(samples, v.joinSample(kind, v.t("ui.match.line."+key)))
		}
	}
	return wrap(14, samples...)
}

// suspectName is a program as it is called.
func (w *window) suspectName(p checklist.Suspect) string {
	if p.PID < 0 {
		return w.view.t("ui.match.nobody")
	}
	return plain(diag.Clean(p.Name, 60))
}

// suspectBox is a program in the picture.
func (w *window) suspectBox(m *checklist.Matching, i int) matchBox {
	v, p := w.view, m.Processes[i]
	b := matchBox{icon: iconBug, title: "**" + w.suspectName(p) + "**", key: "suspect-" + strconv.Itoa(i), chosen: i == w.current.cause.suspect,
		onTap: func() { w.chooseSuspect(i) }}
	grade := v.t("ui.match.grade." + string(p.Grade))
	switch {
	case p.Excluded:
		b.icon, grade = iconClock, v.t("ui.match.later")
	case p.Grade == checklist.Proven:
		b.tone = toneLock
	case p.Grade == checklist.Strong:
		b.tone = toneWarn
	}
	b.detail = grade
	switch user := plain(diag.Clean(p.User, 40)); {
	case p.PID < 0:
	case user == "":
		b.detail += " · " + v.t("ui.match.who.bare", "pid", strconv.Itoa(p.PID))
	default:
		b.detail += " · " + v.t("ui.match.who", "pid", strconv.Itoa(p.PID), "user", user)
	}
	b.say = strings.Join(append([]string{w.suspectName(p) + ", " + b.detail}, w.linkWords(m, i)...), ". ")
	if b.chosen {
		b.say += ", " + v.t("ui.chip.chosen")
	}
	return b
}

// targetBox is a part of the report in the picture.
func (w *window) targetBox(m *checklist.Matching, t checklist.Target) matchBox {
	v := w.view
	b := matchBox{icon: iconAim, title: "**" + w.targetName(t) + "**", detail: v.t("ui.match.reported", "count", t.Count) + ", "}
	if t.Seen > 0 {
		b.tone, b.detail = toneLock, b.detail+v.t("ui.match.seen", "seen", t.Seen)
	} else {
		b.detail += v.t("ui.match.unseen")
	}
	b.say = w.targetName(t) + ": " + b.detail
	return b
}

// targetName is a network, or an address that is the only one, and its port.
func (w *window) targetName(t checklist.Target) string {
	name := t.Net.String()
	if t.Net.IsSingleIP() {
		name = t.Net.Addr().String()
	}
	if t.Port == 0 {
		return name
	}
	return w.view.t("ui.match.target", "net", name, "port", strconv.Itoa(t.Port))
}

// chooseSuspect shows the reasons of a program.
func (w *window) chooseSuspect(i int) {
	w.current.cause.suspect, w.focus = i, fmt.Sprint("suspect-", i)
	w.build()
}

// mostLinkWords is how many targets of a program are named in words.
const mostLinkWords = 3

// linkWords say the lines of a program.
func (w *window) linkWords(m *checklist.Matching, i int) []string {
	v := w.view
	var words []string
	more := 0
	for _, l := range m.Links {
		switch {
		case l.Process != i:
		case len(words) == mostLinkWords:
			more++
		case l.Seen > 0:
			words = append(words, v.t("ui.match.link.seen", "target", w.targetName(m.Targets[l.Target]), "seen", l.Seen, "count", m.Targets[l.Target].Count))
		case l.Grade == checklist.Indirect:
			words = append(words, v.t("ui.match.link.none", "target", w.targetName(m.Targets[l.Target])))
		default:
			words = append(words, v.t("ui.match.link."+string(l.Grade), "target", w.targetName(m.Targets[l.Target])))
		}
	}
	if more > 0 {
		words = append(words, v.t("ui.match.more.targets", "count", more))
	}
	return words
}

// suspectWords say the same of one program in words, and why it is listed.
func (w *window) suspectWords(m *checklist.Matching, i int) fyne.CanvasObject {
	v, p := w.view, m.Processes[i]
	detail := v.t("ui.match.process.bare", "pid", strconv.Itoa(p.PID), "score", p.Score)
	switch user := plain(diag.Clean(p.User, 40)); {
	case p.PID < 0:
		detail = v.t("ui.match.points", "score", p.Score)
	case user != "":
		detail = v.t("ui.match.process", "pid", strconv.Itoa(p.PID), "user", user, "score", p.Score)
	}
	words := []fyne.CanvasObject{v.para("**"+w.suspectName(p)+"** · "+detail, roleBody, tokInk)}
	for _, f := range p.Because {
		words = append(words, v.bullet(iconRight, tokPrimary, v.text.P("finding."+f.Code, f.Params)))
	}
	for _, line := range w.linkWords(m, i) {
		words = append(words, v.bullet(iconAim, tokInk2, line))
	}
	return vstack(6, words...)
}
