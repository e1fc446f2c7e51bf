package store

import (
	"context"
	"database/sql"
	"iter"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
)

// ObjectQuery says which objects of a tenant are wanted.
type ObjectQuery struct {
	Class    string
	ID       string // only this one
	Search   string // in the id or any value, without regard to ASCII case
	Deleted  bool   // soft-deleted ones, too
	Filtered bool   // filtered ones, too: only their ids
	Range
}

// Objects gives the objects of one class, those in sight first, in the order in
// which they were first seen: the order in which they lie in the file.
func (s *Store) Objects(ctx context.Context, tenant int64, q ObjectQuery) iter.Seq2[entra.StoredObject, error] {
	where, args := q.match(tenant)
	var l *layout
	scan := func(row scanner) (entra.StoredObject, error) {
		o := entra.StoredObject{Class: q.Class}
		var class int64
		var packed sql.RawBytes
		var first, last sql.NullInt64
		err := row.Scan(&class, &o.ID, &o.State, &packed, &first, &last)
		if err == nil && l == nil { // after the first row, so that it is not older than they are
			l, err = readLayout(ctx, s.read, class)
		}
		if err != nil {
			return o, err
		}
		o.FirstSeen, o.LastChanged = fromMillis(first), fromMillis(last)
		o.Properties, err = l.object(packed)
		return o, err
	}
	return stream(ctx, s, scan, query{"reading the objects",
		"SELECT class, id, state, properties, first_seen, last_changed FROM objects" + where + " ORDER BY state, object LIMIT ? OFFSET ?", append(args, q.limit(), q.Offset)})
}

// ObjectCount counts what [Store.Objects] would give in all.
func (s *Store) ObjectCount(ctx context.Context, tenant int64, q ObjectQuery) (int, error) {
	where, args := q.match(tenant)
	var n int
	err := s.read.QueryRowContext(ctx, "SELECT count(*) FROM objects"+where, args...).Scan(&n)
	return n, trouble("counting the objects", err)
}

func (q ObjectQuery) match(tenant int64) (string, []any) {
	states := []string{"1"}
	if q.Deleted {
		states = append(states, "2")
	}
	if q.Filtered {
		states = append(states, "3")
	}
	where := " WHERE tenant = ? AND class = (SELECT class FROM classes WHERE name = ?) AND state IN (" + strings.Join(states, ", ") + ")"
	args := []any{tenant, q.Class}
	if q.ID != "" {
		where += " AND id = ?"
		args = append(args, q.ID)
	}
	if text := strings.TrimSpace(q.Search); text != "" {
		// The whole text first: it rules out most rows without parsing them.
		where += ` AND (id LIKE ? ESCAPE '\' OR (properties LIKE ? ESCAPE '\' AND EXISTS
			(SELECT 1 FROM json_tree(properties) v WHERE v.atom LIKE ? ESCAPE '\')))`
		args = append(args, like(text), like(jsonText(text)), like(text))
	}
	return where, args
}

// jsonText is a text as it stands inside a JSON string.
func jsonText(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
}

// Members gives the memberships of a group, or of all groups where group is "",
// in sight: of groups that are live, to members that are not deleted.
func (s *Store) Members(ctx context.Context, tenant int64, group string, r Range) iter.Seq2[entra.Membership, error] {
	where, args := "", []any{tenant}
	if group != "" {
		where, args = " AND g.id = ?", append(args, group)
	}
	scan := func(row scanner) (entra.Membership, error) {
		var m entra.Membership
		var class string
		var since sql.NullInt64
		err := row.Scan(&m.GroupID, &m.MemberID, &class, &since)
		m.MemberType, m.Since = classType(class), fromMillis(since)
		return m, err
	}
	return stream(ctx, s, scan, query{"reading the memberships", `SELECT g.id, o.id, c.name, m.since
		FROM objects g JOIN memberships m ON m."group" = g.object AND m.until IS NULL
		JOIN objects o ON o.object = m.member AND o.state IN (0, 1, 3) JOIN classes c ON c.class = o.class
		WHERE g.tenant = ? AND g.class = (SELECT class FROM classes WHERE name = 'groups') AND g.state = 1` + where +
		" ORDER BY g.id, o.id LIMIT ? OFFSET ?", append(args, r.limit(), r.Offset)})
}

// GroupNamed finds a group by its id, or by a displayName that only one has.
func (s *Store) GroupNamed(ctx context.Context, tenant int64, name string) (string, error) {
	var ids []string
	const text = `SELECT id FROM objects WHERE tenant = ?1 AND class = (SELECT class FROM classes WHERE name = 'groups') AND state = 1
		AND (id = lower(?2) OR id = ?2 OR properties ->> '$[0]' = ?2) ORDER BY (id = lower(?2) OR id = ?2) DESC LIMIT 3`
	scan := func(row scanner) (id string, err error) { return id, row.Scan(&id) }
	for id, err := range stream(ctx, s, scan, query{"reading the groups", text, []any{tenant, name}}) {
		if err != nil {
			return "", err
		}
		ids = append(ids, id)
	}
	switch {
	case len(ids) == 0:
		return "", notFound("group", name, "see `entrasyncctl objects TENANT --class groups`")
	case len(ids) > 1 && !strings.EqualFold(ids[0], name):
		return "", entra.Invalid("the group "+name+" can't be told apart", "several groups have that name", "give its id")
	}
	return ids[0], nil
}
