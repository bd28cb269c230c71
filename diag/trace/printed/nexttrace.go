package printed

import (
	"strings"

	"latchkey/diag/trace"
)

// readNextTrace reads NextTrace: an address with network and place on one
// line, its name and «1.40 ms / * ms / 1.11 ms» on the next.
func readNextTrace(t *text) []finding {
	var all []finding
	isRow := func(s string) bool { _, f := nextTraceRow(s); return f == full }
	for _, tb := range tables(t, gather(t, nextTraceRow), false) {
		first := tb.rows[0].lines[0]
		slashes := false
		for _, r := range tb.rows {
			for _, i := range r.lines {
				slashes = slashes || strings.Contains(t.lines[i].s, "ms /")
			}
		}
		d := draft{format: "nexttrace", tool: "NextTrace", table: tb, marks: true}
		d.aim = aimBefore(t, first, isRow)
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

// nextTraceRow reads one hop with all its lines joined. Behind the address a
// star means «network unknown», not a lost probe.
func nextTraceRow(s string) (row, fit) {
	tokens := lex(s)
	ttl, ok := ttlOf(tokens, s)
	if !ok {
		return row{}, no
	}
	r := row{ttl: ttl, weight: 1}
	if tokens[1].kind == tStar {
		for _, t := range tokens[1:] {
			if t.kind != tStar && t.kind != tTime && !isUnit(t.text) {
				return row{}, no
			}
			r.sent++
			r.lost++
		}
		return r, full
	}
	var p trace.Reply
	place := 0 // words of geography carry nothing
	for i, t := range tokens[1:] {
		switch {
		case t.kind == tAddr:
			p = reply("", t.addr, trace.Unknown)
			place = 0
			r.weight++
		case masked(t.text) && t.kind == tWord && i == 0:
			p = reply(t.text, t.addr, trace.Unknown)
		case t.kind == tTime && (p.Addr.IsValid() || p.Name != ""):
			q := p
			q.RTT = millis(t.value)
			r.replies = append(r.replies, q)
			r.sent++
			r.weight++
		case t.kind == tWord && isUnit(t.text) && tokens[i].kind == tStar: // «* ms»
			r.sent++
			r.lost++
			r.weight++
		case t.kind == tWord && hostLike(t.text) && i+2 < len(tokens) && tokens[i+2].kind == tTime:
			p.Name = reply(t.text, p.Addr, 0).Name
		case t.kind == tMark && len(r.replies) > 0:
			q := &r.replies[len(r.replies)-1]
			q.Kind, q.Type, q.Code, q.HasICMP = refusal(t.text, q.Addr)
		default:
			if place++; place > 30 {
				return row{}, no
			}
		}
	}
	switch {
	case len(r.replies) > 0:
		return r, full
	case p.Addr.IsValid() || p.Name != "":
		return r, part
	}
	return row{}, no
}
