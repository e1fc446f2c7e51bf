package verification

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/verify"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
	"github.com/entraidsync/entraidsync/ui/table"
)

// keep stores a result as the last one of a tenant.
func keep(f *hosttest.Fixture, name string, r verify.Result) {
	f.Helper()
	r.Ended = f.Now().Add(-5 * time.Minute)
	r.Began = r.Ended.Add(-time.Minute)
	kept, err := r.JSON()
	f.Must(err)
	f.Must(f.Store.KeepVerification(f.Context(), f.Tenant(name).Key, r.Ended, kept))
}

func TestLastResultIsTold(t *testing.T) {
	f := hosttest.New(t)
	tenant := f.Tenant("alpha")
	told := func() string {
		text, err := Text(t.Context(), f.Host, tenant.Key)
		f.Must(err)
		return text(f.Now())
	}
	if got := told(); got != "" {
		t.Errorf("never verified: %q", got)
	}
	keep(f, "alpha", verify.Result{Equal: true, Classes: []*verify.Class{{Class: "users", Held: 3, Read: 3}}})
	if got := told(); !strings.HasPrefix(got, "verified 5 min ago: equal") {
		t.Errorf("equal: %q", got)
	}
	why := "it failed"
	keep(f, "alpha", verify.Result{Classes: []*verify.Class{{Class: "users", Held: 3, Read: 4, Found: 2, Missing: []string{"u4"},
		Links: map[string]*verify.Links{}}, {Class: "devices", Error: &why}, {Class: "users", Links: map[string]*verify.Links{"sponsors": {Error: &why}}}, {Class: "groups", Links: map[string]*verify.Links{"members": {Extra: []verify.Link{{Source: "g1", Target: "u2"}}}}}}})
	if got := told(); !strings.HasSuffix(got, "2 differences") {
		t.Errorf("different: %q", got)
	}
	Show(f.Host, tenant)
	top := f.Top()
	for _, want := range []string{"2 differences in 4 objects", "Could not be read: Devices, Users (Sponsors)", "Verify now", "Export"} {
		if !strings.Contains(strings.Join(hosttest.Texts(top), "\n"), want) {
			t.Errorf("the dialog lacks %q: %q", want, hosttest.Texts(top))
		}
	}
	f.Press("Close")
	f.InGerman()
	Show(f.Host, tenant)
	f.ExpectGerman("the result", f.Top(), "alpha.onmicrosoft.com", "u4", "g1", "u2")
}

func TestRowsAreSearched(t *testing.T) {
	hosttest.New(t)
	row := verify.Row{Class: "groups", Relation: "members", ID: "G-1", Target: "u2", Kind: verify.Extra}
	for text, want := range map[string]bool{"": true, "g-1": true, "only in": true, "U2": true, "missing": false} {
		if matches(row, text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

// Differences are told by names, and a row leads to its object.
func TestDifferencesAreNamed(t *testing.T) {
	f := hosttest.New(t)
	f.Scan("alpha", "users", f.Object("u2", `{"displayName":"Ann"}`))
	f.Scan("alpha", "groups", f.Object("g1", `{"displayName":"Sales"}`, entra.Link{Relation: "members", Target: "u2", Type: "#microsoft.graph.user"}))
	keep(f, "alpha", verify.Result{Classes: []*verify.Class{{Class: "users", Found: 1, Different: []verify.Different{{ID: "u2", Properties: []string{"userPrincipalName"}}}, Missing: []string{"u9"}},
		{Class: "groups", Found: 1, Links: map[string]*verify.Links{"members": {Extra: []verify.Link{{Source: "g1", Target: "u2"}}}}}}})
	Show(f.Host, f.Tenant("alpha"))
	grid := hosttest.All[*table.Grid[verify.Row]](f.Top())[0]
	var said []string
	for _, row := range grid.Rows() {
		var cells []string
		for _, c := range grid.Columns() {
			cells = append(cells, c.Text(row))
		}
		said = append(said, strings.Join(cells, " | "))
	}
	want := []string{"Users | missing in the copy | u9 |  | u9", "Users | different | Ann | User principal name | u2", "Groups | Members: only in the copy | Sales | Ann | g1"}
	if !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
	grid.OnOpen(grid.Rows()[1])
	if f.At != host.ToObject(f.Tenant("alpha").Key, "users", "u2") || f.Top() != nil && hosttest.Says(f.Top(), "Verify now") {
		t.Errorf("it leads to %s", f.At)
	}
}

// offered tells whether the dialog on top has a button of a text.
func offered(f *hosttest.Fixture, text string) bool {
	f.Helper()
	return slices.ContainsFunc(hosttest.All[*kit.Button](f.Top()), func(b *kit.Button) bool { return b.Text == text })
}

// A disabled tenant is not asked for, and one that is being verified can be stopped.
func TestWhatIsOffered(t *testing.T) {
	f := hosttest.New(t)
	tenant, off := f.Tenant("alpha"), false
	f.Must(f.Store.SetTenant(t.Context(), tenant.Key, store.TenantChange{Enabled: &off}))
	Show(f.Host, f.Tenant("alpha"))
	if offered(f, "Verify now") {
		t.Error("a disabled tenant may be verified")
	}
	f.Press("Enable")
	if !f.Tenant("alpha").Enabled || !offered(f, "Verify now") {
		t.Error("once it is enabled it is not offered to be verified")
	}
	f.Press("Close")
	stopped := false
	f.Host.UnderWay[underWay(tenant)] = func() { stopped = true }
	Show(f.Host, tenant)
	f.Press("Stop")
	if !stopped {
		t.Error("it goes on")
	}
}
