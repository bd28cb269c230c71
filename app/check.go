package app

import (
	"net/netip"
	"time"

	"latchkey/diag/provider"
	"latchkey/diag/trace"
	"latchkey/diag/verdict"
)

// CheckOptions are the choices of a check; the zero value is the usual one.
type CheckOptions struct {
	Method   trace.Method  // "" means auto
	Ports    []int         // in addition to 22, 80 and 443
	Family   trace.Family  // "" means: the first address the system gives
	Timeout  time.Duration // of the whole check; 0 means 15 s
	Provider string        // profile id; "" means: found from address and names
	Control  string        // a host to compare with (the twin); "" means the profile's
	NoNames  bool          // ask no name server for routers' names
	Server   netip.Addr    // for Read: the server it is about, where the input does not say
}

// Stage is the state of one part of a running check.
type Stage string

// The states of a part of a check.
const (
	StageWaiting Stage = "waiting"
	StageRunning Stage = "running"
	StageDone    Stage = "done"
	StageFailed  Stage = "failed"  // could not be asked; see Check.Err
	StageSkipped Stage = "skipped" // deliberately not asked
)

// Stages are the parts of a check, in the order a screen shows them.
type Stages struct {
	Name, Line, Path, Ping, Ports Stage
}

// Check is a snapshot of a check, running or over. Session hands out copies:
// a receiver may keep them and must not change what they point to.
type Check struct {
	Input        string     // as typed
	Name         string     // host name; "" when an address was typed
	Addr         netip.Addr // the address checked; invalid until known
	Others       []netip.Addr
	Provider     *provider.Profile // of the target; nil: not known
	Options      CheckOptions
	Started      time.Time
	FirstVerdict time.Duration // after the start; 0 until there is one
	Elapsed      time.Duration
	Stages       Stages
	Path         trace.Path
	Places       []provider.Place // one per Path.Hops
	Ping         *trace.Ping      // nil: not asked (yet)
	Ports        []trace.Port
	Control      *Control
	Baseline     *trace.Path
	Verdict      *verdict.Verdict // nil until there is one
	Final        bool             // nothing more will come
	Cancelled    bool
	Printed      bool  // read from a printed trace, not measured by us
	Err          error // why there is no answer; nil while there may be one
}

// Control is the comparison with another host of the same provider.
type Control struct {
	Host string
	Path trace.Path
}
