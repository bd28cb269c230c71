package app

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"latchkey/app/casefile"
	"latchkey/app/statement"
)

// CaseSource is a case whose inputs can be read: an OpenCase, or StoredCase.
type CaseSource interface {
	Model() casefile.Case
	Path(sha string) (string, error)
}

// StoredCase makes a loaded case a source.
func StoredCase(f *casefile.File) CaseSource { return storedCase{f} }

type storedCase struct{ *casefile.File }

func (c storedCase) Model() casefile.Case { return c.Case }

// desk is what statements are made with: read once, when somebody first asks.
type desk struct {
	library  *statement.Library
	problems []statement.Problem
	fonts    *statement.Fonts
	err      error
}

// openDesk reads questions, words and fonts.
func openDesk(c Config) func() desk {
	return sync.OnceValue(func() desk {
		var d desk
		shipped, err := fs.Sub(c.Assets, "statements")
		if err != nil {
			return desk{err: fmt.Errorf("open statements: %w", err)}
		}
		d.library, d.problems, d.err = statement.Load(shipped, os.DirFS(filepath.Join(c.Home, "statements")))
		if d.err != nil {
			return d
		}
		faces, err := fs.Sub(c.Assets, "fonts")
		if err != nil {
			return desk{err: fmt.Errorf("open fonts: %w", err)}
		}
		d.fonts, d.err = statement.LoadFonts(faces)
		return d
	})
}

// StatementProblems are the faulty files of questions, which are not used.
func (s *Session) StatementProblems() []statement.Problem { return s.desk().problems }

// Fonts are the faces of pages, for a preview.
func (s *Session) Fonts() (*statement.Fonts, error) { d := s.desk(); return d.fonts, d.err }

// Draft is a statement as it stands: what the page says and what is weak in it.
type Draft struct {
	Document  statement.Document
	Language  string
	Questions *statement.Questions
	// Proposed is what the facts fill in where nothing was typed, Changes what
	// came up after the person wrote something else.
	Proposed map[statement.Field]string
	Changes  []statement.Change
	Notes    []statement.Note
	Passed   int // rules that found nothing
	Pages    int // of the letter
	Answers  []statement.Answer
	Measures []string // ids of the known ones, those that fit first
}

// DraftOptions say what the statement is for.
type DraftOptions struct {
	Language string // "": as the form says, else as fits the provider and its mail
	Mail     bool   // it is to go by mail
}

// Draft composes a statement from facts. It reads no file and takes some
// milliseconds: it is fit for every key that is typed.
func (s *Session) Draft(f statement.Facts, form statement.Form, o DraftOptions) (Draft, error) {
	desk := s.desk()
	if desk.err != nil {
		return Draft{}, desk.err
	}
	q := desk.library.For(f.Provider)
	d := Draft{Questions: q, Language: StatementLanguage(f, form, q, o.Language)}
	d.Document = desk.library.Compose(f, form, q, d.Language)
	d.Proposed = desk.library.Propose(f, form, q, d.Language)
	d.Changes = desk.library.Changes(f, form, q, d.Language)
	d.Pages = len(statement.Layout(d.Document, desk.fonts, statement.PageOptions{Words: desk.library.PageWords(d.Language)}))
	noted := desk.library.Notes(d.Document, f, form, q, statement.NoteOptions{Pages: d.Pages, Mail: o.Mail})
	d.Notes, d.Passed = noted.Notes, noted.Passed
	for i, b := range d.Document.Letter {
		d.Document.Letter[i].Marked = b.Kind != statement.KindHeading && slices.ContainsFunc(d.Notes, func(n statement.Note) bool { return n.Section == b.Section })
	}
	d.Answers = d.Document.Answers(q, form[string(statement.FieldNotValid)] != "")
	if f.Report != nil {
		d.Measures = statement.KnownMeasures(statement.GroupOf(f.Report.Incident))
	} else {
		d.Measures = statement.KnownMeasures("")
	}
	return d, nil
}

// StatementLanguage is the language that was asked for, else the form's, else
// that of the provider's mail if it reads that, else the provider's first.
func StatementLanguage(f statement.Facts, form statement.Form, q *statement.Questions, asked string) string {
	for _, language := range []string{asked, form[string(statement.FieldLanguage)]} {
		if slices.Contains(statement.Languages(), language) {
			return language
		}
	}
	if f.Report != nil && slices.Contains(q.Languages, f.Report.Language) {
		return f.Report.Language
	}
	return q.Languages[0]
}

// PageWords are the words of header and footer in a language.
func (s *Session) PageWords(language string) statement.PageWords {
	d := s.desk()
	if d.err != nil {
		return statement.PageWords{}
	}
	return d.library.PageWords(language)
}

// Statement reads a case's inputs again and drafts its statement. It takes as
// long as reading the inputs did.
func (s *Session) Statement(ctx context.Context, c CaseSource, o DraftOptions, now time.Time) (statement.Facts, Draft, error) {
	f, err := s.StatementFacts(ctx, c, now)
	if err != nil {
		return f, Draft{}, err
	}
	d, err := s.Draft(f, FormOf(c.Model()), o)
	return f, d, err
}

// FormOf is the form of a case.
func FormOf(m casefile.Case) statement.Form {
	form := statement.Form{}
	for name, value := range m.Fields {
		form[name] = value
	}
	return form
}
