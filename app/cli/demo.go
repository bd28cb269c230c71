package cli

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"latchkey/app"
)

// exampleTrace is the trace of the shipped case, in the program's data.
const exampleTrace = "example/trace.txt"

type demoJSON struct {
	Kind  string        `json:"kind"`
	Read  []readingJSON `json:"readings"`
	Files []string      `json:"files"` // written to --out
}

// demo tells the story of the shipped case as far as the program goes: the
// trace and its verdict. It needs neither network nor display.
func (p *program) demo(_ context.Context, c call) error {
	reading, err := p.session.Example()
	if err != nil {
		return fmt.Errorf("read the example: %w", err)
	}
	o := demoJSON{Kind: "demo", Read: []readingJSON{readingObject(reading)}, Files: []string{}}
	if c.out != "" {
		if o.Files, err = p.writeDemo(c.out, reading); err != nil {
			return explain(err, c.out)
		}
	}
	return p.answer(c, o, func(out *page) {
		out.paragraph("", out.text.T("cli.demo.intro"))
		out.blank()
		out.reading(reading)
		out.blank()
		for _, name := range o.Files {
			out.line(plain, out.text.T("cli.demo.wrote", "name", name))
		}
		out.paragraph("", out.text.T("cli.demo.later"))
	})
}

// writeDemo writes the trace as the person would have it, and what was made of
// it as text and as JSON; it gives the files' paths.
func (p *program) writeDemo(dir string, reading app.Reading) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	trace, err := fs.ReadFile(p.env.Config.Assets, exampleTrace)
	if err != nil {
		return nil, err
	}
	text := &page{text: p.text}
	text.reading(reading)
	var object bytes.Buffer
	if err := writeJSON(&object, readingObject(reading)); err != nil {
		return nil, err
	}
	paths := []string{}
	for _, file := range []struct {
		name string
		data []byte
	}{
		{"trace.txt", trace},
		{"reading.txt", []byte(text.String())},
		{"reading.json", object.Bytes()},
	} {
		path := filepath.Join(dir, file.name)
		if err := os.WriteFile(path, file.data, 0o644); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}
