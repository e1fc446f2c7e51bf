package graph

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/entraidsync/entraidsync/core/entra"
)

// shape is which members an object has: nearly all objects of a page have the
// same, in the same order, so what was found out of one need not be found out of
// the next.
type shape struct {
	members    []member
	properties int // how many of them are properties

	object, found, next int // which object is compared with it, and how far
}

// member is what a member of an object is to us.
type member struct {
	quoted string // its name as it stands
	name   string
	role   role
	rank   int // of a property: its place by name
	object int // the last one that was seen to have it
}

type role int

// Annotations that say nothing of the object are ignored, and so are changes of
// relations other than members.
const (
	ignored role = iota
	property
	identity    // id
	removed     // @removed
	memberships // members@delta
)

func roleOf(name string) role {
	switch {
	case name == "id":
		return identity
	case name == "@removed":
		return removed
	case name == "members@delta":
		return memberships
	case strings.Contains(name, "@"):
		return ignored
	}
	return property
}

// errUnlike says that an object has not the shape of the one before.
var errUnlike = errors.New("the object has another shape")

// begin begins to compare the next object.
func (h *shape) begin() { h.object, h.found, h.next = h.object+1, 0, 0 }

// find is the member of that name, mostly the next; nil where the shape has no
// such member, or the object has it twice.
func (h *shape) find(quoted jsontext.Value) *member {
	if h.next >= len(h.members) || h.members[h.next].quoted != string(quoted) {
		h.next = slices.IndexFunc(h.members, func(m member) bool { return m.quoted == string(quoted) })
		if h.next < 0 {
			return nil
		}
	}
	m := &h.members[h.next]
	if m.object == h.object {
		return nil
	}
	m.object = h.object
	h.next++
	h.found++
	return m
}

// complete tells whether the object had all members.
func (h *shape) complete() bool { return h.found == len(h.members) }

// learn takes the shape of an object; it refuses one that has a name twice where
// that could do harm.
func (h *shape) learn(object jsontext.Value) error {
	h.members, h.properties = h.members[:0], 0
	err := entra.Members(object, func(quoted, _ jsontext.Value) error {
		name, err := entra.UnquoteName(quoted)
		m := member{quoted: string(quoted), name: name, role: roleOf(name)}
		if m.role == property {
			h.properties++
		}
		h.members = append(h.members, m)
		return err
	})
	if err != nil {
		return err
	}
	byName := make([]*member, len(h.members))
	for i := range h.members {
		byName[i] = &h.members[i]
	}
	slices.SortFunc(byName, func(a, b *member) int { return strings.Compare(a.name, b.name) })
	rank := 0
	for i, m := range byName {
		if i > 0 && m.role != ignored && m.name == byName[i-1].name {
			h.members = h.members[:0] // it is no shape for another object
			return twice(m.name)
		}
		if m.role == property {
			m.rank = rank
			rank++
		}
	}
	return nil
}
