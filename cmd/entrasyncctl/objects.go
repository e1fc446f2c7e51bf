package main

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

func (a *app) objectsCommand() *cobra.Command {
	var q store.ObjectQuery
	var at moment
	var asked narrowing
	cmd := listCommand(a, call{"objects TENANT", "List a tenant's objects of one class", cobra.ExactArgs(1)}, func(ctx context.Context, args []string) (list[entra.StoredObject], error) {
		class, err := className(q.Class)
		if err != nil {
			return list[entra.StoredObject]{}, err
		}
		q.Class = class
		st, t, err := a.tenant(ctx, args[0])
		if q.At = at.Time; err == nil {
			err = a.doubt(ctx, t, store.DoubtQuery{Classes: []string{class}, Values: true}, q.At)
		}
		if err == nil {
			err = asked.into(ctx, st, t, &q)
		}
		a.none = a.nothing(ctx, t, class, sought("--search", q.Search, "--where", strings.Join(asked.where, " and ")), q.At)
		n := &names{ctx: ctx, store: st, tenant: t.Key, at: q.At}
		return list[entra.StoredObject]{export.ObjectColumns(), objectTable(q, n), func(r store.Range) iter.Seq2[entra.StoredObject, error] {
			q.Range = r
			return export.InBatches(st.Objects(ctx, t.Key, q), n.take)
		}}, err
	})
	cmd.Flags().StringVar(&q.Class, "class", "", "the object `class`")
	cmd.Flags().BoolVar(&q.Deleted, "include-deleted", false, "deleted ones that can be restored, too")
	cmd.Flags().BoolVar(&q.Filtered, "include-filtered", false, "those that the filter leaves out, too: only their ids are kept")
	searchFlag(cmd, &q.Search)
	whereFlag(cmd, &asked.where, "'userType = Guest', 'department is empty', 'createdDateTime after -30d'")
	cmd.Flags().StringVar(&asked.sort, "sort", "", "by this `property`, or id, first_seen, last_changed, or by the name that the table shows, such as principal; with :desc the other way round. Who lacks it comes last")
	asOfFlag(cmd, &at)
	required(cmd, "class")
	return cmd
}

func whereFlag(cmd *cobra.Command, to *[]string, examples string) {
	cmd.Flags().StringArrayVar(to, "where", nil, "only those that this `condition` holds for, such as "+examples+"; given more than once, all of them")
}

// narrowing is what is asked of objects, as it is written.
type narrowing struct {
	where []string
	sort  string
}

// into reads it into a query. Names of properties are found without regard to case.
func (n narrowing) into(ctx context.Context, st *store.Store, t entra.Tenant, q *store.ObjectQuery) error {
	if len(n.where) == 0 && n.sort == "" {
		return nil
	}
	used, err := st.Properties(ctx, t.Key, q.Class)
	if err != nil {
		return err
	}
	known := namesOf(used, func(p store.PropertyUse) string { return p.Name })
	if q.Filters, err = conditions(q.Class, n.where, append([]string{"id"}, known...), unknownProperty); err != nil {
		return err
	}
	for _, c := range q.Filters {
		property, _ := c.Parts()
		if i := slices.Index(known, property); i >= 0 {
			if err := used[i].Takes(c); err != nil {
				return err
			}
		}
	}
	name, direction, is := strings.Cut(n.sort, ":")
	if q.Descending = strings.EqualFold(direction, "desc"); is && !q.Descending && !strings.EqualFold(direction, "asc") {
		return entra.Invalid("the order can't be used", say.With("%q is no direction", direction), "write PROPERTY, PROPERTY:asc or PROPERTY:desc")
	}
	if n.sort != "" {
		q.Sort, err = sortKey(q.Class, name, known)
	}
	return err
}

// sortKey is what objects of a class are sorted by, as a person names it: a property, or what a table shows by a name,
// under its heading.
func sortKey(class, name string, known []string) (string, error) {
	c, _ := entra.ClassNamed(class)
	sortable := append([]string{"id", "first_seen", "last_changed"}, known...)
	if c.Gives != "" {
		sortable = append(sortable, c.GivenName())
	}
	for key, relation := range c.LedNames() {
		if sortable = append(sortable, key); strings.EqualFold(name, relation) {
			return key, nil
		}
	}
	for _, relation := range c.LinkNames() {
		if strings.EqualFold(strings.TrimSuffix(strings.ToLower(name), "name"), relation) && c.LedNames()[entra.NameKey(relation)] == "" {
			return "", entra.Invalid("the order can't be used", say.With("an object may lead to several by %s, and has no one place in an order of their names", relation),
				say.With("sort by something that each has once, or list them with `entrasyncctl links TENANT --relation %s`", relation))
		}
	}
	return propertyNamed(name, sortable, unknownProperty)
}

const unknownProperty = "see `entrasyncctl class list`, or add it with `tenant set --properties`"

// conditions reads conditions on what is known of a class ("": of none); remedy is what to do about what is not.
func conditions(class string, written, known []string, remedy say.Sentence) (out []entra.Condition, err error) {
	for _, text := range written {
		c, err := entra.ParseCondition(text)
		if err != nil {
			return nil, err
		}
		property, member := c.Parts()
		if member == "" {
			property, member = shownAs(class, property)
		}
		if property, err = propertyNamed(property, known, remedy); err != nil {
			return nil, err
		}
		if c.Property = property; member != "" {
			c.Property += "/" + member
		}
		out = append(out, c)
	}
	return out, nil
}

// shownAs is the property, and the member of it, that a table shows by a name: under the heading of what
// its id leads to, or of what the object gives.
func shownAs(class, heading string) (property, member string) {
	c, _ := entra.ClassNamed(class)
	for _, r := range c.References {
		if strings.EqualFold(r.Relation, heading) || strings.EqualFold(r.Relation+"Name", heading) {
			return r.Place()
		}
	}
	if c.Gives != "" && strings.EqualFold(c.GivenName(), heading) {
		return c.Gives, ""
	}
	return heading, ""
}

// propertyNamed finds a property among those that are known.
func propertyNamed(name string, known []string, remedy say.Sentence) (string, error) {
	var near []string
	for _, k := range known {
		if strings.EqualFold(k, name) {
			return k, nil
		}
		if a, b := strings.ToLower(k), strings.ToLower(name); strings.Contains(a, b) || strings.Contains(b, a) {
			near = append(near, k)
		}
	}
	if len(near) > 0 {
		remedy = say.With("perhaps %s", strings.Join(near[:min(len(near), 5)], ", "))
	}
	return "", entra.Invalid("the property can't be used", say.With("what is asked about has no property %s", name), remedy)
}

// objectTable shows the class's own columns instead of all properties, and names in the
// place of ids.
func objectTable(q store.ObjectQuery, n *names) []export.Column[entra.StoredObject] {
	out := []export.Column[entra.StoredObject]{{Key: "id", Value: func(o entra.StoredObject) any { return o.ID }}}
	class, _ := entra.ClassNamed(q.Class)
	for _, name := range class.Columns {
		key := name
		i := slices.IndexFunc(class.References, func(r entra.Reference) bool { return r.Property == name })
		if i >= 0 {
			key = class.References[i].Relation
		}
		out = append(out, export.Column[entra.StoredObject]{Key: key, Value: func(o entra.StoredObject) any {
			if i >= 0 {
				return cmp.Or(n.end(o, key), o.Text(name))
			}
			if entra.HoldsLicences(name) {
				return n.text(name, o.Properties.Value(name))
			}
			return o.Text(name)
		}})
	}
	if q.Deleted || q.Filtered {
		out = append(out, export.Column[entra.StoredObject]{Key: "state", Value: func(o entra.StoredObject) any {
			return map[entra.State]string{entra.Deleted: "deleted", entra.Filtered: "filtered"}[o.State]
		}})
	}
	return out
}

// names are what the rows of a table for people are about: machines get ids. What has no
// name, or can't be read now, keeps its id.
type names struct {
	ctx    context.Context
	store  *store.Store
	tenant int64
	at     time.Time
	held   map[string]entra.LinkEnd // licences, once asked for
	ids    []string                 // of the rows that come together
	ends   map[string]map[string]entra.LinkEnd
}

// take takes the next rows: what they lead to is one question for all of them, once a table asks.
func (n *names) take(rows []entra.StoredObject) error {
	n.ids, n.ends = nil, nil
	for _, o := range rows {
		n.ids = append(n.ids, o.ID)
	}
	return nil
}

// end is what an object leads to by a relation.
func (n *names) end(o entra.StoredObject, relation string) string {
	if n.ends == nil {
		n.ends, _ = n.store.Ends(n.ctx, n.tenant, o.Class, n.ids, n.at)
	}
	return n.ends[o.ID][relation].Name
}

// text is a property's value as people read it, with the names of licences.
func (n *names) text(property string, v jsontext.Value) string {
	if n.held == nil && entra.HoldsLicences(property) {
		n.held, _ = n.store.Licences(n.ctx, n.tenant, n.at)
	}
	return entra.ValueText(entra.NameLicences(property, v, n.held))
}
