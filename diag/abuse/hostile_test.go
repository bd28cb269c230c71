package abuse

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mostHeap is what reading may hold, whatever the input, in bytes.
const mostHeap = 256 << 20

// writeFile makes a file of what write writes.
func writeFile(tb testing.TB, write func(w *bufio.Writer)) (f *os.File, size int64) {
	tb.Helper()
	f, err := os.Create(filepath.Join(tb.TempDir(), "input.txt"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	w := bufio.NewWriterSize(f, 1<<20)
	write(w)
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		tb.Fatal(err)
	}
	return f, info.Size()
}

// repeat writes one piece n times.
func repeat(piece string, n int) func(w *bufio.Writer) {
	return func(w *bufio.Writer) {
		for range n {
			w.WriteString(piece)
		}
	}
}

// hostile are inputs that try to use up memory or time.
func hostile() map[string]struct {
	write func(w *bufio.Writer)
	check func(t *testing.T, r *Report, ok bool)
} {
	type input = struct {
		write func(w *bufio.Writer)
		check func(t *testing.T, r *Report, ok bool)
	}
	none := func(t *testing.T, r *Report, ok bool) {
		if ok {
			t.Errorf("%d rows of %s", r.Rows, r.Format)
		}
	}
	return map[string]input{
		"one line of 200 MB": {repeat(strings.Repeat("192.0.2.10 => 198.51.100.7 ", 1000), 7500), none},
		"only line ends":     {repeat(strings.Repeat("\n", 1000), 50_000), none},
		"all bytes": {func(w *bufio.Writer) {
			for i := range 1 << 20 {
				w.Write(bytes.Repeat([]byte{byte(i)}, 1+i&7))
			}
		}, none},
		"a long line behind a table": {func(w *bufio.Writer) {
			w.WriteString(scanTable(scan(publicSweep, 250, 2, fresh, fixed(22), 0, "")))
			repeat(strings.Repeat("192.0.2.10 => 198.51.100.7 ", 1000), 1000)(w)
			w.WriteString("\n2025-02-03 04:05:06  192.0.2.10 40112 ->    198.51.100.7    22   74 TCP\n")
		}, func(t *testing.T, r *Report, ok bool) {
			if !ok || r.Rows != 501 || r.Lines.Total-r.Lines.Understood != 1 {
				t.Errorf("%v: %d rows, %+v", ok, r.Rows, r.Lines)
			}
		}},
		"5 million targets": {func(w *bufio.Writer) {
			for i := range 5_000_000 {
				fmt.Fprintf(w, "2025-02-03 04:05:06  192.0.2.10 %d -> %d.%d.%d.%d 22 74 TCP\n", 1024+i%60000, 240+i>>24, i>>16&255, i>>8&255, i&255)
			}
		}, func(t *testing.T, r *Report, ok bool) {
			if !ok || r.Rows != 5_000_000 || !r.More || r.TargetCount < mostHosts || len(r.Targets) != mostListed {
				t.Errorf("%v: %d rows to %d targets, more %v", ok, r.Rows, r.TargetCount, r.More)
			}
		}},
		"1 million masked words": {func(w *bufio.Writer) {
			for i := range 1_000_000 {
				fmt.Fprintf(w, "2025-02-03 04:05:06  192.0.2.10 %d -> 198.51.x.x-%d 22 74 TCP\n", 1024+i%60000, i)
			}
		}, func(t *testing.T, r *Report, ok bool) {
			if !ok || r.Rows != 1_000_000 || !r.More || r.TargetCount != mostWords {
				t.Errorf("%v: %d rows to %d targets, more %v", ok, r.Rows, r.TargetCount, r.More)
			}
		}},
		"rows of 16 kB": {repeat("2025-02-03 04:05:06  192.0.2.10 40112 -> 198.51.100.7 22 74 TCP "+strings.Repeat("x", 16_300)+"\n", 6000),
			func(t *testing.T, r *Report, ok bool) {
				if !ok || r.Rows != 6000 {
					t.Errorf("%v: %d rows", ok, r.Rows)
				}
			}},
		"a record without end": {func(w *bufio.Writer) {
			w.WriteString("Report-Type: login-attack\nReported-From: desk@example.org\nSource: 192.0.2.10\n")
			repeat("Remark: 192.0.2.10 and 198.51.100.7 again\n", 500_000)(w)
		}, func(t *testing.T, r *Report, ok bool) {
			if !ok || r.Rows != 1 {
				t.Errorf("%v: %d rows of %s", ok, r.Rows, r.Format)
			}
		}},
	}
}

// TestHostile: whatever is read, memory stays bounded, and rows and lines can be
// looked at.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("writes files of hundreds of megabytes")
	}
	for name, input := range hostile() {
		t.Run(name, func(t *testing.T) {
			f, size := writeFile(t, input.write)
			heap := watchHeap()
			r, ok, err := ReadFile(context.Background(), f, size, Options{})
			if ok {
				if _, _, err := r.Row(r.Rows / 2); err != nil {
					t.Error(err)
				}
				if _, err := r.Select(context.Background(), Query{Text: "no row says this"}); err != nil {
					t.Error(err)
				}
				l := r.Texts[0]
				if _, err := l.Line(l.Lines - 1); err != nil {
					t.Error(err)
				}
			}
			if most := heap(); most > mostHeap {
				t.Errorf("%d MB of heap", most>>20)
			} else {
				t.Logf("%d MB of text, %d MB of heap", size>>20, most>>20)
			}
			if err != nil {
				t.Fatal(err)
			}
			input.check(t, r, ok)
		})
	}
}

// TestPlainHostile: texts without a log can be looked at in bounded memory too.
func TestPlainHostile(t *testing.T) {
	for name, piece := range map[string]string{"line ends": strings.Repeat("\n", 1000), "a long line": strings.Repeat("x", 1000)} {
		f, size := writeFile(t, repeat(piece, 20_000))
		heap := watchHeap()
		l, err := plainLog(context.Background(), FileText("", f, size))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Line(l.Lines - 1); err != nil {
			t.Error(err)
		}
		if most := heap(); most > mostHeap/2 {
			t.Errorf("%s: %d MB of heap", name, most>>20)
		}
	}
}

// TestShrinkingFile: a file that is cut while it is in use gives fewer rows or an
// error.
func TestShrinkingFile(t *testing.T) {
	table := scanTable(scan(publicSweep, 250, 400, fresh, fixed(22), 0, ""))
	f, size := writeFile(t, func(w *bufio.Writer) { w.WriteString(table) })
	text := FileText("", f, size)
	g := grammarOf(t, "hetzner-iso")
	whole, err := (&job{text: text, grammar: g, stride: 1 << 16}).read(context.Background())
	if err != nil || whole.Rows != 100_000 {
		t.Fatal(whole.Rows, err)
	}
	if err := f.Truncate(size / 3); err != nil {
		t.Fatal(err)
	}
	if e, err := whole.Row(99_999); err != nil || e.Target.Known() {
		t.Errorf("a row that is gone is %+v (%v)", e, err)
	}
	if line, err := whole.Line(whole.Lines - 1); err != nil || len(line) != 0 {
		t.Errorf("a line that is gone is %q (%v)", line, err)
	}
	n := 0
	if err := whole.Each(context.Background(), func(int, Entry) bool { n++; return true }); err != nil || n < 30_000 || n > 35_000 {
		t.Errorf("%d rows are left (%v)", n, err)
	}
	if n, err := whole.Find(context.Background(), 0, "no such text"); n != -1 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	half, err := (&job{text: text, grammar: g, stride: 1 << 16}).read(context.Background())
	if err != nil || half.Rows < 30_000 || half.Rows > 35_000 {
		t.Errorf("%d rows (%v)", half.Rows, err)
	}
}

// broken fails to read behind an offset.
type broken struct {
	*bytes.Reader
	from int64
}

var errBroken = errors.New("the disk is gone")

func (b broken) ReadAt(p []byte, offset int64) (int, error) {
	if offset+int64(len(p)) > b.from {
		return 0, errBroken
	}
	return b.Reader.ReadAt(p, offset)
}

// TestBrokenFile: what cannot be read is an error, wherever it stands.
func TestBrokenFile(t *testing.T) {
	text := []byte(scanTable(scan(publicSweep, 250, 600, fresh, fixed(22), 0, "")))
	for _, from := range []int64{0, 100_000, 4 << 20, int64(len(text)) - 10} {
		r, ok, err := ReadFile(context.Background(), broken{bytes.NewReader(text), from}, int64(len(text)), Options{})
		if !errors.Is(err, errBroken) || ok {
			t.Errorf("broken from %d on: %v, %v, %v", from, r != nil, ok, err)
		}
	}
}

// TestCancelled: reading stops when nobody wants it any more.
func TestCancelled(t *testing.T) {
	text := []byte(scanTable(scan(publicSweep, 250, 600, fresh, fixed(22), 0, "")))
	ctx, cancel := context.WithCancel(context.Background())
	o := Options{stride: 1 << 16, Progress: func(done, total int64) {
		if done > total || total != int64(len(text)) {
			t.Errorf("%d of %d bytes", done, total)
		}
		cancel()
	}}
	if _, _, err := ReadFile(ctx, bytes.NewReader(text), int64(len(text)), o); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestLargeNoMail: what has to be decoded is read as far as a mail may be long,
// and that is said.
func TestLargeNoMail(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 65 MB")
	}
	page := "<html><body><pre>" + scanTable(scan(publicSweep, 5, 1, fresh, fixed(22), 0, "")) + "</pre>"
	f, size := writeFile(t, func(w *bufio.Writer) {
		w.WriteString(page)
		r := rand.New(rand.NewPCG(1, 1))
		for range MostMail / 1000 {
			fmt.Fprintf(w, "<!-- %0995d -->\n", r.Uint32())
		}
	})
	r, _, err := ReadFile(context.Background(), f, size, Options{})
	if err != nil || size <= MostMail {
		t.Fatal(size, err)
	}
	found := false
	for _, w := range r.Warnings {
		found = found || w.Code == WarnTooLarge
	}
	if !found {
		t.Errorf("warnings %+v", r.Warnings)
	}
}

// TestPriorities: syslog's priorities do not make a log a page.
func TestPriorities(t *testing.T) {
	for text, want := range map[string]bool{
		"<134>Feb  3 04:05:06 host sshd[7]: Failed password for root from 192.0.2.10 port 1 ssh2\n": true,
		"<html><body>": false, "<!DOCTYPE html>": false, "PK\x03\x04": false, "\x1f\x8b\x08": false, "\xff\xfea\x00": false,
		"From: a\nTo: b\nSubject: c\nDate: d\n\n": false, "\n\n2025-02-03 a\n": true, "<": true, "": true,
	} {
		if got := isPlain([]byte(text)); got != want {
			t.Errorf("%q is plain: %v", text, got)
		}
	}
}

var _ io.ReaderAt = broken{}
