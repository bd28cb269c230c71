package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"latchkey/app/statement"
)

// statementLive is what of step 4 changes while somebody types: the rest of the
// screen stays, so that no cursor moves.
type statementLive struct {
	w       *window
	r       *record
	sheet   *sheet
	caption *fyne.Container // which page it is
	notes   *fyne.Container
	signs   map[statement.Section]*fyne.Container
	boxes   map[statement.Field]*fyne.Container // troubles under the fields
	fields  map[statement.Field]*entry
	beside  *fyne.Container // the column that stays in sight
}

func newStatementLive(w *window, r *record) *statementLive {
	return &statementLive{w: w, r: r, signs: map[statement.Section]*fyne.Container{}, boxes: map[statement.Field]*fyne.Container{}, fields: map[statement.Field]*entry{}}
}

// update shows a new draft.
func (l *statementLive) update() {
	w, s := l.w, &l.r.statement
	if len(s.draft.Changes) > 0 { // something is offered under a field
		w.build()
		return
	}
	form, focused := w.form(l.r), w.win.Canvas().Focused()
	for name, e := range l.fields {
		if e == focused || form[string(name)] != "" || form.Emptied(name) || s.unfit[string(name)] != "" {
			continue
		}
		if text := s.proposed(name); slices.Contains(statement.Fields(), name) && e.Text != text {
			changed := e.OnChanged
			e.OnChanged = nil // it is not the person who writes
			e.SetText(text)
			e.OnChanged = changed
		}
	}
	l.paper()
	for part, box := range l.signs {
		l.fillSign(part, box)
	}
	if l.notes != nil {
		l.notes.Objects = w.noteLines()
	}
	w.shell.redress()
	w.shell.page.reflow()
}

// paper shows the page.
func (l *statementLive) paper() {
	if l.sheet != nil {
		l.sheet.show(l.w.sheetSpec())
	}
	if l.caption != nil {
		l.caption.Objects = []fyne.CanvasObject{l.w.pageCaption()}
		l.caption.Refresh()
	}
}

// sign says how a part of the form stands, by icon and word.
func (l *statementLive) sign(part statement.Section) fyne.CanvasObject {
	box := flow(stack{})
	l.signs[part] = box
	l.fillSign(part, box)
	return box
}

func (l *statementLive) fillSign(part statement.Section, box *fyne.Container) {
	v := l.w.view
	sign, ink, word := iconOK, tokOK, v.t("ui.statement.sign.done")
	switch {
	case l.r.statement.gathering(): // what is empty now may be filled in a moment
		sign, ink, word = iconClock, tokInk2, v.t("ui.statement.sign.gathering")
	case l.r.statement.notesOf(partsOf(part)...) > 0:
		sign, ink, word = iconWarn, tokWarn, v.t("ui.statement.sign.look")
	case !l.w.filled(l.r, part):
		sign, ink, word = iconEdit, tokInk2, v.t("ui.statement.sign.open")
	}
	box.Objects = []fyne.CanvasObject{row(6, v.line(word, roleCaption, ink), v.icon(sign, ink, 18))}
	box.Refresh()
}

// troubles shows or hides the sentence under a field.
func (l *statementLive) troubles(name statement.Field) {
	l.fillTrouble(name)
	l.w.shell.page.reflow()
}

func (l *statementLive) fillTrouble(name statement.Field) {
	box := l.boxes[name]
	if box == nil {
		return
	}
	box.Objects = l.w.emptiedLine(l.r, name)
	if l.r.statement.unfit[string(name)] != "" {
		v := l.w.view
		key := "ui.statement.unfit"
		if strings.HasPrefix(string(name), statement.PreventPrefix) {
			key += ".day"
		} else if v.text.Has(key + "." + string(name)) {
			key += "." + string(name)
		}
		box.Objects = []fyne.CanvasObject{v.bullet(iconWarn, tokWarn, v.t(key))}
	}
	box.Refresh()
}

// redress draws header and rail anew and leaves the page alone.
func (s *shell) redress() {
	if len(s.object.Objects) < 4 || !s.w.inCase() {
		return
	}
	s.object.Objects[1] = s.w.rail()
	s.rename()
	canvas.Refresh(s.object.Objects[1])
}

// stuck keeps the page in sight while the form beside it is scrolled: one sees
// what one writes.
func (l *statementLive) stuck(o fyne.CanvasObject) fyne.CanvasObject {
	l.beside = flow(sticky{l.w}, o)
	return l.beside
}

// sticky moves its object down with the scrolling, as far as its column goes.
type sticky struct{ w *window }

func (s sticky) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	return heightOf(objects[0], width)
}

func (s sticky) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSize(size.Width, heightOf(objects[0], size.Width)))
	s.move(objects[0], size)
}

func (s sticky) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// move puts the object where it is seen. One that is higher than the window
// shows its end only at the end.
func (s sticky) move(o fyne.CanvasObject, column fyne.Size) {
	page, at := s.w.shell.page, s.w.current.statement.live
	if page == nil || at == nil || at.beside == nil {
		return
	}
	driver := fyne.CurrentApp().Driver()
	over := driver.AbsolutePositionForObject(page.scroll).Y - driver.AbsolutePositionForObject(at.beside).Y + 14
	o.Move(fyne.NewPos(0, min(max(over, 0), max(column.Height-o.Size().Height, 0))))
}

// stick is called when the page was scrolled.
func (w *window) stick() {
	if w.current == nil || w.show != screenStatement {
		return
	}
	if l := w.current.statement.live; l != nil && l.beside != nil {
		sticky{w}.move(l.beside.Objects[0], l.beside.Size())
	}
}
