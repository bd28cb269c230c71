package provider

import (
	"net/netip"
	"strings"
)

// sample is a claim about the profile it stands in: these names and addresses
// have this role. Besides the roles of Rule there are «inside» (the provider's,
// but nothing says what it is) and «none» (not the provider's: false friends).
type sample struct {
	Role      Role     `toml:"role"`
	Names     []string `toml:"names"`
	Addresses []string `toml:"addresses"`
}

const (
	inside Role = "inside"
	none   Role = "none"
)

// checkSamples holds a profile, alone in its set, against its samples: each must come out as it
// says, each rule and the networks must be needed by one, and a profile that
// knows names must show at least one false friend.
func checkSamples(p *Profile, set *Set, samples []sample) *fault {
	used := make([]bool, len(p.Routers))
	address, friend := len(p.Networks) == 0, len(p.Routers)+len(p.Domains) == 0 // nothing to prove
	for i, s := range samples {
		if f := s.check(i, set); f != nil {
			return f
		}
		for _, name := range s.Names {
			if n := deciding(p, name); n >= 0 {
				used[n] = true
			}
		}
		address = address || s.Role == inside && len(s.Addresses) > 0
		friend = friend || s.Role == none && len(s.Names) > 0
	}
	for i, ok := range used {
		if !ok {
			return faultf(at("router", i, "host"), NoSample, "%s", p.Routers[i].Role)
		}
	}
	switch {
	case len(samples) == 0:
		return faultf("sample", NoSample, "")
	case !address:
		return faultf("sample", NoSample, `no address with the role "inside"`)
	case !friend:
		return faultf("sample", NoSample, `no name with the role "none"`)
	}
	return nil
}

// check holds one sample, the i-th of its file, against the profile's set.
func (s sample) check(i int, set *Set) *fault {
	if n := len(s.Names) + len(s.Addresses); n == 0 || n > maxItems {
		return faultf(at("sample", i, ""), BadSample, "%d names and addresses", n)
	}
	for _, name := range s.Names {
		if f := checkSample(at("sample", i, "names"), name, s.Role, set.Locate(netip.Addr{}, name)); f != nil {
			return f
		}
	}
	for _, text := range s.Addresses {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return faultf(at("sample", i, "addresses"), BadSample, "%q", text)
		}
		if f := checkSample(at("sample", i, "addresses"), text, s.Role, set.Locate(a, "")); f != nil {
			return f
		}
	}
	return nil
}

func checkSample(key, text string, want Role, got Place) *fault {
	role := got.Role
	switch {
	case got.Profile == nil:
		role = none
	case role == "":
		role = inside
	}
	if role != want {
		return faultf(key, BadSample, "%q is %q, not %q", text, role, want)
	}
	return nil
}

// deciding is the index of the rule that decides a whole name, -1 for none.
func deciding(p *Profile, name string) int {
	name = lower(name)
	for i, r := range p.Routers {
		if r.Pattern.MatchString(name) {
			return i
		}
	}
	return -1
}

// claimed is the first of the names samples give a role to that a rule or
// domain of another profile takes for its own, "" if there is none. Without
// this check one careless pattern would take over another provider's routers.
func claimed(by *Set, samples []sample) string {
	for _, s := range samples {
		if s.Role == none {
			continue
		}
		for _, name := range s.Names {
			if by.Locate(netip.Addr{}, name).Profile != nil {
				return strings.ToLower(name)
			}
		}
	}
	return ""
}
