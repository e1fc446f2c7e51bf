package object

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/store/audits"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
)

// An app's own page says how much it changed, as many as the list that the button leads to: also where the log knows it by
// two names, and a change that it may have made counts once.
func TestAppTellsWhatItChanged(t *testing.T) {
	f := hosttest.New(t)
	filled(f)
	f.Scan("alpha", "servicePrincipals", f.Object("sp1", `{"displayName":"Rotator","appId":"app1"}`), f.Object("sp2", `{"displayName":"Idle","appId":"app2"}`))
	f.Round("alpha", "users", f.Object("u1", `{"displayName":"Anna Berg-Roth"}`), f.Object("u2", `{"displayName":"Ben Coles"}`))
	tenant := f.Tenant("alpha")
	var p *Page
	says := func(id string) string {
		p = shown(f, at(f, "servicePrincipals", id))
		if !p.made.Visible() {
			return ""
		}
		return p.made.Text
	}
	log := f.Store.Audits(tenant.Key)
	var entries []entra.Audit
	for i, a := range []entra.Actor{{Kind: entra.App, ID: "sp1", AppID: "app1", Name: "Rotator"}, {Kind: entra.App, AppID: "app1", Name: "Rotator"}} {
		entries = append(entries, entra.Audit{ID: string(rune('a' + i)), Time: time.Now(), Activity: "Update user", Actor: a, Targets: []entra.AuditTarget{{ID: "u1"}}})
	}
	_, err := log.Put(t.Context(), audits.Batch{Window: []byte("{}"), Entries: entries})
	f.Must(err)
	var claims []audits.Claim
	for c, err := range f.Store.Changes(t.Context(), tenant.Key, store.ChangeQuery{Class: "users", Kinds: []entra.ChangeKind{entra.Updated}}) {
		f.Must(err)
		claims = append(claims, audits.Claim{Change: c.Key, Actors: []int64{1}, Known: true})
	}
	claims[1].Actors, claims[1].Known = []int64{1, 2}, false
	f.Must(log.Settle(t.Context(), claims, audits.Progress{}))
	if got := says("sp1"); got != "" {
		t.Errorf("nobody reads who did it, and the page says %q", got)
	}
	f.Must(f.Store.SetTenant(t.Context(), tenant.Key, store.TenantChange{Classes: append(tenant.Classes, "servicePrincipals", entra.Audits.Name)}))
	if got := says("sp2"); got != "" {
		t.Errorf("an app that changed nothing: %q", got)
	}
	if got := says("sp1"); got != "Changed by this app: 2" {
		t.Errorf("the page says %q", got)
	}
	test.Tap(p.made)
	if want := host.ToChangesBy(tenant.Key, "sp1", "app1"); f.At != want {
		t.Fatalf("it leads to %v, want %v", f.At, want)
	}
	listed := 0
	for _, err := range f.Store.Changes(t.Context(), tenant.Key, store.ChangeQuery{Actor: "sp1|app1"}) {
		f.Must(err)
		listed++
	}
	if listed != 2 {
		t.Errorf("%d changes are listed", listed)
	}
}
