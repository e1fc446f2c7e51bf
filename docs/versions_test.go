package docs

import (
	"cmp"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	appVersion  = regexp.MustCompile(`(?m)^Version = "(\d+\.\d+\.\d+)"$`)
	released    = regexp.MustCompile(`(?m)^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$`)
	anyHeading  = regexp.MustCompile(`(?m)^## .*$`)
	fromTheFile = regexp.MustCompile(`(?m)^VERSION \?= \$\(shell sed -n '[^']*' FyneApp\.toml\)$`)
)

// TestVersionsAgree holds FyneApp.toml, the changelog and what is linked into the
// programs to one version: that of the newest release, or of the one to come
// where something stands under Unreleased.
func TestVersionsAgree(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile("../" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	app := appVersion.FindStringSubmatch(read("FyneApp.toml"))
	if app == nil {
		t.Fatal("FyneApp.toml has no version of three numbers")
	}
	changelog := read("CHANGELOG.md")
	headings := anyHeading.FindAllString(changelog, -1)
	if len(headings) == 0 || headings[0] != "## [Unreleased]" {
		t.Fatalf("the changelog begins with %q, not with Unreleased", headings)
	}
	_, unreleased, _ := strings.Cut(changelog, headings[0]+"\n")
	unreleased = strings.TrimSpace(anyHeading.Split(unreleased, 2)[0])
	before := "" // the release before, in the order of the file: newest first
	for _, heading := range headings[1:] {
		m := released.FindStringSubmatch(heading)
		switch {
		case m == nil:
			t.Errorf("%q is no heading of a release: ## [1.2.3] - 2026-01-31", heading)
		case before == "" && unreleased == "" && m[1] != app[1]:
			t.Errorf("FyneApp.toml says %s, and the newest release is %s", app[1], m[1])
		case before == "" && unreleased != "" && !newer(app[1], m[1]):
			t.Errorf("FyneApp.toml says %s, and changes are listed that come after %s", app[1], m[1])
		case before != "" && !newer(before, m[1]):
			t.Errorf("the changelog has %s above %s", before, m[1])
		}
		if m != nil {
			before = m[1]
		}
	}
	makefile := read("Makefile")
	if !fromTheFile.MatchString(makefile) || !strings.Contains(makefile, "-X main.version=$(VERSION) -X main.commit=$(COMMIT)") {
		t.Error("make does not link FyneApp.toml's version into the programs")
	}
	for _, main := range []string{"cmd/entrasync/main.go", "cmd/entrasyncctl/main.go"} {
		if !strings.Contains(read(main), `version = "dev"`) || !strings.Contains(read(main), `commit  = ""`) {
			t.Errorf("%s does not let the linker set version and commit", main)
		}
	}
}

// newer tells whether version a comes after b.
func newer(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range as {
		x, _ := strconv.Atoi(as[i])
		y, _ := strconv.Atoi(bs[i])
		if c := cmp.Compare(x, y); c != 0 {
			return c > 0
		}
	}
	return false
}
