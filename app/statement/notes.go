package statement

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Note is something weak in a statement. It warns and never blocks. Its words
// are «statement.note.<code>.title», «….text» and «….do».
type Note struct {
	Code    string
	Section Section
	Params  map[string]any
	// Fits are codes of measures that would fit: «statement.fits.<code>».
	Fits []string
}

// Noted is what was looked at before sending.
type Noted struct {
	Notes  []Note
	Passed int // rules that found nothing
}

// NoteOptions are what the document alone does not tell.
type NoteOptions struct {
	Pages int  // of the letter; 0 not known
	Mail  bool // it is about to go by mail
}

// Notes looks for what abuse desks reject.
func (l *Library) Notes(d Document, f Facts, form Form, q *Questions, o NoteOptions) Noted {
	n := &noting{speech: l.Words.in(d.Language, f.Zone), d: d, f: f, form: form, q: q, o: o, kind: kindOf(f), letter: plainText(d.Letter), fixed: sectionText(d.Letter, SectionFix), cause: sectionText(d.Letter, SectionCause)}
	var out Noted
	for _, r := range noteRules() {
		found := r.check(n)
		if len(found) == 0 {
			out.Passed++
		}
		for _, note := range found {
			note.Code, note.Section = r.code, r.section
			out.Notes = append(out.Notes, note)
		}
	}
	return out
}

// noting is what the rules look at.
type noting struct {
	d            Document
	f            Facts
	form         Form
	q            *Questions
	o            NoteOptions
	speech       speech // of the letter
	kind         string // of the incident: scan, flood, …
	letter       string
	fixed, cause string // text of these sections
}

type noteRule struct {
	code    string
	section Section
	check   func(*noting) []Note
}

// noteRules are all rules, in the order of the form. Each comes from a rejection
// that was seen, or from what providers ask for.
func noteRules() []noteRule {
	return []noteRule{
		{"no-reference", SectionReference, func(n *noting) []Note { return when(n.value(FieldReference) == "") }},
		{"no-address", SectionReference, func(n *noting) []Note { return when(n.value(FieldAddress) == "") }},
		{"late", SectionReference, lateNote},
		{"language", SectionReference, languageNote},
		{"form-only", SectionReference, func(n *noting) []Note {
			return when(n.o.Mail && (n.q.Via == ViaLink || n.q.Via == ViaPanel), "provider", n.f.ProviderName)
		}},
		{"cause-untied", SectionCause, untiedNote},
		{"overclaim", SectionCause, overclaimNote},
		{"fixed-without-cause", SectionCause, func(n *noting) []Note {
			return when(n.hasFix() && n.noCause())
		}},
		{"no-cause", SectionCause, func(n *noting) []Note { return when(!n.hasFix() && n.noCause()) }},
		{"no-fix", SectionFix, func(n *noting) []Note { return when(!n.hasFix() && !n.invalid()) }},
		{"fix-mismatch", SectionFix, mismatchNote},
		{"unfit-steps", SectionFix, unfitNote},
		{"fix-early", SectionFix, fixEarlyNote},
		{"fix-future", SectionFix, fixFutureNote},
		{"no-quiet", SectionFix, func(n *noting) []Note {
			return when(n.hasFix() && !n.invalid() && n.traffic() && n.f.Quiet == nil && n.form.get(FieldQuiet) == "")
		}},
		{"reinstall-hole", SectionFix, reinstallNote},
		{"retest-missing", SectionFix, func(n *noting) []Note {
			return when(!n.invalid() && n.q.Retest && n.f.Report != nil && n.f.Report.RetryLink != "" && n.form.get(FieldRetest) == "" && n.f.Retest.IsZero())
		}},
		{"retest-early", SectionFix, retestNote},
		{"no-prevention", SectionPrevention, func(n *noting) []Note {
			return when(!n.invalid() && len(n.form.Measures()) == 0 && !slices.ContainsFunc(n.f.Done, func(s Step) bool { return s.Phase == "prevent" }))
		}},
		{"promise", SectionPrevention, promiseNote},
		{"past-plan", SectionPrevention, pastPlanNote},
		{"future-active", SectionPrevention, futureActiveNote},
		{"no-zone", SectionTimeline, zoneNote},
		{"zone-assumed", SectionTimeline, zoneAssumedNote},
		{"secret", SectionSummary, func(n *noting) []Note {
			return when(n.tellsSecret(n.letter) || n.tellsSecret(n.d.Subject))
		}},
		{"third-party", SectionSummary, thirdPartyNote},
		{"blame", SectionSummary, func(n *noting) []Note {
			word := noteForms().blame.FindString(n.own())
			return when(word != "", "word", clean(word, 60))
		}},
		{"log-lines", SectionSummary, func(n *noting) []Note {
			lines := len(noteForms().logLine.FindAllString(n.own(), 100))
			return when(lines > mostLogLines, "count", lines)
		}},
		{"pages", SectionSummary, func(n *noting) []Note { return when(n.o.Pages > 1, "count", n.o.Pages) }},
	}
}

// mostLogLines is how many lines of a log an abuse desk reads in a letter.
const mostLogLines = 10

func when(is bool, pairs ...any) []Note {
	if !is {
		return nil
	}
	params := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		params[pairs[i].(string)] = pairs[i+1]
	}
	return []Note{{Params: params}}
}

// value is what a field says: as typed, else as the facts tell.
func (n *noting) value(name Field) string {
	if own := n.form.get(name); own != "" || n.form.Emptied(name) {
		return own
	}
	switch {
	case name == FieldReference && n.f.Report != nil:
		return n.f.Report.Reference
	case name == FieldAddress && n.f.Address != "":
		return n.f.Address
	case name == FieldAddress:
		return n.f.Name
	}
	return ""
}

func (n *noting) invalid() bool { return n.form.get(FieldNotValid) != "" }

func (n *noting) hasFix() bool {
	return n.form.get(FieldFixed) != "" || !n.form.Emptied(FieldFixed) && slices.ContainsFunc(n.f.Done, func(s Step) bool { return s.Phase == "fix" && s.ID != "R1" })
}

// noCause reports whether the letter names none, found or in own words.
func (n *noting) noCause() bool {
	return !n.invalid() && (n.form.Emptied(FieldCause) || n.certainty() == CauseNotFound && n.form.get(FieldCause) == "")
}

func (n *noting) certainty() Certainty {
	if own := n.form.get(FieldCertainty); own != "" {
		return Certainty(own)
	}
	return certaintyOf(n.f)
}

// own is all that the person wrote.
func (n *noting) own() string {
	var b strings.Builder
	for _, name := range Fields() {
		b.WriteString(n.form.get(name) + "\n")
	}
	for _, m := range n.form.Measures() {
		b.WriteString(m.Text + "\n")
	}
	return b.String()
}

// traffic says whether the report is about something that goes out.
func (n *noting) traffic() bool {
	return slices.Contains([]string{"scan", "flood", "spam", "amplifier", "cms", "mac"}, n.kind)
}

// noteForm are the patterns of the rules.
type noteForm struct {
	dated, month, clock, spoken, zone, mail, address, person, blame, logLine, reinstall, closes, tied, proof, notProof *regexp.Regexp
}

// noteForms are in German, English and French, for that is what is written.
var noteForms = sync.OnceValue(func() noteForm {
	c := func(s string) *regexp.Regexp { return regexp.MustCompile(s) }
	// How the names of months start in the three languages.
	const months = `(?i:jan|feb|fév|mar|mär|mrz|apr|avr|mai|may|jun|juin|jul|juil|aug|aoû|sep|o[ck]t|nov|de[cz]|déc)`
	return noteForm{
		dated:     c(`\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}\.\s?\d{1,2}\.|\b\d{1,2}\.?\s` + months + `\pL*|\b` + months + `\pL* \d{1,2}\b`),
		month:     c(`^` + months),
		clock:     c(`\b(?:[01]?\d|2[0-3])(?::[0-5]\d(?::[0-5]\d)?|\.[0-5]\d Uhr| ?h ?[0-5]\d)\b`),
		spoken:    c(`(?i)\b(?:password|passwort|kennwort|passphrase|mot de passe)["']? (?:is|was|ist|war|lautete?|est|était)\b:? ["']?[^\s"']*\d[^\s"']*`),
		zone:      c(`^\s*(?:Uhr\s*|h\s*)?\(?(?:UTC|GMT|Z\b|MEZ|MESZ|CET|CEST|[+−-]\d{2}:?\d{2})`),
		mail:      c(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2}[A-Za-z]*`),
		address:   c(`\b(?:\d{1,3}\.){3}\d{1,3}\b|(?i)\b(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,7}\b|\b(?:[0-9a-f]{1,4}:){1,6}:[0-9a-f]{0,4}\b`),
		person:    c(`\b(?:Herrn?|Frau|Mr\.?|Mrs\.?|Ms\.?|Mme|Monsieur|Madame) [A-ZÄÖÜÉ][\p{L}-]{2,}`),
		blame:     c(`(?i)\b(?:your fault|ridiculous|incompetent|outrageous|scandal|Ihre Schuld|Unverschämtheit|Frechheit|inkompetent|lächerlich|Skandal|votre faute|scandaleux|inadmissible)\b`),
		logLine:   c(`(?m)^\s*(?:>\s*)?(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)`),
		reinstall: c(`(?i)\b(?:re-?install|install(?:ed)? (?:anew|again|fresh)|neu installiert|neu aufgesetzt|neuinstall|neu auf(?:ge)?setz|réinstall)`),
		closes:    c(`(?i)(?:clos|patch|updat|upgrad|fixed the|chang|disabl|remov|geschlossen|schließ|aktualisier|gewechselt|geändert|deaktivier|entfernt|gelöscht|behoben|mis à jour|corrig|supprim|désactiv|chang|fermé)`),
		tied:      c(`(?i)\b(?:your report|your log|the report|Ihrer? (?:Meldung|Log)|der Meldung|votre signalement|\bE\d+\b)`),
		proof: c(`(?i)(?:^|[^\pL])(?:proved|proven|proves|beyond (?:any )?doubt|without (?:a |any )?doubt|demonstrabl[ey]|` +
			`belegt|bewiesen|erwiesen(?:ermaßen)?|nachgewiesen(?:ermaßen)?|nachweislich|beweist|zweifelsfrei|` +
			`prouvée?s?|prouvent?|(?:cause|origine|preuve|il) est établie?|démontrée?s?|sans aucun doute)(?:[^\pL]|$)`),
		// What is not proved, and a port or a disk that is in use («belegt»).
		notProof: c(`(?i)(?:^|[^\pL])(?:(?:not|never|cannot|nor|nothing|no|un|n[’'](?:a|est|ont)|ne|nicht|nie|kein\pL*|nichts|weder) [^.]*|pas |` +
			`(?:port\pL*|speicher|ram|platte|festplatte|cpu|volumen?) (?:\pN+ )?[^.]*belegt|belegt[^.]*(?:port|speicher|ram|platte|cpu|%)\pL*)`),
	}
})

func languageNote(n *noting) []Note {
	return when(!slices.Contains(n.q.Languages, n.d.Language), "provider", n.f.ProviderName, "list", slices.Clone(n.q.Languages))
}

// promiseNote: abuse desks reject promises in place of measures.
func promiseNote(n *noting) []Note {
	var list []Note
	for _, m := range n.form.Measures() {
		if !m.Active && m.Day.IsZero() {
			list = append(list, when(true, "id", m.ID, "text", clean(m.Text, 60))...)
		}
	}
	for _, name := range []Field{FieldFixed, FieldReinstall} {
		if part := promised(n.form.get(name)); part != "" {
			list = append(list, when(true, "id", "", "text", clean(part, 60))...)
		}
	}
	return list
}

// tellsSecret finds a secret, and the report's own links: whoever has them can
// answer in the person's name.
func (n *noting) tellsSecret(text string) bool {
	if r := n.f.Report; r != nil {
		for _, link := range []string{r.RetryLink, r.AnswerLink} {
			if link != "" && strings.Contains(text, link) {
				return true
			}
		}
	}
	return holdsSecret(text) || noteForms().spoken.MatchString(text)
}
