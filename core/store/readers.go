package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store/audits"
	"github.com/entraidsync/entraidsync/core/store/reach"
	"github.com/entraidsync/entraidsync/core/store/rows"
	"github.com/entraidsync/entraidsync/core/store/where"
)

// What completes a filter; see package where.
type (
	PropertyUse  = where.PropertyUse
	PropertyKind = where.PropertyKind
	ValueQuery   = where.ValueQuery
	ValueUse     = where.ValueUse
)

// The kinds of properties.
const (
	KindUnknown = where.KindUnknown
	KindText    = where.KindText
	KindTime    = where.KindTime
	KindFlag    = where.KindFlag
	KindNumber  = where.KindNumber
	KindList    = where.KindList
	KindComplex = where.KindComplex
)

// Properties gives the names of the properties that a tenant's objects of a class may
// have, by name: those that the class table asks for, and others that were ever stored.
func (s *Store) Properties(ctx context.Context, tenant int64, class string) ([]PropertyUse, error) {
	o, err := s.objectsOf(ctx, tenant, class)
	if err != nil {
		return nil, err
	}
	known, _ := entra.ClassNamed(class)
	return o.Properties(ctx, known.Told())
}

// Values gives the frequent values of a property, the most frequent first, as the
// first 10,000 live objects have them.
func (s *Store) Values(ctx context.Context, tenant int64, q ValueQuery) ([]ValueUse, error) {
	o, err := s.objectsOf(ctx, tenant, q.Class)
	if err != nil {
		return nil, err
	}
	return o.Values(ctx, q)
}

func (s *Store) objectsOf(ctx context.Context, tenant int64, class string) (o where.Objects, err error) {
	key, err := s.classOf(ctx, class)
	if err != nil {
		return o, err
	}
	l, err := readLayout(ctx, s.read, key)
	if err != nil {
		return o, trouble("reading the properties failed", err)
	}
	return where.Objects{DB: s.read, Tenant: tenant, Class: key, Names: l.names}, nil
}

// classOf gives the key of a class name; 0 where nothing of it was ever stored.
func (s *Store) classOf(ctx context.Context, name string) (key int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT class FROM classes WHERE name = ?", name).Scan(&key)
	if isNoRows(err) {
		err = nil
	}
	return key, trouble("reading the classes failed", err)
}

// quickToSort is how many objects are sorted within a moment without an index.
const quickToSort = 20_000

// mostOrders bounds how many orders of a class have an index: each takes about as much
// room as the values themselves.
const mostOrders = 8

// IndexOrder makes first rows in the order of a property come at once, for all tenants.
// It takes seconds where there are a million objects, in which syncs wait. Small classes
// need no index, and where nothing may be written, there is none.
func (s *Store) IndexOrder(ctx context.Context, tenant int64, class, property string) error {
	key, order, err := s.dueOrder(ctx, tenant, class, property)
	if err != nil || key == 0 {
		return err
	}
	name, create := order.Index(key)
	return s.tx(ctx, "sorting failed", func(t *tx) error {
		var made int
		if _, err := t.row("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE ?", []any{strings.TrimSuffix(name, name[strings.LastIndex(name, "_")+1:]) + "%"}, &made); err != nil || made >= mostOrders {
			return err
		}
		return t.inParts(func() error {
			_, err := t.ExecContext(ctx, create)
			return err
		})
	})
}

// inParts lets a statement sort little at a time: SQLite takes as much into memory as its
// cache may hold, and nothing can stop it while it sorts that.
func (t *tx) inParts(sort func() error) error {
	_, err := t.ExecContext(t.quiet, "PRAGMA cache_size = -2048")
	if err == nil {
		err = sort()
	}
	_, restored := t.ExecContext(t.quiet, fmt.Sprintf("PRAGMA cache_size = -%d", t.s.cache))
	return errors.Join(err, restored)
}

// OrderDue tells whether [Store.IndexOrder] has an index to make.
func (s *Store) OrderDue(ctx context.Context, tenant int64, class, property string) (bool, error) {
	key, _, err := s.dueOrder(ctx, tenant, class, property)
	return key != 0, err
}

// dueOrder finds the order that lacks its index, and the class's key; 0: none does.
func (s *Store) dueOrder(ctx context.Context, tenant int64, class, property string) (key int64, order where.Order, err error) {
	if s.Writable() != nil {
		return 0, order, nil
	}
	const text = "SELECT class, total FROM tenant_classes JOIN classes USING (class) WHERE tenant = ? AND name = ?"
	var total int64
	if err := s.read.QueryRowContext(ctx, text, tenant, class).Scan(&key, &total); isNoRows(err) || (err == nil && total < s.orders) {
		return 0, order, nil
	} else if err != nil {
		return 0, order, trouble("reading the classes failed", err)
	}
	l, err := readLayout(ctx, s.read, key)
	if err != nil {
		return 0, order, trouble("reading the classes failed", err)
	}
	order, known := where.By(property, l.position)
	if !known || order.Position < 0 {
		return 0, order, nil
	}
	name, _ := order.Index(key)
	if found, err := hasIndex(ctx, s.read, name); found || err != nil {
		return 0, order, trouble("reading the objects failed", err)
	}
	return key, order, nil
}

// LinkQuery says which links of a tenant are wanted; what is empty matches all.
type LinkQuery struct {
	Relation string
	Class    string    // of the source
	Source   string    // its id
	Sources  []string  // ids of sources, any of them; nil: see Source
	Target   string    // its id
	Search   string    // in the id or the name of the end that is not asked by, without regard to ASCII case
	Names    bool      // the ends' names, too, which costs reading the objects
	AsHeld   bool      // in the order in which they are held: first rows come at once, however many there are
	At       time.Time // as they were then, with names; zero: now
	Range
}

// Links gives links in sight: of objects that are live, to objects that are not
// deleted. They come in the order of their sources' ids, then by relation and the
// targets' ids.
func (s *Store) Links(ctx context.Context, tenant int64, q LinkQuery) iter.Seq2[entra.StoredLink, error] {
	if !q.At.IsZero() {
		return pastRows(s, pastQuery{ctx, tenant, q.At}, func(m *moment, yield func(entra.StoredLink) bool) error { return m.links(q, yield) })
	}
	wanted := q.where(tenant)
	wanted.Many = q.Offset > where.Most
	text, args := wanted.Select()
	return stream(ctx, s.read, scanLink, query{"reading the links failed", text, append(args, q.limit(), q.Offset)})
}

// LinkCount counts what [Store.Links] would give in all.
func (s *Store) LinkCount(ctx context.Context, tenant int64, q LinkQuery) (n int, err error) {
	if q.At.IsZero() {
		wanted := q.where(tenant)
		if wanted.Many, err = s.manyOf(ctx, wanted); err != nil {
			return 0, err
		}
		text, args := wanted.Count()
		err = s.read.QueryRowContext(ctx, text, args...).Scan(&n)
		return n, trouble("counting the links failed", err)
	}
	q.Range, q.AsHeld = Range{}, true
	for _, err := range s.Links(ctx, tenant, q) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// manyOf tells whether a source has so many links that they are gone through by their keys.
func (s *Store) manyOf(ctx context.Context, q where.Links) (many bool, err error) {
	text, args := q.ManyOf()
	err = s.read.QueryRowContext(ctx, text, args...).Scan(&many)
	return many, trouble("counting the links failed", err)
}

// RelationCount is how many links of a relation an object has.
type RelationCount struct {
	Class, Relation string // the source's
	In              bool   // they lead to the object
	Count           int64
}

// RelationCounts counts the links of an object by relation, in both directions. As of a
// moment in the past (zero: now) it goes through them.
func (s *Store) RelationCounts(ctx context.Context, tenant int64, id string, at time.Time) (out []RelationCount, err error) {
	if !at.IsZero() {
		return s.pastCounts(ctx, tenant, LinkQuery{Source: id, At: at, AsHeld: true})
	}
	id = entra.CanonicalID(id)
	from := where.Links{Tenant: tenant, Source: id}
	if from.Many, err = s.manyOf(ctx, from); err != nil {
		return nil, err
	}
	for _, side := range []where.Links{from, {Tenant: tenant, Target: id}} {
		scan := func(row scanner) (c RelationCount, err error) {
			c.In = side.Target != ""
			return c, row.Scan(&c.Class, &c.Relation, &c.Count)
		}
		text, args := side.Counts()
		some, err := rows.All(ctx, s.read, scan, rows.Ask("counting the links failed", text, args...))
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

func (s *Store) pastCounts(ctx context.Context, tenant int64, q LinkQuery) (out []RelationCount, err error) {
	n := map[RelationCount]int64{}
	for _, in := range []bool{false, true} {
		if in {
			q.Source, q.Target = "", q.Source
		}
		for l, err := range s.Links(ctx, tenant, q) {
			if err != nil {
				return nil, err
			}
			n[RelationCount{Class: l.Source.Class, Relation: l.Relation, In: in}]++
		}
	}
	for c, count := range n {
		c.Count = count
		out = append(out, c)
	}
	return out, nil
}

// lead tells updates of what has no name of its own what the object refers to, or did last: a
// role's schedule is called by its role and by who has it, which an update need not name.
func (s *Store) lead(ctx context.Context, tenant int64, changes []entra.Change) error {
	at := map[string][]int{}
	var ids []string
	for i, c := range changes {
		if class, _ := entra.ClassNamed(c.Class); c.Kind == entra.Updated && c.DisplayName == "" && len(class.References) > 0 {
			at[c.ID], ids = append(at[c.ID], i), append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	type lead struct {
		from string
		entra.Link
	}
	scan := func(row scanner) (l lead, err error) { return l, row.Scan(&l.from, &l.Relation, &l.Target) }
	list, _ := json.Marshal(ids)
	const text = `SELECT o.id, r.name, t.id FROM (SELECT DISTINCT value FROM json_each(?2)) i CROSS JOIN objects o ON o.tenant = ?1 AND o.id = i.value
		CROSS JOIN links l ON l.source = o.object CROSS JOIN objects t ON t.object = l.target CROSS JOIN relations r ON r.relation = l.relation
		ORDER BY l.until IS NULL, l.until`
	for l, err := range stream(ctx, s.read, scan, query{"reading the changes failed", text, []any{tenant, string(list)}}) {
		if err != nil {
			return err
		}
		for _, i := range at[l.from] { // the last of a relation counts
			changes[i].Leads = append(changes[i].Leads, l.Link)
		}
	}
	return nil
}

func (q LinkQuery) where(tenant int64) where.Links {
	return where.Links{Tenant: tenant, Relation: q.Relation, Class: q.Class, Source: q.Source, Sources: q.Sources, Target: q.Target,
		Search: strings.TrimSpace(q.Search), Names: q.Names, AsHeld: q.AsHeld}
}

// holds tells whether a link matches the search.
func (q LinkQuery) holds(l entra.StoredLink) bool {
	text := entra.LowerASCII(strings.TrimSpace(q.Search))
	in := func(e entra.LinkEnd) bool {
		return strings.Contains(entra.LowerASCII(e.Name), text) || strings.Contains(entra.LowerASCII(e.ID), text)
	}
	source := q.Target != "" || (q.Source == "" && q.Sources == nil)
	return text == "" || (source && in(l.Source)) || (q.Target == "" && in(l.Target))
}

func scanLink(row scanner) (entra.StoredLink, error) {
	var l entra.StoredLink
	var since sql.NullInt64
	var source, target sql.NullString
	err := row.Scan(&l.Relation, &l.Source.Class, &l.Source.ID, &l.Target.Class, &l.Target.ID, &since, &source, &target)
	l.Since, l.Source.Name, l.Target.Name = fromMillis(since), source.String, target.String
	return l, err
}

// Audits is what is kept of a tenant's log of who did what.
func (s *Store) Audits(tenant int64) *audits.Log {
	return &audits.Log{Tenant: tenant, Read: s.read, Now: s.now, Write: func(ctx context.Context, what say.Sentence, fn func(rows.Queryer, audits.Exec) error) error {
		return s.tx(ctx, what, func(t *tx) error {
			if err := t.here(tenant); err != nil {
				return err
			}
			return fn(t, t.exec)
		})
	}}
}

// Reaching follows links further than one step, as they are now (at zero) or were: see
// package reach. All that fn asks is of one state of the database.
func (s *Store) Reaching(ctx context.Context, tenant int64, at time.Time, fn func(*reach.Reader) error) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return trouble("following the links failed", err)
	}
	defer tx.Rollback() // nothing was written
	r := reach.New(ctx, tx, tenant)
	if !at.IsZero() {
		m, err := newMoment(ctx, tx, tenant, at)
		if err != nil {
			return trouble("following the links failed", err)
		}
		r.AsOf(m.reaching())
	}
	return trouble("following the links failed", fn(r))
}

// AllMembers gives who is in a group, directly or through others, nearest first, each
// once with a shortest path. A group that is in itself comes as a circle.
func (s *Store) AllMembers(ctx context.Context, tenant int64, group string, at time.Time) iter.Seq2[entra.Reached, error] {
	return reached(s, pastQuery{ctx, tenant, at}, func(r *reach.Reader, yield func(entra.Reached) bool) error { return r.Members(group, yield) })
}

// AllMemberOf gives what an object is a member of, directly or through groups.
func (s *Store) AllMemberOf(ctx context.Context, tenant int64, id string, at time.Time) iter.Seq2[entra.Reached, error] {
	return reached(s, pastQuery{ctx, tenant, at}, func(r *reach.Reader, yield func(entra.Reached) bool) error { return r.MemberOf(id, yield) })
}

// Circles gives the groups that are in themselves, each with a shortest way back.
func (s *Store) Circles(ctx context.Context, tenant int64, at time.Time) iter.Seq2[entra.Reached, error] {
	return reached(s, pastQuery{ctx, tenant, at}, (*reach.Reader).Circles)
}

// RoleQuery says of which roles the holders are wanted, or whose, and when.
type RoleQuery = reach.Roles

// RoleHolders gives who has roles or may activate them, and how.
func (s *Store) RoleHolders(ctx context.Context, tenant int64, q RoleQuery) iter.Seq2[entra.RoleHolder, error] {
	return reached(s, pastQuery{ctx, tenant, q.At}, func(r *reach.Reader, yield func(entra.RoleHolder) bool) error { return r.Holders(q, yield) })
}

// reached gives what a reader finds, row by row.
func reached[T any](s *Store, q pastQuery, read func(*reach.Reader, func(T) bool) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		err := s.Reaching(q.ctx, q.tenant, q.at, func(r *reach.Reader) error {
			return read(r, func(row T) bool { return yield(row, nil) })
		})
		if err != nil {
			yield(none, err)
		}
	}
}

// patterns are what LIKE finds texts by that have all parts of one of them.
func patterns(errors [][]string) string {
	list := make([]string, len(errors))
	for i, parts := range errors {
		for _, part := range parts {
			list[i] += like(part)
		}
	}
	text, _ := json.Marshal(list) // texts alone
	return string(text)
}
