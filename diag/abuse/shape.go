package abuse

import (
	"latchkey/diag/abuse/grammar"
)

// Shape is what the rows look like as a whole: the features that told causes
// apart in reports whose outcome is known.
type Shape struct {
	PrivateShare   float64 // of distinct targets; 0 to 1
	NeighbourShare float64 // of distinct targets with another at most neighbourGap away
	RowsPerTarget  float64
	BlockShare     float64 // of distinct IPv4 targets that lie in the one /8 which holds most
	TopShare       float64 // of the rows, or of the packets told, that go to the first target
	SourcePorts    PortUse
	Dominant       int     // the source port most rows share, if SourcePorts is OnePort or Service; else the target port nearly all rows share; -1 none
	TargetPort     int     // the one nearly all rows go to, -1 none
	PeerPort       int     // a known port of peer-to-peer programs on either side, -1 none
	OtherSources   int     // rows of other hosts than the accused
	ClusterRows    int     // rows to networks inside a Kubernetes cluster
	OverlayRows    int     // rows to 100.64.0.0/10
	PacketSize     float64 // bytes per packet as the stated rates tell; 0 not known
	SYN            bool    // nearly all rows open a TCP connection
}

// PortUse says how source ports were used.
type PortUse string

// The uses of source ports.
const (
	NoPorts    PortUse = ""        // not told
	OnePort    PortUse = "one"     // one or two for everything: a tool with its own packets, or a program's own port
	ServiceUse PortUse = "service" // the port of a service on the server
	FreshPorts PortUse = "fresh"   // a new one each time, as every ordinary program does
	FewPorts   PortUse = "few"
)

func shapeOf(r *Report, t *tally, s *side, targets survey) Shape {
	p := Shape{
		TargetPort: -1, PeerPort: -1, Dominant: -1, ClusterRows: t.cluster, OverlayRows: t.overlay,
		PrivateShare: share(targets.private, targets.addresses), NeighbourShare: share(targets.neighbours, targets.addresses),
		BlockShare: share(targets.block, targets.addresses), RowsPerTarget: share(s.rows, r.TargetCount),
		TopShare: share(targets.most, s.rows),
	}
	if len(r.TargetPorts) > 0 && r.TargetPorts[0].Rows*10 >= s.rows*9 && s.rows > 0 {
		p.TargetPort = r.TargetPorts[0].Number
	}
	p.SourcePorts, p.Dominant = portUse(r.SourcePorts, r.TargetCount, s.rows, p.TargetPort)
	p.PeerPort = peerPort(r, s.rows)
	if r.Accused != "" {
		o := ownerOf(r.Accused)
		if own := s.sources.rowsOf(o.addr, o.word); own > 0 {
			p.OtherSources = s.rows - own
		}
	}
	if r.PacketsPerSecond > 0 && r.BitsPerSecond > 0 {
		p.PacketSize = r.BitsPerSecond / 8 / r.PacketsPerSecond
	}
	p.SYN = t.syn*10 >= (t.in.rows+t.out.rows)*9 && t.syn > 0
	r.sharePackets(&p)
	return p
}

// share is part/all, 0 of nothing.
func share(part, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(part) / float64(all)
}

// sharePackets takes the share of the first target from the packets a summary
// tells instead of from its rows.
func (r *Report) sharePackets(p *Shape) {
	most, sum := 0.0, 0.0
	for _, rate := range r.Rates {
		if rate.Packets > 0 {
			sum += rate.Packets
			most = max(most, rate.Packets)
		}
	}
	if all := max(sum, r.PacketsPerSecond); most > 0 && all > 0 {
		p.TopShare = most / all
	}
}

// ownPort is from how many targets on a service port is not answered from but
// used by a tool: sipvicious calls port 5060 from its own.
const ownPort = 50

// portUse tells how a program chose its source ports; target is the port nearly
// all rows go to, -1 if there is none.
func portUse(list []Port, targets, rows, target int) (PortUse, int) {
	if len(list) == 0 {
		return NoPorts, -1
	}
	first := list[0]
	usual := first.Rows*10 >= rows*8
	switch {
	case usual && isService(first.Number) && (first.Number != target || targets < ownPort):
		return ServiceUse, first.Number
	case usual, len(list) <= 2:
		return OnePort, first.Number
	case len(list)*2 >= targets:
		return FreshPorts, -1
	}
	return FewPorts, -1
}

// isService reports whether a source port is that of a service which answers
// whoever asks: domain, portmapper, NTP, SNMP, LDAP, SSDP, memcached and the
// others that are misused as reflectors.
func isService(port int) bool {
	switch port {
	case 17, 19, 53, 69, 111, 123, 137, 161, 177, 389, 427, 443, 500, 520, 1194, 1900, 3283, 3389, 3478, 3702, 5060, 5353, 5683, 10001, 11211, 25565, 27015, 37810:
		return true
	}
	return port == 80 || port == 25
}

// reflector reports whether answers of that service are larger than questions.
func reflector(port int) bool { return isService(port) && port != 443 && port != 80 && port != 25 }

// peerProgram names the program that talks from and to such a port; "" if it is
// nobody's.
func peerProgram(port int) string {
	switch port {
	case 4001:
		return "IPFS"
	case 9000, 9001:
		return "Lighthouse, Harmony"
	case 30303, 30304:
		return "Ethereum"
	case 13000, 12000:
		return "Prysm"
	case 8302:
		return "Mina"
	case 6881, 6882, 6883, 6889, 51413:
		return "BitTorrent"
	case 41641:
		return "Tailscale"
	case 51820, 51821:
		return "WireGuard"
	case 3569:
		return "Flow"
	case 8333:
		return "Bitcoin"
	case 26656:
		return "Tendermint"
	case 30333:
		return "Substrate"
	}
	return ""
}

// peerPort finds a known peer-to-peer port that a good share of the rows bears.
func peerPort(r *Report, rows int) int {
	for _, list := range [][]Port{r.SourcePorts, r.TargetPorts} {
		for _, p := range list[:min(len(list), 3)] {
			if peerProgram(p.Number) != "" && p.Rows*3 >= rows {
				return p.Number
			}
		}
	}
	return -1
}

// incident reads the kind of incident off the rows.
func (p Shape) incident(r *Report) Incident {
	udp := r.Protocols["UDP"]*2 > r.Counted()
	switch {
	case r.Counted() == 0:
		return UnknownKind
	case p.SourcePorts == ServiceUse && reflector(p.Dominant) && udp:
		return Reflection
	case r.LogType == grammar.TrafficDump && (r.TargetCount <= 3 && r.Counted() > r.TargetCount || r.Span.bursts(r.Counted())):
		return Flood
	case r.LogType == grammar.AttackList:
		return Flood
	case r.TargetCount > 1:
		return NetScan
	case len(r.TargetPorts) > 1:
		return PortScan
	case r.LogType == grammar.ScanTable:
		return NetScan
	}
	return UnknownKind
}
