package directory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What a mutation can be refused for.
var (
	ErrNotFound = errors.New("no such object")
	ErrState    = errors.New("the object is not in a state that allows this")
)

// Create adds an object with exactly these properties, and a createdDateTime if they hold none, and answers its id.
func (t *Tenant) Create(class string, properties map[string]any) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begins()
	c, ok := t.ClassNamed(class)
	if !ok {
		return "", fmt.Errorf("graphsim: create in class %q: %w", class, ErrNotFound)
	}
	values, err := t.classes[c].encode(properties)
	if err != nil {
		return "", err
	}
	return t.IDOf(c, t.create(c, true, values)), nil
}

// create adds an object; without bare, it gets what it would have been generated with too.
func (t *Tenant) create(c ClassID, bare bool, values map[int]json.RawMessage) int {
	index := t.count[c]
	t.count[c]++
	o := t.touch(c, index)
	o.bare = bare
	if n, ok := t.classes[c].ByName["createdDateTime"]; ok {
		o.values[n] = json.RawMessage(t.now().UTC().AppendFormat(nil, `"`+time.RFC3339+`"`))
	}
	for n, value := range values {
		if value != nil {
			o.values[n] = value
		}
	}
	t.record(c, Entry{Index: index, Event: Created, was: Unborn})
	return index
}

func (c *Class) encode(properties map[string]any) (map[int]json.RawMessage, error) {
	values := map[int]json.RawMessage{}
	for name, p := range properties {
		n, ok := c.ByName[name]
		if !ok {
			return nil, fmt.Errorf("graphsim: %s have no property %q: %w", c.Name, name, ErrNotFound)
		}
		value, err := json.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("graphsim: property %q: %w", name, err)
		}
		if bytes.Equal(value, []byte("null")) || c.Properties[n].many && bytes.Equal(value, []byte("[]")) {
			value = nil
		}
		values[n] = value
	}
	return values, nil
}

// Update sets properties of a live object; nil clears one. What is equal already is no change.
func (t *Tenant) Update(id string, properties map[string]any) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begins()
	r, err := t.expect(id, Live)
	if err != nil {
		return err
	}
	values, err := t.classes[r.Class()].encode(properties)
	if err != nil {
		return err
	}
	t.update(r, values)
	return nil
}

func (t *Tenant) update(r Ref, values map[int]json.RawMessage) {
	var v View
	v.Open(t, r.Class(), r.Index())
	var changed Fields
	var told []Changed
	for n, value := range values {
		if old := v.Append(nil, n); !bytes.Equal(old, value) {
			changed |= 1 << n
			told = append(told, Changed{t.classes[r.Class()].Properties[n].Name, old, value})
		}
	}
	if changed == 0 {
		return
	}
	o := t.touch(r.Class(), r.Index())
	for n, value := range values {
		if changed.Has(n) {
			o.values[n] = value
		}
	}
	t.record(r.Class(), Entry{Index: r.Index(), Event: Updated, Fields: changed})
	slices.SortFunc(told, func(a, b Changed) int { return strings.Compare(a.Name, b.Name) })
	t.deeds[len(t.deeds)-1].Values = told
}

// expect finds an object that stands in the given state.
func (t *Tenant) expect(id string, state State) (Ref, error) {
	r, ok := t.FindAny(id)
	if !ok {
		return 0, fmt.Errorf("graphsim: object %s: %w", id, ErrNotFound)
	}
	if t.state(r.Class(), r.Index()) != state {
		return 0, fmt.Errorf("graphsim: object %s: %w", id, ErrState)
	}
	return r, nil
}

// Delete removes a live object as Entra does: users, Microsoft 365 groups, applications and service principals can be
// restored afterwards; devices and other groups are gone for good.
func (t *Tenant) Delete(id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begins()
	r, err := t.expect(id, Live)
	if err != nil {
		return err
	}
	t.remove(r)
	return nil
}

func (t *Tenant) remove(r Ref) {
	if soft := t.classes[r.Class()].softDelete; soft == nil || !soft(t, r.Index()) {
		t.purge(r)
		return
	}
	o := t.touch(r.Class(), r.Index())
	o.state, o.gone = SoftDeleted, t.now()
	t.record(r.Class(), Entry{Index: r.Index(), Event: Deleted, was: Live})
}

// Restore brings a soft-deleted object back, with its links.
func (t *Tenant) Restore(id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begins()
	r, err := t.expect(id, SoftDeleted)
	if err != nil {
		return err
	}
	t.restore(r)
	return nil
}

func (t *Tenant) restore(r Ref) {
	t.touch(r.Class(), r.Index()).state = Live
	t.record(r.Class(), Entry{Index: r.Index(), Event: Restored, was: SoftDeleted})
}

// Purge deletes a live or soft-deleted object for good, and all links to it.
func (t *Tenant) Purge(id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begins()
	r, ok := t.FindAny(id)
	if !ok {
		return fmt.Errorf("graphsim: object %s: %w", id, ErrNotFound)
	}
	if t.state(r.Class(), r.Index()) == Purged {
		return fmt.Errorf("graphsim: object %s: %w", id, ErrState)
	}
	t.purge(r)
	return nil
}

func (t *Tenant) purge(r Ref) {
	o := t.touch(r.Class(), r.Index())
	was := o.state
	o.state, o.gone = Purged, t.now()
	t.record(r.Class(), Entry{Index: r.Index(), Event: Deleted, was: was})
	t.quiet = true
	t.unlinkAll(r)
	t.quiet = false
}

// AddMember makes an object a direct member of a live group.
func (t *Tenant) AddMember(group, member string) error { return t.AddLink(group, "members", member) }

// RemoveMember ends a direct membership.
func (t *Tenant) RemoveMember(group, member string) error {
	return t.RemoveLink(group, "members", member)
}

// AddLink links a live object to another. A relation of one target at most loses the one it had.
func (t *Tenant) AddLink(source, relation, target string) error {
	return t.relink(source, relation, target, (*Tenant).link)
}

// RemoveLink ends a link.
func (t *Tenant) RemoveLink(source, relation, target string) error {
	return t.relink(source, relation, target, (*Tenant).unlink)
}

func (t *Tenant) relink(source, relation, target string, change func(*Tenant, RelationID, int, Ref) bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begins()
	from, err := t.expect(source, Live)
	if err != nil {
		return err
	}
	to, err := t.expect(target, Live)
	if err != nil {
		return err
	}
	r, ok := from.Class().RelationNamed(relation)
	if !ok || !slices.Contains(relations[r].Targets, to.Class()) {
		return fmt.Errorf("graphsim: %s of %s: %w", relation, source, ErrNotFound)
	}
	if !change(t, r, from.Index(), to) {
		return fmt.Errorf("graphsim: %s of %s: %s: %w", relation, source, target, ErrState)
	}
	return nil
}
