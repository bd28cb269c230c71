package checklist

import (
	"slices"
	"strings"
	"time"

	"latchkey/diag"
)

// fileRules judge what was changed, and what lies where it should not.
func fileRules() []rule {
	return []rule{
		{id: "C05", attack: []string{"T1574.006"}, judge: judgePreload},
		{id: "I01", attack: []string{"T1554"}, judge: judgeChanged},
		{id: "I01b", attack: []string{"T1554"}, judge: judgeMaybeChanged},
		{id: "I04", attack: []string{"T1548.001"}, judge: judgeSUID},
		{id: "I05", attack: []string{"T1222.002"}, judge: judgeImmutable},
		{id: "I06", judge: judgeRecent},
		{id: "I07", attack: []string{"T1036.005"}, judge: judgeStrayProgram},
		{id: "I08", attack: []string{"T1564.001"}, judge: judgeHiddenFolder},
		{id: "I09", attack: []string{"T1554"}, judge: judgeWrittenHere},
		{id: "I10", attack: []string{"T1036"}, judge: judgeMaskedFile},
		{id: "I10b", attack: []string{"T1036"}, judge: judgeActingName},
	}
}

// preloaders are libraries that products put into /etc/ld.so.preload.
var preloaders = []string{"liboneagentproc", "libarmmem", "libsnoopy", "libcofi_rpi", "libjemalloc", "libdatadog", "libapminject", "launcher.preload",
	"libAppProtection", "libnvshare", "libkeepalive"}

// judgePreload: C05, a library is loaded into every program.
func judgePreload(h *Host, found finder) {
	told := false
	for _, s := range h.Settings {
		if s.Name != "ld.so.preload" {
			continue
		}
		severity := diag.Critical
		if startsAny(base(s.Value), preloaders...) {
			severity = diag.Notice
		}
		told = true
		found(severity, s.Where, "path", preloadFile, "library", shown(s.Value))
	}
	for _, f := range h.Files {
		if !told && aboard(f.Path) == preloadFile && f.Size != 0 {
			told = true
			found(diag.Critical, f.Where, "path", shown(f.Path), "library", "?")
		}
	}
}

// aboard is a path as the machine itself has it, if it was looked at from a
// rescue system.
func aboard(path string) string {
	if rest, ok := strings.CutPrefix(path, "/mnt/"); ok && within("/"+rest, "/etc", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/tmp", "/var", "/home", "/root", "/dev", "/boot", "/opt", "/srv") {
		return "/" + rest
	}
	return path
}

// lies says whether a path is one of these or within one.
func lies(path string, places ...string) bool {
	return slices.Contains(places, path) || within(path, places...)
}

// judgeChanged: I01, a packaged program or library is not as packaged. Files
// that were taken away weigh less: much is deleted to save space.
func judgeChanged(h *Host, found finder) {
	seen := map[string]bool{}
	for _, c := range h.Changes {
		path := aboard(c.Path)
		if c.Config || c.Flags == sumUnasked || seen[path] || len(seen) >= 2*mostOfRule {
			continue
		}
		gone := startsAny(strings.ToLower(c.Flags), "missing", "fehlend")
		content := strings.Contains(c.Flags, "5") || startsAny(c.Flags, "changed", "FAILED", "REPLACED", "FEHL", "ERSETZT")
		severity := diag.Notice
		switch {
		case gone && within(path, "/usr/share", "/usr/lib/python3", "/var", "/usr/lib/locale"):
			continue // trimmed images lack documentation and languages
		case content && within(path, "/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/lib", "/lib", "/lib64", "/usr/lib64", "/usr/libexec") && !rebuilt(path):
			severity = diag.Critical
		case !content && !gone && !strings.ContainsAny(c.Flags, "MUG"):
			continue // only the time differs
		}
		seen[path] = true
		found(severity, c.Where, "path", shown(c.Path), "flags", shown(c.Flags))
	}
}

// judgeMaybeChanged: I01b, packaged files in a list that nothing names. It may be
// that of debsums -c, which has no headings.
func judgeMaybeChanged(h *Host, found finder) {
	var paths []string
	at := Where{}
	for _, c := range h.Changes {
		if c.Flags == sumUnasked && len(paths) < mostSums {
			if paths = append(paths, c.Path); len(paths) == 1 {
				at = c.Where
			}
		}
	}
	if len(paths) > 0 {
		found(diag.Notice, at, "path", shown(paths[0]), "paths", shown(strings.Join(paths, ", ")), "count", len(paths))
	}
}

// rebuilt: files under the packages' folders that the machine writes itself.
func rebuilt(path string) bool {
	for _, s := range []string{"/modules/", ".cache", "/cache/", ".pyc", "/locale-archive", "/mime/", ".conf", "/hwdb.bin", "/ssl/", ".db", ".txt", ".json", ".dat", ".map"} {
		if strings.Contains(path, s) {
			return true
		}
	}
	return false
}

// images are where container engines and package formats keep whole systems,
// with their own SUID programs.
var images = []string{"/var/lib/docker", "/var/lib/containers", "/var/lib/containerd", "/var/lib/lxc", "/var/lib/lxd", "/var/lib/machines", "/snap",
	"/var/lib/snapd", "/var/lib/flatpak", "/var/lib/schroot", "/nix/store", "/rpool", "/proc"}

// rootDoors give everybody root if they carry the SUID bit.
var rootDoors = []string{"bash", "sh", "dash", "zsh", "ksh", "busybox", "find", "vim", "vim.basic", "nano", "env", "awk", "gawk", "mawk", "cp", "mv", "tar",
	"less", "more", "nmap", "tcpdump", "gdb", "strace", "socat", "nc", "ncat", "curl", "wget", "systemctl", "docker"}

// judgeSUID: I04, a program that runs as its owner lies where packages put none,
// or is one that gives a shell.
func judgeSUID(h *Host, found finder) {
	seen := map[string]bool{}
	for _, f := range h.Files {
		path := aboard(f.Path)
		if !f.SUID || seen[path] || len(seen) >= 2*mostOfRule || within(path, images...) {
			continue
		}
		severity := diag.Warning
		name := base(path)
		switch {
		case placeOf(path) != usual, within(path, "/home", "/var/www", "/srv/www", "/dev", "/root"),
			slices.Contains(rootDoors, name), startsAny(name, "python", "perl", "php", "ruby"):
			severity = diag.Critical
		case within(path, "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib64", "/usr/lib32", "/usr/libexec", "/bin", "/sbin", "/lib", "/lib64", "/opt/google", "/run/wrappers"):
			continue
		}
		seen[path] = true
		found(severity, f.Where, "path", shown(f.Path), "user", given(f.Owner), "mode", given(f.Mode))
	}
}

// hardened are files that administrators and panels fix on purpose.
var hardened = []string{"/etc/resolv.conf", "/etc/hostname", "/etc/hosts", "/etc/machine-id", "/var/empty", "/etc/.updated", "/boot", "/sys", "/etc/fstab"}

// judgeImmutable: I05, somebody made sure that a job, a program or an account
// file cannot be changed or removed. Where the keys of SSH are at hand, A03 tells
// them.
func judgeImmutable(h *Host, found finder) {
	seen := map[string]bool{}
	for _, f := range h.Files {
		path := aboard(f.Path)
		if !f.Immutable || seen[path] || len(seen) >= 2*mostOfRule || lies(path, hardened...) || len(h.Keys) > 0 && strings.Contains(path, "authorized_keys") {
			continue
		}
		seen[path] = true
		severity := diag.Notice
		if strings.Contains(path, "cron") || sensitive(path) > 0 || placeOf(path) == odd {
			severity = diag.Warning
		}
		found(severity, f.Where, "path", shown(f.Path))
	}
}

// judgeWrittenHere: I09, a program in the packages' folders got its content on
// this machine: packages carry the time they were built at.
func judgeWrittenHere(h *Host, found finder) {
	seen := map[string]bool{}
	for _, f := range h.Files {
		path := aboard(f.Path)
		apartBy := f.Time.Sub(f.Written)
		if !f.Executable || f.Written.IsZero() || f.Time.IsZero() || seen[path] || len(seen) >= mostOfRule || apartBy < -time.Minute || apartBy > 10*time.Minute ||
			!within(path, "/usr/bin", "/usr/sbin", "/bin", "/sbin") {
			continue
		}
		seen[path] = true
		found(diag.Notice, f.Where, "path", shown(f.Path), "time", f.Written.Format(time.DateTime))
	}
}
