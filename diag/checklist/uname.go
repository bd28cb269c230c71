package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var (
	// unameAll: system, host, release, version, machine (uname -a); procVersion
	// is /proc/version, bootLine /proc/cmdline.
	unameAll    = diag.NewPattern(`^Linux (\S+) (\d+\.\d+\S*) #\d.* (?:x86_64|aarch64|i[3-6]86|arm\w+|ppc64le|riscv64|s390x)(?: \S+)*$`)
	procVersion = diag.NewPattern(`^Linux version (\d+\.\d+\S*) \(`)
	unameOnly   = diag.NewPattern(`^\d+\.\d+\.\d+[-.\w+]*$`)
	bootLine    = diag.NewPattern(`^(?:BOOT_IMAGE=\S+ |(?:\S+ )*root=\S+)(?: ?\S+)*\s*$`)
)

func weighUname(t *text) int {
	head := t.head(6)
	if len(head) == 0 || len(t.lines) > 12 {
		return 0
	}
	first := head[0][:min(len(head[0]), 4<<10)]
	switch {
	case unameAll.Match(first) || procVersion.Match(first):
		return 95
	case len(head) == 1 && bootLine.Match(first) && len(bytes.Fields(first)) > 1:
		return 80
	case len(head) == 1 && unameOnly.Match(first) && (strings.Contains(t.command, "uname") || bytes.Count(first, []byte("-")) > 0):
		return 60
	}
	return 0
}

// readUname reads uname, /proc/version and /proc/cmdline.
func readUname(t *text, h *Host) tallied {
	l := &ledger{command: "uname"}
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		line = line[:min(len(line), 4<<10)]
		if m := unameAll.FindSubmatch(line); m != nil {
			h.Kernel.runs(l.where(i), told(m[2]))
			h.Kernel.Machine = told(m[1])
		} else if m := procVersion.FindSubmatch(line); m != nil {
			h.Kernel.runs(l.where(i), told(m[1]))
		} else if unameOnly.Match(line) {
			h.Kernel.runs(l.where(i), told(line))
		} else if bootLine.Match(line) {
			h.Kernel.booted(l.where(i), string(line))
		} else {
			l.unread(i, line)
			continue
		}
		l.row()
	}
	return l.tallied
}

func (k *Kernel) runs(at Where, release string) {
	if k.Running == "" {
		k.Running = release
	}
	k.at(at)
}

// booted takes the arguments of the boot. Both ways to switch IPv6 off leave
// services that want both families without it (kernel-parameters(7)).
func (k *Kernel) booted(at Where, arguments string) {
	if k.Arguments == "" {
		k.Arguments = shown(strings.TrimSpace(arguments))
	}
	for _, word := range strings.Fields(arguments) {
		if word == "ipv6.disable=1" {
			k.IPv6Off, k.Where = true, at
		}
	}
	k.at(at)
}

func (k *Kernel) at(at Where) {
	if k.Where == (Where{}) {
		k.Where = at
	}
}
