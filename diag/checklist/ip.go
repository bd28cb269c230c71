package checklist

import (
	"bytes"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// The subcommands of ip and bridge are printed one after the other («ip -d addr;
// ip route; ip neigh; bridge fdb show»), so all their readers understand the
// lines of all; the first line that one of them knows decides whose text it is.

// ipKind is the reader whose lines stand first in the text, "" if none or if
// most of the lines are nobody's.
func ipKind(t *text) string {
	first, known, lines := "", 0, 0
	var s ipText
	for _, line := range t.head(40) {
		lines++
		kind := s.line(Where{}, line)
		if kind == "" {
			continue
		}
		known++
		switch {
		case first == "":
			first = kind
		case first == "ip-link" && kind == "ip-addr": // the head of an interface belongs to both
			first = kind
		}
	}
	if known*10 < lines*6 || first == "indented" {
		return ""
	}
	return first
}

func readIP(id string, t *text, h *Host) tallied {
	var got tallied
	var s ipText
	for i, line := range t.lines {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if kind := s.line(Where{Command: id, Line: i + 1}, line); kind == "" {
			got.unread(i, line)
			continue
		} else if kind != "indented" {
			got.rows++
		}
		got.understood++
	}
	h.Addresses = append(h.Addresses, s.addresses...)
	h.Neighbours = append(h.Neighbours, s.neighbours...)
	if s.linkLayer && s.loopback && !s.inet6 && len(s.addresses) > 0 {
		// «ip addr» of a kernel with IPv6 always shows ::1 on lo; «ip -4 addr»
		// shows no link layer
		h.Kernel.Where, h.Kernel.IPv6Off = Where{Command: id, Line: 1}, true
	}
	return got
}

// ipText is what was read so far.
type ipText struct {
	addresses  []Address
	neighbours []Neighbour
	current    Address // the interface whose lines follow
	linkLayer  bool    // a line with a MAC was seen
	loopback   bool    // 127.0.0.1 was seen
	inet6      bool    // an IPv6 address was seen
}

// line reads one line and says whose it is: an id of a reader, «indented» for a
// continuation, "" for nobody's.
func (s *ipText) line(at Where, line []byte) string {
	if len(line) > 8000 { // a bridge with -d has 1,200 characters
		return ""
	}
	f := strings.Fields(string(line))
	if len(f) == 0 {
		return ""
	}
	if line[0] == ' ' || line[0] == '\t' {
		return s.indented(at, f)
	}
	for _, try := range []func(Where, []string) string{s.link, s.oneLine, s.brief, s.neighbour, s.fdb, s.route} {
		if kind := try(at, f); kind != "" {
			return kind
		}
	}
	return ""
}

// link reads «2: eth0@if3: <BROADCAST,UP> mtu 1500 … state UP …».
func (s *ipText) link(at Where, f []string) string {
	if len(f) < 4 || !digits(strings.TrimSuffix(f[0], ":")) || !strings.HasSuffix(f[1], ":") || !flagged(f[2]) {
		return ""
	}
	name, _, _ := strings.Cut(strings.TrimSuffix(f[1], ":"), "@")
	flags := strings.Split(strings.Trim(f[2], "<>"), ",")
	s.current = Address{Where: at, Interface: shown(name), Promiscuous: slices.Contains(flags, "PROMISC"), Down: !slices.Contains(flags, "UP")}
	s.addresses = append(s.addresses, s.current)
	if i := slices.IndexFunc(f, func(w string) bool { return strings.HasPrefix(w, "link/") }); i > 0 { // -o
		s.indented(at, f[i:])
	}
	return "ip-link"
}

func flagged(s string) bool {
	return strings.HasPrefix(s, "<") && strings.HasSuffix(s, ">") && strings.Trim(s, "<>ABCDEFGHIJKLMNOPQRSTUVWXYZ_-,0123456789") == ""
}

// indented reads what stands below an interface.
func (s *ipText) indented(at Where, f []string) string {
	if s.current.Interface == "" {
		return ""
	}
	switch {
	case strings.HasPrefix(f[0], "link/"):
		s.linkLayer = true
		mac := ""
		if len(f) > 1 && isMAC(f[1]) {
			mac = strings.ToLower(f[1])
		}
		s.current.MAC = mac
		if i := slices.Index(f, "promiscuity"); i > 0 && i+1 < len(f) && number(f[i+1]) > 0 {
			s.current.Promiscuous = true
		}
		if n := len(s.addresses); n > 0 {
			s.addresses[n-1].MAC, s.addresses[n-1].Promiscuous = mac, s.current.Promiscuous
		}
	case f[0] == "inet" || f[0] == "inet6":
		if len(f) < 2 || !s.address(at, s.current, f[1]) {
			return ""
		}
		return "ip-addr"
	}
	return "indented"
}

// address adds an address of an interface; false if it is none.
func (s *ipText) address(at Where, a Address, prefix string) bool {
	p, ok := prefixOf(prefix)
	if !ok {
		return false
	}
	s.loopback = s.loopback || p.Addr().IsLoopback()
	s.inet6 = s.inet6 || p.Addr().Is6()
	a.Where, a.Prefix = at, p.String()
	s.addresses = append(s.addresses, a)
	return true
}

// prefixOf reads 192.0.2.1/24 or a bare address.
func prefixOf(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p, true
	}
	if a := addressOf(s); a.IsValid() {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	return netip.Prefix{}, false
}

func isMAC(s string) bool {
	if len(s) != 17 {
		return false
	}
	_, err := net.ParseMAC(s)
	return err == nil
}

// oneLine reads «2: eth0 inet 192.0.2.1/24 brd … scope global eth0\ valid_lft …»
// (-o).
func (s *ipText) oneLine(at Where, f []string) string {
	if len(f) < 4 || !digits(strings.TrimSuffix(f[0], ":")) || f[0] == strings.TrimSuffix(f[0], ":") || f[2] != "inet" && f[2] != "inet6" {
		return ""
	}
	if !s.address(at, Address{Interface: shown(f[1])}, f[3]) {
		return ""
	}
	return "ip-addr"
}

// brief reads «eth0 UP 192.0.2.1/24 2001:db8::1/64» and «eth0 UP 52:54:… <UP>»
// (-br).
func (s *ipText) brief(at Where, f []string) string {
	if len(f) < 2 || !slices.Contains([]string{"UP", "DOWN", "UNKNOWN", "LOWERLAYERDOWN", "DORMANT", "NOTPRESENT", "TESTING"}, f[1]) {
		return ""
	}
	name, _, _ := strings.Cut(f[0], "@")
	a := Address{Where: at, Interface: shown(name), Down: f[1] != "UP" && f[1] != "UNKNOWN"}
	if len(f) == 4 && isMAC(f[2]) && flagged(f[3]) {
		a.MAC, a.Promiscuous = strings.ToLower(f[2]), strings.Contains(f[3], "PROMISC")
		s.addresses = append(s.addresses, a)
		return "ip-link"
	}
	if len(f) == 2 {
		s.addresses = append(s.addresses, a)
		return "ip-addr"
	}
	mark := len(s.addresses)
	for i, w := range f[2:] {
		// «metric 100» stands behind an address from DHCP, «peer …» before the far end
		if w == "metric" || w == "peer" || i > 0 && f[i+1] == "metric" {
			continue
		}
		if !s.address(at, a, w) {
			s.addresses = s.addresses[:mark]
			return ""
		}
	}
	return "ip-addr"
}

// reachability are the states of neighbours (ip-neighbour(8)).
var reachability = []string{"PERMANENT", "NOARP", "REACHABLE", "STALE", "NONE", "INCOMPLETE", "DELAY", "PROBE", "FAILED"}

// neighbour reads «192.0.2.1 dev eth0 lladdr 52:54:… router REACHABLE»; of
// «ip neigh show dev eth0» the device is missing.
func (s *ipText) neighbour(at Where, f []string) string {
	a := addressOf(f[0])
	state := slices.IndexFunc(f, func(w string) bool { return slices.Contains(reachability, w) })
	if !a.IsValid() || state < 1 || len(f) > 14 {
		return ""
	}
	n := Neighbour{Where: at, Address: a.String(), Permanent: f[state] == "PERMANENT"}
	for i := 1; i+1 < len(f); i++ {
		switch f[i] {
		case "dev":
			n.Interface = shown(f[i+1])
		case "lladdr":
			n.MAC = strings.ToLower(shown(f[i+1]))
		}
	}
	s.neighbours = append(s.neighbours, n)
	return "ip-neigh"
}

// fdb reads «52:54:… dev tap100i0 vlan 1 master vmbr0 permanent».
func (s *ipText) fdb(at Where, f []string) string {
	if !isMAC(f[0]) || len(f) < 3 || f[1] != "dev" {
		return ""
	}
	n := Neighbour{Where: at, MAC: strings.ToLower(f[0]), Interface: shown(f[2])}
	for i := 3; i < len(f); i++ {
		switch f[i] {
		case "permanent":
			n.Permanent = true
		case "master":
			if i+1 < len(f) {
				n.Bridge = shown(f[i+1])
			}
		case "dst":
			if i+1 < len(f) && addressOf(f[i+1]).IsValid() {
				n.Address = addressOf(f[i+1]).String()
			}
		}
	}
	s.neighbours = append(s.neighbours, n)
	return "bridge-fdb"
}

// routeKinds are the first words of routes that are not a destination.
var routeKinds = []string{"default", "unreachable", "blackhole", "prohibit", "throw", "local", "broadcast", "multicast", "anycast"}

// route reads «default via 192.0.2.1 dev eth0 …»; the address behind «src» is
// the machine's own.
func (s *ipText) route(at Where, f []string) string {
	to := f[0]
	if slices.Contains(routeKinds, to) && to != "default" && len(f) > 1 {
		to = f[1]
	}
	_, ok := prefixOf(to)
	device, via := slices.Index(f, "dev"), slices.Index(f, "via")
	if !ok && to != "default" || device < 1 && via < 1 && !slices.Contains(routeKinds, f[0]) || len(f) > 40 || len(f) < 2 {
		return ""
	}
	if i := slices.Index(f, "src"); i > 0 && i+1 < len(f) && device > 0 && device+1 < len(f) {
		s.address(at, Address{Interface: shown(f[device+1])}, f[i+1])
	}
	return "ip-route"
}
