package printed

import (
	"strconv"
	"strings"
	"time"
)

// summary reads «4 packets transmitted, 3 received, 25% packet loss» (also
// translated), «sent = 4, received = 3, lost = 1 (25% loss)» in any language,
// and fping's «xmt/rcv/%loss = 4/3/25%».
func summary(s, following string) (sent, received int, windows, ok bool) {
	if !strings.Contains(s, "%") && strings.Count(s, "=") >= 3 && strings.Contains(following, "%") && strings.Count(following, "=") == 0 {
		s += " " + following // the share stands on a line of its own
	}
	if !strings.Contains(s, "%") {
		return 0, 0, false, false
	}
	if _, after, found := strings.Cut(s, "xmt/rcv/%loss ="); found {
		v := slashed(after)
		return int(at(v, 0)), int(at(v, 1)), false, len(v) >= 3 && v[1] <= v[0]
	}
	if v := assigned(s); len(v) >= 3 && v[0] == v[1]+v[2] && v[0] > 0 {
		return v[0], v[1], true, true
	}
	sent, received, ok = unixSummary(s)
	return sent, received, false, ok
}

// unixSummary reads the numbers that begin the parts between commas. The line
// begins with the first of them.
func unixSummary(s string) (sent, received int, ok bool) {
	before, _, _ := strings.Cut(s, "%")
	fields := strings.FieldsFunc(before, func(r rune) bool { return r == ',' || r == '，' || r == '、' || r == ';' })
	if len(fields) < 3 || strings.Contains(before, "=") || len(strings.TrimSpace(fields[0])) < 8 {
		return 0, 0, false
	}
	var v []int
	for i, f := range fields {
		f = strings.TrimLeft(f, " ")
		n := digits(f)
		if i == 0 && (n == 0 || n < len(f) && f[n] != ' ') {
			return 0, 0, false
		}
		if n > 0 && n <= 9 {
			x, _ := strconv.Atoi(f[:n])
			v = append(v, x)
		}
	}
	if len(v) < 2 || v[1] > v[0] || v[0] == 0 {
		return 0, 0, false
	}
	return v[0], v[1], true
}

func isSummary(s string) bool {
	_, _, _, ok := summary(s, "")
	return ok
}

// assigned reads the whole numbers behind equals signs, not those with units.
func assigned(s string) []int {
	var v []int
	for {
		_, after, ok := strings.Cut(s, "=")
		if !ok || len(v) > 6 {
			return v
		}
		s = strings.TrimLeft(after, " ")
		n := digits(s)
		if n == 0 || n > 9 {
			return nil
		}
		x, _ := strconv.Atoi(s[:n])
		v = append(v, x)
		if tail := strings.TrimLeft(s[n:], " "); tail != "" && isLetter(tail[0]) {
			return nil
		}
	}
}

// slashed reads «0.1/0.2/0.3».
func slashed(s string) []float64 {
	var v []float64
	word := strings.TrimLeft(s, " =")
	if i := strings.IndexAny(word, " "); i > 0 {
		word = word[:i]
	}
	for _, f := range strings.Split(word, "/") {
		x, err := strconv.ParseFloat(strings.Replace(strings.TrimRight(f, "%,ms"), ",", ".", 1), 64)
		if err != nil {
			return v
		}
		v = append(v, x)
	}
	return v
}

func at(v []float64, i int) float64 {
	if i < len(v) {
		return v[i]
	}
	return 0
}

// summaryTimes reads «rtt min/avg/max/mdev = 1/2/3/0 ms» and Windows'
// «Minimum = 1ms, Maximum = 3ms, Average = 2ms» in any language.
func summaryTimes(s string) (lo, avg, hi time.Duration, ok bool) {
	head, after, found := strings.Cut(s, "=")
	if !found {
		return 0, 0, 0, false
	}
	var v []float64
	if strings.Contains(head, "/") {
		if _, tail, fping := strings.Cut(s, "min/avg/max ="); fping {
			after = tail
		}
		v = slashed(after)
	} else if v = equalUnits(s); len(v) == 3 {
		v[1], v[2] = v[2], v[1] // Windows prints minimum, maximum, average
	}
	if len(v) < 3 || v[0] > v[1] || v[1] > v[2] {
		return 0, 0, 0, false
	}
	return millis(v[0]), millis(v[1]), millis(v[2]), true
}

// equalUnits reads the numbers behind equals signs if all have the same unit,
// whatever its letters; else nothing.
func equalUnits(s string) []float64 {
	var v []float64
	unit := ""
	for {
		_, after, ok := strings.Cut(s, "=")
		if !ok {
			return v
		}
		s = strings.TrimLeft(after, " ")
		n := digits(s)
		if n == 0 || n > 9 {
			return nil
		}
		x, _ := strconv.ParseFloat(s[:n], 64)
		v = append(v, x)
		word := strings.TrimLeft(s[n:], " ")
		if i := strings.IndexAny(word, " ,;=，、"); i >= 0 {
			word = word[:i]
		}
		if !unitLike(word) || unit != "" && word != unit {
			return nil
		}
		unit = word
	}
}
