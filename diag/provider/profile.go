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

// The roles, from the lock outward. The empty Role is not known: an address in
// a provider's network whose name tells nothing is a Place with a Profile and
// no Role.
const (
	Lock     Role = "lock"     // where a provider diverts the traffic of locked addresses
	Border   Role = "border"   // edge router, often on an exchange's addresses
	Core     Role = "core"     // backbone or data-centre router
	Access   Role = "access"   // last switch or virtualisation node before the server
	Filter   Role = "filter"   // attack mitigation in the path
	Customer Role = "customer" // a customer's server
	Private  Role = "private"  // RFC 1918, 6598, 4193 or link-local address, name of a home network
	Transit  Role = "transit"  // somebody else's network
)

// Certainty marks what a source does not say in so many words. The empty
// Certainty is «the source says so»; the others must be told where it matters.
type Certainty string

// The certainties a profile may carry.
const (
	Inferred Certainty = "inferred" // concluded from observations
	NotFound Certainty = "not-found"
)

// Profile is what is known about one provider. Receivers must not change it.
type Profile struct {
	ID, Name     string
	Checked      string   // date of the last check against its sources, YYYY-MM-DD
	Sources      []string // addresses of the documents it rests on
	ASNs         []uint32
	Domains      []string       // its own domains: whatever is named in them is the provider's
	Networks     []netip.Prefix // masked, unmapped
	NetworksDate string         // date of the prefix table, YYYY-MM-DD; "" if there is none
	Routers      []Rule
	MinSilent    int        // silent hops after a border router before they say anything, 3 to 30
	Signs        []Sign     // how this provider's locks show in a path; none: nothing is known
	Reasons      []Reason   // in the order to ask for them
	Ways         []Way      // ways back; a Reason names those that fit it, best first
	Controls     []Control  // in order of preference
	Senders      []string   // mail domains its notices come from
	Links        []Link     // the provider's own pages
	Promises     []Deadline // times the provider names
	User         bool       // from the user's own folder, not shipped
}

// Rule gives a router with a matching reverse name its role.
type Rule struct {
	Role      Role
	Pattern   *regexp.Regexp // against the whole lower-case name without final dot
	Host      string         // the pattern of the part before the domain; "" means any
	Domains   []string       // the domains the names lie in, lower case
	Source    string
	Certainty Certainty
}

// Sign is a way in which a lock shows in a path.
type Sign struct {
	Code      SignCode
	Source    string
	Certainty Certainty
}

// SignCode names a kind of sign; each has its rule in package verdict.
type SignCode string

// The signs.
const (
	EndsAtLockHost SignCode = "lock-host"      // the path ends at a router with the role Lock
	SilentBorder   SignCode = "border-silence" // a Border router is the last that answers
)

// Reason is a reason for which the provider locks, and the ways back that fit.
type Reason struct {
	Code      string   // key of its text: «provider.reason.<code>»
	Ways      []string // codes of Profile.Ways, best first
	Source    string
	Certainty Certainty
}

// Way is a way back to the server or out of the lock.
type Way struct {
	Code      string            // key of its text: «provider.way.<code>»
	Menu      map[string]string // where it is, in the provider's own words, by language; may be empty
	URL       string            // "" if there is none
	Source    string
	Certainty Certainty
}

// Control is a host of the provider that answers from anywhere: the path to it
// tells «locked» from «provider or line down».
type Control struct {
	Host, Location string
	Source         string
	Certainty      Certainty
}

// Link is a page of the provider: «status», «abuse», «locks», «panel».
type Link struct{ Code, URL string }

// Deadline is a time the provider names. Hours is at least 1.
type Deadline struct {
	Code   string // key of its text: «provider.deadline.<code>»
	Hours  int
	Source string
}

// LockHost gives the name of the host that locked traffic is diverted to, ""
// if none is known or it has no single name.
func (p *Profile) LockHost() string {
	for _, r := range p.Routers {
		if r.Role == Lock && r.Host == regexp.QuoteMeta(r.Host) && len(r.Domains) > 0 {
			return r.Host + "." + r.Domains[0]
		}
	}
	return ""
}

// Sign returns the profile's sign of that kind, and false if none is known.
func (p *Profile) Sign(code SignCode) (Sign, bool) {
	for _, s := range p.Signs {
		if s.Code == code {
			return s, true
		}
	}
	return Sign{}, false
}

// Way returns the way back with that code, and false if there is none.
func (p *Profile) Way(code string) (Way, bool) {
	for _, w := range p.Ways {
		if w.Code == code {
			return w, true
		}
	}
	return Way{}, false
}

// Link returns the address of the provider's page of that kind, or "".
func (p *Profile) Link(code string) string {
	for _, l := range p.Links {
		if l.Code == code {
			return l.URL
		}
	}
	return ""
}

// Place is where an address stands: whose network, which role, and what says
// so. The zero Place is not known.
type Place struct {
	Profile *Profile // nil: no provider we know
	Role    Role
	By      Evidence
}

// Inside reports whether the place is behind the provider's border: a border
// router's name is the provider's, its address usually an exchange's.
func (p Place) Inside() bool {
	return p.Profile != nil && p.Role != Border
}

// Evidence is what a Place rests on.
type Evidence string

// The kinds of evidence for a Place.
const (
	ByName   Evidence = "name"
	ByPrefix Evidence = "prefix"
)
