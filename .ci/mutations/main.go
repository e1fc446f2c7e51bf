// Command mutations takes the rules that guarantees rest on out of the code, one at a time, and runs the tests that
// hold each: every one of them has to fail. The tree stays as it is, because go test reads the changed file through
// an overlay. With -check it only looks whether each rule still stands in the code as it is written in the list, and
// in docs/guarantees.md with its tests; with -list it prints the rows of that page.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

// mutation is a rule, and the code that breaks it.
type mutation struct {
	rule  string
	file  string
	text  string   // stands in the file once
	other string   // takes its place
	also  *edit    // where the rule stands twice
	tests []string // package.Test: each of them fails then
}

// edit is a change of one file.
type edit struct{ file, text, other string }

func (m mutation) edits() []edit {
	all := []edit{{m.file, m.text, m.other}}
	if m.also != nil {
		all = append(all, *m.also)
	}
	return all
}

// change gives the file as the edit leaves it.
func (e edit) change() (string, error) {
	code, err := os.ReadFile(e.file)
	if n := strings.Count(string(code), e.text); err == nil && (n != 1 || e.text == e.other) {
		err = fmt.Errorf("what is to be taken out of %s stands there %d times", e.file, n)
	}
	return strings.Replace(string(code), e.text, e.other, 1), err
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	check := flag.Bool("check", false, "only look whether the rules stand in the code")
	list := flag.Bool("list", false, "only print the rules and the tests that hold them")
	only := flag.String("only", "", "only rules that hold this text")
	flag.Parse()
	chosen := slices.DeleteFunc(slices.Clone(mutations), func(m mutation) bool { return !strings.Contains(m.rule, *only) })
	failed := 0
	for _, m := range chosen {
		if *list {
			fmt.Println(m.row())
			continue
		}
		told, err := m.try(ctx, *check)
		if ctx.Err() != nil {
			os.Exit(130)
		}
		if err != nil {
			failed++
			told = "**" + err.Error() + "** " + told
		}
		if err != nil || !*check {
			fmt.Printf("| %s | `%s` | %s |\n", m.rule, m.file, told)
		}
	}
	if failed > 0 {
		fmt.Fprintf(os.Stderr, "mutations: %d of %d are not as they should be\n", failed, len(chosen))
		os.Exit(1)
	}
}

// row is the rule as docs/guarantees.md has it.
func (m mutation) row() string {
	return fmt.Sprintf("| %s | `%s` | `%s` |", m.rule, m.file, strings.Join(m.tests, "`, `"))
}

// try breaks the rule and tells which tests fail.
func (m mutation) try(ctx context.Context, check bool) (told string, err error) {
	dir, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	overlay, err := m.overlay(dir)
	if err != nil {
		return "", err
	}
	if check {
		return "", m.named()
	}
	var fell, stood []string
	for pkg, tests := range m.packages() {
		failed, err := run(ctx, overlay, pkg, tests)
		if err != nil {
			return "", err
		}
		for _, test := range tests {
			name := "`" + pkg + "." + test + "`"
			if failed(test) {
				fell = append(fell, name)
			} else {
				stood = append(stood, name)
			}
		}
	}
	slices.Sort(fell)
	switch {
	case len(fell) == 0:
		err = errors.New("SURVIVED")
	case len(stood) > 0:
		err = fmt.Errorf("passed all the same: %s;", strings.Join(stood, ", "))
	}
	return strings.Join(fell, ", "), err
}

// packages are the tests by package.
func (m mutation) packages() map[string][]string {
	all := map[string][]string{}
	for _, name := range m.tests {
		pkg, test, _ := strings.Cut(name, ".")
		all[pkg] = append(all[pkg], test)
	}
	return all
}

// named looks whether the tests are there, and whether docs/guarantees.md says so.
func (m mutation) named() error {
	page, err := os.ReadFile(filepath.Join("docs", "guarantees.md"))
	if err != nil {
		return err
	}
	if !strings.Contains(string(page), m.row()) {
		return fmt.Errorf("docs/guarantees.md lacks %s", m.row())
	}
	for pkg, tests := range m.packages() {
		files, err := filepath.Glob(filepath.Join(pkg, "*_test.go"))
		if err != nil {
			return err
		}
		var all strings.Builder
		for _, file := range files {
			code, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			all.Write(code)
		}
		for _, test := range tests {
			if !strings.Contains(all.String(), "\nfunc "+test+"(") {
				return fmt.Errorf("there is no test %s.%s", pkg, test)
			}
		}
	}
	return nil
}

// overlay writes the changed files and the file that tells go test of them.
func (m mutation) overlay(dir string) (string, error) {
	replace := map[string]string{}
	for i, e := range m.edits() {
		code, err := e.change()
		if err != nil {
			return "", err
		}
		file, err := filepath.Abs(e.file)
		if err != nil {
			return "", err
		}
		replace[file] = filepath.Join(dir, fmt.Sprintf("changed%d.go", i))
		if err := os.WriteFile(replace[file], []byte(code), 0o600); err != nil {
			return "", err
		}
	}
	overlay := filepath.Join(dir, "overlay.json")
	text, err := json.Marshal(map[string]any{"Replace": replace})
	return overlay, errors.Join(err, os.WriteFile(overlay, text, 0o600))
}

// patience is how long one package's tests may take: a broken rule may be one that ends something.
const patience = 2 * time.Minute

var fall = regexp.MustCompile(`(?m)^(?:--- FAIL: |\s+)((?:Test|Fuzz)\w+)[ (]`)

// run runs some tests of a package and tells which failed. A test that does not end has failed, too; code that does
// not build proves nothing.
func run(ctx context.Context, overlay, pkg string, tests []string) (failed func(string) bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience+5*time.Minute) // building it may take some of that
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "test", "-overlay="+overlay, "-vet=off", "-count=1", "-timeout="+patience.String(),
		"-run=^("+strings.Join(tests, "|")+")$", "./"+pkg)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	out, err := cmd.CombinedOutput()
	text := string(out)
	switch {
	case ctx.Err() != nil:
		return func(string) bool { return true }, nil
	case err == nil:
		return func(string) bool { return false }, nil
	case strings.Contains(text, "[build failed]") || strings.Contains(text, "[setup failed]"):
		return nil, fmt.Errorf("does not build: %s", strings.Join(strings.Fields(text), " "))
	}
	names := map[string]bool{}
	for _, found := range fall.FindAllStringSubmatch(text, -1) {
		names[found[1]] = true
	}
	if len(names) == 0 && len(tests) == 1 { // it took the whole process with it
		names[tests[0]] = true
	}
	return func(test string) bool { return names[test] }, nil
}
