package printed

import (
	"net/netip"
	"strconv"
	"strings"

	"latchkey/diag"
)

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
