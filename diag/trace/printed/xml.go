package printed

import (
	"html"
	"strconv"
	"strings"
)

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
			tag, rest, ok := nextTag(s)
			if !ok {
				break
			}
			s = rest
			if strings.HasPrefix(tag, "MTR") {
				flush()
			}
			if cur.takeTag(tag, rest, &hop) {
				cur.lines = append(cur.lines, i)
			}
		}
	}
	flush()
	return all
}

// nextTag finds the next «<…>» and what stands behind it.
func nextTag(s string) (tag, rest string, ok bool) {
	_, after, ok := strings.Cut(s, "<")
	if !ok {
		return "", "", false
	}
	return strings.Cut(after, ">")
}

// takeTag takes one tag and reports whether it belongs to mtr's report.
func (r *report) takeTag(tag, rest string, hop **row) bool {
	name, _, _ := strings.Cut(tag, " ")
	switch {
	case name == "MTR":
		r.aim.set(attribute(tag, "DST"))
		return true
	case name == "HUB":
		n, _ := strconv.Atoi(attribute(tag, "COUNT"))
		if *hop = r.row(n); *hop != nil {
			(*hop).host(attribute(tag, "HOST"))
		}
	case *hop != nil && mtrField(name):
		value, _, _ := strings.Cut(rest, "<")
		if v, err := strconv.ParseFloat(strings.Trim(value, " %"), 64); err == nil {
			(*hop).field(name, v)
		}
	case name == "/MTR":
		r.closed = true
	default:
		return strings.HasPrefix(name, "/") && *hop != nil
	}
	return *hop != nil
}

func attribute(tag, name string) string {
	_, after, ok := strings.Cut(tag, name+`="`)
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(after, `"`)
	return html.UnescapeString(value)
}
