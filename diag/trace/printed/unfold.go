package printed

import (
	"strconv"
	"strings"
)

// unfold puts the hops of one long line (line ends lost) on lines of their own.
func (t *text) unfold() {
	long := false
	for _, l := range t.lines {
		long = long || len(l.s) > unfoldFrom
	}
	if !long {
		return
	}
	var out []line
	for _, l := range t.lines {
		if len(l.s) <= unfoldFrom {
			out = append(out, l)
			continue
		}
		parts := unfoldLine(l.s)
		if len(parts) > 1 {
			t.warn(WarnQuotedMarks, l.n, "")
		}
		for _, p := range parts {
			out = append(out, line{l.n, p})
		}
	}
	t.lines = out
}

// unfoldLine cuts a line into its hops, or shortens it if it has none.
func unfoldLine(s string) []string {
	cuts := hopStarts(s)
	if len(cuts) < 3 {
		return []string{s[:min(len(s), 4*maxRowLen)]}
	}
	var parts []string
	if strings.TrimSpace(s[:cuts[0]]) != "" {
		parts = append(parts, s[:cuts[0]])
	}
	for i, c := range cuts {
		end := len(s)
		if i+1 < len(cuts) {
			end = cuts[i+1]
		}
		parts = append(parts, s[c:end])
	}
	return parts
}

// hopStarts finds each field that is the next hop number and looks like one:
// a unit, a star, a bracket or a percentage ends what stands before it.
func hopStarts(s string) []int {
	var cuts []int
	next, prev := 1, ""
	for i := 0; i < len(s) && next <= 255; {
		i += len(s[i:]) - len(strings.TrimLeft(s[i:], " "))
		start := i
		if n := strings.IndexByte(s[i:], ' '); n >= 0 {
			i += n
		} else {
			i = len(s)
		}
		f := s[start:i]
		n := digits(f)
		if n > 0 && n <= 3 && startsHop(f[n:], s[i:]) && (next == 1 || endsHop(prev)) {
			if v, _ := strconv.Atoi(f[:n]); v == next {
				cuts = append(cuts, start)
				next++
			}
		}
		prev = f
	}
	return cuts
}

// startsHop judges what stands behind a possible hop number.
func startsHop(tail, rest string) bool {
	if strings.HasPrefix(tail, ".|") || strings.HasPrefix(tail, ":") {
		return true
	}
	if strings.Trim(tail, ".)|") != "" {
		return false
	}
	rest = strings.TrimLeft(rest, " ")
	word, _, _ := strings.Cut(rest, " ")
	return rest != "" && !isUnit(word) && !strings.HasSuffix(word, "%")
}

// endsHop judges the field before a possible hop number.
func endsHop(f string) bool {
	last := f[len(f)-1]
	return isUnit(f) || last == '*' || last == ')' || last == ']' || last == '%' || last == '.' ||
		f[0] == '!' || isDigit(last) || strings.HasSuffix(f, "ms") || strings.HasSuffix(f, "reply")
}
