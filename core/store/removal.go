package store

import (
	"context"
	"errors"
)

// TenantSize counts what removing a tenant would remove.
type TenantSize struct{ Objects, Changes, HistoryRows int64 }

// Size counts what is kept of a tenant.
func (s *Store) Size(ctx context.Context, key int64) (TenantSize, error) {
	var n TenantSize
	err := s.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM objects WHERE tenant = ?1),
		(SELECT count(*) FROM changes WHERE tenant = ?1), (SELECT count(*) FROM class_runs WHERE tenant = ?1)`, key).
		Scan(&n.Objects, &n.Changes, &n.HistoryRows)
	return n, trouble("counting", err)
}

// errEmpty ends the slices: nothing is left to remove.
var errEmpty = errors.New("nothing left to remove")

// RemoveTenant removes a tenant with all that was synced for it, in slices, so
// that other tenants' syncs go on between them. At once the tenant is hidden
// and its name free. Interrupted, it is carried on by [Store.RemoveRests].
func (s *Store) RemoveTenant(ctx context.Context, key int64) error {
	err := s.setUp(ctx, "removing the tenant", func(t *tx) error {
		return t.all(key, "UPDATE tenants SET removing = 1, enabled = 0, tenant_id = NULL, name = '#' || tenant WHERE tenant = ?1")
	})
	if err != nil {
		return err
	}
	return s.removeSlices(ctx, key)
}

// RemoveRests carries on removals that were interrupted.
func (s *Store) RemoveRests(ctx context.Context) error {
	rows, err := s.read.QueryContext(ctx, "SELECT tenant FROM tenants WHERE removing")
	if err != nil {
		return trouble("reading the tenants", err)
	}
	var keys []int64
	for rows.Next() {
		var key int64
		if err := rows.Scan(&key); err != nil {
			return errors.Join(trouble("reading the tenants", err), rows.Close())
		}
		keys = append(keys, key)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return trouble("reading the tenants", err)
	}
	for _, key := range keys {
		if err := s.removeSlices(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// turnRows is about how many rows a turn of a removal takes away: as many as keep
// others waiting for less than they would notice.
const turnRows = 2000

// removals take away what belongs to a tenant, ?1, at most ?2 rows each. One is
// over before the next begins: no object goes before what refers to it.
var removals = func() []string {
	const segment = "(SELECT min(segment) FROM search_segments WHERE tenant = ?1)"
	// As the index has them: to sort them would read them all for each turn.
	const objects = "(SELECT object FROM objects WHERE tenant = ?1 ORDER BY class, state, object LIMIT ?2 / 4)"
	return []string{
		"DELETE FROM search_grams WHERE chunk IN (SELECT chunk FROM search_grams WHERE chunk BETWEEN " + segment + " << 24 AND ((" + segment + " + 1) << 24) - 1 LIMIT ?2)",
		"DELETE FROM search_segments WHERE segment IN (SELECT min(segment) FROM search_segments WHERE tenant = ?1 LIMIT ?2)",
		"DELETE FROM search_pending WHERE tenant = ?1 AND (class, object) IN (SELECT class, object FROM search_pending WHERE tenant = ?1 LIMIT ?2)",
		"DELETE FROM search_erased WHERE tenant = ?1 AND (class, object) IN (SELECT class, object FROM search_erased WHERE tenant = ?1 LIMIT ?2)",
		"DELETE FROM pending_links WHERE pending IN (SELECT pending FROM pending_links WHERE round IN (SELECT round FROM rounds WHERE tenant = ?1) LIMIT ?2)",
		"DELETE FROM changes WHERE change IN (SELECT change FROM changes WHERE tenant = ?1 LIMIT ?2)",
		`DELETE FROM links NOT INDEXED WHERE (source, relation, target, since) IN (SELECT source, relation, target, since FROM links WHERE source IN ` + objects + " LIMIT ?2)",
		"DELETE FROM asked WHERE object IN " + objects,
		"DELETE FROM objects WHERE object IN " + objects,
		"DELETE FROM class_runs WHERE class_run IN (SELECT class_run FROM class_runs WHERE tenant = ?1 LIMIT ?2)",
		"DELETE FROM runs WHERE run IN (SELECT run FROM runs WHERE tenant = ?1 AND run NOT IN (SELECT run FROM class_runs WHERE tenant = ?1) LIMIT ?2)",
	}
}()

func (s *Store) removeSlices(ctx context.Context, key int64) error {
	for {
		err := s.tx(ctx, "removing the tenant", func(t *tx) error {
			removed := int64(0)
			for _, q := range removals {
				n, err := t.exec(q, key, turnRows)
				if err != nil {
					return err
				}
				if removed += n; removed >= turnRows/4 {
					return nil
				}
			}
			if removed > 0 {
				return nil
			}
			return errEmpty
		})
		if errors.Is(err, errEmpty) {
			break
		}
		if err != nil {
			return err
		}
	}
	return s.removeLast(ctx, key)
}

// removeLast removes the tenant's own rows and takes the erased data out of
// the log file, too.
func (s *Store) removeLast(ctx context.Context, key int64) error {
	err := s.tx(ctx, "removing the tenant", func(t *tx) error {
		for _, q := range []string{
			"DELETE FROM held WHERE tenant = ?1", "DELETE FROM pauses WHERE tenant = ?1", "UPDATE rounds SET over = 1 WHERE tenant = ?1",
			"DELETE FROM class_epochs WHERE tenant = ?1", "DELETE FROM streams WHERE tenant = ?1", "DELETE FROM tenant_classes WHERE tenant = ?1", "DELETE FROM tenants WHERE tenant = ?1",
		} {
			if err := t.all(key, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return trouble("removing the tenant", s.write.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"))
}
