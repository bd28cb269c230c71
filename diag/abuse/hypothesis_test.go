package abuse

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// flow is a row of a generated scan table.
type flow struct {
	from, to string
	source   int // ports
	target   int
	size     int
	protocol string
}

// scanTable prints flows as a provider does, from 192.0.2.10 unless told.
func scanTable(flows []flow) string {
	var b strings.Builder
	b.WriteString("TIME (UTC)           SRC        SRC-PORT -> DST          DST-PORT SIZE PROT\n")
	b.WriteString("---------------------------------------------------------------------------\n")
	for i, f := range flows {
		if f.from == "" {
			f.from = "192.0.2.10"
		}
		if f.protocol == "" {
			f.protocol = "TCP"
		}
		if f.size == 0 {
			f.size = 74
		}
		fmt.Fprintf(&b, "2025-02-03 04:%02d:%02d  %s %d -> %15s %5d %4d %s\n", i/60%60, i%60, f.from, f.source, f.to, f.target, f.size, f.protocol)
	}
	return b.String()
}

// readText reads a text that has to be a report.
func readText(tb testing.TB, text string) *Report {
	tb.Helper()
	r, ok, err := Read(context.Background(), []byte(text), Options{})
	if err != nil || !ok {
		tb.Fatalf("no report (%v): %.300s", err, text)
	}
	return r
}

// aim makes target number i.
type aim func(r *rand.Rand, i int) netip.Addr

func quad(a, b, c, d int) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(a), byte(b), byte(c), byte(d)})
}

// anywhere is random in 240.0.0.0/4, which nobody has: sixteen /8 networks.
func anywhere(r *rand.Rand, _ int) netip.Addr {
	return quad(240+r.IntN(15), r.IntN(256), r.IntN(256), 1+r.IntN(254))
}

func oneEighth(r *rand.Rand, _ int) netip.Addr {
	return quad(245, r.IntN(256), r.IntN(256), 1+r.IntN(254))
}

// announced is what peers announce of the networks they live in.
func announced(r *rand.Rand, i int) netip.Addr {
	switch i % 3 {
	case 0:
		return quad(10, r.IntN(40), r.IntN(256), 1+r.IntN(254)) // none of a cluster's networks
	case 1:
		return quad(172, 16+r.IntN(16), r.IntN(256), 1+r.IntN(254))
	}
	return quad(192, 168, r.IntN(256), 1+r.IntN(254))
}

func privateSweep(_ *rand.Rand, i int) netip.Addr { return quad(10, 0, i/200, 1+i%200) }

func publicSweep(_ *rand.Rand, i int) netip.Addr { return quad(198, 51, 100, 1+i%254) }

func overlayHosts(r *rand.Rand, _ int) netip.Addr {
	return quad(100, 64+r.IntN(64), r.IntN(256), 1+r.IntN(254))
}

// Source ports by connection.
func fresh(r *rand.Rand) int           { return 32768 + r.IntN(28000) }
func fixed(n int) func(*rand.Rand) int { return func(*rand.Rand) int { return n } }

// scan makes the rows of targets targets, each tried tries times.
func scan(to aim, targets, tries int, source, target func(*rand.Rand) int, size int, protocol string) []flow {
	r := rand.New(rand.NewPCG(7, 11))
	var all []flow
	for i := range targets {
		at := to(r, i).String()
		s, t := source(r), target(r)
		for range tries {
			all = append(all, flow{to: at, source: s, target: t, size: size, protocol: protocol})
		}
	}
	return all
}

func attackList(reason, protocol, flags string) string {
	var b strings.Builder
	b.WriteString("Attack detail : 120Kpps/60Mbps\n")
	b.WriteString("dateTime                   srcIp:srcPort           dstIp:dstPort           protocol flags       bytes reason\n")
	for i := range 20 {
		fmt.Fprintf(&b, "2025.03.04 05:06:%02d CET    192.0.2.10:%d        198.51.100.7:443        %s      %s            60 %s\n", i, 40000+i*7, protocol, flags, reason)
	}
	return b.String()
}

func floodDump() string {
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, "04:05:06.%06d IP 192.0.2.10.%d > 198.51.100.7.80: UDP, length 8\n", i*20, 2000+i)
	}
	return b.String()
}

const summaryOut = `Direction OUT
Internal 192.0.2.10
Threshold Packets 200.000 packets/s
Sum 60.000.000 packets/300s (200.000 packets/s), 3.000 flows/300s (10 flows/s), 30,000 GByte/300s (819 MBit/s)
External 198.51.100.7, 59.000.000 packets/300s (196.666 packets/s), 9 flows/300s (0 flows/s), 29,500 GByte/300s (805 MBit/s)
External 203.0.113.9, 1.000.000 packets/300s (3.333 packets/s), 9 flows/300s (0 flows/s), 0,500 GByte/300s (13 MBit/s)
`

// TestHypotheses: each pattern whose cause was found in the field leads to that
// cause.
func TestHypotheses(t *testing.T) {
	type pattern struct {
		name  string
		text  string
		first string
		level Level
	}
	var all []pattern
	add := func(first string, level Level, name, text string) {
		all = append(all, pattern{name, text, first, level})
	}
	for _, port := range []int{4001, 9000, 30303, 13000, 8302, 6881, 41641, 3569} {
		add("p2p", Likely, fmt.Sprintf("private peers, own port %d", port), scanTable(scan(announced, 90, 3, fixed(port), fixed(port), 0, "")))
		add("p2p", Likely, fmt.Sprintf("private peers, their port %d", port), scanTable(scan(announced, 90, 2, fresh, fixed(port), 0, "")))
		add("p2p", Likely, fmt.Sprintf("private peers of any port, own port %d", port), scanTable(scan(announced, 90, 2, fixed(port), fresh, 0, "UDP")))
	}
	for _, port := range []int{6379, 5432} {
		add("worm", Likely, fmt.Sprintf("private sweep, port %d", port), scanTable(scan(privateSweep, 500, 1, fresh, fixed(port), 0, "")))
	}
	for _, port := range []int{22, 6379, 5432} {
		add("worm", Likely, fmt.Sprintf("public sweep, port %d", port), scanTable(scan(publicSweep, 250, 2, fresh, fixed(port), 0, "")))
	}
	for _, tool := range []struct {
		source, target int
		protocol       string
	}{{61000, 23, "TCP"}, {5060, 5060, "UDP"}, {40125, 8080, "TCP"}, {443, 443, "TCP"}} {
		add("scan-tool", Likely, fmt.Sprintf("one source port %d for 550 targets", tool.source),
			scanTable(scan(anywhere, 550, 1, fixed(tool.source), fixed(tool.target), 60, tool.protocol)))
	}
	for _, port := range []int{22, 23, 3389, 5900} {
		add("brute-force", Likely, fmt.Sprintf("random targets, login port %d", port), scanTable(scan(anywhere, 300, 1, fresh, fixed(port), 0, "")))
	}
	add("p2p", Likely, "dead public peers of IPFS", scanTable(scan(anywhere, 200, 1, fixed(4001), fresh, 1298, "UDP")))
	add("customer", Likely, "one source port sweeps a /8 by UDP", scanTable(scan(oneEighth, 550, 1, fixed(40404), fixed(8999), 60, "UDP")))
	two := append(scan(oneEighth, 300, 1, fixed(40404), fixed(8999), 60, "UDP"), scan(oneEighth, 250, 1, fixed(40405), fixed(8999), 60, "UDP")...)
	add("customer", Likely, "two source ports sweep a /8 by UDP", scanTable(two))
	for _, port := range []int{53, 123, 389, 1900, 11211, 111, 25565} {
		add("reflector", Likely, fmt.Sprintf("answers from port %d to many", port), scanTable(scan(anywhere, 200, 2, fixed(port), fresh, 500, "UDP")))
		add("reflector", Likely, fmt.Sprintf("answers from port %d to one", port), scanTable(scan(publicSweep, 1, 300, fixed(port), fixed(80), 500, "UDP")))
	}
	add("reflector", Likely, "answers from port 53 to port 53 of a few", scanTable(scan(publicSweep, 12, 20, fixed(53), fixed(53), 500, "UDP")))
	add("flooder", Likely, "one target, many SYN", attackList("ATTACK:TCP_SYN", "TCP", "SYN"))
	add("flooder", Likely, "one target, many UDP", attackList("ATTACK:UDP", "UDP", "---"))
	add("flooder", Likely, "dump of a burst", floodDump())
	add("flooder", Likely, "huge packet rate to one target", summaryOut)
	for _, network := range []func(i int) netip.Addr{
		func(i int) netip.Addr { return quad(10, 96, 0, 1+i*9) },
		func(i int) netip.Addr { return quad(10, 42, i, 7) },
		func(i int) netip.Addr { return quad(10, 244, i, 7) },
		func(i int) netip.Addr { return quad(10, 152, 183, 10+i*10) },
	} {
		rows := scan(func(_ *rand.Rand, i int) netip.Addr { return network(i) }, 4, 2, fresh, fixed(443), 0, "")
		add("kubernetes", Likely, "few rows to "+network(0).String(), scanTable(rows))
	}
	add("overlay", Likely, "overlay network", scanTable(scan(overlayHosts, 40, 2, fresh, fixed(443), 0, "")))
	for _, p := range all {
		t.Run(p.name, func(t *testing.T) {
			r := readText(t, p.text)
			if len(r.Hypotheses) == 0 {
				t.Fatalf("no hypothesis for %s, %+v", r.Incident, r.Shape)
			}
			if h := r.Hypotheses[0]; h.Code != p.first || h.Level != p.level {
				t.Errorf("%v, want %s %d first; %s, %+v", levels(r), p.first, p.level, r.Incident, r.Shape)
			}
			for _, h := range r.Hypotheses {
				if h.Disproof == 0 || len(h.Reasons) == 0 {
					t.Errorf("%s has no reason or no test that disproves it", h.Code)
				}
			}
		})
	}
}

func levels(r *Report) []string {
	var all []string
	for _, h := range r.Hypotheses {
		all = append(all, h.Code+" "+[]string{"unlikely", "possible", "likely"}[h.Level])
	}
	return all
}

// harmless are the causes in which nobody broke in.
func harmless(code string) bool {
	return slices.Contains([]string{"p2p", "overlay", "kubernetes", "load-test", "kernel-frames", "bridged-guest"}, code)
}

// TestNeverHarmless: that all targets are private makes no cause likely that
// would let the owner go back to sleep, and one that would not is shown first.
func TestNeverHarmless(t *testing.T) {
	for _, tries := range []int{1, 3} {
		for _, port := range []int{22, 80, 445, 3306, 7777} {
			for name, source := range map[string]func(*rand.Rand) int{"fresh": fresh, "one": fixed(33333)} {
				r := readText(t, scanTable(scan(announced, 90, tries, source, fixed(port), 0, "")))
				if r.Shape.PrivateShare != 1 {
					t.Fatalf("private share %v", r.Shape.PrivateShare)
				}
				for _, h := range r.Hypotheses {
					if harmless(h.Code) && h.Level == Likely {
						t.Errorf("port %d, %s source ports, %d tries: %v", port, name, tries, levels(r))
					}
				}
				if len(r.Hypotheses) == 0 || harmless(r.Hypotheses[0].Code) || r.Hypotheses[0].Level < Possible {
					t.Errorf("port %d, %s source ports, %d tries: %v", port, name, tries, levels(r))
				}
			}
		}
	}
}

// TestSweepOutweighsPort: whole networks in a row are a worm's work, also from
// or to a port that peer-to-peer programs use.
func TestSweepOutweighsPort(t *testing.T) {
	for _, to := range []aim{privateSweep, publicSweep} {
		r := readText(t, scanTable(scan(to, 250, 2, fresh, fixed(9000), 0, "")))
		if h := r.Hypotheses[0]; h.Code != "worm" || h.Level != Likely {
			t.Errorf("%v", levels(r))
		}
		for _, h := range r.Hypotheses {
			if h.Code == "p2p" && h.Level > Unlikely {
				t.Errorf("%v", levels(r))
			}
		}
	}
}

// TestVictimHasNoCause: where the server was attacked nothing is to be found on
// it.
func TestVictimHasNoCause(t *testing.T) {
	r := readText(t, strings.Replace(summaryOut, "OUT", "IN", 1))
	if r.Direction != In || len(r.Hypotheses) != 0 {
		t.Errorf("direction %s: %v", r.Direction, levels(r))
	}
	if !slices.Contains(codes(r), "abuse.inward") {
		t.Errorf("findings %v", codes(r))
	}
}

func codes(r *Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.Code)
	}
	return all
}
