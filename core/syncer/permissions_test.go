package syncer

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// The permissions that are documented are those of the class table.
func TestPermissionsAreDocumented(t *testing.T) {
	table := "| class | name | permission | licence |\n|---|---|---|---|\n"
	for _, c := range entra.Choices() {
		licence := c.Licence
		if licence == "" {
			licence = "-"
		}
		table += fmt.Sprintf("| %s | `%s` | `%s` | %s |\n", c.Label, c.Name, c.Permission, licence)
	}
	if !strings.Contains(document(t, "permissions.md"), table+"\n") {
		t.Errorf("docs/permissions.md has to hold:\n%s", table)
	}
}

// Both scripts know every class by the permission of the class table.
func TestScriptsKnowTheClasses(t *testing.T) {
	for name, line := range map[string]*regexp.Regexp{
		"create-app.sh":  regexp.MustCompile(`(?m)^    (\w+)\) echo ([\w.]+) ;;$`),
		"create-app.ps1": regexp.MustCompile(`(?m)^    '(\w+)' += '([\w.]+)'$`),
	} {
		known := map[string]string{}
		for _, m := range line.FindAllStringSubmatch(document(t, name), -1) {
			known[m[1]] = m[2]
		}
		for _, c := range entra.Choices() {
			if known[c.Name] != c.Permission {
				t.Errorf("%s asks for %q to read %s, not %s", name, known[c.Name], c.Name, c.Permission)
			}
		}
		if len(known) != len(entra.Choices()) {
			t.Errorf("%s knows %d classes of %d", name, len(known), len(entra.Choices()))
		}
	}
}

// TestScriptsBeginWithWhatATenantTakes: the classes of an app for which nobody chose any are
// those that a tenant syncs at least.
func TestScriptsBeginWithWhatATenantTakes(t *testing.T) {
	usual := entra.DefaultClasses()
	for name, want := range map[string]string{"create-app.sh": "\nclasses=" + strings.Join(usual, ",") + "\n", "create-app.ps1": "$Classes = @('" + strings.Join(usual, "', '") + "'),"} {
		if !strings.Contains(document(t, name), want) {
			t.Errorf("%s does not begin with %q", name, want)
		}
	}
}

// TestCreateApp runs the script with a stand-in for az, which writes down what
// it was asked.
func TestCreateApp(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a shell script")
	}
	bin := t.TempDir()
	asked := filepath.Join(bin, "asked")
	stand := `#!/bin/sh
echo "$*" >> "` + asked + `"
case "$*" in
*"sp show"*IdentityRiskyUser*) ;; # not offered in this cloud
*"sp show"*) echo "$*" | sed "s/.*value=='\([^']*\)'.*/id-of-\1/" ;;
*"app create"*) echo the-app ;;
esac
`
	if err := os.WriteFile(filepath.Join(bin, "az"), []byte(stand), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":/usr/bin:/bin")
	run := func(args ...string) (string, error) {
		out, err := exec.CommandContext(t.Context(), filepath.Join("..", "..", "docs", "create-app.sh"), args...).CombinedOutput()
		return string(out), err
	}
	help, err := run("--help")
	if err != nil || !strings.HasPrefix(help, "Creates the app registration") || strings.Contains(help, "set -eu") {
		t.Errorf("%v: %s", err, help)
	}
	for _, c := range entra.Choices() {
		if !strings.Contains(help, "\n  "+c.Name+" "+c.Permission+"\n") {
			t.Errorf("--help does not name %s with %s", c.Name, c.Permission)
		}
	}
	if out, err := run("--classes", "users,bogus"); err == nil || !strings.Contains(out, "no object class bogus") {
		t.Errorf("%v: %s", err, out)
	}
	if _, err := os.Stat(asked); err == nil {
		t.Error("az was asked though a class is unknown")
	}
	if out, err := run("--classes", "users,riskyUsers"); err == nil || !strings.Contains(out, "no permission IdentityRiskyUser.Read.All") {
		t.Errorf("%v: %s", err, out)
	}
	if calls, err := os.ReadFile(asked); err != nil || strings.Contains(string(calls), "create") {
		t.Errorf("something was made though a permission is not offered: %s %v", calls, err)
	}
	if out, err := run(); err != nil || !strings.Contains(out, "permissions: User.Read.All GroupMember.Read.All Device.Read.All\n") || !strings.Contains(out, "next: let an admin grant consent") {
		t.Errorf("%v: %s", err, out)
	}
	if calls, err := os.ReadFile(asked); err != nil || strings.Contains(string(calls), "admin-consent") {
		t.Errorf("consent was granted though nobody asked for it: %s %v", calls, err)
	}
	out, err := run("--name", "My Sync", "--classes", "users,applications,servicePrincipals", "--hidden-members", "--consent")
	if err != nil || !strings.Contains(out, "client id: the-app") || !strings.Contains(out, "permissions: User.Read.All Application.Read.All Member.Read.Hidden\n") {
		t.Errorf("%v: %s", err, out)
	}
	calls, err := os.ReadFile(asked)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"app create --display-name My Sync --sign-in-audience AzureADMyOrg", "sp create --id the-app", "admin-consent --id the-app",
		"--api-permissions id-of-User.Read.All=Role id-of-Application.Read.All=Role id-of-Member.Read.Hidden=Role"} {
		if !strings.Contains(string(calls), want) {
			t.Errorf("az was not asked for %q but\n%s", want, calls)
		}
	}
}
