package object

import (
	"context"
	"iter"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/lists"
)

// direct tells whether the rows are the links of the object itself, all of them: then
// the store knows where a page begins, and that page is all that is read.
func direct(w lists.Wanted) bool { return !w.Nested && strings.TrimSpace(w.Search) == "" }

// others gives the objects at the other ends that match the search: direct ones
// first, then, where that is asked for, those behind nested groups, each once and by
// the shortest way.
func (r *related) others(ctx context.Context, w lists.Wanted) iter.Seq2[other, error] {
	return func(yield func(other, error) bool) {
		seen := map[string]bool{}
		take := func(l entra.StoredLink, via []entra.LinkEnd) (more bool) {
			o := other{StoredLink: l, end: l.Target, via: via}
			if r.key.in {
				o.end = l.Source
			}
			if w.Nested && seen[o.end.ID] {
				return true
			}
			if w.Nested {
				seen[o.end.ID] = true
			}
			var err error
			if r.isLink() {
				o.ends, err = r.ends(ctx, o.end.ID, w)
			}
			if err != nil {
				yield(o, err)
				return false
			}
			return !r.holds(o, w.Search) || yield(o, nil)
		}
		if err := r.walk(ctx, w, take); err != nil {
			yield(other{}, err)
		}
	}
}

// walk visits the links of the object, and of the groups that nest, level by level.
func (r *related) walk(ctx context.Context, w lists.Wanted, take func(l entra.StoredLink, via []entra.LinkEnd) bool) error {
	type step struct {
		id  string
		via []entra.LinkEnd
	}
	queue, been := []step{{id: r.page.at.Object.ID}}, map[string]bool{r.page.at.Object.ID: true}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		next := func(group entra.LinkEnd) {
			if w.Nested && group.Class == "groups" && !been[group.ID] {
				been[group.ID] = true
				queue = append(queue, step{group.ID, append(at.via[:len(at.via):len(at.via)], group)})
			}
		}
		key := r.key
		if !key.in && len(at.via) > 0 {
			key.class = "groups" // whatever the members are of, behind a group come its own
		}
		q := key.query(at.id)
		if direct(w) {
			q.Range = store.Range{Offset: w.Offset, Limit: w.Limit}
		}
		for l, err := range r.links(ctx, w, q) {
			if err != nil {
				return err
			}
			if !key.in {
				next(l.Target)
			}
			if !take(l, at.via) {
				return nil
			}
		}
		if !key.in || !w.Nested {
			continue
		}
		for l, err := range r.links(ctx, w, relationKey{"groups", entra.Members, true}.query(at.id)) {
			if err != nil {
				return err
			}
			next(l.Source)
		}
	}
	return nil
}

func (r *related) links(ctx context.Context, w lists.Wanted, q store.LinkQuery) iter.Seq2[entra.StoredLink, error] {
	q.Names, q.At = true, w.Moment()
	return r.page.host.Store.Links(ctx, r.page.tenant.Key, q)
}

// ends reads what a link in its own right leads to.
func (r *related) ends(ctx context.Context, id string, w lists.Wanted) (map[string]entra.LinkEnd, error) {
	ends := map[string]entra.LinkEnd{}
	for l, err := range r.links(ctx, w, store.LinkQuery{Class: r.key.class, Source: id}) {
		if err != nil {
			return nil, err
		}
		ends[l.Relation] = l.Target
	}
	return ends, nil
}
