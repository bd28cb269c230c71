//go:build linux

package lab

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// sentence demands that stderr is one sentence for people, not a bare error.
func sentence(t *testing.T, r ran, mentions ...string) {
	t.Helper()
	text := strings.TrimSpace(r.err)
	if text == "" || strings.Count(text, "\n") > 2 || strings.Contains(text, "goroutine") {
		t.Errorf("stderr is not a sentence: %q", r.err)
	}
	for _, word := range mentions {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
			t.Errorf("stderr does not mention %q: %q", word, text)
		}
	}
}

// obeys is how soon a program that was told to end does, on a busy machine too.
// That it did not just come to its end is told by its exit status.
const obeys = 5 * time.Second

// stopped runs a check and sends the signal once the program probes: before it
// has opened a socket it may not listen to signals yet. It gives how long the
// program took to end then.
func stopped(t *testing.T, s os.Signal, latchkey string, more ...string) (r ran, late time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	var pressed time.Time
	c := Start(t, "locked").Command(ctx, true, append([]string{latchkey, "check", Server}, more...)...)
	c.Cancel = func() error {
		pressed = time.Now()
		return c.Process.Signal(s)
	}
	c.WaitDelay = longest
	go func() {
		defer cancel()
		look := time.NewTicker(20 * time.Millisecond)
		defer look.Stop()
		for ctx.Err() == nil && !probes(latchkey) {
			<-look.C
		}
	}()
	r = check(t, c, home(t))
	return r, time.Since(pressed)
}

// probes reports whether a process of this program has a socket.
func probes(program string) bool {
	processes, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, exe := range processes {
		if path, err := os.Readlink(exe); err != nil || path != program {
			continue
		}
		open, _ := filepath.Glob(filepath.Join(filepath.Dir(exe), "fd", "*"))
		for _, fd := range open {
			if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, "socket:") {
				return true
			}
		}
	}
	return false
}

// TestCancel: ^C in the middle ends the program at once.
func TestCancel(t *testing.T) {
	latchkey := program(t)
	for _, more := range [][]string{nil, {"--json"}} {
		r, late := stopped(t, os.Interrupt, latchkey, more...)
		if r.status != 1 || late > obeys {
			t.Errorf("%v: exit status %d %v after the signal, want 1 at once", more, r.status, late)
		}
		sentence(t, r)
	}
}

// TestTerminated: the program also obeys SIGTERM at once.
func TestTerminated(t *testing.T) {
	if r, late := stopped(t, syscall.SIGTERM, program(t)); r.status != 1 || late > obeys {
		t.Errorf("exit status %d %v after the signal, want 1 at once", r.status, late)
	}
}

// TestOffline: a computer without any network.
func TestOffline(t *testing.T) {
	latchkey := program(t)
	for _, target := range []string{Server, Server6, "web1.example.org"} {
		l := Start(t, "offline")
		r := asNobody(t.Context(), t, l, latchkey, target)
		if r.status != 1 || r.took > 20*time.Second {
			t.Errorf("%s: exit status %d after %v, want 1 at once", target, r.status, r.took)
		}
		if r.verdict() == "none" || r.Verdict.Code != "local" {
			t.Errorf("%s: verdict %s, want local\n%s", target, r.verdict(), r.out)
		}
		sentence(t, r)
	}
}

// TestTargets: names and families.
func TestTargets(t *testing.T) {
	latchkey := program(t)
	for _, c := range []struct {
		scenario, target string
		more             []string
		address          string // "": there is none, exit status 1
	}{
		{"up", "web1.example.org", nil, Server6}, // the system prefers IPv6 (RFC 6724)
		{"up", "WEB4.Example.ORG.", nil, Server},
		{"up", "web6.example.org", nil, Server6},
		{"up", "web1.example.org", []string{"-6"}, Server6},
		{"up", "web1.example.org", []string{"-4"}, Server},
		{"up", "web4.example.org", []string{"-6"}, ""},
		{"up", "web9.example.org", nil, ""},
		{"dns-silent", "web1.example.org", nil, ""},
		{"v6-only", "web1.example.org", nil, Server6},
		{"v6-only", "web6.example.org", nil, Server6},
		{"v6-only", Server6, nil, Server6},
	} {
		t.Run(strings.Join(append([]string{c.scenario, c.target}, c.more...), " "), func(t *testing.T) {
			t.Parallel()
			l := Start(t, c.scenario)
			r := asNobody(t.Context(), t, l, latchkey, c.target, c.more...)
			if c.address == "" {
				if r.status != 1 || r.took > 30*time.Second {
					t.Errorf("exit status %d after %v, want 1\n%s", r.status, r.took, r.out)
				}
				sentence(t, r)
				return
			}
			if r.status != 0 || r.Target.Address != c.address || r.verdict() == "none" || r.Verdict.Code != "reachable" {
				t.Errorf("exit status %d, address %s, verdict %s; want %s reachable\n%s%s", r.status, r.Target.Address, r.verdict(), c.address, r.out, r.err)
			}
		})
	}
}

// TestMethods: the methods a person can choose, as whom they work, and that
// the path says which one it was.
func TestMethods(t *testing.T) {
	latchkey := program(t)
	for _, c := range []struct {
		method       string
		unprivileged bool
		pings        bool // ping_group_range open
		target       string
		works        bool
		sentence     []string
	}{
		{"udp", true, false, Server, true, nil},
		{"udp", true, true, Server6, true, nil},
		{"tcp", true, false, Server, true, nil},
		{"tcp", true, true, Server6, true, nil},
		{"icmp", true, true, Server, true, nil},
		{"icmp", true, true, Server6, true, nil},
		{"icmp", false, true, Server, true, nil},
		{"icmp", true, false, Server, false, []string{"icmp"}},
		{"classic", false, false, Server, true, nil},
		{"classic", true, false, Server, false, []string{"root"}},
		{"classic", false, false, Server6, false, []string{"IPv4"}},
	} {
		t.Run(fmt.Sprintf("%s/%s/nobody=%t/pings=%t", c.method, c.target, c.unprivileged, c.pings), func(t *testing.T) {
			t.Parallel()
			l := Start(t)
			if err := l.PingRange(c.pings); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), longest)
			defer cancel()
			r := check(t, l.Command(ctx, c.unprivileged, latchkey, "check", "--json", c.target, "--method", c.method), home(t))
			if !c.works {
				// What was not asked must not look like a silent network.
				sentence(t, r, c.sentence...)
				if r.Verdict != nil && r.Verdict.Code != "reachable" && r.Verdict.Code != "inconclusive" {
					t.Errorf("verdict %s for a method that cannot run\n%s", r.verdict(), r.out)
				}
				return
			}
			if r.status != 0 || r.Path.Method != c.method || r.verdict() == "none" || r.Verdict.Code != "reachable" {
				t.Errorf("exit status %d, method %s, verdict %s\n%s%s", r.status, r.Path.Method, r.verdict(), r.out, r.err)
			}
			if got, want := hops(r.answer), hopsUp(c.target); !slices.Equal(got, want) {
				t.Errorf("path\n got %v\nwant %v", got, want)
			}
		})
	}
}

// hops gives the first address of every hop, "" for silent ones.
func hops(a answer) (addrs []string) {
	for _, h := range a.Path.Hops {
		addr := ""
		if len(h.Replies) > 0 {
			addr = h.Replies[0].Address
		}
		addrs = append(addrs, addr)
	}
	return addrs
}

func hopsUp(target string) []string {
	if target == Server6 {
		return strings.Fields(up6)
	}
	return strings.Fields(up4)
}
