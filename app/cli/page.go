package cli

import (
	"strings"
	"unicode/utf8"

	"latchkey/i18n"
)

// pageWidth is what a terminal shows without being made wider.
const pageWidth = 80

// page is a text for people: paragraphs, lists and rows within pageWidth
// columns. Texts may mark **what matters**; without colour the marks go.
type page struct {
	b      strings.Builder
	text   *i18n.Text
	colour bool
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
	if p.colour && look != plain {
		s = "\x1b[" + string(look) + "m" + s + "\x1b[0m"
	}
	p.b.WriteString(strings.TrimRight(s, " ") + "\n")
}

// paragraph breaks s at blanks. The first line begins with first, all others
// are indented as far.
func (p *page) paragraph(first, s string) {
	indent := strings.Repeat(" ", width(first))
	lead, row := first, ""
	for _, word := range strings.Fields(s) {
		if row != "" && width(lead)+width(unmarked(row))+1+width(unmarked(word)) > pageWidth {
			p.line(plain, lead+p.marked(row))
			lead, row = indent, ""
		}
		if row != "" {
			row += " "
		}
		row += word
	}
	p.line(plain, lead+p.marked(row))
}

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

// width counts characters: host names and our own texts have no wide ones.
func width(s string) int { return utf8.RuneCountInString(s) }

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
	r := []rune(s)
	if len(r) <= columns {
		return s
	}
	if columns < 3 {
		return string(r[:max(0, columns)])
	}
	head := (columns - 1) / 2
	return string(r[:head]) + "…" + string(r[len(r)-(columns-1-head):])
}
