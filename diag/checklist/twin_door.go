package checklist

import (
	"fmt"
	"slices"
	"strings"
)

// tellAccounts compares the lists of accounts, not what logs say of them. A
// number says something only if it is root's.
func tellAccounts(h, _ *Host) side {
	s := side{lone: true}
	for _, a := range h.Accounts {
		if a.Command != "passwd" && a.Command != "group" {
			continue
		}
		s.asked = true
		t := trait{name: a.Name, value: fmt.Sprint(a.UID == 0) + ":" + a.Home + ":" + a.Shell, weight: weightDoor,
			shown: fmt.Sprintf("%s:%d:%s:%s", a.Name, a.UID, a.Home, a.Shell)}
		if a.UID == 0 {
			t.weight = weightRoot
		}
		s.traits = append(s.traits, t)
	}
	return s
}

func tellGroups(h, _ *Host) side {
	s := side{lone: true}
	for _, g := range h.Groups {
		if g.Command != "passwd" && g.Command != "group" {
			continue
		}
		s.asked = true
		members := strings.Join(slices.Sorted(slices.Values(g.Members)), ",")
		t := trait{name: g.Name, value: members, shown: g.Name + ":" + members, weight: weightListener}
		if rootGroup(g.Name) {
			t.weight = weightDoor
		}
		s.traits = append(s.traits, t)
	}
	return s
}

func tellKeys(h, _ *Host) side {
	s := side{asked: h.Keys != nil, lone: true}
	for _, k := range h.Keys {
		s.traits = append(s.traits, trait{name: k.User + " " + k.Fingerprint, value: k.Options, weight: weightDoor,
			shown: strings.Join(strings.Fields(strings.Join([]string{k.User, k.Options, k.Kind, k.Fingerprint, k.Comment}, " ")), " ")})
	}
	return s
}

// tellJobs compares what cron runs for whom; installers choose the minute at
// random. «crontab -l» does not say whose job it is, another output may.
func tellJobs(h, _ *Host) side {
	s := side{asked: h.Jobs != nil && len(h.Jobs) == 0, lone: true}
	owned := map[string]bool{}
	for _, j := range h.Jobs {
		owned[j.Command] = owned[j.Command] || j.User != ""
	}
	for _, j := range h.Jobs {
		if j.Schedule == "timer" {
			continue
		}
		s.asked = true
		if j.User == "" && owned[j.Command] {
			continue
		}
		s.traits = append(s.traits, trait{name: j.User + " " + j.Command, weight: weightJob,
			shown: strings.Join(strings.Fields(j.User+" "+j.Schedule+" "+j.Command), " ")})
	}
	return s
}

func tellTimers(h, _ *Host) side {
	s := side{asked: slices.Contains(h.Listed, ListedTimers), lone: true}
	for _, j := range h.Jobs {
		if j.Schedule == "timer" {
			s.asked = true
			s.traits = append(s.traits, trait{name: j.File, value: j.Command, shown: strings.TrimSpace(j.File + " " + j.Command), weight: weightSetting})
		}
	}
	return s
}

// suidSigns carry the bit on every machine: if two of them are listed, the whole
// disk was searched and not some folder.
var suidSigns = []string{"su", "passwd", "mount", "umount", "newgrp", "chsh", "chfn", "gpasswd", "sudo"}

func tellSUID(h, _ *Host) side {
	s := side{lone: true}
	signs := 0
	seen := map[string]bool{}
	for _, f := range h.Files {
		path := aboard(f.Path)
		if !f.SUID || seen[path] || within(path, images...) {
			continue
		}
		seen[path] = true
		if slices.Contains(suidSigns, base(path)) && within(path, "/usr/bin", "/bin", "/usr/sbin", "/sbin") {
			signs++
		}
		s.traits = append(s.traits, trait{name: path, shown: path, weight: weightDoor})
	}
	s.asked = signs >= 2
	return s
}

// listeners compares the ports of a protocol on which a machine waits: reachable
// or not, and which program. If IPv6 is off, the same service listens on less
// addresses.
func listeners(protocol string) func(h, twin *Host) side {
	return func(h, _ *Host) side {
		s := side{lone: true}
		owners, order := map[string][]string{}, []string{}
		for _, k := range h.Sockets {
			if k.Protocol != protocol || !k.listening() {
				continue
			}
			s.asked = true
			place := listeningAt(k)
			if _, known := owners[place]; !known {
				owners[place], order = nil, append(order, place)
			}
			if name := ownerName(k); name != "" && !slices.Contains(owners[place], name) {
				owners[place] = append(owners[place], name)
			}
		}
		for _, place := range order {
			names := strings.Join(whole(owners[place]), ", ")
			s.traits = append(s.traits, trait{name: place, value: names, shown: strings.TrimSpace(place + " " + names), weight: weightListener})
		}
		return s
	}
}

// listeningAt is «tcp 22» or «tcp lo:25». The kernel gives ports from 32768 on
// to programs that do not care which (ip(7), ip_local_port_range).
func listeningAt(k Socket) string {
	port := fmt.Sprint(k.Local.Port)
	if k.Local.Port >= 32768 && (k.Protocol == "udp" || strings.HasPrefix(k.Name, "rpc.")) {
		port = "32768+ " + ownerName(k)
	}
	if addressOf(k.Local.Host).IsLoopback() {
		port = "lo:" + port
	}
	return k.Protocol + " " + port
}

// ownerName is a program's name as short as all outputs have it; «?» if it
// should be told and is not.
func ownerName(k Socket) string {
	if k.Ownerless {
		return "?"
	}
	name, _, _ := strings.Cut(k.Name, " ")
	const comm = 15 // TASK_COMM_LEN without its end
	name = strings.TrimPrefix(strings.TrimSuffix(name, "]"), "[")
	return strings.TrimSuffix(name[:min(len(name), comm)], ":")
}

// whole are the names that are not the beginning of another: netstat cuts them.
func whole(names []string) (all []string) {
	slices.Sort(names)
	for i, name := range names {
		if i+1 == len(names) || !strings.HasPrefix(names[i+1], name) {
			all = append(all, name)
		}
	}
	return all
}

// sameOwners: an output that names no owners says nothing against any, and a
// cut name is that of the whole one.
func sameOwners(a, b string) bool {
	if a == "" || b == "" {
		return true
	}
	one, other := strings.Split(a, ", "), strings.Split(b, ", ")
	found := func(name string, in []string) bool {
		return slices.ContainsFunc(in, func(s string) bool { return strings.HasPrefix(s, name) || strings.HasPrefix(name, s) })
	}
	return !slices.ContainsFunc(one, func(s string) bool { return !found(s, other) }) &&
		!slices.ContainsFunc(other, func(s string) bool { return !found(s, one) })
}

// passing are mounts that come and go.
var passing = []string{"/run/user", "/run/credentials", "/run/netns", "/run/docker", "/proc/sys/fs", "/var/snap", "/media", "/sys/kernel"}

// tellMounts compares what is mounted where, with the options that allow or
// forbid; sizes follow the memory.
func tellMounts(h, _ *Host) side {
	s := side{asked: h.Mounts != nil, lone: true}
	for _, m := range h.Mounts {
		if lies(m.Point, passing...) || lies(m.Point, images...) && !processPath.MatchString(m.Point) {
			continue
		}
		var options []string
		for _, o := range strings.Split(m.Options, ",") {
			if slices.Contains([]string{"ro", "rw", "noexec", "nosuid", "nodev"}, o) {
				options = append(options, o)
			}
		}
		slices.Sort(options)
		t := trait{name: m.Point, value: m.Kind + " " + strings.Join(options, ","), weight: weightMount}
		t.shown = m.Point + " " + t.value
		if processPath.MatchString(m.Point) {
			t.weight = weightRoot // hides a process
		}
		s.traits = append(s.traits, t)
	}
	return s
}

func tellModules(h, _ *Host) side {
	s := side{asked: h.Modules != nil, lone: true}
	for _, m := range h.Modules {
		s.traits = append(s.traits, trait{name: m.Name, value: m.Taints, shown: strings.TrimSpace(m.Name + " " + m.Taints), weight: weightModule})
	}
	return s
}

// inForce: sshd -T prints every option, its file a few. What only one has says
// something only among equals.
const inForce = 60

func tellSSHD(h, twin *Host) side {
	s := settings(h, "sshd-t", func(name string) bool { return name == "listenaddress" || name == "hostkey" })
	far := settings(twin, "sshd-t", nil)
	s.lone = (len(s.traits) >= inForce) == (len(far.traits) >= inForce)
	return s
}

// tellSysctl compares only what both were asked for: which options there are
// depends on interfaces and modules.
func tellSysctl(h, _ *Host) side {
	return settings(h, "sysctl", func(name string) bool {
		return strings.HasSuffix(name, ".disable_ipv6") || strings.HasPrefix(name, "kernel.random.") || strings.HasPrefix(name, "fs.") || name == "kernel.hostname"
	})
}

// settings are the options of one program by name; several values of one are a
// list.
func settings(h *Host, command string, skip func(name string) bool) (s side) {
	values, order := map[string][]string{}, []string{}
	for _, set := range h.Settings {
		if set.Command != command {
			continue
		}
		s.asked = true
		if skip != nil && skip(set.Name) {
			continue
		}
		if _, known := values[set.Name]; !known {
			order = append(order, set.Name)
		}
		if !slices.Contains(values[set.Name], set.Value) {
			values[set.Name] = append(values[set.Name], set.Value)
		}
	}
	for _, name := range order {
		slices.Sort(values[name])
		value := strings.Join(values[name], ", ")
		s.traits = append(s.traits, trait{name: name, value: value, shown: name + " " + value, weight: weightSetting})
	}
	return s
}

// tellArrays compares which disks are there, not how far a check has come.
func tellArrays(h, _ *Host) side {
	s := side{asked: h.Arrays != nil, lone: true}
	for _, a := range h.Arrays {
		s.traits = append(s.traits, trait{name: a.Name, value: fmt.Sprint(max(a.Missing, 0)), weight: weightArray,
			shown: strings.TrimSpace(fmt.Sprintf("%s -%d %s", a.Name, max(a.Missing, 0), a.State))})
	}
	return s
}
