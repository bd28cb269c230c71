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
	next = strings.TrimLeft(next, " ")
	if ownHop(s, next, best, state, read) {
		return row{}, no, ""
	}
	candidates := []string{s + next, s + " " + next}
	if wholeField(s) {
		candidates = candidates[1:]
	}
	rest := fragment(next) && endsInAddr(s)
	result, resultState, with := row{}, no, ""
	gain := best.weight
	for _, candidate := range candidates {
		r, st := read(candidate)
		if r.ttl != best.ttl || st < max(state, resultState) {
			continue
		}
		first := with == "" && st == full && (state != full || rest && r.weight == gain)
		if first || r.weight > gain {
			result, resultState, with, gain = r, st, candidate, r.weight
		}
	}
	return result, resultState, with
}

// ownHop reports whether the line behind s is a hop itself, with its number
// or, behind a whole hop, without.
func ownHop(s, next string, best row, state fit, read rowReader) bool {
	if _, st := read(next); st != no && !openBracket(s) {
		return true
	}
	if best.sent < 3 || state != full {
		return false
	}
	r, st := read("255 " + next)
	return st == full && r.sent >= 3
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
