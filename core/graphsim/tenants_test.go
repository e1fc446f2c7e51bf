package graphsim

import (
	"context"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/graphsim/directory"
)

func TestRunChangesUntilItsContextEnds(t *testing.T) {
	s := start(t, Config{})
	link := s.page(t, "/v1.0/users/delta?$deltatoken=latest").Delta
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		s.tenant.Run(ctx, time.Millisecond)
		close(ended)
	}()
	deadline := time.Now().Add(time.Minute)
	for len(s.page(t, link).Value) == 0 {
		if time.Now().After(deadline) {
			t.Fatal("nothing changes")
		}
	}
	stop()
	<-ended
}

func TestExtensionProperties(t *testing.T) {
	const name = "extension_0123456789abcdef0123456789abcdef_costCenter"
	cfg := testTenant(60)
	cfg.Extensions = []string{name}
	s := start(t, Config{Tenants: []directory.TenantConfig{cfg}})
	if err := s.tenant.Update(s.tenant.IDOf(directory.Users, 1), map[string]any{name: "CC-1"}); err != nil {
		t.Fatal(err)
	}
	c := newCopy("users")
	c.round(t, s, "/v1.0/users/delta?$select=displayName,"+name, nil)
	c.mustEqualTruth(t, s.tenant, "displayName", name)
}

func TestSeveralTenantsAreApart(t *testing.T) {
	other := testTenant(30)
	other.Domain, other.Seed = "fabrikam.com", 8
	s := start(t, Config{Tenants: []directory.TenantConfig{testTenant(20), other}})
	link := s.page(t, "/v1.0/users/delta?$deltatoken=latest").Delta
	s.tenant = s.Tenant("FABRIKAM.onmicrosoft.com")
	if s.tenant == nil || s.Tenant("nobody.com") != nil {
		t.Fatal("tenants aren't found by their domains")
	}
	s.signIn(t)
	if n := len(s.page(t, "/v1.0/users").Value); n != 30 {
		t.Errorf("%d users", n)
	}
	if a := s.get(t, link); a.status != 400 {
		t.Errorf("another tenant's delta link: %d", a.status)
	}
}

func TestStartRefusesBadConfigs(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no users":   {Tenants: []directory.TenantConfig{{}}},
		"no GUID":    {Tenants: []directory.TenantConfig{{ID: "x", Users: 1}}},
		"no address": {Addr: "nonsense"},
	} {
		if s, err := Start(cfg); err == nil {
			t.Errorf("%s: started", name)
			_ = s.Close()
		}
	}
}
