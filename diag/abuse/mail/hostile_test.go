package mail

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"
)

// maxHeap is what the heap may hold at any time while a mail of up to 64 MB is
// read, the mail itself and garbage included.
const maxHeap = 256 << 20

const mailHead = "From: abuse@example.net\nTo: owner@example.org\nSubject: report\n"

const logRow = "2025-03-04 05:06:07 192.0.2.10:40112 -> 198.51.100.7:22 TCP\n"

// upTo repeats s up to n bytes.
func upTo(n int, s string) []byte {
	return bytes.Repeat([]byte(s), n/len(s))
}

func mailOf(header string, body []byte) []byte {
	return append([]byte(mailHead+header+"\n\n"), body...)
}

func inBase64(data []byte) []byte {
	return base64.StdEncoding.AppendEncode(nil, data)
}

func zipOf(t *testing.T, files int, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range files {
		f, err := w.Create(fmt.Sprintf(name, i))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// gzipOf packs n times the bytes of s.
func gzipOf(t *testing.T, n int, s []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for range n {
		if _, err := w.Write(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func allBytes() string {
	var b [256]byte
	for i := range b {
		b[i] = byte(i)
	}
	return string(b[:])
}

// nest wraps multiparts around a text.
func nest(levels int, tail []byte) []byte {
	var b bytes.Buffer
	b.WriteString(mailHead)
	for i := range levels {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	b.WriteString("\n")
	b.Write(tail)
	return b.Bytes()
}

type hostile struct {
	name  string
	make  func(t *testing.T) []byte
	codes []string // that must be among the warnings
	parts int      // -1: any number
}

const whole = 64<<20 - 4096

func structures() []hostile {
	return []hostile{
		{"1000 multiparts", func(*testing.T) []byte { return nest(1000, []byte("x")) }, []string{WarnTooDeep}, 0},
		{"1000 mails", func(*testing.T) []byte {
			return append([]byte(mailHead), upTo(60000, "Content-Type: message/rfc822\n\nSubject: x\nTo: a@example.org\n")...)
		}, []string{WarnTooDeep}, 0},
		{"20 multiparts around 64 MB", func(*testing.T) []byte { return nest(20, upTo(whole, "\n-")) }, []string{WarnBadStructure}, 1},
		{"10000 attachments", func(*testing.T) []byte {
			return mailOf("Content-Type: multipart/mixed; boundary=b\n", upTo(10000*70, "--b\nContent-Disposition: attachment; filename=a.txt\n\nrow\n"))
		}, []string{WarnTooManyParts}, 200},
		{"only boundaries", func(*testing.T) []byte {
			return mailOf("Content-Type: multipart/mixed; boundary=b\n", upTo(whole, "--b\n"))
		}, []string{WarnNoText}, 0},
		{"multiparts of multiparts", func(*testing.T) []byte {
			inner := "Content-Type: multipart/mixed; boundary=c\n\n" + strings.Repeat("--c\n", 300) + "--c--\n"
			return mailOf("Content-Type: multipart/mixed; boundary=b\n", upTo(whole, "--b\n"+inner))
		}, []string{WarnTooManyParts}, 0},
		{"a header line of 60 MB", func(*testing.T) []byte { return mailOf("X-A: "+string(upTo(60<<20, "a")), []byte("body")) }, []string{WarnBadStructure}, 1},
		{"64 MB of fields", func(*testing.T) []byte { return append([]byte(mailHead), upTo(whole, "X-A: b\n")...) }, []string{WarnBadStructure}, -1},
		{"64 MB of folds", func(*testing.T) []byte { return append([]byte(mailHead), upTo(whole, " b\n")...) }, []string{WarnBadStructure}, -1},
		{"64 MB of records", func(*testing.T) []byte { return upTo(whole, "IP: 192.0.2.10\n") }, []string{WarnCut}, 1},
		{"parameters", func(*testing.T) []byte {
			return mailOf("Content-Type: text/plain"+strings.Repeat(`; a="`, 200000), []byte("body"))
		}, nil, 1},
		{"encoded words", func(*testing.T) []byte {
			return append([]byte("Subject: "+strings.Repeat("=?utf-8?Q?=41?= ", 100000)+"\n"), mailOf("", []byte("body"))...)
		}, nil, 1},
	}
}

func encodings() []hostile {
	const base, quoted = "Content-Transfer-Encoding: base64\n", "Content-Transfer-Encoding: quoted-printable\n"
	return []hostile{
		{"64 MB of all bytes", func(*testing.T) []byte { return upTo(whole, allBytes()) }, []string{WarnNoText}, 1},
		{"64 MB of all bytes as text", func(*testing.T) []byte {
			return mailOf("Content-Type: text/plain; charset=utf-8\n", upTo(whole, allBytes()))
		}, []string{WarnNoText}, 1},
		{"48 MB of all bytes in base64", func(*testing.T) []byte { return mailOf(base, inBase64(upTo(whole/4*3, allBytes()))) }, []string{WarnNoText}, 1},
		{"a line of 20 MB of base64", func(*testing.T) []byte { return mailOf(base, inBase64(upTo(15<<20, logRow))) }, nil, 1},
		{"a line of 64 MB of base64", func(*testing.T) []byte { return mailOf(base, inBase64(upTo(whole/4*3, logRow))) }, []string{WarnCut}, 1},
		{"64 MB of padding", func(*testing.T) []byte { return mailOf(base, upTo(whole, "QQ==\n")) }, []string{WarnBadEncoding}, 1},
		{"64 MB of quoted garbage", func(*testing.T) []byte { return mailOf(quoted, upTo(whole, "=ZZ= =\t=4=41=\x80=")) }, []string{WarnBadEncoding, WarnCut}, 1},
		{"64 MB of soft line ends", func(*testing.T) []byte { return mailOf(quoted, upTo(whole, "=\n")) }, []string{WarnNoText}, 0},
		{"64 MB that grow in UTF-8", func(*testing.T) []byte {
			return mailOf("Content-Type: text/plain; charset=windows-1252\n", upTo(whole, "\x80"))
		}, []string{WarnCut}, 1},
		{"64 MB of damaged UTF-8", func(*testing.T) []byte { return upTo(whole, "\xC3\x28\xF0\x9F\n") }, []string{WarnCharsetGuessed, WarnCut}, 1},
		{"64 MB of UTF-16", func(*testing.T) []byte { return upTo(whole, "a\x00\xE4\x00\r\x00\n\x00") }, []string{WarnCut}, 1},
		{"64 MB of one line", func(*testing.T) []byte { return upTo(whole, "ä") }, []string{WarnCut}, 1},
		{"64 MB of CRLF", func(*testing.T) []byte { return upTo(whole, logRow[:59]+"\r\n") }, []string{WarnCut}, 1},
		{"64 MB of CR", func(*testing.T) []byte { return mailOf("", upTo(whole, "a\r")) }, []string{WarnCut}, 1},
		{"64 MB clear-signed", func(*testing.T) []byte {
			return mailOf("", append([]byte(armourSigned+"\n\n"), upTo(whole, "- "+logRow)...))
		}, []string{WarnCut}, 1},
		{"three parts of 21 MB in CRLF", func(*testing.T) []byte {
			part := append([]byte("--b\n\n"), upTo(whole/3, logRow[:59]+"\r\n")...)
			return mailOf("Content-Type: multipart/mixed; boundary=b\n", bytes.Repeat(part, 3))
		}, []string{WarnBadStructure}, 3},
	}
}

func pages() []hostile {
	page := func(s string) func(*testing.T) []byte {
		return func(*testing.T) []byte { return mailOf("Content-Type: text/html\n", upTo(whole, s)) }
	}
	around := func(before, s, after string) func(*testing.T) []byte {
		return func(*testing.T) []byte {
			return slices.Concat([]byte(before), upTo(whole-100, s), []byte(after))
		}
	}
	return []hostile{
		{"64 MB of <", page("<"), nil, -1},
		{"64 MB of br", page("a<br>"), []string{WarnCut}, 1},
		{"64 MB of tables", page("<table><tr><td>"), []string{WarnCut}, -1},
		{"64 MB of cells", page("<td>1</td>"), []string{WarnCut}, 1},
		{"64 MB of links", page(`<a href="https://example.net/">x</a><p>`), []string{WarnCut}, 1},
		{"64 MB of entities", page("&nbsp;&lt;&#228;<p>"), []string{WarnCut}, 1},
		{"64 MB in pre", around("<html><pre>", logRow, "</pre>"), []string{WarnCut}, 1},
		{"a text of 64 MB without a blank", around("<p>", "x", "</p>"), []string{WarnCut}, 1},
		{"a comment of 64 MB", around("<p>a<!-- ", "x", "-->b"), []string{WarnCut}, 1},
		{"an attribute of 64 MB", around("<p>a<a href='", "x", "'>b"), []string{WarnCut}, 1},
		{"a style of 64 MB", around("<html><style>", "a{} ", "</style>b"), []string{WarnNoText}, 0},
		{"pages that grow in UTF-8", func(*testing.T) []byte {
			part := append([]byte("--b\nContent-Type: text/html; charset=windows-1252\nContent-Transfer-Encoding: base64\n\n"), inBase64(upTo(23<<20, "<p>\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80</p>\n"))...)
			return mailOf("Content-Type: multipart/mixed; boundary=b\n", bytes.Repeat(append(part, '\n'), 2))
		}, []string{WarnBadStructure, WarnCut}, 2},
		{"pages in windows-1252", func(*testing.T) []byte {
			part := append([]byte("--b\nContent-Type: text/html; charset=windows-1252\nContent-Transfer-Encoding: base64\n\n"), inBase64(upTo(23<<20, "<p>\xFC</p>x\r\n"))...)
			return mailOf("Content-Type: multipart/alternative; boundary=b\n", bytes.Repeat(append(part, '\n'), 2))
		}, []string{WarnBadStructure}, 1},
	}
}

func archives() []hostile {
	attach := func(data []byte) []byte {
		return mailOf("Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n", inBase64(data))
	}
	return []hostile{
		{"zip bomb of zeros", func(t *testing.T) []byte { return attach(zipOf(t, 1, "a%d.txt", make([]byte, 300<<20))) }, []string{WarnArchiveBomb}, 1},
		{"zip bomb of rows", func(t *testing.T) []byte { return attach(zipOf(t, 3, "a%d.txt", upTo(100<<20, logRow))) }, []string{WarnArchiveBomb, WarnTooLarge}, -1},
		{"gzip bomb", func(t *testing.T) []byte { return gzipOf(t, 300, make([]byte, 1<<20)) }, []string{WarnArchiveBomb}, 1},
		{"gzip of 60 MB", func(t *testing.T) []byte { return gzipOf(t, 60, mixed()) }, []string{WarnCut}, 1},
		{"gzip that lies about its size", func(t *testing.T) []byte {
			b := gzipOf(t, 60, mixed())
			copy(b[len(b)-4:], "\x01\x00\x00\x00")
			return b
		}, []string{WarnCut}, 1},
		{"zip in zip in zip", func(t *testing.T) []byte {
			b := zipOf(t, 1, "a%d.txt", []byte(logRow))
			for range 2 {
				b = zipOf(t, 1, "a%d.zip", b)
			}
			return b
		}, []string{WarnTooDeep, WarnNoText}, 1},
		{"gzip in gzip in gzip", func(t *testing.T) []byte {
			return gzipOf(t, 1, gzipOf(t, 1, gzipOf(t, 1, []byte(logRow))))
		}, []string{WarnTooDeep, WarnNoText}, 1},
		{"zip of 100 files", func(t *testing.T) []byte { return zipOf(t, 100, "a%d.txt", []byte(logRow)) }, []string{WarnTooManyParts}, 50},
		{"zip of 10000 files", func(t *testing.T) []byte { return zipOf(t, 10000, "a%d.txt", nil) }, []string{WarnArchiveBomb}, 1},
		{"zip of nothing but a directory", func(*testing.T) []byte { return append([]byte("PK\x03\x04"), upTo(whole, "PK\x01\x02")...) }, []string{WarnArchiveBomb}, 1},
		{"30 MB packed in a mail", func(t *testing.T) []byte {
			var b bytes.Buffer
			w := zip.NewWriter(&b)
			for i := range 3 {
				f, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("a%d.txt", i), Method: zip.Store})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := f.Write(upTo(10<<20, logRow[:59]+"\xFC\r\n")); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			return attach(b.Bytes())
		}, []string{WarnCharsetGuessed}, 3},
	}
}

// mixed is 1 MB of rows that pack about as well as real ones.
func mixed() []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < 1<<20-100; i++ {
		fmt.Fprintf(&b, "2025-03-04 05:%02d:%02d 192.0.2.10:%d -> 198.51.100.%d:22 TCP\r\n", i/60%60, i%60, 1024+i*7919%60000, i*31%256)
	}
	return b.Bytes()
}

func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("takes gigabytes of work")
	}
	for _, h := range slices.Concat(structures(), encodings(), pages(), archives(), tars()) {
		t.Run(h.name, func(t *testing.T) {
			data := bytes.Clone(h.make(t)) // without spare capacity
			debug.FreeOSMemory()
			start := time.Now()
			var m Message
			peak := peakHeap(func() { m = Read(data, DefaultLimits()) })
			took := time.Since(start)
			t.Logf("%d MB read in %v, heap %d MB, %d parts, %v", len(data)>>20, took.Round(time.Millisecond), peak>>20, len(m.Parts), codes(m))
			check(t, m, DefaultLimits())
			if len(data) > 64<<20 {
				t.Errorf("the input has %d bytes", len(data))
			}
			if peak > maxHeap {
				t.Errorf("the heap held %d MB", peak>>20)
			}
			if took > 5*time.Minute { // seconds on an idle machine; hours if it were quadratic
				t.Errorf("took %v", took)
			}
			for _, code := range h.codes {
				if !slices.Contains(codes(m), code) {
					t.Errorf("no warning %s in %v", code, codes(m))
				}
			}
			if h.parts >= 0 && len(m.Parts) != h.parts {
				t.Errorf("%d parts, want %d", len(m.Parts), h.parts)
			}
			runtime.KeepAlive(data)
		})
	}
}

// peakHeap runs f and gives the most bytes the heap held meanwhile, garbage not
// yet swept included.
func peakHeap(f func()) uint64 {
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		ticker := time.NewTicker(200 * time.Microsecond)
		defer ticker.Stop()
		var most uint64
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-done:
				peak <- most
				return
			case <-ticker.C:
			}
		}
	}()
	f()
	close(done)
	return <-peak
}

func TestLimits(t *testing.T) {
	row := len(logRow)
	multi := func(parts int) []byte {
		return mailOf("Content-Type: multipart/mixed; boundary=b\n", []byte(strings.Repeat("--b\n\n"+logRow, parts)+"--b--\n"))
	}
	for _, c := range []struct {
		name  string
		data  []byte
		limit Limits
		codes []string
		parts int
		bytes int // of text
	}{
		{"all of it", multi(3), Limits{}, nil, 3, 3 * (row - 1)},
		{"parts", multi(3), Limits{Parts: 2}, []string{WarnTooManyParts}, 2, 2 * (row - 1)},
		{"exactly so many parts", multi(3), Limits{Parts: 3}, nil, 3, 3 * (row - 1)},
		{"total", multi(3), Limits{Total: int64(2*row - 2)}, []string{WarnTooLarge}, 2, 2 * (row - 1)},
		{"total in mid-part", multi(3), Limits{Total: int64(row + 10)}, []string{WarnCut, WarnTooLarge}, 2, row - 1 + 11},
		{"part", []byte(logRow + logRow), Limits{Part: int64(row + 5)}, []string{WarnCut}, 1, row},
		{"exactly the part", []byte(logRow + logRow), Limits{Part: int64(2 * row)}, nil, 1, 2 * row},
		{"rune at the end", []byte(strings.Repeat("ü", 100)), Limits{Part: 101}, []string{WarnCut}, 1, 100},
		{"depth", nest(3, []byte("x")), Limits{Depth: 2}, []string{WarnBadStructure, WarnNoText, WarnTooDeep}, 0, 0},
		{"exactly so deep", nest(3, []byte("x")), Limits{Depth: 3}, []string{WarnBadStructure}, 1, 1},
		{"entries", zipOf(t, 3, "a%d", []byte(logRow)), Limits{Entries: 2}, []string{WarnTooManyParts}, 2, 2 * row},
		{"archives", gzipOf(t, 1, gzipOf(t, 1, []byte(logRow))), Limits{Archives: 1}, []string{WarnNoText, WarnTooDeep}, 1, 0},
		{"entry", zipOf(t, 1, "a%d", []byte(logRow+logRow)), Limits{Part: int64(row + 5)}, []string{WarnCut}, 1, row},
		{"exactly the entry", gzipOf(t, 1, []byte(logRow)), Limits{Part: int64(row)}, nil, 1, row},
		{"no bomb up to 1 MB", gzipOf(t, 1, upTo(1<<20, logRow)), Limits{Ratio: 10}, nil, 1, 1 << 20 / row * row},
		{"bomb", gzipOf(t, 1, upTo(2<<20, logRow)), Limits{Ratio: 10}, []string{WarnArchiveBomb}, 1, 1 << 20 / row * row},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Read(c.data, c.limit)
			check(t, m, c.limit.orDefault())
			size := 0
			for _, p := range m.Parts {
				size += len(p.Text)
			}
			if got := codes(m); !slices.Equal(got, c.codes) || len(m.Parts) != c.parts || size != c.bytes {
				t.Errorf("%v, %d parts, %d bytes; want %v, %d, %d\n%s", got, len(m.Parts), size, c.codes, c.parts, c.bytes, show(m))
			}
		})
	}
}

// A reader that fails in the middle still gives what it had.
func TestReadUpTo(t *testing.T) {
	for _, c := range []struct {
		from        io.Reader
		hint, limit int64
		want        string
		fails       bool
	}{
		{strings.NewReader("abcdef"), 0, 10, "abcdef", false},
		{strings.NewReader("abcdef"), 100, 4, "abcd", false},
		{strings.NewReader("abcdef"), 6, 6, "abcdef", false},
		{strings.NewReader(""), 0, 6, "", false},
		{io.MultiReader(strings.NewReader("abc"), badReader{}), 0, 6, "abc", true},
	} {
		got, err := readUpTo(c.from, c.hint, c.limit)
		if string(got) != c.want || (err != nil) != c.fails {
			t.Errorf("%q %v, want %q", got, err, c.want)
		}
	}
}

type badReader struct{}

func (badReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
