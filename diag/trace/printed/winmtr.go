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
	n := len(fields)
	if n < 8 {
		return row{}, false
	}
	var v [7]int
	for i, f := range fields[n-7:] {
		x, err := strconv.Atoi(strings.TrimSuffix(f, "%"))
		if err != nil || x < 0 || x > 1<<30 {
			return row{}, false
		}
		v[i] = x
	}
	host := fields[:n-7]
	dash := host[len(host)-1] == "-" || host[len(host)-1] == "–"
	if dash {
		host = host[:len(host)-1]
	}
	if len(host) > 1 && digits(host[0]) > 0 && digits(host[0]) == len(strings.TrimRight(host[0], ":.)")) {
		host = host[1:] // a pasted line number
	}
	loss, sent, recv, best, avg, worst := v[0], v[1], v[2], v[3], v[4], v[5]
	if len(host) == 0 || !dash && !headed || loss > 100 || recv > sent || recv > 1 && (best > worst || avg > worst) {
		return row{}, false
	}
	r := row{sent: sent, lost: sent - recv, weight: 8}
	if recv == 0 && loss == 100 || len(host) > 2 {
		return r, true
	}
	name := host[0]
	if i := strings.IndexByte(name, '('); i > 0 {
		name = name[:i]
	}
	p := reply(name, addrIn(host), millis(float64(avg)))
	r.replies = append(r.replies, p)
	return r, true
}
