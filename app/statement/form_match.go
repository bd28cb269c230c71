package statement

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What a form asks for beside the sections of a statement.
const (
	FormDate  Section = "date"  // of the signature
	FormPlace Section = "place" // of the signature
	FormName  Section = "name"  // who signs
)

// sign is a word, or the start of one, by which a field is known.
type sign struct {
	section Section
	starts  []string
}

// signs are the words of forms in German, English and French, without accents.
// The first that fits wins: the ones that would be found in the others' labels
// («how do you prevent the cause from coming back») stand before those.
func signs() []sign {
	return []sign{
		{SectionPrevention, []string{"praevent", "vorbeug", "verhinder", "zukunft", "kuenftig", "dauerhaft", "prevent", "future", "lasting", "recur", "avenir", "eviter", "empecher"}},
		{SectionCause, []string{"ursache", "grund", "warum", "wieso", "cause", "reason", "why", "origin", "raison", "pourquoi", "how did"}},
		{SectionFix, []string{"behob", "behebung", "massnahme", "geloest", "loesung", "fix", "solve", "solution", "resol", "measure", "action taken", "remed", "mesure", "corrig", "what did you do"}},
		{SectionTimeline, []string{"zeitleiste", "zeitlich", "ablauf", "chronolog", "timeline", "sequence", "deroul"}},
		{SectionRequest, []string{"bitte", "anliegen", "freischalt", "entsperr", "request", "unlock", "unblock", "demande", "debloc"}},
		{SectionSummary, []string{"zusammenfassung", "beschreibung", "stellungnahme", "vorfall", "summary", "description", "statement", "incident", "explan", "resume", "declaration"}},
		{SectionReference, []string{"referenz", "vorgang", "aktenzeichen", "ticket", "abuse", "meldung", "kundennummer", "server", "reference", "case", "ip", "adresse ip", "ip address"}},
		{SectionContact, []string{"kontakt", "telefon", "mail", "erreichbar", "contact", "phone", "telephone", "courriel"}},
		{FormDate, []string{"datum", "date"}},
		{FormPlace, []string{"ort", "place", "lieu", "city"}},
		{FormName, []string{"name", "nom", "unterzeichn", "signatory", "signataire"}},
	}
}

// Propose guesses which field wants what, by its label and then by its name, ID
// of the field to section. It is a proposal: a person looks at it. Locked
// fields, checks and choices are left out, they are the person's to answer; so
// is what stands filled in already.
func (f PDFForm) Propose() map[string]Section {
	proposal := map[string]Section{}
	for _, field := range f.Fields {
		if field.Locked || field.Value != "" || field.Kind == PDFFieldCheck || field.Kind == PDFFieldChoice {
			continue
		}
		section := sectionOf(field.Label)
		if section == "" {
			section = sectionOf(field.Name)
		}
		if section == "" && field.Kind == PDFFieldDate {
			section = FormDate
		}
		if section != "" {
			proposal[field.ID] = section
		}
	}
	return proposal
}

func sectionOf(label string) Section {
	text := " " + strings.Join(wordsOf(label), " ")
	for _, s := range signs() {
		for _, start := range s.starts {
			// Short ones must be whole words: «ip» is not in «description».
			if len(start) < 4 && strings.Contains(text+" ", " "+start+" ") || len(start) >= 4 && strings.Contains(text, " "+start) {
				return s.section
			}
		}
	}
	return ""
}

// wordsOf splits a label or a name as programmers give it («causeOfIncident»,
// «frm_ursache_1») into words of plain small letters; ä is ae, é is e.
func wordsOf(label string) []string {
	label = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue").Replace(norm.NFC.String(label))
	var b strings.Builder
	var last rune
	for _, r := range norm.NFD.String(label) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case unicode.IsUpper(r) && unicode.IsLower(last):
			b.WriteByte(' ')
		case !unicode.IsLetter(r):
			r = ' '
		}
		b.WriteRune(unicode.ToLower(r))
		last = r
	}
	return strings.Fields(b.String())
}

// FormValues gives the values for FillForm: what the document says in each
// section of a mapping. Sections it has nothing for are left out.
func FormValues(d Document, mapping map[string]Section) map[string]string {
	values := map[string]string{}
	for id, section := range mapping {
		if text := d.formText(section); text != "" {
			values[id] = text
		}
	}
	return values
}

func (d Document) formText(section Section) string {
	if section == SectionReference && d.Reference != "" {
		return d.Reference
	}
	var parts []string
	for i := range d.Letter {
		b := &d.Letter[i]
		if b.Sign != nil {
			switch section {
			case FormDate:
				return b.Sign.Date
			case FormPlace:
				return b.Sign.Place
			case FormName:
				return b.Sign.Name
			}
		}
		if b.Section == section && b.Kind != KindHeading {
			parts = append(parts, b.plain()...)
		}
	}
	return strings.Join(parts, "\n")
}

// plain gives a block's text in lines, without what is drawn.
func (b *Block) plain() []string {
	switch {
	case b.Table != nil:
		var lines []string
		for _, row := range b.Table.Rows {
			lines = append(lines, strings.Join(row, "  "))
		}
		return lines
	case b.Kind == KindLines:
		return b.Lines
	case b.Kind != KindParagraph && b.Kind != KindItem:
		return nil
	}
	var text strings.Builder
	if b.Kind == KindItem {
		text.WriteString("- ")
	}
	for _, s := range b.Text {
		text.WriteString(s.Text)
	}
	return []string{text.String()}
}
