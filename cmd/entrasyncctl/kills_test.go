package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim"
)

const killPassphrase = "correct horse"

// victim is a data folder, and the files beside it, that commands are killed on.
type victim struct {
	*cli
	sim    *graphsim.Server
	base   string // the folder as it is before each command
	beside string // where files are written to
}

// newVictim makes a tenant that is synced and not indexed, and a backup of it. The
// tenant has changed since then.
func newVictim(t *testing.T) *victim {
	sim, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{{Domain: tenantName, Seed: 3, Users: 600, Groups: 60, Devices: 50,
		Apps: []graphsim.App{{ClientID: clientID, Secret: secret, Roles: allRoles}}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	v := &victim{cli: newCLI(t), sim: sim, beside: t.TempDir()}
	v.keychain, v.env[passphraseVariable] = nil, killPassphrase
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, sim.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	v.must("cloud", "add", "sim", "--authority", sim.Authority(), "--graph", sim.Graph(), "--ca-file", ca)
	v.must("profile", "add", "Main")
	v.addSecret("Main", secret)
	v.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	v.must("sync", "--no-index")
	v.must("db", "backup", v.backup())
	sim.Tenant(tenantName).Mutate(rand.New(rand.NewPCG(1, 2)), 300)
	v.base = v.dir
	return v
}

func (v *victim) backup() string { return filepath.Join(v.beside, "backup.db") }

// anew gives the commands a copy of the folder as it was.
func (v *victim) anew() {
	v.t.Helper()
	v.dir = filepath.Join(v.t.TempDir(), "data")
	if err := os.CopyFS(v.dir, os.DirFS(v.base)); err != nil {
		v.t.Fatal(err)
	}
}

// program starts a command in a process of its own, and kills it after a while; 0: never.
func (v *victim) program(after time.Duration, args ...string) (killed bool) {
	v.t.Helper()
	cmd := exec.CommandContext(v.t.Context(), os.Args[0], append([]string{"--data-dir", v.dir}, args...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1", passphraseVariable+"="+killPassphrase)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	if after > 0 {
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
	}
	err := cmd.Wait()
	if killed = err != nil && cmd.ProcessState.ExitCode() < 0; !killed && err != nil {
		v.t.Fatalf("%q: %v: %s", args, err, &out)
	}
	return killed
}

// holds is what the folder holds of the tenant; what is not there is "".
func (v *victim) holds() string {
	v.t.Helper()
	if len(v.rows("tenant", "list")) == 0 {
		return ""
	}
	text := v.timeless("members", tenantName)
	for _, class := range []string{"users", "groups", "devices"} {
		text += v.timeless("objects", tenantName, "--class", class)
	}
	return text
}

// timeless are the rows of a list, in an order that depends on nothing, without the
// times at which a sync saw what they tell.
func (v *victim) timeless(args ...string) string {
	v.t.Helper()
	var lines []string
	for _, row := range v.rows(args...) {
		for _, when := range []string{"since", "first_seen", "last_changed"} {
			delete(row, when)
		}
		lines = append(lines, fmt.Sprintln(row))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// clean checks that the next start leaves nothing of the dead behind.
func (v *victim) clean() {
	v.t.Helper()
	if doc := v.document("db", "check", "--json"); doc["ok"] != true {
		v.t.Errorf("the check says %v", doc)
	}
	v.must("tenant", "list")
	for _, dir := range []string{v.dir, v.beside} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			v.t.Fatal(err)
		}
		for _, e := range entries {
			if name := e.Name(); strings.Contains(name, ".part") || strings.Contains(name, "entrasync-writes-") || strings.Contains(name, ".restore") || strings.HasSuffix(name, "-journal") {
				v.t.Errorf("%s is left in %s", name, filepath.Base(dir))
			}
		}
	}
}

// TestKillsOfEveryCommand kills each command that writes, at moments all over the time
// that it takes. Whatever it was at, the database is sound, the next commands bring it
// to where the command would have, and nothing half written is left.
func TestKillsOfEveryCommand(t *testing.T) {
	v := newVictim(t)
	before := v.holds()
	if v.idLeft(before) == "" {
		t.Fatal("the ids can't be looked for")
	}
	v.anew()
	v.must("sync")
	after, found := v.holds(), v.timeless("objects", tenantName, "--class", "users", "--search", "an")
	csv, half := filepath.Join(v.beside, "users.csv"), filepath.Join(v.beside, "half.db")
	equal := func(what, got string, want ...string) {
		v.t.Helper()
		for _, w := range want {
			if got == w {
				return
			}
		}
		gone, odd := map[string]bool{}, []string{}
		for line := range strings.Lines(want[len(want)-1]) {
			gone[line] = true
		}
		for line := range strings.Lines(got) {
			if !gone[line] {
				odd = append(odd, line)
			}
			delete(gone, line)
		}
		v.t.Errorf("%s: %d lines are odd and %d missing: %.300q, %.300q", what, len(odd), len(gone), odd, slices.Collect(maps.Keys(gone)))
	}
	synced := func() {
		v.must("sync")
		equal("the tenant", v.holds(), after)
	}
	for name, c := range map[string]struct {
		args  []string
		check func()
	}{
		"delta":     {[]string{"sync", "--no-index"}, synced},
		"full scan": {[]string{"sync", "--full", "--no-index"}, synced},
		"index": {[]string{"sync"}, func() {
			synced()
			equal("what is found", v.timeless("objects", tenantName, "--class", "users", "--search", "an"), found)
		}},
		"tenant removal": {[]string{"tenant", "remove", tenantName, "--yes"}, func() {
			rows := v.rows("tenant", "list")
			if len(rows) == 1 && rows[0]["last_sync_status"] == "removing" {
				v.must("profile", "add", "Another")
				rows = v.rows("tenant", "list")
			}
			if len(rows) == 1 { // killed before it began
				equal("the tenant", v.holds(), before)
				return
			}
			if id := v.idLeft(before); id != "" {
				v.t.Errorf("removed, and %q is still there", id)
			}
		}},
		"db backup": {[]string{"db", "backup", half}, func() {
			if _, err := os.Stat(half); err == nil {
				v.must("db", "restore", half)
			}
			equal("the database", v.holds(), before)
		}},
		"db restore": {[]string{"db", "restore", v.backup()}, func() { equal("the database", v.holds(), before) }},
		"export": {[]string{"objects", tenantName, "--class", "users", "--format", "csv", "--output", csv}, func() {
			got, err := os.ReadFile(csv)
			if err != nil {
				v.t.Fatal(err)
			}
			equal("the file", string(got), "an older one", v.must("objects", tenantName, "--class", "users", "--format", "csv"))
		}},
		"a new folder": {[]string{"profile", "add", "First"}, func() {
			v.call("", "profile", "add", "First")
			if rows := v.rows("profile", "list"); len(rows) == 0 {
				v.t.Error("no profile is there")
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			outer := v.t
			v.t, v.cli.t = t, t
			defer func() { v.t, v.cli.t = outer, outer }()
			prepare := func() {
				v.anew()
				_ = os.Remove(half)
				if err := os.WriteFile(csv, []byte("an older one"), 0o600); err != nil {
					t.Fatal(err)
				}
				if name == "a new folder" {
					v.dir = filepath.Join(t.TempDir(), "new")
				}
			}
			prepare()
			began := time.Now()
			v.program(0, c.args...)
			takes := time.Since(began)
			kills, hits := 4, 0
			for n := 0; n < kills || hits == 0 && n < 8*kills; n++ { // where the first one was slow, the later ones come after the end
				prepare()
				if v.program(takes*time.Duration(2*(n%kills)+1)/time.Duration(2*kills), c.args...) {
					hits++
				} else {
					takes /= 2
				}
				v.clean()
				c.check()
				v.clean()
				if t.Failed() {
					t.Fatalf("killed after %d/%d of %v", 2*(n%kills)+1, 2*kills, takes)
				}
			}
			if hits == 0 {
				t.Error("no kill hit it")
			}
			t.Logf("%d of %d kills hit it, which takes %v", hits, kills, takes)
		})
	}
}

// idLeft looks into every byte of the data folder for the id of an object that it held.
func (v *victim) idLeft(held string) (id string) {
	v.t.Helper()
	ids := regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).FindAllString(held, 200)
	if len(ids) < 100 {
		v.t.Fatalf("%d ids to look for", len(ids))
	}
	err := filepath.WalkDir(v.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, n := range ids {
			if bytes.Contains(content, []byte(n)) {
				id = n
			}
		}
		return err
	})
	if err != nil {
		v.t.Fatal(err)
	}
	return id
}
