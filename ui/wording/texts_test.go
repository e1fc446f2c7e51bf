package wording

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// folders hold the code whose errors and notes come before somebody in the window.
var folders = []string{"core/datafolder", "core/entra", "core/export", "core/grams", "core/graph", "core/jsonscan", "core/keyfile", "core/sqlite", "core/store", "core/signin", "core/syncer", "core/vault",
	"cmd/entrasync", "cmd/internal", "ui"}

// forTests are folders that only tests use: nobody is shown their sentences.
var forTests = []string{"faultdisk", "hosttest"}

// told are the names that sentences go by: fields, parameters, variables and
// results of these names hold one.
var told = []string{"What", "Why", "Remedy", "Note", "Notes", "Reason", "Message", "why", "remedy", "note", "notes", "reason", "message"}

// hole stands in a format for what the code does not tell beforehand.
const hole = "%s"

// texts finds all sentences of the code, as formats, each with where it stands.
type texts struct {
	fset     *token.FileSet
	packages map[string]*code // by folder
	found    map[string]string
}

// code is one package.
type code struct {
	name    string
	files   []*ast.File
	structs map[string][]string   // field names by type
	globals map[string][]ast.Expr // package variables and constants
	funcs   map[string][]function // by name, methods as well
	busy    map[string]bool       // what is being resolved, against circles
}

// function is a function or a method, or a local one that has a name.
type function struct {
	params, results []string
	body            *ast.BlockStmt
	within          *ast.FuncDecl
}

// readTexts reads the sources below root.
func readTexts(t *testing.T, root string) map[string]string {
	t.Helper()
	x := &texts{token.NewFileSet(), map[string]*code{}, map[string]string{}}
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() && slices.Contains(forTests, entry.Name()) {
				return filepath.SkipDir
			}
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(x.fset, path, nil, 0)
			if err == nil {
				x.add(filepath.Dir(path), file)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range x.packages {
		c.index()
	}
	for _, c := range x.packages {
		x.collect(c)
	}
	return x.found
}

func (x *texts) add(folder string, file *ast.File) {
	c := x.packages[folder]
	if c == nil {
		c = &code{name: file.Name.Name, structs: map[string][]string{}, globals: map[string][]ast.Expr{}, funcs: map[string][]function{}, busy: map[string]bool{}}
		x.packages[folder] = c
	}
	c.files = append(c.files, file)
}

// index notes what a package declares.
func (c *code) index() {
	for _, file := range c.files {
		ast.Inspect(file, func(n ast.Node) bool { spellOut(n); return true })
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				c.indexSpecs(d.Specs)
			case *ast.FuncDecl:
				if d.Body != nil {
					c.indexFunc(d)
				}
			}
		}
	}
}

func (c *code) indexSpecs(specs []ast.Spec) {
	for _, s := range specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if t, ok := s.Type.(*ast.StructType); ok {
				c.structs[s.Name.Name] = names(t.Fields)
			}
		case *ast.ValueSpec:
			for i, v := range s.Values {
				c.globals[s.Names[i].Name] = append(c.globals[s.Names[i].Name], v)
			}
		}
	}
}

func (c *code) indexFunc(d *ast.FuncDecl) {
	c.funcs[d.Name.Name] = append(c.funcs[d.Name.Name], function{names(d.Type.Params), names(d.Type.Results), d.Body, d})
	ast.Inspect(d.Body, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == 1 && len(a.Rhs) == 1 {
			name, named := a.Lhs[0].(*ast.Ident)
			if f, ok := a.Rhs[0].(*ast.FuncLit); ok && named {
				c.funcs[name.Name] = append(c.funcs[name.Name], function{names(f.Type.Params), names(f.Type.Results), f.Body, d})
			}
		}
		return true
	})
}

// names lists the names of fields, parameters or results, "" for one without.
func names(list *ast.FieldList) (out []string) {
	if list == nil {
		return nil
	}
	for _, f := range list.List {
		if len(f.Names) == 0 {
			out = append(out, "")
		}
		for _, n := range f.Names {
			out = append(out, n.Name)
		}
	}
	return out
}

// collect finds the sentences of a package.
func (x *texts) collect(c *code) {
	for name, values := range c.globals {
		for _, v := range values {
			if slices.Contains(told, name) {
				x.note(c, nil, v)
			}
			ast.Inspect(v, func(n ast.Node) bool { x.look(c, nil, n); return true })
		}
	}
	for name, list := range c.funcs {
		for _, f := range list {
			x.lookAtFunction(c, name, f)
		}
	}
}

func (x *texts) lookAtFunction(c *code, name string, f function) {
	for i, p := range f.params {
		if slices.Contains(told, p) {
			x.noteAll(x.arguments(c, name, i), f.body)
		}
	}
	for i, r := range f.results {
		if slices.Contains(told, r) || name == "Error" {
			for _, e := range returned(f.body, i) {
				x.note(c, f.within, e)
			}
		}
	}
	if f.body == f.within.Body {
		ast.Inspect(f.body, func(n ast.Node) bool { x.look(c, f.within, n); return true })
	}
}

// look finds what one place of the code tells.
func (x *texts) look(c *code, within *ast.FuncDecl, n ast.Node) {
	switch n := n.(type) {
	case *ast.CompositeLit:
		for name, value := range c.values(n) {
			if slices.Contains(told, name) {
				x.note(c, within, value)
			}
		}
	case *ast.AssignStmt:
		x.lookAtAssignment(c, within, n)
	case *ast.ValueSpec:
		for i, v := range n.Values {
			if slices.Contains(told, n.Names[i].Name) {
				x.note(c, within, v)
			}
		}
	case *ast.CallExpr:
		if callee := called(n); callee == "errors.New" || callee == "fmt.Errorf" || callee == "textError" {
			x.note(c, within, n)
		}
	}
}

func (x *texts) lookAtAssignment(c *code, within *ast.FuncDecl, a *ast.AssignStmt) {
	for i, left := range a.Lhs {
		if !slices.Contains(told, last(left)) {
			continue
		}
		switch {
		case a.Tok == token.ADD_ASSIGN:
			for _, tail := range x.part(c, within, a.Rhs[0]) {
				x.found[hole+tail] = x.fset.Position(a.Pos()).String()
			}
		case len(a.Lhs) == len(a.Rhs):
			x.note(c, within, a.Rhs[i])
		default:
			x.noteAll(x.results(c, a.Rhs[0], i), a)
		}
	}
}

// note keeps the sentences that an expression can be.
func (x *texts) note(c *code, within *ast.FuncDecl, e ast.Expr) {
	x.noteAll(x.resolve(c, within, e), e)
}

func (x *texts) noteAll(list []string, at ast.Node) {
	for _, text := range list {
		if text != hole && strings.ContainsAny(text, " %") { // a single word is a name: ECDSA, User.Read.All
			x.found[text] = x.fset.Position(at.Pos()).String()
		}
	}
}

// last is the last name of a variable or a field.
func last(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// called names the function of a call, such as "fmt.Errorf" or "say".
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
		return "." + f.Sel.Name
	}
	return ""
}

// values pairs the fields of a struct's literal, or of those in a list, with
// what they hold.
func (c *code) values(lit *ast.CompositeLit) map[string]ast.Expr {
	out := map[string]ast.Expr{}
	of := ""
	if id, ok := lit.Type.(*ast.Ident); ok {
		of = id.Name
	}
	for i, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			out[last(kv.Key)] = kv.Value
		} else if fields := c.structs[of]; i < len(fields) {
			out[fields[i]] = e
		}
	}
	return out
}

// sorted gives the keys in an order that does not change.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func unquote(lit *ast.BasicLit) string {
	text, _ := strconv.Unquote(lit.Value)
	return text
}

// spellOut gives the literals in a list the type that they leave out.
func spellOut(n ast.Node) {
	list, ok := n.(*ast.CompositeLit)
	if !ok {
		return
	}
	of, ok := list.Type.(*ast.ArrayType)
	if !ok {
		return
	}
	for _, e := range list.Elts {
		if lit, ok := e.(*ast.CompositeLit); ok && lit.Type == nil {
			lit.Type = of.Elt
		}
	}
}
