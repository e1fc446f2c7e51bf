package tenant

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/hosttest"
)

// A class that lacks its permission is told in the tenant's box with the two ways out: the
// page of consent, and taking the class out.
func TestTheBoxOffersTheWaysOutOfAMissingPermission(t *testing.T) {
	f := hosttest.New(t)
	f.AddRuns("alpha", 1, &entra.Error{Code: entra.CodePermission, What: "reading users failed", Why: say.With("the app lacks the permission %s", "User.Read.All")})
	p := shown(f, "alpha")
	if p.trouble.help.Text != "Open the consent page" || !p.trouble.help.Visible() || p.trouble.out.Text != "Take 1 class out…" || !p.trouble.out.Visible() {
		t.Fatalf("the box offers %q, %q", p.trouble.help.Text, p.trouble.out.Text)
	}
	test.Tap(p.trouble.help) // the profile of tests names no app
	if !strings.Contains(f.Toasted(), "The consent page can't be opened") {
		t.Errorf("the button opens nothing; the toasts say %q", f.Toasted())
	}
	test.Tap(p.trouble.out)
	if !hosttest.Says(f.Top(), "Sync these no more: Users?") {
		t.Fatalf("it asks %q", hosttest.Texts(f.Top()))
	}
	f.Press("Cancel")
	if !slices.Contains(f.Tenant("alpha").Classes, "users") {
		t.Fatal("the class went without a word")
	}
	test.Tap(p.trouble.out)
	f.Press("Take out")
	if left := f.Tenant("alpha").Classes; slices.Contains(left, "users") || len(left) == 0 {
		t.Errorf("what is left: %q", left)
	}
	if f.Changed(); p.trouble.box.Visible() && p.trouble.out.Visible() {
		t.Errorf("the box still says %q", hosttest.Texts(p.trouble.box))
	}
}

// The only class that a tenant has can't be taken out, and what else fails is mended otherwise.
func TestTheBoxTakesOutNothingElse(t *testing.T) {
	f := hosttest.New(t)
	f.Must(f.Store.SetTenant(t.Context(), f.Tenant("alpha").Key, store.TenantChange{Classes: []string{"users"}}))
	f.AddRuns("alpha", 1, &entra.Error{Code: entra.CodePermission, What: "reading users failed", Why: "the app lacks a permission"})
	f.AddRuns("beta", 1, &entra.Error{Code: entra.CodeSignIn, What: "signing in failed", Why: "the client secret is wrong"})
	for _, name := range []string{"alpha", "beta"} {
		if p := shown(f, name); p.trouble.out.Visible() {
			t.Errorf("%s: the box offers %q", name, p.trouble.out.Text)
		}
	}
}
