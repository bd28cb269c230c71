//go:build linux

package lab

import (
	"fmt"
	"net/netip"
	"slices"
)

// addressing gives every node its settings, addresses, neighbours and routes.
func addressing() []step {
	var steps []step
	set := func(node string, lines ...string) {
		for _, line := range lines {
			steps = append(steps, step{node, bySysctl, line})
		}
	}
	for _, node := range nodes() {
		forward := "1"
		if host(node) {
			forward = "0"
		}
		set(node, "net/ipv4/ip_forward="+forward, "net/ipv6/conf/all/forwarding="+forward,
			"net/ipv4/conf/all/rp_filter=0", "net/ipv4/conf/default/rp_filter=0",
			"net/ipv6/conf/default/accept_dad=0", "net/ipv6/conf/default/router_solicitations=0")
		if !limited(node) {
			set(node, "net/ipv4/icmp_ratelimit=0", "net/ipv6/icmp/ratelimit=0")
		}
		steps = append(steps, ip(node, "link set lo up"))
	}
	for _, k := range links() {
		steps = append(steps, end(k.a, k.b, k.a4, k.a6, k.b4, k.b6)...)
		steps = append(steps, end(k.b, k.a, k.b4, k.b6, k.a4, k.a6)...)
	}
	steps = append(steps, ip("core", "addr add "+Control+"/32 dev lo"), ip("core", "addr add "+Control6+"/128 dev lo nodad"))
	for _, r := range routes() {
		steps = append(steps, ip(r.node, "route add "+r.to+" via "+r.next))
	}
	return steps
}

// end is one node's side of a link. The neighbour is told to it: a path that
// still has to ask for hardware addresses would show times 10 to 20 ms too long.
func end(node, peer, own4, own6, peer4, peer6 string) []step {
	dev := "to-" + peer
	steps := []step{
		ip(node, fmt.Sprintf("link set %s address %s", dev, hardware(node, peer))),
		ip(node, "addr add "+own4+" dev "+dev),
		ip(node, "addr add "+own6+" dev "+dev+" nodad"),
		ip(node, "link set "+dev+" up"),
	}
	for _, p := range []string{peer4, peer6} {
		steps = append(steps, ip(node, fmt.Sprintf("neigh add %s lladdr %s dev %s nud permanent",
			netip.MustParsePrefix(p).Addr(), hardware(peer, node), dev)))
	}
	return steps
}

// hardware is the address of node's interface towards peer (locally administered).
func hardware(node, peer string) string {
	return fmt.Sprintf("02:00:00:00:%02x:%02x", slices.Index(nodes(), node), slices.Index(nodes(), peer))
}
