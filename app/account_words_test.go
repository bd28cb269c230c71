package app_test

import (
	"go/ast"
	"go/token"
	"strconv"
)

// constants are the values of a file's constants of one type.
func constants(f *ast.File, typed string) []string {
	var all []string
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, spec := range g.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			if name, ok := v.Type.(*ast.Ident); ok && name.Name == typed {
				all = append(all, literals(v.Values)...)
			}
		}
	}
	return all
}

// firstWords are the first arguments of a file's calls of one function.
func firstWords(f *ast.File, name string) []string {
	var all []string
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && len(call.Args) > 0 {
			if fun, ok := call.Fun.(*ast.Ident); ok && fun.Name == name {
				all = append(all, literals(call.Args[:1])...)
			}
		}
		return true
	})
	return all
}

func literals(list []ast.Expr) []string {
	var all []string
	for _, e := range list {
		if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if s, err := strconv.Unquote(l.Value); err == nil {
				all = append(all, s)
			}
		}
	}
	return all
}
