package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var sysctlRow = diag.NewPattern(`^((?:net|kernel|vm|fs|dev|user|debug|abi|sunrpc|crypto)\.[\w.:/@-]+) ?= ?(.*)$`)

func weighSysctl(t *text) int {
	head := t.head(60)
	rows := share(head, func(line []byte) bool { return sysctlRow.Match(line[:min(len(line), 2<<10)]) })
	if rows >= 80 {
		return 90
	}
	return 0
}

// readSysctl keeps settings of the kernel; IPv6 that is switched off for all
// interfaces is as good as none.
func readSysctl(t *text, h *Host) tallied {
	l := &ledger{command: "sysctl"}
	if h.Settings == nil {
		h.Settings = []Setting{}
	}
	for i, line := range t.lines {
		m := sysctlRow.FindSubmatch(line[:min(len(line), 2<<10)])
		switch {
		case blank(line):
		case m != nil && len(h.Settings) < mostAccounts:
			l.row()
			s := Setting{Where: l.where(i), Name: strings.ToLower(told(m[1])), Value: told(bytes.TrimSpace(m[2]))}
			h.Settings = append(h.Settings, s)
			if s.Name == "net.ipv6.conf.all.disable_ipv6" && s.Value == "1" {
				h.Kernel.IPv6Off, h.Kernel.Where = true, s.Where
			}
		case bytes.HasPrefix(line, []byte("sysctl: ")), line[0] == '#', line[0] == '*':
			l.understood++
		default:
			l.unread(i, line)
		}
	}
	return l.tallied
}
