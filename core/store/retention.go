package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store/audits"
)

// Retention is for how many days what is past is kept; 0: for ever.
type Retention struct {
	Changes int // what changed, and links that ended: how far back "as of" reaches
	History int // rows of the sync history
	Deleted int // what deleted objects were like
}

// DefaultRetention is what is kept where nobody has said otherwise.
var DefaultRetention = Retention{Changes: 365, History: 365, Deleted: 90}

// mostDays bounds a retention: more is for ever.
const mostDays = 36_500

// parts are the settings of a retention by their names.
func (r *Retention) parts() map[string]*int {
	return map[string]*int{"retention/changes": &r.Changes, "retention/history": &r.History, "retention/deleted": &r.Deleted}
}

// Retention reads for how long what is past is kept.
func (s *Store) Retention(ctx context.Context) (Retention, error) {
	r := DefaultRetention
	for name, days := range r.parts() {
		text, err := s.Setting(ctx, name)
		if err != nil {
			return r, err
		}
		if n, err := strconv.Atoi(text); err == nil && n >= 0 && n <= mostDays {
			*days = n
		}
	}
	return r, nil
}

// SetRetention sets it. What is past its time goes with the next sync of its tenant.
func (s *Store) SetRetention(ctx context.Context, r Retention) error {
	for _, days := range r.parts() {
		if *days < 0 || *days > mostDays {
			return entra.Invalid("the retention can't be set", say.With("%d {day is|days are} none", *days), say.With("give 1 to %d {day|days}, or keep it for ever", mostDays))
		}
	}
	return s.setUp(ctx, "saving the retention failed", func(t *tx) error {
		for name, days := range r.parts() {
			if _, err := t.exec("INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, strconv.Itoa(*days)); err != nil {
				return err
			}
		}
		return nil
	})
}

// before is the beginning of the day until which something is no longer kept; 0: it is
// kept for ever.
func (s *Store) before(days int) int64 {
	if days == 0 {
		return 0
	}
	return s.now().UTC().AddDate(0, 0, -days).Truncate(24 * time.Hour).UnixMilli()
}

// Overdue counts what a retention takes away.
type Overdue struct {
	Changes int64 // what changed, and links that ended
	History int64 // rows of the sync history
	Deleted int64 // objects whose properties go
}

// Any tells whether it takes anything away.
func (o Overdue) Any() bool { return o.Changes+o.History+o.Deleted > 0 }

// Overdue counts, of all tenants, what would be taken away now if what is past were
// kept for so long. It goes over all links, which takes a second or more of millions.
func (s *Store) Overdue(ctx context.Context, r Retention) (out Overdue, err error) {
	for _, c := range []struct {
		until int64
		what  string
		into  *int64
	}{
		{s.before(r.Changes), "SELECT coalesce(sum((SELECT count(*) FROM changes c WHERE c.tenant = t.tenant AND c.time < ?1)), 0) + (SELECT count(*) FROM links WHERE until < ?1) FROM tenants t", &out.Changes},
		{s.before(r.History), "SELECT count(*) FROM class_runs r WHERE started < ?1 AND ended IS NOT NULL AND " + notLast, &out.History},
		{s.before(r.Deleted), "SELECT count(*) FROM tenant_classes tc JOIN objects o ON o.tenant = tc.tenant AND o.class = tc.class AND o.state = 2 WHERE o.last_changed < ?1", &out.Deleted},
	} {
		if c.until == 0 {
			continue
		}
		if err := s.read.QueryRowContext(ctx, c.what, c.until).Scan(c.into); err != nil {
			return out, trouble("counting failed", err)
		}
	}
	return out, nil
}

// notLast asks that a row of the history (r) is not that of its stream's last completed
// sync, which stays.
const notLast = "NOT EXISTS (SELECT 1 FROM streams s WHERE s.tenant = r.tenant AND s.class = r.class AND s.completed = r.started)"

// pruning takes away what is past its time, a turn at a time: ?1 the tenant, ?2 the
// time until which it goes, ?3 how many rows.
type pruning struct {
	until int64
	what  string
	told  bool // what may be said of the past ends there
}

// Prune takes away of a tenant what is past its retention, in short turns, so that
// syncs go on between them. It may be stopped at any time, and goes by whole days: most
// calls find nothing to do.
func (s *Store) Prune(ctx context.Context, tenant int64) error {
	r, err := s.Retention(ctx)
	if err != nil || s.Writable() != nil {
		return err
	}
	mark, done := fmt.Sprintf("pruned/%d", tenant), fmt.Sprint(s.before(r.Changes), s.before(r.History), s.before(r.Deleted))
	if last, err := s.Setting(ctx, mark); err != nil || last == done {
		return err
	}
	prunings := []pruning{
		{s.before(r.Changes), "DELETE FROM changes WHERE change IN (SELECT change FROM changes WHERE tenant = ?1 AND time < ?2 LIMIT ?3)", true},
		{s.before(r.History), `DELETE FROM class_runs WHERE class_run IN (SELECT class_run FROM class_runs r WHERE tenant = ?1 AND started < ?2 AND ended IS NOT NULL
			AND ` + notLast + ` LIMIT ?3)`, false},
		{s.before(r.History), `DELETE FROM runs WHERE run IN (SELECT run FROM runs WHERE tenant = ?1 AND started < ?2 AND ended IS NOT NULL
			AND run NOT IN (SELECT run FROM class_runs WHERE tenant = ?1) AND run < (SELECT max(run) FROM runs WHERE tenant = ?1) LIMIT ?3)`, false},
	}
	for _, what := range audits.Prunings { // as long as the changes that they tell of
		prunings = append(prunings, pruning{s.before(r.Changes), what, false})
	}
	for _, p := range prunings {
		if err := s.pruneAll(ctx, tenant, p); err != nil {
			return err
		}
	}
	if err := s.pruneByObjects(ctx, tenant, s.before(r.Changes)); err != nil {
		return err
	}
	if err := s.forgetDeleted(ctx, tenant, s.before(r.Deleted)); err != nil {
		return err
	}
	return s.SetSetting(ctx, mark, done)
}

// pruneAll takes turns until nothing is left.
func (s *Store) pruneAll(ctx context.Context, tenant int64, p pruning) error {
	for more := p.until > 0; more; {
		err := s.tx(ctx, "taking away what is past its time failed", func(t *tx) error {
			n, err := t.exec(p.what, tenant, p.until, turnRows)
			more = n > 0
			if err == nil && n > 0 && p.told {
				err = t.prunedAt(tenant, p.until)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// objectsATurn is how many keys of objects a turn goes over whose links are looked at.
const objectsATurn = 20_000

// pruneByObjects takes away links that ended, and notes of filters, before a time: they
// have no order by it, so that it goes over all.
func (s *Store) pruneByObjects(ctx context.Context, tenant, until int64) error {
	var last int64
	if err := s.read.QueryRowContext(ctx, "SELECT coalesce(max(object), 0) FROM objects").Scan(&last); err != nil || until == 0 {
		return trouble("reading the objects failed", err)
	}
	for from := int64(0); from <= last; from += objectsATurn {
		err := s.tx(ctx, "taking away what is past its time failed", func(t *tx) error {
			n, err := t.exec(`DELETE FROM links WHERE source > ?2 AND source <= ?3 AND until < ?4
				AND (SELECT tenant FROM objects o WHERE o.object = links.source) = ?1`, tenant, from, from+objectsATurn, until)
			if err != nil {
				return err
			}
			if n > 0 {
				if err := t.prunedAt(tenant, until); err != nil {
					return err
				}
			}
			_, err = t.exec(`DELETE FROM filter_marks WHERE object > ?2 AND object <= ?3 AND time < ?4
				AND (SELECT tenant FROM objects o WHERE o.object = filter_marks.object) = ?1`, tenant, from, from+objectsATurn, until)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetDeleted erases what deleted objects were like, and then takes away those that
// nothing names any more. The last key of all stays: SQLite would give it to another
// object, and the search index may still know it.
func (s *Store) forgetDeleted(ctx context.Context, tenant, until int64) error {
	const some = `SELECT object FROM objects WHERE tenant = ?1 AND class IN (SELECT class FROM tenant_classes WHERE tenant = ?1) AND state = `
	for more := until > 0; more; {
		err := s.tx(ctx, "forgetting deleted objects failed", func(t *tx) error {
			list := some + "2 AND last_changed < ?2 LIMIT ?3"
			for _, side := range []string{"source", "target"} {
				if _, err := t.exec("UPDATE links SET until = max(?4, since), round = 0 WHERE "+side+" IN ("+list+") AND until IS NULL", tenant, until, turnRows/4, t.now); err != nil {
					return err
				}
			}
			erased, err := t.exec("UPDATE objects SET state = 4, properties = '[]', last_changed = ?4 WHERE object IN ("+list+")", tenant, until, turnRows/4, t.now)
			if err != nil {
				return err
			}
			gone, err := t.exec("DELETE FROM objects WHERE object IN ("+some+`4 AND last_changed < ?2 AND object < (SELECT max(object) FROM objects)
				AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.object = objects.object) AND NOT EXISTS (SELECT 1 FROM changes c WHERE c.target = objects.object AND c.target IS NOT NULL)
				AND NOT EXISTS (SELECT 1 FROM links l WHERE l.source = objects.object) AND NOT EXISTS (SELECT 1 FROM links l WHERE l.target = objects.object)
				AND NOT EXISTS (SELECT 1 FROM filter_marks f WHERE f.object = objects.object) LIMIT ?3)`, tenant, until, turnRows/4)
			more = erased+gone > 0
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
