package checklist

import (
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// judgeStrayProgram: I07, a program lies in a temporary or hidden folder.
func judgeStrayProgram(h *Host, found finder) {
	seen := map[string]bool{}
	for _, f := range h.Files {
		path := aboard(f.Path)
		if !f.Executable || seen[path] || len(seen) >= 2*mostOfRule || placeOf(path) != odd || f.SUID || !transient(path) {
			continue
		}
		seen[path] = true
		severity := diag.Notice
		if strings.Contains(path, "/.") || within(path, "/dev/shm") {
			severity = diag.Warning
		}
		at := ""
		if !f.Time.IsZero() {
			at = f.Time.Format(time.DateTime)
		}
		found(severity, f.Where, "path", shown(f.Path), "user", given(f.Owner), "time", given(at))
	}
}

func transient(path string) bool {
	return within(path, "/tmp", "/var/tmp", "/dev/shm", "/run/shm", "/dev/mqueue")
}

// socketFolders are hidden folders that the system itself keeps in /tmp.
var socketFolders = []string{".X11-unix", ".ICE-unix", ".XIM-unix", ".font-unix", ".Test-unix", ".snapshots", ".nfs", ".build-id"}

// judgeHiddenFolder: I08, a hidden folder where the system keeps none. A name of
// dots alone is meant to look like «..».
func judgeHiddenFolder(h *Host, found finder) {
	seen := map[string]bool{}
	for _, f := range h.Files {
		path := aboard(f.Path)
		if f.Command == "history" || f.Command == "lsattr" || f.Link != "" || !strings.Contains(path, "/.") {
			continue
		}
		folder := hiddenPart(path)
		if folder == "" || seen[folder] || len(seen) >= 2*mostOfRule {
			continue
		}
		seen[folder] = true
		severity := diag.Notice
		if strings.Trim(base(folder), ". ") == "" {
			severity = diag.Warning
		}
		found(severity, f.Where, "path", shown(folder), "user", given(f.Owner))
	}
}

// hiddenPart is the hidden name a path ends in or leads through, in temporary
// folders and those of packages.
func hiddenPart(path string) string {
	if !transient(path) && !within(path, "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib64", "/usr/libexec", "/bin", "/sbin", "/lib", "/lib64", "/dev") {
		return ""
	}
	parts := strings.Split(path, "/")
	for i, part := range parts {
		dots := strings.Trim(part, ". ") == "" && len(part) > 2
		hidden := strings.HasPrefix(part, ".") && len(part) > 1 && part != ".." && (transient(path) || within(path, "/dev"))
		if (dots || hidden) && !slices.Contains(socketFolders, part) && !(i == len(parts)-1 && startsAny(part, ".X", ".#")) {
			return strings.Join(parts[:i+1], "/")
		}
	}
	return ""
}

// sensitive says how much a changed file tells: 3 what starts by itself or is
// loaded everywhere, 2 programs and keys, 1 accounts and settings, 0 nothing.
func sensitive(path string) int {
	switch {
	case path == preloadFile, lies(path, "/etc/cron.d", "/etc/crontab", "/etc/cron.hourly", "/etc/cron.daily", "/var/spool/cron", "/etc/systemd/system",
		"/etc/rc.local", "/etc/init.d", "/etc/profile.d", "/etc/update-motd.d", "/etc/ssh/sshrc"):
		return 3
	case strings.Contains(path, "/.ssh/authorized_keys"), lies(path, "/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin", "/usr/local/sbin", "/usr/local/lib"):
		return 2
	case lies(path, "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/sudoers", "/etc/sudoers.d", "/etc/ssh", "/etc/pam.d"):
		return 1
	}
	return 0
}

// The bounds of a cluster of changes. Whoever installs something by hand or by
// script is done in minutes; a package manager changes dozens of files of
// /usr/share and the like meanwhile.
const (
	clusterGap    = 2 * time.Minute
	fewInCluster  = 3
	installsMany  = 40
	beforeAndPast = 5 * time.Minute // around a run that the package manager logged
)

// judgeRecent: I06, several files that matter changed within minutes, and no
// package was installed then. Programs with SUID or SGID are left out: a list of
// them alone is no list of what changed.
func judgeRecent(h *Host, found finder) {
	var all []File
	seen := map[string]bool{}
	for _, f := range h.Files {
		if f.Command != "find" || f.Time.IsZero() || seen[f.Path] || f.SUID || f.setsID() || !within(aboard(f.Path), "/etc", "/usr", "/bin", "/sbin", "/lib", "/var/spool/cron", "/var/lib/dpkg", "/root", "/home") {
			continue
		}
		seen[f.Path] = true
		all = append(all, f)
	}
	slices.SortStableFunc(all, func(a, b File) int { return a.Time.Compare(b.Time) })
	clusters := 0
	for start := 0; start < len(all) && clusters < mostOfRule; {
		end := start + 1
		for end < len(all) && all[end].Time.Sub(all[end-1].Time) <= clusterGap {
			end++
		}
		if reportCluster(h, all[start:end], found) {
			clusters++
		}
		start = end
	}
}

// setsID says whether a file runs as its owner or group (SUID, SGID): the first
// of four octal digits, or an s among the letters of ls.
func (f File) setsID() bool {
	if octal := strings.TrimLeft(f.Mode, "fdlpsbcD"); strings.Trim(octal, "01234567") == "" {
		return len(octal) == 4 && octal[0] >= '2'
	}
	return strings.ContainsAny(f.Mode[1:], "sS")
}

func reportCluster(h *Host, files []File, found finder) bool {
	installed := 0
	var telling []File
	for _, f := range files {
		path := aboard(f.Path)
		if within(path, "/usr/share", "/usr/lib", "/usr/include", "/lib", "/var/lib/dpkg/info") {
			installed++
		}
		if sensitive(path) > 0 {
			telling = append(telling, f)
		}
	}
	if len(telling) < fewInCluster || installed >= installsMany || updated(h, telling[0].Time) {
		return false
	}
	slices.SortStableFunc(telling, func(a, b File) int { return sensitive(aboard(b.Path)) - sensitive(aboard(a.Path)) })
	var paths []string
	for _, f := range telling[:min(len(telling), mostOfRule)] {
		paths = append(paths, f.Path)
	}
	first, last := files[0].Time, files[len(files)-1].Time
	found(diag.Notice, telling[0].Where, "path", shown(telling[0].Path), "paths", shown(strings.Join(paths, ", ")), "count", len(telling),
		"from", first.Format(time.DateTime), "to", last.Format(time.DateTime))
	return true
}

// updated says whether the package manager ran then.
func updated(h *Host, at time.Time) bool {
	for _, u := range h.Updates {
		end := u.End
		if end.IsZero() {
			end = u.Time
		}
		if !u.Time.IsZero() && at.After(u.Time.Add(-beforeAndPast)) && at.Before(end.Add(beforeAndPast)) {
			return true
		}
	}
	return false
}
