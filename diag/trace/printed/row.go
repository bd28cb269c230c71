package printed

import (
	"strings"

	"latchkey/diag/trace"
)

// fit says how well a line serves as a hop line.
type fit uint8

const (
	no   fit = iota
	part     // begins like one and ends in the middle: a wrapped line
	full
)

// row is one hop as printed.
type row struct {
	ttl        int
	replies    []trace.Reply
	sent, lost int
	mute       bool // an answer without address («0% loss», no name)
	cut        bool // fewer probes than usual, then something else
	weight     int  // tokens that fit minus those that do not
	lines      []int
	text       string // the line, joined if need be
}

func (r row) silent() bool { return len(r.replies) == 0 }

// rowReader reads one line as a hop.
type rowReader func(s string) (row, fit)

// Bounds of a table of hops.
const (
	maxGap  = 4  // foreign lines between two hops (prose, blanks are not counted)
	maxJoin = 10 // lines of one hop: several hosts, each wrapped
	// maxSplit is how many times a console cuts one host before it is whole.
	maxSplit  = 3
	maxRows   = 20_000 // hops of all traces in one text
	maxTables = 200    // traces in one text; more are not for people
	maxJump   = 12     // hop numbers missing in between
)

// gather reads all lines that are hops, joining wrapped and continued lines:
// a following line belongs to a hop when the hop makes more sense with it.
func gather(t *text, read rowReader) []row {
	var rows []row
	for i := 0; i < len(t.lines) && len(rows) < maxRows; {
		r, used, ok := joined(t, i, read)
		if !ok && len(rows) > 0 && rows[len(rows)-1].lines[len(rows[len(rows)-1].lines)-1] == i-1 {
			r, used, ok = numberless(t, i, read)
		}
		if !ok {
			i++
			continue
		}
		for k := range used {
			r.lines = append(r.lines, i+k)
		}
		rows = append(rows, r)
		i += used
	}
	return rows
}

// numberless reads a line as a hop whose number is lost: it has to be whole
// apart from that. Its TTL is 0 until its neighbours tell.
func numberless(t *text, i int, read rowReader) (row, int, bool) {
	s := t.lines[i].s
	if len(s) > maxRowLen {
		return row{}, 0, false
	}
	r, state := read("255 " + strings.TrimLeft(s, " "))
	r.ttl = 0
	return r, 1, state == full && r.sent >= 3 && len(r.replies) > 0
}

func joined(t *text, i int, read rowReader) (row, int, bool) {
	s := t.lines[i].s
	if len(s) > maxRowLen {
		return row{}, 0, false
	}
	best, state := read(s)
	if state == no {
		return row{}, 0, false
	}
	used := 1
	for ; used < maxJoin && i+used < len(t.lines); used++ {
		next := t.lines[i+used].s
		if len(s)+len(next) > maxRowLen || state == part && used > maxSplit || t.lines[i+used].n-t.lines[i+used-1].n > 2 {
			break
		}
		r, st, with := joinOne(s, next, best, state, read)
		if with == "" {
			break
		}
		best, state, s = r, st, with
	}
	best.text = s
	return best, used, state == full
}

// joinOne tries both ways to put a line behind a hop, without a blank (cut at
// the console's edge) and with one (continued), and returns the joined text
// if it reads better than the hop alone.
func joinOne(s, next string, best row, state fit, read rowReader) (row, fit, string) {
	trimmed := strings.TrimLeft(next, " ")
	gain := best.weight
	if _, st := read(next); st != no && !openBracket(s) {
		return row{}, no, "" // a hop of its own
	}
	if best.sent >= 3 && state == full {
		if r, st := read("255 " + trimmed); st == full && r.sent >= 3 {
			return row{}, no, "" // so too, its number lost
		}
	}
	result, resultState, with := row{}, no, ""
	candidates := []string{s + trimmed, s + " " + trimmed}
	if wholeField(s) {
		candidates = candidates[1:]
	}
	for _, candidate := range candidates {
		r, st := read(candidate)
		better := st == full && state != full && with == "" || st >= state && st >= resultState && r.weight > gain ||
			with == "" && st == full && r.weight == gain && fragment(trimmed) && endsInAddr(s)
		if better && r.ttl == best.ttl {
			result, resultState, with, gain = r, st, candidate, r.weight
		}
	}
	return result, resultState, with
}

// wholeField reports whether a line ends where a field ends, so that what
// follows cannot be the rest of it.
func wholeField(s string) bool {
	last := s[strings.LastIndexByte(s, ' ')+1:]
	return isUnit(last) || strings.HasSuffix(last, "ms") || last == "*" || strings.HasSuffix(last, ")") || strings.HasSuffix(last, "]")
}

// openBracket reports whether a line ends inside a bracket.
func openBracket(s string) bool {
	open := strings.LastIndexAny(s, "([")
	return open > strings.LastIndexAny(s, ")]") && !strings.Contains(strings.TrimSpace(s[open:]), " ")
}

// endsInAddr reports whether a line ends in an address that may go on.
func endsInAddr(s string) bool {
	_, ok := parseAddr(strings.Trim(s[strings.LastIndexByte(s, ' ')+1:], "[("))
	return ok
}

// fragment reports whether a line is nothing but the end of an address.
func fragment(s string) bool {
	return len(s) <= 40 && strings.Trim(s, "0123456789abcdefABCDEF.:)]") == ""
}

// table is a run of rows that belong to one trace.
type table struct {
	rows     []row
	warnings []Warning
}

// tables cuts gathered rows into traces and repairs their hop numbers.
// loose tables (tracepath) print late answers after higher hops.
func tables(t *text, rows []row, loose bool) []table {
	var all []table
	var cur table
	last := 0
	flush := func() {
		if len(cur.rows) > 0 {
			all = append(all, cur)
		}
		cur, last = table{}, 0
	}
	for i, r := range rows {
		if len(all) == maxTables {
			return all
		}
		if len(cur.rows) > 0 && apart(t, rows[i-1], r) {
			flush()
		}
		next := 0
		if i+1 < len(rows) && !apart(t, r, rows[i+1]) {
			next = rows[i+1].ttl
		}
		n := t.lines[r.lines[0]].n
		if r.ttl == 0 && len(cur.rows) > 0 {
			r.ttl = last // more answers of the hop above
			if next != last+1 {
				cur.warnings = append(cur.warnings, Warning{WarnTTL, n, ""})
				r.ttl = last + 1
			}
		}
		switch {
		case r.ttl == 0:
			continue
		case len(cur.rows) == 0 || r.ttl == last+1:
		case r.ttl != last+1 && next == last+2 && damaged(r.ttl, last+1):
			cur.warnings = append(cur.warnings, Warning{WarnTTL, n, itoa(r.ttl)})
			r.ttl = last + 1
		case loose && r.ttl <= last:
			if r.ttl < last {
				cur.warnings = append(cur.warnings, Warning{WarnOutOfOrder, n, ""})
			}
			cur.rows = append(cur.rows, r)
			continue
		case r.ttl == last && (r.ttl != 1 || len(r.replies) > 0 && r.sent <= 1): // one line per probe
		case r.ttl > last && r.ttl-last <= maxJump:
			cur.warnings = append(cur.warnings, Warning{WarnGap, n, ""})
		default:
			flush()
		}
		cur.rows = append(cur.rows, r)
		last = max(r.ttl, 0) // pathping's hop 0 is hopZero
	}
	flush()
	return all
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
