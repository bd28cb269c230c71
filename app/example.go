package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"time"

	"github.com/BurntSushi/toml"

	"latchkey/app/casefile"
	"latchkey/app/statement"
)

// ExampleFiles are the inputs of the example case, in the order in which its
// owner got them.
func ExampleFiles() []string {
	return []string{"trace.txt", "abuse-mail.eml", "collection-before.fcb", "collection-after.fcb"}
}

// ExampleFields is what the owner of the example typed into the form, in a
// language, else in English.
func (s *Session) ExampleFields(language string) (map[string]string, error) {
	text, err := fs.ReadFile(s.config.Assets, "example/fields.toml")
	if err != nil {
		return nil, fmt.Errorf("open the example: %w", err)
	}
	var all map[string]map[string]string
	if _, err := toml.Decode(string(text), &all); err != nil {
		return nil, fmt.Errorf("read the example: %w", err)
	}
	fields := all[language]
	if fields == nil {
		fields = all["en"]
	}
	for name, value := range fields {
		if !statement.FieldFits(name, value) {
			return nil, &FieldError{name}
		}
	}
	return fields, nil
}

// ExampleCase puts the whole example into a new case of the store: inputs as
// they came in, then what its owner typed. It gives the case's id.
func (s *Session) ExampleCase(ctx context.Context, language string) (id string, err error) {
	trace, report, err := s.Example()
	if err != nil {
		return "", err
	}
	begin := report.Report.Message.Header.Date
	server := ServerOf(trace.Check)
	if err := report.Close(); err != nil {
		return "", err
	}
	f, err := s.Cases().Create(server, begin)
	if err != nil {
		return "", err
	}
	id = f.Case.ID
	if err := f.Close(); err != nil {
		return "", err
	}
	for _, name := range ExampleFiles() {
		data, err := fs.ReadFile(s.config.Assets, path.Join("example", name))
		if err != nil {
			return id, fmt.Errorf("open the example: %w", err)
		}
		if _, err := s.AddToCase(ctx, id, name, bytes.NewReader(data), begin); err != nil {
			return id, err
		}
	}
	fields, err := s.ExampleFields(language)
	if err != nil {
		return id, err
	}
	return id, s.changeCase(id, begin, func(f *casefile.File) error {
		for i := range f.Case.Evidence { // both are of the one server
			f.Case.Evidence[i].Role = ""
		}
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if err := putField(&f.Case, name, fields[name]); err != nil {
				return err
			}
		}
		return nil
	})
}

// ExampleTime is when the owner of the example sends the statement.
func ExampleTime() time.Time { return time.Date(2026, 11, 17, 15, 10, 0, 0, time.UTC) }

// ExampleStory is the example as far as the statement.
type ExampleStory struct {
	Collections []Evidence
	Facts       statement.Facts
	Form        statement.Form
	Draft       Draft
}

// ExampleStory tells the example in a language. The person's own cases stay as
// they are: it happens in a folder that is gone afterwards.
func (s *Session) ExampleStory(ctx context.Context, language string) (e ExampleStory, err error) {
	home, err := os.MkdirTemp("", "latchkey-*")
	if err != nil {
		return e, fmt.Errorf("tell the example: %w", err)
	}
	// What another program holds open for a moment must not withhold the answer.
	defer func() { _ = os.RemoveAll(home) }()
	other, err := Open(Config{Home: home, Assets: s.config.Assets, Version: s.config.Version})
	if err != nil {
		return e, err
	}
	id, err := other.ExampleCase(ctx, language)
	if err != nil {
		return e, err
	}
	f, err := other.Cases().Load(id)
	if err != nil {
		return e, err
	}
	e.Form = FormOf(f.Case)
	e.Facts, e.Draft, err = other.Statement(ctx, StoredCase(f), DraftOptions{Language: language}, ExampleTime())
	if err = errors.Join(err, f.Close()); err != nil {
		return e, err
	}
	for _, name := range ExampleFiles()[2:] {
		r, err := s.readExample(path.Join("example", name))
		if err != nil {
			return e, err
		}
		e.Collections = append(e.Collections, r.Bundle.Evidence(name))
	}
	return e, nil
}
