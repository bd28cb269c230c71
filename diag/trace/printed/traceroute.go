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
		d.aim = aimBefore(t, tb.rows[0].lines[0], isRow)
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
	switch {
	case p.early > 0 && !loose:
		return row{}, no // columns before the host: that is tracert
	case p.times == 0 && p.lost == 0:
		if p.hasHost || p.name != "" && hostLike(p.name) {
			return p.row, part
		}
		return row{}, no
	case p.times == 0 && tokens[1].kind != tStar:
		return row{}, no
	case p.weight <= 0 && p.lost == 0:
		return row{}, no
	}
	p.cut = p.times == 0 && p.junk > 0
	return p.row, full
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
	next := token{}
	if i+1 < len(all) {
		next = all[i+1]
	}
	switch {
	case next.kind == tAddr || masked(t.text) || next.kind == tGroup && masked(next.text):
		p.name = t.text
	case t.text == "m" || t.text == "s" || len(t.text) == 2 && p.hasHost && i > 0 && all[i-1].kind == tAddr:
	case p.name == "" && hostLike(t.text), i == 0 && next.kind == tTime && isLabel(t.text):
		p.name = t.text
	default:
		p.junk++
	}
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

// refusal reads traceroute's marks. Linux prints !X for three codes and !H, !N
// for several, so those keep no code; numbers and the marks that stand for one
// code do. (traceroute 2.1, FreeBSD traceroute(8), traceroute6(8), Cisco IOS.)
func refusal(mark string, from netip.Addr) (kind trace.Kind, typ, code uint8, told bool) {
	six := from.IsValid() && !from.Is4() && !from.Is4In6()
	s := strings.Trim(mark, "!<>,;.")
	if n, err := strconv.ParseUint(s, 10, 8); err == nil {
		typ = 3
		if six {
			typ = 1
		}
		return kindOfCode(six, uint8(n)), typ, uint8(n), true
	}
	if s == "" {
		return "", 0, 0, false
	}
	if six {
		switch s[0] {
		case 'N':
			return trace.NetUnreachable, 1, 0, true
		case 'X', 'P':
			return trace.Prohibited, 1, 1, true
		case 'S':
			return trace.Unreachable, 1, 2, true
		case 'H', 'A':
			return trace.HostUnreachable, 1, 3, true
		}
		return trace.Unreachable, 0, 0, false
	}
	switch s[0] {
	case 'H', 'W', 'T':
		return trace.HostUnreachable, 0, 0, false
	case 'N', 'U', 'Q':
		return trace.NetUnreachable, 0, 0, false
	case 'P':
		return trace.ProtoUnreach, 3, 2, true
	case 'X':
		return trace.Prohibited, 0, 0, false
	case 'A':
		return trace.Prohibited, 0, 0, false // BSD means 3/9, Cisco 3/13
	case 'Z':
		return trace.Prohibited, 3, 10, true
	case 'V', 'C':
		return trace.Unreachable, 3, 14 + uint8(slices.Index([]byte("VC"), s[0])), true
	}
	return trace.Unreachable, 0, 0, false
}

// kindOfCode names an unreachable code (RFC 792, 1812 §5.2.7, 4443 §3.1).
func kindOfCode(six bool, code uint8) trace.Kind {
	kinds := map[uint8]trace.Kind{
		0: trace.NetUnreachable, 6: trace.NetUnreachable, 11: trace.NetUnreachable,
		1: trace.HostUnreachable, 7: trace.HostUnreachable, 12: trace.HostUnreachable,
		2: trace.ProtoUnreach, 3: trace.PortUnreachable,
		9: trace.Prohibited, 10: trace.Prohibited, 13: trace.Prohibited,
	}
	if six {
		kinds = map[uint8]trace.Kind{
			0: trace.NetUnreachable, 6: trace.NetUnreachable, 1: trace.Prohibited,
			5: trace.Prohibited, 3: trace.HostUnreachable, 4: trace.PortUnreachable,
		}
	}
	if k, ok := kinds[code]; ok {
		return k
	}
	return trace.Unreachable
}

// sortedSet sorts indexes and drops repetitions.
func sortedSet(n []int) []int {
	slices.Sort(n)
	return slices.Compact(n)
}
