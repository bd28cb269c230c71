package statement

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// promiseForm are the patterns by which a promise is told from what is done
// already. German says both with «wird»: the words beside it decide.
type promiseForm struct {
	looks *regexp.Regexp // sounds like a promise and is none: «as soon as», «konnte … werden»
	begun *regexp.Regexp // holds from now on: as good as a date
	firm  *regexp.Regexp // a promise, whatever stands beside it
	weak  *regexp.Regexp // one, unless the clause says that it is so already
	now   *regexp.Regexp // says that
}

var promiseForms = sync.OnceValue(func() promiseForm {
	c := func(s string) *regexp.Regexp { return regexp.MustCompile(`(?i)` + s) }
	// Borders of words: \b of this package knows ASCII only, «à» and «über» start none.
	const from, to = `(?:^|[^\pL])(?:`, `)(?:[^\pL]|$)`
	return promiseForm{
		looks: c(from + `(?:as|too|so|very|that) soon(?: as)?|so bald|dès que|(?:konnten?|musste[n]?|durften?|kann|können|darf|dürfen) [^,;]*werden|so that [^,;]*|(?:damit|sodass|so dass) [^;]*` + to),
		begun: c(from + `from now on|as of (?:now|today)|effective immediately|with immediate effect|ab sofort|ab jetzt|von nun an|désormais|dorénavant|dès (?:maintenant|à présent)|à partir de maintenant` + to),
		firm: c(from +
			`(?:we|i)(?: will|’ll|'ll| shall)|will (?:soon |then |also |later |still )?(?:be|get|install|change|update|set|check|do|add|use|move|block|filter|replace|limit|disable|follow)|` +
			`(?:am|are|is|’re|'re|’m|'m) going to (?:be|get|install|change|update|set|check|do|add|use|move|block|filter|replace|limit|disable|make|put|reinstall|close|remove)|` +
			`plan(?:ning|s)? to|(?:is|are) planned|intends? to|soon|in (?:the )?(?:near )?future|` +
			`ich werden?|wir werden|werden? (?:ich|wir)|wird [^,;]*werden|werden [^,;]*werden|wollen|planen|(?:ist|sind) geplant|(?:ich|wir) (?:haben|habe) vor|` +
			`demnächst|künftig|zukünftig|in zukunft|bald|` +
			`(?:nous )?allons|je vais|prévoyons|(?:est|sont) prévue?s?|prochainement|bientôt|à l[’']avenir|nous \pL*erons|nous (?:mettrons|fermerons)|je \pL*erai` + to),
		weak: c(from + `wird|werden|werde|sera|seront` + to),
		now: c(from + `jetzt|nun|nunmehr|bereits|schon|inzwischen|mittlerweile|seit(?:dem|her)?|aktuell|derzeit|momentan|heute|automatisch|nur noch|nicht mehr|kein\pL*|` +
			`(?:stünd|täg|wöchent|monat)lich|regelmäßig|laufend|ständig|dauerhaft|stets|immer|` +
			`maintenant|actuellement|déjà|depuis|automatiquement` + to),
	}
})

// promised gives the first sentence of a text that promises something without a
// day, "" if none does.
func promised(text string) string {
	forms := promiseForms()
	for _, sentence := range sentencesOf(text) {
		if noteForms().dated.MatchString(sentence) || forms.begun.MatchString(sentence) {
			continue
		}
		for clause := range strings.FieldsFuncSeq(sentence, func(r rune) bool { return r == ',' || r == ':' || r == '–' || r == '—' }) {
			clause = forms.looks.ReplaceAllString(clause, " ")
			if forms.firm.MatchString(clause) || forms.weak.MatchString(clause) && !forms.now.MatchString(clause) {
				return sentence
			}
		}
	}
	return ""
}

// sentencesOf splits what a person wrote at lines, semicolons and full stops. «17.
// November» and «z. B.» are no ends.
func sentencesOf(text string) []string {
	var list []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' || r == ';' }) {
		start := 0
		for i, r := range part {
			if (r == '.' || r == '!' || r == '?') && sentenceEnds(part[:i], part[i+1:]) {
				list, start = append(list, strings.TrimSpace(part[start:i+1])), i+1
			}
		}
		list = append(list, strings.TrimSpace(part[start:]))
	}
	return list
}

// sentenceEnds says whether a full stop between the two ends a sentence.
func sentenceEnds(before, after string) bool {
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, " \u00a0"))
	if !strings.HasPrefix(after, " ") || !unicode.IsUpper(next) {
		return false
	}
	word := before[strings.LastIndexAny(before, " \u00a0")+1:]
	ordinal := len(word) <= 2 && strings.Trim(word, "0123456789") == "" && noteForms().month.MatchString(strings.TrimSpace(after))
	return !ordinal && (utf8.RuneCountInString(word) > 1 || strings.Trim(word, "0123456789") == "")
}
