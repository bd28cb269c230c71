package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// notices are the licences of everything that is in some programs: ours, Go's,
// those of the fonts and of all modules they were built from. Most of them ask
// to be handed on.
func (r *release) notices(binaries ...string) ([]byte, error) { return r.licences(false, binaries...) }

// licences are the notices; Debian wants the Apache licence named and not
// repeated.
func (r *release) licences(debian bool, binaries ...string) ([]byte, error) {
	modules, err := modulesOf(binaries)
	if err != nil {
		return nil, err
	}
	own, err := os.ReadFile(filepath.Join(r.source, "LICENSE"))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Latchkey %s\n\n%s", r.version, own)
	goroot, err := output(r.source, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	if err := notice(&b, "Go "+runtime.Version(), strings.TrimSpace(goroot), debian); err != nil {
		return nil, err
	}
	// The letters of the PDF, whose files have their licences beside them.
	if err := notice(&b, "Fonts of the statement", filepath.Join(r.source, "assets", "fonts"), debian); err != nil {
		return nil, err
	}
	for _, m := range modules {
		dir, err := output(r.source, "go", "list", "-m", "-f", "{{.Dir}}", m.Path)
		if err != nil {
			return nil, err
		}
		if err := notice(&b, m.Path+" "+m.Version, strings.TrimSpace(dir), debian); err != nil {
			return nil, err
		}
		if m.Path == "fyne.io/fyne/v2" { // the letters of the window
			if err := notice(&b, "Fonts in "+m.Path, filepath.Join(strings.TrimSpace(dir), "theme", "font"), debian); err != nil {
				return nil, err
			}
		}
	}
	return b.Bytes(), nil
}

// modulesOf gives the modules that are in any of some programs, by their paths.
func modulesOf(binaries []string) ([]debug.Module, error) {
	found := map[string]debug.Module{}
	for _, binary := range binaries {
		info, err := buildinfo.ReadFile(binary)
		if err != nil {
			return nil, err
		}
		for _, m := range info.Deps {
			for m.Replace != nil {
				m = m.Replace
			}
			found[m.Path] = *m
		}
	}
	byPath := func(a, b debug.Module) int { return strings.Compare(a.Path, b.Path) }
	return slices.SortedFunc(maps.Values(found), byPath), nil
}

// notice adds the licence files of a folder.
func notice(b *bytes.Buffer, name, dir string, debian bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	licence := regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|copyright)([._-].*)?$`)
	found := false
	for _, e := range entries {
		if e.IsDir() || !licence.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		if debian && bytes.Contains(text, []byte("Apache License")) && bytes.Contains(text, []byte("TERMS AND CONDITIONS")) {
			text = []byte("Apache License, Version 2.0: /usr/share/common-licenses/Apache-2.0")
		}
		fmt.Fprintf(b, "\n%s\n%s (%s)\n\n%s\n", strings.Repeat("-", 72), name, e.Name(), bytes.TrimSpace(text))
		found = true
	}
	if !found {
		return fmt.Errorf("%s has no licence in %s", name, dir)
	}
	return nil
}

// component is a module in the bill of materials.
type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref,omitempty"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl,omitempty"`
}

// bill writes which modules are in a program, as CycloneDX.
func (r *release) bill(binary string) error { return r.billAs(binary, filepath.Base(binary)) }

func (r *release) billAs(binary, name string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	modules, err := modulesOf([]string{binary})
	if err != nil {
		return err
	}
	parts := []component{{Type: "library", Name: "std", Version: strings.TrimPrefix(info.GoVersion, "go"), PURL: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go")}}
	for _, m := range modules {
		purl := "pkg:golang/" + m.Path + "@" + m.Version
		parts = append(parts, component{Type: "library", Ref: purl, Name: m.Path, Version: m.Version, PURL: purl})
	}
	slices.SortFunc(parts, func(a, b component) int { return strings.Compare(a.Name, b.Name) })
	bom := map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
		"metadata": map[string]any{
			"timestamp": r.at.Format("2006-01-02T15:04:05Z"),
			"component": component{Type: "application", Ref: "latchkey", Name: name, Version: r.version},
		},
		"components": parts,
	}
	text, err := json.MarshalIndent(bom, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, strings.TrimSuffix(name, ".exe")+".cdx.json"), append(text, '\n'), 0o644)
}
