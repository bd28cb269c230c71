package printed

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"latchkey/diag/trace"
)

// readPathping reads Windows' pathping: a path without times, then statistics
// for the same hops. Either part alone is read as well.
func readPathping(t *text) []finding {
	var all []finding
	paths := tables(t, gather(t, pathpingRow), false)
	stats := tables(t, gather(t, pathpingStatistics), false)
	used := make([]bool, len(stats))
	for _, p := range paths {
		d := draft{format: "pathping", tool: "pathping", method: trace.ICMP, table: p, marks: true}
		end := p.rows[len(p.rows)-1].lines[0]
		match := -1
		for i, s := range stats {
			if start := s.rows[0].lines[0]; !used[i] && start > end && start-end < 12 {
				match = i
				break
			}
		}
		isRow := func(s string) bool { _, f := pathpingRow(s); return f == full }
		d.aim = aimBefore(t, p, isRow)
		if match >= 0 {
			used[match] = true
			d.merge(stats[match])
		} else if d.aim.tool != "pathping" && p.rows[0].ttl != hopZero {
			continue // a numbered list of hosts is no trace
		}
		if f, ok := d.pathpingFinding(); ok {
			all = append(all, f)
		}
	}
	for i, s := range stats {
		if used[i] {
			continue
		}
		d := draft{format: "pathping", tool: "pathping", method: trace.ICMP, table: s, marks: true}
		d.table.warnings = append(d.table.warnings, Warning{Code: WarnStatistics})
		d.aim.tool = "pathping"
		if f, ok := d.pathpingFinding(); ok {
			all = append(all, f)
		}
	}
	return all
}

// hopZero stands for pathping's hop 0, the computer itself, which has no TTL.
const hopZero = -1

// pathpingFinding takes hop 0 out: it is where the trace starts.
func (d draft) pathpingFinding() (finding, bool) {
	rows := d.table.rows
	for i, r := range rows {
		if r.ttl != hopZero {
			continue
		}
		if len(r.replies) > 0 {
			d.aim.source = r.replies[0].Addr
		}
		d.aim.lines = append(d.aim.lines, r.lines...)
		d.aim.tool = cmpOr(d.aim.tool, "pathping")
		rows = append(append([]row(nil), rows[:i]...), rows[i+1:]...)
		break
	}
	if len(rows) == 0 {
		return finding{}, false
	}
	d.table.rows = rows
	return d.finding()
}

// merge puts loss and times of the statistics to the hops of the path.
func (d *draft) merge(stats table) {
	at := map[int]int{}
	for i, r := range d.table.rows {
		at[r.ttl] = i
	}
	for _, s := range stats.rows {
		i, ok := at[s.ttl]
		if !ok {
			continue
		}
		r := &d.table.rows[i]
		r.lines = append(r.lines, s.lines...)
		r.weight += s.weight
		r.sent, r.lost = s.sent, s.lost
		if len(r.replies) == 1 && len(s.replies) == 1 {
			r.replies[0].RTT = s.replies[0].RTT
		}
	}
	d.ended = true // statistics begin when the path is done
}

// pathTTL reads the hop number of pathping: 0 is the computer itself.
func pathTTL(s string) (ttl int, rest string, ok bool) {
	s = strings.TrimLeft(strings.ReplaceAll(s, "|", " "), " ")
	n := digits(s)
	if n == 0 || n > 3 || n == len(s) || s[n] != ' ' {
		return 0, "", false
	}
	ttl, _ = strconv.Atoi(s[:n])
	if ttl == 0 {
		ttl = hopZero
	}
	return ttl, strings.TrimSpace(s[n:]), ttl <= 255
}

// pathpingRow reads «TTL name [address]» or stars, and nothing else.
func pathpingRow(s string) (row, fit) {
	ttl, rest, ok := pathTTL(s)
	if !ok || strings.ContainsAny(rest, "=%") {
		return row{}, no
	}
	r := row{ttl: ttl, weight: 1}
	if stars := strings.Count(rest, "*"); stars > 0 {
		if strings.Trim(rest, "* .") != "" && !strings.HasPrefix(rest, "*") {
			return row{}, no
		}
		// the row that ends the path: it was asked three times
		r.sent, r.lost, r.cut = stars, stars, stars < 3
		return r, full
	}
	h, ok := hostOf(rest)
	switch {
	case !ok && openBracket(rest):
		return r, part
	case !ok || h.sentence != "" || h.weight < 0:
		return row{}, no
	case !h.addr.IsValid():
		return r, part
	}
	r.weight += h.weight
	r.replies = append(r.replies, reply(h.name, h.addr, trace.Unknown))
	return r, full
}

// shares matches «0/ 100 = 0%».
var shares = regexp.MustCompile(`(\d{1,6})\s*/\s*(\d{1,6})\s*=\s*(\d{1,3})\s*%|(\d{1,6})\s*/\s*(\d{1,6})\s*=\s*%\s*(\d{1,3})`)

// pathpingStatistics reads «TTL 7ms 0/ 100 = 0% 0/ 100 = 0% name [address]»;
// the first share is the loss up to here, the second this node's own.
func pathpingStatistics(s string) (row, fit) {
	ttl, rest, ok := pathTTL(s)
	if !ok {
		return row{}, no
	}
	r := row{ttl: ttl, weight: 1}
	found := shares.FindAllStringSubmatchIndex(rest, 3)
	if len(found) == 0 {
		if ttl == hopZero { // «0 name [address]» heads the statistics
			return pathpingRow(s)
		}
		return row{}, no
	}
	if len(found) == 1 { // its second column is lost; hops always have two
		r.weight--
	}
	first := found[0]
	lost, sent := submatch(rest, first, 1, 4), submatch(rest, first, 2, 5)
	r.sent, r.lost = sent, min(lost, sent)
	rtt := trace.Unknown
	if t, ok := number(strings.ReplaceAll(strings.TrimSpace(rest[:first[0]]), " ", "")); ok {
		rtt = millis(t.value)
	}
	tail := strings.TrimSpace(rest[found[len(found)-1][1]:])
	h, ok := hostOf(tail)
	if !ok || !h.addr.IsValid() {
		return r, part
	}
	r.weight += 2*len(found) + h.weight
	p := reply(h.name, h.addr, rtt)
	if p.Addr.IsValid() && (r.lost < r.sent || r.sent == 0 || rtt != trace.Unknown) {
		r.replies = append(r.replies, p)
	}
	return r, full
}

func submatch(s string, m []int, a, b int) int {
	for _, k := range []int{a, b} {
		if m[2*k] >= 0 {
			n, _ := strconv.Atoi(s[m[2*k]:m[2*k+1]])
			return n
		}
	}
	return 0
}

// addrIn finds an address among fields, bracketed or not.
func addrIn(fields []string) netip.Addr {
	for _, f := range fields {
		if i := strings.IndexAny(f, "(["); i > 0 {
			f = f[i:]
		}
		if a, ok := parseAddr(strings.Trim(f, "()[]")); ok {
			return a
		}
	}
	return netip.Addr{}
}
