package printed

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"latchkey/diag/trace"
)

// mtrColumn is where mtr's report cuts names that are too long.
const mtrColumn = 26

// readMTR reads mtr's report («1.|-- host 0.0% …»), wide report and screen
// («1. host 0.0% …»), in any order of columns.
func readMTR(t *text) []finding {
	var all []finding
	columns := mtrColumns(t)
	read := func(s string) (row, fit) { return mtrRow(s, nil) }
	isRow := func(s string) bool { _, f := read(s); return f == full }
	rows := gather(t, read)
	for i, r := range rows { // a second look with the heading that applies
		if h := columns.at(r.lines[0]); h != nil {
			if again, f := mtrRow(r.text, h); f == full {
				again.lines = r.lines
				rows[i] = again
			}
		}
		rows[i].addHosts(t, isRow)
	}
	for _, tb := range tables(t, rows, false) {
		d := draft{format: "mtr-curses", tool: "mtr", table: tb, ends: endsReport}
		first := tb.rows[0].lines[0]
		d.aim = mtrAim(t, first, isRow)
		heading := columns.near(first)
		if strings.Contains(t.lines[first].s, "|--") || heading >= 0 && strings.Contains(t.lines[heading].s, "HOST:") {
			d.format = "mtr-report"
		}
		if heading >= 0 {
			d.aim.lines = append(d.aim.lines, heading)
			d.aim.tool = "mtr"
		}
		if f, ok := d.finding(); ok && (heading >= 0 || d.format == "mtr-report" || d.aim.tool == "mtr") {
			all = append(all, f)
		}
	}
	return all
}

// headings are the column headings of a text, by line.
type headings struct {
	line  []int
	names [][]string
}

// mtrColumns finds the headings «HOST: … Loss% Snt Last Avg …».
func mtrColumns(t *text) headings {
	var h headings
	for i, l := range t.lines {
		if len(l.s) > maxRowLen || !strings.Contains(l.s, "Snt") && !strings.Contains(l.s, "Loss%") && !strings.Contains(l.s, "Avg") && !strings.Contains(l.s, "StDev") {
			continue
		}
		var names []string
		for _, f := range strings.Fields(strings.ReplaceAll(l.s, "|", " ")) {
			if mtrField(f) {
				names = append(names, f)
			}
		}
		if n := len(h.line); n > 0 && h.line[n-1] == i-1 && len(names) > 0 && !strings.Contains(l.s, "Host") {
			h.names[n-1] = append(h.names[n-1], names...) // a wrapped heading
			continue
		}
		if len(names) >= 2 {
			h.line, h.names = append(h.line, i), append(h.names, names)
		}
	}
	return h
}

func mtrField(f string) bool {
	switch strings.TrimSuffix(f, "%") {
	case "Loss", "Drop", "Rcv", "Snt", "Last", "Best", "Avg", "Wrst", "StDev", "Gmean", "Jttr", "Javg", "Jmax", "Jint":
		return true
	}
	return false
}

// at returns the column names that apply to line i: those of the nearest
// heading above it, at most a screen away.
func (h headings) at(i int) []string {
	if k := h.index(i); k >= 0 && i-h.line[k] <= 255 {
		return h.names[k]
	}
	return nil
}

// near returns the line of the heading right above line i, else -1.
func (h headings) near(i int) int {
	if k := h.index(i); k >= 0 && i-h.line[k] <= 3 {
		return h.line[k]
	}
	return -1
}

func (h headings) index(i int) int {
	lo, hi := 0, len(h.line)
	for lo < hi {
		if mid := (lo + hi) / 2; h.line[mid] < i {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo - 1
}

// mtrAim finds target and source: a command line, or the screen's first lines
// («name (address) -> target (address)», older ones «name (address)» alone).
func mtrAim(t *text, first int, isRow func(string) bool) aim {
	var a aim
	for i := first - 1; i >= 0 && i >= first-headerReach; i-- {
		s := t.lines[i].s
		if len(s) > maxRowLen || isRow(s) {
			break
		}
		if c, ok := command(s); ok {
			if c.tool == "mtr" {
				a.takeCommand(c, i)
			}
			break
		}
		a.takeScreen(s, i)
	}
	return a
}

// takeScreen reads one of the lines above the columns of mtr's screen.
func (a *aim) takeScreen(s string, i int) {
	if strings.Contains(s, "->") {
		if h, ok := heading(s); ok {
			a.tool = "mtr"
			a.adopt(h.aim, i)
			return
		}
	}
	low := strings.ToLower(strings.TrimLeft(s, " "))
	for _, word := range []string{"start:", "keys:", "packets", "my traceroute"} {
		if strings.HasPrefix(low, word) {
			a.lines = append(a.lines, i)
			return
		}
	}
	if found := addresses(s); len(found) == 1 && found[0].wrapped && !found[0].addr.IsUnspecified() {
		a.source = found[0].addr
	}
}

// mtrRow reads one row. columns names its numbers from the left; without a
// heading the standard order holds if the first number is a percentage.
func mtrRow(s string, columns []string) (row, fit) {
	ttl, rest, strong, ok := mtrPrefix(s)
	if !ok {
		return row{}, no
	}
	r := row{ttl: ttl, weight: 1}
	if strong {
		r.weight = 4
	}
	rest = strings.TrimSpace(rest)
	if nobody(rest) {
		r.readNumbers(numbersIn(rest), columns)
		r.lost = r.sent
		r.weight++
		return r, full
	}
	name, addr, tail := mtrHost(rest)
	if name == "" && !addr.IsValid() {
		return row{}, no
	}
	numbers := numbersIn(tail)
	switch {
	case len(numbers) >= 3:
	case strong && len(numbers) > 0:
		r.cut = true
	case strong && strings.TrimSpace(tail) == "":
		return r, part
	default:
		return row{}, no
	}
	r.weight += min(len(numbers), 9)
	rtt := r.readNumbers(numbers, columns)
	r.replies = append(r.replies, reply(name, addr, rtt))
	return r, full
}

// mtrPrefix reads «1.|-- », «1. » and what is left of them after damage.
func mtrPrefix(s string) (ttl int, rest string, strong, ok bool) {
	s = strings.TrimLeft(s, " |")
	n := digits(s)
	if n == 0 || n > 3 || n == len(s) {
		return 0, "", false, false
	}
	ttl, _ = strconv.Atoi(s[:n])
	if ttl < 1 || ttl > 255 {
		return 0, "", false, false
	}
	mark := s[n:]
	rest = strings.TrimLeft(mark, ".:|-–—¦│` ")
	lead := mark[:len(mark)-len(rest)]
	strong = strings.ContainsAny(lead, "|¦│") || strings.Contains(lead, "--") || strings.ContainsAny(lead, "–—")
	if !strong && !strings.HasPrefix(lead, ".") || strings.HasPrefix(lead, ":") {
		return 0, "", false, false
	}
	if !strong && !strings.Contains(lead, " ") {
		return 0, "", false, false // «1.2» is a number
	}
	return ttl, rest, strong, true
}

// nobody reports whether a row stands for a hop that never answered.
func nobody(s string) bool {
	return strings.HasPrefix(s, "???") || strings.HasPrefix(s, "(waiting") || strings.HasPrefix(s, "AS??? ???") || strings.HasPrefix(s, "AS???  ???")
}

// mtrHost takes «[AS64500] name (address)» off the front.
func mtrHost(s string) (name string, addr netip.Addr, tail string) {
	word, rest, _ := strings.Cut(s, " ")
	if asNumber(strings.Trim(word, "[]")) {
		word, rest, _ = strings.Cut(strings.TrimLeft(rest, " "), " ")
	}
	if a, ok := parseAddr(strings.Trim(word, "[]()")); ok {
		addr = a
	} else if word == "" || digits(word) == len(word) || strings.HasSuffix(word, "%") {
		return "", addr, s
	} else {
		name = word
	}
	rest = strings.TrimLeft(rest, " ")
	if strings.HasPrefix(rest, "(") {
		in, after, _ := strings.Cut(rest[1:], ")")
		if a, ok := parseAddr(strings.TrimSpace(in)); ok {
			return name, a, after
		}
	}
	return name, addr, rest
}

// numbersIn reads a tail that must consist of numbers.
func numbersIn(s string) []token {
	var all []token
	for _, f := range strings.Fields(strings.ReplaceAll(s, "|", " ")) {
		t, ok := number(f)
		if !ok {
			if len(all) == 0 {
				continue
			}
			break
		}
		all = append(all, t)
	}
	return all
}

// readNumbers fills Sent and Lost and returns the average time, else the best
// or last one.
func (r *row) readNumbers(numbers []token, columns []string) time.Duration {
	if columns == nil && len(numbers) > 0 && numbers[0].kind == tPercent {
		columns = []string{"Loss%", "Snt", "Last", "Avg", "Best", "Wrst", "StDev"}
	}
	v := map[string]float64{}
	for i, n := range numbers {
		if i < len(columns) {
			v[strings.TrimSuffix(columns[i], "%")] = n.value
		}
	}
	if sent, ok := v["Snt"]; ok && sent < 1<<30 {
		r.sent = int(sent)
	}
	switch {
	case r.sent == 0:
	case has(v, "Drop"):
		r.lost = int(v["Drop"])
	case has(v, "Rcv"):
		r.lost = r.sent - int(v["Rcv"])
	case has(v, "Loss"):
		r.lost = int(v["Loss"]*float64(r.sent)/100 + 0.5)
	}
	r.lost = min(max(r.lost, 0), r.sent)
	for _, name := range []string{"Avg", "Gmean", "Last", "Best"} {
		if has(v, name) {
			return millis(v[name])
		}
	}
	return trace.Unknown
}

func has(m map[string]float64, key string) bool {
	_, ok := m[key]
	return ok
}

// addHosts adds further hosts of a hop, printed on lines of their own below
// it («|  `|-- 192.0.2.7», on the screen an indented name).
func (r *row) addHosts(t *text, isRow func(string) bool) {
	for i := r.lines[len(r.lines)-1] + 1; i < len(t.lines) && len(r.lines) < maxJoin; i++ {
		s := t.lines[i].s
		after := strings.TrimLeft(s, " |`-+_\\│├└─")
		inside := i+1 < len(t.lines) && isRow(t.lines[i+1].s) // the indent may be lost
		if len(s)-len(after) < 3 && !inside || after == "" || strings.HasPrefix(after, "[MPLS") {
			return
		}
		fields := strings.Fields(after)
		if len(fields) > 2 || isDigit(after[0]) && !strings.Contains(fields[0], ".") {
			return
		}
		a, ok := parseAddr(fields[0])
		if !ok && !hostLike(fields[0]) {
			return
		}
		p := reply(fields[0], a, trace.Unknown)
		if len(fields) == 2 {
			if b, ok := parseAddr(strings.Trim(fields[1], "()")); ok {
				p.Addr = b
			}
		}
		r.replies = append(r.replies, p)
		r.lines = append(r.lines, i)
	}
}
