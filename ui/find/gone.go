package find

import (
	"context"

	"github.com/entraidsync/entraidsync/core/entra"
	"github.com/entraidsync/entraidsync/core/store"
	"github.com/entraidsync/entraidsync/ui/host"
)

// gone are objects that were deleted for good, by what the record of changes tells of them: of an
// id the one that had it, of other words those that they fit, the latest first.
func (b *Box) gone(ctx context.Context, t entra.Tenant, words string) (out []hit, err error) {
	q := store.ChangeQuery{Kinds: []entra.ChangeKind{entra.ChangeDeleted}, NewestFirst: true, Range: store.Range{Limit: mostOfClass}}
	if entra.IsGUID(words) {
		q.ID = words
	} else {
		q.Search = words
	}
	told := map[host.Route]bool{}
	for x, err := range b.host.Store.Changes(ctx, t.Key, q) {
		if err != nil {
			return nil, err
		}
		at := host.ToObject(t.Key, x.Class, x.ID)
		if told[at] {
			continue
		}
		told[at] = true
		held, err := b.held(ctx, t.Key, x)
		if err != nil {
			return nil, err
		}
		if was, err := entra.ParseProperties(x.Before); err == nil && !held {
			out = append(out, newHit(t, entra.StoredObject{ID: x.ID, Class: x.Class, State: entra.Erased, Properties: was}, words))
		}
	}
	return out, nil
}

// held tells whether something of an object is held: it can be restored, or came back.
func (b *Box) held(ctx context.Context, tenant int64, x entra.Change) (held bool, err error) {
	q := store.ObjectQuery{Class: x.Class, ID: x.ID, Deleted: true, Filtered: true, Range: store.Range{Limit: 1}}
	for _, err := range b.host.Store.Objects(ctx, tenant, q) {
		held = err == nil
		if err != nil {
			return false, err
		}
	}
	return held, nil
}
