package statement

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func fonts(t testing.TB) *Fonts {
	t.Helper()
	f, err := LoadFonts(os.DirFS("../../assets/fonts"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func words() PageWords {
	return PageWords{Number: func(p, n int) string { return fmt.Sprintf("page %d of %d", p, n) }, Annex: "Annex"}
}

func noon() time.Time { return time.Date(2026, 11, 17, 12, 0, 0, 0, time.FixedZone("", 3600)) }

func para(section Section, text string) Block {
	return Block{Kind: KindParagraph, Section: section, Text: []Span{{Text: text}}}
}

func head(level int, section Section, text string) Block {
	return Block{Kind: KindHeading, Level: level, Section: section, Text: []Span{{Text: text}}}
}

// letter is the page of the drawn design, with all kinds of blocks in its annex.
func letter() Document {
	return Document{
		Language: "en", Title: "Statement on the incident of 17 November 2026", Provider: "Hetzner", Date: noon(),
		Reference: "Reference ABCDEF:1A · Server 1234567 · 192.0.2.10",
		Letter: []Block{
			head(1, SectionReference, "Statement on the incident of 17 November 2026"),
			{Kind: KindParagraph, Section: SectionReference, Text: []Span{{Text: "Reference ABCDEF:1A · Server 1234567 · 192.0.2.10", Dim: true}}},
			{Kind: KindRule},
			head(2, SectionSummary, "Summary"),
			para(SectionSummary, "On 17 November 2026 my server searched for open SSH logins in two networks (your report, 600 rows, port 22). The cause was found on the same day; the details follow."),
			{Kind: KindHeading, Level: 2, Section: SectionTimeline, Text: []Span{{Text: "Timeline", Bold: true}, {Text: " (all times +01:00)", Dim: true}}},
			{Kind: KindTable, Section: SectionTimeline, Table: &Table{
				Columns: []Column{{Width: 1}, {Width: 5}},
				Rows: [][]string{
					{"16 Nov, 23:41", "Program placed through an upload plugin"}, {"17 Nov, 05:05", "Scan begins, 509 targets"},
					{"17 Nov, 13:04", "Your mail received"}, {"17 Nov, 15:10", "fail2ban installed, SSH port changed"},
				},
			}},
			head(2, SectionCause, "Cause"),
			{Kind: KindParagraph, Section: SectionCause, Text: []Span{{Text: "A program named "}, {Text: "kswapd00", Mono: true}, {Text: " (user www-data) was placed through an outdated upload plugin [E1]. It opened connections to port 22 in 198.51.100.0/24 and 203.0.113.0/24, the networks named in "}, {Text: "your report", Bold: true}, {Text: "."}}},
			head(2, SectionFix, "What was fixed"),
			{Kind: KindParagraph, Section: SectionFix, Marked: true, Text: []Span{{Text: "fail2ban installed and SSH port changed at 15:10."}}},
			head(2, SectionPrevention, "Prevention"),
			{Kind: KindItem, Section: SectionPrevention, Text: []Span{{Text: "Active now: no scripts in the upload folder; SSH with keys only."}}},
			{Kind: KindItem, Section: SectionPrevention, Text: []Span{{Text: "Planned: plugin updates every Monday, first on 23 November 2026."}}},
			head(2, SectionRequest, "Request"),
			{Kind: KindParagraph, Section: SectionRequest, Text: []Span{{Text: "Please unlock 192.0.2.10. Details: "}, {Text: "example.org", Link: "https://example.org/case?a=1&b=(2)"}}},
			para(SectionContact, "äöüß € Łódź Kraków Київ Ελληνικά ἀρχή Čeština İstanbul"),
			{Kind: KindSignature, Section: SectionContact, Sign: &Signature{Place: "Łódź", Date: "17 November 2026", Name: "A. Example", Label: "Signature", Image: scribble()}},
		},
		Annex: annex(),
		Exhibits: []Exhibit{
			{ID: "E1", Name: "../../etc/ps.txt", Data: []byte("PID 4711 kswapd00\n")},
			{ID: "E2", Name: "ps.txt", Data: []byte("again\n")}, {ID: "E3", Name: "not attached.txt"},
		},
	}
}

func annex() []Block {
	columns := []Column{{Title: "No.", Width: 0.5, Right: true}, {Title: "Target", Width: 2, Mono: true}, {Title: "What it says", Width: 4}, {Title: "SHA-256", Width: 3, Mono: true}}
	var rows [][]string
	for i := range 60 {
		rows = append(rows, []string{fmt.Sprint(i + 1), fmt.Sprintf("198.51.100.%d", i), "connection to port 22, seen by two sources", strings.Repeat("0a1b2c3d", 8)})
	}
	var hours []Bar
	for i := range 96 {
		v := float64((i*37)%23) + 2
		hours = append(hours, Bar{Label: fmt.Sprintf("%02d:%02d", i/4, i%4*15), Value: v, Shown: fmt.Sprint(v), Hot: i == 20})
	}
	return []Block{
		head(1, SectionAnnex, "Annex: what proves it"),
		head(2, SectionAnnex, "The way to the server"),
		{Kind: KindPath, Path: &Path{Caption: "The last node that answers is the border of the provider.", Nodes: []Node{
			{Label: "1", Name: "192.168.1.1", Note: "1.2 ms"}, {Label: "2–5", Name: "4 nodes of transit networks", Note: "9.8 ms"},
			{Label: "6", Name: "nix-gw.hetzner.de (195.85.217.16)", Note: "14.0 ms", State: StateLast},
			{Label: "7", Name: "no answer", Note: "3 of 3 lost", State: StateSilent}, {Label: "8", Name: "192.0.2.10", Note: "no answer", State: StateSilent},
		}}},
		head(2, SectionAnnex, "Charts"),
		{Kind: KindChart, Chart: &Chart{Title: "Connections per network", Caption: "198.51.100.0/24 has 412 of 600 rows.", Bars: []Bar{
			{Label: "198.51.100.0/24", Value: 412, Shown: "412", Hot: true}, {Label: "203.0.113.0/24", Value: 188, Shown: "188"}, {Label: "all others", Value: 0, Shown: "0"},
		}}},
		{Kind: KindChart, Chart: &Chart{Title: "Connections per 15 minutes", Caption: "The most were seen at 05:00.", Histogram: true, Bars: hours}},
		head(2, SectionAnnex, "Evidence"),
		{Kind: KindTable, Table: &Table{Columns: columns, Rows: rows}},
		head(3, SectionAnnex, "Output"),
		{Kind: KindLines, Lines: []string{"$ ps -ef", "www-data\t4711\t1\t0\t23:41\t?\t00:00:00 /tmp/.x/kswapd00 " + strings.Repeat("--argument ", 12)}},
	}
}

func scribble() []byte {
	m := image.NewNRGBA(image.Rect(0, 0, 200, 60))
	for x := range 200 {
		for d := range 3 {
			m.Set(x, 30+d+(x*x/97)%25-12, color.NRGBA{B: 120, A: 255})
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return b.Bytes()
}

func written(t testing.TB, d Document, o PDFOptions) []byte {
	t.Helper()
	if o.Fonts == nil {
		o.Fonts = fonts(t)
	}
	o.Words = words()
	var b bytes.Buffer
	if err := PDF(&b, d, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tool runs a program on a PDF and gives what it prints.
func tool(t *testing.T, pdf []byte, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed", name)
	}
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		if a == "FILE" {
			args[i] = file
		}
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func whole() PDFOptions {
	return PDFOptions{Annex: true, Attach: true, Created: noon(), Author: "A. Example", Producer: "Latchkey"}
}

func TestPDFIsCleanToOtherReaders(t *testing.T) {
	pdf := written(t, letter(), whole())
	t.Run("qpdf", func(t *testing.T) {
		if out := tool(t, pdf, "qpdf", "--check", "FILE"); !strings.Contains(out, "No syntax or stream encoding errors") {
			t.Error(out)
		}
	})
	t.Run("fonts", func(t *testing.T) {
		out := strings.Split(strings.TrimSpace(tool(t, pdf, "pdffonts", "FILE")), "\n")
		if len(out) != 5 {
			t.Fatalf("want a head of two lines and three fonts:\n%s", strings.Join(out, "\n"))
		}
		for _, line := range out[2:] {
			if !regexp.MustCompile(`^LK\w{4}\+\S+ .*Identity-H +yes +yes +yes`).MatchString(line) {
				t.Errorf("not embedded as a subset: %s", line)
			}
		}
	})
	t.Run("text", func(t *testing.T) {
		out := tool(t, pdf, "pdftotext", "-layout", "FILE", "-")
		for _, want := range []string{"äöüß € Łódź Kraków Київ Ελληνικά ἀρχή Čeština İstanbul", "page 1 of", "What was fixed", "nix-gw.hetzner.de", "• Active now"} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is not in the text", want)
			}
		}
	})
	t.Run("metadata", func(t *testing.T) {
		out := tool(t, pdf, "pdfinfo", "FILE")
		for _, want := range []string{"Title:           Statement on the incident", "Author:          A. Example", "Producer:        Latchkey", "Page size:       595.28 x 841.89 pts (A4)"} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is not in\n%s", want, out)
			}
		}
	})
	t.Run("attachments", func(t *testing.T) {
		out := tool(t, pdf, "pdfdetach", "-list", "FILE")
		if !strings.Contains(out, "1: ps.txt") || !strings.Contains(out, "2: E2-2-ps.txt") || strings.Contains(out, "etc") || strings.Contains(out, "not attached") {
			t.Error(out)
		}
	})
	t.Run("catalogue", func(t *testing.T) {
		out := tool(t, pdf, "qpdf", "--qdf", "--object-streams=disable", "FILE", "-")
		for _, want := range []string{"/Lang (en)", "/Outlines", `/URI (https://example.org/case?a=1&b=\(2\))`} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is not in the file", want)
			}
		}
	})
}

func TestPDFSameBytes(t *testing.T) {
	f := fonts(t)
	o := whole()
	o.Fonts = f
	a, b := written(t, letter(), o), written(t, letter(), o)
	if !bytes.Equal(a, b) {
		t.Error("the same input gives two files")
	}
	o.Created = o.Created.Add(time.Hour)
	if bytes.Equal(a, written(t, letter(), o)) {
		t.Error("the time is not in the file")
	}
}

func TestSubsetNamesKeepTheLength(t *testing.T) {
	for i, family := range families() {
		if len("utf8"+family) != len(subsets()[i]) {
			t.Errorf("%s and %s differ in length: the cross-reference table would be wrong", family, subsets()[i])
		}
	}
}

func TestHostileTextStaysReadable(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	texts := map[string]string{
		"brackets":  `) Tj ET ( \ %% >> endobj 7 0 obj << /JS (app.alert) >> {nb}`,
		"control":   "a\x1b[31mred\x00\x07\r\u202Eabc\u2066",
		"arabic":    "مرحبا بالعالم",
		"chinese":   "服务器被锁",
		"emoji":     "🔑 ok 👩‍👩‍👧",
		"invalid":   "a\xff\xfe\xc3(",
		"combining": "u\u0308 e\u0301" + strings.Repeat("\u0301", 300),
		"surrogate": string([]byte{0xed, 0xa0, 0x80}) + "\U0010FFFF",
	}
	d := letter()
	d.Title, d.Reference, d.Language = texts["brackets"]+texts["chinese"], texts["control"], "en) /JS ("
	for name, text := range texts {
		d.Letter = append(d.Letter, head(2, SectionCause, name+" "+text), para(SectionCause, text),
			Block{Kind: KindTable, Table: &Table{Columns: []Column{{Title: text}, {Title: "b", Width: 0.001}}, Rows: [][]string{{text, text, text}}}},
			Block{Kind: KindLines, Lines: []string{text}}, Block{Kind: KindChart, Chart: &Chart{Title: text, Bars: []Bar{{Label: text, Shown: text}}}},
			Block{Kind: KindPath, Path: &Path{Nodes: []Node{{Label: text, Name: text, Note: text}}}})
	}
	d.Letter = append(d.Letter, para(SectionCause, long), Block{Kind: KindSignature, Sign: &Signature{Place: long, Image: []byte("no picture")}})
	d.Exhibits = []Exhibit{{ID: texts["control"], Name: `C:\a\..`, Data: []byte{}}, {Name: texts["arabic"] + "/" + texts["control"], Data: []byte("x")}}
	pdf := written(t, d, whole())
	if out := tool(t, pdf, "qpdf", "--check", "FILE"); !strings.Contains(out, "No syntax") {
		t.Error(out)
	}
	out := tool(t, pdf, "pdftotext", "-layout", "FILE", "-")
	for _, want := range []string{"[U+670D 52A1 5668 88AB 9501]", "[U+1F511]", "ü é", "/JS (app.alert)", "{nb}"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in the text", want)
		}
	}
	if n := strings.Count(out, "x"); n < 1<<20 {
		t.Errorf("%d of %d characters of a long word are left", n, 1<<20)
	}
	if strings.ContainsAny(out, "\x1b\x00\u202E\u2066") {
		t.Error("a steering character is in the text")
	}
}

func TestTooManyPagesAreRefused(t *testing.T) {
	d := Document{}
	for range maxPages + 10 {
		d.Annex = append(d.Annex, para(SectionAnnex, "a"), Block{Kind: KindBreak})
	}
	err := PDF(new(bytes.Buffer), d, PDFOptions{Fonts: fonts(t), Annex: true})
	if !errors.Is(err, ErrTooLong) {
		t.Errorf("%v, want ErrTooLong", err)
	}
}

func TestPDFPictures(t *testing.T) {
	dir := os.Getenv("LATCHKEY_PICTURES")
	if dir == "" {
		t.Skip("LATCHKEY_PICTURES names no folder")
	}
	tool(t, written(t, letter(), whole()), "pdftoppm", "-r", "80", "-png", "FILE", filepath.Join(dir, "statement"))
}

// An annex of some 300 pages: at most 3 s and 200 MB are wanted.
func BenchmarkPDF300Pages(b *testing.B) {
	d := letter()
	for range 7 {
		d.Annex[len(d.Annex)-3].Table.Rows = append(d.Annex[len(d.Annex)-3].Table.Rows, d.Annex[len(d.Annex)-3].Table.Rows...)
	}
	o := whole()
	o.Fonts = fonts(b)
	b.ReportAllocs()
	for b.Loop() {
		written(b, d, o)
	}
	b.ReportMetric(float64(len(Layout(d, o.Fonts, PageOptions{Annex: true}))), "pages")
}
