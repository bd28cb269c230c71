package app

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

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
