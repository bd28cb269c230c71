package printed

import (
	"encoding/csv"
	"strconv"
	"strings"
)

// readMTRCSV reads `mtr --csv`: rows that begin with «MTR.», columns named by
// a heading or in mtr's own order.
func readMTRCSV(t *text) []finding {
	var all []finding
	var cur report
	var names []string
	last, short := 0, false // short: the last row has fewer fields than the heading
	flush := func() {
		cur.closed = !short
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
			short = len(fields)+1 < len(names)
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
