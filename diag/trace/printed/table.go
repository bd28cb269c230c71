package printed

import "strings"

// table is a run of rows that belong to one trace.
type table struct {
	rows     []row
	warnings []Warning
}

// top is the highest hop number of a table.
func (tb table) top() int {
	n := 0
	for _, r := range tb.rows {
		n = max(n, r.ttl)
	}
	return n
}

// tabulator cuts gathered rows into tables and repairs their hop numbers.
type tabulator struct {
	t     *text
	loose bool // late answers may stand after higher hops (tracepath)
	all   []table
	cur   table
	last  int // highest hop number of cur
}

// tables cuts gathered rows into traces.
func tables(t *text, rows []row, loose bool) []table {
	b := tabulator{t: t, loose: loose}
	for i, r := range rows {
		if len(b.all) == maxTables {
			return b.all
		}
		if i > 0 && apart(t, rows[i-1], r) {
			b.flush()
		}
		next := 0 // number of the row behind this one, 0 if there is none
		if i+1 < len(rows) && !apart(t, r, rows[i+1]) {
			next = rows[i+1].ttl
		}
		b.add(b.repaired(r, next))
	}
	b.flush()
	return b.all
}

func (b *tabulator) flush() {
	if len(b.cur.rows) > 0 {
		b.all = append(b.all, b.cur)
	}
	b.cur, b.last = table{}, 0
}

func (b *tabulator) warn(code string, r row, s string) {
	b.cur.warnings = append(b.cur.warnings, Warning{code, b.t.lines[r.lines[0]].n, s})
}

// repaired puts right a hop number that is lost (0) or damaged, when the rows
// before and behind tell it. A row without number before the very next hop is
// more of the hop above.
func (b *tabulator) repaired(r row, next int) row {
	expected := b.last + 1
	switch {
	case len(b.cur.rows) == 0 || r.ttl == expected:
	case r.ttl == 0 && next == expected:
		r.ttl = b.last
	case r.ttl == 0, next == expected+1 && damaged(r.ttl, expected):
		b.warn(WarnTTL, r, itoa(r.ttl))
		r.ttl = expected
	}
	return r
}

// add puts a row to the current table, or begins another one.
func (b *tabulator) add(r row) {
	if r.ttl == 0 {
		return
	}
	switch {
	case len(b.cur.rows) == 0 || r.ttl == b.last+1:
	case r.ttl < b.last && b.loose:
		b.warn(WarnOutOfOrder, r, "")
	case r.ttl == b.last && (b.loose || r.ttl != 1 || len(r.replies) > 0 && r.sent <= 1):
		// one line per probe
	case r.ttl > b.last && r.ttl-b.last <= maxJump:
		b.warn(WarnGap, r, "")
	default:
		b.flush()
	}
	b.cur.rows = append(b.cur.rows, r)
	b.last = max(b.last, r.ttl) // pathping's hop 0 is hopZero
}

// apart reports whether too much foreign text lies between two rows.
func apart(t *text, a, b row) bool {
	end, start := a.lines[len(a.lines)-1], b.lines[0]
	if start-end-1 > maxGap {
		return true
	}
	for i := end + 1; i < start; i++ {
		if _, ok := command(t.lines[i].s); ok {
			return true
		}
	}
	return false
}

// damaged reports whether a printed hop number can be what is left of want:
// the same digits with one lost or changed.
func damaged(got, want int) bool {
	g, w := itoa(got), itoa(want)
	if len(g) == len(w) {
		diff := 0
		for i := range g {
			if g[i] != w[i] {
				diff++
			}
		}
		return diff == 1
	}
	return len(g) < len(w) && strings.Contains(w, g) || len(g) == len(w)+1 && strings.Contains(g, w)
}

// score weighs a table; 0 if it does not carry the claim to be a trace.
func (tb table) score(a aim) int {
	weight, answers, stars := 0, 0, 0
	for _, r := range tb.rows {
		weight += max(r.weight, 0)
		if r.silent() {
			stars++
		} else {
			answers++
		}
	}
	known := a.told()
	switch {
	case known && answers+stars >= 1:
	case answers >= 2 && tb.rows[0].ttl <= 2:
	case answers >= 1 && answers+stars >= 3:
	case stars >= 4 && tb.rows[0].ttl == 1:
	default:
		return 0
	}
	if known {
		weight += 3
	}
	return weight
}
