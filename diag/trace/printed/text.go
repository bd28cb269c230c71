package printed

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"latchkey/diag"
)

// Bounds that keep a hostile file from taking memory or time. A long report of
// mtr has 60 lines; 20 MB of ordinary log lines stay below maxLines.
const (
	maxLines   = 1 << 18
	maxRowLen  = 1200 // a row of three hosts with long names has about 500 bytes
	maxLink    = 300  // a link around a host name is no longer
	unfoldFrom = 240  // no program prints a single hop wider than this
)

// line is one line that is not blank, freed from quoting and escape sequences.
type line struct {
	n int // 1-based number in the input
	s string
}

// text is an input made ready for the grammars.
type text struct {
	lines    []line
	total    int  // lines that are not blank, those beyond maxLines included
	page     bool // the source of a looking glass's web page
	warnings []Warning
}

func newText(data []byte) *text {
	t := &text{}
	s, guess := decode(data)
	if guess != "" {
		t.warn(WarnCharset, 0, guess)
	}
	s = stripEscapes(s)
	s, tagged := stripHTML(s)
	t.page = tagged && strings.Contains(strings.ToLower(s[:min(len(s), 1<<16)]), "looking")
	t.split(s)
	t.stripNumbers()
	t.unfold()
	return t
}

func (t *text) warn(code string, n int, s string) {
	t.warnings = append(t.warnings, Warning{Code: code, Line: n, Text: diag.Clean(s, 120)})
}

// distinct counts the lines of the input behind indexes of t.lines.
func (t *text) distinct(indexes []int) int {
	count, last := 0, 0
	for _, i := range indexes {
		if t.lines[i].n != last {
			count++
		}
		last = t.lines[i].n
	}
	return count
}

// split cuts the text at every kind of line end and keeps what is not blank.
func (t *text) split(s string) {
	n := 0
	for len(s) > 0 {
		n++
		end := strings.IndexAny(s, "\n\r")
		raw := s
		if end >= 0 {
			raw = s[:end]
			if s[end] == '\r' && end+1 < len(s) && s[end+1] == '\n' {
				end++
			}
			s = s[end+1:]
		} else {
			s = ""
		}
		if strings.TrimSpace(raw) == "" {
			continue
		}
		t.total++
		if len(t.lines) == maxLines {
			continue
		}
		t.lines = append(t.lines, line{n, tidy(raw)})
	}
	if t.total > maxLines {
		t.warn(WarnTooLong, 0, "")
	}
}

// tidy makes one line plain: blanks of all sorts become spaces, full-width
// signs ASCII, invisible characters vanish, quoting and decoration go.
func tidy(s string) string {
	if !plainASCII(s) {
		s = strings.Map(plainRune, s)
	}
	if strings.Contains(s, "http") {
		s = unlink(s)
	}
	return strings.TrimRight(undecorate(s), " ")
}

// unlink takes off the links mail programs and forums make of host names:
// «name<http://name>» and «[name](http://name)».
func unlink(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "http")
		if i < 0 {
			break
		}
		j := strings.IndexAny(s[i:min(len(s), i+maxLink)], "> )")
		switch {
		case i > 0 && j > 0 && s[i-1] == '<' && s[i+j] == '>':
			b.WriteString(strings.TrimRight(s[:i-1], " "))
			s = s[i+j+1:]
		case i > 1 && j > 0 && s[i-2:i] == "](" && s[i+j] == ')':
			name := s[:i-2]
			if k := strings.LastIndexByte(name, '['); k >= 0 {
				name = name[:k] + name[k+1:]
			}
			b.WriteString(name)
			s = s[i+j+1:]
		default:
			b.WriteString(s[:i+4])
			s = s[i+4:]
		}
	}
	b.WriteString(s)
	return b.String()
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func plainRune(r rune) rune {
	switch {
	case r == '\t' || unicode.Is(unicode.Zs, r) || r == '\u2028' || r == '\u2029':
		return ' '
	case r >= 0xFF01 && r <= 0xFF5E: // full-width forms of ASCII
		return r - 0xFEE0
	case r == '\uFFFD':
		return r
	case r == '\u2217' || r == '\u22C6' || r == '\u204E' || r == '\u2731': // stars a word processor likes
		return '*'
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// undecorate takes off what mails and forums put before and around a line:
// quoting marks, bullets, code marks, clock times.
func undecorate(s string) string {
	for range 40 { // deeper quoting does not occur
		t := strings.TrimLeft(s, " ")
		switch {
		case strings.HasPrefix(t, ">"):
			s = t[1:]
		case bullet(t):
			_, after, _ := strings.Cut(t, " ")
			s = after
		case strings.HasPrefix(t, "`"):
			s = strings.Trim(t, "` ")
		case clockPrefix(t) > 0:
			s = t[clockPrefix(t):]
		case nickPrefix(t) > 0:
			s = t[nickPrefix(t):]
		default:
			return strings.ReplaceAll(s, `\*`, "*")
		}
	}
	return s
}

// bullet reports whether a list mark stands before a number or a prompt. A
// star before «* *» is a lost probe, before a digit it is a mark.
func bullet(t string) bool {
	for _, mark := range []string{"- ", "* ", "+ ", "• ", "– "} {
		if after, ok := strings.CutPrefix(t, mark); ok {
			after = strings.TrimLeft(after, " ")
			return after != "" && after[0] >= '0' && after[0] <= '9'
		}
	}
	return false
}

// nickPrefix measures a chat's «<name> ».
func nickPrefix(t string) int {
	if len(t) < 4 || t[0] != '<' || !isLetter(t[1]) {
		return 0
	}
	end := strings.IndexAny(t[:min(len(t), 40)], "> ")
	if end < 2 || t[end] != '>' || end+1 >= len(t) || t[end+1] != ' ' || strings.Contains(t, "</") {
		return 0
	}
	return end + 1
}

// clock matches a leading clock time («[12:03:44] », «12:03 »).
var clock = regexp.MustCompile(`^\[?\d\d:\d\d(:\d\d)?(\.\d{1,9})?\]? `)

// clockPrefix measures a leading clock time.
func clockPrefix(t string) int {
	if len(t) < 6 || t[0] != '[' && !isDigit(t[0]) || t[2] != ':' && t[3] != ':' {
		return 0
	}
	return len(clock.FindString(t[:min(len(t), 30)]))
}

// stripNumbers takes off pasted line numbers: a run of lines whose leading
// numbers rise by one, while what follows them rises by one as well.
func (t *text) stripNumbers() {
	for i := 0; i < len(t.lines); {
		j, inner, prev := i, 0, -1
		for ; j < len(t.lines); j++ {
			n, rest, ok := leadingNumber(t.lines[j].s)
			if !ok || j > i && n-t.lines[j].n != numberOf(t.lines[i])-t.lines[i].n && n != numberOf(t.lines[j-1])+1 {
				break
			}
			if ttl, ok := hopNumber(rest); ok {
				if ttl == prev+1 {
					inner++
				}
				prev = ttl
			}
		}
		if inner >= 2 {
			for k := i; k < j; k++ {
				_, t.lines[k].s, _ = leadingNumber(t.lines[k].s)
			}
			t.warn(WarnNumbered, t.lines[i].n, "")
		}
		i = max(j, i+1)
	}
}

func numberOf(l line) int {
	n, _, _ := leadingNumber(l.s)
	return n
}

// leadingNumber splits «12:», «12|», «12)», «[12]» or «12» from a line.
func leadingNumber(s string) (int, string, bool) {
	s = strings.TrimLeft(s, " [#")
	i := digits(s)
	if i == 0 || i > 5 {
		return 0, "", false
	}
	n, _ := strconv.Atoi(s[:i])
	rest := strings.TrimLeft(s[i:], ":|).]→")
	if rest != "" && rest[0] != ' ' && len(rest) == len(s)-i {
		return 0, "", false
	}
	return n, rest, true
}

// hopNumber reads a hop number that something other than a unit follows.
func hopNumber(s string) (int, bool) {
	s = strings.TrimLeft(s, " ")
	i := digits(s)
	if i == 0 || i > 3 {
		return 0, false
	}
	rest := strings.TrimLeft(s[i:], ".:)|-`? ")
	if len(rest) == len(s)-i || rest == "" {
		return 0, false
	}
	word, _, _ := strings.Cut(rest, " ")
	if isUnit(word) {
		return 0, false
	}
	n, _ := strconv.Atoi(s[:i])
	return n, n >= 1 && n <= 255
}
