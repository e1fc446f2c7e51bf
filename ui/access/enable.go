package access

import (
	"context"

	"fyne.io/fyne/v2/lang"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/table"
	apptheme "github.com/entraidsync/entraidsync/ui/theme"
)

// Enable lets a disabled tenant be synced again, then does what comes next.
func Enable(h *host.Host, t entra.Tenant, next func()) {
	on := true
	h.Act(func(ctx context.Context) error {
		return h.Engine.SetTenant(ctx, t.Key, store.TenantChange{Enabled: &on})
	}, func(err error) {
		if err != nil {
			h.Failed(err)
			return
		}
		h.Succeeded(lang.L("{{.Name}} is enabled", map[string]any{"Name": t.Label()}), lang.L("It is synced now, and from then on at its interval."))
		h.Changed()
		next()
	})
}

// DisabledState says in place of rows that a tenant was never synced because it is disabled.
func DisabledState(h *host.Host, t entra.Tenant) table.State {
	return table.State{Icon: apptheme.Signs().Off, Title: lang.L("Not synced yet"), Text: lang.L("This tenant is disabled: it is synced once it is enabled."),
		Action: lang.L("Enable"), Do: func() { Enable(h, t, func() {}) }}
}
