package store

import (
	"sync"
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestFrozenStoreTellsOneMoment, on all its connections, within transactions and without,
// while a sync goes on; it writes nothing and hinders nobody.
func TestFrozenStoreTellsOneMoment(t *testing.T) {
	b := newBench(t)
	b.scan("users", user("u1", "A"), user("u2", "B"))
	b.scan("groups", object("g1", `{"displayName":"G"}`, gains("u1")))
	then, closed, err := b.Frozen(t.Context())
	b.must(err)
	b.begin()
	b.delta("users", user("u1", "A2"), removed("u2", entra.Gone))
	b.delta("groups", object("g1", `{"displayName":"H"}`, loses("u1"), gains("u2")))
	old := &bench{TB: t, Store: then, tenant: b.tenant}
	var wg sync.WaitGroup
	for range 3 * frozenReaders {
		wg.Go(func() {
			old.wantList("users then", old.held("users", ObjectQuery{}), "u1:A", "u2:B")
			old.wantList("sorted then", old.held("users", ObjectQuery{Sort: "displayName", Descending: true}), "u2:B", "u1:A")
			old.wantList("links then", old.linked(LinkQuery{}), "members g1>users u1")
			for range old.Changes(t.Context(), b.tenant.Key, ChangeQuery{}) {
				t.Error("a change is told that came later")
			}
		})
	}
	wg.Wait()
	for l, err := range old.Links(t.Context(), b.tenant.Key, LinkQuery{}) { // a question within an answer
		if err != nil || len(old.held("users", ObjectQuery{ID: l.Target.ID})) != 1 {
			t.Error(l, err)
		}
	}
	if err := then.SetSetting(t.Context(), "x", "y"); err == nil {
		t.Error("it can be written")
	}
	b.must(closed())
	b.wantList("users now", b.held("users", ObjectQuery{}), "u1:A2")
	b.sound()
}
