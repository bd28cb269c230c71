package provider

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// plainAddr reads an address; "" is the invalid one.
func plainAddr(s string) netip.Addr {
	if s == "" {
		return netip.Addr{}
	}
	return netip.MustParseAddr(s)
}

func TestLocate(t *testing.T) {
	set := shipped(t)
	for _, c := range []struct {
		about, addr, name string
		id                string
		role              Role
		by                Evidence
	}{
		{"nothing known", "", "", "", "", ""},
		{"border on an exchange", "195.85.217.16", "nix-gw.hetzner.de", "hetzner", Border, ByName},
		{"border without a name", "195.85.217.16", "", "", Transit, ByPrefix},
		{"border without an address", "", "dtag-gw.hetzner.com", "hetzner", Border, ByName},
		{"lab addresses with real names", "192.0.2.2", "core12.hetzner.de", "hetzner", Core, ByName},
		{"lock host", "192.0.2.174", "blocked.hetzner.com", "hetzner", Lock, ByName},
		{"lock host, final dot and capitals", "2001:db8:7::174", "Blocked.Hetzner.COM.", "hetzner", Lock, ByName},
		{"private address with a lock host's name", "10.0.0.1", "blocked.hetzner.com", "", Private, ByPrefix},
		{"inner hop without a name", "213.239.192.1", "", "hetzner", "", ByPrefix},
		{"inner hop over IPv6", "2a01:4f8:0:3::6e5", "", "hetzner", "", ByPrefix},
		{"mapped address", "::ffff:213.239.192.1", "", "hetzner", "", ByPrefix},
		{"customer with a name of his own", "88.198.0.1", "www.example.org", "hetzner", "", ByPrefix},
		{"customer called like a lock host", "88.198.0.1", "blocked.example.org", "hetzner", "", ByPrefix},
		{"customer", "", "static.10.2.0.192.clients.your-server.de", "hetzner", Customer, ByName},
		{"name in the provider's own domain", "192.0.2.1", "www.hetzner.de", "hetzner", "", ByName},
		{"not even near the lock host", "", "a.blocked.hetzner.com", "hetzner", "", ByName},

		{"mtr cut in the second label", "", "ex9k1.dc4.nbg1.hetzner.co", "hetzner", Access, ByName},
		{"mtr cut after the label", "", "juniper7.dc1.nbg1.hetzner", "hetzner", Core, ByName},
		{"mtr cut after the dot", "", "juniper12.dc1.hel1.hetzner.", "hetzner", Core, ByName},
		{"cut in the first label: could be anybody's", "", "static.20.10.198.88.clien", "", Transit, ByName},
		{"cut in the first label, address agrees", "88.198.0.1", "static.20.10.198.88.clien", "hetzner", Customer, ByName},
		{"cut in the first label, address disagrees", "192.0.2.1", "static.20.10.198.88.clien", "", Transit, ByPrefix},
		{"too short to be cut", "", "decix-gw.hetzner.co", "", Transit, ByName},
		{"cut name that no rule completes", "", "a-customers-server.hetzner.co", "", Transit, ByName},
		{"other people's cut name", "", "tct-cr02.ams.stream-inter", "", Transit, ByName},

		{"OVH filter", "178.33.100.149", "vac1-0-a9.fr.eu.vaccum", "ovh", Filter, ByName},
		{"OVH core in its invented domain", "", "rbx-g1-a9.fr.eu", "ovh", Core, ByName},
		{"OVH access", "", "vss-7b-6k.fr.eu", "ovh", Access, ByName},
		{"OVH access in the routers' domain", "", "vss-4-6k.routers.ovh.net", "ovh", Access, ByName},
		{"OVH border on an exchange", "198.32.176.106", "paix.pa.routers.ovh.net", "ovh", Border, ByName},
		{"OVH over IPv6", "2607:5300::42", "", "ovh", "", ByPrefix},
		{"somebody else in fr.eu", "", "www.fr.eu", "", Transit, ByName},

		{"home router", "192.168.178.1", "fritz.box", "", Private, ByPrefix},
		{"home router by name alone", "", "fritz.box", "", Private, ByName},
		{"home router by single label", "", "_gateway", "", Private, ByName},
		{"home network", "", "router.lan", "", Private, ByName},
		{"home network, RFC 8375", "", "router.home.arpa", "", Private, ByName},
		{"provider's shared space", "100.64.0.1", "", "", Private, ByPrefix},
		{"link-local with a zone", "fe80::1%eth0", "", "", Private, ByPrefix},
		{"unique local", "fd00::1", "", "", Private, ByPrefix},
		{"loopback", "127.0.0.1", "", "", Private, ByPrefix},
		{"unspecified", "0.0.0.0", "", "", "", ""},
		{"transit", "198.51.100.1", "ae1.example.net", "", Transit, ByPrefix},
		{"transit by name", "", "ae1.example.net", "", Transit, ByName},
		{"no name but noise", "", strings.Repeat("a.", 200), "", "", ""},
		{"dots", "", "...", "", Transit, ByName},
	} {
		got := set.Locate(plainAddr(c.addr), c.name)
		id := ""
		if got.Profile != nil {
			id = got.Profile.ID
		}
		if id != c.id || got.Role != c.role || got.By != c.by {
			t.Errorf("%s: %s %q is %s %q by %q, not %s %q by %q", c.about, c.addr, c.name, id, got.Role, got.By, c.id, c.role, c.by)
		}
	}
}

// Each gateway the guides show, and each name that only looks like one.
func TestGuidesGatewaysAndFalseFriends(t *testing.T) {
	set := shipped(t)
	for _, uplink := range []string{"dtag", "noris", "decix", "decix2", "nix"} {
		for _, domain := range []string{"hetzner.de", "hetzner.com"} {
			p := set.Locate(netip.Addr{}, uplink+"-gw."+domain)
			if p.Role != Border || p.Profile.ID != "hetzner" || p.Inside() {
				t.Errorf("%s-gw.%s: %+v", uplink, domain, p)
			}
		}
	}
	for _, name := range []string{
		"099774-1-1-gw.KA.DE.NET.DTAG.DE", "cox-gw.ip4.tinet.net", "GW-Hetzner.retn.net", "vl769-gw.de.fkt.dataline.net.ua",
		"global-gateway.net.nz", "_gateway", "blocked.hetzner.com.example.org", "nix-gw.hetzner.de.evil.example",
		"hetzner-gw.example.net", "xhetzner.de", "blocked.xhetzner.de", "blocked-hetzner.com", "blocked.hetzner.co",
		"hetzner.de.example", "nix-gw.hetzner.de.", // the last one is a friend with a final dot
	} {
		p := set.Locate(netip.Addr{}, name)
		if friend := name == "nix-gw.hetzner.de."; (p.Profile != nil) != friend || p.Role == Lock {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// No beginning of a lock host's name, however long, is taken for it.
func TestCutNameIsNeverALock(t *testing.T) {
	text := strings.NewReplacer("border", "lock", `edge\d+`, "blocked-and-diverted-traffic", "edge1.", "blocked-and-diverted-traffic.").Replace(small)
	set, problems := Load(nil, one(text))
	if len(problems) != 0 {
		t.Fatal(problems)
	}
	const whole = "blocked-and-diverted-traffic.example.net"
	if got := set.Locate(netip.Addr{}, whole); got.Role != Lock {
		t.Fatalf("%+v", got)
	}
	for n := range whole {
		for _, addr := range []string{"", "192.0.2.1"} {
			if got := set.Locate(plainAddr(addr), whole[:n]); got.Role == Lock {
				t.Errorf("%q: %+v", whole[:n], got)
			}
		}
	}
}

// A cut name that two providers could complete belongs to neither.
func TestAmbiguousCutName(t *testing.T) {
	second := strings.NewReplacer(`"example"`, `"second"`, "example.net", "example.org", "192.0.2", "198.51.100", "example.com", "example.invalid").Replace(small)
	own := []string{small, second}
	for i := range own {
		own[i] = strings.ReplaceAll(own[i], `edge\d+`, `edge\d+\.some-data-centre`)
		own[i] = strings.ReplaceAll(own[i], `edge1.`, `edge1.some-data-centre.`)
	}
	set, problems := Load(nil, one(own[0]), one(own[1]))
	if len(problems) != 0 {
		t.Fatal(problems)
	}
	for name, want := range map[string]string{
		"edge1.some-data-centre.example.n": "example",
		"edge1.some-data-centre.example.o": "second",
		"edge1.some-data-centre.example.":  "",
		"edge1.some-data-centre.example":   "",
	} {
		got := ""
		if p := set.Locate(netip.Addr{}, name).Profile; p != nil {
			got = p.ID
		}
		if got != want {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
	}
}

func TestOfTarget(t *testing.T) {
	set := shipped(t)
	for _, c := range []struct{ addr, name, id string }{
		{"88.198.0.1", "www.example.org", "hetzner"},
		{"37.59.0.1", "", "ovh"},
		{"::ffff:37.59.0.1", "", "ovh"},
		{"37.59.0.1", "static.10.2.0.192.clients.your-server.de", "ovh"}, // the address decides
		{"", "static.10.2.0.192.clients.your-server.de", "hetzner"},
		{"192.0.2.10", "ns1.ip-192-0-2.eu", "ovh"},
		{"192.0.2.10", "web1.example.org", ""},
		{"10.0.0.1", "www.hetzner.de", ""},
		{"", "", ""},
	} {
		id := ""
		if p := set.OfTarget(plainAddr(c.addr), c.name); p != nil {
			id = p.ID
		}
		if id != c.id {
			t.Errorf("%s %s: %q, not %q", c.addr, c.name, id, c.id)
		}
	}
}

func TestZeroSetKnowsNothing(t *testing.T) {
	var set Set
	if p := set.Locate(plainAddr("88.198.0.1"), "blocked.hetzner.com"); p.Profile != nil || p.Role != Transit {
		t.Errorf("%+v", p)
	}
	if set.ByID("hetzner") != nil || set.OfTarget(plainAddr("88.198.0.1"), "") != nil || len(set.All()) != 0 {
		t.Error("the zero Set knows something")
	}
}

// The table against the slow and simple way, on nested networks and at the
// edges of each.
func TestLongestPrefixWins(t *testing.T) {
	wide, narrow, other := &Profile{ID: "wide"}, &Profile{ID: "narrow"}, &Profile{ID: "other"}
	prefixes := func(list ...string) (nets []netip.Prefix) {
		for _, s := range list {
			nets = append(nets, netip.MustParsePrefix(s))
		}
		return nets
	}
	wide.Networks = prefixes("198.51.100.0/24", "2001:db8::/32", "203.0.113.0/25")
	narrow.Networks = prefixes("198.51.100.64/26", "198.51.100.64/28", "2001:db8:1::/48", "203.0.113.0/25")
	other.Networks = prefixes("192.0.2.0/24", "198.51.100.80/28", "2001:db8:1:1::/64")
	profiles := []*Profile{wide, narrow, other}
	table := newTable(profiles)
	slow := func(a netip.Addr) (best *Profile) {
		bits := -1
		for _, p := range profiles {
			for _, n := range p.Networks {
				if n.Contains(a) && n.Bits() > bits {
					best, bits = p, n.Bits()
				}
			}
		}
		return best
	}
	try := func(a netip.Addr) {
		if got, want := table.find(a), slow(a); got != want {
			t.Errorf("%s: %v, not %v", a, got, want)
		}
	}
	for a := plainAddr("192.0.1.250"); a != plainAddr("192.0.3.5"); a = a.Next() {
		try(a)
	}
	for a := plainAddr("198.51.99.250"); a != plainAddr("198.51.101.5"); a = a.Next() {
		try(a)
	}
	for _, p := range profiles {
		for _, n := range p.Networks {
			try(n.Addr())
			try(n.Addr().Prev())
		}
	}
	for _, s := range []string{"2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:2::1", "2001:db9::", "::", "255.255.255.255", "203.0.113.127"} {
		try(plainAddr(s))
	}
}

// Against traces from the field, where they are at hand: the last hop's
// provider is found from its name and address.
func TestCasesFromTheField(t *testing.T) {
	folder := "../../../shared/cases/traces"
	data, err := os.ReadFile(filepath.Join(folder, "truth.json"))
	if err != nil {
		t.Skip("no collection of real traces beside the project")
	}
	var truth struct {
		Cases []struct {
			File  string
			Trace *struct {
				Provider string
				Last     struct{ Names, Addresses []string }
			}
		}
	}
	if err := json.Unmarshal(data, &truth); err != nil {
		t.Fatal(err)
	}
	set := shipped(t)
	for _, c := range truth.Cases {
		if c.Trace == nil || c.Trace.Provider == "" {
			continue
		}
		found := map[string]bool{}
		var addr netip.Addr
		if len(c.Trace.Last.Addresses) > 0 {
			addr, _ = netip.ParseAddr(c.Trace.Last.Addresses[0])
		}
		for _, name := range append(c.Trace.Last.Names, "") {
			if p := set.Locate(addr, name).Profile; p != nil {
				found[p.ID] = true
			}
		}
		if known := found["hetzner"] || found["ovh"]; c.Trace.Provider == "other" && known || c.Trace.Provider != "other" && !found[c.Trace.Provider] {
			t.Errorf("%s: %v, not %s: %+v", c.File, found, c.Trace.Provider, c.Trace.Last)
		}
	}
}

// FuzzLocate: any bytes may come as a name, and no name makes a lock but the
// lock host's own.
func FuzzLocate(f *testing.F) {
	set := shipped(f)
	for _, s := range []string{"blocked.hetzner.com", "ex9k1.dc4.nbg1.hetzner.co", "static.20.10.198.88.clien", "...", "\x1b[31m", "é.hetzner.de"} {
		f.Add([]byte{88, 198, 0, 1}, s)
		f.Add([]byte(nil), s)
	}
	f.Fuzz(func(t *testing.T, bytes []byte, name string) {
		addr, _ := netip.AddrFromSlice(bytes)
		p := set.Locate(addr, name)
		if p.Role == Lock {
			if n := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), "."); n != "blocked.hetzner.com" && n != "blocked.hetzner.de" {
				t.Errorf("%q is taken for a lock host", name)
			}
		}
		if (p.Role == Private || p.Role == Transit) != (p.Profile == nil) && p != (Place{}) {
			t.Errorf("%q: %+v", name, p)
		}
		_ = set.OfTarget(addr, name)
	})
}

func BenchmarkLocate(b *testing.B) {
	set := shipped(b)
	for name, c := range map[string]struct{ addr, name string }{
		"prefix":  {"213.239.252.22", ""},
		"prefix6": {"2a01:4f8:0:3::6e5", ""},
		"border":  {"195.85.217.16", "nix-gw.hetzner.de"},
		"transit": {"198.51.100.1", "ae1-4.rt.evo.ams.nl.example.net"},
		"cut":     {"", "ex9k1.dc4.nbg1.hetzner.co"},
	} {
		addr := plainAddr(c.addr)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = set.Locate(addr, c.name)
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		_, _ = Load(os.DirFS(shippedFolder))
	}
}
