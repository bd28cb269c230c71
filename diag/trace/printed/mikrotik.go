package printed

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
	"latchkey/diag/trace"
)

// readMikroTik reads RouterOS' /tool traceroute: columns ADDRESS LOSS SENT
// LAST …, or the older ADDRESS and three times. The program prints its table
// again and again; the last one counts.
func readMikroTik(t *text) []finding {
	var all []finding
	if !slices.ContainsFunc(t.lines, func(l line) bool { return mikrotikHeading(l.s) }) {
		return nil
	}
	rows := gather(t, mikrotikRow)
	if len(rows) == 0 {
		rows = unnumberedRows(t)
	}
	for _, tb := range tables(t, rows, false) {
		first := tb.rows[0].lines[0]
		d := draft{format: "mikrotik", tool: "MikroTik", table: tb, marks: true}
		heading := -1
		for i := first - 1; i >= 0 && i >= first-headerReach; i-- {
			if mikrotikHeading(t.lines[i].s) {
				heading = i
				break
			}
		}
		if heading < 0 {
			continue
		}
		d.aim = mikrotikAim(t, heading)
		d.aim.tool = "mikrotik"
		d.aim.lines = append(d.aim.lines, heading)
		f, ok := d.finding()
		if !ok {
			continue
		}
		if n := len(all) - 1; n >= 0 && f.lines[0]-all[n].lines[len(all[n].lines)-1] <= 3 && len(f.Path.Hops) >= len(all[n].Path.Hops) {
			if !f.Path.Target.IsValid() && f.Path.Name == "" {
				f.Path.Target, f.Path.Name = all[n].Path.Target, all[n].Path.Name
			}
			f.lines = sortedSet(append(f.lines, all[n].lines...))
			f.score += all[n].score
			all[n] = f
			continue
		}
		all = append(all, f)
	}
	return all
}

// unnumberedRows reads the tables of versions that print no «#» column: each
// line below a heading is the next hop.
func unnumberedRows(t *text) []row {
	var rows []row
	hop := 0 // 0: outside a table
	for i, l := range t.lines {
		if mikrotikHeading(l.s) {
			hop = 1
			continue
		}
		if hop == 0 || hop > 255 || len(l.s) > maxRowLen || len(rows) >= maxRows {
			continue
		}
		r, f := mikrotikRow(itoa(hop) + " " + l.s)
		if f != full {
			hop = 0
			continue
		}
		r.lines, r.text = []int{i}, l.s
		rows = append(rows, r)
		hop++
	}
	return rows
}

func mikrotikHeading(s string) bool {
	return strings.Contains(s, "ADDRESS") &&
		(strings.Contains(s, "LOSS") || strings.Contains(s, "STATUS") || strings.Contains(s, "RT1"))
}

// mikrotikAim finds the target above the heading: the command's last address,
// or the answer to its question «address:».
func mikrotikAim(t *text, heading int) aim {
	var a aim
	for i := heading; i >= 0 && i >= heading-6; i-- {
		s := t.lines[i].s
		if len(s) > maxRowLen {
			break
		}
		value, asked := strings.CutPrefix(strings.TrimSpace(s), "address:")
		if !asked {
			at := strings.LastIndex(s, "traceroute")
			if at < 0 {
				continue
			}
			value = s[at+len("traceroute"):]
		}
		for _, f := range strings.Fields(value) {
			key, v, ok := strings.Cut(f, "=")
			if !ok {
				v = key
			} else if key != "address" {
				continue
			}
			if addr, isAddr := parseAddr(v); isAddr {
				a.addr = addr
			} else if hostLike(v) {
				a.name = diag.Clean(v, 255)
			}
		}
		a.lines = append(a.lines, i)
		if !asked {
			break
		}
	}
	return a
}

// mikrotikRow reads one row. An empty address column is a silent hop, unless
// the loss says that somebody answered.
func mikrotikRow(s string) (row, fit) {
	if !numbered(s) {
		return row{}, no
	}
	tokens := lex(s)
	ttl, ok := ttlOf(tokens, s)
	if !ok {
		return row{}, no
	}
	r := row{ttl: ttl, weight: 1}
	p, rest := mikrotikHost(tokens[1:])
	var c mikrotikCells
	for i, t := range rest {
		r.weight += c.take(t, i == 0)
	}
	if r.weight < 2 {
		return row{}, no
	}
	if c.lossFirst {
		r.readLoss(rest)
	} else {
		r.sent, r.lost = c.timeouts+c.times, c.timeouts // the older columns: one word per probe
	}
	p.RTT = c.rtt()
	if c.refused {
		p.Kind = statusKind(rest)
	}
	named := p.Addr.IsValid() || p.Name != ""
	if named && (c.answered || c.refused) {
		r.replies = append(r.replies, p)
	}
	r.mute = c.answered && !named && c.lossFirst
	return r, full
}

// mikrotikHost takes the address column off the front; it may be empty.
func mikrotikHost(tokens []token) (trace.Reply, []token) {
	first := tokens[0]
	if first.kind == tAddr || first.kind == tWord && hostLike(first.text) {
		return reply(first.text, first.addr, trace.Unknown), tokens[1:]
	}
	return reply("", netip.Addr{}, trace.Unknown), tokens
}

// mikrotikCells is what the columns behind the address say.
type mikrotikCells struct {
	answered, refused bool
	lossFirst         bool // the newer columns begin with LOSS
	times, timeouts   int
	first             float64 // milliseconds of the first time
}

// take reads one cell and returns how much it speaks for the tool.
func (c *mikrotikCells) take(t token, first bool) int {
	switch {
	case t.kind == tPercent && first:
		c.lossFirst, c.answered = true, t.value < 100
		return 2
	case t.kind == tTime:
		if c.times == 0 {
			c.first = t.value
		}
		c.times++
		c.answered = true
		return 1
	case t.kind != tWord:
		return 0
	case t.text == "timeout":
		c.timeouts++
		return 1
	}
	c.refused = c.refused || t.text == "unreachable" || t.text == "prohibited"
	return 0
}

func (c *mikrotikCells) rtt() time.Duration {
	if c.times == 0 {
		return trace.Unknown
	}
	return millis(c.first)
}

// readLoss reads «33% 3», loss and probes sent.
func (r *row) readLoss(rest []token) {
	if len(rest) < 2 || rest[1].kind != tNumber || rest[1].value > 1<<30 {
		return
	}
	r.sent = int(rest[1].value)
	r.lost = min(int(rest[0].value*rest[1].value/100+0.5), r.sent)
}

// statusKind reads the STATUS column («host unreachable from 192.0.2.1»).
func statusKind(rest []token) trace.Kind {
	for _, t := range rest {
		switch t.text {
		case "host":
			return trace.HostUnreachable
		case "net", "network":
			return trace.NetUnreachable
		case "prohibited", "admin", "communication":
			return trace.Prohibited
		}
	}
	return trace.Unreachable
}
