package store

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store/rows"
	"github.com/entraidsync/entraidsync/core/store/where"
)

// displayName is at position 0 of every class's objects, so that SQL finds it.
const displayName = "displayName"

// layout says which property lies where in the arrays of one class's objects.
// It only ever grows, by what a class's objects bring: an array that was
// written earlier is shorter, and stays right.
type layout struct {
	names  []string
	byName []int // positions in the order of the names

	room []jsontext.Value // for pack to work in
}

func newLayout(names []string) *layout {
	l := &layout{names: names, byName: make([]int, len(names))}
	for i := range names {
		l.byName[i] = i
	}
	slices.SortFunc(l.byName, func(a, b int) int { return strings.Compare(names[a], names[b]) })
	return l
}

// position tells where a property lies; false where no object has had it.
func (l *layout) position(name string) (int, bool) {
	i, known := slices.BinarySearchFunc(l.byName, name, func(at int, name string) int { return strings.Compare(l.names[at], name) })
	if !known {
		return 0, false
	}
	return l.byName[i], true
}

// pack is the stored form of properties: one array without the names, null
// where a property is absent, up to the last one that is there. It is written
// into the memory of into. It also gives the names that the layout lacks.
func (l *layout) pack(into []byte, props entra.Properties) (packed []byte, missing []string) {
	l.room = slices.Grow(l.room[:0], len(l.names))[:len(l.names)]
	values := l.room
	clear(values)
	last := -1
	rest := l.byName // both are sorted by name
	for _, p := range props {
		for len(rest) > 0 && l.names[rest[0]] != p.Name && l.names[rest[0]] < p.Name {
			rest = rest[1:]
		}
		known := len(rest) > 0 && l.names[rest[0]] == p.Name
		switch {
		case absent(p.Value):
		case !known:
			missing = append(missing, p.Name)
		default:
			values[rest[0]] = p.Value
			last = max(last, rest[0])
		}
		if known {
			rest = rest[1:]
		}
	}
	if missing != nil {
		return nil, missing
	}
	b := append(into[:0], '[')
	for i, v := range values[:last+1] {
		if i > 0 {
			b = append(b, ',')
		}
		if v == nil {
			v = null
		}
		b = append(b, v...)
	}
	return append(b, ']'), nil
}

// values splits a stored array; nil or null where a property is absent.
func (l *layout) values(packed []byte) ([]jsontext.Value, error) {
	values := make([]jsontext.Value, 0, len(l.names))
	s := jsonscan.Scanner{JSON: packed}
	err := s.Array(func() error {
		v, err := s.Value()
		values = append(values, v)
		return err
	})
	if err == nil {
		err = s.End()
	}
	if err != nil {
		return nil, say.Errorf("the stored properties are damaged: %s", err)
	}
	if len(values) > len(l.names) {
		return nil, say.Errorf("the stored properties are damaged: %d {value|values} of %d", len(values), len(l.names))
	}
	return values[:len(l.names)], nil
}

var null = jsontext.Value("null")

func absent(v jsontext.Value) bool { return len(v) == 0 || v[0] == 'n' }

// unpack is the reverse of pack. Values alias packed.
func (l *layout) unpack(packed []byte) (entra.Properties, error) {
	values, err := l.values(packed)
	if err != nil {
		return nil, err
	}
	props := make(entra.Properties, 0, len(values))
	for _, i := range l.byName {
		if !absent(values[i]) {
			props = append(props, entra.Property{Name: l.names[i], Value: values[i]})
		}
	}
	return props, nil
}

// readLayout reads how a class's objects are laid out.
func readLayout(ctx context.Context, db queryer, class int64) (*layout, error) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM properties WHERE class = ? ORDER BY position", class)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, entra.Intern([]byte(name))) // two names that are one string compare at once
	}
	return newLayout(names), rows.Err()
}

// pack gives the stored form of an object's properties in the memory of into,
// adding to the layout what it lacks.
func (a *applier) pack(into []byte, props entra.Properties) ([]byte, error) {
	packed, missing := a.layout.pack(into, props)
	if missing == nil {
		return packed, nil
	}
	if err := a.extend(missing); err != nil {
		return nil, err
	}
	packed, missing = a.layout.pack(into, props)
	if missing != nil { // there is no place for these
		packed, _ = a.layout.pack(into, a.fit(props))
	}
	return packed, nil
}

// packOne is pack for one statement: it holds until the next call.
func (a *applier) packOne(props entra.Properties) (packed []byte, err error) {
	a.room, err = a.pack(a.room, props)
	return a.room, err
}

// fitting leaves out of an object what has no place any more.
func (a *applier) fitting(o entra.Object) entra.Object {
	if len(a.layout.names) < mostLayout {
		return o
	}
	o.Properties = a.fit(o.Properties)
	if w, ok := a.whole[o.ID]; ok {
		w.Properties = a.fit(w.Properties)
		a.whole[o.ID] = w
	}
	return o
}

func (a *applier) fit(props entra.Properties) entra.Properties {
	_, missing := a.layout.pack(nil, props)
	if missing == nil {
		return props
	}
	a.out.LeftOut = missing[0]
	return props.Without(missing)
}

func (a *applier) extend(missing []string) error {
	names := slices.Clone(a.layout.names)
	if len(names) == 0 {
		names = append(names, displayName)
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == displayName })
	}
	names = append(names, missing[:min(len(missing), mostLayout-len(names))]...)
	if len(names) == len(a.layout.names) {
		return nil
	}
	for i := len(a.layout.names); i < len(names); i++ {
		if _, err := a.exec("INSERT INTO properties (class, position, name) VALUES (?, ?, ?)", a.r.class, i, names[i]); err != nil {
			return err
		}
	}
	a.layout, a.extended = newLayout(names), true
	return nil
}

// mostLayout is how many properties are kept of all objects of a class: every row
// has a place for each that stands before its last one.
const mostLayout = 10_000

// mostColumns is less than SQLite lets a view have.
const mostColumns = 1000

// view makes the class readable by plain SQL: one column a property, one row an
// object in sight.
func (a *applier) view() error {
	quote := func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
	var columns strings.Builder
	for i, name := range a.layout.names[:min(len(a.layout.names), mostColumns)] {
		fmt.Fprintf(&columns, ", properties ->> '$[%d]' AS %s", i, quote(name))
	}
	if name := a.r.Class.GivenName(); name != "" {
		columns.WriteString(", (SELECT name FROM app_role_names n WHERE n.object = objects.object) AS " + quote(name))
	}
	view := quote(a.r.Class.Name)
	_, err := a.ExecContext(a.quiet, fmt.Sprintf("DROP VIEW IF EXISTS %s; CREATE VIEW %s AS SELECT (SELECT name FROM tenants t WHERE t.tenant = objects.tenant) AS tenant, id%s FROM objects WHERE class = %d AND state = 1",
		view, view, columns.String(), a.r.class))
	return err
}

// properties reads what is stored of an object.
func (a *applier) properties(o row) (entra.Properties, error) {
	if !o.found {
		return nil, nil
	}
	return a.layout.unpack(o.raw)
}

// classKey gives the key of a class name, making one where it is new.
func (t *tx) classKey(name string) (int64, error) {
	var key int64
	ok, err := t.row("SELECT class FROM classes WHERE name = ?", []any{name}, &key)
	if ok || err != nil {
		return key, err
	}
	return t.insert("INSERT INTO classes (name) VALUES (?)", name)
}

// relationKey gives the key of a relation's name, making one where it is new.
func (t *tx) relationKey(name string) (int64, error) {
	var key int64
	ok, err := t.row("SELECT relation FROM relations WHERE name = ?", []any{name}, &key)
	if ok || err != nil {
		return key, err
	}
	return t.insert("INSERT INTO relations (name) VALUES (?)", name)
}

// givenByName gives changes that tell of what somebody was given by an id, as an app's role, what that is called.
func (s *Store) givenByName(ctx context.Context, tenant int64, changes iter.Seq2[entra.Change, error]) iter.Seq2[entra.Change, error] {
	return func(yield func(entra.Change, error) bool) {
		given := where.Given{DB: s.read, Tenant: tenant}
		for x, err := range changes {
			if err == nil {
				err = given.Name(ctx, &x)
			}
			if !yield(x, err) {
				return
			}
		}
	}
}

// name tells a difference what an object showed by name at the moment: what it referred to, and what it gave.
func (m *moment) name(x *entra.Change, key int64, o entra.StoredObject) error {
	class, _ := entra.ClassNamed(x.Class)
	if len(class.References) == 0 {
		return nil
	}
	leads, err := m.leads(key)
	for i := 0; i < len(leads) && err == nil; i++ {
		var e pastEnd
		if e, err = m.end(leads[i].target); e.Name != "" {
			x.Named(e.LinkEnd, e.ID)
		}
	}
	if role := o.Properties.Text(class.Gives); role != "" && err == nil {
		var name string
		if name, err = m.given(o, class); name != "" {
			x.Named(entra.LinkEnd{ID: role, Name: name}, role)
		}
	}
	return err
}

// leads are the links that led from an object at the moment.
func (m *moment) leads(key int64) ([]pastLink, error) {
	scan := func(row scanner) (l pastLink, err error) { return l, row.Scan(&l.name, &l.target) }
	return rows.All(m.ctx, m.tx, scan, rows.Ask("reading the links failed", `SELECT r.name, l.target FROM links l JOIN relations r USING (relation)
		WHERE l.source = ?1 AND l.since <= ?2 AND (l.until IS NULL OR l.until > ?2)`, key, m.at))
}

// repeat fills in what an object repeated of others at the moment: what these were called then.
func (m *moment) repeat(o *entra.StoredObject, class entra.Class) error {
	if len(class.Copies) == 0 || o.State == entra.Filtered {
		return nil
	}
	for _, copied := range class.Copies {
		id, _, _ := class.Copied(copied.Property)
		of := o.ID
		if id != "" {
			of = entra.CanonicalID(o.Properties.Text(id))
		}
		var key int64
		err := m.tx.QueryRowContext(m.ctx, "SELECT object FROM objects WHERE tenant = ? AND id = ? AND space = 0", m.tenant, of).Scan(&key)
		if isNoRows(err) {
			continue
		}
		var e pastEnd
		if err == nil {
			e, err = m.end(key)
		}
		if err != nil {
			return err
		}
		name := e.Name
		if copied.Account {
			name = e.account
		}
		if quoted, err := jsontext.AppendQuote(nil, name); name != "" && err == nil {
			o.Properties = entra.NewProperties(append(slices.Clone(o.Properties), entra.Property{Name: copied.Property, Value: quoted}))
		}
	}
	return nil
}

// licences sees to it that it is known what licences were called then, or are since.
func (m *moment) licences() (err error) {
	if m.bought != nil {
		return nil
	}
	if m.bought, err = where.Licences(m.ctx, m.tx, m.tenant); err != nil {
		return err
	}
	return m.objects(ObjectQuery{Class: entra.Licences}, func(o entra.StoredObject) bool {
		m.bought[strings.ToLower(o.Properties.Text("skuId"))] = o.Properties.Name()
		return true
	})
}

// Ends gives what objects of a class lead to, by their ids and by relation, at a moment
// (zero: now): one question for all of them. Of several at one relation it gives the last.
// An eligible role, which has no name, is called by whom it is given to.
func (s *Store) Ends(ctx context.Context, tenant int64, class string, ids []string, at time.Time) (map[string]map[string]entra.LinkEnd, error) {
	out, err := s.leads(ctx, tenant, LinkQuery{Class: class, Sources: ids, Names: true, At: at})
	var eligible []string
	for _, ends := range out {
		if e := ends["activatedUsing"]; e.ID != "" {
			eligible = append(eligible, e.ID)
		}
	}
	if err != nil || len(eligible) == 0 {
		return out, err
	}
	given, err := s.leads(ctx, tenant, LinkQuery{Class: "roleEligibilitySchedules", Sources: eligible, Names: true, At: at})
	for _, ends := range out {
		if e, is := ends["activatedUsing"]; is {
			to := given[e.ID]["principal"]
			e.Name = cmp.Or(to.Name, to.ID)
			ends["activatedUsing"] = e
		}
	}
	return out, err
}

// leads gives the targets of links by their sources and by relation.
func (s *Store) leads(ctx context.Context, tenant int64, q LinkQuery) (map[string]map[string]entra.LinkEnd, error) {
	out := map[string]map[string]entra.LinkEnd{}
	for l, err := range s.Links(ctx, tenant, q) {
		if err != nil {
			return nil, err
		}
		if out[l.Source.ID] == nil {
			out[l.Source.ID] = map[string]entra.LinkEnd{}
		}
		out[l.Source.ID][l.Relation] = l.Target
	}
	return out, nil
}
