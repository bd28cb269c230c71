package printed

import (
	"encoding/csv"
	"html"
	"net/netip"
	"strconv"
	"strings"

	"latchkey/diag"
	"latchkey/diag/trace"
)

// report gathers the hops of one machine-made mtr output.
type report struct {
	rows  []row
	aim   aim
	lines []int
	told  bool // it has figures of loss: nothing but mtr's report does
}

// row returns the row of a hop, making it if need be; nil outside 1 to 255.
func (r *report) row(ttl int) *row {
	if ttl < 1 || ttl > 255 {
		return nil
	}
	for i := range r.rows {
		if r.rows[i].ttl == ttl {
			return &r.rows[i]
		}
	}
	r.rows = append(r.rows, row{ttl: ttl, weight: 6})
	return &r.rows[len(r.rows)-1]
}

func (r *report) finding(format string, ends ending) (finding, bool) {
	if len(r.rows) == 0 {
		return finding{}, false
	}
	r.aim.tool = "mtr"
	d := draft{format: format, tool: "mtr", table: table{rows: r.rows}, aim: r.aim, ends: ends}
	f, ok := d.finding()
	f.lines = sortedSet(append(f.lines, r.lines...))
	return f, ok && len(f.lines) > 0
}

func (a *aim) set(s string) {
	if addr, ok := parseAddr(s); ok {
		a.addr = addr
	} else {
		a.name = diag.Clean(s, 255)
	}
}

func (r *row) host(s string) {
	s = strings.TrimSpace(s)
	if s == "" || nobody(s) {
		return
	}
	name, addr, _ := mtrHost(s)
	if name == "" && !addr.IsValid() {
		return
	}
	p := reply(name, addr, trace.Unknown)
	for _, q := range r.replies {
		if q.Addr == p.Addr && q.Name == p.Name {
			return
		}
	}
	r.replies = append(r.replies, p)
}

// readMTRJSON reads `mtr --json`, tolerantly: pairs of key and value in the
// order of the text, so that quoting, wrapped and cut-off documents are read
// as far as they go.
func readMTRJSON(t *text) []finding {
	var all []finding
	var cur report
	var hop *row
	flush := func() {
		if f, ok := cur.finding("mtr-json", endsExact); ok && cur.told {
			all = append(all, f)
		}
		cur, hop = report{}, nil
	}
	for i, l := range t.lines {
		if !strings.Contains(l.s, `"`) {
			continue
		}
		for s := l.s; ; {
			key, value, rest, ok := pair(s)
			if !ok {
				break
			}
			s = rest
			if key == "mtr" || key == "src" && len(cur.rows) > 0 {
				flush()
			}
			if cur.takeJSON(key, value, &hop) {
				cur.lines = append(cur.lines, i)
			}
		}
	}
	flush()
	return all
}

// takeJSON takes one pair and reports whether it belongs to mtr's report.
func (r *report) takeJSON(key, value string, hop **row) bool {
	switch key {
	case "dst":
		r.aim.set(value)
	case "src", "tests", "psize", "tos", "bitpattern":
		return len(r.rows) == 0
	case "count":
		n, err := strconv.Atoi(value)
		if err != nil || n > 255 {
			*hop = nil
			return false
		}
		*hop = r.row(n)
	default:
		if *hop == nil {
			return false
		}
		if key == "host" {
			(*hop).host(value)
			return true
		}
		v, err := strconv.ParseFloat(value, 64)
		if err != nil || !mtrField(key) {
			return false
		}
		(*hop).field(key, v)
		r.told = r.told || strings.HasPrefix(key, "Loss")
	}
	return true
}

// field takes one named number of a hop.
func (r *row) field(key string, v float64) {
	switch strings.TrimSuffix(key, "%") {
	case "Snt":
		if v >= 0 && v < 1<<30 {
			r.sent, r.lost = int(v), int(float64(r.lost)*v/100+0.5)
		}
	case "Loss": // stands before Snt: kept as a percentage until that comes
		r.lost = int(v)
		if r.sent > 0 {
			r.lost = int(v*float64(r.sent)/100 + 0.5)
		}
	case "Avg":
		if len(r.replies) > 0 {
			r.replies[len(r.replies)-1].RTT = millis(v)
		}
	}
	if r.sent > 0 {
		r.lost = min(max(r.lost, 0), r.sent)
	}
}

// pair takes the next «"key": value» of a text; value is empty where an
// object or list begins.
func pair(s string) (key, value, rest string, ok bool) {
	from := strings.IndexByte(s, '"')
	if from < 0 {
		return "", "", "", false
	}
	n := strings.IndexByte(s[from+1:], '"')
	if n < 0 {
		return "", "", "", false
	}
	key, rest = s[from+1:from+1+n], s[from+n+2:]
	after := strings.TrimLeft(rest, " ")
	if !strings.HasPrefix(after, ":") {
		return "", "", rest, len(rest) < len(s) && strings.Contains(rest, `"`)
	}
	after = strings.TrimLeft(after[1:], " ")
	if strings.HasPrefix(after, `"`) {
		end := strings.IndexByte(after[1:], '"')
		if end < 0 {
			return key, after[1:], "", true
		}
		return key, after[1 : 1+end], after[end+2:], true
	}
	end := strings.IndexAny(after, ",}] {[")
	if end < 0 {
		end = len(after)
	}
	return key, after[:end], after[end:], true
}

// readMTRXML reads `mtr --xml`, tag by tag.
func readMTRXML(t *text) []finding {
	var all []finding
	var cur report
	var hop *row
	flush := func() {
		if f, ok := cur.finding("mtr-xml", endsExact); ok {
			all = append(all, f)
		}
		cur, hop = report{}, nil
	}
	for i, l := range t.lines {
		for s := l.s; ; {
			from := strings.IndexByte(s, '<')
			if from < 0 {
				break
			}
			end := strings.IndexByte(s[from:], '>')
			if end < 0 {
				break
			}
			tag := s[from+1 : from+end]
			s = s[from+end+1:]
			name, _, _ := strings.Cut(tag, " ")
			switch {
			case name == "MTR":
				flush()
				cur.aim.set(attribute(tag, "DST"))
			case name == "HUB":
				n, _ := strconv.Atoi(attribute(tag, "COUNT"))
				if hop = cur.row(n); hop != nil {
					hop.host(attribute(tag, "HOST"))
				}
			case hop != nil && mtrField(strings.TrimSuffix(name, "%")):
				value, _, _ := strings.Cut(s, "<")
				v, err := strconv.ParseFloat(strings.Trim(value, " %"), 64)
				if err == nil {
					hop.field(name, v)
				}
			case name != "/MTR" && name != "/HUB" && !strings.HasPrefix(name, "/"):
				continue
			}
			if hop != nil || name == "MTR" {
				cur.lines = append(cur.lines, i)
			}
		}
	}
	flush()
	return all
}

func attribute(tag, name string) string {
	_, after, ok := strings.Cut(tag, name+`="`)
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(after, `"`)
	return html.UnescapeString(value)
}

// readMTRCSV reads `mtr --csv`: rows that begin with «MTR.», columns named by
// a heading or in mtr's own order.
func readMTRCSV(t *text) []finding {
	var all []finding
	var cur report
	var names []string
	last := 0
	flush := func() {
		if f, ok := cur.finding("mtr-csv", endsExact); ok {
			all = append(all, f)
		}
		cur, last = report{}, 0
	}
	for i, l := range t.lines {
		s := strings.TrimLeft(l.s, " ")
		if head := strings.HasPrefix(s, "Mtr_Version"); head || strings.HasPrefix(s, "MTR.") {
			fields := csvFields(s[:min(len(s), maxRowLen)])
			if head {
				flush()
				names = fields
				cur.lines = append(cur.lines, i)
				continue
			}
			ttl, ok := csvHop(fields, names)
			if !ok {
				continue
			}
			if ttl < last {
				flush()
			}
			last = ttl
			cur.takeCSV(fields, names, ttl)
			cur.lines = append(cur.lines, i)
		}
	}
	flush()
	return all
}

func csvFields(s string) []string {
	r := csv.NewReader(strings.NewReader(s))
	if strings.Count(s, ";") > strings.Count(s, ",") {
		r.Comma = ';'
	}
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	fields, err := r.Read()
	if err != nil {
		return nil
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	return fields
}

// csvHop finds the hop number: the column named Hop, else the fifth.
func csvHop(fields, names []string) (int, bool) {
	at := csvIndex(names, "Hop", 4)
	if at+1 >= len(fields) {
		return 0, false
	}
	n, err := strconv.Atoi(fields[at])
	return n, err == nil && n >= 1 && n <= 255
}

func csvIndex(names []string, name string, standard int) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return standard
}

func (r *report) takeCSV(fields, names []string, ttl int) {
	if host := csvIndex(names, "Host", 3); host < len(fields) {
		r.aim.set(fields[host])
	}
	h := r.row(ttl)
	if h == nil {
		return
	}
	if ip := csvIndex(names, "Ip", 5); ip < len(fields) {
		h.host(fields[ip])
	}
	for i, f := range fields {
		if i >= len(names) || !mtrField(names[i]) {
			continue
		}
		if v, err := strconv.ParseFloat(strings.TrimSuffix(f, "%"), 64); err == nil {
			h.field(names[i], v)
		}
	}
}

// readMTRRaw reads `mtr --raw`: «h index address», «d index name», «p index
// microseconds»; «x» is a probe sent. Indexes begin at 0.
func readMTRRaw(t *text) []finding {
	var all []finding
	var cur report
	hosts := 0
	end := -1
	flush := func() {
		if hosts >= 2 {
			if f, ok := cur.finding("mtr-raw", endsOpen); ok {
				all = append(all, f)
			}
		}
		cur, hosts = report{}, 0
	}
	for i, l := range t.lines {
		f := strings.Fields(l.s[:min(len(l.s), 300)])
		if len(f) < 2 || len(f) > 5 || len(f[0]) != 1 {
			continue
		}
		index, err := strconv.Atoi(f[1])
		if err != nil || index < 0 || index > 254 {
			continue
		}
		if end >= 0 && i-end > maxGap {
			flush()
		}
		if cur.takeRaw(f, index+1) {
			cur.lines = append(cur.lines, i)
			end = i
			if f[0] == "h" {
				hosts++
			}
		}
	}
	flush()
	return all
}

func (r *report) takeRaw(f []string, ttl int) bool {
	switch {
	case f[0] == "x":
		if h := r.row(ttl); h != nil {
			h.sent++
			h.lost++
		}
	case len(f) < 3:
		return false
	case f[0] == "h":
		a, ok := parseAddr(f[2])
		if !ok {
			return false
		}
		r.row(ttl).host(a.String())
	case f[0] == "d":
		if h := r.row(ttl); len(h.replies) > 0 && !sameAddr(f[2], h.replies[len(h.replies)-1].Addr) {
			h.replies[len(h.replies)-1].Name = diag.Clean(f[2], 255)
		}
	case f[0] == "p":
		us, err := strconv.ParseFloat(f[2], 64)
		h := r.row(ttl)
		if err != nil || len(h.replies) == 0 {
			return false
		}
		h.replies[len(h.replies)-1].RTT = millis(us / 1000)
		h.lost = max(h.lost-1, 0)
	default:
		return f[0] == "m" && len(r.rows) > 0
	}
	return true
}

func sameAddr(s string, a netip.Addr) bool {
	b, ok := parseAddr(s)
	return ok && a == b
}
