package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"latchkey/app/statement"
)

// zooms are how much larger than its place a page can be looked at.
func zooms() []float32 { return []float32{1, 1.4, 1.8, 2.4} }

// previewPanel shows the page as it will be printed.
func (w *window) previewPanel() fyne.CanvasObject {
	v, r := w.view, w.current
	s := &r.statement
	s.live.sheet = v.sheetOf(w.sheetSpec())
	s.live.caption = flow(stack{}, w.pageCaption())
	w.focuses["statement-page"] = s.live.sheet
	zoom := w.known("statement-zoom", v.button(buttonSpec{kind: secondary, icon: iconFind, height: heightUsual, onTap: func() { w.zoomPage(1) }}))
	zoom.say = v.t("ui.statement.zoom")
	head := hsplit(8, []float32{1, 0, 0}, centreEntry(s.live.caption), w.languageChoice(), flow(columns{weights: []float32{0}, middle: true}, zoom))
	lines := []fyne.CanvasObject{head, flow(zoomed{zooms()[s.zoom]}, w.zoomable(s.live.sheet, zooms()[s.zoom]))}
	var turns []fyne.CanvasObject
	if len(s.pages) > 1 {
		back := w.known("statement-back", v.button(buttonSpec{kind: secondary, icon: iconUp, text: v.t("ui.statement.page.back"), height: heightSmall, off: s.page == 0, onTap: func() { w.turnPage(-1) }}))
		on := w.known("statement-on", v.button(buttonSpec{kind: secondary, icon: iconDown, text: v.t("ui.statement.page.on"), height: heightSmall, off: s.page == len(s.pages)-1, onTap: func() { w.turnPage(1) }}))
		turns = append(turns, back, on)
	}
	annex := v.toggle(!s.letter, v.t("ui.statement.annex"), v.t("ui.statement.annex.say", "state", w.onOff(!s.letter)), func() {
		s.letter, w.focus = !s.letter, "statement-annex"
		w.afresh(r)
	})
	turns = append(turns, w.known("statement-annex", annex))
	lines = append(lines, wrap(8, turns...))
	return over(v.ground(tokSunken, tokBorder, 12), pad(12, vstack(10, lines...)))
}

// onOff is the state of a switch in a word.
func (w *window) onOff(on bool) string {
	if on {
		return w.view.t("ui.statement.on")
	}
	return w.view.t("ui.statement.off")
}

// pageCaption says which page is shown.
func (w *window) pageCaption() fyne.CanvasObject {
	v, s := w.view, &w.current.statement
	text := "**" + v.t("ui.statement.preview") + "**"
	if len(s.pages) > 0 && !w.narrow() {
		text += " " + v.t("ui.statement.page", "page", s.page+1, "pages", len(s.pages))
	}
	return v.para(text, roleBody, tokInk)
}

// sheetSpec is the page that is shown.
func (w *window) sheetSpec() sheetSpec {
	s := &w.current.statement
	spec := sheetSpec{editing: s.editing, say: w.view.t("ui.statement.preview"), onTurn: w.turnPage, onZoom: w.zoomPage, onSection: w.toSection, onOther: w.passShortcut}
	if s.page < len(s.pages) {
		spec.page = s.pages[s.page]
		spec.say += " " + w.view.t("ui.statement.page", "page", s.page+1, "pages", len(s.pages))
	}
	return spec
}

// passShortcut is for what has the focus and no shortcuts of its own.
func (w *window) passShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutPaste); ok {
		w.pasteClipboard()
		return
	}
	w.onShortcut(s)
}

func (w *window) turnPage(by int) {
	s := &w.current.statement
	to := min(max(s.page+by, 0), max(len(s.pages)-1, 0))
	if to == s.page {
		return
	}
	s.page = to
	w.build()
}

func (w *window) zoomPage(by int) {
	s := &w.current.statement
	to := s.zoom + by
	if to == len(zooms()) && by > 0 && w.focused() == "statement-zoom" {
		to = 0 // the button goes round
	}
	s.zoom = min(max(to, 0), len(zooms())-1)
	w.build()
}

// toSection puts the keyboard into the field that a part of the page comes from.
func (w *window) toSection(part statement.Section) {
	s := &w.current.statement
	names := map[statement.Section]statement.Field{statement.SectionReference: statement.FieldReference, statement.SectionCause: statement.FieldCause,
		statement.SectionFix: statement.FieldFixed, statement.SectionContact: statement.FieldName}
	name, ok := names[part]
	switch {
	case part == statement.SectionPrevention:
		w.focusOn("measure-own")
		return
	case part == statement.SectionCause && w.notValid(w.current):
		name = statement.FieldNotValid
	case !ok && part == statement.SectionRequest:
		name, s.more = statement.FieldRequest, true
	case !ok:
		name, s.more = statement.FieldSummary, true
	}
	w.focus = "statement-" + string(name)
	w.build()
}

// focusOn builds with the focus on something.
func (w *window) focusOn(key string) {
	w.focus = key
	w.build()
}

// languageChoice is the language of the statement; that of the window is its own.
func (w *window) languageChoice() fyne.CanvasObject {
	v, r := w.view, w.current
	now := ""
	if r.statement.draft != nil {
		now = r.statement.draft.Language
	}
	var options []string
	chosen := ""
	for _, tag := range statement.Languages() {
		options = append(options, v.t("ui.statement.language."+tag))
		if tag == now {
			chosen = options[len(options)-1]
		}
	}
	s := &selection{look: v.look, say: v.t("ui.look.language")}
	s.PlaceHolder = "…" // Fyne's own is English
	s.ExtendBaseWidget(s)
	s.Options, s.Selected = options, chosen
	s.OnChanged = func(string) {
		if i := s.SelectedIndex(); i >= 0 && statement.Languages()[i] != now {
			w.focus = "statement-language"
			w.writeField(r, statement.FieldLanguage, statement.Languages()[i])
			w.afresh(r)
		}
	}
	w.focuses["statement-language"] = s
	return box(134*v.scale, heightUsual*v.scale, over(s, v.ground(tokNone, tokStrong, 8)))
}

// zoomed gives the page its place: as high as the whole page is.
type zoomed struct{ factor float32 }

func (z zoomed) heightFor(_ []fyne.CanvasObject, width float32) float32 { return width * 1.4143 }

func (z zoomed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if scroll, ok := objects[0].(*container.Scroll); ok {
		if inner, ok := scroll.Content.(*fyne.Container); ok {
			inner.Layout = sized{size.Width * z.factor, size.Height * z.factor}
		}
	}
	objects[0].Move(fyne.Position{})
	objects[0].Resize(size)
}

func (z zoomed) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(120, 120) }

// zoomable scrolls what is larger than its place.
func (w *window) zoomable(p *sheet, factor float32) fyne.CanvasObject {
	if factor <= 1 {
		return p
	}
	return container.NewScroll(box(1, 1, p))
}
