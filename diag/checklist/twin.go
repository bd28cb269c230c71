package checklist

import (
	"cmp"
	"slices"
	"strings"

	"latchkey/diag"
)

// Comparison is what two machines that should be alike do not share.
type Comparison struct {
	Differences []Difference // most telling first
	// Equal are the groups both were asked about without a difference,
	// NotCompared those that only one was asked about.
	Equal, NotCompared []string
	// More counts the differences of a group beyond the ones told.
	More map[string]int
}

// Difference is one thing that is not the same. What a machine does not have is
// "" on its side.
type Difference struct {
	Group string
	Part  string // of the group: «running», «installed», …; "" if it has none
	A, B  string // as the outputs have it, cleaned
	// Weight orders differences: 100 says most. From weightRuleset upwards it
	// may explain by itself why a machine behaves otherwise than its twin.
	Weight int
}

// The weights were set by hand; the order is what counts: a kernel nobody chose
// explains lost IPv6, lost IPv6 a firewall that did not start, and that an
// empty ruleset.
const (
	weightKernel   = 100
	weightIPv6     = 95
	weightGuard    = 90 // a unit failed that keeps others out
	weightRuleset  = 85
	weightBoots    = 80
	weightLatest   = 75 // installed kernels
	weightBoot     = 70 // arguments
	weightFamilies = 65
	weightRoot     = 62
	weightFailed   = 60
	weightArray    = 55
	weightDoor     = 50 // accounts, keys, SUID
	weightJob      = 45
	weightListener = 40
	weightUnit     = 38
	weightSetting  = 35
	weightMount    = 30
	weightPackage  = 25
	weightConfig   = 20
	weightModule   = 15
)

// mostDifferences bounds the differences told of a group.
const mostDifferences = 200

// side is what one machine tells about an aspect. lone: what only it has is a
// difference; if not, only what both have is compared.
type side struct {
	asked, lone bool
	traits      []trait
}

// trait is something a machine has: name tells what it is held against, value
// what must be the same, shown is for reading.
type trait struct {
	name, value, shown string
	weight             int
}

// aspect is a part of a group that can be asked for by itself. What tell makes
// of a machine may depend on what its twin was asked.
type aspect struct {
	group, part string
	tell        func(h, twin *Host) side
	same        func(a, b string) bool                   // values; nil: equal
	instead     func(h *Host, missing string) (s string) // what a side has that lacks a trait; nil: nothing
}

// aspects are all that is compared, in the order in which groups are named.
func aspects() []aspect {
	return slices.Concat(systemAspects(), []aspect{
		{group: "accounts", tell: tellAccounts},
		{group: "groups", tell: tellGroups},
		{group: "keys", tell: tellKeys},
		{group: "cron", tell: tellJobs},
		{group: "timers", tell: tellTimers},
		{group: "suid", tell: tellSUID},
		{group: "listeners", part: "tcp", tell: listeners("tcp"), same: sameOwners},
		{group: "listeners", part: "udp", tell: listeners("udp"), same: sameOwners},
		{group: "mounts", tell: tellMounts},
		{group: "modules", tell: tellModules},
		{group: "sshd", tell: tellSSHD},
		{group: "sysctl", tell: tellSysctl},
		{group: "arrays", tell: tellArrays},
	})
}

// Compare holds a machine against its twin. Host names, addresses, ids, times
// and PIDs never make a difference.
func Compare(a, b *Host) Comparison {
	c := Comparison{Differences: []Difference{}, Equal: []string{}, NotCompared: []string{}, More: map[string]int{}}
	names := ownNames(a, b)
	var groups []string
	asked, compared, different := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, x := range aspects() {
		if !slices.Contains(groups, x.group) {
			groups = append(groups, x.group)
		}
		one, other := x.tell(a, b), x.tell(b, a)
		asked[x.group] = asked[x.group] || one.asked || other.asked
		if !one.asked || !other.asked {
			continue
		}
		compared[x.group] = true
		found := x.compare(one.anonymous(names), other.anonymous(names), a, b)
		slices.SortStableFunc(found, heavier)
		room := max(0, mostDifferences-different[x.group])
		different[x.group] += len(found)
		if len(found) > room {
			c.More[x.group] += len(found) - room
			found = found[:room]
		}
		c.Differences = append(c.Differences, found...)
	}
	slices.SortStableFunc(c.Differences, heavier)
	for _, g := range groups {
		switch {
		case compared[g] && different[g] == 0:
			c.Equal = append(c.Equal, g)
		case asked[g] && !compared[g]:
			c.NotCompared = append(c.NotCompared, g)
		}
	}
	return c
}

func heavier(a, b Difference) int { return b.Weight - a.Weight }

// compare gives the differences of an aspect in the order of its traits, those
// that only b has last.
func (x aspect) compare(one, other side, a, b *Host) (all []Difference) {
	same := x.same
	if same == nil {
		same = func(a, b string) bool { return a == b }
	}
	instead := func(h *Host, missing string) string {
		if x.instead == nil {
			return ""
		}
		return x.instead(h, missing)
	}
	lone := one.lone && other.lone
	one.traits, other.traits = one.once(), other.once()
	have, rest := one.byName(), other.byName()
	for _, t := range one.traits {
		far, both := rest[t.name]
		switch {
		case both && !same(t.value, far.value):
			all = append(all, Difference{x.group, x.part, t.shown, far.shown, max(t.weight, far.weight)})
		case !both && lone:
			all = append(all, Difference{x.group, x.part, t.shown, instead(b, t.name), t.weight})
		}
	}
	for _, t := range other.traits {
		if _, both := have[t.name]; !both && lone {
			all = append(all, Difference{x.group, x.part, instead(a, t.name), t.shown, t.weight})
		}
	}
	return all
}

// once are the traits of which each name stands once: several outputs may tell
// the same, the first is as good.
func (s side) once() (all []trait) {
	seen := map[string]bool{}
	for _, t := range s.traits {
		if !seen[t.name] {
			seen[t.name] = true
			all = append(all, t)
		}
	}
	return all
}

func (s side) byName() map[string]trait {
	all := make(map[string]trait, len(s.traits))
	for _, t := range s.traits {
		all[t.name] = t
	}
	return all
}

// anonymous takes out of names and values what differs between any two
// machines.
func (s side) anonymous(names *strings.Replacer) side {
	s.traits = slices.Clone(s.traits)
	for i := range s.traits {
		t := &s.traits[i]
		t.name, t.value, t.shown = unnamed(t.name, names), unnamed(t.value, names), shown(t.shown)
	}
	return s
}

var (
	processPath = diag.NewPattern(`/proc/\d+`)
	// machineWord is what belongs to one machine: UUID (plain or as systemd
	// escapes it), MAC, address, a long number of an id.
	machineWord = diag.NewPattern(`(?i)\b[0-9a-f]{8}(?:(?:-|\\x2d)[0-9a-f]{4}){3}(?:-|\\x2d)[0-9a-f]{12}\b` +
		`|\b[0-9a-f]{2}(?::[0-9a-f]{2}){5}\b|\b\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?\b` +
		`|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7}(?:/\d{1,3})?|\b[0-9a-f]{12,64}\b`)
)

func unnamed(s string, names *strings.Replacer) string {
	s = processPath.ReplaceAllString(s, "/proc/PID")
	return machineWord.ReplaceAllString(names.Replace(s), "*")
}

// ownNames takes the machines' own names out of texts. One of less than four
// letters would take too much with it.
func ownNames(hosts ...*Host) *strings.Replacer {
	var names []string
	for _, h := range hosts {
		short, _, _ := strings.Cut(h.Kernel.Machine, ".")
		for _, name := range []string{h.Kernel.Machine, short} {
			if len(name) >= 4 {
				names = append(names, name)
			}
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
	var pairs []string
	for _, name := range slices.Compact(names) {
		pairs = append(pairs, name, "*")
	}
	return strings.NewReplacer(pairs...)
}
