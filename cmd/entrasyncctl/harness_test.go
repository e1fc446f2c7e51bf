package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/vault"
)

// keychain is an OS keychain in memory; tests never touch the real one.
type keychain struct {
	mu      sync.Mutex
	entries map[string][]byte
}

func (k *keychain) Get(account string) (vault.Secret, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if entry, ok := k.entries[account]; ok {
		return vault.NewSecret(bytes.Clone(entry)), nil
	}
	return vault.Secret{}, vault.ErrKeyLost
}

func (k *keychain) Set(account string, key vault.Secret) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.entries[account] = bytes.Clone(key.Reveal())
	return nil
}

func (k *keychain) Delete(account string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.entries, account)
	return nil
}

// cli calls the program in this process, on a data folder of its own.
type cli struct {
	t *testing.T
	console
	dir string
	ctx context.Context
}

func newCLI(t *testing.T) *cli {
	return &cli{t: t, dir: filepath.Join(t.TempDir(), "data ü"), ctx: context.Background(), console: console{
		keychain: &keychain{entries: map[string][]byte{}}, env: environment{},
		ask: func(context.Context, string) (vault.Secret, error) { return vault.Secret{}, nil },
	}}
}

// result is what one call gave.
type result struct {
	status   int
	out, err string
}

// call runs the program; stdin is what it may read there.
func (c *cli) call(stdin string, args ...string) result {
	var out, errs bytes.Buffer
	world := c.console
	world.in, world.out = strings.NewReader(stdin), &out
	if world.err == nil {
		world.err = &errs
	}
	status := run(c.ctx, append([]string{"--data-dir", c.dir}, args...), world)
	for _, packed := range []string{"\x01[", `\u0001[`} { // as core/say keeps a sentence
		if strings.Contains(out.String()+errs.String(), packed) {
			c.t.Errorf("%q shows a sentence as it is kept: %.2000s%.2000s", args, out.String(), errs.String())
		}
	}
	return result{status, out.String(), errs.String()}
}

// must runs the program and fails the test where it fails.
func (c *cli) must(args ...string) string {
	c.t.Helper()
	r := c.call("", args...)
	if r.status != exitDone {
		c.t.Fatalf("%q: exit %d: %s", args, r.status, r.err)
	}
	return r.out
}

// refused checks an exit status and that stderr holds one line with a text.
func (c *cli) refused(want int, text string, args ...string) {
	c.t.Helper()
	r := c.call("", args...)
	if r.status != want || strings.Count(r.err, "\n") != 1 || !strings.Contains(r.err, text) {
		c.t.Errorf("%q: exit %d, want %d with %q: %q", args, r.status, want, text, r.err)
	}
}

// document reads the JSON document of a call.
func (c *cli) document(args ...string) map[string]any {
	c.t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(c.must(args...)), &doc); err != nil {
		c.t.Fatalf("%q: %v", args, err)
	}
	return doc
}

// rows reads the rows of a list.
func (c *cli) rows(args ...string) []map[string]any {
	c.t.Helper()
	var out []map[string]any
	for line := range strings.Lines(c.must(append(args, "--format", "jsonl")...)) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			c.t.Fatalf("%q: %v in %s", args, err, line)
		}
		out = append(out, row)
	}
	return out
}

const (
	tenantName = "contoso.onmicrosoft.com"
	clientID   = "11111111-2222-3333-4444-555555555555"
	secret     = "marker~Secret~value"
)

var allRoles = []string{"User.Read.All", "GroupMember.Read.All", "Device.Read.All", "Organization.Read.All"}

// simulate starts a tenant and a CLI that knows its cloud and its credential.
func simulate(t *testing.T) (*cli, *graphsim.Server) {
	t.Helper()
	sim, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{
		{Domain: tenantName, DisplayName: "Contoso", Seed: 3, Users: 60, Groups: 8, Devices: 12, Apps: []graphsim.App{{ClientID: clientID, Secret: secret, Roles: allRoles}}},
		{Domain: "fabrikam.onmicrosoft.com", Seed: 4, Users: 10, Groups: 1, Devices: 1, Apps: []graphsim.App{{ClientID: clientID, Secret: secret, Roles: allRoles}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	c := newCLI(t)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, sim.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	c.must("cloud", "add", "sim", "--authority", sim.Authority(), "--graph", sim.Graph(), "--ca-file", ca)
	c.must("profile", "add", "Main", "--description", "for tests")
	c.addSecret("Main", secret)
	return c, sim
}

// addNowhere adds a cloud that nobody answers for.
func (c *cli) addNowhere() {
	c.t.Helper()
	c.must("cloud", "add", "nowhere", "--authority", "https://127.0.0.1:1", "--graph", "https://127.0.0.1:2")
}

func (c *cli) addSecret(profile, value string) {
	c.t.Helper()
	r := c.call(value+"\n", "profile", "add-credential", profile, "--kind", "client-secret", "--client-id", clientID, "--secret-stdin")
	if r.status != exitDone {
		c.t.Fatal(r)
	}
}

// simulateSynced is [simulate] with the tenant added and synced once.
func simulateSynced(t *testing.T) (*cli, *graphsim.Server) {
	t.Helper()
	c, sim := simulate(t)
	c.must("tenant", "add", tenantName, "--cloud", "sim", "--profile", "Main", "--classes", "users,groups,devices")
	c.must("sync")
	return c, sim
}

// onText calls back once when a text is written.
type onText struct {
	mu   sync.Mutex
	seen strings.Builder
	text string
	then func()
}

func (w *onText) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen.Write(b)
	if w.then != nil && strings.Contains(w.seen.String(), w.text) {
		w.then()
		w.then = nil
	}
	return len(b), nil
}

// failing is a stream that takes nothing.
type failing struct{}

func (failing) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "stdout", Err: errors.New("no space left on device")}
}
