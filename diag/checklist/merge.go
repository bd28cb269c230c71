package checklist

import "slices"

// Merge puts the readings of one machine together, in the order given, so that
// rules can hold one output against another. A kind of fact that nobody asked
// for stays nil; of the kernel each part is the first that is known.
func Merge(hosts ...*Host) *Host {
	all := &Host{}
	for _, h := range hosts {
		if h == nil {
			continue
		}
		join(&all.Processes, h.Processes)
		join(&all.Sockets, h.Sockets)
		join(&all.OpenFiles, h.OpenFiles)
		join(&all.Logins, h.Logins)
		join(&all.Accounts, h.Accounts)
		join(&all.Jobs, h.Jobs)
		join(&all.Units, h.Units)
		join(&all.Changes, h.Changes)
		join(&all.Files, h.Files)
		join(&all.Keys, h.Keys)
		join(&all.Mounts, h.Mounts)
		join(&all.Scans, h.Scans)
		join(&all.Requests, h.Requests)
		join(&all.Mails, h.Mails)
		join(&all.Boots, h.Boots)
		join(&all.Addresses, h.Addresses)
		join(&all.Neighbours, h.Neighbours)
		join(&all.Arrays, h.Arrays)
		join(&all.Rulesets, h.Rulesets)
		join(&all.Containers, h.Containers)
		join(&all.Guests, h.Guests)
		join(&all.Groups, h.Groups)
		join(&all.Logs, h.Logs)
		join(&all.Settings, h.Settings)
		join(&all.Updates, h.Updates)
		join(&all.Modules, h.Modules)
		join(&all.Faults, h.Faults)
		join(&all.Listed, h.Listed)
		if all.Clock == (Clock{}) {
			all.Clock = h.Clock
		}
		all.Kernel.add(h.Kernel)
	}
	return all
}

// join appends facts; an empty list that was asked for stays one.
func join[T any](to *[]T, more []T) {
	if *to == nil && more != nil {
		*to = make([]T, 0, len(more))
	}
	*to = append(*to, more...)
}

// add fills in what is not known yet.
func (k *Kernel) add(more Kernel) {
	if k.Where == (Where{}) {
		k.Where = more.Where
	}
	if k.Machine == "" {
		k.Machine = more.Machine
	}
	if k.Running == "" {
		k.Running = more.Running
	}
	if k.Arguments == "" {
		k.Arguments = more.Arguments
	}
	k.IPv6Off = k.IPv6Off || more.IPv6Off
	for _, v := range more.Installed {
		if !slices.Contains(k.Installed, v) {
			k.Installed = append(k.Installed, v)
		}
	}
}
