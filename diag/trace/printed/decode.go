package printed

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// codePage is a single-byte character set a console or an old mail may use.
type codePage struct {
	name string
	enc  encoding.Encoding
}

// codePages are tried in this order when a text is not Unicode. Names and
// numbers in traces are ASCII in all of them, so a wrong guess spoils no hop.
func codePages() []codePage {
	return []codePage{
		{"windows-1252", charmap.Windows1252}, {"cp850", charmap.CodePage850},
		{"cp866", charmap.CodePage866}, {"windows-1251", charmap.Windows1251},
		{"koi8-r", charmap.KOI8R}, {"cp852", charmap.CodePage852},
		{"windows-1250", charmap.Windows1250}, {"windows-1253", charmap.Windows1253},
		{"cp437", charmap.CodePage437}, {"cp862", charmap.CodePage862},
		{"windows-1256", charmap.Windows1256},
	}
}

// sampleSize is how much of a text decides its character set: more than any
// trace, and little enough to decode it eleven times.
const sampleSize = 16 << 10

// decode turns bytes into valid UTF-8 and names the character set if it had to
// be guessed («» otherwise).
func decode(data []byte) (string, string) {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return decodeUTF16(data[2:], false), ""
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return decodeUTF16(data[2:], true), ""
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		data = data[3:]
	}
	if big, ok := wide(data); ok {
		return decodeUTF16(data, big), "utf-16"
	}
	if utf8.Valid(data) {
		return string(data), ""
	}
	sample := highSample(data)
	if mostlyUTF8(sample) {
		return strings.ToValidUTF8(string(data), "\uFFFD"), "utf-8"
	}
	best, top := codePages()[0], -1<<30
	for _, p := range codePages() {
		s, err := p.enc.NewDecoder().Bytes(sample)
		if err != nil {
			continue
		}
		if n := plausible(string(s)); n > top {
			best, top = p, n
		}
	}
	s, err := best.enc.NewDecoder().Bytes(data)
	if err != nil {
		return strings.ToValidUTF8(string(data), "\uFFFD"), "utf-8"
	}
	return strings.ToValidUTF8(string(s), "\uFFFD"), best.name
}

// wide recognises UTF-16 without a byte-order mark: in ASCII text every
// second byte is zero.
func wide(data []byte) (big, ok bool) {
	n := min(len(data), 512)
	if n < 8 {
		return false, false
	}
	var zero [2]int
	for i, b := range data[:n] {
		if b == 0 {
			zero[i%2]++
		}
	}
	return zero[0] > zero[1], zero[0]*4 > n || zero[1]*4 > n
}

func decodeUTF16(data []byte, big bool) string {
	u := make([]uint16, len(data)/2)
	for i := range u {
		a, b := uint16(data[2*i]), uint16(data[2*i+1])
		if big {
			a, b = b, a
		}
		u[i] = a | b<<8
	}
	return string(utf16.Decode(u))
}

// highSample gathers the surroundings of bytes above ASCII.
func highSample(data []byte) []byte {
	var s []byte
	for i := 0; i < len(data) && len(s) < sampleSize; i++ {
		if data[i] >= 0x80 {
			from, to := max(i-4, 0), min(i+24, len(data))
			s = append(append(s, data[from:to]...), ' ')
			i = to - 1
		}
	}
	return s
}

// mostlyUTF8 reports whether most high bytes form UTF-8 sequences: a few bad
// ones are damage, not another character set.
func mostlyUTF8(s []byte) bool {
	good, bad := 0, 0
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		s = s[n:]
	}
	return good > 3*bad
}

// plausible scores a decoding: letters of one script inside lower-case words
// speak for it; box-drawing, symbols, controls and capitals inside words
// speak against it.
func plausible(s string) int {
	score := 0
	prev := ' '
	for _, r := range s {
		switch {
		case r < 0x80:
		case r == utf8.RuneError || unicode.IsControl(r):
			score -= 20
		case !unicode.IsLetter(r):
			score -= 4
		case unicode.IsUpper(r) && unicode.IsLower(prev):
			score -= 5
		case unicode.IsLower(r) && unicode.IsLetter(prev) && script(prev) == script(r):
			score += 3
		case unicode.IsLower(r) && unicode.IsLetter(prev):
			score--
		default:
			score++
		}
		prev = r
	}
	return score
}

func script(r rune) *unicode.RangeTable {
	for _, t := range []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Hebrew, unicode.Arabic} {
		if unicode.Is(t, r) {
			return t
		}
	}
	return nil
}
