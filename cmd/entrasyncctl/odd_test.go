package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

// TestOddTenant: what Graph spells oddly, or breaks, is found, shown and exported
// by what it means, and history says what was left out.
func TestOddTenant(t *testing.T) {
	c, sim := simulate(t)
	tenant := sim.Tenant(tenantName)
	var ids, names []string
	for o := range tenant.Objects("groups", "displayName") {
		if len(ids) < 4 && o.State == graphsim.Live {
			ids, names = append(ids, o.ID), append(names, string(o.Properties["displayName"]))
		}
	}
	odd := func(_ *http.Request, body []byte) []byte {
		for i, name := range []string{`"J\u00fcrgens R\u0026D \u5c71\u7530"`, `"Team \ud83d"`, "\"M\xfcller\"", `"Tab\u0009 and \/"`} {
			body = bytes.ReplaceAll(body, []byte(`"displayName":`+names[i]), []byte(`"displayName" : `+name))
		}
		return append([]byte("\ufeff"), bytes.Replace(body, []byte(`"value":[`), []byte(`"@odata.x":null,"value":[null,`), 1)...)
	}
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	lift := sim.Tamper(`/v1\.0/groups/delta`, -1, odd)
	doc := c.document("sync", "--json", tenantName)["tenants"].([]any)[0].(map[string]any)
	if doc["status"] != "warning" {
		t.Errorf("the sync says %v", doc)
	}
	for i, text := range []string{"jürgens r&d 山田", "Team �", "m�ller", "and /"} {
		rows := c.rows("objects", tenantName, "--class", "groups", "--search", text)
		if len(rows) != 1 || rows[0]["id"] != ids[i] {
			t.Errorf("%q finds %v", text, rows)
		}
	}
	csv := c.must("objects", tenantName, "--class", "groups", "--format", "csv")
	if !strings.Contains(csv, "Jürgens R&D 山田") || strings.Contains(csv, `\u5c71`) || !strings.Contains(csv, "Team �") {
		t.Errorf("the CSV has other names: %.300s", csv)
	}
	for _, row := range c.rows("history", tenantName) {
		if row["type"] != "groups" {
			continue
		}
		for _, words := range []string{"2 objects are stored only as far as they are sound", ids[1], ids[2], "1 entry could not be stored, and is asked for again"} {
			if row["status"] != "warning" || !strings.Contains(row["error"].(string), words) {
				t.Errorf("the row does not say %q: %v", words, row)
			}
		}
	}
	lift()
	c.must("sync", "--full", tenantName)
	if rows := c.rows("changes", tenantName); len(rows) != 4 {
		t.Errorf("the four names that came right are %d changes: %v", len(rows), rows)
	}
}
