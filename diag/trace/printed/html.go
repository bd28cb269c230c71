package printed

import (
	"html"
	"strconv"
	"strings"
)

// maxTag bounds the search for the end of a tag, so that a text full of «<»
// stays linear.
const maxTag = 600

// stripHTML turns the source of a web page into its lines: table rows,
// paragraphs and breaks end a line, cells are separated by blanks. A text
// without tags and entities comes back as it is.
func stripHTML(s string) (string, bool) {
	lower := strings.ToLower(s[:min(len(s), 1<<16)])
	if strings.Contains(lower, "<mtr ") || strings.Contains(lower, "<hub ") {
		return s, false // XML of mtr has a reader of its own
	}
	tagged := false
	for _, tag := range []string{"<pre", "<br", "<td", "<tr", "<p>", "<div", "<html", "<code", "<span", "<li>", "</"} {
		tagged = tagged || strings.Contains(lower, tag)
	}
	if tagged {
		s = stripTags(s)
	}
	for _, entity := range []string{"&lt;", "&gt;", "&nbsp;", "&amp;", "&#", "&quot;"} {
		if strings.Contains(lower, entity) {
			return html.UnescapeString(s), tagged
		}
	}
	return s, tagged
}

func stripTags(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	row := false // inside a table row line ends are mere blanks
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\n' && row || c == '\r' && row {
			for i+1 < len(s) && (s[i+1] == '>' || s[i+1] == ' ') {
				i++ // a quoting mark inside the row
			}
			b.WriteByte(' ')
			continue
		}
		if c != '<' {
			b.WriteByte(c)
			continue
		}
		name, end := tagAt(s[i:])
		if end == 0 {
			b.WriteByte(c)
			continue
		}
		i += end - 1
		switch name {
		case "tr":
			row = true
			b.WriteByte('\n')
		case "/tr", "/table":
			row = false
			b.WriteByte('\n')
		case "br", "br/", "p", "/p", "div", "/div", "li", "/li", "pre", "/pre", "h1", "h2", "h3", "/h1", "/h2", "/h3", "table":
			b.WriteByte('\n')
		case "td", "th", "/td", "/th":
			b.WriteString("  ")
		}
	}
	return b.String()
}

// tagAt reads the tag s begins with: its lower-case name and its length, 0 if
// it is none («<1 ms»).
func tagAt(s string) (string, int) {
	if len(s) < 3 || s[1] != '/' && s[1] != '!' && !isLetter(s[1]) {
		return "", 0
	}
	end := strings.IndexAny(s[1:min(len(s), maxTag)], "<>")
	if end < 0 || s[1+end] == '<' {
		return "", 0
	}
	name := s[1 : 1+end]
	if i := strings.IndexAny(name, " \t\r\n"); i >= 0 {
		name = name[:i]
	}
	return strings.ToLower(name), end + 2
}

// stripEscapes removes terminal control sequences. Where one moves the cursor
// to another row, a line ends; within a row blanks stand for the movement.
func stripEscapes(s string) string {
	if !strings.ContainsRune(s, '\x1b') {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	row := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '\x1b' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch s[i] {
		case '[':
			from := i + 1
			for i++; i < len(s) && (s[i] < '@' || s[i] > '~'); i++ {
			}
			if i < len(s) {
				row = moveCursor(&b, s[from:i], s[i], row)
			}
		case ']', 'P', '_': // operating-system command: up to BEL or ESC
			for i++; i < len(s) && s[i] != '\a' && s[i] != '\x1b'; i++ {
			}
		case '(', ')': // character set, one more byte
			i++
		}
	}
	return b.String()
}

func moveCursor(b *strings.Builder, params string, final byte, row int) int {
	first, _, _ := strings.Cut(params, ";")
	n, _ := strconv.Atoi(first)
	switch final {
	case 'H', 'f', 'd':
		if n = max(n, 1); n != row {
			b.WriteByte('\n')
			return n
		}
		b.WriteByte(' ')
	case 'E', 'F':
		b.WriteByte('\n')
	case 'C', 'G', 'X':
		b.WriteByte(' ')
	}
	return row
}
