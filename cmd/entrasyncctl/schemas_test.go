package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

const schemaFolder = "../../docs/schemas"

// machine is what a command prints for machines, and which schema holds it.
type machine struct {
	schema string
	args   []string
	rows   int // at least
}

// machines are all machine outputs: a list by its lines, an answer by its document.
var machines = []machine{
	{"cloud-list", []string{"cloud", "list", "--format", "jsonl"}, 8},
	{"class-list", []string{"class", "list", "--format", "jsonl"}, 20},
	{"profile-list", []string{"profile", "list", "--format", "jsonl"}, 1},
	{"tenant-list", []string{"tenant", "list", "--format", "jsonl"}, 2},
	{"tenant-test", []string{"tenant", "test", tenantName, "--json"}, 1},
	{"tenant-held", []string{"tenant", "held", tenantName, "--format", "jsonl"}, 1},
	{"sync", []string{"sync", tenantName, "--json"}, 1},
	{"history", []string{"history", tenantName, "--format", "jsonl"}, 6},
	{"status", []string{"status", "--format", "jsonl"}, 6},
	{"objects", []string{"objects", tenantName, "--class", "users", "--include-deleted", "--include-filtered", "--format", "jsonl"}, 30},
	{"members", []string{"members", tenantName, "--format", "jsonl"}, 5},
	{"links", []string{"links", tenantName, "--format", "jsonl"}, 5},
	{"roles", []string{"roles", tenantName, "--format", "jsonl"}, 5},
	{"changes", []string{"changes", tenantName, "--format", "jsonl"}, 2},
	{"changes-cloudevents", []string{"changes", tenantName, "--format", "cloudevents"}, 2},
	{"diff", []string{"diff", tenantName, "--from", "{then}", "--format", "jsonl"}, 1},
	{"views", []string{"views", "--format", "jsonl"}, 5},
	{"view", []string{"view", tenantName, "guests", "--format", "jsonl"}, 1},
	{"verify", []string{"verify", tenantName, "--json"}, 1},
	{"verify-differences", []string{"verify", tenantName, "--format", "jsonl"}, 1},
	{"watch-ready", []string{"watch", "ready", "--format", "jsonl"}, 6},
	{"watch-list", []string{"watch", "list", "--format", "jsonl"}, 1},
	{"watch-told", []string{"watch", "told", "cities", "--format", "jsonl"}, 1},
	{"vault-status", []string{"vault", "status", "--json"}, 1},
	{"db-check", []string{"db", "check", "--json"}, 1},
	{"db-size", []string{"db", "size", "--format", "jsonl"}, 3},
	{"db-retention", []string{"db", "retention", "--json"}, 1},
	{"version", []string{"version", "--json"}, 1},
}

// TestOutputsFitTheirSchemas holds what each command prints to what docs/schemas says.
func TestOutputsFitTheirSchemas(t *testing.T) {
	c, sim := simulateSynced(t)
	tenant := sim.Tenant(tenantName)
	var users []string
	for o := range tenant.Objects("users") {
		if o.State == graphsim.Live {
			users = append(users, o.ID)
		}
	}
	then := time.Now().UTC().Format(time.RFC3339Nano)
	changed := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	changed(tenant.Update(users[0], map[string]any{"city": "Elsewhere"}))
	changed(tenant.Delete(users[1]))
	newReceiver(t).watch(c, "cities", "--property", "city")
	c.must("tenant", "add", "fabrikam.onmicrosoft.com", "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	tenant.SetRoles(clientID, append([]string{"RoleManagement.Read.Directory"}, allRoles...)...)
	c.must("tenant", "set", tenantName, "--classes", "users,groups,devices,roleAssignments")
	c.must("tenant", "set", tenantName, "--filter", `devices=displayName matches "1$"`, "--hold-over", "0", "--hold-share", "0")
	c.must("sync", tenantName)
	changed(tenant.Delete(users[2]))
	changed(tenant.Purge(users[2]))
	changed(tenant.Delete(users[3]))
	changed(tenant.Purge(users[3]))
	c.must("sync", tenantName, "--full")
	changed(tenant.Update(users[0], map[string]any{"city": "Nowhere"})) // for verify to find
	for _, m := range machines {
		if m.schema == "sync" || m.schema == "verify-differences" {
			changed(tenant.Update(users[0], map[string]any{"city": "City of " + m.schema}))
		}
		args := slices.Clone(m.args)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "{then}", then)
		}
		r := c.call("", args...)
		if r.status != exitDone && !strings.HasPrefix(m.schema, "verify") {
			t.Errorf("%q: exit %d: %s", m.args, r.status, r.err)
		}
		if n := fits(t, m.schema, strings.NewReader(r.out)); n < m.rows {
			t.Errorf("%q: %d documents, want at least %d", m.args, n, m.rows)
		}
	}
	dir := filepath.Join(t.TempDir(), "exported")
	c.must("export", tenantName, "--format", "jsonl", "--output", dir)
	manifest, err := os.Open(filepath.Join(dir, "manifest.json"))
	changed(err)
	defer manifest.Close()
	fits(t, "export", manifest)
	tenant.SetSecret(clientID, "another", false)
	if r := c.call("", "tenant", "test", tenantName, "--json"); fits(t, "tenant-test", strings.NewReader(r.out)) != 1 || r.status != exitFailed {
		t.Errorf("%+v", r)
	}
	if r := c.call("", "sync", tenantName, "--json"); fits(t, "sync", strings.NewReader(r.out)) != 1 || r.status != exitFailed {
		t.Errorf("%+v", r)
	}
	c.must("db", "retention", "--changes", "forever")
	fits(t, "db-retention", strings.NewReader(c.must("db", "retention", "--json")))
}

// fits reads documents, and tells how many there are that fit a schema.
func fits(t *testing.T, name string, documents interface{ Read([]byte) (int, error) }) (n int) {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(filepath.Join(schemaFolder, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(documents); d.More(); n++ {
		var document any
		if err := d.Decode(&document); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := schema.Validate(document); err != nil {
			text, _ := json.Marshal(document)
			t.Errorf("%s: %v\n%.600s", name, err, text)
			return n
		}
	}
	return n
}

// TestEveryMachineOutputHasASchema finds a command that prints for machines and has none.
func TestEveryMachineOutputHasASchema(t *testing.T) {
	known, files := map[string]bool{"export": true, "webhook": true}, map[string]bool{}
	for _, m := range machines {
		known[m.schema] = true
	}
	paths, err := filepath.Glob(filepath.Join(schemaFolder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		if files[name] = true; !known[name] {
			t.Errorf("no test holds an output to %s", path)
		}
	}
	for _, cmd := range commands() {
		if cmd.Flags().Lookup("json") == nil && cmd.Flags().Lookup("format") == nil {
			continue
		}
		if name := strings.ReplaceAll(wordsOf(cmd), " ", "-"); !files[name] || !known[name] {
			t.Errorf("%s has no schema in docs/schemas", cmd.CommandPath())
		}
	}
}

// TestPrometheus reads what status prints as Prometheus itself would.
func TestPrometheus(t *testing.T) {
	c, sim := simulateSynced(t)
	c.must("tenant", "add", "fabrikam.onmicrosoft.com", "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	sim.Fault(graphsim.Fault{Kind: graphsim.Forbidden, Match: `^GET /v1\.0/devices`, Times: -1})
	c.must("sync", tenantName)
	var parser expfmt.TextParser
	families, err := parser.TextToMetricFamilies(strings.NewReader(c.must("status", "--format", "prometheus")))
	if err != nil {
		t.Fatal(err)
	}
	value := func(name string, labels ...string) (values []float64) {
		for _, m := range families[name].GetMetric() {
			var has []string
			for _, l := range m.GetLabel() {
				has = append(has, l.GetName()+"="+l.GetValue())
			}
			if all := strings.Join(has, " ") + " "; !strings.Contains(all, strings.Join(labels, " ")+" ") {
				continue
			}
			values = append(values, m.GetGauge().GetValue())
		}
		return values
	}
	one := func(want float64, name string, labels ...string) {
		t.Helper()
		if got := value(name, labels...); len(got) != 1 || got[0] != want {
			t.Errorf("%s %v: %v, want %v", name, labels, got, want)
		}
	}
	one(60, "entrasync_objects", "tenant="+tenantName, "class=users")
	one(0, "entrasync_objects", "tenant=fabrikam.onmicrosoft.com", "class=users")
	one(1, "entrasync_tenant_last_sync_status", "tenant="+tenantName, "status=warning")
	one(1, "entrasync_class_error", "tenant="+tenantName, "class=devices", "code=permission")
	one(0, "entrasync_class_failures", "tenant="+tenantName, "class=users")
	if lag := value("entrasync_tenant_lag_seconds", "tenant="+tenantName); len(lag) != 1 || lag[0] <= 0 || lag[0] > 600 {
		t.Errorf("lag %v", lag)
	}
	if lag := value("entrasync_tenant_lag_seconds", "tenant=fabrikam.onmicrosoft.com"); len(lag) != 0 {
		t.Errorf("of a tenant that was never synced: %v", lag)
	}
	for name, family := range families {
		if family.GetHelp() == "" || !strings.HasPrefix(name, "entrasync_") {
			t.Errorf("%s: %q", name, family.GetHelp())
		}
	}
}

// TestQuiet prints nothing where all is well, and trouble all the same.
func TestQuiet(t *testing.T) {
	c, sim := simulate(t)
	if r := c.call("", "--quiet", "tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices"); r != (result{}) {
		t.Errorf("%+v", r)
	}
	if r := c.call("", "sync", "--quiet"); r != (result{}) {
		t.Errorf("%+v", r)
	}
	if r := c.call("", "sync", "--quiet", "--if-due"); r != (result{}) {
		t.Errorf("not due yet: %+v", r)
	}
	if r := c.call("", "sync", "--quiet", "--json"); r.status != exitDone || fits(t, "sync", strings.NewReader(r.out)) != 1 {
		t.Errorf("what is asked for is not printed: %+v", r)
	}
	sim.Fault(graphsim.Fault{Kind: graphsim.Forbidden, Match: `^GET /v1\.0/devices`, Times: -1})
	if r := c.call("", "sync", "--quiet"); r.status != exitDone || r.out != "" || !strings.HasPrefix(r.err, "warning: ") || strings.Count(r.err, "\n") != 1 {
		t.Errorf("a warning: %+v", r)
	}
	sim.Tenant(tenantName).SetSecret(clientID, "another", false)
	if r := c.call("", "sync", "--quiet"); r.status != exitFailed || !strings.HasPrefix(r.err, "entrasyncctl: ") {
		t.Errorf("an error: %+v", r)
	}
}

// TestLogsAsJSON makes each line of stderr one JSON object.
func TestLogsAsJSON(t *testing.T) {
	c, sim := simulateSynced(t)
	sim.Fault(graphsim.Fault{Kind: graphsim.Forbidden, Match: `^GET /v1\.0/devices`, Times: -1})
	r := c.call("", "sync", "--log-format", "json")
	levels := map[string]int{}
	for line := range strings.Lines(r.err) {
		var entry struct{ Time, Level, Msg string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Time == "" || entry.Msg == "" {
			t.Errorf("%v in %s", err, line)
		}
		levels[entry.Level]++
	}
	if levels["INFO"] < 2 || levels["WARN"] < 1 {
		t.Errorf("%v", levels)
	}
	r = c.call("", "history", "nobody.example", "--log-format", "json")
	if !strings.Contains(r.err, `"level":"ERROR"`) || strings.Contains(r.err, `"msg":"entrasyncctl`) || r.status != exitUsage {
		t.Errorf("%+v", r)
	}
	for _, args := range [][]string{{"history", "--nonsense", "--log-format", "json"}, {"nonsense", "--log-format=json"}} {
		if r = c.call("", args...); !strings.HasPrefix(r.err, "{") || !strings.Contains(r.err, `"level":"ERROR"`) || r.status != exitUsage {
			t.Errorf("%q: %+v", args, r)
		}
	}
	c.refused(exitUsage, "choose text or json", "history", tenantName, "--log-format", "xml")
}

// TestEventsTellWhoDidIt holds events of a tenant whose log is read to their schema, where it is known who made the
// change, where several may have, and where it is not known.
func TestEventsTellWhoDidIt(t *testing.T) {
	anna, app := entra.Actor{Kind: entra.Person, ID: "11111111-0000-4000-8000-000000000001", Name: "anna@contoso.com"}, entra.Actor{Kind: entra.App, AppID: clientID, Name: "Import"}
	for want, c := range map[string]entra.Change{
		`"actor":{"kind":"user","id":"11111111-0000-4000-8000-000000000001","app_id":"","name":"anna@contoso.com"},"candidates":null`: {ActorKnown: true, Actors: []entra.Actor{anna}},
		`"actor":null,"candidates":[{"kind":"user",`: {Actors: []entra.Actor{anna, app}},
		`"actor":null,"candidates":null`:             {},
	} {
		c.Key, c.Class, c.ID, c.Kind, c.Time = 1, "users", "22222222-0000-4000-8000-000000000001", entra.Updated, time.Now().UTC()
		c.Before, c.After = []byte(`{"city":"Ulm"}`), []byte(`{"city":"Kiel"}`)
		line, err := export.Object(export.EventColumns(entra.Tenant{TenantID: clientID, Classes: []string{"users", entra.Audits.Name}}), c)
		if err != nil || !strings.Contains(string(line), want) {
			t.Errorf("%v: no %s in %s", err, want, line)
		}
		fits(t, "changes-cloudevents", bytes.NewReader(line))
		line, err = export.Object(export.EventColumns(entra.Tenant{TenantID: clientID, Classes: []string{"users"}}), c)
		if err != nil || strings.Contains(string(line), "actor") {
			t.Errorf("%v: %s", err, line)
		}
	}
}
