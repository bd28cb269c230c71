package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"crypto/sha256"

	_ "embed"
)

//go:embed templates/Info.plist
var infoTemplate string

//go:embed templates/entitlements.plist
var entitlements []byte

// macos prepares what needs no Mac: the bundle's Info.plist, its entitlements
// and icon. Building the program needs Apple's SDK; .ci/macos does that on a Mac
// and takes these files.
func (r *release) macos() error {
	info, err := r.fill(infoTemplate)
	if err != nil {
		return err
	}
	icon, err := r.icns()
	if err != nil {
		return err
	}
	script, err := os.ReadFile(filepath.Join(r.source, ".ci", "macos"))
	if err != nil {
		return err
	}
	dir := filepath.Join(r.out, "macos")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []file{{"Info.plist", 0o644, info}, {"entitlements.plist", 0o644, entitlements}, {"icon.icns", 0o644, icon}, {"build", 0o755, script}} {
		if err := os.WriteFile(filepath.Join(dir, f.path), f.data, f.mode); err != nil {
			return err
		}
	}
	return nil
}

// sums writes the checksums of everything, as «sha256sum -c» reads them.
func (r *release) sums() error {
	var lines []string
	err := filepath.WalkDir(r.out, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(r.out, path)
		if err != nil || name == sumsFile || filepath.Ext(name) == ".png" { // pictures of a check
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("%x  %s\n", sha256.Sum256(data), filepath.ToSlash(name)))
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[66:], b[66:]) })
	return os.WriteFile(filepath.Join(r.out, sumsFile), []byte(strings.Join(lines, "")), 0o644)
}

const sumsFile = "SHA256SUMS"

// sorted gives files by their names.
func sorted(list []file) []file {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return list
}
