package translations

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/labels"
)

// keys are the texts that the code asks translations for.
func keys(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err == nil {
			ast.Inspect(file, func(n ast.Node) bool { addKey(found, n); return true })
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range entra.Classes() {
		found[c.Label] = true
	}
	for _, title := range labels.PropertyTitles() {
		found[title] = true
	}
	for _, c := range entra.BuiltInClouds() {
		found[c.Label] = true
	}
	return found
}

func addKey(found map[string]bool, n ast.Node) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return
	}
	var arg ast.Expr
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr: // lang.L and lang.X
		if f.Sel.Name == "L" || f.Sel.Name == "X" {
			arg = call.Args[0]
		}
	case *ast.Ident: // phrase's units
		if f.Name == "unit" {
			arg = call.Args[1]
		}
	}
	if text, ok := arg.(*ast.BasicLit); ok {
		if key, err := strconv.Unquote(text.Value); err == nil {
			found[key] = true
		}
	}
}

var field = regexp.MustCompile(`{{\.\w+}}`)

func TestEveryTextIsTranslated(t *testing.T) {
	wanted := keys(t)
	if len(wanted) < 100 {
		t.Fatalf("only %d texts found", len(wanted))
	}
	for _, language := range []string{"en", "de"} {
		content, err := os.ReadFile(language + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(content, &texts); err != nil {
			t.Fatal(err)
		}
		for key := range wanted {
			if texts[key] == "" {
				t.Errorf("%s.json lacks %q", language, key)
			}
		}
		for key, text := range texts {
			a, b := field.FindAllString(key, -1), field.FindAllString(text, -1)
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(a, b) {
				t.Errorf("%s.json: %q has other fields than %q", language, text, key)
			}
		}
	}
}

func TestTranslationsLoad(t *testing.T) {
	if err := Add(); err != nil {
		t.Error(err)
	}
}
