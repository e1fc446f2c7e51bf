package directory

import (
	"encoding/json"
	"fmt"
	"iter"
)

// Object is an object as Graph serves it now, or will once nothing lags.
type Object struct {
	ID         string
	Type       string // #microsoft.graph.user …; of a derived type that
	State      State
	Properties map[string]json.RawMessage // those that are set; an empty collection is []
}

// Link is a link of a relation.
type Link struct {
	SourceID   string
	TargetID   string
	TargetType string // #microsoft.graph.user …
	Target     State  // a soft-deleted target keeps its links
	Hidden     bool   // the source hides it from who lacks Member.Read.Hidden
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
			if !yield(Object{t.IDOf(c, index), v.ODataType(), state, v.values(wanted)}) {
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

// Links goes over the links of a class's relation whose sources are live. The tenant stands still while the loop runs.
// A class or relation that doesn't exist panics: it is a mistake of the caller.
func (t *Tenant) Links(class, relation string) iter.Seq[Link] {
	return func(yield func(Link) bool) {
		t.mu.RLock()
		defer t.mu.RUnlock()
		c, known := t.ClassNamed(class)
		r, ok := c.RelationNamed(relation)
		if !known || !ok {
			panic(fmt.Sprintf("graphsim: no relation %s of %s", relation, class))
		}
		for source := range t.count[c] {
			if t.state(c, source) != Live {
				continue
			}
			id, hidden := t.IDOf(c, source), t.Hides(r, source)
			for _, target := range t.Slots(r, source) {
				if target.Gone() {
					continue
				}
				if !yield(Link{id, t.RefID(target), t.classes[target.Class()].ODataType(), t.state(target.Class(), target.Index()), hidden}) {
					return
				}
			}
		}
	}
}

// Relations are the names of a class's relations that [Tenant.Links] knows.
func (t *Tenant) Relations(class string) []string {
	c, ok := t.ClassNamed(class)
	if !ok {
		panic(fmt.Sprintf("graphsim: no class %q", class))
	}
	var names []string
	for _, r := range c.Relations() {
		names = append(names, relations[r].Name)
	}
	return names
}
