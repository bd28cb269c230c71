package printed

import (
	"net/netip"
	"strconv"
	"strings"

	"latchkey/diag"
	"latchkey/diag/trace"
)

// draft is a trace before its meaning is settled.
type draft struct {
	format, tool string
	method       trace.Method
	table        table
	aim          aim
	// ends tells what the tool's way of printing says about its end.
	ends ending
	// marks: the tool prints refusals («!H»), so an unmarked answer of another
	// host than the target is a router's ordinary one.
	marks bool
	// reached is set where the tool itself says it («reached» of tracepath).
	reached diag.Answer
	// ended is set where the tool says that it stopped by itself.
	ended bool
}

// ending is what the last row of a finished output means.
type ending uint8

const (
	endsOpen   ending = iota // more rows may have followed
	endsReport               // a report: mtr's last row is the target, or one row of silence
	endsExact                // a report in a machine's format that names its target
)

// path settles a draft: hops without gaps, what each answer means, whether the
// target answered, whether the output is whole.
func (d draft) path() trace.Path {
	p := trace.Path{
		Method: d.method, Tool: d.tool,
		Target: d.aim.addr, Name: d.aim.name, Source: d.aim.source,
	}
	for _, r := range d.table.rows {
		for len(p.Hops) < r.ttl && len(p.Hops) < 255 {
			p.Hops = append(p.Hops, trace.Hop{TTL: len(p.Hops) + 1})
		}
		if r.ttl < 1 || r.ttl > 255 {
			continue
		}
		h := &p.Hops[r.ttl-1]
		h.Sent += r.sent
		h.Lost += r.lost
		for _, x := range r.replies {
			if x.Addr.IsValid() || x.Name != "" {
				h.Replies = append(h.Replies, x)
			} else {
				h.Lost = min(h.Lost+1, h.Sent) // «0.0.0.0» is nobody
			}
		}
	}
	d.settleKinds(&p)
	p.Reached = d.reached
	if p.Reached == diag.NotAsked {
		p.Reached = d.didReach(p)
	}
	p.Complete = d.whole(p)
	return p
}

// settleKinds gives a Kind to answers printed without a mark.
func (d draft) settleKinds(p *trace.Path) {
	last, _ := p.Last()
	for i := range p.Hops {
		h := &p.Hops[i]
		for j := range h.Replies {
			r := &h.Replies[j]
			switch {
			case r.Kind != "":
			case p.Target.IsValid() && r.Addr == p.Target, h.TTL == last.TTL && sameName(p.Name, *r):
				r.Kind = trace.Answered
			case h.TTL < len(p.Hops) || d.marks && d.aim.known(): // the tool went on, or would have
				r.Kind = trace.TimeExceeded
			default:
				r.Kind = trace.Answered
			}
		}
	}
}

// didReach answers whether the target itself answered:
//  1. yes, if an answer carries the target's address, or at the last hop its name;
//  2. no, if silent rows follow the last answer: no tool goes on behind the target;
//  3. no, if the last answer refuses, or repeats the router before it;
//  4. no, if the target's address is known and the last hop shows another one;
//  5. yes, if the last name carries the target's address, or a machine's report
//     ends in an answer;
//  6. else nobody told.
func (d draft) didReach(p trace.Path) diag.Answer {
	last, any := p.Last()
	switch {
	case targetAnswered(p):
		return diag.Yes
	case !any, refused(last), d.repeated(p):
		return diag.No
	case p.SilentAfter() > 0:
		if d.aim.known() || d.ends != endsOpen || p.SilentAfter() >= 3 {
			return diag.No
		}
		return diag.NotAsked
	case lastElsewhere(p, last):
		return diag.No
	case carries(last, p.Target):
		return diag.Yes
	case d.ends == endsExact && d.aim.known() && !addressed(last) && last.TTL < 30:
		return diag.Yes
	}
	return diag.NotAsked
}

// targetAnswered looks for the target's address at any hop, and for its name
// at the last one.
func targetAnswered(p trace.Path) bool {
	last, _ := p.Last()
	for _, h := range p.Hops {
		for _, r := range h.Replies {
			if p.Target.IsValid() && r.Addr == p.Target || h.TTL == last.TTL && sameName(p.Name, r) {
				return true
			}
		}
	}
	return false
}

func sameName(want string, r trace.Reply) bool {
	got := r.Name
	if want == "" || got == "" {
		return false
	}
	if masked(want) || !strings.Contains(want, ".") {
		return want == got
	}
	want, got = strings.ToLower(strings.TrimSuffix(want, ".")), strings.ToLower(strings.TrimSuffix(got, "."))
	return want == got || len(got) >= mtrColumn-2 && strings.HasPrefix(want, got)
}

// refused reports whether all answers of a hop say no.
func refused(h trace.Hop) bool {
	for _, r := range h.Replies {
		if !r.Kind.Refusal() {
			return false
		}
	}
	return !h.Silent()
}

// repeated reports whether the last row of a report shows the router before
// it once more: mtr prints refusals that way, without a mark.
func (d draft) repeated(p trace.Path) bool {
	n := len(p.Hops)
	if d.ends == endsOpen || n < 2 || p.Hops[n-1].Silent() || p.Hops[n-2].Silent() {
		return false
	}
	a, b := p.Hops[n-1].Replies[0], p.Hops[n-2].Replies[0]
	return a.Addr == b.Addr && a.Name == b.Name
}

// lastElsewhere reports whether the last hop shows addresses, all of them
// other than the target's known or partly masked one.
func lastElsewhere(p trace.Path, last trace.Hop) bool {
	if !addressed(last) {
		return false
	}
	if p.Target.IsValid() {
		return true
	}
	if !masked(p.Name) {
		return false
	}
	want := strings.Split(p.Name, ".")
	for _, r := range last.Replies {
		got := strings.Split(r.Addr.String(), ".")
		fits := len(got) == 4
		for i := 0; fits && i < 4; i++ {
			fits = digits(want[i]) != len(want[i]) || want[i] == got[i]
		}
		if fits {
			return false
		}
	}
	return true
}

func addressed(h trace.Hop) bool {
	for _, r := range h.Replies {
		if !r.Addr.IsValid() {
			return false
		}
	}
	return !h.Silent()
}

// carries reports whether a name contains the four numbers of an IPv4 address
// in either order («static.20.10.0.192.clients.example», «host-192-0-10-20»).
func carries(h trace.Hop, a netip.Addr) bool {
	if !a.Is4() {
		return false
	}
	b := a.As4()
	for _, r := range h.Replies {
		var n []int
		for _, f := range strings.FieldsFunc(r.Name, func(c rune) bool { return c < '0' || c > '9' }) {
			v, err := strconv.Atoi(f)
			if err != nil {
				v = -1
			}
			n = append(n, v)
		}
		for i := 0; i+4 <= len(n); i++ {
			fwd, back := true, true
			for k := range 4 {
				fwd = fwd && n[i+k] == int(b[k])
				back = back && n[i+k] == int(b[3-k])
			}
			if fwd || back {
				return true
			}
		}
	}
	return false
}

// whole answers whether the output ran to its end: it reached the target, was
// refused, filled its hops, or is a report.
func (d draft) whole(p trace.Path) bool {
	n := len(d.table.rows)
	if n == 0 || d.table.rows[n-1].cut {
		return false
	}
	if d.ended || d.ends != endsOpen || p.Reached == diag.Yes {
		return true
	}
	last, any := p.Last()
	if any && refused(last) {
		return true
	}
	limit := d.aim.max
	return limit > 0 && len(p.Hops) >= limit
}

// finding packs a settled draft.
func (d draft) finding() (finding, bool) {
	score := d.table.score(d.aim)
	if score == 0 {
		return finding{}, false
	}
	f := finding{score: score}
	f.Kind, f.Format, f.Path = Trace, d.format, d.path()
	f.Warnings = d.table.warnings
	if !f.Path.Target.IsValid() && f.Path.Name == "" {
		f.Warnings = append(f.Warnings, Warning{Code: WarnNoTarget})
	}
	if masked(f.Path.Name) {
		f.Warnings = append(f.Warnings, Warning{Code: WarnMasked, Text: f.Path.Name})
	}
	if last := d.table.rows[len(d.table.rows)-1]; last.cut {
		f.Warnings = append(f.Warnings, Warning{Code: WarnCut})
	}
	f.lines = append(f.lines, d.aim.lines...)
	for _, r := range d.table.rows {
		if r.mute {
			f.Warnings = append(f.Warnings, Warning{Code: WarnNoAddress, Text: itoa(r.ttl)})
		}
		f.lines = append(f.lines, r.lines...)
	}
	f.lines = sortedSet(f.lines)
	return f, true
}
