package wording

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

const (
	module  = "github.com/entraidsync/entraidsync/"
	sayPath = module + "core/say"
)

// tellers are the folders whose sentences come before somebody in the window. Those
// of the terminal alone stay English.
var tellers = []string{"core/say", "core/datafolder", "core/entra", "core/export", "core/grams", "core/graph", "core/jsonscan", "core/keyfile", "core/sqlite", "core/store", "core/signin", "core/syncer", "core/tell", "core/updates", "core/vault", "core/verify", "core/views", "core/watch",
	"cmd/entrasync", "cmd/internal", "ui"}

// apart are folders of which nobody is shown a sentence: the simulator, and what only
// tests use.
var apart = []string{"graphsim", "faultdisk", "hosttest", "testdata"}

// source is the program, read with the types of its expressions: these tell what is
// a sentence. Of other modules nothing is known, which leaves holes where no sentence
// is made.
type source struct {
	fset     *token.FileSet
	info     *types.Info
	root     string
	files    map[string][]*ast.File // by folder
	packages map[string]*types.Package
}

func readSource(t *testing.T, root string) *source {
	t.Helper()
	s := &source{token.NewFileSet(), &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}, root, map[string][]*ast.File{}, map[string]*types.Package{}}
	for _, folder := range []string{"cmd", "core", "ui"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && slices.Contains(apart, entry.Name()):
				return filepath.SkipDir
			case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(s.fset, name, nil, parser.SkipObjectResolution)
			if err == nil {
				at, _ := filepath.Rel(root, filepath.Dir(name))
				s.files[filepath.ToSlash(at)] = append(s.files[filepath.ToSlash(at)], file)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for folder := range s.files {
		_, _ = s.Import(module + folder) // it never fails
	}
	return s
}

// Import checks one of our packages; of another it knows the name alone. The files
// of all systems are read together, so what they declare twice is no error.
func (s *source) Import(name string) (*types.Package, error) {
	if p := s.packages[name]; p != nil {
		return p, nil
	}
	folder, ours := strings.CutPrefix(name, module)
	if !ours || s.files[folder] == nil {
		s.packages[name] = types.NewPackage(name, path.Base(name))
		s.packages[name].MarkComplete()
		return s.packages[name], nil
	}
	check := types.Config{Importer: s, FakeImportC: true, Error: func(error) {}}
	s.packages[name], _ = check.Check(name, s.fset, s.files[folder], s.info)
	return s.packages[name], nil
}

// inspect shows all code of folders, each node with its folder and the function that
// it stands in.
func (s *source) inspect(folders func(string) bool, look func(folder, within string, n ast.Node) bool) {
	for _, folder := range slices.Sorted(maps.Keys(s.files)) {
		if !folders(folder) {
			continue
		}
		for _, file := range s.files[folder] {
			for _, d := range file.Decls {
				within := ""
				if f, ok := d.(*ast.FuncDecl); ok {
					within = f.Name.Name
				}
				ast.Inspect(d, func(n ast.Node) bool { return look(folder, within, n) })
			}
		}
	}
}

func (s *source) place(n ast.Node) string {
	p := s.fset.Position(n.Pos())
	name, _ := filepath.Rel(s.root, p.Filename)
	return fmt.Sprintf("%s:%d", filepath.ToSlash(name), p.Line)
}

func isSentence(t types.Type) bool {
	n, ok := t.(*types.Named)
	return ok && n.Obj().Name() == "Sentence" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == sayPath
}

// maker tells whether a call makes a sentence of a format: With, or Errorf.
func maker(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	from, ok := f.X.(*ast.Ident)
	return ok && from.Name == "say" && (f.Sel.Name == "With" || f.Sel.Name == "Errorf")
}

func (s *source) text(e ast.Expr) (string, bool) {
	v := s.info.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}

// sentences finds what is told in the window: formats, each with where it stands.
// A single word is a name, such as ECDSA, and punctuation needs no translation.
func (s *source) sentences() map[string]string {
	found := map[string]string{}
	note := func(format string, at ast.Node) {
		words := verbs.ReplaceAllString(format, "")
		if strings.Contains(strings.TrimSpace(format), " ") && strings.ContainsFunc(words, unicode.IsLetter) || strings.Contains(format, "%") && strings.ContainsFunc(words, unicode.IsLetter) {
			found[format] = s.place(at)
		}
	}
	s.inspect(tells, func(folder, _ string, n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && maker(call) {
			if format, ok := s.text(call.Args[0]); ok {
				note(format, n)
			}
		}
		e, ok := n.(ast.Expr)
		if !ok || !isSentence(s.info.Types[e].Type) {
			return true
		}
		text, fixed := s.text(e)
		if fixed {
			for _, t := range append(s.elsewhere(folder, e), text) {
				note(strings.ReplaceAll(t, "%", "%%"), n)
			}
		}
		return !fixed // its parts are none
	})
	return found
}

// elsewhere are the texts that a constant has on other systems, where it is another.
func (s *source) elsewhere(folder string, e ast.Expr) (out []string) {
	name, ok := e.(*ast.Ident)
	if !ok {
		return nil
	}
	s.inspect(func(f string) bool { return f == folder }, func(_, _ string, n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, v := range spec.Values {
			if text, fixed := s.text(v); fixed && spec.Names[i].Name == name.Name {
				out = append(out, text)
			}
		}
		return true
	})
	return out
}

func tells(folder string) bool {
	return slices.ContainsFunc(tellers, func(t string) bool { return folder == t || strings.HasPrefix(folder, t+"/") })
}

// slips finds where a sentence is taken apart, is shown as it is kept, or is made of
// what nobody can translate.
func (s *source) slips() (out []string) {
	slip := func(at ast.Node, what string) { out = append(out, s.place(at)+": "+what) }
	all := func(folder string) bool { return folder != "core/say" }
	s.inspect(all, func(folder, within string, n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok == token.ADD_ASSIGN && isSentence(s.info.Types[n.Lhs[0]].Type) {
				slip(n, "a sentence grows by +=: use say.With or say.Join")
			}
		case *ast.BinaryExpr:
			if _, fixed := s.text(n); n.Op == token.ADD && !fixed && isSentence(s.info.Types[n].Type) {
				slip(n, "sentences are put together by +: use say.With or say.Join")
			}
		case *ast.FuncDecl:
			if n.Recv != nil && n.Name.Name == "Error" && tells(folder) && words(n) {
				slip(n, "an error has words of its own: give it a Sentence")
			}
		case *ast.CallExpr:
			if what := s.slipOf(n, folder, within); what != "" {
				slip(n, what)
			}
		}
		return true
	})
	return out
}

// words tells whether code holds words, and not only a name.
func words(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		found = found || ok && lit.Kind == token.STRING && strings.Contains(lit.Value, " ") && strings.ContainsFunc(lit.Value, unicode.IsLetter)
		return true
	})
	return found
}

// slipOf tells what is wrong with a call.
func (s *source) slipOf(call *ast.CallExpr, folder, within string) string {
	if maker(call) {
		format, fixed := s.text(call.Args[0])
		switch {
		case !fixed:
			return "its format is no constant, so nobody can translate it"
		case call.Ellipsis == token.NoPos && places(format) != len(call.Args)-1:
			return fmt.Sprintf("%q has %d places for %d arguments", format, places(format), len(call.Args)-1)
		}
		return ""
	}
	if f, ok := call.Fun.(*ast.SelectorExpr); ok && tells(folder) {
		if from, ok := f.X.(*ast.Ident); ok && (from.Name == "errors" && f.Sel.Name == "New" || from.Name == "fmt" && f.Sel.Name == "Errorf") {
			return "an error is worded where nobody can translate it: use say.Errorf"
		}
	}
	to := s.info.Types[call.Fun]
	if !to.IsType() || len(call.Args) != 1 || folder == "core/store" { // the store keeps sentences as they are
		return ""
	}
	_, fixed := s.text(call.Args[0])
	text, ok := to.Type.Underlying().(*types.Basic)
	switch from := s.info.Types[call.Args[0]].Type; {
	case isSentence(to.Type) && !fixed && within != "Noun":
		return "a text becomes a sentence of ours: use say.Foreign, or say.Because for an error"
	case ok && text.Info()&types.IsString != 0 && !isSentence(to.Type) && isSentence(from):
		return "a sentence is shown as it is kept: use its String"
	}
	return ""
}

// places is the number of arguments that a format takes.
func places(format string) (n int) {
	for _, p := range parse(format).places {
		n = max(n, p.number)
	}
	return n
}
