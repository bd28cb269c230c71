package mail

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// The byte order marks of UTF-8 and UTF-16.
const (
	bom    = "\uFEFF"
	markLE = "\xFF\xFE"
	markBE = "\xFE\xFF"
)

// unicodeText is the result of toUTF8.
type unicodeText struct {
	data         []byte
	own          bool // data does not point into the mail
	cut          bool // limit was reached
	flaw, detail string
}

// toUTF8 decodes a text of the character set the mail names, "" if none. Byte
// order marks win over the name, and so do bytes that are valid UTF-8 beyond
// ASCII: other text practically never is. What cannot be decoded is read as
// UTF-8 with windows-1252 in between.
func toUTF8(b []byte, own bool, label string, limit int64) unicodeText {
	switch {
	case bytes.HasPrefix(b, []byte(bom)):
		for bytes.HasPrefix(b, []byte(bom)) { // some programs set one each time they save
			b = b[len(bom):]
		}
		label = "utf-8"
	case bytes.HasPrefix(b, []byte(markLE)), bytes.HasPrefix(b, []byte(markBE)):
		return convert(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), limit)
	}
	if wide := guessUTF16(b); wide != nil {
		t := convert(b, wide, limit)
		if !strings.HasPrefix(cleanLabel(label), "utf-16") {
			t.flaw, t.detail = WarnCharsetGuessed, "read as UTF-16"
		}
		return t
	}
	enc, err := lookup(label)
	switch {
	case utf8.Valid(b) && !sevenBit(label):
		return valid(b, own, label, err == nil && isUTF8(enc))
	case err != nil && label != "":
		t := guess(b, limit)
		t.flaw, t.detail = WarnBadCharset, fmt.Sprintf("character set %s is unknown, windows-1252 is assumed", label)
		return t
	case err != nil, isUTF8(enc), wideLabel(label):
		t := guess(b, limit)
		t.flaw, t.detail = WarnCharsetGuessed, "not UTF-8, windows-1252 is assumed"
		return t
	}
	t := convert(b, enc, limit)
	if bytes.Contains(t.data, []byte("\uFFFD")) {
		t.flaw, t.detail = WarnBadCharset, fmt.Sprintf("some bytes are not %s", label)
	}
	return t
}

// valid takes UTF-8 as it is; agreed says that label says so as well.
func valid(b []byte, own bool, label string, agreed bool) unicodeText {
	t := unicodeText{data: b, own: own}
	switch {
	case !agreed && label != "" && !isASCII(b):
		t.flaw, t.detail = WarnCharsetGuessed, fmt.Sprintf("said to be %s, read as UTF-8", label)
	case doubled(b):
		t.flaw, t.detail = WarnMojibake, "letters were encoded twice before the mail was sent"
	}
	return t
}

// lookup finds the decoder of a name, also of one wrapped in what does not
// belong there («charset=ISO-8859-1; format=flowed»).
func lookup(label string) (encoding.Encoding, error) {
	label = cleanLabel(label)
	enc, err := htmlindex.Get(label)
	if err != nil {
		enc, err = ianaindex.MIME.Encoding(label)
	}
	if err == nil && (enc == nil || enc == encoding.Replacement) {
		err = errors.New("no decoder")
	}
	return enc, err
}

func cleanLabel(label string) string {
	label = strings.ToLower(strings.Trim(label, "\"' \t"))
	label = strings.TrimPrefix(label, "charset=")
	if end := strings.IndexAny(label, "; \t\"'"); end >= 0 {
		label = label[:end]
	}
	return label
}

// metaCharset is the character set a page names in its head, "" if none.
func metaCharset(page []byte) string {
	_, after, ok := bytes.Cut(bytes.ToLower(page[:min(len(page), 1024)]), []byte("charset="))
	if !ok {
		return ""
	}
	after = bytes.TrimLeft(after, "\"'")
	if end := bytes.IndexAny(after, "\"' />;"); end >= 0 {
		return string(after[:end])
	}
	return ""
}

// sevenBit are character sets whose texts look like ASCII and are not.
func sevenBit(label string) bool {
	return strings.HasPrefix(cleanLabel(label), "iso-2022-")
}

// wideLabel are names that ASCII bytes contradict.
func wideLabel(label string) bool {
	label = cleanLabel(label)
	return strings.HasPrefix(label, "utf-16") || strings.HasPrefix(label, "utf-32")
}

func isUTF8(enc encoding.Encoding) bool { return enc == unicode.UTF8 || enc == encoding.Nop }

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// guessUTF16 finds UTF-16 without a mark: every second byte of Latin text is
// zero.
func guessUTF16(b []byte) encoding.Encoding {
	sample := b[:min(len(b), 512)&^1]
	var zeros [2]int
	for i, c := range sample {
		if c == 0 {
			zeros[i%2]++
		}
	}
	half := len(sample) / 2
	switch {
	case half == 0:
		return nil
	case zeros[1]*10 > half*7 && zeros[0]*10 < half:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[0]*10 > half*7 && zeros[1]*10 < half:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// doubled finds UTF-8 that was taken for windows-1252 and encoded once more:
// «Ã¤» for «ä», «â€“» for «–».
func doubled(b []byte) bool {
	b = b[:min(len(b), 64<<10)]
	for _, sign := range []string{"Ã¤", "Ã¶", "Ã¼", "ÃŸ", "Ã„", "Ã–", "Ãœ", "Ã©", "Ã¨", "â€“", "â€œ", "â€ž", "â€™"} {
		if bytes.Contains(b, []byte(sign)) {
			return true
		}
	}
	return false
}

// isWide says that bytes are UTF-16.
func isWide(b []byte) bool {
	return bytes.HasPrefix(b, []byte(markLE)) || bytes.HasPrefix(b, []byte(markBE)) || guessUTF16(b) != nil
}

// convert decodes up to limit bytes of UTF-8. It decodes twice, as the size is
// not known before, and growing buffers would be much of the memory used.
func convert(b []byte, enc encoding.Encoding, limit int64) unicodeText {
	var scratch [4096]byte
	size, cut := int64(0), false
	for from, decoder := b, enc.NewDecoder(); ; {
		n, read, err := decoder.Transform(scratch[:], from, true)
		if size+int64(n) > limit {
			cut = true
			break
		}
		size, from = size+int64(n), from[read:]
		if !errors.Is(err, transform.ErrShortDst) {
			break
		}
	}
	if cut {
		size = limit
	}
	out := make([]byte, size)
	n, _, _ := enc.NewDecoder().Transform(out, b, true)
	return unicodeText{data: out[:n], own: true, cut: cut}
}

func guess(b []byte, limit int64) unicodeText {
	data, cut := lenient(b, limit)
	return unicodeText{data: data, own: true, cut: cut}
}

// lenient reads UTF-8, and every byte that is none as windows-1252: logs are
// glued together from several programs.
func lenient(b []byte, limit int64) (text []byte, cut bool) {
	size := 0
	for rest := b; len(rest) > 0; {
		r, n := lenientRune(rest)
		size, rest = size+utf8.RuneLen(r), rest[n:]
	}
	out := make([]byte, 0, min(int64(size), limit))
	for rest := b; len(rest) > 0; {
		r, n := lenientRune(rest)
		if int64(len(out)+utf8.RuneLen(r)) > limit {
			return out, true
		}
		out, rest = utf8.AppendRune(out, r), rest[n:]
	}
	return out, false
}

func lenientRune(b []byte) (rune, int) {
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n == 1 {
		r = charmap.Windows1252.DecodeByte(b[0])
	}
	return r, n
}

// unixLines turns CRLF and lone CR into LF, in place where b may be written to.
func unixLines(b []byte, own bool) []byte {
	if bytes.IndexByte(b, '\r') < 0 {
		return b
	}
	out := b[:0]
	if !own {
		out = make([]byte, 0, len(b))
	}
	for i := 0; i < len(b); i++ {
		if b[i] != '\r' {
			out = append(out, b[i])
			continue
		}
		for i+1 < len(b) && b[i+1] == '\r' {
			i++
		}
		if i+1 == len(b) || b[i+1] != '\n' {
			out = append(out, '\n')
		}
	}
	return out
}

// isBinary says that bytes are no text: they hold more control bytes than damage
// explains. declared tells that the mail calls them text.
func isBinary(sample []byte, declared bool) bool {
	sample = sample[:min(len(sample), sniffLen)]
	if len(sample) == 0 || isWide(sample) {
		return false
	}
	for _, magic := range []string{"%PDF-", "GIF8", "\x89PNG", "\xFF\xD8\xFF", "{\\rtf", "\x7FELF", "PK\x03\x04"} {
		if bytes.HasPrefix(sample, []byte(magic)) {
			return true
		}
	}
	control := 0
	for _, c := range sample {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B || c == 0x7F {
			control++
		}
	}
	if declared {
		return control*10 > len(sample) // one in ten
	}
	return control*50 > len(sample)
}
