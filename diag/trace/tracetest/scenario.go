// Package tracetest answers «what would a trace see in that network?»: networks
// described in scenario files, a Prober and a Resolver that behave like them in
// the virtual time of testing/synctest, and a run of the real Tracer over them.
// It needs no root, no network and no sleep. What the observations mean is left
// to the tests of package verdict.
package tracetest

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"latchkey/diag/trace"
)

//go:embed testdata/scenarios/*.toml
var files embed.FS

// Scenario is a network and what is to be seen in it. A field with two values
// is that of IPv4 and of IPv6.
type Scenario struct {
	Sentence string   `toml:"-"`       // what the scenario proves: the file's name in words
	Testbed  string   `toml:"testbed"` // the same network in the real testbed; "" if it has none
	DNS      string   `toml:"dns"`     // normal, none, slow (6 s) or silent
	Loss     int      `toml:"loss"`    // percent of packets lost after the first hop
	NoRoute  bool     `toml:"no_route"`
	Hops     []Router `toml:"hop"`
	End      End      `toml:"end"`
	Server   Server   `toml:"server"`
	Control  Control  `toml:"control"`
	Expect   Expect   `toml:"expect"`
}

// Router is a hop on the way.
type Router struct {
	At    []string   `toml:"at"`
	Name  string     `toml:"name"`
	RTT   []duration `toml:"rtt"`
	Mute  bool       `toml:"mute"`  // sends no ICMP errors
	Burst int        `toml:"burst"` // ICMP errors sent at once, then one a second; 0: no limit
	Other []string   `toml:"other"` // a router beside it that gets every second packet
}

// End is what becomes of packets for the server that pass the last Router.
type End struct {
	Kind string `toml:"kind"` // server, silence, refusal or loop
	// Of a refusal: who refuses, with which ICMP type and code («3/13»), from
	// which TTL on (0: the next after the last Router), how late.
	By    []string   `toml:"by"`
	Name  string     `toml:"name"`
	ICMP  []string   `toml:"icmp"`
	From  int        `toml:"from"`
	RTT   []duration `toml:"rtt"`
	Burst int        `toml:"burst"`
	Among []int      `toml:"among"` // of a loop: the TTLs of the routers that play ball
}

// Server is the target.
type Server struct {
	At     []string   `toml:"at"`
	Name   string     `toml:"name"`
	RTT    []duration `toml:"rtt"`
	Burst  int        `toml:"burst"`
	Echo   []string   `toml:"echo"`   // what an echo request gets: «reply», «silence» or a type and code
	UDP    []string   `toml:"udp"`    // what a UDP packet gets
	Open   []int      `toml:"open"`   // TCP ports
	Closed []string   `toml:"closed"` // what the other ports send: «reset», «silence» or a type and code
}

// Control is another host of the same provider.
type Control struct {
	At      []string   `toml:"at"`
	Name    string     `toml:"name"`
	TTL     int        `toml:"ttl"`
	RTT     []duration `toml:"rtt"`
	Reached bool       `toml:"reached"` // false: its packets meet the server's fate
}

// Expect is what a trace has to find, in any family and by any method that the
// scenario does not except.
type Expect struct {
	Last     []string   `toml:"last"` // address of the last hop that answers; empty: none does
	TTL      int        `toml:"ttl"`
	Kind     trace.Kind `toml:"kind"` // of the first reply there; empty: depends on the method
	Reached  bool       `toml:"reached"`
	Quiet    duration   `toml:"quiet"`    // at most
	Final    duration   `toml:"final"`    // at most
	Verdicts []string   `toml:"verdicts"` // codes that are right, for the tests of package verdict
	// UDP says what a UDP trace finds where it differs: «deaf» servers.
	UDP *Expect `toml:"udp"`
}

type duration struct{ time.Duration }

func (d *duration) UnmarshalText(text []byte) (err error) {
	d.Duration, err = time.ParseDuration(string(text))
	return err
}

// Scenarios are the scenarios shipped with the package, by name of file.
func Scenarios() ([]Scenario, error) {
	sub, err := fs.Sub(files, "testdata/scenarios")
	if err != nil {
		return nil, fmt.Errorf("open scenarios: %w", err)
	}
	return Load(sub)
}

// Load reads every *.toml in the root of fsys. A key it does not know, or a
// value that makes no sense, is an error that names the file.
func Load(fsys fs.FS) ([]Scenario, error) {
	names, err := fs.Glob(fsys, "*.toml")
	if err != nil {
		return nil, fmt.Errorf("list scenarios: %w", err)
	}
	var out []Scenario
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read scenario: %w", err)
		}
		var s Scenario
		about, err := toml.Decode(string(text), &s)
		if err == nil && len(about.Undecoded()) > 0 {
			err = fmt.Errorf("unknown keys %v", about.Undecoded())
		}
		if err == nil {
			err = s.check()
		}
		if err != nil {
			return nil, fmt.Errorf("read scenario %s: %w", name, err)
		}
		s.Sentence = strings.ReplaceAll(strings.TrimSuffix(path.Base(name), ".toml"), "-", " ")
		out = append(out, s)
	}
	return out, nil
}

func (s Scenario) check() error {
	pairs := [][]string{s.Server.At, s.Control.At}
	for _, h := range s.Hops {
		pairs = append(pairs, h.At)
		if len(h.Other) > 0 {
			pairs = append(pairs, h.Other)
		}
	}
	if len(s.Expect.Last) > 0 {
		pairs = append(pairs, s.Expect.Last)
	}
	for _, p := range pairs {
		if err := checkPair(p); err != nil {
			return err
		}
	}
	if err := s.End.check(len(s.Hops)); err != nil {
		return err
	}
	if !slices.Contains([]string{"normal", "none", "slow", "silent"}, s.DNS) {
		return fmt.Errorf("dns %q", s.DNS)
	}
	if s.Loss < 0 || s.Loss > 100 {
		return fmt.Errorf("loss %d", s.Loss)
	}
	if len(s.Expect.Verdicts) == 0 || s.Expect.Final.Duration == 0 || s.Expect.Quiet.Duration == 0 {
		return errors.New("expects no verdict or no times")
	}
	return nil
}

func checkPair(p []string) error {
	if len(p) == 2 {
		a, err4 := netip.ParseAddr(p[0])
		b, err6 := netip.ParseAddr(p[1])
		if err4 == nil && err6 == nil && a.Is4() && b.Is6() {
			return nil
		}
	}
	return fmt.Errorf("addresses %q: want one of IPv4 and one of IPv6", p)
}

func (e End) check(hops int) error {
	switch e.Kind {
	case "server", "silence":
		return nil
	case "refusal":
		for _, family := range []int{0, 1} {
			if _, _, err := icmp(of(e.ICMP, family)); err != nil {
				return fmt.Errorf("refusal: %w", err)
			}
		}
		return checkPair(e.By)
	case "loop":
		for _, n := range e.Among {
			if n < 1 || n > hops {
				return fmt.Errorf("loop among %v: there are %d hops", e.Among, hops)
			}
		}
		if len(e.Among) > 0 {
			return nil
		}
	}
	return fmt.Errorf("end kind %q is unknown or lacks something", e.Kind)
}

// icmp reads «3/13».
func icmp(s string) (typ, code uint8, err error) {
	if n, err := fmt.Sscanf(s, "%d/%d", &typ, &code); err != nil || n != 2 {
		return 0, 0, fmt.Errorf("ICMP type and code %q", s)
	}
	return typ, code, nil
}

// of picks the value of a family: one value is both's.
func of[T any](pair []T, family int) (value T) {
	switch {
	case len(pair) == 0:
		return value
	case len(pair) == 1:
		return pair[0]
	}
	return pair[family]
}

// index is the place of a family in a pair.
func index(f trace.Family) int {
	if f == trace.IPv6 {
		return 1
	}
	return 0
}

// Target is the server's address.
func (s Scenario) Target(f trace.Family) netip.Addr {
	return netip.MustParseAddr(of(s.Server.At, index(f)))
}

// ControlTarget is the address of the host to compare with.
func (s Scenario) ControlTarget(f trace.Family) netip.Addr {
	return netip.MustParseAddr(of(s.Control.At, index(f)))
}
