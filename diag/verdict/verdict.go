// Package verdict answers «what do these observations say about the server?»:
// Path, ping, ports, control trace and Profile become one Verdict with its
// confidence, its reasons, what would change it and what to do next. It is
// pure: no clock, no network, no language.
package verdict

import (
	"latchkey/diag"
	"latchkey/diag/provider"
	"latchkey/diag/trace"
)

// Code is one of the eight verdicts of the contract.
type Code string

// The verdicts.
const (
	Reachable      Code = "reachable"
	Locked         Code = "locked"
	HostDown       Code = "host-down"
	Filtered       Code = "filtered"
	BeforeProvider Code = "before-provider"
	Local          Code = "local"
	Loop           Code = "loop"
	Inconclusive   Code = "inconclusive"
)

// Codes lists all verdicts, for completeness tests.
func Codes() []Code {
	return []Code{Reachable, Locked, HostDown, Filtered, BeforeProvider, Local, Loop, Inconclusive}
}

// Confidence is how sure a Verdict is.
type Confidence string

// The confidences, least sure first.
const (
	Possible Confidence = "possible"
	Likely   Confidence = "likely"
	Certain  Confidence = "certain"
)

// Observation is everything Judge looks at. Nil fields were not asked.
type Observation struct {
	Path     trace.Path
	Ping     *trace.Ping
	Ports    []trace.Port
	Control  *trace.Path       // to another host of the same provider
	Baseline *trace.Path       // of a day on which the server was reachable
	Profile  *provider.Profile // the target's provider; nil: not known
	Printed  bool              // printed by another program: nothing else was asked
	Told     *diag.Finding     // the provider's own word that the address is locked; nil if it gave none
	// NoRoute is the system's own refusal to send: no link, no route. NoName is
	// a target whose name could not be looked up because no resolver answered.
	NoRoute, NoName diag.Answer
}

// Verdict is a conclusion. Because, Changes and Steps are findings; their
// texts have the keys «finding.<code>».
type Verdict struct {
	Code       Code
	Confidence Confidence
	Because    []diag.Finding // why we think so; codes «trace.…», «ping.…», «port.…», «control.…»
	Changes    []diag.Finding // what would change it; codes «change.…»
	Steps      []diag.Finding // what to do now; codes «step.…»
	LastHop    string         // name or address of the last hop that answered; "" if none
	LastTTL    int            // its TTL; 0 if none
	Provider   string         // id of the provider whose network the path ended in; "" if unknown
	Late       bool           // a refusal that came after the first verdict decided it
}
