//go:build linux

package lab

import (
	"net/netip"
	"time"
)

// The addresses a test asks about (RFC 5737, RFC 3849). The control is another
// host of the same provider, one router before the server.
const (
	Server   = "192.0.2.130"
	Server6  = "2001:db8:6::130"
	Control  = "192.0.2.254"
	Control6 = "2001:db8:c::254"
)

const (
	client   = "cli"
	resolver = "192.168.0.1" // the home router answers names, as they do
	resolve6 = "2001:db8::1"
)

// nodes are the namespaces, each a host or router with a network stack:
//
//	cli - home - isp1 - isp2 - isp3 - gw - core - srv
//	                \ - isp2b - /            \ - blk   (where locked traffic goes)
func nodes() []string {
	return []string{client, "home", "isp1", "isp2", "isp2b", "isp3", "gw", "core", "srv", "blk"}
}

// host reports whether a node does not forward.
func host(node string) bool { return node == client || node == "srv" }

// limited reports whether a node keeps the kernel's limit on ICMP errors (six
// at once, then one a second per destination): home routers and servers are
// such hosts, a carrier's routers answer faster.
func limited(node string) bool { return host(node) || node == "home" }

// link joins two nodes. Every end has one address of each family.
type link struct {
	a, b           string
	oneWay         time.Duration
	a4, b4, a6, b6 string
	slow           slow // control plane of b
}

// slow is a control plane that takes its time: ICMP errors of its own wait by
// longer, all of them or only refusals (not time-exceeded). What the router
// merely forwards is not its concern.
type slow struct {
	by       time.Duration
	refusals bool
	own      []netip.Addr // its addresses on the wire; filled in with the wires
}

// links give round-trip times of 3, 25 (isp1 is slow to say time-exceeded), 14,
// 14, 15, 17 and 18 ms, near those of the German guide this project began with.
// The lock host refuses after 4.3 s: real ones were seen to take 2.9 to 4.3 s.
func links() []link {
	const ms = time.Millisecond
	return []link{
		{a: client, b: "home", oneWay: 1500 * time.Microsecond, a4: "192.168.0.2/24", b4: "192.168.0.1/24", a6: "2001:db8::2/64", b6: "2001:db8::1/64"},
		{a: "home", b: "isp1", oneWay: 4900 * time.Microsecond, a4: "198.51.100.2/30", b4: "198.51.100.1/30", a6: "2001:db8:1::2/64", b6: "2001:db8:1::1/64", slow: slow{by: 12 * ms}},
		{a: "isp1", b: "isp2", oneWay: 300 * time.Microsecond, a4: "198.51.100.5/30", b4: "198.51.100.6/30", a6: "2001:db8:2::5/64", b6: "2001:db8:2::6/64"},
		{a: "isp2", b: "isp3", oneWay: 100 * time.Microsecond, a4: "198.51.100.9/30", b4: "198.51.100.10/30", a6: "2001:db8:3::9/64", b6: "2001:db8:3::10/64"},
		{a: "isp1", b: "isp2b", oneWay: 400 * time.Microsecond, a4: "198.51.100.13/30", b4: "198.51.100.14/30", a6: "2001:db8:12::13/64", b6: "2001:db8:12::14/64"},
		{a: "isp2b", b: "isp3", oneWay: 100 * time.Microsecond, a4: "198.51.100.17/30", b4: "198.51.100.18/30", a6: "2001:db8:13::17/64", b6: "2001:db8:13::18/64"},
		{a: "isp3", b: "gw", oneWay: 100 * time.Microsecond, a4: "203.0.113.1/24", b4: "203.0.113.16/24", a6: "2001:db8:4::1/64", b6: "2001:db8:4::16/64"},
		{a: "gw", b: "core", oneWay: 1200 * time.Microsecond, a4: "192.0.2.1/30", b4: "192.0.2.2/30", a6: "2001:db8:5::1/64", b6: "2001:db8:5::2/64"},
		{a: "core", b: "srv", oneWay: 200 * time.Microsecond, a4: "192.0.2.129/27", b4: "192.0.2.130/27", a6: "2001:db8:6::129/64", b6: "2001:db8:6::130/64"},
		{a: "core", b: "blk", oneWay: 200 * time.Microsecond, a4: "192.0.2.173/30", b4: "192.0.2.174/30", a6: "2001:db8:7::173/64", b6: "2001:db8:7::174/64", slow: slow{by: 4280 * ms, refusals: true}},
	}
}

// route sends a node's packets for to on to next.
type route struct{ node, to, next string }

func routes() []route {
	rs := []route{
		{"isp1", "192.168.0.0/24", "198.51.100.2"}, // instead of address translation at home
		{"isp1", "2001:db8::/64", "2001:db8:1::2"},
		{"isp2", "203.0.113.0/24", "198.51.100.10"},
		{"isp2b", "203.0.113.0/24", "198.51.100.18"},
	}
	both := func(node, next4, next6 string, provider bool) {
		if !provider {
			rs = append(rs, route{node, "0.0.0.0/0", next4}, route{node, "::/0", next6})
			return
		}
		rs = append(rs, route{node, "192.0.2.0/24", next4}, route{node, "2001:db8:4::/46", next6}, route{node, "2001:db8:c::/48", next6})
	}
	both(client, "192.168.0.1", "2001:db8::1", false)
	both("home", "198.51.100.1", "2001:db8:1::1", false)
	both("isp1", "198.51.100.6", "2001:db8:2::6", false)
	both("isp2", "198.51.100.5", "2001:db8:2::5", false)
	both("isp2", "198.51.100.10", "2001:db8:3::10", true)
	both("isp2b", "198.51.100.13", "2001:db8:12::13", false)
	both("isp2b", "198.51.100.18", "2001:db8:13::18", true)
	both("isp3", "198.51.100.9", "2001:db8:3::9", false)
	both("isp3", "203.0.113.16", "2001:db8:4::16", true)
	both("gw", "203.0.113.1", "2001:db8:4::1", false)
	both("gw", "192.0.2.2", "2001:db8:5::2", true)
	both("core", "192.0.2.1", "2001:db8:5::1", false)
	both("srv", "192.0.2.129", "2001:db8:6::129", false)
	both("blk", "192.0.2.173", "2001:db8:7::173", false)
	return rs
}

// record is a name the lab's name server knows. The routers' are real ones of
// the guide, the addresses are for documentation. Only what is reverse answers
// a question about the address.
type record struct {
	addr, name string
	reverse    bool
}

func records() []record {
	return []record{
		{"192.168.0.1", "router.lan", true},
		{"198.51.100.1", "BBRAS-SR-ERX2-DEFAULT.nefkom.de", true},
		{"198.51.100.6", "gi1-9.r2.nue2.m-online.net", true},
		{"198.51.100.14", "gi1-7.r3.nue2.m-online.net", true},
		{"198.51.100.10", "gi3-17.r1.nue1.m-online.net", true},
		{"198.51.100.18", "gi3-18.r1.nue1.m-online.net", true},
		{"203.0.113.16", "nix-gw.hetzner.de", true},
		{"192.0.2.2", "core12.hetzner.de", true},
		{"192.0.2.174", "blocked.hetzner.com", true},
		{Server, "static.130.2.0.192.clients.your-server.de", true},
		{Control, "www.hetzner.de", true},
		{"2001:db8:1::1", "BBRAS-SR-ERX2-DEFAULT.nefkom.de", true},
		{"2001:db8:2::6", "gi1-9.r2.nue2.m-online.net", true},
		{"2001:db8:3::10", "gi3-17.r1.nue1.m-online.net", true},
		{"2001:db8:4::16", "nix-gw.hetzner.de", true},
		{"2001:db8:5::2", "core12.hetzner.de", true},
		{"2001:db8:7::174", "blocked.hetzner.com", true},
		{Server6, "static.130.2.0.192.clients.your-server.de", true},
		{Control6, "www.hetzner.de", true},
		{Server, "web1.example.org", false},
		{Server6, "web1.example.org", false},
		{Server, "web4.example.org", false},
		{Server6, "web6.example.org", false},
	}
}
