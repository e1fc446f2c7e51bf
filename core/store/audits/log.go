// Package audits keeps the tenants' logs of audits, and whom they name for which change. Which entry fits which change is
// not decided here: see package audit.
package audits

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store/rows"
)

// Log is what is kept of one tenant's log. The store makes it.
type Log struct {
	Tenant int64
	Read   rows.Queryer
	Now    func() time.Time
	// Write runs fn in one transaction, while the tenant is there.
	Write func(ctx context.Context, what say.Sentence, fn func(rows.Queryer, Exec) error) error
}

// Exec runs a statement and tells how many rows it touched.
type Exec func(query string, args ...any) (int64, error)

// Window tells how far the log is read, as whoever reads it keeps that; nil: not at all.
func (l *Log) Window(ctx context.Context) (window []byte, err error) {
	err = l.Read.QueryRowContext(ctx, "SELECT window FROM audit_reads WHERE tenant = ?", l.Tenant).Scan(&window)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return window, err
}

// Since is from when on changes are kept that entries may tell of; zero: there are none.
func (l *Log) Since(ctx context.Context) (time.Time, error) {
	var ms sql.NullInt64
	err := l.Read.QueryRowContext(ctx, "SELECT min(coalesce(not_before, time)) FROM (SELECT not_before, time FROM changes WHERE tenant = ? ORDER BY time LIMIT 1000)", l.Tenant).Scan(&ms)
	if err != nil || !ms.Valid {
		return time.Time{}, err
	}
	return time.UnixMilli(ms.Int64), nil
}

// Batch is a page of the log, and what is kept with it.
type Batch struct {
	Entries  []entra.Audit
	Ahead    time.Duration // Graph's clock before ours
	Window   []byte        // see [Log.Window]
	ClassRun int64         // the history row that counts them
	Time     time.Time     // when that is
}

// Put keeps entries that are not kept yet, and how far the log is read with them: both, or none.
func (l *Log) Put(ctx context.Context, b Batch) (news int64, err error) {
	err = l.Write(ctx, "storing the log of audits failed", func(db rows.Queryer, exec Exec) error {
		w := writing{ctx, l.Tenant, db, exec, map[string]int64{}}
		news = 0
		for _, e := range b.Entries {
			added, err := w.entry(e, b.Ahead)
			if err != nil {
				return err
			}
			news += added
		}
		if _, err := exec("UPDATE class_runs SET changed = changed + ?2 WHERE class_run = ?1", b.ClassRun, news); err != nil {
			return err
		}
		if _, err := exec("UPDATE streams SET full_scan = 0, baseline = 0, blocked = '', ask_again = 0, completed = ?3 WHERE tenant = ?1 AND class = (SELECT class FROM classes WHERE name = ?2)",
			l.Tenant, entra.Audits.Name, b.Time.UnixMilli()); err != nil {
			return err
		}
		_, err := exec("INSERT INTO audit_reads (tenant, window) VALUES (?1, ?2) ON CONFLICT (tenant) DO UPDATE SET window = excluded.window", l.Tenant, string(b.Window))
		return err
	})
	return news, err
}

// writing is one transaction that stores entries.
type writing struct {
	ctx    context.Context
	tenant int64
	db     rows.Queryer
	exec   Exec
	actors map[string]int64
}

// entry stores one, where it is not known.
func (w *writing) entry(e entra.Audit, ahead time.Duration) (added int64, err error) {
	var one int
	err = w.db.QueryRowContext(w.ctx, "SELECT 1 FROM audits WHERE tenant = ? AND id = ?", w.tenant, e.ID).Scan(&one)
	if !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	actor, err := w.actor(e.Actor)
	if err != nil {
		return 0, err
	}
	var key int64
	ours := e.Time.Add(-ahead).UnixMilli()
	if err := w.db.QueryRowContext(w.ctx, "INSERT INTO audits (tenant, id, time, ours, activity, correlation, actor) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING audit",
		w.tenant, e.ID, e.Time.UnixMilli(), ours, e.Activity, e.Correlation, actor).Scan(&key); err != nil {
		return 0, err
	}
	for _, t := range e.Targets {
		var changed any
		if t.Changed != nil {
			text, err := json.Marshal(t.Changed)
			if err != nil {
				return 0, err
			}
			changed = string(text)
		}
		if _, err := w.exec("INSERT INTO audit_targets (tenant, id, ours, audit, changed) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", w.tenant, t.ID, ours, key, changed); err != nil {
			return 0, err
		}
	}
	return 1, nil
}

// actor gives the key of who is named, under the name that was told last.
func (w *writing) actor(a entra.Actor) (key int64, err error) {
	known := string(a.Kind) + ":" + strings.ToLower(cmp.Or(a.ID, a.AppID, a.Name))
	if key, is := w.actors[known]; is {
		return key, nil
	}
	err = w.db.QueryRowContext(w.ctx, `INSERT INTO audit_actors (tenant, key, kind, id, app_id, name) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (tenant, key) DO UPDATE SET name = iif(excluded.name = '', name, excluded.name), app_id = iif(excluded.app_id = '', app_id, excluded.app_id) RETURNING actor`,
		w.tenant, known, string(a.Kind), a.ID, a.AppID, a.Name).Scan(&key)
	w.actors[known] = key
	return key, err
}

// Prunings take away entries from before a time, ?2, of a tenant, ?1, at most ?3 rows each: what they tell of is
// no longer kept. Who is named by nothing any more goes after them.
var Prunings = []string{
	"DELETE FROM audit_targets WHERE audit IN (SELECT audit FROM audits WHERE tenant = ?1 AND ours < ?2 ORDER BY ours LIMIT ?3 / 4)",
	"DELETE FROM audits WHERE audit IN (SELECT audit FROM audits WHERE tenant = ?1 AND ours < ?2 AND NOT EXISTS (SELECT 1 FROM audit_targets t WHERE t.audit = audits.audit) ORDER BY ours LIMIT ?3)",
	`DELETE FROM audit_actors WHERE actor IN (SELECT actor FROM audit_actors a WHERE tenant = ?1 AND ?2 > 0 AND actor NOT IN (SELECT actor FROM audits)
		AND NOT EXISTS (SELECT 1 FROM change_actors c WHERE c.actor = a.actor) LIMIT ?3)`,
}

// ActorsOf gives in SQL whom the log names for a change (x), as JSON; NULL: nobody.
const ActorsOf = `(SELECT json_group_array(json_object('kind', a.kind, 'id', a.id, 'app_id', a.app_id, 'name', a.name, 'known', ca.known))
	FROM change_actors ca JOIN audit_actors a USING (actor) WHERE ca.change = x.change HAVING count(*) > 0)`

// Nobody is asked for by who wants the changes that nobody is named for.
const Nobody = "nobody"

// By asks in SQL that a change (x) was made by somebody, or may have been: by an id, an app's id or a name, or one of
// several with | between them.
func By(who string) (condition string, args []any) {
	if strings.EqualFold(who, Nobody) {
		return "NOT EXISTS (SELECT 1 FROM change_actors ca WHERE ca.change = x.change)", nil
	}
	var ids []string
	for id := range strings.SplitSeq(who, "|") {
		ids = append(ids, strings.ToLower(entra.CanonicalID(strings.TrimSpace(id))))
	}
	list, _ := json.Marshal(ids) // texts alone
	return `x.change IN (SELECT ca.change FROM audit_actors a JOIN change_actors ca USING (actor)
		WHERE a.tenant = ?1 AND EXISTS (SELECT 1 FROM json_each(?) w WHERE w.value IN (lower(a.id), lower(a.app_id), fold(a.name))))`, []any{string(list)}
}

// Actors reads what [ActorsOf] gave into a change.
func Actors(text sql.NullString, c *entra.Change) error {
	if !text.Valid {
		return nil
	}
	var all []struct {
		entra.Actor
		Known int `json:"known"`
	}
	err := json.Unmarshal([]byte(text.String), &all)
	for _, a := range all {
		c.Actors = append(c.Actors, a.Actor)
		c.ActorKnown = a.Known == 1
	}
	return err
}
