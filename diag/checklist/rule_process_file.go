package checklist

import (
	"slices"
	"strings"

	"latchkey/diag"
)

// place is what a folder says about a program that runs from there.
type place int

const (
	usual   place = iota // nothing
	private              // a hidden folder where tools of a user install themselves
	odd                  // a temporary or hidden folder: nobody installs there
)

// toolFolders are hidden folders in which developers' and users' tools keep
// programs; they are told, but not as if they were somebody else's.
var toolFolders = []string{".venv", ".next", ".git", ".local", ".nvm", ".pyenv", ".rbenv", ".rvm", ".npm", ".npm-global", ".yarn", ".pnpm", ".cargo",
	".rustup", ".asdf", ".sdkman", ".bun", ".deno", ".volta", ".dotnet", ".vscode-server", ".cursor-server", ".vscode-remote",
	".ansible", ".composer", ".jenkins", ".gradle", ".m2", ".steam", ".acme.sh", ".linuxbrew"}

// placeOf judges a program's path or folder.
func placeOf(path string) place {
	if within(path, "/run/current-system", "/run/wrappers") || strings.HasPrefix(path, "/tmp/.mount_") {
		return usual // NixOS; AppImages mount themselves there
	}
	at := usual
	parts := strings.Split(path, "/")
	for i, part := range parts[:len(parts)-1] {
		if len(part) < 2 || part[0] != '.' || part == ".." {
			continue
		}
		home := i == 2 && parts[1] == "root" || i == 3 && parts[1] == "home"
		if !home && !slices.Contains(toolFolders, part) {
			return odd
		}
		at = private
	}
	if within(path, "/tmp", "/var/tmp", "/dev/shm", "/run/shm", "/dev/mqueue") {
		return odd
	}
	return at
}

// packaged tells whether packages install programs there; none does in hidden
// folders.
func packaged(path string) bool {
	return placeOf(path) == usual && within(path, "/usr", "/opt", "/bin", "/sbin", "/lib", "/lib64", "/snap", "/nix")
}

func inMemory(path string) bool { return strings.HasPrefix(path, "/memfd:") }

// judgeDeletedExe: a program whose file is gone while it runs, from where no
// package put it.
func judgeDeletedExe(h *Host, found reporter) {
	for _, w := range everybody(h) {
		path, gone := deleted(w.Exe)
		if !gone || inMemory(path) {
			continue
		}
		severity := diag.Critical
		switch {
		case placeOf(path) == odd || within(path, "/run", "/var/run", "/dev"):
		case packaged(path):
			continue
		default:
			severity = diag.Warning
		}
		found(severity, w.exeAt, w.about("path", short(path))...)
	}
}

// judgeReplacedExe: the same from a package, once for each file; an update
// without a restart is the usual reason.
func judgeReplacedExe(h *Host, found reporter) {
	count, first, paths := map[string]int{}, map[string]person{}, []string{}
	for _, w := range everybody(h) {
		path, gone := deleted(w.Exe)
		if !gone || !packaged(path) {
			continue
		}
		if count[path]++; count[path] == 1 {
			first[path] = w
			paths = append(paths, path)
		}
	}
	for _, path := range paths {
		w := first[path]
		found(diag.Info, w.exeAt, w.about("path", short(path), "count", count[path])...)
	}
}

// judgeMemoryExe: a program that never was a file. Container runtimes copy
// themselves into sealed memory on purpose.
func judgeMemoryExe(h *Host, found reporter) {
	all := everybody(h)
	byPID := byPIDs(all)
	for _, w := range all {
		path, _ := deleted(w.Exe)
		if !inMemory(path) {
			continue
		}
		label := strings.TrimPrefix(path, "/memfd:")
		runtime := strings.HasPrefix(label, "runc_cloned") || strings.HasPrefix(label, "crun")
		parent, known := byPID[w.PPID]
		if runtime && (!known || startsAny(parent.called(), "containerd", "runc", "crun", "dockerd", "conmon", "crio", "podman", "kubelet", "systemd")) {
			continue
		}
		found(diag.Warning, w.exeAt, w.about("path", short(path))...)
	}
}

// judgePlace: program, script or working folder where nobody installs.
func judgePlace(h *Host, found reporter) {
	for _, w := range everybody(h) {
		path, gone := deleted(w.Exe)
		if gone && !packaged(path) {
			continue // P02 says more
		}
		at, spot := w.exeAt, placeOf(path)
		if script := w.script(); spot == usual && placeOf(script) != usual {
			at, path, spot = w.Where, script, placeOf(script)
		}
		// A shell standing in /tmp is anybody's; a hidden folder there is not.
		if cwd := w.Cwd + "/"; spot == usual && placeOf(cwd) == odd && (strings.Contains(cwd, "/.") || path != "" && !packaged(path)) {
			at, path, spot = w.cwdAt, w.Cwd, odd
		}
		switch spot {
		case odd:
			found(diag.Warning, at, w.about("path", short(path))...)
		case private:
			found(diag.Notice, at, w.about("path", short(path))...)
		}
	}
}

// script is the file that a command line runs: its first word, or what an
// interpreter is given; "" if that is no full path.
func (w person) script() string {
	words := strings.Fields(w.Args)
	if len(words) == 0 {
		return ""
	}
	if interpreter(base(words[0])) {
		for _, word := range words[1:] {
			if strings.HasPrefix(word, "/") {
				return word
			}
			if !strings.HasPrefix(word, "-") || word == "-c" || word == "-e" {
				return ""
			}
		}
	}
	return w.argv()
}

func interpreter(name string) bool {
	return slices.Contains([]string{"sh", "bash", "dash", "zsh", "ksh", "node", "ruby", "lua"}, name) || startsAny(name, "perl", "python", "php")
}

func startsAny(s string, starts ...string) bool {
	for _, start := range starts {
		if strings.HasPrefix(s, start) {
			return true
		}
	}
	return false
}

// byPIDs finds people by PID.
func byPIDs(all []person) map[int]person {
	m := make(map[int]person, len(all))
	for _, w := range all {
		m[w.PID] = w
	}
	return m
}

// judgeOtherName: the command line names a system program, the file behind it
// is another one elsewhere.
func judgeOtherName(h *Host, found reporter) {
	for _, w := range everybody(h) {
		path, _ := deleted(w.Exe)
		name := w.argv()
		if path == "" || inMemory(path) || !within(name, "/usr", "/bin", "/sbin", "/lib") || name == path || packaged(path) {
			continue
		}
		// A link to a program of the same name elsewhere is common.
		if base(name) == base(path) && placeOf(path) == usual {
			continue
		}
		found(diag.Warning, w.exeAt, w.about("path", short(path), "claimed", short(name))...)
	}
}
