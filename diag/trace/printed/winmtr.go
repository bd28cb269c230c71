package printed

import (
	"strconv"
	"strings"

	"latchkey/diag/trace"
)

// readWinMTR reads WinMTR's tables, exported as text or as a web page: rows
// without hop numbers, «host - loss | sent | received | best | average |
// worst | last».
func readWinMTR(t *text) []finding {
	var all []finding
	var cur []row
	head, last := -1, -1
	flush := func() {
		d := draft{format: "winmtr", tool: "WinMTR", method: trace.ICMP, table: table{rows: cur}, ends: endsReport}
		if head >= 0 {
			d.aim.lines = append(d.aim.lines, head)
			d.aim.tool = "winmtr"
		}
		if head >= 0 || len(cur) >= 3 {
			if f, ok := d.finding(); ok {
				all = append(all, f)
			}
		}
		cur, head, last = nil, -1, -1
	}
	for i := 0; i < len(t.lines); i++ {
		s := t.lines[i].s
		if len(s) > maxRowLen {
			continue
		}
		if winmtrHeading(s) {
			if len(cur) > 0 {
				flush()
			}
			head, last = i, i
			continue
		}
		r, ok := winmtrRow(s, head >= 0)
		lines := []int{i}
		if !ok && last >= 0 && i+1 < len(t.lines) && !rule(s) {
			// a row wrapped at the edge of a mail
			next := strings.TrimLeft(t.lines[i+1].s, " ")
			if r, ok = winmtrRow(s+" "+next, head >= 0); ok {
				lines = append(lines, i+1)
				i++
			}
		}
		if last >= 0 && i-last > maxGap {
			flush()
		}
		if !ok || len(cur) == 255 {
			continue
		}
		r.ttl, r.lines = len(cur)+1, lines
		cur = append(cur, r)
		last = i
	}
	flush()
	return all
}

// winmtrHeading knows the row that names the columns.
func winmtrHeading(s string) bool {
	return strings.Contains(s, "Sent") && strings.Contains(s, "Recv") && strings.Contains(s, "Best")
}

// rule reports whether a line only draws one.
func rule(s string) bool { return strings.Trim(s, "0123456789:|-_+= ") == "" }

// winmtrRow takes the seven numbers from the right; what stands before them is
// the host, or a sentence for nobody. Without a heading the dash between host
// and loss is asked for.
func winmtrRow(s string, headed bool) (row, bool) {
	fields := strings.Fields(strings.ReplaceAll(s, "|", " "))
	n := len(fields) - 7
	if n < 1 {
		return row{}, false
	}
	f, ok := readFigures(fields[n:])
	host, dash := winmtrHost(fields[:n])
	if !ok || len(host) == 0 || !dash && !headed {
		return row{}, false
	}
	r := row{sent: f.sent, lost: f.sent - f.received, weight: 8}
	if f.received == 0 && f.loss == 100 || len(host) > 2 {
		return r, true
	}
	name, _, _ := strings.Cut(host[0], "(")
	r.replies = append(r.replies, reply(name, addrIn(host), millis(float64(f.average))))
	return r, true
}

// figures are the numbers of one WinMTR row.
type figures struct {
	loss, sent, received, best, average, worst, last int
}

// readFigures reads seven whole numbers that can be WinMTR's.
func readFigures(fields []string) (f figures, ok bool) {
	for i, to := range []*int{&f.loss, &f.sent, &f.received, &f.best, &f.average, &f.worst, &f.last} {
		x, err := strconv.Atoi(strings.TrimSuffix(fields[i], "%"))
		if err != nil || x < 0 || x > 1<<30 {
			return f, false
		}
		*to = x
	}
	ordered := f.received <= 1 || f.best <= f.worst && f.average <= f.worst
	return f, ordered && f.loss <= 100 && f.received <= f.sent
}

// winmtrHost takes the dash and a pasted line number off the host's words.
func winmtrHost(words []string) (host []string, dash bool) {
	last := words[len(words)-1]
	if dash = last == "-" || last == "–"; dash {
		words = words[:len(words)-1]
	}
	if len(words) > 1 {
		if n := digits(words[0]); n > 0 && n == len(strings.TrimRight(words[0], ":.)")) {
			words = words[1:]
		}
	}
	return words, dash
}
