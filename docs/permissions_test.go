package docs

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Getting started asks for what the window's form asks for: the permissions of the classes that
// a new tenant has, from the class table, and no other.
func TestGettingStartedNamesThePermissionsOfTheForm(t *testing.T) {
	text, err := os.ReadFile("getting-started.md")
	if err != nil {
		t.Fatal(err)
	}
	_, step, found := strings.Cut(string(text), "**Application permissions**: ")
	step, _, ends := strings.Cut(step, "Then **Grant admin consent**")
	if !found || !ends {
		t.Fatal("the step that names the permissions is gone")
	}
	needed, wanted, _ := strings.Cut(step, "If wanted")
	permission := regexp.MustCompile("`([A-Za-z]+\\.[A-Za-z.]+)`")
	var named, want []string
	for _, m := range permission.FindAllStringSubmatch(needed, -1) {
		named = append(named, m[1])
	}
	for _, name := range entra.DefaultClasses() {
		class, _ := entra.ClassNamed(name)
		want = append(want, class.Permission)
	}
	if !slices.Equal(named, want) {
		t.Errorf("it names %q, the classes of a new tenant take %q", named, want)
	}
	if !strings.Contains(wanted, "`Organization.Read.All`") {
		t.Errorf("of what else may be wanted it says %q", wanted)
	}
}
