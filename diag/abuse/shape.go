package abuse

import (
	"net/netip"
	"slices"

	"latchkey/diag/abuse/grammar"
)

// Shape is what the rows look like as a whole: the features that told causes
// apart in reports whose outcome is known.
type Shape struct {
	PrivateShare   float64 // of distinct targets; 0 to 1
	NeighbourShare float64 // of distinct targets with another at most neighbourGap away
	RowsPerTarget  float64
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

// neighbourGap is how far apart two targets may be to count as neighbours.
const neighbourGap = 8

func shapeOf(r *Report, t *tally, s *side) Shape {
	p := Shape{TargetPort: -1, PeerPort: -1, Dominant: -1, ClusterRows: t.cluster, OverlayRows: t.overlay}
	targets := s.targets.hosts()
	addresses := 0
	var quads []uint32
	for _, h := range targets {
		if h.Addr.IsValid() {
			addresses++
		}
		if h.Addr.Is4() {
			q := h.Addr.As4()
			quads = append(quads, uint32(q[0])<<24|uint32(q[1])<<16|uint32(q[2])<<8|uint32(q[3]))
		}
	}
	if addresses > 0 {
		p.PrivateShare = float64(r.PrivateTargets) / float64(addresses)
	}
	p.NeighbourShare = neighbourShare(quads)
	if len(targets) > 0 && s.rows > 0 {
		p.RowsPerTarget = float64(s.rows) / float64(len(targets))
		p.TopShare = float64(targets[0].Rows) / float64(s.rows)
	}
	p.SourcePorts, p.Dominant = portUse(r.SourcePorts, len(targets), s.rows)
	if len(r.TargetPorts) > 0 && r.TargetPorts[0].Rows*10 >= s.rows*9 && s.rows > 0 {
		p.TargetPort = r.TargetPorts[0].Number
	}
	p.PeerPort = peerPort(r, s.rows)
	if r.Accused != "" && s.rows > 0 {
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

func neighbourShare(quads []uint32) float64 {
	if len(quads) < 2 {
		return 0
	}
	slices.Sort(quads)
	near := 0
	for i, q := range quads {
		if i > 0 && q-quads[i-1] <= neighbourGap || i+1 < len(quads) && quads[i+1]-q <= neighbourGap {
			near++
		}
	}
	return float64(near) / float64(len(quads))
}

// portUse tells how a program chose its source ports.
func portUse(list []Port, targets, rows int) (PortUse, int) {
	switch {
	case len(list) == 0:
		return NoPorts, -1
	case isService(list[0].Number) && list[0].Rows*10 >= rows*8:
		return ServiceUse, list[0].Number
	case len(list) <= 2:
		return OnePort, list[0].Number
	case len(list)*2 >= targets:
		return FreshPorts, -1
	case list[0].Rows*10 >= rows*8:
		return OnePort, list[0].Number
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

// isPrivate reports whether an address cannot be reached over the internet:
// RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291.
func isPrivate(a netip.Addr) bool {
	if !a.IsValid() {
		return false
	}
	if a.IsPrivate() || a.IsLinkLocalUnicast() {
		return true
	}
	if !a.Is4() {
		return false
	}
	q := a.As4()
	return q[0] == 100 && q[1]&0xC0 == 64
}

// Network is a /24 several targets share.
type Network struct {
	Prefix netip.Prefix
	Hosts  int
	Hit    [256]bool
}

// fullNetwork is from how many targets on a /24 is worth a picture.
const fullNetwork = 16

// networks lists the /24 with most targets, at most mostNetworks.
func networks(targets []Host) []Network {
	by := map[[3]byte]*Network{}
	for _, h := range targets {
		if !h.Addr.Is4() {
			continue
		}
		q := h.Addr.As4()
		key := [3]byte(q[:3])
		n := by[key]
		if n == nil {
			if len(by) >= 1<<14 { // scattered: no picture would help
				return nil
			}
			n = &Network{Prefix: netip.PrefixFrom(netip.AddrFrom4([4]byte{q[0], q[1], q[2], 0}), 24)}
			by[key] = n
		}
		n.Hosts++
		n.Hit[q[3]] = true
	}
	var all []Network
	for _, n := range by {
		if n.Hosts >= fullNetwork {
			all = append(all, *n)
		}
	}
	slices.SortFunc(all, func(a, b Network) int {
		if a.Hosts != b.Hosts {
			return b.Hosts - a.Hosts
		}
		return a.Prefix.Addr().Compare(b.Prefix.Addr())
	})
	return all[:min(len(all), mostNetworks)]
}

const mostNetworks = 8

// incident reads the kind of incident off the rows.
func (p Shape) incident(r *Report) Incident {
	udp := r.Protocols["UDP"]*2 > r.Rows
	switch {
	case r.Rows == 0:
		return UnknownKind
	case p.SourcePorts == ServiceUse && reflector(p.Dominant) && udp:
		return Reflection
	case r.LogType == grammar.TrafficDump && (r.TargetCount <= 3 && r.Rows > r.TargetCount || r.Span.bursts(r.Rows)):
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
