//go:build linux

package lab

import (
	"context"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// seen is what a plain tracer sees in a scenario: the hops until the last one
// that answers, with its marks. «…» stands for any hops or none: traceroute
// moves a late last answer to an earlier silent row.
type seen struct {
	scenario string
	v4, v6   string
	wait     string // seconds traceroute waits for an answer
	tcp      bool   // is port 22 open?
}

const (
	toGW  = "192.168.0.1 198.51.100.1 198.51.100.6 198.51.100.10 203.0.113.16"
	toGW6 = "2001:db8::1 2001:db8:1::1 2001:db8:2::6 2001:db8:3::10 2001:db8:4::16"
	up4   = toGW + " 192.0.2.2 192.0.2.130"
	up6   = toGW6 + " 2001:db8:5::2 2001:db8:6::130"
)

func expectations() []seen {
	return []seen{
		{"up", up4, up6, "1", true},
		{"locked", toGW, toGW6, "1", false},
		{"locked-adm13", toGW + " 203.0.113.16 !X", toGW6 + " 2001:db8:4::16 !X", "1", false},
		{"locked-host10", toGW + " 203.0.113.16 !X", toGW6 + " 2001:db8:4::16 !X", "1", false},
		{"locked-net9", toGW + " 203.0.113.16 !X", toGW6 + " 2001:db8:4::16 !X", "1", false},
		{"locked-null", "192.168.0.1 198.51.100.1 198.51.100.6 198.51.100.10", "2001:db8::1 2001:db8:1::1 2001:db8:2::6 2001:db8:3::10", "1", false},
		{"locked-deep", toGW + " 192.0.2.2", toGW6 + " 2001:db8:5::2", "1", false},
		{"locked-blocked", toGW + " 192.0.2.2 192.0.2.174 … 192.0.2.174 !X", toGW6 + " 2001:db8:5::2 2001:db8:7::174 … 2001:db8:7::174 !X", "6", false},
		{"locked-late", toGW + " 192.0.2.2 … 192.0.2.174 !X", toGW6 + " 2001:db8:5::2 … 2001:db8:7::174 !X", "6", false},
		{"off", toGW + " 192.0.2.2 192.0.2.2 !H", toGW6 + " 2001:db8:5::2 2001:db8:5::2 !H", "5", false},
		{"firewalled", toGW + " 192.0.2.2", toGW6 + " 2001:db8:5::2", "1", true},
		{"no-udp", toGW + " 192.0.2.2", toGW6 + " 2001:db8:5::2", "1", true},
		{"fw-reject", up4 + " !X", up6 + " !X", "1", true},
		{"silent-mid", "192.168.0.1 * * 198.51.100.10 203.0.113.16 192.0.2.2 192.0.2.130", "2001:db8::1 * * 2001:db8:3::10 2001:db8:4::16 2001:db8:5::2 2001:db8:6::130", "1", true},
		{"ratelimit", up4, up6, "1", true},
		{"local-noroute", "192.168.0.1 !N", "2001:db8::1 !N", "1", false},
		{"local-blackhole", "192.168.0.1", "2001:db8::1", "1", false},
		{"isp", "192.168.0.1 198.51.100.1 198.51.100.6", "2001:db8::1 2001:db8:1::1 2001:db8:2::6", "1", false},
		{"loop", toGW + " 192.0.2.2 203.0.113.16 192.0.2.2 …", toGW6 + " 2001:db8:5::2 2001:db8:5::1 2001:db8:5::2 …", "1", false},
		{"ecmp", "", "", "1", true},
		{"lossy", "", "", "1", true},
		{"dns-none", up4, up6, "1", true},
		{"dns-slow", up4, up6, "1", true},
		{"dns-silent", up4, up6, "1", true},
	}
}

// TestLab proves the laboratory with programs that are not ours.
func TestLab(t *testing.T) {
	long(t)
	Need(t)
	if _, err := exec.LookPath("traceroute"); err != nil {
		t.Skip("no traceroute")
	}
	for _, want := range expectations() {
		t.Run(want.scenario, func(t *testing.T) {
			t.Parallel()
			l := Start(t, want.scenario)
			var both sync.WaitGroup
			for addr, hops := range map[string]string{Server: want.v4, Server6: want.v6} {
				both.Go(func() {
					got := traceroute(t, l, want.wait, addr)
					if hops != "" && !agrees(got, hops) {
						t.Errorf("traceroute to %s\n got %s\nwant %s", addr, got, hops)
					}
					if err := connect(l, addr); (err == nil) != want.tcp {
						t.Errorf("port 22 of %s open: %v, want %v", addr, err == nil, want.tcp)
					}
				})
			}
			both.Wait()
		})
	}
}

// traceroute gives the hops of one probe each, «*» for silent ones, without
// the silence at the end.
func traceroute(t *testing.T, l *Lab, wait, addr string) string {
	t.Helper()
	out, err := l.Command(t.Context(), true, "traceroute", "-n", "-q", "1", "-N", "30", "-m", "15", "-w", wait, addr).Output()
	if err != nil {
		t.Errorf("traceroute: %v", err)
	}
	line := regexp.MustCompile(`(?m)^ *\d+ +(\S+)(?: +[0-9.]+ ms)?( ![A-Z])?`)
	var hops []string
	for _, m := range line.FindAllStringSubmatch(string(out), -1) {
		hops = append(hops, m[1]+m[2])
	}
	return strings.TrimRight(strings.Join(hops, " "), " *")
}

// agrees reports whether hops are as wanted; what stands before and after «…»
// has to begin and end them.
func agrees(hops, want string) bool {
	before, after, gap := strings.Cut(want, "…")
	if !gap {
		return hops == want
	}
	return strings.HasPrefix(hops, before) && strings.HasSuffix(hops, after)
}

func connect(l *Lab, addr string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return l.Command(ctx, true, "bash", "-c", "exec 3<>/dev/tcp/"+addr+"/22").Run()
}

// TestDistances: round trips to the hops must be as long as the guide says, and
// hardly longer; only the second router is slow to answer, and only itself. A
// busy machine adds to every time, so the best of some tries counts.
func TestDistances(t *testing.T) {
	Need(t)
	want := []float64{3, 25, 14, 14, 15, 17, 18}
	for _, addr := range []string{Server, Server6} {
		best := make([]float64, len(want))
		for try := 0; try < 5 && !near(best, want); try++ {
			l := Start(t)
			out, err := l.Command(t.Context(), true, "traceroute", "-n", addr).Output()
			if err != nil {
				t.Skipf("no traceroute: %v", err)
			}
			for i, line := range regexp.MustCompile(`(?m)^ *\d+ .*$`).FindAllString(string(out), len(want)) {
				for _, m := range regexp.MustCompile(`([0-9.]+) ms`).FindAllStringSubmatch(line, -1) {
					if ms, _ := strconv.ParseFloat(m[1], 64); best[i] == 0 || ms < best[i] {
						best[i] = ms
					}
				}
			}
		}
		if !near(best, want) {
			t.Errorf("%s: times are %v ms, want about %v", addr, best, want)
		}
	}
}

// near reports whether times are those wanted: at most 1 ms less and 6 ms more.
func near(got, want []float64) bool {
	for i, ms := range want {
		if got[i] < ms-1 || got[i] > ms+6 {
			return false
		}
	}
	return true
}

// TestNames: the name server of the lab, through the system's resolver.
func TestNames(t *testing.T) {
	for _, c := range []struct {
		scenario, ask, want string
		found               bool
	}{
		{"up", "203.0.113.16", "nix-gw.hetzner.de", true},
		{"up", "2001:db8:7::174", "blocked.hetzner.com", true},
		{"up", "www.hetzner.de", Control, true},
		{"up", "web6.example.org", Server6, true},
		{"up", "web9.example.org", "", false},
		{"v6-only", "192.0.2.130", "static.130.2.0.192.clients.your-server.de", true},
		{"dns-none", "203.0.113.16", "", false},
	} {
		t.Run(c.scenario+" "+c.ask, func(t *testing.T) {
			l := Start(t, c.scenario)
			out, err := l.Command(t.Context(), true, "getent", "ahosts", c.ask).CombinedOutput()
			if strings.ContainsAny(c.ask[:1], "12") {
				out, err = l.Command(t.Context(), true, "getent", "hosts", c.ask).CombinedOutput()
			}
			if (err == nil) != c.found || !strings.Contains(string(out), c.want) {
				t.Errorf("asked for %s: %q, %v", c.ask, out, err)
			}
		})
	}
}

// TestSweep: what a killed test left must be gone after the next lab came up.
func TestSweep(t *testing.T) {
	Need(t)
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	left := prefix + strconv.Itoa(dead.ProcessState.Pid()) + "-0-" + client
	if err := run(t.Context(), "", "ip", "netns", "add", left); err != nil {
		t.Fatal(err)
	}
	Start(t)
	if out, _ := exec.Command("ip", "netns", "list").Output(); strings.Contains(string(out), left) {
		t.Errorf("%s is still there", left)
	}
}
