package checklist

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// Events is what a report says happened, as far as a machine can be asked for
// it.
type Events struct {
	Sources []netip.Addr // the addresses the report accuses
	MACs    []string     // the same of a report about MAC addresses; octets may be masked
	List    []Event
	// ZoneKnown: the times of the list are exact. If not, they are a clock of
	// unknown zone read as UTC, and Match assumes an offset.
	ZoneKnown bool
	// Clock is how far the machine's clock, read as UTC, is ahead of the true
	// time: its zone and its error, as far as they are known.
	Clock time.Duration
}

// Event is a line of a report. Zero values are not told.
type Event struct {
	Time       time.Time
	Protocol   string // tcp, udp, …
	SourcePort int
	Target     netip.Addr
	Word       string // the target if it is no whole address: «198.51.100.xxx», a name
	TargetPort int
	PacketRate float64 // per second
}

// Grade says how sure it is which process did it.
type Grade string

// The grades. Proven: a process holds a socket to a reported target and port, or
// the reported source port. Strong: it talks to the reported port or target,
// is suspicious by itself and was running in time. Indirect: signs only.
const (
	Proven   Grade = "proven"
	Strong   Grade = "strong"
	Indirect Grade = "indirect"
	None     Grade = "none"
)

// Matching is what a report and a machine have in common.
type Matching struct {
	Grade     Grade
	Processes []Suspect // likeliest first, at most mostMatches
	// Targets are the parts of the report, those a process talks to first, the
	// larger first, and MoreTargets how many are not listed.
	Targets     []Target
	MoreTargets int
	Links       []Link // by target, then process
	// Against is what speaks against the match or against a break-in, Traces
	// what happened on the machine around the reported time.
	Against, Traces []diag.Finding
	// ClockOffset was added to the report's times to compare them with the
	// machine's; Assumed if it was chosen because most fits together then.
	ClockOffset time.Duration
	Assumed     bool
}

// Suspect is a process that may have caused what was reported. PID -1: sockets
// match, but no process is named as their owner.
type Suspect struct {
	PID        int
	Name, User string
	Exe        string
	Score      int
	Grade      Grade // of this one alone; None if it is excluded
	// Because are the reasons; Chain leads from the process to what started it.
	Because, Chain []diag.Finding
	// Excluded: it was started after what was reported; it may be a restart.
	Excluded bool
}

// mostMatches bounds the processes of a Matching.
const mostMatches = 20

// The points of a reason. They were set by hand and tried on the laboratory's
// cases; the order is what counts: the same source port cannot be chance, a
// port alone nearly always is.
const (
	pointsSamePort    = 100 // source port and target as reported
	pointsSourcePort  = 80  // holds the reported source port without a peer
	pointsTargetPort  = 80
	pointsNetworkPort = 60
	pointsTarget      = 50
	pointsRaw         = 40 // a scanner that makes its own packets has no socket per target
	pointsRawSame     = 50 // and they are of the reported protocol
	pointsMark        = 20 // file in a stray place, deleted, kernel thread's name
	pointsPort        = 15
	pointsBefore      = 10
	pointsIncoming    = -30
	pointsAfter       = -60
)

// clockSlack is how far clocks may differ unnoticed: two minutes, from which on
// the checklist calls a clock wrong.
const clockSlack = 2 * time.Minute

// Match says which processes of a machine fit a report.
func Match(r Events, h *Host) Matching {
	m := Matching{Grade: None}
	if m.guests(r, h) || m.whose(r, h) {
		return m
	}
	c := &candidates{people: people(h), byPID: map[int]*candidate{}, listens: listeningPorts(h), seen: map[seenEnd]string{}, ports: map[seenPort]bool{}}
	w := wantedOf(r)
	c.sockets(w, h)
	c.raw(w, h)
	first, last := stretch(r)
	m.ClockOffset, m.Assumed = c.offset(r, h, first, last)
	if !first.IsZero() {
		first, last = first.Add(m.ClockOffset), last.Add(m.ClockOffset)
	}
	c.marks(h, first, last)
	m.Processes = c.ranked()
	for i := range min(len(m.Processes), 3) {
		m.Processes[i].Chain = chain(m.Processes[i], h, c.people)
	}
	m.Grade = c.grade(m.Processes)
	m.link(r, c)
	m.Traces = traces(h, first, last)
	m.against(h, c, last)
	return m
}

// wanted is a report as sets to look sockets up in.
type wanted struct {
	samePort   map[wantedEnd]bool // port is the source's
	targetPort map[wantedEnd]bool
	target     map[netip.Addr]bool
	network    map[wantedNet]bool
	port       map[port]bool
	sourcePort map[port]bool
}

type wantedEnd struct {
	addr netip.Addr
	port port
}

type wantedNet struct {
	net  netip.Prefix
	port port
}

// mostEvents bounds what of a report is looked at.
const mostEvents = 1_000_000

func wantedOf(r Events) wanted {
	w := wanted{map[wantedEnd]bool{}, map[wantedEnd]bool{}, map[netip.Addr]bool{}, map[wantedNet]bool{}, map[port]bool{}, map[port]bool{}}
	for _, e := range r.List[:min(len(r.List), mostEvents)] {
		target := e.Target.Unmap().WithZone("")
		from, to := port{e.Protocol, e.SourcePort}, port{e.Protocol, e.TargetPort}
		if e.SourcePort > 0 {
			w.sourcePort[from] = true
		}
		if e.TargetPort > 0 {
			w.port[to] = true
		}
		var net netip.Prefix
		if target.IsValid() {
			w.target[target] = true
			w.samePort[wantedEnd{target, from}] = e.SourcePort > 0
			w.targetPort[wantedEnd{target, to}] = e.TargetPort > 0
			net = network(target)
		} else {
			net = maskedNetwork(e.Word)
		}
		if net.IsValid() && e.TargetPort > 0 {
			w.network[wantedNet{net, to}] = true
		}
	}
	return w
}

// maskedNetwork is the /24 of «198.51.100.xxx».
func maskedNetwork(word string) netip.Prefix {
	i := strings.LastIndexByte(word, '.')
	if i < 0 || digits(word[i+1:]) {
		return netip.Prefix{}
	}
	a, err := netip.ParseAddr(word[:i] + ".0")
	if err != nil {
		return netip.Prefix{}
	}
	return network(a)
}

// has looks a port up for a protocol, or for none if the report names none.
func has[K comparable](set map[K]bool, of func(port) K, p port) bool {
	return set[of(p)] || set[of(port{"", p.number})]
}

// reason says which part of a report a socket fits; points 0 if none.
func (w wanted) reason(s Socket) (code string, points int) {
	local, far := port{s.Protocol, s.Local.Port}, port{s.Protocol, s.Peer.Port}
	itself := func(p port) port { return p }
	if s.listening() {
		if s.Protocol == "udp" && has(w.sourcePort, itself, local) {
			return "source-port", pointsSourcePort
		}
		return "", 0
	}
	a := addressOf(s.Peer.Host)
	if !a.IsValid() || a.IsUnspecified() || s.Peer.Port <= 0 {
		return "", 0
	}
	end := func(p port) wantedEnd { return wantedEnd{a, p} }
	switch {
	case has(w.samePort, end, local):
		return "same-port", pointsSamePort
	case has(w.targetPort, end, far):
		return "target-port", pointsTargetPort
	case w.target[a]:
		return "target", pointsTarget
	case has(w.network, func(p port) wantedNet { return wantedNet{network(a), p} }, far):
		return "network-port", pointsNetworkPort
	case has(w.port, itself, far):
		return "port", pointsPort
	}
	return "", 0
}

// stretch is the first and last time of a report, zero if it tells none.
func stretch(r Events) (first, last time.Time) {
	for _, e := range r.List {
		if e.Time.IsZero() {
			continue
		}
		if first.IsZero() || e.Time.Before(first) {
			first = e.Time
		}
		if e.Time.After(last) {
			last = e.Time
		}
	}
	return first, last
}

// whose finds out whether the accused address is this machine's; true if it is
// that of a neighbour, whose processes are not listed here.
func (m *Matching) whose(r Events, h *Host) (elsewhere bool) {
	var own []string
	for _, a := range h.Addresses {
		p, err := netip.ParsePrefix(a.Prefix)
		if err != nil {
			continue
		}
		if slices.Contains(r.Sources, p.Addr()) {
			return false
		}
		if !p.Addr().IsLoopback() && !p.Addr().IsLinkLocalUnicast() && !slices.Contains(own, p.Addr().String()) && len(own) < 10 {
			own = append(own, p.Addr().String())
		}
	}
	if len(own) == 0 || len(r.Sources) == 0 {
		return false
	}
	for _, n := range h.Neighbours {
		if n.MAC != "" && slices.Contains(r.Sources, addressOf(n.Address)) {
			m.Against = append(m.Against, about("against.guest", diag.Warning, n.Where, "address", n.Address, "mac", n.MAC, "interface", shown(n.Interface)))
			return true
		}
	}
	m.Against = append(m.Against, about("against.address", diag.Notice, h.Addresses[0].Where, "address", r.Sources[0].String(), "own", strings.Join(own, ", ")))
	return false
}

// about makes a finding of the correlation.
func about(code string, severity diag.Severity, at Where, pairs ...any) diag.Finding {
	f := diag.Finding{Code: "evidence." + code, Severity: severity, Params: diag.Params{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Params[pairs[i].(string)] = pairs[i+1]
	}
	if at.Command != "" {
		f.Source = &diag.Source{Part: at.Command, Line: at.Line}
	}
	return f
}

// people are the processes by their PID, each put together from all outputs
// that know it.
func people(h *Host) map[int]Process {
	all := make(map[int]Process, len(h.Processes))
	for _, p := range h.Processes {
		if p.PID < 0 {
			continue
		}
		have, known := all[p.PID]
		if !known {
			all[p.PID] = p
			continue
		}
		have.PPID = cmp.Or(max(have.PPID, 0), p.PPID)
		have.User = cmp.Or(have.User, p.User)
		have.Name = cmp.Or(have.Name, p.Name)
		have.Args = cmp.Or(have.Args, p.Args)
		have.Exe = cmp.Or(have.Exe, p.Exe)
		have.Cwd = cmp.Or(have.Cwd, p.Cwd)
		if have.Started.IsZero() {
			have.Started = p.Started
		}
		all[p.PID] = have
	}
	return all
}

// strayPlace says whether a program lies where none is installed: a temporary
// or a hidden folder.
func strayPlace(exe string) bool {
	exe = strings.TrimSuffix(exe, " (deleted)")
	return slices.ContainsFunc([]string{"/tmp/", "/var/tmp/", "/dev/shm/", "/run/", "/var/run/"}, func(p string) bool { return strings.HasPrefix(exe, p) }) ||
		strings.HasPrefix(exe, "/") && strings.Contains(exe, "/.")
}
