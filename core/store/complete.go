package store

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/reach"
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
	return o.Properties(ctx, known.Select)
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
	if s.Writable() != nil {
		return nil
	}
	const text = "SELECT class, total FROM tenant_classes JOIN classes USING (class) WHERE tenant = ? AND name = ?"
	var key, total int64
	if err := s.read.QueryRowContext(ctx, text, tenant, class).Scan(&key, &total); isNoRows(err) || (err == nil && total < s.orders) {
		return nil
	} else if err != nil {
		return trouble("reading the classes failed", err)
	}
	l, err := readLayout(ctx, s.read, key)
	if err != nil {
		return trouble("reading the classes failed", err)
	}
	order, known := where.By(property, l.position)
	if !known || order.Position < 0 {
		return nil
	}
	name, create := order.Index(key)
	if found, err := hasIndex(ctx, s.read, name); found || err != nil {
		return trouble("reading the objects failed", err)
	}
	return s.tx(ctx, "sorting failed", func(t *tx) error {
		var made int
		if _, err := t.row("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE ?", []any{strings.TrimSuffix(name, name[strings.LastIndex(name, "_")+1:]) + "%"}, &made); err != nil || made >= mostOrders {
			return err
		}
		_, err := t.ExecContext(ctx, create)
		return err
	})
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
