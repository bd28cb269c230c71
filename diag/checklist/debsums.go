package checklist

import (
	"slices"
	"strings"

	"latchkey/diag"
)

var (
	// sumRow: path and result of every file (debsums without -c).
	sumRow = diag.NewPattern(`^(/\S.*?) +(OK|FAILED|REPLACED|MISSING|FEHLGESCHLAGEN|ERSETZT)$`)
	// sumSaid: what is missing or cannot be checked is told in words.
	sumSaid = diag.NewPattern(`^debsums: (?:(missing|changed) file )?(/\S+)?`)
	sumPath = diag.NewPattern(`^/[^\s:][^:]*$`)
)

// sumUnasked are the flags of files in a list that may be debsums' or not.
const sumUnasked = "?"

// weighDebsums: debsums -c prints mere paths. Unless one knows that it was
// asked, they only may be its.
func weighDebsums(t *text) int {
	head := t.head(60)
	asked := strings.Contains(t.command, "debsums")
	if len(head) == 0 {
		if asked {
			return 60
		}
		return 0
	}
	switch {
	case share(head, func(line []byte) bool { return sumRow.Match(line) || strings.HasPrefix(string(line), "debsums: ") }) >= 90:
		return 90
	case asked && share(head, func(line []byte) bool { return sumPath.Match(line) || sumSaid.Match(line) }) >= 90:
		return 95
	case !asked && t.command == "" && maybeSums(t):
		return 30
	}
	return 0
}

// mostSums is above what an intruder replaces; more paths are a search.
const mostSums = 50

// usualSUID are programs of which every search for SUID programs finds one.
var usualSUID = []string{"su", "sudo", "passwd", "mount", "umount", "chsh", "gpasswd", "newgrp", "pkexec", "ssh-keysign"}

// maybeSums: nothing but paths of packaged programs and libraries.
func maybeSums(t *text) bool {
	lines := t.head(mostSums + 1)
	return len(lines) <= mostSums && share(lines, func(line []byte) bool {
		path := string(line[:min(len(line), 4<<10)])
		return sumPath.MatchString(path) && !slices.Contains(usualSUID, base(path)) &&
			within(path, "/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/lib", "/lib", "/lib64", "/usr/lib64", "/usr/libexec")
	}) == 100
}

func readDebsums(t *text, h *Host) tallied {
	l := &ledger{command: "debsums"}
	if h.Changes == nil {
		h.Changes = []Change{}
	}
	add := func(i int, path, flags string) {
		h.Changes = append(h.Changes, Change{Where: l.where(i), Path: told(path), Flags: told(flags), Config: strings.HasPrefix(path, "/etc/")})
	}
	flags := "changed"
	if !strings.Contains(t.command, "debsums") && maybeSums(t) {
		flags = sumUnasked
	}
	for i, raw := range t.lines {
		line := string(raw[:min(len(raw), 4<<10)])
		if len(h.Changes) >= mostAccounts {
			l.warn(WarnCut)
			break
		}
		if m := sumRow.FindStringSubmatch(line); m != nil {
			l.row()
			if m[2] != "OK" {
				add(i, m[1], m[2])
			}
		} else if m := sumSaid.FindStringSubmatch(line); m != nil {
			l.row()
			if m[1] != "" && m[2] != "" {
				add(i, m[2], m[1])
			}
		} else if sumPath.MatchString(line) {
			l.row()
			add(i, line, flags)
		} else if !blank(raw) {
			l.unread(i, raw)
		}
	}
	return l.tallied
}
