package statement

import "strconv"

// PageWords are the words of header and footer in a language.
func (l *Library) PageWords(language string) PageWords {
	s := l.Words.in(language, nil)
	return PageWords{Annex: s.t("annex.title"), Number: func(page, pages int) string {
		return s.t("page", "page", strconv.Itoa(page), "pages", strconv.Itoa(pages))
	}}
}
