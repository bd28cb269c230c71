package abuse

import (
	"math"
	"slices"

	"latchkey/diag"
	"latchkey/diag/abuse/grammar"
)

// Hypothesis is a cause that explains the report, with what speaks for it and
// what would disprove it. It is a reading of a log, never a verdict of guilt.
type Hypothesis struct {
	Code     string // lasting: «p2p», «worm», …
	Level    Level
	Reasons  []diag.Finding
	Disproof int // how many tests would disprove it; their words are numbered from 1
}

// Level says how well a Hypothesis fits. None is certain: a log shows what was
// sent, not by whom.
type Level int

// The levels.
const (
	Unlikely Level = iota // considered, and something speaks against it
	Possible
	Likely
)

// cause is one rule: whether it applies to such a report, and how well.
type cause struct {
	code     string
	disproof int
	judge    func(*Report) (Level, []diag.Finding, bool)
}

// causes are what such reports turned out to come from. The figures are those
// that told 44 scan tables with known outcome apart. Of causes that fit equally
// well the first is shown first: harmless ones come after those that are not.
func causes() []cause {
	return []cause{
		{"worm", 2, judgeWorm},
		{"brute-force", 2, judgeBruteForce},
		{"scan-tool", 2, judgeScanTool},
		{"p2p", 2, judgePeers},
		{"overlay", 1, judgeOverlay},
		{"kubernetes", 1, judgeKubernetes},
		{"customer", 1, judgeCustomer},
		{"flooder", 2, judgeFlooder},
		{"reflector", 2, judgeReflector},
		{"load-test", 1, judgeLoadTest},
		{"bridged-guest", 1, judgeBridgedGuest},
		{"kernel-frames", 1, judgeKernelFrames},
		{"web-app", 2, judgeWebApp},
		{"mail-account", 2, judgeMailAccount},
		{"open-service", 1, judgeOpenService},
		{"malware", 2, judgeMalware},
	}
}

// mostHypotheses is how many are shown: more would be a list of everything.
const mostHypotheses = 4

// hypotheses lists the causes that fit, best first. Where the server was the
// victim there is none to look for.
func hypotheses(r *Report) []Hypothesis {
	if r.Direction == In {
		return nil
	}
	var all []Hypothesis
	for _, c := range causes() {
		if level, reasons, ok := c.judge(r); ok {
			all = append(all, Hypothesis{c.code, level, reasons, c.disproof})
		}
	}
	slices.SortStableFunc(all, func(a, b Hypothesis) int { return int(b.Level) - int(a.Level) })
	return all[:min(len(all), mostHypotheses)]
}

// scans reports whether the rows are connections to many hosts or ports.
func (r *Report) scans() bool {
	switch r.Incident {
	case NetScan, PortScan, LoginAttack, Malware, UnknownKind:
		return r.Counted() > 0 && r.LogType != grammar.AuthLog && r.LogType != grammar.WebLog && r.TargetCount > 0
	}
	return false
}

// The borders between what was seen of worms (71 to 100 % neighbours), of
// random scanners (5 to 18 %) and of peer-to-peer programs (0, once 33 %).
const (
	sweeps    = 0.6
	scattered = 0.35
)

// fewTargets is up to how many targets shares say little.
const fewTargets = 5

func judgeWorm(r *Report) (Level, []diag.Finding, bool) {
	s := r.Shape
	if !r.scans() {
		return 0, nil, false
	}
	if s.NeighbourShare < sweeps || s.TargetPort < 0 {
		if s.PeerPort >= 0 || r.Incident == PortScan {
			return 0, nil, false
		}
		return Unlikely, []diag.Finding{r.reason("no-neighbours", "percent", percent(s.NeighbourShare))}, r.TargetCount > fewTargets
	}
	reasons := []diag.Finding{
		r.reason("neighbours", "percent", percent(s.NeighbourShare)),
		r.portReason("one-target-port", s.TargetPort),
	}
	level := Possible
	if r.TargetCount > fewTargets && s.SourcePorts != OnePort {
		level = Likely
	}
	if s.SourcePorts == FreshPorts {
		reasons = append(reasons, r.reason("fresh-source-ports"))
	}
	if s.PrivateShare > 0.5 {
		reasons = append(reasons, r.reason("private-sweep"))
	}
	return level, reasons, true
}

func judgePeers(r *Report) (Level, []diag.Finding, bool) {
	s := r.Shape
	if !r.scans() {
		return 0, nil, false
	}
	score := 0
	var reasons []diag.Finding
	if s.PeerPort >= 0 {
		score += 2
		reasons = append(reasons, r.reason("peer-port", "port", s.PeerPort, "program", peerProgram(s.PeerPort)))
	}
	if s.PrivateShare >= 0.5 && s.NeighbourShare < scattered {
		score++
		reasons = append(reasons, r.reason("private-targets", "percent", percent(s.PrivateShare)))
	}
	if s.RowsPerTarget >= 1.5 && r.TargetCount > fewTargets {
		score++
		reasons = append(reasons, r.reason("retries", "ratio", math.Round(s.RowsPerTarget*10)/10))
	}
	if s.NeighbourShare >= sweeps && r.TargetCount > fewTargets {
		score -= 3
		reasons = append(reasons, r.reason("neighbours", "percent", percent(s.NeighbourShare)))
	}
	switch {
	case score >= 3, score == 2 && s.PeerPort >= 0 && s.NeighbourShare < scattered:
		return Likely, reasons, true
	case score >= 1:
		return Possible, reasons, true
	}
	if len(reasons) == 0 {
		reasons = append(reasons, r.reason("no-peer-port"))
	}
	return Unlikely, reasons, r.TargetCount > fewTargets
}

func judgeOverlay(r *Report) (Level, []diag.Finding, bool) {
	n := r.Shape.OverlayRows
	if n == 0 || r.Counted() == 0 {
		return 0, nil, false
	}
	level := Possible
	if n*2 >= r.Counted() && r.Shape.NeighbourShare < sweeps {
		level = Likely
	}
	return level, []diag.Finding{r.reason("overlay-networks", "count", n)}, true
}

func judgeKubernetes(r *Report) (Level, []diag.Finding, bool) {
	n := r.Shape.ClusterRows
	if n == 0 || r.Counted() == 0 {
		return 0, nil, false
	}
	level := Possible
	if n*2 >= r.Counted() && r.Counted() < 100 && r.Shape.PeerPort < 0 {
		level = Likely
	}
	return level, []diag.Finding{r.reason("cluster-networks", "count", n)}, true
}

func judgeBruteForce(r *Report) (Level, []diag.Finding, bool) {
	s := r.Shape
	if r.LogType == grammar.AuthLog || r.Incident == LoginAttack {
		return Likely, []diag.Finding{r.reason("failed-logins", "count", max(r.Counted(), 1))}, true
	}
	if !r.scans() || s.TargetPort < 0 || !isLogin(s.TargetPort) || s.SourcePorts != FreshPorts {
		return 0, nil, false
	}
	reasons := []diag.Finding{r.portReason("one-target-port", s.TargetPort), r.reason("fresh-source-ports")}
	switch {
	case s.NeighbourShare >= sweeps, s.PrivateShare > 0.2:
		return Possible, reasons, true
	case r.TargetCount >= 20:
		return Likely, append(reasons, r.reason("many-targets", "count", r.TargetCount)), true
	}
	return Possible, reasons, true
}

// toolTargets is from how many targets on one source port a scanner with its
// own packets is likely: masscan, zmap and sipvicious left 500 to 600.
const toolTargets = 200

func judgeScanTool(r *Report) (Level, []diag.Finding, bool) {
	s := r.Shape
	if !r.scans() || s.PeerPort >= 0 {
		return 0, nil, false
	}
	if s.SourcePorts == OnePort && r.TargetCount >= toolTargets && s.TargetPort >= 0 && !r.oneBlock() {
		return Likely, append(r.onePortReason(), r.reason("many-targets", "count", r.TargetCount)), true
	}
	if r.TargetCount <= fewTargets && len(r.TargetPorts) <= fewTargets {
		return 0, nil, false
	}
	return Possible, []diag.Finding{r.reason("looks-like-scan", "count", max(r.TargetCount, len(r.TargetPorts)))}, true
}

// oneBlock reports whether the rows sweep one /8 by UDP: customers of a VPN or
// proxy were the cause of that.
func (r *Report) oneBlock() bool {
	return r.Shape.BlockShare >= 0.9 && r.Shape.PrivateShare < 0.2 && r.Shape.NeighbourShare < sweeps && r.Protocols["UDP"]*2 > r.Counted()
}

// onePortReason says that all packets leave from one port, if all do.
func (r *Report) onePortReason() []diag.Finding {
	if len(r.SourcePorts) != 1 {
		return nil
	}
	return []diag.Finding{r.reason("one-source-port", "port", r.SourcePorts[0].Number)}
}

func judgeCustomer(r *Report) (Level, []diag.Finding, bool) {
	s := r.Shape
	udp := r.Protocols["UDP"]*2 > r.Counted()
	if r.scans() && s.SourcePorts == OnePort && udp && s.PeerPort < 0 && r.TargetCount >= 50 && s.PrivateShare < 0.2 {
		reasons := append(r.onePortReason(), r.reason("many-targets", "count", r.TargetCount))
		if r.oneBlock() {
			return Likely, append(reasons, r.reason("one-block", "percent", percent(s.BlockShare)), r.reason("others-use-it")), true
		}
		return Possible, reasons, true
	}
	if r.Incident == WebAttack || r.Incident == Malware {
		return Possible, []diag.Finding{r.reason("others-use-it")}, true
	}
	return 0, nil, false
}
