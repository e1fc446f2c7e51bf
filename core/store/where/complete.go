package where

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store/rows"
)

// PropertyUse is a property that objects of a class have.
type PropertyUse struct {
	Name string
	Kind PropertyKind
}

// PropertyKind is what a property's values are, by those that were looked at.
type PropertyKind string

// The kinds of properties. Graph's types say more, but which operators fit is told by these.
const (
	KindUnknown PropertyKind = "" // none of the objects looked at has it
	KindText    PropertyKind = "text"
	KindTime    PropertyKind = "time"
	KindFlag    PropertyKind = "flag"
	KindNumber  PropertyKind = "number"
	KindList    PropertyKind = "list"
	KindComplex PropertyKind = "complex"
)

// Takes refuses a condition that no value of the property could fit: a flag is true or false,
// and neither a text nor a number. Of other kinds, objects that were not looked at may differ.
func (u PropertyUse) Takes(c entra.Condition) error {
	_, member := c.Parts()
	isFlag := strings.EqualFold(c.Value, "true") || strings.EqualFold(c.Value, "false")
	if u.Kind != KindFlag || member != "" || !c.Op.Valued() || c.Value == "" || isFlag && (c.Op == entra.OpEquals || c.Op == entra.OpNot) {
		return nil
	}
	return entra.Invalid("the filter can't be used", say.With("%s is true or false", u.Name), say.With(`write "%s = true", "%s = false" or "%s is empty"`, u.Name, u.Name, u.Name))
}

// mostSampled and mostCounted are how many objects are looked at for a property's kind,
// and for its frequent values: an answer is to come while somebody types.
const (
	mostSampled = 1000
	mostCounted = 10_000
)

// Objects are those of one class of a tenant.
type Objects struct {
	DB            rows.Queryer
	Tenant, Class int64
	Names         []string // of their properties, by position
}

// Properties gives the properties that the objects have, and others by their names, by name.
func (o Objects) Properties(ctx context.Context, others []string) ([]PropertyUse, error) {
	kinds := map[string]PropertyKind{}
	for _, name := range slices.Concat(others, o.Names) {
		kinds[name] = KindUnknown
	}
	const text = `SELECT v.key, max(CASE WHEN v.type IN ('true', 'false') THEN 'flag' WHEN v.type = 'array' THEN 'list' WHEN v.type = 'object' THEN 'complex'
			WHEN v.type <> 'text' THEN 'number' WHEN v.atom GLOB '????-??-??T??:??:??*' THEN 'time' ELSE 'text' END)
		FROM (SELECT properties FROM objects WHERE tenant = ? AND class = ? AND state = 1 LIMIT ?) o, json_each(o.properties) v WHERE v.type <> 'null' GROUP BY v.key`
	type use struct {
		position int
		kind     PropertyKind
	}
	scan := func(row rows.Scanner) (u use, err error) { return u, row.Scan(&u.position, &u.kind) }
	used, err := rows.All(ctx, o.DB, scan, rows.Ask("reading the properties failed", text, o.Tenant, o.Class, mostSampled))
	for _, u := range used {
		if u.position < len(o.Names) {
			kinds[o.Names[u.position]] = u.kind
		}
	}
	out := make([]PropertyUse, 0, len(kinds))
	for name, kind := range kinds {
		out = append(out, PropertyUse{name, kind})
	}
	slices.SortFunc(out, func(a, b PropertyUse) int { return strings.Compare(a.Name, b.Name) })
	return out, err
}

// ValueQuery says of what values are wanted.
type ValueQuery struct {
	Class    string
	Property string // as in [entra.Condition]
	Text     string // that they hold; "": any
	Most     int
	Names    bool // that are shown in the place of ids, where they are
}

// ValueUse is a value and how many of the objects that were looked at have it.
type ValueUse struct {
	Value string // as a condition takes it
	Count int
}

// Values gives the frequent values of a property, the most frequent first, as the
// first 10,000 live objects have them.
func (o Objects) Values(ctx context.Context, q ValueQuery) ([]ValueUse, error) {
	property, member := entra.Condition{Property: q.Property}.Parts()
	position := slices.Index(o.Names, property)
	if position < 0 {
		return nil, nil
	}
	if q.Most <= 0 {
		q.Most = -1
	}
	if q.Names {
		if named, is, err := o.named(ctx, q); is || err != nil {
			return named, err
		}
	}
	const value = "CASE WHEN v.type IN ('true', 'false') THEN v.type ELSE v.atom END"
	text := fmt.Sprintf(`SELECT `+value+`, count(*) FROM (SELECT properties FROM objects WHERE tenant = ? AND class = ? AND state = 1 LIMIT ?) o,
		json_tree(o.properties, '$[%d]') v WHERE v.atom IS NOT NULL AND v.atom <> '' AND (? = '' OR v.key = ?) AND `+value+` LIKE ? ESCAPE '\'
		GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?`, position)
	scan := func(row rows.Scanner) (v ValueUse, err error) { return v, row.Scan(&v.Value, &v.Count) }
	return rows.All(ctx, o.DB, scan, rows.Ask("reading the values failed", text, o.Tenant, o.Class, mostCounted, member, member, like(q.Text), q.Most))
}

// named gives the frequent names that are shown in the place of a property's ids; false where none are.
func (o Objects) named(ctx context.Context, q ValueQuery) (out []ValueUse, is bool, err error) {
	property, member := entra.Condition{Property: q.Property}.Parts()
	class, _ := entra.ClassNamed(q.Class)
	var relations []string
	for _, r := range class.References {
		if p, m := r.Place(); p == property && (member == "" || m == member) {
			relations = append(relations, r.Relation)
		}
	}
	switch {
	case len(relations) > 0:
		list, _ := json.Marshal(relations)
		text := `SELECT ` + nameOf("t") + ` AS name, n FROM (SELECT l.target, count(*) AS n FROM (SELECT object FROM objects WHERE tenant = ? AND class = ? AND state = 1 LIMIT ?) o
			CROSS JOIN links l ON l.source = o.object WHERE l.relation IN (SELECT relation FROM relations WHERE name IN (SELECT value FROM json_each(?))) AND l.until IS NULL GROUP BY 1) x
			CROSS JOIN objects t ON t.object = x.target WHERE t.state = 1 AND name <> '' AND name LIKE ? ESCAPE '\' ORDER BY 2 DESC, 1 LIMIT ?`
		scan := func(row rows.Scanner) (v ValueUse, err error) { return v, row.Scan(&v.Value, &v.Count) }
		out, err = rows.All(ctx, o.DB, scan, rows.Ask("reading the values failed", text, o.Tenant, o.Class, mostCounted, string(list), like(q.Text), q.Most))
		return out, true, err
	case !entra.HoldsLicences(property) || member != "" && member != "skuId":
		return nil, false, nil
	}
	licences, err := Licences(ctx, o.DB, o.Tenant)
	if err != nil || len(licences) == 0 {
		return nil, false, err
	}
	all := q
	all.Property, all.Text, all.Most, all.Names = property+"/skuId", "", -1, false
	uses, err := o.Values(ctx, all)
	for _, u := range uses {
		if name := licences[strings.ToLower(u.Value)]; name != "" {
			u.Value = name
		}
		if strings.Contains(entra.LowerASCII(u.Value), entra.LowerASCII(q.Text)) && (q.Most < 0 || len(out) < q.Most) {
			out = append(out, u)
		}
	}
	return out, true, err
}
