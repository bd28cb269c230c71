package app

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/diag"
	"latchkey/diag/trace"
	"latchkey/diag/trace/tracetest"
	"latchkey/diag/verdict"
)

// open gives a session of its own folder that asks a simulated network.
func open(t *testing.T, n network) *Session {
	t.Helper()
	s, err := Open(Config{Home: t.TempDir(), Assets: os.DirFS("../assets")})
	if err != nil {
		t.Fatal(err)
	}
	if n != nil {
		s.network = n
	}
	return s
}

func scenarios(t *testing.T) []tracetest.Scenario {
	t.Helper()
	all, err := tracetest.Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestCheckConcludes runs the whole check over every simulated network, in both
// families, with and without ICMP, and as a system that loses the ICMP codes.
func TestCheckConcludes(t *testing.T) {
	for _, sc := range scenarios(t) {
		t.Run(sc.Sentence, func(t *testing.T) {
			for _, family := range []trace.Family{trace.IPv4, trace.IPv6} {
				for name, c := range map[string]tracetest.Choice{"icmp": {}, "udp": {UDP: true}, "windows": {NoCodes: true}} {
					checkScenario(t, sc, family, name, c)
				}
			}
		})
	}
}

func checkScenario(t *testing.T, sc tracetest.Scenario, family trace.Family, name string, choice tracetest.Choice) {
	t.Helper()
	s := open(t, nil)
	synctest.Test(t, func(t *testing.T) {
		n := tracetest.NewNetwork(sc)
		n.NoCodes = choice.NoCodes
		s.network = n.Tracer(choice.UDP)
		var last Check
		c, err := s.Check(context.Background(), n.Target(family).String(), CheckOptions{}, func(c Check) { last = c })
		if (err != nil) != sc.NoRoute {
			t.Errorf("%s, %s: error %v", family, name, err)
		}
		if !last.Final || c.Verdict == nil || last.Verdict.Code != c.Verdict.Code {
			t.Fatalf("%s, %s: the last snapshot is not the result", family, name)
		}
		want := sc.Expect.Verdicts
		if choice.UDP && sc.Expect.UDP != nil && sc.Expect.UDP.Verdicts != nil {
			want = sc.Expect.UDP.Verdicts
		}
		if !slices.Contains(want, string(c.Verdict.Code)) {
			t.Errorf("%s, %s: %s, %s; want %v because %v", family, name, c.Verdict.Code, c.Verdict.Confidence, want, c.Verdict.Because)
		}
		// The bars of the program: a first verdict within 1.5 s, the last within 6 s;
		// slow name servers cost the control host's look-up on top.
		if c.FirstVerdict > 1500*time.Millisecond || c.Elapsed > 6*time.Second {
			t.Errorf("%s, %s: first verdict after %v, last after %v", family, name, c.FirstVerdict, c.Elapsed)
		}
	})
}

// TestSilentLockIsAtMostLikely is the guide's rule with all that supports it.
func TestSilentLockIsAtMostLikely(t *testing.T) {
	for _, sc := range scenarios(t) {
		if sc.Testbed != "locked" {
			continue
		}
		s := open(t, nil)
		synctest.Test(t, func(t *testing.T) {
			n := tracetest.NewNetwork(sc)
			s.network = n.Tracer(false)
			var first Check
			c, err := s.Check(context.Background(), n.Target(trace.IPv4).String(), CheckOptions{}, func(c Check) {
				if first.Verdict == nil {
					first = c
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if c.Verdict.Code != verdict.Locked || c.Verdict.Confidence != verdict.Likely || c.Verdict.LastHop != "nix-gw.hetzner.de" {
				t.Errorf("got %+v", c.Verdict)
			}
			if first.Final || first.Verdict.Code != verdict.Locked {
				t.Errorf("first verdict: %+v", first.Verdict)
			}
			if c.Provider == nil || c.Provider.ID != "hetzner" || c.Control == nil || c.Control.Path.Reached != diag.Yes {
				t.Errorf("provider %v, control %v", c.Provider, c.Control)
			}
		})
		return
	}
	t.Fatal("no scenario of the silent lock")
}

// TestCheckStops: ending the context ends the check at once and keeps what is
// known.
func TestCheckStops(t *testing.T) {
	sc := scenarios(t)[0] // a border that drops silently
	s := open(t, nil)
	synctest.Test(t, func(t *testing.T) {
		n := tracetest.NewNetwork(sc)
		s.network = n.Tracer(false)
		ctx, cancel := context.WithTimeout(context.Background(), 700*time.Millisecond)
		defer cancel()
		start := time.Now()
		c, err := s.Check(ctx, n.Target(trace.IPv4).String(), CheckOptions{}, nil)
		if !errors.Is(err, context.Canceled) || !c.Cancelled || !c.Final {
			t.Errorf("err %v, cancelled %v, final %v", err, c.Cancelled, c.Final)
		}
		if d := time.Since(start); d > 750*time.Millisecond {
			t.Errorf("stopped after %v", d)
		}
		if _, ok := c.Path.Last(); !ok {
			t.Error("what was seen before is lost")
		}
	})
}

// TestCheckRefusesInput: each wrong input has its own error.
func TestCheckRefusesInput(t *testing.T) {
	sc := scenarios(t)[0]
	s := open(t, nil)
	for input, want := range map[string]error{
		"":                       ErrBadTarget,
		strings.Repeat("x", 64):  ErrBadTarget,
		"web1.example.org\x1b[2": ErrBadTarget,
		"nosuch.example.org":     ErrUnknownHost,
	} {
		synctest.Test(t, func(t *testing.T) {
			n := tracetest.NewNetwork(sc)
			s.network = n.Tracer(false)
			c, err := s.Check(context.Background(), input, CheckOptions{}, nil)
			if !errors.Is(err, want) || !errors.Is(c.Err, want) || !c.Final {
				t.Errorf("%q: %v, want %v", input, err, want)
			}
		})
	}
	if _, err := s.Check(context.Background(), "192.0.2.1", CheckOptions{Provider: "nobody"}, nil); !errors.Is(err, ErrProvider) {
		t.Errorf("unknown provider: %v", err)
	}
}

// TestNoResolverIsLocal: a name that no name server answers for is a fault here.
func TestNoResolverIsLocal(t *testing.T) {
	for _, sc := range scenarios(t) {
		if sc.DNS != "silent" {
			continue
		}
		s := open(t, nil)
		synctest.Test(t, func(t *testing.T) {
			s.network = tracetest.NewNetwork(sc).Tracer(false)
			c, err := s.Check(context.Background(), "web1.example.org", CheckOptions{}, nil)
			if !errors.Is(err, ErrNoResolver) || c.Verdict == nil || c.Verdict.Code != verdict.Local {
				t.Errorf("err %v, verdict %+v", err, c.Verdict)
			}
		})
		return
	}
	t.Fatal("no scenario with a silent name server")
}

// TestBaselineIsKeptAndCompared: a good day's path is remembered and used when
// the server no longer answers.
func TestBaselineIsKeptAndCompared(t *testing.T) {
	var up, locked tracetest.Scenario
	for _, sc := range scenarios(t) {
		switch sc.Testbed {
		case "up":
			up = sc
		case "locked":
			locked = sc
		}
	}
	s := open(t, nil)
	ask := func(sc tracetest.Scenario) (c Check) {
		synctest.Test(t, func(t *testing.T) {
			n := tracetest.NewNetwork(sc)
			s.network = n.Tracer(false)
			var err error
			if c, err = s.Check(context.Background(), n.Target(trace.IPv4).String(), CheckOptions{}, nil); err != nil {
				t.Fatal(err)
			}
		})
		return c
	}
	good := ask(up)
	if good.Baseline != nil || s.Baseline(good.Addr) == nil {
		t.Fatal("the good day's path was not kept")
	}
	bad := ask(locked)
	found := slices.ContainsFunc(bad.Verdict.Because, func(f diag.Finding) bool { return f.Code == "baseline.shorter" })
	if bad.Baseline == nil || !found {
		t.Errorf("baseline %v, because %v", bad.Baseline != nil, bad.Verdict.Because)
	}
}

// TestTimeUpIsNoSilence: a path that time cut off says nothing about a lock,
// however many hops had not answered yet.
func TestTimeUpIsNoSilence(t *testing.T) {
	for _, sc := range scenarios(t) {
		if sc.Testbed != "locked" {
			continue
		}
		s := open(t, nil)
		synctest.Test(t, func(t *testing.T) {
			n := tracetest.NewNetwork(sc)
			s.network = n.Tracer(false)
			c, err := s.Check(context.Background(), n.Target(trace.IPv4).String(), CheckOptions{Timeout: 400 * time.Millisecond}, nil)
			if err != nil || c.Cancelled || c.Path.Complete {
				t.Errorf("err %v, cancelled %v, complete %v", err, c.Cancelled, c.Path.Complete)
			}
			if c.Verdict == nil || c.Verdict.Code != verdict.Inconclusive {
				t.Errorf("after 400 ms: %+v", c.Verdict)
			}
		})
		return
	}
	t.Fatal("no scenario of the silent lock")
}
