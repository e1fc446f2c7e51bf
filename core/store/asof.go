package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store/reach"
	"github.com/entraidsync/entraidsync/core/store/rows"
	"github.com/entraidsync/entraidsync/core/store/where"
)

// moment reads a tenant as it was at a moment in the past, in one read transaction:
// the state of an object from its first change after it, values by taking its changes
// back from now on, links by since and until. What can't be known is not shown; see
// [Store.Doubts]. Nothing is read before it is asked for, and little of it is kept.
type moment struct {
	ctx    context.Context
	tx     *sql.Tx
	tenant int64
	at     int64           // ms
	held   map[string]bool // classes that had been held whole by then
	ends   *sql.Stmt
	known  map[int64]pastEnd
	roles  map[string]jsontext.Value // what apps declared, by their ids
	bought map[string]string         // licences, once asked for
}

// pastQuery is whose past is asked for, and which moment of it.
type pastQuery struct {
	ctx    context.Context
	tenant int64
	at     time.Time
}

// pastRows gives what is read of a moment, row by row.
func pastRows[T any](s *Store, q pastQuery, read func(*moment, func(T) bool) error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		tx, err := s.read.BeginTx(q.ctx, nil)
		if err == nil {
			defer tx.Rollback() // nothing was written
			var m *moment
			if m, err = newMoment(q.ctx, tx, q.tenant, q.at); err == nil {
				err = read(m, func(row T) bool { return yield(row, nil) })
			}
		}
		if err != nil {
			yield(none, trouble("reading what was then failed", err))
		}
	}
}

func newMoment(ctx context.Context, tx *sql.Tx, tenant int64, at time.Time) (m *moment, err error) {
	m = &moment{ctx: ctx, tx: tx, tenant: tenant, at: at.UnixMilli(), held: map[string]bool{}, known: map[int64]pastEnd{}, roles: map[string]jsontext.Value{}}
	scan := func(row scanner) (name string, err error) { return name, row.Scan(&name) }
	for name, err := range stream(ctx, tx, scan, query{"reading what was held failed", `SELECT DISTINCT c.name FROM class_epochs e JOIN classes c USING (class)
		WHERE e.tenant = ? AND e.why = 'held' AND e.since <= ?`, []any{tenant, m.at}}) {
		if err != nil {
			return nil, err
		}
		m.held[name] = true
	}
	m.ends, err = tx.PrepareContext(ctx, `SELECT o.id, c.name, o.properties ->> '$[0]', `+where.ThenColumns+", "+where.NextBefore("displayName")+`,
		CASE WHEN c.name = 'users' THEN o.properties ->> (SELECT '$[' || p.position || ']' FROM properties p WHERE p.class = o.class AND p.name = 'userPrincipalName') END,
		CASE WHEN c.name = 'users' THEN `+where.NextBefore("userPrincipalName")+` END
		FROM objects o JOIN classes c USING (class) WHERE o.object = ?2`)
	return m, err
}

// pastEnd is an end of a link as it was.
type pastEnd struct {
	entra.LinkEnd
	account string // userPrincipalName of a user
	state   entra.State
	known   bool
}

// mostEnds bounds what is kept of the ends of links.
const mostEnds = 10_000

// end tells how the object at the end of a link was.
func (m *moment) end(key int64) (pastEnd, error) {
	if e, ok := m.known[key]; ok {
		return e, nil
	}
	var e pastEnd
	var c where.Then
	var name, earlier, account, before sql.NullString
	err := m.ends.QueryRowContext(m.ctx, m.at, key).Scan(&e.ID, &e.Class, &name, &c.Now, &c.Seen, &c.First, &c.Hidden, &earlier, &account, &before)
	if err != nil {
		return e, err
	}
	e.state, e.known = c.Was(m.at)
	if _, table := entra.ClassNamed(e.Class); table && !m.held[e.Class] {
		e.state = entra.Unseen
	}
	e.Name, e.account = where.TextThen(name, earlier), where.TextThen(account, before)
	if !e.known || e.state == entra.Unseen || e.state == entra.Filtered {
		e.Name, e.account = "", ""
	} else if class, _ := entra.ClassNamed(e.Class); class.Gives != "" {
		err = m.objects(ObjectQuery{Class: e.Class, ID: e.ID, Deleted: true}, func(o entra.StoredObject) bool { e.Name = o.Given; return true })
	}
	if len(m.known) >= mostEnds {
		clear(m.known)
	}
	m.known[key] = e
	return e, err
}

// inSight tells whether a link between two objects was in sight, if it was open.
func inSight(source, target pastEnd) bool {
	return source.known && source.state == entra.Live && !target.gone()
}

// gone tells whether links to the object were out of sight.
func (e pastEnd) gone() bool {
	return e.known && (e.state == entra.Deleted || e.state == entra.Erased)
}

// reaching is the moment for who follows links further than one step.
func (m *moment) reaching() *reach.Past {
	return &reach.Past{At: m.at, End: func(key int64) (reach.End, error) {
		e, err := m.end(key)
		return reach.End{LinkEnd: e.LinkEnd, Live: e.known && e.state == entra.Live, Gone: e.gone()}, err
	}, Objects: func(class, id string, yield func(entra.StoredObject) bool) error {
		return m.objects(ObjectQuery{Class: class, ID: id}, yield)
	}}
}

// lacks tells whether an object had no link of a relation in sight.
func (m *moment) lacks(key int64, relation string) (bool, error) {
	targets, err := rows.Keys(m.ctx, m.tx, rows.Ask("reading the links failed", `SELECT target FROM links WHERE source = ?1
		AND relation = (SELECT relation FROM relations WHERE name = ?2) AND since <= ?3 AND (until IS NULL OR until > ?3)`, key, relation, m.at))
	for _, target := range targets {
		e, err := m.end(target)
		if err != nil || !e.gone() {
			return false, err
		}
	}
	return true, err
}

// links gives the links that were in sight.
func (m *moment) links(q LinkQuery, yield func(entra.StoredLink) bool) error {
	scan := func(row scanner) (l pastLink, err error) {
		return l, row.Scan(&l.name, &l.source, &l.target, &l.since)
	}
	asked := q.where(m.tenant)
	from, matches, args := asked.Match()
	text := "SELECT r.name, l.source, l.target, l.since FROM " + from + " CROSS JOIN objects t ON t.object = l.target CROSS JOIN relations r ON r.relation = l.relation" + matches +
		" AND l.since <= ? AND (l.until IS NULL OR l.until > ?)" + asked.Order()
	skip, left := q.Offset, q.Limit
	for l, err := range stream(m.ctx, m.tx, scan, query{"reading the links failed", text, append(args, m.at, m.at)}) {
		if err != nil {
			return err
		}
		source, err := m.end(l.source)
		if err != nil {
			return err
		}
		target, err := m.end(l.target)
		if err != nil {
			return err
		}
		out := entra.StoredLink{Relation: l.name, Source: source.LinkEnd, Target: target.LinkEnd, Since: time.UnixMilli(l.since).UTC()}
		if !inSight(source, target) || !q.holds(out) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		left--
		if !yield(out) || left == 0 {
			return nil
		}
	}
	return nil
}

// pastObject is an object as it is, and what is known of how it was.
type pastObject struct {
	key int64
	entra.StoredObject
	raw []byte
	where.Then
}

// objects gives the objects that were there, those first that still are, or in the order that is asked for.
func (m *moment) objects(q ObjectQuery, yield func(entra.StoredObject) bool) error {
	if q.Sort != "" {
		return m.sorted(q, yield)
	}
	return m.each(q, func(_ int64, o entra.StoredObject) bool { return yield(o) })
}

// each gives the objects that were there with their keys, those first that still are.
func (m *moment) each(q ObjectQuery, yield func(key int64, o entra.StoredObject) bool) error {
	if !m.held[q.Class] {
		return nil
	}
	var class int64
	if err := m.tx.QueryRowContext(m.ctx, "SELECT class FROM classes WHERE name = ?", q.Class).Scan(&class); err != nil {
		return err
	}
	l, err := readLayout(m.ctx, m.tx, class)
	if err != nil {
		return err
	}
	skip, left := q.Offset, q.Limit
	more := true
	for _, state := range []entra.State{entra.Live, entra.Deleted, entra.Filtered, entra.Erased} {
		text := "SELECT o.object, o.id, o.properties, o.last_changed, " + where.ThenColumns + " FROM objects o WHERE o.tenant = ?2 AND o.class = ?3 AND o.state = ?4"
		args := []any{m.at, m.tenant, class, int(state)}
		if q.ID != "" {
			text, args = text+" AND o.id = ?5", append(args, entra.CanonicalID(q.ID))
		}
		err := m.eachObject(query{"reading the objects failed", text + " ORDER BY o.object", args}, func(p pastObject) (bool, error) {
			o, ok, err := m.object(p, l, q)
			if err != nil || !ok {
				return true, err
			}
			if skip > 0 {
				skip--
				return true, nil
			}
			left--
			more = yield(p.key, o) && left != 0
			return more, nil
		})
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// mostPast bounds how many objects of a moment in the past are sorted to give all of them.
const mostPast = 100_000

// sorted gives the objects of a moment in the order of a property. It looks at all of
// them, and keeps as many as are wanted.
func (m *moment) sorted(q ObjectQuery, yield func(entra.StoredObject) bool) error {
	top := where.Top{Query: where.Query{Descending: q.Descending, Most: mostPast}}
	if q.Limit > 0 {
		top.Most = q.Offset + q.Limit
	}
	all := q
	all.Sort, all.Range = "", Range{}
	relation := where.LeadsTo(q.Sort)
	var failed error
	err := m.each(all, func(key int64, o entra.StoredObject) bool {
		value := where.ValueOf(o, q.Sort)
		if relation != "" {
			var name string
			name, failed = m.ledTo(key, o, relation)
			value = where.Name(name)
		}
		return failed == nil && top.Add(o, value)
	})
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	if top.Dropped() && q.Limit <= 0 {
		return entra.Invalid("the objects of then can't be sorted", "there are too many of them", "ask for a page, or leave out the order")
	}
	top.InOrder(q.Offset, yield)
	return nil
}

func (m *moment) eachObject(q query, fn func(pastObject) (more bool, err error)) error {
	scan := func(row scanner) (p pastObject, err error) {
		var changed sql.NullInt64
		err = row.Scan(&p.key, &p.ID, &p.raw, &changed, &p.Now, &p.Seen, &p.First, &p.Hidden)
		p.LastChanged, p.FirstSeen = fromMillis(changed), fromMillis(sql.NullInt64{Int64: p.Seen, Valid: true})
		return p, err
	}
	for p, err := range stream(m.ctx, m.tx, scan, q) {
		if err != nil {
			return err
		}
		if more, err := fn(p); err != nil || !more {
			return err
		}
	}
	return nil
}

// object gives an object as it was; false where it was not there, or is not wanted.
func (m *moment) object(p pastObject, l *layout, q ObjectQuery) (entra.StoredObject, bool, error) {
	class, _ := entra.ClassNamed(q.Class)
	o, known, err := m.restore(p, l, class)
	wanted := known && (o.State == entra.Live || (o.State == entra.Deleted && q.Deleted) || (o.State == entra.Filtered && q.Filtered))
	if wanted && err == nil {
		err = m.repeat(&o, class)
	}
	if wanted && err == nil {
		wanted, err = m.fits(p.key, o, q)
	}
	for i := 0; wanted && err == nil && i < len(q.Lacks); i++ {
		wanted, err = m.lacks(p.key, q.Lacks[i])
	}
	if wanted && err == nil && class.Gives != "" {
		o.Given, err = m.given(o, class)
	}
	return o, wanted, err
}

// restore gives an object as it was, whether in sight or not; false where that can't
// be known.
func (m *moment) restore(p pastObject, l *layout, class entra.Class) (o entra.StoredObject, known bool, err error) {
	o = p.StoredObject
	o.Class = class.Name
	if o.State, known = p.Was(m.at); !known {
		return o, false, nil
	}
	if err := m.past(&o, p, l); err != nil {
		return o, false, say.Errorf("object %s: %s", o.ID, err)
	}
	o.Properties = o.Properties.Without(class.Volatile)
	return o, true, nil
}

// past brings an object back to how it was.
func (m *moment) past(o *entra.StoredObject, p pastObject, l *layout) error {
	changed := p.LastChanged.UnixMilli() > m.at
	if o.State == entra.Unseen || (o.State == entra.Erased && (!changed || p.Again(m.at))) {
		return nil
	}
	props, err := l.unpack(p.raw)
	if err != nil {
		return err
	}
	if changed {
		if err := m.lastBefore(o, p, &props); err != nil {
			return err
		}
	}
	if p.First.Valid && o.State == entra.Live {
		if props, err = m.undo(p.key, props); err != nil {
			return err
		}
	}
	o.Properties = props
	return nil
}

// lastBefore finds when an object had changed last by then, and what it was like
// where that was its deletion: a purge leaves no record, and a restored object may
// differ.
func (m *moment) lastBefore(o *entra.StoredObject, p pastObject, props *entra.Properties) error {
	var kind entra.ChangeKind
	var when int64
	var before []byte
	o.LastChanged = o.FirstSeen
	err := m.tx.QueryRowContext(m.ctx, "SELECT kind, time, before FROM changes WHERE object = ? AND target IS NULL AND time <= ? ORDER BY time DESC, change DESC LIMIT 1", p.key, m.at).
		Scan(&kind, &when, &before)
	if isNoRows(err) {
		return nil
	}
	if err != nil {
		return err
	}
	o.LastChanged = time.UnixMilli(when).UTC()
	if kind != entra.ChangeDeleted {
		return nil
	}
	if o.State == entra.Erased {
		o.State = entra.Deleted
	}
	*props, err = entra.ParseProperties(before)
	return err
}
