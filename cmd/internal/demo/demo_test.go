package demo

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
)

func TestDemoSyncsAndLeavesNothing(t *testing.T) {
	ctx := t.Context()
	d, err := Start(ctx, Options{Users: 30})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Engine.Sync(ctx, d.Tenant.Key, syncer.SyncOptions{}); err != nil {
		t.Error(err)
	}
	n, err := d.Store.ObjectCount(ctx, d.Tenant.Key, store.ObjectQuery{Class: "users"})
	if want := d.Sim.Tenant(d.Tenant.Name).Count("users"); n != want || err != nil {
		t.Errorf("%d users, want %d, %v", n, want, err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(d.Store.Dir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

// What an app lacks ends the demo's sync in warnings.
func TestDemoWithoutAPermission(t *testing.T) {
	d, err := Start(t.Context(), Options{Users: 10, Without: "Device.Read.All"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	result, err := d.Engine.Sync(t.Context(), d.Tenant.Key, syncer.SyncOptions{})
	if err != nil || result.Status != entra.Warning {
		t.Errorf("%s, %v", result.Status, err)
	}
	for _, c := range result.Classes {
		if want := map[bool]entra.Code{true: entra.CodePermission}[c.Class == "devices"]; c.Relation == "" && c.Code != want {
			t.Errorf("%s: %q, want %q", c.Class, c.Code, want)
		}
	}
}

func TestDemoKeepsAGivenFolder(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		d, err := Start(t.Context(), Options{DataDir: dir, Users: 10})
		if err != nil {
			t.Fatal(err)
		}
		if sealed, err := d.Store.Vault(t.Context()); sealed != nil || err != nil {
			t.Errorf("the demo's vault is stored: %s, %v", sealed, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}

func TestLiveEndsWithItsContext(t *testing.T) {
	d, err := Start(t.Context(), Options{Users: 10})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	events, unsubscribe := d.Engine.Subscribe()
	ended := make(chan error, 1)
	go func() { ended <- d.Live(ctx) }()
	for e := range events {
		if e.Kind == syncer.RunEnded {
			break
		}
	}
	unsubscribe()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestStartRefusals(t *testing.T) {
	for name, o := range map[string]Options{"no users": {Users: -1}, "no such permission": {Users: 5, Without: "Nosuch.Read.All"}, "no folder": {DataDir: os.Args[0], Users: 5}} {
		if d, err := Start(t.Context(), o); err == nil || d != nil || entra.CodeOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
