package tenant

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/hosttest"
	"github.com/entraidsync/entraidsync/ui/kit"
)

// manyTenants adds tenants customer-1 … customer-N to the store, of which every third
// is disabled, and shows the table of them.
func manyTenants(t *testing.T, n int) (*hosttest.Fixture, *List) {
	t.Helper()
	f := hosttest.New(t)
	for i := 1; i <= n; i++ {
		_, err := f.Store.AddTenant(t.Context(), entra.Tenant{Name: fmt.Sprintf("customer-%d.onmicrosoft.com", i), Cloud: "public", Profile: "alpha", Enabled: i%3 != 0})
		f.Must(err)
	}
	return f, hosttest.Show(f, NewList(f.Host))
}

// bulkButton is a button of the bar under the table.
func (p *List) bulkButton(f *hosttest.Fixture, text string) *kit.Button {
	f.Helper()
	for _, b := range hosttest.All[*kit.Button](p.together.bar) {
		if b.Text == text {
			return b
		}
	}
	f.Fatalf("the bar has no button %q", text)
	return nil
}

func disabledOnes(f *hosttest.Fixture) (n int) {
	all, err := f.Store.Tenants(f.T.Context())
	f.Must(err)
	for _, t := range all {
		if !t.Enabled {
			n++
		}
	}
	return n
}

// What the search shows is marked with Ctrl+A, and enabled, disabled and synced after one
// question that tells how many; a toast sums up.
func TestMarkedTenantsAreChangedTogether(t *testing.T) {
	f, p := manyTenants(t, 30)
	if p.together.bar.Visible() {
		t.Error("the bar is there though nothing is marked")
	}
	search := hosttest.The[*kit.SearchEntry](f, f.Window.Content())
	search.SetText("customer-2") // 2, 20 … 29; 21, 24 and 27 are disabled
	f.Window.Canvas().Focus(search)
	f.TypeKeys(fyne.KeyDown)
	p.Grid.TypedShortcut(&fyne.ShortcutSelectAll{})
	if got := p.together.count.Text; got != "11 tenants marked" || !p.together.bar.Visible() {
		t.Fatalf("the bar says %q", got)
	}
	p.bulkButton(f, "Sync now").OnTapped()
	if !hosttest.Says(f.Top(), "Sync 8 tenants now?") || !strings.Contains(strings.Join(hosttest.Texts(f.Top()), " "), "3 marked tenants are disabled") {
		t.Errorf("the question is %q", hosttest.Texts(f.Top()))
	}
	f.Press("Sync now")
	if len(f.Recorder.Synced) != 8 {
		t.Errorf("%d tenants are synced", len(f.Recorder.Synced))
	}
	p.bulkButton(f, "Disable").OnTapped()
	f.Press("Cancel")
	if got := disabledOnes(f); got != 10 {
		t.Errorf("after Cancel %d are disabled", got)
	}
	p.bulkButton(f, "Disable").OnTapped()
	if !hosttest.Says(f.Top(), "Disable 8 tenants?") {
		t.Errorf("the question is %q", hosttest.Texts(f.Top()))
	}
	f.Press("Disable")
	if got := disabledOnes(f); got != 18 || !strings.Contains(f.Toasted(), "8 tenants disabled") {
		t.Errorf("%d are disabled; the toasts say %q", got, f.Toasted())
	}
	if !p.bulkButton(f, "Sync now").Disabled() || !p.bulkButton(f, "Disable").Disabled() {
		t.Error("disabled tenants can be synced, or disabled again")
	}
	p.bulkButton(f, "Enable").OnTapped()
	f.Press("Enable")
	if got := disabledOnes(f); got != 7 || !strings.Contains(f.Toasted(), "11 tenants enabled") {
		t.Errorf("%d are disabled; the toasts say %q", got, f.Toasted())
	}
	p.Escape()
	if p.together.bar.Visible() {
		t.Error("Escape leaves the bar there")
	}
}

// What can't be changed is told, beside how many were.
func TestChangingTenantsTogetherTellsWhatFailed(t *testing.T) {
	f, p := manyTenants(t, 3)
	p.Grid.MarkAll(true)
	p.bulkButton(f, "Disable").OnTapped()
	f.Must(f.Store.RemoveTenant(t.Context(), f.Tenant("alpha").Key)) // by another process
	f.Press("Disable")
	if told := f.Toasted(); !strings.Contains(told, "3 tenants disabled") || !strings.Contains(told, "1 tenant stayed as it was.") {
		t.Errorf("the toasts say %q", told)
	}
}

// TestChangingNoTenantIsNoSuccess: where none could be changed, only what failed is told.
func TestChangingNoTenantIsNoSuccess(t *testing.T) {
	f, p := manyTenants(t, 0)
	p.Grid.MarkAll(true)
	p.bulkButton(f, "Disable").OnTapped()
	for _, tenant := range p.Grid.Marked() {
		f.Must(f.Store.RemoveTenant(t.Context(), tenant.Key)) // by another process
	}
	f.Press("Disable")
	if told := f.Toasted(); strings.Contains(told, "disabled") {
		t.Errorf("the toasts say %q", told)
	}
}
