package printed

import (
	"strconv"
	"strings"

	"latchkey/diag/trace"
)

// readMTRSplit reads `mtr --split`: «hop host loss received sent best average
// worst», hops printed anew whenever they change.
func readMTRSplit(t *text) []finding {
	var cur report
	seen := 0
	for i, l := range t.lines {
		f := strings.Fields(l.s[:min(len(l.s), 400)])
		if len(f) < 2 || len(f) > 9 {
			continue
		}
		ttl, err := strconv.Atoi(f[0])
		if err != nil || ttl < 1 || ttl > 255 {
			continue
		}
		if f[1] == "???" && len(f) == 2 {
			cur.row(ttl)
			cur.lines = append(cur.lines, i)
			continue
		}
		if cur.takeSplit(f, ttl) {
			cur.lines = append(cur.lines, i)
			seen++
		}
	}
	if seen < 3 || len(cur.rows) < 2 {
		return nil
	}
	sortRows(cur.rows)
	f, ok := cur.finding("mtr-split", endsReport)
	if !ok || cur.rows[0].ttl != 1 {
		return nil
	}
	return []finding{f}
}

func (r *report) takeSplit(f []string, ttl int) bool {
	if len(f) < 8 {
		return false
	}
	var v [6]float64
	for i := range v {
		x, err := strconv.ParseFloat(strings.TrimSuffix(f[2+i], "%"), 64)
		if err != nil {
			return false
		}
		v[i] = x
	}
	loss, received, sent, best, avg, worst := v[0], v[1], v[2], v[3], v[4], v[5]
	a, isAddr := parseAddr(f[1])
	if received > sent || sent < 1 || sent > 1<<30 || loss > 100 || best > worst || avg > worst || !isAddr && !hostLike(f[1]) {
		return false
	}
	h := r.row(ttl)
	p := reply(f[1], a, millis(avg))
	h.replies = []trace.Reply{p}
	h.sent, h.lost = int(sent), int(sent-received)
	return true
}

func sortRows(rows []row) {
	for i := 1; i < len(rows); i++ { // at most 255, nearly in order
		for k := i; k > 0 && rows[k].ttl < rows[k-1].ttl; k-- {
			rows[k], rows[k-1] = rows[k-1], rows[k]
		}
	}
}
