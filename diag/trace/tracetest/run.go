package tracetest

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/diag"
	"latchkey/diag/trace"
)

// Choice is how a scenario is run.
type Choice struct {
	Family  trace.Family // "" means IPv4
	Method  trace.Method // "" means Auto
	UDP     bool         // this system lets us send no ICMP
	NoCodes bool         // this system loses the ICMP codes (Windows)
	Ports   []int        // nil means 22, 80 and 443
}

// Seen is what the real Tracer saw of a simulated network, all parts asked at
// once as a check does. Nil parts could not be asked.
type Seen struct {
	Path    trace.Path
	First   trace.Path // at the first verdict
	Control *trace.Path
	Ping    *trace.Ping
	Ports   []trace.Port
	NoRoute diag.Answer
	Message string
	Quiet   time.Duration // after the start: time of the first verdict
	Final   time.Duration // the path's end
	Packets int           // sent by all parts together
}

// Run traces, pings, tries ports and traces to the control host, in virtual
// time: a wait of seconds takes none.
func (s Scenario) Run(t *testing.T, c Choice) (seen Seen) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		n := NewNetwork(s)
		n.NoCodes = c.NoCodes
		seen = n.Run(t, c)
	})
	return seen
}

// Run is Scenario.Run for callers that are in a synctest bubble already.
func (n *Network) Run(t *testing.T, c Choice) (seen Seen) {
	t.Helper()
	if c.Family == "" {
		c.Family = trace.IPv4
	}
	if c.Ports == nil {
		c.Ports = []int{22, 80, 443}
	}
	ctx := context.Background()
	tracer, start := n.Tracer(c.UDP), time.Now()
	target := n.Target(c.Family)
	var wg sync.WaitGroup
	wg.Go(func() {
		if p, err := tracer.Ping(ctx, target, nil); err == nil {
			seen.Ping = &p
		}
	})
	wg.Go(func() { seen.Ports = tracer.Ports(ctx, target, c.Ports, 5*time.Second, nil) })
	wg.Go(func() {
		o := trace.Options{Method: c.Method, Brief: true}
		if r, err := tracer.Trace(ctx, n.ControlTarget(c.Family), o, nil); err == nil && r.NoRoute == diag.No {
			seen.Control = &r.Path
		}
	})
	r, err := tracer.Trace(ctx, target, trace.Options{Method: c.Method}, func(e trace.Event) {
		if e.Quiet && seen.Quiet == 0 {
			seen.Quiet, seen.First = time.Since(start), e.Path
		}
	})
	if err != nil {
		t.Errorf("trace %s: %v", n.Sentence, err)
	}
	seen.Path, seen.NoRoute, seen.Message, seen.Final = r.Path, r.NoRoute, r.Message, time.Since(start)
	wg.Wait()
	seen.Packets = n.packets
	return seen
}
