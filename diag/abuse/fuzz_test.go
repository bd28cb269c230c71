package abuse

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"latchkey/diag/abuse/mail"
)

// FuzzRead gives any bytes to Read, and reads them as a log on disk in tiny
// segments: no panic, and what is counted is what is there.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{filepath.Join("testdata", "report--*"), filepath.Join("grammar", "testdata", "*.txt")} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("no seeds %s: %v", pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, ".golden") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text[:min(len(text), 4096)])
		}
	}
	f.Add([]byte(damage(wrappedTable(20))))
	f.Add([]byte(records(20)))
	f.Add([]byte(verboseDump(9)))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = data[:min(len(data), 1<<16)]
		if r, ok, err := Read(context.Background(), data, Options{}); err != nil {
			t.Fatal(err)
		} else if ok {
			sound(t, r)
		}
		text := FileText("", bytes.NewReader(data), int64(len(data)))
		if r, ok, err := read(context.Background(), mail.Message{}, []Text{text}, Options{stride: tiny}); err != nil {
			t.Fatal(err)
		} else if ok {
			sound(t, r)
		}
	})
}

// sound fails if a report contradicts itself.
func sound(t *testing.T, r *Report) {
	t.Helper()
	if r.Lines.Understood > r.Lines.Total {
		t.Fatalf("%d of %d lines understood", r.Lines.Understood, r.Lines.Total)
	}
	rows := 0
	for _, l := range r.Logs {
		n := 0
		err := l.Each(context.Background(), func(i int, e Entry) bool {
			if i != n {
				t.Fatalf("row %d is called %d", n, i)
			}
			got, err := l.Row(i)
			if err != nil || got.Line != e.Line || got.Time != e.Time || got.Source.Host() != e.Source.Host() || got.Target.Host() != e.Target.Host() || !bytes.Equal(got.Note, e.Note) {
				t.Fatalf("row %d is %+v (%v), then %+v", i, e, err, got)
			}
			n++
			return true
		})
		if err != nil || n != l.Rows {
			t.Fatalf("%s: %d of %d rows (%v)", l.Grammar.Name, n, l.Rows, err)
		}
		rows += n
		lines := 0
		for i := range l.Lines {
			if m := l.Mark(i); m == RowLine || m == Framing {
				lines++
			}
			l.RowAt(i)
		}
		if lines != l.Understood {
			t.Fatalf("%d lines are marked, %d understood", lines, l.Understood)
		}
	}
	if rows != r.Rows {
		t.Fatalf("%d rows, the logs have %d", r.Rows, rows)
	}
	numbers, err := r.Select(context.Background(), Query{Sort: ByTarget, Down: true})
	if err != nil || len(numbers) != rows {
		t.Fatalf("%d of %d rows selected: %v", len(numbers), rows, err)
	}
	for _, l := range r.Texts {
		var lines int
		if err := l.eachLine(0, linePage, func(int, []byte) bool { lines++; return true }); err != nil || lines != l.Lines {
			t.Fatalf("%d of %d lines (%v)", lines, l.Lines, err)
		}
	}
	if r.Span.From == "" && r.Span.Zone != "" || !reflect.DeepEqual(r.Bars, Bars{}) && r.Bars.Width <= 0 {
		t.Fatalf("%+v %+v", r.Span, r.Bars)
	}
}
