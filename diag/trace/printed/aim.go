package printed

import (
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"latchkey/diag"
)

// aim is what the lines around a trace tell about it: where it went, from
// where, and how far it was allowed to go.
type aim struct {
	addr   netip.Addr
	name   string // as asked for; «» if only the address is known
	max    int    // most hops; 0: not told
	source netip.Addr
	lines  []int // indexes of the lines that told it
	tool   string
}

func (a aim) told() bool { return a.known() || a.tool != "" }

// headerReach is how many lines before the first hop a heading may begin: a
// wrapped heading, a heading of columns and a prompt between them.
const headerReach = 7

// aimBefore searches the lines before a table, nearest first. A line of
// another trace (stop) ends the search. A heading beats a command line, since
// it shows the address the name stands for; prose tells nothing.
func aimBefore(t *text, tb table, stop func(string) bool) aim {
	var a aim
	first, top := tb.rows[0].lines[0], tb.top()
	for i := first - 1; i >= 0 && i >= first-headerReach; i-- {
		s := t.lines[i].s
		if len(s) > maxRowLen || stop(s) {
			break
		}
		if c, ok := command(s); ok {
			a.takeCommand(c, i)
			break
		}
		a.takeHeading(t, i, first, top)
	}
	return a
}

func (a *aim) takeCommand(c call, i int) {
	a.lines = append(a.lines, i)
	a.tool = c.tool
	if a.known() || c.target == "" {
		return
	}
	if addr, ok := parseAddr(c.target); ok {
		a.addr = addr
		return
	}
	a.name = diag.Clean(c.target, 255)
}

// takeHeading reads one line of a heading. «Name [address]» in any language is
// one; a bare address only near the hops and beside a number of hops.
func (a *aim) takeHeading(t *text, i, first, top int) {
	s := t.lines[i].s
	if i > 0 && continues(t.lines[i-1].s, s) {
		return // its first half is read with this one
	}
	if i+1 < first && continues(s, t.lines[i+1].s) {
		s += strings.TrimLeft(t.lines[i+1].s, " ")
	}
	h, ok := heading(s)
	// fewer hops than were printed is another number: prose
	if limit := hopLimit(s); limit >= top && a.max == 0 && (ok || first-i <= 2) {
		a.max = limit
		a.lines = append(a.lines, i)
	}
	near := first-i <= 2 && a.max > 0
	if ok && !a.known() && (h.sure || near) {
		if h.max >= top {
			a.max = h.max // nearer lines may show other numbers
		}
		a.adopt(h.aim, i)
	}
}

func (a aim) known() bool { return a.addr.IsValid() || a.name != "" }

// adopt takes over what a heading in line i tells.
func (a *aim) adopt(h aim, i int) {
	a.addr, a.name = h.addr, h.name
	a.tool = cmpOr(a.tool, h.tool)
	if h.source.IsValid() {
		a.source = h.source
	}
	a.lines = append(a.lines, i)
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// continues reports whether a heading goes on in the next line: cut inside the
// brackets, or before them at the edge of a console 80 columns wide.
func continues(s, next string) bool {
	if openBracket(s) {
		return true
	}
	next = strings.TrimLeft(next, " ")
	open := strings.IndexAny(next, "[(")
	if open < 0 || open > 60 || strings.Contains(strings.TrimRight(next[:open], " "), " ") || strings.ContainsAny(s, "[(") {
		return false
	}
	width := utf8.RuneCountInString(s)
	last := s[strings.LastIndexByte(s, ' ')+1:]
	return width >= 76 && width <= 82 || hostLike(last) && !strings.Contains(next[:open], ".")
}

// headingFacts is what one heading tells.
type headingFacts struct {
	aim
	sure bool // «name (address)» or a word of a tracing program
}

// heading reads «traceroute to NAME (ADDR), 30 hops max» and all that is built
// like it, whatever its language.
func heading(s string) (headingFacts, bool) {
	var h headingFacts
	h.tool = tracingWord(s)
	h.sure = h.tool != ""
	s = h.takeArrow(s)
	found := addresses(s)
	if i := strings.Index(s, " from "); i > 0 && len(found) > 1 && found[len(found)-1].at > i {
		h.source = found[len(found)-1].addr
		found = found[:len(found)-1]
	}
	h.max = hopLimit(s)
	if len(found) == 0 {
		return h.unresolved(s)
	}
	// NextTrace prints «address (name)», everyone else «name (address)».
	f := found[0]
	for _, other := range found[1:] {
		if other.wrapped && !f.wrapped {
			f = other
		}
	}
	h.addr, h.name = f.addr, diag.Clean(f.name, 255)
	h.sure = h.sure || f.wrapped && f.name != ""
	return h, true
}

// tracingWord finds the words programs name themselves by in their headings.
func tracingWord(s string) string {
	low := strings.ToLower(s)
	for _, word := range []string{"traceroute", "tracert", "pathping", "tracepath", "tracing the route", "tracing route"} {
		if strings.Contains(low, word) {
			return word
		}
	}
	return ""
}

// takeArrow reads the source before «->» and returns what stands behind it.
func (h *headingFacts) takeArrow(s string) string {
	before, after, ok := strings.Cut(s, "->")
	if !ok || !strings.Contains(before, ".") {
		return s
	}
	if src := addresses(before); len(src) > 0 && !src[len(src)-1].addr.IsUnspecified() {
		h.source = src[len(src)-1].addr
	}
	h.sure = true
	return after
}

// unresolved reads a heading whose address is masked or missing.
func (h headingFacts) unresolved(s string) (headingFacts, bool) {
	if h.tool == "" && h.max == 0 {
		return h, false
	}
	fields := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" ,()[]<>:;|\"'", r) })
	for _, f := range fields {
		if (hostLike(f) || masked(f)) && digits(f) == 0 || masked(f) {
			h.name = diag.Clean(f, 255)
			return h, h.sure || masked(f)
		}
	}
	return h, false
}

// printedAddr is an address in running text.
type printedAddr struct {
	addr    netip.Addr
	name    string // the word before its bracket, or in the bracket after it
	wrapped bool
	at      int
}

// addresses finds the addresses of a line, also where no blank parts them from
// the words around (Chinese, Korean and Turkish headings).
func addresses(s string) []printedAddr {
	var all []printedAddr
	for i := 0; i < len(s) && len(all) < 8; {
		if !addrByte(s[i]) || i > 0 && (isLetter(s[i-1]) || s[i-1] == '-' || s[i-1] == '_') {
			i++
			continue
		}
		end := i
		for end < len(s) && addrByte(s[end]) {
			end++
		}
		word := strings.TrimRight(s[i:end], ".:")
		glued := end < len(s) && (isLetter(s[end]) || s[end] == '-' || s[end] == '_')
		if a, ok := parseAddr(word); ok && !glued {
			all = append(all, named(s, a, i, i+len(word)))
		}
		i = end
	}
	return all
}

func named(s string, a netip.Addr, from, to int) printedAddr {
	p := printedAddr{addr: a, at: from}
	if from > 0 && (s[from-1] == '(' || s[from-1] == '[') {
		p.wrapped = true
		if words := strings.Fields(s[:from-1]); len(words) > 0 {
			p.name = lastHostPart(words[len(words)-1])
		}
	} else if to+2 < len(s) && s[to:to+2] == " (" {
		if in, _, ok := strings.Cut(s[to+2:], ")"); ok && hostLike(in) && !strings.Contains(in, " ") {
			p.name = in
		}
	}
	if b, ok := parseAddr(p.name); ok && b == a {
		p.name = ""
	}
	return p
}

// lastHostPart frees a name from letters of another script glued before it.
func lastHostPart(s string) string {
	for i := len(s) - 1; i >= 0; i-- {
		c := s[i]
		if !isDigit(c) && !isLetter(c) && c != '.' && c != '-' && c != '_' && c != '*' {
			return s[i+1:]
		}
	}
	return s
}

func addrByte(c byte) bool {
	return isDigit(c) || c == '.' || c == ':' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// hopLimit finds the number of hops in a heading: the first number of 1 to 255
// that stands alone, outside names and addresses.
func hopLimit(s string) int {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			continue
		}
		end := i + digits(s[i:])
		if end-i <= 3 && standsAlone(s, i, end) {
			if v, _ := strconv.Atoi(s[i:end]); v >= 1 && v <= 255 {
				return v
			}
		}
		for end < len(s) && strings.IndexByte(" ,;()[]", s[end]) < 0 && s[end] < 0x80 {
			end++
		}
		i = end
	}
	return 0
}

// standsAlone reports whether s[i:end] is a word of its own. Scripts without
// blanks may touch it.
func standsAlone(s string, i, end int) bool {
	if i > 0 && strings.IndexByte(" ,;(=", s[i-1]) < 0 && s[i-1] < 0x80 {
		return false
	}
	if end == len(s) || strings.IndexByte(" ,;):", s[end]) >= 0 || s[end] >= 0x80 {
		return true
	}
	return s[end] == '.' && (end+1 == len(s) || s[end+1] == ' ')
}
