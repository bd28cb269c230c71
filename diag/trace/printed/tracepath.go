package printed

import (
	"net/netip"
	"strconv"
	"strings"

	"latchkey/diag"
	"latchkey/diag/trace"
)

// readTracepath reads tracepath of iputils: «TTL: name (address) time», late
// answers after higher hops, «1?:» for the own host.
func readTracepath(t *text) []finding {
	var all []finding
	isRow := func(s string) bool { _, f := tracepathRow(s); return f == full }
	for _, tb := range tables(t, gather(t, tracepathRow), true) {
		d := draft{format: "tracepath", tool: "tracepath", method: trace.UDP, table: tb, marks: true}
		d.aim = aimBefore(t, tb, isRow)
		end := tb.rows[len(tb.rows)-1].lines
		d.readEnd(t, end[len(end)-1])
		for _, r := range tb.rows {
			for _, i := range r.lines {
				if strings.Contains(t.lines[i].s, " reached") {
					d.reached = diag.Yes
				}
			}
		}
		if !d.plausible() {
			continue
		}
		if f, ok := d.finding(); ok {
			all = append(all, f)
		}
	}
	return all
}

// plausible asks for more than a numbered list has: two answers, or the end
// only tracepath prints.
func (d draft) plausible() bool {
	answers := 0
	for _, r := range d.table.rows {
		answers += len(r.replies)
	}
	return answers >= 2 || d.ended || d.aim.tool == "tracepath"
}

// readEnd looks for the line that sums up the path MTU: it says that the trace
// ended itself, and with «hops N back M» that it arrived.
func (d *draft) readEnd(t *text, last int) {
	for i := last + 1; i < len(t.lines) && i <= last+2; i++ {
		s := t.lines[i].s
		if !strings.Contains(s, "pmtu") {
			continue
		}
		d.ended = true
		d.aim.lines = append(d.aim.lines, i)
		switch {
		case strings.Contains(s, "hops") && strings.Contains(s, "back"):
			d.reached = diag.Yes
		case d.reached == diag.NotAsked:
			d.reached = diag.No
		}
	}
}

func tracepathRow(s string) (row, fit) {
	s = strings.TrimLeft(s, " ")
	n := digits(s)
	if n == 0 || n > 3 {
		return row{}, no
	}
	ttl, _ := strconv.Atoi(s[:n])
	rest, sure := strings.CutPrefix(s[n:], "?")
	rest, colon := strings.CutPrefix(rest, ":")
	if ttl < 1 || ttl > 255 || !colon || !strings.HasPrefix(rest, " ") {
		return row{}, no
	}
	tokens := lex(rest)
	r := row{ttl: ttl, weight: 3}
	if len(tokens) > 0 && tokens[0].kind == tGroup && tokens[0].text == "LOCALHOST" {
		return r, full
	}
	if sure {
		r.weight--
	}
	return tracepathAnswer(r, tokens)
}

// tracepathAnswer reads what stands behind the hop number: a host and its time,
// or «no reply» in whatever language, words alone.
func tracepathAnswer(r row, tokens []token) (row, fit) {
	name, addr, rest := tracepathHost(tokens)
	if len(rest) > 0 && rest[0].kind == tTime && (name != "" || addr.IsValid()) {
		p := reply(name, addr, millis(rest[0].value))
		for _, t := range rest[1:] {
			tracepathRemark(&p, t)
		}
		r.replies = append(r.replies, p)
		r.weight += 3
		return r, full
	}
	for _, t := range tokens {
		if t.kind != tWord {
			if addr.IsValid() || hostLike(name) {
				return r, part // the time stands on the next line
			}
			return row{}, no
		}
	}
	if len(tokens) == 0 || len(tokens) > 6 || hostLike(name) {
		return row{}, no
	}
	r.weight--
	return r, full
}

// tracepathRemark reads what follows the time: «reached», «!H».
func tracepathRemark(p *trace.Reply, t token) {
	switch {
	case t.kind == tWord && t.text == "reached":
		p.Kind = trace.PortUnreachable
	case t.text == "!A": // tracepath's word for EACCES: a filter
		p.Kind = trace.Prohibited
	case t.kind == tMark:
		p.Kind, p.Type, p.Code, p.HasICMP = refusal(t.text, p.Addr)
	}
}

// tracepathHost takes «name (address)», one of them or neither off the front.
func tracepathHost(tokens []token) (name string, addr netip.Addr, rest []token) {
	rest = tokens
	if len(rest) > 0 && rest[0].kind == tWord {
		name, rest = rest[0].text, rest[1:]
	}
	if len(rest) > 0 && rest[0].kind == tAddr {
		addr, rest = rest[0].addr, rest[1:]
	}
	return name, addr, rest
}
