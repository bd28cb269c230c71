package printed

import (
	"strconv"
	"strings"
)

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
			cur.closed = cur.closed || len(cur.rows) > 0 && strings.Contains(l.s, "]")
			continue
		}
		for s := l.s; ; {
			key, value, rest, ok := pair(s)
			if !ok {
				cur.closed = cur.closed || len(cur.rows) > 0 && strings.Contains(s, "]")
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
