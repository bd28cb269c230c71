package checklist

import (
	"fmt"
	"slices"
	"strings"
)

// systemAspects compare what a machine started with, and what did not start.
func systemAspects() []aspect {
	return []aspect{
		{group: "kernel", part: "running", tell: tellRunning, same: sameKernel},
		{group: "kernel", part: "boots", tell: tellBoots, same: sameKernels},
		{group: "kernel", part: "installed", tell: tellInstalled},
		{group: "kernel", part: "arguments", tell: tellArguments},
		{group: "ipv6", part: "off", tell: tellIPv6, instead: families},
		{group: "ipv6", part: "families", tell: tellFamilies},
		{group: "units", part: "failed", tell: tellFailed, instead: stateOf},
		{group: "units", part: "enabled", tell: tellEnabled},
		{group: "firewall", part: "empty", tell: tellEmpty, instead: counted},
		{group: "firewall", part: "tool", tell: tellTools},
		{group: "packages", tell: tellPackages},
		{group: "changes", tell: tellChanges},
	}
}

// one is a side that has a single trait, if it is known.
func one(value string, weight int) side {
	s := side{asked: value != "", lone: true}
	if s.asked {
		s.traits = []trait{{value: value, shown: value, weight: weight}}
	}
	return s
}

// tellRunning: uname tells it, else the last start of the machine.
func tellRunning(h, _ *Host) side {
	if h.Kernel.Running != "" {
		return one(h.Kernel.Running, weightKernel)
	}
	if all := kernelsOf(h); len(all) > 0 {
		return one(all[len(all)-1], weightKernel)
	}
	return side{}
}

// arrow stands between the kernels of one start and the next.
const arrow = " → "

func tellBoots(h, _ *Host) side { return one(strings.Join(kernelsOf(h), arrow), weightBoots) }

// kernelsOf are the kernels the machine was started with, each change once, at
// most the last ten.
func kernelsOf(h *Host) (all []string) {
	boots := slices.Clone(h.Boots)
	slices.SortStableFunc(boots, func(a, b Boot) int { return a.Time.Compare(b.Time) })
	for _, b := range boots {
		if b.Kernel != "" && !b.Time.IsZero() && (len(all) == 0 || !sameKernel(all[len(all)-1], b.Kernel)) {
			all = append(all, b.Kernel)
		}
	}
	return all[max(0, len(all)-10):]
}

func sameKernels(a, b string) bool {
	return slices.EqualFunc(strings.Split(a, arrow), strings.Split(b, arrow), sameKernel)
}

func tellInstalled(h, _ *Host) side {
	all := slices.Sorted(slices.Values(h.Kernel.Installed))
	return one(strings.Join(all, ", "), weightLatest)
}

// tellArguments leaves out what names a disk or the kernel itself, and IPv6,
// which is compared by itself.
func tellArguments(h, _ *Host) side {
	s := side{asked: h.Kernel.Arguments != "", lone: true}
	words, order := map[string]string{}, []string{}
	for _, word := range strings.Fields(h.Kernel.Arguments) {
		if startsAny(word, "BOOT_IMAGE=", "initrd=", "root=", "resume=", "ip=", "ipv6.disable=", "systemd.machine_id=") {
			continue
		}
		name, _, _ := strings.Cut(word, "=")
		if _, known := words[name]; !known {
			order = append(order, name)
		}
		words[name] = strings.TrimSpace(words[name] + " " + word)
	}
	for _, name := range order {
		s.traits = append(s.traits, trait{name: name, value: words[name], shown: words[name], weight: weightBoot})
	}
	return s
}

const allOff = "net.ipv6.conf.all.disable_ipv6"

// tellIPv6 says what switched IPv6 off.
func tellIPv6(h, _ *Host) side {
	s := side{asked: h.Kernel.IPv6Off || h.Kernel.Arguments != "" || strings.Contains(families(h, ""), "inet6"), lone: true}
	for _, set := range h.Settings {
		s.asked = s.asked || set.Name == allOff
	}
	if !h.Kernel.IPv6Off {
		return s
	}
	why := h.Kernel.Command // the output that told it
	if slices.ContainsFunc(h.Settings, func(set Setting) bool { return set.Name == allOff && set.Value == "1" }) {
		why = allOff + " = 1"
	}
	if slices.Contains(strings.Fields(h.Kernel.Arguments), "ipv6.disable=1") {
		why = "ipv6.disable=1"
	}
	s.traits = []trait{{name: "off", shown: why, weight: weightIPv6}}
	return s
}

// families are the kinds of addresses a machine has, as ip names them.
func families(h *Host, _ string) string {
	var all []string
	for _, a := range h.Addresses {
		family := "inet"
		if strings.Contains(a.Prefix, ":") {
			family = "inet6"
		}
		if a.Prefix != "" && !slices.Contains(all, family) {
			all = append(all, family)
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// tellFamilies: where IPv6 was switched off that says it all. /proc/net/if_inet6
// alone does not tell the other family.
func tellFamilies(h, twin *Host) side {
	all := families(h, "")
	if h.Kernel.IPv6Off || twin.Kernel.IPv6Off || !strings.HasPrefix(all, "inet") || all == "inet6" {
		return side{}
	}
	return one(all, weightFamilies)
}

// liveState: a state that list-units prints, not that of a unit's file.
func liveState(state string) bool {
	return startsAny(state, "failed", "running", "exited", "active", "inactive", "dead", "activating", "waiting", "listening")
}

func tellFailed(h, _ *Host) side {
	s := side{asked: slices.Contains(h.Listed, ListedUnits), lone: true}
	for _, u := range h.Units {
		s.asked = s.asked || liveState(u.State)
		if !strings.HasPrefix(u.State, "failed") {
			continue
		}
		weight := weightFailed
		if guard(u.Name) {
			weight = weightGuard
		}
		s.traits = append(s.traits, trait{name: u.Name, value: "failed", shown: u.Name + " failed", weight: weight})
	}
	return s
}

// stateOf is how a unit is where it did not fail.
func stateOf(h *Host, name string) string {
	for _, u := range h.Units {
		if u.Name == name && liveState(u.State) {
			return shown(u.Name + " " + u.State)
		}
	}
	return ""
}

// tellEnabled compares the files of units; those that are made at each start are
// told by what they are made of.
func tellEnabled(h, _ *Host) side {
	s := side{asked: slices.Contains(h.Listed, ListedUnitFiles), lone: true}
	for _, u := range h.Units {
		if !startsAny(u.State, "enabled", "disabled", "masked", "static", "linked", "indirect") || !strings.Contains(u.Name, ".") {
			continue
		}
		s.asked = true
		weight := weightUnit
		if guard(u.Name) {
			weight = weightListener
		}
		s.traits = append(s.traits, trait{name: u.Name, value: u.State, shown: u.Name + " " + u.State, weight: weight})
	}
	return s
}

// shared are the rulesets of programs that were asked on both machines.
func shared(h, twin *Host) (all []Ruleset) {
	for _, r := range h.Rulesets {
		if slices.ContainsFunc(twin.Rulesets, func(far Ruleset) bool { return far.Tool == r.Tool }) {
			all = append(all, r)
		}
	}
	return all
}

// tellEmpty says whether there is a rule at all.
func tellEmpty(h, twin *Host) side {
	all := shared(h, twin)
	s := side{asked: len(all) > 0, lone: true}
	if s.asked && !slices.ContainsFunc(all, func(r Ruleset) bool { return r.Rules > 0 }) {
		s.traits = []trait{{name: "empty", shown: counts(all), weight: weightRuleset}}
	}
	return s
}

func counted(h *Host, _ string) string { return shown(counts(h.Rulesets)) }

// counts are the rules of each program: «ip6tables: 0, iptables: 12».
func counts(all []Ruleset) string {
	sum := map[string]int{}
	for _, r := range all {
		sum[r.Tool] += r.Rules
	}
	var words []string
	for tool, n := range sum {
		words = append(words, fmt.Sprintf("%s: %d", tool, n))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// tellTools says of each program whether it has rules; how many changes with
// every address it shuts out. If all are empty, tellEmpty says so.
func tellTools(h, twin *Host) side {
	all := shared(h, twin)
	s := side{asked: len(all) > 0}
	has := func(r Ruleset) bool { return r.Rules > 0 }
	if !slices.ContainsFunc(all, has) || !slices.ContainsFunc(shared(twin, h), has) {
		return s
	}
	sum := map[string]int{}
	for _, r := range all {
		sum[r.Tool] += r.Rules
	}
	for _, r := range all {
		s.traits = append(s.traits, trait{name: r.Tool, value: fmt.Sprint(sum[r.Tool] > 0), shown: fmt.Sprintf("%s: %d", r.Tool, sum[r.Tool]), weight: weightFailed})
	}
	return s
}

// tellPackages compares what the package manager brought, not when.
func tellPackages(h, _ *Host) side {
	s := side{asked: h.Updates != nil, lone: true}
	for _, u := range h.Updates {
		for _, p := range u.Packages {
			s.traits = append(s.traits, trait{name: p, shown: p, weight: weightPackage})
		}
	}
	return s
}

// tellChanges compares packaged files that are not as packaged; programs that
// check them print different letters.
func tellChanges(h, _ *Host) side {
	s := side{asked: h.Changes != nil, lone: true}
	for _, c := range h.Changes {
		weight := weightJob
		if c.Config {
			weight = weightConfig
		}
		s.traits = append(s.traits, trait{name: aboard(c.Path), shown: strings.TrimSpace(aboard(c.Path) + " " + c.Flags), weight: weight})
	}
	return s
}
