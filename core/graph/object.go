package graph

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
	"github.com/entraidsync/entraidsync/core/say"
)

// object reads the next object. One without an id counts as lost.
func (s *splitter) object() (entra.Object, error) {
	begin, links := s.Place(), len(s.links)
	o, err := s.alike(false)
	if err == errUnlike {
		s.Return(begin)
		if err := s.known.learn(&s.Scanner); err != nil {
			return o, err
		}
		s.Return(begin)
		o, err = s.alike(true)
	}
	if err != nil {
		return entra.Object{}, err
	}
	o.Odd, o.Partial = s.odd, s.partial
	if o.ID == "" {
		s.lost.Add(nameless(o))
		s.properties, s.links = s.properties[:len(s.properties)-len(o.Properties)], s.links[:links]
	}
	return o, nil
}

// nameless says what can be said of an object without an id.
func nameless(o entra.Object) say.Sentence {
	name := []rune(o.Properties.Text("displayName"))
	if len(name) == 0 {
		return "an object without an id that could be read"
	}
	return say.With("the object %s without an id that could be read", string(name[:min(len(name), 64)]))
}

// oddly notes what is odd about a property of the object that is read, where it is this stream that reads the
// property: of what is repeated here, the one that reads it tells ("": of no single one).
func (s *splitter) oddly(property string, why say.Sentence) {
	if s.repeats == nil || !s.repeats(property) {
		s.strange(why)
	}
}

// strange notes what is not stored as it was told of the object that is read.
func (s *splitter) strange(why say.Sentence) {
	if s.odd == "" {
		s.odd = why
	}
}

// alike reads an object of which all members are known, or, where they have been
// learned, all that will be.
func (s *splitter) alike(learned bool) (o entra.Object, err error) {
	s.makeRoom(s.known.properties)
	begin, links, found := len(s.properties), len(s.links), 0
	s.odd, s.partial = "", false
	s.properties = s.properties[:begin+s.known.properties]
	list := s.properties[begin:]
	clear(list)
	s.known.next = 0
	s.Expect = s.known.expected()
	identities := 0
	err = s.Object(func(quoted jsontext.Value) (err error) {
		m := s.known.find(quoted)
		switch {
		case m == nil && !learned:
			return errUnlike
		case m == nil:
			s.oddly("", say.With("it has more than %d {property|properties}, and the others are left out", mostNames))
			return s.Skip()
		}
		s.Expect = s.known.expected()
		switch m.role {
		case property:
			added, err := s.put(list, m)
			found += added
			return err
		case identity:
			id, err := s.id()
			if identities++; identities > 1 && id != o.ID {
				id = "" // which of them it is, nobody knows
			}
			o.ID = id
			return err
		case removed:
			return s.removal(&o)
		case relation:
			return s.relations(m.name)
		case expansion:
			return s.one(m.name)
		case unnamed:
			s.oddly("", "the name of a property is no text")
		}
		return s.Skip()
	})
	if err != nil {
		s.properties, s.links = s.properties[:begin], s.links[:links]
		return entra.Object{}, err
	}
	if found < len(list) {
		list = slices.DeleteFunc(list, func(p entra.Property) bool { return p.Value == nil })
	}
	s.known.used(found)
	s.properties = s.properties[:begin+found]
	o.Properties = entra.Properties(list[:found:found])
	if len(s.links) > links {
		o.Links = s.links[links:len(s.links):len(s.links)]
	}
	return o, nil
}

// makeRoom makes room for another object's properties. Those of the objects before stay where
// they are: growing would copy them, and their objects hold on to what was copied. The rest of
// the answer is taken to be like what came, and not to be seven times as much.
func (s *splitter) makeRoom(properties int) {
	if cap(s.properties)-len(s.properties) >= properties {
		return
	}
	more := max(properties, s.expected-s.left-len(s.properties))
	if so := len(s.objects); so > 0 {
		more = properties * (1 + min((len(s.JSON)-s.At)/(s.At/so+1), 7*so))
	}
	s.left += len(s.properties)
	s.properties = make([]entra.Property, 0, more)
}

// put sets a property into its place, in the one spelling of its value, and tells
// how many were added. Of one that comes twice the last counts, as for most
// readers of JSON.
func (s *splitter) put(list []entra.Property, m *member) (added int, err error) {
	s.Peek()
	s.Unclean = false
	begin := s.Place()
	value, err := s.Value()
	if err != nil && errors.Is(err, jsonscan.ErrTooDeep) {
		s.oddly(m.name, say.With("%s is nested too deep, and left out", m.name))
		s.Return(begin)
		return 0, s.Skip()
	}
	if err != nil {
		return 0, err
	}
	if s.Unclean && jsonscan.Nothing(value) {
		s.oddly(m.name, say.With("%s is no JSON, and left out", m.name))
		return 0, nil
	}
	if s.Unclean {
		value = s.cleaned(value, m.name)
	}
	before := list[m.rank].Value
	list[m.rank] = entra.Property{Name: m.name, Value: value}
	switch {
	case before == nil:
		return 1, nil
	case !entra.SameValue(before, value):
		s.oddly(m.name, say.With("%s stands in it twice, with two values", m.name))
	}
	return 0, nil
}

// cleaned gives a value in the spelling that equal values share.
func (s *splitter) cleaned(value jsontext.Value, name string) jsontext.Value {
	from, sound := len(s.clean), false
	s.clean, sound = jsonscan.AppendClean(s.clean, value)
	if !sound {
		s.oddly(name, say.With("%s holds what is no text", name))
	}
	return s.clean[from:len(s.clean):len(s.clean)]
}

// removal reads @removed. Where it gives no reason that we know, Graph has to be
// asked what became of the object.
func (s *splitter) removal(o *entra.Object) error {
	if s.absent() {
		return s.Skip()
	}
	if o.Removed = entra.Unclear; s.Peek() != '{' {
		return s.Skip()
	}
	s.Expect = `"reason"`
	return s.Object(func(quoted jsontext.Value) error {
		if string(memberName(quoted)) != "reason" {
			return s.Skip()
		}
		told, _, err := s.text()
		for _, reason := range []entra.Removal{entra.SoftDeleted, entra.Gone} {
			if strings.EqualFold(told, string(reason)) {
				o.Removed = reason
			}
		}
		return err
	})
}

// memberNames is which members the objects of a page have, as far as they are known:
// they mostly have the same ones in the same order, so what was found out of one
// need not be found out of the next.
type memberNames struct {
	key        string // the property that is the identity, where id is none; "": id
	one        string // the relation that is expanded; "": none
	typed      bool   // the type that an object names is kept
	members    []member
	index      map[string]int // their places, by their names as they stand, where they are many
	properties int            // how many names of properties there are among them
	next       int            // the member that is expected
}

// member is what a member of an object is to us.
type member struct {
	quoted string // its name as it stands
	name   string
	role   role // of a relation the name is without @delta
	rank   int  // of a property: its place by name
}

type role int

// Annotations that say nothing of the object are ignored.
const (
	ignored role = iota
	property
	identity // id
	removed  // @removed
	relation // NAME@delta
	expansion
	unnamed // no name that can be kept
)

// mostName is how many bytes the name of a property may have.
const mostName = 512

func (h *memberNames) roleOf(name string) (role, string) {
	switch {
	case name == cmp.Or(h.key, "id"):
		return identity, name
	case name == "id":
		return ignored, name
	case name == "@removed":
		return removed, name
	case name == h.one && h.one != "":
		return expansion, name
	case name == "@odata.type" && h.typed:
		return property, entra.DerivedType
	}
	before, annotation, annotated := strings.Cut(name, "@")
	switch {
	case annotation == "delta" && before != "":
		return relation, before
	case annotated:
		return ignored, name
	}
	return property, name
}

// errUnlike says that an object has a member of a name that is not known.
var errUnlike = say.Errorf("the object has another member")

const (
	// mostMembers is how many members are known at once, of several objects.
	mostMembers = 256
	// mostNames is how many members of one object are learned beside those that
	// the class table knows: Graph's have some hundred. An object with a million
	// would make rows of a million columns of all objects behind it.
	mostNames = 2000
	// fewMembers are looked through one by one.
	fewMembers = 16
)

// find is the member of that name, mostly the next; nil where it is not known.
func (h *memberNames) find(quoted jsontext.Value) *member {
	if h.next < len(h.members) && h.members[h.next].quoted == string(quoted) {
		h.next++
		return &h.members[h.next-1]
	}
	if h.index != nil {
		i, known := h.index[string(quoted)]
		if !known {
			return nil
		}
		h.next = i + 1
		return &h.members[i]
	}
	for i := range h.members {
		if h.members[i].quoted == string(quoted) {
			h.next = i + 1
			return &h.members[i]
		}
	}
	return nil
}

// expected is the name of the next member, in quotes, where all is as before.
func (h *memberNames) expected() string {
	if h.next < len(h.members) {
		return h.members[h.next].quoted
	}
	return ""
}

// learn adds the members of the next object.
func (h *memberNames) learn(s *jsonscan.Scanner) error {
	if len(h.members) > mostMembers {
		h.forget()
	}
	before := len(h.members)
	err := s.Object(func(quoted jsontext.Value) error {
		if h.find(quoted) == nil {
			h.add(quoted, len(h.members)-before >= mostNames)
		}
		return s.Skip()
	})
	h.order()
	return err
}

// add adds a member, where there are enough already only one that matters.
func (h *memberNames) add(quoted jsontext.Value, enough bool) {
	name, sound := jsonscan.Text(quoted)
	m := member{quoted: string(quoted), name: entra.Intern([]byte(name)), role: unnamed}
	if sound && len(name) <= mostName && !strings.Contains(name, "\x00") {
		m.role, m.name = h.roleOf(m.name)
	}
	if enough && m.role != identity && m.role != removed && !entra.IsSelected(m.name) {
		return
	}
	h.members = append(h.members, m)
	h.next = len(h.members)
	if h.index != nil {
		h.index[m.quoted] = len(h.members) - 1
	} else if len(h.members) > fewMembers {
		h.index = make(map[string]int, 4*fewMembers)
		for i := range h.members {
			h.index[h.members[i].quoted] = i
		}
	}
}

func (h *memberNames) forget() { h.members, h.index, h.properties = h.members[:0], nil, 0 }

// used hears how many properties an object had: where it had few of those that
// are known, room for all of them is not worth its while for the next ones.
func (h *memberNames) used(found int) {
	if len(h.members) > 2*fewMembers && found < h.properties/8 {
		h.forget()
	}
}

// order gives every property its place by name.
func (h *memberNames) order() {
	var sorted []*member
	for i := range h.members {
		if h.members[i].role == property {
			sorted = append(sorted, &h.members[i])
		}
	}
	slices.SortFunc(sorted, func(a, b *member) int { return strings.Compare(a.name, b.name) })
	h.properties = 0
	for i, m := range sorted {
		if i == 0 || sorted[i-1].name != m.name { // an escaped letter makes another member of the same name
			h.properties++
		}
		m.rank = h.properties - 1
	}
}
