package core_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// faultRows is how many rows the list of faults has that the page answers.
const faultRows = 52

// TestGuaranteesAreHeld reads docs/guarantees.md: each test that it names is there,
// each fault has its row, and each row names a test or says why there is none.
func TestGuaranteesAreHeld(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "docs", "guarantees.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range staleGuarantees("..", string(page)) {
		t.Error(wrong)
	}
}

// TestStaleGuaranteesAreSeen: the check above notices what it is for.
func TestStaleGuaranteesAreSeen(t *testing.T) {
	root := t.TempDir()
	plant(t, root, "core/store/open_test.go", "package store\n\nfunc TestOpen(t *testing.T) {}\n")
	var page strings.Builder
	for n := 1; n < faultRows; n++ {
		fmt.Fprintf(&page, "| %d | a fault | `core/store.TestOpen` |\n", n)
	}
	good := page.String() + "| 52 | a fault | not tested: nobody could |\n"
	if got := staleGuarantees(root, good); got != nil {
		t.Errorf("%q", got)
	}
	for name, broken := range map[string]string{
		"docs/guarantees.md names core/store.TestGone, which is not there": strings.Replace(good, "TestOpen", "TestGone", 1),
		"docs/guarantees.md names core/none.TestOpen, which is not there":  strings.Replace(good, "core/store", "core/none", 1),
		"docs/guarantees.md names TestOpen without its package":            strings.Replace(good, "core/store.", "", 1),
		"docs/guarantees.md row 7 names no test and no reason":             strings.Replace(good, "| 7 | a fault | `core/store.TestOpen`", "| 7 | a fault | of course", 1),
		"docs/guarantees.md lacks row 52":                                  page.String(),
	} {
		if got := staleGuarantees(root, broken); !slices.Equal(got, []string{name}) {
			t.Errorf("got %q, want %q", got, name)
		}
	}
}

var (
	heldBy    = regexp.MustCompile("`([a-z0-9/]+)\\.((?:Test|Fuzz)[A-Z]\\w*)`")
	testName  = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)
	faultsRow = regexp.MustCompile(`(?m)^\| (\d+) \|.*$`)
)

// staleGuarantees tells what is wrong with a page of guarantees.
func staleGuarantees(root, page string) (wrong []string) {
	say := func(format string, args ...any) {
		if text := "docs/guarantees.md " + fmt.Sprintf(format, args...); !slices.Contains(wrong, text) {
			wrong = append(wrong, text)
		}
	}
	tests := map[string][]string{} // by package
	for _, name := range heldBy.FindAllStringSubmatch(page, -1) {
		if tests[name[1]] == nil {
			tests[name[1]] = testsOf(filepath.Join(root, filepath.FromSlash(name[1])))
		}
		if !slices.Contains(tests[name[1]], name[2]) {
			say("names %s.%s, which is not there", name[1], name[2])
		}
	}
	for _, name := range testName.FindAllString(heldBy.ReplaceAllString(page, ""), -1) {
		say("names %s without its package", name)
	}
	rows := map[string]bool{}
	for _, row := range faultsRow.FindAllStringSubmatch(page, -1) {
		rows[row[1]] = true
		if !testName.MatchString(row[0]) && !strings.Contains(row[0], "not tested: ") && !strings.Contains(row[0], "not part of the product") {
			say("row %s names no test and no reason", row[1])
		}
	}
	for n := 1; n <= faultRows; n++ {
		if !rows[fmt.Sprint(n)] {
			say("lacks row %d", n)
		}
	}
	return wrong
}

var testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)

// testsOf are the names of a package's tests, whatever system they are for.
func testsOf(dir string) (names []string) {
	files, _ := filepath.Glob(filepath.Join(dir, "*_test.go")) // the pattern is sound
	for _, file := range files {
		code, _ := os.ReadFile(file) // what can't be read names no test
		for _, found := range testFunction.FindAllSubmatch(code, -1) {
			names = append(names, string(found[1]))
		}
	}
	return names
}
