package core_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The plan in docs/architecture.md and the code can't drift apart.
func TestCodeKeepsTheHouseRules(t *testing.T) {
	violations, err := inspect("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range violations {
		t.Error(violation)
	}
}

// A checker that sees nothing passes everything: each rule is broken once, in a
// tree of its own.
func TestHouseRulesSeeViolations(t *testing.T) {
	tests := []struct {
		name, file, code string
		want             []string
	}{
		{name: "clean", file: "core/store/open.go",
			code: doc("store") + imports("database/sql", module+"core/entra")},
		{name: "tests are free", file: "core/store/open_test.go",
			code: "package store\n" + imports(module+"core/graphsim")},
		{name: "sideways", file: "core/store/open.go", code: doc("store") + imports(module+"core/graph"),
			want: []string{"core/store/open.go imports core/graph"}},
		{name: "upwards", file: "core/graphsim/server.go", code: doc("graphsim") + imports(module+"core/entra"),
			want: []string{"core/graphsim/server.go imports core/entra"}},
		{name: "the table stands alone", file: "ui/table/table.go", code: doc("table") + imports(module+"core/store"),
			want: []string{"ui/table/table.go imports core/store"}},
		{name: "a page knows another", file: "ui/overview/page.go", code: doc("overview") + imports(module+"ui/tenant"),
			want: []string{"ui/overview/page.go imports ui/tenant"}},
		{name: "a widget knows a page", file: "ui/kit/button.go", code: doc("kit") + imports(module+"ui/overview", module+"ui/host"),
			want: []string{"ui/kit/button.go imports ui/host", "ui/kit/button.go imports ui/overview"}},
		{name: "tests' hands in the window", file: "ui/window/window.go", code: doc("window") + imports(module+"ui/hosttest"),
			want: []string{"ui/window/window.go imports ui/hosttest"}},
		{name: "the window never asks Graph", file: "ui/toast/toast.go", code: doc("toast") + imports(module+"core/graph"),
			want: []string{"ui/toast/toast.go imports core/graph"}},
		{name: "Fyne in core", file: "core/export/csv.go", code: doc("export") + imports("fyne.io/fyne/v2"),
			want: []string{"core/export/csv.go imports fyne.io/fyne/v2"}},
		{name: "window in the terminal", file: "cmd/entrasyncctl/main.go",
			code: doc("main") + imports(module+"ui/window", "fyne.io/fyne/v2/app"),
			want: []string{"cmd/entrasyncctl/main.go imports fyne.io/fyne/v2/app", "cmd/entrasyncctl/main.go imports ui/window"}},
		{name: "SDK models in the store", file: "core/store/open.go",
			code: doc("store") + imports("github.com/microsoftgraph/msgraph-sdk-go/models"),
			want: []string{"core/store/open.go imports github.com/microsoftgraph/msgraph-sdk-go/models"}},
		{name: "a folder without a place", file: "internal/utils/utils.go", code: doc("utils"),
			want: []string{"internal/utils/utils.go lies in a folder without a place in the architecture"}},
		{name: "no package comment", file: "core/entra/doc.go", code: "package entra\n",
			want: []string{"core/entra has 0 package comments, not one"}},
		{name: "long file", file: "core/entra/doc.go", code: doc("entra") + strings.Repeat("\n", 400),
			want: []string{"core/entra/doc.go has 402 lines, over 400"}},
		{name: "long function", file: "core/entra/doc.go",
			code: doc("entra") + "func f() {" + strings.Repeat("\n", 60) + "}\n",
			want: []string{"core/entra/doc.go f has 61 lines, over 60"}},
		{name: "many parameters", file: "core/entra/doc.go",
			code: doc("entra") + "func f(ctx, a, b, c, d, e int) {}\n",
			want: []string{"core/entra/doc.go f has 5 parameters besides ctx, over 4"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			plant(t, root, test.file, test.code)
			got, err := inspect(root)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestHouseRulesSeeTwoPackageComments(t *testing.T) {
	root := t.TempDir()
	plant(t, root, "core/vault/doc.go", doc("vault"))
	plant(t, root, "core/vault/slot.go", doc("vault"))
	got, err := inspect(root)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"core/vault has 2 package comments, not one"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHouseRulesSeeACrowdedPackage(t *testing.T) {
	root := t.TempDir()
	plant(t, root, "core/vault/doc.go", doc("vault"))
	for i := range maxFiles {
		plant(t, root, fmt.Sprintf("core/vault/file%d.go", i), "package vault\n")
		plant(t, root, fmt.Sprintf("core/vault/file%d_test.go", i), "package vault\n")
	}
	got, err := inspect(root)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"core/vault has 26 files, over 25"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func doc(name string) string {
	return "// Package " + name + " is documented.\npackage " + name + "\n"
}

func imports(paths ...string) string {
	return "import (\n\t_ \"" + strings.Join(paths, "\"\n\t_ \"") + "\"\n)\n"
}

func plant(t *testing.T, root, name, code string) {
	t.Helper()
	target := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(target, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
}
