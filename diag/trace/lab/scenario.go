//go:build linux

package lab

import (
	"fmt"
	"strings"
)

// NameService is how the name server of the lab behaves.
type NameService string

// The behaviours of the name server.
const (
	NamesAnswered NameService = ""       // knows its records
	NamesNone     NameService = "none"   // says that no name exists
	NamesSilent   NameService = "silent" // a forwarder without its uplink
	NamesSlow     NameService = "slow"   // after 6 s: a stub resolver gives up after 5
)

// Scenario is one way a network can be. Several may be combined.
type Scenario struct {
	Name    string
	Meaning string
	Names   NameService
	Loss    float64 // share of the client's packets lost on the access line, 0 to 1
	steps   []step
}

// step is one change of one node, after everything works.
type step struct {
	node string
	tool tool
	line string // of the tool's own language
}

type tool string

// What a step is for: a line of `ip -batch`, a netfilter rule «hook: rule», or
// a kernel setting «name=value».
const (
	byIP     tool = "ip"
	byFilter tool = "nft"
	bySysctl tool = "sysctl"
)

func ip(node, line string) step     { return step{node, byIP, line} }
func filter(node, line string) step { return step{node, byFilter, line} }

// toServer is what a node does with packets it should pass on to the server.
func toServer(node, verdict4, verdict6 string) []step {
	return []step{
		filter(node, "forward: ip daddr "+Server+" "+verdict4),
		filter(node, "forward: ip6 daddr "+Server6+" "+verdict6),
	}
}

// divert sends the server's packets to another node.
func divert(node, next4, next6 string) []step {
	return []step{
		ip(node, "route add "+Server+" via "+next4),
		ip(node, "route add "+Server6+" via "+next6),
	}
}

// lockHost diverts the server's packets to the provider's lock host, which
// refuses them, but drops those that arrive with a TTL that ttl matches.
func lockHost(ttl string) []step {
	return join(divert("core", "192.0.2.174", "2001:db8:7::174"),
		toServer("blk", "reject with icmp admin-prohibited", "reject with icmpv6 admin-prohibited"),
		[]step{
			filter("blk", "prerouting: ip daddr "+Server+" ip ttl "+ttl+" drop"),
			filter("blk", "prerouting: ip6 daddr "+Server6+" ip6 hoplimit "+ttl+" drop"),
		})
}

// mute makes a router send no ICMP errors.
func mute(node string) []step {
	return []step{
		filter(node, "output: icmp type { time-exceeded, destination-unreachable } drop"),
		filter(node, "output: icmpv6 type { time-exceeded, destination-unreachable } drop"),
	}
}

func join(groups ...[]step) (all []step) {
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// Scenarios lists everything Up can build.
func Scenarios() []Scenario {
	return append(append(locks(), breaks()...), clients()...)
}

// locks are the ways a provider stops traffic to a server.
func locks() []Scenario {
	const no6 = "reject with icmpv6 admin-prohibited"
	return []Scenario{
		{Name: "locked", Meaning: "border router drops everything to the server silently",
			steps: toServer("gw", "drop", "drop")},
		{Name: "locked-adm13", Meaning: "border router answers ICMP 3/13 administratively prohibited (IPv6 1/1)",
			steps: toServer("gw", "reject with icmp admin-prohibited", no6)},
		{Name: "locked-host10", Meaning: "border router answers ICMP 3/10 host prohibited (IPv6 1/1)",
			steps: toServer("gw", "reject with icmp host-prohibited", no6)},
		{Name: "locked-net9", Meaning: "border router answers ICMP 3/9 net prohibited (IPv6 1/1)",
			steps: toServer("gw", "reject with icmp net-prohibited", no6)},
		{Name: "locked-null", Meaning: "border router null-routes the server and shows nothing: the path ends at the ISP",
			steps: []step{ip("gw", "route add blackhole "+Server), ip("gw", "route add blackhole "+Server6)}},
		{Name: "locked-deep", Meaning: "core router drops everything to the server silently",
			steps: toServer("core", "drop", "drop")},
		{Name: "locked-blocked", Meaning: "core router diverts the server to the lock host, whose refusal takes 4.3 s",
			steps: lockHost("2")},
		{Name: "locked-late", Meaning: "the same behind silent hops: only the late refusal names the lock",
			steps: lockHost("< 8")},
	}
}

// breaks are servers, routers and lines with troubles of their own, or none.
func breaks() []Scenario {
	return []Scenario{
		{Name: "up", Meaning: "server answers everything"},
		{Name: "off", Meaning: "server powered off: core router says host unreachable after 3 s",
			steps: []step{
				ip("srv", "link set to-core down"),
				ip("core", "neigh del "+Server+" dev to-srv"),
				ip("core", "neigh del "+Server6+" dev to-srv"),
			}},
		{Name: "firewalled", Meaning: "server drops ICMP and UDP, TCP 22 and 443 are open",
			steps: []step{
				filter("srv", "input: meta l4proto { icmp, udp } drop"),
				filter("srv", "input: icmpv6 type { echo-request, echo-reply, destination-unreachable } drop"),
			}},
		{Name: "no-udp", Meaning: "server drops UDP only, answers ping",
			steps: []step{filter("srv", "input: meta l4proto udp drop")}},
		{Name: "fw-reject", Meaning: "server itself refuses all but TCP 22 with ICMP 3/10, as firewalld does",
			steps: []step{
				filter("srv", "input: tcp dport 22 accept"),
				filter("srv", "input: icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept"),
				filter("srv", "input: meta nfproto ipv4 reject with icmp host-prohibited"),
				filter("srv", "input: meta nfproto ipv6 reject with icmpv6 admin-prohibited"),
			}},
		{Name: "silent-mid", Meaning: "two transit routers send no ICMP, server answers",
			steps: join(mute("isp1"), mute("isp2"))},
		{Name: "ratelimit", Meaning: "a transit router sends at most one time-exceeded a second",
			steps: []step{
				filter("isp2", "output: icmp type time-exceeded limit rate over 1/second burst 1 packets drop"),
				filter("isp2", "output: icmpv6 type time-exceeded limit rate over 1/second burst 1 packets drop"),
			}},
		{Name: "local-noroute", Meaning: "home router has lost its uplink and says net unreachable", Names: NamesSilent,
			steps: []step{ip("home", "route del 0.0.0.0/0"), ip("home", "route del ::/0")}},
		{Name: "local-blackhole", Meaning: "home router has lost its uplink and says nothing", Names: NamesSilent,
			steps: []step{filter("home", "forward: drop")}},
		{Name: "isp", Meaning: "a transit router drops everything for the provider",
			steps: []step{
				filter("isp2", "forward: ip daddr 192.0.2.0/24 drop"),
				filter("isp2", "forward: ip6 daddr { 2001:db8:4::/46, 2001:db8:c::/48 } drop"),
			}},
		{Name: "loop", Meaning: "core router sends the server's packets back to the border",
			steps: divert("core", "192.0.2.1", "2001:db8:5::1")},
		{Name: "ecmp", Meaning: "a transit router spreads flows over two ways",
			steps: []step{
				{"isp1", bySysctl, "net/ipv4/fib_multipath_hash_policy=1"},
				{"isp1", bySysctl, "net/ipv6/fib_multipath_hash_policy=1"},
				ip("isp1", "route replace 0.0.0.0/0 nexthop via 198.51.100.6 nexthop via 198.51.100.14"),
				ip("isp1", "route replace ::/0 nexthop via 2001:db8:2::6 nexthop via 2001:db8:12::14"),
			}},
		{Name: "lossy", Meaning: "15 % of the client's packets are lost on the access line", Loss: 0.15},
	}
}

// clients are computers and name servers that are not as usual.
func clients() []Scenario {
	return []Scenario{
		{Name: "dns-none", Meaning: "no address has a name", Names: NamesNone},
		{Name: "dns-slow", Meaning: "the name server answers after 6 s", Names: NamesSlow},
		{Name: "dns-silent", Meaning: "the name server never answers", Names: NamesSilent},
		{Name: "offline", Meaning: "the client has no network but its loopback",
			steps: []step{ip(client, "link del to-home")}},
		{Name: "v6-only", Meaning: "the client has no IPv4 address",
			steps: []step{ip(client, "addr del 192.168.0.2/24 dev to-home")}},
	}
}

// find gives the scenarios of these names.
func find(names []string) ([]Scenario, error) {
	var found []Scenario
	for _, name := range names {
		n := len(found)
		for _, s := range Scenarios() {
			if s.Name == name {
				found = append(found, s)
			}
		}
		if len(found) == n {
			return nil, fmt.Errorf("no scenario %q", name)
		}
	}
	return found, nil
}

// ruleset is a filter step in nft's own language. Chains of one hook are one:
// adding what is there already changes nothing.
func ruleset(line string) string {
	hook, rule, _ := strings.Cut(line, ": ")
	return fmt.Sprintf("add table inet lab\nadd chain inet lab %[1]s { type filter hook %[1]s priority 0; }\nadd rule inet lab %[1]s %[2]s\n", hook, rule)
}
