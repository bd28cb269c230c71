package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
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

// exampleFields is what the owner of the example typed into the form, in a
// language, else in English, and which of them it is.
func (s *Session) exampleFields(language string) (fields map[string]string, told string, err error) {
	text, err := fs.ReadFile(s.config.Assets, "example/fields.toml")
	if err != nil {
		return nil, "", fmt.Errorf("open the example: %w", err)
	}
	var all map[string]map[string]string
	if _, err := toml.Decode(string(text), &all); err != nil {
		return nil, "", fmt.Errorf("read the example: %w", err)
	}
	if all[language] == nil {
		language = "en"
	}
	for name, value := range all[language] {
		if !statement.FieldFits(name, value) {
			return nil, "", &FieldError{name}
		}
	}
	return all[language], language, nil
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

// ExampleStory tells the example, with its letter in a language that its owner
// writes, else in English. No case is made of it.
func (s *Session) ExampleStory(ctx context.Context, language string) (e ExampleStory, err error) {
	source := &exampleSource{files: map[string]string{}}
	defer func() { err = errors.Join(err, source.close()) }()
	if err := s.tell(ctx, source); err != nil {
		return e, err
	}
	if source.m.Fields, language, err = s.exampleFields(language); err != nil {
		return e, err
	}
	e.Form = FormOf(source.m)
	if e.Facts, e.Draft, err = s.Statement(ctx, source, DraftOptions{Language: language}, ExampleTime()); err != nil {
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

// tell reads the inputs of the example into a case that is nowhere on disk.
func (s *Session) tell(ctx context.Context, source *exampleSource) error {
	trace, report, err := s.Example()
	if err != nil {
		return err
	}
	begin := report.Report.Message.Header.Date
	source.m = casefile.Case{Schema: casefile.Schema, Created: begin, Server: ServerOf(trace.Check)}
	if err := report.Close(); err != nil {
		return err
	}
	for _, name := range ExampleFiles() {
		data, err := fs.ReadFile(s.config.Assets, path.Join("example", name))
		if err != nil {
			return fmt.Errorf("open the example: %w", err)
		}
		in, err := source.keep(name, data, begin)
		if err != nil {
			return fmt.Errorf("tell the example: %w", err)
		}
		r, err := s.ReadFile(ctx, source.files[in.SHA256], readOptionsOf(source.m))
		if err != nil {
			return fmt.Errorf("read the example: %w", err)
		}
		in.Kind, in.Format = r.Kind, r.Format
		s.file(&source.m, &Added{Input: in, Reading: r}, begin)
		if err := r.Close(); err != nil {
			return err
		}
	}
	for i := range source.m.Evidence { // both are of the one server
		source.m.Evidence[i].Role = ""
	}
	return nil
}

// exampleSource is the example as a case whose inputs are temporary files.
type exampleSource struct {
	m     casefile.Case
	files map[string]string // by SHA-256
}

func (e *exampleSource) Model() casefile.Case { return e.m }

func (e *exampleSource) Path(sha string) (string, error) {
	if name := e.files[sha]; name != "" {
		return name, nil
	}
	return "", casefile.ErrUnknown
}

func (e *exampleSource) keep(name string, data []byte, now time.Time) (casefile.Input, error) {
	sum := sha256.Sum256(data)
	in := casefile.Input{SHA256: hex.EncodeToString(sum[:]), Name: name, Size: int64(len(data)), Added: now}
	f, err := os.CreateTemp("", "latchkey-*.example")
	if err != nil {
		return in, err
	}
	e.files[in.SHA256] = f.Name()
	_, err = f.Write(data)
	return in, errors.Join(err, f.Close())
}

func (e *exampleSource) close() error {
	var err error
	for _, name := range e.files {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}
