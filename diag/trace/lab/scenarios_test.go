//go:build linux

package lab

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// judged is what a check has to say in a scenario: one of the verdicts, each
// «code» or «code/confidence».
type judged struct {
	scenarios string
	verdicts  string
}

// No tracer can tell locked-null and locked-deep from a server that drops
// everything, nor a border router without a name from any other.
const unsure = "locked/possible inconclusive"

func judgements() []judged {
	return []judged{
		{"up", "reachable"},
		{"locked", "locked/likely"},
		{"locked ecmp", "locked/likely"},
		{"locked lossy", "locked/likely"},
		{"locked dns-none", unsure},
		{"locked dns-slow", unsure},
		{"locked-adm13", "locked/likely"},
		{"locked-host10", "locked/likely"},
		{"locked-net9", "locked/likely"},
		{"locked-null", unsure},
		{"locked-deep", unsure},
		{"locked-blocked", "locked/certain"},
		{"locked-late", "locked/certain"},
		{"off", "host-down"},
		{"firewalled", "filtered"},
		{"no-udp", "reachable"},
		{"fw-reject", "reachable"},
		{"silent-mid", "reachable"},
		{"ratelimit", "reachable"},
		{"local-noroute", "local"},
		{"local-blackhole", "local"},
		{"isp", "before-provider"},
		{"loop", "loop"},
		{"ecmp", "reachable"},
		{"lossy", "reachable"},
		{"dns-none", "reachable"},
		{"dns-slow", "reachable"},
	}
}

// TestScenarios: every scenario, both families, with and without the right to
// ping, has to be judged rightly by a user without rights. Times are logged;
// BenchmarkCheck holds them to their limits.
func TestScenarios(t *testing.T) {
	latchkey := program(t)
	for _, want := range judgements() {
		for _, open := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/ping-range=%t", want.scenarios, open), func(t *testing.T) {
				t.Parallel()
				// A fresh lab for every run: hosts answer six ICMP errors at
				// once and then one a second, so a second run would see less.
				l := Start(t, strings.Fields(want.scenarios)...)
				if err := l.PingRange(open); err != nil {
					t.Fatal(err)
				}
				var both sync.WaitGroup
				for _, addr := range []string{Server, Server6} {
					both.Go(func() { want.hold(t, asNobody(t.Context(), t, l, latchkey, addr)) })
				}
				both.Wait()
			})
		}
	}
}

// hold compares one run with what is wanted.
func (want judged) hold(t *testing.T, r ran) {
	t.Helper()
	first := int64(-1)
	if r.First != nil {
		first = *r.First
	}
	t.Logf("%-15s %s %s %s, first verdict %d ms, over after %d ms", want.scenarios, r.Target.Address, r.Path.Method, r.verdict(), first, r.Elapsed)
	if !want.allows(r.answer) {
		t.Errorf("verdict %s, want %s\nexit %d, stderr %s\n%s", r.verdict(), want.verdicts, r.status, r.err, r.out)
	}
	if r.status != 0 && r.verdict() != "none" && r.Verdict.Code != "local" {
		t.Errorf("exit status %d for an answer; stderr %s", r.status, r.err)
	}
	if first < 0 || first > r.Elapsed {
		t.Errorf("first verdict after %d of %d ms", first, r.Elapsed)
	}
	if r.took > longest { // a check ends itself after 15 s; a busy machine takes its time to start it
		t.Errorf("took %v", r.took)
	}
}

func (want judged) allows(a answer) bool {
	return a.Verdict != nil && slices.ContainsFunc(strings.Fields(want.verdicts), func(v string) bool {
		return v == a.Verdict.Code || v == a.verdict()
	})
}
