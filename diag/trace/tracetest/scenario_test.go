package tracetest

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"latchkey/diag"
	"latchkey/diag/trace"
)

func scenarios(t *testing.T) []Scenario {
	t.Helper()
	all, err := Scenarios()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every scenario, both families, by ICMP, UDP and TCP: the path ends where the
// file says, at the time it says.
func TestTracerSeesWhatTheScenarioProves(t *testing.T) {
	for _, s := range scenarios(t) {
		for _, f := range []trace.Family{trace.IPv4, trace.IPv6} {
			for _, m := range []trace.Method{trace.ICMP, trace.UDP} {
				t.Run(s.Sentence+"/"+string(f)+"/"+string(m), func(t *testing.T) {
					seen := s.Run(t, Choice{Family: f, UDP: m == trace.UDP})
					check(t, s, seen, f, m)
				})
			}
		}
	}
}

func check(t *testing.T, s Scenario, seen Seen, f trace.Family, m trace.Method) {
	want := s.Expect
	if m == trace.UDP && want.UDP != nil {
		want = *want.UDP
	}
	if s.NoRoute {
		if seen.NoRoute != diag.Yes || seen.Message == "" || seen.Path.Complete {
			t.Errorf("no route: %v %q, complete %v", seen.NoRoute, seen.Message, seen.Path.Complete)
		}
		return
	}
	if seen.Path.Method != m || !seen.Path.Complete || seen.NoRoute != diag.No {
		t.Errorf("method %s, complete %v, no route %v", seen.Path.Method, seen.Path.Complete, seen.NoRoute)
	}
	if got := seen.Path.Reached; got != diag.AnswerOf(want.Reached) {
		t.Errorf("reached %v", got)
	}
	last, _ := seen.Path.Last()
	if last.TTL != want.TTL {
		t.Fatalf("path ends at TTL %d, want %d: %+v", last.TTL, want.TTL, seen.Path.Hops)
	}
	if got := last.Replies[0].Addr.String(); got != of(want.Last, index(f)) {
		t.Errorf("last to answer is %s", got)
	}
	if got := last.Replies[0].Kind; want.Kind != "" && got != want.Kind {
		t.Errorf("it says %s", got)
	}
	if seen.Quiet > want.Quiet.Duration || seen.Final > want.Final.Duration || seen.Quiet == 0 {
		t.Errorf("first verdict after %v, final after %v", seen.Quiet, seen.Final)
	}
	checkShape(t, seen)
}

// checkShape holds for every path.
func checkShape(t *testing.T, seen Seen) {
	for i, h := range seen.Path.Hops {
		if h.TTL != i+1 {
			t.Errorf("hop %d has TTL %d", i, h.TTL)
		}
		if h.Lost+len(h.Replies) != h.Sent || h.Sent == 0 || h.Sent > 3 {
			t.Errorf("TTL %d: sent %d, answered %d, lost %d", h.TTL, h.Sent, len(h.Replies), h.Lost)
		}
	}
	if last, _ := seen.Path.Last(); seen.Path.Reached == diag.No && last.Replies[0].Kind == trace.TimeExceeded && len(seen.Path.Hops) != trace.DefaultMaxTTL {
		t.Errorf("a silent end has %d hops", len(seen.Path.Hops))
	}
}

func TestPathIsTheSameByTCP(t *testing.T) {
	for _, s := range scenarios(t) {
		if s.NoRoute || s.Testbed == "local-noroute" {
			continue
		}
		seen := s.Run(t, Choice{Method: trace.TCP})
		if last, _ := seen.Path.Last(); last.TTL < s.Expect.TTL {
			t.Errorf("%s: ends at %d", s.Sentence, last.TTL)
		}
	}
}

func TestPortsAndPingTellTheServerFromTheRouters(t *testing.T) {
	states := func(seen Seen) (out []trace.PortState) {
		for _, p := range seen.Ports {
			out = append(out, p.State)
		}
		return out
	}
	for _, test := range []struct {
		testbed  string
		ports    []trace.PortState
		received int
		refused  bool
	}{
		{"up", []trace.PortState{trace.Open, trace.Closed, trace.Open}, 5, false},
		{"firewalled", []trace.PortState{trace.Open, trace.Closed, trace.Open}, 0, false},
		{"fw-reject", []trace.PortState{trace.Open, trace.Closed, trace.Closed}, 0, true},
		{"locked", []trace.PortState{trace.SilentPort, trace.SilentPort, trace.SilentPort}, 0, false},
		{"locked-adm13", []trace.PortState{trace.UnreachablePort, trace.UnreachablePort, trace.UnreachablePort}, 0, true},
	} {
		i := slices.IndexFunc(scenarios(t), func(s Scenario) bool { return s.Testbed == test.testbed })
		seen := scenarios(t)[i].Run(t, Choice{})
		if got := states(seen); !slices.Equal(got, test.ports) {
			t.Errorf("%s: ports %v", test.testbed, got)
		}
		if seen.Ping.Received != test.received || seen.Ping.Sent != 5 || len(seen.Ping.Refusals) > 0 != test.refused {
			t.Errorf("%s: ping %+v", test.testbed, seen.Ping)
		}
	}
}

func TestSpreadPacketsShowTwoRouters(t *testing.T) {
	for _, s := range scenarios(t) {
		if len(s.Hops) < 3 || len(s.Hops[2].Other) == 0 {
			continue
		}
		found := map[string]bool{}
		for _, r := range s.Run(t, Choice{}).Path.Hops[2].Replies {
			found[r.Addr.String()] = true
		}
		if len(found) != 2 {
			t.Errorf("hop 3 answers from %v", found)
		}
		return
	}
	t.Error("no scenario spreads packets")
}

func TestWindowsLosesCodes(t *testing.T) {
	for _, s := range scenarios(t) {
		if s.Testbed != "locked-adm13" {
			continue
		}
		seen := s.Run(t, Choice{NoCodes: true})
		last, _ := seen.Path.Last()
		if r := last.Replies[0]; r.HasICMP || r.Kind != trace.HostUnreachable {
			t.Errorf("%+v", r)
		}
	}
}

// The simulated networks are those of the real testbed, where it is at hand.
func TestEveryTestbedNetworkHasAScenario(t *testing.T) {
	have := map[string]bool{}
	for _, s := range scenarios(t) {
		have[s.Testbed] = true
	}
	f, err := os.Open("../../../../shared/testbed/testbed.sh")
	if err != nil {
		t.Skip("the testbed is not at hand")
	}
	defer f.Close()
	in := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line, begins := strings.CutPrefix(lines.Text(), `SCENARIOS="`)
		if in = in || begins; !in {
			continue
		}
		if name := strings.Fields(line)[0]; !have[name] {
			t.Errorf("no scenario for %s", name)
		}
		if strings.HasSuffix(line, `"`) {
			return
		}
	}
}

func TestLoaderRefuses(t *testing.T) {
	good, err := files.ReadFile("testdata/scenarios/a-server-that-answers-is-reachable.toml")
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string][2]string{
		"unknown key":       {`dns = "normal"`, "dns = \"normal\"\ncolour = \"red\""},
		"unknown end":       {`kind = "server"`, `kind = "party"`},
		"one family":        {`"192.168.0.1", "2001:db8::1"`, `"192.168.0.1"`},
		"families reversed": {`"192.168.0.1", "2001:db8::1"`, `"2001:db8::1", "192.168.0.1"`},
		"no verdict":        {`verdicts = ["reachable"]`, `verdicts = []`},
		"no TOML":           {`[end]`, `[end`},
		"no duration":       {`"3ms"`, `"3 parsecs"`},
	} {
		text := strings.Replace(string(good), change[0], change[1], 1)
		if text == string(good) {
			t.Fatalf("%s: nothing to change", what)
		}
		_, err := Load(fstest.MapFS{"x.toml": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), "x.toml") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestScenarioTakesNoTime(t *testing.T) {
	start := time.Now()
	for _, s := range scenarios(t) {
		s.Run(t, Choice{})
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v of real time", took)
	}
}
