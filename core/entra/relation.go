package entra

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/say"
)

// Relation is a named, directed kind of link from the objects of a class to
// other objects: members, owners, manager.
type Relation struct {
	Name       string       // as Graph calls it
	Read       Read         // how its links are read
	Targets    []string     // classes that its links lead to
	Unlisted   string       // class that the list of an object's links leaves out; "": none
	Permission string       // least application permission, where it differs from the class's
	Licence    say.Sentence // licence, where it differs from the class's
	Single     bool         // an object has one link at most: the class's list tells it whole by an expansion, or does not name it
	Inverse    string       // of a Single one, what leads from a target back to all that link to it
}

// Read says how the links of a relation are read.
type Read int

// The ways to read a relation.
const (
	WithObjects Read = iota // NAME@delta, in the class's own chain, which selects it
	Expanded                // a stream of its own: $expand of the class's list, and a list for each object that may have more
)

// MostExpanded is how many items an expansion gives at most; nothing says where
// there are more.
const MostExpanded = 20

// Stream is the part of a class that is read at a time: its objects with the
// relations that come with them, or (by name) one relation that is read on its own.
// It is a class of the one relation alone, whose objects tell nothing but links.
func (c Class) Stream(relation string) Class {
	var with []Relation
	for _, r := range c.Relations {
		if (r.Read == WithObjects) == (relation == "") && (relation == "" || r.Name == relation) {
			with = append(with, r)
		}
	}
	c.Relations = with
	if relation == "" || len(with) == 0 {
		return c
	}
	c.Alone, c.Delta, c.Fast, c.References, c.Every = relation, "", false, nil, daily
	c.Permission, c.Licence = cmp.Or(with[0].Permission, c.Permission), cmp.Or(with[0].Licence, c.Licence)
	return c
}

// Listed is the relation that the class's list tells beside its objects; Graph expands
// one of a list at most.
func (c Class) Listed() (Relation, bool) {
	for _, r := range c.Relations {
		if c.Alone == "" && r.Read == WithObjects && r.Single {
			return r, true
		}
	}
	return Relation{}, false
}

// Unlisted tells whether a list of the class leaves links out that its delta query tells.
func (c Class) Unlisted() bool {
	listed := 0
	if _, one := c.Listed(); one {
		listed = 1
	}
	return len(c.Relations) > listed
}

// Inward tells whether all links of the class's objects lead to others of the class.
func (c Class) Inward() bool {
	for _, r := range c.Relations {
		if len(r.Targets) != 1 || r.Targets[0] != c.Name {
			return false
		}
	}
	return len(c.References) == 0
}

// Apart are the relations of a class that are streams of their own.
func (c Class) Apart() (names []string) {
	for _, r := range c.Relations {
		if r.Read != WithObjects {
			names = append(names, r.Name)
		}
	}
	return names
}

// Streams are all streams of a class, that of its objects first.
func (c Class) Streams() []Class {
	streams := []Class{c.Stream("")}
	for _, relation := range c.Apart() {
		streams = append(streams, c.Stream(relation))
	}
	return streams
}

// LedTo tells whether links of other classes lead to objects of the class.
func (c Class) LedTo() bool {
	if !c.OwnIDs {
		return true
	}
	for _, other := range classes {
		for _, r := range other.References {
			if r.Target == c.Name {
				return true
			}
		}
	}
	return false
}

// Reference is a property of an object that is the id of another one. It is
// stored as a link, too: it begins and ends with the property's value. A member of a complex
// property is named by the way to it (conditions/users/includeGroups), and may list several ids,
// among words that stand for no single object, such as All.
type Reference struct {
	Property string
	Relation string // the name of its links; no relation of the class has it
	Target   string // class; "": any object of the directory
}

// Copy is a property in which Graph repeats what another object is called. Its own changes are not
// recorded: those of the other are.
type Copy struct {
	Property string
	Relation string // of the reference that leads to the other; "": it has the object's own id in the directory
	Account  bool   // its userPrincipalName, not its displayName
}

// Copied is the property that holds the id of what a property of the class repeats the name of
// ("": the object's own id); false where it repeats none.
func (c Class) Copied(property string) (id string, copied Copy, is bool) {
	for _, copied := range c.Copies {
		if copied.Property == property {
			r, _ := c.Reference(copied.Relation)
			return r.Property, copied, true
		}
	}
	return "", copied, false
}

// Forgotten are the properties whose values of a moment in the past nobody knows.
func (c Class) Forgotten() []string {
	return slices.DeleteFunc(slices.Clone(c.Volatile), func(name string) bool {
		_, _, copied := c.Copied(name)
		return copied
	})
}

// Place is the property that holds the id, and the member of it that does where it is a complex one; "": all of it.
func (r Reference) Place() (property, member string) {
	property, rest, _ := strings.Cut(r.Property, "/")
	return property, rest[strings.LastIndexByte(rest, '/')+1:]
}

// ReferredTo are the classes that objects may be of that references lead to, each once.
func ReferredTo(references []Reference) (names []string) {
	for _, c := range classes {
		if slices.ContainsFunc(references, func(r Reference) bool { return r.Target == c.Name || r.Target == "" && !c.OwnIDs }) {
			names = append(names, c.Name)
		}
	}
	return names
}

// NameKey is what the name at the end of a relation is called beside an id, as [Class.GivenName] is.
func NameKey(relation string) string { return relation + "Name" }

// LedNames are the relations of which an object has one link at most, by their [NameKey]s: in
// the place of these ids objects can be sorted by names. Of others they may show several.
func (c Class) LedNames() map[string]string {
	out := map[string]string{}
	for _, r := range c.References {
		if !r.Nested() {
			out[NameKey(r.Relation)] = r.Relation
		}
	}
	for _, r := range c.Relations {
		if r.Single {
			out[NameKey(r.Name)] = r.Name
		}
	}
	return out
}

// Nested tells whether the ids stand in a member of a complex property.
func (r Reference) Nested() bool { return strings.Contains(r.Property, "/") }

// ids are those that the reference's place holds, each once.
func (r Reference) ids(p Properties) (ids []string) {
	if r.Nested() {
		property, way, _ := strings.Cut(r.Property, "/")
		for _, id := range guidsAt(p.Value(property), way) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		return ids
	}
	id := RefersTo(p.Text(r.Property))
	if target, _ := ClassNamed(r.Target); target.OwnIDs {
		id = CanonicalID(p.Text(r.Property)) // such an id may hold a slash, and is no path
	}
	if id == "" {
		return nil
	}
	return []string{id}
}

// guidsAt are the GUIDs at the end of a way through complex values. All zeros stand for no object.
func guidsAt(v jsontext.Value, way string) (ids []string) {
	switch v.Kind() {
	case '{':
		member, rest, _ := strings.Cut(way, "/")
		if p, err := ParseProperties(v); err == nil {
			return guidsAt(p.Value(member), rest)
		}
	case '[':
		for _, e := range Elements(v) {
			ids = append(ids, guidsAt(e, way)...)
		}
	case '"':
		if id := CanonicalID(ValueText(v)); way == "" && IsGUID(id) && id != noGUID {
			return []string{id}
		}
	}
	return ids
}

const noGUID = "00000000-0000-0000-0000-000000000000"

// Container is the reference to the object that one of the class is inside of; none where
// it is inside of none.
func (c Class) Container() Reference {
	for _, r := range c.References {
		if of, known := ClassNamed(r.Target); known && c.Inside != "" && of.Path == c.Path {
			return r
		}
	}
	return Reference{}
}

// Members is the relation that groups have, and others.
const Members = "members"

// LinkNames are the names of all relations and references of the class.
func (c Class) LinkNames() (names []string) {
	for _, r := range c.Relations {
		names = append(names, r.Name)
	}
	for _, r := range c.References {
		names = append(names, r.Relation)
	}
	return names
}

// Relates tells whether the class has the relation.
func (c Class) Relates(name string) bool {
	for _, r := range c.Relations {
		if r.Name == name {
			return true
		}
	}
	return false
}

// RelationNames are the names of all relations and references, each once.
func RelationNames() []string {
	var names []string
	for _, c := range classes {
		names = append(names, c.LinkNames()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// StreamNames are the names of the relations that are streams of their own, each once.
func StreamNames() []string {
	var names []string
	for _, c := range classes {
		names = append(names, c.Apart()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Reference finds a reference of the class by the name of its links.
func (c Class) Reference(relation string) (Reference, bool) {
	for _, r := range c.References {
		if r.Relation == relation {
			return r, true
		}
	}
	return Reference{}, false
}

// Links tells whether objects of the class have links: relations or references.
func (c Class) Links() bool { return len(c.Relations) > 0 || len(c.References) > 0 }

// RefersTo is the id that a reference's value holds; "": none. A scope such as
// /administrativeUnits/{id} names its object last, and / is the whole directory.
func RefersTo(value string) string {
	if i := strings.LastIndexByte(value, '/'); i >= 0 {
		if value = CanonicalID(value[i+1:]); !IsGUID(value) {
			return ""
		}
	}
	return CanonicalID(value)
}

// Linked are the links that the references of an object say.
func (c Class) Linked(p Properties) []Link {
	var links []Link
	for _, r := range c.References {
		for _, id := range r.ids(p) {
			links = append(links, Link{Relation: r.Relation, Target: id})
		}
	}
	return links
}

// CanonicalID is the one form of an object's id. Ids that are GUIDs are the same
// whatever their case, so they are written in lower case; others are as they are.
// Every id passes through here where it comes in.
func CanonicalID(id string) string {
	if len(id) != 36 || !hasCapital(id) {
		return id
	}
	if lower := strings.ToLower(id); IsGUID(lower) {
		return lower
	}
	return id
}

// OneForm writes the ids that an object's references hold as [CanonicalID] does: one that
// changes in nothing but its case is no change. A scope's path keeps its names as they are.
func (c Class) OneForm(p Properties) {
	for _, r := range c.References {
		i, ok := slices.BinarySearchFunc(p, r.Property, func(a Property, name string) int { return strings.Compare(a.Name, name) })
		if !ok || p[i].Value.Kind() != '"' || !hasCapital(string(p[i].Value)) {
			continue
		}
		told := p.Text(r.Property)
		segments := strings.Split(told, "/")
		for j := range segments {
			segments[j] = CanonicalID(segments[j])
		}
		if one := strings.Join(segments, "/"); one != told {
			if quoted, err := jsontext.AppendQuote(nil, one); err == nil {
				p[i].Value = quoted
			}
		}
	}
}

// hasCapital is asked of every id and every link, so it has to be quick.
func hasCapital(id string) bool {
	for i := range len(id) {
		if id[i] >= 'A' && id[i] <= 'Z' {
			return true
		}
	}
	return false
}

// directoryObject is the type of every object that a link leads to: it says nothing.
const directoryObject = "#microsoft.graph.directoryObject"

// LinkType is the one form of a type that a link names, which is only a hint: ""
// where it tells nothing, with the leading # where that was left out. A type that
// the class table does not know stays as it was named.
func LinkType(odataType string) string {
	t := odataType
	if t == "" || t == directoryObject || "#"+t == directoryObject {
		return ""
	}
	if t[0] != '#' {
		t = "#" + t
	}
	if c, ok := ClassOfType(t); ok {
		return c.Type // spares the copies of the types that come with every link
	}
	return t
}
