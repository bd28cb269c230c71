package mail

import (
	"bytes"
	"strings"
)

// decoded is what a transfer encoding held.
type decoded struct {
	data []byte
	size int64 // bytes, also those beyond the limit
	own  bool  // data may be written to: it does not point into the mail
	flaw string
}

// decodeTransfer undoes a Content-Transfer-Encoding up to limit bytes. What is
// plainly not encoded is taken as it stands.
func decodeTransfer(encoding string, raw []byte, limit int64) decoded {
	plain := decoded{data: raw[:min(int64(len(raw)), limit)], size: int64(len(raw))}
	encoding, _, _ = strings.Cut(encoding, ";")
	encoding, _, _ = strings.Cut(encoding, "(")
	switch strings.ToLower(strings.Trim(encoding, "\"' \t")) {
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "none":
		return plain
	case "base64", "base-64", "x-base64":
		return decodeBase64(raw, limit, plain)
	case "quoted-printable", "quoted printable", "x-quoted-printable":
		return decodeQuoted(raw, limit, plain)
	}
	plain.flaw = "unknown transfer encoding «" + encoding + "»"
	return plain
}

// Lines of base64. After padding or a foreign line the data has ended; only a
// line as long as encoders make them begins another piece.
const (
	longBase64 = 40
	noDigit    = 0xFF
)

// decodeBase64 skips what is not of the alphabet, and whole lines that are not
// base64 at all: footers that mailing lists append, quoting marks.
func decodeBase64(raw []byte, limit int64, plain decoded) decoded {
	out := decoded{own: true, data: make([]byte, 0, min(int64(len(raw)/4*3+3), limit))}
	var bits uint32
	var digits, lines, foreign int
	ended := false
	for rest := raw; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		line = bytes.TrimSpace(bytes.TrimLeft(line, "> "))
		if len(line) == 0 {
			continue
		}
		lines++
		if !isBase64(line) || ended && len(line) < longBase64 {
			ended = true
			foreign++
			continue
		}
		ended = false
		for _, c := range line {
			d := base64Digit(c)
			switch {
			case c == '=':
				out.put(limit, bits<<(6*(4-digits)), digits-1)
				bits, digits, ended = 0, 0, true
			case d == noDigit:
				if !blankByte(c) {
					out.flaw = "bytes that are not base64 were skipped"
				}
			default:
				ended = false
				bits, digits = bits<<6|uint32(d), digits+1
				if digits == 4 {
					out.put(limit, bits, 3)
					bits, digits = 0, 0
				}
			}
		}
	}
	if digits > 0 {
		out.put(limit, bits<<(6*(4-digits)), digits-1)
		out.flaw = "base64 ends in mid-word"
	}
	if foreign*2 > lines {
		plain.flaw = "said to be base64, and is not"
		return plain
	}
	if foreign > 0 {
		out.flaw = "lines that are not base64 were skipped"
	}
	return out
}

// put appends the upper n of three bytes.
func (d *decoded) put(limit int64, bits uint32, n int) {
	for i := range max(n, 0) {
		if d.size < limit {
			d.data = append(d.data, byte(bits>>(16-8*i)))
		}
		d.size++
	}
}

// isBase64 tells a line of base64, perhaps with a damaged byte, from words.
func isBase64(line []byte) bool {
	junk, word, longest := 0, 0, 0
	for _, c := range line {
		switch {
		case blankByte(c):
			word = 0
			continue
		case c != '=' && base64Digit(c) == noDigit:
			junk++
		}
		word++
		longest = max(longest, word)
	}
	spaced := bytes.IndexByte(line, ' ') >= 0
	return junk*8 <= len(line)+4 && (!spaced || longest >= longBase64)
}

func base64Digit(c byte) byte {
	switch {
	case c >= 'A' && c <= 'Z':
		return c - 'A'
	case c >= 'a' && c <= 'z':
		return c - 'a' + 26
	case c >= '0' && c <= '9':
		return c - '0' + 52
	case c == '+':
		return 62
	case c == '/':
		return 63
	}
	return noDigit
}

// decodeQuoted undoes quoted-printable. A text with as many broken escapes as
// sound ones was never encoded («SRC=192.0.2.10 PROTO=TCP»): only its soft line
// ends are undone.
func decodeQuoted(raw []byte, limit int64, plain decoded) decoded {
	good, bad := countEscapes(raw)
	literal := bad >= good
	out := decoded{own: true, data: make([]byte, 0, min(int64(len(raw)), limit))}
	if bad > 0 {
		out.flaw = "escapes that are not quoted-printable were left"
	}
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c == '=' {
			if n := softBreak(raw[i:]); n > 0 {
				i += n - 1
				continue
			}
			if b, ok := escape(raw[i:]); ok && !literal {
				c, i = b, i+2
			}
		}
		if out.size < limit {
			out.data = append(out.data, c)
		}
		out.size++
	}
	return out
}

// countEscapes counts the escapes that are none, and those that are. An escape
// of a control byte is none: no encoder has a reason to write one into a text.
func countEscapes(raw []byte) (good, bad int) {
	for i := 0; i < len(raw); {
		at := bytes.IndexByte(raw[i:], '=')
		if at < 0 {
			break
		}
		i += at
		if n := softBreak(raw[i:]); n > 0 {
			i += n
			continue
		}
		if b, ok := escape(raw[i:]); ok && (b >= ' ' || b == '\t' || b == '\n' || b == '\r' || b == 0) {
			good++
			i += 3
			continue
		}
		bad++
		i++
	}
	return good, bad
}

// softBreak is the length of «=», blanks and a line end, 0 if there is none. An
// «=» at the very end is one as well.
func softBreak(raw []byte) int {
	for i := 1; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\n':
			return i + 1
		case c != '\r' && !blankByte(c):
			return 0
		}
	}
	return len(raw)
}

// escape reads «=C3».
func escape(raw []byte) (byte, bool) {
	if len(raw) < 3 {
		return 0, false
	}
	hi, lo := hexDigit(raw[1]), hexDigit(raw[2])
	return hi<<4 | lo, hi < 16 && lo < 16
}

func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return noDigit
}
