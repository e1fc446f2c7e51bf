package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// Unread is an object of a page that is not held, so that it must be read whole
// by GET before the page is applied: a delta tells "at least" what changed.
type Unread struct {
	ID       string
	Filtered bool // the filter left it out so far; of a group the members are missing, too
}

// Unread names the objects of a page that must be read whole. Nearly all of a
// page's are held, so the database is asked once, for those that are not.
func (s *Store) Unread(ctx context.Context, r *Pass, part int, p *entra.Page) ([]Unread, error) {
	if r.lists(part) || r.tellsLinks(part) {
		return nil, nil
	}
	var out []Unread
	if r.Kind == Scan {
		bare, err := s.bare(ctx, r, p)
		if err != nil {
			return nil, err
		}
		if again, err := s.mayComeAgain(ctx, r); err != nil || !again {
			return bare, err
		}
		out = bare
	}
	ids, err := presentIDs(p, nil)
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT named.value, coalesce(state, 0), EXISTS (SELECT 1 FROM seen WHERE round = ? AND seen.object = o.object)
		FROM json_each(?) named LEFT JOIN objects o ON o.tenant = ? AND o.id = named.value AND o.class = ?
		WHERE state IS NULL OR state NOT IN (1, 2)`, r.Key, ids, r.Tenant, r.class)
	if err != nil {
		return nil, trouble("reading the objects failed", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var state entra.State
		var seen bool
		if err := rows.Scan(&id, &state, &seen); err != nil {
			return nil, trouble("reading the objects failed", err)
		}
		seen = seen || (r.fresh && state != entra.Unseen)
		if r.Kind != Scan || seen {
			out = append(out, Unread{id, state == entra.Filtered})
		}
	}
	return out, trouble("reading the objects failed", rows.Err())
}

// bare names the objects of a full scan's page that it sees for the first time and of
// which the page tells no property: it is no page of those that lead here.
func (s *Store) bare(ctx context.Context, r *Pass, p *entra.Page) (out []Unread, err error) {
	isBare := func(o entra.Object) bool { return len(o.Properties) == 0 && o.Removed == entra.NotRemoved }
	if !slices.ContainsFunc(p.Objects, isBare) {
		return nil, nil
	}
	ids, err := presentIDs(p, isBare)
	if err != nil {
		return nil, err
	}
	scan := func(row scanner) (u Unread, err error) { return u, row.Scan(&u.ID, &u.Filtered) }
	for u, err := range stream(ctx, s.read, scan, query{"reading the objects failed", `SELECT named.value, coalesce(o.state = 3, 0)
		FROM json_each(?1) named LEFT JOIN objects o ON o.tenant = ?2 AND o.id = named.value AND o.class = ?3
		WHERE CASE WHEN ?4 THEN coalesce(o.state, 0) = 0 ELSE NOT EXISTS (SELECT 1 FROM seen WHERE round = ?5 AND seen.object = o.object) END`,
		[]any{ids, r.Tenant, r.class, r.fresh, r.Key}}) {
		if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, nil
}

// mayComeAgain tells whether there is an object at all that a full scan has seen
// without keeping it. Its first sight told it whole, a later one may not.
func (s *Store) mayComeAgain(ctx context.Context, r *Pass) (again bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM objects o WHERE tenant = ?1 AND class = ?2 AND state IN (0, 3, 4)
		AND ((?3 AND state <> 0) OR EXISTS (SELECT 1 FROM seen WHERE round = ?4 AND seen.object = o.object)))`,
		r.Tenant, r.class, r.fresh, r.Key).Scan(&again)
	return again, trouble("reading the objects failed", err)
}

// presentIDs are the ids of the objects that a page tells of as present, as a
// JSON array; of some of them, or (nil) of all.
func presentIDs(p *entra.Page, some func(entra.Object) bool) (string, error) {
	ids := []string{}
	for _, o := range coalesce(p.Objects) {
		if o.Removed == entra.NotRemoved && (some == nil || some(o)) {
			ids = append(ids, o.ID)
		}
	}
	list, err := json.Marshal(ids)
	return string(list), err
}

// mostTries is how many sync runs ask Graph for an object that it does not have.
const mostTries = 3

// tombstone keeps the id of an object that was never held and that is deleted:
// links may name it, before or after, and are not in sight.
func (a *applier) tombstone(o entra.Object, old row) error {
	if !old.found {
		_, err := a.exec("INSERT INTO objects (tenant, class, space, id, state, first_seen, last_changed) VALUES (?1, ?2, ?3, ?4, 4, ?5, ?5)", a.r.Tenant, a.r.class, old.space, o.ID, a.now)
		return err
	}
	if _, err := a.exec("UPDATE objects SET state = 4 WHERE object = ?", old.key); err != nil {
		return err
	}
	if err := errors.Join(a.forget(old, true), a.forget(old, false)); err != nil || o.Removed == entra.SoftDeleted {
		return err
	}
	return a.endLinks(old)
}

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
// soft-deleted since before the first scan. At most limit, any of them, each in at
// most three runs.
func (s *Store) Dangling(ctx context.Context, tenant int64, class entra.Class, limit int) ([]string, error) {
	var ids []string
	scan := func(row scanner) (id string, err error) { return id, row.Scan(&id) }
	for id, err := range stream(ctx, s.read, scan, query{"reading the objects failed", `SELECT o.id FROM objects o LEFT JOIN asked a USING (object)
		WHERE o.tenant = ? AND o.class = (SELECT class FROM classes WHERE name = ?) AND o.state = 0 AND coalesce(a.tries, 0) < ? ORDER BY coalesce(a.tries, 0), random() LIMIT ?`,
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
	return s.tenantTx(ctx, "noting what is missing failed", tenant, func(t *tx) error {
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

// AllAskedInVain counts that for all objects of the class that are only known by
// their id: those that were asked for stand for the others, of which there may be
// a million.
func (s *Store) AllAskedInVain(ctx context.Context, tenant int64, class entra.Class) error {
	return s.tenantTx(ctx, "noting what is missing failed", tenant, func(t *tx) error {
		_, err := t.exec(`INSERT INTO asked (object, tries) SELECT object, 1 FROM objects
			WHERE tenant = ? AND class = (SELECT class FROM classes WHERE name = ?) AND state = 0
			ON CONFLICT DO UPDATE SET tries = tries + 1`, tenant, class.Name)
		return err
	})
}

// rescanPause is how often at most a class is scanned for entries that have no id.
const rescanPause = 24 * time.Hour

// KeepOdd keeps which objects of a page could not be taken as they stand, and
// whether it has entries that can't be asked for, for the lack of an id.
func (s *Store) KeepOdd(ctx context.Context, r *Pass, ids []string, lost bool) error {
	return s.tenantTx(ctx, "noting what is odd failed", r.Tenant, func(t *tx) error {
		for _, id := range ids {
			if _, err := t.exec(`INSERT INTO odd (tenant, class, id, class_run) VALUES (?, ?, ?, ?)
				ON CONFLICT DO UPDATE SET tries = 0, class_run = excluded.class_run`, r.Tenant, r.class, id, r.ClassRun); err != nil {
				return err
			}
		}
		if !lost {
			return nil
		}
		_, err := t.exec(`UPDATE streams SET rescan = CASE WHEN rescanned > 0 AND rescanned <= ?3 THEN rescanned + ?4 ELSE ?3 END
			WHERE tenant = ?1 AND class = ?2 AND relation = 0 AND rescan = 0`, r.Tenant, r.class, t.now, rescanPause.Milliseconds())
		return err
	})
}

// Odd names objects of a class that runs before this one could not take as they
// stood. At most limit, each in at most three runs.
func (s *Store) Odd(ctx context.Context, tenant int64, class entra.Class, classRun int64, limit int) ([]string, error) {
	var ids []string
	scan := func(row scanner) (id string, err error) { return id, row.Scan(&id) }
	for id, err := range stream(ctx, s.read, scan, query{"reading what is odd failed", `SELECT id FROM odd
		WHERE tenant = ? AND class = (SELECT class FROM classes WHERE name = ?) AND class_run <> ? AND tries < ? ORDER BY tries LIMIT ?`,
		[]any{tenant, class.Name, classRun, mostTries, limit}}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// ReadAgain keeps that objects were read again: those that are sound are odd no
// longer.
func (s *Store) ReadAgain(ctx context.Context, tenant int64, class entra.Class, sound map[string]bool) error {
	return s.tenantTx(ctx, "noting what is odd failed", tenant, func(t *tx) error {
		for id, sound := range sound {
			q := "UPDATE odd SET tries = tries + 1"
			if sound {
				q = "DELETE FROM odd"
			}
			if _, err := t.exec(q+" WHERE tenant = ? AND class = (SELECT class FROM classes WHERE name = ?) AND id = ?", tenant, class.Name, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Rescan asks for the full scan that is due because entries without an id were lost.
func (s *Store) Rescan(ctx context.Context, tenant int64, class string) error {
	return s.tenantTx(ctx, "asking for a full scan failed", tenant, func(t *tx) error {
		_, err := t.exec(`UPDATE streams SET full_scan = 1, rescan = 0, rescanned = ?3
			WHERE tenant = ?1 AND class = (SELECT class FROM classes WHERE name = ?2) AND relation = 0`, tenant, class, t.now)
		return err
	})
}

// RescanLater asks for a full scan after a day, unless one is asked for: what Graph refused
// to tell is asked for again.
func (s *Store) RescanLater(ctx context.Context, tenant int64, class string) error {
	return s.tenantTx(ctx, "asking for a full scan failed", tenant, func(t *tx) error {
		_, err := t.exec(`UPDATE streams SET rescan = ?3 WHERE tenant = ?1 AND class = (SELECT class FROM classes WHERE name = ?2) AND relation = 0 AND rescan = 0`,
			tenant, class, t.now+rescanPause.Milliseconds())
		return err
	})
}

// NothingLost keeps that a full scan could store all entries.
func (s *Store) NothingLost(ctx context.Context, tenant int64, class string) error {
	return s.tenantTx(ctx, "noting what is odd failed", tenant, func(t *tx) error {
		_, err := t.exec(`UPDATE streams SET rescan = 0, rescanned = 0
			WHERE tenant = ?1 AND class = (SELECT class FROM classes WHERE name = ?2) AND relation = 0 AND rescan + rescanned > 0`, tenant, class)
		return err
	})
}

// coalesce makes one object of the several mentions that a page may hold of
// it: newer properties over older, links one after the other, and the last
// word on whether it is removed.
func coalesce(objects []entra.Object) []entra.Object {
	at := make(map[string]int, len(objects))
	out := make([]entra.Object, 0, len(objects))
	var again map[int][]entra.Object // what more is told of an object, by its place
	for _, o := range objects {
		i, known := at[o.ID]
		if !known {
			at[o.ID] = len(out)
			out = append(out, o)
			continue
		}
		if again == nil {
			again = map[int][]entra.Object{}
		}
		again[i] = append(again[i], o)
	}
	for i, more := range again {
		out[i] = joined(out[i], more)
	}
	return out
}

// joined makes one object of several mentions. Nulls stay: they still have to
// clear what is stored.
func joined(o entra.Object, more []entra.Object) entra.Object {
	properties, links := slices.Clone(o.Properties), slices.Clone(o.Links)
	for _, m := range more {
		o.Removed, o.Odd, o.Partial = m.Removed, cmp.Or(o.Odd, m.Odd), o.Partial || m.Partial
		properties, links = append(properties, m.Properties...), append(links, m.Links...)
	}
	o.Properties, o.Links = entra.NewProperties(properties), links
	return o
}

// BeginLinkParts begins the next parts of a first scan that reads links apart: most of
// them, each of size objects in the order in which they are kept. What is over is
// forgotten, so that there are never many parts. None: all are begun.
func (s *Store) BeginLinkParts(ctx context.Context, r *Pass, size, most int, link func(ids []string) string) (parts []Cursor, err error) {
	err = s.tenantTx(ctx, "dividing the list failed", r.Tenant, func(t *tx) error {
		var linked int64
		if found, err := t.row("SELECT linked FROM rounds WHERE round = ? AND over = 0", []any{r.Key}, &linked); err != nil || !found {
			return cmp.Or(err, error(ErrRoundOver))
		}
		if _, err := t.exec("DELETE FROM cursors WHERE round = ? AND part > ? AND done", r.Key, CatchUp); err != nil {
			return err
		}
		part := CatchUp
		if _, err := t.row("SELECT max(part) FROM cursors WHERE round = ?", []any{r.Key}, &part); err != nil {
			return err
		}
		ids, last, err := t.toLink(r, linked, size*most)
		if err != nil || len(ids) == 0 {
			return err
		}
		for some := range slices.Chunk(ids, size) {
			part++
			parts = append(parts, Cursor{Part: part, Link: link(some)})
			if err := t.addPart(r.Key, part, link(some)); err != nil {
				return err
			}
		}
		return t.one("UPDATE rounds SET linked = ? WHERE round = ?", last, r.Key)
	})
	return parts, err
}

// toLink gives the next objects of a round whose links are to be read, and the key of
// the last. What the filter left out keeps no links.
func (t *tx) toLink(r *Pass, after int64, limit int) (ids []string, last int64, err error) {
	rows, err := t.QueryContext(t.ctx, "SELECT object, id FROM objects WHERE tenant = ? AND class = ? AND state = 1 AND object > ? ORDER BY object LIMIT ?", r.Tenant, r.class, after, limit)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&last, &id); err != nil {
			return nil, 0, err
		}
		ids = append(ids, id)
	}
	return ids, last, rows.Err()
}

// linksApart applies what a part tells of an object that the list told before. That it
// is removed is left to what follows the list: nobody knows then of its links.
func (a *applier) linksApart(o entra.Object) error {
	if o.Removed != entra.NotRemoved {
		return nil
	}
	source, err := a.find(o.ID)
	if err != nil || !source.found || source.state != entra.Live {
		return err
	}
	news, err := a.exec("INSERT OR IGNORE INTO seen (round, object) VALUES (?, ?)", a.r.Key, source.key)
	if err != nil {
		return err
	}
	a.out.Linked += news
	return a.links(source, o.Links)
}

// Untold names live objects of a first scan whose links no part has told, limit at most.
func (s *Store) Untold(ctx context.Context, r *Pass, limit int) (ids []string, err error) {
	scan := func(row scanner) (id string, err error) { return id, row.Scan(&id) }
	for id, err := range stream(ctx, s.read, scan, query{"comparing the scan failed", `SELECT id FROM objects o WHERE tenant = ? AND class = ? AND state = 1
		AND NOT EXISTS (SELECT 1 FROM seen WHERE round = ? AND seen.object = o.object) LIMIT ?`, []any{r.Tenant, r.class, r.Key, limit}}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}
