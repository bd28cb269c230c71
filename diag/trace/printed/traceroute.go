package printed

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"latchkey/diag/trace"
)

// readTraceroute reads traceroute of Linux, the BSDs, macOS, busybox and
// inetutils: «TTL name (address) time ms …», answers of several hosts behind
// each other or on lines of their own.
func readTraceroute(t *text) []finding {
	return readProbeTables(t, "traceroute", "traceroute", strictProbes)
}

// readLookingGlass reads what web pages and routers show: Cisco's «msec»,
// names and addresses without brackets, tables, countries between them.
func readLookingGlass(t *text) []finding {
	return readProbeTables(t, "looking-glass", "looking glass", looseProbes)
}

func readProbeTables(t *text, format, tool string, read rowReader) []finding {
	var all []finding
	isRow := func(s string) bool { _, f := read(s); return f == full }
	for _, tb := range tables(t, gather(t, read), false) {
		d := draft{format: format, tool: tool, table: tb, marks: true}
		d.aim = aimBefore(t, tb, isRow)
		if d.aim.tool == "mtr" || strings.HasPrefix(d.aim.tool, "ping") {
			d.aim.tool = ""
		}
		if fromWeb(t, d) {
			d.format, d.tool = "looking-glass", "looking glass"
		}
		if f, ok := d.finding(); ok {
			if strings.HasPrefix(d.aim.tool, "traceroute") {
				f.score++ // rows of stars alone read like tracert's
			}
			all = append(all, f)
		}
	}
	return all
}

// fromWeb reports whether a page or a router printed the trace.
func fromWeb(t *text, d draft) bool {
	if t.page || d.aim.tool == "tracing the route" {
		return true
	}
	first := d.table.rows[0].lines[0]
	return strings.Contains(t.lines[first].s, " msec")
}

func strictProbes(s string) (row, fit) { return probes(s, false) }
func looseProbes(s string) (row, fit)  { return probes(s, true) }

// probeState gathers the answers of one hop line.
type probeState struct {
	row
	name    string // last word that can be a host's name
	host    trace.Reply
	hasHost bool
	times   int
	early   int // times before any host
	junk    int
}

// probes reads one hop line of traceroute. loose accepts names that no
// bracketed address follows.
func probes(s string, loose bool) (row, fit) {
	if !numbered(s) {
		return row{}, no
	}
	tokens := lex(s)
	ttl, ok := ttlOf(tokens, s)
	if !ok {
		return row{}, no
	}
	p := probeState{row: row{ttl: ttl}}
	for i, t := range tokens[1:] {
		p.take(t, tokens[1:], i, loose)
	}
	p.weight = 2*countHosts(p.replies) + p.times + p.lost - 2*p.junk
	p.sent = p.times + p.lost
	p.cut = p.times == 0 && p.junk > 0
	if p.early > 0 && !loose {
		return row{}, no // columns before the host: that is tracert
	}
	return p.row, p.fits(tokens[1].kind == tStar)
}

// fits judges the whole line. Without any probe it can be the first half of a
// wrapped one.
func (p *probeState) fits(starred bool) fit {
	switch {
	case p.sent == 0 && (p.hasHost || hostLike(p.name)):
		return part
	case p.sent == 0, p.times == 0 && !starred, p.weight <= 0 && p.lost == 0:
		return no
	}
	return full
}

// numbered is a quick look whether a line begins with a number.
func numbered(s string) bool {
	s = strings.TrimLeft(s, " |")
	return s != "" && isDigit(s[0])
}

// ttlOf reads the hop number a line begins with. A colon behind it is
// tracepath's.
func ttlOf(tokens []token, s string) (int, bool) {
	if len(tokens) < 2 || tokens[0].kind != tNumber || tokens[0].decimal || strings.HasPrefix(tokens[0].text, "<") {
		return 0, false
	}
	if tokens[1].kind == tNumber && !tokens[1].decimal {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimRight(tokens[0].text, ".:"))
	if err != nil || n < 1 || n > 255 || strings.HasSuffix(tokens[0].text, ":") {
		return 0, false
	}
	return n, !strings.HasPrefix(strings.TrimLeft(s, " "), "[")
}

func (p *probeState) take(t token, all []token, i int, loose bool) {
	switch t.kind {
	case tStar:
		p.lost++
	case tAS:
	case tTime:
		p.answer(t.value)
	case tNumber:
		if t.decimal && (p.hasHost || p.name != "") {
			p.answer(t.value) // its unit is lost
		} else {
			p.junk++
		}
	case tAddr:
		p.address(t, loose)
	case tGroup:
		p.group(t)
	case tMark:
		p.mark(t.text)
	case tWord:
		p.word(t, all, i)
	case tPercent:
		p.junk++
	}
}

func (p *probeState) answer(ms float64) {
	if !p.hasHost && p.name != "" {
		p.host, p.hasHost, p.name = reply(p.name, netip.Addr{}, 0), true, ""
		p.junk++ // a host without address speaks less for a trace
	}
	if !p.hasHost {
		p.early++
		return
	}
	r := p.host
	r.RTT = millis(ms)
	p.replies = append(p.replies, r)
	p.times++
}

// address takes an address: bracketed it belongs to the name before it;
// bare, inetutils puts the name behind it.
func (p *probeState) address(t token, loose bool) {
	name := p.name
	if !t.wrapped && name != "" && !loose {
		p.junk++
		name = ""
	}
	if t.wrapped && p.hasHost && name == "" && p.host.Addr == t.addr {
		return // «192.0.2.1 (192.0.2.1)»
	}
	p.host, p.hasHost, p.name = reply(name, t.addr, 0), true, ""
	if t.open {
		p.junk++
	}
}

// group takes words in brackets: a masked address behind a name, or the name
// behind inetutils' address. Labels («MPLS: …») mean nothing here.
func (p *probeState) group(t token) {
	switch {
	case masked(t.text) && p.name != "":
		p.host, p.hasHost, p.name = reply(p.name, netip.Addr{}, 0), true, ""
	case p.hasHost && p.host.Name == "" && p.times == 0 && hostLike(t.text):
		p.host.Name = reply(t.text, netip.Addr{}, 0).Name
	case t.open:
		p.junk++
	}
}

// word keeps a word that can be a name. One-letter remains of a unit, and a
// country or a label behind an address, weigh nothing.
func (p *probeState) word(t token, all []token, i int) {
	var next, prev token
	if i+1 < len(all) {
		next = all[i+1]
	}
	if i > 0 {
		prev = all[i-1]
	}
	switch {
	case isName(t, next), p.name == "" && hostLike(t.text), i == 0 && next.kind == tTime && isLabel(t.text):
		p.name = t.text
	case t.text == "m" || t.text == "s" || len(t.text) == 2 && p.hasHost && prev.kind == tAddr:
	default:
		p.junk++
	}
}

// isName reports whether the token behind a word makes it a host's name.
func isName(t, next token) bool {
	return next.kind == tAddr || masked(t.text) || next.kind == tGroup && masked(next.text)
}

// mark notes a refusal on the last answer.
func (p *probeState) mark(s string) {
	if len(p.replies) == 0 {
		if p.hasHost {
			p.host.Kind, p.host.Type, p.host.Code, p.host.HasICMP = refusal(s, p.host.Addr)
			p.replies = append(p.replies, p.host)
			p.replies[0].RTT = trace.Unknown
		}
		return
	}
	r := &p.replies[len(p.replies)-1]
	r.Kind, r.Type, r.Code, r.HasICMP = refusal(s, r.Addr)
}

// countHosts counts the answers that name a host.
func countHosts(replies []trace.Reply) int {
	n := 0
	for i, r := range replies {
		if i == 0 || r.Addr != replies[i-1].Addr || r.Name != replies[i-1].Name {
			n++
		}
	}
	return n
}

// sortedSet sorts indexes and drops repetitions.
func sortedSet(n []int) []int {
	slices.Sort(n)
	return slices.Compact(n)
}
