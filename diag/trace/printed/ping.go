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

// takeAnswer reads an echo reply: «64 bytes from …: icmp_seq=1 ttl=59
// time=0.07 ms», «Reply from …: bytes=32 time=12ms TTL=57» in any language.
func (p *pingDraft) takeAnswer(s string) bool {
	low := strings.ToLower(s)
	ttl := strings.Contains(low, "ttl=") || strings.Contains(low, "hlim=")
	seq := strings.Contains(low, "seq=")
	from := len(addresses(s)) > 0
	if !ttl && !seq && !from || !from && !strings.Contains(s, ":") {
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

// finding settles a ping.
func (p *pingDraft) finding() (finding, bool) {
	if !p.plausible() {
		return finding{}, false
	}
	f := finding{score: 2*len(p.lines) + 1, lines: sortedSet(p.lines)}
	f.Kind, f.Format = Ping, "ping"
	f.Path.Tool, f.Path.Target, f.Path.Name = "ping", p.aim.addr, p.aim.name
	f.Path.Method = trace.ICMP
	f.Ping = &trace.Ping{Sent: p.sent, Received: p.received, Min: p.min, Avg: p.avg, Max: p.max, Refusals: p.refusals}
	if !p.summary {
		f.Warnings = append(f.Warnings, Warning{Code: WarnNoSummary})
		f.Ping.Received = len(p.answers)
		f.Ping.Sent = max(len(p.answers)+len(p.refusals), p.seqTop-p.seqLow+1)
	}
	if p.windows && len(p.refusals) > 0 && f.Ping.Received > len(p.answers) {
		// Windows counts refusals as received.
		f.Warnings = append(f.Warnings, Warning{Code: WarnRefusals, Text: itoa(len(p.refusals))})
		f.Ping.Received = max(f.Ping.Received-len(p.refusals), len(p.answers))
	}
	if !p.timed {
		f.Ping.Min, f.Ping.Avg, f.Ping.Max = spread(p.answers)
	}
	return f, true
}

// plausible asks for a summary with something beside it, or answers under a
// heading, or two answers.
func (p *pingDraft) plausible() bool {
	evidence := len(p.answers) + len(p.refusals)
	headed := p.headed || p.aim.tool != ""
	if p.summary {
		return headed || evidence > 0 || p.timed || p.windows || len(p.lines) >= 2
	}
	return evidence >= 2 || evidence == 1 && headed
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
