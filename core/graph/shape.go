package graph

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/jsonscan"
)

// shape is which members the objects of a page have, as far as they are known:
// they mostly have the same ones in the same order, so what was found out of one
// need not be found out of the next.
type shape struct {
	members    []member
	properties int // how many names of properties there are among them
	next       int // the member that is expected
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
)

func roleOf(name string) (role, string) {
	switch {
	case name == "id":
		return identity, name
	case name == "@removed":
		return removed, name
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

// errUnlike says that an object has a member that the shape lacks.
var errUnlike = errors.New("the object has another shape")

// mostMembers is how many members are known at once.
const mostMembers = 256

// find is the member of that name, mostly the next; nil where it is not known.
func (h *shape) find(quoted jsontext.Value) *member {
	for range h.members {
		if h.next >= len(h.members) {
			h.next = 0
		}
		m := &h.members[h.next]
		h.next++
		if m.quoted == string(quoted) {
			return m
		}
	}
	return nil
}

// expected is the name of the next member, in quotes, where all is as before.
func (h *shape) expected() string {
	if h.next < len(h.members) {
		return h.members[h.next].quoted
	}
	return ""
}

// learn adds the members of the next object.
func (h *shape) learn(s *jsonscan.Scanner) error {
	if len(h.members) > mostMembers {
		h.members = h.members[:0]
	}
	err := s.Object(func(quoted jsontext.Value) error {
		if h.find(quoted) == nil {
			name, err := entra.UnquoteName(quoted)
			if err != nil {
				return err
			}
			m := member{quoted: string(quoted)}
			m.role, m.name = roleOf(name)
			h.members = append(h.members, m)
			h.next = len(h.members)
		}
		_, err := s.Value()
		return err
	})
	h.order()
	return err
}

// order gives every property its place by name.
func (h *shape) order() {
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
