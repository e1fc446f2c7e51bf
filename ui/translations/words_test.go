package translations

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
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
			in := filepath.Base(filepath.Dir(path))
			ast.Inspect(file, func(n ast.Node) bool {
				for _, key := range keysOf(t, in, n) {
					found[key] = true
				}
				return true
			})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// tables are the texts that the code asks translations for by an expression, by package and
// expression. One that no table is named for may be of any text, such as what Graph says, and
// the toolkit writes a line of its log for each that has no translation.
var tables = map[string][]string{
	"access c.Label":       choiceLabels(),
	"directory string(g)":  groupNames(),
	"labels c.Label":       slices.Concat(choiceLabels(), cloudLabels()),
	"labels p.title":       labels.PropertyTitles(),
	"labels relation":      entra.StreamNames(),
	"phrase name":          nil, // the units, which stand where it is called
	"tenant class.Label":   choiceLabels(),
	"tenant string(group)": groupNames(),
	"wording english":      slices.Concat(choiceLabels(), cloudLabels(), entra.StreamNames()),
}

func choiceLabels() (out []string) {
	for _, c := range entra.Choices() {
		out = append(out, c.Label)
	}
	return out
}

func cloudLabels() (out []string) {
	for _, c := range entra.BuiltInClouds() {
		out = append(out, c.Label)
	}
	return out
}

func groupNames() (out []string) {
	for _, g := range entra.Groups() {
		out = append(out, string(g))
	}
	return out
}

// keysOf are the texts that a call asks translations for.
func keysOf(t *testing.T, in string, n ast.Node) []string {
	t.Helper()
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return nil
	}
	var arg ast.Expr
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr: // lang.L and lang.X
		if of, ok := f.X.(*ast.Ident); ok && of.Name == "lang" && (f.Sel.Name == "L" || f.Sel.Name == "X") {
			arg = call.Args[0]
		}
	case *ast.Ident: // phrase's units
		if f.Name == "unit" {
			arg = call.Args[1]
		}
	}
	if arg == nil {
		return nil
	}
	if text, ok := arg.(*ast.BasicLit); ok {
		if key, err := strconv.Unquote(text.Value); err == nil {
			return []string{key}
		}
	}
	of := in + " " + types.ExprString(arg)
	texts, told := tables[of]
	if !told {
		t.Errorf("lang.L(%s) in ui/%s: nothing says which texts that may be; name their table in tables", types.ExprString(arg), in)
	}
	return texts
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
