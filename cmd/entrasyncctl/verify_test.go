package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestVerify tells equal from different, in each format, by its exit status.
func TestVerify(t *testing.T) {
	c, sim := simulateSynced(t)
	c.refused(exitUsage, "not verified", "verify", tenantName, "--last")
	doc := c.document("verify", tenantName, "--json")
	if doc["equal"] != true || len(doc["classes"].([]any)) != 3 {
		t.Errorf("%v", doc)
	}
	users := doc["classes"].([]any)[0].(map[string]any)
	if users["class"] != "users" || users["held"] != users["read"] || users["error"] != nil {
		t.Errorf("%v", users)
	}
	var id, name string
	for o := range sim.Tenant(tenantName).Objects("users") {
		id = o.ID
		if err := json.Unmarshal(o.Properties["displayName"], &name); err != nil {
			t.Fatal(err)
		}
	}
	if err := sim.Tenant(tenantName).Update(id, map[string]any{"city": "Elsewhere"}); err != nil {
		t.Fatal(err)
	}
	c.refused(exitUsage, "there is no object class", "verify", tenantName, "--classes", "people")
	c.refused(exitUsage, "none of the named classes", "verify", tenantName, "--classes", "domains")
	if r := c.call("", "verify", tenantName, "--classes", "devices", "--json"); r.status != exitDone || strings.Contains(r.out, `"users"`) {
		t.Errorf("%+v", r)
	}
	r := c.call("", "verify", tenantName, "--format", "csv")
	if want := "class,kind,relation,display_name,id,target_name,target_id,properties\nusers,different,," + name + "," + id + ",,,city\n"; r.status != exitFailed || strings.ReplaceAll(r.out, "\r", "") != want ||
		!strings.Contains(r.err, "1 difference was found") || strings.Count(r.err, "\n") != 1 {
		t.Errorf("%+v", r)
	}
	if r := c.call("", "verify", tenantName, "--last"); r.status != exitFailed || !strings.Contains(r.out, id) || !strings.Contains(r.out, "CHANGED MEANWHILE") {
		t.Errorf("%+v", r)
	}
	file := filepath.Join(t.TempDir(), "differences.jsonl")
	if r := c.call("", "verify", tenantName, "--last", "--format", "jsonl", "--output", file); r.status != exitFailed || r.out != "" {
		t.Errorf("%+v", r)
	}
	c.must("sync")
	if doc := c.document("verify", tenantName, "--json"); doc["equal"] != true {
		t.Errorf("after a sync: %v", doc)
	}
	sim.Fault(graphsim.Fault{Kind: graphsim.Forbidden, Match: `^GET /v1\.0/devices`, Times: -1})
	c.refused(exitFailed, "not readable: devices", "verify", tenantName, "--json")
	if r := c.call("", "verify", tenantName); !strings.Contains(r.out, "Device.Read.All") {
		t.Errorf("the table does not say that a class could not be read: %s", r.out)
	}
	if err := sim.Tenant(tenantName).Update(id, map[string]any{"city": "Nowhere"}); err != nil {
		t.Fatal(err)
	}
	c.refused(exitFailed, "1 difference was found; not readable: devices", "verify", tenantName, "--json")
	c.must("tenant", "set", tenantName, "--disabled")
	c.refused(exitUsage, "disabled", "verify", tenantName)
}

// Of a tenant that takes what it may read, what it syncs is verified, or what is named of
// that, and nothing that it may not read.
func TestVerifyOfWhatIsPermitted(t *testing.T) {
	c, _ := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main")
	c.must("sync")
	for want, args := range map[int][]string{2: {"verify", tenantName, "--classes", "users,groups", "--json"}, 5: {"verify", tenantName, "--json"}} {
		doc := c.document(args...)
		if classes := doc["classes"].([]any); len(classes) != want || doc["equal"] != true {
			t.Errorf("%q: %d classes, not %d: %v", args, len(classes), want, doc)
		}
	}
}
