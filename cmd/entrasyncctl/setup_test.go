package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUsageErrorsAreOneLine(t *testing.T) {
	c := newCLI(t)
	c.addNowhere()
	for _, line := range []string{
		"bogus", "cloud", "cloud bogus", "--bogus", "cloud add", "cloud add x", "cloud list extra", "cloud list --format xml",
		"cloud list --page 0", "cloud list --per-page x", "sync --timeout soon", "sync --timeout -1s", "sync --classes bogus", "sync nobody.example",
		"history", "history nobody.example", "objects nobody.example --class users", "objects x.example", "objects x.example --class bogus",
		"changes x.example --since yesterday", "changes x.example --class bogus", "members nobody.example",
		"tenant add x.example", "tenant add x.example --cloud nowhere --profile none", "tenant add nonsense --cloud nowhere --profile none",
		"tenant add x.example --cloud none --profile none", "tenant add x.example --cloud nowhere --profile none --interval 5s", "tenant add x.example --cloud nowhere --profile none --classes bogus",
		"tenant set x.example", "tenant set x.example --enabled --disabled", "tenant set nobody.example --enabled", "tenant set x.example --filter users", "tenant set x.example --filter bogus=true",
		"tenant remove nobody.example --yes", "tenant test nobody.example", "profile add", "profile remove none", "profile remove-credential none 1", "profile remove-credential none one",
		"vault init", "vault reset", "vault rekey", "demo --users 0", "db backup", "db restore /nowhere/at/all",
	} {
		c.refused(exitUsage, ";", strings.Fields(line)...)
	}
}

func TestHelpIsNoError(t *testing.T) {
	c := newCLI(t)
	for _, line := range []string{"", "--help", "sync --help", "help tenant set"} {
		if out := c.must(strings.Fields(line)...); !strings.Contains(out, "Usage:") {
			t.Errorf("%q prints %q", line, out)
		}
	}
}

func TestClouds(t *testing.T) {
	c := newCLI(t)
	if rows := c.rows("cloud", "list"); len(rows) != 7 || rows[0]["name"] != "public" || rows[0]["builtin"] != true {
		t.Errorf("the built-in clouds are %v", rows)
	}
	add := []string{"cloud", "add", "my-cloud", "--authority", "https://127.0.0.1:1", "--graph", "https://127.0.0.1:2"}
	c.must(add...)
	if rows := c.rows("cloud", "list"); len(rows) != 8 || rows[7]["authority"] != "https://127.0.0.1:1" || rows[7]["builtin"] != false {
		t.Errorf("the clouds are %v", rows)
	}
	c.refused(exitUsage, "exists", add...)
	notPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(notPEM, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range [][]string{
		{"public", "https://a.example", "https://b.example"}, {"Big", "https://a.example", "https://b.example"},
		{"plain", "http://a.example", "https://b.example"}, {"versioned", "https://a.example", "https://b.example/v1.0"},
		{"ca", "https://a.example", "https://b.example", "--ca-file", notPEM}, {"ca", "https://a.example", "https://b.example", "--ca-file", "/none"},
	} {
		c.refused(exitUsage, ";", append([]string{"cloud", "add", wrong[0], "--authority", wrong[1], "--graph", wrong[2]}, wrong[3:]...)...)
	}
	c.must("profile", "add", "P")
	c.must("tenant", "add", "x.example", "--cloud", "my-cloud", "--profile", "P", "--disabled")
	c.refused(exitUsage, "x.example", "cloud", "remove", "my-cloud")
	c.must("tenant", "remove", "x.example", "--yes")
	c.must("cloud", "remove", "my-cloud")
	c.refused(exitUsage, "no cloud", "cloud", "remove", "my-cloud")
	c.refused(exitUsage, "built in", "cloud", "remove", "public")
}

func TestProfiles(t *testing.T) {
	c := newCLI(t)
	c.addNowhere()
	c.must("profile", "add", "Main", "--description", "both")
	c.refused(exitUsage, "exists", "profile", "add", "main")
	c.addSecret("Main", secret)
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	add := func(args ...string) []string { return append([]string{"profile", "add-credential", "Main"}, args...) }
	c.must(add("--kind", "client-secret", "--client-id", clientID, "--secret-file", file)...)
	c.must(add("--kind", "azure-cli")...)
	for _, wrong := range [][]string{
		{"--kind", "client-secret", "--client-id", clientID},
		{"--kind", "client-secret", "--client-id", clientID, "--secret-stdin"}, // and nothing there
		{"--kind", "client-secret", "--client-id", clientID, "--secret-file", "/none"},
		{"--kind", "client-secret", "--secret-file", file},
		{"--kind", "client-secret", "--client-id", clientID, "--secret-file", file, "--certificate", file},
		{"--kind", "certificate", "--client-id", clientID},
		{"--kind", "certificate", "--client-id", clientID, "--certificate", file}, // no certificate
		{"--kind", "azure-cli", "--secret-file", file}, {"--kind", "bogus"}, {"--secret-file", file},
		{"--kind", "client-secret", "--client-id", clientID, "--secret-file", file, "--secret-stdin"},
	} {
		c.refused(exitUsage, ";", add(wrong...)...)
	}
	rows := c.rows("profile", "list")
	credentials := rows[0]["credentials"].([]any)
	if len(credentials) != 3 || credentials[2].(map[string]any)["kind"] != "azure-cli" || credentials[2].(map[string]any)["index"] != 3.0 ||
		credentials[2].(map[string]any)["client_id"] != nil || credentials[0].(map[string]any)["client_id"] != clientID {
		t.Errorf("the credentials are %v", credentials)
	}
	c.refused(exitUsage, "no credential", "profile", "remove-credential", "Main", "4")
	c.must("profile", "remove-credential", "Main", "2")
	if out := c.must("profile", "list"); !strings.Contains(out, "1 client-secret, 2 azure-cli") || strings.Contains(out, secret) {
		t.Error(out)
	}
	c.must("tenant", "add", "x.example", "--cloud", "nowhere", "--profile", "Main", "--disabled")
	c.refused(exitUsage, "x.example", "profile", "remove", "Main")
	c.must("tenant", "remove", "X.example", "--yes")
	c.must("profile", "remove", "Main")
}

func TestTenantPolicy(t *testing.T) {
	c, sim := simulate(t)
	id := sim.Tenant(tenantName).ID()
	c.must("tenant", "add", strings.ToUpper(tenantName), "--cloud", "sim", "--profile", "Main", "--disabled", "--interval", "10m", "--classes", "devices,users")
	row := c.rows("tenant", "list")[0]
	for key, want := range map[string]any{"name": tenantName, "tenant_id": id, "cloud": "sim", "enabled": false, "profile": "Main", "interval": "10m0s",
		"full_scan": true, "last_sync_start": nil, "last_sync_status": nil} {
		if row[key] != want {
			t.Errorf("%s is %v, want %v", key, row[key], want)
		}
	}
	if out := c.must("tenant", "list", "--format", "csv"); !strings.Contains(out, `"[""users"",""devices""]",{}`) {
		t.Errorf("classes and filters are not there in %s", out)
	}
	for _, twin := range []string{tenantName, id} {
		c.refused(exitUsage, tenantName, "tenant", "add", twin, "--cloud", "sim", "--profile", "Main")
	}
	c.must("tenant", "set", strings.ToUpper(id), "--enabled", "--interval", "1h", "--classes", "users", "--filter", `users=userType == "Guest"`, "--properties", "users=employeeHireDate", "--no-full-scan")
	row = c.rows("tenant", "list")[0]
	if row["enabled"] != true || row["interval"] != "1h0m0s" || len(row["classes"].([]any)) != 1 || row["filters"].(map[string]any)["users"] != `userType == "Guest"` || row["full_scan"] != false {
		t.Errorf("the tenant is %v", row)
	}
	c.refused(exitUsage, "filter", "tenant", "set", tenantName, "--filter", "users=userType ==")
	c.refused(exitUsage, "no credential profile", "tenant", "set", tenantName, "--profile", "none")
	c.must("tenant", "set", tenantName, "--filter", "users=", "--full-scan", "--disabled")
	if row = c.rows("tenant", "list")[0]; len(row["filters"].(map[string]any)) != 0 || row["full_scan"] != true || row["enabled"] != false {
		t.Errorf("the tenant is %v", row)
	}
	c.refused(exitUsage, "--yes", "tenant", "remove", tenantName)
	c.must("tenant", "remove", tenantName, "--yes")
	if rows := c.rows("tenant", "list"); len(rows) != 0 {
		t.Errorf("the tenant is still there: %v", rows)
	}
}

func TestVersion(t *testing.T) {
	doc := newCLI(t).document("version", "--json")
	for _, key := range []string{"version", "commit", "go", "sqlite"} {
		if _, ok := doc[key].(string); !ok {
			t.Errorf("%s is %v", key, doc[key])
		}
	}
}

// Flags of every command go with each kind of credential.
func TestAddingACredentialTakesTheFlagsOfEveryCommand(t *testing.T) {
	c := newCLI(t)
	c.must("profile", "add", "Main")
	r := c.call(secret+"\n", "profile", "add-credential", "Main", "--kind", "client-secret", "--client-id", clientID, "--secret-stdin", "--quiet", "--log-format", "json")
	if r.status != exitDone || r.out != "" {
		t.Errorf("%+v", r)
	}
	c.refused(exitUsage, "--certificate does not go with", "profile", "add-credential", "Main", "--kind", "client-secret", "--client-id", clientID, "--certificate", "x.pem")
}
