package graphsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
	c, ok := t.classNamed(class)
	if !ok {
		return "", fmt.Errorf("graphsim: create in class %q: %w", class, ErrNotFound)
	}
	values, err := t.classes[c].encode(properties)
	if err != nil {
		return "", err
	}
	return t.id(c, t.create(c, true, values)), nil
}

// create adds an object; without bare, it gets what it would have been generated with too.
func (t *Tenant) create(c classID, bare bool, values map[int]json.RawMessage) int {
	index := t.count[c]
	t.count[c]++
	if c == groups {
		t.members = append(t.members, nil)
	}
	o := t.touch(c, index)
	o.bare = bare
	if n, ok := t.classes[c].byName["createdDateTime"]; ok {
		o.values[n] = json.RawMessage(t.now().UTC().AppendFormat(nil, `"`+time.RFC3339+`"`))
	}
	for n, value := range values {
		if value != nil {
			o.values[n] = value
		}
	}
	t.record(c, entry{index: index, event: created, was: unborn})
	return index
}

func (c *class) encode(properties map[string]any) (map[int]json.RawMessage, error) {
	values := map[int]json.RawMessage{}
	for name, p := range properties {
		n, ok := c.byName[name]
		if !ok {
			return nil, fmt.Errorf("graphsim: %s have no property %q: %w", c.name, name, ErrNotFound)
		}
		value, err := json.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("graphsim: property %q: %w", name, err)
		}
		if bytes.Equal(value, []byte("null")) || c.properties[n].many && bytes.Equal(value, []byte("[]")) {
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
	r, err := t.expect(id, Live)
	if err != nil {
		return err
	}
	values, err := t.classes[r.class()].encode(properties)
	if err != nil {
		return err
	}
	t.update(r, values)
	return nil
}

func (t *Tenant) update(r ref, values map[int]json.RawMessage) {
	var v view
	v.open(t, r.class(), r.index())
	var changed fields
	for n, value := range values {
		if !bytes.Equal(v.append(nil, n), value) {
			changed |= 1 << n
		}
	}
	if changed == 0 {
		return
	}
	o := t.touch(r.class(), r.index())
	for n, value := range values {
		if changed.has(n) {
			o.values[n] = value
		}
	}
	t.record(r.class(), entry{index: r.index(), event: updated, fields: changed})
}

// expect finds an object that stands in the given state.
func (t *Tenant) expect(id string, state State) (ref, error) {
	r, ok := t.findAny(id)
	if !ok {
		return 0, fmt.Errorf("graphsim: object %s: %w", id, ErrNotFound)
	}
	if t.state(r.class(), r.index()) != state {
		return 0, fmt.Errorf("graphsim: object %s: %w", id, ErrState)
	}
	return r, nil
}

// Delete removes a live object as Entra does: users, Microsoft 365 groups, applications and service principals can be
// restored afterwards; devices and other groups are gone for good.
func (t *Tenant) Delete(id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, err := t.expect(id, Live)
	if err != nil {
		return err
	}
	t.remove(r)
	return nil
}

func (t *Tenant) remove(r ref) {
	if soft := t.classes[r.class()].softDelete; soft == nil || !soft(t, r.index()) {
		t.purge(r)
		return
	}
	o := t.touch(r.class(), r.index())
	o.state, o.gone = SoftDeleted, t.now()
	t.record(r.class(), entry{index: r.index(), event: deleted, was: Live})
}

// Restore brings a soft-deleted object back, with its memberships.
func (t *Tenant) Restore(id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, err := t.expect(id, SoftDeleted)
	if err != nil {
		return err
	}
	t.restore(r)
	return nil
}

func (t *Tenant) restore(r ref) {
	t.touch(r.class(), r.index()).state = Live
	t.record(r.class(), entry{index: r.index(), event: restored, was: SoftDeleted})
}

// Purge deletes a live or soft-deleted object for good, and all its memberships with it.
func (t *Tenant) Purge(id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.findAny(id)
	if !ok {
		return fmt.Errorf("graphsim: object %s: %w", id, ErrNotFound)
	}
	if t.state(r.class(), r.index()) == Purged {
		return fmt.Errorf("graphsim: object %s: %w", id, ErrState)
	}
	t.purge(r)
	return nil
}

func (t *Tenant) purge(r ref) {
	o := t.touch(r.class(), r.index())
	was := o.state
	o.state, o.gone = Purged, t.now()
	t.record(r.class(), entry{index: r.index(), event: deleted, was: was})
	for g := range t.members {
		if t.linked(g, r) {
			t.unlink(g, r)
		}
	}
}

// AddMember makes an object a direct member of a live group.
func (t *Tenant) AddMember(group, member string) error {
	return t.relink(group, member, (*Tenant).link)
}

// RemoveMember ends a direct membership.
func (t *Tenant) RemoveMember(group, member string) error {
	return t.relink(group, member, (*Tenant).unlink)
}

func (t *Tenant) relink(group, member string, change func(*Tenant, int, ref) bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, err := t.expect(group, Live)
	if err != nil || g.class() != groups {
		return errors.Join(err, fmt.Errorf("graphsim: members of %s: %w", group, ErrNotFound))
	}
	m, err := t.expect(member, Live)
	if err != nil {
		return err
	}
	if !change(t, g.index(), m) {
		return fmt.Errorf("graphsim: member %s of group %s: %w", member, group, ErrState)
	}
	return nil
}

// link makes m a member, in the slot it once had if it had one; false if it is one already.
func (t *Tenant) link(g int, m ref) bool {
	slot := t.slot(g, m)
	switch {
	case slot < 0:
		t.members[g] = append(t.members[g], m)
	case t.members[g][slot].gone():
		t.members[g][slot] = m
	default:
		return false
	}
	t.record(groups, entry{index: g, event: linked, member: m})
	return true
}

// unlink ends a membership; false if there is none.
func (t *Tenant) unlink(g int, m ref) bool {
	slot := t.slot(g, m)
	if slot < 0 || t.members[g][slot].gone() {
		return false
	}
	t.members[g][slot] |= goneBit
	t.record(groups, entry{index: g, event: unlinked, member: m})
	return true
}
