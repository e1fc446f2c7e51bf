package directory

import (
	"encoding/json"
	"fmt"
	"iter"
)

// Object is an object as Graph serves it now, or will once nothing lags.
type Object struct {
	ID         string
	State      State
	Properties map[string]json.RawMessage // those that are set; an empty collection is []
}

// Link is a direct membership.
type Link struct {
	GroupID    string
	MemberID   string
	MemberType string // #microsoft.graph.user …
	Member     State  // a soft-deleted member keeps its links
	Hidden     bool   // the group hides its members from who lacks Member.Read.Hidden
}

// Objects goes over the live and soft-deleted objects of a class, with the named properties, or all without names. The
// tenant stands still while the loop runs: its body must not call the tenant. A class or property that doesn't exist
// panics: it is a mistake of the caller.
func (t *Tenant) Objects(class string, properties ...string) iter.Seq[Object] {
	return func(yield func(Object) bool) {
		t.mu.RLock()
		defer t.mu.RUnlock()
		c, ok := t.ClassNamed(class)
		if !ok {
			panic(fmt.Sprintf("graphsim: no class %q", class))
		}
		wanted := t.classes[c].wanted(properties)
		var v View
		for index := range t.count[c] {
			state := t.state(c, index)
			if state == Purged {
				continue
			}
			v.Open(t, c, index)
			if !yield(Object{t.IDOf(c, index), state, v.values(wanted)}) {
				return
			}
		}
	}
}

func (c *Class) wanted(names []string) []int {
	var numbers []int
	for _, name := range names {
		n, ok := c.ByName[name]
		if !ok && name != "id" {
			panic(fmt.Sprintf("graphsim: %s have no property %q", c.Name, name))
		}
		if ok {
			numbers = append(numbers, n)
		}
	}
	if len(names) == 0 {
		for n := range c.Properties {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// values copies the wanted properties into one block of memory.
func (v *View) values(wanted []int) map[string]json.RawMessage {
	block := make([]byte, 0, 40*len(wanted))
	values := make(map[string]json.RawMessage, len(wanted))
	for _, n := range wanted {
		p := &v.Class().Properties[n]
		start := len(block)
		if block = v.Append(block, n); len(block) > start {
			values[p.Name] = json.RawMessage(block[start:len(block):len(block)])
		} else if p.many {
			values[p.Name] = json.RawMessage("[]")
		}
	}
	return values
}

// Links goes over the direct memberships of live groups. The tenant stands still while the loop runs.
func (t *Tenant) Links() iter.Seq[Link] {
	return func(yield func(Link) bool) {
		t.mu.RLock()
		defer t.mu.RUnlock()
		for g, slots := range t.members {
			if t.state(Groups, g) != Live {
				continue
			}
			id, hidden := t.IDOf(Groups, g), t.HidesMembers(g)
			for _, m := range slots {
				if m.Gone() {
					continue
				}
				if !yield(Link{id, t.RefID(m), t.classes[m.Class()].ODataType(), t.state(m.Class(), m.Index()), hidden}) {
					return
				}
			}
		}
	}
}

// HidesMembers tells whether a group's members are hidden from who lacks Member.Read.Hidden.
func (t *Tenant) HidesMembers(g int) bool {
	var v View
	v.Open(t, Groups, g)
	return string(v.value("visibility")) == `"HiddenMembership"`
}
