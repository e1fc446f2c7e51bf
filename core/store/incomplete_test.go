package store

import (
	"slices"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestUnread names exactly those that are told of as present and are not held.
func TestUnread(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("a", "Anna"), user("b", "Ben"), user("c", "Cleo"))
	b.delta("users", removed("b", entra.SoftDeleted), removed("c", entra.Gone))
	page := &entra.Page{DeltaLink: "later", Objects: []entra.Object{user("a", "Anne"), user("b", "Ben"), user("c", "Cleo"),
		user(`new "one`, "Nora"), removed("other", entra.Gone)}}
	names := func(r *Pass) (ids []string) {
		t.Helper()
		unread, err := b.Unread(b.Context(), r, 0, page)
		b.must(err)
		for _, u := range unread {
			ids = append(ids, u.ID)
		}
		slices.Sort(ids)
		return ids
	}
	b.begin()
	b.wantList("unread in a delta", names(b.round(Delta, "users")), "c", `new "one`)
	b.wantList("unread in a full scan that has seen none of them", names(b.round(Scan, "users")))
	b.wantList("unread in a list", names(b.round(Poll, "users")))
}
