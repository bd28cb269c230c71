package mail

import (
	"bytes"
	"errors"
	"strings"

	"golang.org/x/net/html"
)

// maxToken bounds one tag or one text without a tag that the tokenizer holds;
// longer texts are handed on in pieces, longer tags skipped.
const maxToken = 256 << 10

// maxTables bounds the tables within each other that are told apart.
const maxTables = 100

// isHTML recognises a page by how it begins.
func isHTML(b []byte) bool {
	head := bytes.ToLower(bytes.TrimSpace(b[:min(len(b), 1024)]))
	for bytes.HasPrefix(head, []byte("<!--")) || bytes.HasPrefix(head, []byte("<?xml")) {
		_, head, _ = bytes.Cut(head, []byte{'>'})
		head = bytes.TrimSpace(head)
	}
	for _, tag := range []string{"!doctype html", "html", "head", "body", "meta", "style", "table", "div", "pre", "p", "span", "font", "center"} {
		rest, ok := bytes.CutPrefix(head, []byte("<"+tag))
		if ok && len(rest) > 0 && (rest[0] == '>' || rest[0] == ' ' || rest[0] == '\n' || rest[0] == '\r') {
			return true
		}
	}
	return false
}

// flattener turns HTML into lines of text.
type flattener struct {
	out    []byte
	breaks int   // line ends to write before the next text
	space  byte  // the blank or tab to write before the next text, 0 for none
	cells  []int // cells of the row so far, for each open table
	cell   int   // where the text of the current cell begins in out

	verbatim string // the element whose blanks count, "" outside
	depth    int    // elements of that name within it
	skip     string // the element whose text is not shown, "" outside

	href string
	link int // where the text of the link begins in out

	fresh bool // <pre> has just begun: a line end here does not count
}

// flatten gives the text of a page: rows of tables one line each with cells
// separated by tabs, other blocks on lines of their own, links with their
// target behind them where the text does not show it.
func flatten(page []byte) []byte {
	f := &flattener{out: make([]byte, 0, len(page)), cells: []int{0}, cell: -1}
	if !hasBlocks(page) { // a text that only calls itself HTML: its lines are lines
		f.verbatim, f.depth = "text", 1
	}
	for len(page) > 0 {
		z := html.NewTokenizer(bytes.NewReader(page))
		z.SetMaxBuf(maxToken)
		read := 0
		for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
			read += len(z.Raw())
			f.token(z, kind)
		}
		if !errors.Is(z.Err(), html.ErrBufferExceeded) {
			break
		}
		if page = page[read:]; read == 0 { // a tag or comment without end
			_, page, _ = bytes.Cut(page, []byte{'>'})
		}
	}
	text := bytes.TrimRight(f.out, " \t\n")
	if cap(text) > 2*len(text) {
		text = bytes.Clone(text)
	}
	return text
}

// hasBlocks says that the page has any tag that ends a line.
func hasBlocks(page []byte) bool {
	for len(page) > 0 {
		at := bytes.IndexByte(page, '<')
		if at < 0 {
			return false
		}
		page = page[at+1:]
		for _, tag := range []string{"br", "p", "div", "tr", "li", "pre", "h1", "h2", "h3"} {
			if len(page) > len(tag) && bytes.EqualFold(page[:len(tag)], []byte(tag)) && strings.IndexByte(">/ \t\r\n", page[len(tag)]) >= 0 {
				return true
			}
		}
	}
	return false
}

func (f *flattener) token(z *html.Tokenizer, kind html.TokenType) {
	fresh := f.fresh
	f.fresh = false
	switch kind {
	case html.TextToken:
		s := z.Text()
		if fresh {
			s = bytes.TrimPrefix(s, []byte("\n"))
		}
		f.text(s)
	case html.StartTagToken, html.SelfClosingTagToken:
		name, more := z.TagName()
		tag := string(name[:min(len(name), 16)])
		var href, style string
		for more {
			var key, value []byte
			key, value, more = z.TagAttr()
			switch string(key) {
			case "href":
				href = string(value[:min(len(value), 2048)])
			case "style":
				style = string(value[:min(len(value), 2048)])
			}
		}
		f.open(tag, href, style, kind == html.SelfClosingTagToken)
	case html.EndTagToken:
		name, _ := z.TagName()
		f.shut(string(name[:min(len(name), 16)]))
	}
}

func (f *flattener) open(tag, href, style string, alone bool) {
	switch tag {
	case "style", "script", "title":
		if !alone {
			f.skip = tag
		}
	case "br":
		f.breaks++
	case "a":
		f.href, f.link = href, -1
	case "tr":
		f.block()
		*f.row() = 0
	case "td", "th":
		if *f.row() > 0 {
			f.breaks, f.space = 0, 0
			f.out = append(f.out, '\t')
		}
		*f.row()++
		f.cell = len(f.out)
	case "table":
		f.block()
		if len(f.cells) < maxTables {
			f.cells = append(f.cells, 0)
		}
	default:
		if isBlock(tag) {
			f.block()
		}
	}
	if !alone {
		f.enter(tag, style)
	}
}

// enter notes that a tag opens or nests a text whose blanks count.
func (f *flattener) enter(tag, style string) {
	switch {
	case f.verbatim == tag:
		f.depth++
	case f.verbatim == "" && (tag == "pre" || strings.Contains(strings.ReplaceAll(style, " ", ""), "white-space:pre")):
		f.verbatim, f.depth, f.fresh = tag, 1, tag == "pre"
	}
}

func (f *flattener) shut(tag string) {
	switch tag {
	case f.skip:
		f.skip = ""
	case "a":
		f.endLink()
	case "td", "th": // a paragraph that ends with the cell does not end the row
		f.breaks, f.space = 0, 0
	case "table":
		f.block()
		if len(f.cells) > 1 {
			f.cells = f.cells[:len(f.cells)-1]
		}
	default:
		if isBlock(tag) {
			f.block()
		}
	}
	if tag == f.verbatim {
		if f.depth--; f.depth == 0 {
			f.verbatim = ""
		}
	}
}

// row is how many cells the current row has.
func (f *flattener) row() *int { return &f.cells[len(f.cells)-1] }

// block ends the line, but not where a cell has just begun.
func (f *flattener) block() {
	f.space = 0
	if len(f.out) != f.cell {
		f.breaks = max(f.breaks, 1)
	}
}

func isBlock(tag string) bool {
	switch tag {
	case "p", "div", "tr", "tbody", "thead", "ul", "ol", "li", "pre", "blockquote", "hr", "h1", "h2", "h3", "h4", "h5", "h6",
		"body", "html", "head", "center", "section", "article", "header", "footer", "dl", "dt", "dd", "form", "fieldset", "address":
		return true
	}
	return false
}

// text appends the characters of a text token.
func (f *flattener) text(s []byte) {
	if f.skip != "" {
		return
	}
	for len(s) > 0 {
		switch {
		case bytes.HasPrefix(s, []byte("\u00A0")):
			f.put(' ')
			s = s[2:]
		case bytes.HasPrefix(s, []byte("\u200B")), bytes.HasPrefix(s, []byte(bom)): // they tear addresses apart
			s = s[3:]
		case bytes.HasPrefix(s, []byte("\u00AD")):
			s = s[2:]
		case s[0] == '\n' && f.verbatim != "":
			f.breaks++
			s = s[1:]
		case f.verbatim == "" && strings.IndexByte(" \t\r\n\f", s[0]) >= 0:
			s = f.blanks(s)
		default:
			f.put(s[0])
			s = s[1:]
		}
	}
}

// blanks takes a run of them as one; as a tab if it has one and is no
// indentation: rows of tables are sent so with nothing but <br> around them.
func (f *flattener) blanks(s []byte) []byte {
	rest := bytes.TrimLeft(s, " \t\r\n\f")
	run := s[:len(s)-len(rest)]
	switch {
	case f.breaks > 0 || f.lineStart():
	case bytes.IndexByte(run, '\t') >= 0 && bytes.IndexByte(run, '\n') < 0:
		f.space = '\t'
	case f.space == 0:
		f.space = ' '
	}
	return rest
}

// put writes what is due, and a byte.
func (f *flattener) put(c byte) {
	if f.breaks > 0 {
		if f.verbatim == "" {
			f.out = bytes.TrimRight(f.out, " ")
		}
		for range f.breaks {
			if len(f.out) > 0 && (f.verbatim != "" || !bytes.HasSuffix(f.out, []byte("\n\n"))) {
				f.out = append(f.out, '\n')
			}
		}
		f.breaks, f.space = 0, 0
	}
	if f.space != 0 {
		f.out = append(f.out, f.space)
		f.space = 0
	}
	if f.href != "" && f.link < 0 {
		f.link = len(f.out)
	}
	f.out = append(f.out, c)
}

func (f *flattener) lineStart() bool {
	n := len(f.out)
	return n == 0 || f.out[n-1] == '\n' || f.out[n-1] == '\t'
}

// endLink appends the target of a web link whose text is another one.
func (f *flattener) endLink() {
	href := strings.TrimSpace(f.href)
	from := f.link
	f.href, f.link = "", -1
	web := strings.HasPrefix(strings.ToLower(href), "http://") || strings.HasPrefix(strings.ToLower(href), "https://")
	if !web || from < 0 || f.skip != "" || strings.ContainsAny(href, "<> \t\r\n") {
		return
	}
	if bareLink(string(f.out[from:])) == bareLink(href) {
		return
	}
	f.out = append(append(append(f.out, " <"...), href...), '>')
}

// bareLink is a link as people shorten it.
func bareLink(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	return strings.TrimSuffix(strings.TrimPrefix(s, "www."), "/")
}
