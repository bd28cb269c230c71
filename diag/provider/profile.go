// Package provider answers «whose network is this, and what is this router in
// it?» from profiles that are data: TOML files with networks, router names,
// signs of a lock, control hosts and ways back. It asks nobody; what a place
// on a path means for a lock is left to package verdict.
package provider

import (
	"net/netip"
	"regexp"
)

// Role is what a router or host is in its network.
type Role string

// The roles, from the lock outward. The empty Role is not known.
const (
	Lock     Role = "lock"     // where a provider diverts the traffic of locked addresses
	Border   Role = "border"   // edge router, often on an exchange's addresses
	Core     Role = "core"     // backbone or data-centre router
	Access   Role = "access"   // last switch or virtualisation node before the server
	Filter   Role = "filter"   // attack mitigation in the path
	Customer Role = "customer" // a customer's server
	Private  Role = "private"  // RFC 1918, 6598, 4193 or link-local address
	Transit  Role = "transit"  // somebody else's network
)

// Profile is what is known about one provider.
type Profile struct {
	ID, Name string
	Checked  string // date of the last check against its sources, YYYY-MM-DD
	Sources  []string
	Networks []netip.Prefix
	Routers  []Rule
	Controls []Control
	User     bool // from LATCHKEY_HOME, not shipped
	// More fields (lock reasons, ways back, mail senders, what a statement
	// must say) follow as data; see the TOML keys in profile files.
}

// Rule gives a router with a matching reverse name its role.
type Rule struct {
	Role    Role
	Pattern *regexp.Regexp // against the lower-case name without final dot
	Source  string
}

// Control is a host of the provider that answers from anywhere: the path to it
// tells «locked» from «provider or line down».
type Control struct {
	Host, Location string
}

// Place is where an address stands: whose network, which role, and what says
// so. The zero Place is not known.
type Place struct {
	Profile *Profile // nil: no provider we know
	Role    Role
	By      Evidence
}

// Evidence is what a Place rests on.
type Evidence string

// The kinds of evidence for a Place.
const (
	ByName   Evidence = "name"
	ByPrefix Evidence = "prefix"
)

// Set is all profiles, shipped and the user's own.
type Set struct {
	profiles []*Profile
}
