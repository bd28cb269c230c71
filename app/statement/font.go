package statement

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"

	"latchkey/diag"
)

// Fonts are the three faces a document is set in. They are safe for use by
// several goroutines and never change.
type Fonts struct {
	faces [3]face
}

// face is a TrueType font with the advance of each character it has a picture
// for, in thousandths of its size; 0xFFFF stands for «has none». Only the basic
// plane is looked at: the PDF library knows no other.
type face struct {
	ttf     []byte
	advance []uint16
}

const noGlyph = 0xFFFF

// fontFiles are the names below assets/fonts, in the order of Font.
func fontFiles() [3]string {
	return [3]string{"NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "DejaVuSansMono.ttf"}
}

// LoadFonts reads the faces from the folder of fonts.
func LoadFonts(fsys fs.FS) (*Fonts, error) {
	f := new(Fonts)
	for i, name := range fontFiles() {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read font: %w", err)
		}
		if f.faces[i], err = newFace(data); err != nil {
			return nil, fmt.Errorf("read font %s: %w", name, err)
		}
	}
	return f, nil
}

func newFace(ttf []byte) (face, error) {
	parsed, err := sfnt.Parse(ttf)
	if err != nil {
		return face{}, err
	}
	f := face{ttf: ttf, advance: make([]uint16, 0x10000)}
	var b sfnt.Buffer
	for r := range f.advance {
		f.advance[r] = noGlyph
		g, err := parsed.GlyphIndex(&b, rune(r))
		if err != nil || g == 0 {
			continue
		}
		// At 1000 pixels per em an advance is in thousandths of the size, the
		// unit of widths in a PDF.
		a, err := parsed.GlyphAdvance(&b, g, fixed.I(1000), font.HintingNone)
		if err == nil {
			f.advance[r] = uint16(a.Round())
		}
	}
	return f, nil
}

func (f *face) has(r rune) bool {
	return r >= 0 && int(r) < len(f.advance) && f.advance[r] != noGlyph
}

// Width is how wide a string is at a size, in points.
func (f *Fonts) Width(font Font, size float64, s string) float64 {
	return float64(f.thousandths(font, s)) * size / 1000
}

func (f *Fonts) thousandths(font Font, s string) int {
	t, sum := &f.faces[font], 0
	for _, r := range s {
		if t.has(r) {
			sum += int(t.advance[r])
		}
	}
	return sum
}

// Shown gives a string as a face can draw it: on one line, accents joined with
// their letters. What would steer a terminal or turn the direction of the text
// becomes U+FFFD; letters the face has no picture for (Chinese, Arabic, emoji)
// are named by their code points, «[U+65E5 672C]», so that nothing is lost.
func (f *Fonts) Shown(font Font, s string) string {
	t := &f.faces[font]
	if plain(s) {
		return s
	}
	var b strings.Builder
	missing := false
	for _, r := range norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD")) {
		switch {
		case firm(r):
		case unicode.IsSpace(r):
			r = ' '
		case !unicode.IsPrint(r):
			r = '\uFFFD'
		}
		if t.has(r) {
			if missing {
				b.WriteByte(']')
			}
			missing = false
			b.WriteRune(r)
			continue
		}
		if missing {
			fmt.Fprintf(&b, " %04X", r)
		} else {
			fmt.Fprintf(&b, "[U+%04X", r)
		}
		missing = true
	}
	if missing {
		b.WriteByte(']')
	}
	return b.String()
}

// plain reports printable ASCII, which every face has as it is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// cleanLine makes a text safe outside a page (metadata, names of files): one
// line, no steering characters, at most limit characters.
func cleanLine(s string, limit int) string {
	return diag.Clean(strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " "), limit)
}
