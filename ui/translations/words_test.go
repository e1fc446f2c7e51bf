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
	for _, c := range entra.Choices() {
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

var field = regexp.MustCompile(`{{\.\w+`)

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
			a, b = slices.Compact(a), slices.Compact(b) // a number may choose several words
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

// bare is a number before a noun in its plural, which says "1 rows" of a single one.
var bare = regexp.MustCompile(`{{\.(Count|Objects|Rows|Changes|Requests|Retries|Credentials|Entries|Days|More|Tenants|Number)}} (\w+ )?\w+s\b`)

// plural are texts whose number is always more than one.
var plural = []string{"{{.Count}} of its links", "Copy {{.Count}} rows", "in {{.Days}} days"}

// What is counted follows its number, in each text: {{.Rows.Of "row" "rows"}}.
func TestNounsFollowTheirNumber(t *testing.T) {
	for key := range keys(t) {
		if bare.MatchString(key) && !slices.Contains(plural, key) {
			t.Errorf("%q: say {{.Count.Of \"one\" \"more\"}}, with a phrase.Count", key)
		}
	}
}
