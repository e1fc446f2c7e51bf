// Package lookup finds the object that a person means by a name: its id, its displayName, its
// userPrincipalName or its appId, among the objects of a tenant's copy.
package lookup

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// Query says among which objects a name is looked for.
type Query struct {
	Ctx     context.Context
	Store   *store.Store
	Tenant  int64
	Classes []string  // nil: all
	At      time.Time // as they were called then; zero: now
}

// calledBy are the properties that hold a name of an object, of those that its class reads.
var calledBy = []string{"displayName", "userPrincipalName", "appId", "skuPartNumber"}

// mostTold bounds how many objects of one name are told.
const mostTold = 5

// Object finds the one object that a name means. A class may stand before it: groups/Sales.
// Who is called so now goes before who was when he was deleted.
func Object(name string, q Query) (entra.LinkEnd, error) {
	typed := strings.TrimSpace(name)
	if class, rest, is := strings.Cut(typed, "/"); is && q.Classes == nil {
		if c, known := entra.ClassNamed(class); known {
			q.Classes, typed = []string{c.Name}, rest
		}
	}
	if end, found, err := q.byID(typed); err != nil || found {
		return end, err
	}
	for _, deleted := range []bool{false, true} {
		found, err := q.called(typed, deleted)
		if err != nil {
			return entra.LinkEnd{}, err
		}
		switch {
		case len(found) == 1:
			return found[0], nil
		case len(found) > 1:
			return entra.LinkEnd{}, ambiguous(typed, found)
		}
	}
	if q.Classes == nil && guid.MatchString(typed) { // what was never read is known by its id alone
		return entra.LinkEnd{ID: entra.CanonicalID(typed)}, nil
	}
	what, among := say.With("there is no object %s", typed), "CLASS"
	if q.Classes != nil {
		among = q.Classes[0]
		what = say.With("there is no object %s among %s", typed, among)
	}
	return entra.LinkEnd{}, &entra.Error{Code: entra.CodeNotFound, What: what, Why: "nothing that is held has that id, displayName, userPrincipalName or appId",
		Remedy: say.With("see `entrasyncctl objects TENANT --class %s --search TEXT`", among)}
}

var guid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// byID finds what has an id, or had it.
func (q Query) byID(id string) (entra.LinkEnd, bool, error) {
	classes, err := q.Store.ClassesOf(q.Ctx, q.Tenant, id)
	for _, class := range classes {
		if q.Classes == nil || slices.Contains(q.Classes, class) {
			return entra.LinkEnd{Class: class, ID: entra.CanonicalID(id)}, true, nil
		}
	}
	return entra.LinkEnd{}, false, err
}

// called finds the objects that are called so, each once: those that are spelled so, where
// some are. Whose id another class has, too, such as a risky user's, is one object.
func (q Query) called(name string, deleted bool) (found []entra.LinkEnd, err error) {
	var spelled []entra.LinkEnd
	ids := map[string]bool{}
	for _, c := range q.classes() {
		for _, wanted := range q.asked(c, name) {
			wanted.Deleted = deleted
			for o, err := range q.Store.Objects(q.Ctx, q.Tenant, wanted) {
				if err != nil {
					return nil, err
				}
				is, exactly := isCalled(o, name)
				if !is || ids[o.ID] {
					continue
				}
				ids[o.ID] = true
				end := entra.LinkEnd{Class: o.Class, ID: o.ID, Name: o.Properties.Name(), Account: o.Properties.Text("userPrincipalName")}
				if found = append(found, end); exactly {
					spelled = append(spelled, end)
				}
				if len(found) > 100*mostTold {
					break // nobody reads on, and one of them may be spelled so
				}
			}
		}
	}
	if len(spelled) > 0 {
		return spelled, nil
	}
	return found, nil
}

// classes are those that are looked through.
func (q Query) classes() []entra.Class {
	return slices.DeleteFunc(entra.Classes(), func(c entra.Class) bool { return q.Classes != nil && !slices.Contains(q.Classes, c.Name) })
}

// asked are the questions for a class's objects that are called so: the search index answers
// one for each property; of then, where all of the class is gone through, one is enough.
func (q Query) asked(c entra.Class, name string) (out []store.ObjectQuery) {
	for _, property := range calledBy {
		if !slices.Contains(c.Select, property) {
			continue
		}
		if !q.At.IsZero() {
			return []store.ObjectQuery{{Class: c.Name, At: q.At, Search: name}}
		}
		out = append(out, store.ObjectQuery{Class: c.Name, Filters: []entra.Condition{{Property: property, Op: entra.OpEquals, Value: name}}})
	}
	return out
}

// isCalled tells whether an object is called so, and whether it is spelled so.
func isCalled(o entra.StoredObject, name string) (is, exactly bool) {
	for _, property := range calledBy {
		text := o.Properties.Text(property)
		is = is || entra.LowerASCII(text) == entra.LowerASCII(name)
		exactly = exactly || text == name
	}
	return is, exactly
}

// ambiguous tells several objects by their ids.
func ambiguous(name string, found []entra.LinkEnd) error {
	told := make([]say.Sentence, 0, mostTold+1)
	for _, end := range found[:min(len(found), mostTold)] {
		text := end.Class + "/" + end.ID
		if end.Account != "" {
			text += " (" + end.Account + ")"
		}
		told = append(told, say.Foreign(text))
	}
	if len(found) > mostTold {
		told = append(told, say.Foreign("…"))
	}
	return entra.Invalid(say.With("%s can't be told apart", name), say.With("several objects are called so: %s", say.Join(", ", told...)),
		"give the id, or the class with the name, such as groups/NAME")
}

// Beginning are up to most names that begin with a text, for who types one.
func Beginning(text string, most int, q Query) (names []string, err error) {
	for _, c := range q.classes() {
		for _, property := range calledBy {
			if !slices.Contains(c.Select, property) {
				continue
			}
			wanted := store.ObjectQuery{Class: c.Name, At: q.At, Range: store.Range{Limit: most}}
			if text != "" {
				wanted.Filters = []entra.Condition{{Property: property, Op: entra.OpStartsWith, Value: text}}
			}
			for o, err := range q.Store.Objects(q.Ctx, q.Tenant, wanted) {
				if err != nil {
					return nil, err
				}
				if name := o.Properties.Text(property); name != "" && !slices.Contains(names, name) {
					names = append(names, name)
				}
				if len(names) >= most {
					return names, nil
				}
			}
		}
	}
	return names, nil
}

// Role finds the role that a name means, among definitions of roles and directory roles; a
// privileged one that is built in is found where neither is held.
func Role(name string, q Query) (entra.LinkEnd, error) {
	var end entra.LinkEnd
	var err error
	for _, class := range []string{"roleDefinitions", "directoryRoles"} {
		q.Classes = []string{class}
		if end, err = Object(name, q); entra.CodeOf(err) != entra.CodeNotFound {
			return end, err
		}
	}
	typed := strings.TrimSpace(name)
	if id := entra.BuiltInRoleNamed(typed); id != "" {
		return entra.LinkEnd{Class: "roleDefinitions", ID: id, Name: entra.BuiltInRole(id)}, nil
	}
	if guid.MatchString(typed) { // a directory role's template, where definitions are not read
		return entra.LinkEnd{Class: "roleDefinitions", ID: entra.CanonicalID(typed)}, nil
	}
	return end, &entra.Error{Code: entra.CodeNotFound, What: say.With("there is no role %s", name), Why: "none that is held has that id or displayName",
		Remedy: "see `entrasyncctl objects TENANT --class roleDefinitions`"}
}
