//go:build linux

package lab

import (
	"context"
	"fmt"
	"os"
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

// TestCancel: ^C in the middle ends the program within a second.
func TestCancel(t *testing.T) {
	latchkey := program(t)
	for _, json := range []bool{false, true} {
		l := Start(t, "locked")
		args := []string{latchkey, "check", Server}
		if json {
			args = append(args, "--json")
		}
		c := l.Command(t.Context(), true, args...)
		pressed := time.Now()
		stop := time.AfterFunc(700*time.Millisecond, func() {
			pressed = time.Now()
			_ = c.Process.Signal(os.Interrupt)
		})
		defer stop.Stop()
		r := check(t, c, home(t))
		if late := time.Since(pressed); late > time.Second {
			t.Errorf("json=%t: ended %v after the signal", json, late)
		}
		if r.status != 1 {
			t.Errorf("json=%t: exit status %d, want 1", json, r.status)
		}
		sentence(t, r)
	}
}

// TestTerminated: the program also obeys SIGTERM at once.
func TestTerminated(t *testing.T) {
	latchkey := program(t)
	l := Start(t, "locked")
	ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
	defer cancel()
	c := l.Command(ctx, true, latchkey, "check", Server)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 5 * time.Second
	if r := check(t, c, home(t)); r.took > 1700*time.Millisecond {
		t.Errorf("ended after %v", r.took)
	}
}

// TestOffline: a computer without any network.
func TestOffline(t *testing.T) {
	latchkey := program(t)
	for _, target := range []string{Server, Server6, "web1.example.org"} {
		l := Start(t, "offline")
		r := asNobody(t.Context(), t, l, latchkey, target)
		if r.status != 1 || r.took > 5*time.Second {
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
				if r.status != 1 || r.took > 15*time.Second {
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
