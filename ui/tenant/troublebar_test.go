package tenant

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
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

// Many causes leave the page its room: the first ones stand in the box, the others come and go
// with its button.
func TestManyCausesAreFolded(t *testing.T) {
	f := hosttest.New(t)
	key := f.Tenant("alpha").Key
	classes := []string{"users", "groups", "devices", "domains", "riskyUsers"}
	f.Must(f.Store.SetTenant(t.Context(), key, store.TenantChange{Classes: classes}))
	run, err := f.Store.BeginRun(t.Context(), key)
	f.Must(err)
	for i, class := range classes {
		row, err := f.Store.BeginClass(t.Context(), run, key, class)
		f.Must(err)
		_, err = f.Store.EndClass(t.Context(), row, store.ClassEnd{Status: entra.Failed, Err: &entra.Error{What: "it failed", Why: say.With("reason %d", i)}})
		f.Must(err)
	}
	f.Must(f.Store.EndRun(t.Context(), run, store.RunEnd{Status: entra.Failed}))
	p := shown(f, "alpha")
	inSight := func() (n int) {
		for _, line := range p.trouble.lines.Objects {
			if line.Visible() {
				n++
			}
		}
		return n
	}
	low := p.trouble.box.MinSize().Height
	if inSight() != 2 || p.trouble.more.Text != "3 more" || !p.trouble.more.Visible() {
		t.Errorf("%d lines, button %q", inSight(), p.trouble.more.Text)
	}
	test.Tap(p.trouble.more)
	if inSight() != 5 || p.trouble.more.Text != "Fewer" || p.trouble.box.MinSize().Height <= low {
		t.Errorf("all asked for: %d lines, button %q", inSight(), p.trouble.more.Text)
	}
	if f.Changed(); inSight() != 5 {
		t.Errorf("after news %d lines are left", inSight())
	}
	test.Tap(p.trouble.more)
	if inSight() != 2 || p.trouble.box.MinSize().Height != low {
		t.Errorf("folded again: %d lines", inSight())
	}
}

// What a sync could not store stands in the tenant's box and in the rows that it left
// running, and the tenant has failed in every list.
func TestWhatCouldNotBeStoredIsTold(t *testing.T) {
	f := hosttest.New(t)
	key := f.Tenant("alpha").Key
	f.AddRuns("alpha", 1, nil)
	run, err := f.Store.BeginRun(t.Context(), key)
	f.Must(err)
	_, err = f.Store.BeginClass(t.Context(), run, key, "users")
	f.Must(err)
	file := filepath.Join(f.Store.Dir(), store.FileName)
	f.Must(os.Rename(file, file+"-away"))
	if _, err := f.Engine.Sync(t.Context(), key, syncer.SyncOptions{}); err == nil {
		t.Fatal("it was stored where nobody finds it")
	}
	f.Must(os.Rename(file+"-away", file))
	p := shown(f, "alpha")
	if box := strings.Join(hosttest.Texts(p.trouble.box), " "); !p.trouble.box.Visible() || !strings.Contains(box, "deleted or moved") {
		t.Errorf("the box says %q", box)
	}
	if row := runs(p).list.Grid.Rows()[0]; row.Status != entra.Failed || !strings.Contains(strings.Join(runWhy(row), " "), "deleted or moved") {
		t.Errorf("the row says %s: %q", row.Status, runWhy(row))
	}
	l, err := f.Lists(t.Context())
	f.Must(err)
	if l.Tenants[0].LastSyncStatus != entra.Failed {
		t.Errorf("lists say %s", l.Tenants[0].LastSyncStatus)
	}
	list := hosttest.Show(f, NewList(f.Host))
	if got := list.status(list.Grid.Rows()[0]); !strings.Contains(got, "deleted or moved") {
		t.Errorf("the table says %q", got)
	}
}
