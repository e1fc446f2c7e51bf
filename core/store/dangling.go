package store

import (
	"context"

	"github.com/entraidsync/entraidsync/core/entra"
)

// mostTries is how many sync runs ask Graph for an object that it does not have.
const mostTries = 3

// dangle keeps the id of an object that a delta named and that a GET did not
// find: it may have gone again, or Graph's answer lagged behind.
func (a *applier) dangle(id string, old row) error {
	if old.found {
		return nil
	}
	_, err := a.exec("INSERT INTO objects (tenant, class, space, id, state, first_seen, last_changed) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?5)", a.r.Tenant, a.r.class, old.space, id, a.now)
	return err
}

// Dangling names objects of a class that are only known by their id, because a
// link or a delta named them but no page told them: they lag, or are
// soft-deleted since before the first scan. At most limit, each in at most three
// runs.
func (s *Store) Dangling(ctx context.Context, tenant int64, class entra.Class, limit int) ([]string, error) {
	var ids []string
	scan := func(row scanner) (id string, err error) { return id, row.Scan(&id) }
	for id, err := range stream(ctx, s.read, scan, query{"reading the objects", `SELECT o.id FROM objects o LEFT JOIN asked a USING (object)
		WHERE o.tenant = ? AND o.class = (SELECT class FROM classes WHERE name = ?) AND o.state = 0 AND coalesce(a.tries, 0) < ? LIMIT ?`,
		[]any{tenant, class.Name, mostTries, limit}}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// AskedInVain counts that Graph did not have these objects.
func (s *Store) AskedInVain(ctx context.Context, tenant int64, class entra.Class, ids []string) error {
	return s.tx(ctx, "noting what is missing", func(t *tx) error {
		for _, id := range ids {
			if _, err := t.exec(`INSERT INTO asked (object, tries) SELECT object, 1 FROM objects
				WHERE tenant = ? AND id = ? AND class = (SELECT class FROM classes WHERE name = ?)
				ON CONFLICT DO UPDATE SET tries = tries + 1`, tenant, id, class.Name); err != nil {
				return err
			}
		}
		return nil
	})
}
