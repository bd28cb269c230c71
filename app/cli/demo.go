package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"latchkey/app"
	"latchkey/diag/checklist"
)

type demoJSON struct {
	Kind  string        `json:"kind"`
	Read  []readingJSON `json:"readings"`
	Match matchJSON     `json:"match"`
	Notes []noteJSON    `json:"notes"` // on the statement
	Text  string        `json:"statement"`
	Files []string      `json:"files"` // written to --out
}

// story is the example as it is told.
type story struct {
	readings []app.Reading // trace and report
	rest     app.ExampleStory
	match    checklist.Matching
	text     string // of the statement
}

// demo tells the whole story of the shipped case: the trace and its verdict, the
// abuse mail and what it means, what the server says, and the statement. It
// needs neither network nor display.
func (p *program) demo(ctx context.Context, c call) error {
	trace, report, err := p.session.Example()
	if err != nil {
		return fmt.Errorf("read the example: %w", err)
	}
	defer report.Close()
	s := story{readings: []app.Reading{trace, report}}
	if s.rest, err = p.session.ExampleStory(ctx, p.text.Tag); err != nil {
		return fmt.Errorf("read the example: %w", err)
	}
	s.match = p.session.Match(report.Report, s.rest.Collections)
	var text bytes.Buffer
	if _, err = p.session.Export(ctx, &text, s.rest.Facts, s.rest.Form, s.rest.Draft, app.ExportOptions{Format: app.ExportText, Letter: true}); err != nil {
		return fmt.Errorf("write the example: %w", err)
	}
	s.text = text.String()
	o := demoJSON{Kind: "demo", Read: []readingJSON{readingObject(trace), readingObject(report)}, Match: matchObject(s.match, s.rest.Collections),
		Notes: noteObjects(s.rest.Draft.Notes), Text: s.text, Files: []string{}}
	if c.out != "" {
		if o.Files, err = p.writeDemo(ctx, c.out, s); err != nil {
			return explain(err, c.out)
		}
	}
	return p.answer(c, o, func(out *page) { out.story(s, p.storyTime(report), o.Files) })
}

func (p *page) story(s story, now time.Time, files []string) {
	p.now = now
	p.paragraph("", p.text.T("cli.demo.intro"))
	for i, step := range []string{"cli.demo.step1", "cli.demo.step2"} {
		p.heading(step)
		p.blank()
		p.reading(s.readings[i])
	}
	p.heading("cli.demo.step3")
	p.blank()
	p.match(s.match, s.rest.Collections)
	p.heading("cli.demo.step4")
	p.blank()
	for line := range strings.Lines(s.text) {
		p.paragraph("", strings.TrimRight(line, "\n"))
	}
	if len(files) > 0 {
		p.blank()
	}
	for _, name := range files {
		p.line(plain, p.text.T("cli.demo.wrote", "name", name))
	}
}

// storyTime is when the example is told: the moment its mail was sent, on the
// clock of this computer.
func (p *program) storyTime(report app.Reading) time.Time {
	return report.Report.Message.Header.Date.In(p.env.Now().Location())
}

// demoFile is a file of demo --out.
type demoFile struct {
	name string
	data []byte
}

// writeDemo writes the inputs as the person would have them, what was made of
// each as text and as JSON, and the statement in all its forms; it gives the
// files' paths.
func (p *program) writeDemo(ctx context.Context, dir string, s story) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			return nil, errors.Join(unanswered("no-folder", "name", dir), err)
		}
		return nil, err
	}
	var files []demoFile
	for _, reading := range s.readings {
		stem := strings.TrimSuffix(reading.Name, path.Ext(reading.Name)) + "-reading"
		more, err := p.demoReading(stem, readingObject(reading), s, func(out *page) { out.reading(reading) })
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	more, err := p.demoReading("match", matchObject(s.match, s.rest.Collections), s, func(out *page) { out.match(s.match, s.rest.Collections) })
	if err != nil {
		return nil, err
	}
	files = append(files, more...)
	for _, name := range app.ExampleFiles() {
		data, err := fs.ReadFile(p.env.Config.Assets, path.Join("example", name))
		if err != nil {
			return nil, err
		}
		files = append(files, demoFile{name, data})
	}
	for _, format := range []struct {
		name   string
		format app.ExportFormat
		redact bool
	}{
		{"statement.pdf", app.ExportPDF, false}, {"statement.txt", app.ExportText, false}, {"statement.eml", app.ExportMail, false},
		{"statement.zip", app.ExportBundle, false}, {"statement-redacted.pdf", app.ExportPDF, true},
	} {
		var b bytes.Buffer
		if _, err := p.session.Export(ctx, &b, s.rest.Facts, s.rest.Form, s.rest.Draft, app.ExportOptions{Format: format.format, Redact: format.redact}); err != nil {
			return nil, err
		}
		files = append(files, demoFile{format.name, b.Bytes()})
	}
	paths := []string{}
	for _, f := range files {
		name := filepath.Join(dir, f.name)
		err := putFile(name, "", func(w io.Writer) error { _, err := w.Write(f.data); return err })
		if err != nil {
			return nil, err
		}
		paths = append(paths, name)
	}
	return paths, nil
}

// demoReading is what was made of an input, as text and as JSON.
func (p *program) demoReading(stem string, object any, s story, write func(*page)) ([]demoFile, error) {
	text := p.page()
	text.now = p.storyTime(s.readings[len(s.readings)-1])
	write(text)
	var b bytes.Buffer
	if err := writeJSON(&b, object); err != nil {
		return nil, err
	}
	return []demoFile{{stem + ".txt", []byte(text.String())}, {stem + ".json", b.Bytes()}}, nil
}
