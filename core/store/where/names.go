package where

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store/rows"
)

// Names finds the objects of a class that show another one by its name: what their references lead to, their
// licences, the role of an app that they give. None of these names stands in the object itself. So a text is
// first looked for among those that have the names, then for who shows them.
type Names struct {
	DB     rows.Queryer
	Tenant int64
	Class  entra.Class
	Key    int64     // of the class
	At     Positions // of its properties
	// May gives the keys of a class's objects that may hold a text; false where they are more than so many.
	May  func(ctx context.Context, class, text string, most int) (keys []int64, few bool, err error)
	Most int // see [MostNamed]
}

// MostNamed is how many objects that may have a name are looked at, and how many may show one, before it is quicker
// to look at what each object of the class shows: where that many fit, the first of them come soon.
const MostNamed = 20_000

// Shown is what is known beforehand of the objects that show a name. Each of them is one of Keys or holds one of IDs,
// and fits the clause; without a clause no object shows it.
type Shown struct {
	Clause
	Keys []int64
	IDs  []string
	Many bool // they are too many to be known beforehand
}

// Narrowing is what is known beforehand of all objects that fit some clauses, for the search index.
type Narrowing struct {
	texts []string // that each of them holds
	own   string   // that it holds, or else it is one of shown
	shown Shown
}

// Add takes in what one clause tells. Who shows a name narrows once: that is enough to look at few.
func (n *Narrowing) Add(c Clause, shown Shown) {
	switch {
	case shown.SQL == "":
		n.texts = append(n.texts, c.Text)
	case !shown.Many && n.own == "":
		n.own, n.shown = c.Text, shown
	}
}

// Alternatives are texts of which an object that fits holds all of one, where it is none of Keys.
func (n *Narrowing) Alternatives() [][]string {
	out := [][]string{append(slices.Clone(n.texts), n.own)}
	for _, id := range n.shown.IDs {
		out = append(out, append(slices.Clone(n.texts), id))
	}
	return out
}

// Keys are those of objects that may fit and hold none of the texts.
func (n *Narrowing) Keys() []int64 { return n.shown.Keys }

// asked is a question for a name, in which Test has a place for it.
type asked struct {
	text string
	test test
}

func (a asked) of(name string) string { return "coalesce(" + a.test.of("'text'", name) + ", 0)" }

// Text asks that an object holds a text, or shows a name that does.
func (n Names) Text(ctx context.Context, text string) (Clause, Shown, error) {
	named := asked{text, test{`%[2]s LIKE ? ESCAPE '\'`, []any{like(text)}}}
	shown, err := n.shown(ctx, named, func(string, string) bool { return true })
	return Text(text).or(shown.Clause), shown, err
}

// Condition is [Condition], where a name that is shown in the place of an id counts as its value.
func (n Names) Condition(ctx context.Context, c entra.Condition, now time.Time) (own Clause, shown Shown, err error) {
	if own, err = Condition(c, n.At, now); err != nil || c.Value == "" {
		return own, shown, err
	}
	positive, negated := c, false
	switch c.Op {
	case entra.OpEquals, entra.OpContains, entra.OpStartsWith:
	case entra.OpNot:
		positive.Op, negated = entra.OpEquals, true
	case entra.OpNotContains:
		positive.Op, negated = entra.OpContains, true
	default:
		return own, shown, nil
	}
	t, err := leafTest(positive, now)
	if err != nil {
		return own, shown, err
	}
	property, member := c.Parts()
	shown, err = n.shown(ctx, asked{c.Value, t}, func(p, m string) bool { return p == property && (member == "" || m == member) })
	if negated && shown.SQL != "" {
		own = Clause{SQL: "(" + own.SQL + " AND NOT " + shown.SQL + ")", Args: slices.Concat(own.Args, shown.Args)}
		return own, Shown{}, err
	}
	return own.or(shown.Clause), shown, err
}

// or is a clause that another one stands in for.
func (c Clause) or(other Clause) Clause {
	switch {
	case other.SQL == "":
		return c
	case c.SQL == "":
		return other
	}
	return Clause{SQL: "(" + c.SQL + " OR " + other.SQL + ")", Args: slices.Concat(c.Args, other.Args), Text: c.Text}
}

// shown finds who shows a name at one of the places that are wanted: a property, and the member of it.
func (n Names) shown(ctx context.Context, named asked, wanted func(property, member string) bool) (Shown, error) {
	var through []entra.Reference
	for _, r := range n.Class.References {
		if wanted(r.Place()) {
			through = append(through, r)
		}
	}
	out, err := n.linked(ctx, named, through)
	for _, property := range n.Class.Select {
		position, known := n.At(property)
		switch {
		case err != nil || !known:
		case entra.HoldsLicences(property) && wanted(property, "skuId"):
			err = n.licensed(ctx, named, position, &out)
		case property == n.Class.Gives && wanted(property, ""):
			err = n.given(ctx, named, position, &out)
		}
	}
	return out, err
}

// linked finds those that show a name by their references.
func (n Names) linked(ctx context.Context, named asked, through []entra.Reference) (out Shown, err error) {
	relations, err := n.relations(ctx, through)
	if err != nil || len(relations) == 0 {
		return out, err
	}
	led := n.ledBy(through)
	open := "objects.state = 1 AND EXISTS (SELECT 1 FROM links l"
	by := " WHERE l.source = objects.object AND l.relation IN " + keyList(relations) + " AND l.until IS NULL AND "
	targets, few, err := n.targets(ctx, named, relations, through)
	if err != nil || few && len(targets) == 0 {
		return out, err
	}
	if !few {
		out.Many = true
		out.Clause = Clause{SQL: "(" + open + " CROSS JOIN objects t ON t.object = l.target" + by + "t.state = 1 AND " + named.of(nameOf("t")) + "))", Args: named.test.args}
		if led {
			out.Clause = out.or(Clause{SQL: "(" + open + leading + " CROSS JOIN objects t ON t.object = m.target" + by + "t.state = 1 AND " + named.of(nameOf("t")) + "))", Args: named.test.args})
		}
		return out, nil
	}
	if led {
		more, err := rows.Keys(ctx, n.DB, rows.Ask(reading, "SELECT DISTINCT m.source FROM json_each(?) c CROSS JOIN links m ON m.target = c.value WHERE m.relation = "+principal+" AND m.until IS NULL", keysJSON(targets)))
		if err != nil {
			return out, err
		}
		targets = append(targets, more...)
	}
	out.Clause = Clause{SQL: "(" + open + by + "l.target IN (SELECT value FROM json_each(?))))", Args: []any{keysJSON(targets)}}
	out.Keys, err = rows.Keys(ctx, n.DB, rows.Ask(reading, `SELECT DISTINCT l.source FROM json_each(?) c CROSS JOIN links l ON l.target = c.value CROSS JOIN objects s ON s.object = l.source
		WHERE l.relation IN `+keyList(relations)+" AND l.until IS NULL AND s.class = ? LIMIT ?", keysJSON(targets), n.Key, n.Most+1))
	out.Many = len(out.Keys) > n.Most
	return out, err
}

const reading = "looking for names failed"

// An eligible role has no name and is shown by whom it is given to: who refers to it leads one step further.
const (
	principal = "(SELECT relation FROM relations WHERE name = 'principal')"
	leading   = " CROSS JOIN links m ON m.source = l.target AND m.relation = " + principal + " AND m.until IS NULL"
)

func (n Names) ledBy(through []entra.Reference) bool {
	return slices.ContainsFunc(through, func(r entra.Reference) bool { return n.Class.Leads != "" && r.Property == n.Class.Leads })
}

// relations are the keys of the references' relations that any object has.
func (n Names) relations(ctx context.Context, through []entra.Reference) ([]int64, error) {
	if len(through) == 0 {
		return nil, nil
	}
	var names []string
	for _, r := range through {
		names = append(names, r.Relation)
	}
	list, _ := json.Marshal(names)
	return rows.Keys(ctx, n.DB, rows.Ask(reading, "SELECT relation FROM relations WHERE name IN (SELECT value FROM json_each(?))", string(list)))
}

// targets are the live objects with a name that links of the relations lead to; false where too many may be.
func (n Names) targets(ctx context.Context, named asked, relations []int64, through []entra.Reference) (keys []int64, few bool, err error) {
	linked := " AND l.until IS NULL AND l.relation IN " + keyList(relations)
	if n.ledBy(through) {
		linked, through = "", append(slices.Clone(through), entra.Reference{}) // an eligible role leads to anybody
	}
	for _, class := range entra.ReferredTo(through) {
		some, few, err := n.May(ctx, class, named.text, n.Most-len(keys))
		if err != nil || !few {
			return nil, false, err
		}
		keys = append(keys, some...)
	}
	keys, err = rows.Keys(ctx, n.DB, rows.Ask(reading, "SELECT c.value FROM (SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM links l WHERE l.target = value"+linked+`)) c
		CROSS JOIN objects t ON t.object = c.value WHERE t.state = 1 AND `+named.of(nameOf("t")), append([]any{keysJSON(keys)}, named.test.args...)...))
	return keys, true, err
}

// nameOf is what an object goes by where something leads to it.
func nameOf(object string) string { return "(" + object + ".properties ->> '$[0]')" }

// licences asks for the ids of a tenant's licences, and for their names.
const licences = `SELECT lower(o.properties ->> ('$[' || i.position || ']')) AS id, o.properties ->> ('$[' || p.position || ']') AS name FROM objects o
	JOIN properties i ON i.class = o.class AND i.name = 'skuId' JOIN properties p ON p.class = o.class AND p.name = 'skuPartNumber'
	WHERE o.tenant = ? AND o.class = (SELECT class FROM classes WHERE name = '` + entra.Licences + `') AND o.state = 1`

// Licences are what a tenant's licences are called, by their ids.
func Licences(ctx context.Context, db rows.Queryer, tenant int64) (map[string]string, error) {
	out := map[string]string{}
	scan := func(row rows.Scanner) (l [2]string, err error) { return l, row.Scan(&l[0], &l[1]) }
	all, err := rows.All(ctx, db, scan, rows.Ask(reading, "SELECT * FROM ("+licences+") WHERE name IS NOT NULL", tenant))
	for _, l := range all {
		out[l[0]] = l[1]
	}
	return out, err
}

// licensed adds those that have a licence with the name.
func (n Names) licensed(ctx context.Context, named asked, position int, out *Shown) error {
	ids, err := texts(ctx, n.DB, "SELECT id FROM ("+licences+") WHERE "+named.of("name"), append([]any{n.Tenant}, named.test.args...)...)
	if err != nil || len(ids) == 0 {
		return err
	}
	list, _ := json.Marshal(ids)
	out.Clause = out.or(Clause{SQL: "EXISTS (SELECT 1 FROM json_tree(properties, " + place{position: position}.path() + ") v WHERE v.key = 'skuId' AND lower(v.atom) IN (SELECT value FROM json_each(?)))", Args: []any{string(list)}})
	out.add(ids)
	return nil
}

// given adds those that give a role with the name, of the app that they name.
func (n Names) given(ctx context.Context, named asked, position int, out *Shown) error {
	parts := strings.FieldsFunc(named.text, func(r rune) bool { return r == '(' || r == ')' }) // a name is put together of two values
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) })
	apps, few, err := n.May(ctx, "servicePrincipals", strings.TrimSpace(append(parts, "")[0]), n.Most)
	if err == nil && !few {
		apps, err = rows.Keys(ctx, n.DB, rows.Ask(reading, "SELECT object FROM objects WHERE tenant = ? AND class = (SELECT class FROM classes WHERE name = 'servicePrincipals') AND state IN (1, 2)", n.Tenant))
	}
	if err != nil {
		return err
	}
	ids, err := texts(ctx, n.DB, `SELECT DISTINCT lower(j.value ->> 'id') FROM (SELECT value FROM json_each(?)
			WHERE EXISTS (SELECT 1 FROM links l WHERE l.target = value AND l.relation = (SELECT relation FROM relations WHERE name = 'resource'))) c
		CROSS JOIN objects s ON s.object = c.value JOIN properties p ON p.class = s.class AND p.name = 'appRoles' JOIN json_each(s.properties, '$[' || p.position || ']') j
		WHERE `+named.of(roleName)+" UNION SELECT '"+entra.DefaultAccess+"' WHERE "+named.of("'Default Access'"), slices.Concat([]any{keysJSON(apps)}, named.test.args, named.test.args)...)
	if err != nil || len(ids) == 0 {
		return err
	}
	list, _ := json.Marshal(ids)
	out.Clause = out.or(Clause{SQL: "(lower(properties ->> " + place{position: position}.path() + ") IN (SELECT value FROM json_each(?)) AND " +
		named.of("(SELECT n.name FROM app_role_names n WHERE n.object = objects.object)") + ")", Args: append([]any{string(list)}, named.test.args...)})
	out.add(ids)
	return nil
}

// roleName is what an app (in a JSON object j) calls a role of its own.
const roleName = `(CASE WHEN coalesce(j.value ->> 'value', '') IN ('', j.value ->> 'displayName') THEN j.value ->> 'displayName'
	ELSE coalesce(nullif(j.value ->> 'displayName', '') || ' (' || (j.value ->> 'value') || ')', j.value ->> 'value') END)`

// Given names what changes tell that somebody was given by an id, as an app's role.
type Given struct {
	DB      rows.Queryer
	Tenant  int64
	offered map[string]jsontext.Value // the roles of the apps that were asked for
}

// mostOffered bounds of how many apps the roles are kept.
const mostOffered = 1000

// Name names what a change tells of, as its app calls it.
func (g *Given) Name(ctx context.Context, x *entra.Change) error {
	class, _ := entra.ClassNamed(x.Class)
	if class.Gives == "" {
		return nil
	}
	for _, side := range [][]byte{x.Before, x.After} {
		p, err := entra.ParseProperties(side)
		role := p.Text(class.Gives)
		if len(side) == 0 || err != nil || role == "" {
			continue
		}
		roles, err := g.roles(ctx, entra.CanonicalID(p.Text("resourceId")))
		if err != nil {
			return err
		}
		if name := entra.AppRoleName(roles, role); name != "" {
			x.Named(entra.LinkEnd{ID: role, Name: name}, role)
		}
	}
	return nil
}

func (g *Given) roles(ctx context.Context, app string) (jsontext.Value, error) {
	if roles, read := g.offered[app]; read {
		return roles, nil
	}
	list, err := texts(ctx, g.DB, `SELECT s.properties -> ('$[' || p.position || ']') AS roles FROM objects s JOIN properties p ON p.class = s.class AND p.name = 'appRoles'
		WHERE s.tenant = ? AND s.id = ? AND s.space = 0 AND s.state IN (1, 2) AND roles IS NOT NULL`, g.Tenant, app)
	if len(g.offered) >= mostOffered || g.offered == nil {
		g.offered = map[string]jsontext.Value{}
	}
	g.offered[app] = nil
	if len(list) > 0 {
		g.offered[app] = jsontext.Value(list[0])
	}
	return g.offered[app], err
}

// mostIDs is how many ids are looked for by the search index: each is as dear as a search.
const mostIDs = 8

func (s *Shown) add(ids []string) {
	s.IDs = append(s.IDs, ids...)
	s.Many = s.Many || len(s.IDs) > mostIDs
}

func texts(ctx context.Context, db rows.Queryer, text string, args ...any) ([]string, error) {
	return rows.All(ctx, db, func(row rows.Scanner) (s string, err error) { return s, row.Scan(&s) }, rows.Ask(reading, text, args...))
}

// keyList is a list of keys as IN takes it.
func keyList(keys []int64) string {
	return "(" + strings.Trim(keysJSON(keys), "[]") + ")"
}

func keysJSON(keys []int64) string {
	text, _ := json.Marshal(slices.Concat([]int64{}, keys))
	return string(text)
}

// ShownNames are the names that an object showed in the place of ids.
type ShownNames []ShownName

// ShownName is one, and the property whose id it stands for, or the member of it.
type ShownName struct{ Property, Member, Name string }

// Hold tells whether the object holds a text, or one of the names does.
func (s ShownNames) Hold(o entra.StoredObject, text string) bool {
	lower := entra.LowerASCII(text)
	return HoldsText(o, text) || slices.ContainsFunc(s, func(n ShownName) bool { return strings.Contains(entra.LowerASCII(n.Name), lower) })
}

// Fit tells whether a condition holds for the object, names counting as values.
func (s ShownNames) Fit(o entra.StoredObject, c entra.Condition, now time.Time) bool {
	property, member := c.Parts()
	var names []string
	for _, n := range s {
		if n.Property == property && n.Name != "" && (member == "" || member == n.Member) {
			names = append(names, n.Name)
		}
	}
	return c.Holds(o, now, names...)
}
