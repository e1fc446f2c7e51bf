package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/rows"
	"github.com/entraidsync/entraidsync/core/store/searchindex"
	"github.com/entraidsync/entraidsync/core/store/where"
)

// search looks for objects of one class. All of it reads one state of the database.
type search struct {
	ctx           context.Context
	tx            *sql.Tx
	tenant, class int64
	ObjectQuery
	layout  *layout
	clauses []where.Clause // of what is asked beside the text
	index   *searchindex.Reader
	flag    selection // where the objects lie that have a flag that is asked for; zero: nowhere
}

// searched is whose objects are searched for what, and when.
type searched struct {
	tenant int64
	ObjectQuery
	now   time.Time
	named int // see [where.Names]
}

func newSearch(ctx context.Context, tx *sql.Tx, of searched) (*search, error) {
	r := &search{ctx: ctx, tx: tx, tenant: of.tenant, ObjectQuery: of.ObjectQuery}
	err := tx.QueryRowContext(ctx, "SELECT class FROM classes WHERE name = ?", r.Class).Scan(&r.class)
	if err != nil && !isNoRows(err) {
		return r, err
	}
	if r.layout, err = readLayout(ctx, tx, r.class); err != nil {
		return r, err
	}
	n := where.Names{DB: tx, Tenant: r.tenant, Key: r.class, At: r.layout.position, May: r.may, Most: of.named}
	n.Class, _ = entra.ClassNamed(r.Class)
	var texts where.Narrowing
	for _, c := range r.Filters {
		clause, shown, err := n.Condition(ctx, c, of.now)
		if err != nil {
			return r, err
		}
		r.clauses = append(r.clauses, clause)
		texts.Add(clause, shown)
	}
	for _, relation := range r.Lacks {
		r.clauses = append(r.clauses, where.Lacking(r.tenant, relation))
	}
	if text := r.text(); text != "" {
		clause, shown, err := n.Text(ctx, text)
		if err != nil {
			return r, err
		}
		r.clauses = append(r.clauses, clause)
		texts.Add(clause, shown)
	}
	if r.ID != "" {
		texts = where.Narrowing{} // the id finds it
	}
	r.index, err = searchindex.Read(ctx, tx, searchindex.Of{Tenant: r.tenant, Class: r.class, Also: texts.Keys()}, texts.Alternatives())
	if err == nil && r.ID == "" && !r.index.Narrows() {
		r.flag, err = r.flagged()
	}
	return r, err
}

// may gives the keys of a class's objects that may hold a text; false where there are more than so many.
func (r *search) may(ctx context.Context, class, text string, most int) ([]int64, bool, error) {
	var key int64
	if err := r.tx.QueryRowContext(ctx, "SELECT class FROM classes WHERE name = ?", class).Scan(&key); err != nil {
		if isNoRows(err) {
			err = nil
		}
		return nil, true, err
	}
	x, err := searchindex.Read(ctx, r.tx, searchindex.Of{Tenant: r.tenant, Class: key}, [][]string{{text}})
	if err != nil {
		return nil, false, err
	}
	return x.Some(most)
}

// flagged finds the objects that have a flag by the index of its order, where there is
// one and all the property's values are flags: there they lie in the order of their keys.
func (r *search) flagged() (selection, error) {
	for _, c := range r.Filters {
		property, member := c.Parts()
		order, known := where.By(property, r.layout.position)
		on := strings.EqualFold(c.Value, "true")
		if c.Op != entra.OpEquals || member != "" || !known || order.Position < 0 || !(on || strings.EqualFold(c.Value, "false")) {
			continue
		}
		name, _ := order.Index(r.class)
		if found, err := hasIndex(r.ctx, r.tx, name); err != nil || !found {
			return selection{}, err
		}
		var other bool // texts and what has parts come behind all flags
		err := r.tx.QueryRowContext(r.ctx, fmt.Sprintf("SELECT EXISTS (SELECT 1 FROM objects INDEXED BY %s WHERE tenant = ? AND class = %d AND %s >= '')", name, r.class, order.Expression), r.tenant).Scan(&other)
		if err != nil || other {
			return selection{}, err
		}
		value := map[bool]string{true: "1", false: "0"}[on]
		return selection{from: "objects INDEXED BY " + name, condition: " AND " + order.Expression + " = " + value}, nil
	}
	return selection{}, nil
}

// from is where a part of what is searched is read from.
func (r *search) from(p searchindex.Part, condition string) string {
	if r.flag.from != "" {
		return r.flag.from + condition + r.flag.condition + p.Condition
	}
	return p.From + condition + p.Condition
}

// find gives what the search finds in some states, until told to stop. Without a
// text it is only what is wanted of that.
func (r *search) find(condition string, args []any, yield func(entra.StoredObject) bool) error {
	wanted := Range{}
	if !r.narrows() {
		wanted = r.Range
	}
	if late, is, err := r.late(); err != nil || is {
		if err == nil {
			err = r.backwards(condition, args, late, yield)
		}
		return err
	}
	var failed error
	err := r.index.Parts(func(p searchindex.Part) bool {
		text := "SELECT id, state, properties, first_seen, last_changed" + r.names() + " FROM " + r.from(p, condition) + " ORDER BY state, object LIMIT ? OFFSET ?"
		if wanted.Limit > 0 {
			text = r.page(r.from(p, condition), "")
		}
		for o, err := range stream(r.ctx, r.tx, r.scanObject, query{"searching failed", text, slices.Concat(args, []any{p.Arg, wanted.limit(), wanted.Offset})}) {
			if failed = err; err != nil || !yield(o) {
				return false
			}
		}
		return true
	})
	return errors.Join(err, failed)
}

// page asks for a page of what is looked for in a direction: whose it is, and what is passed over on the
// way, is told by an index alone, and only the page's own rows are read.
func (r *search) page(of, direction string) string {
	order := " ORDER BY state" + direction + ", object" + direction
	return "SELECT id, state, properties, first_seen, last_changed" + r.names() + " FROM objects WHERE object IN (SELECT object FROM " + of + order + " LIMIT ? OFFSET ?)" + order
}

// late is the page that is wanted as it lies from the end of the class on, where that is
// nearer than the beginning; false where only going through the rows tells that.
func (r *search) late() (late Range, is bool, err error) {
	if r.narrows() || r.ID != "" || len(r.Lacks) > 0 || r.Deleted || r.Filtered || r.Limit <= 0 || r.Offset == 0 {
		return late, false, nil
	}
	var total int
	err = r.tx.QueryRowContext(r.ctx, "SELECT total FROM tenant_classes WHERE tenant = ? AND class = ?", r.tenant, r.class).Scan(&total)
	if isNoRows(err) {
		return late, false, nil
	}
	late.Limit = max(0, min(r.Limit, total-r.Offset))
	late.Offset = total - r.Offset - late.Limit
	return late, late.Offset < r.Offset, err
}

// backwards gives a page that is read from the end on.
func (r *search) backwards(condition string, args []any, late Range, yield func(entra.StoredObject) bool) error {
	if late.Limit == 0 {
		return nil
	}
	page, err := rows.All(r.ctx, r.tx, func(row rows.Scanner) (entra.StoredObject, error) { return r.scanObject(row) }, rows.Ask("searching failed", r.page("objects"+condition, " DESC"), append(args, late.Limit, late.Offset)...))
	slices.Reverse(page)
	for _, o := range page {
		if !yield(o) {
			break
		}
	}
	return err
}

// count counts what the search finds in some states.
func (r *search) count(condition string, args []any) (n int, err error) {
	var failed error
	err = r.index.Parts(func(p searchindex.Part) bool {
		var some int
		failed = r.tx.QueryRowContext(r.ctx, "SELECT count(*) FROM "+r.from(p, condition), append(args, p.Arg)...).Scan(&some)
		n += some
		return failed == nil
	})
	return n, errors.Join(err, failed)
}

// mostGathered is how many objects that may hold a text are sorted by themselves;
// where there may be more, it is quicker to look at all in their order.
const mostGathered = 20_000

// sorted gives objects in the order of a property, those that lack it last, equal ones
// in the order of first sight. Where the class has an index of that order
// ([Store.IndexOrder]), first rows come at once; else SQLite looks at all rows and
// keeps as many as are wanted.
func (s *Store) sorted(ctx context.Context, tenant int64, q ObjectQuery, yield func(entra.StoredObject) bool) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return trouble("reading the objects failed", err)
	}
	defer tx.Rollback() // nothing was written
	r, err := newSearch(ctx, tx, searched{tenant, q, s.now(), s.named})
	if err == nil {
		err = r.inOrder(yield)
	}
	return trouble("reading the objects failed", err)
}

// selection is a question for objects, without their order.
type selection struct {
	from, condition string
	args            []any
}

func (q selection) and(more string) selection {
	q.condition += " AND " + more
	return q
}

// part is some of what is sorted, in an order of its own, and behind that of first sight.
type part struct {
	selection
	by string // "": of first sight alone
}

func (r *search) inOrder(yield func(entra.StoredObject) bool) error {
	order, known := where.By(r.Sort, r.layout.position)
	all, err := r.selection(order, known)
	if err != nil {
		return err
	}
	parts := []part{{all, ""}}
	switch {
	case known && where.LeadsTo(r.Sort) != "": // who lacks it is no part of its own: to ask each twice what it leads to takes twice as long
		parts = []part{{all, order.Expression}}
	case known:
		parts = []part{{all.and(order.Present()), order.Expression}, {all.and(order.Expression + " IS NULL"), ""}}
	}
	late, is, err := r.late()
	switch {
	case err != nil || is && late.Limit == 0:
		return err
	case !is:
		return r.through(parts, r.Descending, r.Range, yield)
	}
	slices.Reverse(parts)
	var page []entra.StoredObject
	err = r.through(parts, !r.Descending, late, func(o entra.StoredObject) bool { page = append(page, o); return true })
	for _, o := range slices.Backward(page) {
		if !yield(o) {
			break
		}
	}
	return err
}

// through gives what is wanted of parts that follow on each other.
func (r *search) through(parts []part, descending bool, wanted Range, yield func(entra.StoredObject) bool) error {
	direction := map[bool]string{true: " DESC"}[descending]
	absent := ""
	if len(parts) == 1 { // read from the end on, they come first
		absent = map[bool]string{true: " NULLS LAST", false: " NULLS FIRST"}[descending == r.Descending]
	}
	for i, p := range parts {
		by := "object" + direction
		if p.by != "" {
			by = p.by + direction + absent + ", " + by
		}
		shown, more, err := r.ordered(p.selection, by, wanted, yield)
		if err != nil || !more || i == len(parts)-1 {
			return err
		}
		if wanted.Limit > 0 {
			wanted.Limit -= shown
		}
		switch {
		case shown > 0:
			wanted.Offset = 0
		case wanted.Offset > 0:
			var before int
			if err := r.tx.QueryRowContext(r.ctx, "SELECT count(*) FROM "+p.from+p.condition, p.args...).Scan(&before); err != nil {
				return err
			}
			wanted.Offset -= before
		}
	}
	return nil
}

// selection says how to find what is wanted: by its keys, where the search index leaves
// few, else by the index of the order, where there is one.
func (r *search) selection(order where.Order, known bool) (q selection, err error) {
	q.from = "objects"
	q.condition, q.args = r.match(strings.Join(r.states(), ", "))
	keys, few, err := r.index.Keys(mostGathered)
	if err != nil {
		return q, err
	}
	if few {
		q.from = "objects NOT INDEXED"
		q.args = append(q.args, searchindex.KeyList(keys))
		return q.and("object IN (SELECT value FROM json_each(?))"), nil
	}
	if !known || order.Position < 0 || r.ID != "" {
		return q, nil
	}
	name, _ := order.Index(r.class)
	found, err := hasIndex(r.ctx, r.tx, name)
	if found {
		q.from += " INDEXED BY " + name
	}
	return q, err
}

func hasIndex(ctx context.Context, db queryer, name string) (found bool, err error) {
	err = db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?)", name).Scan(&found)
	return found, err
}

// ordered gives what is selected, in an order; false where no more is wanted.
func (r *search) ordered(q selection, order string, wanted Range, yield func(entra.StoredObject) bool) (shown int, more bool, err error) {
	text := "SELECT id, state, properties, first_seen, last_changed" + r.names() + " FROM " + q.from + q.condition + " ORDER BY " + order + " LIMIT ? OFFSET ?"
	args := append(q.args[:len(q.args):len(q.args)], wanted.limit(), wanted.Offset)
	for o, err := range stream(r.ctx, r.tx, r.scanObject, query{"sorting failed", text, args}) {
		if err != nil {
			return shown, false, err
		}
		shown++
		if !yield(o) {
			return shown, false, nil
		}
	}
	return shown, wanted.Limit <= 0 || shown < wanted.Limit, nil
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
