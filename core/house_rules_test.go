package core_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

const module = "github.com/entraidsync/entraidsync/"

// The numbers of CONTRIBUTING.md.
const (
	maxFileLines     = 400
	maxFunctionLines = 60
	maxParameters    = 4  // besides ctx
	maxFiles         = 25 // of a package, tests not counted
)

// What a page stands on: core as far as the window may know it, the widgets and
// words, and what several pages have in common.
var (
	behind  = []string{"core/datafolder", "core/entra", "core/export", "core/say", "core/signin", "core/store", "core/syncer", "core/tell", "core/updates", "core/vault", "core/verify", "core/views", "core/watch"}
	toolkit = []string{"ui/daychart", "ui/kit", "ui/labels", "ui/pager", "ui/phrase", "ui/table", "ui/tasks", "ui/theme", "ui/toast", "ui/wording"}
	parts   = []string{"ui/access", "ui/host", "ui/lists"}
)

// arrows says which of our folders each folder may import. A folder that is
// not named here has no place in docs/architecture.md: give it one first.
// "ui/*" is every folder right under ui.
var arrows = map[string][]string{
	"assets":           nil,
	"docs":             nil,
	"cmd/entrasync":    {"assets", "docs", "cmd/internal/*", "core/*", "ui/*"},
	"cmd/entrasyncctl": {"cmd/entrasyncctl/*", "cmd/internal/*", "core/*"},
	"cmd/graphsim":     {"core/graphsim", "core/datafolder"},
	"cmd/internal/*":   {"core/*"},
	"core/audit":       {"core/entra", "core/say", "core/graph", "core/store", "core/store/audits"},
	"core/datafolder":  {"core/entra", "core/say"},
	"core/entra":       {"core/jsonscan", "core/say"},
	"core/export":      {"core/entra", "core/say", "core/datafolder"},
	"core/grams":       {"core/say"},
	"core/graph":       {"core/entra", "core/say", "core/jsonscan"},
	"core/graphsim":    {"core/graphsim/*"},
	"core/graphsim/*":  {"core/graphsim/*"},
	"core/jsonscan":    {"core/say"},
	"core/keyfile":     {"core/entra", "core/say"},
	"core/lookup":      {"core/entra", "core/say", "core/store"},
	"core/say":         nil,
	"core/signin":      {"core/entra", "core/say", "core/graph", "core/keyfile", "core/store", "core/vault"},
	"core/sqlite":      {"core/entra", "core/say", "core/datafolder"},
	"core/sqlite/*":    nil,
	"core/status":      {"core/entra", "core/export", "core/say", "core/store"},
	"core/store":       {"core/entra", "core/say", "core/datafolder", "core/sqlite", "core/grams", "core/jsonscan", "core/store/*"},
	"core/store/*":     {"core/entra", "core/say", "core/sqlite", "core/grams", "core/store/rows"},
	"core/syncer":      {"core/audit", "core/entra", "core/say", "core/datafolder", "core/graph", "core/signin", "core/store", "core/vault", "core/syncer/*"},
	"core/syncer/*":    nil,
	"core/tell":        {"core/entra", "core/say"},
	"core/updates":     {"core/entra", "core/say", "core/store"},
	"core/vault":       {"core/say"},
	"core/verify":      {"core/datafolder", "core/entra", "core/export", "core/say", "core/store", "core/syncer"},
	"core/watch":       {"core/datafolder", "core/entra", "core/export", "core/say", "core/signin", "core/store", "core/tell", "core/vault", "core/views"},
	"core/views":       {"core/entra", "core/export", "core/say", "core/store"},

	"ui/phrase":       nil,
	"ui/tasks":        nil,
	"ui/theme":        nil,
	"ui/toast":        nil,
	"ui/translations": nil,
	"ui/widgetmap":    nil,
	"ui/pager":        {"ui/phrase"},
	"ui/table":        {"ui/phrase"},
	"ui/wording":      {"core/entra", "core/say", "ui/phrase"},
	"ui/labels":       {"core/entra", "core/say", "core/syncer", "core/tell", "ui/phrase", "ui/theme", "ui/wording"},
	"ui/daychart":     {"core/store", "ui/kit", "ui/phrase"},
	"ui/kit":          {"core/entra", "core/say", "ui/phrase", "ui/table", "ui/tasks", "ui/theme", "ui/toast", "ui/wording"},
	"ui/host":         slices.Concat(behind, toolkit, []string{"docs"}),
	"ui/hosttest":     slices.Concat(behind, toolkit, []string{"docs", "ui/host", "ui/translations"}),
	"ui/lists":        slices.Concat(behind, toolkit, []string{"ui/host"}),
	"ui/access":       slices.Concat(behind, toolkit, []string{"ui/host"}),
	"ui/help":         slices.Concat(behind, toolkit, []string{"ui/host", "docs"}),
	"ui/window": slices.Concat(behind, toolkit, parts, []string{"ui/translations",
		"ui/add", "ui/find", "ui/help", "ui/object", "ui/overview", "ui/profile", "ui/settings", "ui/tenant", "ui/watches"}),
	"ui/tenant": slices.Concat(behind, toolkit, parts, []string{"ui/changes", "ui/directory", "ui/verification"}), // a page with tabs that are rooms of their own
	"ui/*":      slices.Concat(behind, toolkit, parts),                                                            // the pages: none knows another

	"cmd/entrasyncctl/*": {"core/*"},
}

// reserved says which folders alone may import modules whose paths begin so:
// one folder knows windows, one SQL, one Graph, one the keychain.
var reserved = map[string][]string{
	"fyne.io/":                           {"ui/*", "cmd/entrasync"},
	"github.com/go-gl/":                  {"cmd/entrasync"},
	"database/sql":                       {"core/store", "core/store/*", "core/sqlite"},
	"github.com/mattn/go-sqlite3":        {"core/store", "core/sqlite"},
	"github.com/Azure/":                  {"core/graph"},
	"github.com/microsoft/kiota":         {"core/graph"},
	"github.com/microsoftgraph/":         {"core/graph"},
	"github.com/zalando/go-keyring":      {"core/vault"},
	"github.com/expr-lang/expr":          {"core/entra"},
	"github.com/parquet-go/":             {"core/export"},
	"github.com/spf13/cobra":             {"cmd/entrasyncctl", "cmd/entrasyncctl/complete"},
	"github.com/golang-jwt/jwt":          {"core/graphsim/signin"},
	"golang.org/x/crypto/argon2":         {"core/vault"},
	"software.sslmate.com/src/go-pkcs12": {"core/keyfile"},
}

// house is what the rules say against the Go files below a folder.
type house struct {
	files      *token.FileSet
	comments   map[string]int // package comments by folder
	counts     map[string]int // files by folder
	violations []string
}

// inspect reads every Go file below root that is not a test and returns what
// breaks the rules of the house, sorted.
func inspect(root string) ([]string, error) {
	h := &house{files: token.NewFileSet(), comments: map[string]int{}, counts: map[string]int{}}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != root && skipped(entry.Name()):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		return h.inspectFile(root, name)
	})
	for folder, count := range h.counts {
		if count > maxFiles {
			h.add(folder, "has %d files, over %d", count, maxFiles)
		}
	}
	for folder, count := range h.comments {
		if count != 1 {
			h.add(folder, "has %d package comments, not one", count)
		}
	}
	slices.Sort(h.violations)
	return h.violations, err
}

// skipped tells folders that the go command passes over, and build output.
func skipped(folder string) bool {
	return strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_") || folder == "testdata" || folder == "bin"
}

func (h *house) add(place, format string, args ...any) {
	h.violations = append(h.violations, place+" "+fmt.Sprintf(format, args...))
}

func (h *house) inspectFile(root, name string) error {
	file, err := parser.ParseFile(h.files, name, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	relative, err := filepath.Rel(root, name)
	if err != nil {
		return err
	}
	place := filepath.ToSlash(relative)
	folder := path.Dir(place)
	h.counts[folder]++
	if _, seen := h.comments[folder]; !seen {
		h.comments[folder] = 0
	}
	if file.Doc != nil {
		h.comments[folder]++
	}
	if lines := h.files.File(file.Pos()).LineCount(); lines > maxFileLines {
		h.add(place, "has %d lines, over %d", lines, maxFileLines)
	}
	h.inspectImports(folder, place, file)
	h.inspectFunctions(place, file)
	return nil
}

func (h *house) inspectImports(folder, place string, file *ast.File) {
	allowed, known := arrows[folder]
	if !known {
		allowed, known = arrows[path.Dir(folder)+"/*"]
	}
	if !known {
		h.add(place, "lies in a folder without a place in the architecture")
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has refused it already
		}
		if ours, found := strings.CutPrefix(imported, module); found && !matches(allowed, ours) {
			h.add(place, "imports %s", ours)
		}
		for prefix, owners := range reserved {
			if strings.HasPrefix(imported, prefix) && !matches(owners, folder) {
				h.add(place, "imports %s", imported)
			}
		}
	}
}

// matches tells whether a folder is one of those named, "a/*" being all right under a.
func matches(names []string, folder string) bool {
	return slices.Contains(names, folder) || slices.Contains(names, path.Dir(folder)+"/*")
}

func (h *house) inspectFunctions(place string, file *ast.File) {
	for _, declaration := range file.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok {
			continue
		}
		first, last := h.files.Position(function.Pos()).Line, h.files.Position(function.End()).Line
		if lines := last - first + 1; lines > maxFunctionLines {
			h.add(place, "%s has %d lines, over %d", function.Name.Name, lines, maxFunctionLines)
		}
		if count := parameters(function.Type); count > maxParameters {
			h.add(place, "%s has %d parameters besides ctx, over %d", function.Name.Name, count, maxParameters)
		}
	}
}

func parameters(function *ast.FuncType) int {
	count := 0
	for _, field := range function.Params.List {
		for _, name := range field.Names {
			if name.Name != "ctx" {
				count++
			}
		}
		if len(field.Names) == 0 {
			count++
		}
	}
	return count
}
