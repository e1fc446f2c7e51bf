package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"iter"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
)

// ChangeQuery says which changes of a tenant are wanted; what is empty matches all.
type ChangeQuery struct {
	Class       string
	ID          string // of one object and its links
	Kinds       []entra.ChangeKind
	Property    string // only updates of this property, whatever its case
	Search      string // in names, ids and values, without regard to ASCII case
	Since       time.Time
	Until       time.Time
	NewestFirst bool
	Span        *ChangeSpan // only those, in the order of their keys; nil: all, by their time
	Range
}

// ChangeSpan are the changes with keys greater than After and less than Before.
type ChangeSpan struct{ After, Before int64 }

// Changes gives the changes of a tenant, oldest first unless asked otherwise.
func (s *Store) Changes(ctx context.Context, tenant int64, q ChangeQuery) iter.Seq2[entra.Change, error] {
	where, args := q.match(tenant)
	order := " ORDER BY x.time, x.change"
	switch {
	case q.Span != nil:
		order = " ORDER BY x.change"
	case q.NewestFirst:
		order = " ORDER BY x.time DESC, x.change DESC"
	}
	return stream(ctx, s.read, scanChange, query{"reading the changes", `
		SELECT x.change, x.time, x.not_before, c.name, o.id, x.kind, x.display_name, x.before, x.after,
		       r.name, m.id, mc.name, ` + targetName + `
		FROM changes x JOIN classes c ON c.class = x.class JOIN objects o ON o.object = x.object
		LEFT JOIN relations r ON r.relation = x.relation LEFT JOIN objects m ON m.object = x.target LEFT JOIN classes mc ON mc.class = m.class
		LEFT JOIN changes d ON d.change = (SELECT max(change) FROM changes WHERE object = m.object AND kind = 'deleted' AND m.state = 4)` +
		where + order + " LIMIT ? OFFSET ?", append(args, q.limit(), q.Offset)})
}

// targetName is what the target of a link is called, or was.
const targetName = "coalesce(m.properties ->> '$[0]', d.before ->> '$.displayName')"

// match is what SQL asks of a change (x).
func (q ChangeQuery) match(tenant int64) (where string, args []any) {
	where, args = " WHERE x.tenant = ?1", []any{tenant}
	if q.ID != "" { // the plus: they are found by their object, not among all of the tenant's
		where, args = " WHERE +x.tenant = ?1 AND x.object IN (SELECT object FROM objects WHERE tenant = ?1 AND id = ?2)", append(args, entra.CanonicalID(q.ID))
	}
	and := func(condition string, more ...any) { where, args = where+" AND "+condition, append(args, more...) }
	if q.Span != nil {
		where = strings.Replace(where, " x.tenant", " +x.tenant", 1)
		and("x.change > ? AND x.change < ?", q.Span.After, q.Span.Before)
	}
	if q.Class != "" {
		and("c.name = ?", q.Class)
	}
	if !q.Since.IsZero() {
		and("x.time >= ?", q.Since.UnixMilli())
	}
	if !q.Until.IsZero() {
		and("x.time <= ?", q.Until.UnixMilli())
	}
	if len(q.Kinds) > 0 {
		list, _ := json.Marshal(q.Kinds) // texts alone
		and("x.kind IN (SELECT value FROM json_each(?))", string(list))
	}
	if q.Property != "" {
		and("x.kind = 'updated' AND EXISTS (SELECT 1 FROM json_each(x.before) p WHERE p.key = ? COLLATE NOCASE)", q.Property)
	}
	if text := strings.TrimSpace(q.Search); text != "" {
		l, quoted := like(text), like(jsonText(text))
		// The whole text first: it rules out most records without parsing them.
		const side = ` OR (x.%s LIKE ? ESCAPE '\' AND EXISTS (SELECT 1 FROM json_tree(x.%s) v WHERE v.atom LIKE ? ESCAPE '\'))`
		and(`(x.display_name LIKE ? ESCAPE '\' OR o.id LIKE ? ESCAPE '\' OR m.id LIKE ? ESCAPE '\' OR `+targetName+` LIKE ? ESCAPE '\'`+
			strings.ReplaceAll(side, "%s", "before")+strings.ReplaceAll(side, "%s", "after")+")", l, l, l, l, quoted, l, quoted, l)
	}
	return where, args
}

// Settled is the first key from which on changes of a tenant may still be taken back,
// or come between: those of rounds that go on, and of runs. All before it stay.
func (s *Store) Settled(ctx context.Context, tenant int64) (int64, error) {
	var key int64
	err := s.read.QueryRowContext(ctx, `WITH going AS (SELECT min(started) AS began FROM runs WHERE tenant = ?1 AND ended IS NULL),
		rest AS (SELECT round, started FROM rounds WHERE tenant = ?1 AND over = 0)
		SELECT coalesce((SELECT min(x.change) FROM changes x WHERE x.tenant = ?1 AND x.time >= min(coalesce((SELECT began FROM going), 9e18), coalesce((SELECT min(started) FROM rest), 9e18))
			AND (x.time >= (SELECT began FROM going) OR x.round IN (SELECT round FROM rest))), (SELECT max(change) + 1 FROM changes), 1)`, tenant).Scan(&key)
	return key, trouble("reading the changes", err)
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
