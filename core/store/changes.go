package store

import (
	"context"
	"database/sql"
	"iter"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// ChangeQuery says which changes of a tenant are wanted.
type ChangeQuery struct {
	Class string
	ID    string // of one object and its links
	Since time.Time
	Range
}

// Changes gives the changes of a tenant, oldest first.
func (s *Store) Changes(ctx context.Context, tenant int64, q ChangeQuery) iter.Seq2[entra.Change, error] {
	where, args := " WHERE x.tenant = ?1", []any{tenant}
	if q.ID != "" { // the plus: they are found by their object, not among all of the tenant's
		where, args = " WHERE +x.tenant = ?1 AND x.object IN (SELECT object FROM objects WHERE tenant = ?1 AND id = ?2)", append(args, entra.CanonicalID(q.ID))
	}
	if q.Class != "" {
		where, args = where+" AND c.name = ?", append(args, q.Class)
	}
	if !q.Since.IsZero() {
		where, args = where+" AND x.time >= ?", append(args, q.Since.UnixMilli())
	}
	return stream(ctx, s.read, scanChange, query{"reading the changes", `
		SELECT x.change, x.time, x.not_before, c.name, o.id, x.kind, x.display_name, x.before, x.after,
		       r.name, m.id, mc.name, coalesce(m.properties ->> '$[0]', d.before ->> '$.displayName')
		FROM changes x JOIN classes c ON c.class = x.class JOIN objects o ON o.object = x.object
		LEFT JOIN relations r ON r.relation = x.relation LEFT JOIN objects m ON m.object = x.target LEFT JOIN classes mc ON mc.class = m.class
		LEFT JOIN changes d ON d.change = (SELECT max(change) FROM changes WHERE object = m.object AND kind = 'deleted' AND m.state = 4)` +
		where + " ORDER BY x.time, x.change LIMIT ? OFFSET ?", append(args, q.limit(), q.Offset)})
}

func scanChange(row scanner) (entra.Change, error) {
	var x entra.Change
	var when, notBefore sql.NullInt64
	var relation, target, class, name sql.NullString
	err := row.Scan(&x.Key, &when, &notBefore, &x.Class, &x.ID, &x.Kind, &x.DisplayName, &x.Before, &x.After, &relation, &target, &class, &name)
	x.Time, x.NotBefore = fromMillis(when), fromMillis(notBefore)
	if err != nil || !target.Valid {
		return x, err
	}
	x.Relation, x.Target = relation.String, &entra.LinkEnd{Class: class.String, ID: target.String, Name: name.String}
	return x, nil
}

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
