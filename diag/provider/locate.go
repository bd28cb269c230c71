package provider

import (
	"net/netip"
	"strings"
)

// Set is all profiles, shipped and the user's own. It is safe for concurrent
// use; the zero Set knows nothing.
type Set struct {
	profiles []*Profile
	networks table
	rules    map[string][]claim  // by the domain the rule's names lie in
	domains  map[string]*Profile // the providers' own domains
	cuts     map[string][]string // domains by each way to begin them
}

// claim is a rule with its profile.
type claim struct {
	profile *Profile
	rule    *Rule
}

// newSet indexes profiles; where two claim the same, the first one wins.
func newSet(profiles []*Profile) *Set {
	s := &Set{
		profiles: profiles,
		networks: newTable(profiles),
		rules:    map[string][]claim{},
		domains:  map[string]*Profile{},
		cuts:     map[string][]string{},
	}
	for _, p := range profiles {
		for i := range p.Routers {
			for _, d := range p.Routers[i].Domains {
				if s.rules[d] == nil {
					for n := 1; n < len(d); n++ {
						s.cuts[d[:n]] = append(s.cuts[d[:n]], d)
					}
				}
				s.rules[d] = append(s.rules[d], claim{p, &p.Routers[i]})
			}
		}
		for _, d := range p.Domains {
			if s.domains[d] == nil {
				s.domains[d] = p
			}
		}
	}
	return s
}

// All gives the profiles, the user's own first, each group by id. The caller
// must not change the slice.
func (s *Set) All() []*Profile { return s.profiles }

// ByID returns the profile with that id, or nil.
func (s *Set) ByID(id string) *Profile {
	for _, p := range s.profiles {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// Locate tells where a hop stands, from its address (invalid if not known) and
// its reverse name ("" if it has none), in this order:
//
//  1. a private address is Private, whatever its name says: no provider's
//     router on the public way has one, and a local resolver may say anything
//  2. a name that a rule matches gives profile and role
//  3. an address in a provider's network, or a name in its own domains, gives
//     the profile without a role
//  4. everything else is Transit, and nothing known is the zero Place
func (s *Set) Locate(addr netip.Addr, name string) Place {
	addr, name = plain(addr), lower(name)
	if private(addr) {
		return Place{Role: Private, By: ByPrefix}
	}
	owner := s.networks.find(addr)
	if p, ok := s.byName(name, owner); ok {
		return p
	}
	switch {
	case owner != nil:
		return Place{Profile: owner, By: ByPrefix}
	case addr.IsValid():
		return Place{Role: Transit, By: ByPrefix}
	case name == "":
		return Place{}
	case homeName(name):
		return Place{Role: Private, By: ByName}
	}
	return Place{Role: Transit, By: ByName}
}

// OfTarget returns the profile of the provider a server stands at, or nil. The
// address decides; a name only where the address says nothing, because owners
// name their servers as they like.
func (s *Set) OfTarget(addr netip.Addr, name string) *Profile {
	addr = plain(addr)
	if p := s.networks.find(addr); p != nil {
		return p
	}
	if private(addr) {
		return nil
	}
	p, _ := s.byName(lower(name), nil)
	return p.Profile
}

// byName finds the place a name tells: by a rule, by a rule on the completed
// name where a column cut it off, by the provider's own domain.
func (s *Set) byName(name string, owner *Profile) (Place, bool) {
	for i := 0; i < len(name); i++ {
		if name[i] != '.' {
			continue
		}
		for _, c := range s.rules[name[i+1:]] {
			if c.rule.Pattern.MatchString(name) {
				return Place{c.profile, c.rule.Role, ByName}, true
			}
		}
	}
	if p, ok := s.byCutName(name, owner); ok {
		return p, true
	}
	for rest, more := name, name != ""; more; _, rest, more = strings.Cut(rest, ".") {
		if p := s.domains[rest]; p != nil {
			return Place{Profile: p, By: ByName}, true
		}
	}
	return Place{}, false
}

// cutAt is the shortest name that a column may have cut off: mtr cuts at 25
// characters, older ones at 26, nothing in use is narrower.
const cutAt = 24

// byCutName reads names that a column cut off («ex9k1.dc4.nbg1.hetzner.co»).
// It wants the first label of the provider's domain whole, or the address in
// the provider's network; all ways to complete the name must agree; and it
// never takes a cut name for the lock host.
func (s *Set) byCutName(name string, owner *Profile) (Place, bool) {
	if len(name) < cutAt {
		return Place{}, false
	}
	var found Place
	for i := 0; i < len(name)-1; i++ {
		if name[i] != '.' {
			continue
		}
		host, tail := name[:i+1], name[i+1:]
		for _, domain := range s.cuts[tail] {
			whole := strings.Contains(tail, ".") || domain[len(tail)] == '.'
			for _, c := range s.rules[domain] {
				if !c.rule.Pattern.MatchString(host+domain) || !whole && c.profile != owner {
					continue
				}
				p := Place{c.profile, c.rule.Role, ByName}
				if p.Role == Lock || found.Profile != nil && found != p {
					return Place{}, false
				}
				found = p
				break // the first rule decides, as for whole names
			}
		}
	}
	return found, found.Profile != nil
}

// plain removes what does not matter for a lookup: the zone of a link-local
// address and the IPv6 clothes of an IPv4 one.
func plain(a netip.Addr) netip.Addr {
	if a.IsUnspecified() {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

// shared is the address space between a provider and its customers (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

func private(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || shared.Contains(a)
}

// lower brings a name to the form the rules are written for. A DNS name has at
// most 253 characters; what is longer is none.
func lower(name string) string {
	if len(name) > 254 {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(strings.TrimSpace(name)), ".")
}

// homeName reports names that only exist in somebody's own network: single
// labels, special-use domains (RFC 6762, RFC 8375, ICANN's «internal») and
// what routers sold in Germany call themselves.
func homeName(name string) bool {
	i := strings.LastIndexByte(name, '.')
	switch name[i+1:] {
	case "local", "localdomain", "lan", "home", "internal", "intranet":
		return true
	}
	switch name {
	case "fritz.box", "speedport.ip", "easy.box":
		return true
	}
	return i < 0 || strings.HasSuffix(name, ".home.arpa") || strings.HasSuffix(name, ".fritz.box")
}

// OfSender finds the provider whose notices come from a mail address («Abuse
// Desk <abuse@example.org>»); nil if it is nobody's. A sender is easily forged:
// it names who a mail claims to be from.
func (s *Set) OfSender(from string) *Profile {
	from = strings.ToLower(strings.TrimRight(strings.TrimSpace(from), ">"))
	at := strings.LastIndexByte(from, '@')
	if at < 0 {
		return nil
	}
	domain := from[at+1:]
	for _, p := range s.All() {
		for _, sender := range p.Senders {
			if domain == sender || strings.HasSuffix(domain, "."+sender) {
				return p
			}
		}
	}
	return nil
}
