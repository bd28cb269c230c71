package printed

import (
	"strings"

	"latchkey/diag/trace"
)

// readNextTrace reads NextTrace: an address with network and place on one
// line, its name and «1.40 ms / * ms / 1.11 ms» on the next.
func readNextTrace(t *text) []finding {
	var all []finding
	isRow := func(s string) bool { _, ok := nextTraceHead(s); return ok }
	for _, tb := range tables(t, gatherNextTrace(t), false) {
		first := tb.rows[0].lines[0]
		slashes := false
		for _, r := range tb.rows {
			for _, i := range r.lines {
				slashes = slashes || strings.Contains(t.lines[i].s, "ms /")
			}
		}
		d := draft{format: "nexttrace", tool: "NextTrace", table: tb, marks: true}
		d.aim = aimBefore(t, tb, isRow)
		if !slashes && !nextTraceBanner(t, first) {
			continue
		}
		d.aim.tool = cmpOr(d.aim.tool, "nexttrace")
		if f, ok := d.finding(); ok {
			f.score += 2 * len(tb.rows) // its own banner or slashes: nobody else prints them
			all = append(all, f)
		}
	}
	return all
}

func nextTraceBanner(t *text, first int) bool {
	for i := max(first-headerReach, 0); i < first; i++ {
		low := strings.ToLower(t.lines[i].s)
		if strings.Contains(low, "nexttrace") || strings.Contains(low, "ip geo data") {
			return true
		}
	}
	return false
}

// gatherNextTrace reads hops with the lines that belong to them: those that
// begin with no hop number and are made of names, addresses and times.
func gatherNextTrace(t *text) []row {
	var rows []row
	for i := 0; i < len(t.lines) && len(rows) < maxRows; i++ {
		s := t.lines[i].s
		if len(s) > maxRowLen {
			continue
		}
		h, ok := nextTraceHead(s)
		if !ok {
			continue
		}
		h.lines = []int{i}
		for len(h.lines) < maxJoin && i+1 < len(t.lines) && h.more(t.lines[i+1].s) {
			i++
			h.lines = append(h.lines, i)
		}
		if h.hasHost && h.sent == 0 {
			continue
		}
		rows = append(rows, h.row)
	}
	return rows
}

// nextTraceHead reads «TTL address AS… place» or «TTL *». Behind the address a
// star means «network unknown», not a lost probe.
func nextTraceHead(s string) (probeState, bool) {
	if !numbered(s) {
		return probeState{}, false
	}
	tokens := lex(s)
	ttl, ok := ttlOf(tokens, s)
	if !ok {
		return probeState{}, false
	}
	h := probeState{row: row{ttl: ttl, weight: 1}}
	if tokens[1].kind == tStar {
		h.sent, h.lost = len(tokens)-1, len(tokens)-1
		for _, t := range tokens[1:] {
			ok = ok && t.kind == tStar
		}
		return h, ok
	}
	if tokens[1].kind == tAddr || masked(tokens[1].text) {
		h.host, h.hasHost = reply(tokens[1].text, tokens[1].addr, trace.Unknown), true
		h.weight++
		for _, t := range tokens[2:] {
			ok = ok && t.kind != tTime // times stand on the next line
		}
		return h, ok
	}
	return h, false
}

// more takes a line below a hop: «name 1.4 ms / * ms / 1.1 ms», or a further
// address, whose times follow on a line of their own.
func (p *probeState) more(s string) bool {
	if !p.hasHost || len(s) > maxRowLen {
		return false
	}
	tokens := lex(s)
	if len(tokens) == 0 {
		return false
	}
	first := tokens[0]
	if first.kind == tAddr {
		p.host = reply("", first.addr, trace.Unknown)
		p.weight++
		return true
	}
	if first.kind == tWord && !isUnit(first.text) {
		if !hostLike(first.text) || len(tokens) < 2 {
			return false
		}
		p.host.Name = reply(first.text, p.host.Addr, 0).Name
		tokens = tokens[1:]
	}
	return p.slashedTimes(tokens)
}

// slashedTimes takes «1.4 ms / * ms / 1.1 ms».
func (p *probeState) slashedTimes(tokens []token) bool {
	for i, t := range tokens {
		switch {
		case t.kind == tTime:
			r := p.host
			r.RTT = millis(t.value)
			p.replies = append(p.replies, r)
			p.sent++
			p.weight++
		case t.kind == tStar:
			p.sent++
			p.lost++
		case t.kind == tMark:
			p.mark(t.text)
		case t.kind != tWord || !isUnit(t.text) || i == 0:
			return false
		}
	}
	return true
}
