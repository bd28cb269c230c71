package cli

import (
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	eastasian "golang.org/x/text/width"

	"latchkey/diag"
	"latchkey/i18n"
)

// pageWidth is what a terminal shows without being made wider.
const pageWidth = 80

// page is a text for people: paragraphs, lists and rows within pageWidth
// columns. Our own texts may mark **what matters**; without colour the marks
// go. Whatever is written, no control or formatting character gets out but
// those of the colours.
type page struct {
	b      strings.Builder
	text   *i18n.Text
	colour bool
	now    time.Time // what «in 3 h» counts from, and this computer's time zone
}

// style is how a terminal shows a whole line. It never carries meaning alone.
type style string

const (
	plain style = ""
	bold  style = "1"
	red   style = "1;31"
	amber style = "1;33"
	green style = "1;32"
	blue  style = "1;34"
)

func (p *page) String() string { return p.b.String() }

func (p *page) blank() { p.b.WriteByte('\n') }

// heading opens a part of the page.
func (p *page) heading(key string, pairs ...any) {
	p.blank()
	p.line(bold, p.text.T(key, pairs...))
}

// line writes s as it stands.
func (p *page) line(look style, s string) {
	s = diag.Clean(s, math.MaxInt)
	if p.colour && look != plain {
		s = "\x1b[" + string(look) + "m" + s + "\x1b[0m"
	}
	p.put(s)
}

// put ends a line that is clean already.
func (p *page) put(s string) {
	p.b.WriteString(strings.ReplaceAll(strings.TrimRight(s, " "), standIn, "*") + "\n")
}

// paragraph breaks s at blanks. The first line begins with first, all others
// are indented as far.
func (p *page) paragraph(first, s string) {
	indent := strings.Repeat(" ", width(first))
	lead, row := first, ""
	for _, word := range words(s, pageWidth-width(first)) {
		if row != "" && width(lead)+width(unmarked(row))+1+width(unmarked(word)) > pageWidth {
			p.put(lead + p.marked(diag.Clean(row, math.MaxInt)))
			lead, row = indent, ""
		}
		if row != "" {
			row += " "
		}
		row += word
	}
	p.put(lead + p.marked(diag.Clean(row, math.MaxInt)))
}

// words parts s at its blanks, and a word of more columns where they end.
func words(s string, columns int) []string {
	var all []string
	for _, word := range i18n.Words(s) {
		for width(word) > columns {
			n := max(headOf(word, columns), 1)
			all, word = append(all, word[:n]), word[n:]
		}
		all = append(all, word)
	}
	return all
}

// value makes a word of the input fit to stand in a sentence: cleaned, cut, and
// its asterisks (addresses are masked with them) kept apart from our marks.
func value(s string) string {
	return strings.ReplaceAll(diag.Clean(s, longestQuote), "*", standIn)
}

// values are params with their words made fit.
func values(params diag.Params) map[string]any {
	all := make(map[string]any, len(params))
	for name, v := range params {
		if s, ok := v.(string); ok {
			v = value(s)
		}
		all[name] = v
	}
	return all
}

// standIn is written for an asterisk until the line is done: a character no
// text of ours has.
const standIn = "\u204E"

// field writes «name  value», the values of a part under each other.
func (p *page) field(name, value string) {
	p.paragraph(pad(name, fieldWidth)+" ", value)
}

// fieldWidth leaves room for the longest name in German.
const fieldWidth = 10

// marked turns **what matters** into bold, or takes the marks away. A pair may
// have been broken over two lines, so an odd mark ends with the line.
func (p *page) marked(s string) string {
	if !p.colour {
		return unmarked(s)
	}
	on := false
	for strings.Contains(s, "**") {
		sequence := "\x1b[1m"
		if on {
			sequence = "\x1b[22m"
		}
		on = !on
		s = strings.Replace(s, "**", sequence, 1)
	}
	if on {
		s += "\x1b[22m"
	}
	return s
}

func unmarked(s string) string { return strings.ReplaceAll(s, "**", "") }

// width counts columns: letters of East Asia take two, marks on letters none.
func width(s string) int {
	columns := 0
	for _, r := range s {
		columns += runeWidth(r)
	}
	return columns
}

func runeWidth(r rune) int {
	if r < 0x300 { // nearly all
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch eastasian.LookupRune(r).Kind() {
	case eastasian.EastAsianWide, eastasian.EastAsianFullwidth:
		return 2
	}
	return 1
}

// pad fills s with blanks on the right.
func pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-width(s)))
}

// padLeft fills s with blanks on the left.
func padLeft(s string, columns int) string {
	return strings.Repeat(" ", max(0, columns-width(s))) + s
}

// cut shortens s in the middle: a router's name says where it stands at its
// beginning and whose it is at its end.
func cut(s string, columns int) string {
	if width(s) <= columns {
		return s
	}
	if columns < 3 {
		return s[:headOf(s, columns)]
	}
	head := headOf(s, (columns-1)/2)
	tail, used := len(s), 0
	for tail > head {
		r, size := utf8.DecodeLastRuneInString(s[:tail])
		if used += runeWidth(r); used > columns-1-(columns-1)/2 {
			break
		}
		tail -= size
	}
	return s[:head] + "…" + s[tail:]
}

// headOf is how many bytes of s take at most so many columns.
func headOf(s string, columns int) int {
	used := 0
	for i, r := range s {
		if used += runeWidth(r); used > columns {
			return i
		}
	}
	return len(s)
}
