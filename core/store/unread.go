package store

import (
	"context"
	"encoding/json"

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
func (s *Store) Unread(ctx context.Context, r *Round, part int, p *entra.Page) ([]Unread, error) {
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
func (s *Store) mayComeAgain(ctx context.Context, r *Round) (again bool, err error) {
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
