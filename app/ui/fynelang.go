package ui

import (
	"encoding/json"
	"strings"

	"fyne.io/fyne/v2/lang"

	"latchkey/i18n"
)

// fyneWords are the words of Fyne's own dialogs and menus, as Fyne names them.
func fyneWords() []string {
	return []string{"Advanced", "Cancel", "Confirm", "Copy", "Create Folder", "Cut", "Enter filename", "Error", "Favourites",
		"File", "Folder", "New Folder", "No", "OK", "Open", "Paste", "Quit", "Redo", "Save", "Select all", "Show Hidden Files", "Undo", "Yes",
		"file.name", "file.parent"}
}

// useFyneLanguage hands Fyne our words for its own buttons. Fyne follows the
// system's language only; ours as the system's makes it follow the person's.
func useFyneLanguage(text *i18n.Text) {
	words := map[string]string{}
	for _, w := range fyneWords() {
		words[w] = text.T("fyne." + strings.ReplaceAll(strings.ToLower(w), " ", "-"))
	}
	data, err := json.Marshal(words)
	if err != nil {
		return // strings always marshal
	}
	// The only error is text that is no JSON.
	_ = lang.AddTranslationsForLocale(data, lang.SystemLocale())
}
