package statement

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// PDFOptions says what goes into the file beside the letter.
type PDFOptions struct {
	Fonts    *Fonts
	Annex    bool
	Attach   bool // Data of the exhibits as attached files
	Words    PageWords
	Created  time.Time // written as given: the same input and time give the same bytes; zero: the document's date
	Author   string    // metadata; "" for none
	Producer string    // the program, in metadata; "" for none
}

// ErrTooLong says that a document has more pages than a PDF may have.
var ErrTooLong = errors.New("document has more than " + strconv.Itoa(maxPages) + " pages")

// PDF writes a document as PDF. It holds what the document says and nothing
// else: no name of a file or machine, and pictures without their metadata.
func PDF(w io.Writer, d Document, o PDFOptions) (err error) {
	defer func() {
		if r := recover(); r != nil { // the library panics on fonts and pictures it cannot read
			err = fmt.Errorf("write PDF: %v", r)
		}
	}()
	pages, whole := layout(d, o.Fonts, PageOptions{Annex: o.Annex, Words: o.Words})
	if !whole {
		return ErrTooLong
	}
	p := &paper{doc: &d, fonts: o.Fonts, f: fpdf.New("P", "pt", "A4", "")}
	p.start(d, o)
	for i := range pages {
		p.page(&pages[i])
	}
	if o.Attach {
		p.f.SetAttachments(attachments(d.Exhibits))
	}
	var b bytes.Buffer
	if err := p.f.Output(&b); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	_, err = w.Write(tagged(b.Bytes()))
	return err
}

// paper draws marks into a PDF.
type paper struct {
	doc   *Document
	fonts *Fonts
	f     *fpdf.Fpdf
	level int // of the last bookmark
}

// families are the names of the fonts inside the library. It names a subset
// «utf8» and the family; tagged turns that into a name of the same length with
// the tag that ISO 32000-1, 9.6.4 wants of a subset.
func families() [3]string {
	return [3]string{"latchkey-regular---", "latchkey-bold---", "latchkey-mono----"}
}

func subsets() [3]string {
	return [3]string{"LKAAAA+NotoSans-Regular", "LKBBBB+NotoSans-Bold", "LKCCCC+DejaVuSansMono"}
}

func tagged(pdf []byte) []byte {
	for i, family := range families() {
		pdf = bytes.ReplaceAll(pdf, []byte("/utf8"+family), []byte("/"+subsets()[i]))
	}
	return pdf
}

func (p *paper) start(d Document, o PDFOptions) {
	f := p.f
	for i, family := range families() {
		// The library writes into the bytes of a font while it cuts the subset.
		f.AddUTF8FontFromBytes(family, "", bytes.Clone(p.fonts.faces[i].ttf))
	}
	when := o.Created
	if when.IsZero() {
		when = d.Date
	}
	if when.IsZero() {
		when = time.Unix(0, 0).UTC()
	}
	f.SetCatalogSort(true)
	f.SetCreationDate(when)
	f.SetModificationDate(when)
	f.SetTitle(p.meta(d.Title), true)
	f.SetSubject(p.meta(d.Reference), true)
	f.SetAuthor(p.meta(o.Author), true)
	f.SetProducer(p.meta(o.Producer), true)
	f.SetLang(language(d.Language))
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(0, 0, 0)
	f.SetFont(families()[0], "", bodySize)
}

// meta is a text outside the pages: no font, so every letter stays.
func (p *paper) meta(text string) string { return cleanLine(text, 400) }

// language keeps a BCP 47 tag and refuses anything else.
func language(tag string) string {
	for _, r := range tag {
		if r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return ""
		}
	}
	return tag
}

func (p *paper) page(page *Page) {
	p.f.AddPage()
	for i := range page.Marks {
		m := &page.Marks[i]
		if m.Outline > 0 {
			p.bookmark(page, m)
		}
		switch m.Kind {
		case MarkText:
			p.text(m)
		case MarkLine:
			r, g, b := rgb(m.Ink)
			p.f.SetDrawColor(r, g, b)
			p.f.SetLineWidth(m.Stroke)
			p.f.Line(m.X, m.Y, m.X+m.W, m.Y+m.H)
		case MarkRect:
			p.rect(m)
		case MarkImage:
			p.image(m)
		}
	}
}

// bookmark names the heading that starts at a mark. A level is at most one
// deeper than the last.
func (p *paper) bookmark(page *Page, m *Mark) {
	blocks := p.doc.Letter
	if page.Annex {
		blocks = p.doc.Annex
	}
	var text strings.Builder
	for _, s := range blocks[m.Block].Text {
		text.WriteString(s.Text)
	}
	p.level = min(m.Outline, p.level+1)
	p.f.SetFont(families()[0], "", bodySize) // with a font of one byte a name would be written as such
	p.f.Bookmark(p.meta(text.String()), p.level-1, max(m.Y-m.Size, 0))
}

func (p *paper) text(m *Mark) {
	r, g, b := rgb(m.Ink)
	p.f.SetTextColor(r, g, b)
	p.f.SetFont(families()[m.Font], "", m.Size)
	p.f.Text(m.X, m.Y, m.Text)
	if m.Link != "" {
		p.f.LinkString(m.X, m.Y-m.Size, m.W, m.Size*1.3, m.Link)
		p.f.SetDrawColor(r, g, b)
		p.f.SetLineWidth(0.4)
		p.f.Line(m.X, m.Y+1.4, m.X+m.W, m.Y+1.4)
	}
}

func (p *paper) rect(m *Mark) {
	r, g, b := rgb(m.Ink)
	style := "D"
	if m.Fill {
		style = "F"
		p.f.SetFillColor(r, g, b)
	}
	if m.Stroke > 0 {
		p.f.SetLineWidth(m.Stroke)
		p.f.SetDrawColor(r, g, b)
	}
	switch {
	case m.Radius > 0 && m.W == m.H && m.Radius == m.W/2:
		p.f.Circle(m.X+m.Radius, m.Y+m.Radius, m.Radius, style)
	case m.Radius > 0:
		p.f.RoundedRect(m.X, m.Y, m.W, m.H, m.Radius, "1234", style)
	default:
		p.f.Rect(m.X, m.Y, m.W, m.H, style)
	}
}

// image draws a picture on white. It is decoded and written anew: a photograph
// would bring the place and the device it was taken with.
func (p *paper) image(m *Mark) {
	if _, _, ok := imageSize(m.Image); !ok {
		return
	}
	decoded, _, err := image.Decode(bytes.NewReader(m.Image))
	if err != nil {
		return
	}
	plain := image.NewRGBA(image.Rect(0, 0, decoded.Bounds().Dx(), decoded.Bounds().Dy()))
	draw.Draw(plain, plain.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(plain, plain.Bounds(), decoded, decoded.Bounds().Min, draw.Over)
	var b bytes.Buffer
	if err := png.Encode(&b, plain); err != nil {
		return
	}
	name := fmt.Sprint("picture", p.f.PageNo(), "-", m.Block)
	kind := fpdf.ImageOptions{ImageType: "png"}
	p.f.RegisterImageOptionsReader(name, kind, &b)
	p.f.ImageOptions(name, m.X, m.Y, m.W, m.H, false, kind, 0, "")
}

// rgb are the colours on paper.
func rgb(ink Ink) (r, g, b int) {
	colours := [...]uint32{
		InkText: 0x1B2330, InkDim: 0x465062, InkLink: 0x1E56A6, InkRule: 0xC3CAD5, InkZone: 0xECEFF3,
		InkBar: 0x4A80CC, InkHot: 0xC1471F, InkHotZone: 0xFBEBE6, InkReached: 0x0A6152, InkPaper: 0xFFFFFF, InkMarked: 0xFCF2DA,
	}
	c := colours[ink]
	return int(c >> 16), int(c >> 8 & 0xFF), int(c & 0xFF)
}

// safeLink gives a link a reader may follow: http, https or mailto, in ASCII.
func safeLink(link string) string {
	if link == "" || len(link) > 2000 {
		return ""
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto" {
		return ""
	}
	link = u.String()
	for i := range len(link) {
		if link[i] <= ' ' || link[i] > '~' {
			return ""
		}
	}
	return link
}

// attachments are the exhibits that have data, under plain names: no folder, no
// sign a file system objects to, no name twice.
func attachments(exhibits []Exhibit) []fpdf.Attachment {
	var list []fpdf.Attachment
	seen := map[string]bool{}
	for i, e := range exhibits {
		if e.Data == nil {
			continue
		}
		name := plainName(e.Name)
		if name == "" || seen[strings.ToLower(name)] {
			name = strings.TrimSuffix(plainName(e.ID)+"-"+strconv.Itoa(i+1)+"-"+name, "-")
		}
		seen[strings.ToLower(name)] = true
		list = append(list, fpdf.Attachment{Content: e.Data, Filename: name, Description: cleanLine(e.ID, 40)})
	}
	return list
}

func plainName(name string) string {
	name = path.Base(strings.ReplaceAll(cleanLine(name, 120), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/:*?"<>|`, r) || r == '\uFFFD' {
			return '_'
		}
		return r
	}, name)
	return strings.Trim(name, ". ")
}
