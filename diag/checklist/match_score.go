package checklist

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// candidate is a process while its points are counted.
type candidate struct {
	Suspect
	at      Where
	socket  int // points of its best socket
	marked  bool
	before  bool
	out     bool // a socket of it that fits is none that came in
	started time.Time
	counts  map[string]int
}

// because adds a reason once.
func (c *candidate) because(points int, code string, at Where, pairs ...any) {
	c.Score += points
	c.Because = append(c.Because, about("match."+code, severityOf(points), at, append(pairs, "points", points)...))
}

func severityOf(points int) diag.Severity {
	switch {
	case points >= pointsTarget:
		return diag.Critical
	case points >= pointsMark:
		return diag.Warning
	}
	return diag.Notice
}

type candidates struct {
	people  map[int]Process
	byPID   map[int]*candidate
	listens map[port]bool
	seen    map[seenEnd]string // why a far end fits
	ports   map[seenPort]bool
}

// mostCandidates bounds the processes looked at: more than the kernel numbers by
// default (32,768).
const mostCandidates = 50_000

// of is the candidate with this PID, new if need be.
func (c *candidates) of(s Socket) *candidate {
	if k := c.byPID[s.PID]; k != nil {
		return k
	}
	p := c.people[s.PID]
	k := &candidate{at: s.Where, started: p.Started, counts: map[string]int{}}
	k.Suspect = Suspect{PID: s.PID, Name: shown(cmp.Or(p.Name, s.Name)), User: shown(cmp.Or(p.User, s.User)), Exe: shown(p.Exe)}
	if len(c.byPID) < mostCandidates { // what is beyond is forged, and counted for nothing
		c.byPID[s.PID] = k
	}
	return k
}

// ends tell a socket from others of a machine.
type ends struct {
	protocol    string
	local, peer End
}

func endsOf(s Socket) ends { return ends{s.Protocol, s.Local, s.Peer} }

// holders are the PIDs that sockets belong to, -1 where no output tells.
func holders(h *Host) map[ends]int {
	all := map[ends]int{}
	for _, s := range h.Sockets {
		if s.PID >= 0 {
			all[endsOf(s)] = s.PID
		} else if _, known := all[endsOf(s)]; !known {
			all[endsOf(s)] = -1
		}
	}
	return all
}

// sockets gives points for sockets: each kind of match counts once, and the
// number of sockets is told. A socket in several outputs is one.
func (c *candidates) sockets(w wanted, h *Host) {
	owner := holders(h)
	incoming := map[int]bool{}
	for _, s := range h.Sockets {
		e := endsOf(s)
		if pid, left := owner[e]; !left || pid != s.PID {
			continue
		}
		delete(owner, e)
		code, points := w.reason(s)
		if points == 0 {
			continue
		}
		k := c.of(s)
		in := !s.listening() && c.listens[port{s.Protocol, s.Local.Port}]
		k.out = c.saw(s, code, in) || k.out
		if k.counts[code]++; k.counts[code] == 1 {
			k.socket = max(k.socket, points)
			k.because(points, code, s.Where, "address", shown(cmp.Or(s.Peer.Host, s.Local.Host)), "port", max(s.Peer.Port, s.Local.Port*b2i(s.listening())))
		}
		if in && !incoming[s.PID] {
			incoming[s.PID] = true
			k.because(pointsIncoming, "incoming", s.Where, "port", s.Local.Port)
		}
	}
	for _, k := range c.byPID {
		for i := range k.Because {
			if n := k.counts[strings.TrimPrefix(k.Because[i].Code, "evidence.match.")]; n > 0 {
				k.Because[i].Params["count"] = n
			}
		}
	}
}

// saw notes a far end that fits a report. A process may hold several sockets to
// one; the better reason stays. Who came in was not called, unless both ends are
// as reported; then it says no.
func (c *candidates) saw(s Socket, code string, in bool) bool {
	if s.listening() {
		return true
	}
	if in && code != "same-port" {
		return false
	}
	c.ports[seenPort{s.PID, s.Peer.Port}] = true
	at := seenEnd{s.PID, wantedEnd{addressOf(s.Peer.Host), port{s.Protocol, s.Peer.Port}}}
	if had, known := c.seen[at]; !known || rank(linkGrade(code)) > rank(linkGrade(had)) {
		c.seen[at] = code
	}
	return true
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// sniffers only listen: their packet sockets send nothing.
var sniffers = []string{"tcpdump", "tshark", "dumpcap", "ntopng", "iftop", "nethogs", "suricata", "snort", "zeek", "vnstatd", "darkstat", "pmacctd", "softflowd"}

// raw gives points to holders of raw and packet sockets that have no business
// with them. A raw socket of the reported protocol can do nothing but send and
// receive such packets.
func (c *candidates) raw(w wanted, h *Host) {
	for _, s := range rawSockets(h) {
		if s.PID < 0 || slices.Contains(sniffers, s.Name) && !strayPlace(c.people[s.PID].Exe) {
			continue
		}
		points := pointsRaw
		if s.Protocol == "raw" && w.sends(s.Local.Port) {
			points = pointsRawSame
		}
		if k := c.of(s); k.counts["raw"] == 0 {
			k.counts["raw"] = points
			k.because(points, "raw", s.Where, "protocol", s.Protocol)
		}
	}
}

// sends says whether a report is about an IP protocol (IANA protocol numbers:
// 6 TCP, 17 UDP, 255 any); one that names none is about either.
func (w wanted) sends(number int) bool {
	if number == 255 {
		return true
	}
	for p := range w.port {
		switch p.protocol {
		case "tcp":
			return number == rawProtocol
		case "udp":
			return number == 17
		}
	}
	return number == rawProtocol || number == 17
}

// marks gives points for what a process looks like and when it was started. If
// no socket fits well, processes that look suspicious become candidates too.
func (c *candidates) marks(h *Host, first, last time.Time) {
	best := 0
	for _, k := range c.byPID {
		best = max(best, k.socket)
	}
	judged := suspicions(h)
	if best < pointsTarget {
		for pid, p := range c.people {
			if strayPlace(p.Exe) || strings.HasSuffix(p.Exe, " (deleted)") && strayPlace(p.Cwd) || judged[pid].Code != "" {
				c.of(Socket{Where: p.Where, PID: pid})
			}
		}
	}
	for pid, k := range c.byPID {
		k.looks(c.people[pid], judged[pid])
		k.time(c.people[pid].Where, first, last)
	}
}

// suspicions are the strongest findings of the rules about processes, by PID.
func suspicions(h *Host) map[int]diag.Finding {
	all := map[int]diag.Finding{}
	for _, f := range Judge(h) {
		pid, ok := f.Params["pid"].(int)
		if ok && pid >= 0 && strings.HasPrefix(f.Rule, "P") && (f.Severity == diag.Critical || f.Severity == diag.Warning) && all[pid].Code == "" {
			all[pid] = f
		}
	}
	return all
}

// looks gives points for file and name; what else a rule found counts if none
// of these does.
func (k *candidate) looks(p Process, judged diag.Finding) {
	if strayPlace(p.Exe) {
		k.marked = true
		k.because(pointsMark, "stray", p.Where, "path", shown(p.Exe))
	}
	if strings.HasSuffix(p.Exe, " (deleted)") {
		k.marked = k.marked || strayPlace(p.Exe)
		k.because(pointsMark, "deleted", p.Where, "path", shown(p.Exe))
	}
	// a real thread of the kernel has neither a file nor sockets
	if kernelThread(k.Name) && (k.socket > 0 || p.Exe != "") {
		k.marked = true
		k.because(pointsMark, "kernel-name", p.Where, "name", k.Name)
	}
	if !k.marked && judged.Code != "" {
		k.marked = true
		k.because(pointsMark, "rule", k.at, "rule", judged.Rule)
	}
}

// time holds the start of a process against the reported time.
func (k *candidate) time(at Where, first, last time.Time) {
	if k.started.IsZero() || first.IsZero() {
		return
	}
	started := k.started.Format(time.DateTime)
	switch {
	case !k.started.After(first.Add(clockSlack)):
		k.before = true
		k.because(pointsBefore, "before", at, "time", started)
	case k.started.After(last.Add(clockSlack)):
		k.Excluded = true
		k.because(pointsAfter, "after", at, "time", started)
	}
}

// ranked are the candidates, likeliest first and the excluded last; those with
// nothing but a start in time are left out.
func (c *candidates) ranked() []Suspect {
	all := []Suspect{}
	for _, k := range c.byPID {
		if k.socket > 0 || k.marked || k.counts["raw"] > 0 {
			all = append(all, k.Suspect)
		}
	}
	slices.SortFunc(all, func(a, b Suspect) int {
		return cmp.Or(b2i(a.Excluded)-b2i(b.Excluded), b.Score-a.Score, b2i(a.PID < 0)-b2i(b.PID < 0), a.PID-b.PID)
	})
	return all[:min(len(all), mostMatches)]
}

// grade says of each process how sure it is, and gives the best of that.
func (c *candidates) grade(ranked []Suspect) Grade {
	best := None
	for i, m := range ranked {
		k, g := c.byPID[m.PID], None
		switch {
		case m.Excluded || m.Score <= 0:
		case m.PID < 0:
			g = Indirect
		case k.counts["same-port"]+k.counts["target-port"]+k.counts["source-port"] > 0:
			g = Proven
		case k.marked && (k.counts["target"] > 0 || k.before && k.socket > 0):
			g = Strong
		default:
			g = Indirect
		}
		ranked[i].Grade = g
		if rank(g) > rank(best) {
			best = g
		}
	}
	return best
}

func rank(g Grade) int { return slices.Index([]Grade{None, Indirect, Strong, Proven}, g) }

// offsets are the offsets tried for a report without zone: UTC, Central European
// Time and its summer time, ahead or behind; the nearer first.
var offsets = []time.Duration{0, -time.Hour, time.Hour, -2 * time.Hour, 2 * time.Hour}

// offset is what is added to the report's times. Without a known zone it is the
// one with which most of the machine's events fall into the reported time and
// fewest of the matching processes were started after it.
func (c *candidates) offset(r Events, h *Host, first, last time.Time) (offset time.Duration, assumed bool) {
	if r.ZoneKnown || first.IsZero() {
		return r.Clock, false
	}
	best, most := time.Duration(0), 0
	for i, zone := range offsets {
		from, to := first.Add(zone+r.Clock-10*time.Minute), last.Add(zone+r.Clock+clockSlack)
		fits := 0
		for _, k := range c.byPID {
			switch {
			case k.started.IsZero() || k.socket < pointsTarget && k.counts["raw"] == 0:
			case k.started.After(to):
				fits -= 3
			case k.started.After(from):
				fits += 3
			}
		}
		fits += min(3, happened(h, from, to))
		if i == 0 || fits > most {
			best, most = zone, fits
		}
	}
	return best + r.Clock, true
}

// happened counts logins and web requests that came in between two times.
func happened(h *Host, from, to time.Time) (n int) {
	within := func(t time.Time) bool { return !t.IsZero() && t.After(from) && t.Before(to) }
	for _, l := range h.Logins {
		n += b2i(l.Success && within(l.Time))
	}
	for _, q := range h.Requests {
		n += b2i(q.Method == "POST" && within(q.Time))
	}
	return n
}
