package statement

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"slices"
	"strings"
	"testing"
)

func pageTexts(p Page) string {
	var b strings.Builder
	for _, m := range p.Marks {
		if m.Kind == MarkText {
			b.WriteString(m.Text + "\n")
		}
	}
	return b.String()
}

// inside fails on a mark that leaves the margins, or the sheet.
func inside(t *testing.T, pages []Page, f *Fonts) {
	t.Helper()
	const hair = 0.05
	for _, p := range pages {
		for _, m := range p.Marks {
			if m.Kind == MarkText {
				if math.Abs(f.Width(m.Font, m.Size, m.Text)-m.W) > hair {
					t.Errorf("page %d: %q is %.1f wide, not %.1f", p.Number, m.Text, f.Width(m.Font, m.Size, m.Text), m.W)
				}
			}
			if m.X < marginLeft-hair || m.X+m.W > pageWidth-marginRight+hair || m.Y < 30 || m.Y+m.H > pageHeight-30 ||
				m.Block >= 0 && m.Y+m.H > textEnd+1 {
				t.Errorf("page %d: a mark leaves the margins: %.60v", p.Number, fmt.Sprintf("%+v", m))
			}
		}
	}
}

func TestMarksStayInsideTheMargins(t *testing.T) {
	f := fonts(t)
	d := letter()
	for _, word := range []string{"W", "i", "Ж", "日", "\u0301"} {
		d.Annex = append(d.Annex, head(2, SectionAnnex, strings.Repeat(word, 300)), para(SectionAnnex, strings.Repeat(word, 5000)),
			Block{Kind: KindItem, Level: 9, Text: []Span{{Text: strings.Repeat(word, 500), Mono: true}}},
			Block{Kind: KindTable, Table: &Table{Columns: []Column{{Title: word}, {Title: "b"}}, Rows: [][]string{{strings.Repeat(word, 9000), "x"}}}},
			Block{Kind: KindLines, Lines: []string{strings.Repeat(word, 300)}},
			Block{Kind: KindChart, Chart: &Chart{Title: word, Histogram: true, Bars: slices.Repeat([]Bar{{Label: strings.Repeat(word, 99), Value: 2, Shown: strings.Repeat(word, 99)}}, 1000)}},
			Block{Kind: KindChart, Chart: &Chart{Bars: []Bar{{Label: strings.Repeat(word, 200), Value: math.Inf(1), Shown: strings.Repeat(word, 99)}, {Value: math.NaN()}, {Value: -1}}}},
			Block{Kind: KindPath, Path: &Path{Nodes: []Node{{Label: strings.Repeat(word, 99), Name: strings.Repeat(word, 200), Note: strings.Repeat(word, 200)}}}})
	}
	inside(t, Layout(d, f, PageOptions{Annex: true, Words: words()}), f)
}

func TestNothingOfATextIsLost(t *testing.T) {
	f := fonts(t)
	var text []string
	for i := range 3000 {
		text = append(text, fmt.Sprintf("w%d", i))
	}
	all := strings.Join(text, " ")
	for name, b := range map[string]Block{
		"paragraph": para(SectionCause, all),
		"spans":     {Kind: KindParagraph, Text: []Span{{Text: all[:700]}, {Text: all[700:1501], Bold: true}, {Text: all[1501:], Mono: true}}},
		"cell":      {Kind: KindTable, Table: &Table{Columns: []Column{{Title: "a"}}, Rows: [][]string{{all}}}},
		"rest":      {Kind: KindTable, Table: &Table{Columns: []Column{{}, {}}, Rows: [][]string{append([]string{""}, text...)}}},
		"lines":     {Kind: KindLines, Lines: []string{all}},
	} {
		var got strings.Builder
		for _, p := range Layout(Document{Letter: []Block{b}}, f, PageOptions{}) {
			for _, m := range p.Marks {
				if m.Kind == MarkText && m.Block == 0 && m.Text != "a" {
					got.WriteString(m.Text)
				}
			}
		}
		if got, want := strings.ReplaceAll(got.String(), " ", ""), strings.ReplaceAll(all, " ", ""); got != want {
			t.Errorf("%s: %d characters of %d are on the pages", name, len(got), len(want))
		}
	}
}

func TestHeadingsStayWithTheirText(t *testing.T) {
	f := fonts(t)
	for lines := range 60 {
		d := Document{Letter: slices.Repeat([]Block{{Kind: KindLines, Lines: []string{"above"}}}, lines)}
		d.Letter = append(d.Letter, head(1, "", "Title"), head(2, "", "Heading"), para(SectionCause, strings.Repeat("text ", 90)))
		for _, p := range Layout(d, f, PageOptions{}) {
			text := pageTexts(p)
			if strings.Contains(text, "Title") != strings.Contains(text, "Heading") || strings.Contains(text, "Heading") && strings.Count(text, "text text") < 2 {
				t.Fatalf("%d lines above: a heading stands alone on page %d", lines, p.Number)
			}
			if strings.Count(text, "text text") == 1 {
				t.Fatalf("%d lines above: one line is alone on page %d", lines, p.Number)
			}
		}
	}
}

func TestHeadOfATableIsRepeated(t *testing.T) {
	rows := slices.Repeat([][]string{{"1", "2"}}, 200)
	pages := Layout(Document{Letter: []Block{{Kind: KindTable, Table: &Table{Columns: []Column{{Title: "Target"}, {Title: "Port"}}, Rows: rows}}}}, fonts(t), PageOptions{})
	if len(pages) < 3 {
		t.Fatalf("%d pages, want more", len(pages))
	}
	for _, p := range pages {
		if strings.Count(pageTexts(p), "Target\n") != 1 {
			t.Errorf("page %d has not one head", p.Number)
		}
	}
}

func TestMarksKnowWhereTheyComeFrom(t *testing.T) {
	d := letter()
	count := func(pages []Page) (tinted int) {
		for _, p := range pages {
			for _, m := range p.Marks {
				if m.Ink == InkMarked {
					tinted++
					if m.Section != SectionFix {
						t.Errorf("%+v is tinted", m)
					}
				}
				if m.Block >= 0 && !p.Annex && m.Section != d.Letter[m.Block].Section {
					t.Errorf("%q is of %q, want %q", m.Text, m.Section, d.Letter[m.Block].Section)
				}
			}
		}
		return tinted
	}
	f := fonts(t)
	if n := count(Layout(d, f, PageOptions{Preview: true})); n != 1 {
		t.Errorf("%d strips are tinted in the preview, want 1", n)
	}
	if n := count(Layout(d, f, PageOptions{Annex: true})); n != 0 {
		t.Errorf("%d strips are tinted on paper", n)
	}
	if pages := Layout(d, f, PageOptions{}); len(pages) != 1 || pages[0].Annex {
		t.Errorf("the letter alone has %d pages", len(pages))
	}
}

func TestShown(t *testing.T) {
	f := fonts(t)
	for in, want := range map[string]string{
		"plain": "plain", "u\u0308": "ü", "a\tb": "a b", "Łódź Київ Ἀθῆναι": "Łódź Київ Ἀθῆναι",
		"日本x語": "[U+65E5 672C]x[U+8A9E]", "\x1b[0m": "\uFFFD[0m", "a\u202Eb": "a\uFFFDb", "\xff": "\uFFFD", "🔑": "[U+1F511]",
	} {
		if got := f.Shown(FontRegular, in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}

// A photograph tells where and with what it was taken; the file must not.
func TestPicturesLoseTheirMetadata(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 20)), nil); err != nil {
		t.Fatal(err)
	}
	secret := "GPS 50.1 14.4"
	comment := append([]byte{0xFF, 0xFE, 0, byte(len(secret) + 2)}, secret...)
	photo := slices.Concat(b.Bytes()[:2], comment, b.Bytes()[2:])
	d := Document{Letter: []Block{{Kind: KindSignature, Sign: &Signature{Image: photo}}}}
	if pages := Layout(d, fonts(t), PageOptions{}); !slices.ContainsFunc(pages[0].Marks, func(m Mark) bool { return m.Kind == MarkImage }) {
		t.Fatal("the picture is not on the page")
	}
	if bytes.Contains(written(t, d, PDFOptions{}), []byte(secret)) {
		t.Error("the comment of the picture is in the file")
	}
}

func FuzzLayout(f *testing.F) {
	f.Add("a b\nc", 3.0, 2)
	f.Add("\u202E日本 🔑\xff", math.Inf(1), -5)
	f.Add(strings.Repeat("p", 3000), math.Inf(1), 0) // a head of a table higher than the page
	faces := fonts(f)
	f.Fuzz(func(t *testing.T, text string, number float64, level int) {
		if len(text) > 4000 {
			return
		}
		b := Block{Level: level, Text: []Span{{Text: text, Link: text}, {Text: text, Mono: true}}, Lines: []string{text},
			Table: &Table{Columns: []Column{{Title: text, Width: number}, {Right: true}}, Rows: [][]string{{text, text, text}, nil}},
			Chart: &Chart{Title: text, Histogram: level%2 == 0, Bars: []Bar{{Label: text, Value: number, Shown: text}}},
			Path:  &Path{Nodes: []Node{{Label: text, Name: text, State: State(level)}}}, Sign: &Signature{Place: text, Image: []byte(text)}}
		d := Document{Title: text, Language: text}
		for kind := KindHeading; kind <= KindBreak; kind++ {
			b.Kind = kind
			d.Letter = append(d.Letter, b)
		}
		inside(t, Layout(d, faces, PageOptions{Words: words()}), faces)
		if err := PDF(new(bytes.Buffer), d, PDFOptions{Fonts: faces}); err != nil {
			t.Error(err)
		}
	})
}
