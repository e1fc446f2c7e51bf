package store

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/sqlite"
)

// TenantSize counts what removing a tenant would remove: Objects are all rows, those
// of deleted objects and of ids that links name, too; Shown those that a person counts.
type TenantSize struct{ Objects, Changes, HistoryRows, Shown int64 }

// Size counts what is kept of a tenant.
func (s *Store) Size(ctx context.Context, key int64) (TenantSize, error) {
	var n TenantSize
	err := s.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM objects WHERE tenant = ?1),
		(SELECT count(*) FROM changes WHERE tenant = ?1), (SELECT count(*) FROM class_runs WHERE tenant = ?1),
		(SELECT coalesce(sum(total), 0) FROM tenant_classes WHERE tenant = ?1)`, key).
		Scan(&n.Objects, &n.Changes, &n.HistoryRows, &n.Shown)
	return n, trouble("counting failed", err)
}

// errEmpty ends the slices: nothing is left to remove.
var errEmpty = say.Errorf("nothing left to remove")

// RemoveTenant removes a tenant with all that was synced for it, in slices, so
// that other tenants' syncs go on between them. At once the tenant is hidden
// and its name free. Interrupted, it is one of [Store.Removing].
func (s *Store) RemoveTenant(ctx context.Context, key int64) error {
	if err := s.BeginRemoval(ctx, key); err != nil {
		return err
	}
	return s.EndRemoval(ctx, key)
}

// BeginRemoval hides a tenant, for ever, and stops its sync at the next page.
func (s *Store) BeginRemoval(ctx context.Context, key int64) error {
	return s.setUp(ctx, "removing the tenant failed", func(t *tx) error {
		return t.all(key, "UPDATE tenants SET removing = 1, enabled = 0 WHERE tenant = ?1")
	})
}

// Removing are the tenants whose removal has begun and has not ended: it goes on,
// or was interrupted.
func (s *Store) Removing(ctx context.Context) ([]entra.Tenant, error) {
	tenants, err := s.tenants(ctx, "t.removing")
	for i := range tenants {
		tenants[i].LastSyncStatus = entra.Removing
	}
	return tenants, err
}

// endRemovals ends all removals that have begun, beside whoever is at it.
func (s *Store) endRemovals(ctx context.Context) error {
	tenants, err := s.Removing(ctx)
	for _, t := range tenants {
		if err == nil {
			err = s.EndRemoval(ctx, t.Key)
		}
	}
	return err
}

// here proves that a tenant was not removed under the one who works for it.
func (t *tx) here(tenant int64) error {
	var there bool
	if _, err := t.row("SELECT NOT removing FROM tenants WHERE tenant = ?", []any{tenant}, &there); err != nil || there {
		return err
	}
	return errRemoved()
}

func errRemoved() error {
	return &entra.Error{Code: entra.CodeRemoved, What: "the sync was stopped", Why: "the tenant was removed", Remedy: "add it again to sync it anew"}
}

// Wanted proves that a tenant is still to be synced: that nobody disabled or
// removed it, in this process or another.
func (s *Store) Wanted(ctx context.Context, tenant int64) error {
	var enabled, removing bool
	err := s.read.QueryRowContext(ctx, "SELECT enabled, removing FROM tenants WHERE tenant = ?", tenant).Scan(&enabled, &removing)
	if isNoRows(err) {
		return errRemoved()
	}
	if err != nil {
		return trouble("reading the tenants failed", err)
	}
	return wanted(enabled, removing)
}

func wanted(enabled, removing bool) error {
	switch {
	case removing:
		return errRemoved()
	case !enabled:
		return &entra.Error{Code: entra.CodeDisabled, What: "the sync was stopped", Why: "the tenant was disabled", Remedy: "enable it to go on where it stopped"}
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
		"DELETE FROM odd WHERE tenant = ?1 AND (class, id) IN (SELECT class, id FROM odd WHERE tenant = ?1 LIMIT ?2)",
		"DELETE FROM changes WHERE change IN (SELECT change FROM changes WHERE tenant = ?1 LIMIT ?2)",
		"DELETE FROM audit_targets WHERE audit IN (SELECT audit FROM audits WHERE tenant = ?1 ORDER BY ours LIMIT ?2 / 4)",
		"DELETE FROM audits WHERE audit IN (SELECT audit FROM audits WHERE tenant = ?1 ORDER BY ours LIMIT ?2 / 4)",
		`DELETE FROM links NOT INDEXED WHERE (source, relation, target, since) IN (SELECT source, relation, target, since FROM links WHERE source IN ` + objects + " LIMIT ?2)",
		"DELETE FROM asked WHERE object IN " + objects,
		"DELETE FROM filter_marks WHERE object IN " + objects,
		"DELETE FROM objects WHERE object IN " + objects,
		"DELETE FROM class_runs WHERE class_run IN (SELECT class_run FROM class_runs WHERE tenant = ?1 LIMIT ?2)",
		"DELETE FROM runs WHERE run IN (SELECT run FROM runs WHERE tenant = ?1 AND run NOT IN (SELECT run FROM class_runs WHERE tenant = ?1) LIMIT ?2)",
	}
}()

// EndRemoval ends the removal of a tenant, from where it stands. Two may be at it.
func (s *Store) EndRemoval(ctx context.Context, key int64) error {
	for {
		err := s.tx(ctx, "removing the tenant failed", func(t *tx) error {
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
	err := s.tx(ctx, "removing the tenant failed", func(t *tx) error {
		for _, q := range []string{
			"DELETE FROM held WHERE tenant = ?1", "DELETE FROM held_links WHERE tenant = ?1", "DELETE FROM pauses WHERE tenant = ?1", "DELETE FROM verifications WHERE tenant = ?1", "DELETE FROM audit_actors WHERE tenant = ?1", "DELETE FROM audit_reads WHERE tenant = ?1",
			"UPDATE rounds SET over = 1 WHERE tenant = ?1",
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
	return trouble("removing the tenant failed", s.write.truncate(ctx))
}

// withoutRemovals makes a copy that holds nothing of a tenant that is being
// removed: those removals are ended first, and the copy is made anew where one began
// meanwhile.
func (s *Store) withoutRemovals(ctx context.Context, file string, copied func() error) error {
	for {
		if err := errors.Join(s.endRemovals(ctx), ctx.Err()); err != nil {
			return err
		}
		if err := copied(); err != nil {
			return err
		}
		var one int
		found, err := lookInto(ctx, file, &one, "SELECT 1 FROM tenants WHERE removing LIMIT 1")
		if err != nil || !found {
			return trouble("writing the backup failed", err)
		}
	}
}

// lookInto asks a copy of the database for one value, without touching it.
func lookInto(ctx context.Context, file string, into any, query string, args ...any) (bool, error) {
	db := sqlite.Pool(file, "mode=ro&immutable=1&_query_only=on")
	err := db.QueryRowContext(ctx, query, args...).Scan(into)
	if isNoRows(err) {
		return false, db.Close()
	}
	return err == nil, errors.Join(err, db.Close())
}

// CopiesOf are the files in the data folder, moved aside or made before a new
// schema, that still hold a tenant, or that can't be looked into.
func (s *Store) CopiesOf(ctx context.Context, t entra.Tenant) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(s.dir, FileName+".*"))
	var out []string
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || !info.Mode().IsRegular() || strings.HasSuffix(file, "-wal") || strings.HasSuffix(file, "-shm") {
			continue
		}
		if holdsTenant(ctx, file, t) {
			out = append(out, file)
		}
	}
	return out, trouble("looking for copies failed", err)
}

// holdsTenant looks into a copy without touching it. Pages that only its log has,
// as a program that was killed leaves them, are not looked at: it may hold anybody.
func holdsTenant(ctx context.Context, file string, t entra.Tenant) bool {
	if log, err := os.Stat(file + "-wal"); err == nil && log.Size() > 0 {
		return true
	}
	header := make([]byte, len(sqliteHeader))
	f, err := os.Open(file)
	if err != nil {
		return true
	}
	defer f.Close()
	if _, err := io.ReadFull(f, header); err != nil || string(header) != sqliteHeader {
		return false
	}
	var one int
	found, err := lookInto(ctx, file, &one, "SELECT 1 FROM tenants WHERE name = ? OR tenant_id = ? LIMIT 1", t.Name, t.TenantID)
	return found || err != nil
}

const sqliteHeader = "SQLite format 3\x00"
