package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/rows"
	"github.com/entraidsync/entraidsync/core/store/searchindex"
)

// search looks for a text in the objects of one class. All of it reads one
// state of the database.
type search struct {
	ctx           context.Context
	tx            *sql.Tx
	tenant, class int64
	ObjectQuery
	index *searchindex.Reader
}

func newSearch(ctx context.Context, tx *sql.Tx, tenant int64, q ObjectQuery) (*search, error) {
	r := &search{ctx: ctx, tx: tx, tenant: tenant, ObjectQuery: q}
	err := tx.QueryRowContext(ctx, "SELECT class FROM classes WHERE name = ?", q.Class).Scan(&r.class)
	if err != nil && !isNoRows(err) {
		return r, err
	}
	text := q.text()
	if q.ID != "" {
		text = "" // the id finds it
	}
	r.index, err = searchindex.Read(ctx, tx, searchindex.Of{Tenant: tenant, Class: r.class}, text)
	return r, err
}

// find gives what the search finds in some states, until told to stop. Without a
// text it is only what is wanted of that.
func (r *search) find(where string, args []any, yield func(entra.StoredObject) bool) error {
	l, err := readLayout(r.ctx, r.tx, r.class)
	if err != nil {
		return err
	}
	wanted := Range{}
	if r.text() == "" {
		wanted = r.Range
	}
	var failed error
	err = r.index.Parts(func(p searchindex.Part) bool {
		text := "SELECT id, state, properties, first_seen, last_changed FROM " + p.From + where + p.Condition + " ORDER BY state, object LIMIT ? OFFSET ?"
		for o, err := range stream(r.ctx, r.tx, r.scanObject(l), query{"searching failed", text, slices.Concat(args, []any{p.Arg, wanted.limit(), wanted.Offset})}) {
			if failed = err; err != nil || !yield(o) {
				return false
			}
		}
		return true
	})
	return errors.Join(err, failed)
}

// count counts what the search finds in some states.
func (r *search) count(where string, args []any) (n int, err error) {
	var failed error
	err = r.index.Parts(func(p searchindex.Part) bool {
		var some int
		failed = r.tx.QueryRowContext(r.ctx, "SELECT count(*) FROM "+p.From+where+p.Condition, append(args, p.Arg)...).Scan(&some)
		n += some
		return failed == nil
	})
	return n, errors.Join(err, failed)
}

// holdsText tells whether an object holds a text in its id or any value, as the
// search of what is stored tells it.
func holdsText(o entra.StoredObject, text string) bool {
	if text == "" {
		return true
	}
	text = lowerASCII(text)
	if strings.Contains(lowerASCII(o.ID), text) {
		return true
	}
	for _, p := range o.Properties {
		if valueHolds(p.Value, text) {
			return true
		}
	}
	return false
}

func valueHolds(v jsontext.Value, text string) bool {
	d := jsontext.NewDecoder(bytes.NewReader(v))
	for {
		token, err := d.ReadToken()
		if err != nil { // the end
			return false
		}
		kind, n := d.StackIndex(d.StackDepth())
		if k := token.Kind(); (k != '"' && k != '0') || (kind == '{' && n%2 == 1) {
			continue
		}
		if strings.Contains(lowerASCII(token.String()), text) {
			return true
		}
	}
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, s)
}

// Index makes a tenant's objects quick to search where many have come or changed
// since it last did. It goes on in short turns, so that syncs go on between
// them, and may be stopped at any time: what is not indexed is searched one by
// one.
func (s *Store) Index(ctx context.Context, tenant int64) error {
	classes, err := rows.Keys(ctx, s.read, rows.Ask("reading the classes failed", "SELECT class FROM tenant_classes WHERE tenant = ?", tenant))
	if err != nil {
		return err
	}
	x := &searchindex.Segmenter{}
	for _, class := range classes {
		for more := true; more; {
			if more, err = s.indexSome(ctx, x, searchindex.Indexed{Sizes: s.index, Tenant: tenant, Class: class}); err != nil {
				return err
			}
		}
	}
	return nil
}

// indexSome does the next thing that there is to do for a class, if any.
func (s *Store) indexSome(ctx context.Context, x *searchindex.Segmenter, c searchindex.Indexed) (did bool, err error) {
	stale := s.now().Add(-searchindex.StaleFor).UnixMilli()
	if err := c.Read(ctx, s.read, stale); err != nil || !c.Due() {
		return false, trouble("indexing for the search failed", err)
	}
	err = s.tx(ctx, "indexing for the search failed", func(t *tx) error {
		var there bool
		if _, err := t.row("SELECT NOT removing FROM tenants WHERE tenant = ?", []any{c.Tenant}, &there); err != nil || !there {
			return err
		}
		if err := c.Read(t.quiet, t, stale); err != nil || !c.Due() {
			return err
		}
		did = true
		return c.Turn(searchindex.Writing{Conn: t.Conn, Ctx: t.quiet, Now: t.now}, x)
	})
	return did, err
}
