package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graphsim"
	"github.com/entraidsync/entraidsync/core/signin"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
	"github.com/entraidsync/entraidsync/core/vault"
)

// TestRotatedLogHoldsNoSecret logs everything of syncs that succeed and fail,
// over several files, and searches what was kept of them.
func TestRotatedLogHoldsNoSecret(t *testing.T) {
	const domain, clientID, secret = "contoso.onmicrosoft.com", "11111111-2222-3333-4444-555555555555", "marker~Secret~value"
	ctx, dir := t.Context(), t.TempDir()
	sim, err := graphsim.Start(graphsim.Config{Tenants: []graphsim.TenantConfig{{Domain: domain, Users: 30, Groups: 3, Devices: 3,
		Apps: []graphsim.App{{ClientID: clientID, Secret: secret, Roles: []string{"User.Read.All", "Group.Read.All", "Device.Read.All"}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	st, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	log, err := openLog(filepath.Join(dir, "entrasync.log"), 1500)
	if err != nil {
		t.Fatal(err)
	}
	access := signin.NewVaultAccess(st, nil, func(context.Context) (vault.Secret, error) { return vault.NewSecret([]byte("marker~Passphrase")), nil })
	engine := syncer.New(syncer.Options{Store: st, Vault: access, Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	err = errors.Join(st.AddCloud(ctx, entra.Cloud{Name: "sim", Authority: sim.Authority(), Graph: sim.Graph(), CA: sim.CA()}), st.AddProfile(ctx, "reader", ""),
		signin.AddCredential(ctx, st, access, "reader", signin.Material{Kind: entra.ClientSecret, ClientID: clientID, Secret: vault.NewSecret([]byte(secret))}))
	if err != nil {
		t.Fatal(err)
	}
	tenant, err := engine.AddTenant(ctx, entra.Tenant{Name: domain, Cloud: "sim", Profile: "reader", Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	sim.Fault(graphsim.Fault{Kind: graphsim.ExpiredAccessToken})
	for _, want := range []entra.Status{entra.Succeeded, entra.Failed} {
		if r, err := engine.Sync(ctx, tenant.Key, syncer.SyncOptions{Full: true}); r.Status != want {
			t.Fatalf("%s: %v", r.Status, err)
		}
		sim.Fault(graphsim.Fault{Kind: graphsim.ExpiredAccessToken, Times: -1})
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	told := false
	for _, name := range []string{"entrasync.log", "entrasync.log.1"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || len(text) == 0 {
			t.Errorf("%s: %v", name, err)
		}
		told = told || bytes.Contains(text, []byte("graph answered"))
		for _, form := range []string{secret, "marker~Passphrase", url.QueryEscape(secret), base64.RawStdEncoding.EncodeToString([]byte(secret)), "eyJhbGciOi", "Bearer ", "token="} {
			if bytes.Contains(text, []byte(form)) {
				t.Errorf("%s holds %q", name, form)
			}
		}
	}
	if !told {
		t.Error("the log does not tell of requests")
	}
}
