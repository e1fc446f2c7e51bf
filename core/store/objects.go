package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/where"
)

// ObjectQuery says which objects of a tenant are wanted.
type ObjectQuery struct {
	Class      string
	ID         string            // only this one
	Search     string            // in the id or any value, without regard to ASCII case
	Filters    []entra.Condition // that all hold
	Lacks      []string          // relations of which an object has no link in sight
	Sort       string            // a property, or id, first_seen, last_changed; "": the order of first sight. Who lacks it comes last
	Descending bool
	Deleted    bool      // soft-deleted ones, too
	Filtered   bool      // filtered ones, too: only their ids
	At         time.Time // as they were then, without volatile properties; zero: now
	Range
}

// Objects gives the objects of one class, those in sight first, in the order in
// which they were first seen: the order in which they lie in the file.
func (s *Store) Objects(ctx context.Context, tenant int64, q ObjectQuery) iter.Seq2[entra.StoredObject, error] {
	if !q.At.IsZero() {
		return pastRows(s, pastQuery{ctx, tenant, q.At}, func(m *moment, yield func(entra.StoredObject) bool) error { return m.objects(q, yield) })
	}
	return func(yield func(entra.StoredObject, error) bool) {
		if q.Sort != "" {
			if err := s.sorted(ctx, tenant, q, func(o entra.StoredObject) bool { return yield(o, nil) }); err != nil {
				yield(entra.StoredObject{}, err)
			}
			return
		}
		skip, left := q.Offset, q.Limit
		if !q.narrows() {
			skip = 0 // SQL does
		}
		err := s.searching(ctx, tenant, q, func(r *search, where string, args []any) (more bool, err error) {
			more = true
			err = r.find(where, args, func(o entra.StoredObject) bool {
				if skip > 0 {
					skip--
					return true
				}
				left--
				more = yield(o, nil) && left != 0
				return more
			})
			return more, err
		})
		if err != nil {
			yield(entra.StoredObject{}, err)
		}
	}
}

// ObjectCount counts what [Store.Objects] would give in all.
func (s *Store) ObjectCount(ctx context.Context, tenant int64, q ObjectQuery) (int, error) {
	n := 0
	if !q.At.IsZero() {
		q.Sort, q.Range = "", Range{}
		for _, err := range s.Objects(ctx, tenant, q) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
	err := s.searching(ctx, tenant, q, func(r *search, where string, args []any) (more bool, err error) {
		some, err := r.count(where, args)
		n += some
		return true, err
	})
	return n, err
}

// searching looks for what is wanted in one read transaction: for a text state
// by state, otherwise in all of them at once.
func (s *Store) searching(ctx context.Context, tenant int64, q ObjectQuery, fn func(r *search, where string, args []any) (more bool, err error)) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return trouble("reading the objects failed", err)
	}
	defer tx.Rollback() // nothing was written
	r, err := newSearch(ctx, tx, searched{tenant, q, s.now(), s.named})
	states := q.states()
	if !q.narrows() {
		states = []string{strings.Join(states, ", ")}
	}
	for more := true; err == nil && more && len(states) > 0; states = states[1:] {
		where, args := r.match(states[0])
		more, err = fn(r, where, args)
	}
	return trouble("reading the objects failed", err)
}

// states are those that are wanted, as SQL has them.
func (q ObjectQuery) states() []string {
	states := []string{"1"}
	if q.Deleted {
		states = append(states, "2")
	}
	if q.Filtered {
		states = append(states, "3")
	}
	return states
}

// text is what is searched for.
func (q ObjectQuery) text() string { return strings.TrimSpace(q.Search) }

// narrows tells whether the search index may know what to look at.
func (q ObjectQuery) narrows() bool { return q.text() != "" || len(q.Filters) > 0 }

// match is what SQL asks of an object in one of some states.
func (r *search) match(states string) (string, []any) {
	where, args := fmt.Sprintf(" WHERE tenant = ? AND class = %d AND state IN (%s)", r.class, states), []any{r.tenant}
	if r.ID != "" { // the plus: it is found by its id, not among all of the class
		where = fmt.Sprintf(" WHERE tenant = ? AND +class = %d AND +state IN (%s) AND id = ?", r.class, states)
		args = append(args, entra.CanonicalID(r.ID))
	}
	for _, c := range r.clauses {
		where, args = where+" AND "+c.SQL, append(args, c.Args...)
	}
	return where, args
}

// names asks for what an object gives by a property that is an id, by name.
func (r *search) names() string {
	if class, _ := entra.ClassNamed(r.Class); class.Gives == "" {
		return ", NULL"
	}
	return ", (SELECT name FROM app_role_names n WHERE n.object = objects.object)"
}

// scanObject reads an object of the class.
func (r *search) scanObject(row scanner) (entra.StoredObject, error) {
	o := entra.StoredObject{Class: r.Class}
	var packed sql.RawBytes
	var first, last sql.NullInt64
	var name sql.NullString
	err := row.Scan(&o.ID, &o.State, &packed, &first, &last, &name)
	if err != nil {
		return o, err
	}
	o.Given = name.String
	o.FirstSeen, o.LastChanged = fromMillis(first), fromMillis(last)
	o.Properties, err = r.layout.unpack(bytes.Clone(packed))
	return o, err
}

// jsonText is a text as it stands inside a stored JSON string.
func jsonText(text string) string {
	quoted, _ := jsontext.AppendQuote(nil, text) // what is no UTF-8 is in no value
	return string(quoted[1 : len(quoted)-1])
}

// ClassesOf are the classes of what is held with an id, or was, or that something held
// leads to: more than one where classes have ids of their own.
func (s *Store) ClassesOf(ctx context.Context, tenant int64, id string) (classes []string, err error) {
	scan := func(row scanner) (class string, err error) { return class, row.Scan(&class) }
	for class, err := range stream(ctx, s.read, scan, query{"reading the objects failed",
		"SELECT c.name FROM objects o JOIN classes c USING (class) WHERE o.tenant = ? AND o.id = ? ORDER BY o.space", []any{tenant, entra.CanonicalID(id)}}) {
		if err != nil {
			return nil, err
		}
		classes = append(classes, class)
	}
	return classes, nil
}

// Contents is all that the copy of a tenant holds at one moment, in the order of the
// ids: so that two copies can be compared side by side. It is to be closed.
type Contents struct {
	ctx     context.Context
	tx      *sql.Tx
	tenant  int64
	classes map[int64]string
	layouts map[int64]*layout
}

// Content is an object that is held: live, or left out by the filter.
type Content struct {
	entra.StoredObject
	Space   string // the class that has ids of its own; "": the directory's
	Damaged error  // why its properties can't be read
}

// Contents begins to read.
func (s *Store) Contents(ctx context.Context, tenant int64) (*Contents, error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, trouble("reading the objects failed", err)
	}
	c := &Contents{ctx: ctx, tx: tx, tenant: tenant, classes: map[int64]string{}, layouts: map[int64]*layout{}}
	type named struct {
		key  int64
		name string
	}
	classes := func(row scanner) (n named, err error) { return n, row.Scan(&n.key, &n.name) }
	for n, err := range stream(ctx, tx, classes, query{"reading the classes failed", "SELECT class, name FROM classes", nil}) {
		if err != nil {
			return nil, errors.Join(err, c.Close())
		}
		c.classes[n.key] = n.name
	}
	for key := range c.classes {
		if c.layouts[key], err = readLayout(ctx, tx, key); err != nil {
			return nil, errors.Join(trouble("reading the classes failed", err), c.Close())
		}
	}
	return c, nil
}

// Close ends the reading.
func (c *Contents) Close() error { return c.tx.Rollback() }

// Objects are those of all classes.
func (c *Contents) Objects() iter.Seq2[Content, error] {
	return stream(c.ctx, c.tx, c.scan, query{"reading the objects failed",
		"SELECT id, class, space, state, properties FROM objects INDEXED BY objects_id WHERE tenant = ? AND state IN (1, 3) ORDER BY id", []any{c.tenant}})
}

func (c *Contents) scan(row scanner) (Content, error) {
	var o Content
	var class, space int64
	var packed sql.RawBytes
	if err := row.Scan(&o.ID, &class, &space, &o.State, &packed); err != nil {
		return o, err
	}
	o.Class, o.Space = c.classes[class], c.classes[space]
	if space == 0 {
		o.Space = ""
	}
	o.Properties, o.Damaged = c.layouts[class].unpack(bytes.Clone(packed))
	return o, nil
}

// Links are those in sight, by their sources' ids, relations and targets' ids.
func (c *Contents) Links() iter.Seq2[entra.StoredLink, error] {
	text, args := LinkQuery{}.where(c.tenant).Select()
	return stream(c.ctx, c.tx, scanLink, query{"reading the links failed", text, append(args, -1, 0)})
}

// side is one of the two moments of a difference: the object as it was, what of it is told (nil: nothing), and where.
type side struct {
	at   *moment
	was  entra.StoredObject
	told entra.Properties
	to   *[]byte
}

// tell writes one side of a difference, with the names that the object showed then.
func (s side) tell(x *entra.Change, key int64, class entra.Class) error {
	if s.told == nil {
		return nil
	}
	if s.was.Properties = s.told; x.Kind != entra.Updated {
		if err := s.at.repeat(&s.was, class); err != nil {
			return err
		}
	}
	*s.to = s.was.Properties.JSON()
	return s.at.name(x, key, s.was)
}

// NameEnds tells each change what the objects are called, or were last, whose ids stand in it:
// those that its properties refer to, its licences, and its own and its target where these have
// no displayName.
func (s *Store) NameEnds(ctx context.Context, tenant int64, changes []entra.Change) error {
	if err := s.lead(ctx, tenant, changes); err != nil {
		return err
	}
	var ids []string
	wanted := make([][]string, len(changes))
	for i, c := range changes {
		wanted[i] = idsIn(c)
		ids = append(ids, wanted[i]...)
	}
	if len(ids) == 0 {
		return nil
	}
	list, _ := json.Marshal(ids)
	scan := func(row scanner) (e entra.LinkEnd, err error) { return e, row.Scan(&e.ID, &e.Class, &e.Name) }
	ends := map[string]entra.LinkEnd{}
	for e, err := range stream(ctx, s.read, scan, query{"reading the changes failed", `SELECT o.id, c.name, ` + where.Called("o") + `
		FROM (SELECT DISTINCT value FROM json_each(?2)) i CROSS JOIN objects o ON o.tenant = ?1 AND o.id = i.value JOIN classes c ON c.class = o.class ORDER BY o.space = 0`, []any{tenant, string(list)}}) {
		if err != nil {
			return err
		}
		ends[e.ID] = e
	}
	if err := s.nameLicences(ctx, tenant, wanted, ends); err != nil {
		return err
	}
	for i := range changes {
		if to := changes[i].Target; to != nil && to.Name == "" {
			named := *to
			named.Name = ends[to.ID].Name
			changes[i].Target = &named
		}
		for _, id := range wanted[i] {
			e, known := ends[id]
			if _, then := changes[i].Ends[id]; known && !then { // a difference tells what it was called then
				changes[i].Named(e, id)
			}
		}
	}
	return nil
}

// idsIn are the ids that stand in a change for objects.
func idsIn(c entra.Change) (ids []string) {
	if c.DisplayName == "" {
		ids = append(ids, c.ID)
	}
	if c.Target != nil && c.Target.Name == "" {
		ids = append(ids, c.Target.ID)
	}
	for _, l := range c.Leads {
		ids = append(ids, l.Target)
	}
	class, _ := entra.ClassNamed(c.Class)
	for _, side := range [][]byte{c.Before, c.After} {
		p, err := entra.ParseProperties(side)
		if len(side) == 0 || err != nil {
			continue
		}
		for _, l := range class.Linked(p) {
			ids = append(ids, l.Target)
		}
		ids = append(ids, entra.LicenceIDs(p)...)
	}
	return ids
}

// nameLicences adds the names of those ids that are licences and that no object has.
func (s *Store) nameLicences(ctx context.Context, tenant int64, wanted [][]string, ends map[string]entra.LinkEnd) error {
	unnamed := func(id string) bool { return ends[id].Name == "" }
	if !slices.ContainsFunc(wanted, func(ids []string) bool { return slices.ContainsFunc(ids, unnamed) }) {
		return nil
	}
	licences, err := s.Licences(ctx, tenant, time.Time{})
	for id, e := range licences {
		if unnamed(id) {
			ends[id] = e
		}
	}
	return err
}

// Licences are what a tenant's licences are called, by their skuIds: users and groups name them by these. Of a moment
// in the past (zero: now) they are called as then; what is held no longer, or was not yet, by its last name.
func (s *Store) Licences(ctx context.Context, tenant int64, at time.Time) (map[string]entra.LinkEnd, error) {
	out := map[string]entra.LinkEnd{}
	last := stream(ctx, s.read, func(row scanner) (o entra.StoredObject, err error) {
		var before []byte
		if err = row.Scan(&o.ID, &before); err == nil {
			o.Properties, err = entra.ParseProperties(before)
		}
		return o, err
	}, query{"reading the objects failed", `SELECT o.id, x.before FROM objects o JOIN changes x ON x.object = o.object AND x.target IS NULL AND x.kind = 'deleted'
		WHERE o.tenant = ? AND o.class = (SELECT class FROM classes WHERE name = '` + entra.Licences + `') AND o.state = 4 ORDER BY x.time, x.change`, []any{tenant}})
	all := []iter.Seq2[entra.StoredObject, error]{last, s.Objects(ctx, tenant, ObjectQuery{Class: entra.Licences})}
	if !at.IsZero() {
		all = append(all, s.Objects(ctx, tenant, ObjectQuery{Class: entra.Licences, At: at}))
	}
	for _, some := range all { // the best last
		for o, err := range some {
			if err != nil {
				return nil, err
			}
			if id := strings.ToLower(o.Properties.Text("skuId")); id != "" {
				out[id] = entra.LinkEnd{Class: entra.Licences, ID: o.ID, Name: o.Properties.Name()}
			}
		}
	}
	return out, nil
}
