package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
)

// confusable are the characters that look alike in a console, with the ends of
// the keys of their names.
func confusable() map[rune]string {
	return map[rune]string{'l': "l", 'I': "i", '1': "one", 'O': "o", '0': "zero", '|': "pipe"}
}

// forTyping is a command large enough to be typed off the screen. Below it the
// words with characters that look like others are spelled out.
func (v *view) forTyping(command string) fyne.CanvasObject {
	lines := []fyne.CanvasObject{v.para(command, roleTyping, tokInk)}
	for _, word := range spelledWords(command) {
		lines = append(lines, v.para("**"+word+"**  "+v.spelled(word), roleBody, tokInk2))
	}
	if len(lines) > 1 {
		lines = slices.Insert(lines, 1, fyne.CanvasObject(v.bold(v.t("ui.typing.title"), roleDense, tokInk2)))
	}
	return vstack(8, lines...)
}

// spelledWords are the words of a command that hold such a character, each once.
func spelledWords(command string) (words []string) {
	known := confusable()
	for _, word := range strings.Fields(command) {
		looks := strings.ContainsFunc(word, func(r rune) bool { return known[r] != "" })
		if looks && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

// spelled names each character of a word; those that nobody confuses stand
// together as they are.
func (v *view) spelled(word string) string {
	var parts []string
	plain := ""
	for _, r := range word {
		name := confusable()[r]
		if name == "" {
			plain += string(r)
			continue
		}
		if plain != "" {
			parts = append(parts, plain)
		}
		parts, plain = append(parts, "“"+v.t("ui.typing."+name)+"”"), ""
	}
	if plain != "" {
		parts = append(parts, plain)
	}
	return strings.Join(parts, " · ")
}
