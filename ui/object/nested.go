package object

import (
	"context"
	"iter"
	"strings"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/export"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/lists"
)

// direct tells whether the rows are the links of the object itself, as the store finds
// and counts them: then it knows where a page begins, and that page is all that is read.
func (r *related) direct(w lists.Wanted) bool {
	return !w.Nested && (!r.isLink() || strings.TrimSpace(w.Search) == "")
}

// others gives the objects at the other ends that match the search: direct ones
// first, then, where that is asked for, those behind nested groups, each once and by
// the shortest way.
func (r *related) others(ctx context.Context, w lists.Wanted) iter.Seq2[other, error] {
	all := r.reached(ctx, w)
	if r.isLink() {
		all = export.InBatches(all, func(some []other) error { return r.lead(ctx, w, some) })
	}
	return func(yield func(other, error) bool) {
		for o, err := range all {
			if (err != nil || r.holds(o, w.Search)) && !yield(o, err) {
				return
			}
		}
	}
}

// reached gives all others, whatever is searched for.
func (r *related) reached(ctx context.Context, w lists.Wanted) iter.Seq2[other, error] {
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
			return yield(o, nil)
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
		if q.AsHeld = true; r.direct(w) {
			q.Range, q.Search = store.Range{Offset: w.Offset, Limit: w.Limit}, w.Search
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

// lead reads what links in their own right lead to.
func (r *related) lead(ctx context.Context, w lists.Wanted, some []other) error {
	ids := make([]string, len(some))
	for i, o := range some {
		ids[i] = o.end.ID
	}
	ends, err := r.page.host.Store.Ends(ctx, r.page.tenant.Key, r.key.class, ids, w.Moment())
	for i := range some {
		some[i].ends = ends[some[i].end.ID]
	}
	return err
}
