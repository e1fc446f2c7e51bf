package access

import (
	"context"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
	"github.com/entraidsync/entraidsync/ui/labels"
)

// Newest are the newest history rows of a tenant's streams, one each: what the overview
// and the tenant's page tell of them is the same.
func Newest(ctx context.Context, h *host.Host, tenant int64) (rows []entra.ClassRun, err error) {
	seen := map[string]bool{}
	for r, err := range h.Store.History(ctx, tenant, store.HistoryQuery{Range: store.Range{Limit: 3 * len(entra.Classes())}}) {
		if err != nil {
			return nil, err
		}
		if !seen[r.Stream()] {
			seen[r.Stream()] = true
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// Causes are why a tenant needs attention: what it waits for, else what its last sync
// met; nil where nothing is wrong. Why the vault is locked stands over every page.
func Causes(h *host.Host, t entra.Tenant, newest []entra.ClassRun) []labels.Cause {
	a := h.Engine.Activity(t.Key)
	switch {
	case !t.Enabled:
		return nil
	case a.Trouble != nil && a.Trouble.Code == entra.CodeVaultLocked:
		return []labels.Cause{{Trouble: &entra.Error{Code: entra.CodeVaultLocked, What: "the sync waits for the vault to be unlocked"}}}
	case a.Trouble != nil:
		return []labels.Cause{{Trouble: a.Trouble}}
	case a.Untold != nil:
		return []labels.Cause{{Trouble: a.Untold, Failed: true}}
	}
	return labels.Standing(t, labels.Causes(t, newest))
}
