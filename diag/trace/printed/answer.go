package printed

import (
	"strconv"
	"strings"
	"time"

	"latchkey/diag/trace"
)

// answerTime finds the time of an answer: a number with its unit, else one
// behind a sign with a unit in unknown letters («Zeit=12??»).
func answerTime(s string) (time.Duration, bool) {
	fields := strings.FieldsFunc(s, func(r rune) bool { return r == '=' || r == '<' || r == ' ' || r == '：' })
	for i, f := range fields {
		t, ok := number(f)
		if !ok {
			continue
		}
		if t.kind == tTime || t.kind == tNumber && i+1 < len(fields) && isUnit(fields[i+1]) {
			return millis(t.value), true
		}
	}
	for _, f := range strings.Fields(s) {
		i := strings.LastIndexAny(f, "=<")
		if i <= 0 || strings.HasPrefix(strings.ToLower(f), "ttl") {
			continue
		}
		n := digits(f[i+1:])
		if n > 0 && n < 8 && unitLike(f[i+1+n:]) {
			v, _ := strconv.ParseFloat(f[i+1:i+1+n], 64)
			return millis(v), true
		}
	}
	return 0, false
}

// errorText knows the words of iputils, the BSDs and busybox; a sentence behind
// «address:» without any «=» is a refusal in a language we need not read.
func errorText(s string) (kind trace.Kind, typ, code uint8, ok bool) {
	low := strings.ToLower(s)
	for _, e := range []struct {
		words     string
		kind      trace.Kind
		typ, code uint8
	}{
		{"host unreachable", trace.HostUnreachable, 3, 1}, {"host is unreachable", trace.HostUnreachable, 3, 1},
		{"net unreachable", trace.NetUnreachable, 3, 0}, {"network is unreachable", trace.NetUnreachable, 3, 0},
		{"port unreachable", trace.PortUnreachable, 3, 3}, {"protocol unreachable", trace.ProtoUnreach, 3, 2},
		{"host prohibited", trace.Prohibited, 3, 10}, {"net prohibited", trace.Prohibited, 3, 9},
		{"packet filtered", trace.Prohibited, 3, 13}, {"prohibited by filter", trace.Prohibited, 3, 13},
		{"administratively prohibited", trace.Prohibited, 0, 0}, {"no route", trace.NetUnreachable, 0, 0},
		{"address unreachable", trace.HostUnreachable, 0, 0}, {"time to live exceeded", trace.TimeExceeded, 11, 0},
		{"ttl expired", trace.TimeExceeded, 0, 0}, {"hop limit", trace.TimeExceeded, 0, 0},
	} {
		if strings.Contains(low, e.words) {
			return e.kind, e.typ, e.code, true
		}
	}
	for _, f := range addresses(s) {
		rest := s[f.at:]
		i := strings.Index(rest, ": ")
		if i < 0 {
			i = strings.Index(rest, "：")
		}
		if i > 0 && i < 48 && !strings.ContainsAny(rest[i:], "=<") && len(strings.TrimSpace(rest[i+1:])) > 3 {
			return sentenceKind(rest[i:]), 0, 0, true
		}
	}
	return "", 0, 0, false
}
