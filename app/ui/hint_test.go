package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"latchkey/app"
)

// hintsOf are the fields that are shown, also within others.
func hintsOf(o fyne.CanvasObject) (all []*entry) {
	if o == nil || !o.Visible() {
		return nil
	}
	switch o := o.(type) {
	case *entry:
		return []*entry{o}
	case *fyne.Container:
		for _, child := range o.Objects {
			all = append(all, hintsOf(child)...)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			all = append(all, hintsOf(child)...)
		}
	}
	return all
}

// What a field of one line says while it is empty fits into it, in every
// language, in the smallest window and with the largest text: Fyne cuts what
// does not, and draws a scroll bar over it.
func TestHintsFitTheirFields(t *testing.T) {
	for _, sc := range scenes() {
		if sc.name != "statement-all" && sc.name != "statement-empty" && sc.name != "settings-login-form" {
			continue
		}
		for _, language := range []string{"en", "de", "fr", "es", "pl"} {
			for _, size := range []string{"", "largest"} {
				t.Run(sc.name+"-"+language+"-"+size, func(t *testing.T) {
					w, s := newStage(t, app.Settings{Language: language, Theme: "light", TextSize: size})
					resize(w, leastWidth, leastHeight)
					sc.play(t, w, s)
					fields := hintsOf(w.win.Content())
					if len(fields) == 0 {
						t.Fatal("no field is shown")
					}
					for _, e := range fields {
						need := fyne.MeasureText(e.PlaceHolder, theme.SizeForWidget(theme.SizeNameText, e), e.TextStyle).Width
						room := e.Size().Width - 2*theme.SizeForWidget(theme.SizeNameInnerPadding, e) - 2*theme.SizeForWidget(theme.SizeNameInputBorder, e)
						if !e.MultiLine && need > room {
							t.Errorf("%q needs %.0f, and there are %.0f", e.PlaceHolder, need, room)
						}
					}
				})
			}
		}
	}
}
