package verdict_test

import (
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"latchkey/diag"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// server is the accused of all examples; its reverse name makes it Hetzner's.
var server = netip.MustParseAddr("192.0.2.130")

func shipped(t testing.TB) *provider.Set {
	t.Helper()
	set, problems := provider.Load(os.DirFS("../../assets/providers"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

// path writes a path as people do: one string a hop, «address [name] [rtt]
// [!X|!H|!N]», «*» for silence. It ran to its end and did not reach the server.
func path(hops ...string) trace.Path {
	p := trace.Path{Target: server, Reached: diag.No, Complete: true}
	for i, text := range hops {
		hop := trace.Hop{TTL: i + 1, Sent: 3}
		if text != "*" {
			hop.Replies = []trace.Reply{reply(text)}
			if hop.Replies[0].Addr == server {
				p.Reached = diag.Yes
			}
		}
		p.Hops = append(p.Hops, hop)
	}
	return p
}

func reply(text string) trace.Reply {
	r := trace.Reply{Kind: trace.TimeExceeded, RTT: 13 * time.Millisecond}
	for _, word := range strings.Fields(text) {
		if addr, err := netip.ParseAddr(word); err == nil {
			r.Addr = addr
		} else if d, err := time.ParseDuration(word); err == nil {
			r.RTT = d
		} else if kind, ok := map[string]trace.Kind{"!X": trace.Prohibited, "!H": trace.HostUnreachable,
			"!N": trace.NetUnreachable, "echo": trace.EchoReply}[word]; ok {
			r.Kind = kind
		} else {
			r.Name = word
		}
	}
	return r
}

const (
	home    = "192.168.0.1 router.lan"
	line    = "198.51.100.1 bras.isp.example.net"
	transit = "198.51.100.10 r1.isp.example.net"
	border  = "195.85.217.16 nix-gw.hetzner.de"
	core    = "192.0.2.2 core12.hetzner.de"
	access  = "203.0.113.22 ex9k1.dc4.nbg1.hetzner.com"
	lock    = "203.0.113.174 blocked.hetzner.com"
	reached = "192.0.2.130 echo"
)

// silence is so many silent hops after some that answered.
func silence(n int, hops ...string) trace.Path {
	for range n {
		hops = append(hops, "*")
	}
	return path(hops...)
}

// control is a trace to another host of the provider, by the same way.
func control(hops ...string) *trace.Path {
	p := path(append(hops, "192.0.2.254 www.hetzner.de echo")...)
	p.Target, p.Name, p.Reached = netip.MustParseAddr("192.0.2.254"), "www.hetzner.de", diag.Yes
	return &p
}

func unreachedControl(hops ...string) *trace.Path {
	p := silence(5, hops...)
	p.Target, p.Name = netip.MustParseAddr("192.0.2.254"), "www.hetzner.de"
	return &p
}

var (
	noPing   = &trace.Ping{Sent: 5, Min: trace.Unknown, Avg: trace.Unknown, Max: trace.Unknown}
	pong     = &trace.Ping{Sent: 5, Received: 5, Min: 1, Avg: 1, Max: 1}
	noPorts  = []trace.Port{{Number: 22, State: trace.SilentPort}}
	openPort = []trace.Port{{Number: 22, State: trace.Open}}
)

func cut(p trace.Path) trace.Path { p.Complete = false; return p }

func tool(name string, p trace.Path) trace.Path { p.Tool = name; return p }

// TestJudge is the decision table, line by line, with its false friends.
func TestJudge(t *testing.T) {
	set := shipped(t)
	hetzner := set.ByID("hetzner")
	tests := []struct {
		name string
		o    verdict.Observation
		code verdict.Code
		sure verdict.Confidence
		why  string // a finding that must be among the reasons
	}{
		{"lock host", verdict.Observation{Path: silence(5, home, line, border, core, lock)}, verdict.Locked, verdict.Certain, "trace.lock-host"},
		{"lock host refuses late", verdict.Observation{Path: path(home, line, border, core, "*", "*", lock+" 4.3s !X")}, verdict.Locked, verdict.Certain, "trace.lock-host"},
		{"server answers", verdict.Observation{Path: path(home, line, border, core, reached), Ping: pong}, verdict.Reachable, verdict.Certain, "trace.reached"},
		{"server's firewall refuses", verdict.Observation{Path: path(home, border, core, "192.0.2.130 !X"), Ping: noPing, Ports: noPorts}, verdict.Reachable, verdict.Certain, "trace.refused-by-target"},
		{"only ping", verdict.Observation{Path: silence(5, home, border, core), Ping: pong, Ports: noPorts}, verdict.Reachable, verdict.Certain, "ping.answered"},
		{"only a port", verdict.Observation{Path: silence(5, home, border, core), Ping: noPing, Ports: openPort}, verdict.Filtered, verdict.Certain, "port.open"},
		{"no route", verdict.Observation{NoRoute: diag.Yes}, verdict.Local, verdict.Certain, "local.no-route"},
		{"no resolver", verdict.Observation{NoName: diag.Yes}, verdict.Local, verdict.Likely, "local.no-resolver"},
		{"no hop, control silent", verdict.Observation{Path: silence(30), Control: unreachedControl()}, verdict.Local, verdict.Certain, "trace.no-hop"},
		{"no hop, control answers", verdict.Observation{Path: silence(30), Control: control(home)}, verdict.Inconclusive, verdict.Possible, "local.filters-probes"},
		{"only stars printed", verdict.Observation{Path: silence(30), Printed: true}, verdict.Inconclusive, verdict.Possible, "trace.only-stars"},
		{"only the home router", verdict.Observation{Path: silence(29, home), Control: unreachedControl(home)}, verdict.Local, verdict.Certain, "trace.ends-at-home"},
		{"home router has no route", verdict.Observation{Path: path(home + " !N"), Control: unreachedControl(home)}, verdict.Local, verdict.Certain, "trace.net-refused"},
		{"loop", verdict.Observation{Path: path(home, border, core, border, core, border, core, border, core)}, verdict.Loop, verdict.Likely, "trace.loop"},
		{"border prohibits", verdict.Observation{Path: path(home, line, border, border+" !X")}, verdict.Locked, verdict.Likely, "trace.prohibited"},
		{"transit prohibits", verdict.Observation{Path: path(home, line, transit+" !X"), Profile: hetzner}, verdict.BeforeProvider, verdict.Likely, "trace.prohibited"},
		{"home router prohibits", verdict.Observation{Path: path(home + " !X")}, verdict.Local, verdict.Likely, "trace.prohibited"},
		{"core finds no machine", verdict.Observation{Path: path(home, border, core, core+" 3.1s !H")}, verdict.HostDown, verdict.Likely, "trace.host-refused-late"},
		{"core has no route", verdict.Observation{Path: path(home, border, core, core+" !H")}, verdict.Locked, verdict.Possible, "trace.host-refused"},
		{"border has no route", verdict.Observation{Path: path(home, border, border+" !N")}, verdict.Locked, verdict.Possible, "trace.net-refused"},
		{"access switch finds no machine", verdict.Observation{Path: path(home, border, core, access+" !H")}, verdict.HostDown, verdict.Likely, ""},
		{"guide's rule", verdict.Observation{Path: silence(8, home, line, transit, border), Ping: noPing, Ports: noPorts, Control: control(home, line, transit, border, core)}, verdict.Locked, verdict.Likely, "trace.ends-at-border"},
		{"guide's rule, whole provider silent", verdict.Observation{Path: silence(8, home, line, border), Control: unreachedControl(home, line, border)}, verdict.Locked, verdict.Possible, "control.silent"},
		{"guide's rule, printed", verdict.Observation{Path: silence(3, home, line, border), Printed: true}, verdict.Locked, verdict.Likely, "trace.ends-at-border"},
		{"guide's own example without the stars", verdict.Observation{Path: path(home, line, border), Printed: true}, verdict.Locked, verdict.Possible, "trace.border-without-rest"},
		{"two silent hops", verdict.Observation{Path: silence(2, home, line, border), Printed: true}, verdict.Inconclusive, verdict.Possible, "trace.few-silent"},
		{"cut off", verdict.Observation{Path: cut(silence(4, home, line, border)), Printed: true}, verdict.Inconclusive, verdict.Possible, "trace.cut-off"},
		{"mtr folds the silence", verdict.Observation{Path: tool("mtr", silence(1, home, line, border)), Printed: true}, verdict.Locked, verdict.Likely, ""},
		{"border of another provider", verdict.Observation{Path: silence(8, home, line, border), Profile: other(t, set)}, verdict.Inconclusive, verdict.Possible, ""},
		{"core, nothing else known", verdict.Observation{Path: silence(8, home, line, border, core), Printed: true}, verdict.Inconclusive, verdict.Possible, "trace.ends-at-core"},
		{"core, control goes on", verdict.Observation{Path: silence(8, home, border, core), Ping: noPing, Ports: noPorts, Control: control(home, border, core)}, verdict.Locked, verdict.Possible, "control.passes-here"},
		{"access switch", verdict.Observation{Path: silence(8, home, border, core, access), Ping: noPing}, verdict.HostDown, verdict.Likely, "trace.ends-at-access"},
		{"transit, control silent", verdict.Observation{Path: silence(8, home, line, transit), Profile: hetzner, Control: unreachedControl(home, line, transit)}, verdict.BeforeProvider, verdict.Likely, "trace.ends-at-transit"},
		{"mute border, control goes on", verdict.Observation{Path: silence(8, home, line, transit), Profile: hetzner, Control: control(home, line, transit, core)}, verdict.Locked, verdict.Possible, "control.passes-here"},
		{"printed, ends in transit", verdict.Observation{Path: silence(8, home, line, transit), Profile: hetzner, Printed: true}, verdict.BeforeProvider, verdict.Possible, ""},
		{"trace from inside the provider", verdict.Observation{Path: silence(8, access, core, border), Printed: true}, verdict.Inconclusive, verdict.Possible, "trace.starts-at-provider"},
		{"path not asked", verdict.Observation{Ping: noPing, Ports: noPorts}, verdict.Inconclusive, verdict.Possible, "trace.not-asked"},
		{"nothing but a port asked", verdict.Observation{Ports: openPort}, verdict.Reachable, verdict.Certain, "port.open"},
		{"a printed ping without an answer", verdict.Observation{Ping: noPing, Printed: true}, verdict.Inconclusive, verdict.Possible, "trace.missing"},
		{"a printed ping with answers", verdict.Observation{Ping: pong, Printed: true}, verdict.Reachable, verdict.Certain, "ping.answered"},
		{"nothing at all", verdict.Observation{Printed: true}, verdict.Inconclusive, verdict.Possible, "trace.only-stars"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := verdict.Judge(tt.o, set)
			if v.Code != tt.code || v.Confidence != tt.sure {
				t.Errorf("got %s, %s; want %s, %s; because %v", v.Code, v.Confidence, tt.code, tt.sure, codes(v.Because))
			}
			if tt.why != "" && !strings.Contains(strings.Join(codes(v.Because), " "), tt.why) {
				t.Errorf("reason %s is missing in %v", tt.why, codes(v.Because))
			}
			if len(v.Steps) == 0 || len(v.Changes) == 0 || len(v.Because) == 0 {
				t.Errorf("no way on: %d reasons, %d steps, %d changes", len(v.Because), len(v.Steps), len(v.Changes))
			}
		})
	}
}

// other gives a provider that is not Hetzner.
func other(t *testing.T, set *provider.Set) *provider.Profile {
	t.Helper()
	p := set.ByID("ovh")
	if p == nil {
		t.Fatal("no second provider")
	}
	return p
}

func codes(list []diag.Finding) []string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.Code
	}
	return out
}

// TestFalseFriends: names that look like a provider's border but are not must
// never make a lock, and the guide's own gateways always do.
func TestFalseFriends(t *testing.T) {
	set := shipped(t)
	hetzner := set.ByID("hetzner")
	for _, name := range []string{"099774-1-1-gw.KA.DE.NET.DTAG.DE", "cox-gw.ip4.tinet.net", "GW-Hetzner.retn.net",
		"vl769-gw.de.fkt.dataline.net.ua", "ae0.global-gateway.net.nz", "_gateway", "nix-gw.hetzner.de.example.org",
		"blocked.hetzner.com.example.org", "nix-gw.nothetzner.de"} {
		for _, profile := range []*provider.Profile{hetzner, nil} {
			v := verdict.Judge(verdict.Observation{Path: silence(8, home, line, "198.51.100.77 "+name), Profile: profile, Printed: true}, set)
			if v.Code == verdict.Locked {
				t.Errorf("%s gives %s, %s", name, v.Code, v.Confidence)
			}
		}
	}
	for _, name := range []string{"dtag-gw.hetzner.de", "noris-gw.hetzner.de", "decix-gw.hetzner.de", "nix-gw.hetzner.de",
		"decix2-gw.hetzner.com", "NIX-GW.Hetzner.DE"} {
		v := verdict.Judge(verdict.Observation{Path: silence(5, home, line, "195.85.217.16 "+name), Printed: true}, set)
		if v.Code != verdict.Locked || v.Confidence != verdict.Likely {
			t.Errorf("%s gives %s, %s; want locked, likely", name, v.Code, v.Confidence)
		}
	}
}

// TestBaseline: «ends one hop before its usual end» needs no names.
func TestBaseline(t *testing.T) {
	set := shipped(t)
	before := path(home, line, transit, "198.51.100.99", reached)
	v := verdict.Judge(verdict.Observation{Path: silence(8, home, line, transit, "198.51.100.99"), Baseline: &before}, set)
	if v.Code != verdict.HostDown || !strings.Contains(strings.Join(codes(v.Because), " "), "baseline.same-end") {
		t.Errorf("ends at the usual last router: got %s because %v", v.Code, codes(v.Because))
	}
	v = verdict.Judge(verdict.Observation{Path: silence(8, home, line), Baseline: &before}, set)
	if !strings.Contains(strings.Join(codes(v.Because), " "), "baseline.shorter") {
		t.Errorf("ends earlier than usual: because %v", codes(v.Because))
	}
}

// TestPingRefusal: so it does where only the pings met it.
func TestPingRefusal(t *testing.T) {
	refused := *noPing
	refused.Refusals = []trace.Reply{reply(border + " !X")}
	v := verdict.Judge(verdict.Observation{Path: silence(8, home, line, border), Ping: &refused}, shipped(t))
	if v.Code != verdict.Locked || v.Because[0].Code != "trace.prohibited" {
		t.Errorf("got %s because %v", v.Code, codes(v.Because))
	}
	refused.Refusals = []trace.Reply{reply("192.0.2.130 !X")}
	v = verdict.Judge(verdict.Observation{Path: silence(8, home, line, border), Ping: &refused}, shipped(t))
	if v.Code != verdict.Reachable {
		t.Errorf("refused by the server itself: %s because %v", v.Code, codes(v.Because))
	}
}

// TestPortRefusal: where only TCP shows the ICMP refusal, it counts as well.
func TestPortRefusal(t *testing.T) {
	refuser := reply(border + " !X")
	v := verdict.Judge(verdict.Observation{Path: silence(8, home, line, border),
		Ports: []trace.Port{{Number: 22, State: trace.UnreachablePort, Refuser: &refuser}}}, shipped(t))
	if v.Code != verdict.Locked || v.Because[0].Code != "trace.prohibited" {
		t.Errorf("got %s because %v", v.Code, codes(v.Because))
	}
}
