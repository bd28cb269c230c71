// Command release makes every package of a version from one Debian machine:
//
//	go -C .ci/release run . [-out DIR] [PART…]
//
// The parts are linux, terminal, windows, macos and sums; without any, all of
// them, in this order. It builds what is committed, from a copy of the tree, one
// program at a time. Same commit, same Go and same compiler give the same bytes:
// all times are SOURCE_DATE_EPOCH, or else that of the commit.
//
// It is a module of its own, so that what packs the program is no dependency of
// the program.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// release is one version being packed.
type release struct {
	root    string // of the repository
	source  string // the copy of the commit that is built
	out     string
	version string
	at      time.Time // of everything in the packages
	texts   map[string]map[string]string
}

// part is something that can be made alone.
type part struct {
	name string
	make func(*release) error
}

func parts() []part {
	return []part{{"terminal", (*release).terminal}, {"linux", (*release).linux}, {"windows", (*release).windows},
		{"macos", (*release).macos}, {"sums", (*release).sums}}
}

func main() {
	out := flag.String("out", "", "folder for the packages; else dist/release")
	flag.Parse()
	if err := run(*out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(out string, wanted []string) (err error) {
	for _, name := range wanted {
		if !slices.ContainsFunc(parts(), func(p part) bool { return p.name == name }) {
			return fmt.Errorf("there is no part %q", name)
		}
	}
	r, err := prepare(out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(r.source)) }()
	if len(wanted) == 0 {
		if err := r.clear(); err != nil {
			return err
		}
	}
	for _, p := range parts() {
		if len(wanted) > 0 && !slices.Contains(wanted, p.name) {
			continue
		}
		began := time.Now()
		if err := p.make(r); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		fmt.Printf("%-9s %.0f s\n", p.name, time.Since(began).Seconds())
	}
	return nil
}

// prepare copies the commit and reads what all parts need.
func prepare(out string) (*release, error) {
	top, err := output(".", "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	r := &release{root: strings.TrimSpace(top), out: out}
	if r.out == "" {
		r.out = filepath.Join(r.root, "dist", "release")
	}
	if r.out, err = filepath.Abs(r.out); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return nil, err
	}
	if changed, err := output(r.root, "git", "status", "--porcelain"); err == nil && changed != "" {
		fmt.Fprintln(os.Stderr, "release: what is not committed is not in it")
	}
	if r.at, err = r.time(); err != nil {
		return nil, err
	}
	if r.source, err = os.MkdirTemp("", "latchkey-release-*"); err != nil {
		return nil, err
	}
	copied := exec.Command("sh", "-c", `git archive HEAD | tar -x -C "$0"`, r.source)
	copied.Dir = r.root
	if said, err := copied.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("copy the commit: %w\n%s", err, said)
	}
	if r.version, err = versionOf(r.source); err != nil {
		return nil, err
	}
	r.texts, err = textsOf(r.source)
	return r, err
}

// clear removes what an earlier run made.
func (r *release) clear() error {
	old, err := filepath.Glob(filepath.Join(r.out, "latchkey[_\\-]*"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}

// time is that of the commit, unless the environment says another.
func (r *release) time() (time.Time, error) {
	said := os.Getenv("SOURCE_DATE_EPOCH")
	if said == "" {
		var err error
		if said, err = output(r.root, "git", "log", "-1", "--format=%ct"); err != nil {
			return time.Time{}, err
		}
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(said), 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// versionOf reads the version, which must be the same wherever it stands.
func versionOf(root string) (string, error) {
	version := ""
	for file, pattern := range map[string]string{
		"main.go":      `(?m)^const version = "([0-9]+\.[0-9]+\.[0-9]+)"$`,
		"FyneApp.toml": `(?m)^Version = "([0-9]+\.[0-9]+\.[0-9]+)"$`,
	} {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return "", err
		}
		found := regexp.MustCompile(pattern).FindSubmatch(text)
		if found == nil {
			return "", fmt.Errorf("no version in %s", file)
		}
		if version != "" && version != string(found[1]) {
			return "", fmt.Errorf("main.go and FyneApp.toml name different versions: %s, %s", version, found[1])
		}
		version = string(found[1])
	}
	return version, nil
}

// output runs a command and gives what it prints.
func output(dir, name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Dir = dir
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return string(out), nil
}
