package store

import (
	"strings"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// inOrder are the client ids of the profile reader, as they are tried.
func (b *bench) inOrder() string {
	b.Helper()
	p, err := b.Profile(b.Context(), "reader")
	b.must(err)
	var ids []string
	for i, c := range p.Credentials {
		if c.Index != i+1 {
			b.Errorf("the credential at place %d says %d", i+1, c.Index)
		}
		ids = append(ids, c.ClientID)
	}
	return strings.Join(ids, "")
}

func (b *bench) withCredentials(ids string) {
	b.Helper()
	for _, id := range strings.Split(ids, "") {
		b.must(b.AddCredential(b.Context(), "reader", entra.Credential{ID: id, Kind: entra.ClientSecret, ClientID: id}, map[string][]byte{entra.FieldSecret: []byte("sealed " + id)}))
	}
}

func TestMoveCredential(t *testing.T) {
	for _, c := range []struct {
		from, to int
		want     string
	}{{1, 2, "BACD"}, {4, 1, "DABC"}, {2, 4, "ACDB"}, {3, 3, "ABCD"}, {0, 1, ""}, {1, 5, ""}} {
		b := newBench(t)
		b.withCredentials("ABCD")
		b.must(b.RemoveCredential(b.Context(), "reader", 2)) // a gap in the positions
		b.withCredentials("B")
		b.must(b.MoveCredential(b.Context(), "reader", 4, 2))
		err := b.MoveCredential(b.Context(), "reader", c.from, c.to)
		if refused := entra.CodeOf(err) == entra.CodeInvalid; refused != (c.want == "") {
			t.Errorf("%d to %d: %v", c.from, c.to, err)
		}
		if got := b.inOrder(); c.want != "" && got != c.want {
			t.Errorf("%d to %d: %s, want %s", c.from, c.to, got, c.want)
		}
	}
}

func TestSetProfile(t *testing.T) {
	b := newBench(t)
	b.must(b.AddProfile(b.Context(), "other", ""))
	if err := b.AddProfile(b.Context(), "x\u202eevil", ""); entra.CodeOf(err) != entra.CodeInvalid {
		t.Errorf("a name that reads as another one: %v", err)
	}
	b.must(b.SetProfile(b.Context(), "reader", "Reader", "of everything")) // only the case changes
	for newName, want := range map[string]entra.Code{" ": entra.CodeInvalid, "a\nb": entra.CodeInvalid, "OTHER": entra.CodeExists} {
		if err := b.SetProfile(b.Context(), "reader", newName, ""); entra.CodeOf(err) != want {
			t.Errorf("%q: %v", newName, err)
		}
	}
	if err := b.SetProfile(b.Context(), "nobody", "x", ""); entra.CodeOf(err) != entra.CodeNotFound {
		t.Error(err)
	}
	if p, err := b.Profile(b.Context(), "reader"); err != nil || p.Name != "Reader" || p.Description != "of everything" || len(p.Tenants) != 1 {
		t.Errorf("%+v %v", p, err)
	}
}

func TestReplaceCredential(t *testing.T) {
	b := newBench(t)
	b.withCredentials("ABC")
	b.must(b.ResetVault(b.Context()))
	b.must(b.ReplaceCredential(b.Context(), entra.Credential{ID: "B", Kind: entra.Certificate, ClientID: "b", Expires: b.clock},
		map[string][]byte{entra.FieldCertificate: []byte("new")}))
	p, err := b.Profile(b.Context(), "reader")
	b.must(err)
	if c := p.Credentials[1]; b.inOrder() != "AbC" || c.Kind != entra.Certificate || c.Lost || c.Expires.IsZero() || !p.Credentials[0].Lost {
		t.Errorf("%+v", p.Credentials)
	}
	if sealed, err := b.Secrets(b.Context(), "B"); err != nil || len(sealed) != 1 || string(sealed[entra.FieldCertificate]) != "new" {
		t.Errorf("%q %v", sealed, err)
	}
	if err := b.ReplaceCredential(b.Context(), entra.Credential{ID: "gone"}, nil); entra.CodeOf(err) != entra.CodeNotFound {
		t.Error(err)
	}
}

// Profiles and tenants are listed as people count, and so are the tenants of a profile.
func TestNamesStandInTheirNaturalOrder(t *testing.T) {
	b := newBench(t)
	for _, n := range []string{"10", "2", "1"} {
		b.must(b.AddProfile(b.Context(), "Customer "+n, ""))
		_, err := b.AddTenant(b.Context(), entra.Tenant{Name: "customer-" + n + ".com", Cloud: "public", Profile: "reader"})
		b.must(err)
	}
	profiles, err := b.Profiles(b.Context())
	b.must(err)
	var names []string
	for _, p := range profiles {
		names = append(names, p.Name)
	}
	b.wantList("profiles", names, "Customer 1", "Customer 2", "Customer 10", "reader")
	tenants, err := b.Tenants(b.Context())
	b.must(err)
	names = nil
	for _, t := range tenants {
		names = append(names, t.Name)
	}
	b.wantList("tenants", names, "contoso.com", "customer-1.com", "customer-2.com", "customer-10.com")
	b.wantList("tenants of the profile", profiles[3].Tenants, names...)
	b.wantList("who is named", strings.Split(b.RemoveProfile(b.Context(), "reader").Error(), ", ")[1:3], names[1:3]...)
}
