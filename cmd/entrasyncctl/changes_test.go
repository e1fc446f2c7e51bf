//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/sqlite"
	"github.com/entraidsync/entraidsync/core/store"
)

func keysOf(row map[string]any) []string {
	var keys []string
	for key := range row {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// changed is a tenant that was synced, changed in every way and synced again.
func changed(t *testing.T) (c *cli, sim *graphsim.Server, between string) {
	c, sim = simulateSynced(t)
	between = time.Now().UTC().Format(time.RFC3339Nano)
	sim.Tenant(tenantName).MutateAll(rand.New(rand.NewPCG(1, 2)), 200)
	c.must("sync")
	return c, sim, between
}

// TestDiff: rows have the keys that scripts rely on, and are what was recorded where
// one sync lies between the moments.
func TestDiff(t *testing.T) {
	c, _, between := changed(t)
	rows := c.rows("diff", tenantName, "--from", between)
	texts := func(rows []map[string]any) (out []string) {
		for _, row := range rows {
			for _, side := range []string{"before", "after"} { // what changes without a record is not compared
				values, _ := row[side].(map[string]any)
				delete(values, "approximateLastSignInDateTime")
				delete(values, "onPremisesLastSyncDateTime")
			}
			text, err := json.Marshal([]any{row["class"], row["id"], row["kind"], row["before"], row["after"], row["display_name"], row["time"], row["not_before"]})
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(text))
		}
		slices.Sort(out)
		return out
	}
	got, want := texts(rows), texts(c.rows("changes", tenantName))
	for _, text := range got {
		if !slices.Contains(want, text) {
			t.Errorf("not recorded: %s", text)
		}
	}
	for _, text := range want {
		if !slices.Contains(got, text) {
			t.Errorf("not told: %s", text)
		}
	}
	if keys := keysOf(rows[0]); !slices.Equal(keys, []string{"after", "before", "class", "display_name", "id", "kind", "not_before", "time"}) {
		t.Errorf("the keys are %q", keys)
	}
	if head, _, _ := strings.Cut(c.must("diff", tenantName, "--from", between, "--format", "csv"), "\r\n"); head != "class,id,display_name,kind,before,after,not_before,time" {
		t.Errorf("the header is %q", head)
	}
	for _, row := range c.rows("diff", tenantName, "--from", between, "--class", "groups,devices") {
		if row["class"] == "users" {
			t.Errorf("of another class: %v", row)
		}
	}
	if page := c.rows("diff", tenantName, "--from", between, "--per-page", "2", "--page", "2"); len(page) != 2 {
		t.Errorf("a page of two rows has %d", len(page))
	}
	if same := c.rows("diff", tenantName, "--from", between, "--to", between); len(same) != 0 {
		t.Errorf("a moment differs from itself: %v", same)
	}
	c.refused(exitUsage, "--until lies before --since", "changes", tenantName, "--since", between, "--until", "2020-01-01")
	c.refused(exitUsage, "--to lies before --from", "diff", tenantName, "--from", between, "--to", "2020-01-01")
	c.refused(exitUsage, "from", "diff", tenantName)
}

// TestChangesNarrowed: each flag leaves out what it does not name.
// TestChangesSayWhoGotWhat: what has no name of its own is told whole by a table, by the names
// of what it is about.
func TestChangesSayWhoGotWhat(t *testing.T) {
	c, sim := simulate(t)
	sim.Tenant(tenantName).SetRoles(clientID, append([]string{"RoleManagement.Read.Directory", "Application.Read.All"}, allRoles...)...)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,servicePrincipals,directoryRoles,roleDefinitions,roleAssignments")
	c.must("sync")
	role, user := "", ""
	for o := range sim.Tenant(tenantName).Objects("directoryRoles") {
		role = o.ID
	}
	for o := range sim.Tenant(tenantName).Objects("users") {
		user = o.ID
	}
	for _, step := range []struct {
		do   func(source, relation, target string) error
		says string
	}{{sim.Tenant(tenantName).AddLink, " got the role "}, {sim.Tenant(tenantName).RemoveLink, " lost the role "}} {
		if err := step.do(role, "members", user); err != nil {
			t.Fatal(err)
		}
		c.must("sync")
		table := c.must("changes", tenantName, "--class", "roleAssignments", "--newest-first", "--per-page", "1")
		if !strings.Contains(table, step.says) || strings.Contains(table, user[:8]) {
			t.Errorf("it says %s", table)
		}
	}
}

func TestChangesNarrowed(t *testing.T) {
	c, _, _ := changed(t)
	all := c.rows("changes", tenantName)
	count := func(is func(map[string]any) bool) (n int) {
		for _, row := range all {
			if is(row) {
				n++
			}
		}
		return n
	}
	same := func(what string, is func(map[string]any) bool, flags ...string) {
		t.Helper()
		rows := c.rows(append([]string{"changes", tenantName}, flags...)...)
		if want := count(is); len(rows) != want || want == 0 || want == len(all) {
			t.Errorf("%s: %d rows, want %d of %d", what, len(rows), want, len(all))
		}
		for _, row := range rows {
			if !is(row) {
				t.Errorf("%s: %v", what, row)
			}
		}
	}
	same("kinds", func(r map[string]any) bool { return r["kind"] == "added" || r["kind"] == "member_removed" }, "--kind", "added, MEMBER_removed")
	property := ""
	for _, row := range all {
		if row["kind"] == "updated" && property == "" {
			property = keysOf(row["after"].(map[string]any))[0]
		}
	}
	same("property", func(r map[string]any) bool {
		after, _ := r["after"].(map[string]any)
		_, has := after[property]
		return r["kind"] == "updated" && has
	}, "--property", strings.ToUpper(property))
	name, _ := all[0]["display_name"].(string)
	same("search", func(r map[string]any) bool {
		text, err := json.Marshal([]any{r["display_name"], r["before"], r["after"]})
		return err == nil && strings.Contains(strings.ToLower(string(text)), strings.ToLower(name))
	}, "--search", strings.ToUpper(name))
	newest := c.rows("changes", tenantName, "--newest-first")
	slices.Reverse(newest)
	if len(newest) != len(all) || newest[0]["time"] != all[0]["time"] || newest[len(all)-1]["id"] != all[len(all)-1]["id"] {
		t.Error("newest first is not the reverse of oldest first")
	}
	last := all[len(all)-1]["time"].(string)
	if got := len(c.rows("changes", tenantName, "--since", last, "--until", last)); got == 0 || got > len(all) {
		t.Errorf("%d changes at the last time", got)
	}
	if got := c.rows("changes", tenantName, "--until", "2020-01-01"); len(got) != 0 {
		t.Errorf("long before the first sync: %v", got)
	}
	c.refused(exitUsage, "no kind", "changes", tenantName, "--kind", "vanished")
	c.refused(exitUsage, "--follow goes on", "changes", tenantName, "--follow", "--newest-first")
}

// TestCloudEvents: what CloudEvents 1.0 requires, with ids that are unique and stay.
func TestCloudEvents(t *testing.T) {
	c, _, _ := changed(t)
	read := func(flags ...string) (out []map[string]any) {
		for line := range strings.Lines(c.must(append([]string{"changes", tenantName, "--format", "cloudevents"}, flags...)...)) {
			var e map[string]any
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			out = append(out, e)
		}
		return out
	}
	all := c.rows("changes", tenantName)
	events, seen := read(), map[any]bool{}
	if len(events) != len(all) || len(events) == 0 {
		t.Fatalf("%d events of %d changes", len(events), len(all))
	}
	for i, e := range events {
		id, source := e["id"].(string), e["source"].(string)
		if e["specversion"] != "1.0" || id == "" || seen[id] || !strings.HasPrefix(source, "urn:entraidsync:tenant:") || !strings.HasSuffix(e["type"].(string), all[i]["kind"].(string)) ||
			e["time"] != all[i]["time"] || e["subject"] != all[i]["class"].(string)+"/"+all[i]["id"].(string) || e["datacontenttype"] != "application/json" {
			t.Errorf("event %v of %v", e, all[i])
		}
		seen[id] = true
		data, _ := e["data"].(map[string]any)
		if !slices.Equal(keysOf(data), keysOf(all[i])) || data["id"] != all[i]["id"] {
			t.Errorf("the data is %v, the change %v", data, all[i])
		}
	}
	for i, e := range read("--newest-first") {
		if e["id"] != events[len(events)-1-i]["id"] {
			t.Errorf("an event has another id when it is asked for again: %v", e)
		}
	}
	c.refused(exitUsage, "choose table, csv or jsonl", "links", tenantName, "--format", "cloudevents")
}

// TestFollow: a list that is followed shows what was, then what comes, each once, and
// ends by SIGINT with 130.
func TestFollow(t *testing.T) {
	c, sim, _ := changed(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	program := exec.CommandContext(ctx, os.Args[0], "--data-dir", c.dir, "changes", tenantName, "--follow", "--format", "cloudevents")
	program.Env = append(os.Environ(), asProgram+"=1")
	var errs bytes.Buffer
	program.Stderr = &errs
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	seen := map[string]bool{}
	until := func(want int) {
		t.Helper()
		for len(seen) < want {
			if !lines.Scan() {
				t.Fatalf("it ended after %d events, want %d: %v %s", len(seen), want, lines.Err(), &errs)
			}
			if seen[lines.Text()] {
				t.Errorf("told twice: %s", lines.Text())
			}
			seen[lines.Text()] = true
		}
	}
	until(len(c.rows("changes", tenantName)))
	sim.Tenant(tenantName).MutateAll(rand.New(rand.NewPCG(3, 4)), 50)
	c.must("sync")
	all := len(c.rows("changes", tenantName))
	if all <= len(seen) {
		t.Fatal("the second sync brought nothing")
	}
	until(all)
	if err := program.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(out)
	if err := program.Wait(); program.ProcessState.ExitCode() != exitStopped || len(rest) > 0 {
		t.Errorf("%v, then %q: %s", err, rest, &errs)
	}
}

// TestChangesOfATimeThatIsNotRecorded: that nothing is listed of a time is not to say that nothing
// happened then.
func TestChangesOfATimeThatIsNotRecorded(t *testing.T) {
	c, _, between := changed(t)
	says := func(want string, flags ...string) {
		t.Helper()
		r := c.call("", append([]string{"changes", tenantName}, flags...)...)
		if told := strings.Contains(r.err, "note: "); r.status != exitDone || told != (want != "") || !strings.Contains(r.err, want) || strings.Contains(r.err, "leave something out") {
			t.Errorf("%q: exit %d: %q, want %q", flags, r.status, r.err, want)
		}
	}
	says("")
	says("", "--since", between)
	says("changes are recorded from ", "--since", "2020-01-01")
	for _, format := range []string{"table", "csv"} {
		says("changes are recorded from ", "--until", "2020-01-01", "--format", format)
	}
	c.write("INSERT INTO class_epochs (tenant, class, since, why) SELECT tenant, class, since, 'pruned' FROM class_epochs WHERE why = 'held'")
	says("is no longer kept")
	says("is no longer kept", "--until", "2020-01-01")
	says("", "--since", between)
}

// write changes the database past the program.
func (c *cli) write(statement string) {
	c.t.Helper()
	db := sqlite.Pool(filepath.Join(c.dir, store.FileName), "")
	defer db.Close()
	if _, err := db.ExecContext(c.t.Context(), statement); err != nil {
		c.t.Fatal(err)
	}
}
