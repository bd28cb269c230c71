package printed

import (
	"strings"

	"latchkey/diag"
	"latchkey/diag/trace"
)

// report gathers the hops of one machine-made mtr output.
type report struct {
	rows  []row
	aim   aim
	lines []int
	// closed is set where the document's own end was seen.
	closed bool
	told   bool // it has figures of loss: nothing but mtr's report does
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
	if !r.closed && ends == endsExact {
		r.rows[len(r.rows)-1].cut = true
		ends = endsOpen
	}
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
