package store

import (
	"context"
	"database/sql"

	"github.com/entraidsync/entraidsync/core/entra"
)

// RecentChange is a change and the tenant that it is of.
type RecentChange struct {
	Tenant int64
	entra.Change
}

// RecentChanges gives the newest changes of all tenants, newest first, without
// what was before and after.
func (s *Store) RecentChanges(ctx context.Context, limit int) ([]RecentChange, error) {
	scan := func(row scanner) (RecentChange, error) {
		var x RecentChange
		var when sql.NullInt64
		err := row.Scan(&x.Key, &x.Tenant, &when, &x.Class, &x.ID, &x.Kind, &x.DisplayName)
		x.Time = fromMillis(when)
		return x, err
	}
	var out []RecentChange
	for x, err := range stream(ctx, s.read, scan, query{"reading the changes", `
		SELECT x.change, x.tenant, x.time, c.name, o.id, x.kind, x.display_name
		FROM changes x JOIN classes c ON c.class = x.class JOIN objects o ON o.object = x.object
		ORDER BY x.change DESC LIMIT ?`, []any{limit}}) {
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}
