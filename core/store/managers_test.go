package store

import (
	"testing"

	"github.com/entraidsync/entraidsync/core/entra"
)

// TestOneManager: who gets another manager loses the one before, whether Graph tells that
// or not, in whatever order.
func TestOneManager(t *testing.T) {
	b := newBench(t)
	to := func(id string) entra.Link { return link("manager", id, "#microsoft.graph.user") }
	b.scan("users", user("u1", "A"), user("u2", "B"), object("u3", `{}`, to("u1")))
	b.wantList("at first", b.linked(LinkQuery{}), "manager u3>users u1")
	for _, told := range [][]entra.Link{{to("u2")}, {to("u1"), ends(to("u2"))}, {ends(to("u1")), to("u2")}, {to("u2")}, {to("u2"), to("u1")}} {
		b.begin()
		b.delta("users", object("u3", `{}`, told...))
		last := told[0]
		for _, l := range told {
			if !l.Removed {
				last = l
			}
		}
		b.wantList("then", b.linked(LinkQuery{}), "manager u3>users "+last.Target)
	}
	b.begin()
	b.delta("users", object("u3", `{}`, ends(to("u1"))))
	b.wantList("in the end", b.linked(LinkQuery{}))
	b.sound()
}
