package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

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
	if r.lists(part) {
		return nil, nil
	}
	if r.Kind == Scan {
		if again, err := s.mayComeAgain(ctx, r); err != nil || !again {
			return nil, err
		}
	}
	ids, err := presentIDs(p)
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT named.value, coalesce(state, 0), EXISTS (SELECT 1 FROM seen WHERE round = ? AND seen.object = o.object)
		FROM json_each(?) named LEFT JOIN objects o ON o.tenant = ? AND o.id = named.value AND o.class = ?
		WHERE state IS NULL OR state NOT IN (1, 2)`, r.Key, ids, r.Tenant, r.class)
	if err != nil {
		return nil, trouble("reading the objects", err)
	}
	defer rows.Close()
	var out []Unread
	for rows.Next() {
		var id string
		var state entra.State
		var seen bool
		if err := rows.Scan(&id, &state, &seen); err != nil {
			return nil, trouble("reading the objects", err)
		}
		seen = seen || (r.fresh && state != entra.Unseen)
		if r.Kind != Scan || seen {
			out = append(out, Unread{id, state == entra.Filtered})
		}
	}
	return out, trouble("reading the objects", rows.Err())
}

// mayComeAgain tells whether there is an object at all that a full scan has seen
// without keeping it. Its first sight told it whole, a later one may not.
func (s *Store) mayComeAgain(ctx context.Context, r *Pass) (again bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM objects o WHERE tenant = ?1 AND class = ?2 AND state IN (0, 3, 4)
		AND ((?3 AND state <> 0) OR EXISTS (SELECT 1 FROM seen WHERE round = ?4 AND seen.object = o.object)))`,
		r.Tenant, r.class, r.fresh, r.Key).Scan(&again)
	return again, trouble("reading the objects", err)
}

// presentIDs are the ids of the objects that a page tells of as present, as a
// JSON array.
func presentIDs(p *entra.Page) (string, error) {
	ids := []string{}
	for _, o := range coalesce(p.Objects) {
		if o.Removed == entra.NotRemoved {
			ids = append(ids, o.ID)
		}
	}
	list, err := json.Marshal(ids)
	return string(list), err
}

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
	return s.tenantTx(ctx, "noting what is missing", tenant, func(t *tx) error {
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
