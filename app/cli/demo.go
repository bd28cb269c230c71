package cli

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"latchkey/app"
)

type demoJSON struct {
	Kind  string        `json:"kind"`
	Read  []readingJSON `json:"readings"`
	Files []string      `json:"files"` // written to --out
}

// demo tells the story of the shipped case as far as the program goes: the
// trace and its verdict, the abuse mail and what it means. It needs neither
// network nor display.
func (p *program) demo(_ context.Context, c call) error {
	trace, report, err := p.session.Example()
	if err != nil {
		return fmt.Errorf("read the example: %w", err)
	}
	defer report.Close()
	readings := []app.Reading{trace, report}
	o := demoJSON{Kind: "demo", Read: []readingJSON{readingObject(trace), readingObject(report)}, Files: []string{}}
	if c.out != "" {
		if o.Files, err = p.writeDemo(c.out, readings); err != nil {
			return explain(err, c.out)
		}
	}
	return p.answer(c, o, func(out *page) {
		out.now = p.storyTime(report)
		out.paragraph("", out.text.T("cli.demo.intro"))
		for i, step := range []string{"cli.demo.step1", "cli.demo.step2"} {
			out.heading(step)
			out.blank()
			out.reading(readings[i])
		}
		out.blank()
		for _, name := range o.Files {
			out.line(plain, out.text.T("cli.demo.wrote", "name", name))
		}
		out.paragraph("", out.text.T("cli.demo.later"))
	})
}

// storyTime is when the example is told: the moment its mail was sent, on the
// clock of this computer.
func (p *program) storyTime(report app.Reading) time.Time {
	return report.Report.Message.Header.Date.In(p.env.Now().Location())
}

// writeDemo writes trace and mail as the person would have them, and what was
// made of each as text and as JSON; it gives the files' paths.
func (p *program) writeDemo(dir string, readings []app.Reading) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	paths := []string{}
	for _, reading := range readings {
		input, err := fs.ReadFile(p.env.Config.Assets, path.Join("example", reading.Name))
		if err != nil {
			return nil, err
		}
		text := p.page()
		text.now = p.storyTime(readings[len(readings)-1])
		text.reading(reading)
		var object bytes.Buffer
		if err := writeJSON(&object, readingObject(reading)); err != nil {
			return nil, err
		}
		stem := strings.TrimSuffix(reading.Name, path.Ext(reading.Name))
		for _, file := range []struct {
			name string
			data []byte
		}{
			{reading.Name, input},
			{stem + "-reading.txt", []byte(text.String())},
			{stem + "-reading.json", object.Bytes()},
		} {
			path := filepath.Join(dir, file.name)
			if err := os.WriteFile(path, file.data, 0o644); err != nil {
				return nil, err
			}
			paths = append(paths, path)
		}
	}
	return paths, nil
}
