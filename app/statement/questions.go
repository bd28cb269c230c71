package statement

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"latchkey/diag"
)

// Questions is what one provider asks, and how it wants to be told.
type Questions struct {
	ID        string     `toml:"id"`   // that of the provider's profile; «generic» for all others
	Name      string     `toml:"name"` // "" for the generic ones
	Checked   string     `toml:"checked"`
	Sources   []string   `toml:"sources"`
	Languages []string   `toml:"languages"` // it reads, the preferred one first
	Via       Via        `toml:"via"`
	To        string     `toml:"to"`     // mail address; "" for that of the report
	Retest    bool       `toml:"retest"` // its test must pass before the statement
	Limit     int        `toml:"limit"`  // characters of the ticket or form; 0 for none known
	Hours     int        `toml:"hours"`  // until when it wants an answer, if its mail does not say; 0 not known
	Tag       string     `toml:"tag"`    // the reference as it stands in its subjects
	Opening   Texts      `toml:"opening"`
	Subject   Texts      `toml:"subject"` // of the mail
	Questions []Question `toml:"question"`
	User      bool       `toml:"-"` // in the user's own folder
	Samples   []sample   `toml:"sample"`
}

// Via is how a provider takes statements.
type Via string

// The ways.
const (
	ViaMail   Via = "mail"
	ViaLink   Via = "link"   // a form behind a link in its mail
	ViaPanel  Via = "panel"  // a form in its customer panel
	ViaTicket Via = "ticket" // a ticket; its mail is answered as well
)

// Texts is a text in several languages, by tag.
type Texts map[string]string

// In gives the text in a language, else in English.
func (t Texts) In(language string) string {
	if s := t[language]; s != "" {
		return s
	}
	return t["en"]
}

// Question is one question of a provider and what answers it.
type Question struct {
	ID       string    `toml:"id"`
	Ask      Texts     `toml:"ask"`
	Invalid  bool      `toml:"invalid"` // asked when the report is not valid, instead of the others
	Sections []Section `toml:"sections"`
	Fields   []Field   `toml:"fields"`
}

// sample proves a file: the subject that comes out of it.
type sample struct {
	Language  string `toml:"language"`
	Reference string `toml:"reference"`
	Address   string `toml:"address"`
	Subject   string `toml:"subject"`
}

// Problem is a file that was left out, and why.
type Problem struct {
	File string
	Err  error
}

func (p Problem) Error() string { return p.File + ": " + p.Err.Error() }

// Library is all that is known about statements: questions and words. It does
// not change after Load.
type Library struct {
	Words     *Words
	Questions []*Questions
}

// generic is the id of the questions for providers that have none of their own.
const generic = "generic"

// The bounds of a folder of questions; a shipped file has 3 kB.
const (
	mostFiles     = 200
	longQuestions = 64 << 10
)

// Load reads the questions (*.toml) and the words (words/*.toml) of the shipped
// folder, then the user's own questions, which replace those of the same id. A
// faulty file is left out and told.
func Load(shipped fs.FS, own ...fs.FS) (*Library, []Problem, error) {
	folder, err := fs.Sub(shipped, "words")
	if err != nil {
		return nil, nil, fmt.Errorf("open the words: %w", err)
	}
	l := &Library{}
	if l.Words, err = LoadWords(folder); err != nil {
		return nil, nil, err
	}
	var problems []Problem
	for i, folder := range append([]fs.FS{shipped}, own...) {
		problems = append(problems, l.folder(folder, i > 0)...)
	}
	if l.byID(generic) == nil {
		return nil, problems, errors.New("open the questions: none for every provider")
	}
	return l, problems, nil
}

func (l *Library) folder(folder fs.FS, user bool) []Problem {
	names, err := fs.Glob(folder, "*.toml")
	if err != nil {
		return []Problem{{".", err}}
	}
	var problems []Problem
	for i, name := range names {
		if i == mostFiles {
			return append(problems, Problem{name, fmt.Errorf("more than %d files", mostFiles)})
		}
		q, err := readQuestions(folder, name)
		if err == nil && !user && l.byID(q.ID) != nil {
			err = fmt.Errorf("id %q is there twice", q.ID)
		}
		if err != nil {
			problems = append(problems, Problem{diag.Clean(path.Base(name), 100), err})
			continue
		}
		q.User = user
		l.Questions = append(slices.DeleteFunc(l.Questions, func(o *Questions) bool { return o.ID == q.ID }), q)
	}
	return problems
}

func readQuestions(folder fs.FS, name string) (*Questions, error) {
	info, err := fs.Stat(folder, name)
	switch {
	case err != nil:
		return nil, err
	case info.Size() > longQuestions:
		return nil, fmt.Errorf("more than %d bytes", longQuestions)
	}
	text, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, err
	}
	q := &Questions{}
	meta, err := toml.Decode(string(text), q)
	if err != nil {
		return nil, err
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("unknown key %q", extra[0].String())
	}
	return q, q.check()
}

// check finds what is missing or unknown.
func (q *Questions) check() error {
	if err := errors.Join(q.checkHead(), q.checkQuestions()); err != nil {
		return err
	}
	for _, s := range q.Samples {
		if got := q.subject(s.Language, q.tagged(s.Reference), s.Address); got != s.Subject {
			return fmt.Errorf("sample: the subject is %q, not %q", got, s.Subject)
		}
	}
	return nil
}

func (q *Questions) checkHead() error {
	switch {
	case !regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`).MatchString(q.ID):
		return fmt.Errorf("id %q is missing or not in lower case", q.ID)
	case len(q.Languages) == 0 || q.Opening["en"] == "" || q.Subject["en"] == "":
		return errors.New("languages, opening.en and subject.en are needed")
	case !slices.Contains([]Via{ViaMail, ViaLink, ViaPanel, ViaTicket}, q.Via):
		return fmt.Errorf("unknown via %q", q.Via)
	case q.Limit < 0 || q.Hours < 0:
		return errors.New("limit and hours are 0 or more")
	case q.Tag != "" && !strings.Contains(q.Tag, "{reference}"):
		return errors.New("tag has no {reference}")
	case len(q.Samples) == 0:
		return errors.New("no sample proves it")
	}
	for _, language := range q.Languages {
		if !slices.Contains(Languages(), language) {
			return fmt.Errorf("unknown language %q", language)
		}
	}
	return nil
}

func (q *Questions) checkQuestions() error {
	seen, valid := map[string]bool{}, 0
	for _, one := range q.Questions {
		if one.ID == "" || seen[one.ID] || one.Ask["en"] == "" || len(one.Sections) == 0 {
			return fmt.Errorf("question %q: id (once), ask.en and sections are needed", one.ID)
		}
		seen[one.ID] = true
		if !one.Invalid {
			valid++
		}
		for _, s := range one.Sections {
			if !slices.Contains(letterSections(), s) {
				return fmt.Errorf("question %s: unknown section %q", one.ID, s)
			}
		}
		for _, f := range one.Fields {
			if !KnownField(string(f)) && f != "prevent" {
				return fmt.Errorf("question %s: unknown field %q", one.ID, f)
			}
		}
	}
	if valid == 0 {
		return errors.New("no question")
	}
	return nil
}

// letterSections are the parts that a question can be answered by.
func letterSections() []Section {
	return []Section{SectionSummary, SectionTimeline, SectionCause, SectionFix, SectionPrevention, SectionRequest, SectionContact}
}

// lockingID is the form of a reference that stands for itself.
var lockingID = regexp.MustCompile(`^L[0-9A-Fa-f]{8}$`)

// tagged is a reference as it stands in the subject.
func (q *Questions) tagged(reference string) string {
	if reference == "" || q.Tag == "" || lockingID.MatchString(reference) {
		return reference
	}
	return strings.ReplaceAll(q.Tag, "{reference}", reference)
}

func (q *Questions) subject(language, tag, address string) string {
	s := strings.NewReplacer("{tag}", tag, "{address}", address).Replace(q.Subject.In(language))
	return strings.Join(strings.Fields(s), " ")
}

// Asked lists the questions of one of the two ways.
func (q *Questions) Asked(invalid bool) []Question {
	var list []Question
	for _, one := range q.Questions {
		if one.Invalid == invalid {
			list = append(list, one)
		}
	}
	if len(list) == 0 { // it does not ask why a report is not valid
		return q.Questions
	}
	return list
}

func (l *Library) byID(id string) *Questions {
	for _, q := range l.Questions {
		if q.ID == id {
			return q
		}
	}
	return nil
}

// For gives a provider's questions, else those for every provider.
func (l *Library) For(provider string) *Questions {
	if q := l.byID(provider); q != nil {
		return q
	}
	return l.byID(generic)
}
