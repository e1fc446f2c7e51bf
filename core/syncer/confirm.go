package syncer

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/graph"
	"github.com/entraidsync/entraidsync/core/say"
	"github.com/entraidsync/entraidsync/core/store"
)

// fewAsked is how many objects of a class are asked for one by one where Graph takes a
// request a second, or less, for all that the tenant has of such classes: they stand for the others.
const fewAsked = 3

// confirm asks Graph about every object that a full scan did not see: still
// there, deleted but restorable, or gone.
func (c *classSync) confirm(ctx context.Context, ids []string) (store.Verdict, error) {
	if c.class.Quota == entra.DirectoryQuota || len(ids) <= fewAsked {
		return c.confirmEach(ctx, ids)
	}
	v, err := c.confirmEach(ctx, ids[:fewAsked])
	if len(v.Gone) == fewAsked { // else the list is not to be believed, and the others stay
		for _, id := range ids[fewAsked:] {
			v.Gone[id] = entra.Gone
		}
	}
	return v, err
}

func (c *classSync) confirmEach(ctx context.Context, ids []string) (store.Verdict, error) {
	v := store.Verdict{Gone: map[string]entra.Removal{}, Alive: map[string]entra.Object{}}
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for _, id := range ids {
		if c.class.Inside != "" { // it has no address of its own
			v.Gone[id] = entra.Gone
			continue
		}
		g.Go(c.safe(func() error {
			o, found, err := c.object(ctx, id)
			reason := entra.NotRemoved
			if code := entra.CodeOf(err); c.class.Delta == "" && (code == entra.CodeNotOffered || code == entra.CodeRequest) {
				err = nil // not every such class can be read one by one; then the list decides
			}
			if err == nil && !found {
				reason, err = c.reason(ctx, id)
			}
			if err != nil && c.odd.passes(id, err) {
				return nil // it stays as it is
			}
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if found {
				v.Alive[id] = o
			} else {
				v.Gone[id] = reason
			}
			return nil
		}))
	}
	return v, g.Wait()
}

// reason tells whether a deleted object can still be restored. Where we may not
// look, it is kept as if it could.
func (c *classSync) reason(ctx context.Context, id string) (entra.Removal, error) {
	if c.class.Delta == "" {
		return entra.Gone, nil
	}
	restorable, err := c.client.DeletedItem(ctx, id)
	switch code := entra.CodeOf(err); {
	case code == entra.CodePermission || restorable:
		return entra.SoftDeleted, nil
	case code == entra.CodeRequest || code == entra.CodeNotOffered:
		return entra.Gone, nil
	}
	return entra.Gone, err
}

// Graph does not refuse everything that somebody may not see. A property that needs a
// permission of its own comes empty, hidden members come as none, and an object of which
// only the id may be seen comes with nothing but nulls. None of it ends what is held.

// hidden is what is not shown to this app or person, in this run.
type hidden struct {
	person     bool
	properties []entra.Guarded // whose permission the token lacks
	doubted    []entra.Guarded // whose permission it has, but that come empty
	members    int             // objects whose members are hidden, and were held
	objects    int             // objects that came with nothing but nulls
}

// names are the properties that are not shown.
func (h *hidden) names() (names []string) {
	for _, g := range slices.Concat(h.properties, h.doubted) {
		names = append(names, g.Property)
	}
	return names
}

// strip leaves out of an object what only seems to be empty.
func (h *hidden) strip(o *entra.Object) {
	if names := h.names(); len(names) > 0 {
		o.Properties = slices.DeleteFunc(o.Properties, func(p entra.Property) bool { return slices.Contains(names, p.Name) && entra.Empty(p.Value) })
	}
}

// from leaves out what is not shown.
func (h *hidden) from(names []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(h.names(), name) })
}

// any tells whether anything is not shown.
func (h *hidden) any() bool {
	return len(h.properties)+len(h.doubted) > 0 || h.members > 0 || h.objects > 0
}

// notes say what is not shown, and what an admin does about it.
func (h *hidden) notes(class entra.Class) (notes []say.Sentence) {
	for _, g := range h.properties {
		notes = append(notes, say.With("Graph shows %s of %s to nobody who lacks %s, and what is held of it stays: %s", g.Property, class, g.Permissions[0], g.Remedy(h.person)))
	}
	for _, g := range h.doubted {
		notes = append(notes, say.With("Graph shows no value of %s of %s any more, and what is held of it stays until it shows one again: %s", g.Property, class, g.RemedyInDoubt(h.person)))
	}
	if h.members > 0 {
		notes = append(notes, say.With("Graph no longer shows the members of %d {object|objects} of %s, which hide them from who lacks %s, and those that are held stay: grant that permission", h.members, class, entra.MembersOfHidden))
	}
	if h.objects > 0 {
		notes = append(notes, say.With("Graph shows only the ids of %d {object|objects} of %s, and what is held of them stays: grant %s, or give the person who signs in a role that may read them", h.objects, class, class.Permission))
	}
	return notes
}

// guard finds out, before anything is read, which properties are not shown: the token
// tells, or else some objects do of which a value is held. What a class is about is
// refused in Graph's place, where the token tells.
func (c *classSync) guard(ctx context.Context) error {
	for _, g := range c.guarded() {
		lacking, err := c.lacking(ctx, g)
		if err != nil {
			return err
		}
		if !lacking {
			continue
		}
		granted, _ := c.client.Grant(ctx)
		c.hidden.person = granted.Person
		if c.class.Permission == g.Permissions[0] {
			return graph.NotShown(c.class, g, granted.Person)
		}
		c.hidden.properties = append(c.hidden.properties, g)
		c.goWithout([]string{g.Property})
		c.warned, c.code = true, entra.CodePermission
	}
	return c.seenAgain(ctx)
}

// guarded are the properties of the class's objects that need a permission of their own.
func (c *classSync) guarded() []entra.Guarded {
	if c.class.Alone != "" || c.class.Inside != "" {
		return nil
	}
	return entra.GuardedAmong(c.properties())
}

// seenAgain asks for a full scan where something was not shown before and is now: a
// delta tells what changed, and not what may be seen since.
func (c *classSync) seenAgain(ctx context.Context) error {
	if c.class.Delta == "" || c.hidden.any() {
		return nil
	}
	if c.class.Relates(entra.Members) {
		if shows, known := c.client.Shows(ctx, entra.HiddenMembers); !shows || !known {
			return nil
		}
	} else if len(c.guarded()) == 0 {
		return nil
	}
	was, err := c.Store.Hid(ctx, c.tenant.Key, c.class)
	if err != nil || !was {
		return err
	}
	return c.Store.ScanAgain(ctx, c.tenant.Key, c.class.Name)
}

// valued is a property of the class's objects, as the store is asked for it.
func (c *classSync) valued(g entra.Guarded) store.Valued {
	return store.Valued{Tenant: c.tenant.Key, Class: c.class.Name, Property: g.Property}
}

// lacking tells whether a property is not shown for want of its permission. A token may be
// older than the consent. Where the permission is there and objects come empty, so may
// others for another reason: then that is doubted.
func (c *classSync) lacking(ctx context.Context, g entra.Guarded) (bool, error) {
	shows, known := c.client.Shows(ctx, g)
	if known && !shows {
		if err := c.client.Fresh(ctx); err != nil {
			return false, err
		}
		shows, known = c.client.Shows(ctx, g)
	}
	if known && !shows {
		return true, nil
	}
	ids, _, err := c.Store.Holders(ctx, c.valued(g), nil, sentinels, sentinels)
	if err != nil || len(ids) == 0 {
		return false, err
	}
	if show, empty, err := c.show(ctx, g, ids, 1); err != nil || show > 0 || empty == 0 {
		return false, err
	}
	if removed, err := c.removed(ctx, g, nil, 0); err != nil || removed {
		return false, err
	}
	if err := c.client.Fresh(ctx); err != nil {
		return false, err
	}
	if shows, known = c.client.Shows(ctx, g); known && !shows {
		return true, nil
	}
	c.doubt(ctx, g)
	return false, nil
}

// doubt keeps what is held of a property that comes empty.
func (c *classSync) doubt(ctx context.Context, g entra.Guarded) {
	granted, _ := c.client.Grant(ctx)
	c.hidden.person = granted.Person
	c.hidden.doubted = append(c.hidden.doubted, g)
	c.warned, c.code = true, entra.CodePermission
}

const (
	// others is how many objects at most are asked for to see whether a property is shown.
	others = 20
	// sentinels that show it, and none that does not, stand for all.
	sentinels = 3
)

// removed tells whether values of a property that come empty are taken for removed: those
// of some objects of a page, which shows others of so many. Graph leaves such a property empty for
// who lacks a right, a role of Entra among them, and says nothing. So others of whom a value is
// held are asked for, and what then seems to be gone is judged as deletions are by the loss guard.
func (c *classSync) removed(ctx context.Context, g entra.Guarded, emptied []string, shown int) (bool, error) {
	ids, held, err := c.Store.Holders(ctx, c.valued(g), emptied, others, 0)
	if err != nil {
		return false, err
	}
	show, empty, err := c.show(ctx, g, ids, sentinels)
	if err != nil {
		return false, err
	}
	missed := int64(len(emptied))
	if asked := int64(show + empty); asked > 0 {
		missed += (held - missed) * int64(empty) / asked
		shown = show // what pages showed may be older than what they leave empty
	}
	holds, err := c.Store.Unbelievable(ctx, c.tenant.Key, missed, held, shown == 0)
	return !holds, err
}

// show counts which of some objects show a property, and which come without, until so many
// that show it, and none that does not, are enough.
func (c *classSync) show(ctx context.Context, g entra.Guarded, ids []string, enough int) (show, empty int, err error) {
	class := c.class
	class.Relations = nil
	for _, id := range ids {
		o, found, err := c.client.Object(ctx, class, id, []string{g.Property})
		switch {
		case refuses(err): // who does not tell it of one object may tell it in the list, and tells it of no other
			return show, empty, nil
		case err != nil && !lacks(entra.CodeOf(err)):
			return 0, 0, err
		case err == nil && !found:
		case entra.Empty(o.Properties.Value(g.Property)):
			empty++
		default:
			show++
		}
		if show == enough && empty == 0 {
			break
		}
	}
	return show, empty, nil
}

// keepValues doubts what a page says of a property that needs a right of its own, where it
// empties it for more than would be believed.
func (c *classSync) keepValues(ctx context.Context, r *store.Pass, p *entra.Page) error {
	for _, g := range c.guarded() {
		if slices.Contains(r.Hidden, g.Property) {
			continue
		}
		shown, empty := 0, []string(nil)
		for _, o := range p.Objects {
			value := o.Properties.Value(g.Property)
			switch {
			case o.Removed != entra.NotRemoved || value == nil && !r.Kind.Full(): // a delta tells what changed
			case entra.Empty(value):
				empty = append(empty, o.ID)
			default:
				shown++
			}
		}
		if len(empty) == 0 {
			continue
		}
		emptied, err := c.Store.ValuesOf(ctx, c.valued(g), empty)
		if err != nil {
			return err
		}
		if len(emptied) == 0 {
			continue
		}
		removed, err := c.removed(ctx, g, emptied, shown)
		if err != nil {
			return err
		}
		if !removed {
			c.doubt(ctx, g)
			r.Hidden = c.hidden.names()
		}
	}
	return nil
}

// keepHidden makes a page say nothing of what is not shown.
func (c *classSync) keepHidden(ctx context.Context, r *store.Pass, p *entra.Page) error {
	if err := c.keepValues(ctx, r, p); err != nil {
		return err
	}
	for i := range p.Objects {
		o := &p.Objects[i]
		if o.NotShown() {
			o.Properties = nil // and where it is read by itself, that tells
			if r.Kind == store.Poll {
				c.hidden.objects++
				c.warned, c.code = true, entra.CodePermission
			}
		}
		c.hidden.strip(o)
		if c.plain { // what nobody asked for would be a change of each object
			wanted := c.properties()
			o.Properties = slices.DeleteFunc(o.Properties, func(q entra.Property) bool { return !slices.Contains(wanted, q.Name) })
		}
		if err := c.keepMembers(ctx, r, o); err != nil {
			return err
		}
	}
	return nil
}

// keepMembers lets no full scan end the members of an object that hides them and names
// none, but for who is known to see them.
func (c *classSync) keepMembers(ctx context.Context, r *store.Pass, o *entra.Object) error {
	names := func(l entra.Link) bool { return l.Relation == entra.Members }
	if !r.Kind.Full() || r.Kind == store.Fast || !c.class.Hides(o.Properties) || slices.ContainsFunc(o.Links, names) {
		return nil
	}
	if shows, known := c.client.Shows(ctx, entra.HiddenMembers); shows && known {
		return nil
	}
	held, err := c.Store.LinkCount(ctx, c.tenant.Key, store.LinkQuery{Relation: entra.Members, Source: o.ID})
	if err != nil || held == 0 {
		return err
	}
	o.Partial = true
	c.hidden.members++
	c.warned, c.code = true, entra.CodePermission
	return nil
}
