package core_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// doors are the writers of what tenants sign in with. Who is no part of core
// calls the engine's: the store's, and signin's, wake nobody who waits for it.
var doors = []string{"AddProfile", "SetProfile", "RemoveProfile", "AddCredential", "ReplaceCredential", "MoveCredential", "RemoveCredential", "SetTenant", "ResetVault"}

// TestOneDoorForSettings finds no program and no screen that writes them past the
// engine. Tests may: they play what another process does.
func TestOneDoorForSettings(t *testing.T) {
	past := []string{"Store", "store", "st", "opened", "signin"}
	for _, root := range []string{"../cmd", "../ui"} {
		err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if called, ok := n.(*ast.SelectorExpr); ok && slices.Contains(doors, called.Sel.Name) && slices.Contains(past, lastName(called.X)) {
					t.Errorf("%s calls %s past the engine", files.Position(n.Pos()), called.Sel.Name)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// lastName is the name of what a method is called of: d.desk.store gives store.
func lastName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}
