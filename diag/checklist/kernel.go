package checklist

import (
	"bytes"
	"strings"

	"latchkey/diag"
)

var (
	// dpkgListed: wish and state, name, version (dpkg -l); queryListed the same of
	// dpkg-query -W.
	dpkgListed  = diag.NewPattern(`^([uihrp][ncHUFWti])[ R]? +(\S+) +(\S+)(?: +\S+ +.*)?$`)
	queryListed = diag.NewPattern(`^([a-z0-9][a-z0-9.+:-]+)\t(\S+)\t(\w+ \w+ [\w-]+)$`)
	rpmListed   = diag.NewPattern(`^kernel(?:-(?:core|default|lt|ml|uek|rt|modules|modules-core|headers|devel|tools|tools-libs|srpm-macros|modules-extra))?-(\d\S*?)(?:\s+\S.*)?$`)
	kernelDeb   = diag.NewPattern(`^(?:linux-image-(?:unsigned-)?|pve-kernel-|proxmox-kernel-)(\d\S*?)(?:-signed)?(?::\w+)?$`)
	bootFile    = diag.NewPattern(`^-[rwx-]{9}[.+]? +\d+ .* (?:/\S*/)?vmlinuz-(\d\S+)$`)
	bootMore    = diag.NewPattern(`^(?:total \d+|[-dl][rwxsStT-]{9}[.+]? +\d+ .*|[A-Z_]+=.*|#.*|\s*(?:menuentry|submenu|set default|if |fi|else).*|dpkg-query: .*|package kernel.* is not installed)$`)
)

func weighKernel(t *text) int {
	head := t.head(12)
	for _, line := range head[:min(len(head), 3)] {
		if bytes.HasPrefix(line, []byte("Desired=Unknown/Install")) || bytes.HasPrefix(line, []byte("Gewünscht=Unbekannt/Installieren")) {
			return 95
		}
	}
	rows := share(head, func(line []byte) bool {
		line = line[:min(len(line), 2<<10)]
		return dpkgListed.Match(line) || queryListed.Match(line) || rpmListed.Match(line)
	})
	if rows >= 80 {
		return 80
	}
	if len(head) > 0 && share(head, func(line []byte) bool { return bytes.HasPrefix(line, []byte("dpkg-query: no packages found")) }) == 100 {
		return 80
	}
	return 0
}

// readKernel reads lists of packages for the kernels that are installed.
func readKernel(t *text, h *Host) tallied {
	l := &ledger{command: "kernel-packages"}
	for i, line := range t.lines {
		if blank(line) {
			continue
		}
		short := string(line[:min(len(line), 2<<10)])
		version := ""
		switch {
		case dpkgListed.MatchString(short):
			l.row()
			if m := dpkgListed.FindStringSubmatch(short); m[1][1] != 'n' && m[1][1] != 'c' {
				version = kernelOf(m[2])
			}
		case queryListed.MatchString(short):
			l.row()
			if m := queryListed.FindStringSubmatch(short); strings.HasSuffix(m[3], " installed") {
				version = kernelOf(m[1])
			}
		case rpmListed.MatchString(short):
			l.row()
			version = rpmListed.FindStringSubmatch(short)[1]
		case bootFile.MatchString(short):
			l.row()
			version = bootFile.FindStringSubmatch(short)[1]
		case kernelHeading(short):
			l.understood++
		default:
			l.unread(i, line)
		}
		if version != "" && len(h.Kernel.Installed) < mostOfRule*5 {
			h.Kernel.add(Kernel{Where: l.where(i), Installed: []string{told(version)}})
		}
	}
	return l.tallied
}

// kernelHeading: the frame of dpkg -l, and what surrounds kernels in a folder.
func kernelHeading(line string) bool {
	return bootMore.MatchString(line) || line[0] == '|' || line[0] == '+' || strings.Contains(line, "=Unknown/") || strings.Contains(line, "=Unbekannt/")
}

// kernelOf is the release a package of Debian holds; "" if it is no kernel, or
// one that only asks for the newest.
func kernelOf(name string) string {
	m := kernelDeb.FindStringSubmatch(name)
	if m == nil || strings.HasSuffix(name, "-dbg") || strings.HasSuffix(m[1], "-unsigned") || strings.Count(m[1], ".") < 2 {
		return ""
	}
	return m[1]
}
