package ui

import "fyne.io/fyne/v2"

// tab is the name of a page, with how much is on it.
type tab struct {
	name, count string
	say         string // the whole sentence; "" is name and count
}

func (t tab) sentence() string {
	if t.count == "" {
		return t.name
	}
	return t.name + ", " + t.count
}

// tabs choose between pages. Left and Right move between them, Enter opens.
func (l *look) tabs(list []tab, chosen int, onChoose func(int)) (object fyne.CanvasObject, presses []*press) {
	presses = make([]*press, len(list))
	var objects []fyne.CanvasObject
	for i, t := range list {
		ink, line := tokInk2, tokNone
		name := l.line(t.name, roleBody, ink)
		if i == chosen { // bold and underlined, not only coloured
			ink, line = tokPrimary, tokPrimary
			name = l.bold(t.name, roleBody, ink)
		}
		words := []fyne.CanvasObject{name}
		if t.count != "" {
			words = append(words, l.line(t.count, roleCaption, ink))
		}
		content := vstack(7, padded(7, 12, row(8, words...)), box(0, 3, l.ground(line, tokNone, 2)))
		say := t.say
		if say == "" {
			say = t.sentence()
		}
		p := l.press(content, 6, say, func() { onChoose(i) })
		p.onKey = func(key fyne.KeyName) bool {
			var to int
			switch key {
			case fyne.KeyLeft:
				to = max(i-1, 0)
			case fyne.KeyRight:
				to = min(i+1, len(presses)-1)
			default:
				return false
			}
			if c := fyne.CurrentApp().Driver().CanvasForObject(p); c != nil {
				c.Focus(presses[to])
			}
			return true
		}
		presses[i] = p
		objects = append(objects, p)
	}
	return vstack(0, wrap(4, objects...), l.rule()), presses
}
