package app_test

import (
	"go/ast"
	"go/token"
	"testing"
)

// The sizes at which code stops being readable at a glance.
const (
	longestFile     = 400 // lines
	longestFunction = 60  // lines, without tables
	mostBranches    = 15  // cyclomatic complexity
)

func TestSizes(t *testing.T) {
	set, all := sources(t)
	for _, s := range all {
		if s.test || s.machine {
			continue
		}
		if s.lines > longestFile {
			t.Errorf("%s has %d lines, at most %d: which noun could move out?", s.path, s.lines, longestFile)
		}
		for name, body := range functions(s.file) {
			if n := length(set, body); n > longestFunction {
				t.Errorf("%s: %s has %d lines, at most %d", set.Position(body.Pos()), name, n, longestFunction)
			}
			if n := branches(body); n > mostBranches {
				t.Errorf("%s: %s has complexity %d, at most %d", set.Position(body.Pos()), name, n, mostBranches)
			}
		}
	}
}

// functions gives the bodies of a file's functions by name.
func functions(f *ast.File) map[string]*ast.BlockStmt {
	all := map[string]*ast.BlockStmt{}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			name := fn.Name.Name
			if fn.Recv != nil {
				name = "method " + name
			}
			all[name] = fn.Body
		}
	}
	return all
}

// length counts a body's lines; those of tables (composite literals) do not
// count, for a table is read by rows.
func length(set *token.FileSet, body *ast.BlockStmt) int {
	lines := func(n ast.Node) int { return set.Position(n.End()).Line - set.Position(n.Pos()).Line }
	total := lines(body) + 1
	ast.Inspect(body, func(n ast.Node) bool {
		if table, ok := n.(*ast.CompositeLit); ok {
			total -= lines(table)
			return false
		}
		return true
	})
	return total
}

// branches is McCabe's number: one way through, and one more for each place
// where it forks.
func branches(body *ast.BlockStmt) int {
	n := 1
	ast.Inspect(body, func(node ast.Node) bool {
		switch x := node.(type) {
		case *ast.FuncLit:
			return false // a value, read where it is called
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			n++
		case *ast.CaseClause:
			if x.List != nil {
				n++
			}
		case *ast.CommClause:
			if x.Comm != nil {
				n++
			}
		case *ast.BinaryExpr:
			if x.Op == token.LAND || x.Op == token.LOR {
				n++
			}
		}
		return true
	})
	return n
}
