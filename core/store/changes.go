package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/audits"
	"github.com/entraidsync/entraidsync/core/store/where"
)

// ChangeQuery says which changes of a tenant are wanted; what is empty matches all.
type ChangeQuery struct {
	Class       string
	ID          string // of one object and its links; see Both
	Both        bool   // of links that lead to the object, too, and of what was given to it, whatever class these are of
	Of          string // with Both: the class of the object, where ids may be of several; "": of any
	Kinds       []entra.ChangeKind
	Property    string // only updates of this property, whatever its case
	Actor       string // made by, or perhaps: an id, an app's id or a name; see [audits.Nobody]
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
	matches, args := q.match(tenant)
	order := " ORDER BY x.time, x.change"
	switch {
	case q.Span != nil:
		order = " ORDER BY x.change"
	case q.NewestFirst:
		order = " ORDER BY x.time DESC, x.change DESC"
	}
	return s.givenByName(ctx, tenant, stream(ctx, s.read, scanChange, query{"reading the changes failed", "SELECT " + changeRow + " FROM" + changesFrom +
		matches + order + " LIMIT ? OFFSET ?", append(args, q.limit(), q.Offset)}))
}

// changeRow is what [scanChange] reads.
const changeRow = "x.change, x.time, x.not_before, c.name, o.id, x.kind, x.display_name, x.before, x.after, r.name, m.id, mc.name, " + targetName + ", " + audits.ActorsOf

// changesFrom is where changes (x), their objects (o) and the targets of links (m) are
// read from; d tells what an erased target was called.
const changesFrom = ` changes x JOIN classes c ON c.class = x.class JOIN objects o ON o.object = x.object
		LEFT JOIN relations r ON r.relation = x.relation LEFT JOIN objects m ON m.object = x.target LEFT JOIN classes mc ON mc.class = m.class
		LEFT JOIN changes d ON d.change = (SELECT max(change) FROM changes WHERE object = m.object AND kind = 'deleted' AND m.state = 4)`

// targetName is what the target of a link is called, or was.
const targetName = "coalesce(m.properties ->> '$[0]', d.before ->> '$.displayName')"

// match is what SQL asks of a change (x).
func (q ChangeQuery) match(tenant int64) (matches string, args []any) {
	matches, args = " WHERE x.tenant = ?1", []any{tenant}
	switch { // the plus: they are found by their object, not among all of the tenant's
	case q.ID != "" && q.Both:
		const objects = "(SELECT object FROM objects WHERE tenant = ?1 AND id = ?2 AND (?3 = '' OR class = (SELECT class FROM classes WHERE name = ?3)))"
		const given = "(SELECT source FROM links WHERE relation = (SELECT relation FROM relations WHERE name = 'principal') AND target IN " + objects + ")"
		matches, args = " WHERE +x.tenant = ?1 AND x.change IN (SELECT change FROM changes WHERE object IN "+objects+
			" UNION ALL SELECT change FROM changes WHERE target IS NOT NULL AND target IN "+objects+
			" UNION ALL SELECT change FROM changes WHERE target IS NULL AND object IN "+given+")", append(args, entra.CanonicalID(q.ID), q.Of)
	case q.ID != "":
		matches, args = " WHERE +x.tenant = ?1 AND x.object IN (SELECT object FROM objects WHERE tenant = ?1 AND id = ?2)", append(args, entra.CanonicalID(q.ID))
	}
	and := func(condition string, more ...any) { matches, args = matches+" AND "+condition, append(args, more...) }
	if q.Span != nil {
		matches = strings.Replace(matches, " x.tenant", " +x.tenant", 1)
		and("x.change > ? AND x.change < ?", q.Span.After, q.Span.Before)
	}
	if q.Class != "" {
		and("x.class = (SELECT class FROM classes WHERE name = ?)", q.Class)
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
	if who := strings.TrimSpace(q.Actor); who != "" {
		by, names := audits.By(who)
		and(by, names...)
	}
	if text := strings.TrimSpace(q.Search); text != "" {
		l, quoted := like(text), like(jsonText(text))
		// The whole text first: it rules out most records without parsing them.
		const side = ` OR (x.%s LIKE ? ESCAPE '\' AND EXISTS (SELECT 1 FROM json_tree(x.%s) v WHERE v.atom LIKE ? ESCAPE '\'))`
		named := where.NamedInChange(tenant, text)
		and(`(x.display_name LIKE ? ESCAPE '\' OR o.id LIKE ? ESCAPE '\' OR m.id LIKE ? ESCAPE '\' OR `+targetName+` LIKE ? ESCAPE '\'`+
			strings.ReplaceAll(side, "%s", "before")+strings.ReplaceAll(side, "%s", "after")+" OR "+named.SQL+")", append([]any{l, l, l, l, quoted, l, quoted, l}, named.Args...)...)
	}
	return matches, args
}

// Settled is the first key from which on changes of a tenant may still be taken back,
// or come between: those of rounds that go on, and of runs. All before it stay.
func (s *Store) Settled(ctx context.Context, tenant int64) (int64, error) {
	var key int64
	err := s.read.QueryRowContext(ctx, `WITH going AS (SELECT min(started) AS began FROM runs WHERE tenant = ?1 AND ended IS NULL),
		rest AS (SELECT round, started FROM rounds WHERE tenant = ?1 AND over = 0)
		SELECT coalesce((SELECT min(x.change) FROM changes x WHERE x.tenant = ?1 AND x.time >= min(coalesce((SELECT began FROM going), 9e18), coalesce((SELECT min(started) FROM rest), 9e18))
			AND (x.time >= (SELECT began FROM going) OR x.round IN (SELECT round FROM rest))), (SELECT max(change) + 1 FROM changes), 1)`, tenant).Scan(&key)
	return key, trouble("reading the changes failed", err)
}

func scanChange(row scanner) (entra.Change, error) {
	var x entra.Change
	var when, notBefore sql.NullInt64
	var relation, target, class, name, actors sql.NullString
	err := row.Scan(&x.Key, &when, &notBefore, &x.Class, &x.ID, &x.Kind, &x.DisplayName, &x.Before, &x.After, &relation, &target, &class, &name, &actors)
	if err == nil {
		err = audits.Actors(actors, &x)
	}
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

// RecentChanges gives the newest changes of all tenants, newest first, with the names of what
// they refer to.
func (s *Store) RecentChanges(ctx context.Context, limit int) ([]RecentChange, error) {
	scan := func(row scanner) (x RecentChange, err error) {
		x.Change, err = scanChange(behind{row, &x.Tenant})
		return x, err
	}
	var out []RecentChange
	for x, err := range stream(ctx, s.read, scan, query{"reading the changes failed", "SELECT x.tenant, " + changeRow + " FROM" + changesFrom + " ORDER BY x.change DESC LIMIT ?", []any{limit}}) {
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	for i := range out {
		one := []entra.Change{out[i].Change}
		given := where.Given{DB: s.read, Tenant: out[i].Tenant}
		if err := errors.Join(given.Name(ctx, &one[0]), s.NameEnds(ctx, out[i].Tenant, one)); err != nil {
			return nil, err
		}
		out[i].Change = one[0]
	}
	return out, nil
}

// behind is a row whose first column somebody else reads.
type behind struct {
	row   scanner
	first any
}

// Scan reads the first column, too.
func (b behind) Scan(dest ...any) error { return b.row.Scan(append([]any{b.first}, dest...)...) }

// DiffQuery says which two moments are compared, and what of a tenant.
type DiffQuery struct {
	From, To time.Time
	Classes  []string // of objects, and of the links' sources
	Range
}

// Diff gives the net difference between two moments, one change an object or link,
// class by class: what would be recorded, if one sync had come at From and the next at
// To. A link of which one end was deleted at one of the moments is told by that
// end alone; what became of a reference by the object's own properties. Only what
// changed in between is looked at.
func (s *Store) Diff(ctx context.Context, tenant int64, q DiffQuery) iter.Seq2[entra.Change, error] {
	return pastRows(s, pastQuery{ctx, tenant, q.From}, func(from *moment, yield func(entra.Change) bool) error {
		to, err := newMoment(ctx, from.tx, tenant, q.To)
		if err != nil {
			return err
		}
		d := &difference{from: from, to: to, skip: q.Offset, left: q.Limit, yield: yield}
		for _, name := range q.Classes {
			class, known := entra.ClassNamed(name)
			if !known || !from.held[class.Name] || d.over {
				continue
			}
			if err := d.objects(class); err != nil {
				return err
			}
			if err := d.links(class); err != nil {
				return err
			}
		}
		return nil
	})
}

// difference compares two moments of one read transaction.
type difference struct {
	from, to   *moment
	skip, left int
	over       bool
	yield      func(entra.Change) bool
	ends       *sql.Stmt
}

// tell gives a change that is wanted; false where no more are.
func (d *difference) tell(x entra.Change) bool {
	if d.skip > 0 {
		d.skip--
		return true
	}
	d.left--
	d.over = !d.yield(x) || d.left == 0
	return !d.over
}

// objects compares the objects of a class that have changed in between.
func (d *difference) objects(class entra.Class) error {
	m := d.from
	var key int64
	if err := m.tx.QueryRowContext(m.ctx, "SELECT class FROM classes WHERE name = ?", class.Name).Scan(&key); err != nil {
		return err
	}
	l, err := readLayout(m.ctx, m.tx, key)
	if err != nil {
		return err
	}
	scan := func(row scanner) (object int64, err error) { return object, row.Scan(&object) }
	for object, err := range stream(m.ctx, m.tx, scan, query{"reading the changes failed", `SELECT DISTINCT object FROM changes
		WHERE tenant = ? AND class = ? AND time > ? AND time <= ? AND kind IN ('added', 'updated', 'deleted', 'restored')`, []any{m.tenant, key, m.at, d.to.at}}) {
		if err != nil {
			return err
		}
		x, differs, err := d.object(object, class, l)
		if err != nil {
			return err
		}
		if differs && !d.tell(x) {
			return nil
		}
	}
	return nil
}

// object compares one object.
func (d *difference) object(key int64, class entra.Class, l *layout) (x entra.Change, differs bool, err error) {
	was, known, err := d.from.one(key, class, l)
	if err != nil || !known {
		return x, false, err
	}
	is, known, err := d.to.one(key, class, l)
	if err != nil || !known {
		return x, false, err
	}
	kind, before, after := change(was.State, was.Properties, is.State, is.Properties)
	if kind == "" {
		return x, false, nil
	}
	x = entra.Change{Class: class.Name, ID: is.ID, Kind: kind, DisplayName: cmp.Or(is.Properties.Text(displayName), was.Properties.Text(displayName))}
	for _, s := range []side{{d.from, was, before, &x.Before}, {d.to, is, after, &x.After}} {
		if err := s.tell(&x, key, class); err != nil {
			return x, false, err
		}
	}
	var last, first sql.NullInt64
	const own = " FROM changes WHERE object = ?1 AND target IS NULL AND time > ?2 AND time <= ?3 ORDER BY "
	err = d.from.tx.QueryRowContext(d.from.ctx, "SELECT (SELECT time"+own+"time DESC LIMIT 1), (SELECT not_before"+own+"time, change LIMIT 1)", key, d.from.at, d.to.at).Scan(&last, &first)
	x.Time, x.NotBefore = fromMillis(last), fromMillis(first)
	return x, true, err
}

// one gives one object as it was, deleted ones too; false where it can't be known.
func (m *moment) one(key int64, class entra.Class, l *layout) (o entra.StoredObject, known bool, err error) {
	text := "SELECT o.object, o.id, o.properties, o.last_changed, " + where.ThenColumns + " FROM objects o WHERE o.object = ?2"
	err = m.eachObject(query{"reading the objects failed", text, []any{m.at, key}}, func(p pastObject) (bool, error) {
		o, known, err = m.restore(p, l, class)
		return true, err
	})
	return o, known, err
}

// links compares the links from objects of a class. Looked at is what was recorded in
// between; and of objects that were away meanwhile everything, because what became of
// their links then was not recorded.
func (d *difference) links(class entra.Class) (err error) {
	m := d.from
	if !class.Links() || d.over {
		return nil
	}
	if err := d.prepare(); err != nil {
		return err
	}
	scan := func(row scanner) (l pastLink, err error) {
		return l, row.Scan(&l.source, &l.relation, &l.target, &l.name)
	}
	const away = `(SELECT DISTINCT object FROM changes x WHERE x.tenant = ?1 AND x.time > ?3 AND x.time <= ?4 AND x.kind IN ('added', 'restored')
		AND EXISTS (SELECT 1 FROM changes y WHERE y.object = x.object AND y.target IS NULL AND y.kind = 'deleted' AND y.time > ?3 AND y.time <= x.time))`
	const moved = " AND (l.since > ?3 OR l.until > ?3)"
	const of = "(SELECT class FROM classes WHERE name = ?2)"
	for l, err := range stream(m.ctx, m.tx, scan, query{"reading the changes failed", `SELECT u.object, u.relation, u.target, r.name FROM (
		SELECT object, relation, target FROM changes WHERE tenant = ?1 AND class = ` + of + ` AND time > ?3 AND time <= ?4 AND target IS NOT NULL
		UNION SELECT l.source, l.relation, l.target FROM ` + away + ` a CROSS JOIN objects o ON o.object = a.object AND o.class = ` + of + ` CROSS JOIN links l ON l.source = a.object` + moved + `
		UNION SELECT l.source, l.relation, l.target FROM ` + away + ` a CROSS JOIN links l ON l.target = a.object` + moved + ` CROSS JOIN objects o ON o.object = l.source AND o.class = ` + of + `
		) u JOIN relations r ON r.relation = u.relation`, []any{m.tenant, class.Name, m.at, d.to.at}}) {
		if err != nil {
			return err
		}
		x, differs, err := d.link(l, class)
		if err != nil {
			return err
		}
		if differs && !d.tell(x) {
			return nil
		}
	}
	return nil
}

// pastLink is one that may have been there.
type pastLink struct {
	source, relation, target, since int64
	name                            string // of the relation
}

func (d *difference) prepare() (err error) {
	if d.ends != nil {
		return nil
	}
	const of = "source = ?1 AND relation = ?2 AND target = ?3"
	d.ends, err = d.from.tx.PrepareContext(d.from.ctx, `SELECT
		EXISTS (SELECT 1 FROM links WHERE `+of+` AND since <= ?4 AND (until IS NULL OR until > ?4)),
		EXISTS (SELECT 1 FROM links WHERE `+of+` AND since <= ?5 AND (until IS NULL OR until > ?5)),
		(SELECT max(max(since), coalesce(max(until) FILTER (WHERE until <= ?5), 0)) FROM links WHERE `+of+` AND since <= ?5),
		(SELECT not_before FROM changes WHERE target = ?3 AND object = ?1 AND relation = ?2 AND time > ?4 AND time <= ?5 ORDER BY time LIMIT 1)`)
	return err
}

// link compares one link.
func (d *difference) link(l pastLink, class entra.Class) (x entra.Change, differs bool, err error) {
	if _, refers := class.Reference(l.name); refers {
		return x, false, nil
	}
	var was, is bool
	var last, first sql.NullInt64
	if err := d.ends.QueryRowContext(d.from.ctx, l.source, l.relation, l.target, d.from.at, d.to.at).Scan(&was, &is, &last, &first); err != nil || was == is {
		return x, false, err
	}
	var ends [4]pastEnd
	for i, m := range []*moment{d.from, d.to} {
		for k, key := range []int64{l.source, l.target} {
			if ends[2*i+k], err = m.end(key); err != nil {
				return x, false, err
			}
		}
	}
	source, target := ends[2], ends[3]
	differs = inSight(source, target)
	if was {
		differs = differs && inSight(ends[0], ends[1])
	} else {
		differs = differs && ends[0].known && ends[0].state != entra.Deleted && ends[1].state != entra.Deleted
	}
	x = entra.Change{Class: class.Name, ID: source.ID, Kind: entra.LinkKind(class.Name, l.name, was), DisplayName: source.Name,
		Relation: l.name, Target: &target.LinkEnd, Time: fromMillis(last), NotBefore: fromMillis(first)}
	return x, differs, nil
}

// undo takes the changes of an object back, newest first.
func (m *moment) undo(key int64, props entra.Properties) (entra.Properties, error) {
	scan := func(row scanner) (x entra.Change, err error) { return x, row.Scan(&x.Kind, &x.Before) }
	for x, err := range stream(m.ctx, m.tx, scan, query{"reading the changes failed",
		"SELECT kind, before FROM changes WHERE object = ? AND target IS NULL AND time > ? ORDER BY time DESC, change DESC", []any{key, m.at}}) {
		if err == nil {
			props, err = x.Undo(props)
		}
		if err != nil {
			return nil, err
		}
	}
	return props, nil
}
