package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
)

func TestSyncAndRead(t *testing.T) {
	c, sim := simulateSynced(t)
	tenant := sim.Tenant(tenantName)
	objects := c.rows("objects", tenantName, "--class", "USERS")
	if len(objects) != tenant.Count("users") {
		t.Errorf("%d users, want %d", len(objects), tenant.Count("users"))
	}
	for key := range objects[0]["properties"].(map[string]any) {
		if key == "id" || strings.HasPrefix(key, "@odata") {
			t.Errorf("the properties hold %s", key)
		}
	}
	links := 0
	for l := range tenant.Links("groups", "members") {
		if !l.Hidden {
			links++
		}
	}
	if members := c.rows("members", strings.ToUpper(tenantName)); len(members) != links || !strings.HasPrefix(members[0]["member_type"].(string), "#microsoft.graph.") {
		t.Errorf("%d memberships, want %d", len(members), links)
	}
	if changes := c.rows("changes", tenantName); len(changes) != 0 {
		t.Errorf("the baseline writes changes: %v", changes)
	}
	id := objects[0]["id"].(string)
	if err := tenant.Update(id, map[string]any{"displayName": "=cmd|'/c calc'!A1"}); err != nil {
		t.Fatal(err)
	}
	doc := c.document("sync", "--json", "--classes", "users", tenantName)["tenants"].([]any)[0].(map[string]any)
	run := doc["classes"].([]any)[0].(map[string]any)
	if doc["name"] != tenantName || doc["status"] != "succeeded" || doc["error"] != nil || run["changed"] != 1.0 || run["type"] != "users" {
		t.Errorf("the sync says %v", doc)
	}
	changes := c.rows("changes", tenantName, "--class", "users", "--object", strings.ToUpper(id), "--since", "2020-01-01")
	if len(changes) != 1 || changes[0]["kind"] != "updated" || changes[0]["after"].(map[string]any)["displayName"] != "=cmd|'/c calc'!A1" || changes[0]["not_before"] == nil {
		t.Errorf("the changes are %v", changes)
	}
	if rows := c.rows("changes", tenantName, "--since", "2999-01-01T00:00:00Z"); len(rows) != 0 {
		t.Errorf("changes of the future: %v", rows)
	}
	if out := c.must("changes", tenantName, "--format", "csv"); !strings.Contains(out, ",'=cmd|") {
		t.Errorf("the formula is not guarded: %s", out)
	}
	if out := c.must("changes", tenantName); !strings.Contains(out, "displayName: ") {
		t.Errorf("the table does not tell what changed: %s", out)
	}
}

// The header of every csv is the keys of its jsonl, as the contract orders them.
func TestListKeys(t *testing.T) {
	c, sim := simulateSynced(t)
	user := c.rows("objects", tenantName, "--class", "users")[0]["id"].(string)
	if err := sim.Tenant(tenantName).Delete(user); err != nil {
		t.Fatal(err)
	}
	c.must("sync")
	for line, want := range map[string]string{
		"cloud list": "name,authority,graph,builtin", "class list": "class,path,permission,licence,select,delta",
		"profile list":          "name,description,credentials,tenants",
		"tenant list":           "name,tenant_id,cloud,enabled,profile,interval,classes,filters,full_scan,last_sync_start,last_sync_status",
		"history " + tenantName: "start_time,end_time,type,total,changed,deleted,filtered,status,error,full_scan,requests,retries",
		"objects " + tenantName + " --class groups": "id,class,properties,deleted,filtered,first_seen,last_changed",
		"members " + tenantName:                     "group_id,member_id,member_type",
		"changes " + tenantName:                     "time,not_before,class,id,kind,display_name,before,after",
	} {
		args := strings.Fields(line)
		header, _, _ := strings.Cut(c.must(append(args, "--format", "csv")...), "\r\n")
		if header != want {
			t.Errorf("%s: header %s", line, header)
		}
		first, _, _ := strings.Cut(c.must(append(args, "--format", "jsonl")...), "\n")
		at := 0
		for key := range strings.SplitSeq(want, ",") {
			next := strings.Index(first[at:], `"`+key+`":`)
			if next < 0 {
				t.Errorf("%s: no %s in its place in %s", line, key, first)
			}
			at += max(next, 0)
		}
		if table := c.must(args...); strings.Count(table, "\n") < 2 {
			t.Errorf("%s: table %q", line, table)
		}
	}
}

func TestPages(t *testing.T) {
	c, _ := simulateSynced(t)
	list := []string{"objects", tenantName, "--class", "users"}
	for _, p := range []struct {
		flags string
		want  int
	}{
		{"--format table", 51}, {"--format jsonl", 60}, {"--format jsonl --page 1", 50}, {"--format jsonl --page 2", 10}, {"--format jsonl --page 3", 0},
		{"--format jsonl --per-page 7", 7}, {"--format jsonl --per-page 7 --page 9", 4}, {"--format csv --per-page 7 --page 10", 1},
		{"--format jsonl --page 9223372036854775807 --per-page 9", 0}, {"--page 2", 11}, {"--page 3", 1}, {"--per-page 1000", 61},
	} {
		if got := strings.Count(c.must(append(list, strings.Fields(p.flags)...)...), "\n"); got != p.want {
			t.Errorf("%s gives %d lines, want %d", p.flags, got, p.want)
		}
	}
	if got := strings.Count(c.must("class", "list", "--format", "jsonl", "--per-page", "5", "--page", strconv.Itoa(len(entra.Choices())/5+1)), "\n"); got != len(entra.Choices())%5 {
		t.Errorf("the last page of classes holds %d", got)
	}
	if rows := c.rows("history", tenantName, "--search", "SUCCEEDED"); len(rows) != streams() {
		t.Errorf("the search finds %d rows", len(rows))
	}
	if rows := c.rows("history", tenantName, "--search", "%"); len(rows) != 0 {
		t.Errorf("the search takes %% for a pattern: %v", rows)
	}
}

func TestOutputFile(t *testing.T) {
	c, _ := simulateSynced(t)
	file := filepath.Join(t.TempDir(), "out.csv")
	if out := c.must("history", tenantName, "--format", "csv", "--output", file); out != "" {
		t.Errorf("stdout has %q", out)
	}
	before, err := os.ReadFile(file)
	if err != nil || string(before) != c.must("history", tenantName, "--format", "csv") {
		t.Errorf("the file holds %q, %v", before, err)
	}
	c.refused(exitFailed, "can't be written", "history", tenantName, "--output", filepath.Join(file, "below"))
	c.refused(exitUsage, "no tenant", "history", "nobody.example", "--output", file)
	if after, err := os.ReadFile(file); err != nil || string(after) != string(before) {
		t.Errorf("the file now holds %q, %v", after, err)
	}
}

func TestFullStdout(t *testing.T) {
	c := newCLI(t)
	var errs strings.Builder
	world := c.console
	world.in, world.out, world.err = strings.NewReader(""), failing{}, &errs
	if status := run(c.ctx, []string{"--data-dir", c.dir, "class", "list"}, world); status != exitFailed || !strings.Contains(errs.String(), "no space left") {
		t.Errorf("exit %d: %s", status, errs.String())
	}
}

func TestConnection(t *testing.T) {
	c, sim := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	doc := c.document("tenant", "test", tenantName, "--json")
	if doc["ok"] != true || doc["tenant_id"] != sim.Tenant(tenantName).ID() || doc["display_name"] != "Contoso" || doc["credential"] != 1.0 || doc["error"] != nil || len(doc["permissions"].([]any)) != 3 {
		t.Errorf("the test says %v", doc)
	}
	sim.Tenant(tenantName).SetRoles(clientID, "User.Read.All")
	doc = c.document("tenant", "test", tenantName, "--json")
	for _, p := range doc["permissions"].([]any) {
		p := p.(map[string]any)
		if p["granted"] != (p["class"] == "users") || (p["granted"] == false) != strings.Contains(p["reason"].(string), p["permission"].(string)) {
			t.Errorf("permission %v", p)
		}
	}
	if doc["ok"] != true || doc["display_name"] != tenantName {
		t.Errorf("the test says %v", doc)
	}
	if out := c.must("tenant", "test", tenantName); !strings.Contains(out, "connected to "+tenantName) {
		t.Error(out)
	}
}

func TestWrongSecret(t *testing.T) {
	c, _ := simulate(t)
	c.must("profile", "add", "Wrong")
	c.addSecret("Wrong", "marker~wrong~value")
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Wrong", "--classes", "users,groups,devices")
	for _, args := range [][]string{{"sync"}, {"sync", "--json"}, {"tenant", "test", tenantName}, {"tenant", "test", tenantName, "--json"}} {
		r := c.call("", args...)
		if r.status != exitFailed || strings.Count(r.err, "\n") != 1 || !strings.Contains(r.err, "secret") || !strings.Contains(r.err, ";") {
			t.Errorf("%q: exit %d: %s", args, r.status, r.err)
		}
		if strings.Contains(r.out+r.err, "marker~") {
			t.Errorf("%q tells the secret", args)
		}
	}
	if rows := c.rows("history", tenantName); rows[0]["status"] != "failed" || rows[0]["error"] == nil {
		t.Errorf("the history is %v", rows)
	}
	// The second credential of the profile connects.
	c.addSecret("Wrong", secret)
	if doc := c.document("tenant", "test", tenantName, "--json"); doc["credential"] != 2.0 {
		t.Errorf("the test says %v", doc)
	}
}

func TestMissingPermissionIsAWarning(t *testing.T) {
	c, sim := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	sim.Tenant(tenantName).SetRoles(clientID, "User.Read.All", "GroupMember.Read.All")
	r := c.call("", "sync", "--json")
	if r.status != exitDone || strings.Count(r.err, "\n") != 1 || !strings.HasPrefix(r.err, "warning: ") || !strings.Contains(r.err, "Device.Read.All") {
		t.Errorf("exit %d: %s", r.status, r.err)
	}
	if !strings.Contains(r.out, `"status":"warning"`) {
		t.Error(r.out)
	}
	sim.Tenant(tenantName).SetRoles(clientID)
	r = c.call("", "sync", "--classes", "devices")
	if r.status != exitFailed || !strings.Contains(r.err, "nothing of "+tenantName) || !strings.Contains(r.err, "Device.Read.All") {
		t.Errorf("exit %d: %s", r.status, r.err)
	}
}

func TestDisabledTenant(t *testing.T) {
	c, sim := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices", "--disabled")
	sim.ResetRequests()
	c.refused(exitUsage, "disabled", "sync", tenantName)
	c.must("sync")
	if n := len(sim.Requests()); n != 0 {
		t.Errorf("%d requests went out", n)
	}
}

func TestBusyTenantAndTheWorstOfSeveral(t *testing.T) {
	c, sim := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	c.must("tenant", "add", "fabrikam.onmicrosoft.com", "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	lock := flock.New(filepath.Join(c.dir, "tenant-1.lock"))
	if ok, err := lock.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	c.refused(exitBusy, "busy", "sync", tenantName)
	c.refused(exitBusy, "busy", "sync")
	sim.Tenant("fabrikam.onmicrosoft.com").SetSecret(clientID, "another", false)
	if r := c.call("", "sync"); r.status != exitFailed || strings.Count(r.err, "\n") != 2 {
		t.Errorf("exit %d: %s", r.status, r.err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	c.must("sync", tenantName)
}

func TestTimeout(t *testing.T) {
	c, sim := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	sim.SetLatency(time.Minute)
	c.refused(exitFailed, "--timeout", "sync", "--timeout", "500ms")
	sim.SetLatency(0)
	c.must("sync", "--full", "--timeout", "0")
}

// stopAt gives a CLI whose next call is stopped, as by a signal, once a text
// has been logged.
func (c *cli) stopAt(text string) *cli {
	ctx, cancel := context.WithCancel(c.ctx)
	stopped := *c
	stopped.ctx, stopped.console.err = ctx, &onText{text: text, then: cancel}
	return &stopped
}

func TestSignalStopsASync(t *testing.T) {
	c, sim := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	stopped := c.stopAt("sync begins")
	if r := stopped.call("", "sync", "--verbose"); r.status != exitStopped || strings.Contains(r.err, "context canceled") {
		t.Errorf("exit %d: %s", r.status, r.err)
	}
	if rows := c.rows("history", tenantName, "--search", "cancelled"); len(rows) == 0 {
		t.Errorf("the history is %v", c.rows("history", tenantName))
	}
	c.must("sync")
	if got := len(c.rows("objects", tenantName, "--class", "users")); got != sim.Tenant(tenantName).Count("users") {
		t.Errorf("%d users after going on", got)
	}
}

func TestRunUntilStopped(t *testing.T) {
	c, _ := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	if r := c.stopAt("sync ended").call("", "run", "--verbose"); r.status != exitStopped {
		t.Errorf("exit %d", r.status)
	}
	if rows := c.rows("history", tenantName, "--search", "succeeded"); len(rows) != streams() {
		t.Errorf("the history is %v", rows)
	}
}

func TestRetriesAreCounted(t *testing.T) {
	c, sim := simulateSynced(t)
	sim.Fault(graphsim.Fault{Match: "users/delta", Kind: graphsim.Throttling, RetryAfter: "0"})
	c.must("sync", "--classes", "users")
	rows := slices.DeleteFunc(c.rows("history", tenantName), func(row map[string]any) bool { return row["type"] != "users" })
	if row := rows[0]; row["retries"] != 1.0 || row["requests"].(float64) < 2 {
		t.Errorf("the history says %v", row)
	}
}

// A sync that somebody asks for reads what has no delta query, too, whenever it was
// read last; --if-due keeps the intervals, of the tenant and of those classes.
func TestSyncIfDue(t *testing.T) {
	c, sim := simulateSynced(t)
	c.must("tenant", "set", tenantName, "--classes", "users,organization")
	asked := func(args ...string) (users, organization int) {
		t.Helper()
		before := len(sim.Requests())
		c.must(append([]string{"sync", tenantName}, args...)...)
		for _, r := range sim.Requests()[before:] {
			switch {
			case strings.HasPrefix(r.Path, "/v1.0/users"):
				users++
			case r.Path == "/v1.0/organization" && strings.Contains(r.Query, "assignedPlans"):
				organization++
			}
		}
		return users, organization
	}
	asked()
	if users, organization := asked(); users == 0 || organization == 0 {
		t.Errorf("%d requests of users, %d of the organization by somebody who asks again", users, organization)
	}
	if users, organization := asked("--if-due"); users+organization != 0 {
		t.Errorf("%d requests of users, %d of the organization before the interval was over", users, organization)
	}
	c.refused(exitUsage, "if-due", "sync", tenantName, "--if-due", "--full")
}

// TestPermittedClassesAreTaken adds a tenant without choosing classes: its test, and its
// first sync, take what it may read and say so.
func TestPermittedClassesAreTaken(t *testing.T) {
	c, sim := simulate(t)
	r := c.call("", "tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main")
	if r.status != exitDone || !strings.Contains(r.err, "takes what it may read") {
		t.Fatal(r)
	}
	r = c.call("", "tenant", "test", tenantName)
	if r.status != exitDone || !strings.Contains(r.err, "syncs these from now on, too") || !strings.Contains(r.err, "organization") ||
		!strings.Contains(r.out, "can't be read, and is not synced: applications (Application.Read.All)") || strings.Contains(r.out, "the app lacks") {
		t.Errorf("%+v", r)
	}
	sim.Tenant(tenantName).SetRoles(clientID, append([]string{"Domain.Read.All"}, allRoles...)...)
	if r = c.call("", "sync"); r.status != exitDone || !strings.Contains(r.err, "because it may read them: domains\n") || strings.Contains(r.err, "warning") {
		t.Errorf("%+v", r)
	}
	if rows := c.rows("tenant", "list"); fmt.Sprint(rows[0]["classes"]) != "[users groups devices organization subscribedSkus domains]" {
		t.Errorf("synced are %v", rows[0]["classes"])
	}
	if r = c.call("", "sync"); r.status != exitDone || r.err != "" {
		t.Errorf("%+v", r)
	}
	c.must("tenant", "set", tenantName, "--classes", "users")
	c.must("tenant", "test", tenantName)
	if rows := c.rows("tenant", "list"); fmt.Sprint(rows[0]["classes"]) != "[users]" {
		t.Errorf("synced are %v, though a person chose", rows[0]["classes"])
	}
	if r = c.call("", "tenant", "set", tenantName, "--classes", "permitted,signInActivity"); r.status != exitDone || !strings.Contains(r.err, "takes what it may read") {
		t.Errorf("%+v", r)
	}
	if rows := c.rows("tenant", "list"); fmt.Sprint(rows[0]["classes"]) != "[users signInActivity]" {
		t.Errorf("synced are %v", rows[0]["classes"])
	}
	c.must("tenant", "test", tenantName)
	if rows := c.rows("tenant", "list"); fmt.Sprint(rows[0]["classes"]) != "[users groups devices organization subscribedSkus domains signInActivity]" {
		t.Errorf("synced are %v, though whatever may be read was asked for", rows[0]["classes"])
	}
	c.must("tenant", "remove", tenantName, "--yes")
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "permitted")
	c.must("tenant", "test", tenantName)
	if rows := c.rows("tenant", "list"); fmt.Sprint(rows[0]["classes"]) != "[users groups devices organization subscribedSkus domains]" {
		t.Errorf("synced are %v by a tenant added for what may be read", rows[0]["classes"])
	}
}

// streams is how many rows a first sync of the usual classes has: one of each class, and
// one of each relation that is read on its own.
func streams() (n int) {
	for _, name := range entra.DefaultClasses() {
		class, _ := entra.ClassNamed(name)
		n += 1 + len(class.Apart())
	}
	return n
}
