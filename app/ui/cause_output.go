package ui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app"
	"latchkey/diag"
	"latchkey/diag/checklist"
)

// output is what a step's command printed, ready to be shown: however long it
// is, drawing it costs the lines in sight.
type output struct {
	app.Evidence
	lines
	flagged map[int]diag.Severity // by line, 1-based
	cut     bool                  // only app.MostOutput bytes of it were read
}

// lines are where the lines of a text begin.
type lines struct {
	text   []byte
	starts []int
}

// linesOf finds them; it takes some milliseconds for ten megabytes.
func linesOf(text []byte) lines {
	text = bytes.TrimRight(text, "\r\n")
	l := lines{text: text, starts: make([]int, 0, bytes.Count(text, []byte("\n"))+1)}
	for at := 0; at >= 0; {
		l.starts = append(l.starts, at)
		next := bytes.IndexByte(text[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return l
}

// longestShown is how much of a line is looked at, in bytes.
const longestShown = 8000

// line gives a line, 0-based, without its end.
func (l lines) line(n int) string {
	end := len(l.text)
	if n+1 < len(l.starts) {
		end = l.starts[n+1] - 1
	}
	return strings.TrimSuffix(string(l.text[l.starts[n]:min(end, l.starts[n]+longestShown)]), "\r")
}

// readOutput reads what a command printed, at most app.MostOutput bytes of it.
func (w *window) readOutput(ctx context.Context, name string, r io.Reader, command string) (output, error) {
	e, err := w.Session.ReadEvidence(ctx, name, io.LimitReader(r, app.MostOutput), command)
	if err != nil {
		return output{}, err
	}
	o := output{Evidence: e, lines: linesOf(e.Text), flagged: flagsOf(e.Findings)}
	if len(e.Text) == app.MostOutput {
		var one [1]byte
		n, _ := r.Read(one[:]) // an error here is the end as well
		o.cut = n > 0
	}
	return o, nil
}

// readSource is readOutput for what was dropped or pasted anywhere. Where it was
// recognised in another coding than it came in, that reading counts.
func (w *window) readSource(ctx context.Context, s source, read *app.Evidence) (output, error) {
	r, err := s.open()
	if err != nil || r == nil {
		return output{}, errors.Join(app.ErrEmpty, err)
	}
	o, err := w.readOutput(ctx, s.name, r, "")
	if err == nil && !o.Known && read != nil {
		text := o.Text
		o.Evidence, o.flagged = *read, flagsOf(read.Findings)
		o.Text = text
	}
	return o, errors.Join(err, r.Close())
}

// takeNote keeps what nobody recognised as a note at the open step, where it was
// dropped.
func (w *window) takeNote(o output, h *handed) {
	if item, ok := w.checklist.ByID(w.current.cause.item); ok {
		w.giveOutput(w.current, item, o, h)
		w.focus = "lines"
	}
	w.build()
}

// flagsOf gives the lines that findings name the gravest of them.
func flagsOf(list []diag.Finding) map[int]diag.Severity {
	flagged := map[int]diag.Severity{}
	for _, f := range list {
		if f.Source != nil && (flagged[f.Source.Line] == "" || f.Severity == diag.Critical) {
			flagged[f.Source.Line] = f.Severity
		}
	}
	return flagged
}

// outputLines take the output, and say how it was read.
func (w *window) outputLines(i checklist.Item, s *itemState) []fyne.CanvasObject {
	v := w.view
	if s.evidence != nil {
		return w.readLines(s)
	}
	objects := w.answeredLines(i)
	e := newEntry(v.t("ui.cause.paste"), w.onShortcut)
	e.MultiLine, e.TextStyle = true, fyne.TextStyle{Monospace: true}
	e.SetText(s.typed)
	e.OnChanged = func(text string) { s.typed = text }
	e.onLong = func(text string) { w.takeOutput(i, s, text) }
	w.focuses["output"] = e
	read := v.button(buttonSpec{kind: secondary, icon: iconFind, text: v.t("ui.cause.read"), height: heightSmall, onTap: func() { w.takeOutput(i, s, s.typed) }})
	return append(objects, v.bold(v.t("ui.cause.output"), roleDense, tokInk), box(0, 110*v.scale, over(v.frame(e), pad(4, e))),
		wrap(8, read, v.button(buttonSpec{kind: secondary, icon: iconFolder, text: v.t("ui.home.choose"), height: heightSmall, onTap: w.chooseFile})))
}

// takeOutput keeps what was pasted for a step and reads it behind the window.
// What is not recognised is kept; a collection goes to where collections are.
func (w *window) takeOutput(i checklist.Item, s *itemState, text string) {
	switch {
	case strings.TrimSpace(text[:min(len(text), 4096)]) == "":
		w.notRead = &notRead{key: "ui.notread.empty"}
		w.build()
		return
	case app.IsCollection([]byte(text[:min(len(text), 4096)])):
		s.typed = ""
		w.readText(text)
		return
	}
	r := w.current
	h := w.handIn(r)
	var o output
	var err error
	name := i.Title.In("en")
	w.take(i.Title.In(w.language()), job{
		read: func(ctx context.Context, ro app.ReadOptions) {
			h.keep(ctx, source{name: name + ".txt", text: text})
			o, err = w.readOutput(ctx, name, &telling{r: strings.NewReader(text), total: int64(len(text)), tell: ro.Progress}, hintOf(i))
		},
		then: func() {
			switch {
			case errors.Is(err, context.Canceled):
				h.drop()
			case err != nil:
				w.notRead = &notRead{key: "ui.notread.file", text: err.Error()}
			default:
				w.giveOutput(r, i, o, h)
				w.focus = "lines"
			}
			w.build()
		},
		drop: h.drop,
	})
}

// telling tells how much of a text was read.
type telling struct {
	r           io.Reader
	done, total int64
	tell        func(done, total int64)
}

func (t *telling) Read(b []byte) (int, error) {
	n, err := t.r.Read(b)
	t.done += int64(n)
	t.tell(t.done, t.total+t.total/4) // then it is worked out what it says
	return n, err
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
	objects := []fyne.CanvasObject{v.bullet(iconHelp, tokInk2, v.t("ui.cause.unknown"))}
	if e.Known {
		objects[0] = v.bullet(iconOK, tokOK, v.t("ui.cause.known", "command", e.Reading.Command, "understood", int64(e.Reading.Understood), "total", int64(e.Reading.Lines)))
	}
	if e.cut {
		objects = append(objects, v.bullet(iconWarn, tokWarn, v.t("ui.cause.cut", "size", int64(app.MostOutput>>20))))
	}
	again := v.button(buttonSpec{kind: secondary, icon: iconRefresh, text: v.t("ui.cause.other"), height: heightSmall, onTap: func() {
		s.evidence = nil
		w.storeNoOutput(w.current, w.current.cause.item)
		w.focus = "output"
		w.rethink(w.current)
		w.build()
	}})
	return append(objects, w.outputRows(v.t("ui.cause.output"), e.lines, e.flagged), row(0, again, nil))
}

// outputRows are the lines of an output.
func (w *window) outputRows(name string, text lines, flagged map[int]diag.Severity) fyne.CanvasObject {
	v, blanks := w.view, w.blanksFor(text)
	list := v.newRows(rowsSpec{
		name: name, dense: true, sorted: -1,
		columns: []column{{width: 26}, {mono: true}},
		count:   func() int { return len(text.starts) },
		cell: func(row, col int) cell {
			if col == 0 {
				if severity := flagged[row+1]; severity != "" {
					mark, ink := severityMark(severity)
					return cell{mark: mark, markInk: ink}
				}
				return cell{}
			}
			return cell{text: tightened(text.line(row), blanks)}
		},
		tint:   func(row int) tone { return severityTone(flagged[row+1]) },
		say:    func(row int) string { return diag.Clean(text.line(row), 300) },
		onCopy: func(row int) string { return diag.Clean(text.line(row), 2000) },
	})
	w.focuses["lines"] = list
	high := float32(min(max(len(text.starts), 3), mostLines)*rowHeightDense + 4)
	return box(0, high*v.scale, v.sheet(toneNone, padding1(list)))
}

// mostLines is how many lines of an output are seen at once.
const mostLines = 12

// blanksFor is how many blanks between the columns of an output stay, so that
// its beginning fits: 0 all of them, else two or one. One would part the branches
// of a tree of processes from their stems.
func (w *window) blanksFor(text lines) int {
	const looked, around = 200, 100 // around: padding, marks, scroll bar
	v := w.view
	room := int((w.itemWidth() - around) / measure("0", v.size(roleMono), roleMono.style()))
	fits, tree := [3]bool{true, true, true}, false
	for n := range min(len(text.starts), looked) {
		line := text.line(n)
		tree = tree || strings.Contains(line, `\_ `)
		for blanks := range fits {
			fits[blanks] = fits[blanks] && len(tightened(strings.TrimRight(line, " "), blanks)) <= room
		}
	}
	switch {
	case fits[0]:
		return 0
	case fits[2] || tree:
		return 2
	}
	return 1
}

// tightened is a line of an output. Where there is little room its columns move
// together: who owns a socket stands last.
func tightened(line string, blanks int) string {
	line = diag.Clean(detab(line), 2000)
	if blanks == 0 {
		return line
	}
	start := len(line) - len(strings.TrimLeft(line, " "))
	rest, gap := line[start:], strings.Repeat(" ", blanks)
	for strings.Contains(rest, gap+" ") {
		rest = strings.ReplaceAll(rest, gap+" ", gap)
	}
	return line[:start] + rest
}
