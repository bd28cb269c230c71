package printed

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"latchkey/diag/trace"
)

// readPing reads ping of Linux, the BSDs, macOS, busybox, Windows in any
// language, and fping: the summary where there is one, else the answers.
func readPing(t *text) []finding {
	var all []finding
	var cur pingDraft
	flush := func() {
		if f, ok := cur.finding(); ok {
			all = append(all, f)
		}
		cur = pingDraft{}
	}
	for i, l := range t.lines {
		if len(l.s) > maxRowLen {
			continue
		}
		if len(cur.lines) > 0 && i-cur.lines[len(cur.lines)-1] > 8 {
			flush()
		}
		if cur.done() && (pingHeading(l.s) || cur.summary && isSummary(l.s)) {
			flush()
		}
		if cur.take(t, i) {
			cur.lines = append(cur.lines, i)
		}
	}
	flush()
	return all
}

// pingDraft gathers one ping.
type pingDraft struct {
	sent, received int
	min, avg, max  time.Duration
	summary, timed bool
	answers        []time.Duration
	seqLow, seqTop int
	refusals       []trace.Reply
	aim            aim
	lines          []int
	windows        bool
	headed         bool
}

// done reports whether the next heading begins another ping.
func (p *pingDraft) done() bool {
	return p.summary || len(p.answers) > 0 || len(p.refusals) > 0 || p.headed
}

func (p *pingDraft) take(t *text, i int) bool {
	s := t.lines[i].s
	if sent, received, windows, ok := summary(s, next(t, i)); ok {
		p.sent, p.received, p.summary, p.windows = sent, received, true, windows
		if lo, avg, hi, ok := summaryTimes(s); ok && !windows { // fping: all on one line
			p.min, p.avg, p.max, p.timed = lo, avg, hi, true
		}
		return true
	}
	if p.summary || p.headed || len(p.answers) > 0 {
		if lo, avg, hi, ok := summaryTimes(s); ok {
			p.min, p.avg, p.max, p.timed = lo, avg, hi, true
			return true
		}
	}
	if p.takeAnswer(s) || p.takeRefusal(s) {
		return true
	}
	return p.takeHeading(s)
}

func next(t *text, i int) string {
	if i+1 < len(t.lines) && len(t.lines[i+1].s) < maxRowLen {
		return t.lines[i+1].s
	}
	return ""
}

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
		return int(at(v, 0)), int(at(v, 1)), false, len(v) >= 3
	}
	if v := assigned(s); len(v) >= 3 && v[0] == v[1]+v[2] && v[0] > 0 {
		return v[0], v[1], true, true
	}
	before, _, _ := strings.Cut(s, "%")
	fields := strings.Split(before, ",")
	if len(fields) < 3 {
		fields = strings.FieldsFunc(before, func(r rune) bool { return r == ',' || r == '，' || r == '、' || r == ';' })
	}
	var v []int
	for _, f := range fields {
		f = strings.TrimLeft(f, " ")
		n := digits(f)
		if n == 0 || n > 9 || strings.HasPrefix(f, "+") {
			continue
		}
		x, _ := strconv.Atoi(f[:n])
		v = append(v, x)
	}
	if len(v) < 2 || v[1] > v[0] || v[0] == 0 || strings.Contains(before, "=") || len(strings.TrimSpace(fields[0])) < 8 {
		return 0, 0, false, false
	}
	first, _, _ := strings.Cut(strings.TrimLeft(fields[0], " "), " ")
	return v[0], v[1], false, digits(first) == len(first)
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
	if strings.Contains(head, "/") {
		if i := strings.Index(s, "min/avg/max ="); i >= 0 {
			after, found = s[i+len("min/avg/max ="):], true
		}
		v := slashed(after)
		if !found || len(v) < 3 || v[0] > v[1] || v[1] > v[2] {
			return 0, 0, 0, false
		}
		return millis(v[0]), millis(v[1]), millis(v[2]), true
	}
	var v []float64
	unit := ""
	for rest := s; ; {
		_, after, ok := strings.Cut(rest, "=")
		if !ok {
			break
		}
		rest = strings.TrimLeft(after, " ")
		n := digits(rest)
		if n == 0 || n > 9 {
			return 0, 0, 0, false
		}
		x, _ := strconv.ParseFloat(rest[:n], 64)
		v = append(v, x)
		rest = rest[n:]
		word := strings.TrimLeft(rest, " ")
		if i := strings.IndexAny(word, " ,;="); i >= 0 {
			word = word[:i]
		}
		if i := strings.IndexAny(word, "，、"); i >= 0 {
			word = word[:i]
		}
		if !unitLike(word) || unit != "" && word != unit {
			return 0, 0, 0, false // not three times with one unit: another line
		}
		unit = word
	}
	// Windows prints minimum, maximum, average.
	if len(v) != 3 || v[0] > v[2] || v[2] > v[1] {
		return 0, 0, 0, false
	}
	return millis(v[0]), millis(v[2]), millis(v[1]), true
}

// takeAnswer reads an echo reply: «64 bytes from …: icmp_seq=1 ttl=59
// time=0.07 ms», «Reply from …: bytes=32 time=12ms TTL=57» in any language.
func (p *pingDraft) takeAnswer(s string) bool {
	low := strings.ToLower(s)
	ttl := strings.Contains(low, "ttl=") || strings.Contains(low, "hlim=")
	seq := strings.Contains(low, "seq=")
	if !ttl && !seq && strings.Count(s, "=") < 2 && !strings.Contains(s, ": time") {
		return false
	}
	if len(addresses(s)) == 0 && !strings.Contains(s, ":") {
		return false
	}
	rtt, ok := answerTime(s)
	if !ok || !ttl && !seq && !p.headed && p.aim.tool == "" {
		return false
	}
	p.answers = append(p.answers, rtt)
	p.noteSeq(low)
	return true
}

// answerTime finds the last «=12ms», «<1ms» or «=0.07 ms» of a line.
func answerTime(s string) (time.Duration, bool) {
	tokens := strings.FieldsFunc(s, func(r rune) bool { return r == '=' || r == '<' || r == ' ' || r == '：' })
	for i, f := range tokens {
		t, ok := number(f)
		if ok && t.kind == tNumber && i+1 < len(tokens) && isUnit(tokens[i+1]) {
			t.kind = tTime
		}
		if ok && t.kind == tTime {
			return millis(t.value), true
		}
	}
	// a unit in unknown letters: «Zeit=12??»
	for _, f := range strings.Fields(s) {
		if i := strings.LastIndexAny(f, "=<"); i > 0 && i+1 < len(f) && isDigit(f[i+1]) && !strings.HasPrefix(strings.ToLower(f), "ttl") {
			n := digits(f[i+1:])
			if unit := f[i+1+n:]; unit != "" && unitLike(unit) {
				v, _ := strconv.ParseFloat(f[i+1:i+1+n], 64)
				return millis(v), true
			}
		}
	}
	return 0, false
}

func (p *pingDraft) noteSeq(low string) {
	_, after, ok := strings.Cut(low, "seq=")
	n := digits(after)
	if !ok || n == 0 || n > 8 {
		return
	}
	seq, _ := strconv.Atoi(after[:n])
	if p.seqTop == 0 && p.seqLow == 0 {
		p.seqLow, p.seqTop = seq, seq
	}
	p.seqLow, p.seqTop = min(p.seqLow, seq), max(p.seqTop, seq)
}

// takeRefusal reads an answer that says no: «From … icmp_seq=1 Destination
// Host Unreachable», Windows' «Reply from …: » with a sentence.
func (p *pingDraft) takeRefusal(s string) bool {
	found := addresses(s)
	if len(found) == 0 || !p.headed && p.aim.tool == "" {
		return false
	}
	kind, typ, code, ok := errorText(s)
	if !ok {
		return false
	}
	r := reply(found[0].name, found[0].addr, trace.Unknown)
	r.Kind, r.Type, r.Code, r.HasICMP = kind, typ, code, typ != 0
	if len(p.refusals) < 255 {
		p.refusals = append(p.refusals, r)
	}
	p.noteSeq(strings.ToLower(s))
	return true
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

func pingHeading(s string) bool {
	if c, ok := command(s); ok && strings.HasPrefix(c.tool, "ping") {
		return true
	}
	return strings.HasPrefix(strings.TrimLeft(s, " "), "PING ") || windowsPingHeading(s)
}

// windowsPingHeading recognises «Pinging name [address] with 32 bytes of
// data:» in any language by its shape: an address, the number 32 or another
// size, a colon at the end.
func windowsPingHeading(s string) bool {
	found := addresses(s)
	if len(found) == 0 || strings.ContainsAny(s, "=*%") || len(s) > 200 {
		return false
	}
	tail := strings.TrimRight(s, " ")
	if !strings.HasSuffix(tail, ":") && !strings.HasSuffix(tail, "：") && !found[0].wrapped {
		return false
	}
	return sizeIn(s[found[0].at:]) || sizeIn(s[:found[0].at])
}

// sizeIn finds a number that stands alone.
func sizeIn(s string) bool {
	for _, f := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r > 0x7F }) {
		if n := digits(f); n > 0 && n == len(f) && n <= 5 {
			return true
		}
	}
	return false
}

func (p *pingDraft) takeHeading(s string) bool {
	found := addresses(s)
	c, typed := command(s)
	if typed && strings.HasPrefix(c.tool, "ping") && (len(found) == 0 || !found[0].wrapped && !strings.HasSuffix(s, ":")) {
		p.aim.takeCommand(c, 0)
		p.aim.lines = nil
		return true
	}
	if !pingHeading(s) {
		return strings.Contains(s, "--- ") && strings.Contains(s, "ping statistics") && p.done()
	}
	p.headed = true
	if len(found) > 0 {
		p.aim.addr, p.aim.name = found[0].addr, found[0].name
	} else if f := strings.Fields(s); len(f) > 1 {
		p.aim.name = reply(f[1], netip.Addr{}, 0).Name
	}
	return true
}

// finding settles a ping. Windows counts refusals as received; they are taken
// out where no times were printed for them.
func (p *pingDraft) finding() (finding, bool) {
	evidence := len(p.answers) + len(p.refusals)
	headed := p.headed || p.aim.tool != ""
	if !p.summary && (evidence == 0 || evidence < 2 && !headed) {
		return finding{}, false
	}
	if p.summary && !headed && evidence == 0 && !p.timed && len(p.lines) < 2 && !p.windows {
		return finding{}, false
	}
	f := finding{score: 2*len(p.lines) + 1, lines: sortedSet(p.lines)}
	f.Kind, f.Format = Ping, "ping"
	f.Path.Tool, f.Path.Target, f.Path.Name = "ping", p.aim.addr, p.aim.name
	f.Path.Method = trace.ICMP
	g := &trace.Ping{Sent: p.sent, Received: p.received, Min: p.min, Avg: p.avg, Max: p.max, Refusals: p.refusals}
	if !p.summary {
		f.Warnings = append(f.Warnings, Warning{Code: WarnNoSummary})
		g.Received = len(p.answers)
		g.Sent = max(evidence, p.seqTop-p.seqLow+1)
	}
	if p.windows && len(p.refusals) > 0 && g.Received > len(p.answers) {
		f.Warnings = append(f.Warnings, Warning{Code: WarnRefusals, Text: itoa(len(p.refusals))})
		g.Received = max(g.Received-len(p.refusals), len(p.answers))
	}
	if !p.timed {
		g.Min, g.Avg, g.Max = spread(p.answers)
	}
	f.Ping = g
	return f, true
}

// spread gives the least, mean and greatest time, Unknown for none.
func spread(d []time.Duration) (lo, avg, hi time.Duration) {
	if len(d) == 0 {
		return trace.Unknown, trace.Unknown, trace.Unknown
	}
	lo, hi = d[0], d[0]
	var sum time.Duration
	for _, x := range d {
		lo, hi, sum = min(lo, x), max(hi, x), sum+x
	}
	return lo, sum / time.Duration(len(d)), hi
}
