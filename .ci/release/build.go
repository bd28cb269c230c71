package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tags of a release: calls to the window's thread are not checked any more, and
// screen readers on Windows and macOS see the widgets (Fyne has nothing for
// Linux yet; there the tag does nothing).
const tags = "migrated_fynedo,accessibility"

// program is one binary to build.
type program struct {
	os, arch string
	window   bool
	compiler string // CC of a build with cgo
	ldflags  string // besides those of all
	args     []string
}

// build makes a program and gives its path. -trimpath keeps this machine's
// folders out; it is used in releases alone, because another flag builds
// everything anew.
func (r *release) build(p program, name string) (string, error) {
	path := filepath.Join(r.out, name)
	use, cgo := "cli", "0"
	if p.window {
		use, cgo = tags, "1"
	}
	args := []string{"build", "-buildvcs=false", "-trimpath", "-tags", use, "-ldflags", strings.TrimSpace("-s -w " + p.ldflags), "-o", path}
	c := exec.Command("nice", append(append([]string{"go"}, append(args, p.args...)...), ".")...)
	c.Dir = r.source
	c.Env = append(os.Environ(), "CGO_ENABLED="+cgo, "GOOS="+p.os, "GOARCH="+p.arch, "GOFLAGS=", "GOAMD64=v1")
	if p.compiler != "" {
		// By its name alone: a folder in CC would build everything anew each time.
		c.Env = append(c.Env, "CC="+p.compiler, "PATH="+filepath.Join(r.source, ".ci")+":"+os.Getenv("PATH"))
	}
	if said, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, said)
	}
	return path, nil
}

// targets are the systems of the terminal program.
func targets() []program {
	return []program{{os: "linux", arch: "amd64"}, {os: "linux", arch: "arm64"}, {os: "windows", arch: "amd64"},
		{os: "windows", arch: "arm64"}, {os: "darwin", arch: "amd64"}, {os: "darwin", arch: "arm64"}}
}

// terminal builds the program without a window for every system: one static
// file each. Their licences are one file more: a bare program has no place for
// them.
func (r *release) terminal() error {
	var all []string
	for _, p := range targets() {
		path, err := r.build(p, r.terminalName(p))
		if err != nil {
			return err
		}
		if err := r.bill(path); err != nil {
			return err
		}
		all = append(all, path)
	}
	text, err := r.notices(all...)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, fmt.Sprintf("latchkey-cli-%s-LICENSES.txt", r.version)), text, 0o644)
}

func (r *release) terminalName(p program) string {
	name := fmt.Sprintf("latchkey-cli-%s-%s-%s", r.version, p.os, p.arch)
	if p.os == "windows" {
		name += ".exe"
	}
	return name
}

// terminalPath is where the program without a window for a system is; it is
// built if it is not there.
func (r *release) terminalPath(p program) (string, error) {
	path := filepath.Join(r.out, r.terminalName(p))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return r.build(p, r.terminalName(p))
}

// clang is the compiler of the windowed programs: it builds them four times as
// fast as gcc.
func clang() string {
	if cc := os.Getenv("CC"); cc != "" {
		return cc
	}
	return "clang"
}
