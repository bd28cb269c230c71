package ui

import (
	"strings"

	"fyne.io/fyne/v2"

	"latchkey/app/statement"
)

// formField is a field of the form on step 4.
type formField struct {
	name    statement.Field
	section statement.Section
	label   string // over the field; "" where a heading says it
	prompt  string // in the empty field
	rows    int    // 0: one line
	mono    bool
	text    string // what stands there
	typed   func(string)
}

// partField is a field of the statement that follows the person's words.
func (w *window) partField(f formField) fyne.CanvasObject {
	return vstack(0, append([]fyne.CanvasObject{w.bareField(f)}, w.underField(f.name)...)...)
}

// bareField is partField without what stands under it.
func (w *window) bareField(f formField) fyne.CanvasObject {
	r := w.current
	f.text = r.statement.shown(w.form(r), f.name)
	f.typed = func(text string) { w.typeField(r, f.name, text) }
	return w.plainField(f)
}

// underField is the place of what is said about a field.
func (w *window) underField(name statement.Field) []fyne.CanvasObject {
	return append([]fyne.CanvasObject{w.fieldTrouble(name)}, w.changeBox(name)...)
}

// plainField is a frame with its label. What is built anew keeps its cursor.
func (w *window) plainField(f formField) fyne.CanvasObject {
	v, s := w.view, &w.current.statement
	say := f.label
	if say == "" {
		say = f.prompt
	}
	e := newEntry(f.prompt, w.onShortcut)
	e.say = say
	e.MultiLine = f.rows > 0
	if e.MultiLine {
		e.Wrapping = fyne.TextWrapWord
	}
	e.TextStyle.Monospace = f.mono
	e.SetText(f.text)
	key := "statement-" + string(f.name)
	if old := s.entries[key]; old != nil && old.Text == e.Text {
		e.CursorRow, e.CursorColumn = old.CursorRow, old.CursorColumn
	}
	if s.entries == nil {
		s.entries = map[string]*entry{}
	}
	s.entries[key], w.focuses[key] = e, e
	frame := &growing{entry: e, look: v.look, rows: max(f.rows, 1)}
	e.OnChanged = func(text string) {
		f.typed(text)
		if frame.grew() {
			w.shell.page.reflow()
		}
	}
	e.onLong = func(string) { w.notTaken("ui.statement.long", nil) }
	s.live.fields[f.name] = e
	object := v.framed(e, frame, func() { w.edit(f.section) })
	if f.label == "" {
		return object
	}
	return vstack(4, v.line(f.label, roleDense, tokInk2), object)
}

// framed draws the border of an entry of one or more lines.
func (l *look) framed(e *entry, g *growing, onFocus func()) fyne.CanvasObject {
	frame := l.frame(e)
	paint := e.onFocus
	e.onFocus = func(on bool) {
		paint(on)
		if on {
			onFocus()
		}
	}
	return over(frame, flow(g, e))
}

// growing makes an entry as high as its text, from its least number of rows to
// mostRows; what is longer scrolls.
type growing struct {
	look  *look
	entry *entry
	rows  int
	text  string // of which high was measured
	width float32
	high  float32
}

// mostRows is what is seen of a long answer at once.
const mostRows = 14

func (g *growing) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	if g.high > 0 && g.text == g.entry.Text && g.width == width {
		return g.high
	}
	g.text, g.width, g.high = g.entry.Text, width, g.measure(width)
	return g.high
}

func (g *growing) measure(width float32) float32 {
	line := fyne.MeasureText("M", g.look.size(roleBody), fyne.TextStyle{}).Height
	if !g.entry.MultiLine {
		return max(heightUsual*g.look.scale, line+16)
	}
	text := g.entry.Text
	if text == "" {
		text = g.entry.PlaceHolder
	}
	var height float32
	for one := range strings.SplitSeq(text, "\n") {
		height += max(g.look.para(one, roleBody, tokInk).heightFor(width-24), line)
		if height > mostRows*line {
			return mostRows*line + 20
		}
	}
	return max(height, float32(g.rows)*line) + 20
}

// grew reports whether the text needs another height than it has.
func (g *growing) grew() bool { return g.width > 0 && g.measure(g.width) != g.high }

func (g *growing) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.Position{})
	objects[0].Resize(size)
}

func (g *growing) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(60, g.heightFor(nil, max(g.width, 60)))
}

// typeField keeps what is typed, as it is typed.
func (w *window) typeField(r *record, name statement.Field, text string) {
	s := &r.statement
	if s.unfit == nil {
		s.unfit = map[string]string{}
	}
	before, emptied := s.unfit[string(name)], w.form(r).Emptied(name)
	delete(s.unfit, string(name))
	switch value := strings.TrimSpace(text); {
	case value == "" && s.proposed(name) != "": // it stays empty
		w.writeFields(r, func(form statement.Form) { form.Empty(name) })
	case value != "" && !statement.FieldFits(string(name), value):
		s.unfit[string(name)] = text
	case text == s.proposed(name):
		w.writeField(r, name, "") // the facts say the same
	default:
		w.writeField(r, name, text)
	}
	if s.unfit[string(name)] != "" || before != "" || emptied != w.form(r).Emptied(name) {
		s.live.troubles(name)
	}
	w.follow(r)
}

// fieldTrouble is the place of the sentence about a field.
func (w *window) fieldTrouble(name statement.Field) fyne.CanvasObject {
	box := vstack(0)
	w.current.statement.live.boxes[name] = box
	w.current.statement.live.fillTrouble(name)
	return box
}

// emptiedLine offers the proposal again for a field that was emptied on purpose.
func (w *window) emptiedLine(r *record, name statement.Field) []fyne.CanvasObject {
	v := w.view
	if !w.form(r).Emptied(name) || r.statement.proposed(name) == "" {
		return nil
	}
	fill := w.known("refill-"+string(name), v.button(buttonSpec{kind: quiet, icon: iconRefresh, text: v.t("ui.statement.refill"), height: heightSmall, onTap: func() {
		w.writeField(r, name, "")
		w.focus = "statement-" + string(name)
		w.afresh(r)
	}}))
	return []fyne.CanvasObject{padded(4, 0, flow(apart{8, 200 * v.scale}, v.para(v.t("ui.statement.emptied", "field", v.t("ui.statement.field."+string(name))), roleDense, tokInk2), fill))}
}

// changeBox offers what came up after the person wrote something else. The
// person's words stand until the person takes it.
func (w *window) changeBox(name statement.Field) []fyne.CanvasObject {
	v, r := w.view, w.current
	if r.statement.draft == nil {
		return nil
	}
	for _, c := range r.statement.draft.Changes {
		if c.Field != name {
			continue
		}
		take := w.act("take-"+string(name), iconRefresh, v.t("ui.statement.take"), func() {
			w.writeField(r, name, "")
			w.focus = "statement-" + string(name)
			w.afresh(r)
		})
		keep := v.button(buttonSpec{kind: quiet, text: v.t("ui.statement.keep"), height: heightSmall, off: r.example, onTap: func() {
			w.writeField(r, name, c.Mine)
			w.focus = "statement-" + string(name)
			w.afresh(r)
		}})
		words := vstack(6, v.para(v.t("ui.statement.changed"), roleDense, tokInk2), v.para(plain(c.Proposed), roleDense, tokInk), wrap(8, take, w.known("keep-"+string(name), keep)))
		return []fyne.CanvasObject{padded(6, 0, over(v.ground(tokPrimaryTint, tokPrimaryBorder, 8), pad(12, words)))}
	}
	return nil
}

// afresh composes and draws anew after a press.
func (w *window) afresh(r *record) {
	w.redraft(r)
	w.build()
}

// edit marks the part of the page whose field has the focus.
func (w *window) edit(part statement.Section) {
	s := &w.current.statement
	if s.editing == part {
		return
	}
	s.editing = part
	if s.live != nil && !w.building {
		s.live.paper()
	}
}
