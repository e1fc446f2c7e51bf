package signin

import (
	"bytes"
	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// worldOfPeople is a world whose profile signs a person in by a device code, and
// whose vault is on disk.
func worldOfPeople(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, small, func(c *graphsim.Config) {
		c.Tenants[0].Apps = append(c.Tenants[0].Apps, graphsim.App{ClientID: publicApp, Roles: allRoles, Public: true})
	})
	w.must(w.store.RemoveCredential(w.ctx(), "reader", 1))
	w.newProcess(NewVaultAccess(w.store, nil, passphrase("correct horse")))
	w.add(Material{Kind: entra.DeviceCode, ClientID: publicApp})
	return w
}

// publicApp is an app that people sign in to.
const publicApp = "22222222-2222-3333-4444-555555555555"

// TestSignInIsSealed finds nothing of a person's sign-in in the data folder: no
// refresh token, no account, no access token.
func TestSignInIsSealed(t *testing.T) {
	w := worldOfPeople(t)
	ctx := Attended(w.ctx(), func(p entra.Prompt) { w.server.TypeCode(p.Code) })
	w.must(w.connections.SignIn(ctx, w.tenant, ""))
	p, err := w.store.Profile(w.ctx(), "reader")
	if err != nil {
		t.Fatal(err)
	}
	at := Place{p.ID, p.Credentials[0].ID}
	kept, err := w.connections.load(w.ctx(), at, entra.FieldAccount+w.sim.ID())
	if err != nil {
		t.Fatal(err)
	}
	token := regexp.MustCompile(`"RefreshToken":.*"secret":"([^"]+)"`).FindSubmatch(kept)
	if token == nil || bytes.Contains(kept, []byte("AccessToken")) {
		t.Fatalf("what is kept has no refresh token, or an access token: %d bytes", len(kept))
	}
	files, err := filepath.Glob(filepath.Join(w.store.Dir(), "*"))
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{string(token[1]), "home_account_id", "RefreshToken", "admin@" + w.sim.Domain()} {
			if bytes.Contains(data, []byte(part)) {
				t.Errorf("%s holds %q", filepath.Base(f), part)
			}
		}
	}
}

// TestSignInIsTriedElsewhere begins with the sign-in at another tenant where
// nobody signed in yet, and keeps to a tenant's own where somebody has.
func TestSignInIsTriedElsewhere(t *testing.T) {
	w := worldOfPeople(t)
	p, err := w.store.Profile(w.ctx(), "reader")
	if err != nil {
		t.Fatal(err)
	}
	accounts := map[string]graph.Account{}
	for _, tenant := range []string{"A", "B"} {
		accounts[tenant] = w.connections.account(p, p.Credentials[0], tenant)
	}
	loads := func(tenant, want string) {
		t.Helper()
		if got, err := accounts[tenant].Load(w.ctx()); err != nil || string(got) != want {
			t.Errorf("%s: %q %v, want %q", tenant, got, err, want)
		}
	}
	loads("A", "")
	for _, tenant := range []string{"A", "B"} {
		loads(tenant, map[string]string{"B": "of A"}[tenant])
		if err := accounts[tenant].Save(w.ctx(), []byte("of "+tenant)); err != nil {
			t.Fatal(err)
		}
	}
	loads("A", "of A")
	loads("B", "of B")
}
