package window

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/ui/access"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/phrase"
	"github.com/entraidsync/entraidsync/ui/toast"
)

// together are tenants whose sync was asked for at once: what became of all of them is
// told in one toast.
type together struct {
	asked   int
	waiting map[int64]bool
	ended   map[entra.Status]int
}

// SyncAll syncs all enabled tenants at once.
func (w *Window) SyncAll() {
	var keys []int64
	for _, t := range w.navigation.tenants {
		if t.Enabled {
			keys = append(keys, t.Key)
		}
	}
	access.SyncNow(w.host, keys...)
}

// SyncTenants syncs tenants at once, and sums up once all are through.
func (w *Window) SyncTenants(tenants []entra.Tenant) {
	t := &together{asked: len(tenants), waiting: map[int64]bool{}, ended: map[entra.Status]int{}}
	var keys []int64
	for _, one := range tenants {
		t.waiting[one.Key] = true
		keys = append(keys, one.Key)
	}
	w.together = t
	access.SyncNow(w.host, keys...)
}

// sumUp tells of the tenants that were asked for together, where all of them are through.
// Who is gone or was disabled meanwhile is not waited for.
func (w *Window) sumUp(tenants, synced []entra.Tenant) {
	t := w.together
	if t == nil {
		return
	}
	for _, one := range synced {
		if t.waiting[one.Key] {
			delete(t.waiting, one.Key)
			t.ended[one.LastSyncStatus]++
		}
	}
	for _, one := range tenants {
		if t.waiting[one.Key] && one.Enabled {
			return
		}
	}
	w.together = nil
	count := func(s ...entra.Status) (n int) {
		for _, status := range s {
			n += t.ended[status]
		}
		return n
	}
	told := toast.Toast{Kind: toast.Success, Action: lang.L("Open"), Do: func() { w.Open(host.To(host.Tenants)) }}
	var parts []string
	part := func(text string, n int) {
		if n > 0 {
			parts = append(parts, text+": "+phrase.Number(int64(n)))
		}
	}
	failed, warned := count(entra.Failed), count(entra.Warning, entra.Interrupted, entra.Cancelled)
	part(lang.L("succeeded"), count(entra.Succeeded))
	part(lang.L("with a warning"), warned)
	part(lang.L("failed"), failed)
	if failed+warned > 0 {
		told.Kind = toast.Warning
	}
	told.Title = lang.L(`{{.Count.Of "tenant" "tenants"}} synced`, map[string]any{"Count": phrase.Count(t.asked - len(t.waiting))})
	told.Text = strings.Join(parts, " · ")
	w.host.Toasts.Show(told)
}
