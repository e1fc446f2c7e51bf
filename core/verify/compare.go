package verify

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/core/syncer"
)

// held is a tenant in a database.
type held struct {
	in     *store.Store
	tenant int64
}

// comparison compares a copy with what was read of its tenant.
type comparison struct {
	classes map[string]*compared
	result  *Result
	listed  int
}

// compared is how far the comparison of a class is.
type compared struct {
	*Class
	ignored []string        // properties that are not compared
	changed syncer.IDs      // what changed meanwhile
	told    map[string]bool // ids of those of them that are told of
	pending syncer.IDs      // what the next sync brings
}

// newComparison says what of the streams that were read can be compared.
func newComparison(read []syncer.Fresh, r *Result) *comparison {
	c := &comparison{classes: map[string]*compared{}, result: r}
	for _, f := range read {
		of := c.classes[f.Class]
		if f.Relation == "" {
			class, _ := entra.ClassNamed(f.Class)
			of = &compared{Class: newClass(class, f.Without), changed: f.Meanwhile, told: map[string]bool{}, pending: f.Pending, ignored: append(slices.Clone(class.Volatile), f.Without...)}
			of.Error = because(f.Err)
			c.classes[f.Class] = of
			r.Classes = append(r.Classes, of.Class)
		} else if of != nil {
			of.Links[f.Relation] = newLinks()
			of.Links[f.Relation].Error = because(f.Err)
		}
	}
	return c
}

func newClass(class entra.Class, without []string) *Class {
	c := &Class{Class: class.Name, Missing: []string{}, Extra: []string{}, Different: []Different{}, Meanwhile: []string{}, Links: map[string]*Links{}}
	for _, r := range class.Relations {
		if r.Read == entra.WithObjects && !slices.Contains(without, r.Name) {
			c.Links[r.Name] = newLinks()
		}
	}
	for _, r := range class.References {
		if property, _ := r.Place(); !slices.Contains(without, property) {
			c.Links[r.Relation] = newLinks()
		}
	}
	return c
}

func newLinks() *Links { return &Links{Missing: []Link{}, Extra: []Link{}} }

func because(err error) *string {
	if err == nil {
		return nil
	}
	text := entra.AsError(err).Error()
	return &text
}

// of is the class by that name, where it is compared.
func (c *comparison) of(class string) *compared {
	if of := c.classes[class]; of != nil && of.Error == nil {
		return of
	}
	return nil
}

// compare goes through both side by side.
func (c *comparison) compare(ctx context.Context, copied, read held) (err error) {
	a, err := copied.in.Contents(ctx, copied.tenant)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	b, err := read.in.Contents(ctx, read.tenant)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	byID := func(x, y store.Content) int { return cmp.Compare(x.ID, y.ID) }
	if err := merge(a.Objects(), b.Objects(), byID, c.objects); err != nil {
		return err
	}
	byEnds := func(x, y entra.StoredLink) int {
		return cmp.Or(cmp.Compare(x.Source.ID, y.Source.ID), cmp.Compare(x.Relation, y.Relation), cmp.Compare(x.Target.ID, y.Target.ID))
	}
	return merge(a.Links(), b.Links(), byEnds, c.links)
}

// objects compares the objects of one id: of the directory, and of classes that have
// ids of their own.
func (c *comparison) objects(copied, read []store.Content) {
	for _, x := range copied {
		i := slices.IndexFunc(read, func(y store.Content) bool { return y.Space == x.Space && y.Class == x.Class })
		if i < 0 {
			c.object(&x, nil)
			continue
		}
		c.object(&x, &read[i])
		read = slices.Delete(read, i, i+1)
	}
	for _, y := range read {
		c.object(nil, &y)
	}
}

// object compares one object as it is held with it as it is; nil where it is not.
func (c *comparison) object(copied, read *store.Content) {
	of := c.of(cmp.Or(copied, read).Class)
	if of == nil {
		return
	}
	id := cmp.Or(copied, read).ID
	if copied != nil && copied.State == entra.Live {
		of.Held++
	}
	if read != nil && read.State == entra.Live {
		of.Read++
	}
	var names []string
	kind := Differs
	switch {
	case copied == nil || read != nil && copied.State == entra.Filtered && read.State == entra.Live:
		kind = Missing
	case read == nil || read.State == entra.Filtered && copied.State == entra.Live:
		kind = Extra
	case copied.State == entra.Filtered:
		return
	default:
		if names = of.differing(copied, read); len(names) == 0 {
			return
		}
	}
	if c.changed(of, id) || c.follows(of, copied) || c.follows(of, read) {
		c.meanwhile(of, id)
		return
	}
	of.Found++
	if of.pending.Has(id) {
		of.Pending++
	}
	if !c.room() {
		return
	}
	switch kind {
	case Missing:
		of.Missing = append(of.Missing, id)
	case Extra:
		of.Extra = append(of.Extra, id)
	case Differs:
		of.Different = append(of.Different, Different{id, names})
	}
}

// changed tells whether an object changed meanwhile. Where Graph tells no changes of its
// class, it may have followed the object of the directory that has the same id, as a
// user's sign-in activity does.
func (c *comparison) changed(of *compared, id string) bool {
	if of.changed == nil {
		return c.changedAnywhere(id)
	}
	return of.changed.Has(id)
}

func (c *comparison) changedAnywhere(id string) bool {
	for _, other := range c.classes {
		if other.changed.Has(id) {
			return true
		}
	}
	return false
}

// follows tells whether an object of a class of which Graph tells no changes is about one
// that changed meanwhile: with a user that is deleted its assignments go.
func (c *comparison) follows(of *compared, o *store.Content) bool {
	if o == nil || of.changed != nil {
		return false
	}
	class, _ := entra.ClassNamed(of.Class.Class)
	return slices.ContainsFunc(class.Linked(o.Properties), func(l entra.Link) bool { return c.changedAnywhere(l.Target) })
}

// differing names the properties that differ. What can't be read of the copy differs.
func (of *compared) differing(copied, read *store.Content) (names []string) {
	before, _ := copied.Properties.Without(of.ignored).Diff(read.Properties.Without(of.ignored))
	for _, p := range before {
		names = append(names, p.Name)
	}
	if copied.Damaged != nil && names == nil {
		names = []string{"displayName"} // nothing of either can be read
	}
	return names
}

// room tells whether one more difference is told by itself.
func (c *comparison) room() bool {
	if c.listed == mostListed {
		c.result.LeftOut++
		return false
	}
	c.listed++
	return true
}

// links compares the links between two ids of one relation.
func (c *comparison) links(copied, read []entra.StoredLink) {
	for _, x := range copied {
		of, links := c.linksOf(x)
		if links == nil {
			continue
		}
		links.Held++
		if i := slices.IndexFunc(read, func(y entra.StoredLink) bool { return y.Source.Class == x.Source.Class }); i >= 0 {
			read = slices.Delete(read, i, i+1)
			links.Read++
			continue
		}
		if c.found(of, x) {
			links.Extra = append(links.Extra, Link{x.Source.ID, x.Target.ID})
		}
	}
	for _, y := range read {
		of, links := c.linksOf(y)
		if links == nil {
			continue
		}
		links.Read++
		if c.found(of, y) {
			links.Missing = append(links.Missing, Link{y.Source.ID, y.Target.ID})
		}
	}
}

// linksOf is where the links of a relation are counted; nil where they are not compared.
func (c *comparison) linksOf(l entra.StoredLink) (*compared, *Links) {
	of := c.of(l.Source.Class)
	if of == nil || of.Links[l.Relation] == nil || of.Links[l.Relation].Error != nil {
		return nil, nil
	}
	return of, of.Links[l.Relation]
}

// found counts a link that only one side has; true where it is to be told. One whose end
// has changed meanwhile may have come or gone with that.
func (c *comparison) found(of *compared, l entra.StoredLink) bool {
	if of.told[l.Source.ID] || c.changed(of, l.Source.ID) || c.changedAnywhere(l.Target.ID) {
		c.meanwhile(of, l.Source.ID)
		return false
	}
	of.Found++
	if of.pending.Has(l.Source.ID) {
		of.Pending++
	}
	return c.room()
}

// meanwhile tells, once, of an object that differs and has changed.
func (c *comparison) meanwhile(of *compared, id string) {
	if !of.told[id] && c.room() {
		of.told[id] = true
		of.Meanwhile = append(of.Meanwhile, id)
	}
}

// merge goes through two lists in the same order side by side, and gives what is equal
// in that order together.
func merge[T any](a, b iter.Seq2[T, error], order func(x, y T) int, visit func(a, b []T)) error {
	left, stopLeft := heads(a, order)
	defer stopLeft()
	right, stopRight := heads(b, order)
	defer stopRight()
	x, err := left()
	if err != nil {
		return err
	}
	y, err := right()
	for err == nil && (x != nil || y != nil) {
		at := -1
		switch {
		case x == nil:
			at = 1
		case y != nil:
			at = order(x[0], y[0])
		}
		switch {
		case at < 0:
			visit(x, nil)
			x, err = left()
		case at > 0:
			visit(nil, y)
			y, err = right()
		default:
			visit(x, y)
			if x, err = left(); err == nil {
				y, err = right()
			}
		}
	}
	return err
}

// heads gives what stands together in a list, group after group; nil at its end.
func heads[T any](list iter.Seq2[T, error], order func(x, y T) int) (next func() ([]T, error), stop func()) {
	pull, stop := iter.Pull2(list)
	ahead, failed, more := pull()
	return func() (group []T, err error) {
		for more && failed == nil && (group == nil || order(group[0], ahead) == 0) {
			group = append(group, ahead)
			ahead, failed, more = pull()
		}
		return group, failed
	}, stop
}
