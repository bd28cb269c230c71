package ui

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/checklist"
)

// itemColumn is the open step: question, command, output, findings, match.
func (w *window) itemColumn(items []checklist.Item) []fyne.CanvasObject {
	c := &w.current.cause
	item, _ := w.checklist.ByID(c.item)
	s := c.of(item.ID)
	lines := []fyne.CanvasObject{w.itemCard(item, s)}
	if s.evidence != nil {
		lines = append(lines, w.findingsCard(s))
	}
	if m := w.matchCard(); m != nil {
		lines = append(lines, m)
	}
	if len(c.evidence()) == 0 {
		lines = append(lines, w.view.titled(w.view.t("ui.cause.none.title"), w.view.para(w.view.t("ui.cause.none.text"), roleBody, tokInk2)))
	}
	return lines
}

// itemCard asks, says why, gives the commands and takes the output.
func (w *window) itemCard(i checklist.Item, s *itemState) fyne.CanvasObject {
	v, tag := w.view, w.language()
	lines := []fyne.CanvasObject{
		w.itemTitle(i, s),
		v.para(i.Why.In(tag), roleBody, tokInk2),
	}
	for _, group := range []struct {
		key      string
		commands []string
	}{{"ui.cause.live", i.Live}, {"ui.cause.rescue", i.Rescue}} {
		if len(group.commands) == 0 {
			continue
		}
		lines = append(lines, v.bold(v.t(group.key), roleDense, tokInk2))
		for _, c := range group.commands {
			lines = append(lines, w.command(c, s))
		}
	}
	if len(i.Live)+len(i.Rescue) > 0 {
		lines = append(lines, v.para(v.t("ui.cause.only-reads"), roleCaption, tokInk2))
	}
	if look := i.Look.In(tag); look != "" {
		lines = append(lines, v.bullet(iconFind, tokPrimary, look))
	}
	if harmless := i.False.In(tag); harmless != "" {
		lines = append(lines, v.bullet(iconHelp, tokInk2, v.t("ui.cause.harmless", "text", harmless)))
	}
	return v.card(toneNone, vstack(10, append(lines, w.outputLines(i, s)...)...))
}

// itemTitle is the question, with how far it got beside or below it.
func (w *window) itemTitle(i checklist.Item, s *itemState) fyne.CanvasObject {
	v := w.view
	title, chips := v.para("**"+i.Title.In(w.language())+"**", roleCard, tokInk), w.stateChips(i, s)
	if v.scale > scaleNormal {
		return vstack(8, title, wrap(8, chips...))
	}
	return hsplit(12, []float32{1, 0}, title, row(8, chips...))
}

// stateChips set a step by hand.
func (w *window) stateChips(i checklist.Item, s *itemState) []fyne.CanvasObject {
	v := w.view
	set := func(state string) func() {
		return func() {
			if s.state == state {
				state = ""
			}
			s.state = state
			w.store(w.current)
			w.build()
		}
	}
	done, not := v.t("ui.cause.state.done"), v.t("ui.cause.state.not")
	return []fyne.CanvasObject{v.chip(done, s.state == stateDone, i.Title.In(w.language())+": "+done, set(stateDone)),
		v.chip(not, s.state == stateNot, i.Title.In(w.language())+": "+not, set(stateNot))}
}

// command is a command to run on the server, with a button that copies it.
func (w *window) command(text string, s *itemState) fyne.CanvasObject {
	v := w.view
	role := roleMono
	if s.large {
		role = roleTitle
	}
	words := v.para(text, role, tokInk)
	copied := v.button(buttonSpec{kind: secondary, icon: iconCopy, text: v.t("ui.cause.copy"), height: heightSmall, onTap: func() { w.App.Clipboard().SetContent(text) }})
	return over(v.ground(tokSunken, tokBorder, 8), padded(8, 14, hsplit(12, []float32{1, 0}, flow(middle{}, words), copied)))
}

// outputLines take the output, and say how it was read.
func (w *window) outputLines(i checklist.Item, s *itemState) []fyne.CanvasObject {
	v := w.view
	if s.evidence != nil {
		return w.readLines(s)
	}
	e := newEntry(v.t("ui.cause.paste"), w.onShortcut)
	e.MultiLine, e.TextStyle = true, fyne.TextStyle{Monospace: true}
	e.SetText(s.typed)
	e.OnChanged = func(text string) { s.typed = text }
	e.onFocus = func(on bool) {
		if on {
			w.reveal(e)
		}
	}
	w.focuses["output"] = e
	read := v.button(buttonSpec{kind: secondary, icon: iconFind, text: v.t("ui.cause.read"), height: heightSmall, onTap: func() { w.takeOutput(i, s, s.typed) }})
	return []fyne.CanvasObject{v.bold(v.t("ui.cause.output"), roleDense, tokInk), box(0, 130, e),
		wrap(8, read, v.button(buttonSpec{kind: secondary, icon: iconFolder, text: v.t("ui.home.choose"), height: heightSmall, onTap: w.chooseFile}))}
}

// takeOutput reads what was pasted for a step. What is not recognised is kept.
func (w *window) takeOutput(i checklist.Item, s *itemState, text string) {
	if strings.TrimSpace(text) == "" {
		w.notRead = &notRead{key: "ui.notread.empty"}
		w.build()
		return
	}
	r := w.current
	h := w.handIn(r)
	var e app.Evidence
	var err error
	w.behind(func(ctx context.Context) {
		h.keep(ctx, source{name: i.Title.In("en") + ".txt", text: text})
		e, err = w.Session.ReadEvidence(ctx, i.Title.In("en"), strings.NewReader(text), hintOf(i))
	}, func() {
		switch {
		case errors.Is(err, app.ErrTooLarge):
			w.notRead = &notRead{key: "ui.notread.large"}
		case err != nil:
			w.notRead = &notRead{key: "ui.notread.file", text: err.Error()}
		default:
			w.giveOutput(r, i, e, h)
			w.focus = "lines"
		}
		w.build()
	})
}

// hintOf is the command of a step where it has but one.
func hintOf(i checklist.Item) string {
	if len(i.Live) == 1 {
		return i.Live[0]
	}
	return ""
}

// readLines shows the output with a mark at each line that was flagged.
func (w *window) readLines(s *itemState) []fyne.CanvasObject {
	v, e := w.view, s.evidence
	how := v.bullet(iconHelp, tokInk2, v.t("ui.cause.unknown"))
	if e.Known {
		how = v.bullet(iconOK, tokOK, v.t("ui.cause.known", "command", e.Reading.Command, "understood", int64(e.Reading.Understood), "total", int64(e.Reading.Lines)))
	}
	flagged := map[int]diag.Severity{}
	for _, f := range e.Findings {
		if f.Source != nil && (flagged[f.Source.Line] == "" || f.Severity == diag.Critical) {
			flagged[f.Source.Line] = f.Severity
		}
	}
	text := strings.Split(strings.TrimRight(string(e.Text), "\r\n"), "\n")
	list := v.newRows(rowsSpec{
		name: v.t("ui.cause.output"), dense: true, sorted: -1,
		columns: []column{{width: 26}, {mono: true}},
		count:   func() int { return len(text) },
		cell: func(row, col int) cell {
			if col == 0 {
				if severity := flagged[row+1]; severity != "" {
					mark, ink := severityMark(severity)
					return cell{mark: mark, markInk: ink}
				}
				return cell{}
			}
			return cell{text: w.columns(text[row])}
		},
		tint:   func(row int) tone { return severityTone(flagged[row+1]) },
		say:    func(row int) string { return diag.Clean(text[row], 300) },
		onCopy: func(row int) string { return diag.Clean(text[row], 2000) },
	})
	w.focuses["lines"] = list
	again := v.button(buttonSpec{kind: secondary, icon: iconRefresh, text: v.t("ui.cause.other"), height: heightSmall, onTap: func() {
		s.evidence = nil
		w.storeNoOutput(w.current, w.current.cause.item)
		w.focus = "output"
		w.build()
	}})
	return []fyne.CanvasObject{how, box(0, 220*v.scale, v.sheet(toneNone, padding1(list))), row(0, again, nil)}
}

// columns is a line of an output. Where there is little room its columns move
// together: who owns a socket stands last.
func (w *window) columns(line string) string {
	line = diag.Clean(detab(line), 2000)
	for w.narrow() && strings.Contains(line, "   ") {
		line = strings.ReplaceAll(line, "   ", "  ")
	}
	return line
}

// mostFindings is how many are listed for one output.
const mostFindings = 30

// findingsCard lists what was found in an output, the worst first.
func (w *window) findingsCard(s *itemState) fyne.CanvasObject {
	v := w.view
	var lines []fyne.CanvasObject
	for n, f := range s.evidence.Findings {
		if n == mostFindings {
			lines = append(lines, v.line(v.t("cli.abuse.more", "count", len(s.evidence.Findings)-n), roleCaption, tokInk2))
			break
		}
		if n > 0 {
			lines = append(lines, v.rule())
		}
		lines = append(lines, w.findingLine(f))
	}
	if len(lines) == 0 {
		lines = append(lines, v.bullet(iconOK, tokOK, v.t("ui.cause.clean")))
	}
	return v.titled(v.t("ui.cause.findings.title"), lines...)
}

// findingLine is one finding: how bad, what, what would be harmless, and a
// button that takes it as the cause.
func (w *window) findingLine(f diag.Finding) fyne.CanvasObject {
	v := w.view
	mark_, _ := severityMark(f.Severity)
	badge := v.badge(mark{mark_, severityTone(f.Severity)}, v.t("ui.severity."+string(f.Severity)))
	words := []fyne.CanvasObject{v.para(v.text.P("finding."+f.Code, f.Params), roleBody, tokInk)}
	if key := strings.Replace(f.Code, "evidence.", "evidence.harmless.", 1); v.text.Has(key) {
		words = append(words, v.para(v.text.P(key, f.Params), roleDense, tokInk2))
	}
	taken := w.current.cause.cause
	chosen := taken != nil && taken.Code == f.Code && taken.Source != nil && f.Source != nil && *taken.Source == *f.Source
	use := v.chip(v.t("ui.cause.use"), chosen, v.t("ui.cause.use")+": "+v.text.P("finding."+f.Code, f.Params), func() {
		if chosen {
			w.current.cause.cause = nil
		} else {
			w.current.cause.cause = &f
		}
		w.storeCause(w.current)
		w.build()
	})
	return hsplit(12, []float32{0, 1, 0}, flow(topLeft{}, badge), vstack(4, words...), flow(topLeft{}, use))
}
