package diag

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPatternsCompile: a wrong expression panics only when it is first used, so
// each that is written in a package below this one is tried here.
func TestPatternsCompile(t *testing.T) {
	tried := 0
	err := filepath.WalkDir(".", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		files, set := []*ast.File{}, token.NewFileSet()
		for _, name := range names {
			if f, err := parser.ParseFile(set, name, nil, 0); err == nil && !strings.HasSuffix(name, "_test.go") {
				files = append(files, f)
			}
		}
		tried += tryPatterns(t, set, files)
		return err
	})
	if err != nil || tried < 200 {
		t.Errorf("%d tried, %v", tried, err)
	}
}

// onlyPattern imports this package, as far as it declares NewPattern.
type onlyPattern struct{}

func (onlyPattern) Import(path string) (*types.Package, error) {
	if path != "latchkey/diag" {
		return nil, fmt.Errorf("%s is not needed", path)
	}
	p := types.NewPackage(path, "diag")
	text := types.NewTuple(types.NewParam(token.NoPos, p, "text", types.Typ[types.String]))
	p.Scope().Insert(types.NewFunc(token.NoPos, p, "NewPattern", types.NewSignatureType(nil, nil, nil, text, types.NewTuple(types.NewParam(token.NoPos, p, "", types.Typ[types.Int])), false)))
	p.MarkComplete()
	return p, nil
}

func tryPatterns(t *testing.T, set *token.FileSet, files []*ast.File) (tried int) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: onlyPattern{}, Error: func(error) {}} // what is not imported is missing
	_, _ = config.Check("", set, files, info)
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 || !strings.HasSuffix(types.ExprString(call.Fun), "diag.NewPattern") {
				return true
			}
			tried++
			value := info.Types[call.Args[0]].Value
			if value == nil || value.Kind() != constant.String {
				t.Errorf("%s: no constant", set.Position(call.Pos()))
			} else if _, err := regexp.Compile(constant.StringVal(value)); err != nil {
				t.Errorf("%s: %v", set.Position(call.Pos()), err)
			}
			return true
		})
	}
	return tried
}
