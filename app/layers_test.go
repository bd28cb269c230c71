package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the prefix of our own import paths.
const module = "latchkey/"

// layers says who may import whom among our own packages. A name ending in «/…»
// stands for a package and everything below it. A package that is not listed
// here must not exist yet: adding one is a decision about the architecture.
func layers() map[string][]string {
	facts := []string{"diag/..."}
	return map[string][]string{
		"diag":                  {},
		"i18n":                  {},
		"assets":                {},
		"diag/provider":         {"diag"},
		"diag/trace":            {"diag"},
		"diag/trace/printed":    {"diag", "diag/trace"},
		"diag/trace/lab":        {"diag", "diag/trace"},
		"diag/trace/tracetest":  {"diag", "diag/trace"},
		"diag/verdict":          {"diag", "diag/trace", "diag/provider"},
		"diag/account":          {"diag", "diag/provider"},
		"diag/abuse":            {"diag", "diag/abuse/grammar", "diag/abuse/mail"},
		"diag/abuse/grammar":    {"diag"},
		"diag/abuse/mail":       {"diag"},
		"diag/checklist":        {"diag"},
		"diag/checklist/bundle": {"diag"},
		"diag/evidence":         {"diag"},
		"diag/evidence/lab":     {"diag", "diag/evidence"},
		"app/statement":         append(facts, "i18n"),
		"app/casefile":          facts,
		"app/credential":        facts,
		"app":                   append(facts, "i18n", "app/statement", "app/casefile", "app/credential"),
		"app/cli":               append(facts, "i18n", "app", "app/statement", "app/casefile", "app/credential"),
		"app/ui":                append(facts, "i18n", "app", "app/statement", "app/casefile", "app/credential"),
		".":                     {"app", "app/cli", "app/ui", "i18n", "assets"},
	}
}

// reserved are packages of others that only one of ours may see, each with its
// reason.
func reserved() map[string]struct {
	owners []string
	why    string
} {
	type rule = struct {
		owners []string
		why    string
	}
	return map[string]rule{
		"fyne.io/fyne/v2":               {[]string{"app/ui", "."}, "everything below the window is usable without one"},
		"fyne.io/fyne/v2/app":           {[]string{"."}, "the tests of app/ui run without a display"},
		"github.com/zalando/go-keyring": {[]string{"app/credential"}, "secrets have one door"},
	}
}

// source is one Go file of the module, whatever system or tag it is for.
type source struct {
	path    string // below the module's root, with slashes
	dir     string // import path without the module; "." is main
	file    *ast.File
	lines   int
	test    bool
	machine bool // generated
}

// sources parses every Go file of the module. Build tags are not looked at: the
// law holds on all systems.
func sources(t *testing.T) (*token.FileSet, []source) {
	t.Helper()
	set := token.NewFileSet()
	var all []source
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || slices.Contains([]string{"testdata", "bin", "dist"}, d.Name())) {
			return fs.SkipDir
		}
		if d.IsDir() || path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, source{
			path: name, dir: path.Dir(name), file: f, lines: strings.Count(string(text), "\n"),
			test: strings.HasSuffix(name, "_test.go"), machine: ast.IsGenerated(f),
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d files found: the test looks in the wrong place", len(all))
	}
	return set, all
}

func imports(f *ast.File) []string {
	var list []string
	for _, i := range f.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		list = append(list, p)
	}
	return list
}

// covers reports whether a rule («diag», «diag/...») names dir.
func covers(rule, dir string) bool {
	base, all := strings.CutSuffix(rule, "/...")
	return dir == base || all && strings.HasPrefix(dir, base+"/")
}

func TestImportsFollowTheLayers(t *testing.T) {
	_, all := sources(t)
	law := layers()
	for _, s := range all {
		allowed, known := law[s.dir]
		if !known {
			t.Errorf("%s: package %s is not in the layers", s.path, s.dir)
			continue
		}
		for _, imported := range imports(s.file) {
			dir, ours := strings.CutPrefix(imported, module)
			if !ours || dir == s.dir {
				continue
			}
			if s.test {
				if strings.HasPrefix(s.dir, "diag") && strings.HasPrefix(dir, "app") {
					t.Errorf("%s: a test below diag imports %s", s.path, dir)
				}
				continue
			}
			if !slices.ContainsFunc(allowed, func(rule string) bool { return covers(rule, dir) }) {
				t.Errorf("%s: %s must not import %s", s.path, s.dir, dir)
			}
		}
	}
}

func TestReservedPackagesHaveOneDoor(t *testing.T) {
	_, all := sources(t)
	for _, s := range all {
		for _, imported := range imports(s.file) {
			for prefix, rule := range reserved() {
				if (imported == prefix || strings.HasPrefix(imported, prefix+"/")) && !slices.Contains(rule.owners, s.dir) {
					t.Errorf("%s imports %s: only %v may, because %s", s.path, imported, rule.owners, rule.why)
				}
			}
		}
	}
}

func TestEveryPackageHasOneDocComment(t *testing.T) {
	_, all := sources(t)
	docs := map[string][]string{}
	for _, s := range all {
		if s.test || s.dir != "." && s.file.Name.Name == "main" { // a program beside the package
			continue
		}
		if _, seen := docs[s.dir]; !seen {
			docs[s.dir] = nil
		}
		if s.file.Doc != nil {
			docs[s.dir] = append(docs[s.dir], filepath.Base(s.path))
		}
	}
	for dir, files := range docs {
		if len(files) != 1 {
			t.Errorf("package %s has %d doc comments %v, want one", dir, len(files), files)
		}
	}
}

func TestNamesAndStart(t *testing.T) {
	_, all := sources(t)
	vague := []string{"util", "utils", "common", "model", "models", "manager", "helper", "helpers", "misc", "shared", "base"}
	for _, s := range all {
		if slices.Contains(vague, s.file.Name.Name) {
			t.Errorf("%s: package %s says nothing about what it holds", s.path, s.file.Name.Name)
		}
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: func init: say in main or in a list what runs", s.path)
			}
		}
	}
}
