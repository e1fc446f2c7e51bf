package syncer

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/vault"
)

func passphrase(text string) func(context.Context) (vault.Secret, error) {
	return func(context.Context) (vault.Secret, error) { return vault.NewSecret([]byte(text)), nil }
}

// TestResetMarks leaves the profiles, but tells which credentials lost their
// secret, and the sync says so.
func TestResetMarks(t *testing.T) {
	w := newWorld(t, small)
	sealInVault(w)
	w.sync(entra.Succeeded)
	if err := w.engine.Vault.Reset(w.ctx()); err != nil {
		t.Fatal(err)
	}
	p, err := w.store.Profile(w.ctx(), "reader")
	if err != nil || !p.Credentials[0].Lost {
		t.Fatalf("%+v %v", p, err)
	}
	w.newProcess()
	if r := w.sync(entra.Failed); entra.CodeOf(r.Err) != entra.CodeSignIn {
		t.Error(r.Err)
	}
	w.equal(w.truth())
}

// TestSwappedSecret refuses a sealed secret that was copied to another profile
// (row 37 of the faults; others are in [TestTamperedSecret]).
func TestSwappedSecret(t *testing.T) {
	w := newWorld(t, small)
	sealInVault(w)
	p, _ := w.store.Profile(w.ctx(), "reader")
	stolen, err := w.store.Secrets(w.ctx(), p.Credentials[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.store.AddProfile(w.ctx(), "thief", ""); err != nil {
		t.Fatal(err)
	}
	if err := w.store.AddCredential(w.ctx(), "thief", entra.Credential{ID: "another", Kind: entra.ClientSecret, ClientID: clientID}, stolen); err != nil {
		t.Fatal(err)
	}
	thief := "thief"
	if err := w.engine.SetTenant(w.ctx(), w.tenant.Key, store.TenantChange{Profile: &thief}); err != nil {
		t.Fatal(err)
	}
	if r := w.sync(entra.Failed); entra.CodeOf(r.Err) != entra.CodeVaultLocked {
		t.Error(r.Err)
	}
}

// TestNothingInTheClear syncs, fails, and is killed in the middle of a sync,
// with everything logged; then it searches every file of the data folder for the
// secrets, raw, in base64 and URL-encoded (row 38 of the faults).
func TestNothingInTheClear(t *testing.T) {
	w := newWorld(t, graphsim.TenantConfig{Users: 300, Groups: 30, Devices: 30}, func(c *graphsim.Config) { c.Latency = 50 * time.Millisecond })
	sealInVault(w)
	answered := func() bool {
		log, _ := os.ReadFile(filepath.Join(w.store.Dir(), childLog))
		return bytes.Contains(log, []byte("graph answered"))
	}
	if !runChild(w, func(done <-chan struct{}) {
		for !answered() && !over(done) {
			time.Sleep(time.Millisecond) // another process's file tells of no event
		}
	}) {
		t.Error("the sync was over before it was killed")
	}
	w.sync(entra.Succeeded)
	w.sim.SetSecret(clientID, "another", false)
	w.newProcess()
	w.sync(entra.Failed)
	files, err := filepath.Glob(filepath.Join(w.store.Dir(), "*"))
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(f) == childLog && !bytes.Contains(data, []byte("graph answered")) {
			t.Errorf("the log does not tell of requests: %s", data)
		}
		for _, text := range []string{secret, "correct horse"} {
			for _, form := range forms(text) {
				if bytes.Contains(data, []byte(form)) {
					t.Errorf("%s holds %q", filepath.Base(f), form)
				}
			}
		}
		if bytes.Contains(data, []byte("eyJhbGciOi")) { // how a signed token begins; three letters may stand there by chance
			t.Errorf("%s holds an access token", filepath.Base(f))
		}
	}
}

// forms are a text raw, URL-encoded, and in base64 by itself or anywhere within
// something longer.
func forms(text string) []string {
	found := []string{text, url.QueryEscape(text)}
	for before := range 3 {
		whole := base64.RawStdEncoding.EncodeToString(append(make([]byte, before), text...))
		found = append(found, whole[(before*8+5)/6:len(whole)-1]) // the edges depend on what stands beside
	}
	return found
}
